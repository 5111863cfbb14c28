// SPDX-License-Identifier: GPL-2.0-or-later
/* Inputs of octets lie in the corpora as hex, for people to read. libFuzzer mutates the octets, not
 * the digits: whoever links this file gets a mutator that sees to that. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* The octets that the hex digits stand for; all else between them is skipped. The caller unrefs. */
GByteArray *octets_read(const uint8_t *text, size_t size);
