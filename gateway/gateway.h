// SPDX-License-Identifier: GPL-2.0-or-later
// The running service, from its start to its end.
#pragma once

/* Returns an exit code of sysexits(3); what went wrong is on stderr. */
int gateway_run(const char *config_path);
/* Prints every mistake of the file; EX_OK or EX_CONFIG. */
int gateway_check_config(const char *config_path);
