#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# loa rehearse --ussd: the menus of a campaign, with neither service nor database.

bats_require_minimum_version 1.5.0

setup() {
    load setup
    cd "$BATS_TEST_DIRNAME/../.."
    LOA="${LOA_BUILD:-build}/loa"
    export LC_ALL=C.UTF-8 LOA_SOCKET="$BATS_TEST_TMPDIR/nobody"
}

@test "each page comes with its size, each answer with what it counts as" {
    run --separate-stderr "$LOA" rehearse --ussd tests/samples/doi-thoai.conf <<<$'7\n0\nđường hỏng'
    [ "$status" -eq 0 ]
    [ "$output" = "
CON [95/182]
CDCS va Chi doan moi ong/ba du doi thoai 7h30.
1. du sang 19/6
2. du sang 21/6
0. khong du duoc
> 7
= misread

CON [105/182]
Chon sai.
CDCS va Chi doan moi ong/ba du doi thoai 7h30.
1. du sang 19/6
2. du sang 21/6
0. khong du duoc
> 0
= answer  buoi: 0  (R5 code, as the SMS “0”)

CON [39/182]
Y kien khac?
(0: khong co)
00. quay lai
> đường hỏng
= opinion  đường hỏng  (R5 opinion keyword, as the SMS “YK đường hỏng”)

END [55/182]
Da ghi nhan. Muon doi, nhan lai so khac truoc 17h 18/6.

4 pages, 2 answered, 1 misread" ]
}

@test "a path may come at once, as aggregators send it, and every turn is a JSON object" {
    run --separate-stderr "$LOA" rehearse --ussd tests/samples/other-questions.conf --json <<<'1 2*81*35.420*1*1*12*het gao'
    [ "$status" -eq 0 ]
    [ "$(jq -r '.answer // empty | .question + " " + .text + " -> " + (.answers | tojson)' <<<"$output")" = 'nghe 1 2 -> {"nghe":"1,2"}
bc 81 35420 -> {"bc":"dot=81,luot=35420"}
pb 1 -> {"pb":"1"}
pb TV -> {"pb":"TV"}
du 12 -> {"du":"count=12"}
gopy het gao -> {"gopy":"het gao"}' ]
    jq -e -s 'all(.used <= .limit and .limit == 182) and (.[-1].end) and (map(.end) | index(true) == length - 1)' <<<"$output"
}

@test "with diacritics a page has half the room, and the next one is a key away" {
    run --separate-stderr "$LOA" rehearse --ussd --alphabet ucs2 tests/samples/doi-thoai.conf --json <<<'99'
    [ "$status" -eq 0 ]
    jq -e -s 'map(select(.page)) | all(.limit == 91 and .used <= 91)' <<<"$output"
    [ "$(jq -s -r '.[0].page' <<<"$output" | tail -n 1)" = "99. tiếp" ]
    [ "$(jq -s -r '.[1].page' <<<"$output")" = $'2. dự sáng 21/6\n0. không dự được\n98. quay lại' ]
}

@test "where the input ends the session has broken off, and the page is told on which it goes on" {
    run --separate-stderr "$LOA" rehearse --ussd tests/samples/other-questions.conf --json <<<$'1\n1234'
    [ "$status" -eq 0 ]
    jq -e -s '.[-1] | .broken_off and (.resumes.page | startswith("Da chon: 1\n99. xong"))' <<<"$output"
    run --separate-stderr "$LOA" rehearse --ussd tests/samples/other-questions.conf <<<'1'
    [[ "$output" == *"The session broke off."*"CON ["*"Da chon: 1"*"2 pages, 0 answered, 0 misread" ]]
}

@test "what menus cannot show is told first" {
    run --separate-stderr "$LOA" rehearse --ussd tests/replies/pump.conf </dev/null
    [ "$status" -eq 0 ]
    [[ "$output" == *$'\n1. dung (dung lich)\n2. dung (dung bom)'* ]]
    run --separate-stderr "$LOA" rehearse --ussd tests/replies/congress.conf </dev/null
    [[ "$stderr" == *"congress.conf: warning: question an has no text: the menu shows “Dai hoi chi hoi: AN”"* ]]
}

@test "options that do not go together are refused" {
    run "$LOA" rehearse --ussd --replies - tests/samples/doi-thoai.conf
    [ "$status" -eq 64 ]
    run "$LOA" rehearse --ussd --alphabet utf8 tests/samples/doi-thoai.conf
    [ "$status" -eq 64 ]
    run "$LOA" rehearse --alphabet gsm7 tests/samples/doi-thoai.conf
    [ "$status" -eq 64 ]
}
