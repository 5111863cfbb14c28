// SPDX-License-Identifier: GPL-2.0-or-later
// loa opinions export: the register as a table for spreadsheets, in Vietnamese, or as JSON.
#include "campaigns/csv.h"
#include "campaigns/opinion_state.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/opinion.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { CELLS = 11, SENDER_CELLS = 2 };

static const char *const headings[CELLS + SENDER_CELLS] = {
    "Số",  "Đợt",        "Ngày nhận", "Chủ đề",   "Đơn vị",    "Nội dung",     "Cơ quan xử lý",
    "Hạn", "Trạng thái", "Trả lời",   "Xác nhận", "Người gửi", "Số điện thoại"};

/* Those that were shown with their senders are asked for by POST: it is written down. */
static json_t *load(struct command_line *line, const char *query, const char *body, int *retcode)
{
    g_autofree char *plain = g_strconcat("/v1/opinions", query, NULL);
    if (body == NULL)
        return call_pages(line, plain, "opinions", 0, retcode);
    json_t *all = json_array();
    int64_t next = 0;
    do {
        g_autofree char *path =
            g_strdup_printf("/v1/opinions/senders%s%cafter=%" G_GINT64_FORMAT "&limit=1000", query,
                            *query != '\0' ? '&' : '?', next);
        json_t *page = call_post(line, path, body, retcode);
        if (page == NULL) {
            json_decref(all);
            return NULL;
        }
        json_array_extend(all, json_object_get(page, "opinions"));
        next = call_number(page, "next");
        json_decref(page);
    } while (next > 0);
    return json_pack("{so}", "opinions", all);
}

static const char *confirmed_label(const char *confirmed)
{
    static const struct {
        const char *name, *label;
    } labels[] = {{"asked", "đã hỏi"}, {"yes", "hài lòng"}, {"no", "chưa hài lòng"}};
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (strcmp(labels[i].name, confirmed) == 0)
            return labels[i].label;
    }
    return "";
}

static void append_opinion(GString *out, const json_t *opinion, unsigned count)
{
    const json_t *topic = json_object_get(opinion, "topic");
    const json_t *sender = json_object_get(opinion, "sender");
    bool suggested = json_is_true(json_object_get(topic, "suggested"));
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, call_number(opinion, "number"));
    g_autofree char *received = call_time(opinion, "received_at");
    g_autofree char *due = call_time(opinion, "due_at");
    g_autofree char *about = g_strconcat(call_text(topic, "name"), suggested ? " (?)" : NULL, NULL);
    const char *cells[CELLS + SENDER_CELLS] = {
        number,
        call_text(opinion, "campaign"),
        received,
        about,
        call_text(json_object_get(opinion, "unit"), "name"),
        call_text(opinion, "text"),
        call_text(json_object_get(opinion, "office"), "name"),
        due,
        opinion_state_label(call_text(opinion, "state")),
        call_text(opinion, "answer"),
        confirmed_label(call_text(opinion, "confirmed")),
        call_text(sender, "name"),
        call_text(sender, "phone"),
    };
    csv_append_row(out, cells, count);
}

static void print_csv(const json_t *opinions, unsigned count)
{
    g_autoptr(GString) out = g_string_new("\xEF\xBB\xBF"); /* or Excel takes it for Windows-1258 */
    csv_append_row(out, headings, count);
    size_t index;
    const json_t *opinion;
    json_array_foreach(opinions, index, opinion)
    {
        append_opinion(out, opinion, count);
    }
    fwrite(out->str, 1, out->len, stdout);
}

static int export_all(struct command_line *line, const struct opinion_options *options,
                      const char *body, bool json)
{
    int code = opinion_open_office(line, options->key_file);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *query = opinion_query(options);
    json_t *answer = load(line, query, body, &code);
    if (answer == NULL)
        return code;
    if (json)
        call_print_json(answer);
    else
        print_csv(json_object_get(answer, "opinions"), body != NULL ? CELLS + SENDER_CELLS : CELLS);
    json_decref(answer);
    return EX_OK;
}

int cli_opinion_export(struct command_line *line, int argc, char **argv)
{
    struct opinion_options options = {0};
    g_autofree char *format = NULL, *by = NULL, *reason = NULL;
    gboolean senders = FALSE;
    const GOptionEntry entries[] = {
        OPINION_FILTER_ENTRIES(&options),
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "csv (default) or json", "FORMAT"},
        {"sender", 0, 0, G_OPTION_ARG_NONE, &senders,
         "Who wrote them, by name and number; it is written down that you took them", NULL},
        {"with-sender", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &senders, "The same", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who takes them (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why the senders are needed", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    bool json = line->json || g_strcmp0(format, "json") == 0;
    if (code == COMMAND_GO_ON && format != NULL && !json && strcmp(format, "csv") != 0)
        code = command_fail(EX_USAGE, "--format must be csv or json");
    g_autofree char *body =
        senders ? call_body("by", by != NULL ? by : g_get_user_name(), "reason", reason, NULL)
                : NULL;
    if (code == COMMAND_GO_ON)
        code = export_all(line, &options, body, json);
    opinion_options_clear(&options);
    return code;
}
