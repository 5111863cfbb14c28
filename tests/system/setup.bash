# SPDX-License-Identifier: GPL-2.0-or-later
# What the system tests share: a folder of its own for each test, the real programs in it, and
# waiting for things to become true. Use:  load setup;  setup() { new_home; };  teardown() { stop_all; }
#
#   start_simulator N [FILE]   N modems under $HOME_DIR/ttys, behaviour from FILE or stdin
#   start_gateway [ARGS]       writes loa.conf unless it is there (see write_config), waits for its API
#   loa ARGS                   the command line, on this gateway's socket
#   wait_for [-t SECONDS] CMD  until CMD succeeds; fails and shows the log when time is over
#   sql QUERY                  what the database says
#   import_people N            N persons with phones +84912000000…, in unit TT
#   run_campaign CODE TEXT     creates, submits, approves and starts a notice to unit TT
#   not CMD                    fails if CMD succeeds; a bare "!" would not end the test
#   replug N / unplug N        a modem's tty goes away and comes back

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUILD=${LOA_BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac

new_home() {
    HOME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/loa-test-XXXXXX")
    SOCKET=$HOME_DIR/loa.sock
    DATABASE=$HOME_DIR/loa.db
    AIR=$HOME_DIR/air.jsonl
    CONTROL=$HOME_DIR/control.sock
    LOG=$HOME_DIR/gateway.log
    SIMULATOR_PID= GATEWAY_PID=
    export LOA_SOCKET=$SOCKET
}

# A process of ours ends within 30 s, or is killed.
end_process() {
    local pid=$1 signal=${2:-TERM}
    [ -n "$pid" ] || return 0
    kill -"$signal" "$pid" 2>/dev/null || return 0
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

stop_gateway() {
    end_process "$GATEWAY_PID" "${1:-TERM}"
    wait "$GATEWAY_PID" 2>/dev/null || true
    GATEWAY_PID=
}

stop_simulator() {
    end_process "$SIMULATOR_PID"
    wait "$SIMULATOR_PID" 2>/dev/null || true
    SIMULATOR_PID=
}

stop_all() {
    stop_gateway
    stop_simulator
    [ -n "${HOME_DIR:-}" ] || return 0
    if [ -z "${BATS_TEST_COMPLETED:-}" ] && [ -f "${LOG:-}" ]; then
        echo "--- the end of the gateway's log:"
        tail -n 60 "$LOG"
    fi
    ! grep -hE 'AddressSanitizer|LeakSanitizer|runtime error:' "$HOME_DIR"/*.log || return 1
    umount -l "$HOME_DIR/disk" 2>/dev/null || true
    rm -rf "$HOME_DIR"
}

not() {
    ! "$@"
}

wait_for() {
    local seconds=30
    if [ "$1" = -t ]; then
        seconds=$2
        shift 2
    fi
    for _ in $(seq $((seconds * 10))); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    echo "never came true within $seconds s: $*"
    return 1
}

start_simulator() {
    MODEMS=$1
    if [ -n "${2:-}" ]; then
        cp "$2" "$HOME_DIR/simulator.conf"
    elif [ ! -t 0 ]; then
        cat >"$HOME_DIR/simulator.conf"
    else
        : >"$HOME_DIR/simulator.conf"
    fi
    mkdir -p "$HOME_DIR/ttys"
    "$BUILD/loa-simulator" --config "$HOME_DIR/simulator.conf" --dir "$HOME_DIR/ttys" \
        --air "$AIR" --control "$CONTROL" --modems "$MODEMS" \
        2>"$HOME_DIR/simulator.log" 3>&- &
    SIMULATOR_PID=$!
    wait_for -t 10 test -e "$HOME_DIR/ttys/modem$((MODEMS - 1))"
}

# write_config [LINE…]: MODEMS modems without limits; LIMITS goes into each, LINEs to the end.
write_config() {
    {
        echo "database = \"$DATABASE\";"
        echo "flight_dir = \"$HOME_DIR/flight\";"
        echo "time_zone = \"${ZONE:-Asia/Ho_Chi_Minh}\";"
        echo "api = { socket = \"$SOCKET\"; };"
        echo "sending = { hours = \"${HOURS-}\"; expire_after = \"48h\"; };"
        echo "log = { level = \"${LEVEL:-info}\"; };"
        echo "modems = ("
        for ((i = 0; i < ${MODEMS:-1}; i++)); do
            [ "$i" = 0 ] || echo ","
            echo "  { name = \"sim$i\"; device = \"$HOME_DIR/ttys/modem$i\"; ${LIMITS-per_minute = 0; daily_quota = 0;} }"
        done
        echo ");"
        printf '%s\n' "$@"
    } >"$HOME_DIR/loa.conf"
}

gateway_answers() {
    curl -sf --unix-socket "$SOCKET" http://loa/v1/status
}

start_gateway() {
    [ -f "$HOME_DIR/loa.conf" ] || write_config
    "$BUILD/loa-gateway" --config "$HOME_DIR/loa.conf" "$@" 2>>"$LOG" 3>&- &
    GATEWAY_PID=$!
    wait_for -t 20 gateway_answers
}

loa() {
    "$BUILD/loa" --socket "$SOCKET" "$@"
}

sql() {
    sqlite3 -cmd ".timeout 5000" "$DATABASE" "$1"
}

# sql_is QUERY VALUE
sql_is() {
    [ "$(sql "$1")" = "$2" ]
}

# Parts that the network took for sending, as the simulator wrote them down.
air_parts() {
    [ -f "$AIR" ] || {
        echo 0
        return
    }
    jq -s "[.[] | select(${1:-true})] | length" "$AIR"
}

control() {
    printf '%s\n' "$*" | socat -t 5 - "UNIX-CONNECT:$CONTROL"
}

import_people() {
    local count=$1
    printf 'ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n' >"$HOME_DIR/units.csv"
    {
        echo "STT,Họ và tên,Phòng/Cơ sở,Số điện thoại"
        for ((i = 0; i < count; i++)); do
            printf '%d,Người Số %d,TT,0912%06d\n' $((i + 1)) $((i + 1)) "$i"
        done
    } >"$HOME_DIR/people.csv"
    loa import "$HOME_DIR/people.csv" --units "$HOME_DIR/units.csv"
}

# campaign_file CODE TEXT [LINE…] prints one; run_campaign takes the same.
campaign_file() {
    local code=$1 text=$2
    shift 2
    echo "code = \"$code\"; title = \"$code\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };"
    echo "text = \"$text\";"
    printf '%s\n' "$@"
}

run_campaign() {
    campaign_file "$@" >"$HOME_DIR/$1.conf"
    loa campaign create "$HOME_DIR/$1.conf"
    loa campaign submit "$1"
    loa campaign approve "$1"
    loa campaign start "$1"
}
