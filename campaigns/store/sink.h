// SPDX-License-Identifier: GPL-2.0-or-later
// What is remembered of an HTTP receiver: switched off by its 410, or asked to be left alone a
// while.
#pragma once

#include "campaigns/store/store.h"

struct sink_status {
    int64_t disabled_at;   /* 0: on */
    int64_t rest_until;    /* no attempt before; 0: any time */
    char *reason;          /* "" when on */
    int64_t failing_since; /* 0: the last attempt went well, or there was none */
};
void sink_status_clear(struct sink_status *status);

/* Notes a sink of the configuration. One that moved to another url is on again, without its rest.
 */
bool store_sink_know(struct store *store, const char *name, const char *url, GError **error);
/* A sink never seen is on. */
bool store_sink_find(struct store *store, const char *name, struct sink_status *retstatus,
                     GError **error);
/* The four below within the caller's transaction or without one. */
bool store_sink_disable(struct store *store, const char *name, const char *reason, int64_t now,
                        GError **error);
bool store_sink_rest(struct store *store, const char *name, int64_t until, GError **error);
/* How the last attempt went. */
bool store_sink_went(struct store *store, const char *name, bool well, int64_t now, GError **error);
bool store_sink_enable(struct store *store, const char *name, GError **error);
