// SPDX-License-Identifier: GPL-2.0-or-later
/* How long the overview of a province takes: 11,577 campaigns that reached 5,070,613 contacts in
 * 143 communes of 12 districts, made up in a database of its own; and what each of the clock's
 * duties costs there while nothing is due. A file that is named is kept, and used the next time. */
#include "campaigns/aging.h"
#include "campaigns/conversation.h"
#include "campaigns/coverage.h"
#include "campaigns/reminder.h"
#include "campaigns/retention.h"
#include "campaigns/series.h"
#include "campaigns/snapshot.h"
#include "campaigns/store/outbox.h"
#include "campaigns/store/sql.h"
#include "campaigns/summary.h"
#include "gateway/intake.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/resource.h>

enum { CAMPAIGNS = 11577, REACHED = 5070613, PERSONS = 143 * 700, EACH = 500 };

/* Units 1: province, 2-13: districts, 14-156: communes. Everybody has a phone; two are a family. A
 * campaign is for 500 of its commune; of each the first messages are delivered until the figure of
 * the whole is met, the next is only sent, the rest did not arrive. */
static const char *const rows[] = {
    "INSERT INTO unit (id, code, parent_id, name, kind, created_at) "
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 156) "
    "SELECT i, 'U' || i, CASE WHEN i = 1 THEN NULL WHEN i <= 13 THEN 1 ELSE 2 + i % 12 END, "
    "'Đơn vị ' || i, '', 0 FROM n",
    "INSERT INTO unit_version SELECT id, '', parent_id, name, kind FROM unit",
    "INSERT INTO roster_import VALUES (1, 'x', 0, 'x', 0, 0, 0)",
    "INSERT INTO contact (id, phone, created_at) "
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100100) "
    "SELECT i, '+84' || (900000000 + i), 0 FROM n",
    "INSERT INTO household (id, unit_id, code) "
    "SELECT id, 14 + (id - 1) / 350, 'H' || id FROM contact WHERE id <= 50050",
    "INSERT INTO person (id, name, name_key, unit_id, household_id, contact_id, import_id, "
    "created_at, updated_at) "
    "SELECT id, 'Người ' || id, 'nguoi ' || id, 14 + (id - 1) / 700, 1 + (id - 1) / 2, id, 1, 0, 0 "
    "FROM contact",
    "INSERT INTO campaign (id, code, title, state, file, definition, priority, opens_at, "
    "closes_at, created_at, state_at) "
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11577) "
    "SELECT i, 'D' || i, 'Đợt ' || i, 'finished', 'x', '', 1, 0, 0, 0, 0 FROM n",
    "INSERT INTO campaign_event (campaign_id, at, by_whom, event, from_state, to_state, reason) "
    "SELECT id, 1735664400000 + id * 60000, 'x', 'start', 'approved', 'running', '' FROM campaign",
    "INSERT INTO campaign_audience (campaign_id, person_id, contact_id, unit_id, household_id, "
    "addressed) "
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 499) "
    "SELECT c.id, p.id, p.id, p.unit_id, p.household_id, 1 FROM campaign c CROSS JOIN n "
    "JOIN person p ON p.id = (c.id % 143) * 700 + (c.id * 37 + n.i) % 700 + 1",
    "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text, parts, "
    "parts_sent, reference, not_before, expires_at, created_at, state_at) "
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 499) "
    "SELECT c.id, (c.id % 143) * 700 + (c.id * 37 + n.i) % 700 + 1, 'invitation', "
    "CASE WHEN n.i < 437 + (c.id <= 11464) THEN 'delivered' WHEN n.i < 460 THEN 'sent' "
    "WHEN n.i < 490 THEN 'undelivered' ELSE 'refused' END, 1, "
    "'Hoi ND xa: chinh sach ho tro nam 2025, moi ba con den nha van hoa thon luc 7h30', 1, 1, "
    "n.i % 256, 0, 0, 0, 0 FROM campaign c CROSS JOIN n",
};

static void fill(struct store *store)
{
    static const char *const quick[] = {"PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000"};
    for (size_t i = 0; i < G_N_ELEMENTS(quick); i++)
        sql_run(store, NULL, quick[i], "");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        if (!sql_run(store, &error, rows[i], ""))
            g_error("%s: %s", rows[i], error->message);
    }
}

static void measure(const char *path, const char *name, const struct coverage_request *request)
{
    g_autoptr(GError) error = NULL;
    struct store *store = store_open(path, &error);
    gint64 start = g_get_monotonic_time();
    struct coverage *coverage = coverage_make(store, request, &error);
    if (coverage == NULL)
        g_error("%s", error->message);
    double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    const struct coverage_figures *total = &coverage->total;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("programme %-12s campaigns=%" G_GINT64_FORMAT " contacts=%" G_GINT64_FORMAT
           " sent=%" G_GINT64_FORMAT " persons=%" G_GINT64_FORMAT " reached=%" G_GINT64_FORMAT
           "/%" G_GINT64_FORMAT "  %.2f s  peak=%ld MB\n",
           name, total->campaigns, total->contacts, total->contacts_sent, total->persons,
           coverage_reached(total), total->base, seconds, usage.ru_maxrss / 1024);
    coverage_free(coverage);
    store_free(store);
}

/* ---- duties ---- */

struct ground {
    struct store *store;
    struct campaign_book *book;
    struct retention *retention;
    const struct gateway_config *config;
    GTimeZone *zone;
    int64_t now;
};

static bool do_reminders(const struct ground *ground, GError **error)
{
    struct reminder_slice slice;
    return reminder_clock_slice(ground->store, ground->book, ground->now, &slice, error);
}

static bool do_campaigns(const struct ground *ground, GError **error)
{
    bool more = false;
    return campaign_clock_slice(ground->store, ground->book, ground->now, &more, error);
}

static bool do_snapshots(const struct ground *ground, GError **error)
{
    unsigned taken = 0;
    return snapshot_clock(ground->store, ground->book, ground->now, &taken, error);
}

static bool do_summaries(const struct ground *ground, GError **error)
{
    unsigned put = 0;
    return summary_clock(ground->store, ground->config, ground->now, &put, error);
}

static bool do_conversations(const struct ground *ground, GError **error)
{
    struct conversation_care care;
    return conversation_clock(ground->store, ground->book, ground->now, &care, error);
}

static bool do_series(const struct ground *ground, GError **error)
{
    struct series_slice slice = {0};
    return series_clock_slice(ground->store, campaign_book_terms(ground->book), ground->now, &slice,
                              error);
}

static bool do_aging(const struct ground *ground, GError **error)
{
    unsigned queued = 0;
    return aging_clock(ground->store, ground->book, ground->now, &queued, error);
}

static bool do_retention(const struct ground *ground, GError **error)
{
    const struct retention_terms terms = {&ground->config->retention, ground->zone};
    struct retention_news news;
    return retention_clock_slice(ground->retention, &terms, ground->now, &news, error);
}

static bool do_overdue(const struct ground *ground, GError **error)
{
    return intake_overdue(ground->store, ground->book, ground->now, error);
}

static bool do_outbox(const struct ground *ground, GError **error)
{
    int64_t newest = 0;
    return store_outbox_newest(ground->store, &newest, error);
}

static const struct {
    const char *name;
    bool (*run)(const struct ground *ground, GError **error);
} duties[] = {
    {"reminders", do_reminders}, {"campaigns", do_campaigns},         {"snapshots", do_snapshots},
    {"summaries", do_summaries}, {"conversations", do_conversations}, {"series", do_series},
    {"aging", do_aging},         {"retention", do_retention},         {"overdue", do_overdue},
    {"outbox", do_outbox}};

/* The first round does what is due, another's commit makes the book look again each time. */
static void measure_duties(const char *path)
{
    enum { ROUNDS = 50, RUNNING = 12 };
    static const char definition[] =
        "code = \"D\"; title = \"t\"; kind = \"survey\"; audience = { units = [ \"U1\" ]; };\n"
        "text = \"Nhan 1 hoac 2\"; questions = ( { id = \"hop\"; kind = \"choice\"; options = (\n"
        "  { code = \"1\"; label = \"có\"; }, { code = \"2\"; label = \"không\"; } ); } );\n";
    static char *summaries[] = {(char *)"summary", NULL};
    g_autoptr(GError) error = NULL;
    struct sink_config sink = {
        .name = (char *)"s", .url = (char *)"http://[::1]/", .send = summaries, .every_ms = 900000};
    struct gateway_config config = {.sinks = g_ptr_array_new()};
    g_ptr_array_add(config.sinks, &sink);
    const struct campaign_terms terms = {0};
    struct store *store = store_open(path, &error), *other = store_open(path, &error);
    if (store == NULL || other == NULL)
        g_error("%s", error->message);
    sql_run(store, NULL, "PRAGMA synchronous = OFF", "");
    struct ground ground = {.store = store,
                            .book = campaign_book_new(store, &terms),
                            .retention = retention_new(store),
                            .config = &config,
                            .zone = g_time_zone_new_utc(),
                            .now = g_get_real_time() / 1000};
    if (!sql_run(store, &error,
                 "UPDATE campaign SET state = CASE WHEN id <= ?1 THEN 'running' ELSE state END, "
                 "state_at = ?2, definition = ?3, retention_months = 12",
                 "iit", (int64_t)RUNNING, ground.now - 40LL * 86400000, definition))
        g_error("%s", error->message);
    for (size_t i = 0; i < G_N_ELEMENTS(duties); i++) {
        int64_t spent = 0, most = 0;
        for (unsigned round = 0; round <= ROUNDS; round++) {
            sql_run(other, NULL, "UPDATE gateway SET value = value", "");
            int64_t start = g_get_monotonic_time();
            if (!duties[i].run(&ground, &error))
                g_error("%s: %s", duties[i].name, error->message);
            int64_t took = g_get_monotonic_time() - start;
            spent += round == 0 ? 0 : took;
            most = round == 0 ? 0 : MAX(most, took);
        }
        printf("duty %-13s campaigns=%d running=%d  mean=%.3f ms  most=%.3f ms\n", duties[i].name,
               CAMPAIGNS, RUNNING, (double)spent / 1000 / ROUNDS, (double)most / 1000);
    }
    retention_free(ground.retention);
    campaign_book_free(ground.book);
    g_time_zone_unref(ground.zone);
    g_ptr_array_unref(config.sinks);
    store_free(other);
    store_free(store);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = argc > 1 ? NULL : g_dir_make_tmp("loa-bench-XXXXXX", NULL);
    g_autofree char *path = argc > 1 ? g_strdup(argv[1]) : g_build_filename(folder, "loa.db", NULL);
    g_autoptr(GError) error = NULL;
    bool filled = g_file_test(path, G_FILE_TEST_EXISTS);
    struct store *store = store_open(path, &error);
    if (store == NULL)
        g_error("%s", error->message);
    if (!filled)
        fill(store);
    store_free(store);
    static const int64_t one = 5000;
    measure(path, "one", &(struct coverage_request){.campaigns = &one, .count = 1});
    measure(path, "month",
            &(struct coverage_request){.from = 1735664400000, .to = 1735664400000 + 60000000});
    measure(path, "all persons", &(struct coverage_request){0});
    measure(path, "households", &(struct coverage_request){.by = COUNT_BY_HOUSEHOLD});
    measure_duties(path);
    if (argc == 1) {
        g_unlink(path);
        g_rmdir(folder);
    }
    return 0;
}
