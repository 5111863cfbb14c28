// SPDX-License-Identifier: GPL-2.0-or-later
// Surveys by USSD menu that an operator or aggregator brings over HTTP: `ussd` of loa.conf.
#pragma once

#include "config/reader.h"

enum ussd_alphabet {
    USSD_ALPHABET_GSM7, /* without diacritics: 182 characters a page */
    USSD_ALPHABET_UCS2, /* with them: 91 */
};

struct ussd_service_config {
    char *name;         /* the last part of its address: /ussd/NAME */
    char *campaign;     /* code; NULL: whatever runs for the caller, a choice where it is more */
    char *secret;       /* that the aggregator shows */
    int alphabet;       /* enum ussd_alphabet */
    int64_t per_minute; /* requests of one phone; 0: no limit */
    int64_t resume_ms;  /* so long a session that broke off can be taken up again */
};

struct ussd_config {
    char *listen;        /* "127.0.0.1:8460", "[::1]:8460"; NULL: no such way in */
    int64_t per_second;  /* requests of all phones; 0: no limit */
    GPtrArray *services; /* of struct ussd_service_config * */
};

extern const struct setting ussd_settings[]; /* of struct ussd_config */

struct config_source;
/* Unique names; no service without an address; an address that others can reach. */
void ussd_services_check(const struct config_source *source, const struct ussd_config *config,
                         GPtrArray *mistakes);
/* By name, borrowed; NULL: there is none. */
const struct ussd_service_config *ussd_service_find(const struct ussd_config *config,
                                                    const char *name);
