#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The SIM desk over the simulator: what is left is asked for and read, SIMs without credit rest and
# wake, cards go in once and leave no trace of their codes.

load setup

CARD=7391846250913
TECHNICIAN=+84912999999

setup() { new_home; }
teardown() { stop_all; }

# with_sims SETTINGS [LINE…]: checks every so often, modems with what SIM says.
with_sims() {
    local sims=$1
    shift
    LIMITS="per_minute = 0; daily_quota = 0; low_balance = 20000; ${SIM-}"
    write_config "sims = { $sims };" "$@"
}

of_sim() { loa sim list --json | jq -r ".sims[] | select(.modem == \"$1\") | .$2"; }
is_of_sim() { [ "$(of_sim "$1" "$2")" = "$3" ]; }
known() { sql_is "select count(*) from sim" "$1"; }
lasts() { [ "$(sql "select group_concat(kind || ' ' || subject) from (select * from alarm where cleared_at is null order by kind)")" = "$1" ]; }
alarm_says() { loa alarms --lasting | grep -q "$1"; }
told() { jq -r "select(.direction == \"received\" and .to == \"$TECHNICIAN\") | .text" "$AIR"; }

@test "balances are read on schedule: low ones rest the SIM and are told of; a card wakes it" {
    start_simulator 2 <<END
modem = { air_ms = 0; report_delay_ms = 0; ussd_ms = 0; operator_name = "Viettel"; operator_code = "45204";
  account = { balance = 50000; price = 300; expires = "60d"; money = "12500d";
              cards = ( { code = "$CARD"; value = 100000; days = 30; } ); }; };
modems = ( { index = 1; account = { balance = 1500; }; } );
ussd = ( { code = "*101#"; text = "TK goc la {balance}. HSD {expires}. De biet cac CT bam goi *098#."; } );
END
    SIM="trace = \"$HOME_DIR/trace\";" with_sims 'check_every = "5s"' \
        "alarms = { phones = [ \"$TECHNICIAN\" ]; modem_down = \"1s\"; disk_free_mb = 0; };"
    sed -i '0,/\/trace"/s//\/trace0"/' "$HOME_DIR/loa.conf"
    start_gateway
    wait_for is_of_sim sim0 balance 50000
    wait_for is_of_sim sim1 balance 1500
    wait_for lasts "sim-low sim1"
    wait_for sql_is "select state from modem where name = 'sim1'" resting
    loa sim list | grep -Eq '^sim1 .* 1\.500 đ .*rests: 1\.500 đ'
    loa status | grep -Eq '^SIM sim1 +rests: 1\.500 đ'
    # The other one carries the alarm, and whatever else there is.
    wait_for grep -q "$TECHNICIAN" "$AIR"
    told | grep -q 'SIM sim1 can nap tien hoac gia han .*(con 1.500d)'
    import_people 4
    run_campaign THU "Xin chao"
    wait_for sql_is "select count(*) from message where campaign_id is not null and state in ('sent', 'delivered')" 4
    sql_is "select count(*) from part join message on message.id = message_id where campaign_id is not null and part.modem = 'sim1'" 0
    # The code comes on stdin, and stands nowhere afterwards.
    echo "${CARD:0:4} ${CARD:4:4}-${CARD:8}" | loa sim topup sim1 - --by Minh >"$HOME_DIR/topup.txt"
    grep -q 'sim1: the card was taken' "$HOME_DIR/topup.txt"
    grep -q 'balance before: 1.500 đ, after: 101.500 đ' "$HOME_DIR/topup.txt"
    wait_for sql_is "select state in ('ready', 'busy') from modem where name = 'sim1'" 1
    wait_for lasts ""
    run loa sim topup sim1 "$CARD"
    [ "$status" -eq 65 ]
    [[ "$output" == *"the operator has refused the card"* ]]
    sql_is "select by_whom || state from ussd_dialogue where purpose = 'topup' order by id limit 1" Minhanswered
    stop_gateway
    not grep -rl -e "$CARD" -e "${CARD:0:4} ${CARD:4:4}" "$HOME_DIR"/loa.db* "$LOG" "$HOME_DIR"/trace* "$HOME_DIR/flight"
    # What was known is known to the next gateway, which asks nobody before its time.
    asked=$(sql "select count(*) from ussd_dialogue")
    sed -i 's/check_every = "5s"/check_every = "24h"/' "$HOME_DIR/loa.conf"
    start_gateway
    wait_for sql_is "select count(*) from modem where state in ('ready', 'busy')" 2
    is_of_sim sim1 balance 101500
    loa sim show sim1 | grep -q 'last card .*refused'
    sql_is "select count(*) from ussd_dialogue" "$asked"
}

@test "what no pattern reads is an alarm, and no zero; balances by SMS are read too" {
    start_simulator 2 <<'END'
modem = { air_ms = 0; ussd_ms = 0; operator_name = "Viettel"; operator_code = "45204"; };
modems = ( { index = 1; operator_name = "Vietnamobile"; operator_code = "45205"; } );
operators = (
  { name = "Viettel"; codes = [ "45204" ]; account = { balance = 30000; money = "12500d"; };
    menus = ( { code = "*101#"; text = "TK goc la {balance}."; } ); },
  { name = "Vietnamobile"; codes = [ "45205" ]; account = { balance = 25002; money = "12500d"; expires = "30/11/2099"; };
    menus = ( { code = "*101#"; text = "Vui long doi tin nhan";
                sms = { from = "Vietnamobile"; delay_ms = 200; text = "TK Chinh: {balance}, het han {expires}"; }; } ); } );
END
    with_sims 'check_every = "6s"'
    start_gateway
    wait_for known 2
    run loa sim check sim0 sim1
    [ "$status" -eq 0 ]
    [[ "$output" == *"sim0: 30.000 đ"*"“TK goc la 30000d.”"* ]]
    [[ "$output" == *"sim1: 25.002 đ, until 2099-11-30"*"“TK Chinh: 25002d, het han 30/11/2099”"* ]]
    # The SMS is in the inbox as any other.
    sql_is "select rule from reply limit 1" "R1 service"
    sql_is "select source || purpose || balance from sim_reading where modem = 'sim1' limit 1" smssms25002
    # The operator changes its words: the old figure stays, and somebody is told.
    stop_simulator
    sed -i 's/TK goc la {balance}\./Tai khoan khuyen mai: mot it/' "$HOME_DIR/simulator.conf"
    "$BUILD/loa-simulator" --config "$HOME_DIR/simulator.conf" --dir "$HOME_DIR/ttys" --air "$AIR" \
        --control "$CONTROL" --modems 2 2>>"$HOME_DIR/simulator.log" 3>&- &
    SIMULATOR_PID=$!
    wait_for sql_is "select state in ('ready', 'busy') from modem where name = 'sim0'" 1
    wait_for lasts "sim-unread sim0"
    is_of_sim sim0 balance 30000
    loa sim show sim0 | grep -q 'Tai khoan khuyen mai: mot it'
    loa sim list --json | jq -e '.sims[] | select(.modem == "sim0") | .unread >= 1 and (.trouble | length > 0)'
}

@test "bundles are registered by their menus, and a failure is told in the operator's words" {
    start_simulator 1 <<'END'
modem = { air_ms = 0; ussd_ms = 0; operator_name = "Viettel"; operator_code = "45204"; };
operators = ( { name = "Viettel"; codes = [ "45204" ]; account = { balance = 49000; money = "12500d"; };
  menus = ( { code = "*101#"; text = "TK goc la {balance}. Quy khach con {bundle} SMS noi mang"; },
            { code = "*098#"; text = "1. Goi SMS"; options = ( { key = "1"; text = "1. SMS100"; options = (
                { key = "1"; text = "Dang ky thanh cong goi SMS100. Con {bundle} SMS den {bundle_expires}";
                  bundle = { parts = 100; price = 25000; days = 30; poor = "TK cua Quy khach khong du tien"; }; } ); } ); } ); } );
END
    cat >"$HOME_DIR/operators.conf" <<'END'
operators = ( { name = "viettel"; networks = [ "45204" ];
  paths = { balance = [ "*101#" ]; };
  patterns = [ "tk goc la (?<balance>(?&money))", "con (?<bundle>\\d+) sms(?: den (?<bundle_expires>(?&day)))?" ];
  bundles = ( { name = "SMS100"; path = [ "*098#", "1", "1" ]; success = [ "dang ky thanh cong" ]; parts = 100; } ); } );
END
    SIM='bundle = "SMS100"; bundle_every = "720h";'
    with_sims "check_every = \"3s\"; operators = \"$HOME_DIR/operators.conf\""
    start_gateway
    # A bundle that is used up by the reading: registered by itself, once.
    wait_for is_of_sim sim0 bundle_left 100
    wait_for is_of_sim sim0 balance 24000
    sql_is "select count(*) from ussd_dialogue where purpose = 'register'" 1
    # The operator's own words on it count, not only what the file says that it brings.
    [[ "$(of_sim sim0 bundle_expires_on)" =~ ^20 ]]
    # All is well with it, until it is to be registered again and the money does not do.
    wait_for lasts ""
    run loa sim register sim0 --by Lan
    [ "$status" -eq 65 ]
    [[ "$output" == *"was not registered"*"khong du tien"* ]]
    wait_for lasts "sim-low sim0"
    wait_for alarm_says 'khong du tien'
    sql_is "select count(*) from ussd_dialogue where purpose = 'register'" 2
}

@test "a card whose outcome is unknown is not handed in twice unawares; orders that make no sense are refused" {
    start_simulator 1 <<'END'
modem = { air_ms = 0; ussd_ms = 0; operator_name = "Viettel"; operator_code = "45204"; };
operators = ( { name = "Viettel"; codes = [ "45204" ];
  account = { balance = 30000; money = "12500d"; topup_wrong = "He thong dang ban"; };
  menus = ( { code = "*101#"; text = "TK goc la {balance}."; } ); } );
END
    cat >"$HOME_DIR/operators.conf" <<'END'
operators = ( { name = "viettel"; networks = [ "45204" ];
  paths = { balance = [ "*101#" ]; topup = [ "*100*{code}#" ]; };
  patterns = [ "tk goc la (?<balance>(?&money))" ]; topup_success = [ "thanh cong" ]; topup_failure = [ "khong dung" ]; } );
END
    with_sims "check_every = \"24h\"; operators = \"$HOME_DIR/operators.conf\""
    start_gateway
    wait_for known 1
    run loa sim topup sim0 "$CARD"
    [ "$status" -eq 75 ]
    [[ "$output" == *"nobody knows whether the card was taken"* ]]
    run loa sim topup sim0 "${CARD:0:5}-${CARD:5}"
    [ "$status" -eq 65 ]
    [[ "$output" == *"check the balance first"*"--again"* ]]
    # Two hands at once put a card in once.
    local hands=()
    for _ in 1 2 3; do
        curl -s -o /dev/null -w '%{http_code}\n' --unix-socket "$SOCKET" -d '{"code": "5218846250913"}' \
            http://loa/v1/sims/sim0/topup >>"$HOME_DIR/codes" 3>&- &
        hands+=($!)
    done
    wait "${hands[@]}"
    [ "$(sort "$HOME_DIR/codes" | tr '\n' ' ')" = "202 409 409 " ]
    sql_is "select count(*) from ussd_dialogue where purpose = 'topup'" 2
    stop_gateway KILL
    start_gateway
    run loa sim topup sim0 "$CARD"
    [ "$status" -eq 65 ]
    run loa sim topup sim0 "$CARD" --again
    [ "$status" -eq 75 ]
    # A day later nobody is asked about it, and nothing is left of the code.
    sql "update sim_card set at = at - 86400001"
    run loa sim topup sim0 "$CARD"
    [ "$status" -eq 75 ]
    sql_is "select count(*) from sim_card" 1
    while IFS='|' read -r words wanted; do
        # shellcheck disable=SC2086
        run loa sim $words
        echo "$words: $output"
        [ "$status" -ne 0 ]
        [[ "$output" == *"$wanted"* ]]
        [[ "$output" != *73918* ]]
    done <<END
topup sim0 73918abc46250|digits, blanks and dashes
topup sim0 7391|less than 10 digits
topup sim9 $CARD|no modem "sim9"
register sim0|names no bundle
check|which modems, or --all
check sim9|no modem "sim9"
show sim9|no modem "sim9"
END
    curl -s --unix-socket "$SOCKET" -d "{\"code\": $CARD" http://loa/v1/sims/sim0/topup >"$HOME_DIR/answer"
    grep -q 'the body must be' "$HOME_DIR/answer"
    not grep -q "$CARD" "$HOME_DIR/answer" "$LOG"
}

@test "who asks is shown the words in their order, and told where none came" {
    start_simulator 3 <<END
modem = { air_ms = 0; ussd_ms = 0; operator_name = "Viettel"; operator_code = "45204"; };
modems = ( { index = 1; operator_name = "VINAPHONE"; operator_code = "45202"; },
           { index = 2; operator_name = "Saola"; operator_code = "45299"; } );
operators = (
  { name = "Viettel"; codes = [ "45204" ];
    account = { balance = 50000; price = 300; money = "12500d";
                cards = ( { code = "$CARD"; value = 100000; days = 30; } ); };
    menus = ( { code = "*101#"; text = "TK goc la {balance}."; } ); },
  { name = "VINAPHONE"; codes = [ "45202" ];
    menus = ( { code = "*110#"; text = "So thue bao: {number}"; } ); }
);
END
    with_sims 'check_every = "0s"'
    start_gateway
    wait_for sql_is "select count(*) from modem where state = 'ready'" 3
    wait_for known 3
    run loa sim topup sim0 "$CARD"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "${lines[2]}" == *"Nap the thanh cong"* ]]
    [[ "${lines[3]}" == *"TK goc la 150000d."* ]]
    run loa sim check sim1
    echo "$output"
    [ "$status" -eq 75 ]
    [[ "$output" == *"sim1 brought no answer: the network does not support it"* ]]
    loa sim list | grep -q 'its operator is not known: set `operator` of sim2'
    loa sim show sim2 | grep -q 'its operator is not known'
    loa ussd show 1 | grep -Eq '^[0-9:]{8} > \*100\*…'
    loa ussd show 2 | grep -Eq '^[0-9:]{8} < TK goc la 150000d\.$'
}
