// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of the way to a contact: rows of `contact_operator`, and the column `route` of the
 * messages (campaigns/route.h). Functions marked (t) need an open transaction. */
#pragma once

#include "campaigns/message.h"
#include "campaigns/route.h"
#include "campaigns/store/store.h"

/* For a message that is to be queued: campaign_id, contact_id and purpose are read. A reminder goes
 * by the SIM that wrote first; an answer or alarm needs no route. The caller frees. */
bool store_route_new(struct store *store, const struct message *message, char **retroute,
                     GError **error);
/* The modem whose SIM sent the first text of a campaign to a contact that was not reported lost;
 * NULL: none did. */
bool store_route_first(struct store *store, int64_t campaign_id, int64_t contact_id,
                       char **retmodem, GError **error);

/* (t) What the report on a part made of its message: it was delivered, or failed for good. Where
 * that changes the route of its contact, what is queued for the contact takes it over. */
struct route_news {
    int64_t message_id;
    unsigned sequence;
    bool delivered;
};
bool store_route_learn(struct store *store, const struct route_news *news, int64_t now,
                       GError **error);

/* Contact id (int64_t *) → struct route_lessons *: all contacts that some operator failed to
 * reach. */
struct route_lessons {
    GArray *rows; /* struct route_lesson */
};
GHashTable *store_route_lessons(struct store *store, GError **error);

/* The SIM in each modem, as far as it is known. */
struct route_modem {
    char *name, *state, *operator_name; /* the operator may be "" */
};
/* GPtrArray owning struct route_modem *. */
GPtrArray *store_route_modems(struct store *store, GError **error);

/* Routes (char *) of what is queued for any modem of one campaign and priority. */
bool store_route_list(struct store *store, int64_t campaign_id, int priority, GPtrArray *retroutes,
                      GError **error);
/* Parts that wait in a lane and are due, guessed by the first few where there are many; counts no
 * more than so many messages. */
bool store_route_backlog(struct store *store, const struct message_lane *lane, int64_t now,
                         unsigned limit, int64_t *retparts, GError **error);
