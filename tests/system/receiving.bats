#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What people write: stored before it leaves the SIM, joined, once each, through crashes.

load setup

setup() { new_home; }
teardown() { stop_all; }

sim_is_empty() {
    control slots "${1:-0}" | grep -q '^ok SM 0/[0-9]* ME 0/[0-9]* waiting 0'
}

@test "an SMS becomes a reply and leaves the SIM" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    control sms 0 +84912000000 "Dạ em chọn 1 ạ"
    wait_for sql_is "select text from reply" "Dạ em chọn 1 ạ"
    wait_for sim_is_empty
    sql_is "select sender || ' ' || modem from incoming" "+84912000000 sim0"
    # Neither text nor number in the log.
    not grep -q 'chọn\|912000000' "$LOG"
}

@test "what lay on the SIM before the start is taken in" {
    start_simulator 1 </dev/null
    for i in 1 2 3; do control sms 0 "+8491200000$i" "truoc $i"; done
    start_gateway
    wait_for sql_is "select count(*) from reply" 3
    wait_for sim_is_empty
}

@test "a long text is joined, whatever its alphabet" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    local plain marked
    plain=$(printf 'xin gop y ve con duong lang %.0s' $(seq 12))
    marked=$(printf 'góp ý về con đường làng 😀 %.0s' $(seq 8))
    control sms 0 +84912000001 "$plain."
    control sms 0 +84912000002 "$marked."
    wait_for sql_is "select count(*) from reply" 2
    sql_is "select text from reply where sender = '+84912000001'" "$plain."
    sql_is "select text from reply where sender = '+84912000002'" "$marked."
    [ "$(sql "select count(*) from incoming where total > 1 and reply_id is not null")" -ge 5 ]
    wait_for sim_is_empty
}

@test "equal texts of two people are two, and a full SIM loses nothing" {
    start_simulator 1 <<<'modem = { sm_slots = 5; me_slots = 0; };'
    for i in $(seq 10 49); do control sms 0 "+849120000$i" "1"; done
    start_gateway
    wait_for -t 60 sql_is "select count(distinct sender) from reply" 40
    sql_is "select count(*) from reply" 40
    wait_for sim_is_empty
}

@test "households answer, and every answer is stored once through three kills" {
    start_simulator 2 <<'EOF'
modem = { air_ms = 20; report_delay_ms = 20; };
households = ( { trigger = "Nhan"; delay_ms = 10; spread_ms = 300;
  answers = ( { text = "1"; weight = 1; }, { text = "Dạ em chọn 2 ạ"; weight = 1; } ); } );
EOF
    start_gateway
    import_people 80
    run_campaign HOI "Moi {ten}. Nhan: 1=co, 2=khong" \
        'questions = ( { id = "du"; kind = "choice"; options = ( { code = "1"; label = "có"; },
           { code = "2"; label = "không"; } ); } );'
    for round in 1 2 3; do
        wait_for sql_is "select count(*) >= $((round * 12)) from incoming" 1
        stop_gateway KILL
        start_gateway
    done
    wait_for -t 60 sql_is "select count(*) from message where state in ('queued', 'leased')" 0
    # Each household that got the text answers once; all answers are there.
    answered() {
        [ "$(sql 'select count(*) from incoming')" = "$(air_parts '.direction == "in"')" ]
    }
    sleep 1
    wait_for answered
    sql_is "select count(*) from reply" "$(sql 'select count(*) from incoming')"
    sql_is "select count(distinct contact_id) from answer where superseded_by is null" \
        "$(sql 'select count(distinct sender) from incoming')"
    wait_for sim_is_empty 0
    wait_for sim_is_empty 1
}

@test "the same word from the same people, slots used again at once, workers and gateway killed: each once" {
    start_simulator 2 <<<'modem = { sm_slots = 3; me_slots = 2; };'
    start_gateway
    wait_for sql_is "select count(*) from modem where state = 'ready'" 2
    for round in $(seq 12); do
        for sender in 1 2 3; do
            control sms $((round % 2)) "+8491200000$sender" "1"
            control sms $((round % 2)) "+8491200000$sender" "1"
        done
        if [ $((round % 4)) = 0 ]; then
            stop_gateway KILL
            start_gateway
        else
            pkill -KILL -P "$GATEWAY_PID" loa-modem || true
            sleep 0.$((RANDOM % 10))
        fi
    done
    wait_for -t 90 sql_is "select count(*) >= 72 from incoming" 1
    wait_for -t 60 sim_is_empty 0
    wait_for -t 60 sim_is_empty 1
    sql_is "select group_concat(n) from (select count(*) n from incoming group by sender order by sender)" \
        24,24,24
    sql_is "select count(*) from incoming where reply_id is null" 0
    sql_is "select count(*) from quarantine" 0
}

# Two equal SMS of one second, of which the SIM holds one; at its deletion the modem does what the cue
# says, and its worker and the gateway are killed.
die_at_deletion() {
    start_simulator 1 <<<'modem = { sm_slots = 1; me_slots = 0; };'
    while [ "$(date +%N | cut -c1)" -gt 2 ]; do sleep 0.05; done
    control sms 0 +84912000001 1
    control sms 0 +84912000001 1
    control cue 0 "$1"
    start_gateway
    wait_for sql_is "select count(*) from incoming" 1
    sleep 0.3
    pkill -KILL -P "$GATEWAY_PID" loa-modem || true
    stop_gateway KILL
    control uncue 0
    control silence 0 off
    control plug 0
    start_gateway
    wait_for sim_is_empty
    sleep 0.3
    sql_is "select count(*) from incoming" 2
    sql_is "select count(distinct sent_at) from incoming" 1
}

@test "killed before a deletion: what lies there still is known; killed behind it: what came there is not" {
    die_at_deletion 'point = "echo"; on = "CMGD"; then = "unplug";'
    grep -q 'event=incoming.*new=0' "$LOG"
    stop_all
    new_home
    die_at_deletion 'point = "result"; on = "CMGD"; then = "mute";'
    not grep -q 'event=incoming.*new=0' "$LOG"
}

@test "a modem that boots in mid-session has nothing told twice" {
    start_simulator 1 <<<'modem = { sm_slots = 8; me_slots = 0; boot_ms = 200; };'
    start_gateway
    wait_for sql_is "select state from modem" ready
    for i in $(seq 10 39); do
        control sms 0 "+849120000$i" "1"
        [ $((i % 10)) != 3 ] || control restart 0
    done
    wait_for -t 90 sql_is "select count(distinct sender) from reply" 30
    wait_for sim_is_empty
    sql_is "select count(*) from incoming" 30
}

@test "a reply whose interpretation faults is tried again within a minute, and holds up nobody" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    sql "create trigger trouble before insert on reply when new.text = 'hong'
         begin select raise(fail, 'the rules stumble'); end"
    control sms 0 +84912000001 hong
    control sms 0 +84912000002 lanh
    wait_for sql_is "select text from reply" lanh
    wait_for sim_is_empty
    sql_is "select count(*) from incoming" 2
    wait_for grep -q 'event=not-understood "database: the rules stumble"' "$LOG"
    sql "drop trigger trouble"
    wait_for -t 60 sql_is "select count(*) from reply where text = 'hong'" 1
    sql_is "select count(*) from incoming where reply_id is null" 0
}

@test "a report that nobody asked for harms nothing" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    control report 0 +84912000000 77 00
    wait_for sql_is "select count(*) from report where message_id is null" 1
}

@test "a full disk loses nothing: sending stops, messages wait on the SIM, and all goes on after" {
    mkdir "$HOME_DIR/disk"
    mount -t tmpfs -o size=12m tmpfs "$HOME_DIR/disk" 2>/dev/null || skip "needs the right to mount"
    DATABASE=$HOME_DIR/disk/loa.db
    start_simulator 1 <<<'modem = { air_ms = 50; };'
    start_gateway
    import_people 30
    wait_for sql_is "select state from modem" ready
    dd if=/dev/zero of="$HOME_DIR/disk/filler" bs=1k count=16000 2>/dev/null || true
    for i in $(seq 10 69); do control sms 0 "+849120000$i" "tin so $i, xin ghi nhan day du"; done
    wait_for grep -q 'event=full' "$LOG"
    local left
    left=$(control slots 0)
    [[ $left != "ok SM 0"*"ME 0"*"waiting 0" ]]
    kill -0 "$GATEWAY_PID"
    # Once, not with every try.
    sleep 3
    [ "$(grep -c 'event=full' "$LOG")" = 1 ]
    rm "$HOME_DIR/disk/filler"
    wait_for sql_is "select count(*) from reply" 60
    wait_for sim_is_empty
    run_campaign SAU "Sau {ten}"
    wait_for sql_is "select count(*) from part" 30
}
