// SPDX-License-Identifier: GPL-2.0-or-later
/* What a Vietnamese keyboard would have made of keys that reached the phone raw (R3): Telex
 * ("ddoongf ys"), VNI ("d9o62ng") and VIQR ("ddo^`ng"). The keys are in reply-typing.csv. */
#pragma once

#include "campaigns/reply_words.h"

/* A word of letters alone: Telex. False: it is no known word that way either. */
bool reply_typing_undo_letters(const char *letters, const struct reply_vocabulary *vocabulary,
                               struct reply_spelling *retspelling);

/* VNI or VIQR at the beginning of `text`; the bytes it takes, 0: none. */
size_t reply_typing_undo_signs(const char *text, const struct reply_vocabulary *vocabulary,
                               struct reply_spelling *retspelling);
