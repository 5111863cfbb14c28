// SPDX-License-Identifier: GPL-2.0-or-later
/* Which question comes next is asked of the answers in force, not of a counter: whatever order they
 * were given in, the first question without a vote is the next. That a conversation is over is
 * noted for people; whether a late reply counts is decided by when the contact was last written to
 * (campaigns/answer_match.c). */
#include "campaigns/conversation.h"

#include "campaigns/ballot.h"
#include "campaigns/consent.h"
#include "campaigns/receipt.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/conversation.h"

/* All answers that stand, and the first question that has none; -1: all have one. */
static bool find_next(struct store *store, const struct campaign_entry *entry,
                      const struct conversation_turn *turn, GArray *choices, int *retnext,
                      GError **error)
{
    *retnext = -1;
    for (unsigned i = 0; i < entry->config.questions->len; i++) {
        const struct question_config *question = entry->config.questions->pdata[i];
        const struct answer_voice voice = {turn->campaign_id, turn->contact_id, 0, question->id};
        struct answer_row current = {0};
        struct ballot ballot = {0};
        if (!store_answer_current(store, &voice, &current, error))
            return false;
        bool stands = current.id != 0 && ballot_parse(question, current.code, &ballot);
        struct receipt_choice choice = {question, g_steal_pointer(&current.code)};
        if (stands)
            g_array_append_val(choices, choice);
        if (*retnext < 0 && !ballot.vote)
            *retnext = (int)i;
        if (!stands)
            g_free(choice.code);
        answer_row_clear(&current);
    }
    return true;
}

static bool may_ask(struct store *store, const struct conversation_row *row, bool again,
                    int64_t now, bool *retmay, GError **error)
{
    struct conversation_texts texts = {0};
    if (!store_conversation_texts(store, row, now - RECEIPT_DAY_MS, &texts, error))
        return false;
    *retmay = texts.times < CONVERSATION_TIMES && texts.recent < CONVERSATION_TEXTS_PER_DAY &&
              (!again || texts.again == 0);
    return true;
}

/* The first question was asked by the invitation; one that is open already needs no new text. */
static bool ask(struct store *store, struct campaign_book *book, const struct campaign_entry *entry,
                const struct conversation_turn *turn, int next, GError **error)
{
    const struct question_config *question = entry->config.questions->pdata[next];
    struct conversation_row before = {0};
    if (!store_conversation_get(store, turn->campaign_id, turn->contact_id, &before, error))
        return false;
    bool open = before.contact_id != 0 && before.state == CONVERSATION_OPEN &&
                g_str_equal(before.question, question->id);
    conversation_row_clear(&before);
    struct conversation_row row = {turn->campaign_id, turn->contact_id, CONVERSATION_OPEN,
                                   question->id,      turn->now,        0};
    bool may = false;
    if (open)
        return true;
    if (!may_ask(store, &row, false, turn->now, &may, error) ||
        !store_conversation_put(store, &row, error))
        return false;
    const struct receipt receipt = {.kind = RECEIPT_QUESTION,
                                    .campaign_id = turn->campaign_id,
                                    .contact_id = turn->contact_id,
                                    .modem = turn->modem,
                                    .place = (unsigned)next,
                                    .now = turn->now};
    return next == 0 || !may || turn->silent || receipt_queue(store, book, &receipt, error);
}

static bool finish(struct store *store, struct campaign_book *book,
                   const struct campaign_entry *entry, const struct conversation_turn *turn,
                   GArray *choices, GError **error)
{
    const GPtrArray *questions = entry->config.questions;
    const struct question_config *last = questions->pdata[questions->len - 1];
    struct conversation_row row = {turn->campaign_id, turn->contact_id, CONVERSATION_DONE,
                                   last->id,          turn->now,        0};
    const struct receipt receipt = {.kind = RECEIPT_ACCEPTED,
                                    .campaign_id = turn->campaign_id,
                                    .contact_id = turn->contact_id,
                                    .modem = turn->modem,
                                    .choices = choices,
                                    .now = turn->now};
    return store_conversation_put(store, &row, error) &&
           (turn->silent || !turn->changed || receipt_queue(store, book, &receipt, error));
}

bool conversation_go_on(struct store *store, struct campaign_book *book,
                        const struct conversation_turn *turn, bool *rettalking, GError **error)
{
    const struct campaign_entry *entry = campaign_book_find(book, turn->campaign_id, error);
    *rettalking = entry != NULL && entry->config.conversation.ask == ASK_IN_TURN &&
                  entry->config.questions->len > 0;
    if (!*rettalking)
        return entry != NULL;
    g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(struct receipt_choice));
    g_array_set_clear_func(choices, receipt_choice_clear);
    int next = -1;
    if (!store_conversation_unask(store, turn->campaign_id, turn->contact_id, turn->now, error) ||
        !find_next(store, entry, turn, choices, &next, error))
        return false;
    return next >= 0 ? ask(store, book, entry, turn, next, error)
                     : finish(store, book, entry, turn, choices, error);
}

/* --- The clock ------------------------------------------------------------------------------ */

static int place_of(const struct campaign_entry *entry, const char *question)
{
    for (unsigned i = 0; i < entry->config.questions->len; i++)
        if (g_str_equal(((const struct question_config *)entry->config.questions->pdata[i])->id,
                        question))
            return (int)i;
    return -1;
}

/* Under another name than the next question's, so that sending hours hold for it, and by the SIM
 * that wrote first. */
static bool remind(struct store *store, struct campaign_book *book,
                   const struct campaign_entry *entry, struct conversation_row *row, int64_t now,
                   GError **error)
{
    int place = place_of(entry, row->question);
    int64_t refused_at = 0;
    bool may = false;
    row->reminded_at = now;
    if (!consent_refused_at(store, row->contact_id, row->campaign_id, &refused_at, error) ||
        !may_ask(store, row, true, now, &may, error) || !store_conversation_put(store, row, error))
        return false;
    const struct receipt receipt = {.kind = RECEIPT_QUESTION_AGAIN,
                                    .campaign_id = row->campaign_id,
                                    .contact_id = row->contact_id,
                                    .place = (unsigned)MAX(place, 0),
                                    .now = now};
    return place < 0 || refused_at != 0 || !may || receipt_queue(store, book, &receipt, error);
}

static bool close_one(struct store *store, struct conversation_row *row, GError **error)
{
    row->state = CONVERSATION_TIMED_OUT;
    return store_conversation_put(store, row, error);
}

/* What the clock does for one campaign. */
struct errand {
    const struct campaign_entry *entry;
    int64_t asked_before;
    bool reminding; /* else it closes */
    int64_t now;
};

/* A slice of the open ones asked so long ago, in one transaction. */
static bool run(struct store *store, struct campaign_book *book, const struct errand *errand,
                unsigned *retcount, GError **error)
{
    int64_t id = errand->entry->id;
    g_autoptr(GArray) contacts = store_conversation_due(
        store, id, errand->asked_before, errand->reminding, CONVERSATION_SLICE, error);
    if (contacts == NULL || contacts->len == 0)
        return contacts != NULL;
    bool done = store_begin(store, error);
    for (unsigned i = 0; done && i < contacts->len; i++) {
        struct conversation_row row = {0};
        done = store_conversation_get(store, id, g_array_index(contacts, int64_t, i), &row, error);
        bool due = done && row.contact_id != 0 && row.state == CONVERSATION_OPEN &&
                   row.asked_at <= errand->asked_before;
        if (due)
            done = errand->reminding ? remind(store, book, errand->entry, &row, errand->now, error)
                                     : close_one(store, &row, error);
        *retcount += due;
        conversation_row_clear(&row);
    }
    if (done)
        return store_commit(store, error);
    if (store_in_transaction(store))
        store_rollback(store);
    return false;
}

static bool care_for(struct store *store, struct campaign_book *book, int64_t id, int64_t now,
                     struct conversation_care *total, GError **error)
{
    GError *fault = NULL;
    const struct campaign_entry *entry = campaign_book_find(book, id, &fault);
    if (entry == NULL) {
        bool unreadable = g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID);
        if (!unreadable)
            g_propagate_error(error, fault);
        else
            g_error_free(fault);
        return unreadable;
    }
    bool over = (entry->state != CAMPAIGN_RUNNING && entry->state != CAMPAIGN_PAUSED) ||
                entry->config.conversation.ask != ASK_IN_TURN;
    int64_t timeout_ms = entry->config.conversation.timeout_ms;
    int64_t remind_ms = entry->config.conversation.remind_after_ms;
    const struct errand closing = {entry, over ? now : now - timeout_ms, false, now};
    const struct errand reminding = {entry, now - remind_ms, true, now};
    if ((over || timeout_ms > 0) && !run(store, book, &closing, &total->timed_out, error))
        return false;
    bool reminds = !over && remind_ms > 0 && entry->state == CAMPAIGN_RUNNING &&
                   (entry->closes_at == 0 || now < entry->closes_at);
    return !reminds || run(store, book, &reminding, &total->reminded, error);
}

bool conversation_clock(struct store *store, struct campaign_book *book, int64_t now,
                        struct conversation_care *retcare, GError **error)
{
    *retcare = (struct conversation_care){0};
    g_autoptr(GArray) campaigns = store_conversation_campaigns(store, error);
    if (campaigns == NULL)
        return false;
    for (unsigned i = 0; i < campaigns->len; i++)
        if (!care_for(store, book, g_array_index(campaigns, int64_t, i), now, retcare, error))
            return false;
    return true;
}
