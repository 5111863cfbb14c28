// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of `report`: the network's delivery reports, matched to parts as well as they can be.
#pragma once

#include "campaigns/store/message.h"

struct report {
    const char *modem;
    int reference; /* TP-MR */
    const char *number;
    int status; /* TP-ST, 3GPP TS 23.040 9.2.3.15 */
    int64_t sent_at, discharged_at;
    int64_t key; /* the worker's; 0: none */
};

enum report_sense { REPORT_DELIVERED, REPORT_TRYING, REPORT_FAILED, REPORT_UNKNOWN };
enum report_sense report_sense_of(int status);

struct report_match {
    int64_t message_id; /* 0: matches nothing yet, or was stored before */
    unsigned sequence;
    enum message_state state; /* of the message now */
    bool repeated;
};

/* (t) Stores one and matches it by modem, reference and the last nine digits, newest first; or to a
 * doubtful part (doubt.h), and then perhaps earlier reports with it. */
bool store_report_add(struct store *store, const struct report *report, int64_t now,
                      struct report_match *retmatch, GError **error);

/* (t) After every verdict: the parts of the lease are known now, or that it had none; reports that
 * came before are matched. `*retstate` is the message's state after that. */
bool store_report_catch_up(struct store *store, const struct settled *settled, int64_t now,
                           enum message_state *retstate, GError **error);
