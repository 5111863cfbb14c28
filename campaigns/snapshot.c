// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes snapshots: counts, writes JSON, inserts one row. Which are due follows from the rows alone:
 * a moment of the file that has passed and has no row, an ended campaign without its final one; so
 * a power cut delays a snapshot and never skips or doubles it. */
#include "campaigns/snapshot.h"

#include "campaigns/store/snapshot.h"
#include "campaigns/tally_json.h"
#include "config/log.h"
#include "config/values.h"

static const char *const kind_names[] = {
    [SNAPSHOT_PLANNED] = "planned", [SNAPSHOT_ASKED] = "asked", [SNAPSHOT_FINAL] = "final"};

const char *snapshot_kind_name(enum snapshot_kind kind)
{
    return kind_names[kind];
}

bool snapshot_take(struct store *store, int64_t campaign_id, const struct snapshot_wish *wish,
                   int64_t *retid, GError **error)
{
    const struct tally_view view = {.id = campaign_id, .now = wish->now, .as_of = wish->as_of};
    struct tally *tally = tally_look(store, &view, error);
    if (tally == NULL)
        return false;
    if (tally->as_of == 0)
        tally->as_of = wish->now;
    g_autofree char *figures = tally_json_text(tally);
    const struct snapshot_row row = {
        .campaign_id = campaign_id,
        .as_of = tally->as_of,
        .taken_at = wish->now,
        .kind = (char *)kind_names[wish->kind],
        .by = (char *)wish->by,
        .figures = figures,
    };
    bool taken = store_snapshot_insert(store, &row, retid, error);
    if (taken)
        log_info("snapshot",
                 "campaign=%s event=taken kind=%s late_s=%" G_GINT64_FORMAT " bytes=%zu",
                 tally->code, row.kind, (row.taken_at - row.as_of) / 1000, strlen(figures));
    tally_free(tally);
    return taken;
}

/* ---- finding one ---- */

bool snapshot_find(struct store *store, int64_t campaign_id, int64_t as_of, int64_t *retid,
                   GError **error)
{
    g_autoptr(GPtrArray) rows = store_snapshot_list(store, campaign_id, error);
    int64_t id = 0;
    if (rows == NULL)
        return false;
    for (unsigned i = 0; i < rows->len; i++) {
        const struct snapshot_row *row = rows->pdata[i];
        if (row->as_of / 1000 == as_of / 1000)
            id = MAX(id, row->id);
    }
    if (id != 0) {
        *retid = id;
        return true;
    }
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                "no snapshot of this campaign is of that moment: “loa snapshot list” shows the %u "
                "there are",
                rows->len);
    return false;
}

/* ---- the clock ---- */

struct round {
    struct store *store;
    int64_t now;
    unsigned taken;
    GError *fault; /* the first */
};

static void take(struct round *round, int64_t campaign_id, enum snapshot_kind kind, int64_t as_of)
{
    const struct snapshot_wish wish = {kind, as_of, "", round->now};
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    bool found = store_snapshot_find(round->store, campaign_id, kind_names[kind],
                                     kind == SNAPSHOT_FINAL ? 0 : as_of, &id, &error);
    if (found && id != 0)
        return;
    if (found && snapshot_take(round->store, campaign_id, &wish, &id, &error))
        round->taken++;
    else if (round->fault == NULL)
        round->fault = g_steal_pointer(&error);
}

static void look_at(struct round *round, struct campaign_book *book,
                    const struct snapshot_candidate *candidate)
{
    const struct campaign_entry *entry = campaign_book_find(book, candidate->campaign_id, NULL);
    char *const *times = entry == NULL ? NULL : entry->config.snapshots;
    for (unsigned i = 0; times != NULL && times[i] != NULL; i++) {
        g_autofree char *sentence = NULL;
        int64_t as_of = 0;
        if (value_read_time(times[i], &as_of, &sentence) && as_of <= round->now)
            take(round, candidate->campaign_id, SNAPSHOT_PLANNED, as_of);
    }
    if (candidate->finished_at != 0)
        take(round, candidate->campaign_id, SNAPSHOT_FINAL, candidate->finished_at);
}

bool snapshot_clock(struct store *store, struct campaign_book *book, int64_t now,
                    unsigned *rettaken, GError **error)
{
    struct round round = {.store = store, .now = now};
    g_autoptr(GArray) candidates =
        store_snapshot_candidates(store, now - SNAPSHOT_AFTERMATH_MS, error);
    if (candidates == NULL)
        return false;
    for (unsigned i = 0; i < candidates->len; i++)
        look_at(&round, book, &g_array_index(candidates, struct snapshot_candidate, i));
    *rettaken = round.taken;
    if (round.fault == NULL)
        return true;
    g_propagate_error(error, round.fault);
    return false;
}
