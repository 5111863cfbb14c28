// SPDX-License-Identifier: GPL-2.0-or-later
// What a service manager hears from us, as sd_notify(3) describes it. Without one, nothing happens.
#pragma once

#include <stdint.h>

/* "READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…"; lines may be joined by \n. */
void notify_send(const char *state);
/* How often WATCHDOG=1 is expected at most, 0: never. */
int64_t notify_watchdog_ms(void);
