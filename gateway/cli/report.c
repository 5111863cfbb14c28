// SPDX-License-Identifier: GPL-2.0-or-later
/* loa report: a report of a campaign as a file to open or print, or as CSV on stdout. A file that
 * is there stays, unless --force says otherwise. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct options {
    char *format, *out, *unit, *option, *tree, *snapshot, *organisation;
    gint64 minimum;
    gboolean force;
};

static void options_clear(struct options *options)
{
    g_free(options->format);
    g_free(options->out);
    g_free(options->unit);
    g_free(options->option);
    g_free(options->tree);
    g_free(options->snapshot);
    g_free(options->organisation);
}

static bool is_format(const char *text)
{
    static const char *const known[] = {"csv", "xlsx", "html", NULL};
    return g_strv_contains(known, text);
}

/* The option, else the ending of the file, else CSV. NULL after the sentence was printed. */
static char *choose_format(const struct options *options, int *retcode)
{
    const char *dot = options->out != NULL ? strrchr(options->out, '.') : NULL;
    g_autofree char *format = options->format != NULL ? g_strdup(options->format)
                              : dot != NULL           ? g_ascii_strdown(dot + 1, -1)
                                                      : g_strdup("csv");
    if (is_format(format))
        return g_steal_pointer(&format);
    if (options->format == NULL && strcmp(format, "htm") == 0)
        return g_strdup("html");
    *retcode = command_fail(EX_USAGE,
                            "\"%s\" is no format; there are csv, xlsx and html: say "
                            "--format, or end the file's name with one of them",
                            format);
    return NULL;
}

static void add_parameter(GString *path, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *escaped = call_escape(value);
    g_string_append_printf(path, "&%s=%s", name, escaped);
}

static char *path_of(const struct command_line *line, const struct options *options,
                     const char *format)
{
    g_autofree char *id = call_escape(line->arguments[1]), *kind = call_escape(line->arguments[0]),
                    *minimum = options->minimum > 0
                                   ? g_strdup_printf("%" G_GINT64_FORMAT, options->minimum)
                                   : NULL;
    GString *path = g_string_new(NULL);
    g_string_printf(path, "/v1/campaigns/%s/sheets?kind=%s", id, kind);
    add_parameter(path, "format", format);
    add_parameter(path, "unit", options->unit);
    add_parameter(path, "option", options->option);
    add_parameter(path, "min", minimum);
    add_parameter(path, "tree", options->tree);
    add_parameter(path, "snapshot", options->snapshot);
    add_parameter(path, "organisation", options->organisation);
    return g_string_free(path, FALSE);
}

/* Names and numbers of people: for its owner alone. */
static int write_out(const struct options *options, const GString *bytes)
{
    g_autoptr(GError) error = NULL;
    if (options->out == NULL)
        return fwrite(bytes->str, 1, bytes->len, stdout) == bytes->len
                   ? EX_OK
                   : command_fail(EX_IOERR, "the output cannot be written");
    if (!g_file_set_contents_full(options->out, bytes->str, (gssize)bytes->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        return command_fail(EX_CANTCREAT, "%s", error->message);
    printf("%s was written\n", options->out);
    return EX_OK;
}

static int make_report(struct command_line *line, const struct options *options)
{
    int code = EX_OK;
    if (line->json)
        return command_fail(EX_USAGE, "a report is csv, xlsx or html; as JSON its figures are in "
                                      "loa tally, coverage, answers and opinions");
    if (options->out != NULL && !options->force &&
        g_file_test(options->out, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return command_fail(EX_CANTCREAT, "%s is there already: choose another name, or --force",
                            options->out);
    g_autofree char *format = choose_format(options, &code);
    if (format == NULL)
        return code;
    if (options->out == NULL && strcmp(format, "xlsx") == 0)
        return command_fail(EX_USAGE, "a workbook needs a file: --out NAME.xlsx");
    g_autofree char *path = path_of(line, options, format);
    GString *bytes = call_download(line, path, &code);
    if (bytes == NULL)
        return code;
    code = write_out(options, bytes);
    g_string_free(bytes, TRUE);
    return code;
}

int cli_report(struct command_line *line, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &options.format,
         "csv, xlsx or html (default: the ending of FILE, else csv)", "FORMAT"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, "Write it there (default: stdout)",
         "FILE"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &options.force, "Overwrite a file that is there",
         NULL},
        {"unit", 0, 0, G_OPTION_ARG_STRING, &options.unit, "Only this unit and all below", "CODE"},
        {"option", 0, 0, G_OPTION_ARG_STRING, &options.option,
         "attendance, classes: only this option or add-on", "CODE"},
        {"min", 0, 0, G_OPTION_ARG_INT64, &options.minimum, "classes: only where so many want it",
         "N"},
        {"tree", 0, 0, G_OPTION_ARG_STRING, &options.tree, "Under the units of that day", "DAY"},
        {"snapshot", 0, 0, G_OPTION_ARG_STRING, &options.snapshot,
         "As it was: number or moment of a snapshot", "WHICH"},
        {"organisation", 0, 0, G_OPTION_ARG_STRING, &options.organisation,
         "Name in the head, instead of that of loa.conf", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code == COMMAND_GO_ON)
        code = make_report(line, &options);
    options_clear(&options);
    return code;
}
