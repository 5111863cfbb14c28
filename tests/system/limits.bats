#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a code does to its message and to its SIM; what a SIM may send; what becomes of the unsure,
# the late and the many.

load setup

setup() { new_home; }
teardown() { stop_all; }

OPEN="select count(*) from message where state in ('queued','leased')"
GONE="select count(*) from message where state in ('sent','delivered')"

nobody_twice() {
    [ "$(jq -s '[.[] | select(.direction == "received")] | group_by([.to, .text])
        | map(select(length > 1)) | length' "$AIR")" = 0 ]
}

# state_of LAST DIGITS of the number
state_of() {
    sql "select message.state from message join contact on contact.id = contact_id
         where phone like '%$1'"
}

reason_of() {
    sql "select state || ': ' || reason from modem where name = '$1'"
}

says() {
    [[ "$(reason_of "$1")" == *"$2"* ]] || { reason_of "$1"; return 1; }
}

@test "each code decides on its own message, and none of them on the SIM or the queue" {
    start_simulator 1 <<'EOF_SIMULATOR'
modem = { air_ms = 5; report_delay_ms = 5; };
numbers = (
  { pattern = "000001$"; code = "1"; },
  { pattern = "000004$"; code = "28"; },
  { pattern = "000007$"; code = "30"; },
  { pattern = "000010$"; code = "195"; },
  { pattern = "000013$"; code = "21"; },
  { pattern = "000016$"; code = "38"; },
  { pattern = "000019$"; code = "41"; times = 1; },
  { pattern = "000022$"; code = "302"; times = 1; },
  { pattern = "000025$"; code = "512"; times = 1; },
  { pattern = "000028$"; code = "+CMS ERROR: SIM busy"; times = 1; },
  { pattern = "000031$"; code = "197"; },
  { pattern = "000034$"; code = "332"; },
  { pattern = "000037$"; code = "cme 31"; },
  { pattern = "000040$"; code = "+CMS ERROR: network timeout"; },
  { pattern = "000043$"; code = "+CMS ERROR: unidentified subscriber"; },
  { pattern = "000046$"; code = "96"; },
  { pattern = "000049$"; code = "42"; times = 1; },
  { pattern = "000052$"; code = "+CMS ERROR: call barred by nobody knows whom"; times = 1; }
);
EOF_SIMULATOR
    start_gateway
    import_people 60
    run_campaign MA "Ma loi {ten}"
    # 38 and 42 wait for minutes.
    wait_for -t 60 sql_is "$OPEN" 2
    local row
    for row in 01:refused 04:refused 07:refused 10:refused 13:refused 16:queued 19:delivered \
        22:delivered 25:delivered 28:delivered 31:sent 34:unsure 37:unsure 40:unsure 43:refused \
        46:refused 49:queued 52:unsure; do
        [ "$(state_of "0000${row%:*}")" = "${row#*:}" ] || { echo "$row: $(state_of "0000${row%:*}")"; false; }
    done
    sql_is "select count(*) from message where state = 'delivered'" 46
    # The first of the doubtful codes is no last word, the second is.
    sql_is "select group_concat(distinct attempts) from message where cause like 'cms 28%'" 2
    sql_is "select attempts from message where cause like 'cms 21%'" 2
    sql_is "select count(*) from modem_event where to_state = 'resting'" 0
    nobody_twice
}

@test "a SIM that fails message after message rests and says so, the other goes on" {
    start_simulator 2 <<<'modem = { air_ms = 40; report_delay_ms = 5; };'
    start_gateway
    control fail 0 38 9999
    import_people 40
    run_campaign HET "Het tien {ten}"
    wait_for says sim0 "resting: sim0 fails message after message (cms 38"
    says sim0 "out of credit? Check with *101#"
    loa modems | grep "sim0 fails message after message"
    # One message bears it for the SIM; the others lost no try of their own.
    wait_for sql_is "select count(*) >= 38 from message where state = 'delivered'" 1
    [ "$(sql "select sum(attempts) from message where state = 'queued'")" -le 2 ]
    sql_is "select count(*) from message where state = 'refused'" 0
    [ "$(sql "select count(*) from attempt where modem = 'sim0'")" -le 9 ]
    says sim1 ready || says sim1 busy
}

@test "a SIM that somebody looked after need not rest to the end" {
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    start_gateway
    control fail 0 8 4
    import_people 8
    run_campaign NAP "Nap {ten}"
    wait_for says sim0 "resting: sim0 cannot send (cms 8"
    loa modem retry sim0
    wait_for sql_is "select count(*) >= 4 from message where state = 'delivered'" 1
    # Its rest was ten seconds.
    sql_is "select min(leased_at) filter (where verdict = 'sent')
        - min(settled_at) filter (where verdict = 'modem-sick') < 10000 from attempt" 1
}

@test "a network that turns everything away burns no message; all go out when it is back" {
    start_simulator 1 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    start_gateway
    control fail 0 42 9999
    import_people 30
    run_campaign NGHEN "Nghen {ten}"
    wait_for says sim0 "resting: sim0 fails message after message (cms 42"
    # One at a time tries, after growing pauses.
    wait_for sql_is "select count(*) > 6 from attempt where settled_at > 0" 1
    [ "$(sql "select count(*) from attempt")" -le 10 ]
    sql_is "select count(*) from message where state = 'queued'" 30
    sql_is "select max(attempts) from message" 1
    control fail 0 ok 0
    control fail 0 42 0
    wait_for -t 60 sql_is "select count(*) >= 29 from message where state = 'delivered'" 1
    nobody_twice
}

@test "a barred SIM rests at once, a missing service centre is named, a broken modem starts anew" {
    start_simulator 3 <<<'modem = { air_ms = 5; report_delay_ms = 5; };'
    start_gateway
    control fail 0 8 9999
    control fail 1 330 9999
    control fail 2 500 9999
    import_people 30
    run_campaign CAM "Cam {ten}"
    wait_for says sim0 "resting: sim0 cannot send (cms 8: barred by the operator)"
    wait_for says sim1 "set smsc of this modem"
    wait_for grep -q 'modem=sim2 event=restart' "$LOG"
    [ "$(sql "select count(*) from attempt where modem in ('sim0', 'sim1')")" -le 10 ]
    sql_is "select count(*) from message where state = 'queued'" 30
    for modem in 0 1 2; do control fail "$modem" 38 0; done
    wait_for -t 60 sql_is "select count(*) >= 25 from message where state = 'delivered'" 1
}

@test "the unsure are listed, settled by a person or sent again once by policy" {
    start_simulator 1 <<'EOF_SIMULATOR'
modem = { air_ms = 5; report_share = 0.0; };
numbers = (
  { pattern = "000001$"; code = "332"; times = 1; },
  { pattern = "000002$"; code = "332"; times = 1; },
  { pattern = "000004$"; code = "332"; times = 1; }
);
EOF_SIMULATOR
    start_gateway
    loa messages --unsure | grep -q 'Nothing is unsure'
    import_people 6
    run_campaign HOI "Hoi {ten}"
    wait_for sql_is "$GONE" 3
    sql_is "select count(*) from message where state = 'unsure'" 3
    run loa messages --unsure
    [[ "$output" == *+84912000001*sim0*"network timeout"* ]]
    [[ "$output" == *"loa message settle ID resend"* ]]
    [ "$(loa messages --unsure --json | jq '.messages | length')" = 3 ]
    id_of() { sql "select message.id from message join contact on contact.id = contact_id where phone like '%$1'"; }
    loa message settle "$(id_of 000001)" sent --reason "she has it"
    loa message settle "$(id_of 000002)" resend --reason "he has not"
    wait_for sql_is "$GONE" 5
    [ "$(state_of 000001)" = sent ] && [ "$(state_of 000002)" = sent ]
    run loa message settle "$(id_of 000002)" resend
    [ "$status" -ne 0 ]
    # Without a policy the third stays what it is, however long that lasts.
    sql "update message set state_at = state_at - 3600000 where state = 'unsure'"
    sleep 11
    [ "$(state_of 000004)" = unsure ]
}

@test "a campaign that says resend gets the unsure sent once more, and says so before it starts" {
    start_simulator 1 <<'EOF_SIMULATOR'
modem = { air_ms = 5; report_share = 0.0; };
numbers = ( { pattern = "000001$"; code = "332"; times = 1; }, { pattern = "000002$"; code = "332"; } );
EOF_SIMULATOR
    start_gateway
    import_people 4
    campaign_file LAI "Lai {ten}" 'on_unsure = "resend";' >"$HOME_DIR/LAI.conf"
    loa campaign create "$HOME_DIR/LAI.conf"
    loa campaign preview LAI | grep -q 'perhaps sent is sent once more'
    loa campaign submit LAI | grep -q 'somebody may get it twice'
    loa campaign approve LAI
    loa campaign start LAI
    wait_for sql_is "$GONE" 2
    sql_is "select count(*) from message where state = 'unsure'" 2
    sql "update message set state_at = state_at - 600000 where state = 'unsure'"
    wait_for sql_is "$GONE" 3
    wait_for sql_is "select count(*) from message where state = 'unsure' and resends = 1" 1
    [ "$(state_of 000002)" = unsure ]
    loa campaign show LAI | grep 'resend' | grep -q 'policy'
    # Once is enough.
    sql "update message set state_at = state_at - 7200000 where state = 'unsure'"
    sleep 11
    sql_is "select count(*) from attempt" 6
}

@test "a SIM keeps its hour, its numbers of the day and its silence, and says what it waits for" {
    LIMITS=
    start_simulator 4 <<<'modem = { air_ms = 5; report_share = 0.0; };'
    write_config
    sed -i 's/{ name = "sim0";/& per_minute = 0; daily_quota = 0; per_hour = 4;/
            s/{ name = "sim1";/& per_minute = 0; daily_quota = 0; daily_recipients = 3;/
            s/{ name = "sim2";/& per_minute = 0; daily_quota = 2;/
            s/{ name = "sim3";/& per_minute = 0; daily_quota = 0; spacing = "700ms"; spacing_spread = "600ms";/' \
        "$HOME_DIR/loa.conf"
    start_gateway
    import_people 14
    run_campaign HAN "Han {ten}"
    sent_by() { sql_is "select count(*) from part where modem = '$1'" "$2"; }
    wait_for sql_is "$GONE" 14
    sent_by sim0 4 && sent_by sim1 3 && sent_by sim2 2 && sent_by sim3 5
    wait_for says sim0 "resting: 4 of 4 parts in an hour; next at"
    wait_for says sim1 "resting: 3 of 3 different numbers today; next at 00:00"
    wait_for says sim2 "resting: the day's quota is used (2 of 2); next at 00:00"
    # Whom it wrote to already, it may write to again.
    local gaps
    gaps=$(jq -rs '[.[] | select(.direction == "out" and .modem == "modem3") | .at_ms] as $at
        | [range(1; $at | length) | $at[.] - $at[. - 1]] | "\(min) \(max)"' "$AIR")
    echo "gaps of sim3: $gaps"
    [ "${gaps% *}" -ge 700 ]
    [ "$(sql "select count(distinct sent_at) from part where modem = 'sim3'")" = 5 ]
    # All of it is remembered.
    stop_gateway
    start_gateway
    wait_for says sim0 "4 of 4 parts in an hour"
    wait_for says sim1 "3 of 3 different numbers"
    wait_for says sim2 "(2 of 2)"
    sent_by sim0 4 && sent_by sim1 3 && sent_by sim2 2
}

@test "a SIM with too little left for what waits does not look ready" {
    LIMITS='per_minute = 0; daily_quota = 5;'
    start_simulator 1 <<<'modem = { air_ms = 5; report_share = 0.0; };'
    start_gateway
    import_people 3
    local long
    long=$(printf 'Kinh moi ong ba du hop dong du %.0s' $(seq 12))
    run_campaign DAI "$long {ten}"
    wait_for says sim0 "resting: 2 of the day's 5 parts are left, too few for each message that waits"
    sql_is "$OPEN" 2
}

@test "nothing begins after closing time, whatever was handed to the modem before" {
    start_simulator 1 <<<'modem = { air_ms = 1500; report_share = 0.0; };'
    start_gateway
    import_people 12
    local closes
    closes=$(($(date +%s) + 7))
    run_campaign DONG "Dong {ten}" "closes = \"$(date -d "@$closes" +%Y-%m-%dT%H:%M:%S%:z)\";"
    wait_for sql_is "select state from campaign" finished
    wait_for sql_is "$OPEN" 0
    local begun
    begun=$(jq -s "[.[] | select(.direction == \"out\")] | length" "$AIR")
    [ "$begun" -ge 2 ] && [ "$begun" -le 5 ]
    sql_is "select count(*) from message where state = 'expired'" $((12 - begun))
    sql_is "select count(*) from part where sent_at > ($closes + 2) * 1000" 0
}

@test "what is too old expires while no modem is there, and a cancelled crowd leaves in slices" {
    start_simulator 1 <<<'modem = { air_ms = 2000; report_share = 0.0; };'
    start_gateway
    import_people 4
    run_campaign MOT "Mot {ten}" 'priority = "low";'
    control unplug 0
    wait_for sql_is "select state from modem" absent
    # A crowd: 5,000 more of the same.
    sql "with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
         insert into message (campaign_id, contact_id, purpose, state, priority, text, parts,
         reference, not_before, expires_at, created_at, state_at)
         select campaign_id, contact_id, 'reminder', 'queued', priority, text, 1, 0, not_before,
         expires_at, created_at, state_at from n, (select * from message limit 1)"
    sql "update message set expires_at = 1 where state = 'queued' and id % 2 = 0"
    wait_for sql_is "select count(*) >= 2500 from message where state = 'expired'
        and cause = 'waited too long'" 1
    loa campaign cancel MOT
    wait_for sql_is "select count(*) from message where state = 'queued'" 0
    sql_is "select count(*) from message where state = 'cancelled' and cause <> 'campaign cancelled'" 0
}
