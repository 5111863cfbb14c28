// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides by length first and by prefix second, because prefixes lie: 084 is VinaPhone and 84 is
 * the country, 12 digits may be an identity card. Prefixes, areas, and the migration of 2018 are
 * tables under data/. "National" below means without trunk 0 and country code. */
#include "campaigns/phone_plan.h"

#include "campaigns/datafile.h"

#include <string.h>

enum {
    MOBILE_DIGITS = 9, /* national */
    OLD_MOBILE_DIGITS = 10,
    FIXED_DIGITS = 10,
    IDENTITY_DIGITS = 12,
    OLD_IDENTITY_DIGITS = 9,
    SHORT_MIN = 3,
    SHORT_MAX = 6,
    FOREIGN_MIN = 8, /* E.164, with country code */
    FOREIGN_MAX = 15,
    MATCH_MAX = 4, /* longest prefix in any table */
};

/* One table, keyed by its first column. Lives as long as the program. */
struct prefixes {
    struct csv_table *table;
    GHashTable *rows; /* prefix → row number */
};

struct plan_tables {
    struct prefixes mobile, migration, fixed, special;
};

static struct prefixes prefixes_read(const char *name, unsigned columns)
{
    struct prefixes prefixes = {datafile_read(name, columns),
                                g_hash_table_new(g_str_hash, g_str_equal)};
    for (unsigned row = 1; row < csv_row_count(prefixes.table); row++)
        g_hash_table_insert(prefixes.rows, (gpointer)csv_cell(prefixes.table, row, 0),
                            GUINT_TO_POINTER(row));
    return prefixes;
}

static gpointer tables_read(gpointer unused)
{
    (void)unused;
    struct plan_tables *tables = g_new(struct plan_tables, 1);
    *tables = (struct plan_tables){
        .mobile = prefixes_read("phone-prefixes.csv", 2),
        .migration = prefixes_read("phone-migration.csv", 2),
        .fixed = prefixes_read("phone-fixed.csv", 3),
        .special = prefixes_read("phone-special.csv", 3),
    };
    return tables;
}

static const struct plan_tables *plan_tables(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, tables_read, NULL);
}

/* The row of the longest prefix of `digits`; 0: none. */
static unsigned match(const struct prefixes *prefixes, const char *digits)
{
    char prefix[MATCH_MAX + 1];
    for (size_t length = MIN(strlen(digits), (size_t)MATCH_MAX); length > 0; length--) {
        memcpy(prefix, digits, length);
        prefix[length] = '\0';
        gpointer row = g_hash_table_lookup(prefixes->rows, prefix);
        if (row != NULL)
            return GPOINTER_TO_UINT(row);
    }
    return 0;
}

static unsigned number_in(const struct csv_table *table, unsigned row, unsigned column)
{
    return (unsigned)g_ascii_strtoull(csv_cell(table, row, column), NULL, 10);
}

static struct phone_plan verdict(enum phone_verdict verdict)
{
    return (struct phone_plan){.verdict = verdict};
}

static struct phone_plan mobile(const char *national)
{
    const struct prefixes *prefixes = &plan_tables()->mobile;
    unsigned row = match(prefixes, national);
    if (row == 0)
        return verdict(PHONE_UNKNOWN);
    const char *operator_name = csv_cell(prefixes->table, row, 1);
    struct phone_plan plan = {.verdict = PHONE_MOBILE};
    g_snprintf(plan.phone.e164, sizeof plan.phone.e164, "+84%s", national);
    plan.operator_name = operator_name[0] != '\0' ? operator_name : NULL;
    return plan;
}

static struct phone_plan old_mobile(const char *national)
{
    const struct prefixes *prefixes = &plan_tables()->migration;
    unsigned row = match(prefixes, national);
    if (row == 0)
        return verdict(PHONE_UNKNOWN);
    size_t old = strlen(csv_cell(prefixes->table, row, 0));
    g_autofree char *now = g_strconcat(csv_cell(prefixes->table, row, 1), national + old, NULL);
    struct phone_plan plan = mobile(now);
    if (plan.verdict == PHONE_MOBILE)
        plan.verdict = PHONE_MIGRATED;
    return plan;
}

static struct phone_plan fixed(const char *national)
{
    const struct prefixes *prefixes = &plan_tables()->fixed;
    unsigned row = match(prefixes, national);
    if (row == 0)
        return verdict(PHONE_UNKNOWN);
    size_t digits = strlen(csv_cell(prefixes->table, row, 0));
    digits += number_in(prefixes->table, row, 1);
    return verdict(strlen(national) == digits ? PHONE_FIXED : PHONE_DAMAGED);
}

static bool is_special(const char *digits)
{
    const struct prefixes *prefixes = &plan_tables()->special;
    unsigned row = match(prefixes, digits);
    size_t length = strlen(digits);
    return row != 0 && length >= number_in(prefixes->table, row, 1) &&
           length <= number_in(prefixes->table, row, 2);
}

/* The trunk 0 or the country code is known to have stood before it. */
static struct phone_plan national_number(const char *national)
{
    size_t length = strlen(national);
    switch (national[0]) {
    case '1':
        if (length == OLD_MOBILE_DIGITS)
            return old_mobile(national);
        return verdict(PHONE_DAMAGED);
    case '2':
        return fixed(national);
    case '3':
    case '5':
    case '7':
    case '8':
    case '9':
        if (length == MOBILE_DIGITS)
            return mobile(national);
        return verdict(PHONE_DAMAGED);
    case '4':
    case '6':
        return verdict(PHONE_UNKNOWN);
    default:
        return verdict(PHONE_DAMAGED);
    }
}

/* After the country code; people write the trunk 0 there too: +84(0)912… */
static struct phone_plan after_country(const char *rest)
{
    return national_number(rest[0] == '0' ? rest + 1 : rest);
}

static struct phone_plan with_zero(const char *digits);

static struct phone_plan international(const char *digits)
{
    size_t length = strlen(digits);
    if (g_str_has_prefix(digits, "84"))
        return after_country(digits + 2);
    if (digits[0] == '0') /* no country begins so: +0912…, +084912… */
        return with_zero(digits);
    bool possible = length >= FOREIGN_MIN && length <= FOREIGN_MAX;
    return verdict(possible ? PHONE_FOREIGN : PHONE_DAMAGED);
}

/* Identity cards of Hà Nội and four provinces begin like an international call: 00, the digit of
 * the province, one for sex and century, the year of birth, six more. Mobiles abroad are longer. */
static bool is_northern_identity(const char *digits)
{
    return strlen(digits) == IDENTITY_DIGITS && strchr("12468", digits[2]) != NULL &&
           strchr("0123", digits[3]) != NULL;
}

/* 084912000345 is a country code with a 0 too many; 084193001234 is somebody's identity card. */
static struct phone_plan twelve_with_zero(const char *digits)
{
    if (!g_str_has_prefix(digits, "084"))
        return verdict(PHONE_IDENTITY);
    struct phone_plan plan = national_number(digits + 3);
    return plan.operator_name != NULL ? plan : verdict(PHONE_IDENTITY);
}

static struct phone_plan with_zero(const char *digits)
{
    size_t length = strlen(digits);
    if (strspn(digits, "0") == length)
        return verdict(PHONE_EMPTY);
    if (digits[1] == '0' && is_northern_identity(digits))
        return verdict(PHONE_IDENTITY);
    if (digits[1] == '0')
        return length > SHORT_MAX ? international(digits + 2) : verdict(PHONE_DAMAGED);
    if (length == IDENTITY_DIGITS)
        return twelve_with_zero(digits);
    if (length == OLD_IDENTITY_DIGITS && strchr("1246", digits[1]) != NULL)
        return verdict(PHONE_IDENTITY);
    if (length > IDENTITY_DIGITS && g_str_has_prefix(digits, "084"))
        return after_country(digits + 3);
    return national_number(digits + 1);
}

static struct phone_plan restored(struct phone_plan plan)
{
    plan.zero_restored = plan.verdict == PHONE_MOBILE || plan.verdict == PHONE_MIGRATED;
    return plan;
}

static struct phone_plan nine_digits(const char *digits)
{
    if (strchr("35789", digits[0]) == NULL)
        return verdict(PHONE_IDENTITY);
    return restored(mobile(digits));
}

static struct phone_plan ten_digits(const char *digits)
{
    if (digits[0] == '1')
        return restored(old_mobile(digits));
    if (digits[0] == '2')
        return fixed(digits);
    return verdict(PHONE_DAMAGED);
}

/* Neither + nor 0 in front: a country code, a 0 that a spreadsheet ate, or no number of a person.
 */
static struct phone_plan bare(const char *digits)
{
    size_t length = strlen(digits);
    bool country = g_str_has_prefix(digits, "84");
    if (length < SHORT_MIN)
        return verdict(PHONE_DAMAGED);
    if (length <= SHORT_MAX || is_special(digits))
        return verdict(PHONE_SHORT);
    if (length == MOBILE_DIGITS)
        return nine_digits(digits);
    if (length == OLD_MOBILE_DIGITS)
        return ten_digits(digits);
    if (length > OLD_MOBILE_DIGITS && country) {
        struct phone_plan plan = after_country(digits + 2);
        bool number = plan.verdict != PHONE_DAMAGED && plan.verdict != PHONE_UNKNOWN;
        if (number || length < IDENTITY_DIGITS)
            return plan;
    }
    return verdict(length == IDENTITY_DIGITS ? PHONE_IDENTITY : PHONE_DAMAGED);
}

struct phone_plan phone_plan_read(const char *digits, bool plus)
{
    if (digits[0] == '\0')
        return verdict(PHONE_EMPTY);
    if (plus)
        return international(digits);
    if (digits[0] == '0')
        return with_zero(digits);
    return bare(digits);
}
