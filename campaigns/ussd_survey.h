// SPDX-License-Identifier: GPL-2.0-or-later
/* A request of somebody who dialled a service becomes the next page, in one transaction with
 * everything it counts. The aggregator sends the whole path each time, and sends a request again
 * when it got no answer: the same path of a session is answered by the same page and counts
 * nothing; a path that does not go on from the last one counts nothing either. */
#pragma once

#include "campaigns/book.h"
#include "config/ussd_services.h"

#define USSD_SURVEY_SILENCE_MS                                                                     \
    (INT64_C(10) * 60 * 1000) /* an open session of which no more came                             \
                               */

struct ussd_survey_request {
    const struct ussd_service_config *service;
    const char *session; /* the aggregator's name of it */
    const char *phone;   /* E.164 */
    const char *text;    /* the path: all that was typed so far, joined by "*"; valid UTF-8 */
    int64_t now;
};

struct ussd_survey_page {
    char *page;        /* "CON …", "END …" */
    const char *event; /* for the log: "begun", "resumed", "answered", "repeated" … */
    bool odd;          /* nobody who plays by the rules would ask so */
    int64_t session_id, campaign_id; /* 0: none */
};
void ussd_survey_page_clear(struct ussd_survey_page *page);

/* A transaction of its own. */
bool ussd_survey_take(struct store *store, struct campaign_book *book,
                      const struct ussd_survey_request *request, struct ussd_survey_page *retpage,
                      GError **error);

/* A notice for an END that no session is about, such as too many requests; the caller frees. */
enum ussd_survey_notice {
    USSD_NOTICE_NONE,      /* nothing runs for that number */
    USSD_NOTICE_NOT_ASKED, /* it is none of those whom this survey asks */
    USSD_NOTICE_NOT_OPEN,
    USSD_NOTICE_CLOSED,
    USSD_NOTICE_OVER,
    USSD_NOTICE_INVALID,
    USSD_NOTICE_REFUSAL, /* an opt-out was taken down */
    USSD_NOTICE_BUSY,
    USSD_NOTICE_TOO_MANY,
    USSD_NOTICES,
};
char *ussd_survey_notice(enum ussd_alphabet alphabet, enum ussd_survey_notice notice);
