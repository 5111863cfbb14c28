// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything counted once more from the raw messages is what is stored; and whatever is changed
 * behind Loa's back shows. */
#include "campaigns/recount.h"
#include "tests/figures_ground.h"

#define FIRST  "+84900174207"
#define SECOND "0330183380"

/* The dialogue, with a second question of several choices with an add-on. */
static const char campaign_tail[] =
    "questions = ( { id = \"buoi\"; kind = \"choice\"; options = (\n"
    "  { code = \"1\"; label = \"sáng 19/6\"; }, { code = \"2\"; label = \"sáng 21/6\"; },\n"
    "  { code = \"0\"; label = \"không dự được\"; sense = \"no\"; } );\n"
    "  addons = ( { code = \"TV\"; label = \"cần tư vấn\"; } ); } );\n"
    "opinion = { keywords = [ \"YK\" ]; }; optout = { keywords = [ \"TC\" ]; };\n"
    "code = \"DT\"; title = \"Đối thoại\"; kind = \"dialogue\"; count_by = \"person\";\n"
    "audience = { units = [ \"TT\" ]; }; closes = \"2024-06-18T17:00:00+07:00\";\n"
    "text = \"Moi {ten} du doi thoai. Nhan 1, 2 hoac 0\";\n";

struct ground {
    struct store_file file;
    struct figures_ground figures;
    char *third; /* a number of the roster */
};

static void decide(struct ground *ground, int64_t reply_id, const char *code, int64_t at)
{
    const struct answer_decision decision = {
        .reply_id = reply_id, .code = code, .by = "can bo", .reason = "goi dien", .now = at};
    g_autoptr(GError) error = NULL;
    answer_settle(ground->figures.store, ground->figures.book, &decision, &error);
    g_assert_no_error(error);
}

static void record(struct ground *ground, int64_t contact, int64_t person, const char *code,
                   int64_t at)
{
    const struct answer_record said = {.campaign_id = 1,
                                       .contact_id = contact,
                                       .person_id = person,
                                       .code = code,
                                       .by = "can bo",
                                       .reason = "tai nha",
                                       .at = at,
                                       .now = at + HOUR};
    g_autoptr(GError) error = NULL;
    answer_record(ground->figures.store, ground->figures.book, &said, &error);
    g_assert_no_error(error);
}

/* What people do to each other in a week. */
static void live(struct ground *ground)
{
    struct figures_ground *figures = &ground->figures;
    const char *third = ground->third;
    ground_receive(figures, FIRST, "TV", OPENING + HOUR);
    ground_receive(figures, FIRST, "1", OPENING + 2 * HOUR);
    ground_receive(figures, FIRST, "1", OPENING + 2 * HOUR + MINUTE);       /* once more */
    ground_receive(figures, FIRST, "nham, 2 moi dung", OPENING + 3 * HOUR); /* changed */
    ground_receive(figures, FIRST, "1", OPENING + 150 * MINUTE);            /* came late */
    ground_receive(figures, SECOND, "2 YK: mong duoc doi thoai moi quy", OPENING + HOUR);
    ground_receive_cut(figures, SECOND, "YK de nghi sua duong vao thon 4 som", 20,
                       OPENING + 2 * HOUR);
    int64_t unclear = ground_receive(figures, third, "???", OPENING + HOUR);
    ground_receive(figures, third, "chac la di duoc", OPENING + 2 * HOUR);
    decide(ground, unclear, "1", OPENING + 4 * HOUR);
    int64_t wrong = ground_receive(figures, "+84900174208", "TC", OPENING + HOUR);
    g_assert_cmpint(wrong, >, 0);
    ground_receive(figures, SECOND, "TC", OPENING + 5 * HOUR);
    ground_receive(figures, SECOND, "DK", OPENING + 6 * HOUR);
    ground_receive(figures, SECOND, "DK", OPENING + 7 * HOUR); /* refuses nothing now */
    ground_receive(figures, FIRST, "0", OPENING + 10 * DAY);   /* closed */
    record(ground, 4, 0, "2", OPENING + DAY);
    record(ground, 0, 5, "0", OPENING + DAY);
    decide(ground, ground_receive(figures, third, "0", OPENING + 2 * DAY), "-", OPENING + 3 * DAY);
}

static void open_ground(struct ground *ground, gconstpointer data)
{
    store_file_open(&ground->file, data);
    struct store *store = ground->file.store;
    import_dialogue(store);
    g_assert_cmpint(start_campaign(store, campaign_tail, OPENING), ==, 1);
    send_all(store, "sim1", OPENING);
    ground->figures = (struct figures_ground){store, campaign_book_new(store, &test_terms), 0};
    ground->third = read_text(store, "SELECT phone FROM contact WHERE id = 3");
    live(ground);
}

static void close_ground(struct ground *ground, gconstpointer data)
{
    campaign_book_free(ground->figures.book);
    g_free(ground->third);
    store_file_close(&ground->file, data);
}

static struct recount *recount(struct ground *ground)
{
    g_autoptr(GError) error = NULL;
    struct recount *made = recount_make(ground->figures.store, 1, OPENING + 11 * DAY, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i < made->differences->len; i++) {
        const struct recount_difference *one = made->differences->pdata[i];
        g_test_message("reply %" G_GINT64_FORMAT " %s: %s, recounted %s (%s)", one->reply_id,
                       one->what, one->stored, one->recounted, one->rule);
    }
    return made;
}

static void test_what_is_stored_is_what_is_counted_again(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct recount *made = recount(ground);
    g_assert_cmpint(made->differing, ==, 0);
    g_assert_cmpint(
        made->replies, ==,
        count_rows(ground->figures.store, "SELECT count(*) FROM reply WHERE campaign_id = 1"));
    g_assert_cmpint(made->judged, ==, made->replies);
    g_assert_cmpint(made->decisions, ==, 4);
    g_assert_cmpint(made->answers, ==,
                    count_rows(ground->figures.store,
                               "SELECT count(*) FROM answer WHERE code <> '' "
                               "AND superseded_by IS NULL"));
    g_assert_cmpint(made->answers, >=, 4);
    recount_free(made);
    /* The day had a bit of everything. */
    static const char *const outcomes[] = {"answer", "opinion", "optout",
                                           "optin",  "unclear", "repeat"};
    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        int64_t count = 0;
        g_assert_true(sql_integer(ground->figures.store, 0, &count, NULL,
                                  "SELECT count(*) FROM reply WHERE outcome = ?1", "t",
                                  outcomes[i]));
        g_test_message("%s", outcomes[i]);
        g_assert_cmpint(count, >, 0);
    }
}

static const struct tampering {
    const char *name, *sql;
    const char *what; /* the first difference begins so */
} tamperings[] = {
    {"an answer in force is another one",
     "UPDATE answer SET code = '0' WHERE id = (SELECT min(id) FROM answer WHERE "
     "superseded_by IS NULL AND code <> '')",
     "in force buoi"},
    {"a version says something else",
     "UPDATE answer SET said = '0', code = '0' WHERE id = (SELECT min(id) FROM answer WHERE "
     "by_whom = '' AND code = '2')",
     "said buoi"},
    {"nothing is in force any more",
     "UPDATE answer SET superseded_by = (SELECT min(id) FROM answer WHERE contact_id = 1) "
     "WHERE contact_id = 1 AND superseded_by IS NULL",
     "in force buoi"},
    {"an answer belongs to nobody's text",
     "INSERT INTO answer (campaign_id, contact_id, question, code, said, reply_id, at, "
     "recorded_at, "
     "by_whom) SELECT 1, 9, 'buoi', '1', '1', min(id), 1, 1, '' FROM reply WHERE outcome = "
     "'optout'",
     "in force buoi"},
    {"the outcome of a reply", "UPDATE reply SET outcome = 'unclear' WHERE outcome = 'opinion'",
     "outcome"},
    {"a repeat counts as an answer", "UPDATE reply SET outcome = 'answer' WHERE outcome = 'repeat'",
     "outcome"},
    {"an opt-out that was none",
     "UPDATE reply SET text = 'TC', outcome = 'optout' WHERE text = '1'", "text"},
    {"a raw message",
     "UPDATE incoming SET text = '2' WHERE id = (SELECT min(id) FROM incoming WHERE text = '1')",
     "text"},
    {"a part of a raw message is gone",
     "DELETE FROM incoming WHERE id = (SELECT max(id) FROM incoming WHERE total = 2)", "text"},
    {"an opinion is another reply's",
     "UPDATE opinion SET reply_id = (SELECT min(id) FROM reply) WHERE id = 1", "opinions"},
};

static void test_what_was_changed_shows(struct ground *ground, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(tamperings); i++) {
        g_test_message("%s", tamperings[i].name);
        ground_run(&ground->figures, "SAVEPOINT tampering");
        ground_run(&ground->figures, "PRAGMA defer_foreign_keys = ON");
        g_autoptr(GError) error = NULL;
        bool done = sql_run(ground->figures.store, &error, tamperings[i].sql, "");
        g_assert_no_error(error);
        g_assert_true(done);
        struct recount *made = recount(ground);
        g_assert_cmpint(made->differing, >, 0);
        const struct recount_difference *first = made->differences->pdata[0];
        g_assert_cmpstr(first->what, ==, tamperings[i].what);
        g_assert_cmpstr(first->stored, !=, first->recounted);
        recount_free(made);
        ground_run(&ground->figures, "ROLLBACK TO tampering");
        ground_run(&ground->figures, "RELEASE tampering");
    }
}

static void test_erased_texts_are_taken_as_stored(struct ground *ground, gconstpointer data)
{
    (void)data;
    ground_run(&ground->figures, "UPDATE reply SET text = '', sender = '', normalised = '' "
                                 "WHERE contact_id = 1");
    ground_run(&ground->figures, "UPDATE incoming SET text = '', sender = '' WHERE reply_id IN "
                                 "(SELECT id FROM reply WHERE contact_id = 1)");
    struct recount *made = recount(ground);
    g_assert_cmpint(made->differing, ==, 0);
    g_assert_cmpint(made->erased, ==, 6);
    g_assert_cmpint(made->judged, ==, made->replies - 6);
    recount_free(made);
}

static void test_a_recount_writes_nothing(struct ground *ground, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    struct store *other = store_open(ground->file.path, &error);
    g_assert_no_error(error);
    int64_t before = store_data_version(other);
    recount_free(recount(ground));
    g_assert_cmpint(store_data_version(other), ==, before);
    g_assert_false(store_in_transaction(ground->figures.store));
    g_assert_null(recount_make(ground->figures.store, 99, OPENING, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    store_free(other);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct ground *ground, gconstpointer data);
    } tests[] = {
        {"/recount/what is stored is what is counted again",
         test_what_is_stored_is_what_is_counted_again},
        {"/recount/what was changed shows", test_what_was_changed_shows},
        {"/recount/erased texts are taken as stored", test_erased_texts_are_taken_as_stored},
        {"/recount/it writes nothing", test_a_recount_writes_nothing},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct ground, NULL, open_ground, tests[i].test, close_ground);
    return g_test_run();
}
