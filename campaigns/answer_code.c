// SPDX-License-Identifier: GPL-2.0-or-later
/* Splits what a person typed into answers. A question needs its name only where the code fits
 * several; free text always needs it, or every slip would be an answer. */
#include "campaigns/answer_code.h"

#include "campaigns/answer.h"
#include "campaigns/ballot.h"

#include <string.h>

static void clear_code(gpointer code)
{
    g_free(((struct answer_code *)code)->said);
}

/* The question whose name and "=" stand at the beginning; `retrest` is what follows. */
static const struct question_config *named(const struct campaign_config *campaign, const char *text,
                                           const char **retrest)
{
    while (g_ascii_isspace(*text))
        text++;
    for (unsigned i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        size_t length = strlen(question->id);
        if (g_ascii_strncasecmp(question->id, text, length) != 0 || text[length] != '=')
            continue;
        *retrest = text + length + 1;
        return question;
    }
    return NULL;
}

/* Up to the ";" behind which another question is named. */
static char *next_piece(const struct campaign_config *campaign, const char **at)
{
    const char *start = *at, *rest = NULL;
    for (const char *end = start; *end != '\0'; end++) {
        if (*end != ';' || named(campaign, end + 1, &rest) == NULL)
            continue;
        *at = end + 1;
        return g_strndup(start, (gsize)(end - start));
    }
    *at = start + strlen(start);
    return g_strdup(start);
}

/* A keyword sets a question apart for people who answer, and for those who decide too. */
static bool has_open(const struct campaign_config *campaign)
{
    for (unsigned i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        if (question->kind != QUESTION_TEXT && question->keyword == NULL)
            return true;
    }
    return false;
}

/* The only question the code fits, of those that wait for no keyword if there are any. */
static bool find_only(const struct campaign_config *campaign, const char *text,
                      struct answer_code *code)
{
    bool several = false, open = has_open(campaign);
    for (unsigned i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        if (question->kind == QUESTION_TEXT || (open && question->keyword != NULL))
            continue;
        char *said = ballot_typed(question, text);
        if (said == NULL)
            continue;
        several = several || code->said != NULL;
        g_free(code->said);
        *code = (struct answer_code){question, said};
    }
    return code->said != NULL && !several;
}

static void add_example(GString *out, const struct question_config *question)
{
    g_string_append_printf(out, "%s%s=", out->len > 0 ? ", " : "", question->id);
    switch ((enum question_kind)question->kind) {
    case QUESTION_CHOICE:
    case QUESTION_CHOICES:
        for (unsigned i = 0; i < question->options->len; i++)
            g_string_append_printf(
                out, "%s%s", i == 0 ? "" : "|",
                ((const struct option_config *)question->options->pdata[i])->code);
        break;
    case QUESTION_NUMBERS:
        for (unsigned i = 0; i < question->fields->len; i++)
            g_string_append_printf(out, "%s<%s>", i == 0 ? "" : " ",
                                   ((const struct field_config *)question->fields->pdata[i])->name);
        break;
    case QUESTION_HEADCOUNT:
        g_string_append(out, "<count>");
        break;
    case QUESTION_TEXT:
        g_string_append(out, "<text>");
        break;
    }
}

static void refuse(const struct campaign_config *campaign, const char *text, GError **error)
{
    g_autoptr(GString) examples = g_string_new(NULL);
    for (unsigned i = 0; i < campaign->questions->len; i++)
        add_example(examples, campaign->questions->pdata[i]);
    g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_CODE,
                "\"%s\" is no answer to a question of campaign %s, or to several: it asks %s", text,
                campaign->code, examples->len > 0 ? examples->str : "nothing");
}

static bool is_there(const GArray *codes, const struct question_config *question)
{
    for (unsigned i = 0; i < codes->len; i++)
        if (g_array_index(codes, struct answer_code, i).question == question)
            return true;
    return false;
}

static bool add_piece(const struct campaign_config *campaign, const char *piece, GArray *codes)
{
    struct answer_code code = {0};
    const char *rest = NULL;
    code.question = named(campaign, piece, &rest);
    if (code.question != NULL)
        code.said = ballot_typed(code.question, rest);
    else if (!find_only(campaign, piece, &code))
        g_clear_pointer(&code.said, g_free);
    if (code.said == NULL || is_there(codes, code.question)) {
        g_free(code.said);
        return false;
    }
    g_array_append_val(codes, code);
    return true;
}

GArray *answer_code_read(const struct campaign_config *campaign, const char *text, GError **error)
{
    GArray *codes = g_array_new(FALSE, FALSE, sizeof(struct answer_code));
    g_array_set_clear_func(codes, clear_code);
    const char *at = text;
    bool read = true;
    while (read && (*at != '\0' || codes->len == 0)) {
        g_autofree char *piece = next_piece(campaign, &at);
        read = add_piece(campaign, piece, codes);
    }
    if (read)
        return codes;
    refuse(campaign, text, error);
    g_array_unref(codes);
    return NULL;
}
