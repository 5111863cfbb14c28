// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of answers: every version of what a voice says to a question, one of them in force. Which
 * one is decided by campaigns/ballot.h. */
#pragma once

#include "campaigns/store/store.h"

/* Whose answers: of a contact or of a person, the other 0. `question` NULL: to all questions. */
struct answer_voice {
    int64_t campaign_id, contact_id, person_id;
    const char *question;
};

struct answer_row {
    int64_t id; /* 0: none */
    int64_t campaign_id, contact_id, person_id;
    char *question;
    char *code;       /* as it stands with this version */
    char *said;       /* by this version alone */
    int64_t reply_id; /* 0: said elsewhere */
    int64_t at, recorded_at;
    char *by, *reason;     /* by "": the reply itself */
    int64_t superseded_by; /* 0: in force */
    /* joined for readers; NULL where there is none */
    char *phone, *person_name, *unit_name, *text;
    bool by_ussd;  /* the reply came so; else by SMS */
    bool withheld; /* only an office may read the reply: whoever is shown this is not told which */
};
void answer_row_clear(struct answer_row *row);
void answer_row_free(struct answer_row *row);

/* id 0: none yet. Clear it. `voice` has a question. */
bool store_answer_current(struct store *store, const struct answer_voice *voice,
                          struct answer_row *retrow, GError **error);
/* By question, in the order in which they were said. GPtrArray owning struct answer_row. */
GPtrArray *store_answer_versions(struct store *store, const struct answer_voice *voice,
                                 GError **error);
/* All that a reply says now, whoever decided so: the same. */
GPtrArray *store_answer_of_reply(struct store *store, int64_t reply_id, GError **error);

struct answer_filter {
    int64_t campaign_id;
    const char *question; /* NULL: all */
    int64_t after;        /* only ids above */
    unsigned limit;
};
/* Those in force that say something, by id. */
GPtrArray *store_answer_list(struct store *store, const struct answer_filter *filter,
                             GError **error);

/* How many of those came by which way. */
struct answer_ways {
    int64_t sms, ussd, entered; /* entered: by a person, without any reply */
};
bool store_answer_ways(struct store *store, int64_t campaign_id, struct answer_ways *retways,
                       GError **error);

/* Is the contact, or the person, among those the campaign is for; and how many persons it reaches
 * through that contact. */
bool store_answer_asked(struct store *store, int64_t campaign_id, int64_t contact_id,
                        int64_t person_id, unsigned *retpersons, GError **error);
/* The persons a campaign asks through one contact, the addressed one first, and what that reply
 * says for each as a person decided. GPtrArray owning struct answer_person. */
struct answer_person {
    int64_t id;
    char *name, *unit_name, *answer; /* unit, answer: NULL none */
};
GPtrArray *store_answer_persons(struct store *store, int64_t campaign_id, int64_t contact_id,
                                int64_t reply_id, GError **error);
/* Is the person asked through that contact. */
bool store_answer_reaches(struct store *store, int64_t campaign_id, int64_t person_id,
                          int64_t contact_id, bool *retreached, GError **error);

/* ---- inside a transaction, by campaigns/answer_put.c alone ---- */
bool store_answer_next_id(struct store *store, int64_t *retid, GError **error);
/* As it is in `row`, its id and superseded_by too; text is not read. */
bool store_answer_insert(struct store *store, const struct answer_row *row, GError **error);
bool store_answer_supersede(struct store *store, int64_t id, int64_t by_id, GError **error);
/* In force again, or with another code because something was said before it. */
bool store_answer_enforce(struct store *store, int64_t id, const char *code, GError **error);
