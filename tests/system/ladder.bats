#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Modems that go, hang, come back elsewhere or want a PIN: each works again as soon as it can, and
# nobody has to do anything that Loa can do.

load setup

setup() { new_home; }
teardown() { stop_all; }

state_is() {
    sql_is "select state from modem where name = '$1'" "$2"
}

reason_has() {
    sql "select reason from modem where name = '$1'" | grep -qF -- "$2"
}

imei_is() {
    sql_is "select imei from modem where name = '$1' and state in ('ready', 'busy')" "$2"
}

IMEI0=356938035640000 IMEI1=356938035640011

# write_modems GROUP…: a configuration with these modems.
write_modems() {
    MODEMS=0 write_config
    local groups
    groups=$(printf ', { %s per_minute = 0; daily_quota = 0; }' "$@")
    sed -i "s|^modems = (|modems = ( ${groups#, }|" "$HOME_DIR/loa.conf"
}

workers_started() {
    grep -c 'event=hello' "$LOG"
}

@test "a modem that is plugged in anew works again at once, and its neighbour never stops" {
    start_simulator 2 <<<'modem = { air_ms = 20; report_delay_ms = 20; };'
    start_gateway
    wait_for state_is sim0 ready
    wait_for state_is sim1 ready
    import_people 60
    run_campaign HOP "Moi {ten}"
    for _ in 1 2 3; do
        control unplug 0
        wait_for -t 5 state_is sim0 absent
        control plug 0
        wait_for -t 5 sql_is "select count(*) from modem where name = 'sim0' and state in ('ready', 'busy')" 1
    done
    wait_for -t 60 sql_is "select count(*) from message where state in ('queued', 'leased')" 0
    [ "$(sql "select count(*) from modem_event where modem = 'sim1' and to_state not in
        ('opening', 'ready', 'busy')")" = 0 ]
}

@test "a link that leads to another tty is followed, also while its modem is given up" {
    start_simulator 1 </dev/null
    ln -s ttys/modem0 "$HOME_DIR/by-id"
    write_modems "name = \"sim0\"; device = \"$HOME_DIR/by-id\";"
    start_gateway
    wait_for state_is sim0 ready
    control unplug 0
    wait_for state_is sim0 absent
    control plug 0 elsewhere
    sleep 2
    state_is sim0 absent
    ln -sfn ttys/elsewhere "$HOME_DIR/by-id"
    wait_for -t 5 state_is sim0 ready
}

@test "modems are found by their IMEI, whatever their ttys are called, and never fight for one" {
    start_simulator 3 </dev/null
    control silence 2 deaf
    # Each would begin with the other's tty or with a dead one.
    write_modems "name = \"one\"; imei = \"$IMEI1\"; device = \"$HOME_DIR/ttys/*\";" \
        "name = \"zero\"; imei = \"$IMEI0\"; device = \"$HOME_DIR/ttys/modem?\";"
    start_gateway
    wait_for -t 20 imei_is one "$IMEI1"
    wait_for -t 20 imei_is zero "$IMEI0"
    not grep -q 'cannot lock' "$LOG"
    # They come back under each other's name, and one under a name of its own.
    control unplug 0
    control unplug 1
    wait_for state_is one absent
    wait_for state_is zero absent
    control plug 0 modem1
    wait_for -t 5 imei_is zero "$IMEI0"
    control plug 1 another
    wait_for -t 5 imei_is one "$IMEI1"
    # A stranger that was looked at once is not asked again and again.
    local before
    before=$(workers_started)
    control unplug 1
    wait_for state_is one absent
    sleep 4
    wait_for reason_has one "the modem with IMEI $IMEI1 is behind none of the 2 ttys"
    [ "$(workers_started)" -le $((before + 2)) ]
    control plug 1 another
    wait_for -t 5 imei_is one "$IMEI1"
}

@test "another modem on a fixed tty is left alone, and said" {
    start_simulator 1 </dev/null
    write_modems "name = \"sim0\"; imei = \"$IMEI1\"; device = \"$HOME_DIR/ttys/modem0\";"
    start_gateway
    wait_for state_is sim0 faulty
    reason_has sim0 "the modem on this tty has IMEI $IMEI0, not $IMEI1: plug the right modem in"
    write_modems "name = \"sim0\"; imei = \"$IMEI0\"; device = \"$HOME_DIR/ttys/modem0\";"
    kill -HUP "$GATEWAY_PID"
    wait_for state_is sim0 ready
}

@test "a refused PIN is never sent again by itself: not after a reload, a restart or a crash" {
    start_simulator 1 <<<'modem = { pin = "4711"; };'
    LIMITS='pin = "9999"; per_minute = 0; daily_quota = 0;'
    start_gateway
    wait_for state_is sim0 faulty
    reason_has sim0 "the SIM refused the PIN"
    kill -HUP "$GATEWAY_PID"
    wait_for reason_has sim0 "this PIN was tried before"
    stop_gateway
    start_gateway
    wait_for sql_is "select count(*) from modem_event where to_state = 'faulty'" 3
    reason_has sim0 "this PIN was tried before"
    stop_gateway KILL
    start_gateway
    wait_for sql_is "select count(*) from modem_event where to_state = 'faulty'" 4
    control unplug 0
    wait_for state_is sim0 absent
    control plug 0
    wait_for state_is sim0 faulty
    # A person insists: once more, and the mark is there again.
    run loa modem retry sim0
    [ "$status" = 0 ]
    wait_for reason_has sim0 "the SIM refused the PIN"
    kill -HUP "$GATEWAY_PID"
    wait_for reason_has sim0 "this PIN was tried before"
    # Two of three tries are used; the third is right. Had one more been sent, the SIM were blocked.
    LIMITS='pin = "4711"; per_minute = 0; daily_quota = 0;'
    write_config
    kill -HUP "$GATEWAY_PID"
    wait_for state_is sim0 ready
    # An accepted one goes as often as it must.
    control unplug 0
    wait_for state_is sim0 absent
    control plug 0
    wait_for state_is sim0 ready
}

@test "an unknown modem cannot be tried again" {
    start_simulator 1 </dev/null
    start_gateway
    run loa modem retry nobody
    [ "$status" != 0 ]
    [[ $output == *'there is no modem "nobody"'* ]]
    wait_for state_is sim0 ready
    run loa modem retry sim0 # nothing is wrong with it, and it goes on
    [ "$status" = 0 ]
    sleep 1.5
    state_is sim0 ready
}

@test "a modem that does not answer is opened anew, reset, and switched off and on" {
    start_simulator 1 </dev/null
    printf '#!/bin/sh\necho "port $1 cycled" >&2\necho "$1" >>"%s"\n' "$HOME_DIR/cycled" >"$HOME_DIR/hub"
    chmod +x "$HOME_DIR/hub"
    LIMITS="power_command = \"$HOME_DIR/hub '2 of 4'\"; per_minute = 0; daily_quota = 0;"
    write_config
    export LOA_ROOT=$ROOT LOA_MODEM=$ROOT/tests/system/failing-worker REAL_MODEM=$BUILD/loa-modem
    export REMEDIES=$HOME_DIR/remedies FAULT_KIND=1
    start_gateway
    remedies_are() {
        [ "$(cut -d' ' -f1 "$REMEDIES" | paste -sd' ')" = "$1" ]
    }
    wait_for remedies_are "none none reset"
    grep -q 'event=promise-cut doing="nothing" within_ms=4294967295' "$LOG"
    # Plugged in anew: at once. So soon after a reset that may be the modem's own doing: the ladder
    # goes on.
    control unplug 0
    wait_for state_is sim0 absent
    control plug 0
    wait_for -t 3 remedies_are "none none reset none"
    wait_for -t 40 grep -qx '2 of 4' "$HOME_DIR/cycled"
    remedies_are "none none reset none reset"
    wait_for grep -q 'event=power-command detail="it ended with status 0: port 2 of 4 cycled"' "$LOG"
    wait_for remedies_are "none none reset none reset none"
    # A person does not wait.
    run loa modem retry sim0
    wait_for -t 3 remedies_are "none none reset none reset none none"
    run loa modems
    [[ $output == *"it plays dead"* ]]
    unset LOA_MODEM LOA_ROOT REAL_MODEM REMEDIES FAULT_KIND
}
