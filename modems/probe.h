// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker's own dialogue with the modem, over the line and beside libgammu: waking it, the PIN,
 * notifications, who it is, how it does. */
#pragma once

#include "modems/line.h"
#include "modems/wire.h"

struct probe_identity {
    char *imei, *imsi, *manufacturer, *model, *firmware, *smsc; /* "" where it would not say */
};

/* The SIM's PIN, and where it is marked as tried. */
struct probe_card {
    const char *pin;       /* "": none */
    struct flight *flight; /* NULL in tests: it is tried whatever came before */
};

/* In this order; on failure `retkind` says what ails it. */
/* Whether it answers at all. `gently`: an earlier worker's Ctrl-Z may not be answered yet, and ESC
 * waits until it must be. */
bool probe_wake(struct line *line, bool gently, enum wire_fault_kind *retkind, GError **error);
/* That it is the modem with this IMEI; changes nothing. */
bool probe_imei(struct line *line, const char *imei, enum wire_fault_kind *retkind, GError **error);
/* Makes the modem fit for work. */
bool probe_prepare(struct line *line, const struct probe_card *card, enum wire_fault_kind *retkind,
                   GError **error);

/* Tells it to restart, and gives it a moment to go; NULL for `imei`: whichever it is. False: it is
 * another than that. */
bool probe_reset(struct line *line, const char *imei, enum wire_fault_kind *retkind,
                 GError **error);

/* As probe_wake(), with no more than yes and no. */
bool probe_alive(struct line *line);
/* False when it has lost what probe_prepare() set: it restarted without a word. */
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
