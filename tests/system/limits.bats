#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a code does to its message and to its SIM; what a SIM may send; what becomes of the unsure,
# the late and the many.

load setup

setup() { new_home; }
teardown() { stop_all; }

OPEN="select count(*) from message where state in ('queued','leased')"
GONE="select count(*) from message where state in ('sent','delivered')"

nobody_twice() {
    [ "$(jq -s '[.[] | select(.direction == "received")] | group_by([.to, .text])
        | map(select(length > 1)) | length' "$AIR")" = 0 ]
}

# state_of LAST DIGITS of the number
state_of() {
    sql "select message.state from message join contact on contact.id = contact_id
         where phone like '%$1'"
}

reason_of() {
    sql "select state || ': ' || reason from modem where name = '$1'"
}

says() {
    [[ "$(reason_of "$1")" == *"$2"* ]] || { reason_of "$1"; return 1; }
}

@test "each code decides on its own message, and none of them on the SIM or the queue" {
    start_simulator 1 <<'EOF_SIMULATOR'
modem = { air_ms = 5; report_delay_ms = 5; };
numbers = (
  { pattern = "000001$"; code = "1"; },
  { pattern = "000004$"; code = "28"; },
  { pattern = "000007$"; code = "30"; },
  { pattern = "000010$"; code = "195"; },
  { pattern = "000013$"; code = "21"; },
  { pattern = "000016$"; code = "38"; },
  { pattern = "000019$"; code = "41"; times = 1; },
  { pattern = "000022$"; code = "302"; times = 1; },
  { pattern = "000025$"; code = "512"; times = 1; },
  { pattern = "000028$"; code = "+CMS ERROR: SIM busy"; times = 1; },
  { pattern = "000031$"; code = "197"; },
  { pattern = "000034$"; code = "332"; },
  { pattern = "000037$"; code = "cme 31"; },
  { pattern = "000040$"; code = "+CMS ERROR: network timeout"; },
  { pattern = "000043$"; code = "+CMS ERROR: unidentified subscriber"; },
  { pattern = "000046$"; code = "96"; },
  { pattern = "000049$"; code = "42"; times = 1; },
  { pattern = "000052$"; code = "+CMS ERROR: call barred by nobody knows whom"; times = 1; }
);
EOF_SIMULATOR
    start_gateway
    import_people 60
    run_campaign MA "Ma loi {ten}"
    # 38 and 42 wait for minutes.
    wait_for -t 60 sql_is "$OPEN" 2
    local row
    for row in 01:refused 04:refused 07:refused 10:refused 13:refused 16:queued 19:delivered \
        22:delivered 25:delivered 28:delivered 31:sent 34:unsure 37:unsure 40:unsure 43:refused \
        46:refused 49:queued 52:delivered; do
        [ "$(state_of "0000${row%:*}")" = "${row#*:}" ] || { echo "$row: $(state_of "0000${row%:*}")"; false; }
    done
    sql_is "select count(*) from message where state = 'delivered'" 47
    # The first of the doubtful codes is no last word, the second is.
    sql_is "select group_concat(distinct attempts) from message where cause like 'cms 28%'" 2
    sql_is "select attempts from message where cause like 'cms 21%'" 2
    sql_is "select count(*) from modem_event where to_state = 'resting'" 0
    nobody_twice
}

@test "a SIM that fails message after message rests and says so, the other goes on" {
    start_simulator 2 <<<'modem = { air_ms = 40; report_delay_ms = 5; };'
    start_gateway
    control fail 0 38 9999
    import_people 40
    run_campaign HET "Het tien {ten}"
    wait_for says sim0 "resting: sim0 fails message after message (cms 38"
    says sim0 "out of credit? Check with *101#"
    loa modems | grep "sim0 fails message after message"
    # One message bears it for the SIM; the others lost no try of their own.
    wait_for sql_is "select count(*) >= 38 from message where state = 'delivered'" 1
    [ "$(sql "select sum(attempts) from message where state = 'queued'")" -le 2 ]
    sql_is "select count(*) from message where state = 'refused'" 0
    [ "$(sql "select count(*) from attempt where modem = 'sim0'")" -le 9 ]
    says sim1 ready || says sim1 busy
}

@test "a network that turns everything away burns no message; all go out when it is back" {
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    start_gateway
    control fail 0 42 9999
    import_people 30
    run_campaign NGHEN "Nghen {ten}"
    wait_for says sim0 "resting: sim0 fails message after message (cms 42"
    # One at a time tries, after growing pauses.
    wait_for sql_is "select count(*) > 6 from attempt" 1
    [ "$(sql "select count(*) from attempt")" -le 10 ]
    sql_is "select count(*) from message where state = 'queued'" 30
    sql_is "select max(attempts) from message" 1
    control fail 0 ok 0
    control fail 0 42 0
    wait_for -t 60 sql_is "select count(*) >= 29 from message where state = 'delivered'" 1
    nobody_twice
}

@test "a barred SIM rests at once, a missing service centre is named, a broken modem starts anew" {
    start_simulator 3 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    start_gateway
    control fail 0 8 9999
    control fail 1 330 9999
    control fail 2 500 9999
    import_people 30
    run_campaign CAM "Cam {ten}"
    wait_for says sim0 "resting: sim0 cannot send (cms 8: barred by the operator)"
    wait_for says sim1 "set smsc of this modem"
    wait_for grep -q 'modem=sim2 event=restart' "$LOG"
    [ "$(sql "select count(*) from attempt where modem in ('sim0', 'sim1')")" -le 10 ]
    sql_is "select count(*) from message where state = 'queued'" 30
    for modem in 0 1 2; do control fail "$modem" 38 0; done
    wait_for -t 60 sql_is "select count(*) >= 25 from message where state = 'delivered'" 1
}
