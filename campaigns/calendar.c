// SPDX-License-Identifier: GPL-2.0-or-later
/* Gathers the agenda: each day of each series with what became of it, campaigns made by hand that
 * open in the range, and the reminders and snapshots of all of them. Only reads. */
#include "campaigns/calendar.h"

#include "campaigns/day.h"
#include "campaigns/recurrence.h"
#include "campaigns/series.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/reminder.h"
#include "config/values.h"

#include <string.h>

struct gathering {
    struct store *store;
    GTimeZone *zone;
    int64_t from, to; /* `to` is exclusive */
    int64_t now;
    const char *series; /* of what is being added; "" none */
    GPtrArray *entries;
};

static const char *const kinds[] = {
    [CALENDAR_SEND] = "send", [CALENDAR_REMINDER] = "reminder", [CALENDAR_SNAPSHOT] = "snapshot"};

const char *calendar_kind_name(enum calendar_kind kind)
{
    return kinds[kind];
}

static void free_entry(gpointer data)
{
    struct calendar_entry *entry = data;
    g_free(entry->series);
    g_free(entry->code);
    g_free(entry->title);
    g_free(entry->note);
    g_free(entry);
}

/* NULL: it lies outside the range. */
static struct calendar_entry *add(struct gathering *gathering, enum calendar_kind kind, int64_t at,
                                  const char *title)
{
    if (at < gathering->from || at >= gathering->to)
        return NULL;
    struct calendar_entry *entry = g_new0(struct calendar_entry, 1);
    entry->kind = kind;
    entry->at = at;
    day_of_zone(at, gathering->zone, entry->day);
    entry->series = g_strdup(gathering->series);
    entry->code = g_strdup("");
    entry->title = g_strdup(title);
    entry->state = "planned";
    entry->note = g_strdup("");
    g_ptr_array_add(gathering->entries, entry);
    return entry;
}

static void set(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

/* Nobody approved or started it in time; it is not lost before its closing time. */
static void tell_missed(const struct gathering *gathering, struct calendar_entry *entry,
                        const struct campaign_row *row)
{
    entry->state = "missed";
    g_free(entry->note);
    if (row->closes_at != 0 && row->closes_at <= gathering->now) {
        entry->note =
            g_strdup_printf("was still %s when it closed", campaign_state_name(row->state));
        return;
    }
    g_autofree char *until = row->closes_at != 0
                                 ? day_format(row->closes_at, gathering->zone, "%H:%M on %d/%m/%Y")
                                 : g_strdup("");
    entry->note =
        g_strdup_printf("is still %s; once it is started it is sent at once%s%s",
                        campaign_state_name(row->state), *until != '\0' ? ", until " : "", until);
}

static bool is_waiting(enum campaign_state state)
{
    return state == CAMPAIGN_DRAFT || state == CAMPAIGN_SUBMITTED || state == CAMPAIGN_APPROVED;
}

static void tell_campaign(const struct gathering *gathering, struct calendar_entry *entry,
                          const struct campaign_row *row)
{
    set(&entry->code, row->code);
    set(&entry->title, row->title);
    entry->state = campaign_state_name(row->state);
    if (is_waiting(row->state) && row->opens_at != 0 && row->opens_at <= gathering->now)
        tell_missed(gathering, entry, row);
}

/* ---- reminders and snapshots ---- */

static bool add_reminders(struct gathering *gathering, const struct campaign_config *config,
                          int64_t shift_ms, const struct campaign_row *row, GError **error)
{
    for (unsigned i = 0; i < config->reminders->len; i++) {
        const struct reminder_config *reminder = config->reminders->pdata[i];
        struct calendar_entry *entry =
            add(gathering, CALENDAR_REMINDER, reminder->at + shift_ms, config->title);
        struct reminder_run run = {0};
        if (entry == NULL || row == NULL)
            continue;
        set(&entry->code, row->code);
        if (!store_reminder_run(gathering->store, row->id, (int)i, &run, error))
            return false;
        if (run.done_at != 0)
            entry->state = *run.skipped != '\0' ? "skipped" : "done";
        else if (entry->at <= gathering->now)
            entry->state = run.begun ? "running" : "missed";
        set(&entry->note, run.skipped);
        reminder_run_clear(&run);
    }
    return true;
}

static bool add_snapshots(struct gathering *gathering, const struct campaign_config *config,
                          int64_t shift_ms, const struct campaign_row *row, GError **error)
{
    for (char *const *time = config->snapshots; time != NULL && *time != NULL; time++) {
        int64_t at = 0;
        g_autofree char *sentence = NULL;
        bool taken = false;
        if (!value_read_time(*time, &at, &sentence))
            continue;
        struct calendar_entry *entry =
            add(gathering, CALENDAR_SNAPSHOT, at + shift_ms, config->title);
        if (entry == NULL || row == NULL)
            continue;
        set(&entry->code, row->code);
        if (!store_series_snapshot(gathering->store, row->id, at, &taken, error))
            return false;
        if (taken || entry->at <= gathering->now)
            entry->state = taken ? "taken" : "missed";
    }
    return true;
}

/* ---- series ---- */

/* The day has a row: what became of it. */
static bool tell_day(struct gathering *gathering, struct calendar_entry *entry,
                     const struct series_day *day, GError **error)
{
    if (day->campaign_id != 0) {
        struct campaign_row *row = store_campaign_get(gathering->store, day->campaign_id, error);
        if (row == NULL)
            return false;
        tell_campaign(gathering, entry, row);
        campaign_row_free(row);
    }
    if (*day->skipped_by != '\0') {
        entry->state = "skipped";
        g_free(entry->note);
        entry->note = g_strdup_printf("by %s%s%s", day->skipped_by,
                                      *day->reason != '\0' ? ": " : "", day->reason);
    } else if (day->campaign_id == 0) {
        entry->state = entry->at > gathering->now ? "failed" : "missed";
        set(&entry->note, day->reason);
    }
    return true;
}

static bool add_day(struct gathering *gathering, const struct series *series, const char *date,
                    GError **error)
{
    int64_t opens = series_opens(series, date);
    struct series_day day = {0};
    if (!store_series_day(gathering->store, series->row->id, date, &day, error))
        return false;
    struct calendar_entry *entry =
        day.known || (series->row->active && opens > series->row->created_at)
            ? add(gathering, CALENDAR_SEND, opens, series->row->title)
            : NULL;
    bool told = true;
    if (entry != NULL && day.known)
        told = tell_day(gathering, entry, &day, error);
    else if (entry != NULL && opens <= gathering->now) {
        entry->state = "missed";
        set(&entry->note, "no draft was made: the service was not running");
    }
    /* A campaign that exists tells of its own. */
    if (told && entry != NULL && !day.known && opens > gathering->now)
        told =
            add_reminders(gathering, &series->config, series_shift(series, opens), NULL, error) &&
            add_snapshots(gathering, &series->config, series_shift(series, opens), NULL, error);
    series_day_clear(&day);
    return told;
}

static bool add_series(struct gathering *gathering, const struct calendar_range *range,
                       GError **error)
{
    g_autoptr(GPtrArray) rows = store_series_list(gathering->store, false, error);
    bool added = rows != NULL;
    for (unsigned i = 0; added && i < rows->len; i++) {
        struct series series;
        if (!series_read(rows->pdata[i], range->time_zone, &series))
            continue;
        g_autoptr(GPtrArray) days = series_days(&series, range->from, range->to);
        gathering->series = series.row->code;
        for (unsigned d = 0; added && d < days->len; d++)
            added = add_day(gathering, &series, days->pdata[d], error);
        series_clear(&series);
    }
    return added;
}

/* ---- campaigns ---- */

static bool add_campaign(struct gathering *gathering, const struct campaign_row *row,
                         GError **error)
{
    g_autofree char *series = NULL;
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    if (!store_series_of(gathering->store, row->id, &series, error))
        return false;
    gathering->series = series;
    struct calendar_entry *entry = *series != '\0' || row->opens_at == 0
                                       ? NULL
                                       : add(gathering, CALENDAR_SEND, row->opens_at, row->title);
    if (entry != NULL)
        tell_campaign(gathering, entry, row);
    bool added = !campaign_config_read(row->definition, row->file, &config, mistakes) ||
                 (add_reminders(gathering, &config, 0, row, error) &&
                  add_snapshots(gathering, &config, 0, row, error));
    campaign_config_clear(&config);
    return added;
}

static bool add_campaigns(struct gathering *gathering, GError **error)
{
    g_autoptr(GPtrArray) rows =
        store_series_campaigns(gathering->store, gathering->from, gathering->to - 1, error);
    bool added = rows != NULL;
    for (unsigned i = 0; added && i < rows->len; i++)
        added = add_campaign(gathering, rows->pdata[i], error);
    return added;
}

static int by_time(gconstpointer one, gconstpointer other)
{
    const struct calendar_entry *const *first = one, *const *second = other;
    if ((*first)->at != (*second)->at)
        return (*first)->at < (*second)->at ? -1 : 1;
    if ((*first)->kind != (*second)->kind)
        return (int)(*first)->kind - (int)(*second)->kind;
    int series = strcmp((*first)->series, (*second)->series);
    return series != 0 ? series : strcmp((*first)->code, (*second)->code);
}

GPtrArray *calendar_read(struct store *store, const struct calendar_range *range, int64_t now,
                         GError **error)
{
    char after[DAY_SIZE];
    day_add(range->to, 1, after);
    g_autoptr(GTimeZone) zone = day_zone(range->time_zone);
    struct gathering gathering = {
        .store = store,
        .zone = zone,
        .from = recurrence_moment(range->from, "00:00", zone),
        .to = recurrence_moment(after, "00:00", zone),
        .now = now,
        .series = "",
        .entries = g_ptr_array_new_with_free_func(free_entry),
    };
    if (add_series(&gathering, range, error) && add_campaigns(&gathering, error)) {
        g_ptr_array_sort(gathering.entries, by_time);
        return gathering.entries;
    }
    g_ptr_array_unref(gathering.entries);
    return NULL;
}

static void free_ics_entry(gpointer data)
{
    struct recurrence_entry *entry = data;
    g_free(entry->uid);
    g_free(entry->summary);
    g_free(entry->description);
    g_free(entry);
}

char *calendar_ics(struct store *store, const GPtrArray *entries, int64_t now)
{
    static const char *const words[] = {[CALENDAR_SEND] = "Gửi tin",
                                        [CALENDAR_REMINDER] = "Nhắc tin",
                                        [CALENDAR_SNAPSHOT] = "Chốt số liệu"};
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_ics_entry);
    for (unsigned i = 0; i < entries->len; i++) {
        const struct calendar_entry *entry = entries->pdata[i];
        if (g_str_equal(entry->state, "skipped") || g_str_equal(entry->state, "cancelled"))
            continue;
        const char *code = *entry->code != '\0' ? entry->code : entry->series;
        struct recurrence_entry *event = g_new0(struct recurrence_entry, 1);
        /* The same in every export, so that a calendar that takes two has each once. */
        event->uid = g_strdup_printf(
            "%s-%" G_GINT64_FORMAT "-%s@%s", kinds[entry->kind], entry->at / 1000,
            *entry->series != '\0' ? entry->series : code, store_gateway_uuid(store));
        event->summary = g_strdup_printf("%s: %s", words[entry->kind], entry->title);
        event->description = g_strdup_printf("%s (%s)%s%s", code, entry->state,
                                             *entry->note != '\0' ? "\n" : "", entry->note);
        event->at = entry->at;
        g_ptr_array_add(list, event);
    }
    return recurrence_calendar(list, now);
}
