// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of `ussd_dialogue` and `ussd_step`, and what a modem's row remembers of USSD. States are the
 * names of modems/ussd_dialogue.h, which this room does not know. All need no open transaction but
 * take part in one. */
#pragma once

#include "campaigns/store/store.h"

struct ussd_wish {
    const char *modem;
    const char *purpose; /* as the schema lists them */
    const char *by;      /* "" the gateway itself, or the network */
    int64_t now;
};
/* An idle row, of the SIM that is in the modem as far as its row tells. */
bool store_ussd_new(struct store *store, const struct ussd_wish *wish, int64_t *retid,
                    GError **error);

/* STORE_ERROR_CONFLICT: there is no such dialogue, or it has ended. */
bool store_ussd_state(struct store *store, int64_t id, const char *state, const char *cause,
                      int64_t now, GError **error);
/* What is still open, of whichever modem, is closed for that cause. */
bool store_ussd_close_open(struct store *store, const char *cause, int64_t now, int64_t *retcount,
                           GError **error);

struct ussd_step {
    int64_t at;
    bool received; /* else sent */
    char *text, *raw;
    int dcs, status; /* -1: none */
};
/* The next of its transcript; NULL of `raw` is "". */
bool store_ussd_step(struct store *store, int64_t id, const struct ussd_step *step, GError **error);
/* In their order; struct ussd_step *, freed with the array. */
GPtrArray *store_ussd_steps(struct store *store, int64_t id, GError **error);

struct ussd_row {
    int64_t id;
    char *modem, *imsi, *purpose, *state, *by, *cause;
    int64_t created_at, state_at;
    char *code; /* that was dialled first; "" none yet */
    char *text; /* that the network said last; "" nothing yet */
};
void ussd_row_free(struct ussd_row *row);

/* NULL with STORE_ERROR_NOT_FOUND. */
struct ussd_row *store_ussd_get(struct store *store, int64_t id, GError **error);
/* Newest first, with ids below `before_id` (0: all), of that modem (NULL: any) and purpose (NULL:
 * any); struct ussd_row *, freed with the array. */
struct ussd_filter {
    const char *modem, *purpose;
    int64_t before_id;
    unsigned limit;
};
GPtrArray *store_ussd_list(struct store *store, const struct ussd_filter *filter, GError **error);
/* The one that holds this modem, or is the first to wait for it; NULL in `retrow`: none. */
bool store_ussd_open(struct store *store, const char *modem, struct ussd_row **retrow,
                     GError **error);
/* How many hold this modem or wait for it. */
bool store_ussd_count_open(struct store *store, const char *modem, int64_t *retcount,
                           GError **error);
/* Messages of the network that nobody had asked for, or that came late. */
bool store_ussd_unasked_since(struct store *store, int64_t since, int64_t *retcount,
                              GError **error);

/* How this modem takes requests and writes texts: names of enum ussd_form; "" nothing was learned.
 * The caller frees. */
bool store_ussd_forms(struct store *store, const char *modem, char **retrequest, char **rettext,
                      GError **error);
bool store_ussd_note_forms(struct store *store, const char *modem, const char *request,
                           const char *text, GError **error);
