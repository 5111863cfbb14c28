// SPDX-License-Identifier: GPL-2.0-or-later
/* What must be true of a person: "diện = Hộ nghèo|Hộ cận nghèo", "tuổi >= 18". The same for the
 * `where` of a campaign's audience and for the rule of a group. */
#pragma once

#include "campaigns/audience.h"

/* How an attribute compares is enum attribute_is (config/campaign.h). IS_EQUAL: to any of the
 * values; case and diacritics do not count. IS_OTHER: than all of them; so is a person without the
 * attribute. The four others compare numbers: what is none does not hold. */
struct condition {
    char *name;  /* folded */
    char **keys; /* folded values */
    enum attribute_is is;
    double number; /* of the four */
};

/* "attribute op value", op one of = != >= > <= <; values of = and != are separated by |. */
struct condition *condition_read(const char *text, GError **error);
/* The same of a campaign file. */
struct condition *condition_of(const struct attribute_config *attribute, GError **error);
void condition_free(struct condition *condition);

/* Known to everybody: gioi_tinh (sex), tuoi (age, in full years on the day; by the year where only
 * that is known), nam_sinh (birth_year); else a column of a roster. */
bool condition_knows(struct store *store, const char *name, bool *retknown, GError **error);
/* The attribute of a person; NULL: none. `today` NULL: no ages. */
bool condition_value(struct store *store, const struct recipient *person, const char *name,
                     const char *today, char **retvalue, GError **error);
bool condition_holds(const struct condition *condition, const char *value);

enum condition_error {
    CONDITION_ERROR_SYNTAX,
    CONDITION_ERROR_UNKNOWN, /* no such column */
};
GQuark condition_error_quark(void);
#define CONDITION_ERROR (condition_error_quark())
