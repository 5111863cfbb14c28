// SPDX-License-Identifier: GPL-2.0-or-later
// Who settles opinions: the offices and topics of loa.conf.
#pragma once

#include "config/reader.h"

struct office_config {
    char *code, *name;
    char *sink;     /* that gets what is forwarded to it; NULL: it is told otherwise */
    char *key;      /* opens its restricted opinions; NULL: nobody can open them by the API */
    int64_t due_ms; /* time to answer */
};

struct topic_config {
    char *code, *name;
    char **keywords; /* that suggest it */
    char *office;    /* code; NULL: a person decides */
    bool restricted; /* for the eyes of that office alone */
};

extern const struct setting office_settings[], topic_settings[];

struct config_source;
struct gateway_config;
/* Unique codes, offices that topics name, sinks that offices name. */
void offices_check(const struct config_source *source, const struct gateway_config *config,
                   GPtrArray *mistakes);

/* By code, borrowed; NULL: there is none. */
const struct office_config *office_find(const GPtrArray *offices, const char *code);
const struct topic_config *topic_find(const GPtrArray *topics, const char *code);
