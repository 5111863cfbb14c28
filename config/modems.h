// SPDX-License-Identifier: GPL-2.0-or-later
// The modems of loa.conf, and what is said of the SIM in each.
#pragma once

#include "config/reader.h"

struct modem_config {
    char *name;          /* letters, digits, - and _; unique */
    char *device;        /* a stable path: /dev/serial/by-id/…; with `imei` it may be a pattern */
    char *imei;          /* which modem it must be; NULL: any */
    char *power_command; /* last remedy for a modem that does not answer; NULL: none */
    char *pin, *smsc;
    char *operator_name, *number;          /* of the operators' file; the number in E.164 */
    char *features;                        /* libgammu feature names, comma separated */
    char *trace;                           /* file for the bytes of the line */
    int64_t daily_quota;                   /* parts in a local day; 0: no limit */
    int64_t per_hour;                      /* parts in any 60 min; 0: no limit */
    int64_t per_minute;                    /* parts in any 60 s; 0: no limit */
    int64_t daily_recipients;              /* different numbers in a local day; 0: no limit */
    int64_t spacing_ms, spacing_spread_ms; /* between two messages, and up to so much more */
    int64_t send_pause_ms;
    int64_t price_per_part; /* đồng */
    int64_t price_on_net;   /* đồng, to numbers of the same operator; -1: the same price */
    int64_t low_balance;    /* đồng: with less than that it rests */
    int64_t low_bundle; /* parts: with less than that of its bundle it rests; 0: never for that */
    int64_t expiry_warning_ms; /* so long before the balance expires somebody is told */
    int64_t expiry_rest_ms;    /* so long before that day it rests; 0: only afterwards */
    char *bundle;              /* that it is registered for, of its operator's; NULL: none */
    int64_t bundle_ms;         /* and registered again so often; 0: once it is used up or expired */
    int64_t poll_ms;
};

extern const struct setting modem_settings[];

struct config_source;
struct gateway_config;
/* Unique names, devices and numbers; operators and bundles that are known. */
void modems_check(const struct config_source *source, const struct gateway_config *config,
                  GPtrArray *mistakes);
