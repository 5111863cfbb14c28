// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of `message`, `attempt` and `part`. Functions marked (t) need an open transaction. */
#pragma once

#include "campaigns/message.h"
#include "campaigns/store/store.h"

/* ---- creating ---- */
/* Queues one (t). Reads from `message`: campaign_id, contact_id, purpose, priority, text, parts,
 * reference, modem, not_before, expires_at. STORE_ERROR_CONFLICT: the contact has the campaign's
 * invitation already. */
bool store_message_add(struct store *store, const struct message *message, int64_t now,
                       int64_t *retid, GError **error);

/* (t) Deletes a slice of a campaign's messages, none of which was ever leased; whether there may be
 * more. And its newest message, 0: it has none. */
bool store_message_wipe(struct store *store, int64_t campaign_id, bool *retmore, GError **error);
bool store_message_newest(struct store *store, int64_t campaign_id, int64_t *retid, GError **error);

/* ---- leaving the queue unsent; each (t) ---- */
/* One transaction takes no more than so many, so that no modem waits for it. */
enum { MESSAGE_SLICE = 250 };
/* MESSAGE_CANCEL or MESSAGE_EXPIRE for a slice of what is queued of one campaign, all its answers
 * included if that is wanted; whether there may be more. */
struct queue_drop {
    int64_t campaign_id;
    enum message_event event;
    const char *cause;
    bool answers; /* those too */
};
bool store_message_drop(struct store *store, const struct queue_drop *drop, int64_t now,
                        bool *retmore, GError **error);
/* A cancelled campaign of which something is still queued that is no answer; 0: none. */
bool store_message_any_cancelled(struct store *store, int64_t *retcampaign, GError **error);
/* MESSAGE_CANCEL for what is queued for a contact in the name of an organisation ("*": of any), but
 * for alarms and emergencies; and for whatever has lost its text. */
bool store_message_drop_contact(struct store *store, int64_t contact_id, const char *organisation,
                                const char *cause, int64_t now, GError **error);
bool store_message_drop_erased(struct store *store, int64_t contact_id, int64_t now,
                               int64_t *retcount, GError **error);
/* MESSAGE_SKIP for one that was queued in this transaction. */
bool store_message_skip(struct store *store, int64_t id, const char *cause, int64_t now,
                        GError **error);
/* MESSAGE_EXPIRE for a slice of what waited too long; and whether there is any. */
bool store_message_expire(struct store *store, int64_t now, GError **error);
bool store_message_any_expired(struct store *store, int64_t now, bool *retany, GError **error);

/* ---- the queue, for the dispatcher ---- */
/* Running campaigns that have something queued for any modem (int64_t; 0: messages of none). */
bool store_message_queues(struct store *store, GArray *retcampaigns, GError **error);
/* Appends up to `limit` messages (struct message *) of one lane (store/route.h lists them), the
 * longest due first. */
bool store_message_refill(struct store *store, const struct message_lane *lane, int64_t now,
                          unsigned limit, GPtrArray *messages, GError **error);
/* The same for answers and for what only `modem` may send (NULL: answers that any may send), of
 * all campaigns that are not paused, by priority. */
bool store_message_refill_direct(struct store *store, const char *modem, int64_t now,
                                 unsigned limit, GPtrArray *messages, GError **error);
/* (t) The lease: message and attempt row. STORE_ERROR_CONFLICT: no longer queued, too old, erased,
 * or refused by its contact, which stops neither answers, alarms nor emergencies. */
bool store_message_lease(struct store *store, const struct message *message, const char *modem,
                         int64_t now, int64_t *retlease, GError **error);

/* (t) The verdict: attempt, parts and message. `references` are the TP-MR of the parts that went
 * out now, -1 where unknown; with ATTEMPT_UNSURE the doubtful ones are kept without reference. */
struct verdict_row {
    int64_t lease;
    const char *modem;
    struct attempt_news news;
    const int *references; /* news.parts_now of them */
    const char *cause;     /* "cms 38", "" */
    int64_t took_ms;
};
struct settled {
    int64_t lease, message_id, campaign_id, at;
    enum message_state state;
    unsigned parts_now;
    int64_t leased_at, not_before;
    bool gave_up;
};
/* STORE_ERROR_CONFLICT: that lease is settled already or never was. */
bool store_message_settle(struct store *store, const struct verdict_row *row, int64_t now,
                          struct settled *retsettled, GError **error);

/* Leases without a verdict: after a crash, or while workers are at it. */
struct open_lease {
    int64_t lease, message_id;
    char *modem;
    unsigned parts; /* that it was to send */
};
/* Of one modem, or of all (NULL), in the order in which they were made. */
bool store_message_open_leases(struct store *store, const char *modem, GArray *retleases,
                               GError **error);
void open_lease_clear(struct open_lease *lease);

/* Parts that `modem` sent since then (sent_at of each, in order), for its quotas. */
bool store_message_sent_since(struct store *store, const char *modem, int64_t since,
                              GArray *retsent_at, GError **error);
/* Whom it sent to since then (contact ids, int64_t), each once. */
bool store_message_recipients_since(struct store *store, const char *modem, int64_t since,
                                    GArray *retcontacts, GError **error);

/* ---- what waits ---- */
/* A slice of the messages (ids, int64_t) of a campaign that have been unsure since then, were not
 * sent again, and whose modem works, so that a report could have come; or since `absent_before`. */
bool store_message_doubtful(struct store *store, int64_t campaign_id, int64_t before,
                            int64_t absent_before, GArray *retids, GError **error);
/* (t) Queued once more, by policy; not when something has become of it, or it is too old. */
bool store_message_resend(struct store *store, int64_t id, const char *cause, int64_t now,
                          bool *retqueued, GError **error);
/* (t) A slice of the answers that wait for their modem since then: any modem may send them. */
bool store_message_free_answers(struct store *store, int64_t before, unsigned *retfreed,
                                GError **error);

/* ---- from the outside ---- */
/* (t) A person decides on an unsure one: MESSAGE_ACCEPT, _DELIVER, _REFUSE or _RETRY (send it
 * again). STORE_ERROR_NOT_FOUND, or STORE_ERROR_CONFLICT when the step is not allowed. */
bool store_message_decide(struct store *store, int64_t id, enum message_event event,
                          const char *cause, int64_t now, enum message_state *retstate,
                          GError **error);
