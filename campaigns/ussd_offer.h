// SPDX-License-Identifier: GPL-2.0-or-later
// Which surveys somebody who dials a service may answer at this moment.
#pragma once

#include "campaigns/book.h"
#include "campaigns/ussd_choice.h"
#include "campaigns/ussd_survey.h"

struct ussd_caller {
    const struct ussd_service_config *service;
    int64_t contact_id;
    int64_t now;
};

struct ussd_offer {
    struct ussd_choice choice;      /* count 0: none */
    enum ussd_survey_notice notice; /* then: what to say */
    const char *reason;             /* and for the log */
};

/* The service's own campaign; else all that run, ask something, and have the contact in their
 * audience. */
bool ussd_offer_find(struct store *store, struct campaign_book *book,
                     const struct ussd_caller *caller, struct ussd_offer *retoffer, GError **error);

/* One that was begun: `retentry` NULL where it takes no answers any more. Borrowed of the book. */
bool ussd_offer_entry(struct campaign_book *book, int64_t id, int64_t now,
                      const struct campaign_entry **retentry, enum ussd_survey_notice *retnotice,
                      GError **error);
