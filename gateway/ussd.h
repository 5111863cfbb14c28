// SPDX-License-Identifier: GPL-2.0-or-later
/* USSD dialogues of all modems, from the order to the transcript: one at a time per modem, SMS held
 * back while it is open. Who wants one makes its row (store_ussd_new()) and hands the order over;
 * codes of cards live in the order only, never in the database or the log. */
#pragma once

#include "config/gateway.h"
#include "gateway/turn.h"
#include "modems/ussd_dialogue.h"
#include "modems/wire.h"

struct ussd_order {
    int64_t id; /* of its row in ussd_dialogue */
    char *modem;
    char **path;      /* NULL-terminated: the code, then an answer to each menu that it opens */
    bool interactive; /* a menu that is open when the path ends waits for a person */
    bool secret;      /* the path holds the code of a card */
};
void ussd_order_free(struct ussd_order *order);

/* What came of one, told in the main loop after it is committed. */
struct ussd_end {
    int64_t id;
    const char *modem;
    enum ussd_state state;
    const char *text; /* the last that the network said; NULL: nothing */
    /* A sentence where it did not go as it was ordered; "": the path was walked to its end, whether
     * that was a text or a menu, which has been closed then. */
    const char *cause;
};

struct ussd_desk;

/* `send` hands a packet (which it takes over) to the worker of that modem; false: it has none that
 * is ready. NULL only asks for that. Dialogues that an earlier gateway left open are closed. */
struct ussd_desk *ussd_desk_new(struct store *store, struct turn *turn,
                                bool (*send)(void *data, const char *modem, GByteArray *packet),
                                void *data, GError **error);
void ussd_desk_free(struct ussd_desk *desk);
/* Several may listen. */
void ussd_desk_on_end(struct ussd_desk *desk, void (*ended)(void *data, const struct ussd_end *end),
                      void *data);

/* Takes the order over; it waits for its turn, and for the modem for a while. */
void ussd_desk_order(struct ussd_desk *desk, struct ussd_order *order);
/* To the open menu of an interactive one; false: none is open there. */
bool ussd_desk_answer(struct ussd_desk *desk, int64_t id, const char *text);
/* `by` wants no more of it; NULL or "": nobody is named. */
void ussd_desk_cancel(struct ussd_desk *desk, int64_t id, const char *by);
/* The gateway ends: menus are closed, what waits is given up, nothing more is dialled. */
void ussd_desk_stop(struct ussd_desk *desk);

/* What the worker says; its end; once a second. */
void ussd_desk_news(struct ussd_desk *desk, const char *modem, const struct wire_ussd_news *news);
void ussd_desk_lost(struct ussd_desk *desk, const char *modem);
void ussd_desk_tick(struct ussd_desk *desk);

/* A dialogue is open there, or waits: no message should be leased. */
bool ussd_desk_is_busy(const struct ussd_desk *desk, const char *modem);
