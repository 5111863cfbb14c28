// SPDX-License-Identifier: GPL-2.0-or-later
/* The register of opinions to print: never who wrote them, and of those that are for one office
 * alone neither text nor answer. Those without an answer come first. */
#include "campaigns/sheet_work.h"

#include "campaigns/figure.h"
#include "campaigns/opinion.h"

static bool is_open(const struct opinion *opinion)
{
    return opinion->state != OPINION_ANSWERED && opinion->state != OPINION_CLOSED;
}

static const char *topic_name(const struct sheet_work *work, const char *code)
{
    const struct topic_config *topic = topic_find(work->request->config->topics, code);
    return topic != NULL && topic->name != NULL ? topic->name : code;
}

static const char *office_name(const struct sheet_work *work, const char *code)
{
    const struct office_config *office = office_find(work->request->config->offices, code);
    return office != NULL && office->name != NULL ? office->name : code;
}

static void put_opinion(const struct sheet_work *work, const struct opinion *opinion)
{
    struct sheet *sheet = work->sheet;
    GTimeZone *zone = work->request->zone;
    g_autofree char *withheld =
        opinion->withheld ? opinion_withheld_label(work->request->config, opinion->office) : NULL;
    sheet_row(sheet, SHEET_ROW, 0);
    sheet_put_count(sheet, opinion->number);
    sheet_put_date(sheet, opinion->received_at, zone);
    sheet_put_text(sheet, sheet_unit_label(opinion->unit_code, opinion->unit_name));
    sheet_put_text(sheet, topic_name(work, opinion->topic));
    sheet_put_text(sheet, opinion->withheld ? withheld : opinion->text);
    sheet_put_text(sheet, office_name(work, opinion->office));
    sheet_put_date(sheet, opinion->due_at, zone);
    sheet_put_text(sheet, opinion_state_label(opinion_shown_state(opinion)));
    sheet_put_text(sheet, opinion->withheld ? NULL : opinion->answer);
    sheet_put_date(sheet, opinion->answered_at, zone);
}

static unsigned put_part(const struct sheet_work *work, const GPtrArray *opinions, bool open,
                         const char *title)
{
    unsigned count = 0;
    for (unsigned i = 0; i < opinions->len; i++) {
        const struct opinion *opinion = opinions->pdata[i];
        if (is_open(opinion) != open)
            continue;
        if (count++ == 0)
            sheet_section(work->sheet, "%s", title);
        put_opinion(work, opinion);
    }
    return count;
}

static void add_columns(struct sheet *sheet)
{
    sheet_column(sheet, "Số", SHEET_INTEGER);
    sheet_column(sheet, "Ngày nhận", SHEET_DATE);
    sheet_column(sheet, "Đơn vị", SHEET_TEXT);
    sheet_column(sheet, "Chủ đề", SHEET_TEXT);
    sheet_column(sheet, "Nội dung", SHEET_TEXT);
    sheet_column(sheet, "Cơ quan xử lý", SHEET_TEXT);
    sheet_column(sheet, "Hạn trả lời", SHEET_DATE);
    sheet_column(sheet, "Tình trạng", SHEET_TEXT);
    sheet_column(sheet, "Nội dung trả lời", SHEET_TEXT);
    sheet_column(sheet, "Ngày trả lời", SHEET_DATE);
}

bool sheet_fill_opinions(struct sheet_work *work, GError **error)
{
    const struct opinion_filter filter = {.state = -1,
                                          .campaign_id = work->request->campaign->id,
                                          .unit = work->request->unit,
                                          .tree = work->request->tree};
    const struct opinion_reader reader = {.now = work->request->now};
    g_autoptr(GPtrArray) opinions = opinion_list(work->store, &filter, &reader, error);
    if (opinions == NULL)
        return false;
    struct sheet *sheet = work->sheet;
    add_columns(sheet);
    unsigned open = put_part(work, opinions, true, "Chưa trả lời");
    put_part(work, opinions, false, "Đã trả lời hoặc đã đóng");
    g_autofree char *all = figure_count(opinions->len), *waiting = figure_count(open);
    sheet_note(sheet, "Tổng số %s ý kiến, trong đó %s chưa trả lời.", all, waiting);
    sheet_note(sheet,
               "Không ghi người gửi. Ý kiến chỉ dành cho một cơ quan thì không ghi nội dung.");
    return true;
}
