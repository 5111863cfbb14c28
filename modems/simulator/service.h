// SPDX-License-Identifier: GPL-2.0-or-later
// USSD: codes, menus and how their texts reach the client.
#pragma once

#include <stdbool.h>

struct mobile;

/* `written` as it stood in AT+CUSD; the text comes later. False: no network. */
bool service_dial(struct mobile *mobile, const char *written);
