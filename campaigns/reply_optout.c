// SPDX-License-Identifier: GPL-2.0-or-later
/* The campaign's keyword, a fixed phrase, or "đừng … nhắn … tin" with nothing in between that could
 * turn it round. Huy and Dung are first names, tc is a benefit, "không nhận được tin" complains: a
 * false opt-out silences somebody who never asked for it. */
#include "campaigns/reply_optout.h"

#include <string.h>

static bool is_whole(const struct reply_scan *scan, enum reply_list list)
{
    return scan->from < scan->to && scan_length(scan, scan->from, list) == scan->to - scan->from;
}

/* The stretch with every number of polite words taken off its front: "cho" may begin a keyword. */
static bool is_whole_somehow(const struct reply_scan *whole, const struct reply_scan *stripped,
                             enum reply_list list)
{
    struct reply_scan scan = *whole;
    for (; scan.from <= stripped->from && scan.from < whole->to; scan.from++) {
        for (scan.to = MAX(stripped->to, scan.from); scan.to <= whole->to; scan.to++)
            if (is_whole(&scan, list))
                return true;
    }
    return false;
}

/* HỦY; without its marks only as HUY: "Huy" and "huy" may be somebody's name. */
static bool is_name(const struct reply_scan *whole, const struct reply_scan *scan)
{
    if (!is_whole(scan, LIST_NAME) || scan->to - scan->from != 1)
        return false;
    const struct reply_word *word = scan_word(scan, scan->from);
    bool marked = word->marked || word->undone;
    bool plain = scan->from == whole->from && scan->to == whole->to;
    return marked || (word->capitals && plain);
}

/* đừng nhắn tin nữa. Nothing behind the object but fillers. */
static bool is_sentence(const struct reply_scan *scan)
{
    unsigned at = scan->from, object_end = 0;
    unsigned start = scan_length(scan, at, LIST_START);
    bool verb = false;
    if (start == 0)
        return false;
    for (at += start; at < scan->to;) {
        unsigned verbs = scan_length(scan, at, LIST_DO);
        unsigned objects = scan_length(scan, at, LIST_OBJECT);
        unsigned longest = MAX(MAX(verbs, objects), scan_length(scan, at, LIST_FILLER));
        bool mark = scan_word(scan, at)->kind == REPLY_MARK && !scan_is_mark(scan, at, "?");
        if (longest == 0 && !mark)
            return false;
        if (verbs > 0 && object_end > 0 && at > object_end)
            return false;
        verb = verb || verbs > 0;
        at += MAX(longest, 1);
        if (objects > 0 && verb)
            object_end = at;
    }
    return object_end > 0;
}

const char *reply_optout_rule(const struct reply_scan *scan)
{
    struct reply_scan stripped = *scan;
    scan_strip(&stripped);
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_mark(scan, at, "?") || scan_is_number(scan, at))
            return is_whole_somehow(scan, &stripped, LIST_OPTOUT) ? "R6 keyword" : NULL;
    if (is_whole_somehow(scan, &stripped, LIST_OPTOUT))
        return "R6 keyword";
    if (is_whole_somehow(scan, &stripped, LIST_REFUSAL) || is_name(scan, &stripped))
        return "R6 phrase";
    return is_sentence(&stripped) ? "R6 sentence" : NULL;
}
