// SPDX-License-Identifier: GPL-2.0-or-later
/* The register of opinions: received → forwarded → in-progress → answered → closed. Every step is a
 * row of its history with who, when and why. An opinion that is restricted is read by its office
 * alone: everybody else gets the row without text, sender and answer. */
#pragma once

#include "campaigns/campaign.h"
#include "campaigns/opinion_state.h"

enum opinion_error {
    OPINION_ERROR_STATE,      /* this step is not allowed in this state */
    OPINION_ERROR_RESTRICTED, /* only its office may do that */
    OPINION_ERROR_VALUE,      /* no such office or topic, a text that does not fit … */
    OPINION_ERROR_REFUSED,    /* the author takes no messages */
};
GQuark opinion_error_quark(void);
#define OPINION_ERROR (opinion_error_quark())

#define OPINION_DUE_MS (INT64_C(15) * 24 * 60 * 60 * 1000) /* where no office says otherwise */

/* One opinion as it may be shown. */
struct opinion {
    int64_t id, campaign_id, contact_id, reply_id;
    int64_t number; /* within the campaign, told to its author */
    char *campaign_code, *campaign_title;
    char *topic;                 /* code, "" none */
    bool suggested;              /* the topic is Loa's guess: no person has decided */
    char *unit_code, *unit_name; /* "" none */
    char *office;                /* code, "" none */
    bool forwarded;              /* a person gave it to that office; else it is suggested */
    bool restricted;
    bool withheld;       /* text, sender and answer are left out: not for this reader */
    char *text, *answer; /* "" withheld, or no answer yet */
    char *sender_name, *sender_phone; /* NULL unless senders were asked for */
    enum opinion_state state;
    bool overdue;
    char *confirmed;                                    /* "", "asked", "yes", "no" */
    int64_t received_at, due_at, state_at, answered_at; /* answered_at 0: not yet */
    char *message_state;                                /* of the SMS that answers it; "" none */
};
void opinion_free(struct opinion *opinion);
const char *opinion_shown_state(const struct opinion *opinion); /* "overdue" and all */

struct opinion_event_row {
    int64_t at;
    char *by, *event, *from, *to, *detail; /* detail "" where it is withheld */
};

/* Who looks. `office`: its restricted opinions are open; NULL: those of none. */
struct opinion_reader {
    const char *office;
    int64_t now; /* for what is overdue */
};

struct opinion_filter {
    int state;           /* enum opinion_state without the overdue; -1: all */
    bool overdue;        /* only those */
    int64_t campaign_id; /* 0: all */
    const char *office;  /* code; NULL: all, "" those of none */
    const char *topic;   /* the same */
    const char *unit;    /* code, with all below it, and what is part of them now; NULL: all */
    const char *tree;    /* the day of its tree; NULL: the newest */
    bool senders;        /* with names and numbers; the caller writes down who was shown them */
    int64_t after;       /* only ids above */
    unsigned limit;      /* 0: no limit */
};

/* By id; GPtrArray owning struct opinion. STORE_ERROR_NOT_FOUND: there is no such unit. */
GPtrArray *opinion_list(struct store *store, const struct opinion_filter *filter,
                        const struct opinion_reader *reader, GError **error);
/* NULL with STORE_ERROR_NOT_FOUND. */
struct opinion *opinion_get(struct store *store, int64_t id, bool sender,
                            const struct opinion_reader *reader, GError **error);
/* Oldest first; GPtrArray owning struct opinion_event_row. */
GPtrArray *opinion_history(struct store *store, const struct opinion *opinion, GError **error);

/* By state, those that are overdue apart: together all there are. */
struct opinion_counts {
    int64_t states[OPINION_STATES];
    int64_t overdue;
};
/* `campaign_id` 0: all. */
bool opinion_count(struct store *store, int64_t campaign_id, int64_t now,
                   struct opinion_counts *retcounts, GError **error);
/* Neither answered nor closed, the overdue ones among them. */
int64_t opinion_counts_open(const struct opinion_counts *counts);

/* "chỉ dành cho Công an xã": what stands in the place of a withheld text. The caller frees. */
char *opinion_withheld_label(const struct gateway_config *config, const char *office);
