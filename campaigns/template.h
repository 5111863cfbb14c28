// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts with {placeholders}. The names known everywhere: ten, ho_ten (full name as in the roster),
 * goi (ông, bà), lua_chon, so, ngay, don_vi; any other is the folded heading of an attribute
 * ("Phòng/Cơ sở" is {phong_co_so}). "{{" writes one "{". */
#pragma once

#include "campaigns/roster.h"

#include <stdbool.h>

enum template_error {
    TEMPLATE_ERROR_SYNTAX,  /* a brace that never closes, or an empty name */
    TEMPLATE_ERROR_UNKNOWN, /* nothing fills this placeholder */
};
#define TEMPLATE_ERROR template_error_quark()
GQuark template_error_quark(void);

/* The value of one folded name, borrowed; NULL: unknown, which is an error. */
typedef const char *template_lookup(const char *name, void *data);

/* A text for phones without diacritics needs text_unmark() on the result, names included. */
char *template_render(const char *text, template_lookup *lookup, void *data, GError **error);
/* Folded names, each once, in their order; NULL-terminated (g_strfreev). NULL: bad syntax. */
char **template_fields(const char *text, GError **error);
bool template_is_builtin(const char *name);
/* "Phòng / Cơ sở *" → "phong_co_so" */
char *template_fold(const char *heading);
/* "ông", "bà", or "ông/bà" where the roster does not say. */
const char *template_salutation(enum sex sex);
