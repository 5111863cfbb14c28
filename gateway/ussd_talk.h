// SPDX-License-Identifier: GPL-2.0-or-later
/* The inside of the desk, for ussd.c (who is when), ussd_talk.c (what is said and written down) and
 * ussd_news.c (what is heard) alone. */
#pragma once

#include "gateway/ussd.h"
#include "modems/ussd_text.h"

struct ussd_queue;

struct ussd_talk {
    struct ussd_order *order;
    struct ussd_queue *line;
    enum ussd_state state;
    unsigned next;       /* element of the path that is sent next */
    char *text;          /* to be sent, once it is committed; NULL: nothing */
    bool sent;           /* the worker has heard of it */
    bool stopping;       /* and was told to end it, */
    enum ussd_event end; /* for this */
    char *cause;
    char *heard;      /* what the network said last; NULL: nothing */
    int64_t deadline; /* monotonic ms */
};

/* One modem. */
struct ussd_queue {
    char *modem;
    struct ussd_talk *talk; /* that holds it; NULL: none */
    GQueue waiting;         /* struct ussd_talk * */
    enum ussd_form request, text;
    bool remembers;        /* these are what the modem's row says */
    int64_t unasked_since; /* monotonic ms: what nobody asked for is counted from here */
    unsigned unasked;
    char **card; /* path of the last that held the code of one: a text may repeat it later */
};

struct ussd_listener {
    void (*ended)(void *data, const struct ussd_end *end);
    void *data;
};

struct ussd_desk {
    struct store *store;
    struct turn *turn;
    bool (*send)(void *data, const char *modem, GByteArray *packet);
    void *data;
    GHashTable *lines; /* name of a modem → struct ussd_queue */
    GHashTable *talks; /* id → struct ussd_talk, until its end is committed */
    GArray *listeners; /* struct ussd_listener */
    bool stopped;
};

enum {
    USSD_READY_MS = 60 * 1000, /* a modem has so long to work again */
    USSD_MENU_MS = 60 * 1000,  /* a person, to answer a menu */
    USSD_UNASKED_MOST = 30,    /* a minute: who says more than that is out of order */
};

int64_t ussd_monotonic_ms(void);
struct ussd_queue *ussd_queue_of(struct ussd_desk *desk, const char *modem);
void ussd_queue_free(gpointer line);
/* What the modem's row knows of its forms is read, once. */
void ussd_queue_remember(struct ussd_desk *desk, struct ussd_queue *line);
/* The next comes, if it is time and the modem works. */
void ussd_queue_serve(struct ussd_desk *desk, struct ussd_queue *line);

void ussd_talk_free(gpointer talk);
/* The only writer of its state. */
bool ussd_talk_advance(struct ussd_talk *talk, enum ussd_event event);
/* Its state as it is now, to be written down; the caller adds to it and hands it to the turn. */
struct ussd_record *ussd_talk_record(struct ussd_desk *desk, const struct ussd_talk *talk);
/* Code or answer: written down now, sent after the commit. */
void ussd_talk_say(struct ussd_desk *desk, struct ussd_talk *talk, const char *text);
/* Here and now. Takes over `cause`. */
void ussd_talk_end(struct ussd_desk *desk, struct ussd_talk *talk, enum ussd_event event,
                   char *cause);
/* By way of the worker, if that has heard of it. Takes over `cause`. */
void ussd_talk_stop(struct ussd_desk *desk, struct ussd_talk *talk, enum ussd_event event,
                    char *cause);
