#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# `make install` into an empty root: what a package or a technician gets.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.."
    export ROOT="$BATS_FILE_TMPDIR/root"
    # Not the flags of the make that runs the tests: its BUILD would win over ours.
    env -u MAKEFLAGS -u MAKELEVEL make -s install DESTDIR="$ROOT" PREFIX=/usr \
        BUILD="${LOA_BUILD:-build}" >&2
}

@test "programs stand side by side, so that the gateway finds its worker" {
    for program in loa loa-gateway loa-modem loa-simulator; do
        [ -x "$ROOT/usr/bin/$program" ]
    done
}

@test "installed programs say who they are" {
    for program in loa loa-gateway loa-modem loa-simulator; do
        run "$ROOT/usr/bin/$program" --version
        [ "$status" -eq 0 ]
        [[ "$output" == *"0."* ]]
    done
}

@test "the unit starts what was installed, where it was installed" {
    unit="$ROOT/usr/lib/systemd/system/loa-gateway.service"
    grep -qx 'ExecStart=/usr/bin/loa-gateway --config /etc/loa/loa.conf' "$unit"
    run grep -n '@[a-z]*dir@' "$unit"
    [ "$status" = 1 ]
}

@test "systemd has nothing to say against the unit" {
    command -v systemd-analyze >/dev/null || skip "no systemd-analyze here"
    # Verified with paths that exist: the unit's own point into a root that is not this one.
    unit="$BATS_TEST_TMPDIR/loa-gateway.service"
    sed -e "s|^ExecStart=/usr|ExecStart=$ROOT/usr|" -e '/^Documentation=/d' \
        "$ROOT/usr/lib/systemd/system/loa-gateway.service" > "$unit"
    run systemd-analyze verify --man=no "$unit"
    [ "$status" -eq 0 ]
    [[ "$output" != *loa-gateway.service* ]] || { echo "$output"; false; }
}

@test "the sample configuration is in order" {
    run "$ROOT/usr/bin/loa-gateway" --check-config "$ROOT/etc/loa/loa.conf.example"
    [ "$status" -eq 0 ]
}

@test "the operators' file is there to be copied, and in order" {
    cp "$ROOT/etc/loa/operators.conf.example" "$BATS_TEST_TMPDIR/operators.conf"
    printf 'sims = { operators = "%s"; };\n' "$BATS_TEST_TMPDIR/operators.conf" \
        >"$BATS_TEST_TMPDIR/loa.conf"
    run "$ROOT/usr/bin/loa-gateway" --check-config "$BATS_TEST_TMPDIR/loa.conf"
    [ "$status" -eq 0 ]
    echo 'operators = ( ( ;' >>"$BATS_TEST_TMPDIR/operators.conf"
    run "$ROOT/usr/bin/loa-gateway" --check-config "$BATS_TEST_TMPDIR/loa.conf"
    [ "$status" -ne 0 ]
    grep -qF "$BATS_TEST_TMPDIR/operators.conf:" <<<"$output"
}

@test "campaigns to start from and the words of replies are there, and read" {
    doc="$ROOT/usr/share/doc/loa"
    for campaign in "$doc/examples"/*.conf; do
        "$ROOT/usr/bin/loa" rehearse "$campaign" 2>/dev/null
    done
    [ -s "$doc/campaign.conf.example" ]
    mkdir "$BATS_TEST_TMPDIR/words"
    cp "$doc/words/reply-words.csv" "$BATS_TEST_TMPDIR/words"
    echo 'yes,chuẩn' >>"$BATS_TEST_TMPDIR/words/reply-words.csv"
    G_RESOURCE_OVERLAYS=/loa="$BATS_TEST_TMPDIR/words" run --separate-stderr \
        "$ROOT/usr/bin/loa" rehearse "$doc/examples/agreement.conf" --replies - --json <<<'chuẩn ạ'
    [ "$(jq -r '.answers.duong[0]' <<<"$output")" = CO ]
}

@test "an installed gateway gives its workers a user of their own, and may" {
    grep -qx 'modem_user = "loa-modem";' "$ROOT/etc/loa/loa.conf.example"
    unit="$ROOT/usr/lib/systemd/system/loa-gateway.service"
    grep -qx 'AmbientCapabilities=CAP_SETUID CAP_SETGID CAP_KILL' "$unit"
    grep -qx 'CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_KILL' "$unit"
}

@test "the users are made, with the right to open modems" {
    command -v systemd-sysusers >/dev/null || skip "no systemd-sysusers here"
    mkdir -p "$BATS_TEST_TMPDIR/etc"
    echo 'dialout:x:20:' > "$BATS_TEST_TMPDIR/etc/group"
    systemd-sysusers --root="$BATS_TEST_TMPDIR" "$ROOT/usr/lib/sysusers.d/loa.conf"
    grep -q '^loa:' "$BATS_TEST_TMPDIR/etc/passwd"
    grep -q '^loa-modem:' "$BATS_TEST_TMPDIR/etc/passwd"
    grep -qx 'dialout:x:20:loa,loa-modem' "$BATS_TEST_TMPDIR/etc/group"
}

@test "the udev rule is where udev looks" {
    rule="$ROOT/usr/lib/udev/rules.d/60-loa-modems.rules"
    [ "$(stat -c %a "$rule")" = 644 ]
    grep -q 'ID_MM_DEVICE_IGNORE' "$rule"
    grep -q 'SYMLINK+="loa/' "$rule"
}

@test "nothing is installed outside the chosen folders" {
    run bash -c "cd '$ROOT' && find . -type f | grep -vE '^./(usr/(bin|lib|share/doc/loa)|etc/loa)/'"
    [ -z "$output" ]
}
