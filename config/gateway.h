// SPDX-License-Identifier: GPL-2.0-or-later
// loa.conf: the gateway's own settings.
#pragma once

#include "config/modems.h"
#include "config/offices.h"
#include "config/operators.h"
#include "config/retention.h"
#include "config/sinks.h"
#include "config/ussd_services.h"

/* Who sends what, where one SIM pays less for a number than another. */
enum sending_routing {
    ROUTING_PRICE, /* the cheapest SIM that can do it today */
    ROUTING_SPEED, /* whichever is free, the cheapest first */
};

struct gateway_config {
    char *database, *flight_dir, *time_zone;
    char *modem_user; /* whose rights the workers have; NULL: the gateway's */
    struct {
        char *socket;
    } api;
    GPtrArray *modems; /* of struct modem_config * */
    struct {
        char *name, *parent, *place; /* the head of reports; NULL: left open */
    } organisation;
    struct {
        struct hours hours;
        int64_t expire_after_ms;
        int routing; /* enum sending_routing */
    } sending;
    struct {
        char *operators;      /* file of operators; NULL: the set inside the program */
        int64_t check_ms;     /* between two checks of a SIM; 0: only when asked */
        int64_t check_before; /* parts: a campaign of so many or more has the SIMs checked first */
    } sims;
    GPtrArray *operators; /* of struct operator_config *, read from that file */
    struct ussd_config ussd;
    GPtrArray *sinks;   /* of struct sink_config * */
    GPtrArray *offices; /* of struct office_config * */
    GPtrArray *topics;  /* of struct topic_config * */
    struct {
        char **phones;           /* who is told by SMS, in E.164 */
        int64_t sms_per_day;     /* to each of them */
        int64_t modem_down_ms;   /* a modem that does not work for so long */
        int64_t silence_ms;      /* no SMS and no report came for so long; 0: never */
        int64_t sink_failing_ms; /* a sink that takes nothing for so long */
        int64_t disk_free_mb;    /* less than that is left for the database */
    } alarms;
    struct retention_config retention;
    struct {
        char *level;
    } log;
};

extern const struct setting gateway_settings[];

/* Table plus the checks that span several settings (unique names, one device per modem …). */
bool gateway_config_read(const char *path, struct gateway_config *retconfig, GPtrArray *mistakes);
void gateway_config_clear(struct gateway_config *config);

/* By name, borrowed; NULL: there is none. */
const struct modem_config *gateway_config_modem(const struct gateway_config *config,
                                                const char *name);
const struct sink_config *gateway_config_sink(const struct gateway_config *config,
                                              const char *name);

/* What only a new start can change becomes what it is in `running`; names (static) of the settings
 * that were to change; free the array alone. */
GPtrArray *gateway_config_keep_fixed(struct gateway_config *config,
                                     const struct gateway_config *running);
