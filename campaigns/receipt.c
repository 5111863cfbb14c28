// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders and queues the texts that answer replies. A help text goes out at most once per contact,
 * campaign and day; all texts together at most RECEIPT_TEXTS_PER_DAY, save the opt-out's, which is
 * the last one and sent once. */
#include "campaigns/receipt.h"

#include "campaigns/ballot.h"
#include "campaigns/figure.h"
#include "campaigns/parts.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/conversation.h"
#include "campaigns/store/message.h"
#include "campaigns/store/route.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

#include <string.h>

enum {
    ECHO_CHARACTERS = 60,
    LAST_REMINDER = -2,
    LASTS_MS = 2 * RECEIPT_DAY_MS, /* where the gateway's file says nothing */
};

struct words {
    struct store *store;
    const struct receipt *receipt;
    const struct campaign_config *config;
    char *date, *number, *choice;
    struct recipient *person; /* read when a text asks for it */
    GPtrArray *values;        /* keeps attribute values alive */
    GError *fault;
};

static const char *const kind_names[] = {
    [RECEIPT_ACCEPTED] = "accepted", [RECEIPT_UNCLEAR] = "unclear", [RECEIPT_OPINION] = "opinion",
    [RECEIPT_OPTOUT] = "optout",     [RECEIPT_QUESTION] = "",       [RECEIPT_QUESTION_AGAIN] = "",
};

static bool asks(const struct receipt *receipt)
{
    return receipt->kind == RECEIPT_QUESTION || receipt->kind == RECEIPT_QUESTION_AGAIN;
}

static const struct question_config *question_of(const struct campaign_config *config,
                                                 const struct receipt *receipt)
{
    return receipt->place < config->questions->len ? config->questions->pdata[receipt->place]
                                                   : NULL;
}

static const char *text_of(const struct campaign_config *config, const struct receipt *receipt)
{
    switch (receipt->kind) {
    case RECEIPT_ACCEPTED:
        return config->answers.accepted;
    case RECEIPT_UNCLEAR:
        return config->answers.unclear;
    case RECEIPT_OPINION:
        return config->answers.opinion;
    case RECEIPT_OPTOUT:
        return config->answers.optout;
    case RECEIPT_QUESTION:
    case RECEIPT_QUESTION_AGAIN:
        break;
    }
    const struct question_config *question = question_of(config, receipt);
    return question != NULL ? question->text : NULL;
}

/* --- {lua_chon} ----------------------------------------------------------------------------- */

/* "số đợt" is a name in reports; behind a number it is "đợt". */
static const char *unit_of(const struct field_config *field)
{
    static const char prefix[] = "số ";
    g_autofree char *key = text_key_marked(field->label);
    bool named = g_str_has_prefix(key, prefix) && strchr(field->label, ' ') != NULL;
    return named ? strchr(field->label, ' ') + 1 : field->label;
}

static void add_number(GString *out, const struct question_config *question,
                       const struct ballot *ballot, unsigned place)
{
    g_autofree char *figure = figure_count(ballot->number[place]);
    bool heads = question->kind == QUESTION_HEADCOUNT;
    g_string_append_printf(out, "%s%s %s", place == 0 ? "" : ", ", figure,
                           heads ? "người" : unit_of(question->fields->pdata[place]));
}

static void add_text(GString *out, const char *text)
{
    glong length = g_utf8_strlen(text, -1);
    g_autofree char *head = g_utf8_substring(text, 0, MIN(length, ECHO_CHARACTERS));
    g_string_append_printf(out, "%s%s", head, length > ECHO_CHARACTERS ? "..." : "");
}

static void add_choice(GString *out, const struct receipt_choice *choice)
{
    struct ballot ballot;
    if (!ballot_parse(choice->question, choice->code, &ballot))
        return;
    if (out->len > 0)
        g_string_append(out, "; ");
    for (unsigned i = 0; i < ballot.count; i++) {
        const struct option_config *option = ballot_option(choice->question, ballot.chosen[i]);
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ",
                               option->label != NULL ? option->label : option->code);
    }
    for (unsigned i = 0; i < ballot.numbers; i++)
        add_number(out, choice->question, &ballot, i);
    if (ballot.text != NULL)
        add_text(out, ballot.text);
}

static char *label_choices(const struct receipt *receipt)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; receipt->choices != NULL && i < receipt->choices->len; i++)
        add_choice(out, &g_array_index(receipt->choices, struct receipt_choice, i));
    return g_string_free(out, FALSE);
}

/* --- Placeholders --------------------------------------------------------------------------- */

static const struct recipient *person_of(struct words *words)
{
    if (words->person == NULL && words->fault == NULL)
        words->person = store_contact_person(words->store, words->receipt->contact_id,
                                             words->receipt->campaign_id, &words->fault);
    return words->person;
}

static const char *look_up_person(struct words *words, const char *name)
{
    const struct recipient *person = person_of(words);
    if (person == NULL)
        return "";
    if (g_str_equal(name, "ten") || g_str_equal(name, "ho_ten"))
        return person->name;
    if (g_str_equal(name, "goi"))
        return template_salutation(person->sex);
    if (g_str_equal(name, "don_vi"))
        return person->detail;
    char *value = NULL;
    if (!store_audience_attribute(words->store, person->person_id, name, &value, &words->fault))
        return NULL;
    if (value == NULL)
        return "";
    g_ptr_array_add(words->values, value);
    return value;
}

static const char *look_up(const char *name, void *data)
{
    struct words *words = data;
    if (g_str_equal(name, "ngay"))
        return words->date;
    if (g_str_equal(name, "so"))
        return words->number;
    if (g_str_equal(name, "lua_chon"))
        return words->choice;
    return look_up_person(words, name);
}

static char *render(struct store *store, const struct campaign_book *book,
                    const struct campaign_config *config, const struct receipt *receipt,
                    GError **error)
{
    struct words words = {.store = store, .receipt = receipt, .config = config};
    words.date = campaign_book_date(book, receipt->now);
    words.number = g_strdup_printf("%" G_GINT64_FORMAT, receipt->number);
    words.choice = label_choices(receipt);
    words.values = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = template_render(text_of(config, receipt), look_up, &words, error);
    char *final = text == NULL || config->send_marked ? g_steal_pointer(&text) : text_unmark(text);
    if (words.fault != NULL) {
        g_clear_pointer(&final, g_free);
        g_clear_error(error);
        g_propagate_error(error, words.fault);
    }
    g_free(words.date);
    g_free(words.number);
    g_free(words.choice);
    g_ptr_array_unref(words.values);
    recipient_free(words.person);
    return final;
}

static bool is_enough(struct store *store, const struct receipt *receipt, bool *retenough,
                      GError **error)
{
    *retenough = false;
    if (receipt->kind == RECEIPT_OPTOUT || asks(receipt))
        return true;
    struct contact_texts texts = {0};
    if (!store_contact_texts(store, receipt->contact_id, receipt->campaign_id,
                             receipt->now - RECEIPT_DAY_MS, &texts, error))
        return false;
    *retenough =
        texts.all >= RECEIPT_TEXTS_PER_DAY || (receipt->kind == RECEIPT_UNCLEAR && texts.help > 0);
    return true;
}

/* What is asked once more goes out as reminders do, but is none of the file's. */
static void make_reminder(const struct campaign_entry *entry, struct message *message)
{
    message->purpose = PURPOSE_REMINDER;
    message->priority = (int)entry->priority;
    message->modem = NULL;
    if (entry->closes_at != 0)
        message->expires_at = MIN(message->expires_at, entry->closes_at);
}

static bool label_message(struct store *store, const struct campaign_config *config,
                          const struct receipt *receipt, int64_t id, GError **error)
{
    if (!asks(receipt))
        return store_contact_receipt(store, id, kind_names[receipt->kind], error);
    bool again = receipt->kind == RECEIPT_QUESTION_AGAIN;
    return store_conversation_link(store, id, question_of(config, receipt)->id,
                                   again ? LAST_REMINDER - (int)receipt->place : -1, error);
}

/* The SIM that the reply came by; where it came by none (somebody entered it, or it was chosen in a
 * menu), the one that wrote first. NULL: any. */
static bool find_modem(struct store *store, const struct receipt *receipt, char **retmodem,
                       GError **error)
{
    if (receipt->modem == NULL || *receipt->modem == '\0')
        return store_route_first(store, receipt->campaign_id, receipt->contact_id, retmodem, error);
    *retmodem = g_strdup(receipt->modem);
    return true;
}

static bool queue_text(struct store *store, const struct campaign_terms *terms,
                       const struct campaign_entry *entry, const struct receipt *receipt,
                       char *text, GError **error)
{
    g_autofree char *modem = NULL;
    if (!find_modem(store, receipt, &modem, error))
        return false;
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    struct message message = {
        .campaign_id = receipt->campaign_id,
        .contact_id = receipt->contact_id,
        .purpose = PURPOSE_ANSWER,
        .priority = receipt_rank(entry->config.priority),
        .text = text,
        .parts = parts.count,
        .reference = (uint8_t)(receipt->now / 1000 + 31 * (int64_t)receipt->kind),
        .modem = modem,
        .not_before = receipt->now,
        .expires_at = receipt_expires_at(terms, receipt->now),
    };
    text_parts_clear(&parts);
    if (receipt->kind == RECEIPT_QUESTION_AGAIN)
        make_reminder(entry, &message);
    if (message.parts > PARTS_MAX)
        return true; /* a name of kilometres; the answer itself counts all the same */
    int64_t id = 0;
    return store_message_add(store, &message, receipt->now, &id, error) &&
           label_message(store, &entry->config, receipt, id, error);
}

bool receipt_queue(struct store *store, struct campaign_book *book, const struct receipt *receipt,
                   GError **error)
{
    const struct campaign_entry *entry = campaign_book_find(book, receipt->campaign_id, error);
    if (entry == NULL)
        return false;
    const char *template = text_of(&entry->config, receipt);
    if (template == NULL || *template == '\0')
        return true;
    bool enough = false;
    if (!is_enough(store, receipt, &enough, error))
        return false;
    if (enough)
        return true;
    g_autofree char *text = render(store, book, &entry->config, receipt, error);
    return text != NULL &&
           queue_text(store, campaign_book_terms(book), entry, receipt, text, error);
}

void receipt_choice_clear(gpointer choice)
{
    g_clear_pointer(&((struct receipt_choice *)choice)->code, g_free);
}

int receipt_rank(int priority)
{
    return priority < PRIORITY_HIGH ? priority + 1 : priority;
}

int64_t receipt_expires_at(const struct campaign_terms *terms, int64_t now)
{
    return now + (terms->expire_after_ms > 0 ? terms->expire_after_ms : LASTS_MS);
}
