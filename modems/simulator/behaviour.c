// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the behaviour file, and what follows from it before anything runs: patterns are
 * compiled, phone lists read, and the settings of one modem laid over those of all. An empty file
 * is a valid one. */
#include "modems/simulator/behaviour.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/values.h"
#include "modems/simulator/cue.h"
#include "modems/simulator/service_rule.h"

static const char *const echo_choices[] = {"off", "on", "inherit", NULL};
static const char *const ussd_choices[] = {"charset", "ucs2", "packed", "plain", "inherit", NULL};
static const char *const request_choices[] = {"any",     "plain",   "packed", "ucs2",
                                              "charset", "inherit", NULL};
static const char *const mode_choices[] = {"none", "text", "packed", "inherit", NULL};
static const char *const padding_choices[] = {"none", "ffff", "0000", "cr", "inherit", NULL};
static const char *const break_choices[] = {"lf", "crlf", "cr", "inherit", NULL};
static const char *const order_choices[] = {"behind", "before", "inherit", NULL};
static const char *const late_choices[] = {"off", "on", "inherit", NULL};
static const char *const silence_choices[] = {"no", "lost", "sent", NULL};
static const char *const reports_choices[] = {"answer", "result", "end", NULL};
static const char *const away_choices[] = {"lose", "keep", "inherit", NULL};

#define NO_CODE "is no result code; write 38, cme 30, error, ok or a line"

static char *check_store(const void *field)
{
    return value_check_shape(field, "^(SM|ME|)$", "write SM or ME");
}

static char *check_dcs(const void *field)
{
    return value_check_shape(field, "^(auto|none|\\d{1,3})$", "write a number, auto or none");
}

static char *check_codes(const void *field)
{
    struct outcome outcome;
    for (char **code = *(char **const *)field; *code; code++)
        if (!behaviour_outcome(*code, &outcome))
            return g_strdup_printf("\"%s\" " NO_CODE, *code);
    return NULL;
}

/* One list for three uses: the settings of all modems, those of one modem, and laying the second
 * over the first. INTEGER and REAL: field, minimum, maximum, default, help;
 * CHECKED: field, check, default, help. */
#define MODEM_SETTINGS(INTEGER, REAL, TEXT, CHECKED, TEXTS, CHOICE)                                \
    INTEGER(air_ms, 0, 600000, "200", "time on the air of one part")                               \
    INTEGER(air_spread_ms, 0, 600000, "0", "up to so much more, by chance")                        \
    INTEGER(report_delay_ms, 0, 86400000, "500", "from acceptance to the delivery report")         \
    INTEGER(report_spread_ms, 0, 86400000, "0", "up to so much more, by chance")                   \
    REAL(report_share, "1", "share of asked reports that ever come")                               \
    REAL(failure_rate, "0", "share of submissions the network refuses")                            \
    TEXTS(failure_codes, check_codes, "[\"38\", \"500\"]",                                         \
          "with which codes: CMS, \"cme 30\", \"error\"")                                          \
    REAL(silence_rate, "0", "share of submissions the modem never answers")                        \
    REAL(silence_sent, "0.5", "share of those that the network took all the same")                 \
    INTEGER(sm_slots, 0, 1000, "20", "message slots of the SIM")                                   \
    INTEGER(me_slots, 0, 1000, "100", "message slots of the modem itself")                         \
    INTEGER(first_slot, 0, 1, "1", "number of the first slot")                                     \
    CHECKED(store, check_store, "",                                                                \
            "where messages go: SM or ME; empty: the third store of AT+CPMS")                      \
    TEXT(store_name, "", "what +CMTI calls it, such as MT; empty: by its name")                    \
    CHECKED(empty_list, behaviour_check_code, "ok",                                                \
            "the answer to AT+CMGL where nothing lies: ok, 321, a line …")                         \
    CHECKED(empty_slot, behaviour_check_code, "321", "and to AT+CMGR")                             \
    INTEGER(first_reference, 0, 255, "1", "TP-MR of the first part")                               \
    INTEGER(reference_step, 0, 255, "1", "from part to part; 0: the same for all")                 \
    INTEGER(concat, -1, 255, "-1", "reference of all long texts to it; -1: counted")               \
    TEXT(number, NULL, "the SIM's own number; by default +8490000000 and two digits more")         \
    TEXT(imei, NULL, "by default one per modem")                                                   \
    TEXT(imsi, NULL, "by default one per modem")                                                   \
    TEXT(iccid, NULL, "by default one per modem")                                                  \
    TEXT(smsc, "+84980200030", "service centre")                                                   \
    TEXT(pin, "", "empty: the SIM asks for none")                                                  \
    INTEGER(pin_tries, 0, 3, "3", "before the SIM asks for its PUK; 0: it does already")           \
    TEXT(operator_name, "Viettel", "what AT+COPS? says")                                           \
    TEXT(operator_code, "45204", "and in numbers")                                                 \
    INTEGER(registration, 0, 11, "1", "AT+CREG?: 1 home, 2 searching, 3 denied, 5 roaming")        \
    INTEGER(signal, 0, 99, "20", "AT+CSQ: 0 to 31, 99 unknown")                                    \
    TEXT(manufacturer, "Rehearsal", "AT+CGMI")                                                     \
    TEXT(model, "RM1", "AT+CGMM")                                                                  \
    TEXT(revision, "1.0", "AT+CGMR")                                                               \
    TEXT(charsets, "GSM,IRA,UCS2", "AT+CSCS=?; libgammu takes HEX wherever it is listed")          \
    CHOICE(echo, echo_choices, "on", "echo after power on")                                        \
    INTEGER(boot_ms, 0, 600000, "0", "deaf for so long after power on or AT+CFUN=1,1")             \
    TEXTS(boot_lines, NULL, NULL, "what it says once it is up")                                    \
    INTEGER(busy_ms, 0, 600000, "0", "and then its SIM is busy for so long")                       \
    CHECKED(busy_code, behaviour_check_code, "cme 14", "which it says so")                         \
    INTEGER(noise_ms, 0, 86400000, "0", "between unsolicited lines; 0: none")                      \
    TEXTS(noise, NULL, "[\"^RSSI: 20\"]", "these lines, in turn")                                  \
    CHOICE(ussd, ussd_choices, "charset", "how USSD texts are written: by AT+CSCS or always so")   \
    INTEGER(ussd_ms, 0, 600000, "100", "from OK to the USSD text")                                 \
    CHOICE(ussd_request, request_choices, "any", "in which form codes are taken")                  \
    CHECKED(ussd_refused, behaviour_check_code, "error", "the answer to a code in another form")   \
    CHOICE(ussd_mode, mode_choices, "none", "AT^USSDMODE: packed: both so, until it is 0")         \
    CHECKED(ussd_dcs, check_dcs, "auto", "the data coding scheme shown: a number, or none at all") \
    CHOICE(ussd_padding, padding_choices, "none", "what fills up a USSD text")                     \
    CHOICE(ussd_breaks, break_choices, "lf", "line breaks of a USSD text")                         \
    CHOICE(ussd_order, order_choices, "behind", "USSD text and OK: which comes first")             \
    CHOICE(ussd_late, late_choices, "off", "a text that AT+CUSD=2 was too early for comes still")  \
    INTEGER(ussd_open_ms, 0, 600000, "0", "the network ends an open menu; 0: never")               \
    CHECKED(ussd_blocks, behaviour_check_code, "",                                                 \
            "result of a submission while USSD is pending; empty: it is taken")                    \
    CHECKED(ussd_again, behaviour_check_code, "",                                                  \
            "and of another code while the first has no answer")                                   \
    CHOICE(away, away_choices, "lose", "what it says while nobody has its tty open")

#define ALL(field) .key = #field, .offset = offsetof(struct modem_behaviour, field)
#define ALL_INTEGER(field, low, high, value, text)                                                 \
    {ALL(field),      .type = SETTING_INTEGER, .minimum = low,                                     \
     .maximum = high, .initial = (value),      .help = (text)},
#define ALL_REAL(field, value, text)                                                               \
    {ALL(field),   .type = SETTING_REAL, .minimum = 0,                                             \
     .maximum = 1, .initial = (value),   .help = (text)},
#define ALL_TEXT(field, value, text)                                                               \
    {ALL(field), .type = SETTING_TEXT, .initial = (value), .help = (text)},
#define ALL_CHECKED(field, checks, value, text)                                                    \
    {ALL(field), .type = SETTING_TEXT, .check = checks, .initial = (value), .help = (text)},
#define ALL_TEXTS(field, checks, value, text)                                                      \
    {ALL(field), .type = SETTING_TEXTS, .check = checks, .initial = (value), .help = (text)},
#define ALL_CHOICE(field, names, value, text)                                                      \
    {ALL(field), .type = SETTING_CHOICE, .choices = names, .initial = (value), .help = (text)},

#define ONE(field) .key = #field, .offset = offsetof(struct modem_override, behaviour.field)
#define ONE_INTEGER(field, low, high, value, text)                                                 \
    {ONE(field),      .type = SETTING_INTEGER, .minimum = -1,                                      \
     .maximum = high, .initial = "-1",         .help = (text)},
#define ONE_REAL(field, value, text)                                                               \
    {ONE(field),   .type = SETTING_REAL, .minimum = -1,                                            \
     .maximum = 1, .initial = "-1",      .help = (text)},
#define ONE_TEXT(field, value, text) {ONE(field), .type = SETTING_TEXT, .help = (text)},
#define ONE_CHECKED(field, checks, value, text)                                                    \
    {ONE(field), .type = SETTING_TEXT, .check = checks, .help = (text)},
#define ONE_TEXTS(field, checks, value, text)                                                      \
    {ONE(field), .type = SETTING_TEXTS, .check = checks, .help = (text)},
#define ONE_CHOICE(field, names, value, text)                                                      \
    {ONE(field), .type = SETTING_CHOICE, .choices = names, .initial = "inherit", .help = (text)},

static const struct setting modem_table[] = {
    MODEM_SETTINGS(ALL_INTEGER, ALL_REAL, ALL_TEXT, ALL_CHECKED, ALL_TEXTS,
                   ALL_CHOICE){ALL(account), .type = SETTING_GROUP, .members = tariff_table,
                               .help = "the prepaid account of each SIM"},
    {ALL(menus), .type = SETTING_LIST, .members = service_rule_table,
     .member_size = sizeof(struct service_rule), .check = service_rule_check,
     .help = "USSD codes of this modem, before those of its operator"},
    {.key = NULL}};

static const struct setting override_table[] = {
    {.key = "index",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct modem_override, index),
     .maximum = 255,
     .required = true,
     .help = "which modem, from 0"},
    MODEM_SETTINGS(ONE_INTEGER, ONE_REAL, ONE_TEXT, ONE_CHECKED, ONE_TEXTS,
                   ONE_CHOICE){ONE(account), .type = SETTING_GROUP, .members = tariff_table,
                               .help = "what is different in the account of its SIM"},
    {ONE(menus), .type = SETTING_LIST, .members = service_rule_table,
     .member_size = sizeof(struct service_rule), .check = service_rule_check,
     .help = "its own USSD codes"},
    {.key = NULL}};

#define NUMBER(field) .key = #field, .offset = offsetof(struct number_rule, field)
static const struct setting number_table[] = {
    {NUMBER(pattern), .type = SETTING_TEXT, .required = true, .check = behaviour_check_pattern,
     .help = "regular expression on the destination in E.164, such as \"13$\""},
    {NUMBER(code), .type = SETTING_TEXT, .check = behaviour_check_code,
     .help = "refused with this code: \"38\", \"cme 30\", \"error\", or a line of its own such as "
             "\"SEND FAIL\"; \"ok\": taken, but OK alone"},
    {NUMBER(silent), .type = SETTING_CHOICE, .choices = silence_choices, .initial = "no",
     .help = "no answer after Ctrl-Z, and the message lost or sent"},
    {NUMBER(air_ms), .type = SETTING_INTEGER, .minimum = -1, .maximum = 600000, .initial = "-1",
     .help = "instead of the modem's"},
    {NUMBER(reports), .type = SETTING_TEXTS,
     .help = "TP-ST in hex, one after the other: [\"30\", \"00\"]; [\"none\"]: no report"},
    {NUMBER(reports_at), .type = SETTING_CHOICE, .choices = reports_choices, .initial = "end",
     .help = "the first of them: before +CMGS, between it and OK, or behind after report_delay_ms"},
    {NUMBER(times), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000, .initial = "0",
     .help = "only for the first so many submissions to each number; 0: always"},
    {.key = NULL}};

#define OPERATOR(field) .key = #field, .offset = offsetof(struct operator_rule, field)
static const struct setting operator_table[] = {
    {OPERATOR(name), .type = SETTING_TEXT, .required = true, .help = "operator_name of its modems"},
    {OPERATOR(codes), .type = SETTING_TEXTS, .help = "or their operator_code"},
    {OPERATOR(account), .type = SETTING_GROUP, .members = tariff_table,
     .help = "what its accounts have in common"},
    {OPERATOR(menus), .type = SETTING_LIST, .members = service_rule_table,
     .member_size = sizeof(struct service_rule), .check = service_rule_check,
     .help = "its USSD codes"},
    {.key = NULL}};

#define ANSWER(field) .key = #field, .offset = offsetof(struct answer, field)
static const struct setting answer_table[] = {
    {ANSWER(text), .type = SETTING_TEXT, .initial = "", .help = "empty: no answer"},
    {ANSWER(weight), .type = SETTING_REAL, .minimum = 0, .maximum = 1000000, .initial = "1",
     .help = "relative to the other answers"},
    {.key = NULL}};

#define HOUSEHOLD(field) .key = #field, .offset = offsetof(struct household, field)
static const struct setting household_table[] = {
    {HOUSEHOLD(first), .type = SETTING_TEXT, .help = "first of `count` numbers in a row"},
    {HOUSEHOLD(count), .type = SETTING_INTEGER, .minimum = 0, .maximum = 10000000, .initial = "1",
     .help = "how many"},
    {HOUSEHOLD(numbers), .type = SETTING_TEXT,
     .help = "or a file with a number per line (CSV), beside this one; neither: everybody"},
    {HOUSEHOLD(column), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000, .initial = "0",
     .help = "of that file, from 1; 0: the first cell that looks like a number"},
    {HOUSEHOLD(trigger), .type = SETTING_TEXT, .check = behaviour_check_pattern,
     .help = "regular expression on the text received; none: any text"},
    {HOUSEHOLD(times), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000, .initial = "1",
     .help = "a handset answers so often; 0: always"},
    {HOUSEHOLD(delay_ms), .type = SETTING_INTEGER, .minimum = 0, .maximum = 86400000,
     .initial = "1000", .help = "before the answer leaves"},
    {HOUSEHOLD(spread_ms), .type = SETTING_INTEGER, .minimum = 0, .maximum = 86400000,
     .initial = "0", .help = "up to so much more, by chance"},
    {HOUSEHOLD(answers), .type = SETTING_LIST, .members = answer_table,
     .member_size = sizeof(struct answer), .help = "one of them, by weight"},
    {.key = NULL}};

#define TOP(field) .key = #field, .offset = offsetof(struct behaviour, field)
static const struct setting table[] = {
    {TOP(seed), .type = SETTING_INTEGER, .minimum = 0, .maximum = 4294967295, .initial = "1",
     .help = "the same seed makes the same chances"},
    {.key = "modem_count",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct behaviour, modem_count),
     .minimum = 1,
     .maximum = 256,
     .initial = "1",
     .help = "unless --modems says otherwise"},
    {TOP(country), .type = SETTING_TEXT, .initial = "84", .help = "stands for a leading 0"},
    {TOP(zone_minutes), .type = SETTING_INTEGER, .minimum = -720, .maximum = 840, .initial = "420",
     .help = "of the service centre's clock, east of UTC"},
    {TOP(modem), .type = SETTING_GROUP, .members = modem_table, .help = "all modems"},
    {TOP(modems), .type = SETTING_LIST, .members = override_table,
     .member_size = sizeof(struct modem_override), .help = "what is different in one modem"},
    {TOP(numbers), .type = SETTING_LIST, .members = number_table,
     .member_size = sizeof(struct number_rule),
     .help = "scripted destinations; the first that fits counts"},
    {TOP(operators), .type = SETTING_LIST, .members = operator_table,
     .member_size = sizeof(struct operator_rule), .help = "accounts and USSD codes of operators"},
    {TOP(ussd), .type = SETTING_LIST, .members = service_rule_table,
     .member_size = sizeof(struct service_rule), .check = service_rule_check,
     .help = "USSD codes that all operators know"},
    {TOP(households), .type = SETTING_LIST, .members = household_table,
     .member_size = sizeof(struct household),
     .help = "handsets that answer; the first that owns the number and whose trigger fits"},
    {TOP(cues), .type = SETTING_LIST, .members = cue_table, .member_size = sizeof(struct cue),
     .help = "what is said or done at a point of the dialogue"},
    {.key = NULL}};

struct reading {
    struct behaviour *behaviour;
    const char *path;
    GPtrArray *mistakes;
};

bool behaviour_outcome(const char *code, struct outcome *retoutcome)
{
    static const struct {
        const char *word;
        enum outcome_kind kind;
    } words[] = {{"ok", OUTCOME_BARE}, {"error", OUTCOME_ERROR}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(code, words[i].word) == 0) {
            *retoutcome = (struct outcome){words[i].kind, 0, NULL};
            return true;
        }
    if (*code == '+' || g_ascii_isupper(*code)) {
        *retoutcome = (struct outcome){OUTCOME_LINE, 0, g_intern_string(code)};
        return true;
    }
    bool cme = g_ascii_strncasecmp(code, "cme ", 4) == 0;
    guint64 number;
    if (!g_ascii_string_to_unsigned(cme ? code + 4 : code, 10, 0, 999, &number, NULL))
        return false;
    *retoutcome = (struct outcome){cme ? OUTCOME_CME : OUTCOME_CMS, (int)number, NULL};
    return true;
}

char *behaviour_check_code(const void *field)
{
    const char *code = *(char *const *)field;
    struct outcome outcome;
    return behaviour_outcome(code, &outcome) ? NULL : g_strdup("this " NO_CODE);
}

char *behaviour_check_pattern(const void *field)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GRegex) regex = g_regex_new(*(char *const *)field, 0, 0, &error);
    return regex ? NULL : g_strdup(error->message);
}

char *behaviour_canonical(const struct behaviour *behaviour, const char *number)
{
    GString *plain = g_string_new(NULL);
    for (const char *at = number; *at; at++)
        if (!strchr(" .-()", *at))
            g_string_append_c(plain, *at);
    if (plain->str[0] == '+')
        g_string_erase(plain, 0, 1);
    else if (g_str_has_prefix(plain->str, "00"))
        g_string_erase(plain, 0, 2);
    else if (plain->str[0] == '0' && plain->len > 6) {
        g_string_erase(plain, 0, 1);
        g_string_prepend(plain, behaviour->country);
    }
    return g_string_free(plain, FALSE);
}

static GRegex *compile(const char *pattern)
{
    return pattern ? g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL) : NULL;
}

/* The number of a CSV line, canonical; NULL where it has none. */
static char *number_of_line(const struct behaviour *behaviour, const char *line, int64_t column)
{
    g_auto(GStrv) cells = g_strsplit_set(line, ",;\t", -1);
    for (int64_t i = 0; cells[i]; i++) {
        g_strdelimit(cells[i], "\"'\r", ' ');
        g_autofree char *number = behaviour_canonical(behaviour, cells[i]);
        size_t digits = strspn(number, "0123456789");
        bool wanted = column ? i + 1 == column : g_str_has_prefix(number, behaviour->country);
        if (wanted && digits >= 9 && digits <= 15 && number[digits] == '\0')
            return g_steal_pointer(&number);
    }
    return NULL;
}

static void read_members(const struct reading *reading, struct household *household)
{
    g_autofree char *folder = g_path_get_dirname(reading->path);
    g_autofree char *path = g_canonicalize_filename(household->numbers, NULL);
    if (!g_path_is_absolute(household->numbers) && strcmp(folder, ".") != 0) {
        g_free(path);
        path = g_build_filename(folder, household->numbers, NULL);
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    household->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!g_file_get_contents(path, &text, NULL, &error)) {
        mistakes_add(reading->mistakes, reading->path, 0, "households.numbers", "%s",
                     error->message);
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char *number = number_of_line(reading->behaviour, *line, household->column);
        if (number)
            g_hash_table_add(household->members, number);
    }
    if (g_hash_table_size(household->members) == 0)
        mistakes_add(reading->mistakes, reading->path, 0, "households.numbers",
                     "%s holds no telephone number", path);
}

static void complete(const struct reading *reading)
{
    struct behaviour *behaviour = reading->behaviour;
    for (guint i = 0; i < behaviour->cues->len; i++) {
        g_autofree char *sentence = NULL;
        if (!cue_complete(behaviour->cues->pdata[i], &sentence))
            mistakes_add(reading->mistakes, reading->path, 0, "cues", "%s", sentence);
    }
    for (guint i = 0; i < behaviour->numbers->len; i++) {
        struct number_rule *rule = behaviour->numbers->pdata[i];
        rule->regex = compile(rule->pattern);
    }
    for (guint i = 0; i < behaviour->households->len; i++) {
        struct household *household = behaviour->households->pdata[i];
        household->regex = compile(household->trigger);
        if (household->first) {
            g_autofree char *first = behaviour_canonical(behaviour, household->first);
            household->first_value = g_ascii_strtoull(first, NULL, 10);
        }
        if (household->numbers)
            read_members(reading, household);
    }
}

struct behaviour *behaviour_read(const char *path)
{
    struct behaviour *behaviour = g_new0(struct behaviour, 1);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool well = path ? settings_read_file(path, table, behaviour, mistakes)
                     : settings_read_text("", "defaults", table, behaviour, mistakes);
    if (well)
        complete(&(struct reading){behaviour, path ? path : "defaults", mistakes});
    if (mistakes->len == 0)
        return behaviour;
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *text = mistake_text(mistakes->pdata[i]);
        g_printerr("%s\n", text);
    }
    behaviour_free(behaviour);
    return NULL;
}

void behaviour_free(struct behaviour *behaviour)
{
    if (!behaviour)
        return;
    for (guint i = 0; behaviour->numbers && i < behaviour->numbers->len; i++) {
        struct number_rule *rule = behaviour->numbers->pdata[i];
        g_clear_pointer(&rule->regex, g_regex_unref);
    }
    for (guint i = 0; behaviour->households && i < behaviour->households->len; i++) {
        struct household *household = behaviour->households->pdata[i];
        g_clear_pointer(&household->regex, g_regex_unref);
        g_clear_pointer(&household->members, g_hash_table_unref);
    }
    for (guint i = 0; behaviour->cues && i < behaviour->cues->len; i++)
        cue_clear(behaviour->cues->pdata[i]);
    settings_clear(table, behaviour);
    g_free(behaviour);
}

#define LAY_NUMBER(field, ...)                                                                     \
    if (one->field >= 0)                                                                           \
        retall->field = one->field;
#define LAY_TEXT(field, ...)                                                                       \
    if (one->field)                                                                                \
        retall->field = one->field;
#define LAY_CHOICE(field, names, ...)                                                              \
    if (one->field != (int)G_N_ELEMENTS(names) - 2)                                                \
        retall->field = one->field;

static void lay_over(const struct modem_behaviour *one, struct modem_behaviour *retall)
{
    MODEM_SETTINGS(LAY_NUMBER, LAY_NUMBER, LAY_TEXT, LAY_TEXT, LAY_TEXT, LAY_CHOICE)
    if (one->menus->len > 0)
        retall->menus = one->menus;
}

const struct operator_rule *behaviour_operator(const struct behaviour *behaviour,
                                               const struct modem_behaviour *modem)
{
    const GPtrArray *operators = behaviour->operators;
    for (guint i = 0; i < operators->len; i++) {
        const struct operator_rule *rule = operators->pdata[i];
        if (g_ascii_strcasecmp(rule->name, modem->operator_name) == 0)
            return rule;
    }
    for (guint i = 0; i < operators->len; i++) {
        const struct operator_rule *rule = operators->pdata[i];
        if (rule->codes && g_strv_contains((const char *const *)rule->codes, modem->operator_code))
            return rule;
    }
    return NULL;
}

/* An operator knows its accounts better than what is said of all, one SIM better than both. */
static void lay_accounts(const struct behaviour *behaviour, unsigned index,
                         struct modem_behaviour *modem)
{
    const struct operator_rule *rule = behaviour_operator(behaviour, modem);
    if (rule)
        tariff_lay_over(&rule->account, &modem->account);
    for (guint i = 0; i < behaviour->modems->len; i++) {
        const struct modem_override *override = behaviour->modems->pdata[i];
        if (override->index == index)
            tariff_lay_over(&override->behaviour.account, &modem->account);
    }
}

struct modem_behaviour behaviour_modem(const struct behaviour *behaviour, unsigned index)
{
    struct modem_behaviour modem = behaviour->modem;
    for (guint i = 0; i < behaviour->modems->len; i++) {
        const struct modem_override *override = behaviour->modems->pdata[i];
        if (override->index == index)
            lay_over(&override->behaviour, &modem);
    }
    lay_accounts(behaviour, index, &modem);
    return modem;
}
