// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes in one complete text: who says it, about which campaign, is it a repeat, what does it mean,
 * what is stored, what is written back. Works inside the intake's transaction; a text is committed
 * together with everything it means. Must never lose a text: whatever is not understood is an
 * unclear reply that waits for a person. */
#include "campaigns/answer.h"

#include "campaigns/consent.h"
#include "campaigns/opinion_arrival.h"
#include "campaigns/phone.h"
#include "campaigns/receipt.h"
#include "campaigns/reply.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/reply.h"
#include "campaigns/text.h"

enum {
    REPEAT_MS = 10 * 60 * 1000,           /* R16 */
    CLOCK_SLACK_MS = 2 * 60 * 1000,       /* between the network's clock and ours */
    BACKLOG_MS = 7 * 24 * 60 * 60 * 1000, /* what may lie in the network or on a SIM */
};

/* Everything about one text on its way in. */
struct taking {
    struct store *store;
    struct campaign_book *book;
    const struct answer_source *source;
    int64_t now;
    struct contact_row contact;
    int64_t campaign_id; /* 0: none */
    int64_t sent_at;     /* plausible */
    bool readable;       /* the campaign's file can be parsed */
    bool open;           /* the campaign asked this contact and still takes answers */
    const char *shut;    /* else: why not, the reply's rule */
    int64_t reply_id;
};

/* The network's time if it can be true, else ours: clocks of modems and networks lie. */
static int64_t plausible(const struct answer_source *source, int64_t not_before)
{
    bool possible = source->sent_at != 0 &&
                    source->sent_at <= source->received_at + CLOCK_SLACK_MS &&
                    source->sent_at >= source->received_at - BACKLOG_MS &&
                    source->sent_at >= not_before - CLOCK_SLACK_MS;
    return possible ? MIN(source->sent_at, source->received_at) : source->received_at;
}

static bool is_open(const struct asked_row *asked, int64_t sent_at)
{
    return asked->sent_at != 0 && !asked->cancelled &&
           (asked->closes_at == 0 || sent_at <= asked->closes_at);
}

static bool asks_nothing(struct taking *taking)
{
    const struct campaign_entry *entry =
        campaign_book_find(taking->book, taking->campaign_id, NULL);
    char *const *keywords = entry != NULL ? entry->config.opinion.keywords : NULL;
    return entry != NULL && entry->config.questions->len == 0 &&
           (keywords == NULL || keywords[0] == NULL);
}

static bool is_understood(const struct taking *taking, int64_t campaign_id)
{
    const struct campaign_entry *entry = campaign_book_find(taking->book, campaign_id, NULL);
    if (entry == NULL)
        return false;
    struct reply_reading reading = {0};
    reply_read(campaign_book_reader(taking->book, campaign_id), taking->source->text, &reading);
    bool understood = reading.outcome != REPLY_UNCLEAR;
    reply_reading_clear(&reading);
    return understood;
}

/* The last campaign that was sent to the contact by that modem, else by any, and is open; else the
 * last at all, so that an opt-out and its receipt know where they belong. A notice that asks
 * nothing gives way to the campaign before it that understands the text; a closed campaign that
 * understands it does not: a "1" that comes late is no vote in an older one. */
static bool find_campaign(struct taking *taking, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct asked_row));
    if (!store_reply_asked(taking->store, taking->contact.id, taking->source->modem, all, error))
        return false;
    taking->sent_at = plausible(taking->source, 0);
    taking->shut = "R1 no campaign";
    for (unsigned i = 0; i < all->len; i++) {
        const struct asked_row *asked = &g_array_index(all, struct asked_row, i);
        int64_t sent_at = plausible(taking->source, asked->sent_at);
        bool open = is_open(asked, sent_at);
        if (!open && taking->campaign_id != 0)
            continue;
        if (taking->open && !is_understood(taking, asked->campaign_id))
            continue;
        if (!taking->open && taking->campaign_id != 0 && is_understood(taking, taking->campaign_id))
            break;
        taking->campaign_id = asked->campaign_id;
        taking->sent_at = sent_at;
        taking->open = open;
        taking->shut = asked->sent_at == 0 ? "R1 not asked yet"
                       : asked->cancelled  ? "cancelled"
                                           : "closed";
        if (open && !asks_nothing(taking))
            break;
    }
    return true;
}

static bool store_reply(struct taking *taking, const char *outcome, const char *rule,
                        const char *normalised, GError **error)
{
    const struct answer_source *source = taking->source;
    struct reply_row row = {
        .modem = (char *)source->modem,
        .sender = (char *)source->sender,
        .contact_id = taking->contact.id,
        .campaign_id = taking->campaign_id,
        .text = (char *)source->text,
        .sent_at = taking->sent_at,
        .received_at = source->received_at,
        .outcome = (char *)outcome,
        .rule = (char *)rule,
        .normalised = (char *)(normalised == NULL ? "" : normalised),
    };
    if (!store_reply_insert(taking->store, &row, &taking->reply_id, error))
        return false;
    if (source->retreply != NULL)
        *source->retreply = taking->reply_id;
    return true;
}

static bool write_back(const struct taking *taking, struct receipt *receipt, GError **error)
{
    receipt->campaign_id = taking->campaign_id;
    receipt->contact_id = taking->contact.id;
    receipt->modem = taking->source->modem;
    receipt->now = taking->now;
    bool refused = taking->contact.opted_out_at != 0;
    if (taking->campaign_id == 0 || !taking->readable || refused)
        return true;
    return receipt_queue(taking->store, taking->book, receipt, error);
}

static bool take_optout(struct taking *taking, const struct reply_reading *reading, GError **error)
{
    if (!store_reply(taking, "optout", reading->rule, reading->normalised, error))
        return false;
    struct consent_reply said = {taking->contact.id, taking->campaign_id, taking->reply_id,
                                 taking->now};
    struct receipt receipt = {.kind = RECEIPT_OPTOUT};
    bool fresh = false;
    return consent_refuse(taking->store, &said, &fresh, error) &&
           (!fresh || write_back(taking, &receipt, error));
}

/* "DK" of somebody who had refused: nothing else brings them back. */
static bool is_optin(const struct taking *taking)
{
    static const char *const words[] = {"dk", "dang ky", "dang ky nhan tin", "nhan lai", NULL};
    if (taking->contact.opted_out_at == 0)
        return false;
    g_autofree char *key = text_key_unmarked(taking->source->text);
    return g_strv_contains(words, key);
}

static bool take_optin(struct taking *taking, GError **error)
{
    if (!store_reply(taking, "optin", "DK", "dk", error))
        return false;
    struct consent_reply said = {taking->contact.id, taking->campaign_id, taking->reply_id,
                                 taking->now};
    return consent_return(taking->store, &said, error);
}

static bool take_opinion(struct taking *taking, const char *text, GError **error)
{
    const struct opinion_arrival opinion = {
        .campaign_id = taking->campaign_id,
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

/* The last valid answer counts by the time it was sent, whatever order the SIM gave it out in. */
static bool take_codes(struct taking *taking, const char *question, char *const *codes,
                       GError **error)
{
    g_autofree char *code = g_strjoinv(",", (char **)codes);
    struct answer_row current = {0};
    if (!store_answer_current(taking->store, taking->campaign_id, taking->contact.id, question,
                              &current, error))
        return false;
    struct answer_row row = {
        .campaign_id = taking->campaign_id,
        .contact_id = taking->contact.id,
        .question = (char *)question,
        .code = code,
        .reply_id = taking->reply_id,
        .at = taking->sent_at,
        .recorded_at = taking->source->received_at,
    };
    bool takes_over = current.id == 0 || taking->sent_at >= current.at;
    bool changed = current.id == 0 || !g_str_equal(current.code, code);
    bool stored = store_answer_insert(taking->store, &row, &current, takes_over, error);
    answer_row_clear(&current);
    if (!stored || !takes_over || !changed)
        return stored;
    struct receipt receipt = {.kind = RECEIPT_ACCEPTED, .question = question, .codes = codes};
    return write_back(taking, &receipt, error);
}

static bool take_unclear(struct taking *taking, const char *rule,
                         const struct reply_reading *reading, GError **error)
{
    if (!store_reply(taking, "unclear", rule, reading->normalised, error))
        return false;
    struct receipt receipt = {.kind = RECEIPT_UNCLEAR};
    return !taking->open || write_back(taking, &receipt, error);
}

/* Answers to several questions, and numbers, have no place in the store yet: a person reads them.
 */
static bool take_answer(struct taking *taking, const struct reply_reading *reading, GError **error)
{
    const char *question = NULL;
    char *const *codes = reply_reading_only(reading, &question);
    bool taken = codes == NULL
                     ? take_unclear(taking, reading->rule, reading, error)
                     : store_reply(taking, "answer", reading->rule, reading->normalised, error) &&
                           take_codes(taking, question, codes, error);
    return taken && (reading->opinion == NULL || take_opinion(taking, reading->opinion, error));
}

static bool take_reading(struct taking *taking, const struct reply_reading *reading, GError **error)
{
    if (reading->outcome == REPLY_OPTOUT)
        return take_optout(taking, reading, error);
    if (reading->outcome == REPLY_SERVICE)
        return store_reply(taking, "service", reading->rule, reading->normalised, error);
    if (!taking->open)
        return take_unclear(taking, taking->shut, reading, error);
    switch (reading->outcome) {
    case REPLY_ANSWER:
        return take_answer(taking, reading, error);
    case REPLY_OPINION:
        return store_reply(taking, "opinion", reading->rule, reading->normalised, error) &&
               take_opinion(taking, reading->opinion, error);
    case REPLY_UNCLEAR:
    case REPLY_OPTOUT:
    case REPLY_SERVICE:
        break;
    }
    return take_unclear(taking, reading->rule, reading, error);
}

static bool is_repeat(const struct taking *taking, bool *retrepeat, GError **error)
{
    struct reply_row row = {
        .contact_id = taking->contact.id,
        .campaign_id = taking->campaign_id,
        .text = (char *)taking->source->text,
        .sent_at = taking->sent_at,
    };
    return store_reply_repeated(taking->store, &row, REPEAT_MS, retrepeat, error);
}

/* A campaign whose file an upgrade can no longer read must not hold up the SIM: its replies wait
 * for a person. */
static bool read_campaign(struct taking *taking, const struct reply_reader **retreader,
                          GError **error)
{
    *retreader = campaign_book_reader(taking->book, 0);
    if (taking->campaign_id == 0)
        return true;
    GError *fault = NULL;
    const struct campaign_entry *entry =
        campaign_book_find(taking->book, taking->campaign_id, &fault);
    if (entry != NULL) {
        *retreader = campaign_book_reader(taking->book, taking->campaign_id);
        return true;
    }
    if (!g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID)) {
        g_propagate_error(error, fault);
        return false;
    }
    g_error_free(fault);
    taking->open = false;
    taking->readable = false;
    taking->shut = "campaign unreadable";
    return true;
}

static bool take_from_contact(struct taking *taking, GError **error)
{
    bool repeat = false;
    if (!find_campaign(taking, error) || !is_repeat(taking, &repeat, error) ||
        !consent_refused_at(taking->store, taking->contact.id, taking->campaign_id,
                            &taking->contact.opted_out_at, error))
        return false;
    if (repeat)
        return store_reply(taking, "repeat", "R16", NULL, error);
    if (is_optin(taking))
        return take_optin(taking, error);
    const struct reply_reader *reader = NULL;
    if (!read_campaign(taking, &reader, error))
        return false;
    struct reply_reading reading = {0};
    reply_read(reader, taking->source->text, &reading);
    bool taken = take_reading(taking, &reading, error);
    reply_reading_clear(&reading);
    return taken;
}

bool answer_take(struct store *store, struct campaign_book *book,
                 const struct answer_source *source, int64_t now, GError **error)
{
    struct taking taking = {
        .store = store, .book = book, .source = source, .now = now, .readable = true};
    taking.sent_at = plausible(source, 0);
    struct phone phone = {0};
    if (reply_is_service(source->sender, source->text) ||
        !phone_read_sender(source->sender, &phone))
        return store_reply(&taking, "service", "R1 service", NULL, error);
    if (!store_contact_find(store, phone.e164, &taking.contact, error))
        return false;
    if (taking.contact.id == 0)
        return store_reply(&taking, "stranger", "R1 stranger", NULL, error);
    return take_from_contact(&taking, error);
}
