// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens a report with its head, as state bodies write it, and has it filled. */
#include "campaigns/sheet_make.h"

#include "campaigns/book.h"
#include "campaigns/day.h"
#include "campaigns/sheet_work.h"

#include <string.h>

static const struct {
    const char *name, *title;
    sheet_filler *fill;
} kinds[SHEET_KINDS] = {
    [SHEET_ATTENDANCE] = {"attendance", "Danh sách đăng ký tham dự", sheet_fill_attendance},
    [SHEET_TALLY] = {"tally", "Tổng hợp kết quả thăm dò ý kiến", sheet_fill_tally},
    [SHEET_OPINIONS] = {"opinions", "Sổ theo dõi ý kiến, kiến nghị", sheet_fill_opinions},
    [SHEET_COVERAGE] = {"coverage", "Tỷ lệ tiếp cận theo đơn vị", sheet_fill_coverage},
    [SHEET_MISSED] = {"missed", "Danh sách cần đến gặp trực tiếp", sheet_fill_missed},
    [SHEET_NONRESPONDENTS] = {"nonrespondents", "Danh sách chưa trả lời",
                              sheet_fill_nonrespondents},
    [SHEET_CLASSES] = {"classes", "Danh sách theo lựa chọn", sheet_fill_classes},
    [SHEET_PLAN] = {"plan", "Thực hiện so với kế hoạch", sheet_fill_plan},
};

const char *sheet_kind_name(enum sheet_kind kind)
{
    return kinds[kind].name;
}

struct tally *sheet_tally(const struct sheet_work *work, const struct tally_listener *listener,
                          GError **error)
{
    const struct sheet_request *request = work->request;
    const struct tally_view view = {
        .id = request->campaign->id,
        .now = request->now,
        .as_of = listener != NULL ? request->as_of : 0,
        .snapshot = listener != NULL ? 0 : request->snapshot,
        .tree = request->tree,
        .listener = listener,
    };
    struct tally *tally = tally_look(work->store, &view, error);
    if (tally == NULL || listener == NULL || tally->snapshot.id == 0)
        return tally;
    tally_free(tally);
    g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                "numbers and answers of campaign %s were erased: there are no names to list any "
                "more; its figures are in the report \"tally\"",
                request->campaign->code);
    return NULL;
}

const struct tally_figures *sheet_tally_units(const struct sheet_work *work,
                                              const struct tally *tally, unsigned *retfirst,
                                              unsigned *retend)
{
    static const struct tally_figures nothing = {0};
    *retfirst = 0;
    *retend = tally->units->len;
    if (work->within == NULL)
        return &tally->total;
    for (unsigned i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        if (strcmp(unit->code, work->within->code) != 0)
            continue;
        unsigned end = i + 1;
        while (end < tally->units->len &&
               ((const struct tally_unit *)tally->units->pdata[end])->depth > unit->depth)
            end++;
        *retfirst = i;
        *retend = end;
        return &unit->all;
    }
    *retend = 0;
    return &nothing;
}

const char *sheet_voices(int count_by)
{
    static const char *const names[] = {
        [COUNT_BY_PERSON] = "người", [COUNT_BY_HOUSEHOLD] = "hộ", [COUNT_BY_CONTACT] = "thuê bao"};
    return names[count_by];
}

const char *sheet_unit_label(const char *code, const char *name)
{
    if (name != NULL && *name != '\0')
        return name;
    return code != NULL && *code != '\0' ? code : "(chưa rõ đơn vị)";
}

void sheet_note_poll(struct sheet *sheet)
{
    sheet_note(sheet, "Đây là kết quả thăm dò ý kiến qua tin nhắn; không phải là biểu quyết hay bỏ "
                      "phiếu theo quy định của pháp luật.");
}

/* ---- the head ---- */

static const char *or_else(const char *first, const char *second)
{
    return first != NULL && *first != '\0' ? first : second;
}

static void put_head(struct sheet_work *work)
{
    const struct sheet_request *request = work->request;
    struct sheet *sheet = work->sheet;
    int64_t as_of = request->as_of != 0 ? request->as_of : request->now;
    sheet->parent = g_strdup(request->config->organisation.parent);
    sheet->organisation =
        g_strdup(or_else(request->organisation,
                         or_else(request->config->organisation.name, work->campaign.organisation)));
    g_autofree char *moment = day_format(as_of, request->zone, "%H giờ %M phút ngày %d/%m/%Y");
    g_autofree char *day = day_format(request->now, request->zone, "ngày %d tháng %m năm %Y");
    const char *place = request->config->organisation.place;
    sheet->subtitle =
        work->within == NULL
            ? g_strdup(request->campaign->title)
            : g_strdup_printf("%s – %s", request->campaign->title,
                              sheet_unit_label(work->within->code, work->within->name));
    sheet->as_of =
        g_strdup_printf("Đợt tin %s; số liệu tính đến %s", request->campaign->code, moment);
    sheet->place_date = g_strconcat(place != NULL ? place : "…………", ", ", day, NULL);
}

static bool fill(struct sheet_work *work, enum sheet_kind kind, GError **error)
{
    const struct sheet_request *request = work->request;
    if (!campaign_book_read(request->campaign, &work->campaign, error))
        return false;
    work->places = places_load(work->store, request->tree, error);
    if (work->places == NULL)
        return false;
    if (request->unit != NULL)
        work->within = places_find(work->places, request->unit, error);
    if (request->unit != NULL && work->within == NULL)
        return false;
    put_head(work);
    return kinds[kind].fill(work, error);
}

struct sheet *sheet_make(struct store *store, enum sheet_kind kind,
                         const struct sheet_request *request, GError **error)
{
    struct sheet_work work = {
        .store = store, .request = request, .sheet = sheet_new(kinds[kind].title)};
    bool filled = fill(&work, kind, error);
    campaign_config_clear(&work.campaign);
    places_free(work.places);
    if (filled)
        return work.sheet;
    sheet_free(work.sheet);
    return NULL;
}
