// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns a tally into the event that receivers count, and decides when one is due. What leaves here
 * leaves the house: unit names and counts may pass, anything a household wrote may not. */
#include "campaigns/summary.h"

#include <string.h>

#include "campaigns/event.h"
#include "campaigns/figure.h"
#include "campaigns/store/outbox.h"
#include "campaigns/store/summary.h"
#include "campaigns/tally_json.h"
#include "config/log.h"

static json_t *text_json(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *units_json(const struct tally *tally)
{
    json_t *units = json_array();
    for (guint i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        json_array_append_new(units,
                              json_pack("{so so so so so}", "code", text_json(unit->code), "name",
                                        text_json(unit->name), "parent", text_json(unit->parent),
                                        "all", tally_json_figures(&unit->all), "own",
                                        tally_json_figures(&unit->own)));
    }
    return units;
}

/* "More than" is strict: 17 of 20 has not met 85 %. */
static json_t *coverage_json(const struct tally *tally)
{
    const struct tally_figures *total = &tally->total;
    json_t *json = json_pack("{ss}", "by", count_by_name((enum count_by)tally->coverage_by));
    if (tally->coverage_target > 0) {
        bool met =
            figure_exceeds(total->coverage.reached, total->coverage.base, tally->coverage_target);
        json_object_set_new(json, "more_than", json_real(tally->coverage_target));
        json_object_set_new(json, "met", json_boolean(met));
    }
    return json;
}

static json_t *opinions_json(const struct opinion_counts *counts)
{
    json_t *json = json_object();
    for (int i = 0; i < OPINION_STATES; i++) {
        g_autofree char *name = g_strdup(opinion_state_name((enum opinion_state)i));
        json_object_set_new(json, g_strdelimit(name, "-", '_'), json_integer(counts->states[i]));
    }
    json_object_set_new(json, OPINION_OVERDUE, json_integer(counts->overdue));
    return json;
}

/* What is counted, without when: the digest is of this. */
static json_t *data_json(const struct tally *tally, const struct opinion_counts *opinions)
{
    json_t *data = json_pack(
        "{s{so so ss so so so} ss so so so}", "campaign", "code", text_json(tally->code), "title",
        text_json(tally->title), "state", campaign_state_name(tally->state), "opens_at",
        event_time(tally->opens_at), "closes_at", event_time(tally->closes_at), "started_at",
        event_time(tally->started_at), "count_by", count_by_name((enum count_by)tally->count_by),
        "coverage", coverage_json(tally), "total", tally_json_figures(&tally->total), "units",
        units_json(tally));
    if (opinions != NULL)
        json_object_set_new(data, "opinions", opinions_json(opinions));
    return data;
}

char *summary_digest(const struct tally *tally, const struct opinion_counts *opinions)
{
    g_autofree char *text = event_text(data_json(tally, opinions));
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

char *summary_body(const struct tally *tally, const struct summary_head *head)
{
    json_t *data = data_json(tally, head->opinions);
    json_object_set_new(data, "counted_at", event_time(tally->counted_at));
    json_object_set_new(data, "sequence", json_integer(head->sequence));
    json_object_set_new(data, "final", json_boolean(head->final));
    const struct event event = {head->event_id, SUMMARY_TYPE, tally->code, head->gateway,
                                head->now};
    return event_body(&event, data);
}

/* ---- the clock ---- */

struct figures {
    struct tally *tally;
    struct opinion_counts opinions;
};

/* Within a transaction. */
static bool put(struct store *store, const struct sink_config *sink, struct summary_mark *mark,
                const struct figures *figures, int64_t now, GError **error)
{
    g_autofree char *event_id = g_uuid_string_random();
    struct summary_head head = {.event_id = event_id,
                                .gateway = store_gateway_uuid(store),
                                .sequence = ++mark->sequence,
                                .final = mark->ended,
                                .opinions = &figures->opinions,
                                .now = now};
    g_autofree char *body = summary_body(figures->tally, &head);
    g_free(mark->digest);
    mark->digest = summary_digest(figures->tally, &figures->opinions);
    mark->final = mark->ended;
    if (!store_outbox_put(store, event_id, sink->name, SUMMARY_TYPE, body, now, error) ||
        !store_summary_note(store, sink->name, mark, now, error))
        return false;
    log_info("summary", "campaign=%s sink=%s event_id=%s sequence=%u final=%s bytes=%zu",
             figures->tally->code, sink->name, event_id, mark->sequence, mark->final ? "yes" : "no",
             strlen(body));
    return true;
}

static bool put_alone(struct store *store, const struct sink_config *sink,
                      struct summary_mark *mark, const struct figures *figures, int64_t now,
                      GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (put(store, sink, mark, figures, now, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* Looks at one campaign for one sink; adds to `count` when there was something to tell. */
static bool serve(struct store *store, const struct sink_config *sink, struct summary_mark *mark,
                  int64_t now, unsigned *count, GError **error)
{
    struct figures figures = {.tally = tally_make(store, mark->campaign_id, now, error)};
    if (figures.tally == NULL)
        return false;
    if (!opinion_count(store, mark->campaign_id, now, &figures.opinions, error)) {
        tally_free(figures.tally);
        return false;
    }
    g_autofree char *digest = summary_digest(figures.tally, &figures.opinions);
    bool first_of_the_end = mark->ended && !mark->final;
    bool news = first_of_the_end || strcmp(digest, mark->digest) != 0;
    bool done = news ? put_alone(store, sink, mark, &figures, now, error)
                     : store_summary_looked(store, sink->name, mark->campaign_id, now, error);
    if (done && news)
        (*count)++;
    tally_free(figures.tally);
    return done;
}

/* The others must not wait for a campaign that cannot be counted, nor the log overflow with it. */
static bool pass_over(struct store *store, const struct sink_config *sink,
                      const struct summary_mark *mark, int64_t now, const GError *fault,
                      GError **error)
{
    g_autofree char *reason = log_quote(fault->message);
    log_error("summary", "campaign=%" G_GINT64_FORMAT " sink=%s event=fault reason=%s",
              mark->campaign_id, sink->name, reason);
    return store_summary_looked(store, sink->name, mark->campaign_id, now, error);
}

static bool serve_sink(struct store *store, const struct sink_config *sink, int64_t now,
                       unsigned *count, GError **error)
{
    struct summary_when when = {now, sink->every_ms, SUMMARY_AFTERMATH_MS};
    g_autoptr(GPtrArray) marks = store_summary_due(store, sink->name, &when, error);
    if (marks == NULL)
        return false;
    for (guint i = 0; i < marks->len; i++) {
        g_autoptr(GError) fault = NULL;
        const struct summary_mark *mark = marks->pdata[i];
        if (serve(store, sink, marks->pdata[i], now, count, &fault))
            continue;
        if (g_error_matches(fault, STORE_ERROR, STORE_ERROR_STOPPED)) {
            g_propagate_error(error, g_steal_pointer(&fault));
            return false;
        }
        if (!pass_over(store, sink, mark, now, fault, error))
            return false;
    }
    return true;
}

bool summary_clock(struct store *store, const struct gateway_config *config, int64_t now,
                   unsigned *retput, GError **error)
{
    unsigned count = 0;
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = config->sinks->pdata[i];
        bool wanted =
            sink->send != NULL && g_strv_contains((const char *const *)sink->send, "summary");
        if (wanted && !serve_sink(store, sink, now, &count, error))
            return false;
    }
    *retput = count;
    return true;
}
