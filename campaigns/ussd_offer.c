// SPDX-License-Identifier: GPL-2.0-or-later
/* By SMS a campaign takes answers until it closes, and so it does by menu. It must have begun: a
 * message asks by itself, a menu is asked for. A pause holds back sending, not answers. */
#include "campaigns/ussd_offer.h"

#include "campaigns/store/answer.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/session.h"

static bool is_open(const struct campaign_entry *entry, int64_t now,
                    enum ussd_survey_notice *retnotice)
{
    bool runs = entry->state == CAMPAIGN_RUNNING || entry->state == CAMPAIGN_PAUSED;
    bool ended = entry->state == CAMPAIGN_FINISHED || entry->state == CAMPAIGN_CANCELLED ||
                 (runs && entry->closes_at != 0 && now >= entry->closes_at);
    *retnotice = ended ? USSD_NOTICE_CLOSED : USSD_NOTICE_NOT_OPEN;
    return runs && !ended && (entry->opens_at == 0 || now >= entry->opens_at);
}

static bool asks(const struct campaign_config *config)
{
    char *const *opinions = config->opinion.keywords;
    return config->questions->len > 0 || (opinions != NULL && opinions[0] != NULL);
}

/* A file that an upgrade can no longer read, and a notice, ask nothing. */
bool ussd_offer_entry(struct campaign_book *book, int64_t id, int64_t now,
                      const struct campaign_entry **retentry, enum ussd_survey_notice *retnotice,
                      GError **error)
{
    GError *fault = NULL;
    const struct campaign_entry *entry = campaign_book_find(book, id, &fault);
    *retentry = NULL;
    *retnotice = USSD_NOTICE_NONE;
    if (entry == NULL && !g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID)) {
        g_propagate_error(error, fault);
        return false;
    }
    g_clear_error(&fault);
    if (entry != NULL && asks(&entry->config) && is_open(entry, now, retnotice))
        *retentry = entry;
    return true;
}

static bool refuse(struct ussd_offer *offer, enum ussd_survey_notice notice, const char *reason)
{
    offer->notice = notice;
    offer->reason = reason;
    return true;
}

static bool find_named(struct store *store, struct campaign_book *book,
                       const struct ussd_caller *caller, struct ussd_offer *offer, GError **error)
{
    GError *fault = NULL;
    struct campaign_row *row = store_campaign_by_code(store, caller->service->campaign, &fault);
    int64_t id = row == NULL ? 0 : row->id;
    campaign_row_free(row);
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return false;
    }
    if (id == 0)
        return refuse(offer, USSD_NOTICE_NOT_OPEN, "no-campaign");
    const struct campaign_entry *entry = NULL;
    enum ussd_survey_notice notice = USSD_NOTICE_NONE;
    unsigned persons = 0;
    if (!ussd_offer_entry(book, id, caller->now, &entry, &notice, error) ||
        !store_answer_asked(store, id, caller->contact_id, 0, &persons, error))
        return false;
    if (entry == NULL)
        return refuse(offer, notice, notice == USSD_NOTICE_CLOSED ? "closed" : "not-open");
    if (persons == 0)
        return refuse(offer, USSD_NOTICE_NOT_ASKED, "stranger");
    offer->choice.ids[offer->choice.count++] = id;
    return true;
}

static bool find_running(struct store *store, struct campaign_book *book,
                         const struct ussd_caller *caller, struct ussd_offer *offer, GError **error)
{
    struct ussd_choice *choice = &offer->choice;
    g_autoptr(GArray) ids = store_session_campaigns(store, caller->contact_id, error);
    for (unsigned i = 0; ids != NULL && i < ids->len && choice->count < USSD_CHOICE_MAX; i++) {
        const struct campaign_entry *entry = NULL;
        enum ussd_survey_notice notice = USSD_NOTICE_NONE;
        if (!ussd_offer_entry(book, g_array_index(ids, int64_t, i), caller->now, &entry, &notice,
                              error))
            return false;
        if (entry != NULL)
            choice->ids[choice->count++] = entry->id;
    }
    return ids != NULL && (choice->count > 0 || refuse(offer, USSD_NOTICE_NONE, "no-campaign"));
}

bool ussd_offer_find(struct store *store, struct campaign_book *book,
                     const struct ussd_caller *caller, struct ussd_offer *retoffer, GError **error)
{
    *retoffer = (struct ussd_offer){0};
    return caller->service->campaign != NULL ? find_named(store, book, caller, retoffer, error)
                                             : find_running(store, book, caller, retoffer, error);
}
