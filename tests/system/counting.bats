#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A campaign that takes seconds to count is counted while a modem sends: the modem does not wait,
# and the service ends in the middle of it.

load setup

setup() { new_home; }
teardown() { stop_all; }

SURVEY='questions = ( { id = "hop"; kind = "choice"; options = (
  { code = "1"; label = "có"; sense = "yes"; }, { code = "2"; label = "không"; sense = "no"; } ); } );'

# COUNT more persons in the audience of campaign 1, all written to, all with an answer.
enlarge() {
    sqlite3 -cmd ".timeout 20000" "$DATABASE" >/dev/null <<SQL
PRAGMA synchronous = OFF;
BEGIN IMMEDIATE;
CREATE TABLE more AS WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n
    WHERE i < 999 + $1) SELECT i FROM n;
INSERT INTO contact (id, phone, created_at) SELECT i, '+849' || printf('%08d', i), 0 FROM more;
INSERT INTO person (id, name, name_key, contact_id, import_id, created_at, updated_at)
    SELECT i, 'n', 'n', i, 1, 0, 0 FROM more;
INSERT INTO campaign_audience (campaign_id, person_id, contact_id, unit_id, addressed)
    SELECT 1, i, i, 1, 1 FROM more;
INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text, parts, parts_sent,
    reference, not_before, expires_at, created_at, state_at)
    SELECT 1, i, 'invitation', 'delivered', 1, 'Moi hop', 1, 1, 1, 0, 0, 0, 0 FROM more;
INSERT INTO answer (campaign_id, contact_id, question, code, at, recorded_at, by_whom, reason)
    SELECT 1, i, 'hop', 1 + i % 2, 1, 1, 'x', 'x' FROM more;
DROP TABLE more;
COMMIT;
SQL
}

# Loa takes the snapshot that is missing: the same moment, counted anew.
forget_snapshot() {
    sql "delete from snapshot"
}

snapshot_is_there() {
    sql_is "select count(*) from snapshot" 1
}

# When the last snapshot was ready, UTC milliseconds.
ready_at() {
    date +%s%3N -d "$(grep 'event=taken' "$LOG" | tail -n 1 | cut -d ' ' -f 1)"
}

@test "a modem goes on sending while a large campaign is counted, and the service ends in the middle" {
    start_simulator 1 <<<'modem = { air_ms = 20; report_delay_ms = 10; };'
    start_gateway
    import_people 3
    run_campaign LON "Nhan 1=co, 2=khong" "$SURVEY" \
        "closes = \"$(date --iso-8601=seconds -d '+1 hour')\";" \
        "snapshots = [ \"$(date --iso-8601=seconds -d '+2 seconds')\" ];"
    wait_for snapshot_is_there
    wait_for sql_is "select count(*) from message where state = 'delivered'" 3
    enlarge 200000
    import_people 600
    run_campaign NHO "Moi ho {ten} hop luc 7h30"
    wait_for -t 60 eval '[ "$(sql "select count(*) from part")" -ge 20 ]'
    forget_snapshot
    wait_for -t 60 snapshot_is_there

    # Verdicts were stored between the begin and the end of the count, many of them.
    sql "select figures from snapshot" | jq -e '.total.questions[0].answered == 200000'
    begun=$(sql "select taken_at from snapshot")
    ready=$(ready_at)
    between=$(sql "select count(*) from part where sent_at > $begun and sent_at < $ready")
    echo "counted for $((ready - begun)) ms; sent meanwhile: $between"
    [ "$between" -ge 5 ]

    # Broken off, then begun anew: one snapshot, and no complaint.
    forget_snapshot
    sleep 1.2
    stop_gateway
    tail -n 1 "$LOG" | grep -q 'event=stopped'
    not grep -E 'duty=.*event=failed|event=fault' "$LOG"
    start_gateway
    wait_for -t 60 snapshot_is_there
    sql "select figures from snapshot" | jq -e '.total.questions[0].answered == 200000'
}
