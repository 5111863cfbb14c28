// SPDX-License-Identifier: GPL-2.0-or-later
/* One table: cause and failure give remedy and wait. A modem is first opened anew, which also ends
 * whatever command it was in; then told to restart; then its power is switched, where there is a
 * command for that; then its fault is shown to people, but it is tried on slowly, because hardware
 * comes back without telling. No clock, no modem: the keeper does what is written here. */
#include "gateway/ladder.h"

#include <glib.h>

enum { RUNGS = 8, SLOW = 5 };

struct rung {
    enum ladder_remedy remedy;
    unsigned wait_s;
    bool there;
};

struct way {
    struct rung rungs[RUNGS]; /* once, in this order */
    struct rung slow[SLOW];   /* then these, round and round */
    const char *advice;       /* when the rungs are used up */
};

#define REOPEN(seconds)                                                                            \
    {                                                                                              \
        LADDER_REOPEN, seconds, true                                                               \
    }
#define RESET(seconds)                                                                             \
    {                                                                                              \
        LADDER_RESET, seconds, true                                                                \
    }
#define POWER(seconds)                                                                             \
    {                                                                                              \
        LADDER_POWER, seconds, true                                                                \
    }

static const struct way ways[LADDER_CAUSES] = {
    [LADDER_SILENT] = {{REOPEN(1), RESET(2), REOPEN(5), RESET(10), POWER(5), REOPEN(10), POWER(30)},
                       {REOPEN(300), RESET(300), POWER(300)},
                       "look at its cable and its power supply"},
    /* Most modems look for a card only when they start. */
    [LADDER_SIM] = {{REOPEN(5), RESET(10), REOPEN(20), REOPEN(30)},
                    {REOPEN(60), REOPEN(60), REOPEN(60), REOPEN(60), RESET(60)},
                    "look at its SIM"},
    [LADDER_BUSY] = {{REOPEN(1), REOPEN(3), REOPEN(5), REOPEN(10), RESET(20), REOPEN(30),
                      POWER(30)},
                     {REOPEN(60), REOPEN(60), RESET(60)},
                     "look at its SIM and its power supply"},
    [LADDER_CRASH] = {{REOPEN(1), REOPEN(2), REOPEN(5), REOPEN(10), RESET(20), REOPEN(40)},
                      {REOPEN(60)},
                      "see the log"},
    /* Another program may hold it, or its rights are being set. */
    [LADDER_DEVICE] = {{REOPEN(1), REOPEN(1), REOPEN(2), REOPEN(2), REOPEN(5), REOPEN(5)},
                       {REOPEN(10)},
                       "let the gateway have this tty"},
    [LADDER_STRANGER] = {{{0}}, {REOPEN(60)}, "plug the right modem in, or correct its `imei`"},
};

static unsigned count(const struct rung *rungs, unsigned most)
{
    unsigned there = 0;
    while (there < most && rungs[there].there)
        there++;
    return there;
}

struct ladder_step ladder_step(enum ladder_cause cause, unsigned failure, bool power)
{
    g_assert(cause < LADDER_CAUSES && failure >= 1);
    const struct way *way = &ways[cause];
    unsigned rungs = count(way->rungs, RUNGS), slow = count(way->slow, SLOW);
    g_assert(slow > 0);
    bool spent = failure > rungs;
    const struct rung *rung =
        spent ? &way->slow[(failure - rungs - 1) % slow] : &way->rungs[failure - 1];
    enum ladder_remedy remedy = rung->remedy;
    if (remedy == LADDER_POWER && !power)
        remedy = LADDER_RESET;
    return (struct ladder_step){remedy, (int64_t)rung->wait_s * 1000, spent};
}

void ladder_ready(struct ladder *ladder, int64_t now)
{
    ladder->failures = 0;
    ladder->ready_at = now;
}

struct ladder_step ladder_fail(struct ladder *ladder, enum ladder_cause cause, bool power,
                               int64_t now)
{
    if (ladder->ready_at != 0) {
        if (now - ladder->ready_at >= LADDER_STEADY_MS)
            ladder->flaps = 0;
        ladder->flaps++;
        ladder->failures = (ladder->flaps + LADDER_FLAPS - 1) / LADDER_FLAPS;
        ladder->ready_at = 0;
    } else {
        ladder->failures++;
    }
    return ladder_step(cause, ladder->failures, power);
}

char *ladder_reason(const char *why, enum ladder_cause cause, const struct ladder_step *step)
{
    static const char *const remedies[LADDER_REMEDIES] = {
        [LADDER_REOPEN] = "tried again in",
        [LADDER_RESET] = "told to restart in",
        [LADDER_POWER] = "its power_command runs in",
    };
    int64_t seconds = step->wait_ms / 1000;
    if (!step->spent)
        return g_strdup_printf("%s; %s %" G_GINT64_FORMAT " s", why, remedies[step->remedy],
                               seconds);
    return g_strdup_printf("%s: %s; it is tried every %" G_GINT64_FORMAT
                           " s, and at once when it is plugged in anew",
                           why, ways[cause].advice, seconds);
}
