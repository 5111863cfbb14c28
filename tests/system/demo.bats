#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The demo as a newcomer runs it, but without a terminal, and with more time for slow builds. It checks
# its own figures.

@test "the demo runs to its end, without a terminal, and its figures add up" {
  run env TMPDIR="$BATS_TEST_TMPDIR" LOA_DEMO_SECONDS=50 "$BATS_TEST_DIRNAME/../demo" </dev/null
  printf '%s\n' "$output" | sed 's/^/# /'
  [ "$status" -eq 0 ]
  [[ "$output" == *"as recounted from the raw replies"* ]]
  [[ "$output" != *WRONG* ]]
  [ -s "$(printf '%s\n' "$output" | sed -n 's/^   summary:  //p')" ]
  [ -s "$(printf '%s\n' "$output" | sed -n 's/^   database: //p')" ]
}
