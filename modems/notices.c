// SPDX-License-Identifier: GPL-2.0-or-later
/* A bounded queue. The network has been told that the modem has what it pushes to us, so that is
 * kept in the flight log here and now, before anybody could die of it or with it. */
#include "modems/notices.h"

#include "modems/kept.h"

#include <string.h>

enum { NOTICES_MAX = 4096 };

static void free_notice(void *data)
{
    struct line_notice *notice = data;
    g_free(notice->text);
    g_free(notice);
}

void notices_init(struct notices *notices)
{
    *notices = (struct notices){0};
    g_queue_init(&notices->queue);
}

void notices_clear(struct notices *notices)
{
    g_queue_clear_full(&notices->queue, free_notice);
}

static void keep_pushed(const struct notices *notices, struct line_notice *notice)
{
    bool report = notice->kind == RESULT_PUSHED_REPORT;
    if (notices->kept != NULL && !notice->kept && (report || notice->kind == RESULT_PUSHED_MESSAGE))
        notice->kept = kept_push(notices->kept, notice->text, report) != NULL;
}

void notices_add(struct notices *notices, const struct filter_notice *notice)
{
    struct line_notice *queued = g_new0(struct line_notice, 1);
    queued->kind = notice->kind;
    queued->index = notice->index;
    memcpy(queued->memory, notice->memory, sizeof queued->memory);
    queued->text = g_strdup(notice->text);
    queued->at = g_get_monotonic_time();
    keep_pushed(notices, queued);
    if (notices->queue.length < NOTICES_MAX) {
        g_queue_push_tail(&notices->queue, queued);
    } else {
        notices->missed = true;
        free_notice(queued);
    }
}

void notices_keep(struct notices *notices, struct kept *kept)
{
    notices->kept = kept;
    for (GList *at = notices->queue.head; at != NULL; at = at->next)
        keep_pushed(notices, at->data);
}

bool notices_take(struct notices *notices, struct line_notice *retnotice)
{
    struct line_notice *notice = g_queue_pop_head(&notices->queue);
    if (notice == NULL)
        return false;
    *retnotice = *notice;
    g_free(notice);
    return true;
}

void notices_forget_restarts(struct notices *notices)
{
    for (GList *at = notices->queue.head, *next = NULL; at != NULL; at = next) {
        const struct line_notice *notice = at->data;
        next = at->next;
        if (notice->kind != RESULT_RESTARTED && notice->kind != RESULT_SIM_CHANGED)
            continue;
        free_notice(at->data);
        g_queue_delete_link(&notices->queue, at);
    }
}
