// SPDX-License-Identifier: GPL-2.0-or-later
/* The states of a message, and the settle rule: what the verdict on one attempt makes of it.
 * Knows neither rows nor modems. A message is given up after REFUSED_AFTER tries that the network
 * turned down, or earlier where the cause says so twice; what fails for the modem's or the
 * network's sake never counts against it, it only waits longer. */
#include "campaigns/message.h"

enum {
    REFUSED_AFTER = 8,
    RETRY_FIRST_MS = 15 * 1000,
    RETRY_LONGEST_MS = 60 * 60 * 1000,
    SICK_FREE = 2, /* so many sick modems in a row are no reason to suspect the message */
    SICK_FIRST_MS = 30 * 1000,
    SICK_LONGEST_MS = 30 * 60 * 1000,
};

static const char *const state_names[MESSAGE_STATES] = {
    [MESSAGE_QUEUED] = "queued",
    [MESSAGE_LEASED] = "leased",
    [MESSAGE_SENT] = "sent",
    [MESSAGE_DELIVERED] = "delivered",
    [MESSAGE_UNDELIVERED] = "undelivered",
    [MESSAGE_REFUSED] = "refused",
    [MESSAGE_UNSURE] = "unsure",
    [MESSAGE_EXPIRED] = "expired",
    [MESSAGE_CANCELLED] = "cancelled",
    [MESSAGE_SKIPPED] = "skipped",
};

static const char *const event_names[MESSAGE_EVENTS] = {
    [MESSAGE_LEASE] = "lease",   [MESSAGE_ACCEPT] = "accept", [MESSAGE_RETRY] = "retry",
    [MESSAGE_REFUSE] = "refuse", [MESSAGE_DOUBT] = "doubt",   [MESSAGE_DELIVER] = "deliver",
    [MESSAGE_FAIL] = "fail",     [MESSAGE_EXPIRE] = "expire", [MESSAGE_CANCEL] = "cancel",
    [MESSAGE_SKIP] = "skip",
};

static const char *const purpose_names[] = {
    [PURPOSE_INVITATION] = "invitation",
    [PURPOSE_REMINDER] = "reminder",
    [PURPOSE_ANSWER] = "answer",
    [PURPOSE_ALARM] = "alarm",
};

static const char *const verdict_names[] = {
    [ATTEMPT_SENT] = "sent",       [ATTEMPT_RETRY] = "retry",
    [ATTEMPT_REFUSED] = "refused", [ATTEMPT_MODEM_SICK] = "modem-sick",
    [ATTEMPT_UNSURE] = "unsure",
};

/* 0: not allowed, else the next state + 1. A report may come late, and may correct another. */
#define TO(state) ((state) + 1)
static const unsigned char steps[MESSAGE_STATES][MESSAGE_EVENTS] = {
    /* What waits to be sent again is unsure until then: a report may yet prove its first copy. */
    [MESSAGE_QUEUED] = {[MESSAGE_LEASE] = TO(MESSAGE_LEASED),
                        [MESSAGE_ACCEPT] = TO(MESSAGE_SENT),
                        [MESSAGE_RETRY] = TO(MESSAGE_QUEUED),
                        [MESSAGE_DOUBT] = TO(MESSAGE_UNSURE),
                        [MESSAGE_EXPIRE] = TO(MESSAGE_EXPIRED),
                        [MESSAGE_CANCEL] = TO(MESSAGE_CANCELLED),
                        [MESSAGE_SKIP] = TO(MESSAGE_SKIPPED)},
    [MESSAGE_LEASED] = {[MESSAGE_ACCEPT] = TO(MESSAGE_SENT),
                        [MESSAGE_RETRY] = TO(MESSAGE_QUEUED),
                        [MESSAGE_REFUSE] = TO(MESSAGE_REFUSED),
                        [MESSAGE_DOUBT] = TO(MESSAGE_UNSURE)},
    [MESSAGE_SENT] =
        {[MESSAGE_DELIVER] = TO(MESSAGE_DELIVERED), [MESSAGE_FAIL] = TO(MESSAGE_UNDELIVERED)},
    [MESSAGE_UNDELIVERED] = {[MESSAGE_DELIVER] = TO(MESSAGE_DELIVERED)},
    [MESSAGE_UNSURE] = {[MESSAGE_ACCEPT] = TO(MESSAGE_SENT),
                        [MESSAGE_RETRY] = TO(MESSAGE_QUEUED),
                        [MESSAGE_REFUSE] = TO(MESSAGE_REFUSED),
                        [MESSAGE_DELIVER] = TO(MESSAGE_DELIVERED),
                        [MESSAGE_FAIL] = TO(MESSAGE_UNDELIVERED)},
};

bool message_advance(enum message_state from, enum message_event event,
                     enum message_state *retstate)
{
    g_assert(from < MESSAGE_STATES && event < MESSAGE_EVENTS);
    if (steps[from][event] == 0)
        return false;
    *retstate = (enum message_state)(steps[from][event] - 1);
    return true;
}

static int64_t doubled(int64_t first, unsigned times, int64_t longest)
{
    for (unsigned i = 0; i < times && first < longest; i++)
        first *= 2;
    return MIN(first, longest);
}

static unsigned enough(const struct attempt_news *news)
{
    return news->tries > 0 && news->again ? MIN(news->tries, (unsigned)REFUSED_AFTER)
                                          : REFUSED_AFTER;
}

static void settle_sick(const struct attempt_news *news, int64_t now, struct settlement *settlement)
{
    settlement->event = MESSAGE_RETRY;
    settlement->not_before = now;
    if (news->untouched)
        return;
    settlement->sick++;
    if (settlement->sick > SICK_FREE)
        settlement->not_before =
            now + doubled(SICK_FIRST_MS, settlement->sick - SICK_FREE - 1, SICK_LONGEST_MS);
}

static void settle_retry(const struct attempt_news *news, int64_t now,
                         struct settlement *settlement)
{
    settlement->event = MESSAGE_RETRY;
    settlement->not_before = now;
    if (news->untouched)
        return;
    if (news->excused) {
        settle_sick(news, now, settlement);
        return;
    }
    settlement->attempts++;
    settlement->sick = 0;
    if (settlement->attempts >= enough(news)) {
        settlement->event = MESSAGE_REFUSE;
        settlement->gave_up = true;
        return;
    }
    int64_t wait = doubled(RETRY_FIRST_MS, settlement->attempts - 1, RETRY_LONGEST_MS);
    settlement->not_before = now + MAX(wait, news->retry_after_ms);
}

void message_settle(const struct message *message, const struct attempt_news *news, int64_t now,
                    struct settlement *retsettlement)
{
    *retsettlement = (struct settlement){
        .parts_sent = MIN(message->parts_sent + news->parts_now, message->parts),
        .attempts = message->attempts,
        .sick = message->sick,
    };
    switch (news->verdict) {
    case ATTEMPT_SENT:
        retsettlement->event = MESSAGE_ACCEPT;
        retsettlement->parts_sent = message->parts;
        retsettlement->attempts++;
        retsettlement->sick = 0;
        break;
    case ATTEMPT_RETRY:
        settle_retry(news, now, retsettlement);
        break;
    case ATTEMPT_MODEM_SICK:
        settle_sick(news, now, retsettlement);
        break;
    case ATTEMPT_REFUSED:
        retsettlement->event = MESSAGE_REFUSE;
        retsettlement->attempts++;
        break;
    case ATTEMPT_UNSURE:
        retsettlement->event = MESSAGE_DOUBT;
        retsettlement->attempts++;
        break;
    }
    /* A handset joins only parts that come from one number. */
    retsettlement->bound = retsettlement->event == MESSAGE_RETRY && retsettlement->parts_sent > 0;
}

bool message_state_is_open(enum message_state state)
{
    return state == MESSAGE_QUEUED || state == MESSAGE_LEASED;
}

static bool find_name(const char *const *names, size_t count, const char *name, unsigned *retindex)
{
    for (size_t i = 0; i < count; i++) {
        if (g_strcmp0(names[i], name) == 0) {
            *retindex = (unsigned)i;
            return true;
        }
    }
    return false;
}

const char *message_state_name(enum message_state state)
{
    g_assert(state < MESSAGE_STATES);
    return state_names[state];
}

bool message_state_from_name(const char *name, enum message_state *retstate)
{
    unsigned index = 0;
    if (!find_name(state_names, G_N_ELEMENTS(state_names), name, &index))
        return false;
    *retstate = (enum message_state)index;
    return true;
}

const char *message_event_name(enum message_event event)
{
    g_assert(event < MESSAGE_EVENTS);
    return event_names[event];
}

const char *message_purpose_name(enum message_purpose purpose)
{
    return purpose_names[purpose];
}

bool message_purpose_from_name(const char *name, enum message_purpose *retpurpose)
{
    unsigned index = 0;
    if (!find_name(purpose_names, G_N_ELEMENTS(purpose_names), name, &index))
        return false;
    *retpurpose = (enum message_purpose)index;
    return true;
}

const char *attempt_verdict_name(enum attempt_verdict verdict)
{
    return verdict_names[verdict];
}

void message_free(struct message *message)
{
    if (message == NULL)
        return;
    g_free(message->text);
    g_free(message->modem);
    g_free(message->cause);
    g_free(message->withheld);
    g_free(message);
}
