// SPDX-License-Identifier: GPL-2.0-or-later
/* Patterns that a technician writes: compiled with words that they may share, bounded so that a
 * clumsy one cannot hold up who tries it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Texts longer than that (characters) are cut before they are matched. */
enum { PATTERN_TEXT_MAX = 2000 };

/* For texts folded to lower-case ASCII. It knows (?&money), (?&day), (?&phone), (?&parts), and what
 * `words` define (of pattern_word(), one behind the other; NULL: nothing). The caller unrefs. */
GRegex *pattern_compile(const char *words, const char *pattern, GError **error);
/* What defines a word for the patterns behind it; the caller frees. */
char *pattern_word(const char *name, const char *means);
/* What is wrong with a pattern, by the error of pattern_compile(); the caller frees. */
char *pattern_sentence(const char *words, const char *pattern, const GError *error);
/* What no folded text holds, so that the pattern finds nothing, as a sentence; NULL: it has nothing
 * of the kind. The caller frees. */
char *pattern_hopeless(const char *pattern);
/* The first named group that is none of `known`; NULL: there is no such. The caller frees.
 * `retknown`: one of them is there. */
char *pattern_strange_group(const char *pattern, const char *const *known, bool *retknown);
