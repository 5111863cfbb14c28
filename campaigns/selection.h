// SPDX-License-Identifier: GPL-2.0-or-later
/* Persons chosen by units with all below them, groups and conditions, as today is: the base of an
 * audience and of a group by rule. */
#pragma once

#include "campaigns/condition.h"
#include "campaigns/store/units.h"

struct selection {
    char **units;          /* codes or names; NULL or empty: any */
    char **groups;         /* names; in one of them; NULL or empty: any */
    GPtrArray *conditions; /* struct condition *: all must hold; NULL: none */
};
void selection_clear(struct selection *selection);

struct selecting {
    struct store *store;
    const struct stored_units *units; /* of today */
    const char *today;
    const char *organisation; /* whose refusals count for `opted_out`; "" for the house */
};

/* GPtrArray owning struct recipient, as in the roster. STORE_ERROR_NOT_FOUND: a unit or group that
 * is not known, or a unit that ended: the sentence says what took its place. */
GPtrArray *selection_persons(const struct selecting *selecting, const struct selection *selection,
                             GError **error);
/* The units and groups exist and the conditions name columns. Else also CONDITION_ERROR_UNKNOWN,
 * with the columns there are. */
bool selection_check(const struct selecting *selecting, const struct selection *selection,
                     GError **error);
/* The id of a unit of today. */
bool selection_unit(const struct stored_units *units, const char *text, int64_t *retid,
                    GError **error);
