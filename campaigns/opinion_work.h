// SPDX-License-Identifier: GPL-2.0-or-later
/* What people do with an opinion. Each function is a transaction of its own, and a row in the
 * opinion's history. */
#pragma once

#include "campaigns/book.h"
#include "campaigns/opinion.h"

struct opinion_task {
    int64_t id;
    const char *office;      /* whose restricted opinions are open; NULL: of none */
    const char *by, *reason; /* reason may be NULL */
    int64_t now;
    const struct gateway_config *config;
};

/* What is NULL or 0 stays as it is. */
struct opinion_assignment {
    const char *office; /* code */
    const char *topic;  /* code; "-": none */
    int64_t due_at;
    enum { RESTRICTION_KEPT, RESTRICTED, UNRESTRICTED } restriction;
};
/* With an office: forwards. A restricted opinion may be given to another office unread, but only
 * its office may open it to all (OPINION_ERROR_RESTRICTED). */
bool opinion_work_assign(struct store *store, const struct opinion_task *task,
                         const struct opinion_assignment *assignment, GError **error);
/* START, CLOSE (with a reason), REOPEN (the office gets its time again). */
bool opinion_work_step(struct store *store, const struct opinion_task *task,
                       enum opinion_event event, GError **error);
/* Writes down that `by` was shown who wrote it. OPINION_ERROR_RESTRICTED: that is not for them. */
bool opinion_work_sender(struct store *store, const struct opinion_task *task, GError **error);
/* The same for all that are not withheld, of struct opinion *; the task's id is not looked at. */
bool opinion_work_senders(struct store *store, const struct opinion_task *task,
                          const GPtrArray *opinions, GError **error);

/* By SMS through the modem that brought the opinion, with the question of the campaign's
 * opinion.confirm behind it; or told by the office itself (`told`), and only written down. */
struct opinion_answer {
    const char *text;
    bool told;
};
bool opinion_work_answer(struct store *store, struct campaign_book *book,
                         const struct opinion_task *task, const struct opinion_answer *answer,
                         GError **error);
