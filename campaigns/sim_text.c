// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads one text of an operator by the patterns of its file: what the first pattern that finds a
 * figure says, counts. A pattern that finds two different ones in the same text leaves a doubt, and
 * what is doubtful is not told. Pure: the store is sim.c's. */
#include "campaigns/sim.h"

#include <string.h>

#include "campaigns/day.h"
#include "campaigns/phone_plan.h"
#include "campaigns/sim_value.h"
#include "campaigns/text.h"
#include "config/pattern.h"

enum figure {
    BALANCE,
    EXPIRES,
    LOCKED,
    BUNDLE,
    BUNDLE_EXPIRES,
    NO_BUNDLE,
    TWO_BUNDLES,
    NUMBER,
    FIGURES
};

enum {
    PAST_DAYS = 400, /* no SIM lives so long after its last day */
    CUT_FROM = 66,   /* characters; what is shorter was not cut off by a network or a lost part */
};

static const char *const group_names[FIGURES] = {
    [BALANCE] = "balance",
    [EXPIRES] = "expires",
    [LOCKED] = "locked",
    [BUNDLE] = "bundle",
    [BUNDLE_EXPIRES] = "bundle_expires",
    [NO_BUNDLE] = "no_bundle",
    [TWO_BUNDLES] = "two_bundles",
    [NUMBER] = "number",
};

/* One figure while the patterns are tried. */
struct found {
    char *value;  /* in its plain form: "12000", "2026-11-30", "+84912345678"; NULL: not yet */
    bool doubted; /* one pattern told two of it */
};

/* ---- the text as patterns see it ---- */

/* "30 / 11 / 2026" is written without blanks. */
static void close_slashes(GString *folded)
{
    for (gsize i = 0; i + 2 < folded->len; i++) {
        const char *at = folded->str + i;
        size_t blank = at[1] == ' ' ? 1 : 0;
        if (!g_ascii_isdigit(at[0]) || at[1 + blank] != '/')
            continue;
        size_t behind = at[2 + blank] == ' ' ? 1 : 0;
        if (!g_ascii_isdigit(at[2 + blank + behind]))
            continue;
        g_string_erase(folded, (gssize)(i + 2 + blank), (gssize)behind);
        g_string_erase(folded, (gssize)(i + 1), (gssize)blank);
    }
}

/* Lower-case ASCII with single blanks: đ and ₫ are d, long dashes short ones, and what is no ASCII
 * a blank. */
static char *fold(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *start =
        g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), PATTERN_TEXT_MAX));
    g_autofree char *key = text_key_unmarked(start);
    GString *folded = g_string_new(NULL);
    for (const char *at = key; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar letter = g_utf8_get_char(at);
        bool dash = (letter >= 0x2010 && letter <= 0x2015) || letter == 0x2212;
        char plain = letter < 0x80 ? (char)letter : letter == 0x20AB ? 'd' : dash ? '-' : ' ';
        bool blank = plain == ' ' && folded->len > 0 && folded->str[folded->len - 1] == ' ';
        if (!blank)
            g_string_append_c(folded, plain);
    }
    close_slashes(folded);
    return g_string_free(folded, FALSE);
}

/* Without the patterns of the file nothing is read; their mistakes were told when it was. */
static bool matches(const char *words, const char *pattern, const char *folded)
{
    g_autoptr(GRegex) regex = pattern_compile(words, pattern, NULL);
    return regex != NULL && g_regex_match_full(regex, folded, -1, 0, 0, NULL, NULL);
}

/* ---- figures ---- */

static char *plain_number(const char *text)
{
    GString *digits = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at++) {
        if (g_ascii_isdigit(*at))
            g_string_append_c(digits, *at);
    }
    struct phone_plan plan = phone_plan_read(digits->str, *text == '+');
    g_string_free(digits, TRUE);
    bool mobile = plan.verdict == PHONE_MOBILE || plan.verdict == PHONE_MIGRATED;
    return mobile ? g_strdup(plan.phone.e164) : NULL;
}

/* A text may have been cut off within the year: "09/10/20". */
static char *plain_day(const char *text, const char *today)
{
    char day[DAY_SIZE], earliest[DAY_SIZE];
    day_add(today, -PAST_DAYS, earliest);
    return sim_value_day(text, today, day) && strcmp(day, earliest) >= 0 ? g_strdup(day) : NULL;
}

/* What a group found in its plain form; NULL: it is no such figure. The caller frees. */
static char *plain_value(enum figure figure, const char *text, const char *today)
{
    int64_t number = 0;
    switch (figure) {
    case BALANCE:
        return sim_value_money(text, &number) ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;
    case BUNDLE:
        return sim_value_parts(text, &number) ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;
    case EXPIRES:
    case LOCKED:
    case BUNDLE_EXPIRES:
        return plain_day(text, today);
    case NO_BUNDLE:
    case TWO_BUNDLES:
        return g_strdup("0"); /* whatever it found */
    case NUMBER:
        return plain_number(text);
    case FIGURES:
        break;
    }
    g_assert_not_reached();
}

/* Whether a figure that ends there may go on: "TK goc: 12" of "12.000d", "30/1" of "30/11/2026".
 * A unit, a year, or anything behind it says that it does not. */
static bool may_be_cut_off(enum figure figure, const char *value, const char *behind, size_t length)
{
    bool last = behind[strspn(behind, " .,")] == '\0' && length >= CUT_FROM;
    switch (figure) {
    case BALANCE:
        return last && g_ascii_isdigit(value[strlen(value) - 1]);
    case EXPIRES:
    case LOCKED:
    case BUNDLE_EXPIRES:
        return last && !sim_value_has_year(value);
    case BUNDLE: /* "SMS: 45" ends many a text */
    case NO_BUNDLE:
    case TWO_BUNDLES:
    case NUMBER:
        return false;
    case FIGURES:
        break;
    }
    g_assert_not_reached();
}

/* What this pattern finds goes to `own`, apart from what those before it found. */
static void note_match(const GMatchInfo *match, const char *today, struct found *own)
{
    const char *folded = g_match_info_get_string(match);
    for (unsigned i = 0; i < FIGURES; i++) {
        g_autofree char *text = g_match_info_fetch_named(match, group_names[i]);
        int end = 0;
        if (text == NULL || *text == '\0' ||
            !g_match_info_fetch_named_pos(match, group_names[i], NULL, &end) ||
            may_be_cut_off((enum figure)i, text, folded + end, strlen(folded)))
            continue;
        g_autofree char *value = plain_value((enum figure)i, text, today);
        if (value == NULL)
            continue;
        if (own[i].value == NULL)
            own[i].value = g_steal_pointer(&value);
        else if (strcmp(own[i].value, value) != 0)
            own[i].doubted = true;
    }
}

static void try_pattern(GRegex *regex, const char *folded, const char *today, struct found *all)
{
    struct found own[FIGURES] = {0};
    g_autoptr(GMatchInfo) match = NULL;
    g_regex_match_full(regex, folded, -1, 0, 0, &match, NULL);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL))
        note_match(match, today, own);
    for (unsigned i = 0; i < FIGURES; i++) {
        bool first = all[i].value == NULL && !all[i].doubted;
        if (first && own[i].value != NULL)
            all[i] = own[i];
        else
            g_free(own[i].value);
    }
}

static char *told(const struct found *found)
{
    return g_strdup(found->value != NULL && !found->doubted ? found->value : "");
}

static int64_t told_number(const struct found *found)
{
    bool known = found->value != NULL && !found->doubted;
    return known ? g_ascii_strtoll(found->value, NULL, 10) : SIM_UNKNOWN;
}

void sim_read(const struct operator_config *operator_config, const char *text, const char *today,
              struct sim_figures *retfigures)
{
    struct found all[FIGURES] = {0};
    g_autofree char *folded = fold(text);
    char *const *patterns = operator_config != NULL ? operator_config->patterns : NULL;
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        g_autoptr(GRegex) regex = pattern_compile(operator_config->words, *patterns, NULL);
        if (regex != NULL)
            try_pattern(regex, folded, today, all);
    }
    bool bundle_told = all[BUNDLE].value != NULL;
    all[BUNDLE].doubted |= all[TWO_BUNDLES].value != NULL;
    *retfigures = (struct sim_figures){
        .balance = told_number(&all[BALANCE]),
        .expires_on = told(&all[EXPIRES]),
        .locked_on = told(&all[LOCKED]),
        .bundle_expires_on = told(&all[BUNDLE_EXPIRES]),
        .bundle_left = told_number(&all[bundle_told ? BUNDLE : NO_BUNDLE]),
        .number = told(&all[NUMBER]),
    };
    if (retfigures->bundle_left == SIM_UNKNOWN) /* of some other bundle */
        *retfigures->bundle_expires_on = '\0';
    retfigures->matched = retfigures->balance != SIM_UNKNOWN ||
                          retfigures->bundle_left != SIM_UNKNOWN ||
                          *retfigures->expires_on != '\0' || *retfigures->locked_on != '\0' ||
                          *retfigures->number != '\0';
    for (unsigned i = 0; i < FIGURES; i++)
        g_free(all[i].value);
}

void sim_figures_clear(struct sim_figures *figures)
{
    g_free(figures->expires_on);
    g_free(figures->locked_on);
    g_free(figures->bundle_expires_on);
    g_free(figures->number);
    *figures = (struct sim_figures){.balance = SIM_UNKNOWN, .bundle_left = SIM_UNKNOWN};
}

/* ---- cards and promises ---- */

/* The text without what the patterns fit; the caller frees. */
static char *cut_out(const char *words, char *const *patterns, const char *folded)
{
    char *left = g_strdup(folded);
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        g_autoptr(GRegex) regex = pattern_compile(words, *patterns, NULL);
        char *less =
            regex != NULL ? g_regex_replace_literal(regex, left, -1, 0, " # ", 0, NULL) : NULL;
        if (less == NULL)
            continue;
        g_free(left);
        left = less;
    }
    return left;
}

static bool fits_one(const char *words, char *const *patterns, const char *folded)
{
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        if (matches(words, *patterns, folded))
            return true;
    }
    return false;
}

/* "nap the khong thanh cong" has "thanh cong" in it: what says that it failed is cut out before
 * success is looked for, and a text that says both is for a person to read. Advice ("neu nap the
 * khong thanh cong, goi 198") is cut out before either. */
enum sim_topup sim_read_topup(const struct operator_config *operator_config, const char *text)
{
    if (operator_config == NULL)
        return SIM_TOPUP_UNCLEAR;
    const char *words = operator_config->words;
    g_autofree char *folded = fold(text);
    g_autofree char *news = cut_out(words, operator_config->topup_aside, folded);
    g_autofree char *left = cut_out(words, operator_config->topup_failure, news);
    bool failed = strcmp(left, news) != 0;
    bool done = fits_one(words, operator_config->topup_success, left);
    if (failed == done)
        return SIM_TOPUP_UNCLEAR;
    return done ? SIM_TOPUP_DONE : SIM_TOPUP_REFUSED;
}

bool sim_text_fits(char *const *patterns, const char *text)
{
    g_autofree char *folded = fold(text);
    return fits_one(NULL, patterns, folded);
}
