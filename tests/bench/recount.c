// SPDX-License-Identifier: GPL-2.0-or-later
/* How long a campaign of a million replies takes to be counted again, and one of 100,000 contacts
 * to be tallied. Six of ten replies are words that thousands send, the others are each their own.
 */
#include "campaigns/recount.h"
#include "campaigns/figure.h"
#include "campaigns/judgement.h"
#include "campaigns/store/sql.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { REPLIES = 1000000, CONTACTS = 100000, COMMON = 12, OWN = 200000 };

static const char definition[] =
    "code = \"BENCH\"; title = \"Đo tốc độ\"; kind = \"survey\"; count_by = \"contact\";\n"
    "audience = { units = [ \"DV\" ]; }; text = \"Moi {ten} hop. Nhan 1 hoac 2\";\n"
    "questions = ( { id = \"hop\"; kind = \"choice\"; options = (\n"
    "  { code = \"1\"; label = \"có\"; sense = \"yes\"; },\n"
    "  { code = \"2\"; label = \"không\"; sense = \"no\"; } ); } );\n"
    "opinion = { keywords = [ \"YK\" ]; };\n";

static const char *const common[COMMON] = {"1",   "2",      "co", "khong",    "Dạ em chọn 1 ạ",
                                           "1.",  "dong y", "ko", "chon 2 a", "da co a",
                                           "???", "Không"};

static void run(struct store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!sql_run(store, &error, sql, ""))
        g_error("%s", error->message);
}

static char *own_text(unsigned number)
{
    static const char *const names[] = {"Tran", "Nguyen", "Le", "Pham", "Hoang", "Vu",
                                        "Dang", "Bui",    "Do", "Ho",   "Ngo",   "Duong"};
    static const char *const middle[] = {"Van",  "Thi",  "Huu",  "Duc",
                                         "Minh", "Xuan", "Quoc", "Ngoc"};
    static const char *const given[] = {"An",    "Binh", "Chi", "Giang", "Hai",  "Hoa",
                                        "Khanh", "Lan",  "Mai", "Nam",   "Oanh", "Phuc",
                                        "Quang", "Son",  "Tam", "Vinh"};
    unsigned rest = number;
    const char *one = names[rest % G_N_ELEMENTS(names)];
    rest /= G_N_ELEMENTS(names);
    const char *two = middle[rest % G_N_ELEMENTS(middle)];
    rest /= G_N_ELEMENTS(middle);
    const char *three = given[rest % G_N_ELEMENTS(given)];
    rest /= G_N_ELEMENTS(given);
    return g_strdup_printf("%u %s %s %s, thon %u xa Thanh Binh", number % 2 + 1, one, two, three,
                           rest + 1);
}

/* Texts, with what they mean by the rules of today. */
static void fill_pool(struct store *store)
{
    struct campaign_config campaign = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(campaign_config_read(definition, "bench", &campaign, mistakes));
    struct reply_reader *reader = reply_reader_new(&campaign);
    run(store, "CREATE TABLE pool (id INTEGER PRIMARY KEY, text TEXT, code TEXT, outcome TEXT, "
               "rule TEXT, opinion INTEGER) STRICT");
    g_assert_true(store_begin(store, NULL));
    for (unsigned i = 0; i < COMMON + OWN; i++) {
        g_autofree char *text = i < COMMON ? g_strdup(common[i]) : own_text(i);
        const struct judgement_case asked = {
            .campaign = &campaign, .reader = reader, .shut = "", .text = text};
        struct judgement judged;
        judgement_make(&asked, &judged);
        g_assert_true(sql_run(store, NULL, "INSERT INTO pool VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                              "itttti", (int64_t)i, text,
                              judged.count > 0 ? judged.answers[0].said : NULL,
                              judgement_outcome_name(judged.outcome), judged.rule,
                              (int64_t)(judged.opinion != NULL)));
        judgement_clear(&judged);
    }
    g_assert_true(store_commit(store, NULL));
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

/* `count` contacts, each a person that answered once. */
static void fill(struct store *store, int64_t count)
{
    g_assert_true(sql_run(store, NULL,
                          "CREATE TABLE said AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                          "SELECT i + 1 FROM n WHERE i < ?1) SELECT i, CASE WHEN i % 10 < 6 "
                          "THEN i % ?2 ELSE ?2 + i % ?3 END AS pool FROM n",
                          "iii", count, (int64_t)COMMON, (int64_t)OWN));
    g_assert_true(
        sql_run(store, NULL,
                "INSERT INTO campaign (id, code, title, state, file, definition, priority, "
                "opens_at, closes_at, created_at, state_at) VALUES (1, 'BENCH', 't', 'running', "
                "'f', ?1, 1, 0, 0, 0, 0)",
                "t", definition));
    static const char *const rows[] = {
        "INSERT INTO unit (id, code, name, created_at) VALUES (1, 'DV', 'Đơn vị', 0)",
        "INSERT INTO unit_version VALUES (1, '', NULL, 'Đơn vị', '')",
        "INSERT INTO roster_import VALUES (1, 'f', 0, 'me', 1, 0, 0)",
        "INSERT INTO contact (id, phone, created_at) SELECT i, '+849' || printf('%08d', i), 0 "
        "FROM said",
        "INSERT INTO person (id, name, name_key, unit_id, contact_id, import_id, created_at, "
        "updated_at) SELECT i, 'n', 'n' || i, 1, i, 1, 0, 0 FROM said",
        "INSERT INTO campaign_audience (campaign_id, person_id, contact_id, unit_id, addressed) "
        "SELECT 1, i, i, 1, 1 FROM said",
        "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text, parts, "
        "reference, not_before, expires_at, created_at, state_at) SELECT 1, i, 'invitation', "
        "'delivered', 1, 'Moi ho hop. Nhan 1 hoac 2', 1, 1, 0, 0, 0, 0 FROM said",
        "INSERT INTO reply (id, modem, sender, contact_id, campaign_id, text, sent_at, "
        "received_at, outcome, rule, normalised) SELECT i, 'sim1', '+849' || printf('%08d', i), i, "
        "1, p.text, i * 10, i * 10, p.outcome, p.rule, '' FROM said s JOIN pool p ON p.id = s.pool",
        "INSERT INTO incoming (modem, imsi, memory, location, sender, text, coding, reference, "
        "total, sequence, sent_at, received_at, fingerprint, reply_id, told_key) SELECT 'sim1', "
        "'', 'SM', 1, '', p.text, 0, -1, 1, 1, i * 10, i * 10, i, i, i "
        "FROM said s JOIN pool p ON p.id = s.pool",
        "INSERT INTO answer (campaign_id, contact_id, question, code, said, reply_id, at, "
        "recorded_at, by_whom) SELECT 1, i, 'hop', p.code, p.code, i, i * 10, i * 10, '' "
        "FROM said s JOIN pool p ON p.id = s.pool WHERE p.code IS NOT NULL",
        "INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state, received_at) "
        "SELECT 1, i, i, i, p.text, 'received', i * 10 FROM said s JOIN pool p ON p.id = s.pool "
        "WHERE p.opinion = 1",
        "DROP TABLE said",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        run(store, rows[i]);
}

/* Wall clock and processor: other work on the machine shows in their difference. */
struct stopwatch {
    gint64 started;
    clock_t used;
};

static struct stopwatch watch_start(void)
{
    return (struct stopwatch){g_get_monotonic_time(), clock()};
}

static char *watch_text(const struct stopwatch *watch)
{
    return g_strdup_printf("%6.2f s, of the processor %6.2f s",
                           (double)(g_get_monotonic_time() - watch->started) / G_USEC_PER_SEC,
                           (double)(clock() - watch->used) / CLOCKS_PER_SEC);
}

static int64_t memory_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

static void measure(int64_t count, bool whole)
{
    g_autofree char *folder = g_dir_make_tmp("loa-bench-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "loa.db", NULL);
    g_autoptr(GError) error = NULL;
    struct store *store = store_open(path, &error);
    if (store == NULL)
        g_error("%s", error->message);
    run(store, "PRAGMA synchronous = OFF");
    fill_pool(store);
    fill(store, count);
    g_autofree char *counted = figure_count(count);
    struct stopwatch watch = watch_start();
    struct tally *tally = tally_make(store, 1, 0, &error);
    if (tally == NULL)
        g_error("%s", error->message);
    g_autofree char *tallied = watch_text(&watch);
    printf("tally   contacts=%-10s %s\n", counted, tallied);
    tally_free(tally);
    watch = watch_start();
    struct recount *recount = whole ? recount_make(store, 1, 0, &error) : NULL;
    if (whole && recount == NULL)
        g_error("%s", error->message);
    g_autofree char *recounted = watch_text(&watch);
    if (whole)
        printf("recount replies=%-11s %s  differing=%d  memory=%d MiB\n", counted, recounted,
               (int)recount->differing, (int)memory_mib());
    fflush(stdout);
    recount_free(recount);
    store_free(store);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(path, endings[i], NULL);
        g_unlink(name);
    }
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    measure(CONTACTS, false);
    measure(argc > 1 ? atoll(argv[1]) : REPLIES, true);
    return 0;
}
