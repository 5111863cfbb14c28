// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders and queues the texts that answer replies. A help text goes out at most once per contact,
 * campaign and day; all texts together at most RECEIPT_TEXTS_PER_DAY, save the opt-out's, which is
 * the last one and sent once. */
#include "campaigns/receipt.h"

#include "campaigns/parts.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/message.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

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
    [RECEIPT_ACCEPTED] = "accepted",
    [RECEIPT_UNCLEAR] = "unclear",
    [RECEIPT_OPINION] = "opinion",
    [RECEIPT_OPTOUT] = "optout",
};

static const char *text_of(const struct campaign_config *config, enum receipt_kind kind)
{
    switch (kind) {
    case RECEIPT_ACCEPTED:
        return config->answers.accepted;
    case RECEIPT_UNCLEAR:
        return config->answers.unclear;
    case RECEIPT_OPINION:
        return config->answers.opinion;
    case RECEIPT_OPTOUT:
        return config->answers.optout;
    }
    g_assert_not_reached();
}

static const char *label_in(const GPtrArray *options, const char *code)
{
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        if (g_str_equal(option->code, code))
            return option->label != NULL ? option->label : option->code;
    }
    return NULL;
}

static char *label_choice(const struct campaign_config *config, const struct receipt *receipt)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; receipt->codes != NULL && receipt->codes[i] != NULL; i++) {
        const char *label = NULL;
        const GPtrArray *questions = config->questions;
        for (unsigned q = 0; label == NULL && questions != NULL && q < questions->len; q++) {
            const struct question_config *question = questions->pdata[q];
            if (!g_str_equal(question->id, receipt->question))
                continue;
            label = label_in(question->options, receipt->codes[i]);
            if (label == NULL)
                label = label_in(question->addons, receipt->codes[i]);
        }
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ",
                               label == NULL ? receipt->codes[i] : label);
    }
    return g_string_free(out, FALSE);
}

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
    words.choice = label_choice(config, receipt);
    words.values = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = template_render(text_of(config, receipt->kind), look_up, &words, error);
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
    if (receipt->kind == RECEIPT_OPTOUT)
        return true;
    struct contact_texts texts = {0};
    if (!store_contact_texts(store, receipt->contact_id, receipt->campaign_id,
                             receipt->now - RECEIPT_DAY_MS, &texts, error))
        return false;
    *retenough =
        texts.all >= RECEIPT_TEXTS_PER_DAY || (receipt->kind == RECEIPT_UNCLEAR && texts.help > 0);
    return true;
}

/* Before what its campaign still has to send, never in the rank of an emergency. */
static int rank(int priority)
{
    return priority < PRIORITY_HIGH ? priority + 1 : priority;
}

static bool queue_text(struct store *store, const struct campaign_terms *terms,
                       const struct campaign_config *config, const struct receipt *receipt,
                       char *text, GError **error)
{
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    int64_t lasts = terms->expire_after_ms > 0 ? terms->expire_after_ms : 2 * RECEIPT_DAY_MS;
    struct message message = {
        .campaign_id = receipt->campaign_id,
        .contact_id = receipt->contact_id,
        .purpose = PURPOSE_ANSWER,
        .priority = rank(config->priority),
        .text = text,
        .parts = parts.count,
        .reference = (uint8_t)(receipt->now / 1000 + 31 * (int64_t)receipt->kind),
        .modem = (char *)receipt->modem,
        .not_before = receipt->now,
        .expires_at = receipt->now + lasts,
    };
    text_parts_clear(&parts);
    if (message.parts > PARTS_MAX)
        return true; /* a name of kilometres; the answer itself counts all the same */
    int64_t id = 0;
    return store_message_add(store, &message, receipt->now, &id, error) &&
           store_contact_receipt(store, id, kind_names[receipt->kind], error);
}

bool receipt_queue(struct store *store, struct campaign_book *book, const struct receipt *receipt,
                   GError **error)
{
    const struct campaign_entry *entry = campaign_book_find(book, receipt->campaign_id, error);
    if (entry == NULL)
        return false;
    const char *template = text_of(&entry->config, receipt->kind);
    if (template == NULL || *template == '\0')
        return true;
    bool enough = false;
    if (!is_enough(store, receipt, &enough, error))
        return false;
    if (enough)
        return true;
    g_autofree char *text = render(store, book, &entry->config, receipt, error);
    return text != NULL &&
           queue_text(store, campaign_book_terms(book), &entry->config, receipt, text, error);
}
