#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a running worker is to the kernel: its user, its privileges, what it holds open.
load setup

setup() {
    new_home
}

teardown() {
    stop_all
}

worker_pid() {
    pgrep -P "$GATEWAY_PID" | head -n 1
}

status_of() {
    awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"
}

@test "a worker has no privileges to gain, a filter on its calls and bounds on its use" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "SELECT state FROM modem" ready
    pid=$(worker_pid)
    [ "$(status_of "$pid" NoNewPrivs)" = 1 ]
    [ "$(status_of "$pid" Seccomp)" = 2 ]
    grep -qE '^Max open files +64 +64 ' "/proc/$pid/limits"
    grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits"
}

@test "a worker holds nothing open but its log, its wire, its flight log and its modem" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "SELECT state FROM modem" ready
    pid=$(worker_pid)
    for fd in "/proc/$pid/fd"/*; do
        target=$(readlink "$fd")
        case $target in
        /dev/null | /dev/ptmx | /dev/pts/* | socket:* | anon_inode:* | pipe:*) ;;
        "$LOG" | "$HOME_DIR/flight/sim0.flight") ;;
        *)
            [ "${fd##*/}" -lt 3 ] || {
                echo "$fd is $target"
                false
            }
            ;;
        esac
    done
    # Of sockets it has one: no database, no API, no other worker's wire.
    [ "$(find "/proc/$pid/fd" -lname 'socket:*' | wc -l)" -eq 1 ]
}

@test "workers of another user work, and the gateway can still end them" {
    [ "$(id -u)" = 0 ] || skip "only root may take on another user here"
    start_simulator 1 </dev/null
    write_config 'modem_user = "games";'
    # Whatever folder the build is in, that user must come by the program and the tty.
    chmod 711 "$HOME_DIR"
    cp "$BUILD/loa-modem" "$HOME_DIR/loa-modem"
    export LOA_MODEM=$HOME_DIR/loa-modem
    chown games "$(readlink -f "$HOME_DIR/ttys/modem0")"
    start_gateway
    wait_for sql_is "SELECT state FROM modem" ready
    pid=$(worker_pid)
    [ "$(status_of "$pid" Uid)" = "$(id -u games)" ]
    [ "$(status_of "$pid" Gid)" = "$(id -g games)" ]
    [ "$(status_of "$pid" CapPrm)" = 0000000000000000 ]
    import_people 3
    run_campaign HOP "Hop luc 7h"
    wait_for sql_is "SELECT count(*) FROM message WHERE state IN ('sent', 'delivered')" 3
    control silence modem0 mute
    kill -STOP "$pid" # it will not leave by itself
    stop_gateway
    not kill -0 "$pid" 2>/dev/null
}

@test "a user that is not there is an error that says what to do" {
    MODEMS=0 write_config 'modem_user = "nobody-of-that-name";'
    run "$BUILD/loa-gateway" --config "$HOME_DIR/loa.conf"
    [ "$status" -ne 0 ]
    [[ "$output" == *"modem_user: there is no user “nobody-of-that-name”"*"systemd-sysusers"* ]]
}
