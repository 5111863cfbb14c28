// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports of a campaign as files: CSV, XLSX, HTML. Some hold names and numbers: the socket is for
 * those who work in the office. */
#include "campaigns/sheet_make.h"

#include "campaigns/store/snapshot.h"
#include "gateway/api/campaign.h"
#include "gateway/api/day.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "gateway/api/snapshot.h"

#include <string.h>

enum format { FORMAT_CSV, FORMAT_XLSX, FORMAT_HTML, FORMAT_COUNT };

static const struct {
    const char *name, *type;
} formats[] = {
    [FORMAT_CSV] = {"csv", "text/csv; charset=utf-8; header=present"},
    [FORMAT_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    [FORMAT_HTML] = {"html", "text/html; charset=utf-8"},
};

static bool read_kind(const struct api_request *request, struct api_response *response,
                      int *retkind)
{
    const char *names[SHEET_KINDS + 1] = {NULL};
    for (int i = 0; i < SHEET_KINDS; i++)
        names[i] = sheet_kind_name((enum sheet_kind)i);
    if (request_query(request, "kind") != NULL)
        return request_choice(request, "kind", names, 0, response, retkind);
    g_autofree char *known = g_strjoinv(", ", (char **)names);
    problem_answer(response, 400, "say which kind of report; there are: %s", known);
    return false;
}

static bool read_format(const struct api_request *request, struct api_response *response,
                        int *retformat)
{
    const char *names[FORMAT_COUNT + 1] = {NULL};
    for (int i = 0; i < FORMAT_COUNT; i++)
        names[i] = formats[i].name;
    return request_choice(request, "format", names, FORMAT_CSV, response, retformat);
}

/* Names are those of the snapshot's moment. */
static bool read_snapshot(const struct api_request *request, struct api_response *response,
                          struct sheet_request *wanted)
{
    g_autoptr(GError) error = NULL;
    if (!api_snapshot(request, wanted->campaign->id, response, &wanted->snapshot))
        return false;
    if (wanted->snapshot == 0)
        return true;
    struct snapshot_row *row = store_snapshot_get(request->store, wanted->snapshot, &error);
    if (row == NULL) {
        problem_from_error(response, error);
        return false;
    }
    wanted->as_of = row->as_of;
    snapshot_row_free(row);
    return true;
}

/* In ASCII, for every file system. */
static char *file_name(const struct campaign_row *row, enum sheet_kind kind, enum format format)
{
    g_autofree char *code = g_str_to_ascii(row->code, "C");
    g_strcanon(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", '_');
    return g_strdup_printf("%s-%s.%s", code, sheet_kind_name(kind), formats[format].name);
}

static GBytes *write_sheet(const struct sheet *sheet, enum format format, GError **error)
{
    switch (format) {
    case FORMAT_CSV:
        return sheet_csv(sheet);
    case FORMAT_XLSX:
        return sheet_xlsx(sheet, error);
    case FORMAT_HTML:
        return sheet_html(sheet);
    case FORMAT_COUNT:
        break;
    }
    g_assert_not_reached();
}

static void answer(const struct api_request *request, struct api_response *response,
                   enum sheet_kind kind, enum format format, struct sheet_request *wanted)
{
    g_autoptr(GError) error = NULL;
    if (!request_integer(request, "min", 0, 0, INT64_MAX, response, &wanted->minimum) ||
        !read_snapshot(request, response, wanted))
        return;
    struct sheet *sheet = sheet_make(request->store, kind, wanted, &error);
    GBytes *bytes = sheet == NULL ? NULL : write_sheet(sheet, format, &error);
    if (bytes == NULL)
        problem_from_error(response, error);
    else
        response_file(response, bytes, formats[format].type,
                      file_name(wanted->campaign, kind, format));
    sheet_free(sheet);
}

void api_sheet_show(struct api_request *request, struct api_response *response)
{
    int kind = 0, format = 0;
    char tree[DAY_SIZE];
    if (!read_kind(request, response, &kind) || !read_format(request, response, &format) ||
        !api_tree(request, response, tree))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct sheet_request wanted = {
        .config = request->config,
        .zone = request->zone,
        .campaign = row,
        .now = request->now,
        .tree = tree,
        .unit = request_query(request, "unit"),
        .option = request_query(request, "option"),
        .organisation = request_query(request, "organisation"),
    };
    answer(request, response, (enum sheet_kind)kind, (enum format)format, &wanted);
    campaign_row_free(row);
}
