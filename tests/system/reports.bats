#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Delivery reports as they really come: early, twice, late, contradictory, from a store, or never.

load setup

setup() { new_home; }
teardown() { stop_all; }

state_of() {
    sql "select m.state || ' ' || coalesce(p.status, '-') from message m join contact c on c.id = m.contact_id
         join part p on p.message_id = m.id where c.phone = '+8491200000$1'"
}

state_is() {
    [ "$(state_of "$1")" = "$2" ]
}

# report_pdu REFERENCE DIGIT STATUS: SMS-STATUS-REPORT on +8491200000DIGIT, 3GPP TS 23.040 9.2.2.3.
report_pdu() {
    printf '07914889200030F006%02X0B9148190200 00F%d5211122122238252111221222382%s' "$1" "$2" "$3" | tr -d ' '
}

@test "each way a report may come leads to the right state" {
    start_simulator 1 <<'EOF'
modem = { air_ms = 10; report_delay_ms = 20; };
numbers = (
  { pattern = "000001$"; reports_at = "answer"; },
  { pattern = "000002$"; reports_at = "result"; },
  { pattern = "000003$"; reports = [ "30", "00" ]; },
  { pattern = "000004$"; reports = [ "46" ]; },
  { pattern = "000005$"; reports = [ "30" ]; },
  { pattern = "000006$"; reports = [ "00", "00" ]; },
  { pattern = "000007$"; reports = [ "00", "30" ]; },
  { pattern = "000008$"; reports = [ "none" ]; },
  { pattern = "000009$"; reports = [ "30", "46", "46" ]; }
);
EOF
    start_gateway
    import_people 10
    run_campaign BAO "Chao {ten}"
    wait_for sql_is "select count(*) from part" 10
    while read -r digit state; do
        wait_for state_is "$digit" "$state" || {
            echo "$digit: $(state_of "$digit"), not $state"
            return 1
        }
    done <<'EOF'
0 delivered 0
1 delivered 0
2 delivered 0
3 delivered 0
4 undelivered 70
5 sent 48
6 delivered 0
7 delivered 0
8 sent -
9 undelivered 70
EOF
    # One that lies on the SIM, or in the memory of the modem.
    local reference
    reference=$(sql "select p.reference from part p join message m on m.id = p.message_id
        join contact c on c.id = m.contact_id where phone = '+84912000008'")
    # Of another number, of another reference, of neither: nobody's.
    control rawpdu 0 "$(report_pdu $(((reference + 100) % 256)) 8 00)"
    wait_for sql_is "select count(*) from report where message_id is null" 1
    state_is 8 "sent -"
    control rawpdu 0 "$(report_pdu "$reference" 8 00)"
    wait_for state_is 8 "delivered 0"
    # A last temporary one takes nothing back.
    control rawpdu 0 "$(report_pdu "$reference" 8 30)"
    wait_for sql_is "select count(*) from report where status = 48 and number like '%000008'" 1
    state_is 8 "delivered 0"
    sql_is "select count(*) from quarantine" 0
    wait_for sh -c "printf 'slots 0\n' | socat -t 5 - UNIX-CONNECT:$CONTROL | grep -q '^ok SM 0/'"
}

@test "a report that is days late finds its message, one of a month ago another's reference does not" {
    start_simulator 1 <<<'modem = { air_ms = 10; report_share = 0.0; first_reference = 7; };'
    start_gateway
    import_people 2
    run_campaign BAO "Chao {ten}"
    wait_for sql_is "select count(*) from part" 2
    sql "update part set sent_at = sent_at - 5 * 86400000 where message_id = 1"
    sql "update part set sent_at = sent_at - 30 * 86400000 where message_id = 2"
    for id in 1 2; do
        control report 0 "$(sql "select phone from message m join contact c on c.id = m.contact_id where m.id = $id")" \
            "$(sql "select reference from part where message_id = $id")" 00 120
    done
    wait_for sql_is "select count(*) from report" 2
    sql_is "select state from message where id = 1" delivered
    sql_is "select state from message where id = 2" sent
}

@test "references that wrap, or are all the same, mislead no report" {
    start_simulator 2 <<'EOF'
modem = { air_ms = 2; air_spread_ms = 0; report_delay_ms = 20; first_reference = 250; };
modems = ( { index = 1; reference_step = 0; first_reference = 0; } );
EOF
    start_gateway
    import_people 120
    run_campaign BAO "Chao {ten}"
    wait_for -t 60 sql_is "select count(*) from message where state = 'delivered'" 120
    sql_is "select count(*) from part where status = 0" 120
    sql_is "select count(*) from report where message_id is null" 0
    [ "$(sql "select count(distinct modem) from part")" = 2 ]
}

@test "what is pushed outlives its worker: each report counts once through kills" {
    start_simulator 1 <<<'modem = { air_ms = 10; report_delay_ms = 30; report_spread_ms = 300; away = "keep"; };'
    start_gateway
    import_people 120
    run_campaign BAO "Chao {ten}"
    for round in 1 2 3 4; do
        wait_for -t 60 sql_is "select count(*) >= $((round * 20)) from part" 1
        pkill -KILL -P "$GATEWAY_PID" loa-modem || true
    done
    wait_for -t 90 sql_is "select count(*) from message where state in ('queued', 'leased')" 0
    settled() {
        [ "$(sql "select count(*) from part where status = 0")" -ge 110 ]
    }
    wait_for -t 60 settled
    sql_is "select count(*) from (select 1 from report group by number having count(*) > 1)" 0
}
