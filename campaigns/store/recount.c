// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of a recount. One contact at a time, so that a campaign of a million replies needs no
 * more memory than its answers. */
#include "campaigns/store/recount.h"

#include "campaigns/store/incoming.h"
#include "campaigns/store/sql.h"

static GArray *finished(GArray *rows, int step)
{
    if (step == 0)
        return rows;
    g_array_unref(rows);
    return NULL;
}

GArray *store_recount_contacts(struct store *store, int64_t campaign_id, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT contact_id FROM reply WHERE campaign_id = ?1 "
                            "AND contact_id IS NOT NULL UNION SELECT contact_id FROM answer "
                            "WHERE campaign_id = ?1 AND contact_id IS NOT NULL ORDER BY 1",
                            "i", campaign_id),
                   error);
}

GArray *store_recount_persons(struct store *store, int64_t campaign_id, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT DISTINCT person_id FROM answer WHERE campaign_id = ?1 "
                            "AND person_id IS NOT NULL ORDER BY 1",
                            "i", campaign_id),
                   error);
}

static void clear_reply(gpointer data)
{
    struct recount_reply *reply = data;
    g_free(reply->text);
    g_free(reply->question);
    g_free(reply->shut);
    g_free(reply->outcome);
    g_free(reply->rule);
}

GArray *store_recount_replies(struct store *store, int64_t contact_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, coalesce(campaign_id, 0), sent_at, received_at, "
                 "(SELECT count(*) FROM opinion o WHERE o.reply_id = r.id), "
                 "settled_at IS NOT NULL, sender = '', text, question, shut, outcome, rule, "
                 "session_id IS NOT NULL "
                 "FROM reply r WHERE contact_id = ?1 ORDER BY id",
                 "i", contact_id);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct recount_reply));
    g_array_set_clear_func(rows, clear_reply);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct recount_reply row = {
            .id = sqlite3_column_int64(statement, 0),
            .campaign_id = sqlite3_column_int64(statement, 1),
            .sent_at = sqlite3_column_int64(statement, 2),
            .received_at = sqlite3_column_int64(statement, 3),
            .opinions = sqlite3_column_int64(statement, 4),
            .settled = sqlite3_column_int(statement, 5) != 0,
            .erased = sqlite3_column_int(statement, 6) != 0,
            .text = sql_text(statement, 7),
            .question = sql_text(statement, 8),
            .shut = sql_text(statement, 9),
            .outcome = sql_text(statement, 10),
            .rule = sql_text(statement, 11),
            .by_menu = sqlite3_column_int(statement, 12) != 0,
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

char *store_recount_joined(struct store *store, int64_t reply_id, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT sequence, total, text FROM incoming "
                                       "WHERE reply_id = ?1 ORDER BY sequence, id",
                                       "i", reply_id);
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(struct incoming_part));
    g_autoptr(GStringChunk) texts = g_string_chunk_new(256);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct incoming_part part = {
            .sequence = (unsigned)sqlite3_column_int64(statement, 0),
            .total = (unsigned)sqlite3_column_int64(statement, 1),
            .text = g_string_chunk_insert(texts, (const char *)sqlite3_column_text(statement, 2)),
        };
        g_array_append_val(parts, part);
    }
    if (step != 0 || parts->len == 0)
        return NULL;
    return incoming_parts_join((const struct incoming_part *)parts->data, parts->len);
}

static void clear_version(gpointer data)
{
    struct recount_version *version = data;
    g_free(version->question);
    g_free(version->code);
    g_free(version->said);
}

GArray *store_recount_versions(struct store *store, int64_t campaign_id, int64_t contact_id,
                               int64_t person_id, GError **error)
{
    static const char of_contact[] =
        "SELECT id, coalesce(reply_id, 0), at, recorded_at, coalesce(superseded_by, 0), "
        "by_whom <> '', question, code, coalesce(said, code) FROM answer "
        "WHERE contact_id = ?2 AND +campaign_id = ?1 ORDER BY question, id";
    static const char of_person[] =
        "SELECT id, coalesce(reply_id, 0), at, recorded_at, coalesce(superseded_by, 0), "
        "by_whom <> '', question, code, coalesce(said, code) FROM answer "
        "WHERE person_id = ?2 AND +campaign_id = ?1 ORDER BY question, id";
    sqlite3_stmt *statement = contact_id != 0
                                  ? sql_bind(store, of_contact, "ii", campaign_id, contact_id)
                                  : sql_bind(store, of_person, "ii", campaign_id, person_id);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct recount_version));
    g_array_set_clear_func(rows, clear_version);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct recount_version row = {
            .id = sqlite3_column_int64(statement, 0),
            .reply_id = sqlite3_column_int64(statement, 1),
            .at = sqlite3_column_int64(statement, 2),
            .recorded_at = sqlite3_column_int64(statement, 3),
            .superseded_by = sqlite3_column_int64(statement, 4),
            .decided = sqlite3_column_int(statement, 5) != 0,
            .question = sql_text(statement, 6),
            .code = sql_text(statement, 7),
            .said = sql_text(statement, 8),
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}

GArray *store_recount_refusals(struct store *store, int64_t campaign_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT l.contact_id, l.at, coalesce(l.reply_id, 0), l.event = 'opted-out' "
                 "FROM consent l JOIN campaign c ON c.id = ?1 "
                 "WHERE l.event IN ('opted-out', 'opted-in') AND l.contact_id IS NOT NULL "
                 "AND l.organisation IN (c.organisation, '*') ORDER BY l.contact_id, l.id",
                 "i", campaign_id);
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct recount_refusal));
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct recount_refusal row = {
            .contact_id = sqlite3_column_int64(statement, 0),
            .at = sqlite3_column_int64(statement, 1),
            .reply_id = sqlite3_column_int64(statement, 2),
            .out = sqlite3_column_int(statement, 3) != 0,
        };
        g_array_append_val(rows, row);
    }
    return finished(rows, step);
}
