// SPDX-License-Identifier: GPL-2.0-or-later
/* All phrases that mean something in replies to one campaign: the lists of the data files and the
 * words of its own file. Made once, then read only. */
#pragma once

#include "campaigns/reply_words.h"

enum reply_list {
    /* reply-words.csv */
    LIST_FRONT,        /* R4, and what else may be polite before an answer */
    LIST_END,          /* the same behind it */
    LIST_POLITE_FRONT, /* R4 alone: what is no syllable of an opinion */
    LIST_POLITE_END,
    LIST_LEAD,   /* who speaks, before an answer: "gia đình tôi" */
    LIST_TITLE,  /* before a name: "ông" */
    LIST_CHOOSE, /* right before a code: "chọn", "số", "đăng ký" */
    LIST_YES,
    LIST_NO,
    LIST_ADVERB, /* changes nothing beside a yes or no */
    LIST_VERB,   /* the matter itself, if the question is about it */
    LIST_JOIN,   /* và */
    LIST_EITHER, /* hay */
    LIST_DOUBLE, /* only there so that what looks alike without marks is doubted: dừng, đúng */
    /* reply-numbers.csv */
    LIST_PLACE,   /* R8: before a number */
    LIST_ABOUT,   /* the same: "khoảng" makes no figure of a report */
    LIST_ADDRESS, /* the same, where somebody lives or works */
    LIST_COUNT,   /* R7, R8: after a number */
    LIST_PERSON,  /* the same, and heads are counted in it */
    /* reply-phrases.csv */
    LIST_BOTH,        /* R9 */
    LIST_SLIP,        /* R9: nhầm */
    LIST_CHANGE,      /* R9: đổi sang */
    LIST_SWAP,        /* R9: đổi … sang */
    LIST_TO,          /* R9: sang */
    LIST_RIGHT,       /* R9: mới đúng */
    LIST_NOT,         /* R9: không phải */
    LIST_BUT,         /* R9: mà */
    LIST_AFTER_NO,    /* "chưa đâu" is no, "có đâu" too: only behind a no it is plain */
    LIST_BUSY,        /* before a no: "bận việc" */
    LIST_CALL,        /* calls somebody: "chị ơi" */
    LIST_AGAINST,     /* nhưng: a label or a yes with it is none */
    LIST_HEDGE,       /* nếu, có thể */
    LIST_QUESTION,    /* R12: begins one */
    LIST_ASKING,      /* R12: ends one, or stands in it */
    LIST_OTHERS,      /* speaks of somebody else */
    LIST_OTHER_THING, /* đã nhận tin: the message, not the matter */
    LIST_REASON,      /* nên: what follows is the answer */
    LIST_REMARK,      /* begins what may follow an answer */
    LIST_BECAUSE,     /* and after a letter, a yes or a no too: "vì bận" */
    LIST_LETTER,      /* after a letter that is a code: "A cho cháu" */
    LIST_PICK,        /* before a code in the midst of a sentence */
    LIST_PAST,        /* what comes next was said earlier */
    LIST_FUTURE,      /* not done yet: sẽ */
    LIST_SURNAME,     /* begins a signature */
    LIST_TAPBACK,     /* begins a robot's echo */
    LIST_ROBOT,       /* stands in an automatic answer */
    LIST_SILENT,      /* "no opinion": means nothing */
    /* reply-optout.csv */
    LIST_REFUSAL,
    LIST_NAME,
    LIST_START,
    LIST_DO,
    LIST_OBJECT,
    LIST_FILLER,
    /* the campaign's */
    LIST_OPTION,
    LIST_KEYWORD, /* of a question */
    LIST_FIELD,   /* unit or name of a number */
    LIST_UNIT,    /* any word of the names of numbers */
    LIST_OPINION,
    LIST_OPTOUT,
    LIST_SIZE
};

enum reply_what { WHAT_NONE, WHAT_CODE, WHAT_POSITION, WHAT_LABEL, WHAT_ALIAS };

struct reply_phrase {
    enum reply_list list;
    enum reply_what what; /* of an option */
    unsigned owner;       /* option, question, field or group of verbs, by number */
    unsigned count;
    unsigned syllables;
    bool doubtful; /* without marks it is also another word */
    bool joined;   /* its syllables typed as one word */
    struct reply_word *word;
};

/* An option, keyword, field or verb that stands in a text. */
struct reply_mention {
    const struct reply_phrase *phrase;
    unsigned from, to;
};

enum { REPLY_MENTIONS_MAX = 256, REPLY_PHRASE_MAX = 8, REPLY_GROUPS_MAX = 64 };

/* What stands where in a text. */
struct reply_sight {
    uint8_t lengths[REPLY_WORDS_MAX + 1]
                   [LIST_SIZE]; /* bit n: a phrase of n + 1 words begins there */
    struct reply_mention mention[REPLY_MENTIONS_MAX];
    unsigned mentions; /* in the order of the text */
};

struct reply_book;
/* With the lists of the data files. */
struct reply_book *reply_book_new(void);
void reply_book_free(struct reply_book *book);
void reply_book_add(struct reply_book *book, enum reply_list list, const char *text,
                    enum reply_what what, unsigned owner);
/* After the last phrase. */
void reply_book_close(struct reply_book *book);

struct reply_vocabulary reply_book_vocabulary(const struct reply_book *book);
/* Without marks the word is also one of that list: "vang" is "vâng". */
bool reply_book_sounds(const struct reply_book *book, const struct reply_word *word,
                       enum reply_list list);
void reply_book_look(const struct reply_book *book, const struct reply_words *words,
                     struct reply_sight *retsight);
const GPtrArray *reply_book_phrases(const struct reply_book *book); /* in the order of adding */
