// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what stands behind an answer. It must begin as remarks begin: "1 bao phân" is no answer and
 * a remark, even where nobody thought of that count noun. */
#include "campaigns/reply_remark.h"

#include "campaigns/reply_options.h"
#include "campaigns/reply_sense.h"

#include <string.h>

enum { TELEPHONE = 9 };         /* digits */
enum { WORDS_AFTER_WORDS = 9 }; /* a longer story behind a label is an opinion, not a vote */

static bool begins_anywhere(const struct reply_scan *scan, unsigned at)
{
    const struct reply_word *word = scan_word(scan, at);
    return (word->kind == REPLY_MARK && (!scan_is_mark(scan, at, "%+@/") || at + 1 == scan->to)) ||
           scan_length(scan, at, LIST_BECAUSE) > 0;
}

static bool begins_after_code(const struct reply_scan *scan, unsigned at)
{
    const struct reply_word *word = scan_word(scan, at);
    bool tribal = word->capital && scan_is_mark(scan, at + 1, "'"); /* H'Hen Niê */
    bool name = word->kind == REPLY_WORD && word->capital && (!word->capitals || tribal);
    bool telephone = word->kind == REPLY_NUMBER && strlen(word->spelling.letters) >= TELEPHONE;
    return name || telephone || scan_may_sign(scan, at) || scan_length(scan, at, LIST_NO) > 0 ||
           scan_length(scan, at, LIST_REMARK) > 0 || scan_length(scan, at, LIST_END) > 0 ||
           scan_length(scan, at, LIST_FRONT) > 0 || scan_length(scan, at, LIST_SLIP) > 0 ||
           scan_length(scan, at, LIST_SILENT) > 0 || scan_length(scan, at, LIST_RIGHT) > 0 ||
           reply_sense_of(scan, at, scan->to) != REPLY_NEITHER;
}

static bool begins_well(const struct reply_scan *scan, const struct reply_remark *remark)
{
    unsigned at = remark->from;
    if (scan_length(scan, at, LIST_END) > 0 && remark->after != REMARK_AFTER_LETTER)
        return true;
    if (scan_length(scan, at, LIST_AFTER_NO) > 0 && remark->sense == REPLY_NO)
        return true; /* "không vay đâu" */
    switch (remark->after) {
    case REMARK_AFTER_CODE:
        return begins_anywhere(scan, at) || begins_after_code(scan, at);
    case REMARK_AFTER_LETTER:
        return begins_anywhere(scan, at) || scan_length(scan, at, LIST_LETTER) > 0 ||
               scan_is_polite_end(scan, at);
    case REMARK_AFTER_WORDS:
        return begins_anywhere(scan, at) || scan_length(scan, at, LIST_REMARK) > 0 ||
               scan_is_signature(scan, at);
    }
    return false;
}

static bool is_found(const struct reply_found *found, unsigned option)
{
    for (unsigned i = 0; i < found->count; i++)
        if (found->option[i] == option)
            return true;
    return false;
}

/* "1 TV" wants it, "1 không cần TV" does not, "1 TV xã" may be anything. */
static void take_addon(const struct reply_scan *scan, const struct reply_mention *mention,
                       struct reply_found *found)
{
    unsigned from = mention->from;
    for (unsigned back = 0; back < 3 && from > scan->from; back++, from--)
        if (scan_word(scan, from - 1)->kind == REPLY_MARK)
            break;
    if (scan_holds(scan, from, mention->from, LIST_NO) || is_found(found, mention->phrase->owner) ||
        found->count == REPLY_FOUND_MAX)
        return;
    found->option[found->count++] = mention->phrase->owner;
}

/* Another option of the question at `at`, in a form that can mean it. */
static const char *other_option(const struct reply_scan *scan, const struct reply_remark *remark,
                                unsigned at, struct reply_found *found)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        const struct reply_phrase *phrase = mention->phrase;
        if (mention->from != at || mention->to > scan->to || phrase->list != LIST_OPTION)
            continue;
        const struct reply_option *option = scan_option(scan, phrase->owner);
        if (option->question != scan->question || is_found(found, phrase->owner))
            continue;
        if (option->addon) {
            take_addon(scan, mention, found);
            continue;
        }
        bool word = phrase->what == WHAT_LABEL || phrase->what == WHAT_ALIAS;
        bool clause = at == remark->from || scan_is_mark(scan, at - 1, ",.;:(\n");
        bool particle =
            scan_length(scan, at, LIST_END) > 0 || scan_length(scan, at, LIST_FRONT) > 0;
        bool letter = option->letter && phrase->what == WHAT_CODE && clause &&
                      (scan_word(scan, at)->capital || !particle);
        bool second = option->letter && phrase->what == WHAT_CODE &&
                      remark->after == REMARK_AFTER_LETTER && scan_word(scan, at)->capital &&
                      scan_length(scan, at + 1, LIST_CALL) == 0; /* A cho đứa lớn B cho đứa nhỏ */
        bool told = phrase->syllables > 1 || remark->after == REMARK_AFTER_WORDS || clause;
        if ((word && told && !scan_is_signature(scan, at)) || letter || second)
            return "R9 several options";
    }
    return NULL;
}

/* The number is the code that was chosen, once more. */
static bool repeats(const struct reply_scan *scan, unsigned at, const struct reply_found *found)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from == at && mention->phrase->list == LIST_OPTION &&
            mention->phrase->what == WHAT_CODE && is_found(found, mention->phrase->owner))
            return true;
    }
    return false;
}

/* Inside a mention of what was chosen: the numbers of "19/6". */
static bool belongs(const struct reply_scan *scan, unsigned at, const struct reply_found *found)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from <= at && at < mention->to && mention->phrase->list == LIST_OPTION &&
            mention->phrase->count > 1 && is_found(found, mention->phrase->owner))
            return true;
    }
    return false;
}

/* A day that is none of the chosen option's, where options are days. */
static bool is_other_day(const struct reply_scan *scan, unsigned at)
{
    return scan_asked(scan)->dated && scan_is_number(scan, at) && scan_is_mark(scan, at + 1, "/") &&
           scan_is_number(scan, at + 2);
}

/* The number is the code of an option: "1 tôi, 2 vợ tôi". */
static bool names_option(const struct reply_scan *scan, unsigned at)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from == at && mention->phrase->list == LIST_OPTION &&
            mention->phrase->count == 1 &&
            scan_option(scan, mention->phrase->owner)->question == scan->question)
            return true;
    }
    return false;
}

static const char *number_doubt(const struct reply_scan *scan, unsigned at,
                                const struct reply_found *found)
{
    if (!scan_is_number(scan, at) || belongs(scan, at, found) || repeats(scan, at, found))
        return NULL;
    if (is_other_day(scan, at))
        return "R9 another day";
    bool clause = at > scan->from && scan_is_mark(scan, at - 1, ",.;:(\n");
    bool placed = scan_ends(scan, at, LIST_PLACE);
    if (clause && !placed && names_option(scan, at))
        return "R9 another number";
    return scan_is_quantity(scan, at) ? NULL : "R9 another number";
}

static const char *word_doubt(const struct reply_scan *scan, const struct reply_remark *remark,
                              unsigned at)
{
    static const struct {
        enum reply_list list;
        const char *rule;
        bool after_words; /* only there */
    } lists[] = {
        {LIST_HEDGE, "R7 a condition", false},      {LIST_BOTH, "R9 both", false},
        {LIST_SLIP, "R9 correction", false},        {LIST_CHANGE, "R9 correction", false},
        {LIST_ASKING, "R12 question", false},       {LIST_OPTOUT, "R6 and an answer", false},
        {LIST_OTHERS, "R18 somebody else", true},   {LIST_OTHER_THING, "R7 another thing", true},
        {LIST_OPINION, "R13 and an opinion", true}, {LIST_AGAINST, "R7 a condition", true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (scan_length(scan, at, lists[i].list) > 0 &&
            (!lists[i].after_words || remark->after == REMARK_AFTER_WORDS))
            return lists[i].rule;
    return NULL;
}

/* "19/6 em bận": no yes to that day. */
static bool is_excuse(const struct reply_scan *scan, unsigned at)
{
    while (at < scan->to && scan_length(scan, at, LIST_BUSY) == 0) {
        unsigned polite = MAX(scan_length(scan, at, LIST_FRONT), scan_length(scan, at, LIST_LEAD));
        if (polite == 0 && !scan_is_mark(scan, at, ",:-"))
            return false;
        at += MAX(polite, 1);
    }
    return at < scan->to;
}

/* "2 đồng ý" where 2 is no, "1 không". */
static const char *sense_doubt(const struct reply_scan *scan, const struct reply_remark *remark,
                               const struct reply_found *found)
{
    enum reply_sense sense = reply_sense_of(scan, remark->from, scan->to);
    int own = found->count > 0 ? scan_option(scan, found->option[0])->config->sense : SENSE_NONE;
    if (sense == REPLY_ASKS)
        return "R12 question";
    if (own != SENSE_NO && is_excuse(scan, remark->from))
        return "R11 code and word differ";
    if ((sense == REPLY_YES && own == SENSE_NO) || (sense == REPLY_NO && own != SENSE_NO))
        return "R11 code and word differ";
    if (reply_sense_asks(scan, remark->from, scan->to) && own != SENSE_NO)
        return "R12 question";
    bool refused = scan_length(scan, remark->from, LIST_NO) > 0 && own != SENSE_NO &&
                   scan_length(scan, remark->from, LIST_SILENT) == 0;
    if (refused)
        return "R11 code and word differ";
    return NULL;
}

/* A no behind a label that is none, a yes behind one that is no. */
static const char *contrary(const struct reply_scan *scan, const struct reply_remark *remark)
{
    if (remark->after != REMARK_AFTER_WORDS)
        return NULL;
    for (unsigned at = remark->from; at < scan->to; at++) {
        unsigned silent = scan_length(scan, at, LIST_SILENT);
        if (silent > 0) {
            at += silent - 1;
            continue;
        }
        bool apart = at > remark->from && scan_word(scan, at - 1)->kind == REPLY_MARK;
        bool no = scan_length(scan, at, LIST_NO) > 0 && remark->sense != REPLY_NO;
        bool yes = scan_length(scan, at, LIST_YES) > 0 && remark->sense == REPLY_NO && apart;
        if (no || yes)
            return "R11 yes and no";
    }
    bool story = scan_syllables(scan, remark->from, scan->to) > WORDS_AFTER_WORDS;
    return story ? "R13 a long story" : NULL;
}

const char *reply_remark_doubt(const struct reply_scan *scan, const struct reply_remark *remark,
                               struct reply_found *found)
{
    if (remark->from >= scan->to)
        return NULL;
    if (scan->words->more && remark->after == REMARK_AFTER_WORDS)
        return "R13 a long story";
    if (!begins_well(scan, remark))
        return remark->after == REMARK_AFTER_CODE ? "R7 number of something" : "R7 more words";
    const char *doubt = contrary(scan, remark);
    for (unsigned at = remark->from; at < scan->to && doubt == NULL; at++) {
        unsigned silent = scan_length(scan, at, LIST_SILENT);
        if (silent > 0) {
            at += silent - 1; /* "không có ý kiến" */
            continue;
        }
        doubt = other_option(scan, remark, at, found);
        doubt = doubt == NULL ? number_doubt(scan, at, found) : doubt;
        doubt = doubt == NULL ? word_doubt(scan, remark, at) : doubt;
    }
    return doubt == NULL ? sense_doubt(scan, remark, found) : doubt;
}
