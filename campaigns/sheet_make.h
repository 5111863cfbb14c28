// SPDX-License-Identifier: GPL-2.0-or-later
/* The reports there are of a campaign. Figures come from its tally and its coverage, and names from
 * the voices that tally was made of: no report counts a second way. */
#pragma once

#include "campaigns/sheet.h"
#include "campaigns/store/campaign.h"
#include "config/gateway.h"

enum sheet_kind {
    SHEET_ATTENDANCE,     /* who comes, by option and unit, with heads */
    SHEET_TALLY,          /* options by units */
    SHEET_OPINIONS,       /* the register; no sender, nothing restricted */
    SHEET_COVERAGE,       /* reached by units, against the target */
    SHEET_MISSED,         /* families to visit */
    SHEET_NONRESPONDENTS, /* to telephone: with numbers, for inside the house */
    SHEET_CLASSES,        /* names by option or add-on where enough want it */
    SHEET_PLAN,           /* plan, done, ratio by units */
    SHEET_KINDS,
};
const char *sheet_kind_name(enum sheet_kind kind); /* "attendance" … */

struct sheet_request {
    const struct gateway_config *config;
    GTimeZone *zone;
    const struct campaign_row *campaign;
    int64_t now;
    int64_t snapshot, as_of;  /* 0: now; names are those of `as_of`, figures of the snapshot */
    const char *tree;         /* day whose units these are, "2025-06-30" */
    const char *unit;         /* code: only this one and all below; NULL */
    const char *option;       /* code: only this option or add-on; NULL */
    int64_t minimum;          /* CLASSES: so many at least; 0: any */
    const char *organisation; /* instead of that of loa.conf; NULL */
};

struct sheet *sheet_make(struct store *store, enum sheet_kind kind,
                         const struct sheet_request *request, GError **error);
