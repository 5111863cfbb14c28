// SPDX-License-Identifier: GPL-2.0-or-later
/* The USSD dialogue between one modem and its network: codes, menus, and texts that the network
 * sends of its own. */
#pragma once

#include <stdbool.h>

#include "modems/simulator/behaviour.h"

struct mobile;
struct service;

struct service *service_new(struct mobile *mobile);
void service_free(struct service *service);

/* `written` as it stood in AT+CUSD; the text comes later. */
struct outcome service_dial(struct service *service, const char *written);
void service_cancel(struct service *service); /* AT+CUSD=2 */
void service_reset(struct service *service);  /* power */

/* A code has no answer yet, or a menu waits for one. */
bool service_is_pending(const struct service *service);
/* "state=idle|asked|open …"; the caller frees. */
char *service_list(const struct service *service);
/* A text or a menu from the network, written as a rule of the behaviour file without code; NULL, or
 * a sentence that the caller frees. */
char *service_push(struct service *service, const char *settings);
