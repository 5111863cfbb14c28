// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes in one complete text: who says it, about which campaign, is it a repeat, what does it mean,
 * what is stored, what is written back. Works inside the intake's transaction; a text is committed
 * together with everything it means. Must never lose a text: whatever is not understood is an
 * unclear reply that waits for a person. What a text means is judgement.c's, which campaign it is
 * about answer_match.c's, what counts of several answers ballot.c's. */
#include "campaigns/answer.h"

#include "campaigns/answer_match.h"
#include "campaigns/answer_put.h"
#include "campaigns/consent.h"
#include "campaigns/conversation.h"
#include "campaigns/judgement.h"
#include "campaigns/opinion_arrival.h"
#include "campaigns/opinion_confirm.h"
#include "campaigns/receipt.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/reply.h"

enum { NETWORK_SECOND_MS = 1000 }; /* the network tells whole seconds */

/* Everything about one text on its way in. */
struct taking {
    struct store *store;
    struct campaign_book *book;
    const struct answer_source *source;
    int64_t now;
    struct contact_row contact;
    struct answer_match match;
    int64_t session_id; /* it was said in a menu, which has answered; 0: an SMS */
    int64_t reply_id;
    bool refusal; /* it was an opt-out */
};

static bool store_reply(struct taking *taking, const struct judgement *judgement, GError **error)
{
    const struct answer_source *source = taking->source;
    const struct answer_match *match = &taking->match;
    const char *normalised = judgement->normalised;
    struct reply_row row = {
        .modem = (char *)source->modem,
        .sender = (char *)source->sender,
        .session_id = taking->session_id,
        .contact_id = taking->contact.id,
        .campaign_id = match->campaign_id,
        .text = (char *)source->text,
        .sent_at = match->sent_at,
        .received_at = source->received_at,
        .outcome = (char *)judgement_outcome_name(judgement->outcome),
        .rule = (char *)judgement->rule,
        .normalised = (char *)(normalised == NULL ? "" : normalised),
        .look = (char *)judgement->look,
        .question = match->question,
        .shut = (char *)match->shut,
    };
    if (!store_reply_insert(taking->store, &row, &taking->reply_id, error))
        return false;
    if (source->retreply != NULL)
        *source->retreply = taking->reply_id;
    return true;
}

static bool keep(struct taking *taking, enum judgement_outcome outcome, const char *rule,
                 GError **error)
{
    const struct judgement judgement = {.outcome = outcome, .rule = rule};
    return store_reply(taking, &judgement, error);
}

static bool write_back(const struct taking *taking, struct receipt *receipt, GError **error)
{
    receipt->campaign_id = taking->match.campaign_id;
    receipt->contact_id = taking->contact.id;
    receipt->modem = taking->source->modem;
    receipt->now = taking->now;
    bool silent = taking->contact.opted_out_at != 0 || taking->session_id != 0;
    if (receipt->campaign_id == 0 || !taking->match.readable || silent)
        return true;
    return receipt_queue(taking->store, taking->book, receipt, error);
}

static bool take_optout(struct taking *taking, GError **error)
{
    struct consent_reply said = {taking->contact.id, taking->match.campaign_id, taking->reply_id,
                                 taking->now};
    struct receipt receipt = {.kind = RECEIPT_OPTOUT};
    bool fresh = false;
    taking->refusal = true;
    return consent_refuse(taking->store, &said, &fresh, error) &&
           (!fresh || write_back(taking, &receipt, error));
}

static bool take_optin(struct taking *taking, GError **error)
{
    struct consent_reply said = {taking->contact.id, taking->match.campaign_id, taking->reply_id,
                                 taking->now};
    return consent_return(taking->store, &said, error);
}

static bool take_opinion(struct taking *taking, const char *text, GError **error)
{
    if (text == NULL)
        return true;
    const struct opinion_arrival opinion = {
        .campaign_id = taking->match.campaign_id,
        .contact_id = taking->contact.id,
        .reply_id = taking->reply_id,
        .text = text,
        .received_at = taking->source->received_at,
    };
    struct receipt receipt = {.kind = RECEIPT_OPINION};
    return opinion_arrival_take(taking->store, campaign_book_terms(taking->book), &opinion,
                                &receipt.number, error) &&
           write_back(taking, &receipt, error);
}

/* --- Answers -------------------------------------------------------------------------------- */

static bool put_answer(struct taking *taking, const struct judged_answer *judged, bool *retchanged,
                       GArray *choices, GError **error)
{
    const struct answer_row row = {
        .campaign_id = taking->match.campaign_id,
        .contact_id = taking->contact.id,
        .question = judged->question->id,
        .said = judged->said,
        .reply_id = taking->reply_id,
        .at = taking->match.sent_at,
        .recorded_at = taking->source->received_at,
    };
    struct answer_put put = {0};
    if (!answer_put(taking->store, judged->question, &row, &put, error))
        return false;
    *retchanged = *retchanged || put.changed;
    struct receipt_choice choice = {judged->question, g_steal_pointer(&put.code)};
    g_array_append_val(choices, choice);
    return true;
}

/* What changed nothing needs no thanks; a text gets one receipt, however many questions it answers.
 */
static bool thank(struct taking *taking, bool changed, GArray *choices, GError **error)
{
    const struct conversation_turn turn = {
        .campaign_id = taking->match.campaign_id,
        .contact_id = taking->contact.id,
        .modem = taking->source->modem,
        .silent = taking->contact.opted_out_at != 0 || taking->session_id != 0,
        .changed = changed,
        .now = taking->now,
    };
    bool talking = false;
    if (!conversation_go_on(taking->store, taking->book, &turn, &talking, error))
        return false;
    struct receipt receipt = {.kind = RECEIPT_ACCEPTED, .choices = choices};
    return talking || !changed || write_back(taking, &receipt, error);
}

static bool take_answers(struct taking *taking, const struct judgement *judgement, GError **error)
{
    g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(struct receipt_choice));
    g_array_set_clear_func(choices, receipt_choice_clear);
    bool changed = false, put = true;
    for (unsigned i = 0; put && i < judgement->count; i++)
        put = put_answer(taking, &judgement->answers[i], &changed, choices, error);
    return put && thank(taking, changed, choices, error) &&
           take_opinion(taking, judgement->opinion, error);
}

static bool take_unclear(struct taking *taking, GError **error)
{
    struct receipt receipt = {.kind = RECEIPT_UNCLEAR};
    return taking->match.shut[0] != '\0' || write_back(taking, &receipt, error);
}

static bool act(struct taking *taking, const struct judgement *judgement, GError **error)
{
    switch (judgement->outcome) {
    case JUDGED_ANSWER:
        return take_answers(taking, judgement, error);
    case JUDGED_OPINION:
        return take_opinion(taking, judgement->opinion, error);
    case JUDGED_OPTOUT:
        return take_optout(taking, error);
    case JUDGED_OPTIN:
        return take_optin(taking, error);
    case JUDGED_UNCLEAR:
        return take_unclear(taking, error);
    case JUDGED_SERVICE:
    case JUDGED_STRANGER:
    case JUDGED_REPEAT:
        return true;
    }
    g_assert_not_reached();
}

/* --- Judging -------------------------------------------------------------------------------- */

/* A text of the very moment of an earlier one, brought before the next question was on the air, is
 * that text once more, and no answer to the next question. */
static void turn_back(struct answer_match *match, const char *text, const GArray *rows)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const struct reply_past *past = &g_array_index(rows, struct reply_past, i);
        bool same = past->campaign_id == match->campaign_id && past->sent_at == match->sent_at &&
                    g_str_equal(past->text, text);
        if (!same || match->asked_at <= match->sent_at + NETWORK_SECOND_MS)
            continue;
        g_free(match->question);
        match->question = g_strdup(past->question);
        return;
    }
}

static bool is_repeat(struct taking *taking, bool *retrepeat, GError **error)
{
    int64_t at = taking->match.sent_at;
    g_autoptr(GArray) rows =
        store_reply_past(taking->store, taking->contact.id, at - JUDGEMENT_REPEAT_MS,
                         at + JUDGEMENT_REPEAT_MS, JUDGEMENT_PAST, error);
    if (rows == NULL)
        return false;
    turn_back(&taking->match, taking->source->text, rows);
    struct judgement_past past[JUDGEMENT_PAST];
    for (unsigned i = 0; i < rows->len; i++) {
        const struct reply_past *row = &g_array_index(rows, struct reply_past, i);
        past[i] = (struct judgement_past){row->text, row->question, row->campaign_id, row->sent_at,
                                          row->by_menu};
    }
    const struct judgement_past now = {taking->source->text, taking->match.question,
                                       taking->match.campaign_id, at, false};
    *retrepeat = judgement_repeats(&now, past, rows->len);
    return true;
}

/* Where persons are counted, one phone of several leaves open who of them answered (R18). */
static bool look_at_shared(const struct taking *taking, const struct campaign_config *campaign,
                           struct judgement *judgement, GError **error)
{
    unsigned persons = 0;
    if (judgement->outcome != JUDGED_ANSWER || campaign->count_by != COUNT_BY_PERSON ||
        judgement->look[0] != '\0')
        return true;
    if (!store_answer_asked(taking->store, taking->match.campaign_id, taking->contact.id, 0,
                            &persons, error))
        return false;
    if (persons > 1)
        judgement->look = "several persons share this phone";
    return true;
}

static bool judge(struct taking *taking, GError **error)
{
    const struct answer_match *match = &taking->match;
    int64_t id = match->readable ? match->campaign_id : 0;
    const struct campaign_config *campaign = campaign_book_none(taking->book);
    if (id != 0) {
        const struct campaign_entry *entry = campaign_book_find(taking->book, id, error);
        if (entry == NULL)
            return false;
        campaign = &entry->config;
    }
    bool turn = id != 0 && match->question[0] != '\0';
    const struct judgement_case asked = {
        .campaign = campaign,
        .reader = campaign_book_reader(taking->book, id),
        .turn = turn ? campaign_book_reader_for(taking->book, id, match->question) : NULL,
        .shut = match->shut,
        .text = taking->source->text,
        .refused = taking->contact.opted_out_at != 0,
        .typed = taking->session_id != 0,
    };
    struct judgement judgement = {0};
    judgement_make(&asked, &judgement);
    bool taken = look_at_shared(taking, campaign, &judgement, error) &&
                 store_reply(taking, &judgement, error) && act(taking, &judgement, error);
    judgement_clear(&judgement);
    return taken;
}

/* A plain yes or no to the answer of an opinion is about that, whatever else is open. */
static bool confirm(struct taking *taking, bool *rettaken, GError **error)
{
    const struct opinion_confirm_text text = {taking->contact.id, taking->source->modem,
                                              taking->source->text, taking->match.sent_at};
    struct opinion_confirm said = {0};
    *rettaken = false;
    if (!opinion_confirm_find(taking->store, &text, &said, error))
        return false;
    if (said.opinion_id == 0)
        return true;
    *rettaken = true;
    taking->match.campaign_id = said.campaign_id;
    return keep(taking, JUDGED_OPINION, opinion_confirm_rule(&said), error) &&
           opinion_confirm_take(taking->store, campaign_book_terms(taking->book), &said,
                                taking->now, error);
}

static bool take_from_contact(struct taking *taking, GError **error)
{
    bool taken = false, repeat = false;
    if (!confirm(taking, &taken, error))
        return false;
    if (taken)
        return true;
    answer_match_clear(&taking->match);
    if (!answer_match_find(taking->store, taking->book, taking->source, taking->contact.id,
                           &taking->match, error) ||
        !is_repeat(taking, &repeat, error) ||
        !consent_refused_at(taking->store, taking->contact.id, taking->match.campaign_id,
                            &taking->contact.opted_out_at, error))
        return false;
    return repeat ? keep(taking, JUDGED_REPEAT, "R16", error) : judge(taking, error);
}

static bool take(struct taking *taking, GError **error)
{
    struct phone phone = {0};
    if (reply_is_service(taking->source->sender, taking->source->text) ||
        !phone_read_sender(taking->source->sender, &phone))
        return keep(taking, JUDGED_SERVICE, "R1 service", error);
    if (!store_contact_find(taking->store, phone.e164, &taking->contact, error))
        return false;
    if (taking->contact.id == 0)
        return keep(taking, JUDGED_STRANGER, "R1 stranger", error);
    return take_from_contact(taking, error);
}

bool answer_take(struct store *store, struct campaign_book *book,
                 const struct answer_source *source, int64_t now, GError **error)
{
    struct taking taking = {.store = store, .book = book, .source = source, .now = now};
    taking.match = (struct answer_match){
        .sent_at = answer_match_moment(source), .shut = "", .question = g_strdup("")};
    bool taken = take(&taking, error);
    answer_match_clear(&taking.match);
    return taken;
}

bool answer_choose(struct store *store, struct campaign_book *book,
                   const struct answer_choice *choice, bool *retrefusal, GError **error)
{
    const struct answer_source source = {.modem = "",
                                         .sender = choice->phone,
                                         .text = choice->text,
                                         .sent_at = choice->now,
                                         .received_at = choice->now};
    struct taking taking = {.store = store,
                            .book = book,
                            .source = &source,
                            .now = choice->now,
                            .contact = {.id = choice->contact_id},
                            .session_id = choice->session_id};
    taking.match = (struct answer_match){.campaign_id = choice->campaign_id,
                                         .sent_at = choice->now,
                                         .shut = "",
                                         .readable = true,
                                         .question = g_strdup(choice->question)};
    bool taken = consent_refused_at(store, choice->contact_id, choice->campaign_id,
                                    &taking.contact.opted_out_at, error) &&
                 judge(&taking, error);
    answer_match_clear(&taking.match);
    *retrefusal = taking.refusal;
    return taken;
}
