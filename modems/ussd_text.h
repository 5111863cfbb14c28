// SPDX-License-Identifier: GPL-2.0-or-later
/* What modems make of USSD texts (+CUSD, 3GPP TS 27.007 §7.15): the same words come as hexadecimal
 * UCS-2, as packed septets in hexadecimal (3GPP TS 23.038 §6.1.2.3) or as they are, and the data
 * coding scheme beside them need not be true. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum ussd_form { USSD_UNKNOWN, USSD_PLAIN, USSD_UCS2, USSD_PACKED };

enum { USSD_NO_DCS = -1 };

/* <m> of +CUSD. */
enum ussd_status {
    USSD_DONE = 0,          /* no further action required */
    USSD_ASKS = 1,          /* a menu is open: answer or cancel */
    USSD_TERMINATED = 2,    /* by the network */
    USSD_OTHER_CLIENT = 3,  /* another client has answered */
    USSD_NOT_SUPPORTED = 4, /* operation not supported */
    USSD_TIMED_OUT = 5,     /* of the network */
};

struct ussd_result {
    int status;    /* enum ussd_status, or what else the modem said */
    char *payload; /* what stood between the quotes; NULL: no text came */
    int dcs;       /* data coding scheme (3GPP TS 23.038 §5); USSD_NO_DCS */
};

/* The line from "+CUSD:" on; text without quotes is taken too. False: no such line. Clear it. */
bool ussd_result_read(const char *line, struct ussd_result *retresult);
void ussd_result_clear(struct ussd_result *result);

/* The text in UTF-8, line ends as "\n", padding gone. `likely` is how this modem wrote before;
 * `retform` (may be NULL) how it wrote now, USSD_UNKNOWN where all forms read alike. The caller
 * frees. */
char *ussd_text_read(const char *payload, int dcs, enum ussd_form likely, enum ussd_form *retform);

/* What to put between the quotes of AT+CUSD=1,"…",<dcs> so that the network gets `text`; NULL where
 * the form cannot write it. The caller frees. */
char *ussd_text_write(const char *text, enum ussd_form form, int *retdcs);

const char *ussd_form_name(enum ussd_form form); /* "unknown", "plain", "ucs2", "packed" */
bool ussd_form_from_name(const char *name, enum ussd_form *retform);
