#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# USSD, accounts and top-up cards of the simulated modems: Debian's own gammu reads what it can, and
# a talker at the tty hears the rest.

load setup

setup() {
    new_home
    mkdir "$HOME_DIR/ttys"
}

teardown() {
    stop_all
}

write_rc() {
    printf '[gammu]\ndevice = %s\nconnection = dku2at\nmodel = at\n%s\n' "$HOME_DIR/ttys/$1" \
        "${2:-}" >"$HOME_DIR/rc"
}

# gammu's exit code is its error code, and 127 among them would be taken for a missing command.
send() {
    timeout 100 gammu -c "$HOME_DIR/rc" sendsms TEXT "$@" 3>&- || return 1
}

# ask MODEM CODE [FEATURES]: gammu's words on the answer. It would listen for long after that.
ask() {
    local said pid
    said=$(mktemp "$HOME_DIR/said-XXXXXX")
    write_rc "$1" "${3:+features = $3}"
    gammu -c "$HOME_DIR/rc" getussd "$2" >"$said" 2>&1 3>&- &
    pid=$!
    wait_for grep -qE '^Service reply' "$said"
    kill -INT "$pid"
    wait "$pid" 2>/dev/null || true
    cat "$said"
}

# talk MODEM LINE PATTERN: what the tty says to the line, up to where the pattern is met.
talk() {
    python3 - "$HOME_DIR/ttys/$1" "$2" "$3" <<'END'
import os, re, select, sys, termios, time, tty
path, line, pattern = sys.argv[1:]
file = os.open(path, os.O_RDWR | os.O_NOCTTY)
tty.setraw(file, termios.TCSANOW)
heard, end = "", time.monotonic() + 30
os.write(file, line.encode() + b"\r")
while not re.search(pattern, heard, re.S) and time.monotonic() < end:
    if select.select([file], [], [], 0.2)[0]:
        heard += os.read(file, 4096).decode(errors="replace")
print(heard.replace("\r", ""))
sys.exit(0 if re.search(pattern, heard, re.S) else 1)
END
}

# dial MODEM CODE PATTERN [DCS]: in plain text.
dial() {
    talk "$1" "AT+CUSD=1,\"$2\",15" "$3"
}

control() {
    printf '%s\n' "$*" | socat -t 5 - "UNIX-CONNECT:$CONTROL"
}

hex_of() { # UCS-2, as the talker will hear it
    printf '%s' "$1" | iconv -t UTF-16BE | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F
}

@test "gammu reads each encoding that it knows" {
    start_simulator 5 <<'END'
modem = { ussd_ms = 0; };
modems = ( { index = 1; ussd = "ucs2"; ussd_dcs = "15"; }, { index = 2; ussd = "packed"; },
           { index = 3; ussd = "ucs2"; ussd_dcs = "72"; ussd_request = "ucs2"; },
           { index = 4; ussd = "packed"; ussd_request = "packed"; ussd_padding = "cr"; } );
ussd = ( { code = "*101#"; text = "TK goc: 50.000d"; }, { code = "*102#"; text = "Còn 12 tin"; } );
END
    for modem in 0 1 3; do
        [[ "$(ask modem$modem '*101#')" == *'Service reply '*'"TK goc: 50.000d"'* ]]
    done
    [[ "$(ask modem1 '*102#')" == *'"Còn 12 tin"'* ]]
    for modem in 2 4; do
        [[ "$(ask modem$modem '*101#' ENCODED_USSD)" == *'"TK goc: 50.000d'* ]]
    done
}

@test "gammu goes through a menu, and the balance falls with what it sends" {
    start_simulator 1 <<'END'
modem = { air_ms = 0; report_delay_ms = 0; ussd_ms = 0;
  account = { balance = 1500; price = 300; price_on_net = 200; own_prefixes = [ "098" ];
              money = "12.500 VND"; bundle = 1; expires = "31/12/2199"; }; };
ussd = ( { code = "*101#"; text = "TK: {balance}, HSD {expires}"; },
         { code = "*098#"; text = "1 TK\n2 Goi"; options = (
             { key = "2"; text = "1 Con lai"; options = ( { key = "1"; text = "{bundle} tin"; } ); } ); } );
END
    [[ "$(ask modem0 '*098#')" == *'Action needed'*'"1 TK'* ]]
    [[ "$(control ussd 0)" == 'ok state=open '*'path=*098#' ]]
    [[ "$(ask modem0 2)" == *'Action needed'*'"1 Con lai"'* ]]
    [[ "$(ask modem0 1)" == *'No action needed'*'"1 tin"'* ]]
    [[ "$(control ussd 0)" == 'ok state=idle ended=answer '* ]]
    long=$(printf 'Cau thu %d. ' $(seq 20))
    for to in 0987654321 0912345678; do
        send $to -autolen 1000 -text "$long"
    done
    # Two parts each: the bundle, one on-net, two to others.
    [[ "$(control account 0)" == 'ok balance=700 '*'bundle=0 '*'paid=3 from_bundle=1 spent=800 '* ]]
    [[ "$(ask modem0 '*101#')" == *'"TK: 700 VND, HSD 31/12/2199"'* ]]
    control account 0 balance=299
    run send 0912345678 -text a
    [ "$status" -ne 0 ]
    [[ "$output" == *38* ]]
    [ "$(jq -rs '.[-1] | "\(.result) \(.answer)"' "$AIR")" = 'refused +CMS ERROR: 38' ]
}

@test "four operators of Vietnam answer, each in its way" {
    cp modems/simulator/vietnam.conf "$HOME_DIR/vietnam.conf"
    printf '@include "vietnam.conf"\nseed = 7;\n' >"$HOME_DIR/behaviour.conf"
    start_simulator 4 "$HOME_DIR/behaviour.conf"
    # Viettel: three levels down a bundle is bought; UCS-2 in hex.
    dial modem0 '*101#' "$(hex_of 'TK goc la 50000d')"
    dial modem0 '*098#' '\+CUSD: 1,'
    dial modem0 2 "$(hex_of 'SMS100')"
    dial modem0 1 "$(hex_of 'Dong y')"
    dial modem0 0 "\+CUSD: 1,\"$(hex_of '1. SMS100')"
    dial modem0 1 '\+CUSD: 1,'
    dial modem0 1 "\+CUSD: 0,\"$(hex_of 'Quy khach da dang ky thanh cong goi SMS100. Con 100')"
    [[ "$(control account 0)" == 'ok balance=40000 '*' bundle=100 '* ]]
    # VinaPhone: packed septets; the text is read back by gammu in another test.
    dial modem1 '*110#' '\+CUSD: 0,"D337'
    # MobiFone: plain, with line ends, and a menu stays open until it is left: no SMS meanwhile.
    dial modem2 '*101#' '\+CUSD: 1,"TKC 102,500 d, 23:59 ../../....\..?\r\nSMS con 0, '
    [[ "$(control ussd 2)" == 'ok state=open '* ]]
    talk modem2 'AT+CMGF=1;+CMGS="0912345678"' '> '
    talk modem2 $'hello\x1a' '\+CMS ERROR: 500'
    talk modem2 'AT+CUSD=2' OK
    [[ "$(control ussd 2)" == 'ok state=idle ended=client dialled=1 cancelled=1 '* ]]
    talk modem2 'AT+CMGS="0912345678"' '> '
    talk modem2 $'hello\x1a' '\+CMGS: .*OK'
    dial modem2 '*0#' '"84901234567"'
    # Vietnamobile: the figures come as an SMS, and so does the word on a card.
    talk modem3 'AT+CMGF=1;+CNMI=2,2' OK
    dial modem3 '*101#' '\+CMT: "Vietnamobile".*TK Chinh: 15002d, het han '
    dial modem3 '*100*0000000000009#' '\+CMT: .*So the cao khong hop le'
    dial modem3 '*100*0000000000001#' '\+CMT: .*Nap the thanh cong 20000d. TK Chinh: 35002d'
    dial modem3 '*100*0000000000001#' '\+CMT: .*The cao da duoc su dung'
    # A card of another operator is another card.
    dial modem1 '*100*0000000000001#' '\+CUSD: 0,'
    [[ "$(control account 1)" == 'ok balance=36010 '* ]]
}

@test "five wrong cards block the next, and one SIM's card is no other's" {
    start_simulator 2 <<'END'
modem = { ussd_ms = 0; account = { balance = 0; cards = ( { code = "123"; value = 10000; } ); }; };
END
    for _ in 1 2 3 4 5; do dial modem0 '*100*7#' 'khong dung'; done
    dial modem0 '*100*123#' 'bi khoa'
    dial modem1 '*100*123#' 'Nap the thanh cong .*10000d'
    control account modem0 wrong=0
    dial modem0 '*100*123#' 'da duoc su dung'
}

@test "a modem that wants packed septets takes plain text once it is told so" {
    start_simulator 1 <<'END'
modem = { ussd_ms = 0; ussd = "plain"; ussd_request = "plain"; ussd_mode = "packed"; };
END
    dial modem0 '*101#' ERROR
    talk modem0 'AT^USSDMODE=0' OK
    dial modem0 '*101#' '\+CUSD: 0,"TK goc'
}

@test "the network begins, and the client may answer" {
    start_simulator 1 <<'END'
modem = { ussd_ms = 0; away = "keep"; };
END
    [[ "$(control 'ussd 0 text = "Quy khach co the vay 10.000d"; options = ( { key = "1"; text = "Da vay"; } );')" == 'ok state=open '* ]]
    dial modem0 1 '\+CUSD: 1,"Quy khach.*\+CUSD: 0,"Da vay"'
}

@test "a mistake in menus and accounts is named with line and field" {
    while IFS='|' read -r line wanted; do
        printf 'seed = 1;\n%b\n' "$line" >"$HOME_DIR/behaviour.conf"
        run "$BUILD/loa-simulator" --config "$HOME_DIR/behaviour.conf" --dir "$HOME_DIR"
        echo "$line: $output"
        [ "$status" -eq 78 ]
        [[ "$output" == *"behaviour.conf:$wanted"* ]]
    done <<'END'
modem = { account = {\nbalanc = 5; }; };|3: modem.account.balanc: there is no such
modem = { account = {\nexpires = "31.12.2026"; }; };|3: modem.account.expires: write a date
modem = { account = { \nrefused = "no"; }; };|3: modem.account.refused: this is no result code
modems = ( { index = 0;\naccount = { money = "VND"; }; } );|3: modems[0].account.money: write 12500
operators = ( {\nname = "V"; account = { topup = "*100#"; }; } );|3: operators[0].account.topup: {code}
operators = ( { name = "V"; account = { cards = (\n{ code = "1"; } ); }; } );|3: operators[0].account.cards[0].value: is missing
ussd = (\n{ code = "*1#"; } );|2: ussd: code *1# says and does nothing
ussd = ( { code = "*1#"; text = "a";\noptions = ( { key = "1"; text = "b"; }, { key = "1"; text = "c"; } ); } );|3: ussd[0].options: key 1 stands here twice
ussd = ( { code = "*1#"; text = "a"; options = ( { key = "1"; text = "b"; options = (\n{ text = "c"; } ); } ); } );|3: ussd[0].options[0].options[0].key: is missing
ussd = ( { code = "*1#"; text = "a"; bundle = {\nprice = 1; }; } );|2: ussd[0].bundle.parts: is missing
modem = { \nussd_request = "hex"; };|3: modem.ussd_request: “hex” is not one of any, plain
modem = {\nussd_dcs = "x"; };|3: modem.ussd_dcs: write a number
modems = ( { index = 0;\nfailure_codes = [ "38", "x" ]; } );|3: modems[0].failure_codes: "x" is no result code
modems = ( { index = 0;\nstore = "XX"; } );|3: modems[0].store: write SM or ME
cues = ( { point = "end";\nsay = "50%"; } );|3: cues[0].say: behind %
cues = ( { point = "end";\non = "("; } );|3: cues[0].on:
numbers = (\n{ pattern = "("; } );|3: numbers[0].pattern: 
END
}
