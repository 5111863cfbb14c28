// SPDX-License-Identifier: GPL-2.0-or-later
/* What the worker says of dialogues. Its events go through the table of steps like any other; what
 * belongs to no dialogue that is open here gets a row of its own. */
#include "gateway/ussd_news.h"

#include "config/log.h"
#include "gateway/ussd_record.h"
#include "gateway/ussd_secret.h"

#include <inttypes.h>
#include <string.h>

/* What may be kept of words of the network or the modem: they may repeat the code of a card, also
 * when its dialogue is over, and in the next one. */
static char *without_code(const struct ussd_queue *line, const char *words)
{
    const struct ussd_talk *talk = line->talk;
    char *kept = line->card != NULL ? ussd_secret_scrub(words, line->card) : g_strdup(words);
    if (talk == NULL || !talk->order->secret)
        return kept;
    g_autofree char *before = kept;
    return ussd_secret_scrub(before, talk->order->path);
}

static void put_words(struct ussd_record *record, const struct ussd_queue *line,
                      const struct wire_ussd_news *news)
{
    bool secret = line->talk != NULL && line->talk->order->secret;
    record->step.received = true;
    record->step.text = without_code(line, news->text);
    record->step.dcs = news->dcs;
    record->step.status = news->status;
    /* It may repeat the code in any form. */
    bool clean = !secret && strcmp(record->step.text, news->text) == 0;
    record->step.raw = g_strdup(clean ? news->raw : "");
}

static void learn(struct ussd_desk *desk, struct ussd_queue *line,
                  const struct wire_ussd_news *news)
{
    ussd_queue_remember(desk, line);
    enum ussd_form request = line->request, text = line->text;
    if (news->request_form != USSD_UNKNOWN && news->request_form <= USSD_PACKED)
        request = (enum ussd_form)news->request_form;
    if (news->text_form != USSD_UNKNOWN && news->text_form <= USSD_PACKED)
        text = (enum ussd_form)news->text_form;
    if (!line->remembers || (request == line->request && text == line->text))
        return;
    line->request = request;
    line->text = text;
    struct ussd_record *record = ussd_record_new(line->modem, 0);
    record->request_form = ussd_form_name(request);
    record->text_form = ussd_form_name(text);
    turn_add(desk->turn, &record->effect);
}

/* A modem that repeats itself without end must fill neither database nor log. */
static bool is_too_much(struct ussd_queue *line)
{
    enum { MINUTE_MS = 60 * 1000 };
    int64_t now = ussd_monotonic_ms();
    if (line->unasked == 0 || now - line->unasked_since >= MINUTE_MS) {
        line->unasked_since = now;
        line->unasked = 0;
    }
    line->unasked++;
    if (line->unasked == USSD_UNASKED_MOST + 1)
        log_warn("ussd",
                 "modem=%s event=too-much \"it says more than %d texts a minute that nobody "
                 "asked for; the rest of this minute is not kept\"",
                 line->modem, USSD_UNASKED_MOST);
    return line->unasked > USSD_UNASKED_MOST;
}

/* Of no dialogue that is open here: the network's own, or late. */
static void note_unasked(struct ussd_desk *desk, struct ussd_queue *line,
                         const struct wire_ussd_news *news)
{
    if (is_too_much(line))
        return;
    log_info("ussd", "modem=%s event=unasked dialogue=%" PRId64 " status=%d", line->modem,
             news->dialogue, news->status);
    if (news->text[0] == '\0')
        return;
    struct ussd_record *record = ussd_record_new(line->modem, 0);
    put_words(record, line, news);
    bool menu = news->event == USSD_EVENT_MENU;
    record->state = ussd_state_name(menu ? USSD_STATE_CLOSED : USSD_STATE_ANSWERED);
    if (news->dialogue != 0)
        record->cause =
            g_strdup_printf("it came when dialogue %" PRId64 " was over", news->dialogue);
    else
        record->cause = without_code(line, news->detail);
    turn_add(desk->turn, &record->effect);
}

static void put_step(struct ussd_record *record, struct ussd_talk *talk,
                     const struct wire_ussd_news *news)
{
    if (news->text[0] == '\0' && news->status < 0)
        return;
    put_words(record, talk->line, news);
    if (news->text[0] == '\0')
        return;
    g_free(talk->heard);
    talk->heard = g_strdup(record->step.text);
}

static char *left_over(const struct ussd_talk *talk)
{
    unsigned left = 0;
    while (talk->order->path[talk->next + left] != NULL)
        left++;
    return left == 0
               ? g_strdup("")
               : g_strdup_printf("the network ended it before the path did: %u of its answers "
                                 "were not asked for",
                                 left);
}

static char *end_of_network(int status)
{
    switch (status) {
    case USSD_TERMINATED:
        return g_strdup("the network ended it");
    case USSD_OTHER_CLIENT:
        return g_strdup("the network has given its answer to another client of the modem");
    case USSD_NOT_SUPPORTED:
        return g_strdup("the network does not know this code, or not in this place");
    case USSD_TIMED_OUT:
        return g_strdup("the network gave up waiting");
    default:
        return g_strdup_printf("the network ended it (status %d)", status);
    }
}

/* Why it is over; of a wish to end it that was obeyed, the wish's grounds. */
static char *cause_of(const struct ussd_talk *talk, const struct wire_ussd_news *news)
{
    switch ((enum ussd_event)news->event) {
    case USSD_EVENT_TEXT:
        return left_over(talk);
    case USSD_EVENT_END:
        return news->detail[0] != '\0' ? g_strdup(news->detail) : end_of_network(news->status);
    case USSD_EVENT_REFUSE:
        return news->detail[0] != '\0'
                   ? g_strdup_printf("%s did not take it: %s", talk->line->modem, news->detail)
                   : g_strdup_printf("%s did not take it", talk->line->modem);
    case USSD_EVENT_EXPIRE:
        if (news->detail[0] != '\0')
            return g_strdup(news->detail);
        return g_strdup(talk->state == USSD_STATE_MENU_OPEN ? "nobody answered the menu in time"
                                                            : "the network said nothing in time");
    case USSD_EVENT_LOSE:
    case USSD_EVENT_CANCEL:
        return news->detail[0] != '\0' ? g_strdup(news->detail)
                                       : g_strdup_printf("%s gave it up", talk->line->modem);
    case USSD_EVENT_DIAL:
    case USSD_EVENT_MENU:
    case USSD_EVENTS:
        break;
    }
    return g_strdup("");
}

static void take_menu(struct ussd_desk *desk, struct ussd_talk *talk,
                      const struct wire_ussd_news *news)
{
    bool asked = talk->state == USSD_STATE_ASKED;
    if (!ussd_talk_advance(talk, USSD_EVENT_MENU))
        return;
    struct ussd_record *record = ussd_talk_record(desk, talk);
    put_step(record, talk, news);
    turn_add(desk->turn, &record->effect);
    if (talk->stopping)
        return;
    const char *next = talk->order->path[talk->next];
    if (next != NULL) {
        talk->next++;
        ussd_talk_say(desk, talk, next);
    } else if (talk->order->interactive && !desk->stopped) {
        if (asked) /* a menu that repeats itself buys no time: messages wait */
            talk->deadline = ussd_monotonic_ms() + USSD_MENU_MS;
    } else {
        ussd_talk_stop(desk, talk, USSD_EVENT_CANCEL, g_strdup(""));
    }
}

static void take_end(struct ussd_desk *desk, struct ussd_talk *talk,
                     const struct wire_ussd_news *news)
{
    enum ussd_event event = (enum ussd_event)news->event;
    g_autofree char *cause = cause_of(talk, news);
    bool obeyed = talk->stopping && event != USSD_EVENT_TEXT;
    bool asked = talk->state == USSD_STATE_ASKED;
    if (!ussd_talk_advance(talk, obeyed ? talk->end : event) &&
        !ussd_talk_advance(talk, USSD_EVENT_LOSE))
        return;
    char *wish = g_steal_pointer(&talk->cause);
    if (obeyed) {
        talk->cause =
            g_strconcat(wish, asked ? "; what was sent last may have taken effect" : "", NULL);
    } else {
        talk->cause = without_code(talk->line, cause);
    }
    g_free(wish);
    struct ussd_record *record = ussd_talk_record(desk, talk);
    put_step(record, talk, news);
    turn_add(desk->turn, &record->effect);
}

void ussd_news_take(struct ussd_desk *desk, struct ussd_queue *line,
                    const struct wire_ussd_news *news)
{
    struct ussd_talk *talk = line->talk;
    learn(desk, line, news);
    if (talk == NULL || !talk->sent || talk->order->id != news->dialogue ||
        ussd_state_is_end(talk->state)) {
        note_unasked(desk, line, news);
        return;
    }
    switch ((enum ussd_event)news->event) {
    case USSD_EVENT_DIAL:
        return; /* it is on the air now */
    case USSD_EVENT_MENU:
        take_menu(desk, talk, news);
        return;
    case USSD_EVENT_TEXT:
    case USSD_EVENT_END:
    case USSD_EVENT_REFUSE:
    case USSD_EVENT_EXPIRE:
    case USSD_EVENT_CANCEL:
    case USSD_EVENT_LOSE:
        take_end(desk, talk, news);
        return;
    case USSD_EVENTS:
        break;
    }
    log_warn("ussd", "modem=%s dialogue=%" PRId64 " event=%d unknown=1", line->modem,
             news->dialogue, news->event);
}
