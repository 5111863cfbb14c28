# SPDX-License-Identifier: GPL-2.0-or-later
# A gateway without modems in a folder of its own, a small roster and a campaign, and loa and curl
# pointed at it. For tests of the API and of the command line.

office_open() {
  build=$(realpath "${LOA_BUILD:-build}")
  loa=$build/loa
  work=$BATS_TEST_TMPDIR
  export LOA_SOCKET=$work/loa.sock
  cd "$work" || return 1
  cat >loa.conf <<EOF
database = "$work/loa.db";
flight_dir = "$work/flight";
time_zone = "Asia/Ho_Chi_Minh";
api = { socket = "$LOA_SOCKET"; };
modems = ( { name = "sim1"; device = "$work/no-modem"; price_per_part = 250; } );
sending = { hours = ""; };
EOF
  cat >units.csv <<'EOF'
ma,ma_cha,ten,loai
X1,,Xã Phú Lộc,xa
T1,X1,Thôn 1,thon
T2,X1,Thôn 2,thon
EOF
  cat >roster.csv <<'EOF'
DANH SÁCH HỘI VIÊN;;;
STT;Họ và tên;Thôn;Số điện thoại
1;Đinh Thanh Ước;Thôn 1;0900174207
2;PHAN NGỌC HOÀ;Thôn 1;900174208
3;Lê Thị Bích Quyên;Thôn 2;01672345678
4;Trần Văn Huy;Thôn 2;02343822222
5;;Thôn 2;0900174209
6;Ngô Văn Sáu;Thôn 2;
;Tổng cộng: 6 người;;
EOF
  cat >moi-hop.conf <<'EOF'
code  = "HOP";
title = "Họp thôn";
kind  = "survey";
audience = { units = [ "X1" ]; };
text  = "Moi {ten} hop thon. Nhan 1=co, 2=khong.";
questions = ( { id = "du"; kind = "choice"; options = (
  { code = "1"; label = "có"; sense = "yes"; }, { code = "2"; label = "không"; sense = "no"; } ); } );
EOF
  office_start
}

office_start() {
  mkdir -p "$work/flight"
  "$build/loa-gateway" --config "$work/loa.conf" 2>>"$work/gateway.log" 3>&- &
  gateway=$!
  office_wait
}

office_wait() {
  local deadline=$((SECONDS + 30))
  until "$loa" status >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "# the gateway does not answer"; return 1; }
    sleep 0.1
  done
}

office_stop() {
  [ -z "${gateway:-}" ] || kill "$gateway" 2>/dev/null || true
  [ -z "${gateway:-}" ] || wait "$gateway" 2>/dev/null || true
  gateway=
}

office_close() {
  office_stop
  [ ! -f "$work/gateway.log" ] || sed 's/^/# /' "$work/gateway.log" | tail -n 20
  ! grep -E 'AddressSanitizer|runtime error:' "$work/gateway.log"
}

# call METHOD PATH [CURL OPTIONS]: the body in $body, its type in $type, the status in $code.
call() {
  local method=$1 path=$2
  shift 2
  rm -f head.txt body.txt
  code=$(curl -sS --unix-socket "$LOA_SOCKET" -X "$method" -D head.txt -o body.txt \
    -w '%{http_code}' "$@" "http://localhost$path")
  touch body.txt
  body=$(cat body.txt)
  type=$(sed -n 's/\r$//; s/^[Cc]ontent-[Tt]ype: //p' head.txt | tail -n 1)
}

header() { sed -n "s/\r\$//; s/^$1: //Ip" head.txt | tail -n 1; }

# member FILTER: of the last body
member() { jq -r "$1" body.txt; }

# is_problem STATUS: the last answer is problem details of that status, with a sentence
is_problem() {
  [ "$code" = "$1" ] || { echo "# $code: $body"; return 1; }
  [ "$type" = application/problem+json ] || { echo "# $type"; return 1; }
  [ "$(member .status)" = "$1" ] && [ "$(member '.title | length > 0')" = true ] &&
    [ "$(member '.detail | length > 0')" = true ] && [ "$(member '.type | length > 0')" = true ]
}

# Fails if the command succeeds; a bare "!" would not end the test.
not() { ! "$@"; }

rows_of() { sqlite3 "$work/loa.db" "SELECT count(*) FROM $1"; }
