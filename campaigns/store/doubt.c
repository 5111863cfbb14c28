// SPDX-License-Identifier: GPL-2.0-or-later
/* A worker killed before +CMGS leaves a part of which only the number and the time are known. A
 * report is such a part's when it fits no part by its reference, was sent when that part may have
 * been, by the network's clock, and none else to that number can wait for it: nothing is on its
 * way, and where several messages are in doubt there are reports enough for all of them, which are
 * then given out newest first. A wrong guess would hide a message that never went.
 * The same holds for a part of which the modem said after Ctrl-Z that it failed: some say so of
 * what has left. Until its message is tried again a report proves the modem wrong. */
#include "campaigns/store/doubt.h"

enum {
    LATEST_MS = 7 * 24 * 60 * 60 * 1000,
    SKEW_MS = 60 * 60 * 1000, /* between the network's clock and ours */
};

struct doubt {
    int64_t message_id, sequence, leased_at, settled_at, attempt_id;
    bool denied; /* there is no row of it in `part` yet */
    bool taken;
};

/* The reports with one reference that fit no part: all of one part, whatever became of it. */
struct stray {
    int64_t reference, sent_at, received_at;
    bool taken;
};

/* A message without its verdict yet, or one by a modem that gives 0 for every reference. */
static bool others_wait(struct store *store, const char *modem, const char *tail, int64_t now,
                        bool *retothers, GError **error)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error,
                     "SELECT 1 FROM attempt INDEXED BY attempt_open"
                     " JOIN message ON message.id = attempt.message_id"
                     " JOIN contact ON contact.id = message.contact_id"
                     " WHERE attempt.settled_at IS NULL AND attempt.modem = ?1"
                     " AND substr(contact.phone, -length(?2)) = ?2 UNION ALL "
                     "SELECT 1 FROM part INDEXED BY part_reference"
                     " JOIN message ON message.id = part.message_id"
                     " JOIN contact ON contact.id = message.contact_id"
                     " WHERE part.modem = ?1 AND part.reference = 0 AND part.sent_at > ?3"
                     " AND part.status IS NULL AND substr(contact.phone, -length(?2)) = ?2 LIMIT 1",
                     "tti", modem, tail, now - LATEST_MS))
        return false;
    *retothers = found != 0;
    return true;
}

static bool read_doubts(struct store *store, const char *modem, const char *tail, int64_t now,
                        GArray *doubts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT part.message_id, part.sequence, attempt.leased_at, attempt.settled_at,"
                 " attempt.id, 0 FROM part INDEXED BY part_reference"
                 " JOIN attempt ON attempt.id = part.attempt_id"
                 " JOIN message ON message.id = part.message_id"
                 " JOIN contact ON contact.id = message.contact_id"
                 " WHERE part.modem = ?1 AND part.reference = -1 AND part.sent_at > ?3"
                 " AND part.status IS NULL AND substr(contact.phone, -length(?2)) = ?2"
                 " UNION ALL "
                 "SELECT message.id, message.parts_sent, attempt.leased_at, attempt.settled_at,"
                 " attempt.id, 1 FROM contact JOIN message ON message.contact_id = contact.id"
                 " JOIN attempt ON attempt.id = (SELECT max(id) FROM attempt AS latest"
                 " WHERE latest.message_id = message.id)"
                 " WHERE contact.phone = '+84' || ?2 AND message.state = 'queued'"
                 " AND attempt.modem = ?1 AND attempt.verdict = 'retry' AND attempt.took_ms > 0"
                 " AND attempt.settled_at > ?3 AND NOT EXISTS (SELECT 1 FROM part"
                 " WHERE message_id = message.id AND sequence = message.parts_sent)"
                 " ORDER BY 3 DESC, 5 DESC, 2",
                 "tti", modem, tail, now - LATEST_MS);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct doubt doubt = {.message_id = sqlite3_column_int64(statement, 0),
                              .sequence = sqlite3_column_int64(statement, 1),
                              .leased_at = sqlite3_column_int64(statement, 2),
                              .settled_at = sqlite3_column_int64(statement, 3),
                              .attempt_id = sqlite3_column_int64(statement, 4),
                              .denied = sqlite3_column_int(statement, 5) != 0};
        g_array_append_val(doubts, doubt);
    }
    return row == 0;
}

static bool read_strays(struct store *store, const char *modem, const char *tail, int64_t now,
                        GArray *strays, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT reference, max(sent_at), max(received_at) FROM report INDEXED BY report_early"
        " WHERE modem = ?1 AND message_id IS NULL AND received_at > ?3"
        " AND substr(number, -length(?2)) = ?2"
        " GROUP BY reference ORDER BY max(sent_at) DESC",
        "tti", modem, tail, now - LATEST_MS);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct stray stray = {.reference = sqlite3_column_int64(statement, 0),
                              .sent_at = sqlite3_column_int64(statement, 1),
                              .received_at = sqlite3_column_int64(statement, 2)};
        g_array_append_val(strays, stray);
    }
    return row == 0;
}

static bool fits(const struct doubt *doubt, const struct stray *stray)
{
    return !doubt->taken && !stray->taken && stray->received_at >= doubt->leased_at &&
           stray->sent_at >= doubt->leased_at - SKEW_MS &&
           stray->sent_at <= doubt->settled_at + SKEW_MS;
}

static bool fits_any(const GArray *doubts, const struct stray *stray)
{
    for (guint i = 0; i < doubts->len; i++) {
        if (fits(&g_array_index(doubts, struct doubt, i), stray))
            return true;
    }
    return false;
}

/* The doubtful part whose these reports are; NULL: they fit none, or may be several messages'. */
static struct doubt *choose(const GArray *doubts, const GArray *strays, const struct stray *stray)
{
    struct doubt *first = NULL;
    unsigned fitting = 0, offered = 0;
    bool several = false;
    for (guint i = 0; i < doubts->len; i++) {
        struct doubt *doubt = &g_array_index(doubts, struct doubt, i);
        if (!fits(doubt, stray))
            continue;
        first = first != NULL ? first : doubt;
        several = several || doubt->message_id != first->message_id;
        fitting++;
    }
    for (guint i = 0; i < strays->len; i++)
        offered += fits_any(doubts, &g_array_index(strays, struct stray, i));
    return several && offered < fitting ? NULL : first;
}

/* It went after all. */
static bool admit(struct store *store, const struct doubt *doubt, const char *modem, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO part (message_id, sequence, attempt_id, modem, reference, sent_at)"
                   " VALUES (?1, ?2, ?3, ?4, -1, ?5)",
                   "iiiti", doubt->message_id, doubt->sequence, doubt->attempt_id, modem,
                   doubt->settled_at);
}

/* Applied afresh for each report, as the one before it may have moved the message. */
static bool give_one(struct store *store, const struct doubt *doubt, int64_t id,
                     const struct report *report, int64_t now, GError **error)
{
    struct report_part part;
    return report_part_read(sql_bind(store,
                                     "SELECT part.message_id, part.sequence, message.state,"
                                     " message.parts, message.parts_sent FROM part"
                                     " JOIN message ON message.id = part.message_id"
                                     " WHERE part.message_id = ?1 AND part.sequence = ?2",
                                     "ii", doubt->message_id, doubt->sequence),
                            &part, error) == 1 &&
           report_part_apply(store, &part, report, now, error) &&
           report_part_link(store, id, &part, error);
}

/* All reports with that reference, in the order in which they came: each leaves the query. */
static bool give_all(struct store *store, const struct doubt *doubt, const struct stray *stray,
                     const char *modem, const char *tail, int64_t now, GError **error)
{
    for (;;) {
        sqlite3_stmt *statement =
            sql_bind(store,
                     "SELECT id, status FROM report INDEXED BY report_early WHERE modem = ?1"
                     " AND reference = ?2 AND message_id IS NULL AND received_at > ?3"
                     " AND substr(number, -length(?4)) = ?4 ORDER BY id LIMIT 1",
                     "tiit", modem, stray->reference, now - LATEST_MS, tail);
        int row = sql_step(statement, error);
        if (row != 1)
            return row == 0;
        int64_t id = sqlite3_column_int64(statement, 0);
        const struct report report = {.reference = (int)stray->reference,
                                      .status = sqlite3_column_int(statement, 1)};
        sqlite3_reset(statement);
        if (!give_one(store, doubt, id, &report, now, error))
            return false;
    }
}

bool doubt_settle(struct store *store, const char *modem, const char *tail, int64_t now,
                  GError **error)
{
    g_autoptr(GArray) doubts = g_array_new(FALSE, FALSE, sizeof(struct doubt));
    g_autoptr(GArray) strays = g_array_new(FALSE, FALSE, sizeof(struct stray));
    bool others = false;
    if (!read_doubts(store, modem, tail, now, doubts, error))
        return false;
    if (doubts->len == 0)
        return true;
    if (!others_wait(store, modem, tail, now, &others, error) ||
        !read_strays(store, modem, tail, now, strays, error))
        return false;
    for (guint i = 0; !others && i < strays->len; i++) {
        struct stray *stray = &g_array_index(strays, struct stray, i);
        struct doubt *doubt = choose(doubts, strays, stray);
        if (doubt == NULL)
            continue;
        if ((doubt->denied && !admit(store, doubt, modem, error)) ||
            !give_all(store, doubt, stray, modem, tail, now, error))
            return false;
        doubt->taken = stray->taken = true;
    }
    return true;
}
