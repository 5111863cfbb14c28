// SPDX-License-Identifier: GPL-2.0-or-later
// One message on its way: part after part, each until its answer.
#pragma once

#include "modems/device.h"
#include "modems/flight.h"
#include "modems/line.h"
#include "modems/wire.h"

struct submission {
    struct line *line;
    struct device *device;
    struct flight *flight;
    const char *smsc;
    unsigned answer_ms;              /* after Ctrl-Z; SUBMISSION_ANSWER_MS but in tests */
    void (*before_part)(void *data); /* its prompt is awaited for PATIENCE_PROMPT_MS */
    void (*waiting)(void *data, unsigned within_ms); /* for its answer, and so much longer */
    void (*on_air)(void *data); /* Ctrl-Z of a part has passed; its answer takes seconds */
    void *data;
};

/* Whether the modem can take the next one. */
enum submission_after {
    SUBMISSION_GO_ON,
    SUBMISSION_SILENT,      /* it owes an answer, or does not answer at all */
    SUBMISSION_OUT_OF_STEP, /* libgammu did not follow the dialogue */
    SUBMISSION_HUNG_UP,
    SUBMISSION_UNLOGGED, /* the flight log cannot be written to disk */
};

enum { SUBMISSION_ANSWER_MS = 130000 };

/* Runs until the outcome is known or never will be. `retverdict` borrows `retreferences` (room for
 * FLIGHT_PARTS) and `retdetail` (room for RESULT_LINE_SIZE). */
enum submission_after submission_run(const struct submission *submission,
                                     const struct wire_send *send, uint8_t *retreferences,
                                     char *retdetail, struct wire_verdict *retverdict);

/* The verdict of a message whose turn never came. */
struct wire_verdict submission_not_started(const struct wire_send *send);
