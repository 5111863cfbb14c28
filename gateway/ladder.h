// SPDX-License-Identifier: GPL-2.0-or-later
// What is done about a modem whose worker has ended, from the mildest remedy to the strongest.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum ladder_cause {
    LADDER_SILENT,   /* it does not answer, or its worker had to be killed */
    LADDER_SIM,      /* no card, or one that fails */
    LADDER_BUSY,     /* it is starting, or lost its settings */
    LADDER_CRASH,    /* the worker's own end, or libgammu's */
    LADDER_DEVICE,   /* the tty is there but cannot be used */
    LADDER_STRANGER, /* another modem is on its tty */
    LADDER_CAUSES
};

enum ladder_remedy {
    LADDER_REOPEN, /* a new worker */
    LADDER_RESET,  /* that sends AT+CFUN=1,1 first */
    LADDER_POWER,  /* power_command, then a new worker */
    LADDER_REMEDIES
};

struct ladder_step {
    enum ladder_remedy remedy;
    int64_t wait_ms; /* before it */
    bool spent;      /* all of it was tried: from here on slowly, for ever */
};

/* The step for the `failure`th failure in a row, from 1. Without a power command its rungs reset.
 */
struct ladder_step ladder_step(enum ladder_cause cause, unsigned failure, bool power);

/* How far up a modem is. All zero at first, and after a person has looked after it. */
struct ladder {
    unsigned failures; /* in a row, none of them ready */
    unsigned flaps;    /* ends soon after it was ready */
    int64_t ready_at;  /* monotonic ms; 0: it is not */
};

void ladder_ready(struct ladder *ladder, int64_t now);
/* It ended. Who was ready before climbs one rung in LADDER_FLAPS such ends, so that one message
 * that is bad for the modem resets nothing; who served for LADDER_STEADY_MS begins at the foot. */
struct ladder_step ladder_fail(struct ladder *ladder, enum ladder_cause cause, bool power,
                               int64_t now);

enum { LADDER_FLAPS = 3, LADDER_STEADY_MS = 10 * 60 * 1000 };

/* `why`, and what comes next or who must do what; the caller frees. */
char *ladder_reason(const char *why, enum ladder_cause cause, const struct ladder_step *step);
