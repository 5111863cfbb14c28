// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of rules: those with a code, those with a key inside another, and those that the
 * network begins differ only in their first row. A rule that would say and do nothing is a mistake
 * of the file. */
#include "modems/simulator/service_rule.h"

#include <stddef.h>
#include <string.h>

#include "modems/simulator/behaviour.h"

extern const struct setting service_rule_option_table[];

static char *check_options(const void *field);

#define SMS(field) .key = #field, .offset = offsetof(struct service_rule, sms.field) - SMS_START
enum { SMS_START = offsetof(struct service_rule, sms) };
static const struct setting sms_table[] = {
    {SMS(from), .type = SETTING_TEXT, .required = true,
     .help = "\"191\", or letters such as \"VIETTEL\""},
    {SMS(text), .type = SETTING_TEXT, .required = true, .help = "of the SMS"},
    {SMS(delay_ms), .type = SETTING_INTEGER, .minimum = 0, .maximum = 86400000, .initial = "1000",
     .help = "before it comes"},
    {.key = NULL}};

#define BUNDLE(field)                                                                              \
    .key = #field, .offset = offsetof(struct service_rule, bundle.field) - BUNDLE_START
enum { BUNDLE_START = offsetof(struct service_rule, bundle) };
static const struct setting bundle_table[] = {
    {BUNDLE(parts), .type = SETTING_INTEGER, .minimum = 1, .maximum = 1000000, .required = true,
     .help = "SMS parts that it brings"},
    {BUNDLE(price), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000000, .initial = "0",
     .help = "taken from the balance"},
    {BUNDLE(days), .type = SETTING_INTEGER, .minimum = 0, .maximum = 10000, .initial = "0",
     .help = "that it lasts; 0: for ever"},
    {BUNDLE(poor), .type = SETTING_TEXT,
     .initial = "Tai khoan cua Quy khach khong du de dang ky goi cuoc",
     .help = "when the balance does not suffice"},
    {.key = NULL}};

#define RULE(field) .key = #field, .offset = offsetof(struct service_rule, field)
#define RULE_ROWS                                                                                    \
    {RULE(text), .type = SETTING_TEXT, .help = "what the network says"},                             \
        {RULE(open), .type = SETTING_FLAG, .initial = "false", .help = "it waits for an answer"},    \
        {RULE(options),                                                                              \
         .type = SETTING_LIST,                                                                       \
         .members = service_rule_option_table,                                                       \
         .member_size = sizeof(struct service_rule),                                                 \
         .check = check_options,                                                                     \
         .help = "what may be answered"},                                                            \
        {RULE(unknown), .type = SETTING_TEXT, .help = "to what is no option"},                       \
        {RULE(back), .type = SETTING_TEXT, .help = "the key for one menu up, here and below"},       \
        {RULE(status),    .type = SETTING_INTEGER,                                                   \
         .minimum = -1,   .maximum = 5,                                                              \
         .initial = "-1", .help = "2 ended, 3 another client, 4 not supported, 5 timeout"},          \
        {RULE(delay_ms),    .type = SETTING_INTEGER, .minimum = -1,                                  \
         .maximum = 600000, .initial = "-1",         .help = "instead of the modem's ussd_ms"},      \
        {RULE(ends_ms),     .type = SETTING_INTEGER, .minimum = -1,                                  \
         .maximum = 600000, .initial = "-1",         .help = "instead of the modem's ussd_open_ms"}, \
        {RULE(silent), .type = SETTING_FLAG, .initial = "false", .help = "never answered"},          \
        {RULE(topup), .type = SETTING_FLAG, .initial = "false", .help = "the key is a card"},        \
        {RULE(refused), .type = SETTING_TEXT, .check = behaviour_check_code,                         \
         .help = "AT+CUSD itself ends with this code"},                                              \
        {RULE(sms), .type = SETTING_GROUP, .members = sms_table, .help = "an SMS that follows"},     \
        {RULE(bundle), .type = SETTING_GROUP, .members = bundle_table,                               \
         .help = "the account buys this"},                                                           \
    {                                                                                                \
        .key = NULL                                                                                  \
    }

const struct setting service_rule_table[] = {
    {RULE(code), .type = SETTING_TEXT, .required = true,
     .help = "what is dialled; \"*101#>1\" is the answer 1 within the session of *101#"},
    RULE_ROWS};

const struct setting service_rule_option_table[] = {
    {.key = "key",
     .offset = offsetof(struct service_rule, code),
     .type = SETTING_TEXT,
     .required = true,
     .help = "what is answered; * stands for anything"},
    RULE_ROWS};

const struct setting service_rule_pushed_table[] = {RULE_ROWS};

static bool does_something(const struct service_rule *rule)
{
    return rule->text || rule->sms.from || rule->status >= 0 || rule->silent || rule->topup ||
           rule->refused;
}

static char *check(const GPtrArray *rules, const char *name)
{
    g_autoptr(GHashTable) codes = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rules->len; i++) {
        const struct service_rule *rule = rules->pdata[i];
        if (!does_something(rule))
            return g_strdup_printf("%s %s says and does nothing; text is missing", name,
                                   rule->code);
        if (!g_hash_table_add(codes, rule->code))
            return g_strdup_printf("%s %s stands here twice", name, rule->code);
    }
    return NULL;
}

static char *check_options(const void *field)
{
    return check(*(GPtrArray *const *)field, "key");
}

char *service_rule_check(const void *field)
{
    return check(*(GPtrArray *const *)field, "code");
}

bool service_rule_is_open(const struct service_rule *rule)
{
    return rule->status == 1 ||
           (rule->status < 0 && (rule->open || (rule->options && rule->options->len > 0)));
}

const struct service_rule *service_rule_find(const GPtrArray *rules, const char *code)
{
    for (guint i = 0; rules && i < rules->len; i++) {
        const struct service_rule *rule = rules->pdata[i];
        if (g_ascii_strcasecmp(rule->code, code) == 0)
            return rule;
    }
    return NULL;
}
