// SPDX-License-Identifier: GPL-2.0-or-later
// The Vietnamese numbering plan: what one string of digits is.
#pragma once

#include "campaigns/phone.h"

#include <stddef.h>

struct phone_plan {
    enum phone_verdict verdict;
    struct phone phone;        /* MOBILE and MIGRATED */
    bool zero_restored;        /* it was written without 0 and without country code */
    const char *operator_name; /* NULL: unknown */
};

/* `digits` are ASCII digits only; `plus` says that a + stood before them. */
struct phone_plan phone_plan_read(const char *digits, bool plus);
