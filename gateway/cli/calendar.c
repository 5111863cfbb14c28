// SPDX-License-Identifier: GPL-2.0-or-later
// loa calendar, and loa calendar add, skip, stop: campaigns that come again, and what goes out
// when.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* "Sun 08/03/2026" of "2026-03-08". */
static char *day_text(const char *day)
{
    static const char *const names[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *noon = g_strconcat(day, "T12:00:00", NULL);
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(noon, utc);
    if (date == NULL)
        return g_strdup(day);
    g_autofree char *digits = g_date_time_format(date, "%d/%m/%Y");
    return g_strdup_printf("%s %s", names[g_date_time_get_day_of_week(date)], digits);
}

static void print_entries(const json_t *entries)
{
    static const struct table_column columns[] = {
        {"day", false},      {"at", false},    {"what", false},  {"series", false},
        {"campaign", false}, {"state", false}, {"title", false}, {"note", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *entry;
    json_array_foreach(entries, index, entry)
    {
        g_autofree char *day = day_text(call_text(entry, "day"));
        g_autofree char *time = call_time(entry, "at");
        g_autofree char *hour = g_strndup(strlen(time) > 11 ? time + 11 : "", 5);
        const char *cells[] = {day,
                               hour,
                               call_text(entry, "kind"),
                               call_text(entry, "series"),
                               call_text(entry, "campaign"),
                               call_text(entry, "state"),
                               call_text(entry, "title"),
                               call_text(entry, "note")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0)
        table_print(table);
    else
        printf("Nothing goes out in that time.\n");
    table_free(table);
}

static char *next_text(const json_t *series)
{
    const json_t *next = json_array_get(json_object_get(series, "next"), 0);
    if (json_is_false(json_object_get(series, "reads")))
        return g_strdup("its file no longer reads: add it again");
    return next != NULL ? day_text(json_string_value(next)) : g_strdup("none");
}

static void print_series(const json_t *list)
{
    static const struct table_column columns[] = {{"series", false},
                                                  {"state", false},
                                                  {"next day", false},
                                                  {"opens", false},
                                                  {"title", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *series;
    json_array_foreach(list, index, series)
    {
        g_autofree char *next = next_text(series);
        const char *cells[] = {call_text(series, "code"), call_text(series, "state"), next,
                               call_text(series, "opens_at"), call_text(series, "title")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0) {
        printf("\n");
        table_print(table);
    }
    table_free(table);
}

static char *range_path(const char *path, const char *from, const char *to)
{
    g_autofree char *first = from != NULL ? call_escape(from) : NULL;
    g_autofree char *last = to != NULL ? call_escape(to) : NULL;
    return g_strconcat(path, "?", first != NULL ? "from=" : "", first != NULL ? first : "",
                       first != NULL && last != NULL ? "&" : "", last != NULL ? "to=" : "",
                       last != NULL ? last : "", NULL);
}

static int print_ics(struct command_line *line, const char *from, const char *to)
{
    int code = EX_OK;
    g_autofree char *path = range_path("/v1/calendar.ics", from, to);
    GString *text = call_download(line, path, &code);
    if (text == NULL)
        return code;
    fputs(text->str, stdout);
    g_string_free(text, TRUE);
    return EX_OK;
}

int cli_calendar(struct command_line *line, int argc, char **argv)
{
    g_autofree char *from = NULL, *to = NULL;
    gboolean ics = FALSE;
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_STRING, &from, "First day (default: today)", "DAY"},
        {"to", 0, 0, G_OPTION_ARG_STRING, &to, "Last day (default: a year later)", "DAY"},
        {"ics", 0, 0, G_OPTION_ARG_NONE, &ics, "Print it as iCalendar, for calendar programs",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if (ics)
        return print_ics(line, from, to);
    g_autofree char *path = range_path("/v1/calendar", from, to);
    json_t *calendar = call_get(line, path, &code);
    if (calendar == NULL)
        return code;
    if (line->json) {
        call_print_json(calendar);
    } else {
        print_entries(json_object_get(calendar, "calendar"));
        print_series(json_object_get(calendar, "series"));
    }
    json_decref(calendar);
    return EX_OK;
}

static void print_next(const json_t *series)
{
    size_t index;
    const json_t *day;
    printf("series %s is %s: %s\n", call_text(series, "code"), call_text(series, "state"),
           call_text(series, "title"));
    json_array_foreach(json_object_get(series, "next"), index, day)
    {
        g_autofree char *text = day_text(json_string_value(day));
        printf("%s%s", index == 0 ? "next days: " : ", ", text);
    }
    if (json_array_size(json_object_get(series, "next")) > 0)
        printf("\n");
}

static int print_changed(const struct command_line *line, json_t *series, const char *hint,
                         int code)
{
    if (series == NULL)
        return code;
    call_print_mistakes(json_object_get(series, "warnings"));
    if (line->json) {
        call_print_json(series);
    } else {
        print_next(series);
        printf("%s\n", hint);
    }
    json_decref(series);
    return EX_OK;
}

int cli_calendar_add(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    GString *text = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (!call_read_file(line->arguments[0], &text))
        return EX_NOINPUT;
    g_autofree char *file = call_escape(line->arguments[0]);
    g_autofree char *name = call_escape(by != NULL ? by : g_get_user_name());
    g_autofree char *path = g_strdup_printf("/v1/calendar?file=%s&by=%s", file, name);
    if (strlen(text->str) != text->len) {
        code =
            command_fail(EX_DATAERR, "%s: holds a NUL byte, so it is no text", line->arguments[0]);
    } else {
        json_t *series = call_post(line, path, text->str, &code);
        code = print_changed(line, series,
                             "each draft is made ahead of its day, to be submitted, approved and "
                             "started; see: loa calendar",
                             code);
    }
    g_string_free(text, TRUE);
    return code;
}

int cli_calendar_skip(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why; shown in the calendar", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/calendar/%s/skip", id);
    g_autofree char *body = call_body("day", line->arguments[1], "by",
                                      by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *series = call_post(line, path, body, &code);
    return print_changed(line, series, "that day is skipped; a draft made for it is cancelled",
                         code);
}

int cli_calendar_stop(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Why", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/calendar/%s/stop", id);
    g_autofree char *body =
        call_body("by", by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *series = call_post(line, path, body, &code);
    return print_changed(line, series,
                         "no more drafts are made; those made already stay: loa campaign list "
                         "--state draft",
                         code);
}
