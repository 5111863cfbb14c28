// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills {placeholders}. Both public readers walk the text through next_piece(), so that what is
 * listed when a campaign is made is what is looked up when a message is. */
#include "campaigns/template.h"

#include "campaigns/text.h"

#include <string.h>

G_DEFINE_QUARK(template_error_quark, template_error)

enum { SHOWN = 20 }; /* characters of a text in an error */

static const char *const builtin[] = {"ten", "ho_ten", "goi", "lua_chon", "so", "ngay", "don_vi"};

struct piece {
    const char *literal; /* up to the placeholder or the end */
    size_t length;
    char *name; /* folded; NULL: no placeholder follows */
};

char *template_fold(const char *heading)
{
    g_autofree char *key = text_key_unmarked(heading);
    GString *name = g_string_sized_new(strlen(key));
    for (const char *at = key; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isalnum(c))
            g_string_append_unichar(name, c);
        else if (name->len > 0 && name->str[name->len - 1] != '_')
            g_string_append_c(name, '_');
    }
    if (name->len > 0 && name->str[name->len - 1] == '_')
        g_string_truncate(name, name->len - 1);
    return g_string_free(name, FALSE);
}

static bool take_name(const char *brace, struct piece *retpiece, const char **retnext,
                      GError **error)
{
    const char *end = strpbrk(brace + 1, "{}");
    if (end == NULL || *end == '{') {
        g_autofree char *shown = g_utf8_substring(brace, 0, MIN(g_utf8_strlen(brace, -1), SHOWN));
        g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
                    "\"%s\": the brace is never closed; write {{ for one that is meant", shown);
        return false;
    }
    g_autofree char *written = g_strndup(brace + 1, (size_t)(end - brace - 1));
    g_autofree char *name = template_fold(written);
    if (name[0] == '\0') {
        g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_SYNTAX,
                    "\"{%s}\" names nothing; write {{ for a brace that is meant", written);
        return false;
    }
    retpiece->name = g_steal_pointer(&name);
    *retnext = end + 1;
    return true;
}

/* The literal before the next placeholder, and that. The caller frees `name`. */
static bool next_piece(const char **at, struct piece *retpiece, GError **error)
{
    const char *text = *at;
    const char *brace = strchr(text, '{');
    *retpiece = (struct piece){.literal = text};
    if (brace == NULL) {
        retpiece->length = strlen(text);
        *at = text + retpiece->length;
        return true;
    }
    retpiece->length = (size_t)(brace - text);
    if (brace[1] != '{')
        return take_name(brace, retpiece, at, error);
    retpiece->length++; /* the first of the two stays */
    *at = brace + 2;
    return true;
}

char *template_render(const char *text, template_lookup *lookup, void *data, GError **error)
{
    g_autoptr(GString) rendered = g_string_sized_new(strlen(text));
    while (*text != '\0') {
        struct piece piece;
        if (!next_piece(&text, &piece, error))
            return NULL;
        g_autofree char *name = piece.name;
        g_string_append_len(rendered, piece.literal, (gssize)piece.length);
        if (name == NULL)
            continue;
        const char *value = lookup(name, data);
        if (value == NULL) {
            g_set_error(error, TEMPLATE_ERROR, TEMPLATE_ERROR_UNKNOWN,
                        "nothing fills {%s}: it is no column of the roster and no word of Loa",
                        name);
            return NULL;
        }
        g_string_append(rendered, value);
    }
    return g_string_free(g_steal_pointer(&rendered), FALSE);
}

char **template_fields(const char *text, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    while (*text != '\0') {
        struct piece piece;
        if (!next_piece(&text, &piece, error))
            return NULL;
        bool known = piece.name != NULL &&
                     g_ptr_array_find_with_equal_func(names, piece.name, g_str_equal, NULL);
        if (piece.name != NULL && !known)
            g_ptr_array_add(names, piece.name);
        else
            g_free(piece.name);
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_steal(names, NULL);
}

bool template_is_builtin(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(builtin); i++)
        if (g_str_equal(builtin[i], name))
            return true;
    return false;
}

const char *template_salutation(enum sex sex)
{
    switch (sex) {
    case SEX_MALE:
        return "ông";
    case SEX_FEMALE:
        return "bà";
    case SEX_UNKNOWN:
        break;
    }
    return "ông/bà";
}
