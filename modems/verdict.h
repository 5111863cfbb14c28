// SPDX-License-Identifier: GPL-2.0-or-later
// What the network's answer to one submission means for the message and for the modem.
#pragma once

#include <stdint.h>

enum verdict_outcome {
    VERDICT_SENT,
    VERDICT_RETRY,      /* not sent: the same message may go out later */
    VERDICT_REFUSED,    /* not sent: this number or this text will never go out */
    VERDICT_MODEM_SICK, /* not sent: the fault is the modem's or the SIM's, not the message's */
    VERDICT_UNSURE,     /* perhaps sent: Ctrl-Z passed and no answer can be trusted */
};

enum verdict_space {
    VERDICT_SPACE_NONE,  /* no code: sent, or see the detail */
    VERDICT_SPACE_CMS,   /* 3GPP TS 27.005 3.2.5, TS 24.011 E-2, TS 23.040 9.2.3.22 */
    VERDICT_SPACE_CME,   /* 3GPP TS 27.007 9.2 */
    VERDICT_SPACE_GAMMU, /* GSM_Error of libgammu */
    VERDICT_SPACE_LOCAL, /* enum verdict_local */
};

enum verdict_local {
    VERDICT_NO_PROMPT = 1, /* the modem never asked for the PDU */
    VERDICT_NO_ANSWER,     /* nothing within the deadline after Ctrl-Z */
    VERDICT_NO_REFERENCE,  /* OK without +CMGS */
    VERDICT_BARE_ERROR,    /* ERROR without a code */
    VERDICT_HANG_UP,       /* the tty went away */
    VERDICT_NOT_STARTED,   /* the worker left before its turn came */
    VERDICT_BAD_PART,      /* libgammu would not encode it */
    VERDICT_NO_LOG,        /* the flight log cannot be written to disk */
};

/* Whom a code speaks against, beyond the one message. */
enum verdict_blame {
    VERDICT_BLAMES_NOBODY,
    VERDICT_BLAMES_MESSAGE, /* its number or its text: never the SIM, whatever the row */
    VERDICT_BLAMES_EITHER,  /* the number; but the SIM if several numbers in a row get it */
    VERDICT_BLAMES_NETWORK, /* the network or the moment: several in a row call for patience */
    VERDICT_BLAMES_SIM,     /* this SIM cannot send */
    VERDICT_BLAMES_MODEM,   /* the device must be started anew */
};

struct verdict {
    enum verdict_outcome outcome;
    enum verdict_blame blame;
    uint32_t retry_after_ms; /* only for VERDICT_RETRY */
    unsigned tries;          /* so many are enough while the SIM serves others; 0: as for any */
    const char *meaning;     /* static, English, a few words */
    const char *advice;      /* static; what a person can do when it goes on; NULL: nothing */
};

/* Never fails: a code the table does not know is a retry with the space's own caution. */
struct verdict verdict_of(enum verdict_space space, int32_t code);

const char *verdict_outcome_name(enum verdict_outcome outcome); /* "sent" … "unsure" */
const char *verdict_space_name(enum verdict_space space);       /* "cms" … */
