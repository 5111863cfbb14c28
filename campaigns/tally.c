// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a tally: finds out what it is counted from (the rows, or a snapshot where they are gone or
 * one was asked for), counts, and rolls it up the tree of a day. All reads see one moment. */
#include "campaigns/tally.h"

#include "campaigns/day.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/snapshot.h"
#include "campaigns/store/tally.h"
#include "campaigns/tally_count.h"
#include "campaigns/tally_json.h"
#include "campaigns/tally_past.h"
#include "campaigns/tally_tree.h"
#include "campaigns/tally_units.h"

/* ---- from the rows ---- */

struct counting {
    struct tally *tally;
    const struct campaign_config *config;
    const struct tally_listener *listener; /* NULL: nobody */
    const struct tally_rows *rows;         /* NULL: what is stored */
};

static void count_rows(const struct counting *counting, const struct tally_rows *rows)
{
    struct tally_count *count = tally_count_new(counting->tally, counting->config);
    tally_count_listen(count, counting->listener);
    tally_count_members(count, rows->members);
    tally_count_answers(count, rows->answers);
    tally_count_voices(count, rows->voices);
    tally_count_free(count);
}

static bool read_rows(struct store *store, const struct counting *counting, GError **error)
{
    int64_t id = counting->tally->id, as_of = counting->tally->as_of;
    if (counting->rows != NULL) {
        count_rows(counting, counting->rows);
        return true;
    }
    g_autoptr(GArray) members = store_tally_members(store, id, error);
    g_autoptr(GArray) answers = members == NULL ? NULL
                                : as_of == 0
                                    ? store_tally_answers(store, id, error)
                                    : tally_past_answers(store, id, counting->config, as_of, error);
    g_autoptr(GArray) voices = answers == NULL ? NULL : store_tally_voices(store, id, as_of, error);
    if (voices == NULL)
        return false;
    const struct tally_rows rows = {members, answers, voices};
    count_rows(counting, &rows);
    return true;
}

static bool count_all(struct store *store, const struct counting *counting, GError **error)
{
    struct tally *tally = counting->tally;
    const struct campaign_config *config = counting->config;
    char today[DAY_SIZE];
    day_of(tally->counted_at, NULL, today);
    struct tally_tree_open *tree =
        tally_tree_open(store, tally->tree != NULL ? tally->tree : today, error);
    if (tree == NULL)
        return false;
    tally_figures_open(&tally->total, config);
    tally->count_by = config->count_by;
    tally->coverage_by = config->coverage.by;
    tally->coverage_target = config->coverage.more_than;
    tally->plan = config->target.plan;
    bool counted = read_rows(store, counting, error);
    if (counted) {
        tally_units_plan(tally, config->target.units, tally_tree_find, tree);
        tally_units_roll(tally, tally_tree_view(tree));
    }
    tally_tree_close(tree);
    return counted && store_tally_receipts(store, tally->id, tally->receipts, error) &&
           store_tally_started(store, tally->id, &tally->started_at, error);
}

static bool read_and_count(struct store *store, struct tally *tally, const struct campaign_row *row,
                           const struct tally_view *view, GError **error)
{
    struct campaign_config config = {0};
    const struct counting counting = {tally, &config, view->listener, view->rows};
    bool filled = campaign_book_read(row, &config, error) && count_all(store, &counting, error);
    campaign_config_clear(&config);
    return filled;
}

static struct tally *from_rows(struct store *store, const struct tally_view *view, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, view->id, error);
    if (row == NULL)
        return NULL;
    struct tally *tally = g_new0(struct tally, 1);
    tally->units = g_ptr_array_new_with_free_func(tally_unit_free);
    tally->id = row->id;
    tally->code = g_strdup(row->code);
    tally->title = g_strdup(row->title);
    tally->state = row->state;
    tally->opens_at = row->opens_at;
    tally->closes_at = row->closes_at;
    tally->state_at = row->state_at;
    tally->counted_at = view->now;
    tally->as_of = view->as_of;
    tally->tree = g_strdup(view->tree);
    bool filled = read_and_count(store, tally, row, view, error);
    campaign_row_free(row);
    if (filled)
        return tally;
    tally_free(tally);
    return NULL;
}

/* ---- from a snapshot ---- */

static bool turn(struct store *store, struct tally *tally, const char *day, GError **error)
{
    struct tally_tree_open *tree = tally_tree_open(store, day, error);
    if (tree == NULL)
        return false;
    tally_units_roll(tally, tally_tree_view(tree));
    tally_tree_close(tree);
    g_free(tally->tree);
    tally->tree = g_strdup(day);
    return true;
}

static struct tally *from_snapshot(struct store *store, const struct tally_view *view, int64_t id,
                                   GError **error)
{
    struct snapshot_row *row = store_snapshot_get(store, id, error);
    struct tally *tally = NULL;
    if (row != NULL && row->campaign_id != view->id)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "snapshot %" G_GINT64_FORMAT " is not of this campaign", id);
    else if (row != NULL)
        tally = tally_json_read(row->figures, error);
    if (tally != NULL) {
        tally->snapshot.id = row->id;
        tally->snapshot.kind = g_strdup(row->kind);
    }
    snapshot_row_free(row);
    if (tally == NULL || view->tree == NULL || turn(store, tally, view->tree, error))
        return tally;
    tally_free(tally);
    return NULL;
}

/* The rows of an erased campaign are gone. */
static struct tally *look(struct store *store, const struct tally_view *view, GError **error)
{
    int64_t snapshot = view->snapshot;
    bool erased = false;
    if (view->rows != NULL)
        return from_rows(store, view, error);
    if (snapshot == 0 && !store_snapshot_of_erased(store, view->id, &erased, &snapshot, error))
        return NULL;
    if (snapshot != 0)
        return from_snapshot(store, view, snapshot, error);
    if (!erased)
        return from_rows(store, view, error);
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                "the data of this campaign was erased, and it has no snapshot");
    return NULL;
}

struct tally *tally_look(struct store *store, const struct tally_view *view, GError **error)
{
    if (!store_tally_begin(store, error))
        return NULL;
    struct tally *tally = look(store, view, error);
    store_tally_end(store);
    return tally;
}

struct tally *tally_make(struct store *store, int64_t id, int64_t now, GError **error)
{
    const struct tally_view view = {.id = id, .now = now};
    return tally_look(store, &view, error);
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    g_free(tally->code);
    g_free(tally->title);
    g_free(tally->tree);
    g_free(tally->snapshot.kind);
    tally_figures_clear(&tally->total);
    g_ptr_array_unref(tally->units);
    g_free(tally);
}
