// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes the text of an answer apart: "1,3,TV", "dot=81,luot=35420", "count=2", or free text. What a
 * question of today does not know counts as "other": nothing that was said is lost. */
#include "campaigns/tally_said.h"

#include "campaigns/tally_figures.h"

#include <string.h>

enum { PIECE_MAX = 64 };

/* The next piece between commas, as a text of its own; false at the end. */
struct piece {
    char text[PIECE_MAX]; /* cut: then it equals no code */
    const char *rest;
};

static bool next_piece(struct piece *piece)
{
    if (piece->rest == NULL || *piece->rest == '\0')
        return false;
    size_t length = strcspn(piece->rest, ",");
    g_strlcpy(piece->text, piece->rest, MIN(length + 1, sizeof piece->text));
    piece->rest += length + (piece->rest[length] == ',');
    return true;
}

static struct tally_option *find_option(const struct tally_question *question, const char *code)
{
    for (unsigned i = 0; i < question->options->len; i++) {
        struct tally_option *option = question->options->pdata[i];
        if (g_str_equal(option->code, code))
            return option;
    }
    return NULL;
}

/* "luot=35420" */
static bool add_number(struct tally_question *question, char *piece)
{
    char *equals = strchr(piece, '=');
    gint64 number = 0;
    if (equals == NULL ||
        !g_ascii_string_to_signed(equals + 1, 10, INT64_MIN, INT64_MAX, &number, NULL))
        return false;
    *equals = '\0';
    for (unsigned i = 0; i < question->fields->len; i++) {
        struct tally_field *field = question->fields->pdata[i];
        if (g_str_equal(field->name, piece)) {
            tally_field_add(field, number, 1);
            return true;
        }
    }
    return false;
}

bool tally_said_addons(const struct tally_question *question, const char *code)
{
    struct piece piece = {.rest = code};
    bool any = false;
    while (question->kind != QUESTION_TEXT && next_piece(&piece)) {
        const struct tally_option *option = find_option(question, piece.text);
        if (option == NULL || !option->addon)
            return false;
        any = true;
    }
    return any;
}

static bool holds(const char *codes, const char *code)
{
    struct piece piece = {.rest = codes};
    while (next_piece(&piece))
        if (g_str_equal(piece.text, code))
            return true;
    return false;
}

char *tally_said_join(const char *before, const char *code)
{
    GString *joined = g_string_new(before);
    struct piece piece = {.rest = code};
    while (next_piece(&piece))
        if (!holds(before, piece.text))
            g_string_append_printf(joined, "%s%s", joined->len == 0 ? "" : ",", piece.text);
    return g_string_free(joined, FALSE);
}

static void add_addons(struct tally_question *question, const char *vote, const char *addons)
{
    struct piece piece = {.rest = addons};
    while (next_piece(&piece)) {
        struct tally_option *option = find_option(question, piece.text);
        if (option != NULL && option->addon && !holds(vote, piece.text))
            option->count++;
    }
}

bool tally_said_add(struct tally_question *question, const char *vote, const char *addons)
{
    bool answer = false, other = false;
    if (question->kind == QUESTION_TEXT) {
        answer = *vote != '\0';
        other = answer && question->gone;
    } else {
        struct piece piece = {.rest = vote};
        while (next_piece(&piece)) {
            struct tally_option *option = find_option(question, piece.text);
            bool known = option != NULL || add_number(question, piece.text);
            if (option != NULL)
                option->count++;
            other = other || !known;
            answer = answer || option == NULL || !option->addon;
        }
        add_addons(question, vote, addons);
    }
    question->answered += answer;
    question->other += other;
    return answer;
}

bool tally_said_any(const struct tally_question *question, const char *vote, char *const *codes)
{
    struct piece piece = {.rest = vote};
    while (question->kind != QUESTION_TEXT && next_piece(&piece)) {
        for (unsigned i = 0; codes != NULL && codes[i] != NULL; i++)
            if (g_ascii_strcasecmp(codes[i], piece.text) == 0)
                return true;
    }
    return false;
}
