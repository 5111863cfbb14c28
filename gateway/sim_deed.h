// SPDX-License-Identifier: GPL-2.0-or-later
/* What the SIM desk writes down, as effects of the turn: which SIM a modem has, dialogues that it
 * begins, and what came of those that ended. */
#pragma once

#include "config/gateway.h"
#include "gateway/turn.h"

struct sim_deed {
    struct effect effect;
    const struct gateway_config *config; /* lives as long as the gateway */
    char *modem, *imsi, *network;
    const char *purpose; /* of the dialogue that is to begin; NULL: none */
    int64_t ended;       /* dialogue that ended; 0: none */
    bool late;           /* the SMS that its words announced has not come */
    void (*done)(void *data, const struct sim_deed *deed); /* committed */
    void (*lost)(void *data, const struct sim_deed *deed); /* it could not be stored */
    void *data;

    /* What came of it, valid in `done`. */
    int64_t begun; /* that dialogue, still to be handed over; 0: none */
    bool waits_for_sms;
    char awaited[16]; /* purpose of the dialogue whose answer that SMS is */
    int64_t began_at; /* and when it began */
    char *note;       /* for the log, one word; NULL: nothing to tell */
};

/* What all of them share; `imsi` is "" where the modem tells none. All copy. */
struct sim_deed_ground {
    const struct gateway_config *config;
    const char *modem, *imsi;
    void (*done)(void *data, const struct sim_deed *deed);
    void (*lost)(void *data, const struct sim_deed *deed);
    void *data;
};
struct effect *sim_deed_seen(const struct sim_deed_ground *ground, const char *network);
struct effect *sim_deed_begin(const struct sim_deed_ground *ground, const char *purpose);
struct effect *sim_deed_end(const struct sim_deed_ground *ground, int64_t dialogue, bool late);
