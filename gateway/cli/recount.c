// SPDX-License-Identifier: GPL-2.0-or-later
// loa recount: every figure of a campaign once more from the raw messages; equal, or what differs.
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <sysexits.h>

static void print_differences(const json_t *recount)
{
    static const struct table_column columns[] = {
        {"reply", true}, {"what", false}, {"stored", false}, {"recounted", false}, {"rule", false}};
    const json_t *differences = json_object_get(recount, "differences");
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *difference;
    json_array_foreach(differences, index, difference)
    {
        char reply[32];
        g_snprintf(reply, sizeof reply, "%" G_GINT64_FORMAT, call_number(difference, "reply"));
        bool of_reply = json_is_integer(json_object_get(difference, "reply"));
        const char *cells[] = {of_reply ? reply : "", call_text(difference, "what"),
                               call_text(difference, "stored"), call_text(difference, "recounted"),
                               call_text(difference, "rule")};
        table_add(table, cells);
    }
    table_print(table);
    table_free(table);
    int64_t differing = call_number(recount, "differing");
    if (differing > (int64_t)json_array_size(differences)) {
        g_autofree char *all = figure_count(differing);
        printf("… %s in all\n", all);
    }
}

static void print_recount(const json_t *recount)
{
    static const struct {
        const char *name, *words;
    } lines[] = {
        {"replies", "replies"},
        {"judged", "read again from their raw messages"},
        {"confirmations", "confirmed or refused the answer to an opinion, taken as stored"},
        {"erased", "taken as stored: their texts were erased"},
        {"decisions", "decisions of persons, in their place"},
        {"answers", "answers in force"},
    };
    printf("%s\n", call_text(recount, "code"));
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *count = figure_count(call_number(recount, lines[i].name));
        printf("%12s  %s\n", count, lines[i].words);
    }
    if (json_is_true(json_object_get(recount, "equal"))) {
        printf("equal\n");
    } else {
        printf("not equal:\n");
        print_differences(recount);
    }
}

int cli_recount(struct command_line *line, int argc, char **argv)
{
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/campaigns/%s/recount", id);
    json_t *recount = call_get(line, path, &code);
    if (recount == NULL)
        return code;
    bool equal = json_is_true(json_object_get(recount, "equal"));
    if (line->json)
        call_print_json(recount);
    else
        print_recount(recount);
    json_decref(recount);
    return equal ? EX_OK : EX_DATAERR;
}
