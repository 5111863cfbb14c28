// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers with names (R19) and head counts. */
#pragma once

#include "campaigns/reply_scan.h"

/* All fields of the question, in their order or each with its name beside it; anything else that
 * could be a number is doubt. `named`: the keyword of the question stands before the stretch; else
 * there must be nothing around the numbers but what people say around an answer. */
void reply_numbers_read(const struct reply_scan *scan, bool named, struct reply_found *retfound);
/* "2 người"; or the number alone where the keyword stands before it (`named`), or the question
 * waits for none. "không dự được" is 0 where nothing else is asked. */
void reply_numbers_heads(const struct reply_scan *scan, bool named, struct reply_found *retfound);
