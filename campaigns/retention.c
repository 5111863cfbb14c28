// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks for a campaign whose time is over, takes the snapshot that stays, and erases it slice by
 * slice; then what belongs to no campaign. A campaign whose opinions wait for an answer is waited
 * for, since nobody can answer an opinion that nobody can read; but not for ever, since it was
 * promised that it goes. */
#include "campaigns/retention.h"

#include "campaigns/campaign.h"
#include "campaigns/snapshot.h"
#include "campaigns/store/campaign.h"
#include "config/campaign.h"
#include "config/log.h"

#include <jansson.h>
#include <stdlib.h>

struct retention {
    struct store *store;
    struct retention_row *row; /* the campaign in work; NULL: none */
    struct retention_cursor cursor;
    char *worded;
    GHashTable *sick;    /* id of a campaign that cannot be counted → when to try it again */
    unsigned stray;      /* which of the strays' slices is next */
    int64_t strays_done; /* when the last round ended */
};

struct retention *retention_new(struct store *store)
{
    struct retention *retention = g_new0(struct retention, 1);
    retention->store = store;
    retention->sick = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return retention;
}

static void put_down(struct retention *retention)
{
    g_clear_pointer(&retention->row, retention_row_free);
    g_clear_pointer(&retention->worded, g_free);
    retention_cursor_clear(&retention->cursor);
}

void retention_free(struct retention *retention)
{
    if (retention == NULL)
        return;
    put_down(retention);
    g_hash_table_unref(retention->sick);
    g_free(retention);
}

/* ---- when ---- */

int64_t retention_due_at(const struct retention_row *row, GTimeZone *zone, bool at_the_latest)
{
    if (row->ended_at == 0)
        return 0;
    int64_t months = row->months + (at_the_latest ? RETENTION_GRACE_MONTHS : 0);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(row->ended_at / 1000);
    g_autoptr(GDateTime) ended = g_date_time_to_timezone(utc, zone);
    g_autoptr(GDateTime) due = g_date_time_add_months(ended, (int)months);
    return due == NULL ? INT64_MAX : g_date_time_to_unix(due) * 1000;
}

bool retention_is_held(const struct retention_row *row, GTimeZone *zone, int64_t now)
{
    return row->ended_at != 0 && row->erased_at == 0 && row->open_opinions > 0 &&
           now >= retention_due_at(row, zone, false) && now < retention_due_at(row, zone, true);
}

/* ---- a campaign ---- */

static char *worded_questions(struct store *store, int64_t id, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row == NULL)
        return NULL;
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    json_t *ids = json_array();
    /* Of a file that no longer reads nobody knows which answers are words: they stay. */
    bool read = campaign_config_read(row->definition, row->file, &config, mistakes);
    for (unsigned i = 0; read && config.questions != NULL && i < config.questions->len; i++) {
        const struct question_config *question = config.questions->pdata[i];
        if (question->kind == QUESTION_TEXT)
            json_array_append_new(ids, json_string(question->id));
    }
    campaign_config_clear(&config);
    campaign_row_free(row);
    char *text = json_dumps(ids, JSON_COMPACT);
    json_decref(ids);
    char *copy = g_strdup(text);
    free(text); /* of jansson */
    return copy;
}

/* The figures as they are when the numbers and texts go; there may be one from before a crash. */
static bool keep_figures(struct store *store, const struct retention_row *row, GTimeZone *zone,
                         int64_t now, GError **error)
{
    struct snapshot_wish wish = {
        .kind = SNAPSHOT_FINAL,
        .as_of = MIN(now, retention_due_at(row, zone, false)),
        .by = "",
        .now = now,
    };
    int64_t id = 0;
    GError *fault = NULL;
    if (snapshot_take(store, row->id, &wish, &id, &fault))
        return true;
    if (g_error_matches(fault, STORE_ERROR, STORE_ERROR_CONFLICT)) {
        g_error_free(fault);
        return true;
    }
    g_propagate_prefixed_error(error, fault,
                               "campaign %s: its figures cannot be kept: ", row->code);
    return false;
}

static bool is_ripe(const struct retention *retention, const struct retention_row *row,
                    const struct retention_terms *terms, int64_t now)
{
    const int64_t *again_at = g_hash_table_lookup(retention->sick, &row->id);
    return now >= retention_due_at(row, terms->zone, false) &&
           !retention_is_held(row, terms->zone, now) && (again_at == NULL || now >= *again_at);
}

/* Takes over `row`. */
static bool begin(struct retention *retention, struct retention_row *row,
                  const struct retention_terms *terms, int64_t now, GError **error)
{
    retention->row = row;
    retention->cursor.campaign_id = row->id;
    retention->worded = worded_questions(retention->store, row->id, error);
    bool ready =
        retention->worded != NULL && keep_figures(retention->store, row, terms->zone, now, error);
    if (!ready)
        put_down(retention);
    return ready;
}

/* A campaign that cannot be counted must not keep the others' data for ever. False: it is the
 * database that is sick. */
static bool pass_over(struct retention *retention, int64_t id, int64_t now, GError *fault,
                      GError **error)
{
    if (fault->domain == STORE_ERROR) {
        g_propagate_error(error, fault);
        return false;
    }
    g_autofree char *reason = log_quote(fault->message);
    log_error("retention", "campaign=%" G_GINT64_FORMAT " event=kept reason=%s", id, reason);
    g_error_free(fault);
    int64_t again_at = now + RETENTION_STRAYS_EVERY_MS;
    g_hash_table_replace(retention->sick, g_memdup2(&id, sizeof id),
                         g_memdup2(&again_at, sizeof again_at));
    return true;
}

static bool pick_up(struct retention *retention, const struct retention_terms *terms, int64_t now,
                    GError **error)
{
    g_autoptr(GPtrArray) rows = store_retention_due(retention->store, now, error);
    if (rows == NULL)
        return false;
    while (rows->len > 0 && retention->row == NULL) {
        struct retention_row *row = g_ptr_array_steal_index(rows, 0);
        int64_t id = row->id;
        GError *fault = NULL;
        if (!is_ripe(retention, row, terms, now))
            retention_row_free(row);
        else if (!begin(retention, row, terms, now, &fault) &&
                 !pass_over(retention, id, now, fault, error))
            return false;
    }
    return true;
}

static bool erase_slice(struct retention *retention, int64_t now, bool *retmore, GError **error)
{
    struct store *store = retention->store;
    if (!store_begin(store, error))
        return false;
    bool done =
        store_retention_slice(store, &retention->cursor, retention->worded, now, retmore, error) &&
        (*retmore || store_retention_done(store, retention->row, now, error)) &&
        store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}

static bool erase_campaign(struct retention *retention, int64_t now, struct retention_news *retnews,
                           GError **error)
{
    bool more = false, done = erase_slice(retention, now, &more, error);
    if (done && !more)
        g_strlcpy(retnews->campaign, retention->row->code, sizeof retnews->campaign);
    if (!done || !more)
        put_down(retention);
    retnews->more = done;
    return done && (more || store_retention_checkpoint(retention->store, error));
}

/* ---- what belongs to none ---- */

static const struct {
    bool (*slice)(struct store *, int64_t, bool *, GError **);
    enum { BY_STRANGERS, BY_QUARANTINE, BY_DIALOGUES } term;
} strays[] = {
    {store_retention_strays, BY_STRANGERS},      {store_retention_alarms, BY_STRANGERS},
    {store_retention_reports, BY_STRANGERS},     {store_retention_sessions, BY_STRANGERS},
    {store_retention_quarantine, BY_QUARANTINE}, {store_retention_dialogues, BY_DIALOGUES},
    {store_retention_readings, BY_DIALOGUES},
};

/* Milliseconds; 0: for ever. */
static int64_t kept_for(const struct retention_config *config, unsigned stray)
{
    if (strays[stray].term == BY_DIALOGUES)
        return RETENTION_DIALOGUES_MS;
    return strays[stray].term == BY_QUARANTINE ? config->quarantine_ms : config->strangers_ms;
}

static bool erase_strays(struct retention *retention, const struct retention_terms *terms,
                         int64_t now, bool *retmore, GError **error)
{
    const struct retention_config *config = terms->config;
    int64_t keep = kept_for(config, retention->stray);
    bool more = false, done = true;
    if (keep > 0) {
        done = store_begin(retention->store, error) &&
               strays[retention->stray].slice(retention->store, now - keep, &more, error) &&
               store_commit(retention->store, error);
        if (!done)
            store_rollback(retention->store);
    }
    if (!more)
        retention->stray++;
    *retmore = done && retention->stray < G_N_ELEMENTS(strays);
    if (retention->stray == G_N_ELEMENTS(strays)) {
        retention->stray = 0;
        retention->strays_done = now;
    }
    return done;
}

bool retention_clock_slice(struct retention *retention, const struct retention_terms *terms,
                           int64_t now, struct retention_news *retnews, GError **error)
{
    *retnews = (struct retention_news){0};
    if (retention->row == NULL && !pick_up(retention, terms, now, error))
        return false;
    if (retention->row != NULL)
        return erase_campaign(retention, now, retnews, error);
    bool waits =
        now >= retention->strays_done && now < retention->strays_done + RETENTION_STRAYS_EVERY_MS;
    if (waits && retention->stray == 0)
        return true;
    return erase_strays(retention, terms, now, &retnews->more, error);
}
