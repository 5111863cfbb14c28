// SPDX-License-Identifier: GPL-2.0-or-later
// Bodies of type application/x-www-form-urlencoded (WHATWG URL §5.1).
#pragma once

#include <glib.h>
#include <stdbool.h>

enum { FORM_FIELDS_MAX = 64 };

/* New table of char * → char *, UTF-8 without control characters but line breaks. NULL, and a
 * sentence (static) that says what is wrong: no such form, or a field twice. */
GHashTable *form_read(const char *bytes, size_t size, const char **retproblem);
