#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Which SIM writes to whom: on-net first, others where it cannot, what reports teach, and the SIM
# that wrote first. The air log of the simulated network shows who sent what.

load setup

setup() { new_home; }
teardown() { stop_all; }

# modems_config LINE…: one line of settings for each modem.
modems_config() {
    local i=0 settings
    {
        echo "database = \"$DATABASE\"; flight_dir = \"$HOME_DIR/flight\";"
        echo "time_zone = \"Asia/Ho_Chi_Minh\"; api = { socket = \"$SOCKET\"; };"
        echo "sending = { hours = \"\"; expire_after = \"48h\"; ${SENDING-} };"
        echo "sims = { check_every = \"0s\"; check_before = 0; };"
        echo "modems = ("
        for settings in "$@"; do
            [ "$i" = 0 ] || echo ","
            echo "  { name = \"sim$i\"; device = \"$HOME_DIR/ttys/modem$i\"; per_minute = 0;"
            echo "    low_balance = 0; $settings }"
            i=$((i + 1))
        done
        echo ");"
    } >"$HOME_DIR/loa.conf"
}

# people PREFIX…: EACH (three) persons for each, all in unit TT.
people() {
    local prefix i row=0
    printf 'ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n' >"$HOME_DIR/units.csv"
    echo "STT,Họ và tên,Phòng/Cơ sở,Số điện thoại" >"$HOME_DIR/people.csv"
    for prefix in "$@"; do
        for ((i = 1; i <= ${EACH:-3}; i++)); do
            row=$((row + 1))
            printf '%d,Người Số %d,TT,%s000001%d\n' "$row" "$row" "$prefix" "$i" \
                >>"$HOME_DIR/people.csv"
        done
    done
    loa import "$HOME_DIR/people.csv" --units "$HOME_DIR/units.csv"
}

all_ready() {
    sql_is "select count(*) from modem where state in ('ready', 'busy')" "$1"
}

# sent_by TEXT PREFIX: "3 modem0" lines: who sent texts that begin so to numbers that begin so.
sent_by() {
    jq -r "select(.direction == \"out\" and (.text | startswith(\"$1\"))
        and (.to | startswith(\"+84$2\"))) | .modem" "$AIR" | sort | uniq -c | sed 's/^ *//'
}

all_sent() {
    [ "$(jq -s "[.[] | select(.direction == \"out\" and (.text | startswith(\"$1\")))] | length" \
        "$AIR")" = "$2" ]
}

# moment SECONDS from now, as campaign files write it.
moment() {
    TZ=Asia/Ho_Chi_Minh date -d "+$1 seconds" +%Y-%m-%dT%H:%M:%S+07:00
}

@test "each number by its own network's SIM; by another when that is gone, or has no quota left" {
    start_simulator 2 <<<'modem = { air_ms = 10; report_delay_ms = 10; };'
    modems_config \
        'operator = "viettel"; price_per_part = 250; price_on_net = 100; daily_quota = 5;' \
        'operator = "mobifone"; price_per_part = 250; price_on_net = 100; daily_quota = 0;'
    start_gateway
    people 097 090 059
    wait_for all_ready 2

    # The forecast says it beforehand: 6 parts on-net, 3 that are nobody's.
    campaign_file MOT "Mot {ten}" >"$HOME_DIR/MOT.conf"
    loa campaign create "$HOME_DIR/MOT.conf"
    run loa campaign preview MOT
    [[ "$output" == *"this campaign needs 9 parts"* ]]
    [[ "$output" == *"3 to viettel"* ]]
    [[ "$output" == *"that costs about 1.350 đ: 6 parts on-net, 3 to other networks"* ]]
    run loa campaign submit MOT
    [ "$status" = 0 ]
    [[ "$output" == *"whose credit nobody knows"* ]]
    loa campaign approve MOT
    loa campaign start MOT
    wait_for all_sent Mot 9
    [ "$(sent_by Mot 97)" = "3 modem0" ]
    [ "$(sent_by Mot 90)" = "3 modem1" ]

    # What the day's quota of the cheaper one leaves over the other takes at once.
    run_campaign HAI "Hai {ten}"
    wait_for all_sent Hai 9
    [ "$(sent_by Hai 90)" = "3 modem1" ]
    [ "$(jq -s '[.[] | select(.direction == "out" and .modem == "modem0")] | length' "$AIR")" -le 5 ]

    # Nor is one waited for that is not there.
    control unplug 1
    wait_for sql_is "select state in ('absent', 'sick', 'faulty') from modem where name = 'sim1'" 1
    sed -i 's/daily_quota = 5/daily_quota = 0/' "$HOME_DIR/loa.conf"
    kill -HUP "$GATEWAY_PID"
    run_campaign BA "Ba {ten}"
    wait_for all_sent Ba 9
    [ "$(sent_by Ba '')" = "9 modem0" ]
}

@test "an operator that fails to reach a number twice is the last choice for it" {
    start_simulator 2 <<'EOT'
modem = { air_ms = 10; report_delay_ms = 10; };
numbers = ( { pattern = "970000011$"; reports = [ "41" ]; } );
EOT
    modems_config \
        'operator = "viettel"; price_per_part = 250; price_on_net = 100; daily_quota = 0;' \
        'operator = "mobifone"; price_per_part = 300; price_on_net = 100; daily_quota = 0;'
    start_gateway
    people 097
    wait_for all_ready 2
    wait_for sql_is "select count(*) from sim where operator <> ''" 2
    local code
    for code in MOT HAI; do
        run_campaign "$code" "$code {ten}"
        wait_for sql_is "select count(*) from message join campaign on campaign.id = campaign_id
            where code = '$code' and message.state = 'undelivered'" 1
        [ "$(sent_by "$code" 97)" = "3 modem0" ]
    done
    sql_is "select count(*) from contact_operator" 1
    run_campaign BA "BA {ten}"
    wait_for all_sent BA 3
    [ "$(sent_by BA 970000011)" = "1 modem1" ]
    [ "$(sent_by BA 970000012)" = "1 modem0" ]
    run loa campaign preview BA
    [[ "$output" == *"not by viettel, whose SIMs do not reach them"* ]]
}

@test "equal prices: all share; a reminder comes from the number that people know" {
    start_simulator 3 <<<'modem = { air_ms = 100; report_delay_ms = 10; };'
    modems_config 'daily_quota = 0;' 'daily_quota = 0;' 'daily_quota = 0;'
    start_gateway
    # Eight among three: whose turn it is differs between invitations and reminders.
    EACH=2 people 097 090 091 059
    wait_for all_ready 3
    campaign_file NHAC "Moi {ten}" "reminders = ( { at = \"$(moment 8)\"; to = \"all\";" \
        "  text = \"Nhac {ten}\"; } );" | sed 's/"notice"/"survey"/' >"$HOME_DIR/NHAC.conf"
    echo 'questions = ( { id = "q"; kind = "choice"; options = ( { code = "1"; label = "có"; } ); } );' \
        >>"$HOME_DIR/NHAC.conf"
    loa campaign create "$HOME_DIR/NHAC.conf"
    loa campaign submit NHAC
    loa campaign approve NHAC
    loa campaign start NHAC
    wait_for all_sent Moi 8
    [ "$(sent_by Moi '' | wc -l)" = 3 ]
    wait_for all_sent Nhac 8
    # The same pairs of modem and number, twice.
    jq -r 'select(.direction == "out") | .modem + " " + .to' "$AIR" | sort | uniq -c |
        awk '$1 != 2 { exit 1 }'
}
