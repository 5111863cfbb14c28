#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody is told: in loa status, in the log, as a signed event, and by SMS from another SIM; once,
# whatever flaps, dies or starts anew. The real programs on the simulator, and tests/receiver.

load setup

SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
TECHNICIAN=+84912999999

setup() {
    new_home
    RECEIVER_PID=
}
teardown() {
    end_process "$RECEIVER_PID" KILL
    stop_all
}

start_receiver() {
    "$ROOT/tests/receiver" --dir "$HOME_DIR/receiver" --secret "$SECRET" \
        2>"$HOME_DIR/receiver.txt" 3>&- &
    RECEIVER_PID=$!
    wait_for -t 15 test -s "$HOME_DIR/receiver/port"
}

# watched [ALARMS] [LINE…]: alarms that need a second, told to the technician.
watched() {
    local more=${1-}
    shift || true
    write_config "alarms = { phones = [ \"$TECHNICIAN\" ]; modem_down = \"1s\"; disk_free_mb = 0; $more };" "$@"
}

to_receiver() {
    echo "sinks = ( { name = \"tinh\"; url = \"http://127.0.0.1:$(cat "$HOME_DIR/receiver/port")/\";"
    echo "  secret = \"$SECRET\"; send = [ \"alarm\" ]; } );"
}

ready() { sql_is "select count(*) from modem where state in ('ready', 'busy')" "$1"; }
lasting() { sql "select kind || ' ' || subject from alarm where cleared_at is null order by 1"; }
lasts() { [ "$(lasting)" = "$1" ]; }
sms() { air_parts ".direction == \"received\" and .to == \"$TECHNICIAN\""; }
told() { jq -r "select(.direction == \"received\" and .to == \"$TECHNICIAN\") | .text" "$AIR"; }
told_is() { [ "$(sms)" = "$1" ]; }
event() { jq -s "map(select(.type == \"loa.alarm.v1\" and .data.state == \"$1\"))" "$HOME_DIR"/receiver/bodies/*.json; }
events_are() { [ "$(event "$1" | jq length)" = "$2" ]; }

@test "an unplugged modem: status, log, a signed event, an SMS by the other one at any hour; and its end" {
    start_receiver
    start_simulator 2 </dev/null
    HOURS=$(TZ=Asia/Ho_Chi_Minh date -d '+2 hours' +%H):00-$(TZ=Asia/Ho_Chi_Minh date -d '+2 hours' +%H):59
    watched "" "$(to_receiver)"
    start_gateway
    wait_for sql_is "select count(*) from modem where state = 'resting'" 2
    loa status | not grep -q 'told by SMS'
    control unplug 1
    wait_for events_are raised 1
    wait_for told_is 1
    told | grep -Eqx 'Loa: modem sim1 khong hoat dong tu [0-2][0-9]:[0-5][0-9] \(.*\)\. Xem: loa status'
    [ "$(jq -r "select(.direction == \"received\" and .to == \"$TECHNICIAN\") | .from" "$AIR")" = +84900000000 ]
    loa status | head -n 2 | grep -q 'a modem does not work  *sim1 '
    [ "$(loa status --json | jq -r '.alarms[0].kind')" = modem-down ]
    grep -q 'kind=modem-down subject=sim1 event=raised severity=critical' "$LOG"
    control plug 1
    wait_for events_are cleared 1
    [ "$(event raised | jq '.[0].data.alarm')" = "$(event cleared | jq '.[0].data.alarm')" ]
    [ "$(event raised | jq '.[0].id')" != "$(event cleared | jq '.[0].id')" ]
    [ "$(grep -c signature=ok "$HOME_DIR/receiver/log")" = "$(wc -l <"$HOME_DIR/receiver/log")" ]
    not grep -qE '84912[0-9]{6}' "$HOME_DIR"/receiver/bodies/*.json
    loa status | not grep -q 'told by SMS'
    loa alarms | grep -q 'a modem does not work  *sim1 .* delivered  *absent: '
    [ "$(loa alarms --lasting)" = "All is well." ]
    told_is 1
    # He is on nobody's roster, and no campaign counts what he got.
    sql_is "select count(*) from person" 0
    sql_is "select count(*) from message where campaign_id is not null" 0
}

@test "a modem that flaps makes one SMS" {
    start_simulator 2 </dev/null
    watched
    start_gateway
    wait_for ready 2
    for i in 1 2 3; do
        control unplug 1
        wait_for sql_is "select state from modem where name = 'sim1'" absent
        sleep 2
        control plug 1
        wait_for ready 2
        sleep 1.5
    done
    wait_for told_is 1
    local raised
    raised=$(sql "select count(*) from alarm")
    [ "$raised" -ge 1 ] && [ "$raised" -le 3 ]
    wait_for -t 40 lasts ""
    told_is 1
}

@test "nobody can be told while every modem is away; then one SMS tells all" {
    start_simulator 2 </dev/null
    watched
    start_gateway
    wait_for ready 2
    control unplug 0
    control unplug 1
    wait_for lasts $'modem-down sim0\nmodem-down sim1'
    sleep 3
    sql_is "select count(*) from message" 0
    sed -i 's/modem_down = "1s"/modem_down = "5s"/' "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q 'event=reloaded' "$LOG"
    control plug 0
    wait_for told_is 1
    told | grep -q 'modem sim[01], sim[01] khong hoat dong tu'
    control plug 1
    wait_for -t 40 lasts ""
    told_is 1
}

@test "a gateway that is killed neither raises nor tells again" {
    start_simulator 2 </dev/null
    watched
    start_gateway
    wait_for ready 2
    control unplug 1
    wait_for told_is 1
    for i in 1 2; do
        stop_gateway KILL
        start_gateway
        wait_for ready 1
        sleep 2
    done
    sql_is "select count(*) from alarm" 1
    told_is 1
    lasts "modem-down sim1"
}

@test "a barred SIM is told of by another, and only its next message clears it" {
    start_simulator 2 <<<'modem = { air_ms = 20; };
modems = ( { index = 0; failure_rate = 1.0; failure_codes = [ "10" ]; } );'
    watched
    start_gateway
    wait_for ready 2
    import_people 20
    run_campaign HOP "Hop {ten}"
    wait_for lasts "sim-stopped sim0"
    wait_for told_is 1
    told | grep -q '^Loa: SIM sim0 khong gui duoc, het tien hoac bi khoa? tu'
    [ "$(jq -r "select(.direction == \"received\" and .to == \"$TECHNICIAN\") | .from" "$AIR")" = +84900000001 ]
    wait_for sql_is "select count(*) from part join message on message.id = message_id where purpose <> 'alarm'" 20
    stop_gateway KILL
    start_gateway
    wait_for ready 2
    sleep 3
    lasts "sim-stopped sim0"
    sql "insert into part (message_id, sequence, attempt_id, modem, reference, sent_at)
        select 1, 40, 1, 'sim0', 1, $(date +%s)000 + 1000"
    wait_for lasts ""
    told_is 1
}

@test "a receiver that takes nothing, and the day's SMS are used up" {
    start_receiver
    start_simulator 1 </dev/null
    echo 500 >"$HOME_DIR/receiver/mode"
    watched 'sink_failing = "2s"; sms_per_day = 1;' "$(to_receiver)"
    start_gateway
    wait_for ready 1
    import_people 1
    run_campaign HOP "Hop {ten}"
    wait_for sql_is "select state from message" delivered
    sql "update message set state = 'unsure'"
    wait_for lasts $'sink-failing tinh\nunsure '
    loa status | grep -q '1 unsure; decide on them: loa messages --unsure'
    wait_for told_is 1
    rm "$HOME_DIR/receiver/mode"
    loa outbox retry --all
    wait_for lasts "unsure "
    wait_for events_are raised 2
    loa message settle 1 delivered
    wait_for lasts ""
    sleep 2
    told_is 1
    sql_is "select count(*) from message where purpose = 'alarm'" 1
}

@test "a modem that sends and hears nothing is told of by the other" {
    start_simulator 2 <<<'modem = { air_ms = 20; report_share = 0.0; };'
    watched 'silence = "7s";'
    # Several at once would take both modems.
    sed -i "s/phones = \[ /phones = [ \"+84912999991\", \"+84912999992\", \"+84912999993\", /" "$HOME_DIR/loa.conf"
    start_gateway
    wait_for ready 2
    control unplug 0
    wait_for sql_is "select state from modem where name = 'sim0'" absent
    import_people 1
    run_campaign HOP "Hop {ten}"
    wait_for sql_is "select count(*) from part" 1
    control plug 0
    wait_for sql_is "select count(*) from alarm where kind = 'silence' and subject = 'sim1'" 1
    heard() { jq -r 'select(.direction == "received" and (.text | contains("sim1 gui di"))) | .from' "$AIR"; }
    heard_are() { [ "$(heard | wc -l)" = "$1" ]; }
    wait_for heard_are 4
    [ "$(heard | sort -u)" = +84900000000 ]
    control sms 1 +84912000000 "co"
    wait_for sql_is "select count(*) from alarm where kind = 'silence' and subject = 'sim1' and cleared_at is null" 0
}

@test "a disk that fills up, and has room again" {
    mkdir "$HOME_DIR/disk"
    mount -t tmpfs -o size=24m tmpfs "$HOME_DIR/disk" 2>/dev/null || skip "needs the right to mount"
    DATABASE=$HOME_DIR/disk/loa.db
    start_simulator 1 </dev/null
    watched
    sed -i 's/disk_free_mb = 0/disk_free_mb = 10/' "$HOME_DIR/loa.conf"
    start_gateway
    wait_for ready 1
    lasts ""
    dd if=/dev/zero of="$HOME_DIR/disk/filler" bs=1M count=16 2>/dev/null
    wait_for lasts "disk-low "
    wait_for told_is 1
    told | grep -Eq '^Loa: o dia sap day tu [0-9:]+ \(con [0-9]+ MB\)'
    # So full that nothing can be written: said all the same.
    dd if=/dev/zero of="$HOME_DIR/disk/more" bs=64k 2>/dev/null || true
    loa status | head -n 2 | grep -q 'the disk of the database is nearly full'
    rm "$HOME_DIR/disk/filler" "$HOME_DIR/disk/more"
    wait_for lasts ""
    told_is 1
}

@test "what waits for a sink that is gone is shown, and sent when it is back" {
    start_receiver
    start_simulator 1 </dev/null
    echo 500 >"$HOME_DIR/receiver/mode"
    watched 'phones = [];' "$(to_receiver)"
    sed -i "s/phones = \[ \"$TECHNICIAN\" \]; //" "$HOME_DIR/loa.conf"
    cp "$HOME_DIR/loa.conf" "$HOME_DIR/with.conf"
    start_gateway
    wait_for ready 1
    control unplug 0
    wait_for sql_is "select count(*) from outbox where state = 'waiting' and attempts > 0" 1
    sed -i '/^sinks/,$d' "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q 'sink=tinh event=orphaned waiting=1' "$LOG"
    loa outbox list | grep -q 'sink tinh is not in the configuration; 1 events wait for it'
    rm "$HOME_DIR/receiver/mode"
    cp "$HOME_DIR/with.conf" "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for events_are raised 1
}
