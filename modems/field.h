// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the answers to the questions of probe.c: text in, values out.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What follows "+NAME:" in the first line that has it; NULL: none. Borrowed. */
const char *field_after(const GPtrArray *lines, const char *name);
/* The n-th field (from 0) of a list that commas separate outside of quotes and parentheses, without
 * its quotes or parentheses; NULL when there are fewer. The caller frees. */
char *field_text(const char *fields, unsigned index);
/* Its number; `otherwise` when it is none. */
int32_t field_number(const char *fields, unsigned index, int32_t otherwise);
/* Whether the n-th field, a list such as 0-3,5, holds the value. */
bool field_allows(const char *fields, unsigned index, int32_t value);
/* A phone number, also when it was written as UCS-2 hex: digits with + in front; NULL: none. */
char *field_phone(const char *fields, unsigned index);
/* The first line without a name, or what follows the name; "" when there is none. */
char *field_bare(const GPtrArray *lines);
