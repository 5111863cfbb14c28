#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What modems do to those who send through them: noise, odd prompts, odd answers, odd reports, power.
# One gateway drives several modems, each with one fault of its own; the first, sim0, has none and
# must never notice.

load setup

setup() { new_home; }
teardown() { stop_all; }

# The network's own record: nobody got a text twice, and whoever got it knows of it by state.
nobody_twice() {
    [ "$(jq -s '[.[] | select(.direction == "received")] | group_by([.to, .text])
        | map(select(length > 1)) | length' "$AIR")" = 0 ]
}

# received STATE…: the messages in these states, and no others, reached the handset. Numbers only.
received() {
    local states
    states=$(printf ",'%s'" "$@")
    diff <(jq -r 'select(.direction == "received") | .to' "$AIR" | sort) \
        <(sql "select phone from message join contact on contact.id = contact_id
               where message.state in (${states#,}) order by phone" | sort)
}

# state_of LAST DIGITS of the number
state_of() {
    sql "select message.state from message join contact on contact.id = contact_id
         where phone like '%$1'"
}

is_state() {
    [ "$(state_of "$1")" = "$2" ]
}

# of the last attempt
cause_of() {
    sql "select verdict || ' ' || attempt.cause from attempt join message on message.id = message_id
         join contact on contact.id = contact_id where phone like '%$1' order by attempt.id desc limit 1"
}

# undisturbed MODEM…: opened once, and at work ever since.
undisturbed() {
    local modem
    for modem in "$@"; do
        sql_is "select count(*) from modem_event where modem = '$modem'
                and to_state in ('opening', 'sick', 'faulty')" 1 || {
            sql "select * from modem_event where modem = '$modem'"
            return 1
        }
    done
}

all_modems_sent() {
    sql_is "select count(distinct modem) from part" "$MODEMS"
}

@test "no line at any point of the dialogue, no flood and no lost echo costs a message" {
    start_simulator 10 <<'EOF_SIMULATOR'
modem = { air_ms = 60; report_delay_ms = 30; };
modems = (
  { index = 1; noise_ms = 40; noise = [ "^NWTIME: 26/01/01", "*PSUTTZ: 1", "Call Ready", "%CTZV: 28",
                                        "+QIND: SMS DONE", "+CIEV: 2,4", "0791" ]; },
  { index = 6; noise_ms = 1; noise = [ "RING", "^HCSQ: \"LTE\",46,51,181,24", "^RSSI: 12" ]; }
);
cues = (
  { modem = 2; point = "prompt"; times = 0; say = "\r\n+CIEV: 2,4\r\n\r\nDST: 1\r\n"; },
  { modem = 3; point = "answer"; on = "^AT(?!.CMGS)"; times = 0; say = "\r\n^CEND: 1,0\r\n\r\n+CSQ: 3,0\r\n"; },
  { modem = 4; point = "result"; on = "CMGS"; times = 0; say = "\r\n^LWURC: 1\r\n\r\nRING\r\n"; },
  { modem = 5; point = "answer"; times = 0; say = "\r\n%00%FF%FE+CI%00"; },
  { modem = 5; point = "idle"; say = "%80%00\r\n+CMT"; },
  { modem = 7; point = "answer"; on = "CMGS"; times = 0; say = "\r\n+CREG: 1\r\n\r\n^CONN:1,10\r\n"; },
  { modem = 8; point = "result"; on = "CMGS"; say = ""; then = "echo-off"; },
  { modem = 9; point = "echo"; times = 0; say = "\r\nSMS Ready\r\n^ORIG:1,2"; }
);
EOF_SIMULATOR
    start_gateway
    import_people 60
    run_campaign ON "Moi {ten} hop"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 60
    received delivered
    nobody_twice
    all_modems_sent
    sql_is "select count(*) from attempt where verdict <> 'sent'" 0
    # Replies come in through the same noise.
    for ((i = 0; i < MODEMS; i++)); do control sms $i "+8491200000$i" "tra loi $i"; done
    wait_for sql_is "select count(distinct sender) from reply" 10
    sql_is "select count(*) from reply" 10
    # shellcheck disable=SC2046
    undisturbed $(seq -f sim%g 0 9)
}

@test "a prompt is known in all its forms" {
    start_simulator 4 <<'EOF_SIMULATOR'
modem = { air_ms = 60; report_delay_ms = 30; };
cues = (
  { modem = 1; point = "prompt"; times = 0; say = "\r\n>"; then = "replace"; },
  { modem = 2; point = "prompt"; times = 0; say = "\r\n>\r\n"; then = "replace"; },
  { modem = 3; point = "prompt"; times = 0; say = "\r\n > "; then = "replace"; }
);
EOF_SIMULATOR
    start_gateway
    import_people 24
    run_campaign DAU "Dau nhac {ten}"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 24
    received delivered
    nobody_twice
    all_modems_sent
    sql_is "select count(*) from attempt where verdict <> 'sent'" 0
    undisturbed sim0 sim1 sim2 sim3
}

@test "answers in words, without a code, without a reference or late are told apart" {
    start_simulator 3 <<'EOF_SIMULATOR'
modem = { air_ms = 20; report_delay_ms = 20; };
numbers = (
  { pattern = "000001$"; code = "+CMS ERROR: network timeout"; },
  { pattern = "000004$"; code = "+CMS ERROR:38"; },
  { pattern = "000007$"; code = "+CMS ERROR: "; },
  { pattern = "000010$"; code = "MODEM ERROR: 5"; },
  { pattern = "000013$"; code = "COMMAND NOT SUPPORT"; },
  { pattern = "000016$"; code = "SEND FAIL"; },
  { pattern = "000019$"; code = "error"; },
  { pattern = "000022$"; code = "cme 30"; },
  { pattern = "000025$"; code = "ok"; reports = [ "none" ]; },
  { pattern = "000028$"; code = "ok"; },
  { pattern = "000031$"; air_ms = 4000; },
  { pattern = "000034$"; code = "+CMS ERROR: %s%n \"'"; }
);
EOF_SIMULATOR
    start_gateway
    import_people 60
    run_campaign LOI "Loi {ten}"
    wait_for -t 60 sql_is "select count(*) from message where state = 'delivered'" 50
    wait_for -t 60 sql_is "select count(*) from message where state = 'leased'" 0
    while read -r number state verdict cause; do
        if ! is_state "$number" "$state" || [[ "$(cause_of "$number")" != "$verdict $cause"* ]]; then
            echo "$number is $(state_of "$number"): $(cause_of "$number")"
            return 1
        fi
    done <<'EOF_ROWS'
000001 unsure unsure cms 332:
000004 queued retry cms 38:
000007 unsure unsure local
000010 unsure unsure local
000013 unsure unsure local
000016 unsure unsure local
000019 unsure unsure local
000022 queued retry cme 30:
000025 unsure unsure local
000028 delivered unsure local
000031 delivered sent
000034 unsure unsure local
EOF_ROWS
    nobody_twice
    # What the network turned away was tried once, and blocks nobody.
    sql_is "select count(*) from message where attempts > 1" 0
    loa message show "$(sql "select message.id from message join contact on contact.id = contact_id
        where phone like '%000025'")" | grep -q unsure
}

@test "an OK between Ctrl-Z and the answer does not count as the answer, and nothing is asked there" {
    LIMITS="per_minute = 0; daily_quota = 0; trace = \"$HOME_DIR/trace\";"
    start_simulator 1 <<'EOF_SIMULATOR'
modem = { air_ms = 300; report_delay_ms = 30; };
numbers = ( { pattern = "00000[01]$"; reports = [ "none" ]; } );
cues = ( { point = "answer"; on = "CMGS"; skip = 1; then = "replace"; }, { point = "entry"; times = 2; say = "\r\n+CSQ: 20,0\r\n\r\nOK\r\n"; } );
EOF_SIMULATOR
    start_gateway
    import_people 6
    run_campaign HOI "Hoi {ten}"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 4
    # The OK was nobody's: the reference comes behind it. Where it does not, the message is unsure.
    wait_for is_state 000000 sent
    wait_for is_state 000001 unsure
    nobody_twice
    sql_is "select count(*) from attempt" 6
    undisturbed sim0
    # From AT+CMGS to its result nothing is asked: neither health nor messages.
    awk '/ > AT.CMGS/ { busy = 1; next } / < .*(CMGS: |ERROR|OK)/ { busy = 0 }
         busy && / > AT/ { print; bad = 1 } END { exit bad }' "$HOME_DIR/trace"
}
