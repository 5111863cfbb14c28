#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Rosters of the five uses through the real programs, in the forms that offices send them.
bats_require_minimum_version 1.5.0
load office

setup_file() {
    export MADE=$BATS_FILE_TMPDIR/made
    "$BATS_TEST_DIRNAME/../rosters/make" "$MADE"
}
setup() { office_open; loa=$build/loa; }
teardown() { office_close; }

expected() { jq -r ".[\"$1\"].$2" "$MADE/expected.json"; }
count() { sqlite3 "$work/loa.db" "SELECT count(*) FROM $1"; }

# takes ROSTER FORM [OPTIONS]: the roster goes in and gives what it must
takes() {
    local roster=$1 form=$2
    shift 2
    "$loa" import "$MADE/$roster$form" --units "$MADE/$roster-units.csv" --json "$@" >report.json
    [ "$(count person)" = "$(expected "$roster" persons)" ]
    [ "$(count "person WHERE contact_id IS NOT NULL")" = "$(expected "$roster" with_mobile)" ]
    [ "$(count contact)" = "$(expected "$roster" contacts)" ]
    [ "$(jq .counts.merged report.json)" = "$(expected "$roster" duplicates)" ]
    [ "$(jq .counts.rejected report.json)" = 0 ]
}

@test "the dialogue: 52 people of a dirty workbook, every other row accounted for" {
    takes dialogue-dirty .xlsx
    [ "$(jq -r .sheet report.json)" = "Danh sách" ]
    [ "$(jq '.counts.outcomes | .title, .header, .footer, .duplicate, ."no-phone"' report.json | xargs)" = "3 1 4 1 2" ]
    [ "$(sqlite3 loa.db "SELECT birth FROM person WHERE name = 'Đinh Thanh Ước'")" = 1996-09-28 ]
    [ "$(sqlite3 loa.db "SELECT count(*) FROM contact WHERE phone = '+84900174207'")" = 1 ]
}

@test "enrolment in TCVN3: refused with what it may be, shown by a dry run, taken when it is said" {
    run "$loa" import "$MADE/enrolment-tcvn3.csv"
    [ "$status" = 65 ]
    [[ "$output" == *"--encoding tcvn3"*likely*"line 4: STT,Họ và tên"* ]]
    [ "$(count person)" = 0 ]
    run "$loa" import "$MADE/enrolment-tcvn3.csv" --dry-run
    [ "$status" = 0 ]
    [[ "$output" == *"TCVN3, separated by ,"*"THE ENCODING IS A GUESS"*"--encoding tcvn3"* ]]
    [[ "$output" == *"The first persons as they are read"*"nothing was changed"* ]]
    [ "$(count person)" = 0 ]
    run "$loa" import "$MADE/enrolment-tcvn3.csv" --encoding vni
    [ "$status" = 65 ]
    [[ "$output" == *"line 1, byte "*"is not VNI-Windows"* ]]
    takes enrolment -tcvn3.csv --encoding tcvn3
    [ "$(count household)" = "$(expected enrolment households)" ]
    [ "$(jq -r '.encoding, .guess' report.json | xargs)" = "TCVN3 null" ]
}

@test "reporters: 143 communes of 12 districts, in VNI" {
    takes reporters -vni.csv --encoding vni
    [ "$(count unit)" = "$(expected reporters units)" ]
    [ "$(count "person WHERE unit_id IS NULL")" = 0 ]
}

@test "members: 120 families, as tab-separated UTF-16 of Excel" {
    takes members -utf16.txt
    [ "$(jq -c '[.encoding, .separator]' report.json)" = '["UTF-16LE","\t"]' ]
    [ "$(count household)" = "$(expected members households)" ]
}

@test "needs: 154 recipients, from a workbook with one column typed in a font" {
    run "$loa" import "$MADE/needs-fonts.xlsx"
    [ "$status" = 65 ]
    [[ "$output" == *"TCVN3, in lines 5, 6, 7"*"would read \"Mai Bích Thuý\""* ]]
    takes needs -fonts.xlsx --encoding tcvn3 --rejects loai.csv
    [ "$(jq -r .cells report.json)" = TCVN3 ]
    [ "$(head -c 3 loai.csv | od -An -tx1 | tr -d ' ')" = efbbbf ]
    [ "$(count "person WHERE name = 'Mai Bích Thuý'")" = 1 ]
}

@test "every other form holds the same people" {
    for form in .csv:- -semicolon.csv:- -nfd.csv:- -utf16be.txt:- -1258tone.csv:windows-1258 \
        -viscii.csv:viscii -tcvn1.csv:tcvn5712-1 -viqr.csv:viqr .xlsx:-; do
        option=${form##*:}
        [ "$option" = - ] && option= || option="--encoding $option"
        "$loa" import "$MADE/needs${form%%:*}" --dry-run --json $option >report.json
        [ "$(jq -r '.counts.recognised, .counts.no_phone, .counts.contacts_added' report.json | xargs)" = "159 3 154" ]
        [ "$(jq -r '.first[1].name' report.json)" = "Nguyễn Ngọc Hiếu" ]
        [ "$(jq -r .guess report.json)" = null ]
    done
}

@test "the table of units: its encoding is no guess either, and it may be a workbook" {
    iconv -f UTF-8 -t VISCII "$MADE/reporters-units.csv" >units.csv
    run "$loa" import "$MADE/reporters.csv" --units units.csv
    [ "$status" = 65 ]
    [[ "$output" == *"units.csv: line "*"--encoding viscii"* ]]
    [ "$(count unit)" = 0 ]
    "$loa" import "$MADE/reporters-viscii.csv" --units units.csv --encoding viscii >/dev/null
    [ "$(count unit)" = "$(expected reporters units)" ]
}

@test "files that are no roster say what to do" {
    printf '\xd0\xcf\x11\xe0rest' >cu.xls
    head -c 3000 "$MADE/needs.xlsx" >hong.xlsx
    run "$loa" import cu.xls
    [ "$status" = 65 ] && [[ "$output" == *"cu.xls: this is an old Excel workbook"*"save it as .xlsx"* ]]
    run "$loa" import hong.xlsx
    [ "$status" = 65 ] && [[ "$output" == *"hong.xlsx: the workbook is damaged"* ]]
    run "$loa" import "$MADE/needs.xlsx" --sheet "Trang 9"
    [ "$status" = 65 ] && [[ "$output" == *"no sheet \"Trang 9\"; it has \"Danh sách\""* ]]
    run "$loa" import "$MADE/needs.csv" --encoding koi8-r
    [ "$status" -ne 0 ] && [[ "$output" == *"encoding is one of utf-8,"*"tcvn3"* ]]
    [ "$(count person)" = 0 ]
}
