// SPDX-License-Identifier: GPL-2.0-or-later
/* Knows the shapes in which people correct themselves; any other mixture of options and words of
 * correction is for a person. */
#include "campaigns/reply_correction.h"

#include "campaigns/reply_options.h"
#include "campaigns/reply_remark.h"
#include "campaigns/reply_sense.h"

#include <string.h>

enum { NAMED_MAX = 8 };

/* Options in the order in which they are named. */
struct named {
    unsigned count;
    unsigned from[NAMED_MAX], to[NAMED_MAX], option[NAMED_MAX];
};

static bool collect(const struct reply_scan *scan, struct named *named)
{
    for (unsigned at = scan->from; at < scan->to;) {
        struct reply_item item;
        bool wanted = reply_options_item(scan, at, &item);
        if (!wanted && scan_is_number(scan, at) && !scan_is_quantity(scan, at))
            return false;
        if (!wanted) {
            at++;
            continue;
        }
        if (item.several || item.count > 1 || named->count == NAMED_MAX)
            return false;
        named->from[named->count] = at;
        named->to[named->count] = item.to;
        named->option[named->count++] = item.option[0];
        at = item.to;
    }
    return true;
}

/* Only words of choosing stand from `from` to `to`. */
static bool is_bare(const struct reply_scan *scan, unsigned from, unsigned to)
{
    while (from < to) {
        unsigned length =
            MAX(scan_length(scan, from, LIST_CHOOSE),
                MAX(scan_length(scan, from, LIST_FRONT),
                    MAX(scan_length(scan, from, LIST_LEAD), scan_length(scan, from, LIST_TO))));
        if (length == 0 && scan_word(scan, from)->kind != REPLY_MARK)
            return false;
        from += MAX(length, 1);
    }
    return from == to;
}

/* A phrase of the list in `from` … `to`, with nothing but words of choosing behind it. */
static bool leads_to(const struct reply_scan *scan, unsigned from, unsigned to,
                     enum reply_list list)
{
    for (unsigned at = from; at < to; at++) {
        unsigned length = scan_length(scan, at, list);
        if (length > 0 && at + length <= to && is_bare(scan, at + length, to))
            return true;
    }
    return false;
}

static bool is_right(const struct reply_scan *scan, unsigned at)
{
    while (scan_length(scan, at, LIST_END) > 0 && scan_length(scan, at, LIST_RIGHT) == 0)
        at++;
    return scan_length(scan, at, LIST_RIGHT) > 0;
}

/* "1 nhầm, 2" and "1 à nhầm 2"; not "2, lúc nãy bấm nhầm 1". */
static bool slipped(const struct reply_scan *scan, unsigned from, unsigned to)
{
    if (scan_holds(scan, scan->from, scan->to, LIST_PAST))
        return false;
    for (unsigned at = from; at < to; at++) {
        unsigned length = scan_length(scan, at, LIST_SLIP);
        if (length == 0 || !is_bare(scan, at + length, to))
            continue;
        bool pause = at + length < to && scan_is_mark(scan, at + length, ",.;:-!\n");
        bool other = scan->words->ascii && scan_length(scan, at, LIST_COUNT) > 0; /* lon, lớn */
        return pause || (length == 1 && at - from <= 2 && !other);
    }
    return false;
}

/* Which of two is meant; REPLY_NOBODY: nobody can say. */
static int chosen_of_two(const struct reply_scan *scan, const struct named *named)
{
    unsigned x = 0, y = named->count - 1;
    bool denied_first = leads_to(scan, scan->from, named->from[x], LIST_NOT);
    bool denied_second = leads_to(scan, named->to[x], named->from[y], LIST_NOT);
    if (denied_second)
        return denied_first ? REPLY_NOBODY : (int)named->option[x];
    if (is_right(scan, named->to[y]))
        return (int)named->option[y];
    if (denied_first)
        return leads_to(scan, named->to[x], named->from[y], LIST_BUT) ? (int)named->option[y]
                                                                      : REPLY_NOBODY;
    if (leads_to(scan, named->to[x], named->from[y], LIST_CHANGE))
        return (int)named->option[y];
    bool mistaken = leads_to(scan, scan->from, named->from[x], LIST_SLIP);
    bool swapped = leads_to(scan, scan->from, named->from[x], LIST_SWAP);
    if (!mistaken && swapped && leads_to(scan, named->to[x], named->from[y], LIST_TO))
        return (int)named->option[y];
    return slipped(scan, named->to[x], named->from[y]) ? (int)named->option[y] : REPLY_NOBODY;
}

static int chosen_of_one(const struct reply_scan *scan, const struct named *named)
{
    unsigned at = named->from[0];
    if (leads_to(scan, scan->from, at, LIST_NOT))
        return REPLY_NOBODY;
    if (leads_to(scan, scan->from, at, LIST_CHANGE) || is_right(scan, named->to[0]))
        return (int)named->option[0];
    for (unsigned from = scan->from; from < at; from++) {
        unsigned length = scan_length(scan, from, LIST_SLIP);
        bool pause = length > 0 && scan_is_mark(scan, from + length, ",.;:-!\n");
        if (pause && is_bare(scan, from + length, at))
            return (int)named->option[0];
    }
    return REPLY_NOBODY;
}

static int chosen(const struct reply_scan *scan, const struct named *named)
{
    unsigned distinct = 1;
    for (unsigned i = 1; i < named->count; i++)
        distinct += named->option[i] != named->option[i - 1];
    bool denied = distinct == 1 && named->count > 1;
    if (distinct > 2 || denied)
        return denied && !scan_holds(scan, scan->from, scan->to, LIST_NOT) &&
                       leads_to(scan, scan->from, named->from[0], LIST_CHANGE)
                   ? (int)named->option[0]
                   : REPLY_NOBODY;
    return distinct == 1 ? chosen_of_one(scan, named) : chosen_of_two(scan, named);
}

static void take(int option, struct reply_found *found)
{
    *found = (struct reply_found){.state = FOUND_DOUBT, .rule = "R9 correction"};
    if (option == REPLY_NOBODY)
        return;
    found->state = FOUND_ANSWER;
    found->rule = "R9 corrected";
    found->count = 1;
    found->option[0] = (unsigned)option;
}

/* Several may be chosen: what stands behind the last word of correction is the new set. */
static void read_set(const struct reply_scan *scan, struct reply_found *found)
{
    unsigned behind = 0;
    for (unsigned at = scan->from; at < scan->to; at++) {
        unsigned length = MAX(scan_length(scan, at, LIST_CHANGE), scan_length(scan, at, LIST_SLIP));
        bool slip = scan_length(scan, at, LIST_CHANGE) < length;
        if (length > 0 &&
            (!slip || scan_is_mark(scan, at + length, ",.;:-!\n") || at == scan->from))
            behind = at + length;
    }
    struct reply_scan rest = *scan;
    rest.from = behind;
    if (behind > 0 && behind < scan->to && !scan_holds(scan, scan->from, scan->to, LIST_NOT) &&
        !scan_holds(scan, scan->from, scan->to, LIST_PAST))
        reply_options_read(&rest, found);
    if (found->state == FOUND_ANSWER)
        found->rule = "R9 corrected";
    else
        *found = (struct reply_found){.state = FOUND_DOUBT, .rule = "R9 correction"};
}

/* A no that belongs to no option and denies none: "không đổi sang 2". */
static bool is_negated(const struct reply_scan *scan, const struct named *named)
{
    for (unsigned at = scan->from; at < scan->to; at++) {
        unsigned not_length =
            MAX(scan_length(scan, at, LIST_NOT), scan_length(scan, at, LIST_RIGHT));
        bool inside = false;
        for (unsigned i = 0; i < named->count; i++)
            inside = inside || (named->from[i] <= at && at < named->to[i]);
        if (not_length > 0) {
            at += not_length - 1;
            continue;
        }
        bool denies =
            scan_length(scan, at, LIST_NO) > 0 ||
            (scan_length(scan, at, LIST_START) > 0 && scan_length(scan, at, LIST_END) == 0);
        if (denies && !inside)
            return true;
    }
    return false;
}

static bool is_doubted(const struct reply_scan *scan)
{
    return scan_holds(scan, scan->from, scan->to, LIST_HEDGE) ||
           scan_holds(scan, scan->from, scan->to, LIST_BOTH) ||
           scan_holds(scan, scan->from, scan->to, LIST_EITHER) ||
           reply_sense_asks(scan, scan->from, scan->to);
}

/* The label "không lấy" corrects nothing, nor does "con lớn". */
static bool is_inside(const struct named *named, unsigned at, unsigned length)
{
    for (unsigned i = 0; i < named->count; i++)
        if (named->from[i] <= at && at + length <= named->to[i])
            return true;
    return false;
}

/* What can only be a correction, and what is one only between two options. */
static bool is_spoken(const struct reply_scan *scan, const struct named *named)
{
    static const enum reply_list firm[] = {LIST_SLIP, LIST_CHANGE, LIST_NOT};
    for (unsigned at = scan->from; at < scan->to; at++)
        for (size_t i = 0; i < G_N_ELEMENTS(firm); i++) {
            unsigned length = scan_length(scan, at, firm[i]);
            if (length > 0 && !is_inside(named, at, length))
                return named->count > 0;
        }
    bool two = false;
    for (unsigned i = 1; i < named->count; i++)
        two = two || named->option[i] != named->option[0];
    bool swapped = scan_holds(scan, scan->from, scan->to, LIST_SWAP) &&
                   scan_holds(scan, scan->from, scan->to, LIST_TO);
    return two && scan_asked(scan)->config->kind == QUESTION_CHOICE &&
           (swapped || scan_holds(scan, scan->from, scan->to, LIST_RIGHT));
}

bool reply_correction_read(const struct reply_scan *scan, struct reply_found *retfound)
{
    struct named named = {0};
    bool clear = collect(scan, &named);
    if (!is_spoken(scan, &named))
        return false;
    bool denied = named.count == 2 && leads_to(scan, scan->from, named.from[0], LIST_NOT) &&
                  leads_to(scan, named.to[0], named.from[1], LIST_BUT);
    if (scan_asked(scan)->config->kind == QUESTION_CHOICES && !denied) {
        read_set(scan, retfound);
        return true;
    }
    int option = clear && !is_doubted(scan) && !is_negated(scan, &named) ? chosen(scan, &named)
                                                                         : REPLY_NOBODY;
    take(option, retfound);
    return true;
}
