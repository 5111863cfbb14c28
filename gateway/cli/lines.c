// SPDX-License-Identifier: GPL-2.0-or-later
// Lines in, something out, one at a time, so that it can stand in a pipe.
#include "gateway/cli/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct options {
    gboolean json;
    char **files;
};

/* Takes off the line's end, and the mark that some editors put before the first line. */
static char *bare_line(char *line, size_t *length, unsigned number)
{
    if (*length > 0 && line[*length - 1] == '\n')
        (*length)--;
    if (*length > 0 && line[*length - 1] == '\r')
        (*length)--;
    line[*length] = '\0';
    if (number != 1 || *length < 3 || memcmp(line, "\xef\xbb\xbf", 3) != 0)
        return line;
    *length -= 3;
    return line + 3;
}

static int read_lines(const struct lines_command *command, FILE *input, const char *file, bool json)
{
    char *buffer = NULL;
    size_t size = 0;
    ssize_t got;
    int code = EX_OK;
    for (unsigned number = 1; (got = getline(&buffer, &size, input)) >= 0; number++) {
        size_t length = (size_t)got;
        char *line = bare_line(buffer, &length, number);
        const char *end;
        if (g_utf8_validate_len(line, length, &end)) {
            command->take(line, json);
            continue;
        }
        fprintf(stderr, "loa %s: %s:%u: byte %zu is not UTF-8; the line was left out\n",
                command->name, file, number, (size_t)(end - line) + 1);
        code = EX_DATAERR;
    }
    if (ferror(input)) {
        fprintf(stderr, "loa %s: %s: %s\n", command->name, file, g_strerror(errno));
        code = EX_IOERR;
    }
    free(buffer);
    return code;
}

static int read_file(const struct lines_command *command, const char *file, bool json)
{
    if (strcmp(file, "-") == 0)
        return read_lines(command, stdin, "stdin", json);
    FILE *input = fopen(file, "re");
    if (input == NULL) {
        fprintf(stderr, "loa %s: %s: %s\n", command->name, file, g_strerror(errno));
        return EX_NOINPUT;
    }
    int code = read_lines(command, input, file, json);
    fclose(input);
    return code;
}

static bool read_options(const struct lines_command *command, int argc, char **argv,
                         struct options *options)
{
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "One JSON object for each line", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, "", "[FILE…]"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_summary(context, command->summary);
    g_option_context_set_description(context, command->description);
    g_option_context_add_main_entries(context, entries, NULL);
    bool read = g_option_context_parse(context, &argc, &argv, &error);
    g_option_context_free(context);
    if (!read)
        fprintf(stderr, "loa %s: %s; see: loa %s --help\n", command->name, error->message,
                command->name);
    return read;
}

int lines_run(const struct lines_command *command, int argc, char **argv)
{
    struct options options = {0};
    int code = EX_OK;
    if (!read_options(command, argc, argv, &options))
        return EX_USAGE;
    static const char *const standard_input[] = {"-", NULL};
    const char *const *files = standard_input;
    if (options.files != NULL)
        files = (const char *const *)options.files;
    for (; *files != NULL; files++) {
        int result = read_file(command, *files, options.json);
        code = code == EX_OK ? result : code;
    }
    g_strfreev(options.files);
    return code;
}
