// SPDX-License-Identifier: GPL-2.0-or-later
// What the desk writes down of a dialogue, as an effect of the turn.
#pragma once

#include "campaigns/store/ussd.h"
#include "gateway/turn.h"

struct ussd_desk;

struct ussd_record {
    struct effect effect;
    struct ussd_desk *desk; /* borrowed */
    /* After the commit, or when it could not be stored (`lost`); NULL: nobody waits for it. */
    void (*done)(const struct ussd_record *record, bool lost);

    int64_t id; /* of its row; 0: a row of its own, of what nobody had asked for */
    char *modem;
    const char *state; /* static; NULL: it stays */
    char *cause;
    struct ussd_step step;                /* `text` NULL: none */
    const char *request_form, *text_form; /* static; NULL: they stay */
    bool says;                            /* its step is to be sent, once it is committed */
    bool ends;                            /* the dialogue is over by it */
};

/* With its functions; the turn frees it, and with it modem, cause and step. */
struct ussd_record *ussd_record_new(const char *modem, int64_t id);
