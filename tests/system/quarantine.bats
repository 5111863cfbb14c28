#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What no decoder takes, and what ends a worker: kept for the technician, off the SIM, once.

load setup

setup() { new_home; }
teardown() { stop_all; }

HEAD=07914889200030F0040B914819325476F80004521112212223 # 8 bit data, from +84912345678
SMASH=07914889200030F0040B914819325476F8000052111221222382C8$(printf '41%.0s' $(seq 175))
DRAFT=07914889200030F011000B914819325476F80000FF05C8329BFD06
CUT=07914889200030F0040B914819325476F800005211122122238205C832

sim_is_empty() {
    control slots "${1:-0}" | grep -q '^ok SM 0/[0-9]* ME 0/[0-9]* waiting 0'
}

# A libgammu that two PDUs end: …DEADBEEF crashes it, …DEADBEE5 keeps it busy for ever.
start_poisoned() {
    gcc -shared -fPIC $(pkg-config --cflags gammu) -o "$HOME_DIR/decoder.so" \
        "$BATS_TEST_DIRNAME/poisoned_decoder.c" -ldl
    ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0:handle_abort=0 \
        LD_PRELOAD=$HOME_DIR/decoder.so start_gateway
    wait_for sql_is "select count(*) from modem where state <> 'ready'" 0
}

workers_gone() {
    grep -c 'event=worker-gone' "$LOG" || true
}

@test "what no decoder takes is kept, leaves the SIM, is shown and settled" {
    start_simulator 1 </dev/null
    start_gateway
    run loa quarantine
    [ "$output" = "Nothing in quarantine waits." ]
    control rawpdu 0 "$SMASH"
    control rawpdu 0 "$CUT"
    control sms 0 +84912000001 "sau"
    wait_for sql_is "select count(*) from quarantine" 2
    wait_for sql_is "select text from reply" sau
    wait_for sim_is_empty
    sql_is "select count(*) from incoming" 1
    loa quarantine | grep -q 'no decoder takes it'
    loa quarantine show 1 | grep -qx "$SMASH"
    loa quarantine settle 1 --by Minh | grep -q Minh
    run loa quarantine settle 1
    [ "$status" -ne 0 ]
    [[ $output == *"settled already"* ]]
    run loa quarantine show 99
    [ "$status" -ne 0 ]
    [ "$(loa quarantine --json | jq -r '.quarantine[].id')" = 2 ]
    [ "$(loa quarantine list --all --json | jq '.quarantine | length')" = 2 ]
    [ "$(workers_gone)" = 0 ]
    not grep -q "$CUT" "$LOG"
}

@test "a SIM full of drafts, reports and rubbish is emptied, and all that waits comes in" {
    start_simulator 1 <<<'modem = { sm_slots = 6; me_slots = 0; };'
    for pdu in "$DRAFT" "$SMASH" "$CUT" "$DRAFT"; do control rawpdu 0 "$pdu"; done
    # An SMS-STATUS-REPORT that lies on the SIM.
    control rawpdu 0 07914889200030F006110B914819325476F85211122122238252111221222382"00"
    for i in $(seq 10 29); do control sms 0 "+849120000$i" "1"; done
    control slots 0 | grep -q 'SM 6/6'
    start_gateway
    wait_for sql_is "select count(distinct sender) from reply" 20
    wait_for sim_is_empty
    sql_is "select count(*) from report" 1
    # Nobody needs to look at a draft.
    sql_is "select count(*) from quarantine where settled_at is null" 2
    sql_is "select count(*) from quarantine where settled_by = ''" 2
}

@test "a PDU that crashes a worker crashes it once; the rest comes in" {
    start_simulator 1 </dev/null
    start_poisoned
    control sms 0 +84912000001 "truoc"
    wait_for sql_is "select count(*) from reply" 1
    wait_for sim_is_empty
    control rawpdu 0 "${HEAD}8204DEADBEEF"
    control sms 0 +84912000002 "sau"
    wait_for sql_is "select count(*) from quarantine" 1
    wait_for sql_is "select count(*) from reply" 2
    wait_for sim_is_empty
    sql_is "select pdu from quarantine" "${HEAD}8204DEADBEEF"
    sql_is "select reason from quarantine" "it ended the worker that read it"
    [ "$(workers_gone)" = 1 ]
    # Octets that nobody has looked at yet are not kept twice.
    control rawpdu 0 "${HEAD}8204DEADBEEF"
    control sms 0 +84912000003 "va sau nua"
    wait_for sql_is "select count(*) from reply" 3
    wait_for sim_is_empty
    sql_is "select count(*) from quarantine" 1
    [ "$(workers_gone)" = 2 ]
}

@test "a PDU that keeps a decoder busy for ever does so for seconds, once" {
    start_simulator 2 </dev/null
    start_poisoned
    control rawpdu 0 "${HEAD}8204DEADBEE5"
    control sms 0 +84912000001 "sau"
    control sms 1 +84912000002 "ben canh"
    wait_for sql_is "select count(*) from quarantine" 1
    wait_for sql_is "select count(*) from reply" 2
    wait_for sim_is_empty
    [ "$(workers_gone)" = 1 ]
}

@test "while its worker is killed again and again, poison ends it once and nothing is lost" {
    start_simulator 1 <<<'modem = { sm_slots = 10; me_slots = 5; };'
    start_poisoned
    for i in $(seq 10 49); do
        control sms 0 "+849120000$i" "$i"
        [ $((i % 10)) -ne 5 ] || control rawpdu 0 "${HEAD}82050${i:0:1}DEADBEEF"
    done
    for _ in 1 2 3 4 5; do
        sleep 0.5
        pkill -KILL -P "$GATEWAY_PID" loa-modem || true
    done
    wait_for -t 90 sql_is "select count(*) from reply" 40
    wait_for -t 60 sql_is "select count(distinct pdu) from quarantine" 4
    wait_for sim_is_empty
    sql_is "select count(*) from incoming" 40
    sql_is "select count(*) from quarantine" 4
}
