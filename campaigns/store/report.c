// SPDX-License-Identifier: GPL-2.0-or-later
/* Delivery reports. TP-MR is one octet that wraps, starts anywhere and is always 0 on some modems,
 * so a report belongs to the newest part with that modem, reference and number that still waits
 * for its final report. A part that went out without a reference (its outcome unsure) takes a
 * report that fits no other. Reports that fit nothing are kept: their verdict may be on its way. */
#include "campaigns/store/report.h"

#include "campaigns/store/sql.h"

enum {
    TAIL = 9, /* digits that are equal in +84912…, 84912… and 0912… */
    LATEST_MS = 7 * 24 * 60 * 60 * 1000,
};

/* One found part, and what its message looks like. */
struct found {
    int64_t message_id;
    unsigned sequence;
    enum message_state state;
    unsigned parts, parts_sent;
};

/* A report that came before the verdict on its part. */
struct early {
    int64_t id;
    struct report report;
    struct found found;
};

enum report_sense report_sense_of(int status)
{
    if (status < 0x20)
        return REPORT_DELIVERED;
    if (status < 0x40)
        return REPORT_TRYING;
    return status < 0x80 ? REPORT_FAILED : REPORT_UNKNOWN;
}

static char *number_tail(const char *number)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    for (const char *letter = number; *letter != '\0'; letter++) {
        if (g_ascii_isdigit(*letter))
            g_string_append_c(digits, *letter);
    }
    if (digits->len > TAIL)
        g_string_erase(digits, 0, (gssize)(digits->len - TAIL));
    return g_string_free(g_steal_pointer(&digits), FALSE);
}

#define FIND_PART                                                                                  \
    "SELECT part.message_id, part.sequence, message.state, message.parts, message.parts_sent"      \
    " FROM part INDEXED BY part_reference JOIN message ON message.id = part.message_id"            \
    " JOIN contact ON contact.id = message.contact_id"                                             \
    " WHERE part.modem = ?1 AND part.reference = ?2 AND part.sent_at > ?3"                         \
    " AND substr(contact.phone, -length(?4)) = ?4"

/* 1 found, 0 none, -1 a fault. */
static int read_found(sqlite3_stmt *statement, struct found *retfound, GError **error)
{
    int row = sql_step(statement, error);
    if (row != 1)
        return row;
    *retfound = (struct found){
        .message_id = sqlite3_column_int64(statement, 0),
        .sequence = (unsigned)sqlite3_column_int64(statement, 1),
        .parts = (unsigned)sqlite3_column_int64(statement, 3),
        .parts_sent = (unsigned)sqlite3_column_int64(statement, 4),
    };
    bool known =
        message_state_from_name((const char *)sqlite3_column_text(statement, 2), &retfound->state);
    g_assert(known); /* CHECK of the schema */
    sqlite3_reset(statement);
    return 1;
}

static int find_part(struct store *store, const struct report *report, int64_t now,
                     struct found *retfound, GError **error)
{
    g_autofree char *tail = number_tail(report->number);
    if (*tail == '\0')
        return 0;
    int64_t since = now - LATEST_MS, reference = report->reference, unknown = -1;
    int row = read_found(sql_bind(store,
                                  FIND_PART " AND (part.status IS NULL OR part.status BETWEEN 32"
                                            " AND 63) ORDER BY part.sent_at DESC, sequence LIMIT 1",
                                  "tiit", report->modem, reference, since, tail),
                         retfound, error);
    if (row == 0)
        row = read_found(sql_bind(store, FIND_PART " ORDER BY part.sent_at DESC, sequence LIMIT 1",
                                  "tiit", report->modem, reference, since, tail),
                         retfound, error);
    if (row == 0)
        row = read_found(sql_bind(store,
                                  FIND_PART " AND part.status IS NULL"
                                            " ORDER BY part.sent_at DESC, sequence LIMIT 1",
                                  "tiit", report->modem, unknown, since, tail),
                         retfound, error);
    return row;
}

/* Modems that give every part the reference 0 get reports on the parts of one message that are
 * equal to the letter: such a one is no repeat while its message has such a part without report. */
static int find_twin(struct store *store, const struct report *report, struct found *retfound,
                     GError **error)
{
    return read_found(
        sql_bind(store,
                 "SELECT part.message_id, part.sequence, message.state, message.parts,"
                 " message.parts_sent FROM report"
                 " JOIN part ON part.message_id = report.message_id"
                 " JOIN message ON message.id = part.message_id"
                 " WHERE report.modem = ?1 AND report.reference = ?2 AND report.number = ?3"
                 " AND report.status = ?4 AND report.sent_at = ?5 AND report.discharged_at = ?6"
                 " AND part.modem = ?1 AND part.reference = ?2 AND part.status IS NULL"
                 " ORDER BY part.sequence LIMIT 1",
                 "titiii", report->modem, (int64_t)report->reference, report->number,
                 (int64_t)report->status, report->sent_at, report->discharged_at),
        retfound, error);
}

/* A report on a doubtful part of an unsure message proves that it went out, and what is before it.
 * While the part behind it is in doubt as well (it has a row), so is the message. */
static bool lift_doubt(struct store *store, const struct found *found, enum message_state *state,
                       int64_t now, GError **error)
{
    int64_t next_in_doubt = 0;
    if (!sql_integer(store, 0, &next_in_doubt, error,
                     "SELECT 1 FROM part WHERE message_id = ?1 AND sequence = ?2", "ii",
                     found->message_id, (int64_t)found->sequence + 1))
        return false;
    enum message_event event = found->sequence + 1 < found->parts ? MESSAGE_RETRY : MESSAGE_ACCEPT;
    if (!next_in_doubt && !message_advance(*state, event, state))
        return true;
    return sql_run(
        store, error, "UPDATE message SET state = ?1, state_at = ?2, parts_sent = ?3 WHERE id = ?4",
        "tiii", message_state_name(*state), now, (int64_t)found->sequence + 1, found->message_id);
}

/* The message follows when its parts are all delivered, or when one has failed. */
static bool follow(struct store *store, const struct found *found, enum message_state *state,
                   int64_t now, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT count(*) FILTER (WHERE status < 32),"
                                       " count(*) FILTER (WHERE status BETWEEN 64 AND 127)"
                                       " FROM part WHERE message_id = ?1",
                                       "i", found->message_id);
    if (sql_step(statement, error) != 1)
        return false;
    int64_t delivered = sqlite3_column_int64(statement, 0);
    int64_t failed = sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    if (failed == 0 && delivered < found->parts)
        return true;
    enum message_event event = failed > 0 ? MESSAGE_FAIL : MESSAGE_DELIVER;
    if (!message_advance(*state, event, state))
        return true;
    return sql_run(store, error, "UPDATE message SET state = ?1, state_at = ?2 WHERE id = ?3",
                   "tii", message_state_name(*state), now, found->message_id);
}

/* What one report on this part changes. */
static bool apply(struct store *store, const struct found *found, const struct report *report,
                  int64_t now, enum message_state *retstate, GError **error)
{
    enum report_sense sense = report_sense_of(report->status);
    enum message_state state = found->state;
    /* A temporary or unknown status says nothing new about a part that has its final one. */
    if (!sql_run(store, error,
                 "UPDATE part SET status = ?1, reported_at = ?2, reference = ?3"
                 " WHERE message_id = ?4 AND sequence = ?5"
                 " AND (?6 OR status IS NULL OR status BETWEEN 32 AND 63)",
                 "iiiiii", (int64_t)report->status, now, (int64_t)report->reference,
                 found->message_id, (int64_t)found->sequence,
                 (int64_t)(sense == REPORT_DELIVERED || sense == REPORT_FAILED)))
        return false;
    bool doubtful = state == MESSAGE_UNSURE && found->sequence >= found->parts_sent;
    if (doubtful && sense != REPORT_UNKNOWN && !lift_doubt(store, found, &state, now, error))
        return false;
    if (!follow(store, found, &state, now, error))
        return false;
    *retstate = state;
    return true;
}

static bool link_part(struct store *store, int64_t report_id, const struct found *found,
                      GError **error)
{
    return sql_run(store, error, "UPDATE report SET message_id = ?1, sequence = ?2 WHERE id = ?3",
                   "iii", found->message_id, (int64_t)found->sequence, report_id);
}

/* An equal one is not inserted; the row then bears the key that was told last. */
static bool insert(struct store *store, const struct report *report, int64_t now, bool *retequal,
                   GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO report (modem, reference, number, status, sent_at, discharged_at,"
                 " received_at, told_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                 " ON CONFLICT DO NOTHING",
                 "titiiiii", report->modem, (int64_t)report->reference, report->number,
                 (int64_t)report->status, report->sent_at, report->discharged_at, now, report->key))
        return false;
    *retequal = sql_changes(store) == 0;
    return !*retequal ||
           sql_run(store, error,
                   "UPDATE report SET told_key = ?7 WHERE modem = ?1 AND reference = ?2"
                   " AND number = ?3 AND status = ?4 AND sent_at = ?5 AND discharged_at = ?6",
                   "titiiii", report->modem, (int64_t)report->reference, report->number,
                   (int64_t)report->status, report->sent_at, report->discharged_at, report->key);
}

bool store_report_add(struct store *store, const struct report *report, int64_t now,
                      struct report_match *retmatch, GError **error)
{
    struct report_match match = {0};
    int64_t known = 0;
    if (report->key != 0 &&
        !sql_integer(store, 0, &known, error, "SELECT 1 FROM report WHERE told_key = ?1 LIMIT 1",
                     "i", report->key))
        return false;
    if (known != 0) {
        *retmatch = (struct report_match){.repeated = true};
        return true;
    }
    bool equal = false;
    if (!insert(store, report, now, &equal, error))
        return false;
    int64_t id = sql_last_id(store);
    struct found found;
    int row = equal ? find_twin(store, report, &found, error)
                    : find_part(store, report, now, &found, error);
    if (row < 0)
        return false;
    match.repeated = equal && row == 0;
    if (row == 1) {
        if (!apply(store, &found, report, now, &match.state, error) ||
            (!equal && !link_part(store, id, &found, error)))
            return false;
        match.message_id = found.message_id;
        match.sequence = found.sequence;
    }
    *retmatch = match;
    return true;
}

bool store_report_catch_up(struct store *store, const struct settled *settled, int64_t now,
                           enum message_state *retstate, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct early));
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT r.id, r.reference, r.status, p.sequence, m.parts, m.parts_sent"
                 " FROM part p JOIN message m ON m.id = p.message_id"
                 " JOIN contact c ON c.id = m.contact_id"
                 " JOIN report r INDEXED BY report_early ON r.modem = p.modem"
                 " AND r.reference = p.reference AND r.message_id IS NULL"
                 " WHERE p.message_id = ?1 AND p.attempt_id = ?2 AND r.received_at >= ?3"
                 " AND substr(r.number, -9) = substr(c.phone, -9) ORDER BY r.id",
                 "iii", settled->message_id, settled->lease, settled->leased_at);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct early early = {
            .id = sqlite3_column_int64(statement, 0),
            .report = {.reference = sqlite3_column_int(statement, 1),
                       .status = sqlite3_column_int(statement, 2)},
            .found = {.message_id = settled->message_id,
                      .sequence = (unsigned)sqlite3_column_int64(statement, 3),
                      .parts = (unsigned)sqlite3_column_int64(statement, 4),
                      .parts_sent = (unsigned)sqlite3_column_int64(statement, 5)}};
        g_array_append_val(all, early);
    }
    if (row < 0)
        return false;
    enum message_state state = settled->state;
    for (unsigned i = 0; i < all->len; i++) {
        struct early *early = &g_array_index(all, struct early, i);
        early->found.state = state;
        if (!apply(store, &early->found, &early->report, now, &state, error) ||
            !link_part(store, early->id, &early->found, error))
            return false;
    }
    *retstate = state;
    return true;
}
