#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Opinions from the SMS of a household to the SMS that answers it, through a simulated modem, with
# a real HTTP receiver for the offices; who may read what; overdue ones.

bats_require_minimum_version 1.5.0
load setup

SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
KEY=khoa-cua-cong-an

setup() {
    new_home
    RECEIVER=$HOME_DIR/receiver
    "$ROOT/tests/receiver" --dir "$RECEIVER" --secret "$SECRET" --script 500 \
        2>"$HOME_DIR/receiver.log" 3>&- &
    RECEIVER_PID=$!
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    wait_for -t 15 test -s "$RECEIVER/port"
    local url
    url=http://127.0.0.1:$(cat "$RECEIVER/port")
    write_config "sinks = (
      { name = \"ca\"; url = \"$url/ca\"; secret = \"$SECRET\"; senders = true; },
      { name = \"dc\"; url = \"$url/dc\"; secret = \"$SECRET\"; send = [ \"opinion\" ]; },
      { name = \"huyen\"; url = \"$url/huyen\"; secret = \"$SECRET\"; send = [ \"opinion\" ]; } );
    offices = (
      { code = \"CA\"; name = \"Công an xã\"; sink = \"ca\"; key = \"$KEY\"; },
      { code = \"DC\"; name = \"Địa chính\"; sink = \"dc\"; due = \"10d\"; } );
    topics = (
      { code = \"an-ninh\"; name = \"An ninh\"; keywords = [ \"trộm\" ]; office = \"CA\"; restricted = true; },
      { code = \"duong\"; name = \"Đường sá\"; keywords = [ \"đường\" ]; office = \"DC\"; } );"
    printf '%s\n' "$KEY" >"$HOME_DIR/key"
    printf 'khoa-cua-ai-do-khac\n' >"$HOME_DIR/other-key"
}

teardown() {
    end_process "$RECEIVER_PID"
    wait "$RECEIVER_PID" 2>/dev/null || true
    stop_all
}

begin() {
    start_gateway
    import_people 3
    run_campaign GOPY "Xin y kien ve thon. Nhan YK noi dung." \
        'opinion = { keywords = [ "YK" ]; confirm = "Hai long nhan 1, chua nhan 0."; };
         answers = { opinion = "Da tiep nhan y kien so {so}."; };'
    wait_for sql_is "select count(*) from message where state in ('sent', 'delivered')" 3
}

opinions_are() { sql_is "select count(*) from opinion" "$1"; }

# handset NUMBER TEXT: what it received last
handset() { jq -e -s --arg to "$1" --arg text "$2" \
    '[.[] | select(.direction == "received" and .to == $to)] | last | .text == $text' "$AIR"; }

# heard FILTER: so many events about opinions, of those that the receivers took
heard() { jq -s "[.[] | select(.type == \"loa.opinion.v1\") | select($1)] | length" "$RECEIVER"/bodies/*.json 2>/dev/null || echo 0; }
heard_is() { [ "$(heard "$1")" = "$2" ]; }

@test "an opinion is assigned, forwarded, answered on the handset, disputed, answered again and closed" {
    begin
    control sms 0 +84912000000 "YK duong vao thon hong nang"
    wait_for opinions_are 1
    run -0 loa opinions
    [[ "$output" == *GOPY/1*"duong?"*"DC?"*received*"duong vao thon hong nang"* ]]
    [[ "$output" != *91200000* ]]
    # The receiver that is no office's hears of it once, though its first attempt failed.
    wait_for heard_is '.data.state == "received"' 1
    loa opinions assign GOPY/1 --office DC --topic duong --due 5d --by Lan
    wait_for heard_is '.data.state == "forwarded"' 1
    heard_is '.data.sender != null' 0
    heard_is '.data.text == "duong vao thon hong nang" and .data.office.code == "DC" and .data.campaign.code == "GOPY" and .data.number == 1' 2
    loa opinions start 1 --by Lan
    loa opinions answer 1 --text "Thứ hai sửa đường" --by Lan
    wait_for handset +84912000000 "Thu hai sua duong Hai long nhan 1, chua nhan 0."
    wait_for sql_is "select state from message where opinion_id = 1" delivered
    run -0 loa opinions
    [[ "$output" == *"answered, SMS delivered"* ]]
    control sms 0 +84912000000 "Chua a"
    wait_for sql_is "select state || confirmed from opinion" in-progressno
    loa opinions answer 1 --text "Hom nay sua xong" --by Lan
    wait_for handset +84912000000 "Hom nay sua xong Hai long nhan 1, chua nhan 0."
    control sms 0 +84912000000 "1"
    wait_for sql_is "select state || confirmed from opinion" closedyes
    run -0 loa opinions show GOPY/1
    [[ "$output" == *forward*Lan*start*answer*dispute*answer*confirm* ]]
    [[ "$output" != *91200000* ]]
    # The office followed it to the end, each step once, in order.
    wait_for heard_is '.data.confirmed == "yes" and .data.state == "closed"' 1
    [ "$(jq -s '[.[] | select(.type == "loa.opinion.v1" and .data.sequence > 1) | .data.sequence] | sort == unique' "$RECEIVER"/bodies/*.json)" = true ]
    # A step that makes no sense is refused with a sentence, and nothing changes.
    run -65 --separate-stderr loa opinions answer 1 --text nua
    [[ "$stderr" == *"is closed"*"reopen it first"* ]]
    not grep -q 'duong vao\|912000000' "$LOG"
}

@test "a restricted opinion is for its office alone, by the API, the lists, the inbox and the sinks" {
    begin
    control sms 0 +84912000001 "YK dem qua nha toi bi trom"
    control sms 0 +84912000002 "YK cam on xa nhieu"
    wait_for opinions_are 2
    number=$(sql "select number from opinion where restricted")
    id=$(sql "select id from opinion where restricted")
    reply=$(sql "select reply_id from opinion where restricted")
    wait_for sql_is "select count(*) from message where receipt = 'opinion'" 2
    for form in "opinions list" "opinions show $id" "opinions export" "opinions export --with-sender" \
        "opinions list --json" "inbox --all" "inbox --all --json" "reply show $reply"; do
        run loa $form
        [ "$status" = 0 ] || { echo "$form: $output"; false; }
        not grep 'bi trom\|912000001' <<<"$output"
    done
    loa messages | not grep "bi trom\|y kien so $number"
    [ "$(loa messages --json | jq '[.messages[] | select(.withheld and .phone == "")] | length')" = 1 ]
    loa opinions | grep -q 'Công an xã'
    for key in "$HOME_DIR/other-key" "$HOME_DIR/key"; do
        run loa opinions show "GOPY/$number" --office-key-file "$key"
        [ "$key" = "$HOME_DIR/key" ] || [ "$status" = 77 ]
    done
    [[ "$output" == *"dem qua nha toi bi trom"* ]]
    LOA_OFFICE_KEY=$KEY loa opinions list --json | grep -q 'bi trom'
    # Neither key is in the log; the wrong one was noted.
    grep -q 'event=key-refused' "$LOG"
    not grep -q 'khoa-cua' "$LOG"
    # To assign is possible unread, to answer or to look who it was is not.
    run -77 loa opinions answer "$id" --text x
    run -77 loa opinions show "$id" --sender
    run -77 loa opinions assign "$id" --unrestricted
    loa opinions assign "$id" --office CA
    wait_for heard_is '.data.restricted and .data.office.code == "CA" and .data.text == "dem qua nha toi bi trom" and .data.sender.phone == "+84912000001"' 1
    heard_is '.data.restricted' 1
    loa opinions answer "$id" --text "Da bat ke trom" --by "CA" --office-key-file "$HOME_DIR/key"
    wait_for handset +84912000001 "Da bat ke trom Hai long nhan 1, chua nhan 0."
    loa campaign messages GOPY --json | not grep -q 'ke trom'
    loa messages | not grep -q 'ke trom'
    entry=$(sql "select max(id) from outbox where sink = 'ca'")
    loa outbox show "$entry" --json | not grep -q 'trom\|912000001'
    # Who was shown the sender stands in the history.
    loa opinions show "$id" --sender --by Minh --office-key-file "$HOME_DIR/key" | grep -q +84912000001
    sql_is "select by_whom from opinion_event where event = 'sender-shown' and opinion_id = $id" Minh
}

@test "overdue ones are in the status, an export holds no formula, an opted-out author gets no SMS" {
    begin
    control sms 0 +84912000000 '=HYPERLINK("http://a","b") xin xem lai cho toi voi'
    wait_for opinions_are 1
    loa opinions assign 1 --office DC --due 1s
    wait_for eval 'loa opinions --state overdue | grep -q GOPY/1'
    loa status | grep -q 'opinions *1 open, 1 overdue'
    [ "$(loa opinions --state forwarded --json | jq '.opinions | length')" = 0 ]
    loa opinions export --campaign GOPY >"$HOME_DIR/register.csv"
    grep -q "\"'=HYPERLINK" "$HOME_DIR/register.csv"
    grep -q 'quá hạn' "$HOME_DIR/register.csv"
    not grep -q 912000000 "$HOME_DIR/register.csv"
    loa opinions export --with-sender --by Minh | grep -q "+84912000000"
    sql_is "select by_whom from opinion_event where event = 'sender-shown'" Minh
    control sms 0 +84912000000 "tu choi nhan tin"
    wait_for sql_is "select count(*) from refusal" 1
    run -65 --separate-stderr loa opinions answer 1 --text "Da xem"
    [[ "$stderr" == *"takes no messages"*"--office-says"* ]]
    loa opinions answer 1 --text "Da gap gia dinh" --office-says
    [ "$(loa opinions show 1 --json | jq -r '.state + " " + .answer')" = "answered Da gap gia dinh" ]
    sql_is "select count(*) from message where opinion_id = 1" 0
    run -65 loa opinions close 1
    loa opinions close 1 --reason "gia dinh da dong y"
    loa status | grep -q 'opinions *0 open, 0 overdue'
    # After a reload other offices are known.
    sed -i 's/code = "DC"/code = "DCX"/; s/office = "DC"/office = "DCX"/' "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    wait_for grep -q event=reloaded "$LOG"
    control sms 0 +84912000001 "YK duong hong"
    wait_for sql_is "select office from opinion where number = 2" DCX
}
