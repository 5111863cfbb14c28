// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds where an opinion begins and what it says, tells questions and machines. Whether there is an
 * answer before an opinion is for the caller to see. */
#include "campaigns/reply_opinion.h"

#include "campaigns/reply_sense.h"

#include <string.h>

enum { QUESTION_SYLLABLES = 5 }; /* R12 */

static bool only_polite(const struct reply_scan *scan, unsigned from, unsigned to, bool leads)
{
    while (from < to) {
        unsigned length =
            MAX(scan_length(scan, from, LIST_FRONT), scan_length(scan, from, LIST_END));
        if (leads)
            length = MAX(length, MAX(scan_length(scan, from, LIST_LEAD),
                                     scan_length(scan, from, LIST_CALL)));
        if (length == 0 && scan_word(scan, from)->kind != REPLY_MARK)
            return false;
        from += MAX(length, 1);
    }
    return true;
}

/* "không có ý kiến": the keyword belongs to a phrase that says nothing. */
static bool is_denied(const struct reply_scan *scan, unsigned at)
{
    for (unsigned back = 1; back < REPLY_PHRASE_MAX && scan->from + back <= at; back++)
        if (scan_length(scan, at - back, LIST_SILENT) > back)
            return true;
    return false;
}

static char *content(const struct reply_scan *scan, unsigned at)
{
    while (at < scan->words->count && scan_word(scan, at)->kind == REPLY_MARK)
        at++;
    if (at >= scan->words->count || only_polite(scan, at, scan->to, false))
        return NULL;
    return g_strchomp(g_strdup(scan->text + scan_word(scan, at)->start));
}

bool reply_opinion_is_plain(const struct reply_scan *scan, unsigned keyword)
{
    unsigned behind = keyword + scan_length(scan, keyword, LIST_OPINION);
    bool capitals =
        scan_word(scan, keyword)->capitals && scan_length(scan, keyword, LIST_OPINION) == 1;
    return capitals || scan_is_mark(scan, behind, ":-=") ||
           (keyword > scan->from && scan_is_mark(scan, keyword - 1, ",.;:\n-"));
}

bool reply_opinion_find(const struct reply_scan *scan, unsigned from,
                        struct reply_spoken *retspoken)
{
    for (unsigned at = from; at < scan->to; at++) {
        unsigned length = scan_length(scan, at, LIST_OPINION);
        if (length == 0 || is_denied(scan, at))
            continue;
        *retspoken = (struct reply_spoken){
            .keyword = at,
            .alone = only_polite(scan, scan->from, at, true),
            .text = content(scan, at + length),
        };
        return true;
    }
    return false;
}

static bool begins_question(const struct reply_scan *scan)
{
    unsigned at = scan->from;
    while (at < scan->to && scan_length(scan, at, LIST_QUESTION) == 0) {
        unsigned polite = MAX(scan_length(scan, at, LIST_FRONT), scan_length(scan, at, LIST_END));
        polite = MAX(polite, scan_length(scan, at, LIST_CALL));
        polite = MAX(polite, scan_length(scan, at, LIST_LEAD));
        if (polite == 0 && scan_word(scan, at)->kind != REPLY_MARK)
            return false;
        at += MAX(polite, 1);
    }
    return at < scan->to;
}

/* "cho em hỏi" in the midst of a text asks too. */
static bool holds_question(const struct reply_scan *scan)
{
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_length(scan, at, LIST_QUESTION) > 1 &&
            strcmp(scan_word(scan, at + scan_length(scan, at, LIST_QUESTION) - 1)->spelling.letters,
                   "hoi") == 0)
            return true;
    return false;
}

bool reply_opinion_asks(const struct reply_scan *scan)
{
    struct reply_scan inner = *scan;
    bool words = false;
    scan_strip(&inner);
    for (unsigned at = scan->from; at < scan->to; at++)
        words = words || scan_is_word(scan, at);
    for (unsigned at = scan->from; at < scan->to && words; at++)
        if (scan_is_mark(scan, at, "?"))
            return true;
    if (begins_question(scan) || holds_question(scan))
        return true;
    return scan_content(scan) >= QUESTION_SYLLABLES &&
           reply_sense_asks(&inner, inner.from, inner.to);
}

bool reply_opinion_echoes(const struct reply_scan *scan)
{
    unsigned at = scan->from;
    while (at < scan->to && scan_word(scan, at)->kind == REPLY_MARK &&
           (scan_word(scan, at)->spelling.letters[0] & 0x80) != 0)
        at++; /* 👍 to “…” */
    return scan_length(scan, at, LIST_TAPBACK) > 0;
}

const char *reply_opinion_robot(const struct reply_scan *scan)
{
    if (reply_opinion_echoes(scan))
        return "R21 tapback";
    return scan_holds(scan, scan->from, scan->to, LIST_ROBOT) ? "R21 automatic answer" : NULL;
}
