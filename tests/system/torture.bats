#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Short rounds of the torture (see tests/torture), always the same ones; make torture goes on for as
# long as one likes.

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
}

round() {
    LOA_BUILD=${LOA_BUILD:-build} tests/torture --small --rounds 1 --seed 1 --mode "$@"
}

@test "nothing is lost or doubled while gateway and workers are killed" {
    round kills
}

@test "neighbours of tormented modems do not notice, and nothing is lost" {
    round torment
}

@test "a full disk stops sending and loses nothing" {
    round disk
}

@test "a backlog and what waits in the network come through, the urgent first" {
    round backlog
}

@test "power cuts lose and double nothing, whatever is left of the flight logs" {
    round power
}
