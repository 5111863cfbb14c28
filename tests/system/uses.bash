# SPDX-License-Identifier: GPL-2.0-or-later
# What the five uses share: an office with two modems and a receiver of summaries, campaign files
# from campaigns/examples with near dates, households that write back, reports opened again.
#
#   use_begin [LINE…]          the roster $ROSTER, a receiver (@URL@ in LINEs), two modems (and what
#                              the function `simulated` prints, if there is one), the gateway
#   use_end                    for teardown
#   moment SECONDS             so many seconds from now (or ago), as campaign files write it; twice as
#                              many with sanitizers, which make all slower
#   example FILE [SED…]        the example with any hour of sending, as $HOME_DIR/FILE
#   launch FILE CODE           creates, submits, approves and starts it; waits until all is sent
#   say_all                    stdin: PHONE<tab>TEXT each line; to the modem that wrote to PHONE last
#   heard PHONE / heard_text T what a handset received; how many handsets received such a text
#   opened FILE                a report's cells, a line per row, between tabs
#   reports_open CODE          every kind in every format opens and says the same
#   recounted CODE             loa recount finds every figure equal

SLOW=1
! grep -q __asan_init "$BUILD/loa-gateway" || SLOW=2
SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

use_begin() {
    new_home
    "$ROOT/tests/rosters/make" "$HOME_DIR/rosters" "$ROSTER"
    RECEIVER=$HOME_DIR/receiver
    "$ROOT/tests/receiver" --dir "$RECEIVER" --secret "$SECRET" 2>"$HOME_DIR/receiver.log" 3>&- &
    RECEIVER_PID=$!
    start_simulator 2 < <(
        echo "modem = { air_ms = 5; air_spread_ms = 0; report_delay_ms = 10; };"
        ! declare -F simulated >/dev/null || simulated
    )
    wait_for -t 15 test -s "$RECEIVER/port"
    URL=http://127.0.0.1:$(cat "$RECEIVER/port")
    write_config "${@//@URL@/$URL}"
    start_gateway
}

use_end() {
    end_process "${RECEIVER_PID:-}"
    wait "${RECEIVER_PID:-}" 2>/dev/null || true
    stop_all
}

moment() {
    TZ=Asia/Ho_Chi_Minh date -d "now $(($1 * SLOW)) seconds" +%Y-%m-%dT%H:%M:%S+07:00
}

example() {
    local file=$1
    shift
    sed -e 's/^window .*/window = "";/' "${@/#/-e}" "$ROOT/campaigns/examples/$file" >"$HOME_DIR/$file"
}

all_sent() {
    sql_is "select count(*) from message where state in ('queued', 'leased')" 0
}

launch() {
    loa campaign create "$HOME_DIR/$1" --by "Lan"
    loa campaign submit "$2" --by "Lan"
    loa campaign approve "$2" --by "chị Hoa"
    loa campaign start "$2" --by "Lan"
    wait_for all_sent
}

say_all() {
    python3 "$ROOT/tests/system/say_all.py" "$AIR" "$CONTROL"
}

heard() {
    jq -r --arg to "$1" 'select(.direction == "received" and .to == $to).text' "$AIR"
}

heard_text() {
    jq -r --arg text "$1" 'select(.direction == "received" and (.text | contains($text))).to' "$AIR" | sort -u
}

heard_by() {
    [ "$(heard_text "$1" | wc -l)" = "$2" ]
}

opened() {
    python3 "$ROOT/tests/system/opened.py" "$1"
}

reports_open() {
    local kind format
    for kind in attendance tally opinions coverage missed nonrespondents classes plan; do
        for format in csv xlsx html; do
            loa report $kind "$1" --out "$HOME_DIR/$kind.$format" --force >/dev/null || return 1
            opened "$HOME_DIR/$kind.$format" >"$HOME_DIR/$kind.$format.rows" || return 1
            [ -s "$HOME_DIR/$kind.$format.rows" ] || return 1
        done
    done
}

recounted() {
    loa recount "$1" | tee "$HOME_DIR/recount.txt" | grep -qx equal || {
        cat "$HOME_DIR/recount.txt"
        return 1
    }
}
