// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings of a question in a campaign file: its options, what may come with them, the numbers
 * it asks for. What makes sense of which kind is checked in campaign_rules.c. */
#include "config/campaign_question.h"

#include "config/values.h"

static const char *const question_kinds[] = {"choice",    "choices", "numbers",
                                             "headcount", "text",    NULL};
static const char *const senses[] = {"none", "yes", "no", NULL};

/* Codes are what people type: short, and the same on every phone. */
static char *check_code(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,20}$",
                             "must be 1 to 20 letters without diacritics, digits, - and _");
}

#define IN_OPTION(field)   offsetof(struct option_config, field)
#define IN_FIELD(field)    offsetof(struct field_config, field)
#define IN_QUESTION(field) offsetof(struct question_config, field)

static const struct setting option_settings[] = {
    {.key = "code",
     .type = SETTING_TEXT,
     .offset = IN_OPTION(code),
     .required = true,
     .check = check_code,
     .example = "1",
     .help = "what people type; digits are best"},
    {.key = "label",
     .type = SETTING_TEXT,
     .offset = IN_OPTION(label),
     .required = true,
     .check = value_check_filled,
     .example = "dự sáng 19/6",
     .help = "what it means, in reports"},
    {.key = "aliases",
     .type = SETTING_TEXTS,
     .offset = IN_OPTION(aliases),
     .check = value_check_words,
     .example = "[ \"19/6\" ]",
     .help = "other words for it"},
    {.key = "sense",
     .type = SETTING_CHOICE,
     .offset = IN_OPTION(sense),
     .choices = senses,
     .initial = "none",
     .help = "whether a plain yes or no means this option"},
    {.key = "exclusive",
     .type = SETTING_FLAG,
     .offset = IN_OPTION(exclusive),
     .initial = "false",
     .help = "cannot stand together with other choices"},
    {.key = NULL},
};

static const struct setting field_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_FIELD(name),
     .required = true,
     .check = check_code,
     .example = "dot",
     .help = "short name of the number"},
    {.key = "label",
     .type = SETTING_TEXT,
     .offset = IN_FIELD(label),
     .required = true,
     .check = value_check_filled,
     .example = "số đợt",
     .help = "what it counts, in reports"},
    {.key = NULL},
};

const struct setting campaign_question_settings[] = {
    {.key = "id",
     .type = SETTING_TEXT,
     .offset = IN_QUESTION(id),
     .required = true,
     .check = check_code,
     .example = "buoi",
     .help = "short name of the question"},
    {.key = "kind",
     .type = SETTING_CHOICE,
     .offset = IN_QUESTION(kind),
     .choices = question_kinds,
     .required = true,
     .example = "choice",
     .help = "what an answer looks like"},
    {.key = "keyword",
     .type = SETTING_TEXT,
     .offset = IN_QUESTION(keyword),
     .check = value_check_filled,
     .example = "BC",
     .help = "word before the numbers"},
    {.key = "text",
     .type = SETTING_TEXT,
     .offset = IN_QUESTION(text),
     .check = value_check_filled,
     .example = "Đồng chí dự buổi nào?",
     .help = "the question itself, in reports"},
    {.key = "options",
     .type = SETTING_LIST,
     .offset = IN_QUESTION(options),
     .members = option_settings,
     .member_size = sizeof(struct option_config),
     .help = "of the kinds choice and choices"},
    {.key = "addons",
     .type = SETTING_LIST,
     .offset = IN_QUESTION(addons),
     .members = option_settings,
     .member_size = sizeof(struct option_config),
     .help = "codes that may come together with an option"},
    {.key = "fields",
     .type = SETTING_LIST,
     .offset = IN_QUESTION(fields),
     .members = field_settings,
     .member_size = sizeof(struct field_config),
     .help = "of the kind numbers, in the order in which they are typed"},
    {.key = NULL},
};

const struct question_config *question_find(const GPtrArray *questions, const char *id)
{
    for (guint i = 0; questions != NULL && i < questions->len; i++) {
        const struct question_config *question = questions->pdata[i];
        if (g_strcmp0(question->id, id) == 0)
            return question;
    }
    return NULL;
}
