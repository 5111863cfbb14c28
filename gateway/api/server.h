// SPDX-License-Identifier: GPL-2.0-or-later
// The HTTP API on a Unix socket, in threads of its own with database connections of their own.
#pragma once

#include "config/gateway.h"
#include "gateway/api/order.h"

struct api_server;

/* Listens when it returns. `config` stays the caller's and must live until the end, as requests
 * may still go by it after the next configure. `wake` is called from other threads after a request
 * that left work for the loop. */
struct api_server *api_server_new(const struct gateway_config *config, void (*wake)(void *data),
                                  void *data, GError **error);
/* From the next request on; those at work keep the old settings, and nobody waits for them. */
void api_server_configure(struct api_server *server, const struct gateway_config *config);
/* For the loop, when it was woken: the next that requests left for it, NULL: no more. The caller
 * frees. */
struct api_order *api_server_next_order(struct api_server *server);
/* Waits for the requests in flight. */
void api_server_free(struct api_server *server);
