#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Power cuts: everything is frozen in the middle of sending, what lies on the disk is copied, all is
# killed, and a gateway goes on from the copy; in the same boot of the machine, or in another.

load setup

PEOPLE=60
QUEUED="select count(*) from message where state in ('queued', 'leased')"
UNSURE="select count(*) from message where state = 'unsure'"

setup() {
    new_home
    cuts=0
    copied=$HOME_DIR/copied
    mkdir "$copied"
}

teardown() { stop_all; }

# In this boot, or in one that this gateway alone sees.
start_after_cut() {
    if [ "$1" = same ]; then
        start_gateway
        return
    fi
    cat /proc/sys/kernel/random/uuid >"$HOME_DIR/boot_id"
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"' \
        "$HOME_DIR/boot_id" "$BUILD/loa-gateway" --config "$HOME_DIR/loa.conf" 2>>"$LOG" 3>&- &
    GATEWAY_PID=$!
    wait_for -t 20 gateway_answers
}

# What was written, written back or not, is all there is; the shared memory of the database is not.
cut_power() {
    local workers
    workers=$(pgrep -P "$GATEWAY_PID" || true)
    # shellcheck disable=SC2086
    kill -STOP "$GATEWAY_PID" $workers 2>/dev/null || true
    cp -r "$DATABASE" "$DATABASE-wal" "$HOME_DIR/flight" "$copied"
    # shellcheck disable=SC2086
    kill -KILL "$GATEWAY_PID" $workers 2>/dev/null || true
    wait "$GATEWAY_PID" 2>/dev/null || true
    GATEWAY_PID=
    rm -rf "$DATABASE" "$DATABASE"-* "$HOME_DIR/flight"
    cp -r "$copied"/* "$HOME_DIR/"
    cuts=$((cuts + 1))
}

cut_and_go_on() {
    local boot=$1 parts
    for parts in 4 9 15 22 30; do
        wait_for sql_is "select count(*) >= $parts from part" 1
        sleep "0.$((RANDOM % 10))"
        cut_power
        start_after_cut "$boot"
    done
    wait_for -t 60 sql_is "$QUEUED" 0
}

# Number and part of each that the network took.
on_air() {
    jq -rs '.[] | select(.direction == "out" and .result == "accepted") | "\(.to) \(.part)"' "$AIR"
}

nobody_twice() {
    [ -z "$(on_air | sort | uniq -d)" ]
}

# Every phone that no air record names belongs to a message of which we say that we do not know.
nothing_lost_or_doubled() {
    local heard
    heard=$(on_air | cut -d' ' -f1 | sort -u | wc -l)
    echo "cuts=$cuts heard=$heard unsure=$(sql "$UNSURE")"
    nobody_twice
    [ $((heard + $(sql "$UNSURE"))) -ge "$PEOPLE" ]
    [ "$(sql "select count(*) from attempt where verdict = 'unsure'")" -le $((cuts * MODEMS)) ]
    sql_is "select count(*) from message where state in ('sent', 'delivered', 'unsure')" "$PEOPLE"
}

begin() {
    start_simulator "$1" <<<'modem = { air_ms = 60; air_spread_ms = 60; report_delay_ms = 20; };'
    start_gateway
    import_people "$PEOPLE"
    run_campaign DIEN "$2"
}

TWO_PARTS='Kinh moi {ten} den nha van hoa thon luc 7 gio 30 sang chu nhat de ban ve duong giao thong, nuoc sach va lich tiem phong; ai ban viec xin bao lai cho truong thon truoc thu bay de con sap xep.'

@test "a copy taken in the middle goes on: nothing lost, nothing twice" {
    begin 2 'Moi {ten}'
    cut_and_go_on same
    nothing_lost_or_doubled
}

@test "after a power cut only what had its Ctrl-Z can be unsure" {
    unshare -m true 2>/dev/null || skip "no mount namespaces here: another boot cannot be shown"
    begin 2 'Moi {ten}'
    cut_and_go_on other
    nothing_lost_or_doubled
    # Each modem had up to four leases at each cut.
    [ "$(sql "select count(*) from attempt where cause = 'it was not yet submitted'")" -ge 1 ]
}

@test "after a power cut a message of two parts goes on behind the part that was sent" {
    unshare -m true 2>/dev/null || skip "no mount namespaces here: another boot cannot be shown"
    PEOPLE=40
    begin 1 "$TWO_PARTS"
    cut_and_go_on other
    nothing_lost_or_doubled
}

@test "a flight log that is lost leaves its leases unsure, and no other modem's" {
    begin 2 'Moi {ten}'
    wait_for sql_is "select count(*) >= 9 from part" 1
    cut_power
    local leases
    leases=$(sql "select group_concat(id) from attempt where settled_at is null and modem = 'sim0'")
    rm "$HOME_DIR/flight/sim0.flight"
    start_after_cut same
    wait_for -t 60 sql_is "$QUEUED" 0
    sql_is "select count(*) from attempt where id in ($leases) and verdict <> 'unsure'" 0
    sql_is "select count(*) from attempt where cause = 'its flight log was lost or replaced' and modem = 'sim1'" 0
    sql_is "select count(distinct flight_identity) from modem where flight_identity <> ''" 2
    nobody_twice
}
