#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's own gammu and smstools against the simulated modems.

setup() {
    bats_require_minimum_version 1.5.0
    cd "$BATS_TEST_DIRNAME/../.."
    BUILD=$(realpath "${LOA_BUILD:-build}")
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/simulator.XXXXXX")
    PIDS=
}

teardown() {
    for pid in $PIDS; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $PIDS; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$DIR"
}

# play BEHAVIOUR: its modems in $DIR, air record and control socket beside them.
play() {
    printf '%s\n' "$1" >"$DIR/behaviour.conf"
    "$BUILD/loa-simulator" --config "$DIR/behaviour.conf" --dir "$DIR" --air "$DIR/air.jsonl" \
        --control "$DIR/control" >"$DIR/out" 2>"$DIR/err" 3>&- &
    PLAYER=$!
    PIDS="$PIDS $PLAYER"
    until_true grep -q ready "$DIR/out"
    for connection in "dku2at at" "at115200 at" "at115200"; do
        set -- $connection
        printf '[gammu]\ndevice = %s\nconnection = %s\nmodel = %s\n' "$DIR/modem0" "$1" "$2" \
            >"$DIR/gammurc-$1${2:+-$2}"
    done
}

# until_true COMMAND…: tries for up to 20 s.
until_true() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    "$@"
}

# gammu's exit code is its error code, and 127 among them would be taken for a missing command.
call_gammu() {
    timeout 100 gammu -c "$DIR/gammurc-${CONNECTION:-dku2at-at}" "$@" 3>&- || return 1
}

phone() {
    run call_gammu "$@"
    echo "$output"
    [ "$status" -eq 0 ]
}

control() {
    printf '%s\n' "$*" | socat -t 2 - "UNIX-CONNECT:$DIR/control"
}

air() {
    jq -rs "$@" "$DIR/air.jsonl"
}

quick='modem_count = 2; modem = { air_ms = 0; report_delay_ms = 0; ussd_ms = 0; };'

@test "ptys appear under their names and vanish at SIGTERM" {
    play "$quick"
    [ -c "$DIR/modem0" ] && [ -c "$DIR/modem1" ]
    kill "$PLAYER"
    wait "$PLAYER"
    [ ! -e "$DIR/modem0" ] && [ ! -L "$DIR/modem0" ] && [ ! -e "$DIR/control" ]
}

@test "a mistake in the behaviour file is named with its line" {
    printf 'seed = 1;\nmodem = { air = 5; };\n' >"$DIR/behaviour.conf"
    run "$BUILD/loa-simulator" --config "$DIR/behaviour.conf" --dir "$DIR"
    [ "$status" -eq 78 ]
    [[ "$output" == *"behaviour.conf:2: modem.air: "* ]]
    [ ! -L "$DIR/modem0" ]
}

@test "the commented example loads" {
    "$BUILD/loa-simulator" --config modems/simulator/example.conf --dir "$DIR" >"$DIR/out" 3>&- &
    PIDS=$!
    until_true grep -q ready "$DIR/out"
}

@test "gammu identifies the modem over each connection" {
    play "$quick modems = ( { index = 0; imei = \"490154203237518\"; imsi = \"452040123456789\"; } );"
    for CONNECTION in dku2at-at at115200-at at115200; do
        phone identify
        [[ "$output" == *"Rehearsal"* ]]
        [[ "$output" == *"RM1"* ]]
        [[ "$output" == *"490154203237518"* ]]
        [[ "$output" == *"452040123456789"* ]]
    done
}

@test "gammu reads network, signal and service centre" {
    play "$quick"
    phone networkinfo
    [[ "$output" == *"home network"* ]]
    [[ "$output" == *"452 04 (Viettel Mobile, Vietnam), LAC 1A2B"* ]]
    control registration modem0 3
    phone networkinfo
    [[ "$output" == *"registration"*"denied"* ]]
    phone getsmsc
    [[ "$output" == *"+84980200030"* ]]
    phone monitor 1
    [[ "$output" == *"Network level"* ]]
    [[ "$output" == *"SIM SMS status"*"0 used, 0 unread, 20 locations"* ]]
}

@test "gammu sends 7 bit, UCS-2 and long texts, and the handset has them whole" {
    play "$quick"
    phone sendsms TEXT +84987654321 -text 'Moi hop [7h] {A} ~ 5€'
    [[ "$output" == *"message reference=1"* ]]
    phone sendsms TEXT +84987654321 -unicode -report -text 'Họp dân lúc 7h, mời bà con'
    [[ "$output" == *"message reference=2"* ]]
    long=$(printf 'Cau thu %d. ' $(seq 40))
    phone sendsms TEXT 0987654322 -autolen 1000 -text "$long"
    marked=$(printf 'Câu số %d. ' $(seq 20))
    phone sendsms TEXT 0987654322 -unicode -autolen 1000 -text "$marked"
    received='.[] | select(.direction == "received") | .text'
    [ "$(air "$received" | sed -n 1p)" = 'Moi hop [7h] {A} ~ 5€' ]
    [ "$(air "$received" | sed -n 2p)" = 'Họp dân lúc 7h, mời bà con' ]
    [ "$(air "$received" | sed -n 3p)" = "$long" ]
    [ "$(air "$received" | sed -n 4p)" = "$marked" ]
    [ "$(air '[.[] | select(.direction == "out" and .parts > 1)] | map("\(.coding) \(.part)/\(.parts)") | join(" ")')" = \
        'gsm7 1/4 gsm7 2/4 gsm7 3/4 gsm7 4/4 ucs2 1/4 ucs2 2/4 ucs2 3/4 ucs2 4/4' ]
    [ "$(air '[.[] | select(.direction == "report")] | map("\(.reference) \(.status)") | join(",")')" = '2 0' ]
}

@test "gammu hears that the network refuses" {
    play "$quick numbers = ( { pattern = \"321\$\"; code = \"38\"; } );"
    run call_gammu sendsms TEXT +84987654321 -text a
    [ "$status" -ne 0 ]
    [[ "$output" == *"38"* ]]
    [ "$(air '.[0] | "\(.result) \(.answer)"')" = 'refused +CMS ERROR: 38' ]
}

@test "gammu reads, joins and deletes what came in" {
    play "$quick"
    long=$(printf 'Ý kiến thứ %d. ' $(seq 12))
    [ "$(control "sms modem0 +84912000001 Dong y")" = 'ok 1' ]
    [ "$(control "sms modem0 VIETTEL Quý khách có {2} tin")" = 'ok 1' ]
    [ "$(control "sms modem0 +84912000002 $long")" = 'ok 3' ]
    phone geteachsms
    [[ "$output" == *"5 SMS parts in 3 SMS sequences"* ]]
    [[ "$output" == *'"+84912000001"'*"Dong y"* ]]
    [[ "$output" == *'"VIETTEL"'*"Quý khách có {2} tin"* ]]
    [[ "$(echo "$output" | tr -d '\n')" == *"$long"* ]]
    phone getallsms
    [[ "$output" == *"5 SMS parts in 5 SMS sequences"* ]]
    phone deletesms 1 1
    [[ "$(control slots modem0)" == 'ok SM 4/20 '* ]]
    phone deleteallsms 1
    [[ "$(control slots modem0)" == 'ok SM 0/20 '* ]]
}

@test "a full SIM makes the network wait until there is room" {
    play "modem = { air_ms = 0; sm_slots = 2; };"
    for i in 1 2 3; do control "sms modem0 +8491200000$i tin $i"; done
    [[ "$(control slots modem0)" == 'ok SM 2/2 ME 0/100 waiting 1' ]]
    phone deletesms 1 1
    [[ "$(control slots modem0)" == 'ok SM 2/2 ME 0/100 waiting 0' ]]
    phone getallsms
    [[ "$output" == *"tin 3"* ]]
}

# ask MODEM FEATURES CODE: gammu would listen for ten seconds more; three are enough to hear.
ask() {
    printf '[gammu]\ndevice = %s\nconnection = dku2at\nmodel = at\n%s\n' "$DIR/$1" "$2" >"$DIR/rc-$1"
    timeout -s INT 3 gammu -c "$DIR/rc-$1" getussd "$3" >"$DIR/ussd-$1" 2>&1 3>&- &
    ASKED="$ASKED $!"
}

@test "gammu asks for the balance in each way modems write it" {
    play 'modem_count = 4; modem = { ussd_ms = 0; };
        modems = ( { index = 2; ussd = "ucs2"; }, { index = 3; ussd = "packed"; } );
        ussd = ( { code = "*101#"; text = "TK goc: 50000d"; }, { code = "*098#"; text = "Chưa đăng ký"; } );'
    ask modem0 '' '*101#'
    ask modem1 '' '*098#'
    ask modem2 '' '*101#'
    ask modem3 'features = ENCODED_USSD' '*101#'
    for pid in $ASKED; do wait "$pid" || true; done
    for modem in 0 2 3; do grep 'Service reply *: "TK goc: 50000d"' "$DIR/ussd-modem$modem"; done
    grep 'Service reply *: "Chưa đăng ký"' "$DIR/ussd-modem1"
}

@test "an unplugged modem is gone for gammu, and there again when plugged in" {
    play "$quick"
    phone identify
    control unplug modem0
    run call_gammu identify
    [ "$status" -ne 0 ]
    control plug modem0
    phone identify
}

@test "smsd of smstools sends with a report and receives" {
    play "$quick households = ( { delay_ms = 0; answers = ( { text = \"Dạ đồng ý\"; } ); } );"
    mkdir "$DIR"/{outgoing,checked,incoming,sent,failed,report}
    cat >"$DIR/smsd.conf" <<EOF
devices = SIM
$(for folder in outgoing checked incoming sent failed report; do echo "$folder = $DIR/$folder"; done)
logfile = $DIR/smsd.log
infofile = $DIR/smsd.working
pidfile = $DIR/smsd.pid
delaytime = 1
errorsleeptime = 1
autosplit = 3
incoming_utf8 = yes
decode_unicode_text = yes
[SIM]
device = $DIR/modem0
init = AT+CNMI=2,1,0,2
incoming = yes
report = yes
baudrate = 115200
rtscts = no
send_delay = 0
memory_start = 1
EOF
    printf 'To: 84912000004\nReport: yes\n\nMoi hop luc {7h}\n' >"$DIR/outgoing/invitation"
    /usr/sbin/smsd -t -c "$DIR/smsd.conf" >/dev/null 2>&1 3>&- &
    PIDS="$PIDS $!"
    until_true test -e "$DIR/sent/invitation"
    until_true sh -c "ls $DIR/incoming/* $DIR/report/*"
    [ "$(air '.[] | select(.direction == "received") | .text')" = 'Moi hop luc {7h}' ]
    grep -q 'Dạ đồng ý' "$DIR"/incoming/*
    grep -q '^From: 84912000004' "$DIR"/incoming/*
    grep -q 'Status: 0,Ok' "$DIR"/report/*
}
