// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of `gateway` that name the tty behind which a modem was found last.
#pragma once

#include "campaigns/store/store.h"

/* One row, with or without an open transaction. */
bool store_home_note(struct store *store, const char *modem, const char *path, GError **error);
/* `*retpath` is NULL where nothing was noted; the caller frees. */
bool store_home_read(struct store *store, const char *modem, char **retpath, GError **error);
