// SPDX-License-Identifier: GPL-2.0-or-later
// A look at a file's bytes before libconfig gets them, for what libconfig 1.5 does not refuse.
#pragma once

#include "config/reader.h"

/* Finds bytes that are no UTF-8 text, whole numbers that libconfig would cut to 32 bits, and
 * @include: not allowed at all if `folder` is NULL, else followed, relative to `folder`. Each is a
 * mistake; false if there was one. */
bool scan_text(const char *text, size_t length, const char *name, const char *folder,
               GPtrArray *mistakes);
