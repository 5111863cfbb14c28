// SPDX-License-Identifier: GPL-2.0-or-later
/* Where somebody stands in the menus of a campaign, as a text that the caller keeps. */
#pragma once

#include "campaigns/ballot.h"
#include "campaigns/menu_page.h"

enum menu_at {
    MENU_AT_QUESTION, /* a choice, heads or free text */
    MENU_AT_NUMBER,   /* `part` is the field */
    MENU_AT_ADDON,    /* `part` is the add-on */
    MENU_AT_OPINION,
    MENU_AT_AGAIN, /* everything is answered: what now? */
    MENU_AT_PICK,  /* which answer to change */
    MENU_ATS,
};

/* Longer numbers would not fit a place: fifteen of them, before the sixteenth is typed. */
#define MENU_NUMBER_MOST G_GINT64_CONSTANT(999999999999)

struct menu_place {
    enum menu_at at;
    unsigned question, part;
    struct menu_spot spot;
    bool sorry;      /* the page begins by saying that the input was misread */
    bool opinion;    /* it is asked for at the end */
    uint64_t asked;  /* questions of this session, by place */
    uint64_t chosen; /* options so far, of several */
    unsigned numbers;
    int64_t number[BALLOT_NUMBERS_MAX]; /* of the fields before `part` */
};

/* `mark` tells one version of a campaign's menus from another. The caller frees. */
char *menu_place_print(const struct menu_place *place, uint32_t mark);
/* False: it is no place, or one of another version. What it points to is not checked. */
bool menu_place_read(const char *text, uint32_t mark, struct menu_place *retplace);
