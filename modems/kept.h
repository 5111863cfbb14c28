// SPDX-License-Identifier: GPL-2.0-or-later
/* The places of the flight log for PDUs that were received: each is kept there, under the key that
 * the gateway is told, from before it is decoded until the gateway has it and no SIM any longer.
 * The worker that comes after a crash tells what it finds there under the same key, by which the
 * gateway knows what it has. The first places are for what was pushed and lies nowhere else, the
 * others for what lies in the modem's stores, so that neither keeps the other out. */
#pragma once

#include "modems/flight.h"

enum { KEPT_PUSHED = 16, KEPT_PLACES = FLIGHT_PUSHED + 1 };

struct kept;

struct kept *kept_new(struct flight *flight); /* which must outlive it */
void kept_free(struct kept *kept);

/* Those below KEPT_PUSHED were pushed. */
struct flight_pdu *kept_place(struct kept *kept, unsigned index);

bool kept_has_room(struct kept *kept, bool pushed);
/* Both take octets in hex, and give NULL when no place is free. The first may be called by any
 * thread, all else here by one; it sees to it that the disk has it soon. What is not fresh when it
 * is laid stays so for all workers that find it here. */
struct flight_pdu *kept_push(struct kept *kept, const char *hex, bool report);
struct flight_pdu *kept_lay(struct kept *kept, const char *memory, int32_t location, bool fresh,
                            const char *hex);
/* What is kept of this place of a store, whatever it was; NULL: nothing. */
struct flight_pdu *kept_find(struct kept *kept, const char *memory, int32_t location);
void kept_release(struct flight_pdu *place);

bool kept_is(const struct flight_pdu *place, const char *hex);
char *kept_hex(const struct flight_pdu *place); /* for the caller to free */
/* Returns when all that was kept is on disk; false: it cannot be. */
bool kept_sync(struct kept *kept);
