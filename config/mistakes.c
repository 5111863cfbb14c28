// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of what is wrong with a file. Readers add to it and go on, so that one run shows all
 * there is to mend; nothing is printed here. */
#include "config/reader.h"

static void mistake_free(void *data)
{
    struct mistake *mistake = data;
    g_free(mistake->file);
    g_free(mistake->field);
    g_free(mistake->sentence);
    g_free(mistake);
}

GPtrArray *mistakes_new(void)
{
    return g_ptr_array_new_with_free_func(mistake_free);
}

static struct mistake *add(GPtrArray *mistakes, const char *file, unsigned line, const char *field)
{
    struct mistake *mistake = g_new0(struct mistake, 1);
    mistake->file = g_strdup(file);
    mistake->line = line;
    mistake->field = g_strdup(field);
    g_ptr_array_add(mistakes, mistake);
    return mistake;
}

void mistakes_add(GPtrArray *mistakes, const char *file, unsigned line, const char *field,
                  const char *format, ...)
{
    struct mistake *mistake = add(mistakes, file, line, field);
    va_list arguments;
    va_start(arguments, format);
    mistake->sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

void mistakes_warn(GPtrArray *mistakes, const char *file, unsigned line, const char *field,
                   const char *format, ...)
{
    struct mistake *mistake = add(mistakes, file, line, field);
    mistake->warning = true;
    va_list arguments;
    va_start(arguments, format);
    mistake->sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

unsigned mistakes_count(const GPtrArray *mistakes)
{
    unsigned count = 0;
    for (guint i = 0; i < mistakes->len; i++) {
        const struct mistake *mistake = mistakes->pdata[i];
        count += !mistake->warning;
    }
    return count;
}

char *mistake_text(const struct mistake *mistake)
{
    g_autoptr(GString) text = g_string_new(mistake->file);
    if (mistake->line != 0)
        g_string_append_printf(text, ":%u", mistake->line);
    if (mistake->field != NULL)
        g_string_append_printf(text, ": %s", mistake->field);
    g_string_append_printf(text, ": %s%s", mistake->warning ? "warning: " : "", mistake->sentence);
    return g_strdup(text->str);
}
