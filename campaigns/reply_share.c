// SPDX-License-Identifier: GPL-2.0-or-later
/* Shares out a text among the questions of a campaign: a keyword gives what follows to its
 * question; of the others, one alone may recognise itself, or as many codes as questions stand in
 * their order. Two candidates make a reply unclear. */
#include "campaigns/reply_share.h"

#include "campaigns/reply_correction.h"
#include "campaigns/reply_numbers.h"
#include "campaigns/reply_options.h"
#include "campaigns/reply_sense.h"

enum { BOTH_SYLLABLES = 12 };

/* --- Asking one question -------------------------------------------------------------------- */

static void ask_choice(const struct reply_scan *scan, struct reply_found *found)
{
    bool both = scan_syllables(scan, scan->from, scan->to) <= BOTH_SYLLABLES &&
                scan_holds(scan, scan->from, scan->to, LIST_BOTH);
    if (both) {
        *found = (struct reply_found){.state = FOUND_DOUBT, .rule = "R9 both"};
        return;
    }
    if (reply_correction_read(scan, found))
        return;
    reply_options_read(scan, found);
    if (found->state != FOUND_NOTHING)
        return;
    struct reply_found sensed = {.rule = NULL};
    reply_sense_read(scan, &sensed);
    if (sensed.state != FOUND_NOTHING || found->rule == NULL)
        *found = sensed;
}

static bool holds_number(const struct reply_scan *scan)
{
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_number(scan, at))
            return true;
    return false;
}

static void ask(const struct reply_scan *whole, unsigned question, bool keyed,
                struct reply_found *found)
{
    struct reply_scan scan = *whole;
    scan.question = question;
    *found = (struct reply_found){.state = FOUND_NOTHING};
    switch ((enum question_kind)scan_asked(&scan)->config->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        ask_choice(&scan, found);
        return;
    case QUESTION_HEADCOUNT:
        reply_numbers_heads(&scan, keyed, found);
        return;
    case QUESTION_NUMBERS:
        if (keyed || scan.reader->turn || holds_number(&scan))
            reply_numbers_read(&scan, keyed, found);
        return;
    case QUESTION_TEXT:
        if (keyed && scan.from < scan.to)
            *found = (struct reply_found){.state = FOUND_ANSWER, .rule = "R5 free text"};
        return;
    }
}

/* --- Questions without keywords ------------------------------------------------------------- */

struct share {
    struct reply_found *found; /* by question */
    const char *rule;
    unsigned answers, doubts;
    unsigned lost; /* keywords with something behind that is no answer */
    const char *doubt;
};

static void put(struct share *share, unsigned question, const struct reply_found *found)
{
    share->found[question] = *found;
    if (found->state == FOUND_ANSWER) {
        if (share->rule == NULL || !reply_rule_looks(share->rule))
            share->rule = found->rule;
        share->answers++;
    } else if (found->state == FOUND_DOUBT) {
        share->doubt = found->rule;
        share->doubts++;
    } else if (share->doubt == NULL && share->rule == NULL) {
        share->rule = found->rule;
    }
}

/* What stands at `at`, as the answer to the question in its place; the words it takes, 0: none. */
static unsigned take_in_place(const struct reply_scan *scan, unsigned at, unsigned question,
                              struct reply_found *found)
{
    struct reply_scan part = *scan;
    struct reply_item item;
    part.question = question;
    part.from = at;
    part.to = MIN(at + 1, scan->to);
    if (scan_asked(&part)->config->kind == QUESTION_HEADCOUNT) {
        reply_numbers_heads(&part, true, found);
        return found->state == FOUND_ANSWER ? 1 + scan_length(scan, at + 1, LIST_PERSON) : 0;
    }
    if (at >= scan->to || !reply_options_item(&part, at, &item) || item.what == WHAT_LABEL)
        return 0;
    *found = (struct reply_found){
        .state = FOUND_ANSWER, .rule = "R5 by position", .count = 1, .option = {item.option[0]}};
    return 1;
}

/* "1 2 5": as many codes and head counts as there are such questions, each fit for the question in
 * its place. Where all of them are answered so, none waits for its keyword. */
static bool ask_by_position(const struct reply_scan *scan, bool all, struct share *share)
{
    const GArray *asked = scan->reader->asked;
    struct reply_found found[REPLY_QUESTIONS_MAX];
    unsigned at = scan->from, count = 0;
    for (guint q = 0; q < asked->len; q++) {
        const struct reply_asked *one = &g_array_index(asked, struct reply_asked, q);
        bool choice = one->config->kind == QUESTION_CHOICE || one->config->kind == QUESTION_CHOICES;
        bool placed = choice || (all && one->config->kind == QUESTION_HEADCOUNT);
        found[q] = (struct reply_found){.state = FOUND_NOTHING};
        if (!placed || (one->keyed && !all))
            continue;
        unsigned length = take_in_place(scan, at, q, &found[q]);
        if (length == 0)
            return false;
        count++;
        at += length;
        while (scan_is_mark(scan, at, ",;\n/+"))
            at++;
    }
    bool behind = at == scan->to || scan_is_polite_end(scan, at) || scan_is_signature(scan, at);
    if (count < 2 || !behind)
        return false;
    for (guint q = 0; q < asked->len; q++)
        put(share, q, &found[q]);
    return true;
}

static void ask_open(const struct reply_scan *whole, struct share *share)
{
    struct reply_scan scan = *whole;
    const GArray *asked = scan.reader->asked;
    struct reply_scan stripped = scan;
    scan_strip(&stripped);
    scan.from = stripped.from;
    if (ask_by_position(&scan, true, share) || ask_by_position(&scan, false, share))
        return;
    scan = *whole;
    for (guint q = 0; q < asked->len; q++) {
        const struct reply_asked *one = &g_array_index(asked, struct reply_asked, q);
        struct reply_found found;
        if (one->keyed && one->config->kind != QUESTION_HEADCOUNT) /* "2 người" needs none */
            continue;
        ask(&scan, q, false, &found);
        put(share, q, &found);
    }
    if (share->answers > 1 || (share->answers == 1 && share->doubts > 0)) {
        share->doubts++;
        share->doubt = "R9 several questions";
    }
}

/* --- Keywords ------------------------------------------------------------------------------- */

/* Whether the mention opens the answer to its question: "7 h" is no keyword H. */
static bool opens(const struct reply_scan *scan, const struct reply_mention *mention)
{
    bool counted = mention->from > scan->from && scan_is_number(scan, mention->from - 1) &&
                   scan_word(scan, mention->from)->glued;
    return mention->phrase->list == LIST_KEYWORD && mention->from >= scan->from &&
           mention->to <= scan->to && !counted;
}

static unsigned next_keyword(const struct reply_scan *scan, unsigned from,
                             const struct reply_mention **retmention)
{
    *retmention = NULL;
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from >= from && opens(scan, mention)) {
            *retmention = mention;
            return mention->from;
        }
    }
    return scan->to;
}

/* "sửa lại: BC …", "xã Thạch Hà: BC …": nothing in it could change what follows. */
static bool is_preface(const struct reply_scan *scan)
{
    static const enum reply_list lists[] = {LIST_NO,       LIST_HEDGE, LIST_ASKING,
                                            LIST_QUESTION, LIST_START, LIST_PAST};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (scan_holds(scan, scan->from, scan->to, lists[i]))
            return false;
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_number(scan, at) && !scan_is_quantity(scan, at))
            return false;
    return true;
}

static bool corrects(const struct reply_scan *scan, unsigned from, unsigned to)
{
    return scan_holds(scan, from, to, LIST_SLIP) || scan_holds(scan, from, to, LIST_CHANGE);
}

static void ask_keyed(const struct reply_scan *scan, const struct reply_mention *first,
                      struct share *share)
{
    const struct reply_mention *mention = first;
    while (mention != NULL) {
        const struct reply_mention *next;
        struct reply_scan part = *scan;
        struct reply_found found;
        part.from = mention->to;
        part.to = next_keyword(scan, mention->to, &next);
        unsigned question = mention->phrase->owner;
        bool again = next != NULL && next->phrase->owner == question;
        if (again && corrects(scan, part.from, part.to)) {
            mention = next; /* the last one counts */
            continue;
        }
        ask(&part, question, true, &found);
        share->lost += found.state == FOUND_NOTHING;
        if (share->found[question].state != FOUND_NOTHING || again) {
            found.state = FOUND_DOUBT;
            found.rule = "R9 twice";
        }
        put(share, question, &found);
        mention = next;
    }
}

bool reply_share_called(const struct reply_scan *scan)
{
    const struct reply_mention *first;
    struct reply_scan before = *scan;
    before.to = next_keyword(scan, scan->from, &first);
    scan_strip(&before);
    return first != NULL && (before.from >= before.to || is_preface(&before));
}

const char *reply_share_ask(const struct reply_scan *scan, struct reply_found *found,
                            enum reply_state *retstate)
{
    struct share share = {.found = found};
    const struct reply_mention *first;
    struct reply_scan before = *scan;
    for (guint q = 0; q < scan->reader->asked->len; q++)
        found[q] = (struct reply_found){.state = FOUND_NOTHING};
    for (unsigned at = scan->from; at < scan->to; at++) {
        if (!scan_is_mark(scan, at, "?"))
            continue;
        *retstate = FOUND_DOUBT;
        return "R12 question";
    }
    before.to = next_keyword(scan, scan->from, &first);
    struct reply_scan bare = before;
    scan_strip(&bare);
    if (first == NULL || bare.from < bare.to)
        ask_open(&before, &share);
    bool lost = first != NULL && share.answers == 0 && bare.from < bare.to && !is_preface(&bare);
    if (first != NULL)
        ask_keyed(scan, first, &share);
    if ((lost || share.lost > 0) && share.answers > 0) {
        share.doubts++;
        share.doubt = "R7 more words";
    }
    *retstate = share.doubts > 0 ? FOUND_DOUBT : share.answers > 0 ? FOUND_ANSWER : FOUND_NOTHING;
    return share.doubts > 0 ? share.doubt : share.rule;
}
