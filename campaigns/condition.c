// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads conditions and tries them on the values of persons. Words are compared folded, as people
 * type them; numbers as Vietnam writes them: "1.200" is twelve hundred, "1,5" one and a half. */
#include "campaigns/condition.h"

#include "campaigns/store/audience.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK(loa - condition - error, condition_error)

/* Longer signs first. */
static const struct {
    const char *sign;
    enum attribute_is is;
} signs[] = {
    {"!=", IS_OTHER}, {">=", IS_LEAST}, {"<=", IS_MOST}, {"≥", IS_LEAST}, {"≤", IS_MOST},
    {"≠", IS_OTHER},  {"=", IS_EQUAL},  {">", IS_MORE},  {"<", IS_LESS},
};

static bool is_sex(const char *name)
{
    return g_str_equal(name, "gioi_tinh") || g_str_equal(name, "sex");
}

static bool is_age(const char *name)
{
    return g_str_equal(name, "tuoi") || g_str_equal(name, "age");
}

static bool is_birth_year(const char *name)
{
    return g_str_equal(name, "nam_sinh") || g_str_equal(name, "birth_year");
}

void condition_free(struct condition *condition)
{
    if (condition == NULL)
        return;
    g_free(condition->name);
    g_strfreev(condition->keys);
    g_free(condition);
}

/* "12", "1.200", "1 200", "12,5", "-3"; nothing else. */
static bool read_number(const char *text, double *retnumber)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    const char *at = stripped;
    if (*at == '-')
        g_string_append_c(digits, *at++);
    size_t first = strspn(at, "0123456789");
    g_string_append_len(digits, at, (gssize)first);
    at += first;
    while (first > 0 && first <= 3 && (*at == '.' || *at == ' ') &&
           strspn(at + 1, "0123456789") == 3) {
        g_string_append_len(digits, at + 1, 3);
        at += 4;
    }
    if (first > 0 && (*at == ',' || *at == '.') && g_ascii_isdigit(at[1])) {
        size_t fraction = strspn(at + 1, "0123456789");
        g_string_append_c(digits, '.');
        g_string_append_len(digits, at + 1, (gssize)fraction);
        at += 1 + fraction;
    }
    if (first == 0 || *at != '\0')
        return false;
    *retnumber = g_ascii_strtod(digits->str, NULL);
    return true;
}

static char **fold_values(char *const *values)
{
    g_autoptr(GStrvBuilder) keys = g_strv_builder_new();
    for (unsigned i = 0; values != NULL && values[i] != NULL; i++) {
        g_autofree char *key = text_key_unmarked(values[i]);
        g_strv_builder_add(keys, key);
    }
    return g_strv_builder_end(keys);
}

static const char *find_sign(const char *text, size_t *retlength, enum attribute_is *retis)
{
    for (const char *at = text; *at != '\0'; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
            if (!g_str_has_prefix(at, signs[i].sign))
                continue;
            *retlength = strlen(signs[i].sign);
            *retis = signs[i].is;
            return at;
        }
    }
    return NULL;
}

struct condition *condition_read(const char *text, GError **error)
{
    size_t length = 0;
    enum attribute_is is = IS_EQUAL;
    bool valid = g_utf8_validate(text, -1, NULL);
    const char *sign = valid ? find_sign(text, &length, &is) : NULL;
    g_autofree char *attribute = sign == NULL ? NULL : g_strndup(text, (gsize)(sign - text));
    g_autofree char *name = attribute == NULL ? NULL : template_fold(attribute);
    if (name == NULL || name[0] == '\0') {
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_SYNTAX,
                    "“%s” is no condition: write a column, one of = != >= > <= <, and a value, as "
                    "in “doan_vien=x” or “tuoi>=18”",
                    valid ? text : "");
        return NULL;
    }
    bool words = is == IS_EQUAL || is == IS_OTHER;
    double number = 0;
    if (!words && !read_number(sign + length, &number)) {
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_SYNTAX,
                    "“%s”: more and less compare numbers, and “%s” is none", text, sign + length);
        return NULL;
    }
    /* "doan_vien=": who has nothing there */
    const char *after = sign[length] == '\0' ? " " : sign + length;
    g_auto(GStrv) values = g_strsplit(after, "|", -1);
    struct condition *condition = g_new0(struct condition, 1);
    condition->name = g_steal_pointer(&name);
    condition->keys = fold_values(values);
    condition->is = is;
    condition->number = number;
    return condition;
}

struct condition *condition_of(const struct attribute_config *attribute, GError **error)
{
    double number = 0;
    enum attribute_is is = (enum attribute_is)attribute->is;
    bool words = is == IS_EQUAL || is == IS_OTHER;
    bool single = attribute->values != NULL && g_strv_length(attribute->values) == 1;
    if (!words && (!single || !read_number(attribute->values[0], &number))) {
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_SYNTAX,
                    "more and less compare “%s” with one number", attribute->attribute);
        return NULL;
    }
    struct condition *condition = g_new0(struct condition, 1);
    condition->name = template_fold(attribute->attribute);
    condition->keys = fold_values(attribute->values);
    condition->is = is;
    condition->number = number;
    return condition;
}

bool condition_knows(struct store *store, const char *name, bool *retknown, GError **error)
{
    *retknown = is_sex(name) || is_age(name) || is_birth_year(name);
    return *retknown || store_audience_knows(store, name, retknown, error);
}

/* NULL: the birth is not known, or is not yet. */
static char *age_on(const char *birth, const char *today)
{
    if (strlen(birth) < 4 || today == NULL)
        return NULL;
    int age = atoi(today) - atoi(birth);
    bool full = strlen(birth) == strlen(today);
    if (full && strcmp(birth + 4, today + 4) > 0)
        age--;
    return age < 0 ? NULL : g_strdup_printf("%d", age);
}

/* Sex and birth are columns of their own in the store, but attributes like others to people. */
bool condition_value(struct store *store, const struct recipient *person, const char *name,
                     const char *today, char **retvalue, GError **error)
{
    const char *birth = person->birth == NULL ? "" : person->birth;
    if (is_age(name) && today != NULL) {
        *retvalue = age_on(birth, today);
        return true;
    }
    if (!store_audience_attribute(store, person->person_id, name, retvalue, error))
        return false;
    if (*retvalue == NULL && is_sex(name))
        *retvalue = g_strdup(person->sex == SEX_MALE     ? "Nam"
                             : person->sex == SEX_FEMALE ? "Nữ"
                                                         : "");
    if (*retvalue == NULL && is_birth_year(name) && strlen(birth) >= 4)
        *retvalue = g_strndup(birth, 4);
    return true;
}

static bool compare(const struct condition *condition, const char *value)
{
    double number = 0;
    if (!read_number(value, &number))
        return false;
    switch (condition->is) {
    case IS_LEAST:
        return number >= condition->number;
    case IS_MORE:
        return number > condition->number;
    case IS_MOST:
        return number <= condition->number;
    case IS_LESS:
        return number < condition->number;
    case IS_EQUAL:
    case IS_OTHER:
        break;
    }
    g_assert_not_reached();
}

bool condition_holds(const struct condition *condition, const char *value)
{
    const char *said = value == NULL ? "" : value;
    if (condition->is != IS_EQUAL && condition->is != IS_OTHER)
        return compare(condition, said);
    if (value == NULL && (is_age(condition->name) || is_birth_year(condition->name)))
        return false;
    g_autofree char *key = text_key_unmarked(said);
    bool equal = g_strv_contains((const char *const *)condition->keys, key);
    return equal == (condition->is == IS_EQUAL);
}
