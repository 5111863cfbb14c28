#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The first use: 52 members of a centre are invited to a dialogue, 12 opinions come, reports go up.
# From the messy list of an office to the register of answered opinions; every figure is computed
# here from the replies that the households send.

bats_require_minimum_version 1.5.0
load setup
load uses

ROSTER=dialogue-dirty
setup() {
    use_begin 'sinks = ( { name = "capuy"; url = "@URL@/capuy"; secret = "'$SECRET'"; every = "1s"; send = [ "summary" ]; },
          { name = "bgd"; url = "@URL@/bgd"; secret = "'$SECRET'"; send = [ "opinion" ]; } );
        organisation = { name = "Công đoàn cơ sở"; parent = "Trung tâm Bảo trợ xã hội"; place = "Hà Tĩnh"; };
        offices = ( { code = "BGD"; name = "Ban Giám đốc"; sink = "bgd"; due = "10d"; },
          { code = "CDCS"; name = "Ban Chấp hành công đoàn"; due = "15d"; } );
        topics = ( { code = "luong"; name = "Lương, phụ cấp"; keywords = [ "phụ cấp", "lương" ]; office = "BGD"; },
          { code = "doi-song"; name = "Đời sống"; keywords = [ "nhà ăn", "nghỉ mát" ]; office = "CDCS"; } );'
}
teardown() { use_end; }

# NUMBER of the list | text | what it must count as: a code, "-" nothing | o: it is an opinion.
# Number 17 needs help and gets it once; 10 and 21 write twice; 11's comes twice.
REPLIES='1|1|1|
2|Dạ em chọn 1 ạ|1|
3|19/6|1|
4|1 Tran Van Huy|1|
5|dự buổi 1 nhé|1|
6|1️⃣|1|
7|Dự sáng 19/6|1|
8|mootj|-|
10|1|1|
11|2|2|
11|2|2|
10|nham, 2 moi dung|2|
12|2 YK: mong duoc doi thoai moi quy|2|o
13|21/6 ạ|2|
14|khong du duoc a|0|
15|Vắng|0|
16|0|0|
17|Có|-|
17|co a|-|
18|YK|-|
19|TC|-|
21|1|1|
21|tu choi nhan tin|1|
22|1. YK de nghi tang phu cap doc hai|1|o
23|YK nha an nen them rau xanh|-|o
24|Góp ý: đề nghị tổ chức nghỉ mát hằng năm|-|o
25|yk phong lam viec cua to 3 bi dot khi mua to|-|o
26|cho hoi buoi doi thoai co duoc hoi ve luong khong a|-|o
27|YK: xin may giat cho co so 2|-|o
28|2 yk luong thang 5 tra cham|2|o
29|YK de nghi kham suc khoe dinh ky|-|o
30|Ý KIẾN cần thêm điều dưỡng trực đêm|-|o
31|toi muon duoc hoc lop boi duong nghiep vu|-|o
32|0 YK bao ho lao dong con thieu|0|o'
LATE='17|2|2|
33|1|1|
1|doi sang 2|2|'

# phone NUMBER: of the clean list, to which the messy one must come down
phone() { awk -F, -v n="$1" '$1 == n { sub(/\r$/, "", $9); print "+84" substr($9, 2) }' "$ROOT/tests/rosters/dialogue.csv"; }
unit() { awk -F, -v n="$1" '$1 == n { print $5 }' "$ROOT/tests/rosters/dialogue.csv"; }
name() { awk -F, -v n="$1" '$1 == n { print $2 }' "$ROOT/tests/rosters/dialogue.csv"; }

say_table() {
    while IFS='|' read -r number text _; do
        printf '%s\t%s\n' "$(phone "$number")" "$text"
    done <<<"$1" | say_all
}

# last TABLE…: "number code" for everybody whose last valid answer that is
last_of() { printf '%s\n' "$@" | awk -F'|' '$3 != "-" { code[$1] = $3 } END { for (n in code) print n, code[n] }' | sort -n; }
# how many there are of each of 1, 2, 0
counts_of() { last_of "$@" | awk '{ count[$2]++ } END { printf "[%d,%d,%d]\n", count[1], count[2], count[0] }'; }
tallied() { loa tally DOITHOAI --json "$@" | jq -c '[.total.questions[0].options[].count]'; }
phones_of() { while read -r number; do phone "$number"; done | sort; }

@test "from a messy list to 52 people, two mornings and twelve answered opinions" {
    # Every row of the file is accounted for.
    loa import "$ROOT/tests/rosters/dialogue-dirty.csv" --units "$HOME_DIR/rosters/dialogue-dirty-units.csv" --json >"$HOME_DIR/import.json"
    [ "$(jq -c '.counts | [.rows, .recognised, .merged, .rejected, .no_phone, .contacts_added]' "$HOME_DIR/import.json")" = "[63,52,1,0,2,50]" ]
    [ "$(jq '.counts.outcomes | add' "$HOME_DIR/import.json")" = 63 ]
    sql_is "select count(*) from contact" 50
    [ "$(sql "select phone from contact order by phone")" = "$(seq 52 | grep -vx '20\|34' | phones_of)" ]

    example dialogue.conf "s/^opens .*/opens = \"$(moment -60)\";/" "s/^closes .*/closes = \"$(moment +15)\";/" \
        "s/2024-06-14T08:00:00+07:00/$(moment +8)/" "s/2024-06-17T17:00:00+07:00/$(moment +11)/" \
        "s/2024-06-18T18:00:00+07:00/$(moment +16)/" "s/2024-06-20T18:00:00+07:00/$(moment +17)/" \
        "s/2024-06-21T17:00:00+07:00/$(moment +18)/"
    launch dialogue.conf DOITHOAI
    heard_by "CDCS va Chi doan moi" 50
    sql_is "select count(*) from message where purpose = 'invitation' and parts = 1" 50

    # What is clear counts, the rest waits for a person; network and strangers stay apart.
    say_table "$REPLIES"
    printf 'VIETTEL\t[QC] Nap the hom nay\n191\t1\n+84987123456\t1\n' | say_all
    wait_for sql_is "select count(*) from reply" 37
    sql_is "select count(*) from reply where outcome in ('service', 'stranger') and campaign_id is null" 3
    sql_is "select count(*) from reply where outcome = 'repeat'" 1
    [ "$(tallied)" = "$(counts_of "$REPLIES")" ]
    [ "$(loa tally DOITHOAI --json | jq -c '.total | [.opinions, .optouts, .unclear, .no_phone]')" = "[12,2,4,2]" ]
    [ "$(loa inbox --json | jq -r '[.replies[].text] | sort | join("/")')" = "1/Có/YK/co a/mootj" ]
    sql_is "select person.name from reply join person using (contact_id) where text = '1 Tran Van Huy' and outcome = 'answer'" "$(name 4)"

    # Texts that were written back: one help a day, numbers of opinions, one farewell, then nothing.
    wait_for all_sent
    [ "$(heard "$(phone 17)" | grep -c 'Chua ro lua chon')" = 1 ]
    heard "$(phone 12)" | grep -qE 'Da tiep nhan y kien so [0-9]+\. BCH'
    heard "$(phone 13)" | grep -qx 'Da ghi nhan: du sang 21/6. Muon doi, nhan lai so khac truoc 17h 18/6.'
    [ "$(heard_text 'Da tiep nhan y kien so')" = "$(awk -F'|' '$4 == "o" { print $1 }' <<<"$REPLIES" | phones_of)" ]
    heard "$(phone 19)" | tail -n 1 | grep -qF "Da ngung gui tin toi so nay tu $(TZ=Asia/Ho_Chi_Minh date +%d/%m/%Y)"
    [ "$(heard +84987123456)" = "" ]

    # The reminder goes to the silent alone.
    silent=$(comm -23 <(seq 52 | grep -vx '20\|34\|19' | sort) <(last_of "$REPLIES" | cut -d' ' -f1 | sort) | phones_of)
    wait_for -t $((20 * SLOW)) sql_is "select count(*) from reminder_run where reminder = 0 and done_at is not null" 1
    wait_for all_sent
    [ "$(heard_text 'chua dang ky doi thoai')" = "$silent" ]

    # Late answers change the figures, not the snapshot; after the close nothing does.
    wait_for -t $((20 * SLOW)) sql_is "select count(*) from snapshot where kind = 'planned'" 1
    say_table "$LATE"
    wait_for sql_is "select count(*) from reply" 40
    [ "$(tallied)" = "$(counts_of "$REPLIES" "$LATE")" ]
    [ "$(tallied --snapshot 1)" = "$(counts_of "$REPLIES")" ]
    [ "$(tallied --snapshot 1)" != "$(tallied)" ]
    wait_for -t $((20 * SLOW)) sql_is "select closes_at < strftime('%s', 'now') * 1000 from campaign" 1
    say_table "35|1|-|"
    wait_for sql_is "select count(*) from reply" 41
    sql_is "select outcome || ' ' || rule from reply order by id desc limit 1" "unclear closed"

    # Each morning is reminded the evening before; thanks for all; then it is over.
    wait_for -t $((20 * SLOW)) sql_is "select state from campaign" finished
    for session in 1 2; do
        here=$(last_of "$REPLIES" "$LATE" | awk -v s="$session" '$2 == s && $1 != 21 { print $1 }' | phones_of)
        [ "$(heard_text "sang mai $((session * 2 + 17))/6")" = "$here" ]
        [ -z "$(comm -23 <(echo "$here") <(heard_text 'Cam on'))" ]
    done
    [ "$(heard "$(phone 19)" | grep -c .)" = 2 ]
    [ "$(heard "$(phone 21)" | grep -c 'Nhac\|Cam on')" = 0 ]
    recounted DOITHOAI

    # The figures that go up: those counted here, and nobody's name or number.
    last_summary() { jq -s 'map(select(.type == "loa.summary.v1")) | max_by(.data.sequence)' "$RECEIVER"/bodies/*.json; }
    final() { last_summary | jq -e .data.final; }
    wait_for final
    [ "$(last_summary | jq -c '[.data.total.questions[0].options[].count]')" = "$(counts_of "$REPLIES" "$LATE")" ]
    last_summary >"$HOME_DIR/summary"
    run -1 grep -E '84[0-9]{9}|Đinh Thanh' "$HOME_DIR/summary"

    # Attendance by session and unit.
    reports_open DOITHOAI
    [ "$(awk -F'\t' '$5 == 1 { print substr($1, 1, 1) "|" $3 "|" $4 }' "$HOME_DIR/attendance.csv.rows" | sort)" = \
        "$(last_of "$REPLIES" "$LATE" | while read -r number session; do
            [ "$session" = 0 ] || echo "$session|$(name "$number")|$(unit "$number")"
        done | sort)" ]
    grep -q 'thăm dò ý kiến' "$HOME_DIR/tally.html"

    # Opinions: a handler and a due date for each, an answer on the handset, the unanswered listed.
    [ "$(loa opinions --json | jq '.opinions | length')" = 12 ]
    while IFS='|' read -r part office topic; do
        loa opinions assign "$(sql "select id from opinion where text like '%$part%'")" \
            --office "$office" --topic "$topic" --due 10d --by "Lan"
    done <<'EOF'
phu cap doc hai|BGD|luong
luong thang 5|BGD|luong
rau xanh|CDCS|doi-song
EOF
    heard_of_it() { [ "$(jq -s '[.[] | select(.type == "loa.opinion.v1" and .data.office.code == "BGD" and .data.state == "forwarded")] | length' "$RECEIVER"/bodies/*.json)" = 2 ]; }
    wait_for heard_of_it
    loa opinions answer "$(sql "select id from opinion where text like '%rau xanh%'")" --by "Lan" \
        --text "Tu thang 7 nha an co rau xanh moi bua."
    wait_for sql_is "select state from message where opinion_id is not null and text like 'Tu thang 7%'" delivered
    heard "$(phone 23)" | tail -n 1 | grep -qx 'Tu thang 7 nha an co rau xanh moi bua.'
    loa report opinions DOITHOAI --out "$HOME_DIR/register.csv"
    opened "$HOME_DIR/register.csv" >"$HOME_DIR/register"
    [ "$(grep -c '^Chưa trả lời' "$HOME_DIR/register")" = 11 ]
    grep -q $'Đời sống\tnha an nen them rau xanh\tBan Chấp hành công đoàn\t.*Tu thang 7' "$HOME_DIR/register"
    [ "$(loa opinions --state forwarded --json | jq '.opinions | length')" = 2 ]
    run -1 grep -E "$(name 23)|$(phone 23 | cut -c4-)" "$HOME_DIR/register"

    # Who refused is left out of what comes next, and comes back with the word they were told.
    campaign_file SAU "Moi {ten} hop tong ket" >"$HOME_DIR/sau.conf"
    loa campaign create "$HOME_DIR/sau.conf"
    [ "$(loa campaign preview SAU --json | jq .audience.recipients)" = 48 ]
    printf '%s\tDK\n' "$(phone 19)" | say_all
    wait_for sql_is "select count(*) from reply" 42
    [ "$(loa campaign preview SAU --json | jq .audience.recipients)" = 49 ]
}
