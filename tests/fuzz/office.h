// SPDX-License-Identifier: GPL-2.0-or-later
/* The database of an office in the middle of its dialogue: invitations sent, some just leased, one
 * unsure, one reply in, one SMS in quarantine. Made once; each input gets a copy of its own. */
#pragma once

#include "tests/queue_rows.h"

enum { OFFICE_LEASES = 3, OFFICE_PARTS = 3 };

void office_found(void); /* once, first */
/* A fresh copy of it; the one before must be freed. */
struct store *office_open(void);
int64_t office_lease(unsigned index); /* of "sim1"; index < OFFICE_LEASES */
const char *office_folder(void);      /* for further files */
