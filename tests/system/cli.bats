#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# loa as people type it, against a real gateway without modems.

bats_require_minimum_version 1.5.0
load office

setup() { office_open; }
teardown() { office_close; }

take_roster() { "$loa" import roster.csv --units units.csv >/dev/null; }
take_campaign() {
  take_roster
  "$loa" campaign create moi-hop.conf >/dev/null
}

# fails WITH WORDS COMMAND...: the exit code and a sentence on stderr, nothing on stdout
fails() {
  local with=$1 words=$2
  shift 2
  run --separate-stderr "$@"
  [ "$status" = "$with" ] || { echo "# exit $status, not $with: $output $stderr"; return 1; }
  [[ "$stderr" == *"$words"* ]] || { echo "# no \"$words\" in: $stderr"; return 1; }
  [ -z "$output" ] || { echo "# stdout: $output"; return 1; }
}

@test "usage mistakes are 64 and point to the help" {
  fails 64 "loa --help" "$loa" dance
  fails 64 "there is no command \"campaign dance\"" "$loa" campaign dance
  fails 64 "campaign watch" "$loa" campaign
  fails 64 "an argument is missing" "$loa" campaign show
  fails 64 "too many arguments" "$loa" status now
  fails 64 "--colour" "$loa" status --colour
  fails 64 "--until" "$loa" campaign watch HOP --until noon
  fails 64 "--by" "$loa" tally HOP --by moon
  fails 64 "ID" "$loa" outbox retry
  fails 64 "Commands" "$loa"
}

@test "help and version" {
  run "$loa" --help
  [ "$status" = 0 ]
  for word in import "campaign create" "campaign watch" tally inbox "reply set" "outbox retry" \
    modems status phone text units; do
    [[ "$output" == *"$word"* ]]
  done
  run "$loa" campaign --help
  [ "$status" = 0 ]
  [[ "$output" == *"campaign approve CAMPAIGN"* ]]
  run "$loa" import --help
  [ "$status" = 0 ]
  [[ "$output" == *"--rejects"* && "$output" == *"loa import danh-sach.csv --dry-run"* ]]
  run "$loa" --version
  [[ "$output" == "loa "* ]]
}

@test "without the service it is 69, and says how to start it" {
  office_stop
  fails 69 "systemctl start loa-gateway" "$loa" status
  fails 69 "$work/elsewhere" "$loa" status --socket "$work/elsewhere"
  fails 69 "$work/elsewhere" "$loa" --socket "$work/elsewhere" status
}

@test "a socket that one may not open is 77" {
  [ "$(id -u)" = 0 ] || skip "only root can become somebody else"
  chmod 755 "$work"
  cp "$loa" "$work/loa-copy"
  run setpriv --reuid=65534 --clear-groups "$work/loa-copy" status
  [ "$status" = 77 ] || [ "$status" = 69 ] # 69 where the folders above are closed already
}

@test "status and modems are for reading" {
  run "$loa" status
  [[ "$output" == *"0 queued"* && "$output" == *sim1* ]]
  run "$loa" modems
  [ "$status" = 0 ]
  [[ "${lines[0]}" == modem*state* ]]
  [[ "${lines[1]}" == sim1* ]]
  [ "$("$loa" modems --json | jq -r '.modems[0].name')" = sim1 ]
  [ "$("$loa" --json modems | jq -r '.modems[0].name')" = sim1 ]
}

@test "an import tells what was recognised, converted, merged and rejected, row by row" {
  run "$loa" import roster.csv --units units.csv --rejects loai.csv
  [ "$status" = 0 ]
  [[ "$output" == *"UTF-8, separated by ;"* ]]
  [[ "$output" == *"Số điện thoại"*phone* ]]
  grep -qE '^ *4 +person.*Phan Ngọc Hoà' <<<"$output"
  grep -qE '^ *5 +person.*Lê Thị Bích Quyên' <<<"$output"
  grep -qE '^ *6 +no-phone.*Trần Văn Huy' <<<"$output"
  grep -qE '^ *7 +rejected' <<<"$output"
  grep -qE '^ *5 +persons recognised' <<<"$output"
  grep -q 0900174209 loai.csv
  [ "$(stat -c %a loai.csv)" = 600 ]
  run "$loa" import roster.csv --rejects loai.csv
  [ "$status" = 0 ]
  cp roster.csv before.csv
  run "$loa" import roster.csv --rejects roster.csv
  [ "$status" = 73 ]
  [[ "$output" == *"roster.csv is there already"* ]]
  cmp roster.csv before.csv
  run "$loa" units
  [[ "$output" == *"Thôn 2"* ]]
}

@test "a dry run says so and changes nothing" {
  run "$loa" import roster.csv --units units.csv --dry-run
  [ "$status" = 0 ]
  [[ "$output" == *"nothing was changed"* ]]
  [ "$(rows_of person)" = 0 ]
  [ "$(rows_of unit)" = 0 ]
}

@test "imports that cannot be: 65 or 66, and nothing changed" {
  fails 66 "nowhere.csv" "$loa" import nowhere.csv
  fails 66 "nowhere.csv" "$loa" import roster.csv --units nowhere.csv
  printf 'a,b\n1,2\n' >none.csv
  fails 65 "none.csv" "$loa" import none.csv
  printf 'Họ và tên,Điện thoại\n"Lan,0912000345\n' >quote.csv
  fails 65 "quote.csv" "$loa" import quote.csv
  printf 'ma,ma_cha,ten,loai\nA,NONE,Thôn A,thon\n' >bad-units.csv
  fails 65 "bad-units.csv:2:" "$loa" import roster.csv --units bad-units.csv
  [ "$(rows_of person)" = 0 ]
  [ "$(rows_of unit)" = 0 ]
}

@test "an import from stdin" {
  run bash -c "'$loa' import - --units units.csv --json <roster.csv"
  [ "$status" = 0 ]
  [ "$(jq .counts.recognised <<<"$output")" = 5 ]
}

@test "mistakes of a campaign file are file:line: field: sentence, and 65" {
  take_roster
  sed 's/kind  = "survey"/kind  = "poll"/; s/code = "2"/code = "1"/' moi-hop.conf >sai.conf
  fails 65 "sai.conf:3: kind: " "$loa" campaign create sai.conf
  grep -qE '^sai\.conf:[0-9]+: questions\[0\]' <<<"$stderr"
  [ "$(rows_of campaign)" = 0 ]
  sed 's/"X1"/"KHONG-CO"/' moi-hop.conf >xa.conf
  fails 65 "KHONG-CO" "$loa" campaign create xa.conf
}

@test "a campaign from the file to the queue and back" {
  take_roster
  run "$loa" campaign create moi-hop.conf --by Lan
  [ "$status" = 0 ]
  [[ "$output" == *"HOP is draft"* ]]
  run "$loa" campaign preview HOP --price 300
  [ "$status" = 0 ]
  [[ "$output" == *"3 recipients"* && "$output" == *900* && "$output" == *"Trần Văn Huy"* ]]
  fails 65 "draft" "$loa" campaign approve HOP
  "$loa" campaign submit HOP --by Lan
  "$loa" campaign approve HOP --by "Chủ tịch xã" --reason "đồng ý"
  run "$loa" campaign start HOP
  [[ "$output" == *"HOP is running"* ]]
  [ "$("$loa" campaign messages HOP --json --state queued | jq '.messages | length')" = 3 ]
  run "$loa" campaign messages HOP
  [[ "$output" == *"+84900174207"* && "$output" == *"Moi "*" hop thon"* ]]
  run "$loa" campaign pause HOP
  [[ "$output" == *"HOP is paused"* ]]
  run "$loa" campaign cancel HOP --reason "mưa bão"
  [[ "$output" == *"HOP is cancelled"* ]]
  run "$loa" campaign show HOP
  [[ "$output" == *"Chủ tịch xã"*"đồng ý"* && "$output" == *"mưa bão"* ]]
  "$loa" campaign show HOP --definition | cmp - moi-hop.conf
  run "$loa" campaign list
  [[ "$output" == *HOP*cancelled* ]]
  fails 65 "cancelled" "$loa" campaign resume HOP
  fails 65 "there is no campaign" "$loa" campaign show NONE
}

@test "names with diacritics survive a locale without them" {
  take_campaign
  LC_ALL=C "$loa" campaign submit HOP --by "Ngô Thị Ước"
  [ "$("$loa" campaign show HOP --json | jq -r '.events[-1].by')" = "Ngô Thị Ước" ]
}

@test "watching ends when the campaign does, and prints a line for every change" {
  take_campaign
  for step in submit approve start; do "$loa" campaign "$step" HOP >/dev/null; done
  "$loa" campaign watch HOP >watch.txt 3>&- &
  watcher=$!
  until grep -q "3 queued" watch.txt; do sleep 0.1; done
  "$loa" campaign cancel HOP >/dev/null
  wait "$watcher"
  grep -q "running: 3 queued" watch.txt
  [[ "$(tail -n 1 watch.txt)" == *"cancelled: 3 cancelled"* ]]
  not grep -q $'\033' watch.txt
  run "$loa" campaign watch HOP --until sent
  [ "$status" = 0 ]
}

@test "watching lives through a restart of the gateway" {
  take_campaign
  for step in submit approve start; do "$loa" campaign "$step" HOP >/dev/null; done
  "$loa" campaign watch HOP --json >watch.txt 3>&- &
  watcher=$!
  until grep -q '"queued":3' watch.txt; do sleep 0.1; done
  office_stop
  sleep 1.5
  office_start
  "$loa" campaign cancel HOP >/dev/null
  wait "$watcher"
  [ "$(tail -n 1 watch.txt | jq -r .state)" = cancelled ]
}

@test "the tally of a campaign, by unit too" {
  take_campaign
  for step in submit approve start; do "$loa" campaign "$step" HOP >/dev/null; done
  run "$loa" tally HOP
  [ "$status" = 0 ]
  [[ "$output" == *"5 persons"* && "$output" == *"3 queued"* && "$output" == *"question du"* ]]
  run "$loa" tally HOP --by unit
  grep -qE '^X1 +Xã Phú Lộc +5' <<<"$output"
  grep -qE '^ +T1 +Thôn 1 +2' <<<"$output"
  [ "$("$loa" tally HOP --json | jq .total.persons)" = 5 ]
}

@test "an empty inbox and outbox are no error" {
  run "$loa" inbox
  [ "$status" = 0 ]
  [ "$output" = "Nothing waits for a person." ]
  [ "$("$loa" inbox --json | jq -c .replies)" = "[]" ]
  run "$loa" outbox list
  [ "$output" = "The outbox is empty." ]
  fails 65 "17" "$loa" reply set 17 1
  fails 65 "3" "$loa" outbox retry 3
  fails 65 "3" "$loa" outbox show 3
}

# An unclear text of a member, as intake leaves it.
put_reply() {
  sqlite3 -cmd '.timeout 5000' loa.db "INSERT INTO reply (modem, sender, contact_id, campaign_id, text,
    sent_at, received_at, outcome, rule, normalised) SELECT 'sim1', phone, id, 1, '$1',
    1000 * unixepoch(), 1000 * unixepoch(), 'unclear', 'R13', 'x' FROM contact
    WHERE phone = '+84900174207';"
}

@test "a person decides what an unclear reply says, and the tally follows" {
  take_campaign
  for step in submit approve start; do "$loa" campaign "$step" HOP >/dev/null; done
  put_reply $'de toi hoi\n\033[2Jchong toi'
  run "$loa" inbox
  [[ "$output" == *"+84900174207"*"Đinh Thanh Ước"* ]]
  [[ "$output" == *"de toi hoi↵"* ]]
  [[ "$output" != *$'\033'* ]]
  [ "$("$loa" inbox --json --campaign HOP | jq '.replies[0].id')" = 1 ]
  [[ "$("$loa" status)" == *"1 wait for a person: loa inbox"* ]]
  fails 65 "7" "$loa" reply set 1 7
  fails 64 "argument" "$loa" reply set 1
  run "$loa" reply set 1 2 --reason "gọi điện" --by Lan
  [ "$status" = 0 ]
  [ "$("$loa" reply show 1 --json | jq -r '.answer + " " + .settled_by')" = "2 Lan" ]
  [ "$("$loa" inbox)" = "Nothing waits for a person." ]
  [ "$("$loa" inbox --all --json | jq '.replies | length')" = 1 ]
  [ "$("$loa" tally HOP --json |
    jq '.total.questions[0].options[] | select(.code == "2") | .count')" = 1 ]
  run "$loa" tally HOP
  [[ "$output" == *"question du: 1 of 3 contacts answered, 33,3 % of those asked"* ]]
  fails 65 "no campaign" "$loa" inbox --campaign NONE
}

@test "the patterns of an operator are tried on its words, without a service" {
    export LOA_SOCKET="$BATS_TEST_TMPDIR/nobody"
    run "$loa" sim read viettel 'TK goc la 12.000d, HSD 30/11/2026'
    [ "$status" -eq 0 ]
    [ "$output" = "balance         12.000 đ
expires         2026-11-30" ]
    [ "$("$loa" sim read mobifone 'Nap the thanh cong 50.000d' --json | jq -r .card)" = done ]
    run -65 "$loa" sim read viettel 'Xin chao'
    [[ "$output" = *"reads anything"* ]]
    run -65 "$loa" sim read nobody 'TK goc la 12.000d'
    printf 'operators = ( { name = "xa"; networks = [ "45299" ]; alone = true;\n%s\n' \
        'paths = { balance = [ "*9#" ]; }; patterns = [ "vi: (?<balance>[0-9.]+)" ]; } );' \
        >"$BATS_TEST_TMPDIR/operators.conf"
    printf 'Vi: 7.500\n' >"$BATS_TEST_TMPDIR/words"
    "$loa" sim read xa - --operators "$BATS_TEST_TMPDIR/operators.conf" <"$BATS_TEST_TMPDIR/words" |
        grep -q '7.500 đ'
    sed -i 's/(?<balance>/(?<balance/' "$BATS_TEST_TMPDIR/operators.conf"
    run -78 "$loa" sim read xa 'Vi: 7.500' --operators "$BATS_TEST_TMPDIR/operators.conf"
    [[ "$output" = *"operators.conf:2: operators[0].patterns"* ]]
}

@test "output to a full disk is an error" {
  run bash -c "'$loa' status --json >/dev/full"
  [ "$status" = 74 ]
}
