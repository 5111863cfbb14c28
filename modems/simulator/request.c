// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes command lines apart: letters with numbers (E1, &F, S0=0) may follow each other directly,
 * extended commands end at a semicolon outside quotes. Knows no command. */
#include "modems/simulator/request.h"

#include <string.h>

static const char *until_semicolon(const char *at)
{
    for (bool quoted = false; *at && (quoted || *at != ';'); at++)
        if (*at == '"')
            quoted = !quoted;
    return at;
}

static bool read_extended(const char **cursor, struct request *retrequest)
{
    const char *at = *cursor + 1;
    while (g_ascii_isalnum(*at) || *at == '_')
        at++;
    size_t length = (size_t)(at - *cursor);
    const char *end = until_semicolon(at);
    if (length < 2 || length >= sizeof retrequest->name)
        return false;
    g_strlcpy(retrequest->name, *cursor, length + 1);
    g_autofree char *rest = g_strndup(at, (gsize)(end - at));
    g_strchomp(rest);
    *cursor = end;
    if (*rest == '\0')
        retrequest->kind = REQUEST_RUN;
    else if (strcmp(rest, "?") == 0)
        retrequest->kind = REQUEST_READ;
    else if (strcmp(rest, "=?") == 0)
        retrequest->kind = REQUEST_TEST;
    else if (*rest == '=')
        retrequest->kind = REQUEST_SET;
    else
        return false;
    retrequest->arguments = g_strdup(retrequest->kind == REQUEST_SET ? rest + 1 : "");
    return true;
}

static bool read_basic(const char **cursor, struct request *retrequest)
{
    const char *at = *cursor;
    char *name = retrequest->name;
    if (*at == '&')
        *name++ = *at++;
    if (!g_ascii_isalpha(*at))
        return false;
    char letter = *name++ = g_ascii_toupper(*at++);
    while (letter == 'S' && g_ascii_isdigit(*at) && name < retrequest->name + 4)
        *name++ = *at++;
    *name = '\0';
    if (letter == 'S' && (*at == '=' || *at == '?'))
        retrequest->kind = *at++ == '=' ? REQUEST_SET : REQUEST_READ;
    else
        retrequest->kind = g_ascii_isdigit(*at) ? REQUEST_SET : REQUEST_RUN;
    const char *end = at + strspn(at, "0123456789");
    if (letter == 'D') { /* a number to dial takes the rest of the line */
        end = at + strlen(at);
        retrequest->kind = REQUEST_SET;
    }
    retrequest->arguments = g_strndup(at, (gsize)(end - at));
    *cursor = end;
    return true;
}

bool request_read(const char **cursor, struct request *retrequest)
{
    while (**cursor == ' ' || **cursor == ';')
        (*cursor)++;
    *retrequest = (struct request){.kind = REQUEST_RUN};
    bool extended = **cursor && strchr("+^$*#%", **cursor);
    bool well = extended ? read_extended(cursor, retrequest) : read_basic(cursor, retrequest);
    for (char *letter = retrequest->name; *letter; letter++)
        *letter = g_ascii_toupper(*letter);
    return well;
}

char **request_arguments(const struct request *request)
{
    GPtrArray *list = g_ptr_array_new();
    GString *one = g_string_new(NULL);
    bool quoted = false;
    for (const char *at = request->arguments; *at; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == ',' && !quoted) {
            g_ptr_array_add(list, g_strdup(one->str));
            g_string_truncate(one, 0);
        } else if (quoted || *at != ' ')
            g_string_append_c(one, *at);
    }
    g_ptr_array_add(list, g_string_free(one, FALSE));
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

int request_number(char **arguments, unsigned index, int otherwise)
{
    guint64 number;
    if (index >= g_strv_length(arguments) || *arguments[index] == '\0')
        return otherwise;
    if (!g_ascii_string_to_unsigned(arguments[index], 10, 0, 100000, &number, NULL))
        return -1;
    return (int)number;
}
