// SPDX-License-Identifier: GPL-2.0-or-later
// Rows that tests of the queue need: contacts, campaigns, messages, verdicts.
#pragma once

#include "campaigns/store/message.h"
#include "campaigns/store/message_list.h"
#include "tests/store_file.h"

int64_t add_contact(struct store *store, const char *phone);
int64_t add_campaign(struct store *store, const char *code, const char *state);
/* To a contact of its own; `like` may say more: purpose, priority, parts, modem, not_before. */
int64_t add_message(struct store *store, int64_t campaign, const struct message *like);
int64_t lease(struct store *store, int64_t id, const char *modem, int64_t now);
struct told {
    enum attempt_verdict verdict;
    unsigned parts_now;
    int references[8];
};

struct settled settle(struct store *store, int64_t number, const char *modem,
                      const struct told *told, int64_t now);
int64_t send_one(struct store *store, int64_t id, const char *modem, int reference, int64_t now);
void assert_state(struct store *store, int64_t id, enum message_state expected);
