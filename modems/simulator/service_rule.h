// SPDX-License-Identifier: GPL-2.0-or-later
/* What the network answers to a USSD code, or to a choice in a menu: a text, and whatever follows
 * from it. Options of a menu are rules themselves, to any depth. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/reader.h"

struct service_rule {
    char *code; /* "*101#", "*101#>1" within its session; of an option its key, "*" for any */
    char *text; /* NULL: none, only the bare +CUSD: n */
    bool open;  /* it waits for an answer; with options it does anyway */
    GPtrArray *options; /* struct service_rule * */
    char *unknown;      /* to a key that is none; NULL: the text again */
    char *back;         /* the key that leads one menu up, here and below; NULL: none */
    int64_t status;     /* <m> of +CUSD; -1: 1 where it waits for an answer, else 0 */
    int64_t delay_ms;   /* -1: the modem's ussd_ms */
    int64_t ends_ms;    /* an open menu is ended by the network; -1: the modem's ussd_open_ms */
    bool silent;        /* no answer ever */
    bool topup;         /* the key is the code of a card */
    char *refused;      /* AT+CUSD itself ends so */
    struct {
        char *from, *text; /* from NULL: no SMS */
        int64_t delay_ms;
    } sms;
    struct {
        int64_t parts, price, days; /* parts 0: it registers none */
        char *poor;                 /* when the balance does not suffice */
    } bundle;
};

extern const struct setting service_rule_table[];        /* by code */
extern const struct setting service_rule_pushed_table[]; /* begun by the network: no code */

/* Of a field with rules by code. */
char *service_rule_check(const void *field);

bool service_rule_is_open(const struct service_rule *rule);
/* NULL: there is none. Without regard to case; "*" is found by "*" alone. */
const struct service_rule *service_rule_find(const GPtrArray *rules, const char *code);
