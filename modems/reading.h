// SPDX-License-Identifier: GPL-2.0-or-later
/* Decoding what strangers sent, so that it can end this worker, but not the one after it too. */
#pragma once

#include "modems/device.h"
#include "modems/flight.h"

/* Once, by the thread that reads: a signal that ends the process is written down first. */
void reading_guard(void);

enum reading {
    READING_DONE,
    READING_REFUSED, /* no decoder takes it */
    READING_OWN,     /* nobody sent it: a draft, or what went out from this SIM */
    READING_POISON,  /* it ended a worker, or two in a row did not outlive it: nobody tries again */
};

/* Decodes what is kept in `place`, which says so meanwhile. `octets` is the length that the modem
 * gave, -1: none. `retsms` is set when it is READING_DONE; `retreason` is a sentence otherwise. */
enum reading reading_pdu(struct flight_pdu *place, int octets, struct device_sms *retsms,
                         const char **retreason);
