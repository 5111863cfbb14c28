// SPDX-License-Identifier: GPL-2.0-or-later
/* Two options and a word that says which one is meant (R9): "nhầm, 2 mới đúng". */
#pragma once

#include "campaigns/reply_scan.h"

/* False: nothing is corrected here, read on. Else `retfound` is the new answer, or doubt. */
bool reply_correction_read(const struct reply_scan *scan, struct reply_found *retfound);
