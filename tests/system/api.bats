#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTTP API as any client sees it: curl on the Unix socket of a real gateway without modems.

load office

setup() { office_open; }
teardown() { office_close; }

import_roster() { call POST "/v1/roster/imports" -F file=@roster.csv -F units=@units.csv; }
create_campaign() {
  import_roster
  call POST "/v1/campaigns?file=moi-hop.conf&by=Lan" --data-binary @moi-hop.conf
}

@test "the socket is for its owner and group alone" {
  [ "$(stat -c %a "$LOA_SOCKET")" = 660 ]
  [ "$(stat -c %a loa.db)" = 640 ]
}

@test "the status says who, since when, which modems, what waits" {
  call GET /v1/status
  [ "$code" = 200 ]
  [ "$type" = application/json ]
  [ "$(member .version)" != null ]
  [[ "$(member .gateway)" =~ ^[0-9a-f-]{36}$ ]]
  [ "$(member .schema)" -ge 1 ]
  [[ "$(member .since)" == *+07:00 ]]
  [ "$(member '.modems[0].name')" = sim1 ]
  [ "$(member .queue.queued)" = 0 ]
  [ "$(member .replies_waiting)" = 0 ]
  [ "$(member .outbox_waiting)" = 0 ]
}

@test "what is not there, not allowed or not understood is a problem with its own status" {
  call GET /v1/nothing
  is_problem 404
  call DELETE /v1/campaigns
  is_problem 405
  [ "$(header Allow)" = "GET, HEAD, POST" ]
  call GET "/v1/campaigns?colour=red"
  is_problem 400
  [[ "$(member .detail)" == *colour* ]]
  call GET "/v1/campaigns?limit=0"
  is_problem 400
  call GET "/v1/campaigns?limit=1&limit=2"
  is_problem 400
  call GET "/v1/campaigns?state=%ff"
  is_problem 400
  call GET "/v1/campaigns?limit=1%00"
  is_problem 400
  call GET /v1/campaigns/NONE
  is_problem 404
  call POST "/v1/outbox/retry?sink=nobody"
  is_problem 404
  [[ "$(member .detail)" == *nobody* ]]
  call GET /v1/replies/1
  is_problem 404
  call GET /v1/replies/one
  is_problem 404
  call POST /v1/roster/imports --data-binary @roster.csv
  is_problem 415
  call POST /v1/roster/imports -F other=@roster.csv
  is_problem 400
}

@test "a body that is too large is refused before it is read" {
  head -c 1200000 /dev/zero >big
  call POST /v1/campaigns --data-binary @big
  is_problem 413
  call POST /v1/campaigns --data-binary @big -H "Transfer-Encoding: chunked"
  is_problem 413
  call GET /v1/status
  [ "$code" = 200 ]
}

@test "a part of a form without a name is refused like any other that is not known" {
  printf -- '--loaform\r\nContent-Disposition: form-data\r\n\r\nmot\r\n--loaform--\r\n' >form
  call POST /v1/roster/imports --data-binary @form \
    -H "Content-Type: multipart/form-data; boundary=loaform"
  is_problem 400
  call GET /v1/status
  [ "$code" = 200 ]
}

@test "HEAD answers as GET without a body" {
  call GET /v1/units
  length=$(header Content-Length)
  curl -sS --unix-socket "$LOA_SOCKET" -I http://localhost/v1/units >head.txt
  grep -q '^HTTP/1.1 200' head.txt
  [ "$(header Content-Length)" = "$length" ]
}

@test "an import reports every row and says what it changed" {
  import_roster
  [ "$code" = 201 ]
  [ "$(member .separator)" = ";" ]
  [ "$(member .counts.rows)" = "$(wc -l <roster.csv)" ]
  [ "$(member '.rows | length')" = "$(wc -l <roster.csv)" ]
  [ "$(member .counts.recognised)" = 5 ]
  [ "$(member .counts.added)" = 5 ]
  [ "$(member .counts.rejected)" = 1 ]
  [ "$(member .counts.no_phone)" = 2 ]
  [ "$(member '.rows[] | select(.line == 3) | .name')" = "Đinh Thanh Ước" ]
  [ "$(member '.rows[] | select(.line == 4) | .name')" = "Phan Ngọc Hoà" ]
  [ "$(member '.rows[] | select(.line == 4) | .conversions | length')" -ge 1 ]
  [ "$(member '.rows[] | select(.line == 7) | .outcome')" = rejected ]
  [ "$(member '.rows[] | select(.line == 7) | .reason | length > 0')" = true ]
  [ "$(member .rejects | grep -c 0900174209)" = 1 ]
  call GET /v1/units
  [ "$(member '[.units[].code] | sort | join(" ")')" = "T1 T2 X1" ]
  [ "$(member '.units[] | select(.code == "T1") | .parent')" = X1 ]
  import_roster
  [ "$(member .counts.added)" = 0 ]
  [ "$(member .counts.unchanged)" = 5 ]
}

@test "a dry run reports the same and changes nothing" {
  call POST "/v1/roster/imports?dry_run=true" -F file=@roster.csv -F units=@units.csv
  [ "$code" = 200 ]
  [ "$(member .dry_run)" = true ]
  [ "$(member .counts.added)" = 5 ]
  for table in person contact household unit roster_import; do [ "$(rows_of "$table")" = 0 ]; done
}

@test "what asks to erase only says true or false: another word erases nobody" {
  import_roster
  for word in TRUE yes 1 ""; do
    call POST /v1/persons/erase --json "{\"phone\": \"0900174207\", \"reason\": \"x\", \"dry_run\": \"$word\"}"
    is_problem 422
    call POST /v1/persons/erase --json "{\"phone\": \"0900174207\", \"reason\": \"x\", \"everybody\": \"$word\"}"
    is_problem 422
  done
  [ "$(sqlite3 loa.db "select count(*) from person where erased_at is not null")" = 0 ]
}

@test "a units table with mistakes changes nothing and names each line" {
  printf 'ma,ma_cha,ten,loai\nA,,Xã A,xa\nB,NOWHERE,Thôn B,thon\n' >units.csv
  import_roster
  is_problem 422
  [ "$(member '.mistakes[0].file')" = units.csv ]
  [ "$(member '.mistakes[0].line')" = 3 ]
  [ "$(member '.mistakes[0].sentence | length > 0')" = true ]
  for table in person unit; do [ "$(rows_of "$table")" = 0 ]; done
}

@test "a campaign file with mistakes is refused with all of them" {
  import_roster
  sed -i 's/"1"; label/"1"; lable/; s/kind  = "survey"/kind  = "poll"/' moi-hop.conf
  call POST "/v1/campaigns?file=moi-hop.conf" --data-binary @moi-hop.conf
  is_problem 422
  [ "$(member '.mistakes | length')" -ge 2 ]
  [ "$(member '[.mistakes[].file] | unique | join(" ")')" = moi-hop.conf ]
  [ "$(member '.mistakes[] | select(.sentence + (.field // "") | test("lable")) | .line')" = 7 ]
  [ "$(rows_of campaign)" = 0 ]
  printf 'code = "\xff";' >bad.conf
  call POST "/v1/campaigns" --data-binary @bad.conf
  is_problem 422
}

@test "a campaign lives from draft to cancelled, and every step says who and why" {
  create_campaign
  [ "$code" = 201 ]
  [ "$(member .state)" = draft ]
  [ "$(member .code)" = HOP ]
  call POST /v1/campaigns/HOP/start -d '{}'
  is_problem 409
  call POST /v1/campaigns/HOP/submit -d '{"by":"Lan"}'
  [ "$(member .state)" = submitted ]
  call POST /v1/campaigns/hop/approve -d '{"by":"Chủ tịch","reason":"đồng ý"}'
  [ "$(member .state)" = approved ]
  call POST /v1/campaigns/1/start
  [ "$(member .state)" = running ]
  call POST /v1/campaigns/1/pause
  [ "$(member .state)" = paused ]
  call POST /v1/campaigns/1/resume
  [ "$(member .state)" = running ]
  call POST /v1/campaigns/1/cancel -d '{"reason":"mưa bão"}'
  [ "$(member .state)" = cancelled ]
  call GET /v1/campaigns/HOP
  [ "$(member '[.events[].event] | join(" ")')" = \
    "create submit approve start pause resume cancel" ]
  [ "$(member '.events[2].by + ": " + .events[2].reason')" = "Chủ tịch: đồng ý" ]
  [ "$(member '.events[3].by')" = "$(id -un)" ]
  [ "$(member '.steps | length')" = 0 ]
  call GET "/v1/campaigns?state=cancelled"
  [ "$(member '.campaigns[0].code')" = HOP ]
  call GET "/v1/campaigns?state=draft"
  [ "$(member '.campaigns | length')" = 0 ]
}

@test "campaigns come in pages, of one state too" {
  create_campaign
  for code in HAI BA; do
    sed "s/\"HOP\"/\"$code\"/" moi-hop.conf | call POST /v1/campaigns --data-binary @-
  done
  for query in '' '&state=draft'; do
    call GET "/v1/campaigns?limit=2$query"
    [ "$(member '[.campaigns[].code] | join(" ")')" = "HOP HAI" ]
    call GET "/v1/campaigns?limit=2$query&after=$(member .next)"
    [ "$(member '[.campaigns[].code] | join(" ")')" = "BA" ]
    [ "$(member .next)" = null ]
  done
}

@test "steps take by and reason and nothing else" {
  create_campaign
  call POST /v1/campaigns/HOP/submit -d '{"by":'
  is_problem 400
  call POST /v1/campaigns/HOP/submit -d '{"why":"so"}'
  is_problem 422
  call POST /v1/campaigns/HOP/submit -d '{"by":7}'
  is_problem 422
  call GET /v1/campaigns/HOP
  [ "$(member .state)" = draft ]
}

@test "a preview tells recipients, the left out, parts and cost" {
  create_campaign
  call GET "/v1/campaigns/HOP/preview?price=300"
  [ "$code" = 200 ]
  [ "$(member .audience.persons)" = 5 ]
  [ "$(member .audience.recipients)" = 3 ]
  [ "$(member '.audience.left_out["no-phone"]')" = 2 ]
  [ "$(member .sends)" = unmarked ]
  [ "$(member .forms.unmarked.parts)" = 3 ]
  [ "$(member .forms.unmarked.cost)" = 900 ]
  [ "$(member '[.left_out[].name] | sort | join(", ")')" = "Ngô Văn Sáu, Trần Văn Huy" ]
  call GET /v1/campaigns/HOP/preview
  [ "$(member .forms.unmarked.cost)" = 750 ]
  call GET "/v1/campaigns/HOP/preview?price=-1"
  is_problem 400
}

@test "messages come in pages, by state, and the progress counts them" {
  create_campaign
  for step in submit approve start; do call POST "/v1/campaigns/HOP/$step"; done
  call GET "/v1/campaigns/HOP/messages?limit=2"
  [ "$(member '.messages | length')" = 2 ]
  next=$(member .next)
  call GET "/v1/campaigns/HOP/messages?limit=2&after=$next"
  [ "$(member '.messages | length')" = 1 ]
  [ "$(member .next)" = null ]
  call GET "/v1/campaigns/HOP/messages?state=queued"
  [ "$(member '[.messages[].phone] | sort | join(" ")')" = \
    "+84372345678 +84900174207 +84900174208" ]
  [ "$(member '[.messages[].text] | map(test("^Moi [^{]+ hop thon")) | all')" = true ]
  call GET "/v1/campaigns/HOP/messages?state=sent"
  [ "$(member '.messages | length')" = 0 ]
  call GET /v1/campaigns/HOP/progress
  [ "$(member .total)" = 3 ]
  [ "$(member .open)" = 3 ]
  [ "$(member .parts_open)" = 3 ]
  [ "$(member .first_sent_at)" = null ]
  [[ $(member .held) == "no modem can send now"* ]]
  id=$(sqlite3 loa.db "SELECT min(id) FROM message")
  call GET "/v1/messages/$id"
  [ "$(member '.attempt_list | length')" = 0 ]
  call POST "/v1/messages/$id" -d '{"state":"sent"}'
  is_problem 409
  call POST "/v1/messages/$id" -d '{"state":"lost"}'
  is_problem 422
}

@test "the progress says what a campaign waits for" {
  # row: lines of its file, what is said; hours that have just ended are closed until tomorrow
  minute=$(TZ=Asia/Ho_Chi_Minh date +%H:%M)
  rows=('opens = "2099-01-01T08:00:00+07:00";' 'not open yet, until 2099-01-01 08:00'
    'window = "00:00-00:01";' 'outside its window, until *00:00'
    'window = "00:00-00:01"; priority = "emergency";' 'no modem can send now*')
  [ "$minute" != 00:00 ] || skip "the hour is open"
  for ((i = 0; i < ${#rows[@]}; i += 2)); do
    { sed "s/\"HOP\"/\"H$i\"/" moi-hop.conf; echo "${rows[i]}"; } >"h$i.conf"
    [ "$i" -gt 0 ] || "$loa" import roster.csv --units units.csv >/dev/null
    "$loa" campaign create "h$i.conf" >/dev/null
    for step in submit approve start; do "$loa" campaign "$step" "H$i" >/dev/null; done
    call GET "/v1/campaigns/H$i/progress"
    # shellcheck disable=SC2053
    [[ $(member .held) == ${rows[i + 1]} ]] || { echo "# ${rows[i]}: $body"; return 1; }
  done
  "$loa" campaign pause H2 >/dev/null
  call GET /v1/campaigns/H2/progress
  [ "$(member .held)" = null ]
}

@test "the tally counts from the rows, by unit if asked" {
  create_campaign
  for step in submit approve start; do call POST "/v1/campaigns/HOP/$step"; done
  call GET /v1/campaigns/HOP/tally
  [ "$code" = 200 ]
  [ "$(member .total.persons)" = 5 ]
  [ "$(member .total.messages.queued)" = 3 ]
  [ "$(member '.total.questions[0].options | length')" = 2 ]
  [ "$(member .units)" = null ]
  call GET "/v1/campaigns/HOP/tally?by=unit"
  [ "$(member '.units[] | select(.code == "X1") | .all.persons')" = 5 ]
  [ "$(member '.units[] | select(.code == "T1") | .all.persons')" = 2 ]
  call GET "/v1/campaigns/HOP/tally?by=moon"
  is_problem 400
}

@test "a busy database is 503 with Retry-After, or is waited for" {
  import_roster
  ( printf 'BEGIN IMMEDIATE;\n'; sleep 2; printf 'ROLLBACK;\n' ) | sqlite3 loa.db 3>&- &
  sleep 0.5
  call POST "/v1/campaigns?file=moi-hop.conf" --data-binary @moi-hop.conf
  [ "$code" = 201 ]
  wait $!
}

@test "clients that say nothing keep nobody else from being answered" {
  idle=()
  for _ in $(seq 1 20); do
    socat -u OPEN:/dev/null,ignoreeof "UNIX-CONNECT:$LOA_SOCKET" 3>&- &
    idle+=($!)
  done
  printf 'POST /v1/campaigns HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf' |
    socat -t 60 - "UNIX-CONNECT:$LOA_SOCKET" 3>&- &
  idle+=($!)
  for _ in $(seq 1 10); do
    call GET /v1/status -m 10
    [ "$code" = 200 ]
  done
  kill "${idle[@]}"
}

@test "requests at the same time are all answered" {
  import_roster
  for n in $(seq 1 24); do
    sed "s/\"HOP\"/\"HOP$n\"/" moi-hop.conf |
      curl -sS --unix-socket "$LOA_SOCKET" -o /dev/null -w '%{http_code}\n' \
        --data-binary @- "http://localhost/v1/campaigns" >"code$n" 3>&- &
  done
  wait $(jobs -p | grep -v "^$gateway\$")
  [ "$(cat code* | sort | uniq -c | tr -s ' ')" = " 24 201" ]
  call GET "/v1/campaigns?limit=1000"
  [ "$(member '.campaigns | length')" = 24 ]
}

@test "a second gateway leaves the first one's socket alone" {
  sed "s|$work/loa.db|$work/other.db|" loa.conf >other.conf
  run "$build/loa-gateway" --config other.conf
  [ "$status" -ne 0 ]
  [[ "$output" == *loa.sock* ]]
  call GET /v1/status
  [ "$code" = 200 ]
}

@test "a socket left over from a crash is replaced" {
  kill -9 "$gateway"
  wait "$gateway" || true
  [ -S "$LOA_SOCKET" ]
  office_start
  call GET /v1/status
  [ "$code" = 200 ]
  office_stop
  [ ! -e "$LOA_SOCKET" ]
}

@test "the log masks: no number and no text of anybody" {
  create_campaign
  for step in submit approve start; do call POST "/v1/campaigns/HOP/$step"; done
  call GET /v1/campaigns/HOP/messages
  not grep -E '90017420|hop thon|Huy' gateway.log
}
