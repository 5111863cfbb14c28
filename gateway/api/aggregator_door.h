// SPDX-License-Identifier: GPL-2.0-or-later
// A listening TCP socket at an address such as 127.0.0.1:8460 or [::1]:8460.
#pragma once

#include <glib.h>

/* Its descriptor; -1 with an error whose sentence names the address and what to do. */
int aggregator_door_open(const char *address, GError **error);
