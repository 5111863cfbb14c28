// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of names: who comes to which session, who wants which class or advice, who has not
 * answered. Each list says the figure of the tally that it adds up to. */
#include "campaigns/sheet_names.h"

#include "campaigns/figure.h"
#include "campaigns/tally_figures.h"

#include <string.h>

/* What a list is of: one option or add-on of one question. */
struct choice {
    const struct question_config *question;
    const char *code, *label;
    bool refusal; /* "no", or nothing of all */
    bool addon;
    int64_t count; /* of the tally, within the unit */
};

static int64_t count_of(const struct tally_figures *figures, const char *question_id,
                        const char *code)
{
    const struct tally_question *question =
        figures->questions == NULL ? NULL : tally_figures_question(figures, question_id);
    for (unsigned i = 0; question != NULL && i < question->options->len; i++) {
        const struct tally_option *option = question->options->pdata[i];
        if (strcmp(option->code, code) == 0)
            return option->count;
    }
    return 0;
}

static void add_choices(GArray *choices, const struct question_config *question,
                        const GPtrArray *options, const struct tally_figures *figures)
{
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        struct choice choice = {
            .question = question,
            .code = option->code,
            .label = option->label,
            .refusal = option->exclusive || option->sense == SENSE_NO,
            .addon = options == question->addons,
            .count = count_of(figures, question->id, option->code),
        };
        g_array_append_val(choices, choice);
    }
}

/* Those that are asked for by code; else all but refusals. */
static GArray *find_choices(const struct sheet_work *work, const struct tally *tally,
                            GError **error)
{
    const char *wanted = work->request->option;
    unsigned first = 0, end = 0;
    const struct tally_figures *figures = sheet_tally_units(work, tally, &first, &end);
    g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(struct choice));
    const GPtrArray *questions = work->campaign.questions;
    for (unsigned i = 0; questions != NULL && i < questions->len; i++) {
        const struct question_config *question = questions->pdata[i];
        add_choices(choices, question, question->options, figures);
        add_choices(choices, question, question->addons, figures);
    }
    for (unsigned i = choices->len; i-- > 0;) {
        const struct choice *choice = &g_array_index(choices, struct choice, i);
        bool kept =
            wanted == NULL ? !choice->refusal : g_ascii_strcasecmp(choice->code, wanted) == 0;
        if (!kept)
            g_array_remove_index(choices, i);
    }
    if (choices->len > 0 || wanted == NULL)
        return g_steal_pointer(&choices);
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "campaign %s has no option \"%s\"",
                work->request->campaign->code, wanted);
    return NULL;
}

static char *choice_text(const struct choice *choice)
{
    return *choice->label == '\0' ? g_strdup(choice->code)
                                  : g_strconcat(choice->code, " – ", choice->label, NULL);
}

/* ---- attendance ---- */

static const struct question_config *headcount_of(const struct sheet_work *work)
{
    const GPtrArray *questions = work->campaign.questions;
    for (unsigned i = 0; questions != NULL && i < questions->len; i++) {
        const struct question_config *question = questions->pdata[i];
        if (question->kind == QUESTION_HEADCOUNT)
            return question;
    }
    return NULL;
}

/* Who names no number comes alone. */
static int64_t heads_of(const struct sheet_voice *voice)
{
    return voice->heads >= 0 ? voice->heads : 1;
}

struct listing {
    const struct sheet_work *work;
    const struct sheet_names *names;
    const struct choice *choice; /* NULL: a head count alone */
    int64_t listed, heads;
    bool too_many; /* heads do not fit into 64 bits */
};

static bool belongs(const struct listing *listing, const struct sheet_voice *voice)
{
    return listing->choice == NULL
               ? voice->heads > 0
               : sheet_voice_chose(voice, listing->choice->question->id, listing->choice->code);
}

static bool put_guest(struct listing *listing, const struct sheet_voice *voice, GError **error)
{
    struct sheet *sheet = listing->work->sheet;
    struct coverage_face face = {0};
    if (!sheet_voice_face(listing->work, voice, &face, error))
        return false;
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_count(sheet, ++listing->listed);
    sheet_put_text(sheet, face.name);
    sheet_put_text(sheet, sheet_unit_label(voice->place->code, voice->place->name));
    sheet_put_count(sheet, heads_of(voice));
    listing->too_many = listing->too_many || !figure_add(&listing->heads, heads_of(voice));
    coverage_face_clear(&face);
    return true;
}

static bool put_guests(struct listing *listing, const char *title, int64_t count, GError **error)
{
    const GPtrArray *voices = listing->names->voices;
    struct sheet *sheet = listing->work->sheet;
    unsigned place = G_MAXUINT;
    for (unsigned i = 0; i < voices->len; i++) {
        const struct sheet_voice *voice = voices->pdata[i];
        if (!belongs(listing, voice))
            continue;
        if (voice->place->index != place)
            sheet_section(sheet, "%s: %s", title,
                          sheet_unit_label(voice->place->code, voice->place->name));
        place = voice->place->index;
        if (!put_guest(listing, voice, error))
            return false;
    }
    g_autofree char *total = g_strconcat("Cộng ", title, NULL);
    if (listing->listed == 0)
        sheet_section(sheet, "%s", title);
    sheet_row(sheet, SHEET_TOTAL, 0);
    sheet_put_count(sheet, count);
    sheet_put_text(sheet, total);
    sheet_put_nothing(sheet);
    if (listing->too_many)
        sheet_put_nothing(sheet);
    else
        sheet_put_count(sheet, listing->heads);
    return true;
}

static bool put_sessions(const struct sheet_work *work, const struct sheet_names *names,
                         GError **error)
{
    g_autoptr(GArray) choices = find_choices(work, names->tally, error);
    if (choices == NULL)
        return false;
    for (unsigned i = 0; i < choices->len; i++) {
        const struct choice *choice = &g_array_index(choices, struct choice, i);
        struct listing listing = {work, names, choice, 0, 0, false};
        g_autofree char *title = choice_text(choice);
        if (choice->addon && work->request->option == NULL)
            continue; /* no session */
        if (!put_guests(&listing, title, choice->count, error))
            return false;
    }
    if (choices->len > 0)
        return true;
    struct listing listing = {work, names, NULL, 0, 0, false};
    int64_t count = 0;
    for (unsigned i = 0; i < names->voices->len; i++)
        count += belongs(&listing, names->voices->pdata[i]);
    return put_guests(&listing, "Tham dự", count, error);
}

bool sheet_fill_attendance(struct sheet_work *work, GError **error)
{
    struct sheet_names *names = sheet_names_new(work, error);
    if (names == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    sheet_column(sheet, "STT", SHEET_INTEGER);
    sheet_column(sheet, "Họ và tên", SHEET_TEXT);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Số người dự", SHEET_INTEGER);
    sheet_column(sheet, "Ký tên", SHEET_TEXT);
    bool put = put_sessions(work, names, error);
    sheet_note(sheet, "Dòng cộng ghi số %s đã chọn và tổng số người dự.",
               sheet_voices(work->campaign.count_by));
    if (headcount_of(work) != NULL)
        sheet_note(sheet, "Ai không nhắn số người thì tính là một người.");
    sheet_names_free(names);
    return put;
}

/* ---- classes ---- */

static bool put_pupil(struct listing *listing, const struct sheet_voice *voice, GError **error)
{
    struct sheet *sheet = listing->work->sheet;
    struct coverage_face face = {0};
    if (!sheet_voice_face(listing->work, voice, &face, error))
        return false;
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_count(sheet, ++listing->listed);
    sheet_put_text(sheet, face.name);
    sheet_put_text(sheet, sheet_unit_label(voice->place->code, voice->place->name));
    sheet_put_phone(sheet, face.phone);
    coverage_face_clear(&face);
    return true;
}

static bool put_class(struct listing *listing, GError **error)
{
    const struct choice *choice = listing->choice;
    g_autofree char *title = choice_text(choice), *count = figure_count(choice->count);
    struct sheet *sheet = listing->work->sheet;
    sheet_section(sheet, "%s: %s %s", title, count, sheet_voices(listing->work->campaign.count_by));
    for (unsigned i = 0; i < listing->names->voices->len; i++) {
        const struct sheet_voice *voice = listing->names->voices->pdata[i];
        if (belongs(listing, voice) && !put_pupil(listing, voice, error))
            return false;
    }
    g_autofree char *total = g_strconcat("Cộng ", title, NULL);
    sheet_row(sheet, SHEET_TOTAL, 0);
    sheet_put_count(sheet, choice->count);
    sheet_put_text(sheet, total);
    return true;
}

static bool put_classes(const struct sheet_work *work, const struct sheet_names *names,
                        const GArray *choices, GError **error)
{
    g_autoptr(GString) few = g_string_new(NULL);
    for (unsigned i = 0; i < choices->len; i++) {
        const struct choice *choice = &g_array_index(choices, struct choice, i);
        g_autofree char *title = choice_text(choice), *count = figure_count(choice->count);
        struct listing listing = {work, names, choice, 0, 0, false};
        if (choice->count < work->request->minimum)
            g_string_append_printf(few, "%s%s (%s)", few->len > 0 ? "; " : "", title, count);
        else if (!put_class(&listing, error))
            return false;
    }
    g_autofree char *minimum = figure_count(work->request->minimum);
    if (few->len > 0)
        sheet_note(work->sheet, "Chưa đủ %s %s, không lập danh sách: %s.", minimum,
                   sheet_voices(work->campaign.count_by), few->str);
    return true;
}

bool sheet_fill_classes(struct sheet_work *work, GError **error)
{
    struct sheet_names *names = sheet_names_new(work, error);
    if (names == NULL)
        return false;
    g_autoptr(GArray) choices = find_choices(work, names->tally, error);
    struct sheet *sheet = work->sheet;
    sheet_column(sheet, "STT", SHEET_INTEGER);
    sheet_column(sheet, "Họ và tên", SHEET_TEXT);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Điện thoại", SHEET_PHONE);
    bool put = choices != NULL && put_classes(work, names, choices, error);
    sheet_note(sheet, "Một %s có thể có tên trong nhiều danh sách.",
               sheet_voices(work->campaign.count_by));
    sheet_names_free(names);
    return put;
}

/* ---- who has not answered ---- */

static bool put_silent(struct listing *listing, const struct sheet_voice *voice, GError **error)
{
    struct sheet *sheet = listing->work->sheet;
    struct coverage_face face = {0};
    if (!sheet_voice_face(listing->work, voice, &face, error))
        return false;
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_count(sheet, ++listing->listed);
    sheet_put_text(sheet, face.name);
    sheet_put_text(sheet, face.household);
    sheet_put_phone(sheet, face.phone);
    sheet_put_text(sheet, face.refused ? "đã từ chối nhận tin" : NULL);
    coverage_face_clear(&face);
    return true;
}

static bool put_all_silent(struct listing *listing, GError **error)
{
    const GPtrArray *voices = listing->names->voices;
    unsigned place = G_MAXUINT;
    for (unsigned i = 0; i < voices->len; i++) {
        const struct sheet_voice *voice = voices->pdata[i];
        if (!voice->able || voice->answered)
            continue;
        if (voice->place->index != place)
            sheet_section(listing->work->sheet, "%s",
                          sheet_unit_label(voice->place->code, voice->place->name));
        place = voice->place->index;
        if (!put_silent(listing, voice, error))
            return false;
    }
    return true;
}

/* Who answered elsewhere is of the base, with a phone or without. */
static void note_base(struct sheet_work *work, const struct tally_figures *figures)
{
    enum count_by by = work->campaign.count_by;
    int64_t mute = by == COUNT_BY_PERSON      ? figures->persons - figures->base
                   : by == COUNT_BY_HOUSEHOLD ? figures->households - figures->base
                                              : figures->no_phone;
    g_autofree char *base = figure_count(figures->base), *without = figure_count(mute);
    sheet_note(work->sheet,
               "Trong số %s %s được hỏi. Không kể %s %s không có số di động, chưa trả lời.", base,
               sheet_voices(by), without, by == COUNT_BY_CONTACT ? "người" : sheet_voices(by));
}

bool sheet_fill_nonrespondents(struct sheet_work *work, GError **error)
{
    struct sheet_names *names = sheet_names_new(work, error);
    if (names == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    sheet_column(sheet, "STT", SHEET_INTEGER);
    sheet_column(sheet, "Họ và tên", SHEET_TEXT);
    sheet_column(sheet, "Mã hộ", SHEET_TEXT);
    sheet_column(sheet, "Điện thoại", SHEET_PHONE);
    sheet_column(sheet, "Ghi chú", SHEET_TEXT);
    struct listing listing = {work, names, NULL, 0, 0, false};
    bool put = put_all_silent(&listing, error);
    if (put) {
        sheet_row(sheet, SHEET_TOTAL, 0);
        sheet_put_count(sheet, listing.listed);
        sheet_put_text(sheet, "Tổng cộng");
    }
    unsigned first = 0, end = 0;
    const struct tally_figures *figures = sheet_tally_units(work, names->tally, &first, &end);
    note_base(work, figures);
    sheet_note(sheet, "Có số điện thoại: chỉ dùng trong nội bộ.");
    sheet_names_free(names);
    return put;
}
