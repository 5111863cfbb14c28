#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Reminders through the real gateway and simulated modems, a kill while they are queued, and
# campaigns that come again.

load setup

setup() { new_home; }
teardown() { stop_all; }

# A moment so many seconds from now, as campaign files write it.
moment() {
    TZ=Asia/Ho_Chi_Minh date -d "+$1 seconds" +%Y-%m-%dT%H:%M:%S+07:00
}

received() {
    jq -r "select(.direction == \"received\" and (.text | startswith(\"$1\"))) | .text" "$AIR" | sort
}

has_received() {
    [ "$(received "$1" | wc -l)" = "$2" ]
}

survey_file() {
    echo "code = \"$1\"; title = \"Khảo sát\"; kind = \"survey\"; text = \"Moi {ten} nhan 1 hoac 2\";"
    echo "audience = { units = [ \"TT\" ]; };"
    echo "questions = ( { id = \"q\"; kind = \"choice\"; options = ( { code = \"1\"; label = \"có\"; },"
    echo "  { code = \"2\"; label = \"không\"; } ); } );"
    shift
    printf '%s\n' "$@"
}

approve_and_start() {
    loa campaign submit "$1"
    loa campaign approve "$1"
    loa campaign start "$1"
}

@test "the silent are reminded, thanks go out after the end, then the campaign finishes" {
    start_simulator 2 <<<'modem = { air_ms = 10; report_delay_ms = 10; };'
    start_gateway
    import_people 5
    survey_file KS "closes = \"$(moment 13)\";" \
        "reminders = ( { at = \"$(moment 10)\"; text = \"Nhac {ten}\"; }," \
        "  { at = \"$(moment 10)\"; to = \"answered\"; options = [ \"2\" ]; text = \"Hai {ten}\"; }," \
        "  { at = \"$(moment 14)\"; to = \"all\"; text = \"Cam on {ten}\"; } );" >"$HOME_DIR/ks.conf"
    loa campaign create "$HOME_DIR/ks.conf"
    run loa campaign preview KS
    [[ "$output" == *"Nhac Nguoi So 1"* ]]
    [[ "$output" == *"cost with all reminders"* ]]
    approve_and_start KS
    wait_for has_received Moi 5
    control sms 0 +84912000000 "1"
    control sms 1 +84912000001 "2 nhe"
    control sms 0 +84912000002 "TC"
    control sms 0 +84912000002 "STOP"
    wait_for -t 25 has_received Nhac 2
    [ "$(received Nhac)" = "$(printf 'Nhac Nguoi So 4\nNhac Nguoi So 5')" ]
    wait_for has_received Hai 1
    wait_for sql_is "select closes_at < strftime('%s', 'now') * 1000 from campaign" 1
    sql_is "select state from campaign" running
    wait_for -t 25 has_received "Cam on" 4
    wait_for sql_is "select state from campaign" finished
    run loa campaign show KS --json
    [ "$(jq -c '[.reminders[] | [.to, .state, .queued, .messages.delivered]]' <<<"$output")" = \
        '[["silent","done",2,2],["answered","done",1,1],["all","done",4,4]]' ]
    grep -q 'reminder=1 queued=2 event=reminded' "$LOG"
}

@test "kills while reminders are queued lose none and double none" {
    start_simulator 1 </dev/null
    start_gateway
    import_people 1
    # The invitations went out at another time; here nothing is sent, only queued.
    local closed
    closed=$(TZ=Asia/Ho_Chi_Minh date -d '+6 hours' +%H:00)
    survey_file KS "window = \"$closed-$(TZ=Asia/Ho_Chi_Minh date -d '+7 hours' +%H:00)\";" \
        "reminders = ( { at = \"$(moment 5)\"; text = \"Nhac {ten}\"; } );" >"$HOME_DIR/ks.conf"
    [[ "$closed" == 23:00 ]] && sed -i 's/23:00-00:00/23:00-24:00/' "$HOME_DIR/ks.conf"
    loa campaign create "$HOME_DIR/ks.conf"
    approve_and_start KS
    stop_gateway
    sql "with recursive n (i) as (select 2 union all select i + 1 from n where i < 20000)
         insert into contact (id, phone, created_at) select i, '+8491' || (2000000 + i), 1 from n;
         insert into person (id, name, name_key, contact_id, unit_id, import_id, created_at, updated_at)
             select id, 'N' || id, 'n', id, 1, 1, 1, 1 from contact where id > 1;
         insert into campaign_audience (campaign_id, person_id, contact_id, unit_id, addressed)
             select 1, id, id, 1, 1 from contact where id > 1;
         insert into message (campaign_id, contact_id, purpose, state, priority, text, parts, reference,
             not_before, expires_at, created_at, state_at)
             select 1, id, 'invitation', 'sent', 1, 'x', 1, 1, 1, 2, 1, 1 from contact where id > 1;
         update message set state = 'delivered' where purpose = 'invitation'"
    for kill in 1 2 3; do
        start_gateway
        wait_for sql_is "select queued > $((kill * 1000)) from reminder_run" 1
        stop_gateway KILL
        sql_is "select done_at is null from reminder_run" 1
    done
    start_gateway
    wait_for sql_is "select done_at is not null from reminder_run" 1
    sql_is "select queued from reminder_run" 20000
    sql_is "select count(*) || ' ' || count(distinct contact_id) from message where reminder = 0" \
        "20000 20000"
    sql_is "pragma integrity_check" ok
}

@test "a campaign that comes again: drafts ahead, the agenda, a skipped day" {
    start_simulator 1 </dev/null
    start_gateway
    import_people 2
    local tomorrow after
    tomorrow=$(TZ=Asia/Ho_Chi_Minh date -d '+1 day' +%Y-%m-%d)
    after=$(TZ=Asia/Ho_Chi_Minh date -d '+2 days' +%Y-%m-%d)
    survey_file GD 'repeat = { rules = [ "FREQ=YEARLY;BYMONTH=13" ]; };' >"$HOME_DIR/gd.conf"
    run loa calendar add "$HOME_DIR/gd.conf"
    [ "$status" = 65 ]
    [[ "$output" == *"gd.conf:5: repeat.rules[0]: “BYMONTH=13”"* ]]
    survey_file GD 'repeat = { rules = [ "FREQ=DAILY" ]; ahead = "36h"; open_for = "2d"; };' \
        >"$HOME_DIR/gd.conf"
    run loa campaign create "$HOME_DIR/gd.conf"
    [ "$status" = 65 ]
    [[ "$output" == *"loa calendar add"* ]]
    loa calendar add "$HOME_DIR/gd.conf" --by "Minh"
    wait_for sql_is "select count(*) > 0 from campaign where code = 'GD-${tomorrow//-/}'" 1
    stop_gateway KILL
    start_gateway
    loa calendar add "$HOME_DIR/gd.conf"
    sql_is "select count(*) - count(distinct day) from series_campaign" 0
    sql_is "select count(*) from campaign where code = 'GD-${tomorrow//-/}'" 1
    loa campaign submit "GD-${tomorrow//-/}"
    run loa calendar --from "$tomorrow" --to "$after"
    [[ "$output" == *"send"*"GD-${tomorrow//-/}"*"submitted"* ]]
    loa calendar skip GD "$tomorrow" --reason "bao" --by "Minh"
    run loa calendar --from "$tomorrow" --to "$tomorrow" --json
    [ "$(jq -r '.calendar[0] | .state + " " + .note' <<<"$output")" = "skipped by Minh: bao" ]
    sql_is "select state from campaign where code = 'GD-${tomorrow//-/}'" cancelled
    loa calendar --ics --from "$after" --to "$after" >"$HOME_DIR/loa.ics"
    grep -q $'^BEGIN:VEVENT\r$' "$HOME_DIR/loa.ics"
    curl -sf --unix-socket "$SOCKET" -D "$HOME_DIR/head" -o /dev/null http://loa/v1/calendar.ics
    grep -qi 'content-type: text/calendar' "$HOME_DIR/head"
    loa calendar stop GD --reason "xong"
    run loa calendar --json --from "$after"
    [ "$(jq '[.calendar[] | select(.state == "planned")] | length' <<<"$output")" = 0 ]
    [ "$(jq -r '.series[0].state' <<<"$output")" = stopped ]
    run loa calendar skip GD 2020-01-01
    [ "$status" = 65 ]
}
