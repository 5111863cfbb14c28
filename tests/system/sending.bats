#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The real gateway, workers and libgammu against the simulator: what goes out, how often, and when.

load setup

setup() { new_home; }
teardown() { stop_all; }

QUEUED="select count(*) from message where state in ('queued','leased')"

# Nobody got a text twice, by the network's own record.
nobody_twice() {
    local twice
    twice=$(jq -s '[.[] | select(.direction == "received")] | group_by([.to, .text])
        | map(select(length > 1)) | length' "$AIR")
    [ "$twice" = 0 ] || { echo "$twice texts were received twice"; return 1; }
}

all_received() {
    [ "$(air_parts '.direction == "received"')" = "$1" ]
}

@test "a notice reaches everybody once, through all modems, and its delivery is known" {
    start_simulator 4 <<<'modem = { air_ms = 20; report_delay_ms = 20; };'
    start_gateway
    import_people 60
    run_campaign HOP "Moi {ten} hop luc 7h30"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 60
    all_received 60
    nobody_twice
    [ "$(jq -r 'select(.direction == "received") | .text' "$AIR" | sort -u | wc -l)" = 60 ]
    [ "$(sql "select count(distinct modem) from part")" = 4 ]
    sql_is "select count(*) from attempt where verdict <> 'sent'" 0
    # One line for each attempt, the number masked or absent, the text never.
    [ "$(grep -c 'leased→' "$LOG")" = 60 ]
    not grep -q 'hop luc\|0912000' "$LOG"
}

@test "long texts and texts with marks go out in the parts that were counted" {
    start_simulator 2 <<<'modem = { air_ms = 10; report_delay_ms = 10; };'
    start_gateway
    import_people 4
    local long
    long=$(printf 'Kinh moi ong ba du hop %.0s' $(seq 12))
    run_campaign DAI "$long {ten}"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 4
    sql_is "select distinct parts from message" 2
    [ "$(air_parts '.direction == "out"')" = 8 ]
    run jq -rs '[.[] | select(.direction == "received") | .text | length] | min' "$AIR"
    [ "$output" -gt 270 ]
    nobody_twice
}

@test "a text that the network turns away for now is sent again, a refused one is not" {
    start_simulator 1 <<'EOF'
modem = { air_ms = 10; report_delay_ms = 10; };
numbers = (
  { pattern = "000001$"; code = "41"; times = 1; },
  { pattern = "000002$"; code = "1"; },
  { pattern = "000003$"; code = "ok"; },
  { pattern = "000004$"; code = "ok"; reports = [ "none" ]; },
  { pattern = "000005$"; reports = [ "46" ]; },
  { pattern = "000006$"; reports = [ "30", "00" ]; }
);
EOF
    start_gateway
    import_people 8
    run_campaign THU "Thu {ten}"
    wait_for -t 60 sql_is "$QUEUED" 0
    state_of() {
        sql "select message.state from message join contact on contact.id = contact_id
             where phone = '+8491200000$1'"
    }
    # A report lifts the doubt that an OK without a reference leaves; without one it stays.
    wait_for sql_is "select count(*) from message where state = 'delivered'" 5
    [ "$(state_of 1)" = delivered ]
    [ "$(state_of 2)" = refused ]
    [ "$(state_of 3)" = delivered ]
    [ "$(state_of 4)" = unsure ]
    [ "$(state_of 5)" = undelivered ]
    [ "$(state_of 6)" = delivered ]
    sql_is "select count(*) from attempt where verdict = 'retry'" 1
    nobody_twice
}

@test "a SIM sends no more than its quota, and rests" {
    LIMITS='per_minute = 0; daily_quota = 5;'
    start_simulator 1 <<<'modem = { air_ms = 10; };'
    start_gateway
    import_people 9
    run_campaign HAN "Han muc {ten}"
    wait_for sql_is "select state from modem" resting
    sql_is "select count(*) from part" 5
    # Neither a restart nor time makes it forget what it has sent.
    stop_gateway
    start_gateway
    wait_for sql_is "select state from modem" resting
    sleep 2
    all_received 5
    # A person raises the quota.
    LIMITS='per_minute = 0; daily_quota = 7;'
    write_config
    kill -HUP "$GATEWAY_PID"
    wait_for all_received 7
    sleep 1.5
    all_received 7
}

@test "no minute holds more than it may" {
    LIMITS='per_minute = 3; daily_quota = 0;'
    start_simulator 1 <<<'modem = { air_ms = 10; };'
    start_gateway
    import_people 6
    run_campaign PHUT "Phut {ten}"
    wait_for all_received 3
    sleep 5
    all_received 3
    sql_is "$QUEUED" 3
}

@test "outside the sending hours nothing goes out but the modem stays awake" {
    ZONE=Asia/Ho_Chi_Minh
    local later from
    later=$(TZ=$ZONE date -d '+3 hours' +%H)
    from=$later:00-$later:59
    HOURS=$from
    start_simulator 1 <<<'modem = { air_ms = 10; };'
    start_gateway
    import_people 3
    run_campaign GIO "Gio {ten}"
    wait_for sql_is "select state from modem" resting
    sleep 2
    all_received 0
    HOURS=""
    write_config
    kill -HUP "$GATEWAY_PID"
    wait_for all_received 3
    wait_for sql_is "select state from modem" ready
}

@test "pause stops a campaign within its leases, resume goes on" {
    start_simulator 1 <<<'modem = { air_ms = 150; };'
    start_gateway
    import_people 30
    run_campaign DUNG "Dung {ten}"
    wait_for sql_is "select count(*) >= 5 from part" 1
    loa campaign pause DUNG
    wait_for sql_is "select count(*) from message where state = 'leased'" 0
    local paused
    paused=$(sql "select count(*) from part")
    [ "$paused" -lt 30 ]
    sleep 1.5
    sql_is "select count(*) from part" "$paused"
    loa campaign resume DUNG
    wait_for all_received 30
    nobody_twice
}

@test "campaigns of one priority share the modem, an urgent one goes first" {
    start_simulator 1 <<<'modem = { air_ms = 100; };'
    start_gateway
    import_people 20
    run_campaign MOT "Mot {ten}"
    run_campaign HAI "Hai {ten}"
    wait_for sql_is "select count(*) >= 8 from part" 1
    run_campaign KHAN "Khan {ten}" 'priority = "emergency";'
    wait_for all_received 60
    jq -r 'select(.direction == "received") | .text[0:3]' "$AIR" >"$HOME_DIR/order"
    # The urgent ones are all out long before the others.
    [ "$(tail -n 15 "$HOME_DIR/order" | grep -c Kha)" = 0 ]
    # Of the last ones both have their share.
    local mot
    mot=$(tail -n 20 "$HOME_DIR/order" | grep -c Mot)
    [ "$mot" -ge 5 ] && [ "$mot" -le 15 ]
}

@test "a gateway that is killed in the middle sends the rest, and nothing twice" {
    start_simulator 3 <<<'modem = { air_ms = 100; report_delay_ms = 50; };'
    start_gateway
    import_people 60
    run_campaign CHET "Chet {ten}"
    for round in 1 2 3; do
        wait_for sql_is "select count(*) >= $((round * 12)) from part" 1
        stop_gateway KILL
        start_gateway
    done
    wait_for sql_is "$QUEUED" 0
    nobody_twice
    # What was on the air when it died was settled by the flight log: sent, or at most unsure.
    wait_for sql_is "select count(*) from message where state in ('sent', 'delivered', 'unsure')" 60
    local unsure
    unsure=$(sql "select count(*) from message where state = 'unsure'")
    [ "$unsure" -le 9 ]
    all_received $((60 - unsure)) || [ "$(air_parts '.direction == "received"')" -le 60 ]
}

@test "a worker that is killed is replaced, and nothing goes out twice" {
    start_simulator 2 <<<'modem = { air_ms = 100; report_delay_ms = 50; };'
    start_gateway
    import_people 40
    run_campaign CHET "Chet {ten}"
    wait_for sql_is "select count(*) >= 8 from part" 1
    kill -KILL "$(pgrep -P "$GATEWAY_PID" | head -n 1)"
    wait_for sql_is "select count(*) from modem_event where to_state = 'sick'" 1
    wait_for sql_is "$QUEUED" 0
    wait_for sql_is "select count(*) from message where state in ('sent', 'delivered', 'unsure')" 40
    nobody_twice
    [ "$(sql "select count(*) from message where state = 'unsure'")" -le 1 ]
}

@test "an unplugged modem is absent, the other goes on, and it is back soon after replugging" {
    start_simulator 2 <<<'modem = { air_ms = 100; report_delay_ms = 50; };'
    start_gateway
    import_people 60
    run_campaign RUT "Rut {ten}"
    wait_for sql_is "select count(*) >= 10 from part" 1
    control unplug 0
    wait_for sql_is "select state from modem where name = 'sim0'" absent
    local before
    before=$(sql "select count(*) from part where modem = 'sim1'")
    wait_for sql_is "select count(*) > $before from part where modem = 'sim1'" 1
    control plug 0
    wait_for -t 8 sql_is "select state in ('ready', 'busy') from modem where name = 'sim0'" 1
    wait_for sql_is "$QUEUED" 0
    wait_for sql_is "select count(*) from message where state in ('sent', 'delivered', 'unsure')" 60
    nobody_twice
}

@test "a restart in order lets the message on the air be answered" {
    start_simulator 1 <<<'modem = { air_ms = 400; report_delay_ms = 50; };'
    start_gateway
    import_people 8
    run_campaign NGHI "Nghi {ten}"
    wait_for sql_is "select count(*) >= 2 from part" 1
    stop_gateway
    sql_is "select count(*) from message where state = 'leased'" 0
    sql_is "select count(*) from message where state = 'unsure'" 0
    sql_is "select state from modem" absent
    start_gateway
    # A report that came while nobody listened is lost, as on a real modem.
    wait_for sql_is "select count(*) from message where state in ('sent', 'delivered')" 8
    wait_for all_received 8
    nobody_twice
}

@test "a modem that does not answer does not stop the other" {
    start_simulator 2 <<<'modem = { air_ms = 20; report_delay_ms = 20; };'
    control silence 0 mute
    start_gateway
    import_people 20
    run_campaign CAM "Cam {ten}"
    wait_for sql_is "select count(*) from message where state = 'delivered'" 20
    sql_is "select count(*) from part where modem = 'sim0'" 0
}

@test "a modem taken out of the file leaves, a new one starts" {
    start_simulator 2 <<<'modem = { air_ms = 20; };'
    MODEMS=1
    start_gateway
    wait_for sql_is "select group_concat(name || state) from modem" sim0ready
    MODEMS=2
    write_config
    kill -HUP "$GATEWAY_PID"
    wait_for sql_is "select group_concat(name || state) from modem" sim0ready,sim1ready
    MODEMS=1
    write_config
    kill -HUP "$GATEWAY_PID"
    wait_for sql_is "select group_concat(name || state) from modem" sim0ready
}
