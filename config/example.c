// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints a table of settings as the file that a person would write by it: help and range as
 * comments, defaults as values, what has none as a commented line. It can be read back. */
#include "config/reader.h"

#include <string.h>

#include "config/values.h"

#define WIDTH 98

static void print_table(GString *out, const struct setting *table, const char *indent);

/* One comment, broken between words. */
static void print_comment(GString *out, const char *indent, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    size_t column = WIDTH;
    for (char **word = words; *word != NULL; word++) {
        size_t length = (size_t)g_utf8_strlen(*word, -1);
        if (column + 1 + length > WIDTH) {
            g_string_append_printf(out, "%s%s# %s", word == words ? "" : "\n", indent, *word);
            column = strlen(indent) + 2 + length;
        } else {
            g_string_append_printf(out, " %s", *word);
            column += 1 + length;
        }
    }
    g_string_append_c(out, '\n');
}

static void print_help(GString *out, const struct setting *row, const char *indent)
{
    g_autoptr(GString) text = g_string_new(row->help);
    g_autofree char *range = value_range(row);
    g_autofree char *choices =
        row->choices != NULL ? g_strjoinv(" | ", (char **)row->choices) : NULL;
    if (choices != NULL)
        g_string_append_printf(text, ": %s", choices);
    if (range != NULL)
        g_string_append_printf(text, " (%s)", range);
    if (row->required)
        g_string_append(text, " [required]");
    print_comment(out, indent, text->str);
}

static void print_value(GString *out, const struct setting *row, const char *indent)
{
    const char *value = row->initial != NULL ? row->initial : row->example;
    bool quoted = row->type != SETTING_TEXTS && row->type != SETTING_INTEGER &&
                  row->type != SETTING_REAL && row->type != SETTING_FLAG &&
                  (value == NULL || value[0] != '"');
    const char *quote = quoted ? "\"" : "";
    const char *nothing = row->type == SETTING_TEXTS  ? "[ ]"
                          : row->type == SETTING_FLAG ? "false"
                          : quoted                    ? ""
                                                      : "0";
    g_string_append_printf(out, "%s%s%s = %s%s%s;\n", indent,
                           row->initial == NULL && !row->required ? "# " : "", row->key, quote,
                           value != NULL ? value : nothing, quote);
}

/* A list is shown by one element that is commented out: a file without any is a valid file. */
static void print_list(GString *out, const struct setting *row, const char *indent)
{
    g_autoptr(GString) element = g_string_new(NULL);
    print_table(element, row->members, "    ");
    g_string_append_printf(out, "%s%s = (\n%s#  {\n", indent, row->key, indent);
    g_auto(GStrv) lines = g_strsplit(element->str, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line != '\0')
            g_string_append_printf(out, "%s#  %s\n", indent, *line);
    }
    g_string_append_printf(out, "%s#  }\n%s);\n", indent, indent);
}

static void print_table(GString *out, const struct setting *table, const char *indent)
{
    g_autofree char *deeper = g_strconcat(indent, "    ", NULL);
    for (; table->key != NULL; table++) {
        print_help(out, table, indent);
        if (table->type == SETTING_GROUP) {
            g_string_append_printf(out, "%s%s = {\n", indent, table->key);
            print_table(out, table->members, deeper);
            g_string_append_printf(out, "%s};\n", indent);
        } else if (table->type == SETTING_LIST) {
            print_list(out, table, indent);
        } else {
            print_value(out, table, indent);
        }
        if (*indent == '\0' && table[1].key != NULL)
            g_string_append_c(out, '\n');
    }
}

char *settings_example(const struct setting *table)
{
    g_autoptr(GString) out = g_string_new(NULL);
    print_table(out, table, "");
    return g_strdup(out->str);
}
