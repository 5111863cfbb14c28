// SPDX-License-Identifier: GPL-2.0-or-later
/* Who was reached by units, against the target, and the families to visit. Every cell is a figure
 * of the coverage. */
#include "campaigns/sheet_work.h"

#include "campaigns/coverage.h"
#include "campaigns/phone.h"

#include <string.h>

static struct coverage *count(const struct sheet_work *work, bool missed, GError **error)
{
    const struct coverage_request request = {
        .campaigns = &work->request->campaign->id,
        .count = 1,
        .by = work->campaign.coverage.by,
        .target = coverage_target_of(work->campaign.coverage.more_than),
        .unit = work->request->unit,
        .tree = work->request->tree,
        .missed = missed,
    };
    return coverage_make(work->store, &request, error);
}

static void put_figures(struct sheet *sheet, const struct coverage *coverage,
                        const struct coverage_figures *figures)
{
    int64_t reached = coverage_reached(figures), base = figures->base;
    int64_t missing = coverage_missing(&coverage->target, reached, base);
    bool judged = coverage->target.scaled > 0 && base > 0;
    sheet_put_count(sheet, base);
    sheet_put_count(sheet, reached);
    sheet_put_percent(sheet, reached, base);
    if (judged)
        sheet_put_text(sheet, coverage_met(&coverage->target, reached, base) ? "Đạt" : "Chưa đạt");
    else
        sheet_put_nothing(sheet);
    if (missing >= 0)
        sheet_put_count(sheet, missing);
    else
        sheet_put_nothing(sheet);
    sheet_put_count(sheet, figures->reach[REACH_NO_PHONE]);
    sheet_put_count(sheet, figures->reach[REACH_OPTED_OUT]);
    sheet_put_count(sheet, coverage_failed(figures));
    sheet_put_count(sheet, figures->reach[REACH_SENT]);
    sheet_put_count(sheet, figures->reach[REACH_UNSURE] + figures->reach[REACH_WAITING]);
}

static void add_columns(struct sheet *sheet, const char *voices)
{
    g_autofree char *base = g_strconcat("Tổng số ", voices, NULL);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Mã", SHEET_TEXT);
    sheet_column(sheet, base, SHEET_INTEGER);
    sheet_column(sheet, "Đã tiếp cận", SHEET_INTEGER);
    sheet_column(sheet, "Tỷ lệ tiếp cận", SHEET_PERCENT);
    sheet_column(sheet, "Chỉ tiêu", SHEET_TEXT);
    sheet_column(sheet, "Còn thiếu", SHEET_INTEGER);
    sheet_column(sheet, "Không có số di động", SHEET_INTEGER);
    sheet_column(sheet, "Từ chối nhận tin", SHEET_INTEGER);
    sheet_column(sheet, "Không gửi được", SHEET_INTEGER);
    sheet_column(sheet, "Chưa có báo nhận", SHEET_INTEGER);
    sheet_column(sheet, "Chưa rõ, chờ gửi", SHEET_INTEGER);
}

static void note_coverage(struct sheet *sheet, const struct coverage *coverage)
{
    const char *voices = sheet_voices(coverage->by);
    g_autofree char *target = coverage_target_text(&coverage->target);
    if (*target != '\0')
        sheet_note(sheet, "Chỉ tiêu: %s tổng số %s. Còn thiếu: số %s phải tiếp cận thêm để đạt.",
                   target, voices, voices);
    sheet_note(sheet,
               "Đã tiếp cận: có tin được mạng báo đã đến máy; gửi mà chưa có báo nhận thì "
               "chưa tính. Tỷ lệ tính trên tổng số %s, kể cả nơi không có số di động.",
               voices);
    sheet_note(sheet, "Mỗi đơn vị gồm cả các đơn vị trực thuộc.");
}

bool sheet_fill_coverage(struct sheet_work *work, GError **error)
{
    struct coverage *coverage = count(work, false, error);
    if (coverage == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    add_columns(sheet, sheet_voices(coverage->by));
    for (unsigned i = 0; i < coverage->units->len; i++) {
        const struct coverage_unit *unit = coverage->units->pdata[i];
        sheet_row(sheet, SHEET_ROW, unit->depth);
        sheet_put_text(sheet, sheet_unit_label(unit->code, unit->name));
        sheet_put_text(sheet, unit->code);
        put_figures(sheet, coverage, &unit->all);
    }
    sheet_row(sheet, SHEET_TOTAL, 0);
    sheet_put_text(sheet, "Tổng cộng");
    sheet_put_nothing(sheet);
    put_figures(sheet, coverage, &coverage->total);
    note_coverage(sheet, coverage);
    coverage_free(coverage);
    return true;
}

static void put_missed(struct sheet *sheet, const struct coverage_missed *missed, int64_t number)
{
    bool landline = missed->why == REACH_NO_PHONE &&
                    strstr(missed->face.detail, phone_verdict_sentence(PHONE_FIXED)) != NULL;
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_count(sheet, number);
    sheet_put_text(sheet, missed->face.name);
    sheet_put_text(sheet, missed->face.household);
    sheet_put_phone(sheet, missed->face.phone);
    sheet_put_text(sheet, landline ? "chỉ có số cố định" : reach_label(missed->why));
}

bool sheet_fill_missed(struct sheet_work *work, GError **error)
{
    struct coverage *coverage = count(work, true, error);
    if (coverage == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    bool family = coverage->by == COUNT_BY_HOUSEHOLD;
    sheet_column(sheet, "STT", SHEET_INTEGER);
    sheet_column(sheet, family ? "Chủ hộ" : "Họ và tên", SHEET_TEXT);
    sheet_column(sheet, "Mã hộ", SHEET_TEXT);
    sheet_column(sheet, "Điện thoại", SHEET_PHONE);
    sheet_column(sheet, "Lý do chưa tiếp cận", SHEET_TEXT);
    sheet_column(sheet, "Ngày gặp, kết quả", SHEET_TEXT);
    unsigned unit = G_MAXUINT;
    for (unsigned i = 0; i < coverage->missed->len; i++) {
        const struct coverage_missed *missed = coverage->missed->pdata[i];
        const struct coverage_unit *described = coverage->units->pdata[missed->unit];
        if (missed->unit != unit)
            sheet_section(sheet, "%s", sheet_unit_label(described->code, described->name));
        unit = missed->unit;
        put_missed(sheet, missed, (int64_t)i + 1);
    }
    sheet_row(sheet, SHEET_TOTAL, 0);
    sheet_put_count(sheet, coverage->total.base - coverage_reached(&coverage->total));
    sheet_put_text(sheet, "Tổng cộng");
    sheet_note(sheet, "Đơn vị tính: %s chưa có tin nào được mạng báo đã đến máy.",
               sheet_voices(coverage->by));
    sheet_note(sheet, "Có số điện thoại: chỉ dùng trong nội bộ.");
    coverage_free(coverage);
    return true;
}
