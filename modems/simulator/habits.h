// SPDX-License-Identifier: GPL-2.0-or-later
// The habits of one modem and its SIM: what the behaviour file says under `modem` and in `modems`.
#pragma once

#include <glib.h>
#include <stdint.h>

#include "modems/simulator/tariff.h"

enum ussd_encoding { USSD_CHARSET, USSD_UCS2, USSD_PACKED, USSD_PLAIN };
enum ussd_request {
    USSD_REQUEST_ANY,
    USSD_REQUEST_PLAIN,
    USSD_REQUEST_PACKED,
    USSD_REQUEST_UCS2,
    USSD_REQUEST_CHARSET,
};
enum ussd_mode { USSD_MODE_NONE, USSD_MODE_TEXT, USSD_MODE_PACKED };
enum ussd_padding { USSD_PADDING_NONE, USSD_PADDING_FFFF, USSD_PADDING_0000, USSD_PADDING_CR };

struct modem_behaviour {
    int64_t air_ms, air_spread_ms;
    int64_t report_delay_ms, report_spread_ms;
    double report_share;
    double failure_rate;
    char **failure_codes;
    double silence_rate, silence_sent;
    int64_t sm_slots, me_slots, first_slot;
    char *store, *store_name;
    char *empty_list, *empty_slot;
    int64_t first_reference, reference_step, concat;
    char *number, *imei, *imsi, *iccid, *smsc, *pin;
    int64_t pin_tries;
    char *operator_name, *operator_code;
    int64_t registration, signal;
    char *manufacturer, *model, *revision, *charsets;
    int echo; /* index: off, on */
    int64_t boot_ms, busy_ms;
    char *busy_code;
    char **boot_lines;
    int64_t noise_ms;
    char **noise;
    int ussd;         /* enum ussd_encoding */
    int ussd_request; /* enum ussd_request */
    char *ussd_refused;
    int ussd_mode; /* enum ussd_mode */
    char *ussd_dcs;
    int ussd_padding; /* enum ussd_padding */
    int ussd_breaks;  /* index: lf, crlf, cr */
    int ussd_order;   /* index: behind, before */
    int ussd_late;    /* index: off, on */
    int64_t ussd_ms, ussd_open_ms;
    char *ussd_blocks, *ussd_again;
    int away; /* index: lose, keep */
    struct tariff account;
    GPtrArray *menus; /* struct service_rule * */
};
