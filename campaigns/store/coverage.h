// SPDX-License-Identifier: GPL-2.0-or-later
// The rows coverage is counted from, campaign by campaign, so that a programme fits into memory.
#pragma once

#include "campaigns/store/store.h"

/* What became of writing to somebody, nearest to being reached last. */
enum reach {
    REACH_NO_PHONE,
    REACH_OPTED_OUT,
    REACH_DROPPED, /* expired or cancelled before it left */
    REACH_REFUSED,
    REACH_UNDELIVERED,
    REACH_WAITING, /* not on the air yet */
    REACH_UNSURE,
    REACH_SENT, /* no report came */
    REACH_DELIVERED,
    REACH_COUNT,
};

struct coverage_campaign {
    int64_t id, started_at;
};
/* Those that started from `from` to before `to`, oldest first; both 0: all. GArray. */
GArray *store_coverage_campaigns(struct store *store, int64_t from, int64_t to, GError **error);

struct coverage_contact {
    int64_t id;
    enum reach reach; /* the best of its messages in the campaign */
    bool sent;        /* at least one went on the air */
};
/* All that were written to, by id. GArray. */
GArray *store_coverage_contacts(struct store *store, int64_t campaign_id, GError **error);

struct coverage_member {
    int64_t person_id;
    int64_t contact_id, unit_id, household_id; /* 0: none */
    bool addressed;
    bool opted_out; /* when the campaign started */
};
/* Calls `take` for each person the campaign is for. */
bool store_coverage_members(struct store *store, int64_t campaign_id,
                            void (*take)(void *data, const struct coverage_member *member),
                            void *data, GError **error);

/* Who is to be visited: of a household its head, or who stands first. */
struct coverage_face {
    char *name, *household; /* household: its code in the roster; "" */
    char *phone, *detail;   /* E.164 and why there is none; "" */
    bool refused;           /* the phone takes no messages from somebody */
};
/* `household_id` 0: that person. */
bool store_coverage_face(struct store *store, int64_t person_id, int64_t household_id,
                         struct coverage_face *retface, GError **error);
void coverage_face_clear(struct coverage_face *face);
