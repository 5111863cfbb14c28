// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of `alarm`, the SMS that told of them, and what else the database knows of troubles.
 * Functions marked (t) need an open transaction. */
#pragma once

#include "campaigns/alarm.h"
#include "campaigns/store/store.h"

struct alarm_row {
    int64_t id;
    enum alarm_kind kind;
    char *uuid, *subject, *reason;
    int64_t since, raised_at;
    int64_t cleared_at; /* 0: it lasts */
    int64_t told_at;    /* when an SMS was made of it that has not expired; 0: none */
    int64_t last_at;    /* the same, of any alarm of its kind and subject */
    char *told_state;   /* enum message_state of that SMS, "" */
};
void alarm_row_free(struct alarm_row *row);

/* (t) Kind, uuid, subject, reason, since and raised_at of `row`. STORE_ERROR_CONFLICT: one of that
 * kind and subject lasts already. */
bool store_alarm_raise(struct store *store, const struct alarm_row *row, int64_t *retid,
                       GError **error);
/* (t) An SMS that told of nothing else and is still queued is not sent. */
bool store_alarm_clear(struct store *store, int64_t id, int64_t now, GError **error);
bool store_alarm_renew(struct store *store, int64_t id, const char *reason, GError **error);

/* Newest first, with ids below `before_id` (0: all); struct alarm_row *, freed with the array.
 * Kinds that this version does not know are left out. */
GPtrArray *store_alarm_list(struct store *store, bool lasting, int64_t before_id, unsigned limit,
                            GError **error);
/* Alarms of one sort that were raised since then. */
bool store_alarm_repeats(struct store *store, enum alarm_kind kind, const char *subject,
                         int64_t since, unsigned *retcount, GError **error);

/* ---- telling ---- */
/* Alarm SMS made for the number since then. */
bool store_alarm_sms_since(struct store *store, const char *phone, int64_t since, int64_t *retcount,
                           GError **error);
/* Is one still to leave? */
bool store_alarm_sms_waits(struct store *store, bool *retwaits, GError **error);
/* (t) Queues the text to the number, as the telling of these alarms (int64_t). */
bool store_alarm_tell(struct store *store, const char *phone, const char *text,
                      const GArray *alarms, int64_t now, GError **error);

/* ---- what the database knows of troubles ---- */
/* Unsure messages that no person has decided on; alarms themselves are not counted. */
bool store_alarm_unsure(struct store *store, int64_t *retcount, GError **error);
bool store_alarm_quarantined(struct store *store, int64_t *retcount, GError **error);
/* When the modem sent the first part that nothing came in after; 0: something has, or it has sent
 * nothing. */
bool store_alarm_silent_since(struct store *store, const char *modem, int64_t *retat,
                              GError **error);
/* Has it sent a part since then? */
bool store_alarm_sent_since(struct store *store, const char *modem, int64_t since, bool *retsent,
                            GError **error);
/* The least of the network's times on the last few SMS received; 0: there are too few to tell. */
bool store_alarm_network_time(struct store *store, int64_t *retat, GError **error);
