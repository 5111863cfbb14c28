// SPDX-License-Identifier: GPL-2.0-or-later
// Where a text over USSD ends that has line ends inside its quotes, or no closing quote. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A +CUSD line whose closing quote has not come: the next line belongs to it. */
bool ussd_line_is_open(const char *line);

/* How much of an open one, its lines parted by "\n", is text: up to the first line that only the
 * modem itself says; all of it where there is none. `command` is being answered ("": none).
 * `surely`: lines as "OK" count as text, which an operator may write too. */
size_t ussd_line_length(const char *text, const char *command, bool surely);
