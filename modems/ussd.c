// SPDX-License-Identifier: GPL-2.0-or-later
/* A dialogue is spoken over line_ask(), beside libgammu, which stays idle meanwhile. Its own
 * GSM_DialService() leaves the modem in another charset, knows one way of writing a code per model
 * where firmware wants several, reads packed texts as garbage and stumbles over line ends in them;
 * and all that it would bring is this one command.
 *
 * What the network says comes as a notice, 1 to 30 s after OK or before it; which dialogue it
 * belongs to nobody tells. It is the open one's if it came after its code had gone out, else the
 * network's own, or late: then it is told without a dialogue, and a menu is closed at once. After
 * AT+CUSD=2 modems say "+CUSD: 2" sooner or later, or never: for a while that ends no dialogue.
 *
 * A dialogue that ends in any other way than by the network's word is closed on the air first, for
 * most modems refuse SMS as long as one is open. */
#include "modems/ussd.h"

#include "config/log.h"
#include "modems/ussd_dialogue.h"
#include "modems/ussd_request.h"
#include "modems/ussd_text.h"

#include <string.h>

enum {
    START_MS = 1000, /* a modem without +CUSD may not even refuse it */
    ALIVE_MS = 3000,
    CLOSE_MS = 3000,
    CLOSE_AGAIN_MS = 2000, /* after one that it did not even refuse */
    CLOSE_TRIES = 4,
    CLOSE_REST_MS = 2000, /* after closing, before the next code: its "+CUSD: 2" */
    CLOSE_ECHO_MS = 5000,
    CLOSE_LATE_MS = 60000,
    REPEAT_MS = 3000,  /* some modems write each line twice, */
    PAUSE_MS = 300,    /* and a menu is not answered before they had time to */
    ANSWER_MS = 30000, /* where the gateway does not say */
    MENU_MS = 120000,
    NO_STATUS = -1,
};

/* What is to go out: a code, or the answer to the open menu. */
struct order {
    int64_t dialogue;
    char *text;
    bool secret;
};

struct ussd {
    struct line *line;
    struct ussd_request request;
    enum ussd_form hint; /* of the settings; USSD_UNKNOWN: none */
    bool (*tell)(void *data, const GByteArray *packet);
    void *data;

    struct order *order; /* NULL: nothing waits */
    int64_t dialogue;    /* the last that was begun; 0: none yet */
    enum ussd_state state;
    enum ussd_form request_form, text_form; /* `request_form` is of the last that went out */
    enum ussd_form known;                   /* that the gateway remembers */
    unsigned answer_ms, menu_ms;
    int64_t due_at;     /* of the answer, or of the menu */
    bool unsettled;     /* the code was written, and neither OK nor an error has come */
    int64_t closed_at;  /* AT+CUSD=2; 0: never */
    int64_t again_at;   /* is closed once more; 0: it heard it */
    unsigned tries;     /* of that in vain */
    int64_t rest_until; /* no new code is sent before */
    bool echo_owed;     /* its "+CUSD: 2" has not come */
    bool end_doubted;   /* one came in this dialogue */
    char *heard;        /* the last line of the network's; NULL: none yet */
    int64_t heard_at;   /* monotonic µs */
    bool doubled;       /* it came twice, */
    bool doubles;       /* as the one before it did */
};

/* What is said of a step beside state and event. */
struct news {
    int status, dcs;
    const char *text, *raw, *detail;
    bool worked; /* the forms are the modem's */
};

static const struct news no_news = {.status = NO_STATUS, .dcs = USSD_NO_DCS};

static int64_t now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static bool is_under_way(const struct ussd *ussd)
{
    return ussd->state == USSD_STATE_ASKED || ussd->state == USSD_STATE_MENU_OPEN;
}

/* ---- telling ---- */

static void tell(struct ussd *ussd, int64_t dialogue, enum ussd_state state, enum ussd_event event,
                 const struct news *news)
{
    enum ussd_form request_form = news->worked ? ussd->request_form : USSD_UNKNOWN;
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_ussd_news(packet, &(struct wire_ussd_news){.dialogue = dialogue,
                                                        .state = (uint8_t)state,
                                                        .event = (uint8_t)event,
                                                        .status = news->status,
                                                        .dcs = news->dcs,
                                                        .request_form = (uint8_t)request_form,
                                                        .text_form = (uint8_t)ussd->text_form,
                                                        .text = news->text,
                                                        .raw = news->raw,
                                                        .detail = news->detail});
    ussd->tell(ussd->data, packet);
}

static void free_order(struct order *order)
{
    if (order == NULL)
        return;
    g_free(order->text);
    g_free(order);
}

/* Of which nothing has gone out yet. */
static void begin(struct ussd *ussd, int64_t dialogue)
{
    ussd->dialogue = dialogue;
    ussd->state = USSD_STATE_IDLE;
}

/* But for begin(), the only writer of the state. */
static void advance(struct ussd *ussd, enum ussd_event event, const struct news *news)
{
    enum ussd_state from = ussd->state;
    if (!ussd_dialogue_advance(from, event, &ussd->state)) {
        log_error("ussd", "dialogue=%" G_GINT64_FORMAT " state=%s event=%s detail=\"not allowed\"",
                  ussd->dialogue, ussd_state_name(from), ussd_event_name(event));
        return;
    }
    log_info("ussd", "dialogue=%" G_GINT64_FORMAT " %s→%s event=%s status=%d form=%s",
             ussd->dialogue, ussd_state_name(from), ussd_state_name(ussd->state),
             ussd_event_name(event), news->status, ussd_form_name(ussd->request_form));
    tell(ussd, ussd->dialogue, ussd->state, event, news);
    if (!ussd_state_is_end(ussd->state))
        return;
    ussd->unsettled = ussd->end_doubted = false;
    if (ussd->order != NULL && ussd->order->dialogue == ussd->dialogue)
        free_order(g_steal_pointer(&ussd->order)); /* an answer without a menu would be a code */
    ussd_request_put_back(&ussd->request);
}

/* ---- closing ---- */

/* A modem that was busy with itself has not heard it: the dialogue may be open still, so that what
 * waits for its end waits on. Who never answers this does not keep messages for ever. */
static void close_on_air(struct ussd *ussd)
{
    struct result result;
    ussd->unsettled = false;
    line_ask(ussd->line, "AT+CUSD=2", CLOSE_MS, NULL, &result);
    bool heard = result.final != RESULT_NO_ANSWER;
    ussd->tries = heard ? 0 : ussd->tries + 1;
    ussd->closed_at = now_ms();
    ussd->again_at = heard || ussd->tries >= CLOSE_TRIES ? 0 : ussd->closed_at + CLOSE_AGAIN_MS;
    ussd->rest_until = ussd->closed_at + CLOSE_REST_MS;
    ussd->echo_owed = true;
}

static void end(struct ussd *ussd, enum ussd_event event, const char *why)
{
    struct news news = no_news;
    news.detail = why;
    close_on_air(ussd);
    advance(ussd, event, &news);
}

static void expire(struct ussd *ussd)
{
    if (ussd->state == USSD_STATE_MENU_OPEN) {
        end(ussd, USSD_EVENT_EXPIRE, "nobody answered the menu in time; it was closed");
    } else if (ussd->end_doubted) {
        struct news news = no_news;
        news.status = USSD_TERMINATED;
        news.detail = "the network ended it without a text";
        close_on_air(ussd);
        advance(ussd, USSD_EVENT_END, &news);
    } else {
        g_autofree char *why =
            g_strdup_printf("the network said nothing within %u s; it may have done what was asked",
                            ussd->answer_ms / 1000);
        end(ussd, USSD_EVENT_EXPIRE, why);
    }
}

/* ---- going out ---- */

static const char *form_in_words(enum ussd_form form)
{
    static const char *const words[] = {[USSD_UNKNOWN] = "as it was",
                                        [USSD_PLAIN] = "as plain text",
                                        [USSD_UCS2] = "as UCS-2",
                                        [USSD_PACKED] = "as packed septets"};
    return words[form];
}

static void gone_out(struct ussd *ussd, bool unsettled)
{
    struct news news = no_news;
    ussd->unsettled = unsettled;
    ussd->end_doubted = false;
    if (unsettled) /* a modem that waits for the network before it says OK is not silent */
        line_forgive_silence(ussd->line);
    advance(ussd, USSD_EVENT_DIAL, &news);
    ussd->due_at = now_ms() + ussd->answer_ms;
}

static void refused(struct ussd *ussd, enum ussd_request_outcome outcome)
{
    const struct result *result = &ussd->request.result;
    bool open = ussd->state == USSD_STATE_MENU_OPEN;
    struct news news = no_news;
    g_autofree char *why = NULL;
    if (outcome == USSD_REQUEST_UNWRITABLE)
        why = g_strdup("it holds characters that USSD cannot carry");
    else if (result->final == RESULT_HANG_UP)
        why = g_strdup("the tty went away");
    else
        why = g_strdup(result->line);
    if (open)
        close_on_air(ussd);
    news.detail = why;
    advance(ussd, USSD_EVENT_REFUSE, &news);
}

static void go_out(struct ussd *ussd, struct order *order)
{
    enum ussd_form form = ussd->request_form;
    enum ussd_request_outcome outcome = USSD_REQUEST_REFUSED;
    line_secret(ussd->line, order->secret);
    ussd->request.once = order->secret;
    if (ussd->state == USSD_STATE_MENU_OPEN) {
        outcome = ussd_request_answer(&ussd->request, order->text);
    } else {
        enum ussd_form known = ussd->hint != USSD_UNKNOWN ? ussd->hint : ussd->known;
        begin(ussd, order->dialogue);
        outcome = ussd_request_dial(&ussd->request, order->text, known, &form);
    }
    ussd->request_form = form;
    if (outcome == USSD_REQUEST_TAKEN || outcome == USSD_REQUEST_UNSETTLED)
        gone_out(ussd, outcome == USSD_REQUEST_UNSETTLED);
    else
        refused(ussd, outcome);
}

/* ---- what the network says ---- */

/* As the modem wrote it; octets that are no UTF-8 as ISO 8859-1. */
static char *raw_text(const char *line)
{
    if (g_utf8_validate(line, -1, NULL))
        return g_strdup(line);
    GString *text = g_string_new(NULL);
    for (; *line != '\0'; line++)
        g_string_append_unichar(text, (guchar)*line);
    return g_string_free(text, FALSE);
}

/* An end without a text, in words. */
static char *end_in_words(const struct ussd *ussd, int status)
{
    static const char *const words[] = {
        [USSD_DONE] = "the network ended it without a text",
        [USSD_ASKS] = "the network asks for an answer without a text",
        [USSD_TERMINATED] = "the network ended it without a text",
        [USSD_OTHER_CLIENT] = "something else that uses this SIM has answered",
        [USSD_NOT_SUPPORTED] = "the network does not support it",
        [USSD_TIMED_OUT] = "the network waited too long for something",
    };
    if (status < 0 || (size_t)status >= G_N_ELEMENTS(words))
        return g_strdup_printf("the modem ended it with +CUSD: %d", status);
    bool proven = ussd->known != USSD_UNKNOWN && ussd->known == ussd->request_form;
    if (proven || (status != USSD_NOT_SUPPORTED && status != USSD_TERMINATED))
        return g_strdup(words[status]);
    return g_strdup_printf("%s; the modem had taken it %s, which may not be how it means it: if a "
                           "phone can dial this with the same SIM, try `features` of this modem",
                           words[status], form_in_words(ussd->request_form));
}

static enum ussd_event event_of(int status, bool text)
{
    if (status == USSD_ASKS)
        return USSD_EVENT_MENU;
    bool end = status == USSD_OTHER_CLIENT || status == USSD_NOT_SUPPORTED ||
               status == USSD_TIMED_OUT || !text;
    return end ? USSD_EVENT_END : USSD_EVENT_TEXT;
}

static bool closed_within(const struct ussd *ussd, int64_t ms)
{
    return ussd->closed_at != 0 && now_ms() - ussd->closed_at < ms;
}

/* The "+CUSD: 2" that answers an AT+CUSD=2 of ours, perhaps, or of an earlier worker's. */
static bool is_echo_of_closing(struct ussd *ussd, int status)
{
    if (status != USSD_TERMINATED)
        return false;
    ussd->echo_owed = false;
    return closed_within(ussd, CLOSE_ECHO_MS);
}

/* It belongs to no dialogue: the network's own, or late. Its words are told, its menu closed. */
static void take_foreign(struct ussd *ussd, struct news *news)
{
    bool text = news->text[0] != '\0';
    bool menu = news->status == USSD_ASKS;
    if (menu)
        close_on_air(ussd);
    else if (!text)
        is_echo_of_closing(ussd, news->status);
    if (!text && !menu)
        return;
    if (menu)
        news->detail = "nobody had asked for this menu; it was closed";
    news->worked = false;
    log_info("ussd", "dialogue=0 status=%d", news->status);
    tell(ussd, 0, menu ? USSD_STATE_CLOSED : USSD_STATE_ANSWERED,
         menu ? USSD_EVENT_MENU : USSD_EVENT_TEXT, news);
}

static void take_own(struct ussd *ussd, struct news *news)
{
    bool text = news->text[0] != '\0';
    if (!text && is_echo_of_closing(ussd, news->status)) {
        ussd->end_doubted = true;
        return;
    }
    g_autofree char *why = text ? NULL : end_in_words(ussd, news->status);
    enum ussd_event event = event_of(news->status, text);
    news->detail = why;
    news->worked = text;
    if (text)
        ussd->known = ussd->request_form;
    ussd->unsettled = ussd->end_doubted = false;
    ussd->due_at = now_ms() + ussd->menu_ms;
    if (!text && news->status == USSD_TERMINATED && closed_within(ussd, CLOSE_LATE_MS))
        close_on_air(ussd); /* it may have been of that all the same */
    advance(ussd, event, news);
}

static bool was_written(int64_t at, int64_t after, int64_t before)
{
    return at > after && at <= before;
}

/* A menu's second line would pass for the answer to what was chosen from the first. It is the same
 * again, and nothing went out in between; or something did, but the line before came twice too. */
static bool is_repeated(struct ussd *ussd, const struct line_notice *notice)
{
    int64_t last = ussd->heard_at;
    bool same =
        g_strcmp0(ussd->heard, notice->text) == 0 && notice->at - last < REPEAT_MS * INT64_C(1000);
    bool spoke = was_written(ussd->request.asked_at, last, notice->at) ||
                 was_written(ussd->closed_at * 1000, last, notice->at);
    bool again = same && !ussd->doubled && (!spoke || ussd->doubles);
    if (!again)
        ussd->doubles = ussd->doubled;
    ussd->doubled = again;
    g_free(ussd->heard);
    ussd->heard = g_strdup(notice->text);
    ussd->heard_at = notice->at;
    return again;
}

static void take_line(struct ussd *ussd, const struct line_notice *notice)
{
    struct ussd_result result;
    if (is_repeated(ussd, notice) || !ussd_result_read(notice->text, &result))
        return;
    enum ussd_form form = USSD_UNKNOWN;
    g_autofree char *raw = raw_text(notice->text);
    g_autofree char *text = g_strdup("");
    if (result.payload != NULL) {
        g_free(text);
        text = ussd_text_read(result.payload, result.dcs, ussd->text_form, &form);
    }
    if (form != USSD_UNKNOWN)
        ussd->text_form = form;
    struct news news = {.status = result.status, .dcs = result.dcs, .text = text, .raw = raw};
    ussd_result_clear(&result);
    if (is_under_way(ussd) && notice->at >= ussd->request.asked_at)
        take_own(ussd, &news);
    else
        take_foreign(ussd, &news);
}

/* The final result of a code that the modem thought over. An error may be the network's, after it
 * has done what was asked: it is not tried again. */
static void take_final(struct ussd *ussd, const char *line)
{
    struct result result;
    if (!ussd->unsettled || !result_read(line, &result))
        return;
    ussd->unsettled = false;
    if (result.final == RESULT_OK)
        return;
    struct news news = no_news;
    g_autofree char *why =
        g_strdup_printf("%s, after a while: it may have gone out all the same", line);
    news.detail = why;
    advance(ussd, USSD_EVENT_REFUSE, &news);
}

void ussd_notice(struct ussd *ussd, const struct line_notice *notice)
{
    if (ussd == NULL)
        return;
    if (notice->kind == RESULT_USSD)
        take_line(ussd, notice);
    else
        take_final(ussd, notice->text);
}

/* ---- what the gateway says ---- */

static void refuse_order(struct ussd *ussd, int64_t dialogue, const char *why)
{
    struct news news = no_news;
    news.detail = why;
    log_info("ussd", "dialogue=%" G_GINT64_FORMAT " order=refused detail=\"%s\"", dialogue, why);
    tell(ussd, dialogue, USSD_STATE_CLOSED, USSD_EVENT_REFUSE, &news);
}

void ussd_dial(struct ussd *ussd, const struct wire_ussd_dial *dial)
{
    bool answers = ussd->state == USSD_STATE_MENU_OPEN && dial->dialogue == ussd->dialogue;
    bool doubled = dial->dialogue == ussd->dialogue && !answers;
    if (doubled && !is_under_way(ussd)) { /* an answer that came too late is no new code */
        refuse_order(ussd, dial->dialogue, "this dialogue has ended");
        return;
    }
    if (doubled || (ussd->order != NULL && ussd->order->dialogue == dial->dialogue)) {
        log_warn("ussd", "dialogue=%" G_GINT64_FORMAT " detail=\"it waits for the network still\"",
                 dial->dialogue);
        return;
    }
    if (ussd->order != NULL || (is_under_way(ussd) && !answers)) {
        refuse_order(ussd, dial->dialogue, "another dialogue is open");
        return;
    }
    ussd->order = g_new(struct order, 1);
    *ussd->order = (struct order){dial->dialogue, g_strdup(dial->text), dial->secret != 0};
    ussd->answer_ms = dial->answer_ms != 0 ? dial->answer_ms : ANSWER_MS;
    ussd->menu_ms = dial->menu_ms != 0 ? dial->menu_ms : MENU_MS;
    if (dial->request_form <= USSD_PACKED && dial->request_form != USSD_UNKNOWN)
        ussd->known = dial->request_form;
    if (dial->text_form <= USSD_PACKED && dial->text_form != USSD_UNKNOWN)
        ussd->text_form = dial->text_form;
}

/* What waits never goes out. */
static void drop_order(struct ussd *ussd, enum ussd_event event, const char *why)
{
    struct order *order = g_steal_pointer(&ussd->order);
    if (order == NULL)
        return;
    struct news news = no_news;
    news.detail = why;
    if (!is_under_way(ussd)) {
        begin(ussd, order->dialogue);
        advance(ussd, event, &news);
    }
    free_order(order);
}

void ussd_cancel(struct ussd *ussd, int64_t dialogue)
{
    if (ussd->order != NULL && ussd->order->dialogue == dialogue)
        drop_order(ussd, USSD_EVENT_CANCEL, "cancelled before it went out");
    if (ussd->dialogue != dialogue || !is_under_way(ussd))
        return;
    bool menu = ussd->state == USSD_STATE_MENU_OPEN;
    end(ussd, USSD_EVENT_CANCEL,
        menu ? "cancelled; the menu was closed"
             : "cancelled before the network answered; it may have done what was asked");
}

/* ---- the door ---- */

struct ussd *ussd_new(struct line *line, const char *maker, const char *features,
                      bool (*tell_packet)(void *data, const GByteArray *packet), void *data)
{
    struct ussd *ussd = g_new0(struct ussd, 1);
    g_autofree char *lower = g_ascii_strdown(maker, -1);
    ussd->line = line;
    ussd->request =
        (struct ussd_request){.line = line, .is_huawei = strstr(lower, "huawei") != NULL};
    ussd->tell = tell_packet;
    ussd->data = data;
    ussd->state = USSD_STATE_CLOSED;
    if (strstr(features, "ENCODED_USSD") != NULL)
        ussd->hint = USSD_PACKED;
    else if (strstr(features, "USSD_GSM_CHARSET") != NULL)
        ussd->hint = USSD_PLAIN;
    return ussd;
}

void ussd_free(struct ussd *ussd)
{
    if (ussd == NULL)
        return;
    free_order(ussd->order);
    g_free(ussd->heard);
    g_free(ussd);
}

void ussd_start(struct ussd *ussd)
{
    struct result result;
    line_ask(ussd->line, "AT+CUSD=1", START_MS, NULL, &result);
    if (result.final != RESULT_NO_ANSWER) /* some refuse it as long as a menu is open */
        close_on_air(ussd);
    ussd->rest_until = 0; /* there was hardly one open */
    if (result.final == RESULT_NO_ANSWER)
        line_ask(ussd->line, "AT", ALIVE_MS, NULL, NULL);
}

/* The modem has not said yet what it says to AT+CUSD=2, nor had the time to: some refuse messages
 * until the network has let go. */
static bool is_closing(const struct ussd *ussd)
{
    return ussd->again_at != 0 || (ussd->echo_owed && now_ms() < ussd->rest_until);
}

/* A code waits for that, too. */
static int64_t order_due_at(const struct ussd *ussd)
{
    if (ussd->state == USSD_STATE_MENU_OPEN)
        return ussd->heard_at / 1000 + PAUSE_MS;
    return ussd->echo_owed ? MAX(ussd->rest_until, 1) : 1;
}

void ussd_step(struct ussd *ussd)
{
    if (ussd->again_at != 0 && now_ms() >= ussd->again_at)
        close_on_air(ussd);
    if (ussd->again_at == 0 && ussd->order != NULL && now_ms() >= order_due_at(ussd)) {
        struct order *order = g_steal_pointer(&ussd->order);
        go_out(ussd, order);
        free_order(order);
    }
    if (is_under_way(ussd) && now_ms() >= ussd->due_at)
        expire(ussd);
}

int64_t ussd_due_at(const struct ussd *ussd)
{
    if (ussd->again_at != 0)
        return ussd->again_at;
    if (ussd->order != NULL)
        return order_due_at(ussd);
    if (is_under_way(ussd))
        return ussd->due_at;
    return is_closing(ussd) ? ussd->rest_until : 0;
}

bool ussd_is_open(const struct ussd *ussd)
{
    return ussd->order != NULL || is_under_way(ussd) || is_closing(ussd);
}

bool ussd_is_unsettled(const struct ussd *ussd)
{
    return ussd->unsettled;
}

void ussd_lose(struct ussd *ussd, const char *why)
{
    if (ussd == NULL)
        return;
    drop_order(ussd, USSD_EVENT_LOSE, why);
    if (is_under_way(ussd))
        end(ussd, USSD_EVENT_LOSE, why);
}
