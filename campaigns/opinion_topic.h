// SPDX-License-Identifier: GPL-2.0-or-later
// What an opinion is about, guessed by the keywords of the topics.
#pragma once

#include "config/offices.h"

/* Keywords are whole words of the text, compared as replies are (R2, R3): with their marks where
 * the text has any, without in a text that has none. A restricted topic goes before all others, the
 * safe side; then the longest keyword, then the first in the file. NULL: none. */
const struct topic_config *opinion_topic_suggest(const GPtrArray *topics, const char *text);
