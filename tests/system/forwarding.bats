#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Summaries on their way to receivers that fail, are slow, answer garbage or are not who they say they
# are, and with the gateway killed in the middle. The real gateway, SQLite, libcurl; tests/receiver.

bats_require_minimum_version 1.5.0

secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

setup() {
  build=$(realpath "${LOA_BUILD:-build}")
  here=$(realpath "$BATS_TEST_DIRNAME/..")
  work=$BATS_TEST_TMPDIR
  export LOA_SOCKET=$work/loa.sock
  pids=()
  mkdir -p "$work/flight" "$work/dev"
}

teardown() {
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  sed 's/^/# /' "$work/gateway.log" | tail -n 20
}

# until_true SECONDS COMMAND...
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "# waited in vain for: $*"; return 1; }
    sleep 0.1
  done
}

start_receiver() {
  "$here/receiver" --dir "$work/receiver" --secret "$secret" "$@" 2>"$work/receiver.log" 3>&- &
  pids+=($!)
  until_true 15 test -s "$work/receiver/port"
}

mode() { printf '%s\n' "$1" >"$work/receiver/mode"; }
mode_off() { rm -f "$work/receiver/mode"; }
requests() { grep -c "${1:-request=}" "$work/receiver/log" 2>/dev/null || true; }
ids() { sed 's/.* id=\([^ ]*\) .*/\1/' "$work/receiver/log" | sort -u; }
bodies() { ls "$work/receiver/bodies" | wc -l; }

# write_config URL [MORE OF THE SINK]
write_config() {
  cat >"$work/loa.conf" <<EOF
database = "$work/loa.db";
flight_dir = "$work/flight";
api = { socket = "$LOA_SOCKET"; };
modems = ( ${modems:-} );
sending = { hours = ""; };
sinks = ( { name = "huyen"; url = "$1"; secret = "$secret"; send = [ "summary" ]; every = "1s"; ${2:-} } );
EOF
}

start_gateway() {
  "$build/loa-gateway" --config "$work/loa.conf" 2>>"$work/gateway.log" 3>&- &
  gateway=$!
  pids+=("$gateway")
  until_true 20 "$build/loa" status
}

kill_gateway() {
  kill -9 "$gateway"
  wait "$gateway" 2>/dev/null || true
}

# An event that waits for the sink, as a summary would.
put_event() {
  local now=$(($(date +%s) * 1000))
  sqlite3 -cmd '.timeout 5000' "$work/loa.db" "INSERT INTO outbox (event_id, sink, type, body, state,
    created_at, next_at, give_up_at) VALUES ('$1', 'huyen', 'loa.summary.v1', '{\"specversion\":\"1.0\",
    \"id\":\"$1\",\"source\":\"urn:x\",\"type\":\"loa.summary.v1\",\"time\":\"\",\"timestamp\":\"\",
    \"subject\":\"S\",\"data\":{\"sequence\":1}}', 'waiting', $now, $now, $now + 900000000);"
}

entry() { "$build/loa" outbox show "${2:-1}" --json | jq -r "$1"; }
is_delivered() { [ "$(entry .state "$1")" = delivered ]; }
has_attempts() { [ "$(entry .attempts)" -ge "$1" ]; }
send_now() { "$build/loa" outbox retry "${1:-1}" >/dev/null; }

@test "whatever the receiver does, the event arrives, under one id and counted once" {
  start_receiver
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  mode 500
  put_event e-1
  local attempts=0
  for step in 500 garbage close half 503:1 302 400 slow:1; do
    mode "$step"
    attempts=$((attempts + 1))
    send_now
    until_true 20 has_attempts "$attempts"
    # A back-off may have struck in between; every attempt before the last failed.
    attempts=$(entry .attempts)
  done
  until_true 20 is_delivered 1
  mode_off
  [ "$(ids)" = e-1 ]
  [ "$(bodies)" = 1 ]
  [ "$(requests signature=ok)" = "$(requests)" ]
  [ "$(entry '.attempt_list | length')" = "$(requests)" ]
  run ! "$build/loa" outbox retry 1
  [ "$(bodies)" = 1 ]
}

@test "a gateway killed between two attempts goes on with the same id" {
  start_receiver
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  mode 503
  put_event e-1
  send_now
  until_true 20 has_attempts 1
  kill_gateway
  mode_off
  start_gateway
  until_true 30 is_delivered 1
  [ "$(ids)" = e-1 ]
  [ "$(requests verdict=accepted)" = 1 ]
  [ "$(requests verdict=repeat)" = 0 ]
}

@test "a gateway killed while the receiver thinks repeats the id, and nothing is counted twice" {
  start_receiver
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  mode slow:1
  put_event e-1
  send_now
  sleep 0.4
  kill_gateway
  until_true 20 test -e "$work/receiver/bodies/e-1.json"
  mode_off
  start_gateway
  until_true 30 is_delivered 1
  [ "$(ids)" = e-1 ]
  [ "$(requests verdict=accepted)" = 1 ]
  [ "$(requests verdict=repeat)" = 1 ]
  [ "$(bodies)" = 1 ]
}

@test "a receiver that answers 410 is left alone until somebody asks for a retry" {
  start_receiver --script 410
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  put_event e-1
  put_event e-2
  send_now 2
  until_true 20 grep -q 'event=disabled' "$work/gateway.log"
  sleep 4 # the back-off would have struck
  [ "$(requests)" = 1 ]
  "$build/loa" outbox list | grep -q "sink huyen is switched off since .*410"
  send_now
  until_true 20 is_delivered 1
  until_true 20 is_delivered 2
}

@test "Retry-After is waited for" {
  start_receiver --script 503:4
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  put_event e-1
  send_now
  until_true 20 is_delivered 1
  local first second
  read -r first second < <(sed 's/at=\([0-9]*\).*/\1/' "$work/receiver/log" | xargs)
  [ $((second - first)) -ge 4000 ]
}

certificate() { # certificate NAME: an authority of its own and a server certificate for 127.0.0.1
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1 authority" \
    -keyout "$work/$1-ca.key" -out "$work/$1-ca.pem" 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" \
    -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
  openssl x509 -req -in "$work/$1.csr" -CA "$work/$1-ca.pem" -CAkey "$work/$1-ca.key" -CAcreateserial \
    -days 2 -extfile <(echo "subjectAltName=IP:127.0.0.1") -out "$work/$1.pem" 2>/dev/null
}

@test "TLS: a receiver of another authority gets nothing, the right one does" {
  command -v openssl >/dev/null || skip "no openssl here"
  certificate right
  certificate wrong
  start_receiver --cert "$work/right.pem" --key "$work/right.key"
  local url
  url="https://127.0.0.1:$(cat "$work/receiver/port")/"
  write_config "$url" "ca_file = \"$work/wrong-ca.pem\";"
  start_gateway
  put_event e-1
  send_now
  until_true 20 has_attempts 1
  [ "$(entry .state)" = waiting ]
  [[ "$(entry '.attempt_list[0].error')" == *certificate* ]]
  [ ! -e "$work/receiver/log" ]

  write_config "$url" "ca_file = \"$work/right-ca.pem\";"
  kill -HUP "$gateway"
  until_true 20 grep -q reload "$work/gateway.log"
  send_now
  until_true 20 is_delivered 1
  [ "$(requests signature=ok)" = 1 ]
}

@test "a campaign that ends is summed up, and the summary says what the tally says" {
  printf 'ma,ma_cha,ten,loai\nT,,Thôn,thon\n' >"$work/units.csv"
  printf 'STT,Họ và tên,Thôn,Số điện thoại\n1,Nguyễn Văn An,Thôn,0960000001\n2,Trần Thị Bình,Thôn,0960000002\n' \
    >"$work/roster.csv"
  cat >"$work/simulator.conf" <<EOF
modem = { air_ms = 5; report_delay_ms = 20; };
households = ( { first = "+84960000001"; count = 2; delay_ms = 50; times = 1; answers = ( { text = "1"; } ); } );
EOF
  local now
  now=$(date +%s)
  cat >"$work/campaign.conf" <<EOF
code = "HOI"; title = "Hỏi"; kind = "survey"; count_by = "contact"; window = "";
audience = { units = [ "T" ]; };
opens = "$(date -u -d "@$((now - 60))" +%FT%TZ)"; closes = "$(date -u -d "@$((now + 8))" +%FT%TZ)";
text = "Moi {ten} hop. 1=co, 2=khong";
questions = ( { id = "hop"; kind = "choice"; options = (
  { code = "1"; label = "có"; sense = "yes"; }, { code = "2"; label = "không"; sense = "no"; } ); } );
EOF
  "$build/loa-simulator" --config "$work/simulator.conf" --dir "$work/dev" >"$work/simulator.out" \
    2>"$work/simulator.log" 3>&- &
  pids+=($!)
  until_true 15 grep -q ready "$work/simulator.out"
  start_receiver --script 500
  modems="{ name = \"sim1\"; device = \"$work/dev/modem0\"; }"
  write_config "http://127.0.0.1:$(cat "$work/receiver/port")/"
  start_gateway
  "$build/loa" import "$work/roster.csv" --units "$work/units.csv"
  "$build/loa" campaign create "$work/campaign.conf"
  "$build/loa" campaign submit HOI
  "$build/loa" campaign approve HOI --by another
  "$build/loa" campaign start HOI
  final() { jq -se 'any(.data.final)' "$work"/receiver/bodies/*.json; }
  until_true 40 final
  jq -s 'map(select(.data.final)) | max_by(.data.sequence)' "$work"/receiver/bodies/*.json \
    >"$work/final.json"
  "$build/loa" tally HOI --json >"$work/tally.json"
  [ "$(jq -r .subject "$work/final.json")" = HOI ]
  [ "$(jq -r .type "$work/final.json")" = loa.summary.v1 ]
  [ "$(jq '.data.total.questions[0].options[0].count' "$work/final.json")" = 2 ]
  [ "$(jq '.total.questions[0].options[0].count' "$work/tally.json")" = 2 ]
  [ "$(jq '.data.total.messages' "$work/final.json")" = "$(jq '.total.messages' "$work/tally.json")" ]
  [ "$(requests signature=ok)" = "$(requests)" ]
  run ! grep -qE '84960[0-9]{6}' "$work"/receiver/bodies/*.json
}
