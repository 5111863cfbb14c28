// SPDX-License-Identifier: GPL-2.0-or-later
// Reads what is kept and tells the gateway what it is.
#pragma once

#include "modems/flight.h"

#include <glib.h>
#include <stdbool.h>

struct teller {
    bool (*tell)(void *data, const GByteArray *packet); /* false: the gateway is gone */
    void *data;
    bool gone;
};

/* INCOMING or REPORT; QUARANTINE when it cannot or must not be decoded. `octets` is the length that
 * the modem gave, -1: none; `fresh` as wire.def says of INCOMING. */
void teller_tell(struct teller *teller, struct flight_pdu *place, int octets, bool fresh);
