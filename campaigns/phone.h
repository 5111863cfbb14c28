// SPDX-License-Identifier: GPL-2.0-or-later
// Telephone numbers: E.164 of ITU-T, and the Vietnamese plan as people write it.
#pragma once

#include <glib.h>
#include <stdbool.h>

enum { PHONE_SIZE = 17 }; /* +, 15 digits, NUL */

struct phone {
    char e164[PHONE_SIZE]; /* "+84912000345"; empty: none */
};

enum phone_verdict {
    PHONE_MOBILE,   /* can receive SMS */
    PHONE_MIGRATED, /* a mobile, written with its prefix of before 15/9/2018 */
    PHONE_EMPTY,    /* no number: "", "không có", "-" */
    PHONE_FIXED,    /* a landline: invite in person */
    PHONE_SHORT,    /* short code or service number */
    PHONE_DAMAGED,  /* digits were lost (9.12E+08), or too few or too many */
    PHONE_IDENTITY, /* an identity card number in the wrong column */
    PHONE_UNKNOWN,  /* no such prefix */
    PHONE_FOREIGN,  /* another country's number */
};

struct phone_reading {
    enum phone_verdict verdict;
    struct phone phone;        /* filled for MOBILE and MIGRATED */
    bool zero_restored;        /* Excel had eaten the leading 0 */
    const char *operator_name; /* original allocation ("Viettel"), a hint only; NULL: unknown */
    char *written;             /* the piece of the cell this was read from */
};

/* All numbers in one roster cell ("0912 000 345 / 0167… (con gái)"), in their order, at least one
 * reading. The array owns the readings. */
GPtrArray *phone_read_cell(const char *cell);
void phone_reading_free(struct phone_reading *reading);
/* The one number of a line; false and a verdict that says why otherwise. */
bool phone_read(const char *text, struct phone *retphone, enum phone_verdict *retverdict);
/* The sender of an incoming SMS; false for brand names and short codes (service messages). */
bool phone_read_sender(const char *sender, struct phone *retphone);

const char *phone_verdict_name(enum phone_verdict verdict);     /* "fixed" */
const char *phone_verdict_sentence(enum phone_verdict verdict); /* why it was refused */
/* "+8491****345" for the log; `retmasked` of PHONE_SIZE bytes. */
const char *phone_mask(const struct phone *phone, char *retmasked);
