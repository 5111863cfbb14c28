// SPDX-License-Identifier: GPL-2.0-or-later
/* The page on which a caller chooses between several surveys. Pure; it has a place, as the pages of
 * a menu have. */
#pragma once

#include "config/ussd_services.h"

enum { USSD_CHOICE_MAX = 24, USSD_CHOICE_PAGE = 4 };

struct ussd_choice {
    unsigned count, first; /* first: on the page that is shown */
    int64_t ids[USSD_CHOICE_MAX];
};

/* "?4:12,15,17,20,31": the fifth on. False: it is no such place. */
bool ussd_choice_read(const char *place, struct ussd_choice *retchoice);
char *ussd_choice_place(const struct ussd_choice *choice);

/* `titles` (char *) are those of the ids that are shown, USSD_CHOICE_PAGE at most. */
char *ussd_choice_page(const struct ussd_choice *choice, const GPtrArray *titles,
                       enum ussd_alphabet alphabet);
/* What was typed: an id; 0 with "0", which turns the page, and with what was not offered
 * (`retmisread`). */
int64_t ussd_choice_pick(struct ussd_choice *choice, const char *input, bool *retmisread);
