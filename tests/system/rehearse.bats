#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# loa rehearse: a campaign file and replies to it, with neither service nor database.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
    LOA="${LOA_BUILD:-build}/loa"
    export LC_ALL=C.UTF-8 LOA_SOCKET="$BATS_TEST_TMPDIR/nobody"
}

@test "every reply gets its outcome, its codes and the rule, one JSON object a line" {
    printf '%s\n' '1' 'Dạ em chọn 1 ạ' 'khong du duoc a' 'Có' 'YK' 'TC' '1 Tran Van Huy' \
        '2 YK: mong duoc doi thoai moi quy' >"$BATS_TEST_TMPDIR/replies"
    run --separate-stderr "$LOA" rehearse tests/samples/doi-thoai.conf --replies "$BATS_TEST_TMPDIR/replies" --json
    [ "$status" -eq 0 ]
    [ "$(jq -r '[.outcome, (.answers.buoi // [] | join(",")), .opinion] | join(" ")' <<<"$output")" = "answer 1 false
answer 1 false
answer 0 false
unclear  false
unclear  false
optout  false
answer 1 false
answer 2 true" ]
    jq -e '.text and .rule and (.normalised | type == "string")' <<<"$output" >"$BATS_TEST_TMPDIR/whole"
    [ "$(grep -c true "$BATS_TEST_TMPDIR/whole")" -eq 8 ]
}

@test "numbers are integers of 64 bits" {
    run --separate-stderr "$LOA" rehearse tests/samples/other-questions.conf --replies - --json <<<'BC 81 đợt, 9.223.372.036.854.775.807 lượt'
    [ "$status" -eq 0 ]
    [[ "$output" == *'"answers":{"bc":{"dot":81,"luot":9223372036854775807}}'* ]]
}

@test "a sender may stand before the text, and escapes in it" {
    run --separate-stderr "$LOA" rehearse tests/samples/doi-thoai.conf --replies - --json < <(
        printf 'VIETTEL\t1\n0912000345\t1\\nTran Van An\\t\\\\\n+84912000345\t[QC] Nap the\n')
    [ "$status" -eq 0 ]
    [ "$(jq -r .outcome <<<"$output" | paste -sd' ')" = "service answer service" ]
    [ "$(jq -r 'select(.outcome == "answer").text' <<<"$output")" = $'1\nTran Van An\t\\' ]
}

@test "without replies only the campaign is looked at" {
    cat >"$BATS_TEST_TMPDIR/c.conf" <<-'CONF'
	code = "C"; title = "t"; kind = "survey";
	text = "Mời ông bà cho ý kiến về giá bán đất ở thôn và về việc chọn bạn làm tổ trưởng";
	send_marked = true; text_marked = "Mời ông bà cho ý kiến về giá bán đất ở thôn và về việc chọn bạn làm tổ trưởng";
	questions = ( { id = "q"; kind = "choice"; options = (
	  { code = "A"; label = "bán"; }, { code = "B"; label = "bạn"; }, { code = "C"; label = "đúng"; } ); } );
	optout = { keywords = [ "DỪNG" ]; };
	CONF
    run "$LOA" rehearse "$BATS_TEST_TMPDIR/c.conf"
    [ "$status" -eq 0 ]
    [[ "$output" == *"c.conf:5: questions[0].options[0].code: warning: a single letter is a bad code"* ]]
    [[ "$output" == *"“bạn” and “bán” of questions[0].options[0] are one word"* ]]
    [[ "$output" == *"“đúng” and “DỪNG” of optout are one word"* ]]
    [[ "$output" == *"also how people write “đúng”"* ]]
    [[ "$output" == *"does not tell how to answer: A, B, C"* ]]
    [[ "$output" == *"takes 2 SMS parts"* ]]
}

@test "mistakes name file, line and field, and nothing is read" {
    printf 'code = "C"; title = "t";\nkind = "vote";\n' >"$BATS_TEST_TMPDIR/c.conf"
    run "$LOA" rehearse "$BATS_TEST_TMPDIR/c.conf" --replies /dev/null
    [ "$status" -eq 78 ]
    [[ "$output" == *"c.conf:2: kind: "* ]]
    run "$LOA" rehearse "$BATS_TEST_TMPDIR/nothing.conf"
    [ "$status" -eq 66 ]
    run "$LOA" rehearse tests/samples/doi-thoai.conf --replies "$BATS_TEST_TMPDIR/nothing"
    [ "$status" -eq 66 ]
    printf '1\n\xff\n2\n' >"$BATS_TEST_TMPDIR/bad"
    run "$LOA" rehearse tests/samples/doi-thoai.conf --replies "$BATS_TEST_TMPDIR/bad"
    [ "$status" -eq 65 ]
    [[ "$output" == *"bad:2: byte 1 is not UTF-8"* ]]
    [[ "$output" == *"2 replies: 2 answer"* ]]
}

@test "a technician adds a word without compiling" {
    cp campaigns/data/reply-*.csv "$BATS_TEST_TMPDIR/"
    printf 'yes,chuẩn\n' >>"$BATS_TEST_TMPDIR/reply-words.csv"
    run --separate-stderr "$LOA" rehearse campaigns/examples/coverage.conf --replies - --json <<<'chuẩn ạ'
    [ "$(jq -r .outcome <<<"$output")" = unclear ]
    G_RESOURCE_OVERLAYS=/loa="$BATS_TEST_TMPDIR" run --separate-stderr "$LOA" rehearse campaigns/examples/coverage.conf --replies - --json <<<'chuẩn ạ'
    [ "$(jq -c .answers <<<"$output")" = '{"pb":["1"]}' ]
}

@test "people get a table and its sum" {
    run --separate-stderr "$LOA" rehearse tests/samples/doi-thoai.conf --replies - <<<$'1\nhả'
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "outcome  says     rule"*"text" ]]
    [[ "$output" == *"2 replies: 1 answer 1 unclear"* ]]
}
