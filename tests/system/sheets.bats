#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Coverage, the programme and every report in every format, asked of a real gateway; the files are
# opened again, and their figures compared with loa tally and loa coverage.

load office

setup() {
  office_open
  office_stop
  echo 'organisation = { name = "UBND xã <Phú Lộc>"; parent = "UBND tỉnh"; place = "Phú Lộc"; };' >>loa.conf
  office_start
  "$loa" import roster.csv --units units.csv >/dev/null
  cat >ks.conf <<'EOF'
code = "KS"; title = "Chọn lớp & nghề"; kind = "survey"; count_by = "household";
audience = { units = [ "X1" ]; };
text = "Moi {ten} chon: 1=may, 2=han, 0=khong. TV: tu van";
coverage = { more_than = 40.0; by = "household"; };
target = { plan = 4; options = [ "1", "2" ]; };
questions = ( { id = "nghe"; kind = "choices"; options = (
  { code = "1"; label = "may"; }, { code = "2"; label = "hàn"; },
  { code = "0"; label = "không"; sense = "no"; exclusive = true; } );
  addons = ( { code = "TV"; label = "tư vấn"; } ); } );
EOF
  "$loa" campaign create ks.conf
  for step in submit approve start; do "$loa" campaign "$step" KS; done
  sqlite3 -cmd '.timeout 5000' loa.db "
    UPDATE message SET state = 'delivered' WHERE contact_id IN (1, 2);
    UPDATE message SET state = 'undelivered' WHERE contact_id = 3;
    INSERT INTO reply (id, modem, sender, contact_id, campaign_id, text, sent_at, received_at, outcome,
      rule, normalised) VALUES (1, 's', 'x', 1, 1, '1 TV', 1, 1, 'answer', '', '');
    INSERT INTO answer (campaign_id, contact_id, question, code, reply_id, at, recorded_at, by_whom)
      VALUES (1, 1, 'nghe', '1,TV', 1, 1, 1, ''), (1, 2, 'nghe', '1,2', 1, 2, 2, '');
    INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state, received_at, restricted)
      VALUES (1, 1, 1, 1, '=cmd|x <script>alert(1)</script>', 'received', 1718000000000, 0),
             (1, 2, 1, 1, 'chuyện mật', 'received', 1718000000000, 1);"
}

teardown() { office_close; }

# bats does not see a failing "! grep"
lacks() {
  if grep "$@"; then return 1; fi
}

kinds="attendance tally opinions coverage missed nonrespondents classes plan"

# cells FILE.xlsx: "A7 text or number" for each cell, and "frozen", "formula" where there is such
cells() {
  python3 - "$1" <<'EOF'
import sys, zipfile, xml.etree.ElementTree as tree
space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
with zipfile.ZipFile(sys.argv[1]) as book:
    assert book.testzip() is None
    for name in book.namelist():
        tree.fromstring(book.read(name))
    texts = ["".join(part.text or "" for part in item.iter("{%s}t" % space["m"]))
             for item in tree.fromstring(book.read("xl/sharedStrings.xml"))]
    page = tree.fromstring(book.read("xl/worksheets/sheet1.xml"))
for cell in page.iterfind(".//m:c", space):
    value = cell.find("m:v", space)
    if cell.find("m:f", space) is not None:
        print("formula", cell.get("r"))
    if value is not None:
        print(cell.get("r"), texts[int(value.text)] if cell.get("t") == "s" else value.text)
for pane in page.iterfind(".//m:pane", space):
    print(pane.get("state"))
print("paper", page.find("m:pageSetup", space).get("paperSize"))
EOF
}

@test "every kind comes in every format" {
  for kind in $kinds; do
    for format in csv xlsx html; do
      "$loa" report "$kind" KS --out "$kind.$format"
      [ "$(stat -c %a "$kind.$format")" = 600 ]
    done
    [ "$(head -c 3 "$kind.csv" | od -An -tx1 | tr -d ' ')" = efbbbf ]
    cells "$kind.xlsx" >"$kind.cells"
    grep -qx frozen "$kind.cells"
    grep -qx 'paper 9' "$kind.cells"
    lacks '^formula' "$kind.cells"
    grep -q 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' "$kind.cells"
    python3 - "$kind.html" <<'EOF'
import sys
from html.parser import HTMLParser
class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open = set(), []
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag != "meta": self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
text = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(text)
assert page.open == [], page.open
assert page.tags <= set("html head meta title style body div p span h1 table thead tbody tr th td".split()), page.tags
for piece in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND xã &lt;Phú Lộc&gt;",
              "Chọn lớp &amp; nghề", "Phú Lộc, ngày", "NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ", "size:A4"):
    assert piece in text, piece
EOF
  done
  # What a household wrote is a text in all of them, what is restricted is in none.
  grep -qF "'=cmd|x <script>" opinions.csv
  grep -qF '=cmd|x <script>' opinions.cells
  grep -qF '=cmd|x &lt;script&gt;alert(1)&lt;/script&gt;' opinions.html
  lacks -F 'chuyện mật' opinions.csv opinions.cells opinions.html
  lacks -F '0900' opinions.csv attendance.csv tally.csv coverage.csv
  grep -qF 'thăm dò ý kiến qua tin nhắn; không phải là biểu quyết' tally.html
}

@test "cells are the figures of loa tally and loa coverage" {
  "$loa" tally KS --by unit --json >tally.json
  [ "$(jq '.units | length' tally.json)" = "$("$loa" tally KS --by-unit --json | jq '.units | length')" ]
  "$loa" coverage KS --by-unit --missed --json >coverage.json
  for kind in tally coverage plan missed classes nonrespondents; do
    "$loa" report $kind KS >$kind.csv
    "$loa" report $kind KS --out $kind.xlsx
  done
  python3 - <<'EOF'
import csv, json
tally, coverage = json.load(open("tally.json")), json.load(open("coverage.json"))
def rows(kind):
    with open(kind + ".csv", encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file)]
units = {unit["code"]: unit["all"] for unit in tally["units"]} | {"": tally["total"]}
for row in rows("tally"):
    if row["Đơn vị"].startswith("Ghi chú"): continue
    figures = units[row["Mã"]]
    question = figures["questions"][0]
    assert int(row["Số được hỏi"]) == figures["base"]
    assert int(row["Đã trả lời"]) == question["answered"]
    assert int(row["Không trả lời"]) == question["no_answer"]
    for option, heading in zip(question["options"], ("1 – may", "2 – hàn", "0 – không", "TV – tư vấn")):
        assert int(row[heading]) == option["count"], heading
reached = {unit["code"]: unit["all"] for unit in coverage["units"]} | {"": coverage["total"]}
for row in rows("coverage"):
    if row["Đơn vị"].startswith("Ghi chú"): continue
    figures = reached[row["Mã"]]
    assert int(row["Tổng số hộ"]) == figures["base"]
    assert int(row["Đã tiếp cận"]) == figures["reached"]
    assert row["Tỷ lệ tiếp cận"] == figures["percent"]
    assert (row["Chỉ tiêu"] == "Đạt") == figures["met"]
assert [(coverage["total"][key]) for key in ("base", "reached", "percent", "met")] == [5, 2, "40.0", False]
assert coverage["total"]["missing"] == 1
named = [row for row in rows("missed") if row["STT"].isdigit() and row["Chủ hộ"] != "Tổng cộng"]
assert [row["Chủ hộ"] for row in named] == [row["name"] for row in coverage["missed"]]
assert len(named) == coverage["total"]["base"] - coverage["total"]["reached"]
sewing = [row for row in rows("classes") if row["Mục"].startswith("1 – may")]
assert len(sewing) == 2 == tally["total"]["questions"][0]["options"][0]["count"]
silent = [row for row in rows("nonrespondents") if row["Mục"] == "Thôn 2"]
assert len(silent) == tally["total"]["questions"][0]["no_answer"] == 1
EOF
  cells tally.xlsx >tally.cells
  grep -qx 'C7 3' tally.cells
  grep -qx 'D7 2' tally.cells
  grep -qx 'G7 2' tally.cells
  cells coverage.xlsx >coverage.cells
  grep -qx 'E7 0.4' coverage.cells
  grep -qx 'F7 Chưa đạt' coverage.cells
}

@test "coverage: targets are strict, and met exactly where they say" {
  run "$loa" coverage KS
  [[ "$output" == *"reached    2 of 5 households (40,0 %"* ]]
  [[ "$output" == *"more than 40 %: not met, 1 households more are missing"* ]]
  run "$loa" coverage KS --at-least
  [[ "$output" == *"at least 40 %: met"* ]]
  run "$loa" coverage KS --target 39.9999 --by-unit
  [[ "$output" == *"more than 39,9999 %: met"* ]]
  [ "$("$loa" coverage KS --by person --unit T1 --json | jq -c '[.total.base, .total.reached]')" = '[2,2]' ]
  [ "$("$loa" coverage KS KS --json | jq .campaigns)" = 1 ]
  run "$loa" coverage KS --target 85%
  [ "$status" -eq 65 ]
  run "$loa" coverage
  [ "$status" -eq 64 ]
  run "$loa" coverage KS --by unit
  [ "$status" -eq 64 ]
  [[ "$output" == *"--by-unit"* ]]
  "$loa" coverage KS --target 10 --missed --unit T1 | grep -qx 'not reached: nobody'
  run "$loa" coverage NOBODY
  [ "$status" -eq 65 ]
  run "$loa" coverage KS --unit T9
  [ "$status" -eq 65 ]
  call GET '/v1/coverage?from=2025-02-01&to=2025-01-01'
  is_problem 400
  for query in '' '?campaigns=' '?campaigns=KS&from=2025-01-01'; do
    call GET "/v1/coverage$query"
    is_problem 400
  done
}

@test "campaigns, contacts and persons stand side by side" {
  run "$loa" programme --by-unit
  [[ "$output" == *"1 that sent anything (đợt)"* ]]
  [[ "$output" == *"2 messages delivered"* ]]
  [[ "$output" == *"2 different ones reached (người)"* ]]
  [ "$("$loa" programme --json | jq -c .total)" = '{"campaigns":1,"contacts":2,"contacts_sent":3,"persons":2}' ]
  [ "$("$loa" programme --to 2020-01-01 --json | jq .total.campaigns)" = 0 ]
}

@test "a file that is there stays; formats follow its name" {
  echo mine >there.csv
  run "$loa" report tally KS --out there.csv
  [ "$status" -eq 73 ]
  [[ "$output" == *"--force"* ]]
  [ "$(cat there.csv)" = mine ]
  run "$loa" report tally KS --out there.csv --force
  [ "$output" = "there.csv was written" ]
  run "$loa" report tally KS --json
  [ "$status" -eq 64 ]
  [[ "$output" == *"csv, xlsx or html"* ]]
  grep -q 'Tổng cộng' there.csv
  "$loa" report tally KS --out page.htm
  grep -q '<!DOCTYPE html>' page.htm
  run "$loa" report tally KS --out page.pdf
  [ "$status" -eq 64 ]
  run "$loa" report tally KS --format xlsx
  [ "$status" -eq 64 ]
  run "$loa" report nothing KS
  [ "$status" -eq 65 ]
  [[ "$output" == *attendance* ]]
  run "$loa" report tally NOBODY
  [ "$status" -eq 65 ]
  run "$loa" report classes KS --option 9
  [ "$status" -eq 65 ]
  call GET '/v1/campaigns/KS/sheets?kind=tally&format=html' -o page.html
  [ "$code" = 200 ]
  [ "$(header Content-Disposition)" = 'attachment; filename="KS-tally.html"' ]
  [[ "$type" == text/html* ]]
  call GET '/v1/campaigns/KS/sheets'
  is_problem 400
  call GET '/v1/campaigns/KS/sheets?kind=tally&tree=gestern'
  is_problem 400
}

@test "a report of a snapshot stays what it was" {
  "$loa" snapshot take KS
  number=$(sqlite3 loa.db 'SELECT max(id) FROM snapshot')
  "$loa" report tally KS >before.csv
  sqlite3 -cmd '.timeout 5000' loa.db "UPDATE answer SET code = '0' WHERE contact_id = 2"
  "$loa" report tally KS >now.csv
  run cmp -s before.csv now.csv
  [ "$status" -eq 1 ]
  "$loa" report tally KS --snapshot "$number" >then.csv
  cmp before.csv then.csv
}
