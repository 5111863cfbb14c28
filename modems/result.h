// SPDX-License-Identifier: GPL-2.0-or-later
// What one line from a modem is: a final result, an unsolicited result, or part of an answer.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum result_final {
    RESULT_OK,
    RESULT_ERROR, /* without a code */
    RESULT_CMS,
    RESULT_CME,
    RESULT_NO_ANSWER, /* ours: nothing in time */
    RESULT_NO_PROMPT, /* ours: the PDU was never asked for */
    RESULT_WITHHELD,  /* ours: Ctrl-Z was not let pass */
    RESULT_HANG_UP,   /* ours: the tty went away */
};

enum { RESULT_LINE_SIZE = 128 };

struct result {
    enum result_final final;
    int32_t code;                /* of CMS and CME; -1: none */
    char line[RESULT_LINE_SIZE]; /* as the modem wrote it, cut; empty for ours */
};

/* False, and nothing written, when the line does not end a command. */
bool result_read(const char *line, struct result *retresult);

/* The card or the modem is still starting: asked again in seconds it may well answer. */
bool result_is_busy(const struct result *result);

enum result_kind {
    RESULT_ANSWER,         /* nothing special: an answer, or noise, as the moment decides */
    RESULT_STORED_MESSAGE, /* +CMTI: memory, index */
    RESULT_STORED_REPORT,  /* +CDSI: memory, index */
    RESULT_PUSHED_MESSAGE, /* +CMT: the PDU is the next line */
    RESULT_PUSHED_REPORT,  /* +CDS: the PDU is the next line */
    RESULT_PUSHED_OTHER,   /* +CBM: the PDU is the next line, and nobody wants it */
    RESULT_RESTARTED,      /* the modem has booted: its settings are gone */
    RESULT_SIM_CHANGED,    /* its card went or came */
    RESULT_USSD,           /* +CUSD: what the network says in a dialogue, or by itself */
    RESULT_NOISE,          /* a line that no command asks for */
};

enum result_kind result_kind(const char *line);

/* `+CMTI: "SM",3` → "SM", 3. False when it has another form. */
bool result_pointer(const char *line, char retmemory[8], int32_t *retindex);

/* Whether the line begins with the name of this command: +CSQ of AT+CSQ. */
bool result_names(const char *command, const char *line);
/* Whether a line that is no final result answers this command. */
bool result_answers(const char *command, const char *line);

bool result_is_hex(const char *line); /* octets in hex, as PDUs are written */
