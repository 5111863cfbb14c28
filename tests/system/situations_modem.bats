#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What modems do by themselves: they lose power, boot, fall silent, wait for their SIM or its codes,
# and put messages where nobody looks. Several modems, one fault each; sim0 has none and must not
# notice.

load setup

setup() { new_home; }
teardown() { stop_all; }

nobody_twice() {
    [ "$(jq -s '[.[] | select(.direction == "received")] | group_by([.to, .text])
        | map(select(length > 1)) | length' "$AIR")" = 0 ]
}

sims_are_empty() {
    local i
    for ((i = 0; i < MODEMS; i++)); do
        control slots $i | grep -q '^ok SM 0/[0-9]* ME 0/[0-9]* waiting 0' || return 1
    done
}

undisturbed() {
    sql_is "select count(*) from modem_event where modem = '$1'
            and to_state in ('opening', 'sick', 'faulty')" 1
}

works() {
    sql_is "select state in ('ready', 'busy') from modem where name = '$1'" 1
}

@test "power lost before Ctrl-Z, behind it, or a modem that boots in the middle: once or unsure" {
    start_simulator 8 <<'EOF_SIMULATOR'
modem = { air_ms = 100; report_delay_ms = 50; };
modems = ( { index = 5; boot_lines = [ "RDY", "+CFUN: 1" ]; }, { index = 6; boot_lines = [ "^SYSSTART" ]; },
           { index = 7; boot_lines = [ "RDY" ]; boot_ms = 500; } );
cues = (
  { modem = 1; point = "prompt"; skip = 1; then = "unplug"; },
  { modem = 2; point = "entry"; skip = 1; then = "unplug"; },
  { modem = 3; point = "answer"; on = "CMGS"; skip = 1; then = "unplug"; },
  { modem = 4; point = "result"; on = "CMGS"; skip = 1; then = "unplug"; },
  { modem = 5; point = "entry"; skip = 1; then = "restart"; },
  { modem = 6; point = "answer"; on = "CMGS"; skip = 1; then = "restart"; },
  { modem = 7; point = "prompt"; skip = 1; then = "restart"; }
);
EOF_SIMULATOR
    start_gateway
    import_people 100
    run_campaign MAT "Mat dien {ten}"
    for i in 1 2 3 4; do wait_for sql_is "select count(*) from modem_event
        where modem = 'sim$i' and to_state = 'absent'" 1; done
    for i in 1 2 3 4; do control plug $i; done
    wait_for -t 60 sql_is "select count(*) from message where state in ('queued', 'leased')" 0
    wait_for sql_is "select count(*) from message where state in ('delivered', 'sent', 'unsure')" 100
    for i in 1 2 3 4 5 6 7; do wait_for -t 60 works sim$i; done
    nobody_twice
    # Only what was between Ctrl-Z and its answer is in doubt, at once and not after minutes. Of sim4
    # the hang-up may overtake the +CMGS.
    sql_is "select group_concat(modem) from (select distinct attempt.modem from attempt
            where verdict = 'unsure' and modem <> 'sim4' order by attempt.modem)" sim2,sim3,sim5,sim6
    sql_is "select count(*) from attempt where verdict = 'unsure' and modem in ('sim0', 'sim1', 'sim7')" 0
    sql_is "select max(n) from (select count(*) as n from attempt where verdict = 'unsure' group by modem)" 1
    # What the network never had is not taken for sent.
    sql_is "select count(*) >= 2 from message where state = 'unsure'" 1
    undisturbed sim0
    # They all work on: replies come in through each.
    for ((i = 0; i < MODEMS; i++)); do control sms $i "+8491200000$i" "con song $i"; done
    wait_for -t 60 sql_is "select count(*) from reply" 8
    wait_for sims_are_empty
}

# All at once, because some of it takes half a minute.
@test "SIMs, networks and deaf modems are waited for, those that want a person say so" {
    LIMITS='per_minute = 0; daily_quota = 0; pin = "1234";'
    start_simulator 11 <<'EOF_SIMULATOR'
modem = { air_ms = 100; report_delay_ms = 50; };
modems = (
  { index = 1; busy_ms = 20000; },
  { index = 2; busy_ms = 6000; busy_code = "cme 515"; },
  { index = 3; busy_ms = 3000; busy_code = "314"; },
  { index = 4; pin = "1234"; busy_ms = 3000; },
  { index = 5; pin = "4321"; },
  { index = 6; pin = "1234"; pin_tries = 0; },
  { index = 7; registration = 3; },
  { index = 8; signal = 99; },
  { index = 9; noise_ms = 200; },
  { index = 10; noise_ms = 200; }
);
cues = ( { modem = 10; point = "end"; on = "CMGS"; skip = 2; then = "deaf"; } );
EOF_SIMULATOR
    control silence 9 deaf
    start_gateway
    import_people 60
    wait_for works sim8
    run_campaign CHO "Cho {ten}"
    wait_for -t 60 sql_is "select count(*) >= 50 from message where state = 'delivered'" 1
    for i in 2 3 4; do wait_for works sim$i; done
    wait_for sql_is "select count(*) from modem where name in ('sim5', 'sim6') and state = 'faulty'" 2
    sql "select reason from modem where name = 'sim5'" | grep -q PIN
    sql "select reason from modem where name = 'sim6'" | grep -q PUK
    loa modems | grep -q PUK
    # A deaf one holds one message at most, and not for long, however much it chatters.
    wait_for sql_is "select state in ('ready', 'busy') from modem where name = 'sim9'" 0
    wait_for -t 60 sql_is "select state in ('ready', 'busy') from modem where name = 'sim10'" 0
    sql_is "select count(*) from attempt where modem = 'sim10' and verdict not in ('sent', 'retry')" 0
    control silence 9 off
    control silence 10 off
    for i in 1 9 10; do wait_for -t 60 works sim$i; done
    wait_for -t 60 sql_is "select registration from modem where name = 'sim7'" 3
    sql_is "select signal from modem where name = 'sim8'" -1
    sql_is "select count(*) from part where modem in ('sim5', 'sim6', 'sim7')" 0
    nobody_twice
    undisturbed sim0
    undisturbed sim8
    # A refused PIN stays refused, a network that comes back is used.
    control registration 7 1
    run_campaign LAI "Lai {ten}"
    wait_for -t 60 sql_is "select count(*) >= 115 from message where state = 'delivered'" 1
    sql_is "select count(*) from modem_event where modem = 'sim5' and to_state = 'opening'" 1
}

@test "messages are found in whatever store, slot and form, and leave it once they are stored" {
    start_simulator 7 <<'EOF_SIMULATOR'
modem = { air_ms = 100; };
modems = (
  { index = 1; empty_list = "321"; first_slot = 0; },
  { index = 2; empty_slot = "ERROR\r\n\r\nOK"; first_slot = 0; },
  { index = 3; store = "ME"; },
  { index = 4; store = "ME"; store_name = "MT"; },
  { index = 5; store_name = "MT"; first_slot = 0; },
  { index = 6; sm_slots = 3; me_slots = 0; empty_list = "321"; }
);
cues = (
  { modem = 1; point = "answer"; on = "CMG[LR]"; times = 5; say = "\r\n+CIEV: 7,1\r\n"; },
  { modem = 2; point = "idle"; say = "\r\n+CMTI: \"SM\",7\r\n"; },
  { modem = 6; point = "result"; on = "CMGL"; times = 0; say = "\r\n+CMTI: \"SM\",1\r\n"; }
);
EOF_SIMULATOR
    for ((i = 0; i < MODEMS; i++)); do control sms $i "+8491200000$i" "truoc"; done
    start_gateway
    wait_for sql_is "select count(*) from reply" 7
    for ((i = 0; i < MODEMS; i++)); do
        for word in mot hai ba bon; do control sms $i "+8491200000$i" "$word"; done
    done
    wait_for sql_is "select count(*) from reply" 35
    wait_for sims_are_empty
    sql_is "select count(distinct sender || text) from reply" 35
    sql_is "select group_concat(distinct memory) from (select memory from incoming where modem in
            ('sim3', 'sim4') and text = 'mot' order by 1)" ME
    for ((i = 0; i < MODEMS; i++)); do undisturbed sim$i; done
}

@test "long texts with one reference are kept apart by their sender, and mixed parts find their own" {
    start_simulator 2 <<'EOF_SIMULATOR'
modem = { concat = 7; };
EOF_SIMULATOR
    start_gateway
    wait_for works sim0
    # Two people, one reference, parts in turn; then one person, twice the same reference.
    control part 0 +84912000001 7/1/2 "mot a "
    control part 0 +84912000002 7/2/2 "hai b"
    control part 0 +84912000002 7/1/2 "hai a "
    control part 0 +84912000001 7/2/2 "mot b"
    wait_for sql_is "select count(*) from reply" 2
    local first second
    first=$(printf 'lan thu nhat xin gop y %.0s' $(seq 10))
    second=$(printf 'lan thu hai xin gop y %.0s' $(seq 10))
    control sms 1 +84912000003 "$first."
    wait_for sql_is "select count(*) from reply" 3
    control sms 1 +84912000003 "$second."
    control part 1 +84912000003 7/1/3 "khong bao gio du"
    wait_for sql_is "select count(*) from reply" 4
    sql_is "select group_concat(text, '|') from (select text from reply order by text)" \
        "hai a hai b|$second.|$first.|mot a mot b"
    wait_for sims_are_empty
}

@test "a report that came while no worker was there counts" {
    start_simulator 1 <<<'modem = { air_ms = 20; report_delay_ms = 2000; away = "keep"; };'
    start_gateway
    import_people 3
    run_campaign VANG "Vang {ten}"
    wait_for sql_is "select count(*) from message where state = 'sent'" 3
    stop_gateway
    wait_for sh -c "printf 'stats\n' | socat -t 5 - UNIX-CONNECT:$CONTROL | grep -q reports=3"
    control urc 0 "^RSSI: 3"
    control cue 0 'point = "idle"; say = "OK\r\n\r\n+CMS ERROR: 38\r\n%00%FF+CIE";'
    start_gateway
    wait_for sql_is "select count(*) from message where state = 'delivered'" 3
    undisturbed sim0 || sql_is "select count(*) from modem_event where to_state in ('sick', 'faulty')" 0
}
