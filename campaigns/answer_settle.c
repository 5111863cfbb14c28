// SPDX-License-Identifier: GPL-2.0-or-later
/* A person decides what a reply says. The answer bears the person's name; it takes its place in
 * time where the reply stands, so that settling an old text late never undoes a newer answer. */
#include "campaigns/answer.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/reply.h"
#include "campaigns/text.h"

#include <string.h>

G_DEFINE_QUARK(loa - answer - error, answer_error)

/* What the code of a decision means in the campaign's file. */
struct meaning {
    const struct question_config *question;
    char *code; /* joined by "," */
};

static const struct option_config *find_option(const GPtrArray *options, const char *code)
{
    g_autofree char *wanted = text_key_marked(code);
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        g_autofree char *key = text_key_marked(option->code);
        if (g_str_equal(key, wanted))
            return option;
    }
    return NULL;
}

/* One option, several where the question allows it, add-ons with them. */
static char *read_codes(const struct question_config *question, const char *text)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, ",;+ ", -1);
    g_autoptr(GPtrArray) codes = g_ptr_array_new();
    unsigned options = 0, exclusive = 0;
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        if (*pieces[i] == '\0')
            continue;
        const struct option_config *option = find_option(question->options, pieces[i]);
        if (option != NULL) {
            options++;
            exclusive += option->exclusive;
        } else {
            option = find_option(question->addons, pieces[i]);
        }
        if (option == NULL || g_ptr_array_find(codes, option->code, NULL))
            return NULL;
        g_ptr_array_add(codes, option->code);
    }
    bool too_many = question->kind != QUESTION_CHOICES && options > 1;
    if (codes->len == 0 || too_many || (exclusive > 0 && options > 1))
        return NULL;
    g_ptr_array_add(codes, NULL);
    return g_strjoinv(",", (char **)codes->pdata);
}

static bool is_asked_for(const struct question_config *question)
{
    return question->kind == QUESTION_CHOICE || question->kind == QUESTION_CHOICES;
}

/* "1", or "question=1". Questions without options take the text as it is, by name only. */
static bool read_meaning(const struct campaign_config *config, const char *text,
                         struct meaning *retmeaning)
{
    const char *equals = strchr(text, '=');
    const char *code = equals == NULL ? text : equals + 1;
    g_autofree char *name = equals == NULL ? NULL : g_strndup(text, (gsize)(equals - text));
    for (unsigned i = 0; config->questions != NULL && i < config->questions->len; i++) {
        const struct question_config *question = config->questions->pdata[i];
        if (name != NULL && g_ascii_strcasecmp(name, question->id) != 0)
            continue;
        char *read = NULL;
        if (is_asked_for(question))
            read = read_codes(question, code);
        else if (name != NULL && *code != '\0')
            read = g_strdup(code);
        if (read == NULL)
            continue;
        bool second = retmeaning->code != NULL;
        g_free(retmeaning->code);
        retmeaning->code = second ? NULL : read;
        retmeaning->question = question;
        if (second) {
            g_free(read);
            return false;
        }
    }
    return retmeaning->code != NULL;
}

static bool put_answer(struct store *store, const struct reply_row *reply,
                       const struct meaning *meaning, const struct answer_decision *decision,
                       GError **error)
{
    struct answer_row current = {0};
    if (!store_answer_current(store, reply->campaign_id, reply->contact_id, meaning->question->id,
                              &current, error))
        return false;
    struct answer_row row = {
        .campaign_id = reply->campaign_id,
        .contact_id = reply->contact_id,
        .question = meaning->question->id,
        .code = meaning->code,
        .reply_id = reply->id,
        .at = reply->sent_at,
        .recorded_at = decision->now,
        .by = decision->by,
        .reason = decision->reason,
    };
    bool takes_over =
        current.id == 0 || current.reply_id == reply->id || reply->sent_at >= current.at;
    bool stored = store_answer_insert(store, &row, &current, takes_over, error);
    answer_row_clear(&current);
    return stored;
}

static bool dismiss(const struct reply_row *reply, GError **error)
{
    if (reply->answer == NULL)
        return true;
    g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                "reply %" G_GINT64_FORMAT " counts as %s: set another code instead", reply->id,
                reply->answer);
    return false;
}

static bool decide(struct store *store, struct campaign_book *book, const struct reply_row *reply,
                   const struct answer_decision *decision, GError **error)
{
    if (g_str_equal(decision->code, "-"))
        return dismiss(reply, error);
    if (reply->contact_id == 0 || reply->campaign_id == 0) {
        g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_NOBODY,
                    "reply %" G_GINT64_FORMAT " belongs to %s: only \"-\" settles it", reply->id,
                    reply->contact_id == 0 ? "nobody of the roster" : "no campaign");
        return false;
    }
    const struct campaign_entry *entry = campaign_book_find(book, reply->campaign_id, error);
    if (entry == NULL)
        return false;
    struct meaning meaning = {0};
    if (!read_meaning(&entry->config, decision->code, &meaning)) {
        g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_CODE,
                    "\"%s\" is no answer to a question of campaign %s", decision->code,
                    entry->config.code);
        return false;
    }
    bool put = put_answer(store, reply, &meaning, decision, error);
    g_free(meaning.code);
    return put;
}

bool answer_settle(struct store *store, struct campaign_book *book,
                   const struct answer_decision *decision, GError **error)
{
    if (!store_begin(store, error))
        return false;
    struct reply_row *reply = store_reply_get(store, decision->reply_id, error);
    bool settled = reply != NULL && decide(store, book, reply, decision, error) &&
                   store_reply_settle(store, reply->id, decision->by, decision->now, error);
    reply_row_free(reply);
    if (settled)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}
