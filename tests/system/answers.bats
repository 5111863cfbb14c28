#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What people answer: all kinds of questions through simulated modems, corrections by a person with
# name and reason, conversations, and which of two campaigns a text is about.

load setup

setup() { new_home; }
teardown() { stop_all; }

# Four people, the first two with one telephone.
import_families() {
    printf 'ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n' >"$HOME_DIR/units.csv"
    printf '%s\n' "Họ và tên,Mã đơn vị,SĐT" "Trần Thị Mẹ,TT,0912000000" "Trần Văn Con,TT,0912000000" \
        "Lê Văn Bố,TT,0912000001" "Võ Thị Ba,TT,0912000002" >"$HOME_DIR/people.csv"
    loa import "$HOME_DIR/people.csv" --units "$HOME_DIR/units.csv"
}

all_sent() { sql_is "select count(*) from message where state in ('queued', 'leased')" 0; }

# write N TEXT: the N-th telephone writes, and the reply is stored.
write() {
    local before
    before=$(sql "select count(*) from reply")
    control sms "${3:-0}" "+84912000$(printf '%03d' "$1")" "$2"
    wait_for sql_is "select count(*) from reply" $((before + 1))
}

# counts PHONE QUESTION VALUE
counts() {
    [ "$(loa answers "$CAMPAIGN" --json |
        jq -r --arg p "+84912000$(printf '%03d' "$1")" --arg q "$2" \
            '[.answers[] | select(.phone == $p and .question == $q and .person_id == null).code] | join(" ")')" = "$3" ]
}

last_reply() { sql "select max(id) from reply"; }

SURVEY='kind = "survey"; count_by = "person";
questions = (
  { id = "pb"; kind = "choice"; options = ( { code = "1"; label = "đã"; sense = "yes"; },
      { code = "2"; label = "chưa"; sense = "no"; } ); addons = ( { code = "TV"; label = "tư vấn"; } ); },
  { id = "bc"; kind = "numbers"; keyword = "BC";
    fields = ( { name = "dot"; label = "số đợt"; }, { name = "luot"; label = "số lượt"; } ); },
  { id = "du"; kind = "headcount"; keyword = "HOP"; },
  { id = "nghe"; kind = "choices"; keyword = "NGHE"; options = ( { code = "1"; label = "may"; },
      { code = "3"; label = "nấu ăn"; }, { code = "6"; label = "không"; exclusive = true; } ); } );
answers = { accepted = "Da ghi nhan: {lua_chon}."; };'

survey_file() {
    echo 'code = "MAU"; title = "Mẫu"; audience = { units = [ "TT" ]; };'
    echo 'text = "Nhan 1 hoac 2, them TV. BC dot luot. HOP so nguoi. NGHE 1 3 6";'
    echo "$SURVEY"
}

start_file() {
    loa campaign create "$1"
    for step in submit approve start; do loa campaign "$step" "$2"; done
    wait_for all_sent
}

@test "answers of all kinds count, and a person corrects them with a name and a reason" {
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 20; };'
    start_gateway
    import_families
    CAMPAIGN=MAU
    survey_file >"$HOME_DIR/mau.conf"
    start_file "$HOME_DIR/mau.conf" MAU 2>"$HOME_DIR/warnings"
    not grep -q 'wait for a person to read' "$HOME_DIR/warnings"

    write 1 "NGHE 1,3 BC 81 đợt, 35.420 lượt"
    counts 1 bc "dot=81,luot=35420"
    counts 1 nghe "1,3"
    write 1 "HOP 2 nguoi"
    counts 1 du "count=2"
    write 1 "1"
    write 1 "TV"
    counts 1 pb "1,TV"
    write 1 "BC 81"
    counts 1 bc "dot=81,luot=35420" # unclear never erases
    # One receipt for a text, however many questions it answers.
    wait_for all_sent
    sql_is "select text from message where receipt = 'accepted' order by id limit 1" \
        "Da ghi nhan: 81 dot, 35.420 luot; may, nau an."
    [ "$(sql "select count(*) from message where receipt = 'accepted'")" = 4 ]

    # The unclear one waits, and is settled; the inbox says why.
    loa inbox | grep -q 'BC 81'
    loa reply set "$(last_reply)" "bc=82 35500"
    counts 1 bc "dot=82,luot=35500"
    [ "$(loa inbox)" = "Nothing waits for a person." ]

    # A correction needs a reason; voiding brings back what was said before.
    write 2 "1"
    write 2 "2"
    run loa reply set "$(last_reply)" 1
    [ "$status" -ne 0 ]
    [[ "$output" == *"say why"* ]]
    counts 2 pb 2
    loa reply set "$(last_reply)" - --by "chị Hoa" --reason "nhầm máy"
    counts 2 pb 1
    loa answer history MAU --phone 0912000002 >"$HOME_DIR/history"
    grep -q 'chị Hoa.*nhầm máy' "$HOME_DIR/history"
    [ "$(wc -l <"$HOME_DIR/history")" = 4 ]
    [ "$(loa answer history MAU --phone 0912000002 --json | jq '[.versions[] | select(.in_force)] | length')" = 1 ]

    # A shared telephone: each person's answer is decided by somebody.
    write 0 "1"
    loa inbox | grep -q 'several persons share this phone'
    local reply mother son
    reply=$(last_reply)
    mother=$(loa reply show "$reply" --json | jq '.persons[0].id')
    son=$(loa reply show "$reply" --json | jq '.persons[1].id')
    loa reply show "$reply" | grep -q 'Trần Văn Con'
    loa reply set "$reply" 1 --person "$mother"
    loa reply set "$reply" 2 --person "$son"
    [ "$(loa answers MAU --question pb --json | jq -c --argjson s "$son" '[.answers[] | select(.person_id == $s).code]')" = '["2"]' ]
    [ "$(loa inbox)" = "Nothing waits for a person." ]
    run loa reply set "$reply" 2 --person 4
    [ "$status" -ne 0 ]

    # Said elsewhere.
    run loa answer set MAU 2 --phone 0912000002 --by "anh Minh"
    [ "$status" -eq 64 ]
    loa answer set MAU 'pb=2; du=3' --phone 0912000002 --by "anh Minh" --reason "đến nhà"
    counts 2 pb 2
    counts 2 du "count=3"
    loa answer set MAU - --phone 0912000002 --by "anh Minh" --reason "rút lại"
    counts 2 pb ""
    run loa answer set MAU 7 --person "$son" --by "anh Minh" --reason "x"
    [[ "$output" == *"pb=1|2"* ]]
    run loa answer set MAU 1 --phone 0999 --by a --reason b
    [ "$status" -ne 0 ]
    run loa answer set MAU 1 --person "$son" --by a --reason b --at "2099-01-01 08:00"
    [[ "$output" == *"future"* ]]
    loa answer set MAU 1 --person "$son" --by "anh Minh" --reason "gọi điện" --at "2020-01-01 08:00" --json |
        jq -e '.versions | length == 2'
    [ "$(loa answers MAU --question pb --json | jq -c --argjson s "$son" '[.answers[] | select(.person_id == $s).code]')" = '["2"]' ]
}

@test "one question after the other, asked once more, closed in the end; a keyword leads elsewhere" {
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 20; };'
    start_gateway
    import_people 3
    cat >"$HOME_DIR/bc.conf" <<'EOF'
code = "BAOCAO"; title = "Báo cáo"; kind = "survey"; audience = { units = [ "TT" ]; };
text = "Bao cao: BC dot luot";
questions = ( { id = "bc"; kind = "numbers"; keyword = "BC"; fields = (
  { name = "dot"; label = "số đợt"; }, { name = "luot"; label = "số lượt"; } ); } );
EOF
    start_file "$HOME_DIR/bc.conf" BAOCAO
    cat >"$HOME_DIR/tro.conf" <<'EOF'
code = "TRO"; title = "Trò chuyện"; kind = "survey"; audience = { units = [ "TT" ]; };
text = "Da nhan tro cap chua? 1=roi, 2=chua";
conversation = { ask = "in-turn"; remind_after = "1h"; timeout = "2d"; };
questions = (
  { id = "nhan"; kind = "choice"; text = "Da nhan tro cap chua? 1=roi, 2=chua"; options = (
      { code = "1"; label = "rồi"; sense = "yes"; }, { code = "2"; label = "chưa"; sense = "no"; } ); },
  { id = "nghe"; kind = "choices"; text = "Can lop nao? 1=may, 3=nau an"; options = (
      { code = "1"; label = "may"; }, { code = "3"; label = "nấu ăn"; } ); },
  { id = "du"; kind = "headcount"; text = "Bao nhieu nguoi di?"; } );
answers = { accepted = "Cam on: {lua_chon}."; };
EOF
    start_file "$HOME_DIR/tro.conf" TRO
    CAMPAIGN=TRO

    write 0 "1"
    wait_for sql_is "select state from message where asks = 'nghe'" delivered
    write 0 "1" # the same text is the answer to the next question
    counts 0 nhan 1
    counts 0 nghe 1
    wait_for sql_is "select state from message where asks = 'du'" delivered
    write 0 "BC 81 35.420" # the other campaign has that keyword
    [ "$(loa answers BAOCAO --json | jq -r '.answers[0].code')" = "dot=81,luot=35420" ]
    write 0 "2 nguoi"
    counts 0 du "count=2"
    wait_for sql_is "select text from message where receipt = 'accepted'" "Cam on: roi; may; 2 nguoi."
    sql_is "select state from conversation where contact_id = 1" "done"

    # Two hours later the others are asked once more; three days later they are too late.
    later() {
        sql "update part set sent_at = sent_at - $1; update message set state_at = state_at - $1 where state <> 'queued';
             update conversation set asked_at = asked_at - $1"
    }
    write 1 "1"
    wait_for sql_is "select state from message where asks = 'nghe' and contact_id = 2" delivered
    later 7200000
    wait_for sql_is "select count(*) from message where purpose = 'reminder' and state = 'delivered'" 2
    sql_is "select group_concat(asks) from (select asks from message where purpose = 'reminder' order by contact_id)" "nghe,nhan"
    later 259200000
    wait_for sql_is "select count(*) from conversation where state = 'timed-out'" 2
    write 1 "3"
    sql_is "select outcome || ' ' || rule from reply order by id desc limit 1" "unclear conversation timed out"
    loa reply set "$(last_reply)" "nghe=3"
    counts 1 nghe 3
}
