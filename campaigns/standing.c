// SPDX-License-Identifier: GPL-2.0-or-later
/* A SIM without credit, a barred one and a network in trouble fail message after message; a wrong
 * number fails alone. So numbers are counted, not failures: the third number in a row condemns
 * the SIM, the same number never does, nor do those that failed before while it served others: they
 * are what is left over at the end of every campaign. A condemned SIM rests, then lets one message
 * try, and rests twice as long when that fails too; the first that goes out acquits it. */
#include "campaigns/standing.h"

#include <glib.h>

enum {
    REST_FIRST_MS = 10 * 1000,
    REST_LONGEST_MS = 30 * 60 * 1000,
    MOMENT_MS = 10 * 60 * 1000, /* a SIM that served another within it has credit and a network */
};

static bool is_in_row(const struct standing *standing, int64_t number)
{
    for (unsigned i = 0; i < standing->failed; i++) {
        if (standing->row[i] == number)
            return true;
    }
    return false;
}

static void acquit(struct standing *standing, int64_t number, int64_t now)
{
    *standing = (struct standing){.sent_to = number, .sent_at = now};
}

static bool has_served_lately(const struct standing *standing, int64_t now)
{
    return standing->sent_to != 0 && standing->sent_at >= now - MOMENT_MS;
}

/* A row without end that nothing was added to for long says nothing any more. */
static bool is_faded(const struct standing *standing, int64_t now)
{
    return !standing_in_doubt(standing) && standing->failed_at < now - MOMENT_MS;
}

bool standing_take(struct standing *standing, const struct standing_try *tried, int64_t now)
{
    if (tried->news == STANDING_SENT) {
        acquit(standing, tried->number, now);
        return false;
    }
    bool own = tried->news == STANDING_FAILED && tried->again && !standing_in_doubt(standing) &&
               has_served_lately(standing, now);
    if (own)
        return false;
    if (is_faded(standing, now))
        standing->failed = 0;
    if (standing->failed < STANDING_ROW && !is_in_row(standing, tried->number))
        standing->row[standing->failed++] = tried->number;
    standing->failed_at = now;
    bool condemned = tried->news == STANDING_STOPPED || standing_in_doubt(standing);
    if (!condemned || standing_rests(standing, now))
        return false; /* what was in its window when it went to rest is no further news */
    standing->rest_ms =
        CLAMP(standing->rest_ms * 2, (int64_t)REST_FIRST_MS, (int64_t)REST_LONGEST_MS);
    standing->rest_until = now + standing->rest_ms;
    return true;
}

bool standing_rests(const struct standing *standing, int64_t now)
{
    return now < standing->rest_until;
}

void standing_try_now(struct standing *standing)
{
    standing->rest_until = 0;
}

bool standing_in_doubt(const struct standing *standing)
{
    return standing->rest_ms > 0 || standing->failed >= STANDING_ROW;
}

bool standing_others_fail(const struct standing *standing, int64_t number, int64_t now)
{
    if (is_faded(standing, now))
        return false;
    return standing_in_doubt(standing) || standing->failed > (is_in_row(standing, number) ? 1 : 0);
}

bool standing_serves_others(const struct standing *standing, int64_t number, int64_t since,
                            int64_t now)
{
    if (standing->sent_to == 0 || standing->sent_to == number ||
        standing_others_fail(standing, number, now))
        return false;
    return standing->sent_at >= MIN(since, now - MOMENT_MS);
}
