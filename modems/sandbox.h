// SPDX-License-Identifier: GPL-2.0-or-later
// What a worker gives up before it reads the first octet of a modem.
#pragma once

#include <glib.h>
#include <stdbool.h>

/* From here on the calling process, which must still have one thread, can use what it has open as
 * descriptors 0 to 4, open `device`, `trace` (NULL or empty: none; made if it is not there) and
 * ptys, and start threads; it can open nothing else, start no program, speak to no network and to
 * no other process. Its memory and its descriptors are bounded. There is no way back. What this
 * kernel cannot do (Landlock came with 5.13) is logged and left out; what it could do but refuses
 * is a fault. */
bool sandbox_enter(const char *device, const char *trace, GError **error);
