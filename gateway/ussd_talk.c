// SPDX-License-Identifier: GPL-2.0-or-later
/* One dialogue and its modem's line. What is dialled is committed first and sent afterwards; what
 * ends is told once that is committed, and only then comes the next. A dialogue that the worker has
 * heard of keeps its modem until the worker says that it is over: USSD_CANCEL is a wish, whose
 * grounds are remembered meanwhile. The worker keeps the time of the network, the desk that of
 * people. */
#include "gateway/ussd_talk.h"

#include "config/log.h"
#include "gateway/ussd_record.h"
#include "gateway/ussd_secret.h"

#include <inttypes.h>
#include <string.h>

enum {
    ANSWER_MS = 40 * 1000,       /* the network, to say something */
    MARGIN_MS = 10 * 1000,       /* later than the desk the worker closes a menu by itself */
    OBEY_MS = 60 * 1000,         /* the worker, to end what was cancelled */
    SILENCE_MS = 10 * 60 * 1000, /* the worker, which may have messages to finish first */
};

int64_t ussd_monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* ---- life of a talk ---- */

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    g_free(text);
}

static void wipe_path(char **path)
{
    for (char **text = path; text != NULL && *text != NULL; text++)
        wipe(*text);
    g_free(path);
}

void ussd_order_free(struct ussd_order *order)
{
    if (order == NULL)
        return;
    wipe_path(order->path);
    g_free(order->modem);
    g_free(order);
}

void ussd_talk_free(gpointer data)
{
    struct ussd_talk *talk = data;
    ussd_order_free(talk->order);
    wipe(talk->text);
    g_free(talk->cause);
    g_free(talk->heard);
    g_free(talk);
}

void ussd_queue_free(gpointer data)
{
    struct ussd_queue *line = data;
    g_queue_clear(&line->waiting);
    wipe_path(line->card);
    g_free(line->modem);
    g_free(line);
}

struct ussd_queue *ussd_queue_of(struct ussd_desk *desk, const char *modem)
{
    struct ussd_queue *line = g_hash_table_lookup(desk->lines, modem);
    if (line != NULL)
        return line;
    line = g_new0(struct ussd_queue, 1);
    line->modem = g_strdup(modem);
    g_queue_init(&line->waiting);
    g_hash_table_insert(desk->lines, line->modem, line);
    return line;
}

bool ussd_talk_advance(struct ussd_talk *talk, enum ussd_event event)
{
    enum ussd_state from = talk->state, to = from;
    bool allowed = ussd_dialogue_advance(from, event, &to);
    if (allowed)
        log_info("ussd", "modem=%s dialogue=%" PRId64 " %s→%s event=%s", talk->line->modem,
                 talk->order->id, ussd_state_name(from), ussd_state_name(to),
                 ussd_event_name(event));
    else
        log_debug("ussd", "modem=%s dialogue=%" PRId64 " state=%s event=%s refused=1",
                  talk->line->modem, talk->order->id, ussd_state_name(from),
                  ussd_event_name(event));
    talk->state = to;
    return allowed;
}

static void tell(const struct ussd_desk *desk, const struct ussd_talk *talk)
{
    const struct ussd_end end = {
        .id = talk->order->id,
        .modem = talk->line->modem,
        .state = talk->state,
        .text = talk->heard,
        .cause = talk->cause != NULL ? talk->cause : "",
    };
    for (guint i = 0; i < desk->listeners->len; i++) {
        const struct ussd_listener *listener =
            &g_array_index(desk->listeners, struct ussd_listener, i);
        listener->ended(listener->data, &end);
    }
}

/* Its end is written down, or cannot be: the next may come. */
static void dismiss(struct ussd_desk *desk, struct ussd_talk *talk)
{
    struct ussd_queue *line = talk->line;
    g_hash_table_steal(desk->talks, &talk->order->id);
    if (line->talk == talk)
        line->talk = NULL;
    tell(desk, talk);
    if (talk->order->secret) {
        wipe_path(line->card);
        line->card = g_steal_pointer(&talk->order->path);
    }
    ussd_talk_free(talk);
    ussd_queue_serve(desk, line);
    turn_request(desk->turn); /* messages may go again */
}

/* ---- writing down ---- */

static void stored(const struct ussd_record *record, bool lost);

struct ussd_record *ussd_talk_record(struct ussd_desk *desk, const struct ussd_talk *talk)
{
    struct ussd_record *record = ussd_record_new(talk->line->modem, talk->order->id);
    record->desk = desk;
    record->done = stored;
    record->state = ussd_state_name(talk->state);
    record->cause = g_strdup(talk->cause != NULL ? talk->cause : "");
    record->ends = ussd_state_is_end(talk->state);
    return record;
}

static void add(struct ussd_desk *desk, struct ussd_record *record)
{
    turn_add(desk->turn, &record->effect);
}

void ussd_talk_end(struct ussd_desk *desk, struct ussd_talk *talk, enum ussd_event event,
                   char *cause)
{
    if (!ussd_talk_advance(talk, event)) {
        g_free(cause);
        return;
    }
    g_free(talk->cause);
    talk->cause = cause;
    g_queue_remove(&talk->line->waiting, talk);
    add(desk, ussd_talk_record(desk, talk));
}

/* ---- speaking ---- */

void ussd_queue_remember(struct ussd_desk *desk, struct ussd_queue *line)
{
    g_autofree char *request = NULL, *text = NULL;
    g_autoptr(GError) error = NULL;
    if (line->remembers)
        return;
    line->remembers = store_ussd_forms(desk->store, line->modem, &request, &text, &error);
    if (!line->remembers) {
        log_warn("ussd", "modem=%s event=not-remembered \"%s\"", line->modem, error->message);
        return;
    }
    line->request = line->text = USSD_UNKNOWN;
    ussd_form_from_name(request, &line->request);
    ussd_form_from_name(text, &line->text);
}

void ussd_talk_say(struct ussd_desk *desk, struct ussd_talk *talk, const char *text)
{
    if (!ussd_talk_advance(talk, USSD_EVENT_DIAL))
        return;
    talk->order->secret = talk->order->secret || ussd_secret_is_card(text);
    wipe(talk->text);
    talk->text = g_strdup(text);
    talk->deadline = ussd_monotonic_ms() + SILENCE_MS;
    struct ussd_record *record = ussd_talk_record(desk, talk);
    record->step.text = talk->order->secret ? ussd_secret_mask(text) : g_strdup(text);
    record->says = true;
    add(desk, record);
}

static void send_dial(struct ussd_desk *desk, struct ussd_talk *talk)
{
    struct ussd_queue *line = talk->line;
    if (talk->text == NULL || talk->state != USSD_STATE_ASKED)
        return;
    ussd_queue_remember(desk, line);
    const struct wire_ussd_dial dial = {
        .dialogue = talk->order->id,
        .text = talk->text,
        .secret = talk->order->secret,
        .request_form = (uint8_t)line->request,
        .text_form = (uint8_t)line->text,
        .answer_ms = ANSWER_MS,
        .menu_ms = USSD_MENU_MS + MARGIN_MS,
    };
    GByteArray *packet = g_byte_array_new();
    wire_put_ussd_dial(packet, &dial);
    bool sent = desk->send(desk->data, line->modem, packet);
    g_clear_pointer(&talk->text, wipe);
    talk->sent = talk->sent || sent;
    if (!sent)
        ussd_talk_end(desk, talk, USSD_EVENT_LOSE,
                      g_strdup_printf("%s went away before this reached it", line->modem));
}

static bool send_cancel(struct ussd_desk *desk, const struct ussd_talk *talk)
{
    GByteArray *packet = g_byte_array_new();
    wire_put_ussd_cancel(packet, &(struct wire_ussd_cancel){.dialogue = talk->order->id});
    return desk->send(desk->data, talk->line->modem, packet);
}

void ussd_talk_stop(struct ussd_desk *desk, struct ussd_talk *talk, enum ussd_event event,
                    char *cause)
{
    if (ussd_state_is_end(talk->state) || talk->stopping) {
        g_free(cause);
        return;
    }
    g_clear_pointer(&talk->text, wipe);
    if (!talk->sent || !send_cancel(desk, talk)) {
        ussd_talk_end(desk, talk, event, cause);
        return;
    }
    talk->stopping = true;
    talk->end = event;
    talk->cause = cause;
    talk->deadline = ussd_monotonic_ms() + OBEY_MS;
}

static void stored(const struct ussd_record *record, bool lost)
{
    struct ussd_desk *desk = record->desk;
    struct ussd_talk *talk = g_hash_table_lookup(desk->talks, &record->id);
    if (talk == NULL)
        return;
    if (lost && !ussd_state_is_end(talk->state)) {
        if (talk->sent)
            send_cancel(desk, talk);
        ussd_talk_advance(talk, USSD_EVENT_LOSE);
        g_free(talk->cause);
        talk->cause = g_strdup("the database does not take it");
        g_queue_remove(&talk->line->waiting, talk);
        dismiss(desk, talk);
    } else if (record->ends) {
        dismiss(desk, talk);
    } else if (record->says) {
        send_dial(desk, talk);
    }
}

/* ---- the queue ---- */

void ussd_queue_serve(struct ussd_desk *desk, struct ussd_queue *line)
{
    if (desk->stopped)
        return;
    if (line->talk == NULL) {
        line->talk = g_queue_pop_head(&line->waiting);
        if (line->talk != NULL)
            line->talk->deadline = ussd_monotonic_ms() + USSD_READY_MS;
    }
    struct ussd_talk *talk = line->talk;
    if (talk != NULL && talk->state == USSD_STATE_IDLE && desk->send(desk->data, line->modem, NULL))
        ussd_talk_say(desk, talk, talk->order->path[talk->next++]);
}
