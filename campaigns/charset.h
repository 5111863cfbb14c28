// SPDX-License-Identifier: GPL-2.0-or-later
/* The encodings that Vietnamese lists come in. Reading is exact: a byte that is nothing in an
 * encoding is an error with its line and place. What is read is NFC. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum charset {
    CHARSET_UNSAID, /* nobody has said */
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_TCVN3, /* what .VnTime and the other ABC fonts show */
    CHARSET_VNI,
    CHARSET_WINDOWS_1258,
    CHARSET_VISCII,
    CHARSET_TCVN5712, /* with capitals of their own */
    CHARSET_WINDOWS_1252,
    CHARSET_VIQR,  /* marks typed behind the letters, in ASCII */
    CHARSET_TWICE, /* UTF-8 that was taken for Windows-1252 and made UTF-8 again */
    CHARSET_COUNT,
};

const char *charset_name(enum charset charset);   /* "TCVN3": for people */
const char *charset_option(enum charset charset); /* "tcvn3": for command lines */
/* By either name, whatever its case; CHARSET_UNSAID: nothing is called that. */
enum charset charset_find(const char *name);
char *charset_options(void); /* "utf-8, utf-16le …"; the caller frees */

/* UTF-8 or UTF-16 that shows itself by its mark, its zero bytes or its validity; CHARSET_UNSAID: an
 * encoding somebody has to name. `retmark`: bytes to leave out in front. */
enum charset charset_sniff(const void *bytes, gsize length, gsize *retmark);
bool charset_is_unicode(enum charset charset);

/* NULL and a sentence that names line and byte. */
char *charset_decode(enum charset charset, const void *bytes, gsize length, GError **error);
/* Text that was typed in a font and taken for Windows-1252: what it says in `charset`. NULL: it
 * cannot have been. The caller frees. */
char *charset_reread(enum charset charset, const char *text);
