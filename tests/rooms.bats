#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house that no compiler knows: who may include whom, which room holds the door to
# which library, how long a file and a function may grow.

setup() {
    cd "$BATS_TEST_DIRNAME/.."
}

sources() {
    find config campaigns modems gateway tests -name '*.[ch]' -o -name '*.def' | sort
}

# "file header" for each include of ours, from the rooms (tests may look everywhere).
includes() {
    grep -oHE '^#include "[^"]+"' $(sources | grep -v '^tests/') | sed -E 's/:#include "/ /; s/"$//'
}

# Prints what stdin holds and fails if it holds anything.
none() {
    ! grep .
}

@test "rooms include only along the arrows" {
    includes | awk '
        function room(path) { sub(/\/.*/, "", path); return path }
        BEGIN {
            may["gateway"] = "gateway campaigns config"; may["campaigns"] = "campaigns config"
            may["modems"] = "modems config"; may["config"] = "config"
        }
        {
            if (room($1) == "gateway" && $2 ~ /^modems\/(wire|flight|verdict|ussd_dialogue|ussd_text)\.(h|def)$/) next
            if (index(" " may[room($1)] " ", " " room($2) " ") == 0) print $1 " includes " $2
        }' | none
}

@test "includes are rooted" {
    includes | awk '$2 !~ /^(config|campaigns|modems|gateway)\//' | none
}

@test "the simulator knows nothing of Loa but its configuration reader" {
    includes | awk '$1 ~ /^modems\/simulator\// && $2 !~ /^(modems\/simulator|config)\//' | none
}

@test "each library has one door" {
    while read -r header door; do
        grep -lE "^#include <$header" $(sources | grep -v '^tests/') | grep -vE "^$door" |
            sed "s|\$| includes $header|"
    done <<-'DOORS' | none
	sqlite3\.h campaigns/store/
	libconfig\.h config/
	gammu modems/device[a-z_]*\.[ch]$
	microhttpd\.h gateway/api/
	curl/ gateway/(forwarder|cli/client)\.c$
	expat\.h campaigns/xlsx\.c$
	zip\.h campaigns/xlsx\.c$
	xlsxwriter\.h campaigns/sheet_xlsx\.c$
	libical/ campaigns/recurrence\.c$
	DOORS
}

@test "no header includes itself by way of others" {
    run bash -c "$(declare -f sources includes); includes | grep '^[^ ]*\.h ' | tsort 2>&1 >/dev/null"
    [ -z "$output" ] || { echo "$output"; false; }
}

@test "every source names its licence at its head" {
    for file in $(sources) Makefile $(find config campaigns modems gateway tests .ci -type f \
        \( -name '*.bats' -o -name '*.bash' -o -name '*.sh' -o -name '*.py' -o -name '*.service' \
        -o -name '*.rules' -o -perm -u+x \)); do
        head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$file"
    done | none
}

@test "files stay below 600 lines, headers below 120" {
    wc -l $(sources) | awk '$2 != "total" && $1 > ($2 ~ /\.h$/ ? 120 : 600)' | none
}

@test "functions stay below 80 lines" {
    awk 'FNR == 1 { from = 0 }
        /^{$/ { from = FNR }
        /^}$/ && from { if (FNR - from > 80) print FILENAME ":" from ": " FNR - from " lines"; from = 0 }' \
        $(sources) | none
}

@test "nobody jumps, hides a struct behind a typedef, or promises to finish later" {
    grep -nE '^[[:space:]]+goto [a-z_]+;|^typedef (struct|enum)|\b(TODO|FIXME|XXX)\b' \
        $(sources) | none
}

@test "no file is named for having no subject" {
    sources | grep -E '/[^/]*(utils|common|misc|helper|manager)[^/]*$' | none
}

@test "tests that run by themselves may run" {
    find tests -name '*.bats' ! -perm -u+x | none
}

@test "no line of a test is a bare \"!\", which ends nothing when it fails" {
    grep -nE '^[[:space:]]+! ' tests/system/*.bats | none
}
