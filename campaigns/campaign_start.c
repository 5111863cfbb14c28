// SPDX-License-Identifier: GPL-2.0-or-later
/* The approval, and the messages a start writes: one for each contact of the audience, whom the
 * campaign is for written down beside them. Contacts that refuse messages get a row that says so
 * and is never sent. */
#include "campaigns/campaign_start.h"

#include "campaigns/preview.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/message.h"

#include <string.h>

bool campaign_approve(struct store *store, const struct campaign_row *row,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error)
{
    struct preview *preview = preview_make(store, row->id, terms, error);
    if (preview == NULL)
        return false;
    bool bound = store_campaign_set_hash(store, row->id, preview->hash, error);
    preview_free(preview);
    if (!bound)
        return false;
    g_autofree char *submitter = NULL;
    if (!store_campaign_last_by(store, row->id, campaign_event_name(CAMPAIGN_EVENT_SUBMIT),
                                &submitter, error))
        return false;
    if (!g_str_equal(submitter, act->by))
        return true;
    struct campaign_event_row note = {.at = act->now,
                                      .by = (char *)act->by,
                                      .event = (char *)"warning",
                                      .from = (char *)campaign_state_name(row->state),
                                      .to = (char *)campaign_state_name(row->state),
                                      .reason = (char *)"submitted and approved by one person"};
    return store_campaign_log(store, row->id, &note, error);
}

static bool may_start(const struct campaign_row *row, const struct preview *preview, int64_t now,
                      GError **error)
{
    if (row->approved_hash == NULL || strcmp(row->approved_hash, preview->hash) != 0) {
        g_set_error_literal(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL, "changed");
        return false;
    }
    if (row->closes_at != 0 && row->closes_at <= now) {
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE,
                    "the closing time of campaign %s has passed: change `closes` in its file",
                    row->code);
        return false;
    }
    if (preview->audience->recipients->len == 0) {
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_EMPTY,
                    "campaign %s has nobody to write to: see its preview", row->code);
        return false;
    }
    const struct preview_form *form = &preview->form[preview->sends];
    if (form->by_parts[PARTS_MAX + 1] == 0)
        return true;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                "the text for %s makes %u SMS parts, %u are the most that can be sent",
                form->longest_name, form->longest_parts, (unsigned)PARTS_MAX);
    return false;
}

static struct message outline(const struct campaign_row *row, const struct campaign_terms *terms,
                              int64_t now)
{
    struct message message = {
        .campaign_id = row->id,
        .purpose = PURPOSE_INVITATION,
        .priority = (int)row->priority,
        .not_before = MAX(now, row->opens_at),
        .expires_at = INT64_MAX,
    };
    if (terms->expire_after_ms > 0)
        message.expires_at = message.not_before + terms->expire_after_ms;
    if (row->closes_at != 0)
        message.expires_at = MIN(message.expires_at, row->closes_at);
    return message;
}

static bool write_message(struct store *store, const struct preview *preview,
                          const struct recipient *recipient, const struct message *outlined,
                          int64_t now, GError **error)
{
    g_autofree char *text =
        preview_render(&preview->config, preview->audience, recipient, preview->sends, error);
    if (text == NULL)
        return false;
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    struct message message = *outlined;
    message.contact_id = recipient->contact_id;
    message.text = text;
    message.parts = parts.count;
    message.reference = (uint8_t)(recipient->contact_id + 37 * preview->id);
    text_parts_clear(&parts);
    int64_t id = 0;
    return store_message_add(store, &message, now, &id, error) &&
           (!recipient->opted_out ||
            store_message_skip(store, id, left_out_name(LEFT_OUT_OPTED_OUT), now, error));
}

static bool write_list(struct store *store, const struct preview *preview,
                       const GPtrArray *recipients, const struct message *outlined, int64_t now,
                       GError **error)
{
    for (unsigned i = 0; i < recipients->len; i++) {
        const struct recipient *recipient = recipients->pdata[i];
        if (!store_audience_record(store, preview->id, recipient, error) ||
            (recipient->addressed &&
             !write_message(store, preview, recipient, outlined, now, error)))
            return false;
    }
    return true;
}

bool campaign_write_messages(struct store *store, const struct campaign_row *row,
                             const struct campaign_act *act, const struct campaign_terms *terms,
                             GError **error)
{
    struct preview *preview = preview_make(store, row->id, terms, error);
    if (preview == NULL)
        return false;
    struct message outlined = outline(row, terms, act->now);
    bool written =
        may_start(row, preview, act->now, error) &&
        write_list(store, preview, preview->audience->recipients, &outlined, act->now, error) &&
        write_list(store, preview, preview->audience->left_out, &outlined, act->now, error);
    preview_free(preview);
    return written;
}
