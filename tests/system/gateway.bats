#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The service itself: options, exit codes, what a service manager hears, workers that hang.

load setup

setup() { new_home; }
teardown() { stop_all; }

@test "options and exit codes are those of sysexits" {
    run "$BUILD/loa-gateway" --version
    [ "$status" = 0 ]
    [[ $output == "loa-gateway "* ]]
    run "$BUILD/loa-gateway" --help
    [ "$status" = 0 ]
    run "$BUILD/loa-gateway" --nonsense
    [ "$status" = 64 ]
    run "$BUILD/loa-gateway" surplus
    [ "$status" = 64 ]
    run "$BUILD/loa-gateway" --config "$HOME_DIR/none.conf"
    [ "$status" = 78 ]
}

@test "--check-config prints every mistake with its line, and runs nothing" {
    write_config
    run "$BUILD/loa-gateway" --check-config "$HOME_DIR/loa.conf"
    [ "$status" = 0 ]
    [ -z "$output" ]
    write_config 'nonsense = 1;' 'time_zone = 7;'
    sed -i 's/per_minute = 0/per_minute = "many"/' "$HOME_DIR/loa.conf"
    run "$BUILD/loa-gateway" --check-config "$HOME_DIR/loa.conf"
    [ "$status" = 78 ]
    [ ! -e "$DATABASE" ]
}

@test "a service manager hears of start, reload and end" {
    start_simulator 1 </dev/null
    write_config
    export NOTIFY_SOCKET=$HOME_DIR/notify
    python3 - "$NOTIFY_SOCKET" >"$HOME_DIR/heard" 3>&- <<'P' &
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
while True:
    text = listener.recv(4096).decode()
    print(text.replace("\n", " "), flush=True)
    if text.startswith("STOPPING"):
        break
P
    wait_for test -S "$NOTIFY_SOCKET"
    export WATCHDOG_USEC=3000000
    start_gateway
    wait_for grep -qx READY=1 "$HOME_DIR/heard"
    wait_for grep -qx WATCHDOG=1 "$HOME_DIR/heard"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q '^RELOADING=1 MONOTONIC_USEC=' "$HOME_DIR/heard"
    wait_for grep -q 'event=reloaded' "$LOG"
    stop_gateway
    wait_for grep -qx STOPPING=1 "$HOME_DIR/heard"
    unset NOTIFY_SOCKET WATCHDOG_USEC
}

@test "a reload with mistakes changes nothing, and says what only a restart changes" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    write_config 'nonsense = 1;'
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q 'event=mistake.*nonsense' "$LOG"
    sql_is "select state from modem" ready
    write_config
    sed -i 's/loa\.db/other.db/' "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q 'event=not-reloaded setting=database' "$LOG"
    [ ! -e "$HOME_DIR/other.db" ]
}

@test "a second gateway on the same socket is refused" {
    start_simulator 1 </dev/null
    start_gateway
    run timeout 10 "$BUILD/loa-gateway" --config "$HOME_DIR/loa.conf"
    [ "$status" != 0 ]
    [ "$status" != 124 ]
    gateway_answers
}

@test "a second gateway on the same database is refused, and settles nothing of the first" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    sed "s/loa\.sock/other.sock/" "$HOME_DIR/loa.conf" >"$HOME_DIR/second.conf"
    run timeout 10 "$BUILD/loa-gateway" --config "$HOME_DIR/second.conf"
    [ "$status" = 73 ]
    [[ $output == *"another gateway works with this database"* ]]
    sql_is "select state from modem" ready
    stop_gateway KILL
    start_gateway
}

@test "a worker that hangs is killed at its own deadline and replaced" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    local worker
    worker=$(pgrep -P "$GATEWAY_PID")
    kill -STOP "$worker"
    wait_for -t 100 sql_is "select count(*) from modem_event where to_state = 'sick'" 1
    not kill -0 "$worker" 2>/dev/null
    wait_for sql_is "select state from modem" ready
}

@test "a worker that keeps failing is started ever more rarely" {
    start_simulator 1 </dev/null
    write_config
    printf '#!/bin/sh\nexit 3\n' >"$HOME_DIR/loa-modem"
    chmod +x "$HOME_DIR/loa-modem"
    export LOA_MODEM=$HOME_DIR/loa-modem
    start_gateway
    unset LOA_MODEM
    sleep 8
    local starts
    starts=$(sql "select count(*) from modem_event where to_state = 'opening'")
    [ "$starts" -ge 2 ] && [ "$starts" -le 4 ]
    grep -q 'opening→sick reason="ended with status 3; tried again in 1 s"' "$LOG"
}
