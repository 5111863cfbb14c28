#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# loa ussd: codes, menus from arguments, a pipe and a terminal, transcripts; one dialogue at a time,
# messages wait meanwhile, and what is open is closed whoever goes away.

load setup

setup() { new_home; }
teardown() { stop_all; }

simulate() {
    start_simulator "$1" <<'EOF_SIMULATOR'
modem = { air_ms = 50; ussd = "ucs2"; };
ussd = (
  { code = "*101#"; text = "TK goc: 50000d. 1: them"; open = true; },
  { code = "*101#>1"; text = "Hạn dùng 31/12/2026"; },
  { code = "*098#"; text = "1. Goi ngay"; open = true; },
  { code = "*098#>1"; text = "3. Dong y"; open = true; },
  { code = "*098#>1>3"; text = "Da dang ky"; },
  { code = "*100*1234567890123#"; text = "Ma 1234567890123 da nap"; },
  { code = "*777#"; text = "muon"; silent = true; }
);
EOF_SIMULATOR
}

all_work() {
    wait_for sql_is "select count(*) from modem where state not in ('ready', 'busy', 'resting')" 0
}

# ends_with CODE COMMAND…: its exit status; what it prints is $output
ends_with() {
    local wanted=$1
    shift
    run "$@"
    echo "status $status, wanted $wanted: $output"
    [ "$status" = "$wanted" ]
}

typed() {
    printf '%b' "$1" | loa ussd "${@:2}"
}

at_terminal() {
    printf '%b' "$1" | script -qec "$BUILD/loa --socket $SOCKET ussd sim0 '$2'" /dev/null
}

call() {
    curl -s -o "$HOME_DIR/answer" -w '%{http_code}' --unix-socket "$SOCKET" -X "$1" "http://loa$2" \
        ${3:+-d "$3"}
}

menu_is_closed() {
    control ussd "$1" | grep -q 'state=idle'
}

dialogue_is() {
    sql_is "select state from ussd_dialogue where id = $1" "$2"
}

@test "a code is answered, menus are walked, transcripts stay, mistakes are told" {
    simulate 2
    LEVEL=debug LIMITS="per_minute = 0; daily_quota = 0; trace = \"$HOME_DIR/trace\";"
    start_gateway
    all_work
    ends_with 0 loa ussd sim0 '*098#' 1 3
    [ "$output" = $'1. Goi ngay\n3. Dong y\nDa dang ky' ]
    ends_with 0 typed '1\n' sim0 '*101#'
    [ "${lines[1]}" = "Hạn dùng 31/12/2026" ]
    # What was read counts, though nobody goes on.
    ends_with 0 loa ussd sim0 '*101#' </dev/null
    [ "$output" = "TK goc: 50000d. 1: them" ]
    menu_is_closed 0
    ends_with 0 typed '\n1\n' sim0 '*101#'
    [ "$output" = "TK goc: 50000d. 1: them" ]
    menu_is_closed 0
    ends_with 0 at_terminal '1\n' '*101#'
    echo "$output" | grep -q '> '
    echo "$output" | grep -q '31/12/2026'
    typed '1\n3\n' sim0 '*098#' --by hoa --json >"$HOME_DIR/dialogue.json"
    jq -e '.state == "answered" and (.open | not) and .by == "hoa" and .text == "Da dang ky"
        and ([.steps[] | .direction + " " + .text] == ["sent *098#", "received 1. Goi ngay",
             "sent 1", "received 3. Dong y", "sent 3", "received Da dang ky"])
        and (.steps[1].raw | contains("CUSD")) and .steps[1].status == 1' "$HOME_DIR/dialogue.json"
    loa ussd show "$(jq .id "$HOME_DIR/dialogue.json")" | grep -q 'Da dang ky'
    loa ussd list sim0 | grep -q 'hoa'
    loa ussd list sim1 | grep -q 'no dialogue'

    ends_with 65 loa ussd simx '*101#'
    ends_with 65 loa ussd sim0 'hello'
    ends_with 65 loa ussd sim0 '*101#' 1 7
    echo "$output" | grep -q '"7"'
    ends_with 69 loa ussd sim0 '*9#'
    ends_with 65 loa ussd show 999
    ends_with 0 loa ussd sim0 '*100*1234567890123#' --secret
    # A card is known by its length, too, also as the answer to a menu.
    ends_with 0 loa ussd sim0 '*100*1234567890123#'
    ends_with 69 typed '1234567890123\n' sim0 '*101#'
    sql_is "select count(*) from ussd_step where text || raw like '%4567890%'" 0
    loa ussd list | grep -q '\*100\*…0123#'
    grep -q CUSD "$HOME_DIR"/trace*
    for form in 1234567890123 003100320033003400350036003700380039; do
        not grep -aq $form "$LOG" "$DATABASE" "$DATABASE-wal" "$HOME_DIR"/trace*
    done

    [ "$(call POST /v1/modems/simx/ussd '{"text": "*1#"}')" = 404 ]
    [ "$(call POST /v1/modems/sim0/ussd '{"text": ""}')" = 422 ]
    [ "$(call POST /v1/modems/sim0/ussd '{}')" = 422 ]
    [ "$(call POST /v1/modems/sim0/ussd "{\"text\": \"$(printf '1%.0s' {1..183})\"}")" = 422 ]
    [ "$(call POST /v1/ussd/1/answer '{"text": "1"}')" = 409 ]
    [ "$(call POST /v1/ussd/1/cancel)" = 409 ]
    [ "$(call GET /v1/ussd/999)" = 404 ]
    [ "$(call GET '/v1/ussd?purpose=nothing')" = 400 ]

    control ussd 1 'text = "Khuyen mai 50%";'
    wait_for sql_is "select count(*) from ussd_dialogue where purpose = 'network'" 1
    loa ussd list --network | grep -q 'Khuyen mai 50%'
    loa status | grep -q '^USSD *1 messages of the network'
    control unplug 1
    wait_for sql_is "select state from modem where name = 'sim1'" absent
    ends_with 69 loa ussd sim1 '*101#'
    [ "$(call POST /v1/modems/sim1/ussd '{"text": "*101#"}')" = 409 ]
}

@test "one at a time; messages wait; Ctrl-C, a cancel and a kill -9 close the menu" {
    simulate 1
    start_gateway
    all_work
    import_people 5
    mkfifo "$HOME_DIR/typed"
    "$BUILD/loa" --socket "$SOCKET" ussd sim0 '*101#' <"$HOME_DIR/typed" >"$HOME_DIR/first" 2>&1 3>&- &
    local first=$!
    exec 7>"$HOME_DIR/typed"
    wait_for dialogue_is 1 menu-open
    "$BUILD/loa" --socket "$SOCKET" ussd sim0 '*098#' 1 3 </dev/null >"$HOME_DIR/second" 2>&1 3>&- &
    local second=$!
    run_campaign GIU "Giu {ten}"
    wait_for grep -q 'waiting for sim0' "$HOME_DIR/second"
    wait_for sql_is "select reason from modem where name = 'sim0'" "a USSD dialogue is open"
    loa status | grep -q 'a USSD dialogue is open'
    dialogue_is 1 menu-open
    dialogue_is 2 idle
    [ "$(air_parts '.direction == "received"')" = 0 ]
    sql_is "select count(*) from message where state = 'queued'" 5
    echo 1 >&7
    wait "$first"
    grep -q 'Hạn dùng' "$HOME_DIR/first"
    wait "$second"
    grep -q 'Da dang ky' "$HOME_DIR/second"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 5

    "$BUILD/loa" --socket "$SOCKET" ussd sim0 '*101#' <"$HOME_DIR/typed" >"$HOME_DIR/third" 2>&1 3>&- &
    local third=$!
    wait_for dialogue_is 3 menu-open
    kill -INT "$third"
    wait "$third"
    dialogue_is 3 closed
    menu_is_closed 0

    "$BUILD/loa" --socket "$SOCKET" ussd sim0 '*777#' --secret >"$HOME_DIR/fourth" 2>&1 3>&- &
    local fourth=$! code=0
    wait_for dialogue_is 4 asked
    not grep -q 777 "/proc/$fourth/cmdline"
    # So many wait for one modem, and no more.
    for _ in 1 2 3 4 5 6 7; do
        [ "$(call POST /v1/modems/sim0/ussd '{"text": "*101#"}')" = 202 ]
    done
    [ "$(call POST /v1/modems/sim0/ussd '{"text": "*101#"}')" = 429 ]
    ends_with 75 loa ussd sim0 '*101#'
    for id in 5 6 7 8 9 10 11; do
        [ "$(call POST "/v1/ussd/$id/cancel")" = 202 ]
    done
    wait_for sql_is "select count(*) from ussd_dialogue where state = 'idle'" 0
    [ "$(call POST /v1/ussd/4/answer '{"text": "1"}')" = 409 ]
    [ "$(call POST /v1/ussd/4/cancel '{"by": "hoa"}')" = 202 ]
    wait "$fourth" || code=$?
    [ "$code" = 69 ]
    grep -q 'cancelled by hoa' "$HOME_DIR/fourth"

    "$BUILD/loa" --socket "$SOCKET" ussd sim0 '*101#' <"$HOME_DIR/typed" >"$HOME_DIR/fifth" 2>&1 3>&- &
    local fifth=$!
    code=0
    wait_for dialogue_is 12 menu-open
    stop_gateway KILL
    wait "$fifth" || code=$?
    [ "$code" = 69 ]
    wait_for menu_is_closed 0
    start_gateway
    loa ussd show 12 | grep -q '^closed since .*: the gateway ended while it was open'
    all_work
    ends_with 0 loa ussd sim0 '*098#' 1 3
    exec 7>&-
}
