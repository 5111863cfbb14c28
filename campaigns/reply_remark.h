// SPDX-License-Identifier: GPL-2.0-or-later
/* What may follow an answer in the same text (R7): a signature, a place, a reason, thanks. And what
 * may not, because it makes the answer doubtful: another option, another number, "nếu", a question.
 */
#pragma once

#include "campaigns/reply_scan.h"

enum remark_after {
    REMARK_AFTER_CODE,
    REMARK_AFTER_LETTER, /* a code that is also how people write ạ, anh, chị */
    REMARK_AFTER_WORDS,  /* a label, yes or no */
};

struct reply_remark {
    unsigned from;
    enum remark_after after;
    int sense; /* enum reply_sense of the words before it, REPLY_NEITHER where a code stands */
};

/* The rule that makes the answer doubtful; NULL: none. Add-ons in the remark are added to `found`.
 */
const char *reply_remark_doubt(const struct reply_scan *scan, const struct reply_remark *remark,
                               struct reply_found *found);
