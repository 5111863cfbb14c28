// SPDX-License-Identifier: GPL-2.0-or-later
// loa opinions assign, start, answer, close, reopen: what people do with an opinion.
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/opinion.h"

#include <string.h>
#include <sysexits.h>

struct work {
    char *by, *reason, *key_file;
};
#define WORK_ENTRIES(work)                                                                          \
    {"by", 0, 0, G_OPTION_ARG_STRING, &(work)->by, "Who does it (default: you)", "NAME"},           \
        {"reason", 0, 0, G_OPTION_ARG_STRING, &(work)->reason, "Why; kept in the history", "TEXT"}, \
        OPINION_KEY_ENTRY(work)

static const char *by_of(const struct work *work)
{
    return work->by != NULL ? work->by : g_get_user_name();
}

static int open_work(struct command_line *line, const GOptionEntry *entries, int argc, char **argv,
                     const struct work *work)
{
    int code = command_open(line, entries, argc, argv, 1, 1);
    return code == COMMAND_GO_ON ? opinion_open_office(line, work->key_file) : code;
}

static void clear_work(struct work *work)
{
    g_free(work->by);
    g_free(work->reason);
    g_free(work->key_file);
}

/* Takes `body`. */
static int post(struct command_line *line, const char *ending, char *body)
{
    int code = EX_OK;
    g_autofree char *path = opinion_path(line->arguments[0], ending);
    json_t *opinion = call_post(line, path, body, &code);
    g_free(body);
    return opinion_print(line, opinion, code);
}

int cli_opinion_assign(struct command_line *line, int argc, char **argv)
{
    struct work work = {0};
    g_autofree char *office = NULL, *topic = NULL, *due = NULL;
    gboolean restricted = FALSE, unrestricted = FALSE;
    const GOptionEntry entries[] = {
        {"office", 0, 0, G_OPTION_ARG_STRING, &office, "Forward it to this office", "CODE"},
        {"topic", 0, 0, G_OPTION_ARG_STRING, &topic, "What it is about; \"-\": none", "CODE"},
        {"due", 0, 0, G_OPTION_ARG_STRING, &due, "By when: 2026-12-01, or 10d from now", "WHEN"},
        {"restricted", 0, 0, G_OPTION_ARG_NONE, &restricted, "For the eyes of its office alone",
         NULL},
        {"unrestricted", 0, 0, G_OPTION_ARG_NONE, &unrestricted,
         "Open to all again; needs the key of its office", NULL},
        WORK_ENTRIES(&work),
        G_OPTION_ENTRY_NULL,
    };
    int code = open_work(line, entries, argc, argv, &work);
    if (code == COMMAND_GO_ON && restricted && unrestricted)
        code = command_fail(EX_USAGE, "--restricted and --unrestricted exclude each other");
    const char *restriction = restricted ? "true" : unrestricted ? "false" : NULL;
    if (code == COMMAND_GO_ON)
        code = post(line, "/assign",
                    call_body("office", office, "topic", topic, "due", due, "restricted",
                              restriction, "by", by_of(&work), "reason", work.reason, NULL));
    clear_work(&work);
    return code;
}

int cli_opinion_answer(struct command_line *line, int argc, char **argv)
{
    struct work work = {0};
    g_autofree char *text = NULL;
    gboolean told = FALSE;
    const GOptionEntry entries[] = {
        {"text", 0, 0, G_OPTION_ARG_STRING, &text, "What the author is told", "TEXT"},
        {"office-says", 0, 0, G_OPTION_ARG_NONE, &told,
         "The office has told the author itself, by visit or telephone: send no SMS", NULL},
        WORK_ENTRIES(&work),
        G_OPTION_ENTRY_NULL,
    };
    int code = open_work(line, entries, argc, argv, &work);
    if (code == COMMAND_GO_ON && text == NULL)
        code = command_fail(EX_USAGE, "--text is missing: what is the author told?");
    if (code == COMMAND_GO_ON)
        code = post(line, "/answer",
                    call_body("text", text, "told", told ? "true" : NULL, "by", by_of(&work),
                              "reason", work.reason, NULL));
    clear_work(&work);
    return code;
}

/* start, close and reopen, told apart by the command's last word. */
int cli_opinion_step(struct command_line *line, int argc, char **argv)
{
    struct work work = {0};
    const GOptionEntry entries[] = {WORK_ENTRIES(&work), G_OPTION_ENTRY_NULL};
    int code = open_work(line, entries, argc, argv, &work);
    g_autofree char *ending = g_strconcat("/", strrchr(line->command->words, ' ') + 1, NULL);
    if (code == COMMAND_GO_ON)
        code = post(line, ending, call_body("by", by_of(&work), "reason", work.reason, NULL));
    clear_work(&work);
    return code;
}
