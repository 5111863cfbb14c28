// SPDX-License-Identifier: GPL-2.0-or-later
// Questions of libgammu's start-up that are answered in the modem's place.
#pragma once

#include <stdbool.h>

/* False: the modem is asked. The line before the final result may be NULL. */
bool stand_in(const char *command, const char **retline, const char **retfinal);
