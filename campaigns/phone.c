// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the numbers in what people write into one cell: groups of digits are joined across blanks,
 * dots and dashes as long as that makes a number, so that "0912-000-345" is one and
 * "0912000345-0987000111" two. What a string of digits means is phone_plan's business. */
#include "campaigns/phone.h"

#include "campaigns/phone_plan.h"
#include "campaigns/text.h"

#include <string.h>

enum {
    DIGITS_MAX = 24,  /* longer joins cannot be a number */
    FLOAT_MIN = 8,    /* digits before ".0" that make it a spreadsheet's float */
    FRAGMENT_MAX = 2, /* "(2 con)": digits of a remark */
    SENDER_SHORT_MAX = 6,
};

enum gap {
    GAP_SOFT,  /* blanks, dots, dashes: may stand inside a number */
    GAP_COMMA, /* between numbers, or in 912,000,345 */
    GAP_HARD,
};

struct group {
    size_t start, end; /* bytes of the cell, with its + */
    char digits[DIGITS_MAX + 1];
    bool plus;
    bool lost;    /* 9.12E+08 */
    enum gap gap; /* before it */
};

static const struct {
    const char *name, *sentence;
} verdicts[] = {
    [PHONE_MOBILE] = {"mobile", "a mobile number"},
    [PHONE_MIGRATED] = {"migrated", "a mobile number of before 2018, converted to its new prefix"},
    [PHONE_EMPTY] = {"empty", "no number is given"},
    [PHONE_FIXED] = {"fixed", "a landline cannot receive SMS: invite in person"},
    [PHONE_SHORT] = {"short", "a short code or service number, not a person's"},
    [PHONE_DAMAGED] = {"damaged", "too few or too many digits, or digits lost by a spreadsheet: "
                                  "look up the number"},
    [PHONE_IDENTITY] = {"identity", "an identity card number in the place of a phone number"},
    [PHONE_UNKNOWN] = {"unknown", "no Vietnamese mobile or landline begins like this"},
    [PHONE_FOREIGN] = {"foreign", "a number of another country"},
};

const char *phone_verdict_name(enum phone_verdict verdict)
{
    return verdicts[verdict].name;
}

const char *phone_verdict_sentence(enum phone_verdict verdict)
{
    return verdicts[verdict].sentence;
}

/* --- Groups of digits ----------------------------------------------------------------------- */

static void add_digits(struct group *group, const char *digits, size_t count)
{
    size_t have = strlen(group->digits), room = DIGITS_MAX - have;
    memcpy(group->digits + have, digits, MIN(count, room));
    group->digits[have + MIN(count, room)] = '\0';
}

/* "9.12000345E+08" still holds all its digits, "9.12E+08" does not. Returns its length, or 0. */
static size_t take_exponent(const char *at, struct group *retgroup)
{
    size_t whole = strspn(at, "0123456789");
    size_t point = whole == 1 && (at[1] == '.' || at[1] == ',') ? 1 : 0;
    size_t fraction = point > 0 ? strspn(at + whole + 1, "0123456789") : 0;
    const char *mark = at + whole + point + fraction;
    if (whole != 1 || *mark != 'e')
        return 0;
    const char *power = mark + 1 + (mark[1] == '+');
    size_t power_digits = strspn(power, "0123456789");
    if (power_digits == 0 || power_digits > 2 || g_ascii_isalpha(power[power_digits]))
        return 0;
    add_digits(retgroup, at, 1);
    add_digits(retgroup, at + 2, fraction);
    retgroup->lost = g_ascii_strtoull(power, NULL, 10) != fraction;
    return (size_t)(power + power_digits - at);
}

/* The ".0" that a spreadsheet leaves on a number which it took for one. */
static size_t float_tail(const char *at, size_t digits)
{
    if (digits < FLOAT_MIN || (at[0] != '.' && at[0] != ','))
        return 0;
    size_t zeros = strspn(at + 1, "0");
    bool ends = zeros >= 1 && zeros <= 2 && !g_ascii_isdigit(at[1 + zeros]);
    return ends ? 1 + zeros : 0;
}

static enum gap widen(enum gap gap, gunichar c)
{
    if (c == ',')
        return MAX(gap, GAP_COMMA);
    GUnicodeType type = g_unichar_type(c);
    bool dash = type == G_UNICODE_DASH_PUNCTUATION || c == 0x2212;
    bool soft = c == ' ' || dash || (c < 0x80 && strchr(".()[]'\"`_*", (int)c) != NULL);
    return soft || c == 0x2019 ? gap : GAP_HARD;
}

static GArray *find_groups(const char *text)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct group));
    enum gap gap = GAP_SOFT;
    for (const char *at = text; *at != '\0';) {
        bool plus = *at == '+' && g_ascii_isdigit(at[1]);
        if (!plus && !g_ascii_isdigit(*at)) {
            gap = widen(gap, g_utf8_get_char(at));
            at = g_utf8_next_char(at);
            continue;
        }
        struct group group = {.start = (size_t)(at - text), .plus = plus};
        group.gap = plus ? GAP_HARD : gap;
        at += plus;
        size_t length = take_exponent(at, &group);
        if (length == 0) {
            length = strspn(at, "0123456789");
            add_digits(&group, at, length);
            length += float_tail(at + length, length);
        }
        at += length;
        group.end = (size_t)(at - text);
        g_array_append_val(groups, group);
        gap = GAP_SOFT;
    }
    return groups;
}

/* --- Groups to numbers ---------------------------------------------------------------------- */

struct reader {
    const char *text;
    const struct group *groups;
    guint count;
    enum gap joins; /* the widest gap that may stand inside a number */
    GPtrArray *readings;
};

static bool is_usable(enum phone_verdict verdict)
{
    return verdict == PHONE_MOBILE || verdict == PHONE_MIGRATED;
}

static bool is_number(enum phone_verdict verdict)
{
    return is_usable(verdict) || verdict == PHONE_FIXED;
}

/* Groups `from` … `to` - 1 as one number. */
static struct phone_plan join(const struct reader *reader, guint from, guint to)
{
    char digits[DIGITS_MAX + 1] = "";
    for (guint i = from; i < to; i++) {
        if (reader->groups[i].lost)
            return (struct phone_plan){.verdict = PHONE_DAMAGED};
        g_strlcat(digits, reader->groups[i].digits, sizeof digits);
    }
    return phone_plan_read(digits, reader->groups[from].plus);
}

static void add_reading(const struct reader *reader, guint from, guint to)
{
    struct phone_plan plan = join(reader, from, to);
    struct phone_reading *reading = g_new0(struct phone_reading, 1);
    size_t start = reader->groups[from].start, end = reader->groups[to - 1].end;
    *reading = (struct phone_reading){
        .verdict = plan.verdict,
        .phone = plan.phone,
        .zero_restored = plan.zero_restored,
        .operator_name = plan.operator_name,
        .written = g_strndup(reader->text + start, end - start),
    };
    g_ptr_array_add(reader->readings, reading);
}

/* The longest join from `from` on, inside the run that ends at `end`, that makes a number; `from`
 * when there is none. */
static guint longest_number(const struct reader *reader, guint from, guint end)
{
    guint best = from;
    size_t digits = 0;
    for (guint to = from + 1; to <= end; to++) {
        digits += strlen(reader->groups[to - 1].digits);
        if (digits >= DIGITS_MAX)
            break;
        if (is_number(join(reader, from, to).verdict))
            best = to;
    }
    return best;
}

/* In the middle of digits that are no number, nine more do not become one: +856 20 912 000 345. */
static bool may_begin(const struct group *group, bool after_rest)
{
    return !after_rest || group->plus || group->digits[0] == '0' ||
           g_str_has_prefix(group->digits, "84");
}

static void read_run(const struct reader *reader, guint from, guint end)
{
    guint rest = from; /* first group that belongs to no number yet */
    bool abroad = reader->groups[from].plus || g_str_has_prefix(reader->groups[from].digits, "00");
    for (guint at = from; at < end;) {
        bool begins = may_begin(&reader->groups[at], rest < at) && !(abroad && rest < at);
        guint to = begins ? longest_number(reader, at, end) : at;
        if (to == at) {
            at++;
            continue;
        }
        if (rest < at)
            add_reading(reader, rest, at);
        add_reading(reader, at, to);
        at = rest = to;
        abroad = false;
    }
    if (rest < end)
        add_reading(reader, rest, end);
}

static GPtrArray *read_groups(const char *text, const GArray *groups, enum gap joins)
{
    struct reader reader = {.text = text,
                            .groups = (const struct group *)(const void *)groups->data,
                            .count = groups->len,
                            .joins = joins,
                            .readings =
                                g_ptr_array_new_with_free_func((GDestroyNotify)phone_reading_free)};
    for (guint from = 0; from < reader.count;) {
        guint end = from + 1;
        while (end < reader.count && reader.groups[end].gap <= joins)
            end++;
        read_run(&reader, from, end);
        from = end;
    }
    return reader.readings;
}

static bool any_number(const GPtrArray *readings)
{
    for (guint i = 0; i < readings->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(readings, i);
        if (is_number(reading->verdict))
            return true;
    }
    return false;
}

static bool has_letters(const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_isalpha(g_utf8_get_char(at)))
            return true;
    return false;
}

static void drop_fragments(GPtrArray *readings)
{
    for (guint i = readings->len; i-- > 0;) {
        const struct phone_reading *reading = g_ptr_array_index(readings, i);
        bool fragment = strlen(reading->written) <= FRAGMENT_MAX;
        if (fragment && !is_number(reading->verdict))
            g_ptr_array_remove_index(readings, i);
    }
}

GPtrArray *phone_read_cell(const char *cell)
{
    g_autofree char *lines = g_strdelimit(g_strdup(cell), "\r\n\t", ';');
    g_autofree char *text = text_key_marked(lines);
    g_autoptr(GArray) groups = find_groups(text);
    GPtrArray *readings = read_groups(text, groups, GAP_SOFT);
    if (!any_number(readings) && strchr(text, ',') != NULL) {
        GPtrArray *joined = read_groups(text, groups, GAP_COMMA);
        bool better = any_number(joined);
        g_ptr_array_unref(better ? readings : joined);
        readings = better ? joined : readings;
    }
    if (any_number(readings) || has_letters(text))
        drop_fragments(readings);
    if (readings->len == 0) {
        struct phone_reading *none = g_new0(struct phone_reading, 1);
        none->verdict = PHONE_EMPTY;
        none->written = g_strstrip(g_strdup(cell));
        g_ptr_array_add(readings, none);
    }
    return readings;
}

void phone_reading_free(struct phone_reading *reading)
{
    if (reading == NULL)
        return;
    g_free(reading->written);
    g_free(reading);
}

bool phone_read(const char *text, struct phone *retphone, enum phone_verdict *retverdict)
{
    g_autoptr(GPtrArray) readings = phone_read_cell(text);
    const struct phone_reading *first = g_ptr_array_index(readings, 0);
    for (guint i = 0; i < readings->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(readings, i);
        if (!is_usable(reading->verdict))
            continue;
        *retphone = reading->phone;
        *retverdict = reading->verdict;
        return true;
    }
    *retverdict = first->verdict;
    return false;
}

bool phone_read_sender(const char *sender, struct phone *retphone)
{
    bool plus = sender[0] == '+';
    const char *digits = sender + plus;
    size_t length = strlen(digits);
    bool all_digits = length > 0 && strspn(digits, "0123456789") == length;
    if (!all_digits || length <= SENDER_SHORT_MAX || length > PHONE_SIZE - 2)
        return false;
    struct phone_plan plan = phone_plan_read(digits, plus);
    if (is_usable(plan.verdict)) {
        *retphone = plan.phone;
        return true;
    }
    if (plan.verdict == PHONE_SHORT || plan.verdict == PHONE_EMPTY)
        return false;
    /* A landline or another country's: nobody of the roster, but a person all the same. */
    bool abroad = plus || digits[0] != '0';
    const char *rest = abroad ? digits : digits + 1;
    if (g_str_has_prefix(digits, "00")) {
        abroad = true;
        rest = digits + 2;
    }
    struct phone phone;
    int size = g_snprintf(phone.e164, sizeof phone.e164, "+%s%s", abroad ? "" : "84", rest);
    if (size >= PHONE_SIZE)
        return false;
    *retphone = phone;
    return true;
}

const char *phone_mask(const struct phone *phone, char *retmasked)
{
    enum { HEAD = 5, TAIL = 3, STARS = 4 };
    size_t length = strlen(phone->e164);
    if (length < HEAD + TAIL + 1)
        g_strlcpy(retmasked, "****", PHONE_SIZE);
    else
        g_snprintf(retmasked, PHONE_SIZE, "%.*s%.*s%s", HEAD, phone->e164, STARS, "****",
                   phone->e164 + length - TAIL);
    return retmasked;
}
