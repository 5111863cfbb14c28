// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of a unit or of all: which questions they hold, and how two are added. Sums of what
 * people report are kept in 64 bits; one that does not fit is marked, never wrapped. */
#include "campaigns/tally_figures.h"

#include "campaigns/figure.h"

static void free_option(gpointer data)
{
    struct tally_option *option = data;
    g_free(option->code);
    g_free(option->label);
    g_free(option);
}

static void free_field(gpointer data)
{
    struct tally_field *field = data;
    g_free(field->name);
    g_free(field->label);
    g_free(field);
}

static void free_question(gpointer data)
{
    struct tally_question *question = data;
    g_free(question->id);
    g_ptr_array_unref(question->options);
    g_ptr_array_unref(question->fields);
    g_free(question);
}

void tally_figures_clear(struct tally_figures *figures)
{
    if (figures->questions != NULL)
        g_ptr_array_unref(figures->questions);
    *figures = (struct tally_figures){0};
}

static struct tally_question *add_question(struct tally_figures *figures, const char *id, int kind)
{
    struct tally_question *question = g_new0(struct tally_question, 1);
    question->id = g_strdup(id);
    question->kind = kind;
    question->options = g_ptr_array_new_with_free_func(free_option);
    question->fields = g_ptr_array_new_with_free_func(free_field);
    g_ptr_array_add(figures->questions, question);
    return question;
}

struct tally_option *tally_question_add_option(struct tally_question *question, const char *code,
                                               const char *label, bool addon)
{
    struct tally_option *option = g_new0(struct tally_option, 1);
    option->code = g_strdup(code);
    option->label = g_strdup(label == NULL ? "" : label);
    option->addon = addon;
    g_ptr_array_add(question->options, option);
    return option;
}

struct tally_field *tally_question_add_field(struct tally_question *question, const char *name,
                                             const char *label)
{
    struct tally_field *field = g_new0(struct tally_field, 1);
    field->name = g_strdup(name);
    field->label = g_strdup(label == NULL ? "" : label);
    g_ptr_array_add(question->fields, field);
    return field;
}

struct tally_question *tally_figures_question(const struct tally_figures *figures, const char *id)
{
    for (unsigned i = 0; i < figures->questions->len; i++) {
        struct tally_question *question = figures->questions->pdata[i];
        if (g_str_equal(question->id, id))
            return question;
    }
    return NULL;
}

struct tally_question *tally_figures_add_gone(struct tally_figures *figures, const char *id)
{
    struct tally_question *question = add_question(figures, id, QUESTION_TEXT);
    question->gone = true;
    return question;
}

static void list_options(struct tally_question *question, const GPtrArray *options, bool addons)
{
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        tally_question_add_option(question, option->code, option->label, addons);
    }
}

void tally_figures_open(struct tally_figures *figures, const struct campaign_config *config)
{
    *figures = (struct tally_figures){.questions = g_ptr_array_new_with_free_func(free_question)};
    for (unsigned i = 0; config->questions != NULL && i < config->questions->len; i++) {
        const struct question_config *asked = config->questions->pdata[i];
        struct tally_question *question = add_question(figures, asked->id, asked->kind);
        list_options(question, asked->options, false);
        list_options(question, asked->addons, true);
        for (unsigned f = 0; asked->fields != NULL && f < asked->fields->len; f++) {
            const struct field_config *field = asked->fields->pdata[f];
            tally_question_add_field(question, field->name, field->label);
        }
        if (asked->kind == QUESTION_HEADCOUNT)
            tally_question_add_field(question, "count", NULL);
    }
}

static struct tally_question *question_like(struct tally_figures *figures,
                                            const struct tally_question *pattern)
{
    struct tally_question *question = add_question(figures, pattern->id, pattern->kind);
    question->gone = pattern->gone;
    for (unsigned i = 0; i < pattern->options->len; i++) {
        const struct tally_option *option = pattern->options->pdata[i];
        tally_question_add_option(question, option->code, option->label, option->addon);
    }
    for (unsigned i = 0; i < pattern->fields->len; i++) {
        const struct tally_field *field = pattern->fields->pdata[i];
        tally_question_add_field(question, field->name, field->label);
    }
    return question;
}

void tally_figures_like(struct tally_figures *figures, const struct tally_figures *pattern)
{
    *figures = (struct tally_figures){.questions = g_ptr_array_new_with_free_func(free_question)};
    for (unsigned i = 0; pattern != NULL && i < pattern->questions->len; i++)
        question_like(figures, pattern->questions->pdata[i]);
}

void tally_field_add(struct tally_field *field, int64_t number, int64_t given)
{
    field->given += given;
    field->overflow = field->overflow || !figure_add(&field->sum, number);
    if (field->overflow)
        field->sum = 0;
}

/* Both were opened alike. */
static void add_question_figures(struct tally_question *into, const struct tally_question *from)
{
    g_assert(into->options->len == from->options->len && into->fields->len == from->fields->len);
    into->answered += from->answered;
    into->other += from->other;
    for (unsigned i = 0; i < from->options->len; i++) {
        const struct tally_option *option = from->options->pdata[i];
        ((struct tally_option *)into->options->pdata[i])->count += option->count;
    }
    for (unsigned i = 0; i < from->fields->len; i++) {
        const struct tally_field *field = from->fields->pdata[i];
        struct tally_field *sum = into->fields->pdata[i];
        sum->overflow = sum->overflow || field->overflow;
        tally_field_add(sum, field->sum, field->given);
    }
}

void tally_figures_add(struct tally_figures *sum, const struct tally_figures *more)
{
    sum->persons += more->persons;
    sum->households += more->households;
    sum->contacts += more->contacts;
    sum->no_phone += more->no_phone;
    sum->base += more->base;
    for (unsigned i = 0; i < MESSAGE_STATES; i++)
        sum->messages[i] += more->messages[i];
    sum->coverage.base += more->coverage.base;
    sum->coverage.reached += more->coverage.reached;
    sum->target.done += more->target.done;
    sum->unclear += more->unclear;
    sum->opinions += more->opinions;
    sum->optouts += more->optouts;
    sum->replies += more->replies;
    g_assert(sum->questions->len == more->questions->len);
    for (unsigned i = 0; i < sum->questions->len; i++)
        add_question_figures(sum->questions->pdata[i], more->questions->pdata[i]);
}

void tally_figures_close(struct tally_figures *figures)
{
    for (unsigned i = 0; i < figures->questions->len; i++) {
        struct tally_question *question = figures->questions->pdata[i];
        question->no_answer = figures->base - question->answered;
    }
}
