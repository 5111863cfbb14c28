// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker says to its gateway, and when: promises of time before anything that may block,
 * and verdicts, which may be owed for a while. */
#pragma once

#include "modems/probe.h"
#include "modems/wire.h"

struct speech {
    int socket;
    bool gone;              /* the gateway went, or talks nonsense: nothing is said any more */
    GByteArray *owed;       /* the verdict that is told with the next thing said; NULL: none */
    int64_t promised_until; /* monotonic ms */
};

/* For callbacks: `speech` is a struct speech. A gateway that is behind is waited for, as nothing
 * may be lost; false when it is gone. */
bool speech_tell(void *speech, const GByteArray *packet);
void speech_tell_owed(void *speech);

/* "You hear from me again within so long": alarm(2) ends the worker some time after the last
 * promise, should nobody be left to do so. */
void speech_promise(struct speech *speech, unsigned within_ms, const char *doing);
/* Sees that the promise fits what takes at most so long from now on. */
void speech_need(struct speech *speech, unsigned within_ms, const char *doing);

void speech_hello(struct speech *speech);
void speech_ready(struct speech *speech, const struct probe_identity *identity, const char *smsc);
void speech_health(struct speech *speech, const struct probe_health *health);
void speech_verdict(struct speech *speech, const struct wire_verdict *verdict);
void speech_owe(struct speech *speech, const struct wire_verdict *verdict);
