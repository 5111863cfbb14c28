#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The third use: reporters of 143 communes send campaigns and contacts, which add up to 11.577 and
# 5.070.613 under the districts and, from 1/7/2025, without them; beneficiaries are asked, and what
# they complain of goes to one office alone.

bats_require_minimum_version 1.5.0
load setup
load uses

ROSTER=reporters
KEY=khoa-cua-thanh-tra
setup() {
    use_begin 'sinks = ( { name = "thanhtra"; url = "@URL@/thanhtra"; secret = "'$SECRET'"; },
          { name = "tinh"; url = "@URL@/tinh"; secret = "'$SECRET'"; every = "1s"; send = [ "summary", "opinion" ]; } );
        organisation = { name = "Hội Nông dân tỉnh"; place = "Sông Hương"; };
        offices = ( { code = "TTRA"; name = "Thanh tra tỉnh"; sink = "thanhtra"; key = "'$KEY'"; due = "10d"; } );
        topics = ( { code = "sach-nhieu"; name = "Sách nhiễu"; keywords = [ "vòi", "ăn chặn" ]; office = "TTRA"; restricted = true; } );'
}
teardown() { use_end; }

# What each reporter sends in a dozen ways, so that all are 11.577 and 5.070.613; some say half of
# it first, some something else. expected.json has the sums by old district and new commune.
write_reports() {
    python3 - "$HOME_DIR" <<'EOF'
import collections, json, sys
home = sys.argv[1]
rows = [line.rstrip("\n").split("\t") for line in open(f"{home}/rosters/reporters.tsv", encoding="utf-8")]
codes = {}
district_of = {}
for line in open(f"{home}/rosters/reporters-units.csv", encoding="utf-8").read().split("\n")[1:]:
    if line.startswith("X"):
        code, parent, name, kind = line.strip().split(",")
        codes[name], district_of[code] = code, parent
dots = [60 + (i * 37) % 43 for i in range(143)]
luots = [20000 + (i * 7919) % 31000 for i in range(143)]
dots[-1] += 11577 - sum(dots)
luots[-1] += 5070613 - sum(luots)
assert min(dots) > 0 and min(luots) > 0, (dots[-1], luots[-1])
dotted = lambda n: f"{n:,}".replace(",", ".")
ways = [lambda d, l: f"BC {d} {l}", lambda d, l: f"bc {d} {dotted(l)}",
        lambda d, l: f"BC {d} đợt, {dotted(l)} lượt", lambda d, l: f"BC{d} {l}",
        lambda d, l: f"Dạ BC {d} {l} ạ", lambda d, l: f"Bc {d} dot {l} luot"]
said, districts, communes = [], collections.defaultdict(lambda: [0, 0]), {}
for i, (row, d, l) in enumerate(zip(rows, dots, luots)):
    if i % 20 == 3:
        said.append((row[-1], f"BC {d}"))            # unclear
    if i % 20 == 7:
        said.append((row[-1], f"BC {d + 1} {l * 2}"))  # corrected by what follows
    said.append((row[-1], ways[i % len(ways)](d, l)))
    code = codes[row[3]]
    communes[code] = [d, l]
    for k in (0, 1):
        districts[district_of[code]][k] += (d, l)[k]
open(f"{home}/replies.tsv", "w").write("".join(f"{phone}\t{text}\n" for phone, text in said))
json.dump({"replies": len(said), "districts": districts, "communes": communes}, open(f"{home}/expected.json", "w"))
EOF
}

expected() { jq -Sc "$1" "$HOME_DIR/expected.json"; }
# figures PREFIX [OPTIONS]: {unit: [campaigns, contacts]} of the units whose codes begin so
figures() {
    loa tally BAOCAO --by unit --json "${@:2}" | jq -Sc --arg prefix "$1" \
        '[.units[] | select(.code | startswith($prefix)) | {(.code): [.all.questions[0].fields[].sum]}] | add'
}
sums() { loa tally BAOCAO --json "$@" | jq -c '[.total.questions[0].fields[].sum]'; }

@test "143 communes report 11.577 and 5.070.613, before and after their districts are abolished" {
    loa import "$HOME_DIR/rosters/reporters.csv" --units "$HOME_DIR/rosters/reporters-units.csv" \
        --group bao-cao-vien >/dev/null
    example commune-report.conf "s/^opens .*/opens = \"$(moment -60)\";/" "s/^closes .*/closes = \"$(moment +3600)\";/" \
        "s/2025-06-25T08:00:00+07:00/$(moment +1800)/" "s/2025-06-28T17:00:00+07:00/$(moment +1801)/"
    launch commune-report.conf BAOCAO
    heard_by "De nghi d/c" 143
    write_reports
    say_all <"$HOME_DIR/replies.tsv"
    wait_for sql_is "select count(*) from reply" "$(expected .replies)"
    [ "$(sums)" = "[11577,5070613]" ]
    loa tally BAOCAO | grep -q 'luot .*5.070.613'
    loa tally BAOCAO | grep -q 'dot .*11.577'
    [ "$(figures H)" = "$(expected .districts)" ]
    [ "$(figures X)" = "$(expected .communes)" ]
    [ "$(loa inbox --json | jq '[.replies[].text | test("^BC [0-9]+$")] | all, length' | xargs)" = "true 7" ]
    recounted BAOCAO

    # 1/7/2025: no districts any more, communes merge by two or three; a commune keeps its figures,
    # and all of them can be read under either tree.
    loa unit end $(seq -f 'H%02g' 12) --into T --children-to T --on 2025-07-01 --by Lan --reason "NQ 202/2025" >"$HOME_DIR/ended"
    [ "$(grep -c ended "$HOME_DIR/ended")" = 12 ]
    [ "$(grep -c 'moved .*to T' "$HOME_DIR/ended")" = 143 ]
    loa unit merge X001 X002 X003 --into N1 --name "Xã An Khê" --on 2025-07-01 --by Lan >>"$HOME_DIR/ended"
    loa unit merge X013 X014 --into N2 --name "Phường Bình Lục" --kind phuong --on 2025-07-01 --by Lan >>"$HOME_DIR/ended"
    for tree in 2025-06-30 2025-07-01; do [ "$(sums --tree $tree)" = "[11577,5070613]" ]; done
    [ "$(figures H --tree 2025-06-30)" = "$(expected .districts)" ]
    [ "$(figures X --tree 2025-06-30)" = "$(expected .communes)" ]
    [ "$(figures H --tree 2025-07-01)" = null ]
    [ "$(figures N)" = "$(expected '{N1: ([.communes["X001", "X002", "X003"]] | transpose | map(add)),
        N2: ([.communes["X013", "X014"]] | transpose | map(add))}')" ]
    [ "$(figures X | jq length)" = 138 ]
    [ "$(figures X | jq -Sc '.X004')" = "$(expected .communes.X004)" ]
    recounted BAOCAO
    # The list of last year still finds its people.
    loa import "$HOME_DIR/rosters/reporters.csv" --json | jq -e '.counts.unchanged == 143 and .counts.units_added == 0' >/dev/null

    # The poll: three answers, complaints in confidence.
    example beneficiary-poll.conf "s/^opens .*/opens = \"$(moment -60)\";/" "s/^closes .*/closes = \"$(moment +3600)\";/" \
        "s/2025-06-30T08:00:00+07:00/$(moment +1800)/" 's/"TINH"/"T"/'
    launch beneficiary-poll.conf HOTRO
    cut -f7 "$HOME_DIR/rosters/reporters.tsv" | awk -v OFS='\t' 'BEGIN {
            split("1|nhận rồi|da nhan a|roi|1 ạ", yes, "|"); split("2|chua|chưa nhận được|2 a", no, "|"); split("3|không thuộc diện|3", out, "|")
            complaint[1] = "2 PA can bo thon voi tien bieu"; complaint[2] = "PA tien ho tro bi an chan mot nua"; complaint[3] = "PA duong vao kho lua bi hong"
        }
        NR <= 60 { print $1, yes[NR % 5 + 1] }
        NR > 60 && NR <= 95 { print $1, no[NR % 4 + 1] }
        NR > 95 && NR <= 110 { print $1, out[NR % 3 + 1] }
        NR > 110 && NR <= 113 { print $1, complaint[NR - 110] }' >"$HOME_DIR/poll.tsv"
    say_all <"$HOME_DIR/poll.tsv"
    wait_for sql_is "select count(*) from reply" $(($(expected .replies) + 113))
    [ "$(loa tally HOTRO --json | jq -c '[.total.questions[0].options[].count]')" = "[60,36,15]" ]
    wait_for sql_is "select count(*) from opinion" 3
    # Two are the inspection's alone; a person sends them there, nobody else reads them.
    [ "$(loa opinions --json | jq '[.opinions[] | select(.restricted)] | length')" = 2 ]
    loa opinions >"$HOME_DIR/seen"
    loa inbox --all >>"$HOME_DIR/seen"
    run -1 grep -E 'voi tien|an chan' "$HOME_DIR/seen"
    for id in $(loa opinions --json | jq '.opinions[] | select(.restricted).id'); do loa opinions assign "$id" --office TTRA --by Lan >/dev/null; done
    forwarded() { [ "$(jq -s '[.[] | select(.type == "loa.opinion.v1" and .data.restricted)] | length' "$RECEIVER"/bodies/*.json)" = 2 ]; }
    wait_for forwarded
    sql_is "select group_concat(distinct sink) from outbox join opinion on event_id like '%-opinion-' || opinion.id || '-%' where restricted" thanhtra
    LOA_OFFICE_KEY=$KEY loa opinions | grep -q 'voi tien'
    recounted HOTRO

    # Side by side, never added: campaigns, contacts made, persons.
    wait_for sql_is "select count(*) from message where purpose = 'invitation' and state = 'delivered'" 286
    [ "$(loa programme --json | jq -c '[.total.campaigns, .total.contacts, .total.persons]')" = "[2,286,143]" ]
    loa programme --by-unit --tree 2025-06-30 >"$HOME_DIR/programme"
    grep -q 'different ones reached (người)' "$HOME_DIR/programme"
    grep -qE '^  H01 .* 2 +24 +24 +12$' "$HOME_DIR/programme"
    reports_open BAOCAO
    grep -qP '^Tổng cộng\t\t143\t143\t100.0\t0\t11577\t5070613$' "$HOME_DIR/tally.csv.rows"
    grep -qP '^Tổng cộng\t\t143\t143\t100,0 %\t0\t11.577\t5.070.613$' "$HOME_DIR/tally.html.rows"
}
