// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of figures: options by units, and what was done of a plan. Every cell is a figure of the
 * tally; percentages of answers are of those who answered. */
#include "campaigns/sheet_work.h"

#include "campaigns/figure.h"
#include "campaigns/tally_figures.h"

#include <string.h>

/* A campaign of several questions has a set of columns for each. */
static void add_heading(const struct tally *tally, const struct tally_question *question,
                        struct sheet *sheet, const char *words, enum sheet_type type)
{
    g_autofree char *heading = tally->total.questions->len > 1
                                   ? g_strconcat("[", question->id, "] ", words, NULL)
                                   : g_strdup(words);
    sheet_column(sheet, heading, type);
}

static void add_columns(struct sheet *sheet, const struct tally *tally,
                        const struct tally_question *question)
{
    add_heading(tally, question, sheet, "Đã trả lời", SHEET_INTEGER);
    add_heading(tally, question, sheet, "Tỷ lệ trả lời", SHEET_PERCENT);
    add_heading(tally, question, sheet, "Không trả lời", SHEET_INTEGER);
    for (unsigned i = 0; i < question->options->len; i++) {
        const struct tally_option *option = question->options->pdata[i];
        g_autofree char *label = *option->label == '\0'
                                     ? g_strdup(option->code)
                                     : g_strconcat(option->code, " – ", option->label, NULL);
        g_autofree char *share = g_strconcat(option->code, " (%)", NULL);
        add_heading(tally, question, sheet, label, SHEET_INTEGER);
        add_heading(tally, question, sheet, share, SHEET_PERCENT);
    }
    for (unsigned i = 0; i < question->fields->len; i++) {
        const struct tally_field *field = question->fields->pdata[i];
        bool heads = question->kind == QUESTION_HEADCOUNT;
        const char *name = *field->label == '\0' ? field->name : field->label;
        g_autofree char *label = g_strconcat("Tổng ", heads ? "số người" : name, NULL);
        add_heading(tally, question, sheet, label, SHEET_INTEGER);
    }
    if (question->other > 0)
        add_heading(tally, question, sheet, "Khác", SHEET_INTEGER);
}

/* `pattern`: the question of the total, whose columns these are. */
static void put_question(struct sheet *sheet, const struct tally_question *pattern,
                         const struct tally_figures *figures)
{
    const struct tally_question *question =
        figures->questions == NULL ? NULL : tally_figures_question(figures, pattern->id);
    int64_t answered = question == NULL ? 0 : question->answered;
    sheet_put_count(sheet, answered);
    sheet_put_percent(sheet, answered, figures->base);
    sheet_put_count(sheet, question == NULL ? figures->base : question->no_answer);
    for (unsigned i = 0; i < pattern->options->len; i++) {
        const struct tally_option *option = question == NULL ? NULL : question->options->pdata[i];
        int64_t count = option == NULL ? 0 : option->count;
        sheet_put_count(sheet, count);
        /* Add-ons may come alone, and are no answer then. */
        const struct tally_option *named = pattern->options->pdata[i];
        sheet_put_percent(sheet, count, named->addon ? figures->base : answered);
    }
    for (unsigned i = 0; i < pattern->fields->len; i++) {
        const struct tally_field *field = question == NULL ? NULL : question->fields->pdata[i];
        if (field != NULL && field->overflow)
            sheet_put_nothing(sheet);
        else
            sheet_put_count(sheet, field == NULL ? 0 : field->sum);
    }
    if (pattern->other > 0)
        sheet_put_count(sheet, question == NULL ? 0 : question->other);
}

static void put_unit(struct sheet *sheet, const struct tally *tally, const char *code,
                     const char *name, const struct tally_figures *figures)
{
    sheet_put_text(sheet, name);
    sheet_put_text(sheet, code);
    sheet_put_count(sheet, figures->base);
    for (unsigned i = 0; i < tally->total.questions->len; i++)
        put_question(sheet, tally->total.questions->pdata[i], figures);
}

static void note_tally(struct sheet *sheet, const struct tally *tally)
{
    const char *voices = sheet_voices(tally->count_by);
    sheet_note_poll(sheet);
    sheet_note(sheet, "Đơn vị tính: %s. Mỗi đơn vị gồm cả các đơn vị trực thuộc.", voices);
    sheet_note(sheet,
               "Tỷ lệ trả lời tính trên số được hỏi; tỷ lệ của từng lựa chọn tính trên số đã "
               "trả lời.");
    bool several = false, addons = false;
    for (unsigned i = 0; i < tally->total.questions->len; i++) {
        const struct tally_question *question = tally->total.questions->pdata[i];
        several = several || question->kind == QUESTION_CHOICES;
        for (unsigned o = 0; o < question->options->len; o++)
            addons = addons || ((const struct tally_option *)question->options->pdata[o])->addon;
    }
    if (addons)
        sheet_note(sheet, "Tỷ lệ của mục nhắn kèm (có thể nhắn riêng) tính trên số được hỏi.");
    if (several)
        sheet_note(sheet, "Được chọn nhiều mục: các tỷ lệ cộng lại có thể vượt 100 %%.");
}

bool sheet_fill_tally(struct sheet_work *work, GError **error)
{
    struct tally *tally = sheet_tally(work, NULL, error);
    if (tally == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    unsigned first = 0, end = 0;
    const struct tally_figures *total = sheet_tally_units(work, tally, &first, &end);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Mã", SHEET_TEXT);
    sheet_column(sheet, "Số được hỏi", SHEET_INTEGER);
    for (unsigned i = 0; i < tally->total.questions->len; i++)
        add_columns(sheet, tally, tally->total.questions->pdata[i]);
    for (unsigned i = first; i < end; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        sheet_row(sheet, SHEET_ROW, unit->depth);
        put_unit(sheet, tally, unit->code, sheet_unit_label(unit->code, unit->name), &unit->all);
    }
    sheet_row(sheet, SHEET_TOTAL, 0);
    put_unit(sheet, tally, NULL, "Tổng cộng", total);
    note_tally(sheet, tally);
    tally_free(tally);
    return true;
}

/* ---- plan and done ---- */

static void put_plan(struct sheet *sheet, const char *code, const char *name,
                     const struct tally_figures *figures, bool of_total)
{
    bool planned = figures->target.plan > 0;
    sheet_put_text(sheet, name);
    sheet_put_text(sheet, code);
    if (planned || of_total)
        sheet_put_count(sheet, figures->target.plan);
    else
        sheet_put_nothing(sheet);
    sheet_put_count(sheet, figures->target.done);
    sheet_put_percent(sheet, figures->target.done, figures->target.plan);
    if (planned)
        sheet_put_count(sheet, MAX(figures->target.plan - figures->target.done, 0));
}

static void note_plan(struct sheet_work *work, int count_by)
{
    char **options = work->campaign.target.options;
    if (options == NULL || options[0] == NULL) {
        sheet_note(work->sheet, "Đợt tin này không đặt kế hoạch.");
        return;
    }
    g_autofree char *chosen = g_strjoinv(", ", options);
    sheet_note(work->sheet, "Thực hiện: số %s đã chọn %s. Tỷ lệ: thực hiện so với kế hoạch.",
               sheet_voices(count_by), chosen);
}

bool sheet_fill_plan(struct sheet_work *work, GError **error)
{
    struct tally *tally = sheet_tally(work, NULL, error);
    if (tally == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    unsigned first = 0, end = 0;
    const struct tally_figures *total = sheet_tally_units(work, tally, &first, &end);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Mã", SHEET_TEXT);
    sheet_column(sheet, "Kế hoạch", SHEET_INTEGER);
    sheet_column(sheet, "Thực hiện", SHEET_INTEGER);
    sheet_column(sheet, "Tỷ lệ", SHEET_PERCENT);
    sheet_column(sheet, "Còn thiếu", SHEET_INTEGER);
    for (unsigned i = first; i < end; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        sheet_row(sheet, SHEET_ROW, unit->depth);
        put_plan(sheet, unit->code, sheet_unit_label(unit->code, unit->name), &unit->all, false);
    }
    sheet_row(sheet, SHEET_TOTAL, 0);
    put_plan(sheet, NULL, "Tổng cộng", total, true);
    note_plan(work, tally->count_by);
    sheet_note_poll(sheet);
    tally_free(tally);
    return true;
}
