// SPDX-License-Identifier: GPL-2.0-or-later
// The air record: one JSON object per line for what really passed between modems and network.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "modems/simulator/pdu.h"

struct air;

struct air_event {
    const char *modem, *direction; /* "out", "received", "in", "report" */
    const char *from, *to;
    unsigned parts, part; /* 0: not said */
    int concat;           /* reference of the user data header; -1: none */
    int reference;        /* TP-MR; -1: none */
    const char *coding, *text;
    bool report;        /* a delivery report was asked for */
    int status;         /* TP-ST; -1: none */
    const char *result; /* "accepted", "refused", "lost"; NULL: not said */
    int64_t idle_us;    /* 0: not said */
    const char *answer; /* what the modem said: "+CMGS", "OK", "silence", "+CMS ERROR: 38" … */
};

/* Path NULL: no record is kept. */
struct air *air_open(const char *path, GError **error);
void air_close(struct air *air);
void air_write(struct air *air, const struct air_event *event);
int64_t air_now_ms(void); /* UTC */
