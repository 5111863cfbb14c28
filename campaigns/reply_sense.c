// SPDX-License-Identifier: GPL-2.0-or-later
/* A yes or no counts only where it is the whole answer, made of nothing but words of the lexicon,
 * adverbs and the verbs that the question is about. Negation wins (R11); a negation behind the
 * verb asks. Only an option that alone has the sense is meant (R10). */
#include "campaigns/reply_sense.h"

#include "campaigns/reply_remark.h"

#include <string.h>

struct parts {
    bool yes, no, verb;
    bool asks;
};

/* The longest verb at `at` that the question is about. */
static unsigned verb_length(const struct reply_scan *scan, unsigned at)
{
    unsigned longest = 0;
    if (scan_length(scan, at, LIST_VERB) == 0)
        return 0;
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        bool here = mention->from == at && mention->phrase->list == LIST_VERB;
        if (here && mention->to <= scan->to &&
            (scan_asked(scan)->verbs >> mention->phrase->owner & 1) != 0)
            longest = MAX(longest, mention->to - at);
    }
    return longest;
}

/* One phrase of the expression; its length, 0: no part of one. */
static unsigned take_part(const struct reply_scan *scan, unsigned at, struct parts *parts)
{
    unsigned no = scan_length(scan, at, LIST_NO), yes = scan_length(scan, at, LIST_YES);
    unsigned verb = verb_length(scan, at), adverb = scan_length(scan, at, LIST_ADVERB);
    unsigned polite = scan_length(scan, at, LIST_END);
    unsigned longest = MAX(MAX(no, yes), MAX(verb, adverb));
    if (longest == 0 && scan_length(scan, at, LIST_AFTER_NO) > 0 && parts->no)
        return scan_length(scan, at, LIST_AFTER_NO);
    if (longest == 0 ||
        (longest == adverb && adverb == 1 && (scan->sight->lengths[at][LIST_OPTION] & 1) != 0))
        return longest == 0 && (parts->yes || parts->no || parts->verb) ? polite : 0;
    if (no == longest) {
        parts->asks = parts->asks || parts->yes || parts->verb || parts->no;
        parts->no = true;
    } else if (yes == longest && verb < yes) {
        parts->asks = parts->asks || parts->no;
        parts->yes = true;
    } else if (verb == longest) {
        parts->verb = true;
    }
    return longest;
}

static enum reply_sense sense_of(const struct parts *parts)
{
    if (parts->asks)
        return REPLY_ASKS;
    return parts->no ? REPLY_NO : parts->yes ? REPLY_YES : REPLY_NEITHER;
}

/* Politeness before, marks behind: polite words behind may belong to a phrase ("đúng vậy"). */
static void strip_front(struct reply_scan *scan)
{
    struct reply_scan stripped = *scan;
    scan_strip(&stripped);
    scan->from = stripped.from < stripped.to ? stripped.from : scan->from;
    while (scan->to > scan->from && scan_word(scan, scan->to - 1)->kind == REPLY_MARK)
        scan->to--;
}

enum reply_sense reply_sense_of(const struct reply_scan *scan, unsigned from, unsigned to)
{
    struct reply_scan inner = *scan;
    struct parts parts = {0};
    inner.from = from;
    inner.to = to;
    strip_front(&inner);
    for (unsigned at = inner.from; at < inner.to;) {
        unsigned length = take_part(&inner, at, &parts);
        if (length == 0)
            return REPLY_NEITHER;
        at += length;
    }
    return sense_of(&parts);
}

/* Where the yes or no ends that begins at `from`; `from`: there is none. */
static unsigned leading(const struct reply_scan *scan, unsigned from, struct parts *parts)
{
    unsigned at = from;
    while (at < scan->to) {
        unsigned length = take_part(scan, at, parts);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

/* "bận việc nên không": what excuses a no. */
static bool skip_excuse(struct reply_scan *scan)
{
    unsigned from = scan->from;
    while (scan_length(scan, from, LIST_BUSY) > 0 ||
           (from > scan->from &&
            (scan_length(scan, from, LIST_REASON) > 0 || scan_is_mark(scan, from, ",.;:-\n") ||
             scan_length(scan, from, LIST_POLITE_END) > 0 ||
             scan_length(scan, from, LIST_POLITE_FRONT) > 0)))
        from +=
            MAX(MAX(MAX(scan_length(scan, from, LIST_BUSY), scan_length(scan, from, LIST_REASON)),
                    scan_length(scan, from, LIST_POLITE_END)),
                1);
    bool excused = from > scan->from;
    scan->from = from;
    return excused;
}

/* "nhà tôi", "gia đình em". */
static void skip_lead(struct reply_scan *scan)
{
    unsigned length = scan_length(scan, scan->from, LIST_LEAD);
    if (length > 1)
        scan->from += length;
}

bool reply_sense_refuses(const struct reply_scan *scan)
{
    struct reply_scan inner = *scan;
    struct parts parts = {0};
    if (scan_holds(scan, scan->from, scan->to, LIST_OTHERS))
        return false;
    strip_front(&inner);
    skip_lead(&inner);
    skip_excuse(&inner);
    return inner.from < inner.to && leading(&inner, inner.from, &parts) == inner.to && parts.verb &&
           sense_of(&parts) == REPLY_NO;
}

bool reply_sense_asks(const struct reply_scan *scan, unsigned from, unsigned to)
{
    struct reply_scan inner = *scan;
    inner.from = from;
    inner.to = to;
    while (inner.to > from && (scan_word(&inner, inner.to - 1)->kind == REPLY_MARK ||
                               scan_ends(&inner, inner.to, LIST_END)))
        inner.to--;
    bool glued = inner.to > from + 1 && scan_word(&inner, inner.to - 1)->glued &&
                 scan_is_number(&inner, inner.to - 2); /* 35k */
    return inner.to > from && !glued && scan_length(&inner, inner.to - 1, LIST_NO) == 1;
}

static void take(const struct reply_scan *scan, enum reply_sense sense, struct reply_found *found)
{
    const struct reply_asked *asked = scan_asked(scan);
    int option = sense == REPLY_YES ? asked->yes : asked->no;
    if (option == REPLY_NOBODY) {
        found->state = FOUND_NOTHING;
        found->rule = "R10 no option or several of that sense";
        return;
    }
    found->state = FOUND_ANSWER;
    found->count = 1;
    found->option[0] = (unsigned)option;
    found->rule = sense == REPLY_YES ? "R10 yes" : "R10 no";
}

/* "không A": the letter is no particle. */
static bool names_letter(const struct reply_scan *scan)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from < scan->from || mention->to > scan->to ||
            mention->phrase->list != LIST_OPTION || mention->phrase->what != WHAT_CODE)
            continue;
        const struct reply_option *option = scan_option(scan, mention->phrase->owner);
        if (option->letter && !option->addon && option->question == scan->question &&
            scan_word(scan, mention->from)->capital)
            return true;
    }
    return false;
}

/* "không cần tư vấn": what is declined is the add-on, not the question. */
static bool declines_addon(const struct reply_scan *scan)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        bool inside = mention->from > scan->from && mention->to <= scan->to &&
                      mention->phrase->list == LIST_OPTION;
        if (!inside || !scan_option(scan, mention->phrase->owner)->addon)
            continue;
        bool parted = false;
        for (unsigned at = scan->from; at < mention->from; at++)
            parted = parted || scan_word(scan, at)->kind == REPLY_MARK;
        if (!parted)
            return true;
    }
    return false;
}

/* "không hoàn toàn", and "chưa có thể", which without marks is "chưa có thẻ" too. */
static bool is_hedged(const struct reply_scan *scan, unsigned to)
{
    for (unsigned at = scan->from; at < to; at++)
        if (scan_length(scan, at, LIST_HEDGE) > 1)
            return true;
    return false;
}

/* "co oi khong": of what looks like politeness a word is a label too. */
static bool hides_label(const struct reply_scan *scan, unsigned to)
{
    for (unsigned i = 0; i < scan->sight->mentions && scan->words->ascii; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        bool label = mention->phrase->list == LIST_OPTION &&
                     (mention->phrase->what == WHAT_LABEL || mention->phrase->what == WHAT_ALIAS);
        if (label && mention->from >= scan->from && mention->to <= to)
            return true;
    }
    return false;
}

/* "co oi" is "cô ơi" before it is "có ơi". */
static bool is_call(const struct reply_scan *scan)
{
    struct reply_scan stripped = *scan;
    scan_strip(&stripped);
    return stripped.from >= stripped.to && scan_length(scan, scan->from, LIST_FRONT) > 1;
}

void reply_sense_read(const struct reply_scan *scan, struct reply_found *retfound)
{
    struct parts parts = {0};
    struct reply_scan inner = *scan;
    if (scan_holds(scan, scan->from, scan->to, LIST_OTHERS) || names_letter(scan))
        return;
    strip_front(&inner);
    bool called = scan_is_titled(scan, scan->from) ||
                  (inner.from > scan->from && scan_is_titled(scan, inner.from - 1));
    if (called || is_call(scan) || hides_label(scan, inner.from))
        return;
    bool excused = skip_excuse(&inner);
    unsigned to = leading(&inner, inner.from, &parts);
    enum reply_sense sense = to == inner.from ? REPLY_NEITHER : sense_of(&parts);
    if (sense == REPLY_NEITHER || (excused && sense != REPLY_NO))
        return;
    if (is_hedged(&inner, to)) {
        *retfound = (struct reply_found){.state = FOUND_DOUBT, .rule = "R7 a condition"};
        return;
    }
    bool later = sense == REPLY_YES && scan_asked(scan)->done &&
                 scan_holds(scan, scan->from, scan->to, LIST_FUTURE);
    if (later) {
        *retfound = (struct reply_found){.rule = "R7 not done yet"};
        return;
    }
    if (sense == REPLY_ASKS) {
        retfound->rule = "R11 yes and no";
        retfound->state = to == inner.to ? FOUND_DOUBT : FOUND_NOTHING;
        return;
    }
    if (sense == REPLY_NO && declines_addon(&inner)) {
        *retfound = (struct reply_found){.state = FOUND_DOUBT, .rule = "R11 add-on declined"};
        return;
    }
    /* "co Mai Anh" may call a teacher. */
    bool plain = to - inner.from > 1 || !scan->words->ascii;
    bool follows = scan_is_mark(&inner, to, ",.;:-!(\n") ||
                   (plain && scan_is_signature(&inner, to)) ||
                   scan_length(&inner, to, LIST_BECAUSE) > 0;
    if (to < inner.to && !follows)
        return;
    take(&inner, sense, retfound);
    if (retfound->state != FOUND_ANSWER || to == inner.to)
        return;
    struct reply_remark remark = {to, REMARK_AFTER_WORDS, sense};
    const char *doubt = reply_remark_doubt(&inner, &remark, retfound);
    if (doubt != NULL)
        *retfound = (struct reply_found){.state = FOUND_NOTHING, .rule = doubt};
}
