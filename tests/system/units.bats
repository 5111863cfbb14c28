#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Communes with hamlets merge, a level is abolished, rosters and campaigns go on: the real gateway
# and loa, without modems.

load office

setup() {
  office_open
  cat >units.csv <<'EOF'
ma,ma_cha,ten,loai
P,,Tỉnh Bắc,tinh
H1,P,Huyện Một,huyen
H2,P,Huyện Hai,huyen
A,H1,Xã Phú Lộc,xa
B,H2,Xã Hà Linh,xa
A1,A,Thôn 1,thon
A2,A,Thôn 2,thon
B1,B,Thôn 1,thon
EOF
  cat >roster.csv <<'EOF'
Họ và tên;Ngày sinh;Xã;Thôn;Đoàn viên;Số điện thoại
Đinh Thanh Ước;1990;Xã Phú Lộc;Thôn 1;x;0900174207
Phan Ngọc Hoà;2001;Xã Phú Lộc;Thôn 2;;0900174208
Lê Thị Quyên;1950;Xã Hà Linh;Thôn 1;x;0900174209
Trần Văn Huy;;Xã Hà Linh;;;0900174210
EOF
  sed -i 's/"X1"/"A"/' moi-hop.conf
}
teardown() { office_close; }

import() { "$loa" import roster.csv --units units.csv "$@"; }
merge() {
  "$loa" unit merge A B --into N --name "Xã Mới" --parent P --on "${1:-2025-07-01}" --by Lan \
    --reason "NQ 202"
}
tree() { "$loa" units --tree "$1" --json | jq -r '[.units[] | .code + "<" + (.parent // "")] | sort | join(" ")'; }

@test "communes merge: hamlets keep who they are, the old tree stays readable" {
  import
  merge
  "$loa" unit end H1 H2 --into P --on 2025-07-01
  [ "$(tree 2025-06-30)" = "A1<A A2<A A<H1 B1<B B<H2 H1<P H2<P P<" ]
  [ "$(tree 2025-07-01)" = "A1<N A2<N B1<N N<P P<" ]
  [ "$("$loa" units --json | jq -r '.units | length')" = 5 ]
  "$loa" unit history A | grep -q 'ends on 2025-07-01 into N; its figures are counted in N today'
  "$loa" unit history A --json | jq -e '.events[-1].by == "Lan" and .events[-1].day == "2025-07-01"
    and (.events[-1].detail | endswith("NQ 202"))'
  "$loa" unit history N --json | jq -e '.predecessors == ["A", "B"] and .from == "2025-07-01"'
}

@test "what makes no sense is refused with a sentence, and changes nothing" {
  import
  before=$("$loa" units --json)
  run "$loa" unit move A --to A1 --on 2025-07-01
  [ "$status" -ne 0 ]
  [[ "$output" == *"above itself"*"nothing was changed"* ]]
  run "$loa" unit merge A X --into N --name "Xã Mới" --on 2025-07-01
  [ "$status" -ne 0 ]
  [[ "$output" == *'no unit with the code "X"'* ]]
  run "$loa" unit rename A --name "Xã Khác" --on hôm-nay
  [ "$status" -ne 0 ]
  [[ "$output" == *"is no day"* ]]
  [ "$("$loa" units --json)" = "$before" ]
}

@test "a change of tomorrow holds from tomorrow on" {
  import
  tomorrow=$(TZ=Asia/Ho_Chi_Minh date -d tomorrow +%F)
  merge "$tomorrow"
  "$loa" units --json | jq -e '[.units[].code] | index("A") != null and index("N") == null'
  "$loa" campaign create moi-hop.conf
  [ "$("$loa" campaign preview HOP --json | jq .audience.persons)" = 2 ]
  [ "$(tree "$tomorrow")" = "A1<N A2<N B1<N H1<P H2<P N<P P<" ]
}

@test "a campaign for a unit that ended is refused and told what took its place" {
  import
  merge
  run "$loa" campaign create moi-hop.conf
  [ "$status" -ne 0 ]
  [[ "$output" == *'"A" ended on 2025-07-01 and is part of N (Xã Mới) now'* ]]
  sed -i 's/"A"/"N"/' moi-hop.conf
  "$loa" campaign create moi-hop.conf
  [ "$("$loa" campaign preview HOP --json | jq .audience.persons)" = 4 ]
}

@test "totals of a campaign are equal under the old tree and the new one" {
  import
  "$loa" campaign create moi-hop.conf
  for step in submit approve start; do "$loa" campaign $step HOP; done
  merge
  under() { "$loa" tally HOP --by unit --tree "$1" --json >"$1.json"; }
  under 2025-06-30
  under 2025-07-01
  [ "$(jq .total.persons 2025-06-30.json)" = 2 ]
  [ "$(jq -c .total 2025-06-30.json)" = "$(jq -c .total 2025-07-01.json)" ]
  jq -e '[.units[].code] | index("A") != null' 2025-06-30.json
  jq -e '[.units[].code] | index("N") != null and index("A") == null' 2025-07-01.json
}

@test "the old names of a roster mean what became of them" {
  import
  merge
  "$loa" import roster.csv --json >report.json
  jq -e '.counts.unchanged == 4 and .counts.warned == 0 and .counts.units_added == 0' report.json
  jq -e '[.rows[].conversions[] | select(contains("Xã Mới"))] | length == 4' report.json
  "$loa" unit alias N "Xã Liên Hợp"
  printf 'Họ và tên;Xã;Số điện thoại\nNgô Thị Sáu;xa lien hop;0900174211\n' >more.csv
  "$loa" import more.csv --json | jq -e '.counts.warned == 0'
  [ "$(sqlite3 loa.db "SELECT u.code FROM person p JOIN unit u ON u.id = p.unit_id
    WHERE p.name = 'Ngô Thị Sáu'")" = N ]
}

@test "a table may hold the old tree and the new one, and mistakes have their lines" {
  cat >both.csv <<'EOF'
Mã;Mã cha;Tên;Từ ngày;Đến ngày;Sáp nhập vào;Tên khác
A;;Xã Phú Lộc;;30/6/2025;N;Phu Loc cu
B;;Xã Hà Linh;;30/6/2025;N;
N;;Xã Mới;1/7/2025;;;
A1;A;Thôn 1;;;;
B1;B;Thôn 1;;;;
EOF
  sed 's,1/7/2025,32/7/2025,' both.csv >bad.csv
  run "$loa" import roster.csv --units bad.csv
  [ "$status" -ne 0 ]
  [[ "$output" == *'bad.csv:4: tu_ngay: "32/7/2025" is no day'* ]]
  sed 's/;N;/;Q;/' both.csv >bad.csv
  run "$loa" import roster.csv --units bad.csv
  [ "$status" -ne 0 ]
  [[ "$output" == *'bad.csv:2: sap_nhap_vao: '*'"Q"'* ]]
  [ "$(rows_of unit)" = 0 ]
  "$loa" import roster.csv --units both.csv
  [ "$(tree 2025-06-30)" = "A1<A A< B1<B B<" ]
  [ "$(tree 2025-07-01)" = "A1<N B1<N N<" ]
}

@test "a group by rule has today's members, a list those it was given" {
  import
  "$loa" group create "Doan vien" --unit A --where 'doan_vien=x' --where 'tuoi<100'
  printf '0900 174 209\n4\n' | "$loa" group create "Vay vốn" --list - --by Lan
  [ "$("$loa" group list --json | jq -r '[.groups[].name] | sort | join("/")')" = "Doan vien/Vay vốn" ]
  "$loa" group show "doan vien" --members --json | jq -e '.today == 1 and .members[0].unit == "Thôn 1"'
  "$loa" group show "Vay vốn" --members | grep -q 'Lê Thị Quyên'
  run "$loa" group create "Sai" --where 'mau_mat=xanh'
  [ "$status" -ne 0 ]
  [[ "$output" == *'no roster has a column "mau_mat"'*doan_vien* ]]
  printf '0900174209\n0912999999\n' >so.txt
  run "$loa" group create "Sai" --list so.txt
  [ "$status" -ne 0 ]
  [[ "$output" == *"list:2"* ]]
  sed -i 's/units = \[ "A" \]/groups = [ "Doan vien", "Vay vốn" ]/' moi-hop.conf
  "$loa" campaign create moi-hop.conf
  [ "$("$loa" campaign preview HOP --json | jq .audience.persons)" = 3 ]
  "$loa" group delete "Vay vốn" --by Lan --reason "hết hạn"
  [ "$("$loa" group list --json | jq '.groups | length')" = 1 ]
}
