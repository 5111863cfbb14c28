// SPDX-License-Identifier: GPL-2.0-or-later
/* Offices and topics: the settings, and what spans several of them. */
#include "config/offices.h"

#include <string.h>

#include "config/gateway.h"
#include "config/source.h"
#include "config/values.h"

enum { KEY_LEAST = 12 };

static char *check_code(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,20}$",
                             "must be 1 to 20 letters without diacritics, digits, - and _");
}

static char *check_key(const void *field)
{
    return strlen(*(char *const *)field) >= KEY_LEAST
               ? NULL
               : g_strdup_printf("must be %d characters at least", KEY_LEAST);
}

const struct setting office_settings[] = {
    {.key = "code",
     .type = SETTING_TEXT,
     .offset = offsetof(struct office_config, code),
     .required = true,
     .check = check_code,
     .example = "CA",
     .help = "short name of the office"},
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct office_config, name),
     .required = true,
     .check = value_check_filled,
     .example = "Công an xã",
     .help = "what reports call it"},
    {.key = "sink",
     .type = SETTING_TEXT,
     .offset = offsetof(struct office_config, sink),
     .check = value_check_filled,
     .example = "huyen",
     .help = "name of the sink that gets the opinions forwarded to it"},
    {.key = "key",
     .type = SETTING_TEXT,
     .offset = offsetof(struct office_config, key),
     .check = check_key,
     .example = "a-long-secret-word",
     .help = "opens the opinions that only this office may read; a secret"},
    {.key = "due",
     .type = SETTING_DURATION,
     .offset = offsetof(struct office_config, due_ms),
     .minimum = 3600000,
     .maximum = 31536000000,
     .initial = "15d",
     .help = "how long it has for an answer"},
    {.key = NULL},
};

const struct setting topic_settings[] = {
    {.key = "code",
     .type = SETTING_TEXT,
     .offset = offsetof(struct topic_config, code),
     .required = true,
     .check = check_code,
     .example = "duong-sa",
     .help = "short name of the topic"},
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct topic_config, name),
     .required = true,
     .check = value_check_filled,
     .example = "Đường sá",
     .help = "what reports call it"},
    {.key = "keywords",
     .type = SETTING_TEXTS,
     .offset = offsetof(struct topic_config, keywords),
     .check = value_check_words,
     .example = "[ \"đường\", \"cầu\", \"ổ gà\" ]",
     .help = "words in an opinion that suggest it"},
    {.key = "office",
     .type = SETTING_TEXT,
     .offset = offsetof(struct topic_config, office),
     .check = value_check_filled,
     .example = "CA",
     .help = "code of the office that is suggested for it"},
    {.key = "restricted",
     .type = SETTING_FLAG,
     .offset = offsetof(struct topic_config, restricted),
     .initial = "false",
     .help = "only that office may read it: a crime, for instance"},
    {.key = NULL},
};

const struct office_config *office_find(const GPtrArray *offices, const char *code)
{
    for (guint i = 0; i < offices->len; i++) {
        const struct office_config *office = offices->pdata[i];
        if (office->code != NULL && g_ascii_strcasecmp(office->code, code) == 0)
            return office;
    }
    return NULL;
}

const struct topic_config *topic_find(const GPtrArray *topics, const char *code)
{
    for (guint i = 0; i < topics->len; i++) {
        const struct topic_config *topic = topics->pdata[i];
        if (topic->code != NULL && g_ascii_strcasecmp(topic->code, code) == 0)
            return topic;
    }
    return NULL;
}

/* Else nobody could tell whose opinions a key opens. */
static bool has_foreign_key(const GPtrArray *offices, guint index)
{
    const struct office_config *office = offices->pdata[index];
    for (guint i = 0; i < index && office->key != NULL; i++) {
        if (g_strcmp0(((const struct office_config *)offices->pdata[i])->key, office->key) == 0)
            return true;
    }
    return false;
}

static void check_offices(const struct config_source *source, const struct gateway_config *config,
                          GPtrArray *mistakes)
{
    for (guint i = 0; i < config->offices->len; i++) {
        const struct office_config *office = config->offices->pdata[i];
        g_autofree char *code = g_strdup_printf("offices[%u].code", i);
        g_autofree char *sink = g_strdup_printf("offices[%u].sink", i);
        g_autofree char *key = g_strdup_printf("offices[%u].key", i);
        if (office->code != NULL && office_find(config->offices, office->code) != office)
            source_mistake(source, mistakes, code, "“%s” is the code of another office already",
                           office->code);
        if (has_foreign_key(config->offices, i))
            source_mistake(source, mistakes, key, "is the key of another office already");
        if (office->sink != NULL && gateway_config_sink(config, office->sink) == NULL)
            source_mistake(source, mistakes, sink, "there is no sink called “%s”", office->sink);
    }
}

void offices_check(const struct config_source *source, const struct gateway_config *config,
                   GPtrArray *mistakes)
{
    check_offices(source, config, mistakes);
    for (guint i = 0; i < config->topics->len; i++) {
        const struct topic_config *topic = config->topics->pdata[i];
        g_autofree char *code = g_strdup_printf("topics[%u].code", i);
        g_autofree char *office = g_strdup_printf("topics[%u].office", i);
        if (topic->code != NULL && topic_find(config->topics, topic->code) != topic)
            source_mistake(source, mistakes, code, "“%s” is the code of another topic already",
                           topic->code);
        if (topic->office != NULL && office_find(config->offices, topic->office) == NULL)
            source_mistake(source, mistakes, office, "there is no office called “%s”",
                           topic->office);
        else if (topic->restricted && topic->office == NULL)
            source_mistake(source, mistakes, office,
                           "a restricted topic needs the office that may read it");
    }
}
