// SPDX-License-Identifier: GPL-2.0-or-later
/* Incoming SMS: kept as they came, once each however often the SIM is read, and joined. A sender
 * reuses concatenation references, some always send 0: of several candidates for a part the one
 * sent nearest in time belongs to the text. */
#include "campaigns/store/incoming.h"

#include "campaigns/store/sql.h"

#include <string.h>

#define HOLE "[…]"

enum {
    BLIND_BUCKET_MS = 10 * 60 * 1000,
    TWICE_TOLD_MS = 10 * 60 * 1000,
    DELAY_MOST_MS = 6 * 60 * 60 * 1000,
};

void incoming_text_free(struct incoming_text *text)
{
    if (text == NULL)
        return;
    g_free(text->modem);
    g_free(text->sender);
    g_free(text->text);
    g_array_unref(text->ids);
    g_free(text);
}

/* Of the content, and of what it lay in: `owner`. Without SCTS the time of arrival must do, or "1"
 * from somebody would be taken in only once in a lifetime. */
static char *fingerprint(const struct incoming *incoming, const char *owner)
{
    int64_t at =
        incoming->sent_at != 0 ? incoming->sent_at : -(incoming->received_at / BLIND_BUCKET_MS);
    g_autofree char *whole =
        g_strdup_printf("%s\n%s\n%" G_GINT64_FORMAT "\n%d/%u/%u\n%s", owner, incoming->sender, at,
                        incoming->reference, incoming->sequence, incoming->total, incoming->text);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
}

/* An SMS on the SIM goes with it into another modem; what lies in the modem, or was kept beside it,
 * stays when the SIM goes. */
struct prints {
    char *sim, *modem;
    const char *own; /* one of the two */
};

static void prints_make(const struct incoming *incoming, struct prints *prints)
{
    bool known = *incoming->imsi != '\0';
    prints->modem = fingerprint(incoming, incoming->modem);
    prints->sim = fingerprint(incoming, known ? incoming->imsi : incoming->modem);
    prints->own = strcmp(incoming->memory, "SM") == 0 ? prints->sim : prints->modem;
}

static void prints_clear(struct prints *prints)
{
    g_free(prints->sim);
    g_free(prints->modem);
}

/* The same SMS again:
 * - told under the same key, by a worker that found it in its predecessor's flight log;
 * - by a worker that found no such word of it: from the same place, if the word may be lost, or was
 *   another modem's, which had the SIM before;
 * - pushed and stored as well;
 * - a part of a long text that the network repeats.
 * Otherwise content alone proves nothing: somebody may send "1" twice within a second. */
static bool is_known(struct store *store, const struct incoming *incoming,
                     const struct prints *prints, bool *retknown, GError **error)
{
    int64_t known = 0;
    if (incoming->key != 0 &&
        !sql_integer(store, 0, &known, error, "SELECT 1 FROM incoming WHERE told_key = ?1 LIMIT 1",
                     "i", incoming->key))
        return false;
    if (known == 0 &&
        !sql_integer(store, 0, &known, error,
                     "SELECT 1 FROM incoming WHERE fingerprint IN (?1, ?2)"
                     " AND (((memory = '') <> (?3 = '') AND (received_at > ?6 OR NOT ?5))"
                     " OR (NOT ?5 AND memory = ?3 AND location = ?4 AND memory <> ''"
                     "  AND (told_key = 0 OR modem <> ?7 OR id <= coalesce("
                     "   (SELECT keys_lost FROM modem WHERE name = ?7), 0)))"
                     " OR ?8) LIMIT 1",
                     "tttiiiti", prints->sim, prints->modem, incoming->memory,
                     (int64_t)incoming->location, (int64_t)incoming->fresh,
                     incoming->received_at - TWICE_TOLD_MS, incoming->modem,
                     (int64_t)(incoming->total > 1)))
        return false;
    *retknown = known != 0;
    return true;
}

static struct incoming_text *single(const struct incoming *incoming, int64_t id)
{
    struct incoming_text *text = g_new0(struct incoming_text, 1);
    *text = (struct incoming_text){
        .modem = g_strdup(incoming->modem),
        .sender = g_strdup(incoming->sender),
        .text = g_strdup(incoming->text),
        .sent_at = incoming->sent_at,
        .received_at = incoming->received_at,
        .ids = g_array_new(FALSE, FALSE, sizeof(int64_t)),
    };
    g_array_append_val(text->ids, id);
    return text;
}

/* One row that waits for the rest of its text. */
struct waiting {
    int64_t id, sent_at, received_at;
    unsigned sequence, total;
    char *imsi, *modem, *sender, *text;
};

static void clear_waiting(gpointer data)
{
    struct waiting *waiting = data;
    g_free(waiting->imsi);
    g_free(waiting->modem);
    g_free(waiting->sender);
    g_free(waiting->text);
}

static GArray *waiting_new(void)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct waiting));
    g_array_set_clear_func(rows, clear_waiting);
    return rows;
}

/* All that wait under the same sender, reference and total on the same SIM, in order of arrival. */
static bool read_waiting(struct store *store, const struct incoming *incoming, GArray *rows,
                         GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, sent_at, received_at, sequence, total, imsi, modem, sender, text"
                 " FROM incoming WHERE sender = ?1 AND reference = ?2 AND total = ?3"
                 " AND imsi = ?4 AND reply_id IS NULL ORDER BY id",
                 "tiit", incoming->sender, (int64_t)incoming->reference, (int64_t)incoming->total,
                 incoming->imsi);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct waiting waiting = {
            .id = sqlite3_column_int64(statement, 0),
            .sent_at = sqlite3_column_int64(statement, 1),
            .received_at = sqlite3_column_int64(statement, 2),
            .sequence = (unsigned)sqlite3_column_int64(statement, 3),
            .total = (unsigned)sqlite3_column_int64(statement, 4),
            .imsi = sql_text(statement, 5),
            .modem = sql_text(statement, 6),
            .sender = sql_text(statement, 7),
            .text = sql_text(statement, 8),
        };
        g_array_append_val(rows, waiting);
    }
    return row == 0;
}

/* The best candidate for one sequence number, NULL: none came. */
static const struct waiting *nearest(const GArray *rows, unsigned sequence,
                                     const struct waiting *centre)
{
    const struct waiting *best = NULL;
    for (guint i = 0; i < rows->len; i++) {
        const struct waiting *row = &g_array_index(rows, struct waiting, i);
        if (row->sequence != sequence)
            continue;
        if (best == NULL ||
            ABS(row->sent_at - centre->sent_at) < ABS(best->sent_at - centre->sent_at))
            best = row;
    }
    return best;
}

/* A sender may cut a surrogate pair in two: the worker then ends one part and begins the next with
 * U+100000 plus the half. */
static gunichar half_of(const char *at)
{
    gunichar character = *at != '\0' ? g_utf8_get_char(at) : 0;
    return character >= 0x10d800 && character <= 0x10dfff ? character - 0x100000 : 0;
}

static char *join_halves(const char *text)
{
    GString *joined = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar first = half_of(at), second = half_of(g_utf8_next_char(at));
        if (first == 0) {
            g_string_append_unichar(joined, g_utf8_get_char(at));
        } else if (first < 0xdc00 && second >= 0xdc00) {
            g_string_append_unichar(joined, 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff));
            at = g_utf8_next_char(at);
        } else {
            g_string_append_unichar(joined, 0xfffd);
        }
    }
    return g_string_free(joined, FALSE);
}

/* The text around `centre`; NULL when a part is missing and holes are not wanted. */
static struct incoming_text *join(const GArray *rows, const struct waiting *centre, bool holes)
{
    struct incoming_text *text = g_new0(struct incoming_text, 1);
    text->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    text->sent_at = centre->sent_at;
    text->received_at = centre->received_at;
    g_autoptr(GString) joined = g_string_new(NULL);
    bool whole = true, hole = false;
    for (unsigned sequence = 1; sequence <= centre->total; sequence++) {
        const struct waiting *row =
            sequence == centre->sequence ? centre : nearest(rows, sequence, centre);
        if (row == NULL) {
            whole = false;
            if (!hole)
                g_string_append(joined, HOLE);
            hole = true;
            continue;
        }
        hole = false;
        g_string_append(joined, row->text);
        g_array_append_val(text->ids, row->id);
        text->received_at = MIN(text->received_at, row->received_at);
    }
    text->modem = g_strdup(centre->modem);
    text->sender = g_strdup(centre->sender);
    text->text = join_halves(joined->str);
    if (whole || holes)
        return text;
    incoming_text_free(text);
    return NULL;
}

char *incoming_parts_join(const struct incoming_part *parts, unsigned count)
{
    unsigned total = parts[0].total, next = 0;
    if (total < 2 || parts[0].sequence < 1 || parts[0].sequence > total)
        return g_strdup(parts[0].text);
    g_autoptr(GString) joined = g_string_new(NULL);
    bool hole = false;
    for (unsigned sequence = 1; sequence <= total; sequence++) {
        bool kept = next < count && parts[next].sequence == sequence;
        if (!kept && !hole)
            g_string_append(joined, HOLE);
        hole = !kept;
        if (kept)
            g_string_append(joined, parts[next++].text);
    }
    return join_halves(joined->str);
}

static bool is_single(const struct incoming *incoming)
{
    return incoming->total < 2 || incoming->sequence < 1 || incoming->sequence > incoming->total;
}

/* The text around the row `id`, as join() makes it. */
static bool join_around(struct store *store, const struct incoming *incoming, int64_t id,
                        bool holes, struct incoming_text **rettext, GError **error)
{
    g_autoptr(GArray) rows = waiting_new();
    if (!read_waiting(store, incoming, rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++) {
        const struct waiting *row = &g_array_index(rows, struct waiting, i);
        if (row->id == id)
            *rettext = join(rows, row, holes);
    }
    return true;
}

/* Known by its place, not by a word of it: from now on the word is this worker's, by which the next
 * one will know it again, however soon the power goes. */
static bool note_key(struct store *store, const struct incoming *incoming,
                     const struct prints *prints, GError **error)
{
    if (incoming->key == 0 || incoming->fresh || *incoming->memory == '\0')
        return true;
    return sql_run(store, error,
                   "UPDATE incoming SET told_key = ?1 WHERE id = (SELECT max(id) FROM incoming"
                   " WHERE fingerprint IN (?2, ?3) AND memory = ?4 AND location = ?5)"
                   " AND NOT EXISTS (SELECT 1 FROM incoming WHERE told_key = ?1)",
                   "ittti", incoming->key, prints->sim, prints->modem, incoming->memory,
                   (int64_t)incoming->location);
}

static bool insert(struct store *store, const struct incoming *incoming, const char *print,
                   GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO incoming (modem, imsi, memory, location, sender, text, coding,"
                   " reference, total, sequence, sent_at, received_at, fingerprint, told_key,"
                   " retry_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
                   " ?14, ?15)",
                   "tttittiiiiiitii", incoming->modem, incoming->imsi, incoming->memory,
                   (int64_t)incoming->location, incoming->sender, incoming->text,
                   (int64_t)incoming->coding, (int64_t)incoming->reference,
                   (int64_t)incoming->total, (int64_t)incoming->sequence, incoming->sent_at,
                   incoming->received_at, print, incoming->key, incoming->retry_at);
}

/* Inserts what is not known yet; 1: it was new, 0: it was known, -1: a fault. */
static int insert_new(struct store *store, const struct incoming *incoming, GError **error)
{
    struct prints prints;
    bool known = false;
    prints_make(incoming, &prints);
    bool done = is_known(store, incoming, &prints, &known, error) &&
                (known ? note_key(store, incoming, &prints, error)
                       : insert(store, incoming, prints.own, error));
    prints_clear(&prints);
    return done ? !known : -1;
}

bool store_incoming_add(struct store *store, const struct incoming *incoming, bool *retnew,
                        struct incoming_text **rettext, GError **error)
{
    *retnew = false;
    *rettext = NULL;
    int added = insert_new(store, incoming, error);
    if (added <= 0)
        return added == 0;
    int64_t id = sql_last_id(store);
    struct incoming_text *text = NULL;
    if (is_single(incoming))
        text = single(incoming, id);
    else if (!join_around(store, incoming, id, false, &text, error))
        return false;
    *retnew = true;
    *rettext = text;
    return true;
}

static bool contains(const GArray *ids, int64_t id)
{
    for (guint i = 0; i < ids->len; i++) {
        if (g_array_index(ids, int64_t, i) == id)
            return true;
    }
    return false;
}

/* The text that the row `id` belongs to, holes and all; NULL when it stands in an earlier one. */
static bool gather(struct store *store, const struct incoming *incoming, int64_t id,
                   const GPtrArray *texts, struct incoming_text **rettext, GError **error)
{
    for (guint i = 0; i < texts->len; i++) {
        const struct incoming_text *earlier = g_ptr_array_index(texts, i);
        if (contains(earlier->ids, id))
            return true;
    }
    if (is_single(incoming)) {
        *rettext = single(incoming, id);
        return true;
    }
    return join_around(store, incoming, id, true, rettext, error);
}

/* Copies of the overdue rows as they lie in the table. */
static bool read_overdue(struct store *store, int64_t now, unsigned limit, GArray *ids,
                         GPtrArray *texts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, modem, imsi, sender, text, reference, total, sequence, sent_at,"
                 " received_at FROM incoming WHERE reply_id IS NULL AND retry_at <= ?1"
                 " ORDER BY retry_at, id LIMIT ?2",
                 "ii", now, (int64_t)limit);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        int64_t id = sqlite3_column_int64(statement, 0);
        struct incoming *incoming = g_new0(struct incoming, 1);
        *incoming = (struct incoming){
            .modem = sql_text(statement, 1),
            .imsi = sql_text(statement, 2),
            .memory = "",
            .sender = sql_text(statement, 3),
            .text = sql_text(statement, 4),
            .reference = sqlite3_column_int(statement, 5),
            .total = (unsigned)sqlite3_column_int(statement, 6),
            .sequence = (unsigned)sqlite3_column_int(statement, 7),
            .sent_at = sqlite3_column_int64(statement, 8),
            .received_at = sqlite3_column_int64(statement, 9),
        };
        g_array_append_val(ids, id);
        g_ptr_array_add(texts, incoming);
    }
    return row == 0;
}

static void free_copy(gpointer data)
{
    struct incoming *incoming = data;
    g_free((char *)incoming->modem);
    g_free((char *)incoming->imsi);
    g_free((char *)incoming->sender);
    g_free((char *)incoming->text);
    g_free(incoming);
}

bool store_incoming_overdue(struct store *store, int64_t now, unsigned limit, GPtrArray *rettexts,
                            GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_copy);
    if (!read_overdue(store, now, limit, ids, rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++) {
        struct incoming_text *text = NULL;
        if (!gather(store, g_ptr_array_index(rows, i), g_array_index(ids, int64_t, i), rettexts,
                    &text, error))
            return false;
        if (text != NULL)
            g_ptr_array_add(rettexts, text);
    }
    return true;
}

bool store_incoming_delay(struct store *store, const GArray *ids, int64_t now, int64_t first_ms,
                          GError **error)
{
    for (guint i = 0; i < ids->len; i++) {
        if (!sql_run(store, error,
                     "UPDATE incoming SET tries = tries + 1,"
                     " retry_at = ?1 + min(?2 << min(tries, 20), ?3) WHERE id = ?4",
                     "iiii", now, first_ms, (int64_t)DELAY_MOST_MS, g_array_index(ids, int64_t, i)))
            return false;
    }
    return true;
}

bool store_incoming_link(struct store *store, const GArray *ids, int64_t reply_id, GError **error)
{
    for (guint i = 0; i < ids->len; i++) {
        if (!sql_run(store, error, "UPDATE incoming SET reply_id = ?1 WHERE id = ?2", "ii",
                     reply_id, g_array_index(ids, int64_t, i)))
            return false;
    }
    return true;
}
