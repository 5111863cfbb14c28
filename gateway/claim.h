// SPDX-License-Identifier: GPL-2.0-or-later
// One database, one gateway: two would settle each other's leases and send twice.
#pragma once

#include <glib.h>

/* The descriptor to keep open for as long as the database is ours; -1: another gateway has it. */
int claim_database(const char *path, GError **error);
