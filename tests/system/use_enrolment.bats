#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The second use: guardians of 130 children choose a class by letters that are bad codes, two
# families have two children, and 103 of a plan of 90 enrol; care beside it reaches 164 of 160.

bats_require_minimum_version 1.5.0
load setup
load uses

ROSTER=enrolment
setup() { use_begin; }
teardown() { use_end; }

# Of the N-th family: what it writes and the child it enrols, by hand: 99 of single children and the
# four of the families 17 and 90, all told in a dozen ways; 10 want none; the traps count nothing.
write_replies() {
    python3 - "$HOME_DIR" <<'EOF'
import collections, json, sys
home = sys.argv[1]
children = [line.rstrip("\n").split("\t") for line in open(f"{home}/rosters/enrolment.tsv", encoding="utf-8")]
families = list(dict.fromkeys(child[-1] for child in children))
district = {child[-1]: child[5] for child in children}
A = ["A", "1", "A ạ", "Dạ A ạ", "may", "nghề may", "cho cháu học may", "A, cháu Nam"]
B = ["B", "2", "b", "Dạ em chọn B ạ", "moc", "thợ mộc", "2 Tran Van Binh", "nhầm, B mới đúng"]
C = ["C", "3", "khong co nhu cau", "không học", "Dạ nhà em không có nhu cầu ạ"]
TRAPS = ["a", "a nhé", "dạ a", "ạ", "c ơi cho hỏi lớp học ở đâu", "A hoặc B", "cả 2", "có", "a lô ai đấy ạ", "D"]
said, counts, by_district, single = [], collections.Counter(), collections.Counter(), 0
for number, phone in enumerate(families):
    if number in (17, 90):
        said.append((phone, "A cho 2 đứa" if number == 17 else "A"))
        code, heads = "A", 2
    elif single < 99:
        code, words = ("B", B) if single % 3 == 2 else ("A", A)
        said.append((phone, words[single // 3 % len(words)]))
        single, heads = single + 1, 1
    elif single < 109:
        code, heads = "C", 1
        said.append((phone, C[single % len(C)]))
        single += 1
    elif single < 109 + len(TRAPS):
        code, heads = None, 0
        said.append((phone, TRAPS[single - 109]))
        single += 1
    else:
        break
    if code:
        counts[code] += heads
    if code in ("A", "B"):
        by_district[district[phone]] += heads
open(f"{home}/replies.tsv", "w").write("".join(f"{phone}\t{text}\n" for phone, text in said))
json.dump({"replies": len(said), "counts": [counts[c] for c in "ABC"], "districts": by_district,
           "double": [families[17], families[90]]}, open(f"{home}/expected.json", "w"))
EOF
}

expected() { jq -c "$1" "$HOME_DIR/expected.json"; }
tallied() { loa tally HOCNGHE --json | jq -c "$1"; }

@test "letters are warned of, two children are decided by a person, 103 of 90 and 164 of 160" {
    loa import "$HOME_DIR/rosters/enrolment.xlsx" --units "$HOME_DIR/rosters/enrolment-units.csv" >/dev/null
    sql_is "select count(*) || ' ' || count(distinct contact_id) from person" "130 128"
    write_replies

    local plans
    plans=$(for d in 1 2 3 4 5; do printf '{ unit = "H%d"; plan = 18; },' $d; done)
    example enrolment.conf "s/^opens .*/opens = \"$(moment -60)\";/" "s/^closes .*/closes = \"$(moment +3600)\";/" \
        "s/2024-07-10T08:00:00+07:00/$(moment +1800)/" 's/"TT"/"T"/' "s/^target = { /&units = ( ${plans%,} ); /"
    launch enrolment.conf HOCNGHE >"$HOME_DIR/said" 2>&1
    [ "$(grep -c 'a single letter is a bad code' "$HOME_DIR/said")" = 3 ]
    heard_by "Moi gia dinh" 128
    # The category stays inside, even of who would put it into a text.
    example enrolment.conf 's/"TT"/"T"/' 's/"HOCNGHE"/"SAI"/' 's/^text .*Moi gia dinh {ten}/& (dien {dien})/'
    run -65 loa campaign create "$HOME_DIR/enrolment.conf"
    [[ "$output" == *":16: text: {dien} stays inside"* ]]
    run -1 grep -ciE 'khuyet tat|khuyết tật|ho ngheo' "$AIR"

    say_all <"$HOME_DIR/replies.tsv"
    wait_for sql_is "select count(*) from reply" "$(expected .replies)"
    # The two families count once until a person has looked, then child by child. The traps count
    # nothing, and wait.
    [ "$(tallied .total.target.done)" = 101 ]
    [ "$(loa inbox --json | jq -r '.replies[] | select(.outcome == "answer").text' | sort)" = $'A\nA cho 2 đứa' ]
    [ "$(loa inbox --json | jq -r '[.replies[] | select(.outcome == "unclear").text] | sort | join("/")')" = "A hoặc B/D/a/a nhé/có/cả 2/dạ a/ạ" ]
    local reply child
    for reply in $(loa inbox --json | jq '.replies[] | select(.outcome == "answer").id'); do
        for child in $(loa reply show "$reply" --json | jq '.persons[].id'); do
            loa reply set "$reply" A --person "$child" --by "chị Hoa" --reason "gọi điện"
        done
    done
    [ "$(loa inbox --json | jq '.replies | length')" = 8 ]

    # 103 of 90, and each district of its plan.
    [ "$(tallied '.total.target | [.plan, .done, .ratio]')" = '[90,103,"114.4"]' ]
    [ "$(tallied '[.total.questions[0].options[].count]')" = "$(expected .counts)" ]
    loa tally HOCNGHE | grep -qF '103/90 = 114,4 % of the plan'
    loa tally HOCNGHE --by unit --json | jq -S '[.units[] | select(.code | startswith("H")) | {(.name): .all.target.done}] | add' >"$HOME_DIR/districts"
    [ "$(jq -Sc . "$HOME_DIR/districts")" = "$(expected .districts | jq -Sc .)" ]
    recounted HOCNGHE

    # Plan, classes, families to telephone: names inside the house, the category nowhere.
    reports_open HOCNGHE
    grep -qP '^Tổng cộng\t\t90\t103\t114.4' "$HOME_DIR/plan.csv.rows"
    grep -qP '^Tổng cộng\t\t90\t103\t114,4 %' "$HOME_DIR/plan.html.rows"
    for district in $(seq 5); do
        done=$(jq ".[\"$(awk -F, -v d="H$district" '$1 == d { print $3 }' "$HOME_DIR/rosters/enrolment-units.csv")\"]" "$HOME_DIR/districts")
        grep -qP "\tH$district\t18\t$done\t" "$HOME_DIR/plan.csv.rows"
    done
    [ "$(grep -c '^A – may' "$HOME_DIR/classes.csv.rows")" = "$(expected '.counts[0]')" ]
    [ "$(grep -c '^B – mộc' "$HOME_DIR/classes.csv.rows")" = "$(expected '.counts[1]')" ]
    cat "$HOME_DIR/nonrespondents.csv.rows" | tail
    run -1 grep -l 'Khuyết tật' "$HOME_DIR"/*.rows

    # Care beside it: 164 of a plan of 160.
    import_people 170 >/dev/null
    campaign_file CHAMSOC "Can cham soc tai TT? 1=co, 2=khong" 'count_by = "person"; target = { plan = 160; options = [ "1" ]; };' \
        'questions = ( { id = "cs"; kind = "choice"; options = ( { code = "1"; label = "có"; sense = "yes"; },' \
        '{ code = "2"; label = "không"; sense = "no"; } ); } );' | sed 's/"notice"/"survey"/' >"$HOME_DIR/care.conf"
    launch care.conf CHAMSOC
    for ((i = 0; i < 164; i++)); do printf '+84912%06d\t%s\n' $i "$([ $((i % 2)) = 0 ] && echo co || echo 1)"; done | say_all
    care() { loa tally CHAMSOC | grep -F '164/160 = 102,5 % of the plan'; }
    wait_for care
    recounted CHAMSOC
}
