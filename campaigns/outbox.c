// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the rules of forwarding: the steps of an entry, the meaning of an HTTP answer, the moment of
 * the next attempt. Knows neither clock nor chance nor network; the forwarder asks, the store
 * keeps. */
#include "campaigns/outbox.h"

#include <stdio.h>
#include <string.h>

enum {
    BACKOFF_FIRST_MS = 2000,
    BACKOFF_DOUBLINGS = 13, /* 2 s · 2^13 is above the ceiling */
};
#define BACKOFF_CEILING_MS     (INT64_C(4) * 60 * 60 * 1000)
#define RETRY_AFTER_FLOOR_MS   INT64_C(1000)
#define RETRY_AFTER_CEILING_MS (INT64_C(24) * 60 * 60 * 1000)

static const char *const state_names[] = {
    [OUTBOX_WAITING] = "waiting",
    [OUTBOX_DELIVERED] = "delivered",
    [OUTBOX_ABANDONED] = "abandoned",
};

static const char *const event_names[] = {
    [OUTBOX_ACCEPTED] = "accepted",
    [OUTBOX_FAILED] = "failed",
    [OUTBOX_GIVEN_UP] = "given-up",
    [OUTBOX_RETRIED] = "retried",
};

/* What was delivered stays so: a retry of it would be counted twice. */
static const struct {
    bool allowed;
    enum outbox_state to;
} steps[OUTBOX_STATES][OUTBOX_EVENTS] = {
    [OUTBOX_WAITING] =
        {
            [OUTBOX_ACCEPTED] = {true, OUTBOX_DELIVERED},
            [OUTBOX_FAILED] = {true, OUTBOX_WAITING},
            [OUTBOX_GIVEN_UP] = {true, OUTBOX_ABANDONED},
            [OUTBOX_RETRIED] = {true, OUTBOX_WAITING},
        },
    [OUTBOX_ABANDONED] = {[OUTBOX_RETRIED] = {true, OUTBOX_WAITING}},
};

const char *outbox_state_name(enum outbox_state state)
{
    return state_names[state];
}

const char *outbox_event_name(enum outbox_event event)
{
    return event_names[event];
}

bool outbox_state_from_name(const char *name, enum outbox_state *retstate)
{
    for (unsigned i = 0; i < OUTBOX_STATES; i++) {
        if (g_strcmp0(name, state_names[i]) == 0) {
            *retstate = (enum outbox_state)i;
            return true;
        }
    }
    return false;
}

bool outbox_advance(enum outbox_state from, enum outbox_event event, enum outbox_state *retto)
{
    if (!steps[from][event].allowed)
        return false;
    *retto = steps[from][event].to;
    return true;
}

enum outbox_verdict outbox_judge(const struct outbox_answer *answer)
{
    enum { GONE = 410, TIMEOUT = 408, TOO_MANY = 429 };
    if (answer->status >= 200 && answer->status < 300)
        return OUTBOX_VERDICT_ACCEPTED;
    if (answer->status == GONE)
        return OUTBOX_VERDICT_SINK_GONE;
    bool refused = answer->status >= 300 && answer->status < 500 && answer->status != TIMEOUT &&
                   answer->status != TOO_MANY && answer->retry_after == NULL;
    return refused ? OUTBOX_VERDICT_REFUSED : OUTBOX_VERDICT_SINK_SICK;
}

static unsigned month_of(const char *name)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (unsigned i = 0; i < G_N_ELEMENTS(months); i++) {
        if (strcmp(name, months[i]) == 0)
            return i + 1;
    }
    return 0;
}

struct written_date {
    int year, day, hour, minute, second;
    char month[4], end[5];
};

/* IMF-fixdate, then the two old forms, which a recipient must still read. */
static bool scan_date(const char *text, struct written_date *retdate)
{
    struct written_date d = {0};
    int used = 0;
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %4[A-Z]%n", &d.day, d.month,
               &d.year, &d.hour, &d.minute, &d.second, d.end, &used) == 7 &&
        strcmp(d.end, "GMT") == 0 && text[used] == '\0') {
        *retdate = d;
        return true;
    }
    if (sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d %4[A-Z]%n", &d.day, d.month,
               &d.year, &d.hour, &d.minute, &d.second, d.end, &used) == 7 &&
        strcmp(d.end, "GMT") == 0 && text[used] == '\0') {
        d.year += 2000; /* no receiver of ours speaks of the last century */
        *retdate = d;
        return true;
    }
    if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", d.month, &d.day, &d.hour,
               &d.minute, &d.second, &d.year, &used) == 6 &&
        text[used] == '\0') {
        *retdate = d;
        return true;
    }
    return false;
}

static bool read_date(const char *text, int64_t *retat)
{
    struct written_date d;
    if (!scan_date(text, &d))
        return false;
    g_autoptr(GDateTime) time = g_date_time_new_utc(d.year, (int)month_of(d.month), d.day, d.hour,
                                                    d.minute, MIN(d.second, 59));
    if (time == NULL)
        return false;
    *retat = g_date_time_to_unix(time) * 1000;
    return true;
}

/* Seconds, or an HTTP date in any of its three forms (RFC 9110 10.2.3, 5.6.7). */
static bool read_retry_after(const char *text, int64_t now, int64_t *retat)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    if (trimmed[0] == '\0' || trimmed[strspn(trimmed, "0123456789")] != '\0')
        return read_date(trimmed, retat);
    guint64 seconds =
        g_ascii_strtoull(trimmed, NULL, 10); /* more than fits is the ceiling anyway */
    *retat = now + (int64_t)MIN(seconds, (guint64)RETRY_AFTER_CEILING_MS / 1000) * 1000;
    return true;
}

int64_t outbox_next_at(const struct outbox_answer *answer, unsigned attempts, uint32_t random,
                       int64_t now)
{
    int64_t asked;
    if (answer->retry_after != NULL && read_retry_after(answer->retry_after, now, &asked))
        return CLAMP(asked, now + RETRY_AFTER_FLOOR_MS, now + RETRY_AFTER_CEILING_MS);
    unsigned doublings = MIN(MAX(attempts, 1) - 1, BACKOFF_DOUBLINGS);
    int64_t wait = MIN((int64_t)BACKOFF_FIRST_MS << doublings, BACKOFF_CEILING_MS);
    return now + wait - wait / 4 + (int64_t)((double)(wait / 2) * random / UINT32_MAX);
}
