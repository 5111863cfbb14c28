// SPDX-License-Identifier: GPL-2.0-or-later
// Lines in, something out, one at a time, so that it can stand in a pipe.
#include "gateway/cli/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

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

static int read_lines(const struct command_line *line, lines_take *take, FILE *input,
                      const char *file)
{
    char *buffer = NULL;
    size_t size = 0;
    ssize_t got;
    int code = EX_OK;
    for (unsigned number = 1; (got = getline(&buffer, &size, input)) >= 0; number++) {
        size_t length = (size_t)got;
        char *text = bare_line(buffer, &length, number);
        const char *end;
        if (g_utf8_validate_len(text, length, &end)) {
            take(text, line->json);
            continue;
        }
        code = command_fail(EX_DATAERR, "%s:%u: byte %zu is not UTF-8; the line was left out", file,
                            number, (size_t)(end - text) + 1);
    }
    if (ferror(input))
        code = command_fail(EX_IOERR, "%s: %s", file, g_strerror(errno));
    free(buffer);
    return code;
}

static int read_file(const struct command_line *line, lines_take *take, const char *file)
{
    if (strcmp(file, "-") == 0)
        return read_lines(line, take, stdin, "stdin");
    FILE *input = fopen(file, "re");
    if (input == NULL)
        return command_fail(EX_NOINPUT, "%s: %s", file, g_strerror(errno));
    int code = read_lines(line, take, input, file);
    fclose(input);
    return code;
}

int lines_run(struct command_line *line, int argc, char **argv, lines_take *take)
{
    int code = command_open(line, NULL, argc, argv, 0, G_MAXUINT);
    if (code != COMMAND_GO_ON)
        return code;
    if (line->count == 0)
        return read_file(line, take, "-");
    code = EX_OK;
    for (unsigned i = 0; i < line->count; i++) {
        int result = read_file(line, take, line->arguments[i]);
        code = code == EX_OK ? result : code;
    }
    return code;
}
