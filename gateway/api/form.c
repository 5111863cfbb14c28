// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes a form apart. A text that is not what it seems (a zero octet, broken UTF-8, a name that
 * stands there twice) is refused as a whole: nobody may read it otherwise than we do. */
#include "gateway/api/form.h"

#include <string.h>

/* Decoded; NULL: a "%" without two hexadecimal digits, or a zero octet. */
static char *decode(const char *bytes, size_t size)
{
    GString *text = g_string_sized_new(size);
    for (size_t i = 0; i < size; i++) {
        char octet = bytes[i] == '+' ? ' ' : bytes[i];
        if (bytes[i] == '%') {
            int high = i + 2 < size ? g_ascii_xdigit_value(bytes[i + 1]) : -1;
            int low = high >= 0 ? g_ascii_xdigit_value(bytes[i + 2]) : -1;
            octet = low >= 0 ? (char)(high * 16 + low) : '\0';
            i += 2;
        }
        if (octet == '\0') {
            g_string_free(text, TRUE);
            return NULL;
        }
        g_string_append_c(text, octet);
    }
    return g_string_free(text, FALSE);
}

static bool is_text(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && strchr("\t\r\n", *at) == NULL) || *at == 0x7f)
            return false;
    return true;
}

static const char *take_field(GHashTable *form, const char *bytes, size_t size)
{
    const char *mark = memchr(bytes, '=', size);
    size_t name_size = mark != NULL ? (size_t)(mark - bytes) : size;
    g_autofree char *name = decode(bytes, name_size);
    g_autofree char *value = mark != NULL ? decode(mark + 1, size - name_size - 1) : g_strdup("");
    if (name == NULL || value == NULL)
        return "the body is no form: a % stands there without two hexadecimal digits, or a zero "
               "octet";
    if (!is_text(name) || !is_text(value))
        return "the body is no UTF-8, or holds control characters";
    if (g_hash_table_contains(form, name))
        return "a field stands there twice";
    g_hash_table_insert(form, g_steal_pointer(&name), g_steal_pointer(&value));
    return NULL;
}

GHashTable *form_read(const char *bytes, size_t size, const char **retproblem)
{
    g_autoptr(GHashTable) form = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *at = bytes, *end = bytes + size;
    *retproblem = NULL;
    while (at < end && *retproblem == NULL) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        size_t length = (size_t)((next != NULL ? next : end) - at);
        if (length > 0)
            *retproblem = take_field(form, at, length);
        if (g_hash_table_size(form) > FORM_FIELDS_MAX)
            *retproblem = "the form has too many fields";
        at += length + 1;
    }
    return *retproblem == NULL ? g_steal_pointer(&form) : NULL;
}
