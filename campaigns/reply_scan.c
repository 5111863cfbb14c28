// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at a stretch of a text: politeness at its ends (R4), signatures, and numbers that are no
 * codes (R8). Everything is asked of what reply_book_look() has found; nothing is compared here. */
#include "campaigns/reply_scan.h"

#include <string.h>

enum { LONG_NUMBER = 4 }; /* digits: a year, a telephone number */

bool scan_is_mark(const struct reply_scan *scan, unsigned at, const char *characters)
{
    const struct reply_word *word = scan_word(scan, at);
    return at < scan->to && word->kind == REPLY_MARK && word->spelling.letters[1] == '\0' &&
           strchr(characters, word->spelling.letters[0]) != NULL;
}

bool scan_is_word(const struct reply_scan *scan, unsigned at)
{
    return at < scan->to && scan_word(scan, at)->kind == REPLY_WORD;
}

bool scan_is_number(const struct reply_scan *scan, unsigned at)
{
    return at < scan->to && scan_word(scan, at)->kind == REPLY_NUMBER;
}

unsigned scan_ends(const struct reply_scan *scan, unsigned at, enum reply_list list)
{
    unsigned longest = 0;
    for (unsigned back = 1; back <= REPLY_PHRASE_MAX && scan->from + back <= at; back++)
        if ((scan->sight->lengths[at - back][list] >> (back - 1) & 1) != 0)
            longest = back;
    return longest;
}

bool scan_holds(const struct reply_scan *scan, unsigned from, unsigned to, enum reply_list list)
{
    struct reply_scan inner = *scan;
    inner.to = to;
    for (unsigned at = from; at < to; at++)
        if (scan_length(&inner, at, list) > 0)
            return true;
    return false;
}

unsigned scan_syllables(const struct reply_scan *scan, unsigned from, unsigned to)
{
    unsigned count = 0;
    for (unsigned at = from; at < to; at++)
        count += scan_word(scan, at)->kind != REPLY_MARK;
    return count;
}

static bool is_idle(const struct reply_scan *scan, unsigned at)
{
    return scan_word(scan, at)->kind == REPLY_MARK && !scan_is_mark(scan, at, "?");
}

unsigned scan_content(const struct reply_scan *scan)
{
    struct reply_scan inner = *scan;
    while (inner.from < inner.to) {
        unsigned polite = scan_length(&inner, inner.from, LIST_POLITE_FRONT);
        if (polite == 0 && scan_word(&inner, inner.from)->kind != REPLY_MARK)
            break;
        inner.from += MAX(polite, 1);
    }
    while (inner.from < inner.to) {
        unsigned polite = scan_ends(&inner, inner.to, LIST_POLITE_END);
        if (polite == 0 && scan_word(&inner, inner.to - 1)->kind != REPLY_MARK)
            break;
        inner.to -= MAX(polite, 1);
    }
    return scan_syllables(&inner, inner.from, inner.to);
}

void scan_strip(struct reply_scan *scan)
{
    while (scan->from < scan->to) {
        unsigned polite = scan_length(scan, scan->from, LIST_FRONT);
        if (polite == 0 && !is_idle(scan, scan->from))
            break;
        scan->from += MAX(polite, 1);
    }
    while (scan->from < scan->to) {
        unsigned polite = scan_ends(scan, scan->to, LIST_END);
        if (polite == 0 && !is_idle(scan, scan->to - 1))
            break;
        scan->to -= MAX(polite, 1);
    }
}

static bool is_middle_name(const struct reply_scan *scan, unsigned at)
{
    const char *letters = scan_is_word(scan, at) ? scan_word(scan, at)->spelling.letters : "";
    return strcmp(letters, "van") == 0 || strcmp(letters, "thi") == 0;
}

/* "1 Bà Ba ấp 4"; "anh Có" is no yes. Behind a number only a capital makes a title of "bà". */
bool scan_is_titled(const struct reply_scan *scan, unsigned at)
{
    const struct reply_word *title = scan_word(scan, at), *name = scan_word(scan, at + 1);
    return scan_length(scan, at, LIST_TITLE) == 1 && scan_is_word(scan, at + 1) && name->capital &&
           !name->capitals && !title->capitals;
}

bool scan_is_signature(const struct reply_scan *scan, unsigned at)
{
    if (scan_is_titled(scan, at) && scan_word(scan, at)->capital)
        return true;
    if (scan_length(scan, at, LIST_SURNAME) == 0 || !scan_is_word(scan, at + 1))
        return false;
    const struct reply_word *word = scan_word(scan, at), *next = scan_word(scan, at + 1);
    bool as_a_name = word->capital && next->capital && !(word->capitals && next->capitals);
    return as_a_name || is_middle_name(scan, at + 1);
}

bool scan_may_sign(const struct reply_scan *scan, unsigned at)
{
    bool counted = scan_length(scan, at, LIST_COUNT) > 0 || scan_length(scan, at, LIST_PERSON) > 0;
    return scan_is_signature(scan, at) ||
           (scan_length(scan, at, LIST_SURNAME) > 0 && scan_is_word(scan, at + 1) && !counted);
}

static bool touches_number(const struct reply_scan *scan, unsigned at)
{
    const struct reply_words *words = scan->words;
    bool after = at + 2 < words->count && words->word[at + 1].glued && words->word[at + 2].glued &&
                 words->word[at + 2].kind == REPLY_NUMBER && scan_is_mark(scan, at + 1, "/-.:");
    bool before = at >= 2 && at < words->count && words->word[at].glued &&
                  words->word[at - 1].glued && words->word[at - 2].kind == REPLY_NUMBER &&
                  scan_is_mark(scan, at - 1, "/-.:");
    return after || before;
}

/* "1 thôn 4": where somebody lives; "3 thôn chưa có điện": how many. */
bool scan_is_address(const struct reply_scan *scan, unsigned at)
{
    unsigned place = scan_length(scan, at, LIST_PLACE);
    if (place == 0 || at + place >= scan->to)
        return false;
    const struct reply_word *next = scan_word(scan, at + place);
    return next->kind == REPLY_NUMBER || (next->capital && !next->capitals);
}

bool scan_is_polite_end(const struct reply_scan *scan, unsigned at)
{
    if (scan_length(scan, at, LIST_END) == 0)
        return false;
    while (at < scan->to) {
        unsigned length = scan_length(scan, at, LIST_END);
        if (length == 0 && scan_word(scan, at)->kind != REPLY_MARK)
            return false;
        at += MAX(length, 1);
    }
    return true;
}

bool scan_is_counted(const struct reply_scan *scan, unsigned at)
{
    unsigned count = MAX(scan_length(scan, at, LIST_COUNT), scan_length(scan, at, LIST_PERSON));
    static const enum reply_list others[] = {LIST_YES, LIST_NO,      LIST_REMARK, LIST_FRONT,
                                             LIST_END, LIST_BECAUSE, LIST_OPTION};
    bool polite = scan_is_polite_end(scan, at) && scan_length(scan, at, LIST_END) >= count;
    if (count == 0 || scan_is_mark(scan, at + 1, "'") || scan_is_address(scan, at) ||
        scan_is_signature(scan, at) || polite)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (scan_length(scan, at, others[i]) > count)
            return false;
    return true;
}

/* "thôn 4", but not "đăng ký 4", which ends like "kỳ 4". */
static bool is_place(const struct reply_scan *scan, unsigned at)
{
    unsigned place = scan_ends(scan, at, LIST_PLACE);
    unsigned chosen = MAX(scan_ends(scan, at, LIST_CHOOSE), scan_ends(scan, at, LIST_PICK));
    unsigned changed = MAX(scan_ends(scan, at, LIST_TO), scan_ends(scan, at, LIST_CHANGE));
    return place > chosen && changed == 0;
}

bool scan_is_placed(const struct reply_scan *scan, unsigned at)
{
    const struct reply_word *word = scan_word(scan, at);
    bool in_word = word->glued && at > 0 && scan->words->word[at - 1].kind == REPLY_WORD &&
                   strlen(scan->words->word[at - 1].spelling.letters) == 1;
    bool called = scan_length(scan, at + 1, LIST_CALL) > 0; /* "2 ơi" */
    return touches_number(scan, at) || in_word || called || is_place(scan, at) ||
           scan_is_counted(scan, at + 1);
}

bool scan_is_quantity(const struct reply_scan *scan, unsigned at)
{
    return strlen(scan_word(scan, at)->spelling.letters) >= LONG_NUMBER || scan_is_placed(scan, at);
}

const struct reply_option *scan_option(const struct reply_scan *scan, unsigned order)
{
    return &g_array_index(scan->reader->options, struct reply_option, order);
}

const struct reply_asked *scan_asked(const struct reply_scan *scan)
{
    return &g_array_index(scan->reader->asked, struct reply_asked, scan->question);
}
