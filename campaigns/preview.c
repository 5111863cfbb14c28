// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders every text a campaign would send, in both forms, and counts what they weigh. The hash an
 * approval is bound to covers the file, every contact with its text, and the cost. Contacts that
 * opted out are hashed all the same: somebody who refuses messages between approval and start must
 * not void the approval, since nobody gets anything else than what was approved. */
#include "campaigns/preview.h"

#include "campaigns/store/campaign.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

#include <string.h>

struct words {
    const struct audience *audience;
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
    for (unsigned i = 0; words->audience->fields[i] != NULL && recipient->values != NULL; i++)
        if (g_str_equal(name, words->audience->fields[i]))
            return recipient->values[i];
    return NULL;
}

static const char *source_of(const struct campaign_config *config, enum preview_form_kind form)
{
    const char *first = form == FORM_MARKED ? config->text_marked : config->text;
    const char *second = form == FORM_MARKED ? config->text : config->text_marked;
    return first != NULL && *first != '\0' ? first : second;
}

char *preview_render(const struct campaign_config *config, const struct audience *audience,
                     const struct recipient *recipient, enum preview_form_kind form, GError **error)
{
    struct words words = {audience, recipient};
    const char *source = source_of(config, form);
    char *rendered = template_render(source == NULL ? "" : source, look_up, &words, error);
    if (rendered == NULL || form == FORM_MARKED)
        return rendered;
    char *unmarked = text_unmark(rendered);
    g_free(rendered);
    return unmarked;
}

static void note_offending(GString *all, const char *offending)
{
    for (const char *at = offending; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (g_utf8_strchr(all->str, -1, character) == NULL)
            g_string_append_unichar(all, character);
    }
}

static void weigh(struct preview_form *form, GString *offending, const struct recipient *recipient,
                  char *text)
{
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    form->gsm7 += parts.coding == CODING_GSM7;
    form->ucs2 += parts.coding == CODING_UCS2;
    form->parts += parts.count;
    form->by_parts[MIN(parts.count, (unsigned)PARTS_MAX + 1)]++;
    note_offending(offending, parts.offending);
    if (form->sample == NULL)
        form->sample = g_strdup(text);
    bool longer = parts.count != form->longest_parts ? parts.count > form->longest_parts
                                                     : parts.units > form->longest_units;
    if (form->longest == NULL || longer) {
        g_free(form->longest);
        g_free(form->longest_name);
        form->longest = g_strdup(text);
        form->longest_name = g_strdup(recipient->name);
        form->longest_parts = parts.count;
        form->longest_units = parts.units;
    }
    text_parts_clear(&parts);
}

static bool fill_form(struct preview *preview, enum preview_form_kind kind, GError **error)
{
    struct preview_form *form = &preview->form[kind];
    g_autoptr(GString) offending = g_string_new(NULL);
    const GPtrArray *recipients = preview->audience->recipients;
    bool rendered = true;
    for (unsigned i = 0; rendered && i < recipients->len; i++) {
        g_autofree char *text =
            preview_render(&preview->config, preview->audience, recipients->pdata[i], kind, error);
        rendered = text != NULL;
        if (rendered)
            weigh(form, offending, recipients->pdata[i], text);
    }
    form->offending = g_strdup(offending->str);
    form->cost = form->parts * preview->price_per_part;
    return rendered;
}

/* Length before content, so that no two lists of texts feed the same bytes. */
static void feed(GChecksum *checksum, const char *text)
{
    g_autofree char *length = g_strdup_printf("%zu:", strlen(text));
    g_checksum_update(checksum, (const guchar *)length, -1);
    g_checksum_update(checksum, (const guchar *)text, -1);
}

static bool feed_texts(GChecksum *checksum, const struct preview *preview,
                       const GPtrArray *recipients, int64_t *retparts, GError **error)
{
    for (unsigned i = 0; i < recipients->len; i++) {
        const struct recipient *recipient = recipients->pdata[i];
        if (!recipient->addressed)
            continue;
        g_autofree char *text =
            preview_render(&preview->config, preview->audience, recipient, preview->sends, error);
        if (text == NULL)
            return false;
        struct text_parts parts = {0};
        text_parts_make(text, &parts);
        *retparts += parts.count;
        text_parts_clear(&parts);
        feed(checksum, recipient->phone);
        feed(checksum, text);
    }
    return true;
}

static int by_phone(gconstpointer one, gconstpointer other)
{
    const struct recipient *const *first = one, *const *second = other;
    return strcmp((*first)->phone, (*second)->phone);
}

static bool fill_hash(struct preview *preview, const char *definition, GError **error)
{
    g_autoptr(GPtrArray) addressed = g_ptr_array_new();
    const GPtrArray *const lists[] = {preview->audience->recipients, preview->audience->left_out};
    for (unsigned list = 0; list < G_N_ELEMENTS(lists); list++) {
        for (unsigned i = 0; i < lists[list]->len; i++) {
            struct recipient *recipient = lists[list]->pdata[i];
            if (recipient->addressed)
                g_ptr_array_add(addressed, recipient);
        }
    }
    g_ptr_array_sort(addressed, by_phone);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    feed(checksum, definition);
    int64_t parts = 0;
    if (!feed_texts(checksum, preview, addressed, &parts, error))
        return false;
    g_autofree char *cost = g_strdup_printf("%" G_GINT64_FORMAT, parts * preview->price_per_part);
    feed(checksum, cost);
    g_strlcpy(preview->hash, g_checksum_get_string(checksum), sizeof preview->hash);
    return true;
}

/* The attributes that either form needs. */
static char **needed_fields(const struct campaign_config *config, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (enum preview_form_kind form = FORM_UNMARKED; form < FORM_COUNT; form++) {
        const char *source = source_of(config, form);
        g_auto(GStrv) fields = template_fields(source == NULL ? "" : source, error);
        if (fields == NULL)
            return NULL;
        for (unsigned i = 0; fields[i] != NULL; i++)
            if (!template_is_builtin(fields[i]))
                g_strv_builder_add(builder, fields[i]);
    }
    return g_strv_builder_end(builder);
}

static bool fill(struct store *store, struct preview *preview, const struct campaign_row *row,
                 GError **error)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    if (!campaign_config_read(row->definition, row->file, &preview->config, mistakes)) {
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "the stored file of campaign %s no longer reads: create it again", row->code);
        return false;
    }
    preview->sends = preview->config.send_marked ? FORM_MARKED : FORM_UNMARKED;
    g_auto(GStrv) fields = needed_fields(&preview->config, error);
    if (fields == NULL)
        return false;
    preview->audience =
        audience_select(store, &preview->config, (const char *const *)fields, error);
    return preview->audience != NULL && fill_form(preview, FORM_UNMARKED, error) &&
           fill_form(preview, FORM_MARKED, error) && fill_hash(preview, row->definition, error);
}

struct preview *preview_make(struct store *store, int64_t id, const struct campaign_terms *terms,
                             GError **error)
{
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row == NULL)
        return NULL;
    struct preview *preview = g_new0(struct preview, 1);
    preview->id = id;
    preview->code = g_strdup(row->code);
    preview->price_per_part = terms->price_per_part;
    bool filled = fill(store, preview, row, error);
    campaign_row_free(row);
    if (filled)
        return preview;
    preview_free(preview);
    return NULL;
}

void preview_free(struct preview *preview)
{
    if (preview == NULL)
        return;
    for (enum preview_form_kind form = FORM_UNMARKED; form < FORM_COUNT; form++) {
        g_free(preview->form[form].offending);
        g_free(preview->form[form].longest);
        g_free(preview->form[form].longest_name);
        g_free(preview->form[form].sample);
    }
    audience_free(preview->audience);
    campaign_config_clear(&preview->config);
    g_free(preview->code);
    g_free(preview);
}
