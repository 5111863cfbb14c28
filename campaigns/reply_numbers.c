// SPDX-License-Identifier: GPL-2.0-or-later
/* Digits may stand in groups of three behind a dot, a comma or a blank. Whether a blank parts two
 * numbers or two groups is settled by trying both: only one way may give each field its number. */
#include "campaigns/reply_numbers.h"

#include "campaigns/reply_remark.h"
#include "campaigns/reply_sense.h"

#include <string.h>

enum { PIECES_MAX = 24, GROUP = 3, TELEPHONE = 9 };

/* A run of digits, and what joins it to the one before. */
struct piece {
    unsigned at;
    bool group; /* may be a group of three of the number before */
    bool bound; /* must be: "35.420" */
    int field;  /* named beside it; REPLY_NOBODY: none */
    bool after; /* the name comes behind it */
};

struct pieces {
    const struct reply_scan *scan;
    unsigned count;
    bool named_before; /* "đợt 81, lượt 35420" */
    struct piece piece[PIECES_MAX];
    const char *doubt;
};

struct reading {
    unsigned ways;
    int64_t value[REPLY_FIELDS_MAX];
};

static size_t digits_of(const struct reply_scan *scan, unsigned at)
{
    return strlen(scan_word(scan, at)->spelling.letters);
}

/* The field whose name begins at `at`. */
static int field_at(const struct reply_scan *scan, unsigned at, unsigned *retlength)
{
    for (unsigned i = 0; at < scan->to && i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from != at || mention->phrase->list != LIST_FIELD ||
            mention->phrase->owner / REPLY_FIELDS_MAX != scan->question)
            continue;
        *retlength = mention->to - at;
        return (int)(mention->phrase->owner % REPLY_FIELDS_MAX);
    }
    return REPLY_NOBODY;
}

static bool is_unit(const struct reply_scan *scan, unsigned at, unsigned *retlength)
{
    return field_at(scan, at, retlength) != REPLY_NOBODY || scan_length(scan, at, LIST_UNIT) > 0;
}

static bool is_fraction(const struct reply_scan *scan, unsigned at)
{
    static const char *const units[] = {"k",    "tr",   "trieu", "nghin", "ngan", "ty", "ti",
                                        "chuc", "tram", "van",   "ruoi",  "m",    NULL};
    if (scan_is_mark(scan, at, "%"))
        return true;
    return scan_is_word(scan, at) && g_strv_contains(units, scan_word(scan, at)->spelling.letters);
}

static void join_to_before(struct pieces *pieces, struct piece *piece)
{
    const struct reply_scan *scan = pieces->scan;
    unsigned at = piece->at, before = pieces->piece[pieces->count - 1].at;
    size_t digits = digits_of(scan, at);
    bool separated = before + 2 == at && scan_is_mark(scan, at - 1, ".,");
    bool tight = separated && scan_word(scan, at)->glued && scan_word(scan, at - 1)->glued;
    if (tight) {
        piece->bound = piece->group = digits == GROUP;
        if (digits < GROUP || (digits > GROUP && scan_is_mark(scan, at - 1, ".")))
            pieces->doubt = "R19 decimal fraction";
    } else if (before + 1 == at) {
        piece->group = digits == GROUP;
    }
}

/* "1e5", "8o1": what is glued to digits must be a name or begin a word of its own. */
static bool is_mangled(const struct reply_scan *scan, unsigned at)
{
    unsigned length;
    bool after = scan_is_word(scan, at + 1) && scan_word(scan, at + 1)->glued &&
                 !is_unit(scan, at + 1, &length);
    bool before = at > scan->from + 1 && scan_word(scan, at)->glued && scan_is_word(scan, at - 1) &&
                  scan_word(scan, at - 1)->glued && scan_is_number(scan, at - 2) &&
                  !is_unit(scan, at - 1, &length);
    return after || before;
}

/* "ngày 5/6", "thôn 3", "T6": no figures of the report. Returns the words to skip. */
static unsigned skip_other(const struct reply_scan *scan, unsigned at)
{
    if (!scan_ends(scan, at, LIST_PLACE) &&
        !(scan_word(scan, at)->glued && at > scan->from && scan_is_word(scan, at - 1)))
        return 0;
    unsigned length;
    for (unsigned back = at; back > scan->from && back + 4 > at; back--)
        if (field_at(scan, back - 1, &length) != REPLY_NOBODY)
            return 0; /* "đợt 81": the field's own name */
    unsigned end = at + 1;
    while (end + 1 < scan->to && scan_is_mark(scan, end, "/-.") && scan_is_number(scan, end + 1))
        end += 2;
    return end - at;
}

static bool is_other_unit(const struct reply_scan *scan, unsigned at)
{
    unsigned length;
    return scan_is_counted(scan, at) && !is_unit(scan, at, &length);
}

/* "12 hội nghị 4500 lượt": 12 of something that nobody asked about. */
static bool is_of_another(const struct reply_scan *scan, unsigned at)
{
    unsigned length;
    bool more = false;
    for (unsigned next = at; next < scan->to; next++)
        more = more || scan_is_number(scan, next);
    return more && scan_is_word(scan, at) && !is_unit(scan, at, &length) &&
           scan_length(scan, at, LIST_JOIN) == 0 && scan_length(scan, at, LIST_END) == 0 &&
           scan_length(scan, at, LIST_FRONT) == 0 && scan_length(scan, at, LIST_PLACE) == 0 &&
           !scan_may_sign(scan, at);
}

static void take_piece(struct pieces *pieces, unsigned at)
{
    const struct reply_scan *scan = pieces->scan;
    struct piece piece = {.at = at, .field = REPLY_NOBODY};
    unsigned length = 0;
    if (pieces->count == PIECES_MAX) {
        pieces->doubt = "R19 too many numbers";
        return;
    }
    if (pieces->count > 0)
        join_to_before(pieces, &piece);
    int behind = pieces->named_before ? REPLY_NOBODY : field_at(scan, at + 1, &length);
    if (is_mangled(scan, at))
        pieces->doubt = "R19 letters among digits";
    if (is_fraction(scan, at + 1 + (behind != REPLY_NOBODY ? length : 0)))
        pieces->doubt = "R19 words for numbers";
    if (behind != REPLY_NOBODY) {
        piece.field = behind;
        piece.after = true;
    }
    if (at > scan->from && scan_is_mark(scan, at - 1, "-+") && scan_word(scan, at)->glued &&
        !scan_word(scan, at - 1)->glued)
        pieces->doubt = "R19 sign";
    bool other =
        is_other_unit(scan, at + 1) || (!pieces->named_before && is_of_another(scan, at + 1));
    if (behind == REPLY_NOBODY && other)
        pieces->doubt = "R19 another unit"; /* lượt are not người */
    pieces->piece[pieces->count++] = piece;
}

/* "đợt 81": the name stands before, and no other number claims it. */
static void name_from_before(struct pieces *pieces)
{
    const struct reply_scan *scan = pieces->scan;
    for (unsigned i = 0; pieces->named_before && i < pieces->count; i++) {
        unsigned at = pieces->piece[i].at, length = 0;
        unsigned stop = i > 0 ? pieces->piece[i - 1].at + 1 : scan->from;
        for (unsigned back = at; back > stop; back--) {
            int field = field_at(scan, back - 1, &length);
            if (field != REPLY_NOBODY)
                pieces->piece[i].field = field;
        }
    }
}

static bool add_digits(int64_t *value, const char *digits)
{
    for (; *digits != '\0'; digits++)
        if (!g_ascii_isdigit(*digits) || __builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, *digits - '0', value))
            return false;
    return true;
}

/* One number of `length` pieces; false: they do not make one. */
static bool number_of(const struct pieces *pieces, unsigned from, unsigned length,
                      int64_t *retvalue, int *retfield)
{
    *retvalue = 0;
    *retfield = REPLY_NOBODY;
    for (unsigned i = from; i < from + length; i++) {
        const struct piece *piece = &pieces->piece[i];
        size_t digits = digits_of(pieces->scan, piece->at);
        bool cut = i > from ? !piece->group || pieces->piece[i - 1].after : piece->bound;
        if (cut || (i == from && length > 1 && digits > GROUP))
            return false;
        if (piece->field != REPLY_NOBODY && (i == from || piece->after))
            *retfield = piece->field;
        if (!add_digits(retvalue, scan_word(pieces->scan, piece->at)->spelling.letters))
            return false;
    }
    return true;
}

/* Which field the n-th number fills. Names win over the order where each number has one; names of
 * some must not contradict it. */
static bool assign(const int64_t *value, const int *field, unsigned fields, struct reading *reading)
{
    bool taken[REPLY_FIELDS_MAX] = {false}, all = true, ordered = true;
    int64_t result[REPLY_FIELDS_MAX] = {0};
    for (unsigned i = 0; i < fields; i++) {
        all = all && field[i] != REPLY_NOBODY;
        ordered = ordered && (field[i] == REPLY_NOBODY || field[i] == (int)i);
    }
    for (unsigned i = 0; i < fields; i++) {
        unsigned place = all ? (unsigned)field[i] : i;
        if (taken[place])
            return false;
        taken[place] = true;
        result[place] = value[i];
    }
    if (!all && !ordered)
        return false;
    reading->ways++;
    memcpy(reading->value, result, sizeof result);
    return true;
}

/* All ways to make `fields` numbers of the pieces; at most one may remain. */
static void try_ways(const struct pieces *pieces, unsigned fields, struct reading *reading)
{
    unsigned length[REPLY_FIELDS_MAX] = {0}, depth = 0, used = 0;
    int64_t value[REPLY_FIELDS_MAX];
    int field[REPLY_FIELDS_MAX];
    for (;;) {
        /* Give the number at `depth` one piece more, or go back to the one before. */
        used++;
        length[depth]++;
        bool fits = used <= pieces->count && number_of(pieces, used - length[depth], length[depth],
                                                       &value[depth], &field[depth]);
        if (fits && depth + 1 < fields) {
            depth++;
            length[depth] = 0;
            continue;
        }
        if (fits && used == pieces->count)
            assign(value, field, fields, reading);
        if (reading->ways > 1)
            return;
        if (used < pieces->count && (fits || length[depth] == 1))
            continue;
        used -= length[depth];
        if (depth == 0)
            return;
        depth--;
    }
}

static void collect(struct pieces *pieces)
{
    const struct reply_scan *scan = pieces->scan;
    unsigned length;
    for (unsigned at = scan->from; at < scan->to && !scan_is_number(scan, at); at++)
        pieces->named_before = pieces->named_before || field_at(scan, at, &length) != REPLY_NOBODY;
    for (unsigned at = scan->from; at < scan->to; at++) {
        unsigned turn =
            MAX(MAX(scan_length(scan, at, LIST_SLIP), scan_length(scan, at, LIST_CHANGE)),
                MAX(scan_length(scan, at, LIST_HEDGE), scan_length(scan, at, LIST_EITHER)));
        /* lon is lộn, and lợn */
        bool thing = scan->words->ascii && (scan_length(scan, at, LIST_COUNT) > 0 ||
                                            scan_length(scan, at, LIST_UNIT) > 0);
        if (turn > 0 && pieces->count > 0 && !thing)
            pieces->doubt = "R9 correction";
        if (!scan_is_number(scan, at))
            continue;
        unsigned skip = !is_mangled(scan, at) ? skip_other(scan, at) : 0;
        if (skip > 0 && pieces->count == 0 && scan_ends(scan, at, LIST_PLACE) > 0)
            pieces->doubt = "R8 a number of something else"; /* "BC tuần 3 250" */
        if (skip > 0 && pieces->count > 0)
            at += skip - 1;
        else
            take_piece(pieces, at);
    }
    if (scan_holds(scan, scan->from, scan->to, LIST_ABOUT))
        pieces->doubt = "R19 about";
    if (scan_holds(scan, scan->from, scan->to, LIST_NO))
        pieces->doubt = "R11 a no";
    name_from_before(pieces);
}

/* Nothing but how people begin stands before the number: "nhà em có 3 …". */
static bool leads_up(const struct reply_scan *scan, unsigned at)
{
    static const enum reply_list lists[] = {LIST_LEAD, LIST_FRONT,  LIST_CHOOSE, LIST_YES,
                                            LIST_PICK, LIST_ADVERB, LIST_CALL,   LIST_VERB,
                                            LIST_END,  LIST_CHANGE, LIST_UNIT,   LIST_FIELD};
    for (unsigned from = scan->from; from < at;) {
        unsigned longest = 0;
        for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
            longest = MAX(longest, scan_length(scan, from, lists[i]));
        bool slip = scan_length(scan, from, LIST_SLIP) > 0 && from == scan->from;
        if (longest == 0 && !slip && scan_word(scan, from)->kind != REPLY_MARK)
            return false;
        from += MAX(longest, slip ? scan_length(scan, from, LIST_SLIP) : 1);
    }
    return true;
}

/* Why what stands behind the number may be more than a remark: "3 con bị dịch"; NULL: nothing. */
static const char *tail_doubt(const struct reply_scan *scan, unsigned at, struct reply_found *found)
{
    struct reply_remark remark = {at, REMARK_AFTER_CODE, REPLY_NEITHER};
    return reply_remark_doubt(scan, &remark, found);
}

/* Figures that no keyword announced must begin the text, and no story may follow. */
static const char *story_around(const struct reply_scan *scan, struct reply_found *found)
{
    unsigned first = scan->to, behind = scan->from, length;
    for (unsigned at = scan->from; at < scan->to; at++) {
        if (!scan_is_number(scan, at) || (behind > first && scan_ends(scan, at, LIST_PLACE) > 0))
            continue;
        first = MIN(first, at);
        behind = at + 1;
    }
    while (behind < scan->to && is_unit(scan, behind, &length))
        behind += MAX(1, scan_length(scan, behind, LIST_UNIT));
    return leads_up(scan, first) ? tail_doubt(scan, behind, found) : "R7 more words";
}

void reply_numbers_read(const struct reply_scan *scan, bool named, struct reply_found *retfound)
{
    struct pieces pieces = {.scan = scan};
    struct reading reading = {0};
    unsigned fields = MIN(scan_asked(scan)->config->fields->len, REPLY_FIELDS_MAX);
    collect(&pieces);
    if (pieces.doubt == NULL && pieces.count > 0)
        try_ways(&pieces, fields, &reading);
    if (pieces.doubt == NULL && reading.ways != 1)
        pieces.doubt = pieces.count == 0   ? "R19 no number"
                       : reading.ways == 0 ? "R19 not one number for each name"
                                           : "R19 groups of three or two numbers";
    const char *story = pieces.doubt == NULL && !named ? story_around(scan, retfound) : NULL;
    if (story != NULL) {
        retfound->rule = story;
        return;
    }
    retfound->state = pieces.doubt == NULL ? FOUND_ANSWER : FOUND_DOUBT;
    retfound->rule = pieces.doubt == NULL ? "R19 numbers" : pieces.doubt;
    retfound->numbers = pieces.doubt == NULL ? fields : 0;
    memcpy(retfound->number, reading.value, sizeof reading.value);
}

/* --- Heads ---------------------------------------------------------------------------------- */

/* The number is a code of another question. */
static bool is_code_elsewhere(const struct reply_scan *scan, unsigned at)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->from == at && mention->phrase->list == LIST_OPTION &&
            scan_option(scan, mention->phrase->owner)->question != scan->question)
            return true;
    }
    return false;
}

/* "-1", but not "HOP - 1". */
static bool is_negative(const struct reply_scan *scan, unsigned at)
{
    return at > 0 && scan_is_mark(scan, at - 1, "-") && scan_word(scan, at)->glued &&
           !scan_word(scan, at - 1)->glued;
}

/* The only number that is not where somebody lives or a telephone; false: there are more. */
static bool find_heads(const struct reply_scan *scan, unsigned *retat)
{
    unsigned numbers = 0;
    for (unsigned i = scan->from; i < scan->to; i++) {
        bool other = scan_is_number(scan, i) && numbers > 0 &&
                     (scan_ends(scan, i, LIST_ADDRESS) > 0 || digits_of(scan, i) >= TELEPHONE);
        if (!scan_is_number(scan, i) || other)
            continue;
        *retat = numbers == 0 ? i : *retat;
        numbers++;
    }
    return numbers == 1;
}

void reply_numbers_heads(const struct reply_scan *scan, bool named, struct reply_found *retfound)
{
    struct reply_scan inner = *scan;
    unsigned at = 0;
    int64_t heads = 0;
    scan_strip(&inner);
    if (!find_heads(&inner, &at)) {
        bool none = at == 0 && scan->reader->asked->len == 1 && reply_sense_refuses(scan);
        retfound->rule = none ? "R11 nobody comes" : NULL;
        retfound->state = none ? FOUND_ANSWER : FOUND_NOTHING;
        retfound->numbers = none;
        return;
    }
    retfound->rule = "R19 heads";
    unsigned people = scan_length(&inner, at + 1, LIST_PERSON);
    bool bare = (named || !scan_asked(scan)->keyed) && !scan_is_quantity(scan, at);
    if ((people == 0 && !bare) || !leads_up(&inner, at))
        return;
    const char *story = tail_doubt(&inner, at + 1 + people, retfound);
    if (story != NULL) {
        retfound->rule = story;
        return;
    }
    bool doubtful = (people == 0 && !named && is_code_elsewhere(&inner, at)) ||
                    is_negative(&inner, at) || scan_holds(&inner, inner.from, inner.to, LIST_NO) ||
                    scan_holds(&inner, inner.from, inner.to, LIST_HEDGE) ||
                    scan_ends(&inner, at, LIST_ADDRESS) > 0 || digits_of(&inner, at) > GROUP ||
                    !add_digits(&heads, scan_word(&inner, at)->spelling.letters);
    retfound->state = doubtful ? FOUND_DOUBT : FOUND_ANSWER;
    retfound->numbers = doubtful ? 0 : 1;
    retfound->number[0] = heads;
}
