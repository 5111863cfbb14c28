// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the persons of a roster into the store: found again they are updated, else added. */
#pragma once

#include "campaigns/import.h"
#include "campaigns/placing.h"

struct enrolment {
    struct store *store;
    const struct roster *roster;
    struct placing *placing;
    int64_t import_id, group_id; /* group 0: none */
    int64_t now;
};

/* Inside the import's transaction; `report` has a row for each of the roster's, and gets its
 * changes, warnings and counts. */
bool enrol_persons(const struct enrolment *enrolment, struct import_report *report, GError **error);
