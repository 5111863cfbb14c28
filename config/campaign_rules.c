// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks that span settings of a campaign file: words that would mean two things, questions without
 * what their kind needs, times out of order. Words are compared as people see them, in NFC and
 * without case; what typing habits make of them is the domain's business. */
#include "config/campaign_rules.h"

#include <string.h>

#include "config/source.h"

struct check {
    const struct config_source *source;
    const struct campaign_config *config;
    GPtrArray *mistakes;
    GHashTable *keywords; /* folded word -> path of its owner, both owned; of the whole campaign */
};

/* The words of one question, and how its paths begin. */
struct asked {
    const struct question_config *question;
    const char *path;
    GHashTable *words;
};

static GHashTable *words_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static char *folded(const char *word)
{
    g_autofree char *composed = g_utf8_normalize(word, -1, G_NORMALIZE_NFC);
    return g_strstrip(g_utf8_casefold(composed, -1));
}

static const char *owner_of(const struct check *check, GHashTable *words, const char *word)
{
    const char *owner = words != NULL ? g_hash_table_lookup(words, word) : NULL;
    return owner != NULL ? owner : g_hash_table_lookup(check->keywords, word);
}

/* A word that leads to two places leads to a wrong vote. A label is seldom typed: only a warning.
 * `words` NULL: a word of the whole campaign. */
static void claim(const struct check *check, GHashTable *words, const char *word, const char *owner,
                  const char *field, bool label)
{
    if (word == NULL)
        return;
    g_autofree char *key = folded(word);
    const char *other = owner_of(check, words, key);
    if (other == NULL)
        g_hash_table_insert(words != NULL ? words : check->keywords, g_steal_pointer(&key),
                            g_strdup(owner));
    else if (strcmp(other, owner) != 0 && label)
        source_warn(check->source, check->mistakes, field, "“%s” is a word of %s too", word, other);
    else if (strcmp(other, owner) != 0)
        source_mistake(check->source, check->mistakes, field, "“%s” is a word of %s already", word,
                       other);
}

static void claim_all(const struct check *check, GHashTable *words, char *const *list,
                      const char *owner, const char *key)
{
    for (unsigned i = 0; list != NULL && list[i] != NULL; i++) {
        g_autofree char *field = g_strdup_printf("%s.%s[%u]", owner, key, i);
        claim(check, words, list[i], owner, field, false);
    }
}

/* `key` is options or addons. */
static void check_options(const struct check *check, const struct asked *asked, const char *key,
                          const GPtrArray *options)
{
    for (guint i = 0; i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        g_autofree char *owner = g_strdup_printf("%s.%s[%u]", asked->path, key, i);
        g_autofree char *code = g_strconcat(owner, ".code", NULL);
        claim(check, asked->words, option->code, owner, code, false);
        claim_all(check, asked->words, option->aliases, owner, "aliases");
        if (option->code != NULL && option->code[0] != '\0' && option->code[1] == '\0' &&
            g_ascii_isalpha(option->code[0]))
            source_warn(check->source, check->mistakes, code,
                        "a single letter is a bad code: “a” is also a polite ending; take digits");
    }
}

/* After all codes and aliases, so that those win. */
static void check_labels(const struct check *check, const struct asked *asked)
{
    const GPtrArray *options = asked->question->options;
    for (guint i = 0; i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        g_autofree char *owner = g_strdup_printf("%s.options[%u]", asked->path, i);
        g_autofree char *field = g_strconcat(owner, ".label", NULL);
        claim(check, asked->words, option->label, owner, field, true);
    }
}

static void check_kind(const struct check *check, const struct question_config *question,
                       const char *path)
{
    bool choice = question->kind == QUESTION_CHOICE || question->kind == QUESTION_CHOICES;
    bool numbers = question->kind == QUESTION_NUMBERS;
    const struct {
        const char *key;
        bool wrong;
        const char *sentence;
    } rules[] = {
        {"options", choice && question->options->len == 0,
         "a question of the kind choice or choices needs options"},
        {"options", !choice && question->options->len > 0,
         "only questions of the kinds choice and choices have options"},
        {"addons", !choice && question->addons->len > 0,
         "only questions of the kinds choice and choices have addons"},
        {"fields", numbers && question->fields->len == 0,
         "a question of the kind numbers needs fields"},
        {"fields", !numbers && question->fields->len > 0,
         "only questions of the kind numbers have fields"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *field = g_strconcat(path, ".", rules[i].key, NULL);
        if (rules[i].wrong)
            source_mistake(check->source, check->mistakes, field, "%s", rules[i].sentence);
    }
}

static void check_fields(const struct check *check, const struct question_config *question,
                         const char *path)
{
    g_autoptr(GHashTable) names = words_new();
    for (guint i = 0; i < question->fields->len; i++) {
        const struct field_config *field = question->fields->pdata[i];
        g_autofree char *owner = g_strdup_printf("%s.fields[%u]", path, i);
        g_autofree char *at = g_strconcat(owner, ".name", NULL);
        if (field->name != NULL && g_hash_table_contains(names, field->name))
            source_mistake(check->source, check->mistakes, at, "“%s” is the name of %s already",
                           field->name, (char *)g_hash_table_lookup(names, field->name));
        else if (field->name != NULL)
            g_hash_table_insert(names, g_strdup(field->name), g_steal_pointer(&owner));
    }
}

static void check_questions(const struct check *check, bool trusted)
{
    g_autoptr(GHashTable) ids = words_new();
    for (guint i = 0; i < check->config->questions->len; i++) {
        const struct question_config *question = check->config->questions->pdata[i];
        g_autoptr(GHashTable) words = words_new();
        g_autofree char *path = g_strdup_printf("questions[%u]", i);
        g_autofree char *id = g_strconcat(path, ".id", NULL);
        const struct asked asked = {question, path, words};
        if (question->id != NULL && g_hash_table_contains(ids, question->id))
            source_mistake(check->source, check->mistakes, id, "“%s” is the id of %s already",
                           question->id, (char *)g_hash_table_lookup(ids, question->id));
        else if (question->id != NULL)
            g_hash_table_insert(ids, g_strdup(question->id), g_strdup(path));
        check_options(check, &asked, "options", question->options);
        check_options(check, &asked, "addons", question->addons);
        check_labels(check, &asked);
        check_fields(check, question, path);
        if (trusted)
            check_kind(check, question, path);
    }
}

static void check_keywords(const struct check *check)
{
    const struct campaign_config *config = check->config;
    claim_all(check, NULL, config->optout.keywords, "optout", "keywords");
    claim_all(check, NULL, config->opinion.keywords, "opinion", "keywords");
    for (guint i = 0; i < config->questions->len; i++) {
        const struct question_config *question = config->questions->pdata[i];
        g_autofree char *owner = g_strdup_printf("questions[%u]", i);
        g_autofree char *field = g_strconcat(owner, ".keyword", NULL);
        claim(check, NULL, question->keyword, owner, field, false);
    }
}

static void check_times(const struct check *check)
{
    const struct campaign_config *config = check->config;
    if (config->opens != 0 && config->closes != 0 && config->closes <= config->opens)
        source_mistake(check->source, check->mistakes, "closes",
                       "the campaign closes before it opens");
    for (guint i = 0; i < config->reminders->len; i++) {
        const struct reminder_config *reminder = config->reminders->pdata[i];
        g_autofree char *field = g_strdup_printf("reminders[%u].at", i);
        if (reminder->at == 0)
            continue;
        if (config->opens != 0 && reminder->at < config->opens)
            source_mistake(check->source, check->mistakes, field,
                           "the reminder comes before the campaign opens");
        else if (config->closes != 0 && reminder->at >= config->closes &&
                 reminder->to == REMIND_SILENT)
            source_warn(check->source, check->mistakes, field,
                        "the campaign takes no answers any more by then: a reminder to the silent "
                        "is not sent after it has closed");
    }
}

static bool has_code(const GPtrArray *questions, const char *code)
{
    for (guint i = 0; i < questions->len; i++) {
        const struct question_config *question = questions->pdata[i];
        for (guint j = 0; j < question->options->len; j++) {
            const struct option_config *option = question->options->pdata[j];
            if (option->code != NULL && g_ascii_strcasecmp(option->code, code) == 0)
                return true;
        }
    }
    return false;
}

static bool has_addon(const GPtrArray *questions, const char *code)
{
    for (guint i = 0; i < questions->len; i++) {
        const struct question_config *question = questions->pdata[i];
        for (guint j = 0; j < question->addons->len; j++) {
            const struct option_config *addon = question->addons->pdata[j];
            if (addon->code != NULL && g_ascii_strcasecmp(addon->code, code) == 0)
                return true;
        }
    }
    return false;
}

static void check_reminders(const struct check *check)
{
    const struct campaign_config *config = check->config;
    for (guint i = 0; i < config->reminders->len; i++) {
        const struct reminder_config *reminder = config->reminders->pdata[i];
        char *const *options = reminder->options;
        g_autofree char *path = g_strdup_printf("reminders[%u].options", i);
        if (options != NULL && options[0] != NULL && reminder->to != REMIND_ANSWERED)
            source_mistake(check->source, check->mistakes, path,
                           "goes with to = \"answered\" only");
        for (unsigned j = 0; options != NULL && options[j] != NULL; j++) {
            g_autofree char *field = g_strdup_printf("%s[%u]", path, j);
            if (!has_code(config->questions, options[j]) &&
                !has_addon(config->questions, options[j]))
                source_mistake(check->source, check->mistakes, field,
                               "no option and no addon has the code “%s”", options[j]);
        }
    }
}

static void check_target(const struct check *check)
{
    char *const *options = check->config->target.options;
    for (unsigned i = 0; options != NULL && options[i] != NULL; i++) {
        g_autofree char *field = g_strdup_printf("target.options[%u]", i);
        if (!has_code(check->config->questions, options[i]))
            source_mistake(check->source, check->mistakes, field, "no option has the code “%s”",
                           options[i]);
    }
}

void campaign_rules_check(const struct config_source *source, const struct campaign_config *config,
                          bool trusted, GPtrArray *mistakes)
{
    g_autoptr(GHashTable) keywords = words_new();
    const struct check check = {source, config, mistakes, keywords};
    check_keywords(&check);
    check_questions(&check, trusted);
    check_times(&check);
    check_reminders(&check);
    check_target(&check);
    if (trusted && config->send_marked && config->text_marked == NULL)
        source_mistake(source, mistakes, "text_marked",
                       "is missing, but send_marked says that it is the one to send");
    if (trusted && config->kind == KIND_SURVEY && config->questions->len == 0)
        source_mistake(source, mistakes, "questions", "a survey needs at least one question");
}
