// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files of the menus share: a campaign as menus know it, made once. */
#pragma once

#include "campaigns/menu_place.h"

struct reply_reader;

/* Keys that are no option: the longest is "999". */
struct menu_keys {
    char next[4], back[4], done[4];
};

struct menu_asked {
    const struct question_config *config;
    struct reply_reader *turn; /* reads texts as answers to this question alone */
    char *heading;             /* the question itself, as menu_page_text() */
    unsigned offered;          /* options, at most BALLOT_CODES_MAX */
    GPtrArray *keys;           /* char *: what is typed for an option, by its place */
    GPtrArray *labels;         /* char *: as menu_page_text(), told apart */
    struct menu_keys special;
};

struct menu {
    const struct campaign_config *campaign;
    enum ussd_alphabet alphabet;
    struct reply_reader *reader; /* of the whole campaign */
    GArray *asked;               /* of struct menu_asked */
    uint32_t mark;               /* of this version of its menus */
    char *thanks;
};

static inline const struct menu_asked *menu_asked_at(const struct menu *menu, unsigned question)
{
    return &g_array_index(menu->asked, struct menu_asked, question);
}
