// SPDX-License-Identifier: GPL-2.0-or-later
// Figures as operators write them: sums of đồng, counts of parts, days. Strict: what could be two
// things is none.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "12.000d", "12,000.50 VND", "-5000d", "12 000 dong"; less than a đồng is dropped. */
bool sim_value_money(const char *text, int64_t *retmoney);
/* "87", "1.200" */
bool sim_value_parts(const char *text, int64_t *retparts);
/* "30/11/2026", "30-11-26", "2026-11-30", "30 thang 11", "30/11"; what has no year is the nearest
 * such day around `today` (ISO 8601), rather to come than past. `retday` has DAY_SIZE bytes. */
bool sim_value_day(const char *text, const char *today, char *retday);
/* Whether such a day names its year. */
bool sim_value_has_year(const char *text);
