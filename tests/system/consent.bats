#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Refusals organisation by organisation over the air, and what people may ask of their data: found,
# handed out, erased; what the clock erases; nothing of it in the log.

load setup

setup() { new_home; }
teardown() { stop_all; }

all_sent() {
    sql_is "select count(*) from message where state in ('queued', 'leased') and purpose = 'invitation'" 0
}

refusals() { loa consent show "$1" --json | jq -r '[.refuses[].organisation] | join(",")'; }

@test "an SMS refuses one organisation, an emergency goes all the same, DK comes back" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    import_people 4
    run_campaign NHA "Xa moi hop. Tu choi: TC" 'optout = { keywords = [ "TC" ]; };'
    wait_for all_sent
    run_campaign HND "Hoi moi hop. Tu choi: TC" 'organisation = "Hội Nông dân";' \
        'optout = { keywords = [ "TC" ]; };' 'answers = { optout = "Da ngung. Muon nhan lai: DK"; };'
    wait_for all_sent
    sleep 1 # the campaign that was sent last, by the second
    control sms 0 +84912000001 "TC"
    wait_for sql_is "select count(*) from refusal" 1
    [ "$(refusals 0912000001)" = "hội nông dân" ]
    # By which text, of which campaign; masked unless the number is asked for.
    run loa consent list
    [[ "$output" = *"opted-out"*"HND"*"TC"* ]]
    [[ "$output" != *912000001* ]]
    loa consent list --phone 0912000001 | grep -q +84912000001
    [ "$(loa consent list --event opted-out --json | jq -r '.consent[0].phone')" = "+8491****001" ]

    run_campaign HND2 "Hoi moi hop lan hai" 'organisation = "HỘI NÔNG DÂN";'
    run_campaign NHA2 "Xa moi hop lan hai"
    wait_for all_sent # an emergency would overtake it
    campaign_file BAO "Bao so 3 vao dat lien" 'organisation = "Hội Nông dân";' \
        'priority = "emergency";' >"$HOME_DIR/BAO.conf"
    loa campaign create "$HOME_DIR/BAO.conf"
    run loa campaign preview BAO
    [[ "$output" = *"goes to 1 of them although they refuse"* ]]
    [ "$(loa campaign preview BAO --json | jq .audience.exempted)" = 1 ]
    loa campaign submit BAO
    loa campaign approve BAO
    loa campaign start BAO
    wait_for all_sent
    [ "$(air_parts '.to == "+84912000001"')" -ge 4 ]
    sql_is "select group_concat(c.code || ' ' || m.state, ', ') from message m join campaign c on
            c.id = m.campaign_id join contact t on t.id = m.contact_id where t.phone = '+84912000001'
            and c.code in ('HND2') and m.purpose = 'invitation'" "HND2 skipped"
    sql_is "select count(*) from consent where event = 'exempted'" 1

    control sms 0 +84912000001 "DK"
    wait_for sql_is "select count(*) from refusal" 0
    loa consent list --event opted-in | grep -q 'DK'

    # In person: everything refused, and everything back.
    loa consent refuse 0912000002 --by Minh --reason "at the desk"
    [ "$(refusals 0912000002)" = "*" ]
    run loa consent refuse 0912000002 --by Minh --reason "again"
    [ "$status" -ne 0 ]
    [[ "$output" = *"refuses that already"* ]]
    loa consent restore 0912000002 --by Minh --reason "at the desk"
    [ "$(refusals 0912000002)" = "" ]
    # Neither numbers nor texts in the log.
    not grep -q '91200000\|moi hop\|at the desk' "$LOG"
}

@test "a person is found, handed out and erased; the next roster obeys the refusal" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    import_people 3
    run_campaign HOI "Chao {ten}, moi hop" 'questions = ( { id = "y"; kind = "choice"; options = (
        { code = "1"; label = "co"; }, { code = "2"; label = "khong"; } ); } );' \
        'opinion = { keywords = [ "YK" ]; };'
    wait_for all_sent
    control sms 0 +84912000001 "1"
    control sms 0 +84912000001 "YK duong lay loi qua"
    wait_for sql_is "select count(*) from opinion" 1
    loa consent refuse 0912000001 --by Minh --reason "dien thoai bao thoi"
    local id
    id=$(loa person find 'nguoi so 2' --json | jq '.persons[0].id')
    loa person find 0912000001 | grep -q 'Người Số 2'
    loa person export --person "$id" --out "$HOME_DIR/out.json" --by Minh --reason "her request"
    [ "$(stat -c %a "$HOME_DIR/out.json")" = 600 ]
    # Nothing is handed out into a file that is there, and nothing written down of it.
    run loa person export --person "$id" --out "$HOME_DIR/out.json" --by Minh
    [ "$status" = 73 ]
    sql_is "select count(*) from consent where event = 'exported'" 1
    jq -e '.number.opinions[0].text == "duong lay loi qua" and
           (.number.messages | length) >= 1 and .persons[0].person[0].name == "Người Số 2"' \
        "$HOME_DIR/out.json"
    wait_for sql_is "select count(*) from message where state = 'delivered' and purpose = 'invitation'" 3
    local before
    before=$(loa tally HOI --json | jq -S 'del(.counted_at)')
    loa person erase --person "$id" --dry-run | grep -q '^would be erased: 1 persons'
    run loa person erase --person "$id"
    [ "$status" -eq 64 ]
    loa person erase --person "$id" --by Minh --reason "her request"
    diff <(loa tally HOI --json | jq -S 'del(.counted_at, .receipts, .state, .state_at)') \
        <(jq 'del(.receipts, .state, .state_at)' <<<"$before")
    run loa person erase --person "$id" --by Minh --reason "again"
    [[ "$output" = *"was erased already"* ]]
    not grep -aq '912000001\|Người Số 2\|duong lay loi\|thoi bao' <(cat "$DATABASE" "$DATABASE-wal")
    import_people 3
    [ "$(refusals 0912000001)" = "*" ]
    not grep -q '91200000\|duong lay\|Người' "$LOG"
}

@test "the clock erases what is due, and says so" {
    start_simulator 1 </dev/null
    start_gateway
    wait_for sql_is "select state from modem" ready
    import_people 2
    run_campaign XUA "Moi hop xua lam roi" 'retention = { months = 1; };'
    run_campaign GIU "Moi hop giu lai"
    wait_for all_sent
    loa retention | grep -q 'XUA.*1 months after its end'
    loa retention | not grep -q GIU
    wait_for sql_is "select count(*) from campaign where state = 'finished'" 2
    stop_gateway
    sql "update campaign set state_at = state_at - 40 * 86400000"
    start_gateway
    wait_for sql_is "select count(*) from campaign where erased_at is not null" 1
    sql_is "select count(*) from message where text = '' and campaign_id = 1" 2
    sql_is "select count(*) from message where text <> '' and campaign_id = 2" 2
    loa retention | grep -q 'XUA.*erased'
    loa campaign show XUA | grep -q '^erased '
    grep -q 'retention campaign=XUA event=erased' "$LOG"
    loa tally XUA | grep -q 2
}
