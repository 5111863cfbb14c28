// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the line of one command: options by GOption, the number of arguments, the sentences when it
 * does not fit. Knows no command by name. */
#include "gateway/cli/command.h"

#include "gateway/cli/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

const char *command_default_socket(void)
{
    const char *set = g_getenv("LOA_SOCKET");
    return set != NULL && set[0] != '\0' ? set : "/run/loa/loa.sock";
}

void command_add_globals(GOptionContext *context, struct command_line *line)
{
    const GOptionEntry globals[] = {
        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &line->socket,
         "Socket of the service (default: $LOA_SOCKET, else /run/loa/loa.sock)", "PATH"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &line->json, "Print JSON instead of tables", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_option_context_add_main_entries(context, globals, NULL);
}

int command_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "loa: %s\n", sentence);
    return code;
}

static GOptionContext *make_context(struct command_line *line, const GOptionEntry *entries)
{
    GOptionContext *context = g_option_context_new(line->command->arguments);
    g_option_context_set_summary(context, line->command->summary);
    if (line->command->details != NULL)
        g_option_context_set_description(context, line->command->details);
    if (entries != NULL)
        g_option_context_add_main_entries(context, entries, NULL);
    command_add_globals(context, line);
    return context;
}

/* GOption leaves the "--" that ends the options where it stood. */
static void take_arguments(struct command_line *line, int argc, char **argv)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else
            g_strv_builder_add(builder, argv[i]);
    }
    g_strfreev(line->arguments);
    line->arguments = g_strv_builder_end(builder);
    line->count = g_strv_length(line->arguments);
}

int command_open(struct command_line *line, const GOptionEntry *entries, int argc, char **argv,
                 unsigned least, unsigned most)
{
    const struct command *command = line->command;
    g_autofree char *name = g_strdup_printf("loa %s", command->words);
    g_autoptr(GError) error = NULL;
    g_set_prgname(name);
    GOptionContext *context = make_context(line, entries);
    bool read = g_option_context_parse(context, &argc, &argv, &error);
    g_option_context_free(context);
    if (!read)
        return command_fail(EX_USAGE, "%s: %s; see: loa %s --help", command->words, error->message,
                            command->words);
    take_arguments(line, argc, argv);
    if (line->count >= least && line->count <= most)
        return COMMAND_GO_ON;
    return command_fail(EX_USAGE, "%s; usage: loa %s%s%s",
                        line->count < least ? "an argument is missing" : "too many arguments",
                        command->words, *command->arguments != '\0' ? " " : "", command->arguments);
}

void command_line_clear(struct command_line *line)
{
    client_free(line->client);
    g_free(line->socket);
    g_strfreev(line->arguments);
    *line = (struct command_line){0};
}

void command_hide(const struct command_line *line, unsigned first, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i] != NULL &&
            g_strv_contains((const char *const *)line->arguments + first, argv[i]))
            explicit_bzero(argv[i], strlen(argv[i]));
    }
}
