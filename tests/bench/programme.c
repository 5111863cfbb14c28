// SPDX-License-Identifier: GPL-2.0-or-later
/* How long the overview of a province takes: 11,577 campaigns that reached 5,070,613 contacts in
 * 143 communes of 12 districts, made up in a database of its own. A file that is named is kept, and
 * used the next time. */
#include "campaigns/coverage.h"
#include "campaigns/store/sql.h"

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
    if (argc == 1) {
        g_unlink(path);
        g_rmdir(folder);
    }
    return 0;
}
