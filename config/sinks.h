// SPDX-License-Identifier: GPL-2.0-or-later
// Who hears of summaries, opinions and alarms: the sinks of loa.conf.
#pragma once

#include "config/reader.h"

struct sink_config {
    char *name, *url, *secret; /* secret: whsec_<base64> of Standard Webhooks, sink_config_key() */
    char *ca_file;             /* NULL: the system's */
    char **send;               /* event kinds: summary, opinion, alarm */
    int64_t every_ms;          /* between summaries of a running campaign */
    bool senders;              /* names and numbers of people come with their opinions */
};

extern const struct setting sink_settings[];

struct config_source;
/* Unique names; secrets and addresses that deserve a warning. */
void sinks_check(const struct config_source *source, const GPtrArray *sinks, GPtrArray *mistakes);

/* The bytes that sign: decoded if the secret is proper, that is whsec_ and 24 to 64 bytes in
 * base64, else its letters as they stand. The caller unrefs. */
GBytes *sink_config_key(const struct sink_config *sink, bool *retproper);
