// SPDX-License-Identifier: GPL-2.0-or-later
/* A reply as a row of words, numbers and marks, each with its letters apart from what stands on
 * them (R2): "hoà", "hòa" and an NFD "hoà" are the letters hoa with one grave. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REPLY_WORDS_MAX = 256,  /* of a text; what comes later can only be remark or opinion */
    REPLY_LETTERS_MAX = 24, /* of a word, its NUL included; no syllable has more than seven */
};

enum reply_kind { REPLY_WORD, REPLY_NUMBER, REPLY_MARK };

/* How a word is written: its letters, what stands on each of them, and its tone. */
struct reply_spelling {
    char letters[REPLY_LETTERS_MAX]; /* lower case, without marks; of a mark: the character */
    uint64_t marks;                  /* three bits for each letter: enum reply_letter_mark */
    uint8_t tone;                    /* enum reply_tone */
};

enum reply_letter_mark {
    LETTER_PLAIN,
    LETTER_STROKE,
    LETTER_CIRCUMFLEX,
    LETTER_BREVE,
    LETTER_HORN
};
enum reply_tone { TONE_LEVEL, TONE_GRAVE, TONE_ACUTE, TONE_HOOK, TONE_TILDE, TONE_DOT };

struct reply_word {
    struct reply_spelling spelling;
    enum reply_kind kind;
    size_t start, end; /* bytes of the text */
    bool glued;        /* nothing between it and the word before */
    bool capital;      /* its first letter */
    bool capitals;     /* all its letters */
    bool marked;       /* letters with diacritics as they were typed */
    bool undone;       /* typed raw: R3 */
    uint32_t id;       /* of its letters in the vocabulary; 0: not known there */
};

struct reply_words {
    unsigned count;
    bool ascii; /* no word was typed with diacritics */
    bool more;  /* the text goes on behind the last word */
    struct reply_word word[REPLY_WORDS_MAX];
};

/* Whom to ask whether a word is one: raw typing is undone only where that makes a known word of an
 * unknown one. */
struct reply_vocabulary {
    uint32_t (*find)(const void *data, const char *letters);
    /* `whole`: with every mark; else some may lack. */
    bool (*knows)(const void *data, const struct reply_spelling *spelling, bool whole);
    const void *data;
    /* The text is a keyword of a question with its number: "AN1" is no "án". NULL: there are none.
     */
    bool (*calls)(const void *data, const char *text);
};

/* `vocabulary` NULL: cut only. `text` is valid UTF-8. */
void reply_words_cut(const char *text, const struct reply_vocabulary *vocabulary,
                     struct reply_words *retwords);

bool reply_spelling_same(const struct reply_spelling *one, const struct reply_spelling *other);
/* What is typed may lack marks of `whole`, but contradicts none: "đung" may be đúng, never đừng. */
bool reply_spelling_lacks(const struct reply_spelling *typed, const struct reply_spelling *whole);
/* As it would be printed. */
void reply_spelling_print(const struct reply_spelling *spelling, GString *out);

unsigned reply_mark_of(const struct reply_spelling *spelling, unsigned letter);
/* Adds one letter; false: no room. */
bool reply_spelling_add(struct reply_spelling *spelling, char letter, unsigned mark);
