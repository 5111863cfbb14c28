// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of account settings, and how layers of them become one. Amounts, dates and codes are
 * checked while the file is read, so that a mistake has its line. */
#include "modems/simulator/tariff.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "modems/simulator/account_text.h"
#include "modems/simulator/behaviour.h"

static const char *const bundle_choices[] = {"all", "on-net", "inherit", NULL};
static const char *const number_choices[] = {"international", "plain", "national", "inherit", NULL};

/* One list for the table and for laying over. INTEGER: field, maximum, final value, help; TEXT:
 * field, check, final value, help; CHOICE: field, names, final value, help. */
#define TARIFF_SETTINGS(INTEGER, TEXT, TEXTS, CHOICE)                                              \
    INTEGER(balance, 1000000000, -1, "in dong; without it the SIM has no account")                 \
    INTEGER(price, 1000000, 250, "of one part to another network")                                 \
    INTEGER(price_on_net, 1000000, -1, "to the same network; by default the same")                 \
    TEXTS(own_prefixes, "numbers of the same network begin so: [\"097\", \"+8496\"]")              \
    TEXT(own_numbers, behaviour_check_pattern, NULL, "or fit this regular expression on +84…")     \
    INTEGER(bundle, 1000000, 0, "parts that are paid for already")                                 \
    CHOICE(bundle_for, bundle_choices, BUNDLE_FOR_ALL, "which parts it pays for")                  \
    TEXT(expires, check_day, NULL, "last day of the account: 31/12/2026, or 30d from the start")   \
    TEXT(bundle_expires, check_day, NULL, "last day of the bundle")                                \
    TEXT(refused, behaviour_check_code, "38", "result of a part that nobody pays for")             \
    TEXT(money, check_money, "12500d", "how the operator writes 12500: 12.500d, 12500 VND …")      \
    TEXT(dates, check_dates, "31/12/2026", "how it writes the last day of 2026")                   \
    CHOICE(numbers, number_choices, NUMBER_INTERNATIONAL, "how it writes the SIM's number")        \
    TEXT(topup, check_topup, "*100*{code}#", "how a card is dialled")                              \
    INTEGER(topup_tries, 1000, 5, "wrong ones in a row before it is blocked")                      \
    INTEGER(wrong, 1000, 0, "and so many there were already")                                      \
    TEXT(topup_done, NULL,                                                                         \
         "Nap the thanh cong (Successful refill). TK goc: {balance}, HSD "                         \
         "{expires}",                                                                              \
         "to a good one; {value} is its worth")                                                    \
    TEXT(topup_used, NULL, "The nap da duoc su dung", "to one that was used")                      \
    TEXT(topup_wrong, NULL, "The nap khong dung. Quy khach vui long kiem tra lai",                 \
         "to one that is none")                                                                    \
    TEXT(topup_blocked, NULL,                                                                      \
         "Quy khach da nhap sai qua so lan quy dinh. Chuc nang nap the bi "                        \
         "khoa",                                                                                   \
         "to any when blocked")                                                                    \
    TEXT(topup_notice, NULL, "Yeu cau cua Quy khach dang duoc xu ly",                              \
         "by USSD, when the result "                                                               \
         "comes as an SMS")                                                                        \
    TEXT(topup_from, NULL, "", "the result comes as an SMS from there; empty: by USSD")

static char *check_day(const void *field)
{
    int64_t day;
    return tariff_day(*(char *const *)field, 0, &day)
               ? NULL
               : g_strdup("write a date such as 31/12/2026, or 30d from the start on");
}

static char *check_money(const void *field)
{
    g_autofree char *shown = account_text_money(*(char *const *)field, 0);
    return shown ? NULL : g_strdup("write 12500 as the operator does: 12.500d, 12500 VND …");
}

static char *check_dates(const void *field)
{
    g_autofree char *shown = account_text_date(*(char *const *)field, 0);
    return shown ? NULL : g_strdup("write the last day of 2026 as the operator does: 31/12/2026");
}

static char *check_topup(const void *field)
{
    return strstr(*(char *const *)field, "{code}")
               ? NULL
               : g_strdup("{code} must stand where the code of the card is dialled");
}

#define CARD(field) .key = #field, .offset = offsetof(struct card, field)
static const struct setting card_table[] = {
    {CARD(code), .type = SETTING_TEXT, .required = true, .help = "what is printed on it"},
    {CARD(value), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000000, .required = true,
     .help = "in dong"},
    {CARD(days), .type = SETTING_INTEGER, .minimum = 0, .maximum = 10000, .initial = "0",
     .help = "that the account lives longer"},
    {.key = NULL}};

#define TARIFF(field) .key = #field, .offset = offsetof(struct tariff, field)
#define ROW_INTEGER(field, high, value, text)                                                      \
    {TARIFF(field),   .type = SETTING_INTEGER, .minimum = -1,                                      \
     .maximum = high, .initial = "-1",         .help = (text)},
#define ROW_TEXT(field, checks, value, text)                                                       \
    {TARIFF(field), .type = SETTING_TEXT, .check = checks, .help = (text)},
#define ROW_TEXTS(field, text) {TARIFF(field), .type = SETTING_TEXTS, .help = (text)},
#define ROW_CHOICE(field, names, value, text)                                                      \
    {TARIFF(field), .type = SETTING_CHOICE, .choices = names, .initial = "inherit", .help = (text)},

const struct setting tariff_table[] = {
    TARIFF_SETTINGS(ROW_INTEGER, ROW_TEXT, ROW_TEXTS, ROW_CHOICE){
        TARIFF(cards), .type = SETTING_LIST, .members = card_table,
        .member_size = sizeof(struct card), .help = "top-up cards, each good once"},
    {.key = NULL}};

#define LAY_NUMBER(field, ...)                                                                     \
    if (one->field >= 0)                                                                           \
        retall->field = one->field;
#define LAY_TEXT(field, ...)                                                                       \
    if (one->field)                                                                                \
        retall->field = one->field;
#define LAY_CHOICE(field, names, ...)                                                              \
    if (one->field != (int)G_N_ELEMENTS(names) - 2)                                                \
        retall->field = one->field;

void tariff_lay_over(const struct tariff *one, struct tariff *retall)
{
    TARIFF_SETTINGS(LAY_NUMBER, LAY_TEXT, LAY_TEXT, LAY_CHOICE)
    if (one->cards && one->cards->len > 0)
        retall->cards = one->cards;
}

#define LAST_NUMBER(field, high, value, text) .field = (value),
#define LAST_TEXT(field, checks, value, text) .field = (char *)(value),
#define LAST_TEXTS(field, text)
#define LAST_CHOICE(field, names, value, text) .field = (value),

void tariff_complete(struct tariff *tariff)
{
    struct tariff whole = {TARIFF_SETTINGS(LAST_NUMBER, LAST_TEXT, LAST_TEXTS, LAST_CHOICE)};
    tariff_lay_over(tariff, &whole);
    if (whole.price_on_net < 0)
        whole.price_on_net = whole.price;
    *tariff = whole;
}

bool tariff_day(const char *text, int64_t today, int64_t *retday)
{
    unsigned day, month, year;
    int end = 0;
    char *unit;
    guint64 days = g_ascii_strtoull(text, &unit, 10);
    if (g_ascii_isdigit(*text) && strcmp(unit, "d") == 0 && days <= 100000) {
        *retday = today + (int64_t)days;
        return true;
    }
    bool read = sscanf(text, "%2u/%2u/%4u%n", &day, &month, &year, &end) == 3 ||
                sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &end) == 3;
    if (!read || text[end] != '\0' || year < 1970 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    GDate date, epoch;
    g_date_clear(&date, 1);
    g_date_clear(&epoch, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    g_date_set_dmy(&epoch, 1, G_DATE_JANUARY, 1970);
    *retday = g_date_days_between(&epoch, &date);
    return true;
}
