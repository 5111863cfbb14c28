#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The fifth use: 160 rows under old wards and hamlets become 154 recipients in new ones, who choose
# trades; opinions go to the right office, one about a crime to that office alone.

bats_require_minimum_version 1.5.0
load setup
load uses

ROSTER=needs
KEY=khoa-cua-cong-an
setup() {
    use_begin 'sinks = ( { name = "congan"; url = "@URL@/congan"; secret = "'$SECRET'"; every = "1h"; },
          { name = "mttq"; url = "@URL@/mttq"; secret = "'$SECRET'"; every = "1s"; send = [ "summary", "opinion" ]; } );
        organisation = { name = "Phòng Lao động - Thương binh và Xã hội"; place = "Hồng Lĩnh"; };
        offices = ( { code = "CA"; name = "Công an"; sink = "congan"; key = "'$KEY'"; due = "5d"; },
          { code = "LD"; name = "Phòng Lao động"; sink = "mttq"; due = "15d"; } );
        topics = ( { code = "toi-pham"; name = "Tội phạm"; keywords = [ "nặng lãi", "lừa" ]; office = "CA"; restricted = true; },
          { code = "day-nghe"; name = "Dạy nghề"; keywords = [ "lớp", "học nghề" ]; office = "LD"; } );'
}
teardown() { use_end; }

# The units of today with the wards and hamlets that they came from.
write_units() {
    python3 - "$HOME_DIR/rosters" "$HOME_DIR/units.csv" <<'EOF'
import csv, sys
folder, out = sys.argv[1:]
read = lambda name: list(csv.DictReader(open(f"{folder}/{name}.csv", encoding="utf-8")))
units, renames = read("needs-units"), read("needs-renames")
parent = {unit["ma"]: unit["ma_cha"] for unit in units}
wards = {}
with open(out, "w", encoding="utf-8", newline="") as file:
    table = csv.writer(file)
    table.writerow(["ma", "ma_cha", "ten", "loai", "tu_ngay", "den_ngay", "sap_nhap_vao"])
    for unit in units:
        table.writerow([unit["ma"], unit["ma_cha"], unit["ten"], unit["loai"], "" if unit["ma"] == "TX" else "1/7/2025", "", ""])
    for number, row in enumerate(renames, 1):
        if row["phuong_cu"] not in wards:
            wards[row["phuong_cu"]] = f"CU{len(wards) + 1}"
            table.writerow([wards[row["phuong_cu"]], "TX", row["phuong_cu"], "phuong", "", "30/6/2025", parent[row["ma_moi"]]])
        table.writerow([f"CUT{number}", wards[row["phuong_cu"]], row["cu"], "to", "", "30/6/2025", row["ma_moi"]])
EOF
}

# Replies of the first 110 phones that are nobody else's, and what they must come to, hamlet by
# hamlet of today.
write_replies() {
    python3 - "$HOME_DIR" <<'EOF'
import collections, csv, json, sys
home = sys.argv[1]
people = [line.rstrip("\n").split("\t") for line in open(f"{home}/rosters/needs.tsv", encoding="utf-8")]
new = {(row["phuong_cu"], row["cu"]): row["ma_moi"] for row in csv.DictReader(open(f"{home}/rosters/needs-renames.csv", encoding="utf-8"))}
seen, owners, persons = set(), collections.defaultdict(list), collections.Counter()
for row in people:
    key = (row[1].lower(), row[6] and row[-1], row[4], row[5])
    if key in seen:
        continue
    seen.add(key)
    if row[-1]:
        owners[row[-1]].append(row)
        persons[new[row[4], row[5]]] += 1
SAID = [("1 3", "1,3"), ("1,3", "1,3"), ("may va nau an", "1,3"), ("1, thôn 4 Thuận Lộc", "1"), ("4 Trần Văn Hùng, khối 2", "4"),
        ("13", "1,3"), ("1 6", ""), ("Hàn Quốc", ""), ("6", "6"), ("không có nhu cầu", "6"), ("2", "2"), ("hàn", "2"),
        ("3 va 5", "3,5"), ("1-3", ""), ("nấu ăn ạ", "3"), ("1 4", "1,4"), ("Dạ em chọn 3 ạ", "3"), ("may", "1"), ("1", "1"), ("2,3", "2,3")]
OPINIONS = ["YK mo lop hoc nghe vao buoi toi", "YK co nguoi cho vay nang lai o cho", "6 YK da co viec lam on dinh", "YK de nghi ho tro tien an khi hoc nghe"]
said, answered, counts = [], collections.Counter(), collections.defaultdict(collections.Counter)
single = [phone for phone in owners if len(owners[phone]) == 1]
for number, phone in enumerate(single[:114]):
    row = owners[phone][0]
    hamlet = new[row[4], row[5]]
    text, codes = SAID[number % len(SAID)] if number < 110 else (OPINIONS[number - 110], "6" if number == 112 else "")
    said.append((phone, text))
    if codes:
        answered[hamlet] += 1
        counts[hamlet].update(codes.split(","))
total = collections.Counter()
for hamlet in counts.values():
    total.update(hamlet)
open(f"{home}/replies.tsv", "w").write("".join(f"{phone}\t{text}\n" for phone, text in said))
json.dump({"answered": sum(answered.values()), "persons": sum(persons.values()), "counts": [total[str(n)] for n in range(1, 7)],
           "hamlets": {h: [persons[h], answered[h]] + [counts[h][str(n)] for n in range(1, 7)] for h in persons}},
          open(f"{home}/expected.json", "w"))
EOF
}
expected() { jq -Sc "$1" "$HOME_DIR/expected.json"; }

@test "160 rows become 154 recipients in new hamlets, choose trades, and are listed for classes" {
    write_units
    loa import "$HOME_DIR/rosters/needs.csv" --units "$HOME_DIR/units.csv" --json >"$HOME_DIR/import.json"
    [ "$(jq -c '.counts | [.outcomes.person + .outcomes."no-phone" + .outcomes.duplicate, .recognised, .merged, .no_phone, .contacts_added, .warned]' "$HOME_DIR/import.json")" = \
        "[160,159,1,3,154,0]" ]
    write_replies

    example needs-survey.conf "s/^opens .*/opens = \"$(moment -60)\";/" "s/^closes .*/closes = \"$(moment +3600)\";/" \
        "s/2025-08-11T08:00:00+07:00/$(moment +1800)/"
    launch needs-survey.conf NHUCAU
    heard_by "muon hoc nghe gi" 154
    say_all <"$HOME_DIR/replies.tsv"
    wait_for sql_is "select count(*) from reply" 114
    # Need by trade and hamlet; what is not clear waits; shares are of those who answered.
    [ "$(loa tally NHUCAU --json | jq -c '.total.questions[0] | [.answered + .no_answer, .answered], [.options[].count]' | paste -sd,)" = \
        "$(expected '[.persons, .answered], .counts' | paste -sd,)" ]
    [ "$(loa tally NHUCAU --by unit --json | jq -Sc '[.units[] | select(.code | test("^P.[0-9]$")) |
        {(.code): [.all.questions[0] | .answered + .no_answer, .answered, .options[].count]}] | add')" = "$(expected .hamlets)" ]
    [ "$(loa inbox --json | jq -r '[.replies[].text] | unique | join("/")')" = "1 6/1-3/Hàn Quốc" ]
    loa tally NHUCAU >"$HOME_DIR/tally.txt"
    grep -q 'together they may exceed 100 %' "$HOME_DIR/tally.txt"
    # The same under the units of last year.
    [ "$(loa tally NHUCAU --tree 2025-06-30 --json | jq -c .total.questions)" = "$(loa tally NHUCAU --json | jq -c .total.questions)" ]
    recounted NHUCAU

    # Four opinions: two suggested to the labour office, one about a crime for the police alone.
    wait_for sql_is "select count(*) from opinion" 4
    crime=$(sql "select id from opinion where text like '%nang lai%'")
    for form in "opinions" "opinions list --json" "opinions export --with-sender" "inbox --all"; do
        loa $form >>"$HOME_DIR/seen"
    done
    run -1 grep 'nang lai' "$HOME_DIR/seen"
    loa opinions assign "$crime" --office CA --by Lan >/dev/null
    forwarded() { sql_is "select count(*) from outbox where sink = 'congan' and type = 'loa.opinion.v1' and state = 'delivered'" 1; }
    wait_for forwarded
    sql_is "select count(*) from outbox where sink = 'mttq' and body like '%nang lai%'" 0
    LOA_OFFICE_KEY=$KEY loa opinions show "$crime" | grep -q 'co nguoi cho vay nang lai'
    for id in $(loa opinions --json | jq '.opinions[] | select(.restricted | not).id'); do
        loa opinions assign "$id" --office LD --due 15d --by Lan >/dev/null
    done
    [ "$(loa opinions --office LD --json | jq '[.opinions[] | select(.due_at != null and .state == "forwarded")] | length')" = 3 ]

    # Papers: classes that twenty want, who is silent in which hamlet, the register.
    reports_open NHUCAU
    grep -q 'Được chọn nhiều mục: các tỷ lệ cộng lại có thể vượt 100 %' "$HOME_DIR/tally.csv.rows"
    loa report classes NHUCAU --min 20 --out "$HOME_DIR/lop.xlsx"
    opened "$HOME_DIR/lop.xlsx" >"$HOME_DIR/lop"
    local code wanted
    for code in 1 2 3 4 5 6; do
        wanted=$(expected ".counts[$((code - 1))]")
        [ "$wanted" -ge 20 ] || wanted=0
        [ "$(awk -F'\t' -v code="$code" '$2 == "" { here = $1 ~ "^" code " –" } here && $3 != ""' "$HOME_DIR/lop" | wc -l)" = "$wanted" ]
    done
    [ "$(expected '[.counts[] | select(. >= 20)] | length')" = 2 ]
    while IFS=, read -r code _ name _; do
        [ "$(grep -c "^$name"$'\t' "$HOME_DIR/nonrespondents.csv.rows")" = "$(expected ".hamlets.${code} | .[0] - .[1]")" ]
    done < <(grep '^P.[0-9],' "$HOME_DIR/rosters/needs-units.csv")
    [ "$(grep -c 'Phòng Lao động' "$HOME_DIR/opinions.csv.rows")" = 3 ]
    grep -qP '\tTội phạm\tchỉ dành cho Công an\tCông an\t\d\d/\d\d/\d{4}\tđã chuyển' "$HOME_DIR/opinions.html.rows"
    run -1 grep -h 'nang lai' "$HOME_DIR"/opinions.*
}
