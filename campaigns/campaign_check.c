// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks a campaign file against what the store knows: units, groups and attributes exist, every
 * placeholder of every text is filled for the people it goes to, no text is longer than a message
 * can be. Mistakes carry the line of the setting they are about. */
#include "campaigns/campaign_check.h"

#include "campaigns/audience.h"
#include "campaigns/condition.h"
#include "campaigns/inside.h"
#include "campaigns/parts.h"
#include "campaigns/reply.h"
#include "campaigns/reply_warnings.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/consent.h"
#include "campaigns/store/unit_history.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

#include <string.h>

struct check {
    struct store *store;
    const struct campaign_config *config;
    const struct campaign_draft *draft;
    GPtrArray *mistakes;
    struct reply_reader *none; /* of a campaign that asks nothing */
};

static unsigned line_of(const struct check *check, const char *field)
{
    return campaign_config_line(check->draft->text, field);
}

G_GNUC_PRINTF(3, 4)
static void mistaken(const struct check *check, const char *field, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_add(check->mistakes, check->draft->file, line_of(check, field), field, "%s", sentence);
}

G_GNUC_PRINTF(3, 4)
static void warned(const struct check *check, const char *field, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_warn(check->mistakes, check->draft->file, line_of(check, field), field, "%s",
                  sentence);
}

/* Filled in every text; lua_chon, so and ngay only where `also` names them. */
static bool fills_builtin(const char *name, const char *const *also)
{
    static const char *const always[] = {"ten", "ho_ten", "goi", "don_vi", NULL};
    return g_strv_contains(always, name) || g_strv_contains(also, name);
}

static bool check_text(const struct check *check, const char *field, const char *text,
                       const char *const *also, GError **error)
{
    if (text == NULL)
        return true;
    g_autoptr(GError) syntax = NULL;
    g_auto(GStrv) names = template_fields(text, &syntax);
    if (names == NULL) {
        mistaken(check, field, "%s", syntax->message);
        return true;
    }
    for (unsigned i = 0; names[i] != NULL; i++) {
        if (fills_builtin(names[i], also))
            continue;
        if (inside_keeps(names[i])) {
            mistaken(check, field,
                     "{%s} stays inside: an SMS is read by whoever holds the phone; take it out",
                     names[i]);
            continue;
        }
        bool known = false;
        if (!template_is_builtin(names[i]) &&
            !store_audience_knows(check->store, names[i], &known, error))
            return false;
        if (!known)
            mistaken(check, field, "nothing fills {%s} here: no roster has a column of that name%s",
                     names[i],
                     template_is_builtin(names[i]) ? ", and only some answers have it" : "");
    }
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_iscntrl(g_utf8_get_char(at)) && strchr("\t\r\n", *at) == NULL)
            mistaken(check, field, "holds the control character U+%04X, which no phone can show",
                     g_utf8_get_char(at));
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    if (parts.count > PARTS_MAX)
        mistaken(check, field, "the text makes %u SMS parts, %u are the most that can be sent",
                 parts.count, (unsigned)PARTS_MAX);
    text_parts_clear(&parts);
    return true;
}

static bool check_texts(const struct check *check, GError **error)
{
    static const char *const none[] = {NULL}, *const date[] = {"ngay", NULL},
                             *const choice[] = {"lua_chon", "ngay", NULL},
                             *const number[] = {"so", "ngay", NULL};
    const struct campaign_config *config = check->config;
    bool has_text = (config->text != NULL && *config->text != '\0') ||
                    (config->text_marked != NULL && *config->text_marked != '\0');
    if (!has_text)
        mistaken(check, "text", "there is nothing to send: give text, text_marked or both");
    const struct {
        const char *field, *text, *const *also;
    } texts[] = {
        {"text", config->text, none},
        {"text_marked", config->text_marked, none},
        {"answers.accepted", config->answers.accepted, choice},
        {"answers.unclear", config->answers.unclear, date},
        {"answers.opinion", config->answers.opinion, number},
        {"answers.optout", config->answers.optout, date},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        if (!check_text(check, texts[i].field, texts[i].text, texts[i].also, error))
            return false;
    const GPtrArray *reminders = config->reminders;
    for (unsigned i = 0; reminders != NULL && i < reminders->len; i++) {
        const struct reminder_config *reminder = reminders->pdata[i];
        g_autofree char *field = g_strdup_printf("reminders[%u].text", i);
        if (!check_text(check, field, reminder->text, none, error))
            return false;
    }
    return true;
}

static bool check_attributes(const struct check *check, GError **error)
{
    const GPtrArray *where = check->config->audience.where;
    for (unsigned i = 0; where != NULL && i < where->len; i++) {
        const struct attribute_config *attribute = where->pdata[i];
        g_autofree char *name = template_fold(attribute->attribute);
        bool known = false;
        if (!condition_knows(check->store, name, &known, error))
            return false;
        g_autofree char *field = g_strdup_printf("audience.where[%u].attribute", i);
        if (!known)
            mistaken(check, field, "no roster has a column \"%s\"", attribute->attribute);
    }
    return true;
}

static bool names_any(char *const *names)
{
    return names != NULL && names[0] != NULL;
}

static bool check_audience(const struct check *check, GError **error)
{
    const struct campaign_config *config = check->config;
    bool filtered = config->audience.where != NULL && config->audience.where->len > 0;
    if (!names_any(config->audience.units) && !names_any(config->audience.groups) && !filtered) {
        mistaken(check, "audience", "say for whom it is: units, groups, or where");
        return true;
    }
    if (!check_attributes(check, error))
        return false;
    const char *const no_fields[] = {NULL};
    const char *today = check->draft->today != NULL ? check->draft->today : "9999-12-31";
    GError *fault = NULL;
    struct audience *audience = audience_select(check->store, config, today, no_fields, &fault);
    if (g_error_matches(fault, STORE_ERROR, STORE_ERROR_NOT_FOUND) ||
        g_error_matches(fault, CONDITION_ERROR, CONDITION_ERROR_SYNTAX)) {
        static const char prefix[] = "audience: ";
        bool prefixed = g_str_has_prefix(fault->message, prefix);
        mistaken(check, "audience", "%s", fault->message + (prefixed ? strlen(prefix) : 0));
        g_error_free(fault);
        return true;
    }
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return false;
    }
    if (audience->recipients->len == 0)
        warned(check, "audience", "nobody in it can be written to");
    audience_free(audience);
    return true;
}

enum fixed_meaning { MEANING_FREE, MEANING_OPTOUT, MEANING_POLITE };

/* What a word means in every campaign, so that it should not mean anything else in this one. */
static enum fixed_meaning fixed_meaning(const struct check *check, const char *word)
{
    struct reply_reading reading;
    reply_read(check->none, word, &reading);
    bool polite = reading.outcome == REPLY_UNCLEAR && reading.normalised[0] == '\0';
    bool optout = reading.outcome == REPLY_OPTOUT;
    reply_reading_clear(&reading);
    return optout ? MEANING_OPTOUT : polite ? MEANING_POLITE : MEANING_FREE;
}

static void check_keywords(const struct check *check, const char *owner, char *const *keywords,
                           bool optout)
{
    for (unsigned i = 0; keywords != NULL && keywords[i] != NULL; i++) {
        g_autofree char *field = g_strdup_printf("%s.keywords[%u]", owner, i);
        enum fixed_meaning meaning = fixed_meaning(check, keywords[i]);
        if (meaning == MEANING_POLITE)
            mistaken(check, field, "“%s” cannot be a keyword: it is mere politeness", keywords[i]);
        else if (meaning == MEANING_OPTOUT && !optout)
            mistaken(check, field, "“%s” cannot be a keyword: people refuse all messages with it",
                     keywords[i]);
    }
}

static void check_word(const struct check *check, const char *field, const char *word)
{
    enum fixed_meaning meaning = fixed_meaning(check, word);
    if (meaning == MEANING_OPTOUT)
        mistaken(check, field, "“%s” cannot be an answer: people refuse all messages with it",
                 word);
    else if (meaning == MEANING_POLITE && word[1] != '\0') /* one letter: config/ has told */
        warned(check, field, "“%s” is also mere politeness: take another word", word);
}

static void check_words(const struct check *check, const struct question_config *question,
                        unsigned index)
{
    for (unsigned i = 0; question->options != NULL && i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        g_autofree char *owner = g_strdup_printf("questions[%u].options[%u]", index, i);
        g_autofree char *code = g_strconcat(owner, ".code", NULL);
        check_word(check, code, option->code);
        for (unsigned a = 0; option->aliases != NULL && option->aliases[a] != NULL; a++) {
            g_autofree char *field = g_strdup_printf("%s.aliases[%u]", owner, a);
            check_word(check, field, option->aliases[a]);
        }
    }
}

static void check_questions(const struct check *check)
{
    check_keywords(check, "opinion", check->config->opinion.keywords, false);
    check_keywords(check, "optout", check->config->optout.keywords, true);
    const GPtrArray *questions = check->config->questions;
    for (unsigned i = 0; questions != NULL && i < questions->len; i++)
        check_words(check, questions->pdata[i], i);
}

/* What is asked in turn is sent: the invitation asks the first question, the others need a text. */
static bool check_turns(const struct check *check, GError **error)
{
    static const char *const none[] = {NULL};
    const struct campaign_config *config = check->config;
    if (config->conversation.ask != ASK_IN_TURN)
        return true;
    if (config->questions->len == 0)
        mistaken(check, "conversation.ask", "there are no questions to ask in turn");
    for (unsigned i = 0; i < config->questions->len; i++) {
        const struct question_config *question = config->questions->pdata[i];
        g_autofree char *field = g_strdup_printf("questions[%u].text", i);
        bool again = config->conversation.remind_after_ms > 0;
        if (question->text == NULL && (i > 0 || again))
            mistaken(check, field, "is missing: it is the SMS that asks this question%s",
                     i > 0 ? "" : " once more, after conversation.remind_after");
        else if (!check_text(check, field, question->text, none, error))
            return false;
    }
    return true;
}

/* A plan of a unit that nobody knows would be the plan of those without a unit. */
static bool check_plans(const struct check *check, GError **error)
{
    const GPtrArray *plans = check->config->target.units;
    if (plans == NULL || plans->len == 0)
        return true;
    struct unit_history *history = store_history_load(check->store, error);
    if (history == NULL)
        return false;
    for (unsigned i = 0; i < plans->len; i++) {
        const struct unit_plan_config *plan = plans->pdata[i];
        g_autofree char *field = g_strdup_printf("target.units[%u].unit", i);
        if (unit_history_find(history, plan->unit) == NULL)
            mistaken(check, field, "there is no unit with the code \"%s\"", plan->unit);
    }
    unit_history_free(history);
    return true;
}

static bool check_roster(const struct check *check, GError **error)
{
    return check_texts(check, error) && check_turns(check, error) && check_audience(check, error) &&
           check_plans(check, error);
}

static bool check_config(struct check *check, GError **error)
{
    static const struct campaign_config none = {0};
    const struct campaign_draft *draft = check->draft;
    if (g_strcmp0(check->config->organisation, CONSENT_ALL) == 0)
        mistaken(check, "organisation", "“*” stands for all organisations: give this one its name");
    check->none = reply_reader_new(&none);
    check_questions(check);
    reply_reader_free(check->none);
    reply_warnings(check->config, draft->text, draft->file, check->mistakes);
    return check_roster(check, error);
}

bool campaign_check_file(struct store *store, const struct campaign_draft *draft,
                         void (*also)(const struct campaign_draft *draft,
                                      const struct campaign_config *config, GPtrArray *mistakes),
                         struct campaign_config *retconfig, GPtrArray *mistakes, GError **error)
{
    struct check check = {store, retconfig, draft, mistakes, NULL};
    unsigned before = mistakes_count(mistakes);
    const char *end = NULL;
    if (!g_utf8_validate(draft->text, -1, &end)) {
        mistakes_add(mistakes, draft->file, 0, NULL,
                     "byte %td is not UTF-8: save the file as UTF-8", end - draft->text);
    } else if (campaign_config_read(draft->text, draft->file, retconfig, mistakes)) {
        if (also != NULL)
            also(draft, retconfig, mistakes);
        if (!check_config(&check, error))
            return false;
    }
    unsigned found = mistakes_count(mistakes) - before;
    if (found > 0)
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "%s has %u mistake%s: nothing was changed", draft->file, found,
                    found == 1 ? "" : "s");
    return found == 0;
}
