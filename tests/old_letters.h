// SPDX-License-Identifier: GPL-2.0-or-later
// Vietnamese in the old encodings, written from tables of their own for the tests.
#pragma once

#include "campaigns/charset.h"

enum old_form {
    OLD_TCVN3, /* capitals with a tone become small letters, as in the fonts */
    OLD_VNI,
    OLD_1258,
    OLD_1258_TONES, /* every tone as a mark behind its letter */
    OLD_VISCII,
    OLD_TCVN5712,
    OLD_VIQR,
    OLD_FORM_COUNT,
};

enum { OLD_LETTERS = 134, OLD_SMALL = 67 };
extern const char *const old_letters[OLD_LETTERS]; /* small ones first */

const char *old_form_name(enum old_form form);
enum charset old_form_charset(enum old_form form);
/* Text in NFC; the caller frees. */
GString *old_encode(const char *text, enum old_form form);
