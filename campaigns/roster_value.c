// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the values of single cells. A birthday in doubt is left out rather than guessed; what is
 * guessed (two-digit years, serial days of a spreadsheet, month before day) is told. */
#include "campaigns/roster_value.h"

#include "campaigns/text.h"

#include <string.h>

enum {
    YEAR_MIN = 1900,
    YEAR_MAX = 2100,
    SHORT_YEAR_PIVOT = 25, /* 25 and below are of this century */
    SERIAL_MIN = 10000,    /* 18/5/1927 */
    SERIAL_MAX = 60000,
    NUMBERS_MAX = 8,
};

/* --- Names ---------------------------------------------------------------------------------- */

bool roster_name_is_capitals(const char *name)
{
    unsigned upper = 0;
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_islower(c))
            return false;
        upper += g_unichar_isupper(c) ? 1 : 0;
    }
    return upper >= 2;
}

static char *title_case(const char *name)
{
    GString *titled = g_string_sized_new(strlen(name));
    bool start = true;
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(titled, start ? g_unichar_toupper(c) : g_unichar_tolower(c));
        start = !g_unichar_isalnum(c); /* H'Mông, Giàng A-Páo */
    }
    return g_string_free(titled, FALSE);
}

static bool has_capital(const char *name)
{
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_isupper(g_utf8_get_char(at)))
            return true;
    return false;
}

/* Old fonts have no Ú and no Á: "Bùi Xuân út". Particles of other languages are ASCII and stay. */
static char *raise_initials(const char *name)
{
    GString *raised = g_string_sized_new(strlen(name));
    bool start = true;
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        g_string_append_unichar(raised, start && c > 0x7F ? g_unichar_toupper(c) : c);
        start = c == ' ';
    }
    return g_string_free(raised, FALSE);
}

char *roster_name_read(const char *cell)
{
    g_autofree char *composed = g_utf8_normalize(cell, -1, G_NORMALIZE_NFC);
    GString *clean = g_string_sized_new(strlen(composed));
    for (const char *at = composed; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        GUnicodeType type = g_unichar_type(c);
        bool blank = g_unichar_isspace(c) || type == G_UNICODE_CONTROL;
        if (blank && clean->len > 0 && clean->str[clean->len - 1] != ' ')
            g_string_append_c(clean, ' ');
        else if (!blank && type != G_UNICODE_FORMAT)
            g_string_append_unichar(clean, c);
    }
    if (clean->len > 0 && clean->str[clean->len - 1] == ' ')
        g_string_truncate(clean, clean->len - 1);
    g_autofree char *name = g_string_free(clean, FALSE);
    bool one_case = roster_name_is_capitals(name) || !has_capital(name);
    return one_case ? title_case(name) : raise_initials(name);
}

bool roster_names_agree(const char *one, const char *other)
{
    if (text_is_ascii(one) || text_is_ascii(other))
        return true;
    g_autofree char *first = text_key_marked(one);
    g_autofree char *second = text_key_marked(other);
    return g_str_equal(first, second);
}

/* --- Birthdays ------------------------------------------------------------------------------ */

struct numbers {
    unsigned count;
    unsigned value[NUMBERS_MAX], digits[NUMBERS_MAX];
};

static struct numbers find_numbers(const char *text)
{
    struct numbers numbers = {0};
    while (*text != '\0' && numbers.count < NUMBERS_MAX) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0) {
            text++;
            continue;
        }
        numbers.value[numbers.count] = digits > 8 ? 0 : (unsigned)g_ascii_strtoull(text, NULL, 10);
        numbers.digits[numbers.count++] = (unsigned)digits;
        text += digits;
    }
    return numbers;
}

static bool full_year(unsigned value, unsigned digits, unsigned *retyear)
{
    unsigned year = value;
    if (digits == 2)
        year += value <= SHORT_YEAR_PIVOT ? 2000 : 1900;
    else if (digits != 4)
        return false;
    if (year < YEAR_MIN || year > YEAR_MAX)
        return false;
    *retyear = year;
    return true;
}

static bool valid_date(unsigned day, unsigned month, unsigned year)
{
    return day <= 31 && month <= 12 &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

/* Excel counts days from 30/12/1899. */
static char *serial_date(unsigned days)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, 30, G_DATE_DECEMBER, 1899);
    g_date_add_days(&date, days);
    return g_strdup_printf("%04u-%02u-%02u", g_date_get_year(&date),
                           (unsigned)g_date_get_month(&date), g_date_get_day(&date));
}

static bool day_month_year(const struct numbers *numbers, char **retbirth, bool *retguessed)
{
    bool year_first = numbers->digits[0] == 4;
    unsigned last = year_first ? 0 : 2, first = year_first ? 2 : 0, year;
    if (!full_year(numbers->value[last], numbers->digits[last], &year))
        return false;
    unsigned day = numbers->value[first], month = numbers->value[1];
    *retguessed = numbers->digits[last] == 2;
    if (!valid_date(day, month, year) && valid_date(month, day, year)) {
        unsigned swap = day;
        day = month;
        month = swap;
        *retguessed = true;
    }
    if (!valid_date(day, month, year))
        return false;
    *retbirth = g_strdup_printf("%04u-%02u-%02u", year, month, day);
    return true;
}

static bool one_number(const struct numbers *numbers, char **retbirth, bool *retguessed)
{
    unsigned value = numbers->value[0], digits = numbers->digits[0], year;
    *retguessed = digits != 4;
    if (digits == 5 && value >= SERIAL_MIN && value <= SERIAL_MAX) {
        *retbirth = serial_date(value);
        return true;
    }
    if (digits == 8) {
        struct numbers split = {
            3, {value / 1000000, value / 10000 % 100, value % 10000}, {2, 2, 4}};
        return day_month_year(&split, retbirth, retguessed);
    }
    if (!full_year(value, digits, &year))
        return false;
    *retbirth = g_strdup_printf("%u", year);
    return true;
}

bool roster_birth_read(const char *cell, char **retbirth, char **retnote)
{
    g_autofree char *text = text_key_unmarked(cell);
    *retbirth = NULL;
    *retnote = NULL;
    if (text[0] == '\0' || g_str_equal(text, "-"))
        return true;
    struct numbers numbers = find_numbers(text);
    bool is_float = numbers.count == 2 && numbers.value[1] == 0 && numbers.digits[0] >= 4;
    if (is_float)
        numbers.count = 1;
    bool guessed = false, read = false;
    unsigned year;
    if (numbers.count == 1) {
        read = one_number(&numbers, retbirth, &guessed);
    } else if (numbers.count == 2 && numbers.value[0] >= 1 && numbers.value[0] <= 12 &&
               full_year(numbers.value[1], numbers.digits[1], &year)) {
        *retbirth = g_strdup_printf("%u", year);
        read = guessed = true;
    } else if (numbers.count >= 3) {
        read = day_month_year(&numbers, retbirth, &guessed);
    }
    if (read && guessed)
        *retnote = g_strdup_printf("birth \"%s\" read as %s", text, *retbirth);
    return read;
}

bool roster_births_agree(const char *one, const char *other)
{
    if (one == NULL || other == NULL)
        return true;
    return strncmp(one, other, MIN(strlen(one), strlen(other))) == 0;
}

/* --- Sex ------------------------------------------------------------------------------------ */

enum sex roster_sex_read(const char *cell)
{
    static const struct {
        const char *word;
        enum sex sex;
    } words[] = {
        {"nam", SEX_MALE}, {"nu", SEX_FEMALE}, {"male", SEX_MALE}, {"female", SEX_FEMALE},
        {"m", SEX_MALE},   {"f", SEX_FEMALE},  {"trai", SEX_MALE}, {"gai", SEX_FEMALE},
        {"ong", SEX_MALE}, {"ba", SEX_FEMALE},
    };
    g_autofree char *key = text_key_unmarked(cell);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i].word, key))
            return words[i].sex;
    return SEX_UNKNOWN;
}
