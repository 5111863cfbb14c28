// SPDX-License-Identifier: GPL-2.0-or-later
// The handsets behind the network: they join long texts, and households answer some of them.
#pragma once

#include "modems/simulator/pdu.h"

struct handsets;
struct mobile;
struct network;

struct handsets *handsets_new(struct network *network);
void handsets_free(struct handsets *handsets);
/* One part that the network accepted from the modem. Answers come in at the same modem. */
void handsets_receive(struct handsets *handsets, struct mobile *mobile,
                      const struct pdu_submit *submit);
