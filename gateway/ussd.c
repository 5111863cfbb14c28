// SPDX-License-Identifier: GPL-2.0-or-later
/* The desk: who has a modem, who waits, and how long. See ussd_talk.c for the rules of one
 * dialogue. */
#include "gateway/ussd.h"

#include "campaigns/store/ussd.h"
#include "config/log.h"
#include "gateway/ussd_news.h"
#include "gateway/ussd_talk.h"

#include <inttypes.h>

void ussd_desk_order(struct ussd_desk *desk, struct ussd_order *order)
{
    g_assert(order->path != NULL && order->path[0] != NULL);
    struct ussd_talk *talk = g_new0(struct ussd_talk, 1);
    talk->order = order;
    talk->line = ussd_queue_of(desk, order->modem);
    g_hash_table_insert(desk->talks, &order->id, talk);
    g_queue_push_tail(&talk->line->waiting, talk);
    if (desk->stopped)
        ussd_talk_end(desk, talk, USSD_EVENT_CANCEL, g_strdup("the gateway was stopped"));
    else
        ussd_queue_serve(desk, talk->line);
}

/* The path grows by what people choose, so that all that was ever sent is known. */
static const char *lengthen_path(struct ussd_talk *talk, const char *text)
{
    struct ussd_order *order = talk->order;
    order->path = g_renew(char *, order->path, talk->next + 2);
    order->path[talk->next] = g_strdup(text);
    order->path[talk->next + 1] = NULL;
    return order->path[talk->next++];
}

bool ussd_desk_answer(struct ussd_desk *desk, int64_t id, const char *text)
{
    struct ussd_talk *talk = g_hash_table_lookup(desk->talks, &id);
    if (talk == NULL || talk->state != USSD_STATE_MENU_OPEN || !talk->order->interactive ||
        talk->stopping)
        return false;
    ussd_talk_say(desk, talk, lengthen_path(talk, text));
    return true;
}

void ussd_desk_cancel(struct ussd_desk *desk, int64_t id, const char *by)
{
    struct ussd_talk *talk = g_hash_table_lookup(desk->talks, &id);
    bool named = by != NULL && by[0] != '\0';
    if (talk != NULL)
        ussd_talk_stop(desk, talk, USSD_EVENT_CANCEL,
                       named ? g_strdup_printf("cancelled by %s", by) : g_strdup("cancelled"));
}

static GPtrArray *all_talks(const struct ussd_desk *desk)
{
    GPtrArray *talks = g_ptr_array_new();
    GHashTableIter iter;
    gpointer talk = NULL;
    g_hash_table_iter_init(&iter, desk->talks);
    while (g_hash_table_iter_next(&iter, NULL, &talk))
        g_ptr_array_add(talks, talk);
    return talks;
}

void ussd_desk_stop(struct ussd_desk *desk)
{
    g_autoptr(GPtrArray) talks = all_talks(desk);
    desk->stopped = true;
    for (guint i = 0; i < talks->len; i++) {
        struct ussd_talk *talk = g_ptr_array_index(talks, i);
        /* What was dialled a moment ago may still be answered before the worker leaves. */
        if (talk->state != USSD_STATE_ASKED || !talk->sent)
            ussd_talk_stop(desk, talk, USSD_EVENT_CANCEL, g_strdup("the gateway was stopped"));
    }
}

void ussd_desk_news(struct ussd_desk *desk, const char *modem, const struct wire_ussd_news *news)
{
    ussd_news_take(desk, ussd_queue_of(desk, modem), news);
}

void ussd_desk_lost(struct ussd_desk *desk, const char *modem)
{
    struct ussd_queue *line = g_hash_table_lookup(desk->lines, modem);
    struct ussd_talk *talk = line != NULL ? line->talk : NULL;
    if (line != NULL) /* another one may come in its place */
        line->remembers = false;
    if (talk == NULL || !talk->sent || ussd_state_is_end(talk->state))
        return;
    bool asked = talk->state == USSD_STATE_ASKED;
    if (talk->stopping)
        ussd_talk_end(desk, talk, talk->end, g_steal_pointer(&talk->cause));
    else
        ussd_talk_end(
            desk, talk, USSD_EVENT_LOSE,
            g_strdup_printf("%s went away %s", modem,
                            asked ? "before the network answered: what was sent last may have "
                                    "taken effect"
                                  : "while a menu was open"));
}

/* ---- time ---- */

static void expire(struct ussd_desk *desk, struct ussd_talk *talk)
{
    const char *modem = talk->line->modem;
    if (talk->stopping) {
        log_warn("ussd", "modem=%s dialogue=%" PRId64 " event=not-obeyed", modem, talk->order->id);
        ussd_talk_end(desk, talk, talk->end, g_steal_pointer(&talk->cause));
    } else if (talk->state == USSD_STATE_IDLE) {
        ussd_talk_end(desk, talk, USSD_EVENT_EXPIRE,
                      g_strdup_printf("%s did not work within %d s", modem, USSD_READY_MS / 1000));
    } else if (talk->state == USSD_STATE_MENU_OPEN) {
        ussd_talk_stop(
            desk, talk, USSD_EVENT_EXPIRE,
            g_strdup_printf("nobody answered the menu within %d s", USSD_MENU_MS / 1000));
    } else {
        ussd_talk_stop(desk, talk, USSD_EVENT_EXPIRE,
                       g_strdup_printf("%s said nothing of it", modem));
    }
}

void ussd_desk_tick(struct ussd_desk *desk)
{
    GHashTableIter iter;
    gpointer value = NULL;
    int64_t now = ussd_monotonic_ms();
    g_hash_table_iter_init(&iter, desk->lines);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        struct ussd_queue *line = value;
        ussd_queue_serve(desk, line);
        if (line->talk != NULL && !ussd_state_is_end(line->talk->state) &&
            now >= line->talk->deadline)
            expire(desk, line->talk);
    }
}

bool ussd_desk_is_busy(const struct ussd_desk *desk, const char *modem)
{
    const struct ussd_queue *line = g_hash_table_lookup(desk->lines, modem);
    return line != NULL && (line->talk != NULL || line->waiting.length > 0);
}

/* ---- the desk ---- */

struct ussd_desk *ussd_desk_new(struct store *store, struct turn *turn,
                                bool (*send)(void *data, const char *modem, GByteArray *packet),
                                void *data, GError **error)
{
    int64_t closed = 0;
    if (!store_ussd_close_open(store, "the gateway ended while it was open",
                               g_get_real_time() / 1000, &closed, error))
        return NULL;
    if (closed > 0)
        log_warn("ussd", "event=closed dialogues=%" PRId64, closed);
    struct ussd_desk *desk = g_new0(struct ussd_desk, 1);
    desk->store = store;
    desk->turn = turn;
    desk->send = send;
    desk->data = data;
    desk->lines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, ussd_queue_free);
    desk->talks = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, ussd_talk_free);
    desk->listeners = g_array_new(FALSE, FALSE, sizeof(struct ussd_listener));
    return desk;
}

void ussd_desk_free(struct ussd_desk *desk)
{
    if (desk == NULL)
        return;
    g_hash_table_unref(desk->talks);
    g_hash_table_unref(desk->lines);
    g_array_unref(desk->listeners);
    g_free(desk);
}

void ussd_desk_on_end(struct ussd_desk *desk, void (*ended)(void *data, const struct ussd_end *end),
                      void *data)
{
    const struct ussd_listener listener = {ended, data};
    g_array_append_val(desk->listeners, listener);
}
