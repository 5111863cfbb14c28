// SPDX-License-Identifier: GPL-2.0-or-later
/* Nothing here is on the air. Whatever is not begun goes back to the gateway as such: when the
 * worker leaves, or when hours closed, or a message grew too old, while it waited behind others or
 * behind a dialogue over USSD. */
#include "modems/waiting.h"

#include "modems/submission.h"

void waiting_init(struct waiting *waiting)
{
    g_queue_init(&waiting->sends);
}

void waiting_drop(struct wire_message *message)
{
    wire_message_clear(message);
    g_free(message);
}

static void drop(void *message)
{
    waiting_drop(message);
}

void waiting_clear(struct waiting *waiting)
{
    g_queue_clear_full(&waiting->sends, drop);
}

void waiting_add(struct waiting *waiting, struct wire_message *message)
{
    struct wire_message *kept = g_new(struct wire_message, 1);
    *kept = *message;
    message->owned = NULL; /* it is kept's now */
    g_queue_push_tail(&waiting->sends, kept);
}

bool waiting_is_empty(const struct waiting *waiting)
{
    return waiting->sends.length == 0;
}

struct wire_message *waiting_next(struct waiting *waiting)
{
    return g_queue_pop_head(&waiting->sends);
}

void waiting_refuse(struct speech *speech, const struct wire_send *send)
{
    struct wire_verdict verdict = submission_not_started(send);
    speech_verdict(speech, &verdict);
}

void waiting_give_back(struct waiting *waiting, struct speech *speech)
{
    struct wire_message *message = NULL;
    while ((message = waiting_next(waiting)) != NULL) {
        waiting_refuse(speech, &message->send);
        waiting_drop(message);
    }
}

void waiting_give_back_late(struct waiting *waiting, struct speech *speech, int64_t now)
{
    for (GList *at = waiting->sends.head, *next = NULL; at != NULL; at = next) {
        struct wire_message *message = at->data;
        next = at->next;
        if (message->send.until_ms == 0 || now < message->send.until_ms)
            continue;
        g_queue_delete_link(&waiting->sends, at);
        waiting_refuse(speech, &message->send);
        waiting_drop(message);
    }
}

int64_t waiting_late_at(const struct waiting *waiting)
{
    int64_t first = 0;
    for (const GList *at = waiting->sends.head; at != NULL; at = at->next) {
        int64_t until = ((const struct wire_message *)at->data)->send.until_ms;
        if (until != 0 && (first == 0 || until < first))
            first = until;
    }
    return first;
}
