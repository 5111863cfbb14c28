// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides what a refusal or a return covers. An SMS that answers a campaign speaks about the
 * organisation that sent it, whatever words it uses; one that fits no campaign is about everything,
 * because silence towards somebody who wanted it is the smaller harm. */
#include "campaigns/consent.h"

#include "campaigns/text.h"

char *consent_organisation(const char *written)
{
    return written == NULL ? g_strdup("") : text_key_marked(written);
}

static bool read_organisation(struct store *store, int64_t campaign_id, char **retorganisation,
                              GError **error)
{
    *retorganisation = NULL;
    return campaign_id == 0 ||
           store_consent_organisation(store, campaign_id, retorganisation, error);
}

bool consent_refused_at(struct store *store, int64_t contact_id, int64_t campaign_id,
                        int64_t *retat, GError **error)
{
    g_autofree char *organisation = NULL;
    return read_organisation(store, campaign_id, &organisation, error) &&
           store_consent_refused_at(store, contact_id, organisation, retat, error);
}

static struct consent_row line_of(const struct consent_reply *reply, const char *organisation)
{
    return (struct consent_row){
        .contact_id = reply->contact_id,
        .at = reply->now,
        .reply_id = reply->reply_id,
        .campaign_id = reply->campaign_id,
        .organisation = organisation == NULL ? CONSENT_ALL : organisation,
        .by = "",
    };
}

bool consent_refuse(struct store *store, const struct consent_reply *reply, bool *retnew,
                    GError **error)
{
    g_autofree char *organisation = NULL;
    int64_t before = 0;
    bool added = false;
    if (!read_organisation(store, reply->campaign_id, &organisation, error))
        return false;
    struct consent_row row = line_of(reply, organisation);
    if (!store_consent_refused_at(store, reply->contact_id, row.organisation, &before, error) ||
        !store_consent_refuse(store, &row, &added, error))
        return false;
    *retnew = before == 0;
    return true;
}

bool consent_return(struct store *store, const struct consent_reply *reply, GError **error)
{
    g_autofree char *organisation = NULL;
    unsigned count = 0;
    if (!read_organisation(store, reply->campaign_id, &organisation, error))
        return false;
    struct consent_row row = line_of(reply, organisation);
    return store_consent_restore(store, &row, &count, error);
}

static bool is_all(const struct consent_word *word)
{
    return word->organisation == NULL || g_str_equal(word->organisation, CONSENT_ALL);
}

static bool change(struct store *store, const struct consent_word *word, const char *organisation,
                   bool refuse, bool *retchanged, GError **error)
{
    struct consent_row row = {
        .contact_id = word->contact_id,
        .at = word->now,
        .organisation = organisation,
        .by = word->by,
        .reason = word->reason,
    };
    if (refuse)
        return store_consent_refuse(store, &row, retchanged, error);
    int64_t everything = 0;
    unsigned count = 0;
    if (!is_all(word) &&
        !store_consent_refused_at(store, word->contact_id, CONSENT_ALL, &everything, error))
        return false;
    if (everything != 0) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                            "this number refuses everything: restore it without --organisation, "
                            "then refuse what it still does not want");
        return false;
    }
    bool done = store_consent_restore(store, &row, &count, error);
    *retchanged = count > 0;
    return done;
}

static bool told(struct store *store, const struct consent_word *word, bool refuse, GError **error)
{
    g_autofree char *organisation =
        is_all(word) ? g_strdup(CONSENT_ALL) : consent_organisation(word->organisation);
    bool changed = false;
    if (!store_begin(store, error))
        return false;
    bool done = change(store, word, organisation, refuse, &changed, error);
    if (done && !changed) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    refuse ? "this number refuses that already; see: loa consent show"
                           : "this number refuses nothing of that; see: loa consent show");
        done = false;
    }
    if (done)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

bool consent_refuse_told(struct store *store, const struct consent_word *word, GError **error)
{
    return told(store, word, true, error);
}

bool consent_restore_told(struct store *store, const struct consent_word *word, GError **error)
{
    return told(store, word, false, error);
}
