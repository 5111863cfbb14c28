// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts one USSD code, or the answer to a menu, to the modem in a form that it takes. */
#pragma once

#include "modems/line.h"
#include "modems/ussd_text.h"

enum ussd_request_outcome {
    USSD_REQUEST_TAKEN,     /* OK: the network will speak */
    USSD_REQUEST_UNSETTLED, /* no final result yet: it may be on the air */
    USSD_REQUEST_REFUSED,   /* by the modem: nothing went on the air */
    USSD_REQUEST_UNWRITABLE /* no form can write this text */
};

struct ussd_request_way;

/* What is known of a modem. Zeroed but for the line, and the maker where it is known. */
struct ussd_request {
    struct line *line;
    bool is_huawei;
    bool mode_tried;                    /* AT^USSDMODE=0 */
    bool once;                          /* what goes out next must not go twice: a card's code */
    bool wide;                          /* AT+CSCS="UCS2" stands, and must be put back */
    const struct ussd_request_way *way; /* that was taken last; NULL: none yet */
    int64_t asked_at;                   /* monotonic µs: when the last was written */
    struct result result;               /* of the last */
};

/* `known`: the form that it took before. The form of what was taken is in `retform`. */
enum ussd_request_outcome ussd_request_dial(struct ussd_request *request, const char *text,
                                            enum ussd_form known, enum ussd_form *retform);
/* To an open menu, in the way in which it was dialled. */
enum ussd_request_outcome ussd_request_answer(struct ussd_request *request, const char *text);
/* Once the dialogue is over: the charset that libgammu counts on. */
void ussd_request_put_back(struct ussd_request *request);
