// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills the placeholders of invitations and reminders for one recipient. Who previews, who starts
 * and who reminds all come here, so that what was approved is what is sent. */
#include "campaigns/wording.h"

#include "campaigns/template.h"
#include "campaigns/text.h"

struct words {
    char *const *fields;
    const struct recipient *recipient;
};

static const char *look_up(const char *name, void *data)
{
    const struct words *words = data;
    const struct recipient *recipient = words->recipient;
    if (g_str_equal(name, "ten") || g_str_equal(name, "ho_ten"))
        return recipient->name;
    if (g_str_equal(name, "goi"))
        return template_salutation(recipient->sex);
    if (g_str_equal(name, "don_vi"))
        return recipient->unit_name;
    for (unsigned i = 0; words->fields[i] != NULL && recipient->values != NULL; i++)
        if (g_str_equal(name, words->fields[i]))
            return recipient->values[i];
    return NULL;
}

const char *wording_invitation(const struct campaign_config *config, bool marked)
{
    const char *first = marked ? config->text_marked : config->text;
    const char *second = marked ? config->text : config->text_marked;
    const char *source = first != NULL && *first != '\0' ? first : second;
    return source == NULL ? "" : source;
}

char *wording_render(const char *source, bool marked, char *const *fields,
                     const struct recipient *recipient, GError **error)
{
    struct words words = {fields, recipient};
    char *rendered = template_render(source, look_up, &words, error);
    if (rendered == NULL || marked)
        return rendered;
    char *unmarked = text_unmark(rendered);
    g_free(rendered);
    return unmarked;
}

static bool add_fields(GPtrArray *all, const char *source, GError **error)
{
    g_auto(GStrv) fields = template_fields(source, error);
    if (fields == NULL)
        return false;
    for (unsigned i = 0; fields[i] != NULL; i++)
        if (!template_is_builtin(fields[i]) &&
            !g_ptr_array_find_with_equal_func(all, fields[i], g_str_equal, NULL))
            g_ptr_array_add(all, g_strdup(fields[i]));
    return true;
}

char **wording_fields(const struct campaign_config *config, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_null_terminated(4, g_free, true);
    bool read = add_fields(all, wording_invitation(config, false), error) &&
                add_fields(all, wording_invitation(config, true), error);
    const GPtrArray *reminders = config->reminders;
    for (unsigned i = 0; read && reminders != NULL && i < reminders->len; i++)
        read = add_fields(all, ((const struct reminder_config *)reminders->pdata[i])->text, error);
    return read ? (char **)g_ptr_array_steal(all, NULL) : NULL;
}
