// SPDX-License-Identifier: GPL-2.0-or-later
/* How a text becomes SMS parts: GSM 7-bit default alphabet with its extension table (3GPP TS
 * 23.038 6.2.1), else UCS-2; concatenation with an 8-bit reference (TS 23.040 9.2.3.24.1). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* 160/153 septets, 70/67 code units; the worker sends no more than this many parts. */
enum { PARTS_MAX = 50 };

enum coding { CODING_GSM7, CODING_UCS2 };

struct text_parts {
    enum coding coding;
    unsigned units;  /* septets (escape pairs are two) or UTF-16 code units of the whole text */
    unsigned count;  /* parts; an empty text is one */
    unsigned left;   /* units still free in the last part */
    char **part;     /* NULL-terminated, UTF-8: what each part carries */
    char *offending; /* the very characters that force UCS-2, each once, in order; "" for GSM-7 */
};

/* Never splits an escape pair, a surrogate pair, or a letter from its combining marks. Any text is
 * counted; a count above PARTS_MAX is for the caller to refuse. */
void text_parts_make(const char *text, struct text_parts *retparts);
void text_parts_clear(struct text_parts *parts);
