// SPDX-License-Identifier: GPL-2.0-or-later
/* USSD through this modem: one dialogue at a time, each step told to the gateway. */
#pragma once

#include "modems/line.h"
#include "modems/wire.h"

struct ussd;

/* `tell` passes one packet to the gateway. `maker` and `features` (libgammu's names, as the modem's
 * settings have them) hint at the form that it wants. */
struct ussd *ussd_new(struct line *line, const char *maker, const char *features,
                      bool (*tell)(void *data, const GByteArray *packet), void *data);
void ussd_free(struct ussd *ussd);

/* Texts are to be shown; what an earlier worker left open is closed. */
void ussd_start(struct ussd *ussd);
/* Both take what the gateway says; a code goes out with the next step. */
void ussd_dial(struct ussd *ussd, const struct wire_ussd_dial *dial);
void ussd_cancel(struct ussd *ussd, int64_t dialogue);
/* RESULT_USSD and RESULT_NOISE. */
void ussd_notice(struct ussd *ussd, const struct line_notice *notice);

/* Does what is due; never while a message is on the air. */
void ussd_step(struct ussd *ussd);
int64_t ussd_due_at(const struct ussd *ussd); /* monotonic ms, when a step is; 0: none */
bool ussd_is_open(const struct ussd *ussd);   /* or about to be: messages wait */
/* The modem has not even said OK: whatever is asked of it now could break the dialogue off. */
bool ussd_is_unsettled(const struct ussd *ussd);

/* The worker leaves: what is open is closed on the air, and told as lost for this reason. */
void ussd_lose(struct ussd *ussd, const char *why);
