#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Surveys by USSD over HTTP: an aggregator that is curl dials, types, repeats itself, shows wrong
# secrets, breaks off; phones answer by SMS as well; the gateway is killed between two requests.

load setup

setup() {
    new_home
    PORT=$((20000 + RANDOM % 12000))
    SECRET=q8Zr2mVxT0uKcP4n
    DIALLED= PATH_SO_FAR= PHONE=
}
teardown() { stop_all; }

# ussd_config [SERVICE-SETTINGS] [USSD-SETTINGS]
ussd_config() {
    write_config "ussd = { listen = \"127.0.0.1:$PORT\"; ${2-per_second = 0;}
        services = ( { name = \"thamdo\"; secret = \"$SECRET\"; ${1-per_minute = 0;} } ); };"
}

# The aggregator: `dial SESSION PHONE` begins, `type TEXT` goes on; both print the page.
post() {
    curl -s -m 30 --data-urlencode "sessionId=$1" --data-urlencode "serviceCode=*199#" \
        --data-urlencode "phoneNumber=$2" --data-urlencode "text=$3" \
        --data-urlencode "networkCode=45204" "http://127.0.0.1:$PORT/ussd/thamdo?secret=$SECRET"
}
dial() {
    DIALLED=$1 PHONE=$2 PATH_SO_FAR=
    post "$DIALLED" "$PHONE" ""
}
type_in() {
    if [ -z "$PATH_SO_FAR" ]; then PATH_SO_FAR=$1; else PATH_SO_FAR="$PATH_SO_FAR*$1"; fi
    post "$DIALLED" "$PHONE" "$PATH_SO_FAR"
}
# page BEGINNING COMMAND…
page() {
    local expected=$1 shown
    shift
    "$@" >"$HOME_DIR/page"
    shown=$(cat "$HOME_DIR/page")
    [[ "$shown" = "$expected"* ]] || {
        echo "expected: $expected"
        echo "shown: $shown"
        return 1
    }
}
status_of() {
    curl -s -m 30 -o "$HOME_DIR/body" -D "$HOME_DIR/head" -w '%{http_code}' "$@"
}

start_survey() {
    import_people 8
    cat >"$HOME_DIR/KS.conf" <<'END'
code = "KS"; title = "Nhu cầu học nghề"; kind = "survey"; audience = { units = [ "TT" ]; };
text = "Khao sat: goi *199#, hoac nhan 1=co 2=khong";
questions = (
  { id = "can"; kind = "choice"; text = "Can hoc nghe khong?";
    options = ( { code = "1"; label = "Có"; sense = "yes"; },
                { code = "2"; label = "Không"; sense = "no"; } ); },
  { id = "nghe"; kind = "choices"; keyword = "NGHE"; text = "Hoc nghe nao?";
    options = ( { code = "1"; label = "May"; }, { code = "2"; label = "Hàn"; },
                { code = "3"; label = "Nấu ăn"; } ); },
  { id = "bc"; kind = "numbers"; keyword = "BC"; text = "Bao nhieu lao dong?";
    fields = ( { name = "nam"; label = "lao động nam"; },
               { name = "nu"; label = "lao động nữ"; } ); },
  { id = "hop"; kind = "headcount"; keyword = "HOP"; text = "May nguoi du hop?"; },
  { id = "gopy"; kind = "text"; keyword = "GOPY"; text = "Gop y?"; } );
optout = { keywords = [ "TC" ]; };
answers = { accepted = "Da ghi: {lua_chon}"; };
END
    loa campaign create "$HOME_DIR/KS.conf"
    loa campaign submit KS
    loa campaign approve KS
    loa campaign start KS
    wait_for sql_is "select count(*) from message where state in ('queued', 'leased')" 0
    sleep 1 # the network's clock tells seconds
}

# answers LAST-DIGIT: what stands for that phone.
answers() {
    sql "select group_concat(one, '; ') from (select a.question || '=' || a.code as one from answer a
        join contact c on c.id = a.contact_id where c.phone = '+849120000$1'
        and a.superseded_by is null order by a.question)"
}

listening() { grep -q 'event=listening' "$LOG"; }

@test "a whole survey, repeated and broken off, by menu and by SMS, is counted as one" {
    start_simulator 1 </dev/null
    ussd_config
    start_gateway
    wait_for sql_is "select state from modem" ready
    start_survey

    # Every kind of question. A "*" in free text is the caller's own.
    page "CON Can hoc nghe khong?" dial AT1 +84912000001
    page "CON Hoc nghe nao?" type_in 1
    page "CON " type_in "1 3"
    grep -q 'Bao nhieu lao dong' "$HOME_DIR/page" || page "CON Bao nhieu" type_in 99
    page "CON Bao nhieu lao dong?" post AT1 +84912000001 "$PATH_SO_FAR"
    page "CON " type_in 12
    page "CON May nguoi du hop?" type_in 7
    page "CON Gop y?" type_in 2
    page "END " type_in "mo lop * buoi toi"
    [ "$(answers 01)" = "bc=nam=12,nu=7; can=1; gopy=mo lop * buoi toi; hop=count=2; nghe=1,3" ]
    sql_is "select state || ' ' || campaign_id from ussd_session where session = 'AT1'" "done 1"
    # The menu has answered: nothing is written back.
    sql_is "select count(*) from message where purpose = 'answer'" 0

    # The aggregator got no answer and asks again: the same page, counted once; then out of turn.
    cp "$HOME_DIR/page" "$HOME_DIR/last"
    page "END " post AT1 +84912000001 "$PATH_SO_FAR"
    cmp "$HOME_DIR/page" "$HOME_DIR/last"
    page "END Yeu cau khong hop le" post AT1 +84912000001 "1*2"
    page "END Yeu cau khong hop le" post AT1 +84912000002 "$PATH_SO_FAR"
    page "END Phien nay da ket thuc" post AT1 +84912000001 "$PATH_SO_FAR*1"
    sql_is "select count(*) from reply" 5

    # A later SMS replaces, a later menu replaces that.
    sleep 1 # the network's clock tells seconds
    control sms 0 +84912000001 "2"
    wait_for sql_is "select count(*) from reply where modem = 'sim0'" 1
    [[ "$(answers 01)" = *"can=2"* ]]
    page "CON " post AT2 84912000001 1
    [[ "$(answers 01)" = *"can=1"* ]]

    # A session breaks off; the notice of its end; the next one goes on where it was.
    page "CON Can hoc" dial AT3 0912000002
    page "CON Hoc nghe nao?" type_in 2
    [ "$(status_of -d sessionId=AT3 -d status=Failed -d hopsCount=2 \
        "http://127.0.0.1:$PORT/ussd/thamdo/end?secret=$SECRET")" = 200 ]
    sql_is "select state from ussd_session where session = 'AT3'" left
    page "CON Tiep tuc:" dial AT4 +84912000002
    grep -q "Hoc nghe nao?" "$HOME_DIR/page"

    # Killed between two requests: nothing that was answered is lost, and the session goes on.
    page "CON " type_in 2
    stop_gateway KILL
    start_gateway
    page "CON " post AT4 +84912000002 "$PATH_SO_FAR"
    page "CON Bao nhieu lao dong?" type_in 99
    [ "$(answers 02)" = "can=2; nghe=2" ]

    # Who refuses by SMS may dial; who is not asked is told so.
    control sms 0 +84912000003 "TC"
    wait_for sql_is "select count(*) from refusal" 1
    page "CON " post AT5 +84912000003 1
    [ "$(answers 03)" = "can=1" ]
    page "END Hien khong co khao sat nao" dial AT6 +84987654321

    loa recount KS | grep -qx equal
    [ "$(loa tally KS --json |
        jq '.total.questions[] | select(.id == "can") | .answered')" = 3 ]
    [ "$(loa inbox --all --json | jq -r '[.replies[].by] | unique | join(",")')" = sms,ussd ]
    loa answers KS | grep -q '(USSD)$'
    [ "$(loa campaign show KS --json | jq -c .answers)" = "{\"sms\":0,\"ussd\":$(sql "select count(*) from answer where superseded_by is null and code <> ''"),\"entered\":0}" ]
    loa campaign show KS | grep -qE '^answers +[0-9]+ by USSD$'
    not grep -q '(SMS)' <(loa answers KS)
    loa answer history KS --phone 0912000001 | grep -q '(SMS)'
    # What the log says tells nobody who or what.
    not grep -qE "91200000[0-9]|buoi toi|$SECRET" "$LOG"
}

@test "only who shows the secret is served, and only what makes sense" {
    ussd_config 'per_minute = 5;'
    MODEMS=1 start_gateway
    local url="http://127.0.0.1:$PORT/ussd/thamdo" form="sessionId=S&phoneNumber=0912000001&text="
    [ "$(status_of -d "$form" "$url")" = 403 ]
    [ "$(cat "$HOME_DIR/body")" = "not allowed" ]
    [ "$(status_of -d "$form" "$url?secret=${SECRET}x")" = 403 ]
    [ "$(status_of -H 'Authorization: Bearer wrong' -d "$form" "$url")" = 403 ]
    [ "$(status_of -H "Authorization: Bearer $SECRET" -d "$form" "$url")" = 200 ]
    grep -qi '^content-type: text/plain; charset=utf-8' "$HOME_DIR/head"
    [ "$(status_of -d "$form" "http://127.0.0.1:$PORT/ussd/khac?secret=$SECRET")" = 404 ]
    [ "$(status_of -d "$form" "http://127.0.0.1:$PORT/v1/status")" = 404 ]
    [ "$(status_of "$url?secret=$SECRET")" = 405 ]
    grep -qi '^allow: POST' "$HOME_DIR/head"
    url="$url?secret=$SECRET"
    [ "$(status_of -d "phoneNumber=0912000001&text=" "$url")" = 400 ]
    [ "$(status_of -d "sessionId=S&text=" "$url")" = 400 ]
    [ "$(status_of -d "sessionId=S&phoneNumber=VIETTEL&text=" "$url")" = 400 ]
    [ "$(status_of -d "sessionId=S&phoneNumber=0912000001" "$url")" = 400 ]
    [ "$(status_of -d "$form%00" "$url")" = 400 ]
    [ "$(status_of -d "$form%ff" "$url")" = 400 ]
    [ "$(status_of -d "$form&text=1" "$url")" = 400 ]
    [ "$(status_of -d "$form$(printf '1%.0s' $(seq 5000))" "$url")" = 400 ]
    [ "$(status_of -d "$form$(printf '1%.0s' $(seq 9000))" "$url")" = 413 ]
    [ "$(status_of -H 'Content-Type: application/json' -d '{}' "$url")" = 415 ]

    # The phone's own limit is told to the phone; counted of all its requests, also refused ones.
    for _ in 2 3 4 5; do page "END Hien khong co" post S 0912000001 ""; done
    page "END Qua nhieu yeu cau" post S 0912000001 ""
    page "END Hien khong co" post T 0912000002 ""
    wait_for grep -q 'event=refused secret=3' "$LOG"
    not grep -qE "$SECRET" "$LOG"
}

@test "too many requests of all are put off, and an address that is taken stops nothing else" {
    python3 -c "import socket, sys, time
s = socket.socket(); s.bind(('127.0.0.1', $PORT)); s.listen(); print('bound', flush=True)
time.sleep(600)" >"$HOME_DIR/holder" 3>&- &
    local holder=$!
    wait_for grep -q bound "$HOME_DIR/holder"
    ussd_config 'per_minute = 0;' 'per_second = 1;'
    sed -i 's/^log = .*/&\nalarms = { modem_down = "10s"; };/' "$HOME_DIR/loa.conf"
    MODEMS=1 start_gateway
    grep -q "event=not-listening .*127.0.0.1:$PORT: another program listens there" "$LOG"
    wait_for sql_is "select count(*) from alarm where kind = 'ussd-closed' and cleared_at is null" 1
    loa status | grep -q "another program listens there"
    kill "$holder"
    wait "$holder" || true
    wait_for listening

    # Of two in one second the second is put off; how fast this machine is must not matter.
    seen=
    for i in $(seq 60); do
        seen="$seen $(status_of -d "sessionId=S$i&phoneNumber=0912000001&text=" \
            "http://127.0.0.1:$PORT/ussd/thamdo?secret=$SECRET")"
        [[ "$seen" = *200* && "$seen" = *429* ]] && break
    done
    [[ "$seen" = *200* && "$seen" = *429* ]]

    # Another address, and none at all, without a new start.
    local other=$((PORT + 1))
    sed -i "s/127.0.0.1:$PORT/127.0.0.1:$other/; s/per_second = 1/per_second = 0/" "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q "event=listening address=127.0.0.1:$other" "$LOG"
    not curl -s -m 5 "http://127.0.0.1:$PORT/ussd/thamdo"
    PORT=$other page "END Hien khong co" dial U1 0912000001
}
