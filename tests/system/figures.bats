#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Figures through the real gateway: tallies of every kind of answer, snapshots that stay, units of
# another day, and everything counted again from the raw messages.

load setup

setup() { new_home; }
teardown() { stop_all; }

SURVEY='count_by = "contact"; target = { plan = 3; options = [ "1", "2" ]; };
optout = { keywords = [ "TC" ]; }; opinion = { keywords = [ "YK" ]; };
questions = (
  { id = "nghe"; kind = "choices"; options = ( { code = "1"; label = "may"; },
      { code = "2"; label = "hàn"; }, { code = "6"; label = "không"; exclusive = true; } );
    addons = ( { code = "TV"; label = "tư vấn"; } ); },
  { id = "bc"; kind = "numbers"; keyword = "BC";
    fields = ( { name = "dot"; label = "số đợt"; }, { name = "luot"; label = "số lượt"; } ); } );'

# person N of import_people says TEXT
says() {
    control sms 0 "+84912$(printf '%06d' "$1")" "$2"
}

total() {
    loa tally KS --json "${@:2}" | jq -c ".total$1"
}

@test "answers are tallied, kept, shown under another day's units, and recounted" {
    start_simulator 1 <<<'modem = { air_ms = 0; report_delay_ms = 10; };'
    start_gateway
    import_people 8
    local moment
    moment=$(date --iso-8601=seconds -d "+9 seconds")
    run_campaign KS "Moi {ten}. Nhan 1, 2, 6; BC dot luot" "$SURVEY" "snapshots = [ \"$moment\" ];" \
        "closes = \"$(date --iso-8601=seconds -d '+1 hour')\";"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 8
    says 0 "1,2 TV"
    says 1 "1"
    says 2 "BC 81 35.420"
    says 3 "BC 2 5.035.193"
    says 4 "YK: duong lay loi qua"
    says 5 "TC"
    says 6 "chua hieu lam"
    wait_for sql_is "select count(*) from reply" 7

    # In Vietnamese form for people, plain for programs; every share says of what.
    loa tally KS --by unit >"$HOME_DIR/tally.txt"
    cat "$HOME_DIR/tally.txt"
    grep -q 'luot .*5.070.613' "$HOME_DIR/tally.txt"
    grep -q 'target     2/3 = 66,7 % of the plan' "$HOME_DIR/tally.txt"
    grep -q '% of those who answered' "$HOME_DIR/tally.txt"
    grep -q 'they may exceed 100 %' "$HOME_DIR/tally.txt"
    grep -q '^TV .*12,5 %' "$HOME_DIR/tally.txt"
    [ "$(total '.questions[1].fields|map(.sum)')" = "[83,5070613]" ]
    [ "$(total '.questions[0]|[.answered,.no_answer,(.options|map(.count))]')" = "[2,6,[2,1,0,1]]" ]
    [ "$(total '.target.ratio')" = '"66.7"' ]

    # A day before anything was there: the same total.
    [ "$(total '')" = "$(total '' --tree 2020-01-01)" ]

    # The clock keeps the figures at the moment the file names; what comes later changes nothing.
    wait_for sql_is "select count(*) from snapshot where kind = 'planned' and by_whom = ''" 1
    says 7 "6"
    says 1 "6"
    wait_for sql_is "select count(*) from reply" 9
    [ "$(total '.questions[0].answered' --snapshot "$moment")" = 2 ]
    [ "$(total '.questions[0].answered')" = 3 ]
    loa snapshot take KS --by "chị Hoa" | grep -q 'snapshot 2 of KS'
    loa snapshot list KS | grep -q 'asked .*chị Hoa'
    loa tally KS --snapshot 1 | grep -q 'snapshot 1 (planned): what was said by'
    run loa tally KS --snapshot 2020-01-01T00:00:00Z
    [ "$status" -ne 0 ]
    [[ $output == *"loa snapshot list"* ]]

    # Again from the raw messages; also after a person decided.
    loa recount KS | grep -qx equal
    unclear=$(sql "select id from reply where outcome = 'unclear'")
    loa reply set "$unclear" nghe=2 --reason "gọi điện"
    run loa recount KS --json
    [ "$status" -eq 0 ]
    [ "$(jq -c '[.equal, .replies, .decisions]' <<<"$output")" = '[true,9,1]' ]

    # A figure that somebody changed behind Loa's back is found.
    sql "update answer set code = 'dot=81,luot=99999', said = 'dot=81,luot=99999' where code like '%35420'"
    run loa recount KS
    [ "$status" -eq 65 ]
    [[ $output == *"not equal"* ]]
    [[ $output == *"said bc"*"luot=99999"*"luot=35420"* ]]
    [[ $output == *"total.questions[1].fields[1].sum"* ]]
}

@test "a snapshot whose moment passed without power is taken late, as of then; the end has one" {
    start_simulator 1 <<<'modem = { air_ms = 0; report_delay_ms = 10; };'
    start_gateway
    import_people 3
    run_campaign KS "Moi {ten}. Nhan 1, 2, 6; BC dot luot" "$SURVEY" \
        "snapshots = [ \"$(date --iso-8601=seconds -d '+6 seconds')\" ];" \
        "closes = \"$(date --iso-8601=seconds -d '+14 seconds')\";"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 3
    says 0 "1"
    wait_for sql_is "select count(*) from reply" 1
    sql_is "select count(*) from snapshot" 0
    stop_gateway KILL
    sleep 8
    start_gateway
    wait_for sql_is "select count(*) from snapshot where kind = 'planned' and taken_at > as_of + 1000" 1
    [ "$(total '.questions[0].answered' --snapshot 1)" = 1 ]
    wait_for sql_is "select count(*) from snapshot where kind = 'final'" 1
    [ "$(total '.state' --snapshot 2)" = null ]
    [ "$(loa tally KS --snapshot 2 --json | jq -r .state)" = finished ]
}
