// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker's own dialogue with the modem, over the line and beside libgammu: waking it, the PIN,
 * notifications, who it is, how it does. */
#pragma once

#include "modems/line.h"
#include "modems/wire.h"

struct probe_identity {
    char *imei, *imsi, *manufacturer, *model, *firmware, *smsc; /* "" where it would not say */
};

/* What a modem is to be opened as. */
struct probe_task {
    const char *imei;      /* which it must be; NULL: any */
    bool reset;            /* it is told to restart first */
    const char *pin;       /* NULL or "": none */
    struct flight *flight; /* where a PIN is marked as tried; NULL in tests: nowhere */
};

/* Wakes it, looks whether it is the right one, which changes nothing, and makes it fit for work. On
 * failure `retkind` says what ails it. */
bool probe_open(struct line *line, const struct probe_task *task, enum wire_fault_kind *retkind,
                GError **error);
/* Whether it answers at all, patiently. */
bool probe_alive(struct line *line);
/* False when it has lost what probe_open() set: it restarted without a word. */
bool probe_settled(struct line *line);

/* Before libgammu starts: it is told what is learned here. */
void probe_identify(struct line *line, struct probe_identity *retidentity);
void probe_identity_clear(struct probe_identity *identity);

/* `network`: ask for the operator too, which takes four questions more and changes rarely. The
 * texts in `health` are replaced and freed by g_free(). */
struct probe_health {
    int32_t signal_percent, storage_used, storage_size;
    uint8_t registration;
    char *operator_code, *operator_name;
};
void probe_health(struct line *line, bool network, struct probe_health *health);
void probe_health_clear(struct probe_health *health);
