// SPDX-License-Identifier: GPL-2.0-or-later
// What the commands on SIMs share.
#pragma once

#include "gateway/cli/command.h"

#include <jansson.h>

/* One SIM with its readings; NULL: everything was said, `retcode` is the exit code. */
json_t *sim_get(struct command_line *line, const char *modem, int *retcode);
/* "12.300 đ"; "" where nobody knows. The caller frees. */
char *sim_money(const json_t *json, const char *name);
/* Why it rests and what else is to be done about it; "" all is well. The caller frees. */
char *sim_note(const json_t *sim);
