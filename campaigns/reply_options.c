// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer begins with politeness and words of choosing, then one item or a list of them, then a
 * remark. Elsewhere in a sentence a code counts only right behind a word of choosing ("tôi chọn
 * 2"), a label only at the end behind a reason ("bận nên không dự được"). */
#include "campaigns/reply_options.h"

#include "campaigns/reply_remark.h"
#include "campaigns/reply_sense.h"

#include <string.h>

/* --- One item ------------------------------------------------------------------------------- */

static bool is_coded(enum reply_what what)
{
    return what == WHAT_CODE || what == WHAT_POSITION;
}

/* Own label right behind the code, perhaps after "nghề" or "=": "1 = sáng 19/6". */
static unsigned own_label(const struct reply_scan *scan, unsigned at, unsigned option)
{
    while (at < scan->to && scan_is_mark(scan, at, "=:-().,\""))
        at++;
    unsigned choose = scan_length(scan, at, LIST_CHOOSE);
    unsigned longest = 0;
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        bool here = mention->from == at || (choose > 0 && mention->from == at + choose);
        /* "2 kg": no không */
        bool thing = mention->to - mention->from == 1 &&
                     scan_length(scan, mention->from, LIST_COUNT) > 0 &&
                     strcmp(scan_word(scan, mention->from)->spelling.letters,
                            mention->phrase->word[0].spelling.letters) != 0;
        if (here && !thing && mention->to <= scan->to && mention->phrase->list == LIST_OPTION &&
            !is_coded(mention->phrase->what) && mention->phrase->owner == option)
            longest = MAX(longest, mention->to);
    }
    return longest;
}

/* Lower case "a" and "e" are how ạ and em are written; "A ơi" calls somebody. */
static bool is_letter_code(const struct reply_scan *scan, unsigned at)
{
    bool particle = scan_length(scan, at, LIST_END) > 0 || scan_length(scan, at, LIST_FRONT) > 0;
    bool picked = scan_ends(scan, at, LIST_PICK) > 0 && scan_length(scan, at + 1, LIST_END) > 0;
    unsigned before = at;
    while (before > scan->from && scan_ends(scan, before, LIST_POLITE_FRONT) > 0)
        before--;
    bool first = before == scan->from || scan_ends(scan, at, LIST_PICK) > 0;
    bool short_for = scan_is_mark(scan, at + 1, "./") && scan_word(scan, at + 1)->glued &&
                     scan_is_word(scan, at + 2) && scan_word(scan, at + 2)->glued; /* c.ơn */
    if (short_for)
        return false;
    return (scan_word(scan, at)->capital || (!particle && first) || picked) &&
           scan_length(scan, at + 1, LIST_CALL) == 0;
}

/* The label "em" in "em chọn 1 ạ", the label "ổi" in "chi oi": politeness, unless it is picked. */
static bool is_polite_label(const struct reply_scan *scan, const struct reply_mention *mention)
{
    if (mention->phrase->syllables > 1)
        return false;
    bool polite = scan_length(scan, mention->from, LIST_POLITE_FRONT) > 0 ||
                  scan_length(scan, mention->from, LIST_POLITE_END) > 0;
    return (polite && scan_ends(scan, mention->from, LIST_PICK) == 0) ||
           scan_ends(scan, mention->to, LIST_FRONT) > 1;
}

/* "vang" for the code VANG that says no: perhaps it is vâng. */
static bool may_say_contrary(const struct reply_scan *scan, unsigned at,
                             const struct reply_option *option)
{
    const struct reply_word *word = scan_word(scan, at);
    enum reply_list list = option->config->sense == SENSE_NO ? LIST_YES : LIST_NO;
    return option->config->sense != SENSE_NONE && word->kind == REPLY_WORD && !option->letter &&
           !word->capitals && !word->marked && !word->undone &&
           reply_book_sounds(scan->reader->book, word, list);
}

static bool is_usable(const struct reply_scan *scan, const struct reply_mention *mention)
{
    const struct reply_option *option = scan_option(scan, mention->phrase->owner);
    unsigned at = mention->from;
    if (option->question != scan->question)
        return false;
    if (!is_coded(mention->phrase->what))
        return !is_polite_label(scan, mention);
    bool in_name = mention->phrase->what == WHAT_POSITION && scan_is_word(scan, at + 1) &&
                   scan_word(scan, at + 1)->glued && scan_word(scan, at + 1)->capital; /* 2B */
    if (in_name || may_say_contrary(scan, at, option))
        return false;
    if (scan_is_number(scan, at))
        return !scan_is_quantity(scan, at) ||
               own_label(scan, mention->to, mention->phrase->owner) > 0;
    return !option->letter || is_letter_code(scan, at);
}

/* "13": each digit a code of its own. */
static bool run_of_codes(const struct reply_scan *scan, unsigned at, struct reply_item *item)
{
    const struct reply_asked *asked = scan_asked(scan);
    const char *digits = scan_word(scan, at)->spelling.letters;
    const GArray *options = scan->reader->options;
    unsigned count = 0;
    if (asked->config->kind != QUESTION_CHOICES || !asked->one_digit || strlen(digits) < 2 ||
        scan_is_placed(scan, at))
        return false;
    for (; *digits != '\0'; digits++) {
        const struct reply_option *found = NULL;
        for (guint i = 0; i < options->len && found == NULL; i++) {
            const struct reply_option *option = scan_option(scan, i);
            if (option->question == scan->question && !option->addon &&
                option->config->code[0] == *digits)
                found = option;
        }
        if (found == NULL || count == REPLY_FOUND_MAX)
            return false;
        for (unsigned i = 0; i < count; i++)
            if (item->option[i] == found->order)
                return false;
        item->option[count++] = found->order;
    }
    item->count = count;
    item->to = at + 1;
    item->what = WHAT_CODE;
    return true;
}

bool reply_options_item(const struct reply_scan *scan, unsigned at, struct reply_item *retitem)
{
    struct reply_item item = {.to = at};
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        const struct reply_phrase *phrase = mention->phrase;
        if (mention->from != at || mention->to > scan->to || mention->to < item.to ||
            phrase->list != LIST_OPTION || !is_usable(scan, mention))
            continue;
        bool again = item.count > 0 && mention->to == item.to && item.option[0] == phrase->owner;
        if (again && is_coded(item.what))
            continue; /* the code DIEN is also the label "diễn" */
        item.several = mention->to == item.to && item.count > 0 &&
                       (item.several || item.option[0] != phrase->owner);
        item.to = mention->to;
        item.what = phrase->what;
        item.count = 1;
        item.option[0] = phrase->owner;
        item.letter = is_coded(phrase->what) && scan_option(scan, phrase->owner)->letter &&
                      scan_is_word(scan, at);
    }
    if (item.count == 0 && scan_is_number(scan, at))
        run_of_codes(scan, at, &item);
    *retitem = item;
    return item.count > 0;
}

/* --- A list --------------------------------------------------------------------------------- */

struct listing {
    const struct reply_scan *scan;
    struct reply_found *found;
    unsigned at; /* behind the last item */
    enum remark_after after;
    enum reply_what what; /* of the first item */
    const char *doubt;
};

static void add(struct listing *listing, const struct reply_item *item)
{
    struct reply_found *found = listing->found;
    for (unsigned i = 0; i < item->count; i++) {
        bool known = false;
        for (unsigned f = 0; f < found->count; f++)
            known = known || found->option[f] == item->option[i];
        if (!known && found->count < REPLY_FOUND_MAX)
            found->option[found->count++] = item->option[i];
    }
    if (item->several)
        listing->doubt = "R9 several options";
    listing->at = item->to;
    unsigned label = is_coded(item->what) ? own_label(listing->scan, item->to, item->option[0]) : 0;
    /* "2 chưa kịp": a label of one syllable may be a part of more words. */
    bool part = label > 0 && label - item->to == 1 && scan_is_word(listing->scan, label) &&
                scan_length(listing->scan, label, LIST_END) == 0;
    if (part)
        label = 0;
    if (label > 0)
        listing->at = label;
    bool letter = item->letter || scan_option(listing->scan, item->option[0])->addon;
    listing->after = !is_coded(item->what)  ? REMARK_AFTER_WORDS
                     : letter && label == 0 ? REMARK_AFTER_LETTER
                                            : REMARK_AFTER_CODE;
}

/* Where the next item may begin: behind a comma, "và", or nothing at all. */
static unsigned next_of(const struct reply_scan *scan, unsigned at, bool *reteither)
{
    *reteither = false;
    for (unsigned steps = 0; steps < 4 && at < scan->to; steps++) {
        unsigned join = scan_length(scan, at, LIST_JOIN);
        unsigned either = scan_length(scan, at, LIST_EITHER);
        unsigned choose = steps > 0 ? scan_length(scan, at, LIST_CHOOSE) : 0;
        struct reply_item item;
        bool ready = reply_options_item(scan, at, &item);
        if (ready)
            return at;
        *reteither = *reteither || either > 0 || scan_is_mark(scan, at, "-/~");
        if (join > 0 || either > 0 || choose > 0)
            at += MAX(MAX(join, either), choose);
        else if (scan_is_mark(scan, at, ",;+&.\n-/~"))
            at++;
        else
            return at;
    }
    return at;
}

/* An item that another option's label follows without a comma: "2 may" may be two machines. */
static bool is_number_of(const struct listing *listing, const struct reply_item *item,
                         unsigned next)
{
    return listing->after == REMARK_AFTER_CODE && next == listing->at && !is_coded(item->what);
}

static void take_list(struct listing *listing)
{
    const struct reply_scan *scan = listing->scan;
    for (;;) {
        struct reply_item item;
        bool either;
        unsigned next = next_of(scan, listing->at, &either);
        if (next >= scan->to || !reply_options_item(scan, next, &item))
            break;
        bool addon = scan_option(scan, item.option[0])->addon;
        bool same = next == listing->at && !is_coded(item.what) &&
                    listing->found->option[0] == item.option[0];
        if (same || (addon && !is_coded(item.what) && next == listing->at))
            break; /* the remark's reader knows "không cần tư vấn" */
        if (either && !addon)
            listing->doubt = "R9 one or the other";
        if (is_number_of(listing, &item, next) && !addon)
            listing->doubt = "R7 number of something";
        enum remark_after after = listing->after;
        add(listing, &item);
        if (addon)
            listing->after = after;
    }
    /* "1 và": something is missing. */
    bool dangling = scan_length(scan, listing->at, LIST_JOIN) > 0 &&
                    scan_length(scan, listing->at, LIST_REMARK) == 0 &&
                    scan_length(scan, listing->at, LIST_END) == 0;
    if (dangling)
        listing->doubt = "R9 something is missing";
}

static const char *set_doubt(const struct reply_scan *scan, const struct reply_found *found)
{
    unsigned options = 0, exclusive = 0;
    for (unsigned i = 0; i < found->count; i++) {
        const struct reply_option *option = scan_option(scan, found->option[i]);
        options += !option->addon;
        exclusive += !option->addon && option->config->exclusive;
    }
    if (options > 1 && scan_asked(scan)->config->kind != QUESTION_CHOICES)
        return "R9 several options";
    return options > 1 && exclusive > 0 ? "R20 exclusive with others" : NULL;
}

static const char *rule_of(const struct listing *listing)
{
    if (listing->found->count > 1)
        return "R20 several codes";
    switch (listing->what) {
    case WHAT_POSITION:
        return "R5 position";
    case WHAT_LABEL:
        return "R5 label";
    case WHAT_ALIAS:
        return "R5 alias";
    case WHAT_CODE:
    case WHAT_NONE:
        break;
    }
    struct reply_scan stripped = *listing->scan;
    scan_strip(&stripped);
    return listing->at >= stripped.to ? "R5 code" : "R7 code first";
}

/* "A cho 2 đứa" is an answer that a person must look at. */
static bool is_for_several(const struct reply_scan *scan, unsigned from)
{
    for (unsigned at = from; at + 1 < scan->to; at++)
        if (scan_is_number(scan, at) && scan_length(scan, at + 1, LIST_PERSON) > 0)
            return true;
    return false;
}

/* "0 đồng ý cách làm này": 0 is also how people write không. */
static bool is_written_no(const struct reply_scan *scan, unsigned at)
{
    return scan_is_number(scan, at) && strcmp(scan_word(scan, at)->spelling.letters, "0") == 0 &&
           scan_length(scan, at + 1, LIST_YES) > 0 &&
           reply_sense_of(scan, at + 1, scan->to) == REPLY_NEITHER;
}

/* "co con nho" for the code CO: a word like others, unless it is written as a code. */
static bool is_common_word(const struct reply_scan *scan, unsigned at,
                           const struct reply_item *item)
{
    const struct reply_word *code = scan_word(scan, at);
    return item->what == WHAT_CODE && !item->letter && scan_is_word(scan, at) && !code->capitals &&
           (reply_book_sounds(scan->reader->book, code, LIST_YES) ||
            reply_book_sounds(scan->reader->book, code, LIST_NO));
}

/* "co Lan" for the code CO: perhaps Mrs Lan is called. */
static bool may_call(const struct reply_scan *scan, unsigned at, const struct reply_item *item)
{
    const struct reply_word *code = scan_word(scan, at);
    bool word = item->what == WHAT_CODE && !item->letter && scan_is_word(scan, at);
    if (word && scan->words->ascii && scan_length(scan, item->to, LIST_CALL) > 0)
        return true;
    return word && scan->words->ascii && !code->capitals && scan_is_word(scan, item->to) &&
           scan_word(scan, item->to)->capital && !scan_word(scan, item->to)->capitals &&
           !scan_is_signature(scan, item->to);
}

/* The label is somebody's name, and it may be the sender's own: "Trần Thị Mai, tổ 5". */
static bool may_sign_so(const struct reply_scan *scan, unsigned at, const struct reply_item *item)
{
    bool is = at > scan->from && scan_is_word(scan, at - 1) &&
              strcmp(scan_word(scan, at - 1)->spelling.letters, "la") == 0;
    return !is_coded(item->what) && scan_is_signature(scan, at) &&
           (is || scan_holds(scan, item->to, scan->to, LIST_ADDRESS));
}

/* "di Han" is a journey to Korea: a label of one syllable with a capital amid small letters. */
static bool may_be_name(const struct reply_scan *scan, unsigned at, const struct reply_item *item)
{
    const struct reply_word *word = scan_word(scan, at);
    return !is_coded(item->what) && item->to == at + 1 && scan->words->ascii && at > scan->from &&
           scan_is_word(scan, at - 1) && !scan_word(scan, at - 1)->capital && word->capital &&
           !word->capitals;
}

/* "chị Hoa cùng phòng chọn 2" tells of her; "chị Hoa ơi em chọn 2" does not. */
static bool tells_of_another(const struct reply_scan *scan, unsigned at)
{
    static const enum reply_list own[] = {LIST_FRONT, LIST_LEAD, LIST_CALL};
    bool another = false;
    for (unsigned i = scan->from; i < at; i++) {
        bool ends = scan_word(scan, i)->kind == REPLY_MARK;
        for (size_t l = 0; l < G_N_ELEMENTS(own); l++)
            ends = ends || (scan_length(scan, i, own[l]) > 0 && !scan_is_titled(scan, i));
        if (scan_is_titled(scan, i)) {
            another = true;
            i++;
        } else if (ends) {
            another = false;
        }
    }
    return another;
}

void reply_options_list(const struct reply_scan *scan, unsigned at, struct reply_found *retfound)
{
    struct reply_item item;
    if (!reply_options_item(scan, at, &item))
        return;
    struct listing listing = {.scan = scan, .found = retfound, .what = item.what};
    add(&listing, &item);
    take_list(&listing);
    bool words = listing.after == REMARK_AFTER_WORDS && !is_coded(item.what);
    int sense = scan_option(scan, item.option[0])->config->sense == SENSE_NO ? REPLY_NO : REPLY_YES;
    struct reply_remark remark = {listing.at, listing.after, sense};
    unsigned single =
        item.to - at == 1 && (words || is_common_word(scan, at, &item)) && listing.at == item.to;
    bool cut = listing.at >= scan->to || !scan_is_word(scan, listing.at) ||
               scan_length(scan, listing.at, LIST_POLITE_END) > 0 || scan_word(scan, at)->undone;
    const char *doubt = listing.doubt != NULL ? listing.doubt : set_doubt(scan, retfound);
    if (doubt == NULL && single != 0 && !cut)
        doubt = "R7 more words"; /* "Hàn Quốc" is no welding */
    if (doubt == NULL && may_call(scan, at, &item))
        doubt = "R7 perhaps somebody is called";
    if (doubt == NULL && may_sign_so(scan, at, &item))
        doubt = "R7 perhaps a signature";
    if (doubt == NULL && may_be_name(scan, at, &item))
        doubt = "R7 perhaps a name";
    if (doubt == NULL && tells_of_another(scan, at))
        doubt = "R18 somebody else";
    if (doubt == NULL && is_written_no(scan, at))
        doubt = "R7 0 may be không";
    bool firm = doubt != NULL && (retfound->count > 1 || !words);
    if (doubt == NULL)
        doubt = reply_remark_doubt(scan, &remark, retfound);
    retfound->rule = doubt != NULL                      ? doubt
                     : is_for_several(scan, listing.at) ? "R18 several persons"
                                                        : rule_of(&listing);
    retfound->state = doubt == NULL ? FOUND_ANSWER : firm || !words ? FOUND_DOUBT : FOUND_NOTHING;
    if (doubt != NULL && g_str_has_prefix(doubt, "R9"))
        retfound->state = FOUND_DOUBT;
    if (doubt != NULL)
        retfound->count = 0;
}

/* --- Where an answer begins ----------------------------------------------------------------- */

/* How far a phrase reaches that may stand before an answer; 0: none begins at `at`. */
static unsigned opening(const struct reply_scan *scan, unsigned at, enum reply_list *retlist)
{
    static const enum reply_list lists[] = {LIST_FRONT, LIST_YES,    LIST_CHOOSE, LIST_CALL,
                                            LIST_LEAD,  LIST_ADVERB, LIST_BUSY,   LIST_REASON};
    unsigned longest = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        unsigned length = scan_length(scan, at, lists[i]);
        if (length <= longest)
            continue;
        longest = length;
        *retlist = lists[i];
    }
    if (longest == 0 && scan_word(scan, at)->kind == REPLY_MARK && !scan_is_mark(scan, at, "?%")) {
        *retlist = LIST_FRONT;
        return 1;
    }
    return longest;
}

struct start {
    unsigned at;
    bool agreed;  /* a yes stood before it */
    bool picked;  /* "chọn" did */
    bool excused; /* "bận việc" did */
    bool whole;   /* no label begins within that phrase: "dung vay 20 trieu" is not đúng vậy */
    bool loosely; /* right behind "nhà em", "sẽ": fit for a label, not for a number */
};

static void note_opening(const struct reply_scan *scan, unsigned at, struct start *start)
{
    bool yes = scan_length(scan, at, LIST_YES) > 0 && scan_length(scan, at, LIST_BUSY) == 0;
    start->agreed = start->agreed || yes;
    start->picked = start->picked || scan_length(scan, at, LIST_PICK) > 0;
}

static bool is_start(const struct start *start, const struct reply_item *item, bool number,
                     bool free)
{
    bool doubtful = number && start->loosely && !start->picked;
    return !doubtful && (free || item->what != WHAT_CODE);
}

static bool find_start(const struct reply_scan *scan, struct start *retstart)
{
    unsigned covered = scan->from;
    struct start start = {.at = scan->from};
    bool given = false; /* "cho con tôi học may" answers for the child, "con tôi …" tells of it */
    for (unsigned at = scan->from; at < scan->to; at++) {
        struct reply_item item;
        enum reply_list list = LIST_FRONT;
        start.at = at;
        bool found = reply_options_item(scan, at, &item) && !(at < covered && start.whole);
        bool number = found && is_coded(item.what) && (item.letter || scan_is_number(scan, at));
        if (found && (!number || at >= covered)) {
            *retstart = start;
            return is_start(&start, &item, number, at >= covered);
        }
        unsigned length = opening(scan, at, &list);
        bool others = scan_length(scan, at, LIST_OTHERS) > 0 && !given;
        if ((length == 0 && at >= covered) || others)
            return false;
        given = strcmp(scan_word(scan, at)->spelling.letters, "cho") == 0;
        if (length > 0 && at + length > covered) {
            covered = at + length;
            start.loosely = list == LIST_LEAD || list == LIST_ADVERB || list == LIST_BUSY;
            start.whole = list != LIST_LEAD && list != LIST_CHOOSE;
        }
        start.excused = start.excused || list == LIST_BUSY;
        if (length > 0)
            note_opening(scan, at, &start);
    }
    return false;
}

/* "đồng ý 2" where 2 says no. */
static bool contradicts(const struct reply_scan *scan, const struct start *start,
                        const struct reply_found *found)
{
    bool no = found->count > 0 && scan_option(scan, found->option[0])->config->sense == SENSE_NO;
    return (start->agreed && no) || (start->excused && !no);
}

/* Words before an answer in the midst of a sentence must tell nothing that could turn it round. */
static bool is_harmless(const struct reply_scan *scan, unsigned from, unsigned to)
{
    static const enum reply_list lists[] = {LIST_NO,       LIST_HEDGE, LIST_OTHERS, LIST_ASKING,
                                            LIST_QUESTION, LIST_BOTH,  LIST_OPTOUT, LIST_START,
                                            LIST_SLIP,     LIST_NOT};
    enum { WORDS_MOST = 10 };
    if (scan_syllables(scan, from, to) > WORDS_MOST)
        return false;
    /* "khoi 5 chọn 3" says where somebody lives, not "khỏi". */
    unsigned address = scan_length(scan, from, LIST_ADDRESS);
    if (address > 0 && scan_is_number(scan, from + address))
        from += address + 1;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (scan_holds(scan, from, to, lists[i]))
            return false;
    for (unsigned at = from; at < to; at++) {
        struct reply_item item;
        if ((scan_is_number(scan, at) && !scan_is_quantity(scan, at)) ||
            reply_options_item(scan, at, &item))
            return false;
    }
    return true;
}

/* "gia đình tôi thống nhất chọn 2", "Trần Văn An: 2". */
static bool read_picked(const struct reply_scan *scan, struct reply_found *found)
{
    for (unsigned at = scan->from + 1; at < scan->to; at++) {
        struct reply_item item;
        if (!scan_is_number(scan, at) && !scan_word(scan, at)->capital)
            continue;
        if (!reply_options_item(scan, at, &item) || !is_coded(item.what))
            continue;
        bool signed_before = at + 1 == scan->to && scan_is_signature(scan, scan->from) &&
                             scan_is_mark(scan, at - 1, ":,-.\n") && at - scan->from <= 6 &&
                             !scan_holds(scan, scan->from, at, LIST_PLACE);
        if (!(scan_ends(scan, at, LIST_PICK) || signed_before) ||
            !is_harmless(scan, scan->from, at))
            return false;
        reply_options_list(scan, at, found);
        return true;
    }
    return false;
}

/* "bận việc nên không dự được", "bận quá, không dự được". */
static bool read_concluded(const struct reply_scan *scan, struct reply_found *found)
{
    struct reply_scan stripped = *scan;
    scan_strip(&stripped);
    for (unsigned at = scan->from + 1; at < scan->to; at++) {
        struct reply_item item;
        if (!reply_options_item(scan, at, &item) || is_coded(item.what))
            continue;
        unsigned from = at;
        enum reply_list list;
        for (unsigned back = at; back > scan->from; back--)
            if (opening(scan, back - 1, &list) >= from - (back - 1) &&
                !scan_is_mark(scan, back - 1, ",.;:\n"))
                from = back - 1;
        bool reasoned = scan_ends(scan, from, LIST_REASON) || scan_ends(scan, at, LIST_REASON) ||
                        (from > scan->from && scan_is_mark(scan, from - 1, ",.;:\n"));
        bool addon =
            scan_option(scan, item.option[0])->addon; /* not the answer that stands before */
        if (addon || !reasoned || item.to != stripped.to || scan_syllables(scan, at, item.to) < 2 ||
            !is_harmless(scan, scan->from, at))
            return false;
        reply_options_list(scan, at, found);
        return true;
    }
    return false;
}

void reply_options_read(const struct reply_scan *scan, struct reply_found *retfound)
{
    struct start start;
    bool found = find_start(scan, &start);
    struct reply_item item;
    bool yes_before = found && start.agreed && reply_options_item(scan, start.at, &item) &&
                      scan_option(scan, item.option[0])->addon;
    if (yes_before)
        return; /* "có, TV": the yes is the answer */
    if (found)
        reply_options_list(scan, start.at, retfound);
    else if (!read_picked(scan, retfound))
        read_concluded(scan, retfound);
    if (found && retfound->state == FOUND_ANSWER && contradicts(scan, &start, retfound))
        *retfound = (struct reply_found){.state = FOUND_DOUBT, .rule = "R11 code and word differ"};
}
