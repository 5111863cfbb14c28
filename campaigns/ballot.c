// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of an answer, read and written, and the rule which of many counts. Every answer goes
 * through one form, struct ballot, so that "3,1" and "1, 3" are the same text. Knows no store. */
#include "campaigns/ballot.h"

#include "campaigns/reply.h"
#include "campaigns/text.h"

#include <string.h>

static const char count_name[] = "count";

/* --- Parts of an answer --------------------------------------------------------------------- */

static bool is_choice(const struct question_config *question)
{
    return question->kind == QUESTION_CHOICE || question->kind == QUESTION_CHOICES;
}

static unsigned length_of(const GPtrArray *list)
{
    return list == NULL ? 0 : list->len;
}

const struct option_config *ballot_option(const struct question_config *question, unsigned place)
{
    unsigned options = length_of(question->options);
    if (place < options)
        return question->options->pdata[place];
    g_assert(place - options < length_of(question->addons));
    return question->addons->pdata[place - options];
}

static unsigned places_of(const struct question_config *question)
{
    return MIN(length_of(question->options) + length_of(question->addons), BALLOT_CODES_MAX);
}

/* How many numbers an answer has. */
static unsigned numbers_of(const struct question_config *question)
{
    if (question->kind == QUESTION_HEADCOUNT)
        return 1;
    return question->kind == QUESTION_NUMBERS ? MIN(length_of(question->fields), BALLOT_NUMBERS_MAX)
                                              : 0;
}

static const char *name_of(const struct question_config *question, unsigned number)
{
    if (question->kind == QUESTION_HEADCOUNT)
        return count_name;
    return ((const struct field_config *)question->fields->pdata[number])->name;
}

/* Kept in the order of the file; chosen twice is chosen once. */
static void choose(struct ballot *ballot, unsigned place, unsigned options)
{
    unsigned at = 0;
    while (at < ballot->count && ballot->chosen[at] < place)
        at++;
    if (at < ballot->count && ballot->chosen[at] == place)
        return;
    memmove(&ballot->chosen[at + 1], &ballot->chosen[at],
            (ballot->count - at) * sizeof ballot->chosen[0]);
    ballot->chosen[at] = place;
    ballot->count++;
    ballot->vote = ballot->vote || place < options;
}

/* --- Text ----------------------------------------------------------------------------------- */

static int place_of(const struct question_config *question, const char *code, size_t length)
{
    unsigned places = places_of(question);
    for (unsigned i = 0; i < places; i++) {
        const char *own = ballot_option(question, i)->code;
        if (strncmp(own, code, length) == 0 && own[length] == '\0')
            return (int)i;
    }
    return -1;
}

static bool parse_codes(const struct question_config *question, const char *code,
                        struct ballot *ballot)
{
    while (*code != '\0') {
        size_t length = strcspn(code, ",");
        int place = place_of(question, code, length);
        if (place < 0)
            return false;
        choose(ballot, (unsigned)place, length_of(question->options));
        code += length;
        code += *code == ',';
    }
    return ballot->count > 0;
}

static bool parse_numbers(const struct question_config *question, const char *code,
                          struct ballot *ballot)
{
    unsigned wanted = numbers_of(question);
    for (unsigned i = 0; i < wanted; i++) {
        const char *name = name_of(question, i);
        size_t length = strlen(name);
        char *end = NULL;
        if (strncmp(code, name, length) != 0 || code[length] != '=')
            return false;
        ballot->number[i] = g_ascii_strtoll(code + length + 1, &end, 10);
        if (end == code + length + 1 || *end != (i + 1 < wanted ? ',' : '\0'))
            return false;
        code = end + 1;
    }
    ballot->numbers = wanted;
    ballot->vote = wanted > 0;
    return ballot->vote;
}

bool ballot_parse(const struct question_config *question, const char *code,
                  struct ballot *retballot)
{
    struct ballot ballot = {0};
    bool parsed = false;
    switch ((enum question_kind)question->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        parsed = parse_codes(question, code, &ballot);
        break;
    case QUESTION_NUMBERS:
    case QUESTION_HEADCOUNT:
        parsed = parse_numbers(question, code, &ballot);
        break;
    case QUESTION_TEXT:
        ballot.text = code;
        ballot.vote = parsed = *code != '\0';
        break;
    }
    *retballot = parsed ? ballot : (struct ballot){0};
    return parsed;
}

char *ballot_format(const struct question_config *question, const struct ballot *ballot)
{
    if (ballot->text != NULL)
        return g_strdup(ballot->text);
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < ballot->count; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ",",
                               ballot_option(question, ballot->chosen[i])->code);
    for (unsigned i = 0; i < ballot->numbers; i++)
        g_string_append_printf(out, "%s%s=%" G_GINT64_FORMAT, i == 0 ? "" : ",",
                               name_of(question, i), ballot->number[i]);
    return g_string_free(out, FALSE);
}

char *ballot_said(const struct question_config *question, const struct reply_answer *answer)
{
    struct ballot ballot = {0};
    if (question->kind == QUESTION_TEXT)
        return g_strdup(answer->codes != NULL && answer->codes[0] != NULL ? answer->codes[0] : "");
    for (unsigned i = 0; answer->codes != NULL && answer->codes[i] != NULL; i++) {
        int place = place_of(question, answer->codes[i], strlen(answer->codes[i]));
        if (place >= 0)
            choose(&ballot, (unsigned)place, length_of(question->options));
    }
    ballot.numbers = MIN(answer->number_count, numbers_of(question));
    for (unsigned i = 0; i < ballot.numbers; i++)
        ballot.number[i] = answer->numbers[i].value;
    return ballot_format(question, &ballot);
}

/* --- What a person types -------------------------------------------------------------------- */

static bool is_code(const char *own, const char *typed)
{
    g_autofree char *wanted = text_key_marked(typed), *key = text_key_marked(own);
    return g_str_equal(key, wanted);
}

static bool choose_typed(const struct question_config *question, const char *typed,
                         struct ballot *ballot)
{
    unsigned places = places_of(question), before = ballot->count;
    for (unsigned i = 0; i < places; i++) {
        if (!is_code(ballot_option(question, i)->code, typed))
            continue;
        choose(ballot, i, length_of(question->options));
        return ballot->count > before; /* the same twice is a slip */
    }
    return false;
}

static bool type_codes(const struct question_config *question, const char *text,
                       struct ballot *ballot)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, ",;+ ", -1);
    for (unsigned i = 0; pieces[i] != NULL; i++)
        if (*pieces[i] != '\0' && !choose_typed(question, pieces[i], ballot))
            return false;
    unsigned options = 0, exclusive = 0;
    for (unsigned i = 0; i < ballot->count; i++) {
        bool option = ballot->chosen[i] < length_of(question->options);
        options += option;
        exclusive += option && ballot_option(question, ballot->chosen[i])->exclusive;
    }
    bool too_many = options > 1 && (question->kind == QUESTION_CHOICE || exclusive > 0);
    return ballot->count > 0 && !too_many;
}

/* Digits; '.' and ',' only between groups of three (R19). */
static bool type_number(const char *text, int64_t *retnumber)
{
    g_auto(GStrv) groups = g_strsplit_set(text, ".,", -1);
    g_autoptr(GString) digits = g_string_new(NULL);
    for (unsigned i = 0; groups[i] != NULL; i++) {
        size_t length = strlen(groups[i]);
        bool grouped = groups[1] != NULL;
        if (grouped && (i == 0 ? length < 1 || length > 3 : length != 3))
            return false;
        g_string_append(digits, groups[i]);
    }
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(digits->str, 10, 0, G_MAXINT64, &number, NULL))
        return false;
    *retnumber = (int64_t)number;
    return true;
}

static bool type_in_order(char *const *pieces, unsigned wanted, struct ballot *ballot)
{
    unsigned count = 0;
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        g_autofree char *piece = g_strdup(pieces[i]);
        if (g_str_has_suffix(piece, ","))
            piece[strlen(piece) - 1] = '\0';
        if (*piece == '\0')
            continue;
        if (count == wanted || !type_number(piece, &ballot->number[count++]))
            return false;
    }
    return count == wanted;
}

static bool type_named(const struct question_config *question, char *const *pieces,
                       struct ballot *ballot)
{
    unsigned wanted = numbers_of(question), known = 0;
    for (unsigned i = 0; pieces[i] != NULL; i++) {
        const char *equals = strchr(pieces[i], '=');
        if (*pieces[i] == '\0')
            continue;
        unsigned at = 0;
        while (equals != NULL && at < wanted &&
               (strlen(name_of(question, at)) != (size_t)(equals - pieces[i]) ||
                g_ascii_strncasecmp(name_of(question, at), pieces[i],
                                    (size_t)(equals - pieces[i])) != 0))
            at++;
        if (equals == NULL || at == wanted || (known & 1U << at) != 0 ||
            !type_number(equals + 1, &ballot->number[at]))
            return false;
        known |= 1U << at;
    }
    return known == (1U << wanted) - 1;
}

static bool type_numbers(const struct question_config *question, const char *text,
                         struct ballot *ballot)
{
    unsigned wanted = numbers_of(question);
    g_auto(GStrv) blanks = g_strsplit_set(text, " ;\t\n", -1);
    g_auto(GStrv) commas = g_strsplit_set(text, ", ;\t\n", -1);
    bool typed = strchr(text, '=') != NULL ? type_named(question, commas, ballot)
                                           : type_in_order(blanks, wanted, ballot) ||
                                                 type_in_order(commas, wanted, ballot);
    ballot->numbers = wanted;
    return typed && wanted > 0;
}

char *ballot_typed(const struct question_config *question, const char *text)
{
    struct ballot ballot = {0};
    g_autofree char *bare = g_strstrip(g_strdup(text));
    if (*bare == '\0')
        return NULL;
    if (question->kind == QUESTION_TEXT)
        return g_steal_pointer(&bare);
    bool typed = is_choice(question) ? type_codes(question, bare, &ballot)
                                     : type_numbers(question, bare, &ballot);
    return typed ? ballot_format(question, &ballot) : NULL;
}

/* --- One after the other -------------------------------------------------------------------- */

char *ballot_step(const struct question_config *question, const char *standing, const char *said)
{
    struct ballot before, now;
    bool stands = *standing != '\0' && ballot_parse(question, standing, &before);
    if (!stands || !is_choice(question) || !ballot_parse(question, said, &now) ||
        (now.vote && before.vote))
        return g_strdup(said);
    for (unsigned i = 0; i < now.count; i++)
        choose(&before, now.chosen[i], length_of(question->options));
    return ballot_format(question, &before);
}

static int compare_versions(gconstpointer a, gconstpointer b)
{
    const struct ballot_version *x = *(const struct ballot_version *const *)a;
    const struct ballot_version *y = *(const struct ballot_version *const *)b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1) : (x->id > y->id) - (x->id < y->id);
}

/* A person decided later what that reply says. */
static bool is_overruled(const struct ballot_version *version,
                         const struct ballot_version *versions, unsigned count)
{
    for (unsigned i = 0; i < count && version->reply_id != 0; i++)
        if (versions[i].reply_id == version->reply_id && versions[i].id > version->id)
            return true;
    return false;
}

static bool takes_away(const struct ballot_version *version)
{
    return version->said[0] == '\0';
}

char *ballot_stand(const struct question_config *question, const struct ballot_version *versions,
                   unsigned count, int *retplace)
{
    g_autofree const struct ballot_version **order =
        g_new(const struct ballot_version *, count + 1);
    const struct ballot_version *stands = NULL, *taken = NULL;
    char *code = g_strdup("");
    for (unsigned i = 0; i < count; i++)
        order[i] = &versions[i];
    qsort(order, count, sizeof *order, compare_versions);
    for (unsigned i = 0; i < count; i++) {
        const struct ballot_version *version = order[i];
        bool empty = takes_away(version);
        if (empty && (taken == NULL || version->id > taken->id))
            taken = version;
        if (is_overruled(version, versions, count) || (empty && version->reply_id != 0))
            continue;
        char *next = ballot_step(question, code, version->said);
        g_free(code);
        code = next;
        stands = empty ? NULL : version;
    }
    const struct ballot_version *place = stands != NULL ? stands : taken;
    *retplace = place == NULL ? -1 : (int)(place - versions);
    return code;
}
