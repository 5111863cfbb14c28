// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the outlets that are there takes messages of which route (campaigns/route.h): what is
 * known of their SIMs now, and how much the cheaper ones leave over. */
#pragma once

#include "campaigns/active.h"
#include "gateway/outlet.h"

struct routing;

struct routing *routing_new(struct store *store);
void routing_free(struct routing *routing);

/* What a look around needs; all is borrowed until the next one. */
struct routing_scene {
    const struct gateway_config *config;
    GTimeZone *zone;
    GPtrArray *outlets;      /* struct outlet * */
    const GArray *campaigns; /* int64_t: those that may send now */
    int64_t now;
    /* How long a campaign may still send today, and when that ends for today. */
    int64_t (*open_ms)(void *data, int64_t campaign_id, int64_t *retends);
    void *data;
};
bool routing_look_around(struct routing *routing, const struct routing_scene *scene,
                         GError **error);

/* Whether this outlet takes anything from that lane, and how soon: the lower, the sooner. */
bool routing_wants(struct routing *routing, const struct outlet *outlet,
                   const struct message_lane *lane, int64_t *retrank);
/* Another one should send this message of that lane, and can do so today before it expires. The
 * last question before it is taken: what cheaper SIMs leave over becomes less by it. */
bool routing_leaves(struct routing *routing, const struct outlet *outlet,
                    const struct message_lane *lane, const struct message *message);
