// SPDX-License-Identifier: GPL-2.0-or-later
/* Renders every text a campaign would send, the invitation in both forms, and counts what they
 * weigh. The hash an approval is bound to covers the file, every contact with its text, and the
 * cost. Contacts that opted out are hashed all the same: somebody who refuses messages between
 * approval and start must not void the approval, since nobody gets anything else than what was
 * approved. */
#include "campaigns/preview.h"

#include "campaigns/book.h"
#include "campaigns/day.h"
#include "campaigns/store/campaign.h"
#include "campaigns/wording.h"

#include <string.h>

char *preview_render(const struct campaign_config *config, const struct audience *audience,
                     const struct recipient *recipient, enum preview_form_kind form, GError **error)
{
    bool marked = form == FORM_MARKED;
    return wording_render(wording_invitation(config, marked), marked, audience->fields, recipient,
                          error);
}

static void note_offending(GString *all, const char *offending)
{
    for (const char *at = offending; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (g_utf8_strchr(all->str, -1, character) == NULL)
            g_string_append_unichar(all, character);
    }
}

/* Its parts. */
static unsigned weigh(struct preview_form *form, GString *offending,
                      const struct recipient *recipient, char *text)
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
    unsigned count = parts.count;
    text_parts_clear(&parts);
    return count;
}

/* One text for everybody. */
struct form_fill {
    const char *source;
    bool marked;
    bool invitation;                /* else a reminder */
    struct preview_weight *weights; /* that its parts count in; NULL: it does not go out */
};

static bool fill_form(const struct preview *preview, const struct form_fill *fill,
                      struct preview_form *form, GError **error)
{
    g_autoptr(GString) offending = g_string_new(NULL);
    const struct audience *audience = preview->audience;
    bool rendered = true;
    for (unsigned i = 0; rendered && i < audience->recipients->len; i++) {
        const struct recipient *recipient = audience->recipients->pdata[i];
        g_autofree char *text =
            wording_render(fill->source, fill->marked, audience->fields, recipient, error);
        rendered = text != NULL;
        unsigned parts = rendered ? weigh(form, offending, recipient, text) : 0;
        if (fill->weights != NULL && fill->invitation)
            fill->weights[i].invitation = parts;
        else if (fill->weights != NULL)
            fill->weights[i].reminders += parts;
    }
    form->offending = g_strdup(offending->str);
    form->cost = form->parts * preview->price_per_part;
    return rendered;
}

static bool fill_forms(struct preview *preview, GError **error)
{
    const struct campaign_config *config = &preview->config;
    preview->weights = g_new0(struct preview_weight, preview->audience->recipients->len);
    for (enum preview_form_kind kind = FORM_UNMARKED; kind < FORM_COUNT; kind++) {
        bool marked = kind == FORM_MARKED;
        const struct form_fill fill = {wording_invitation(config, marked), marked, true,
                                       kind == preview->sends ? preview->weights : NULL};
        if (!fill_form(preview, &fill, &preview->form[kind], error))
            return false;
    }
    preview->cost_at_most = preview->form[preview->sends].cost;
    preview->reminder = g_new0(struct preview_form, config->reminders->len);
    for (unsigned i = 0; i < config->reminders->len; i++) {
        const struct reminder_config *reminder = config->reminders->pdata[i];
        const struct form_fill fill = {reminder->text, config->send_marked, false,
                                       preview->weights};
        if (!fill_form(preview, &fill, &preview->reminder[i], error))
            return false;
        preview->cost_at_most += preview->reminder[i].cost;
    }
    return true;
}

/* Length before content, so that no two lists of texts feed the same bytes. */
static void feed(GChecksum *checksum, const char *text)
{
    g_autofree char *length = g_strdup_printf("%zu:", strlen(text));
    g_checksum_update(checksum, (const guchar *)length, -1);
    g_checksum_update(checksum, (const guchar *)text, -1);
}

static bool feed_text(GChecksum *checksum, const struct preview *preview, const char *source,
                      const struct recipient *recipient, int64_t *retparts, GError **error)
{
    g_autofree char *text = wording_render(source, preview->sends == FORM_MARKED,
                                           preview->audience->fields, recipient, error);
    if (text == NULL)
        return false;
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    *retparts += parts.count;
    text_parts_clear(&parts);
    feed(checksum, text);
    return true;
}

/* Reminders too: whoever approves them approves that all of them go to everybody. */
static bool feed_texts(GChecksum *checksum, const struct preview *preview,
                       const GPtrArray *recipients, int64_t *retparts, GError **error)
{
    const struct campaign_config *config = &preview->config;
    const char *invitation = wording_invitation(config, preview->sends == FORM_MARKED);
    for (unsigned i = 0; i < recipients->len; i++) {
        const struct recipient *recipient = recipients->pdata[i];
        feed(checksum, recipient->phone);
        if (!feed_text(checksum, preview, invitation, recipient, retparts, error))
            return false;
        for (unsigned r = 0; r < config->reminders->len; r++) {
            const struct reminder_config *reminder = config->reminders->pdata[r];
            if (!feed_text(checksum, preview, reminder->text, recipient, retparts, error))
                return false;
        }
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

static bool fill(struct store *store, struct preview *preview, const struct campaign_row *row,
                 const char *today, GError **error)
{
    if (!campaign_book_read(row, &preview->config, error))
        return false;
    preview->sends = preview->config.send_marked ? FORM_MARKED : FORM_UNMARKED;
    g_auto(GStrv) fields = wording_fields(&preview->config, error);
    if (fields == NULL)
        return false;
    preview->audience =
        audience_select(store, &preview->config, today, (const char *const *)fields, error);
    return preview->audience != NULL && fill_forms(preview, error) &&
           fill_hash(preview, row->definition, error);
}

struct preview *preview_make(struct store *store, int64_t id, const struct campaign_terms *terms,
                             int64_t now, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row == NULL)
        return NULL;
    struct preview *preview = g_new0(struct preview, 1);
    preview->id = id;
    preview->code = g_strdup(row->code);
    preview->price_per_part = terms->price_per_part;
    char today[DAY_SIZE];
    day_of(now, terms->time_zone, today);
    bool filled = fill(store, preview, row, today, error);
    campaign_row_free(row);
    if (filled)
        return preview;
    preview_free(preview);
    return NULL;
}

static void clear_form(struct preview_form *form)
{
    g_free(form->offending);
    g_free(form->longest);
    g_free(form->longest_name);
    g_free(form->sample);
}

void preview_free(struct preview *preview)
{
    if (preview == NULL)
        return;
    for (enum preview_form_kind form = FORM_UNMARKED; form < FORM_COUNT; form++)
        clear_form(&preview->form[form]);
    for (unsigned i = 0; preview->reminder != NULL && i < preview->config.reminders->len; i++)
        clear_form(&preview->reminder[i]);
    g_free(preview->reminder);
    g_free(preview->weights);
    audience_free(preview->audience);
    campaign_config_clear(&preview->config);
    g_free(preview->code);
    g_free(preview);
}
