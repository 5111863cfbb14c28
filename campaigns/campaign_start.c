// SPDX-License-Identifier: GPL-2.0-or-later
/* The approval, and the messages a start writes: one for each contact of the audience, whom the
 * campaign is for written down beside them. Contacts that refuse messages get a row that says so
 * and is never sent. A hundred thousand take seconds to write, for which no modem should wait: they
 * go in slices, the campaign runs with the last one, and what a crash in between leaves behind is
 * wiped by the next start. */
#include "campaigns/campaign_start.h"

#include "campaigns/consent.h"
#include "campaigns/preview.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/conversation.h"
#include "campaigns/store/message.h"

#include <string.h>

enum { WRITE_SLICE = 500 };

bool campaign_approve(struct store *store, const struct campaign_row *row,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error)
{
    struct preview *preview = preview_make(store, row->id, terms, act->now, error);
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
    for (unsigned i = 0; form->by_parts[PARTS_MAX + 1] == 0; i++) {
        if (i == preview->config.reminders->len)
            return true;
        form = &preview->reminder[i];
    }
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

/* Where questions come in turn, the invitation asks the first. */
static bool ask_first(struct store *store, const struct campaign_config *config, int64_t message_id,
                      GError **error)
{
    if (config->conversation.ask != ASK_IN_TURN || config->questions->len == 0)
        return true;
    const struct question_config *first = config->questions->pdata[0];
    return store_conversation_link(store, message_id, first->id, -1, error);
}

static bool write_message(struct store *store, const struct preview *preview,
                          const struct recipient *recipient, const struct message *outlined,
                          int64_t now, int64_t *retid, GError **error)
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
    return store_message_add(store, &message, now, retid, error) &&
           ask_first(store, &preview->config, *retid, error) &&
           (!recipient->opted_out ||
            store_message_skip(store, *retid, left_out_name(LEFT_OUT_OPTED_OUT), now, error));
}

struct campaign_writing {
    struct preview *preview;
    struct message outlined;
    int64_t now;
    char *by;
    bool wiped;
    guint next;     /* of the recipients, then of those left out */
    int64_t newest; /* the last message that we wrote; 0: none */
};

struct campaign_writing *campaign_writing_new(struct store *store, const struct campaign_row *row,
                                              const struct campaign_act *act,
                                              const struct campaign_terms *terms, GError **error)
{
    struct preview *preview = preview_make(store, row->id, terms, act->now, error);
    if (preview == NULL || !may_start(row, preview, act->now, error)) {
        preview_free(preview);
        return NULL;
    }
    struct campaign_writing *writing = g_new0(struct campaign_writing, 1);
    writing->preview = preview;
    writing->outlined = outline(row, terms, act->now);
    writing->now = act->now;
    writing->by = g_strdup(act->by);
    return writing;
}

void campaign_writing_free(struct campaign_writing *writing)
{
    if (writing == NULL)
        return;
    preview_free(writing->preview);
    g_free(writing->by);
    g_free(writing);
}

static const struct recipient *recipient_at(const struct campaign_writing *writing, guint index)
{
    const GPtrArray *sent_to = writing->preview->audience->recipients;
    const GPtrArray *left_out = writing->preview->audience->left_out;
    return index < sent_to->len ? sent_to->pdata[index] : left_out->pdata[index - sent_to->len];
}

static bool log_exempted(const struct campaign_writing *writing, struct store *store,
                         const struct recipient *recipient, GError **error)
{
    g_autofree char *organisation = consent_organisation(writing->preview->config.organisation);
    struct consent_row row = {
        .contact_id = recipient->contact_id,
        .at = writing->now,
        .campaign_id = writing->preview->id,
        .organisation = organisation,
        .by = writing->by,
    };
    return store_consent_log(store, &row, "exempted", error);
}

static bool write_one(struct campaign_writing *writing, struct store *store,
                      const struct recipient *recipient, GError **error)
{
    const struct preview *preview = writing->preview;
    if (!store_audience_record(store, preview->id, recipient, error) ||
        (recipient->exempted && recipient->addressed &&
         !log_exempted(writing, store, recipient, error)))
        return false;
    return !recipient->addressed || write_message(store, preview, recipient, &writing->outlined,
                                                  writing->now, &writing->newest, error);
}

/* Somebody else starts it at this moment, or it was changed. */
static bool is_ours(const struct campaign_writing *writing, struct store *store,
                    const struct campaign_row *row, GError **error)
{
    int64_t newest = 0;
    if (!store_message_newest(store, row->id, &newest, error))
        return false;
    bool approved = row->state == CAMPAIGN_APPROVED &&
                    g_strcmp0(row->approved_hash, writing->preview->hash) == 0;
    if (approved && (!writing->wiped || newest == writing->newest))
        return true;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE,
                "campaign %s was changed, or started by somebody else, while it was being started: "
                "see loa campaign show %s",
                row->code, row->code);
    return false;
}

static bool wipe(struct campaign_writing *writing, struct store *store, GError **error)
{
    bool more = false;
    if (!store_message_wipe(store, writing->preview->id, &more, error) ||
        !store_audience_wipe(store, writing->preview->id, error) ||
        !store_consent_wipe(store, writing->preview->id, error))
        return false;
    writing->wiped = !more;
    return true;
}

bool campaign_writing_slice(struct campaign_writing *writing, struct store *store,
                            const struct campaign_row *row, bool *retmore, GError **error)
{
    const struct audience *audience = writing->preview->audience;
    guint all = audience->recipients->len + audience->left_out->len;
    guint until = MIN(writing->next + WRITE_SLICE, all);
    if (!is_ours(writing, store, row, error) || (!writing->wiped && !wipe(writing, store, error)))
        return false;
    for (; writing->wiped && writing->next < until; writing->next++) {
        if (!write_one(writing, store, recipient_at(writing, writing->next), error))
            return false;
    }
    *retmore = !writing->wiped || writing->next < all;
    return true;
}
