// SPDX-License-Identifier: GPL-2.0-or-later
// loa snapshot: the figures of a campaign as they were; listing them and taking one.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static char *path_of(const struct command_line *line)
{
    g_autofree char *id = call_escape(line->arguments[0]);
    return g_strdup_printf("/v1/campaigns/%s/snapshots", id);
}

static void print_snapshots(const json_t *snapshots)
{
    static const struct table_column columns[] = {
        {"id", true}, {"as of", false}, {"taken", false}, {"kind", false}, {"by", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *snapshot;
    json_array_foreach(snapshots, index, snapshot)
    {
        char id[32];
        g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, call_number(snapshot, "id"));
        g_autofree char *as_of = call_time(snapshot, "as_of");
        g_autofree char *taken = call_time(snapshot, "taken_at");
        const char *by = call_text(snapshot, "by");
        const char *cells[] = {id, as_of, taken, call_text(snapshot, "kind"),
                               by[0] != '\0' ? by : "(the campaign)"};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
}

int cli_snapshot_list(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *path = path_of(line);
    json_t *answer = call_get(line, path, &code);
    if (answer == NULL)
        return code;
    const json_t *snapshots = json_object_get(answer, "snapshots");
    if (line->json)
        call_print_json(answer);
    else if (json_array_size(snapshots) == 0)
        printf("no snapshot was taken of campaign %s\n", line->arguments[0]);
    else
        print_snapshots(snapshots);
    json_decref(answer);
    return EX_OK;
}

int cli_snapshot_take(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who wants it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *path = path_of(line);
    g_autofree char *body = call_body("by", by != NULL ? by : g_get_user_name(), NULL);
    json_t *snapshot = call_post(line, path, body, &code);
    if (snapshot == NULL)
        return code;
    g_autofree char *as_of = call_time(snapshot, "as_of");
    if (line->json)
        call_print_json(snapshot);
    else
        printf("snapshot %" G_GINT64_FORMAT " of %s as of %s; see: loa tally %s --snapshot "
               "%" G_GINT64_FORMAT "\n",
               call_number(snapshot, "id"), line->arguments[0], as_of, line->arguments[0],
               call_number(snapshot, "id"));
    json_decref(snapshot);
    return EX_OK;
}
