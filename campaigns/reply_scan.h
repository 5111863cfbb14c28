// SPDX-License-Identifier: GPL-2.0-or-later
/* What the rules of reading share: the campaign as a reader knows it, a stretch of a text, and what
 * one question found in it. */
#pragma once

#include "campaigns/reply_phrases.h"
#include "config/campaign.h"

enum { REPLY_FOUND_MAX = 32, REPLY_FIELDS_MAX = 16, REPLY_QUESTIONS_MAX = 64, REPLY_NOBODY = -1 };

/* An option or add-on of a question. */
struct reply_option {
    const struct option_config *config;
    unsigned question; /* its number */
    unsigned order;    /* among all of the campaign */
    bool addon;
    bool letter; /* its code is one letter */
};

struct reply_asked {
    const struct question_config *config;
    bool keyed;     /* waits for its keyword */
    int yes, no;    /* the only option of that sense; REPLY_NOBODY */
    uint64_t verbs; /* groups of verbs that its options are about */
    bool dated;     /* its options are dates */
    bool done;      /* its yes says that something is done: "đã nhận" */
    bool one_digit; /* all its codes are single digits */
};

struct reply_reader {
    const struct campaign_config *campaign;
    struct reply_book *book;
    struct reply_vocabulary vocabulary;
    GArray *options; /* struct reply_option */
    GArray *asked;   /* struct reply_asked */
    GPtrArray *ways; /* words of labels and how else they are said, in turn: char * */
    unsigned open;   /* questions that wait for no keyword */
    bool turn;       /* its only question was just asked: whatever is no question is about it */
    struct campaign_config only; /* then: the campaign with that question alone */
};

struct reply_scan {
    const struct reply_reader *reader;
    const char *text;
    const struct reply_words *words;
    const struct reply_sight *sight;
    unsigned from, to;
    unsigned question;
    bool typed; /* at the question itself: figures are words, too */
};

enum reply_state {
    FOUND_NOTHING, /* nothing that looks like an answer */
    FOUND_DOUBT,   /* something, but a person must say what */
    FOUND_ANSWER,
};

struct reply_found {
    enum reply_state state;
    const char *rule;
    unsigned count; /* options, add-ons among them */
    unsigned option[REPLY_FOUND_MAX];
    unsigned numbers;
    int64_t number[REPLY_FIELDS_MAX];
};

static inline const struct reply_word *scan_word(const struct reply_scan *scan, unsigned at)
{
    return &scan->words->word[at];
}

/* Length of the phrase of a list that begins at `at` and ends within the stretch. */
static inline unsigned scan_length(const struct reply_scan *scan, unsigned at, enum reply_list list)
{
    unsigned room = at < scan->to ? scan->to - at : 0;
    unsigned lengths = scan->sight->lengths[at][list];
    if (room < REPLY_PHRASE_MAX)
        lengths &= (1U << room) - 1;
    return lengths == 0 ? 0 : (unsigned)g_bit_storage(lengths);
}

bool scan_is_mark(const struct reply_scan *scan, unsigned at, const char *characters);
bool scan_is_word(const struct reply_scan *scan, unsigned at);
bool scan_is_number(const struct reply_scan *scan, unsigned at);
/* Length of the longest phrase of the list that ends right before `at`. */
unsigned scan_ends(const struct reply_scan *scan, unsigned at, enum reply_list list);
/* Whether a phrase of the list begins in `from` … `to` - 1. */
bool scan_holds(const struct reply_scan *scan, unsigned from, unsigned to, enum reply_list list);
/* Words and numbers from `from` to `to`. */
unsigned scan_syllables(const struct reply_scan *scan, unsigned from, unsigned to);
/* The stretch without politeness (R4) and idle marks at its ends. */
void scan_strip(struct reply_scan *scan);
/* Nothing but politeness from `at` to the end, and some. */
bool scan_is_polite_end(const struct reply_scan *scan, unsigned at);
/* What comes at `at` is how people sign. */
bool scan_is_signature(const struct reply_scan *scan, unsigned at);
/* "thôn 4", "thôn Thuận Lộc": where somebody lives; not "thôn chưa có điện". */
bool scan_is_address(const struct reply_scan *scan, unsigned at);
/* A title and a name: "anh Có", "Bà Ba". */
bool scan_is_titled(const struct reply_scan *scan, unsigned at);
/* The same, less surely: a surname alone. */
bool scan_may_sign(const struct reply_scan *scan, unsigned at);
/* Words and numbers without the politeness of R4: what R13 counts. */
unsigned scan_content(const struct reply_scan *scan);
/* A noun that is counted, at `at` behind a number (R7): no politeness, signature or address. */
bool scan_is_counted(const struct reply_scan *scan, unsigned at);
/* A number that says how many, when or where, not which (R8); or is too long for a code. */
bool scan_is_placed(const struct reply_scan *scan, unsigned at);
bool scan_is_quantity(const struct reply_scan *scan, unsigned at);

const struct reply_option *scan_option(const struct reply_scan *scan, unsigned order);
const struct reply_asked *scan_asked(const struct reply_scan *scan);
