// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys of a telephone, mostly. "13" is option 13 or nothing: that 1 and 3 are meant must be seen
 * ("1 3"). Digits in groups of three are one number as by SMS (R19), unless they may be two. */
#include "campaigns/menu_input.h"

#include "campaigns/ballot.h"
#include "campaigns/text.h"

#include <string.h>

enum { KEY_DIGITS = 9 };

char *menu_input_key(const char *input)
{
    g_autofree char *valid = text_make_valid(input, -1);
    char *key = text_key_marked(valid);
    size_t length = strlen(key);
    while (length > 0 && strchr("#. ", key[length - 1]) != NULL)
        length--;
    key[length] = '\0';
    return key;
}

bool menu_input_is(const char *key, const char *wanted)
{
    return strcmp(key, wanted) == 0;
}

static bool is_digits(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length <= KEY_DIGITS && strspn(text, "0123456789") == length;
}

/* Single letters; longer ones are words, which the interpreter reads. */
static bool is_code(const char *code, const char *typed)
{
    bool letter = code[0] != '\0' && code[1] == '\0';
    return (letter || is_digits(code)) && g_ascii_strcasecmp(code, typed) == 0;
}

static int option_of(const struct menu_asked *asked, const char *typed)
{
    for (guint i = 0; i < asked->keys->len; i++)
        if (strcmp(asked->keys->pdata[i], typed) == 0)
            return (int)i;
    for (unsigned i = 0; i < asked->offered; i++)
        if (is_code(((const struct option_config *)asked->config->options->pdata[i])->code, typed))
            return (int)i;
    for (guint i = 0; is_digits(typed) && i < asked->keys->len; i++)
        if (g_ascii_strtoull(asked->keys->pdata[i], NULL, 10) == g_ascii_strtoull(typed, NULL, 10))
            return (int)i; /* "01" */
    return -1;
}

bool menu_input_options(const struct menu_asked *asked, const char *key, uint64_t *retchosen)
{
    bool several = asked->config->kind == QUESTION_CHOICES;
    g_auto(GStrv) pieces = g_strsplit_set(key, several ? " ,;+." : "", -1);
    uint64_t chosen = 0;
    unsigned count = 0, exclusive = 0;
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        if (*pieces[i] == '\0')
            continue;
        int option = option_of(asked, pieces[i]);
        if (option < 0)
            return false;
        const struct option_config *config = asked->config->options->pdata[option];
        bool again = (chosen >> option & 1) != 0;
        chosen |= (uint64_t)1 << option;
        count += !again;
        exclusive += !again && config->exclusive;
    }
    *retchosen = chosen;
    return count > 0 && (exclusive == 0 || count == 1);
}

/* As a person in an office would type it, for a question of these fields alone. */
static unsigned read_fields(const struct menu_asked *asked, unsigned part, unsigned count,
                            const char *text, int64_t *retnumber)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    struct question_config question = {.kind = QUESTION_NUMBERS, .fields = fields};
    struct ballot ballot;
    for (unsigned i = 0; i < count; i++)
        g_ptr_array_add(fields, asked->config->fields->pdata[part + i]);
    g_autofree char *typed = ballot_typed(&question, text);
    if (typed == NULL || !ballot_parse(&question, typed, &ballot))
        return 0;
    for (unsigned i = 0; i < count; i++) {
        if (ballot.number[i] > MENU_NUMBER_MOST)
            return 0;
        retnumber[i] = ballot.number[i];
    }
    return count;
}

unsigned menu_input_numbers(const struct menu_asked *asked, unsigned part, const char *key,
                            int64_t *retnumber)
{
    unsigned left = MIN(asked->config->fields->len, BALLOT_NUMBERS_MAX) - part;
    g_autofree char *tight = g_strdelimit(g_strdup(key), " ", '.');
    int64_t one, all[BALLOT_NUMBERS_MAX];
    bool single = read_fields(asked, part, 1, tight, &one) == 1;
    bool several = left > 1 && read_fields(asked, part, left, key, all) == left;
    if (single == several)
        return 0;
    if (single)
        *retnumber = one;
    else
        memcpy(retnumber, all, left * sizeof *all);
    return single ? 1 : left;
}

bool menu_input_count(const char *key, int64_t *retnumber)
{
    if (!is_digits(key))
        return false;
    *retnumber = g_ascii_strtoll(key, NULL, 10);
    return true;
}

bool menu_input_yes(const char *key, bool *retyes)
{
    static const char *const yes[] = {"1", "co", NULL}, *const no[] = {"2", "khong", "ko", "k",
                                                                       NULL};
    g_autofree char *plain = text_key_unmarked(key);
    *retyes = g_strv_contains(yes, plain);
    return *retyes || g_strv_contains(no, plain);
}

bool menu_input_place(const char *key, unsigned count, unsigned *retplace)
{
    guint64 number = is_digits(key) ? g_ascii_strtoull(key, NULL, 10) : 0;
    *retplace = (unsigned)number - 1;
    return number >= 1 && number <= count;
}
