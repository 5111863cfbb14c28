// SPDX-License-Identifier: GPL-2.0-or-later
/* Which encoding bytes may be in, by how Vietnamese they read. A guess is shown to people; nothing
 * is imported by one. */
#pragma once

#include "campaigns/charset.h"

enum { CHARSET_SAMPLES = 3 };

struct charset_guess {
    enum charset charset;
    enum charset same;              /* reads the same here; CHARSET_UNSAID: none does */
    unsigned points;                /* how Vietnamese it reads, 0 to 100; common words weigh more */
    unsigned percent;               /* words beyond ASCII that can be Vietnamese */
    char *samples[CHARSET_SAMPLES]; /* "line 5: …"; NULL where there are no more */
};

/* struct charset_guess, the best first; only encodings in which every byte means something. */
GPtrArray *charset_guess(const void *bytes, gsize length);
struct charset_rating {
    unsigned words;   /* that have a letter beyond ASCII */
    unsigned fitting; /* of these: spelled as Vietnamese is */
    unsigned common;  /* of these: words of everyday lists */
};
struct charset_rating charset_rate(const char *text);
/* Several lines for the person at the screen. */
char *charset_guesses_tell(const GPtrArray *guesses);
