// SPDX-License-Identifier: GPL-2.0-or-later
/* Troubles of the gateway itself, and who is told of them when. Pure: what is wrong is looked for
 * by the gateway, kept by the store. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum alarm_kind {
    ALARM_MODEM_DOWN,
    ALARM_SIM_STOPPED,
    ALARM_DISK_LOW,
    ALARM_SIM_LOW,
    ALARM_SIM_UNREAD,
    ALARM_SILENCE,
    ALARM_SIM_FULL,
    ALARM_SINK_FAILING,
    ALARM_UNSURE,
    ALARM_QUARANTINE,
    ALARM_CLOCK_WRONG,
    ALARM_COUNTING,
    ALARM_USSD_CLOSED,
    ALARM_KINDS
};

struct alarm_trait {
    const char *name;     /* "modem-down" */
    const char *severity; /* "critical": something does not work; "warning" */
    const char *sentence; /* for tables and receivers */
    const char *text;     /* for an SMS, without diacritics; %s: which ones */
    bool by_sms;
    bool patient; /* must last for alarms.modem_down before it is an alarm, and be over for as long
                   */
    bool settles; /* mostly ends by itself: told by SMS only if it has lasted for a while */
};
const struct alarm_trait *alarm_trait(enum alarm_kind kind);
bool alarm_kind_from_name(const char *name, enum alarm_kind *retkind);

/* Something that is wrong at this moment. */
struct trouble {
    enum alarm_kind kind;
    char *subject; /* name of the modem or sink; "" where there is only one */
    char *reason;  /* a sentence; no phone number */
    char *hint;    /* two or three words for an SMS, without diacritics; NULL: none */
    int64_t since; /* 0: not known, so from now on */
};
/* Takes over reason and hint; numbers in the reason that somebody could call are masked. */
struct trouble *trouble_new(enum alarm_kind kind, const char *subject, char *reason, char *hint);
void trouble_free(struct trouble *trouble);

/* ---- from trouble to alarm and back, without flapping ---- */
struct alarm_case {
    enum alarm_kind kind;
    char *subject, *reason, *hint;
    int64_t since;     /* when the trouble began */
    bool bad;          /* at the last look */
    bool lasting;      /* it is an alarm */
    unsigned repeats;  /* alarms of the same sort in the day before this one */
    int64_t level_ms;  /* trouble that has added up; what is well takes off again */
    int64_t well_ms;   /* all well for so long */
    int64_t looked_at; /* 0: never */
    int64_t renewed_at;
};
struct alarm_case *alarm_case_new(enum alarm_kind kind, const char *subject);
void alarm_case_free(struct alarm_case *acase);

/* It has been bad since then, before we looked. What is bad at a new start may be so because of the
 * start, so that counts for half of the patience at most. */
void alarm_case_resume(struct alarm_case *acase, int64_t since, int64_t patience_ms, int64_t now);

enum alarm_change {
    ALARM_STAYS,
    ALARM_RAISE, /* the caller sets `lasting` and `repeats` */
    ALARM_CLEAR, /* the caller unsets it */
    ALARM_RENEW, /* it lasts, for another reason */
};
/* `trouble` NULL: none. To be called every second or so; longer gaps, and a clock that jumps, count
 * as a few seconds. */
enum alarm_change alarm_case_look(struct alarm_case *acase, const struct trouble *trouble,
                                  int64_t patience_ms, int64_t now);
/* Nothing of it needs to be remembered. */
bool alarm_case_is_over(const struct alarm_case *acase);

/* ---- telling ---- */
/* Alarms of the same sort within this time before count as repeats. */
#define ALARM_REPEAT_MS     (INT64_C(24) * 60 * 60 * 1000)
/* An alarm SMS that could not leave for so long is given up; the alarm may be told again. */
#define ALARM_SMS_EXPIRY_MS (INT64_C(6) * 60 * 60 * 1000)

/* What has been told so far of an alarm that lasts. */
struct alarm_told {
    int64_t raised_at;
    int64_t told_at; /* 0: not this one */
    int64_t last_at; /* this or an earlier one of the same kind and subject; 0: none */
};
bool alarm_is_to_tell(enum alarm_kind kind, const struct alarm_told *told, int64_t patience_ms,
                      int64_t now);
/* So long others are waited for, to be told in the same SMS; what has come back is not over before.
 */
int64_t alarm_gather_ms(int64_t patience_ms);

/* One SMS of one part for all of `cases` (struct alarm_case *); the caller frees. */
char *alarm_text(const GPtrArray *cases, GTimeZone *zone, int64_t now);
