// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the answer's text and message. The state is "answered" once the SMS is queued; whether it
 * arrived is the message's own state, which lists show beside it. */
#include "campaigns/opinion_answer.h"

#include <string.h>

#include "campaigns/consent.h"
#include "campaigns/opinion_advance.h"
#include "campaigns/parts.h"
#include "campaigns/receipt.h"
#include "campaigns/store/message.h"
#include "campaigns/store/route.h"
#include "campaigns/text.h"
#include "config/gateway.h"

int64_t opinion_answer_time(const struct gateway_config *config, const char *office)
{
    const struct office_config *found =
        config != NULL ? office_find(config->offices, office) : NULL;
    return found != NULL ? found->due_ms : OPINION_DUE_MS;
}

static bool check_author(struct store *store, const struct opinion_row *row, GError **error)
{
    int64_t refused_at = 0;
    if (!consent_refused_at(store, row->contact_id, row->campaign_id, &refused_at, error))
        return false;
    if (refused_at == 0)
        return true;
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_REFUSED,
                "the author of opinion %" G_GINT64_FORMAT
                " takes no messages any more: have the office visit or telephone, then write its "
                "answer down with --office-says",
                row->id);
    return false;
}

/* As it goes out: with the question behind it, and without diacritics unless the campaign sends
 * them. */
static char *make_text(const struct campaign_config *config, const char *answer)
{
    const char *confirm = config->opinion.confirm;
    g_autofree char *whole =
        confirm != NULL ? g_strconcat(answer, " ", confirm, NULL) : g_strdup(answer);
    return config->send_marked ? g_steal_pointer(&whole) : text_unmark(whole);
}

static bool count_parts(const char *text, unsigned *retcount, GError **error)
{
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    *retcount = parts.count;
    text_parts_clear(&parts);
    if (*retcount <= PARTS_MAX)
        return true;
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE,
                "the answer takes %u parts; no more than %d can be sent: make it shorter",
                *retcount, PARTS_MAX);
    return false;
}

static bool queue(struct store *store, const struct campaign_terms *terms,
                  const struct campaign_config *config, struct message *message,
                  const struct opinion_row *row, GError **error)
{
    int64_t now = message->not_before, id = 0;
    message->campaign_id = row->campaign_id;
    message->contact_id = row->contact_id;
    message->purpose = PURPOSE_ANSWER;
    message->priority = receipt_rank(config->priority);
    message->reference = (uint8_t)(now / 1000 + row->id);
    message->expires_at = receipt_expires_at(terms, now);
    return count_parts(message->text, &message->parts, error) &&
           store_opinion_modem(store, row->reply_id, &message->modem, error) &&
           (message->modem != NULL ||
            store_route_first(store, row->campaign_id, row->contact_id, &message->modem, error)) &&
           store_message_add(store, message, now, &id, error) &&
           store_opinion_link(store, id, row->id, error);
}

/* Whoever asks twice, or two who ask at once, must not write to the author twice. */
static bool check_once(struct store *store, const struct opinion_row *row, const char *text,
                       GError **error)
{
    g_autofree char *state = NULL;
    if (!store_opinion_answering(store, row->id, text, &state, error))
        return false;
    if (state == NULL)
        return true;
    bool said = g_str_equal(state, "sent") || g_str_equal(state, "delivered");
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_STATE,
                said ? "an SMS to the author of opinion %" G_GINT64_FORMAT " says that already (%s)"
                     : "an SMS that answers opinion %" G_GINT64_FORMAT
                       " is %s: see what becomes of it, then write again if it said too little",
                row->id, state);
    return false;
}

static bool send(struct store *store, struct campaign_book *book, const char *text,
                 struct opinion_row *row, int64_t now, GError **error)
{
    const struct campaign_entry *entry = campaign_book_find(book, row->campaign_id, error);
    if (entry == NULL || !check_author(store, row, error))
        return false;
    struct message message = {.text = make_text(&entry->config, text), .not_before = now};
    bool queued = check_once(store, row, message.text, error) &&
                  queue(store, campaign_book_terms(book), &entry->config, &message, row, error);
    g_free(message.text);
    g_free(message.modem);
    if (!queued)
        return false;
    g_free(row->confirmed);
    row->confirmed = g_strdup(entry->config.opinion.confirm != NULL ? "asked" : "");
    return true;
}

static void note_told(struct opinion_row *row)
{
    g_free(row->confirmed);
    row->confirmed = g_strdup("");
}

bool opinion_answer_give(struct store *store, struct campaign_book *book,
                         const struct opinion_task *task, const struct opinion_answer *answer,
                         struct opinion_row *row, GError **error)
{
    g_autofree char *text = g_strstrip(g_strdup(answer->text != NULL ? answer->text : ""));
    if (*text == '\0') {
        g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE, "the answer says nothing");
        return false;
    }
    if (!opinion_advance_may(row, OPINION_EVENT_ANSWER, error))
        return false;
    if (answer->told)
        note_told(row);
    else if (!send(store, book, text, row, task->now, error))
        return false;
    g_free(row->answer);
    row->answer = g_strdup(text);
    row->answered_at = task->now;
    const struct opinion_advance advance = {
        .event = OPINION_EVENT_ANSWER,
        .by = task->by,
        .detail = answer->told ? "told by the office itself" : "by SMS",
        .now = task->now,
        .config = task->config,
    };
    return opinion_advance(store, row, &advance, error);
}
