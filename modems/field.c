// SPDX-License-Identifier: GPL-2.0-or-later
/* Modems agree on the order of fields, not on quotes, spaces or how lists are written. Nothing here
 * asks or keeps anything. */
#include "modems/field.h"

#include <stdlib.h>
#include <string.h>

const char *field_after(const GPtrArray *lines, const char *name)
{
    size_t length = strlen(name);
    for (guint i = 0; i < lines->len; i++) {
        const char *line = lines->pdata[i];
        if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " ");
    }
    return NULL;
}

/* To the comma that ends this field, or to the end. */
static const char *field_end(const char *at)
{
    bool quoted = false;
    int depth = 0;
    for (; *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (!quoted && *at == '(')
            depth++;
        else if (!quoted && *at == ')')
            depth--;
        else if (!quoted && depth <= 0 && *at == ',')
            break;
    }
    return at;
}

char *field_text(const char *fields, unsigned index)
{
    const char *at = fields;
    for (unsigned i = 0; i < index; i++) {
        at = field_end(at);
        if (*at++ != ',')
            return NULL;
    }
    at += strspn(at, " ");
    size_t length = (size_t)(field_end(at) - at);
    if (*at == '(' || *at == '"') {
        char closing = *at++ == '(' ? ')' : '"';
        const char *end = memchr(at, closing, length - 1);
        length = end != NULL ? (size_t)(end - at) : length - 1;
    }
    return g_strstrip(g_strndup(at, length));
}

int32_t field_number(const char *fields, unsigned index, int32_t otherwise)
{
    g_autofree char *field = fields != NULL ? field_text(fields, index) : NULL;
    if (field == NULL)
        return otherwise;
    char *end = NULL;
    long number = strtol(field, &end, 10);
    return end == field || number < INT32_MIN || number > INT32_MAX ? otherwise : (int32_t)number;
}

bool field_allows(const char *fields, unsigned index, int32_t value)
{
    g_autofree char *field = field_text(fields, index);
    if (field == NULL)
        return false;
    g_auto(GStrv) items = g_strsplit(field, ",", -1);
    for (char **item = items; *item != NULL; item++) {
        char *end = NULL;
        long from = strtol(*item, &end, 10);
        if (end == *item)
            continue;
        end += strspn(end, " ");
        long to = *end == '-' ? strtol(end + 1, NULL, 10) : from;
        if (value >= from && value <= to)
            return true;
    }
    return false;
}

static char *unhex(const char *hex)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i + 4 <= strlen(hex); i += 4) {
        char unit[5] = {hex[i], hex[i + 1], hex[i + 2], hex[i + 3], '\0'};
        g_string_append_unichar(text, (gunichar)strtoul(unit, NULL, 16));
    }
    return g_string_free(text, FALSE);
}

char *field_phone(const char *fields, unsigned index)
{
    g_autofree char *field = fields != NULL ? field_text(fields, index) : NULL;
    if (field == NULL)
        return NULL;
    size_t length = strlen(field);
    bool hex = length >= 8 && length % 4 == 0 && g_str_has_prefix(field, "00") &&
               (g_ascii_strncasecmp(field, "002B", 4) == 0 || g_str_has_prefix(field, "003"));
    g_autofree char *number = hex ? unhex(field) : g_strdup(field);
    const char *digits = number + (number[0] == '+');
    if (digits[0] == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return NULL;
    return g_steal_pointer(&number);
}

char *field_bare(const GPtrArray *lines)
{
    if (lines->len == 0)
        return g_strdup("");
    const char *line = lines->pdata[0];
    const char *colon = line[0] == '+' ? strchr(line, ':') : NULL;
    g_autofree char *text = g_strdup(colon != NULL ? colon + 1 : line);
    g_strstrip(text);
    size_t length = strlen(text);
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
        return g_strndup(text + 1, length - 2);
    return g_steal_pointer(&text);
}
