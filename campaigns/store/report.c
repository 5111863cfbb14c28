// SPDX-License-Identifier: GPL-2.0-or-later
/* Delivery reports. TP-MR is one octet that wraps, starts anywhere and is always 0 on some modems,
 * so a report belongs to the newest part with that modem, reference and number that still waits
 * for its final report. One that fits none may be a doubtful part's, which has no reference
 * (doubt.h). Reports that fit nothing are kept: their verdict may be on its way. One on a number
 * that is nobody's here will never fit; it is kept without the number, which may be that of
 * somebody who was erased while the message was on its way. */
#include "campaigns/store/report.h"

#include "campaigns/store/doubt.h"
#include "campaigns/store/sql.h"

enum {
    TAIL = 9, /* digits that are equal in +84912…, 84912… and 0912… */
    LATEST_MS = 7 * 24 * 60 * 60 * 1000,
};

/* A report that came before the verdict on its part. */
struct early {
    int64_t id;
    struct report report;
    struct report_part part;
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

static int find_waiting(struct store *store, const struct report *report, const char *tail,
                        int64_t now, struct report_part *retpart, GError **error)
{
    return report_part_read(
        sql_bind(store,
                 FIND_PART " AND (part.status IS NULL OR part.status BETWEEN 32 AND 63)"
                           " ORDER BY part.sent_at DESC, sequence LIMIT 1",
                 "tiit", report->modem, (int64_t)report->reference, now - LATEST_MS, tail),
        retpart, error);
}

/* Only after the doubtful ones: their reference may have been given out before. */
static int find_told(struct store *store, const struct report *report, const char *tail,
                     int64_t now, struct report_part *retpart, GError **error)
{
    return report_part_read(
        sql_bind(store, FIND_PART " ORDER BY part.sent_at DESC, sequence LIMIT 1", "tiit",
                 report->modem, (int64_t)report->reference, now - LATEST_MS, tail),
        retpart, error);
}

/* Whose a stored report is by now. */
static int find_owner(struct store *store, int64_t id, struct report_part *retpart, GError **error)
{
    return report_part_read(sql_bind(store,
                                     "SELECT report.message_id, report.sequence, message.state,"
                                     " message.parts, message.parts_sent FROM report"
                                     " JOIN message ON message.id = report.message_id"
                                     " WHERE report.id = ?1",
                                     "i", id),
                            retpart, error);
}

/* Modems that give every part the reference 0 get reports on the parts of one message that are
 * equal to the letter: such a one is no repeat while its message has such a part without report. */
static int find_twin(struct store *store, const struct report *report, struct report_part *retpart,
                     GError **error)
{
    return report_part_read(
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
        retpart, error);
}

/* A message that was sent again by policy, and then its first copy arrives: that counts, and the
 * reference stays the second copy's. */
static int give_first_copy(struct store *store, const struct report *report, const char *tail,
                           int64_t now, struct report_part *retpart, GError **error)
{
    if (report_sense_of(report->status) != REPORT_DELIVERED)
        return 0;
    int row = report_part_read(
        sql_bind(store,
                 "SELECT part.message_id, part.sequence, message.state, message.parts,"
                 " message.parts_sent FROM message INDEXED BY message_resent"
                 " JOIN contact ON contact.id = message.contact_id"
                 " JOIN part ON part.message_id = message.id"
                 " JOIN attempt ON attempt.message_id = message.id AND attempt.verdict = 'unsure'"
                 " WHERE message.resends > 0 AND message.state IN ('sent', 'undelivered')"
                 " AND message.parts = 1 AND attempt.modem = ?1 AND attempt.settled_at > ?2"
                 " AND substr(contact.phone, -length(?3)) = ?3 ORDER BY attempt.id DESC LIMIT 1",
                 "tit", report->modem, now - LATEST_MS, tail),
        retpart, error);
    if (row != 1)
        return row;
    int64_t reference = -1;
    struct report first = *report;
    if (!sql_integer(store, -1, &reference, error,
                     "SELECT reference FROM part WHERE message_id = ?1 AND sequence = 0", "i",
                     retpart->message_id))
        return -1;
    first.reference = (int)reference;
    return report_part_apply(store, retpart, &first, now, error) ? 1 : -1;
}

/* 1 it has found its part, which has followed; 0 it waits; -1 a fault. */
static int place(struct store *store, const struct report *report, int64_t id, int64_t now,
                 struct report_part *retpart, GError **error)
{
    g_autofree char *tail = number_tail(report->number);
    if (*tail == '\0')
        return 0;
    int row = find_waiting(store, report, tail, now, retpart, error);
    if (row == 0) {
        if (!doubt_settle(store, report->modem, tail, now, error))
            return -1;
        row = find_owner(store, id, retpart, error);
        if (row != 0)
            return row;
        row = find_told(store, report, tail, now, retpart, error);
    }
    if (row == 0) {
        row = give_first_copy(store, report, tail, now, retpart, error);
        return row == 1 && !report_part_link(store, id, retpart, error) ? -1 : row;
    }
    if (row != 1)
        return row;
    bool applied = report_part_apply(store, retpart, report, now, error) &&
                   report_part_link(store, id, retpart, error);
    return applied ? 1 : -1;
}

static int place_twin(struct store *store, const struct report *report, int64_t now,
                      struct report_part *retpart, GError **error)
{
    int row = find_twin(store, report, retpart, error);
    if (row != 1)
        return row;
    return report_part_apply(store, retpart, report, now, error) ? 1 : -1;
}

/* The tail is looked for in all numbers only where the whole number is not there. */
static bool forget_nobody(struct store *store, int64_t id, const char *number, GError **error)
{
    g_autofree char *tail = number_tail(number), *vietnamese = g_strconcat("+84", tail, NULL);
    return sql_run(store, error,
                   "UPDATE report SET number = '#' || id WHERE id = ?1"
                   " AND NOT EXISTS (SELECT 1 FROM contact WHERE phone IN (?2, ?3))"
                   " AND NOT EXISTS (SELECT 1 FROM contact WHERE substr(phone, -length(?4)) = ?4)",
                   "ittt", id, number, vietnamese, tail);
}

bool store_report_add(struct store *store, const struct report *report, int64_t now,
                      struct report_match *retmatch, GError **error)
{
    struct report_match match = {0};
    if (!sql_run(store, error,
                 "INSERT INTO report (modem, reference, number, status, sent_at, discharged_at,"
                 " received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                 "titiiii", report->modem, (int64_t)report->reference, report->number,
                 (int64_t)report->status, report->sent_at, report->discharged_at, now))
        return false;
    bool equal = sql_changes(store) == 0;
    int64_t id = equal ? 0 : sql_last_id(store);
    struct report_part part;
    int row = equal ? place_twin(store, report, now, &part, error)
                    : place(store, report, id, now, &part, error);
    if (row < 0 || (row == 0 && !equal && !forget_nobody(store, id, report->number, error)))
        return false;
    match.repeated = equal && row == 0;
    if (row == 1) {
        match.message_id = part.message_id;
        match.sequence = part.sequence;
        match.state = part.state;
    }
    *retmatch = match;
    return true;
}

static bool read_early(struct store *store, const struct settled *settled, GArray *all,
                       GError **error)
{
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
        struct early early = {.id = sqlite3_column_int64(statement, 0),
                              .report = {.reference = sqlite3_column_int(statement, 1),
                                         .status = sqlite3_column_int(statement, 2)},
                              .part = {.message_id = settled->message_id,
                                       .sequence = (unsigned)sqlite3_column_int64(statement, 3),
                                       .parts = (unsigned)sqlite3_column_int64(statement, 4),
                                       .parts_sent = (unsigned)sqlite3_column_int64(statement, 5)}};
        g_array_append_val(all, early);
    }
    return row == 0;
}

/* Doubts to that number waited for this verdict: whose its reports are is clear now. */
static bool look_at_doubts(struct store *store, const struct settled *settled, int64_t now,
                           enum message_state *state, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT attempt.modem, contact.phone FROM attempt"
                 " JOIN message ON message.id = attempt.message_id"
                 " JOIN contact ON contact.id = message.contact_id"
                 " WHERE attempt.id = ?1 AND (message.state = 'queued'"
                 " OR EXISTS (SELECT 1 FROM message AS other"
                 " WHERE other.contact_id = message.contact_id AND other.state = 'unsure'))",
                 "i", settled->lease);
    int row = sql_step(statement, error);
    if (row != 1)
        return row == 0;
    g_autofree char *modem = sql_text(statement, 0), *phone = sql_text(statement, 1);
    sqlite3_reset(statement);
    g_autofree char *tail = number_tail(phone);
    struct report_part part;
    if (!doubt_settle(store, modem, tail, now, error))
        return false;
    row = report_part_read(sql_bind(store,
                                    "SELECT id, 0, state, parts, parts_sent FROM message"
                                    " WHERE id = ?1",
                                    "i", settled->message_id),
                           &part, error);
    if (row == 1)
        *state = part.state;
    return row == 1;
}

bool store_report_catch_up(struct store *store, const struct settled *settled, int64_t now,
                           enum message_state *retstate, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct early));
    if (settled->parts_now > 0 && !read_early(store, settled, all, error))
        return false;
    enum message_state state = settled->state;
    for (unsigned i = 0; i < all->len; i++) {
        struct early *early = &g_array_index(all, struct early, i);
        early->part.state = state;
        if (!report_part_apply(store, &early->part, &early->report, now, error) ||
            !report_part_link(store, early->id, &early->part, error))
            return false;
        state = early->part.state;
    }
    if (!look_at_doubts(store, settled, now, &state, error))
        return false;
    *retstate = state;
    return true;
}
