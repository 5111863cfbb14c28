// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps series, and makes their drafts. A draft and the note that its day has one are written in
 * one transaction (campaign_create() does it), so that a crash makes neither two drafts nor none.
 * What could not be made is noted with its reason and tried again every day until its hour. */
#include "campaigns/series.h"

#include "campaigns/campaign_check.h"
#include "campaigns/day.h"
#include "campaigns/recurrence.h"
#include "campaigns/store/campaign.h"
#include "config/occurrence.h"

#include <string.h>

enum { CODE_LONGEST = 31, DAY_MS = 24 * 60 * 60 * 1000 };

bool series_read(const struct series_row *row, const char *time_zone, struct series *retseries)
{
    struct series series = {.row = row};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    if (!campaign_config_read(row->definition, row->file, &series.config, mistakes)) {
        campaign_config_clear(&series.config);
        return false;
    }
    series.zone = day_zone(time_zone);
    *retseries = series;
    return true;
}

void series_clear(struct series *series)
{
    campaign_config_clear(&series->config);
    g_clear_pointer(&series->zone, g_time_zone_unref);
}

GPtrArray *series_days(const struct series *series, const char *from, const char *to)
{
    char made[DAY_SIZE];
    day_of_zone(series->row->created_at, series->zone, made);
    const char *since = series->config.repeat.from != NULL ? series->config.repeat.from : made;
    return recurrence_days(series->config.repeat.rules, since, strcmp(made, from) > 0 ? made : from,
                           to);
}

int64_t series_opens(const struct series *series, const char *day)
{
    return recurrence_moment(day, series->config.repeat.at, series->zone);
}

GPtrArray *series_next(struct store *store, const struct series *series, int64_t now, unsigned most,
                       GError **error)
{
    char today[DAY_SIZE];
    day_of_zone(now, series->zone, today);
    g_autoptr(GPtrArray) next = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) days = series_days(series, today, "2199-12-31");
    for (unsigned i = 0; series->row->active && i < days->len && next->len < most; i++) {
        struct series_day known = {0};
        if (series_opens(series, days->pdata[i]) <= now)
            continue;
        if (!store_series_day(store, series->row->id, days->pdata[i], &known, error))
            return NULL;
        if (known.skipped_by == NULL || known.skipped_by[0] == '\0')
            g_ptr_array_add(next, g_strdup(days->pdata[i]));
        series_day_clear(&known);
    }
    return g_steal_pointer(&next);
}

int64_t series_shift(const struct series *series, int64_t opens)
{
    return series->config.opens != 0 ? opens - series->config.opens : 0;
}

int64_t series_closes(const struct series *series, int64_t opens)
{
    if (series->config.repeat.open_ms > 0)
        return opens + series->config.repeat.open_ms;
    return series->config.closes != 0 ? series->config.closes + series_shift(series, opens) : 0;
}

/* ---- adding ---- */

G_GNUC_PRINTF(4, 5)
static void mistaken(GPtrArray *mistakes, const struct campaign_draft *draft, const char *field,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_add(mistakes, draft->file, campaign_config_line(draft->text, field), field, "%s",
                 sentence);
}

static void check_rules(const struct campaign_draft *draft, const struct campaign_config *config,
                        GPtrArray *mistakes)
{
    char *const *rules = config->repeat.rules;
    if (rules == NULL || rules[0] == NULL)
        mistaken(mistakes, draft, "repeat.rules",
                 "is missing: on which days it comes again, such as "
                 "[ \"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8\" ]; for a campaign that comes once use: "
                 "loa campaign create");
    for (unsigned i = 0; rules != NULL && rules[i] != NULL; i++) {
        g_autofree char *sentence = recurrence_check(rules[i]);
        g_autofree char *field = g_strdup_printf("repeat.rules[%u]", i);
        if (sentence != NULL)
            mistaken(mistakes, draft, field, "%s", sentence);
    }
}

/* What is told in absolute times is moved with the opening, so there must be one to move from. */
static void check_anchor(const struct campaign_draft *draft, const struct campaign_config *config,
                         GPtrArray *mistakes)
{
    bool timed = config->reminders->len > 0 ||
                 (config->snapshots != NULL && config->snapshots[0] != NULL) ||
                 (config->closes != 0 && config->repeat.open_ms == 0);
    if (timed && config->opens == 0)
        mistaken(mistakes, draft, "opens",
                 "is missing: write reminders, snapshots and closes for one of the days, and when "
                 "that one opens; for each other day they are moved with its opening");
    if (strlen(config->code) > CODE_LONGEST)
        mistaken(mistakes, draft, "code",
                 "must be %d letters at most: each campaign's has the day behind it", CODE_LONGEST);
}

static void check_series(const struct campaign_draft *draft, const struct campaign_config *config,
                         GPtrArray *mistakes)
{
    check_rules(draft, config, mistakes);
    check_anchor(draft, config, mistakes);
}

static bool put(struct store *store, const struct series_row *row, int64_t *retid, GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (store_series_put(store, row, retid, error) && store_series_try_again(store, *retid, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* The spelling of a known code stays. */
static bool known_code(struct store *store, char **retcode, GError **error)
{
    GError *fault = NULL;
    struct series_row *known = store_series_find(store, *retcode, &fault);
    if (known != NULL) {
        g_free(*retcode);
        *retcode = g_strdup(known->code);
    } else if (!g_error_matches(fault, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
        g_propagate_error(error, fault);
        return false;
    }
    g_clear_error(&fault);
    series_row_free(known);
    return true;
}

static void warn_of_never(const struct series_row *row, const struct campaign_draft *draft,
                          const struct campaign_terms *terms, GPtrArray *mistakes)
{
    struct series series;
    if (!series_read(row, terms->time_zone, &series))
        return;
    char today[DAY_SIZE];
    day_of_zone(row->changed_at, series.zone, today);
    g_autoptr(GPtrArray) days = series_days(&series, today, "2199-12-31");
    if (days->len == 0)
        mistakes_warn(mistakes, draft->file, campaign_config_line(draft->text, "repeat.rules"),
                      "repeat.rules", "no day of it is still to come");
    series_clear(&series);
}

bool series_add(struct store *store, const struct campaign_draft *draft,
                const struct campaign_act *act, const struct campaign_terms *terms, int64_t *retid,
                GPtrArray *mistakes, GError **error)
{
    struct campaign_config config = {0};
    bool done = campaign_check_file(store, draft, check_series, &config, mistakes, error) &&
                known_code(store, &config.code, error);
    if (done) {
        struct series_row row = {
            .code = config.code,
            .title = config.title,
            .file = (char *)draft->file,
            .definition = (char *)draft->text,
            .created_at = act->now,
            .changed_at = act->now,
            .by = (char *)act->by,
        };
        done = put(store, &row, retid, error);
        if (done)
            warn_of_never(&row, draft, terms, mistakes);
    }
    campaign_config_clear(&config);
    return done;
}

/* ---- skipping and stopping ---- */

static bool check_day(const struct series *series, const char *day, int64_t now, GError **error)
{
    g_autoptr(GPtrArray) days = series_days(series, day, day);
    if (days->len == 0) {
        char today[DAY_SIZE];
        day_of_zone(now, series->zone, today);
        g_autoptr(GPtrArray) next = series_days(series, today, "2199-12-31");
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "series %s does not come on %s; its next day is %s", series->row->code, day,
                    next->len > 0 ? (const char *)next->pdata[0] : "none");
        return false;
    }
    if (series_opens(series, day) > now)
        return true;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE,
                "%s has passed: what was not sent then is not sent any more", day);
    return false;
}

static bool cancel_draft(struct store *store, int64_t campaign_id, const struct campaign_act *act,
                         const struct campaign_terms *terms, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, campaign_id, error);
    if (row == NULL)
        return false;
    enum campaign_state state = row->state;
    if (state == CAMPAIGN_RUNNING || state == CAMPAIGN_PAUSED || state == CAMPAIGN_FINISHED)
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE,
                    "campaign %s is %s already; to give it up: loa campaign cancel %s", row->code,
                    campaign_state_name(state), row->code);
    campaign_row_free(row);
    if (state == CAMPAIGN_RUNNING || state == CAMPAIGN_PAUSED || state == CAMPAIGN_FINISHED)
        return false;
    return state == CAMPAIGN_CANCELLED ||
           campaign_advance(store, campaign_id, CAMPAIGN_EVENT_CANCEL, act, terms, error);
}

static bool note_skip(struct store *store, int64_t series_id, const char *day,
                      const struct campaign_act *act, GError **error)
{
    struct series_day known = {0};
    if (!store_begin(store, error))
        return false;
    bool done = store_series_day(store, series_id, day, &known, error);
    if (done) {
        struct series_day skipped = known;
        skipped.reason = (char *)(act->reason == NULL ? "" : act->reason);
        skipped.skipped_by = (char *)act->by;
        skipped.tried_at = act->now;
        done = store_series_day_put(store, series_id, &skipped, error);
    }
    series_day_clear(&known);
    if (done)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

static bool skip_day(struct store *store, const struct series *series, const char *day,
                     const struct campaign_act *act, const struct campaign_terms *terms,
                     GError **error)
{
    struct series_day known = {0};
    if (!check_day(series, day, act->now, error) ||
        !store_series_day(store, series->row->id, day, &known, error))
        return false;
    int64_t campaign_id = known.campaign_id;
    series_day_clear(&known);
    return (campaign_id == 0 || cancel_draft(store, campaign_id, act, terms, error)) &&
           note_skip(store, series->row->id, day, act, error);
}

bool series_skip(struct store *store, const char *code, const char *day,
                 const struct campaign_act *act, const struct campaign_terms *terms, GError **error)
{
    struct series_row *row = store_series_find(store, code, error);
    struct series series;
    bool done = false;
    if (row == NULL)
        return false;
    if (series_read(row, terms->time_zone, &series)) {
        done = skip_day(store, &series, day, act, terms, error);
        series_clear(&series);
    } else {
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "the stored file of series %s no longer reads: add it again", row->code);
    }
    series_row_free(row);
    return done;
}

bool series_stop(struct store *store, const char *code, const struct campaign_act *act,
                 GError **error)
{
    struct series_row *row = store_series_find(store, code, error);
    if (row == NULL)
        return false;
    bool done = false;
    if (!row->active)
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE, "series %s is stopped already",
                    row->code);
    else if (store_begin(store, error)) {
        done = store_series_stop(store, row->id, act, error);
        if (done)
            done = store_commit(store, error);
        else
            store_rollback(store);
    }
    series_row_free(row);
    return done;
}

/* ---- drafts ---- */

static char *first_mistake(const GPtrArray *mistakes, const GError *fault)
{
    for (unsigned i = 0; i < mistakes->len; i++)
        if (!((const struct mistake *)mistakes->pdata[i])->warning)
            return mistake_text(mistakes->pdata[i]);
    return g_strdup(fault->message);
}

/* A fault of the database is nobody's reason: it is told by its error. */
static bool is_reason(const GError *fault)
{
    return fault->domain == CAMPAIGN_ERROR ||
           g_error_matches(fault, STORE_ERROR, STORE_ERROR_CONFLICT) ||
           g_error_matches(fault, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static bool note_failure(struct store *store, const struct series *series,
                         const struct series_slice *slice, int64_t now, GError **error)
{
    struct series_day known = {0}, failed = {.reason = slice->reason, .tried_at = now};
    g_strlcpy(failed.day, slice->day, sizeof failed.day);
    if (!store_begin(store, error))
        return false;
    bool noted = store_series_day(store, series->row->id, slice->day, &known, error);
    bool skipped = noted && known.known && known.skipped_by[0] != '\0'; /* meanwhile */
    series_day_clear(&known);
    if (noted && (skipped || store_series_day_put(store, series->row->id, &failed, error)))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

static bool make_draft(struct store *store, const struct series *series, int64_t now,
                       struct series_slice *slice, GError **error)
{
    int64_t opens = series_opens(series, slice->day);
    g_auto(GStrv) pieces = g_strsplit(slice->day, "-", -1);
    g_autofree char *digits = g_strjoinv("", pieces);
    g_autofree char *code = g_strdup_printf("%s-%s", series->row->code, digits);
    struct occurrence occurrence = {code, opens, series_closes(series, opens),
                                    series_shift(series, opens)};
    g_autofree char *text = occurrence_text(series->row->definition, &occurrence, series->zone);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autoptr(GError) fault = NULL;
    char today[DAY_SIZE];
    day_of_zone(now, series->zone, today);
    struct campaign_draft draft = {.text = text,
                                   .file = series->row->file,
                                   .series_id = series->row->id,
                                   .day = slice->day,
                                   .today = today};
    struct campaign_act act = {"calendar", "its day comes", now};
    if (campaign_create(store, &draft, &act, &slice->campaign_id, mistakes, &fault))
        return true;
    if (!is_reason(fault)) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return false;
    }
    slice->reason = first_mistake(mistakes, fault);
    return note_failure(store, series, slice, now, error);
}

/* Whether a draft is to be made for that day now: none was, or not today. */
static bool is_due(struct store *store, const struct series *series, const char *day, int64_t now,
                   bool *retdue, GError **error)
{
    int64_t opens = series_opens(series, day);
    struct series_day known = {0};
    *retdue = false;
    if (opens <= now || opens - series->config.repeat.ahead_ms > now)
        return true;
    if (!store_series_day(store, series->row->id, day, &known, error))
        return false;
    char today[DAY_SIZE], tried[DAY_SIZE];
    day_of_zone(now, series->zone, today);
    day_of_zone(known.tried_at, series->zone, tried);
    bool skipped = known.skipped_by != NULL && known.skipped_by[0] != '\0';
    *retdue = known.campaign_id == 0 && !skipped && strcmp(tried, today) < 0;
    series_day_clear(&known);
    return true;
}

static bool keep_series(struct store *store, const struct series *series, int64_t now,
                        struct series_slice *slice, GError **error)
{
    char from[DAY_SIZE], to[DAY_SIZE];
    day_of_zone(now, series->zone, from);
    day_of_zone(now + series->config.repeat.ahead_ms + DAY_MS, series->zone, to);
    g_autoptr(GPtrArray) days = series_days(series, from, to);
    for (unsigned i = 0; i < days->len; i++) {
        bool due = false;
        if (!is_due(store, series, days->pdata[i], now, &due, error))
            return false;
        if (!due)
            continue;
        g_strlcpy(slice->day, days->pdata[i], sizeof slice->day);
        g_strlcpy(slice->code, series->row->code, sizeof slice->code);
        slice->more = true;
        return make_draft(store, series, now, slice, error);
    }
    return true;
}

bool series_clock_slice(struct store *store, const struct campaign_terms *terms, int64_t now,
                        struct series_slice *retslice, GError **error)
{
    struct series_slice slice = {0};
    g_autoptr(GPtrArray) rows = store_series_list(store, true, error);
    bool done = rows != NULL;
    for (unsigned i = 0; done && !slice.more && i < rows->len; i++) {
        struct series series;
        if (!series_read(rows->pdata[i], terms->time_zone, &series))
            continue; /* written by another version: the calendar says so */
        done = keep_series(store, &series, now, &slice, error);
        series_clear(&series);
    }
    if (done)
        *retslice = slice;
    else
        g_free(slice.reason);
    return done;
}
