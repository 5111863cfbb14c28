// SPDX-License-Identifier: GPL-2.0-or-later
/* What fits on a USSD page, and how lines become pages: greedily, from where the page before ended,
 * so that a place needs to keep no more than that. */
#pragma once

#include "campaigns/menu.h"

/* Characters of a line: what is longer is cut. */
enum { MENU_LINE_MAX = 600 };

struct menu_line {
    char *text;
    bool whole; /* an option: on one page if it fits one by itself */
};

/* All that a question shows: its lines, then what stands on the last page only. */
struct menu_sheet {
    GArray *lines;     /* of struct menu_line, as menu_page_text() makes them */
    char *tail;        /* NULL: nothing */
    bool spare;        /* the tail is left out where it would cost a page */
    char *next, *back; /* their lines: "0. tiep"; `back` NULL: there is no way */
    char *sorry;       /* stands first; NULL: nothing was misread */
};
void menu_sheet_add(struct menu_sheet *sheet, bool whole, char *text); /* takes the text over */
void menu_sheet_clear(struct menu_sheet *sheet);

/* A byte of one of the lines; behind the last line it is the end. */
struct menu_spot {
    unsigned line, byte;
};

struct menu_page {
    char *text;
    struct menu_spot to; /* where the next one begins */
    bool last;           /* else it ends with `next` */
    bool back;           /* it shows `back`: where that costs no page */
};
/* From a spot that is one of this sheet's; the caller frees `text`. */
void menu_page_make(const struct menu_sheet *sheet, struct menu_spot from,
                    struct menu_page *retpage);
bool menu_page_is_spot(const struct menu_sheet *sheet, struct menu_spot spot);
/* Where the page before that one begins; that of the first is its own. */
struct menu_spot menu_page_before(const struct menu_sheet *sheet, struct menu_spot from);

/* One line of text as the alphabet can write it: blanks made one; without diacritics and with "?"
 * for what GSM 7-bit has not. The caller frees. */
char *menu_page_text(enum ussd_alphabet alphabet, const char *text);
/* The beginning that fits a page between `before` and `behind`, cut at a word and marked where it
 * is cut; the bytes of `text` that it has. The caller frees. */
char *menu_page_cut(const char *text, const char *before, const char *behind, size_t *retbytes);
