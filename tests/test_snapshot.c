// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots: taken at their moment or late, never changed by what comes after; and all that is left
 * of a campaign whose data was erased. */
#include "campaigns/snapshot.h"
#include "campaigns/store/snapshot.h"
#include "campaigns/tally_json.h"
#include "tests/figures_ground.h"

#include <string.h>

#define MOMENT (OPENING + 2 * HOUR) /* 2024-06-10T10:00:00+07:00 */
#define CLOSED (OPENING + 8 * DAY + 9 * HOUR)

static const char tail[] = "snapshots = [ \"2024-06-10T10:00:00+07:00\" ];\n"
                           "target = { plan = 40; options = [ \"1\", \"2\" ]; units = ( { unit = "
                           "\"P1\"; plan = 10; } ); };\n"
                           "coverage = { more_than = 85.5; by = \"household\"; };\n";

struct ground {
    struct store_file file;
    struct figures_ground figures;
};

static void open_ground(struct ground *ground, gconstpointer data)
{
    store_file_open(&ground->file, data);
    struct store *store = ground->file.store;
    g_autofree char *text = g_strconcat(dialogue_file, tail, NULL);
    import_dialogue(store);
    g_assert_cmpint(start_campaign(store, text, OPENING), ==, 1);
    send_all(store, "sim1", OPENING);
    ground->figures = (struct figures_ground){store, campaign_book_new(store, &test_terms), 0};
}

static void close_ground(struct ground *ground, gconstpointer data)
{
    campaign_book_free(ground->figures.book);
    store_file_close(&ground->file, data);
}

static unsigned tick(struct ground *ground, int64_t now)
{
    g_autoptr(GError) error = NULL;
    unsigned taken = 0;
    snapshot_clock(ground->figures.store, ground->figures.book, now, &taken, &error);
    g_assert_no_error(error);
    return taken;
}

static struct tally *look(struct ground *ground, int64_t snapshot, int64_t as_of)
{
    const struct tally_view view = {.id = 1, .now = CLOSED, .snapshot = snapshot, .as_of = as_of};
    g_autoptr(GError) error = NULL;
    struct tally *tally = tally_look(ground->figures.store, &view, &error);
    g_assert_no_error(error);
    return tally;
}

/* "1:2 2:1 0:0 answered 3 of 52" */
static char *figures(struct ground *ground, int64_t snapshot, int64_t as_of)
{
    struct tally *tally = look(ground, snapshot, as_of);
    const struct tally_question *question = tally->total.questions->pdata[0];
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < question->options->len; i++) {
        const struct tally_option *option = question->options->pdata[i];
        g_string_append_printf(text, "%s:%d ", option->code, (int)option->count);
    }
    g_string_append_printf(text, "answered %d of %d", (int)question->answered,
                           (int)tally->total.base);
    tally_free(tally);
    return g_string_free(text, FALSE);
}

static void assert_figures(struct ground *ground, int64_t snapshot, int64_t as_of,
                           const char *expected)
{
    g_autofree char *text = figures(ground, snapshot, as_of);
    g_assert_cmpstr(text, ==, expected);
}

static void test_it_stays_what_it_was(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct figures_ground *figures = &ground->figures;
    ground_receive(figures, "+84900174207", "1", OPENING + HOUR);
    ground_receive(figures, "+84330183380", "2", OPENING + HOUR);
    g_assert_cmpuint(tick(ground, MOMENT - 1), ==, 0);
    g_assert_cmpuint(tick(ground, MOMENT), ==, 1);
    g_assert_cmpuint(tick(ground, MOMENT + 1000), ==, 0);
    assert_figures(ground, 1, 0, "1:1 2:1 0:0 answered 2 of 52");
    g_autofree char *before =
        read_text(figures->store, "SELECT figures FROM snapshot WHERE id = 1");
    ground_receive(figures, "+84900174207", "0", MOMENT + HOUR);
    ground_run(figures, "UPDATE message SET state = 'delivered'");
    g_assert_cmpuint(tick(ground, MOMENT + DAY), ==, 0);
    assert_figures(ground, 1, 0, "1:1 2:1 0:0 answered 2 of 52");
    assert_figures(ground, 0, 0, "1:0 2:1 0:1 answered 2 of 52");
    g_autofree char *after = read_text(figures->store, "SELECT figures FROM snapshot WHERE id = 1");
    g_assert_cmpstr(before, ==, after);
}

static void test_taken_late_it_counts_what_had_been_said(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct figures_ground *figures = &ground->figures;
    int64_t unclear = ground_receive(figures, "+84330183380", "???", OPENING + HOUR);
    ground_receive(figures, "+84900174207", "1", OPENING + HOUR);
    ground_receive(figures, "+84900174207", "2", MOMENT + MINUTE); /* the power is off */
    /* decided later about what was said before */
    const struct answer_decision decision = {
        .reply_id = unclear, .code = "0", .by = "can bo", .now = MOMENT + 2 * HOUR};
    g_assert_true(answer_settle(figures->store, figures->book, &decision, NULL));
    g_assert_cmpuint(tick(ground, MOMENT + 3 * HOUR), ==, 1);
    assert_figures(ground, 1, 0, "1:1 2:0 0:1 answered 2 of 52");
    assert_figures(ground, 0, MOMENT, "1:1 2:0 0:1 answered 2 of 52");
    assert_figures(ground, 0, 0, "1:0 2:1 0:1 answered 2 of 52");
    struct snapshot_row *row = store_snapshot_get(figures->store, 1, NULL);
    g_assert_cmpint(row->as_of, ==, MOMENT);
    g_assert_cmpint(row->taken_at, ==, MOMENT + 3 * HOUR);
    g_assert_cmpstr(row->kind, ==, "planned");
    snapshot_row_free(row);
}

static void test_the_end_has_one(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct figures_ground *figures = &ground->figures;
    ground_receive(figures, "+84900174207", "1", OPENING + HOUR);
    g_assert_cmpuint(tick(ground, MOMENT), ==, 1);
    ground_run(figures, "UPDATE campaign SET state = 'finished', state_at = 1718704800000");
    campaign_book_stale(figures->book);
    g_assert_cmpuint(tick(ground, INT64_C(1718704800000)), ==, 1);
    g_assert_cmpuint(tick(ground, INT64_C(1718704801000)), ==, 0);
    g_autofree char *kind = read_text(figures->store, "SELECT kind FROM snapshot WHERE id = 2");
    g_assert_cmpstr(kind, ==, "final");
}

static void test_asked_for_twice_at_once_it_is_one(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct snapshot_wish wish = {SNAPSHOT_ASKED, 0, "chi Hoa", OPENING + HOUR};
    g_autoptr(GError) error = NULL;
    int64_t id = 0, found = 0;
    g_assert_true(snapshot_take(ground->figures.store, 1, &wish, &id, &error));
    g_assert_false(snapshot_take(ground->figures.store, 1, &wish, &id, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    g_clear_error(&error);
    g_assert_true(snapshot_find(ground->figures.store, 1, OPENING + HOUR, &found, &error));
    g_assert_cmpint(found, ==, id);
    g_assert_false(snapshot_find(ground->figures.store, 1, OPENING, &found, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    g_assert_cmpint(count_rows(ground->figures.store,
                               "SELECT count(*) FROM snapshot WHERE by_whom = 'chi Hoa'"),
                    ==, 1);
}

static void test_an_erased_campaign_is_shown_from_its_last(struct ground *ground,
                                                           gconstpointer data)
{
    (void)data;
    struct figures_ground *figures = &ground->figures;
    ground_receive(figures, "+84900174207", "1", OPENING + HOUR);
    g_assert_cmpuint(tick(ground, MOMENT), ==, 1);
    ground_run(figures, "UPDATE campaign SET erased_at = 1");
    ground_run(figures, "UPDATE answer SET code = '', said = ''");
    assert_figures(ground, 0, 0, "1:1 2:0 0:0 answered 1 of 52");
    struct tally *tally = look(ground, 0, 0);
    g_assert_cmpint(tally->snapshot.id, ==, 1);
    g_assert_cmpstr(tally->snapshot.kind, ==, "planned");
    tally_free(tally);
    g_assert_cmpuint(tick(ground, MOMENT + 1), ==, 0);
    ground_run(figures, "DELETE FROM snapshot");
    g_autoptr(GError) error = NULL;
    g_assert_null(tally_make(figures->store, 1, MOMENT, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

/* Nothing of a tally is lost on the way to JSON and back. */
static void test_json_and_back_is_the_same(struct ground *ground, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    ground_receive(&ground->figures, "+84900174207", "1 YK: xa qua", OPENING + HOUR);
    struct tally *tally = look(ground, 0, 0);
    struct tally_question *question = tally->total.questions->pdata[0];
    ((struct tally_option *)question->options->pdata[0])->count = INT64_MAX;
    question->gone = true;
    question->other = 7;
    tally->receipts[MESSAGE_REFUSED] = 3;
    g_autofree char *text = tally_json_text(tally);
    struct tally *back = tally_json_read(text, &error);
    g_assert_no_error(error);
    g_autofree char *again = tally_json_text(back);
    g_assert_cmpstr(text, ==, again);
    g_assert_nonnull(strstr(text, "9223372036854775807"));
    g_assert_cmpint(back->total.target.plan, ==, 40);
    g_assert_cmpint(back->total.target.done, ==, tally->total.target.done);
    g_assert_cmpfloat(back->coverage_target, ==, 85.5);
    g_assert_cmpuint(back->units->len, ==, tally->units->len);
    tally_free(back);
    tally_free(tally);
}

static void test_what_is_no_tally_is_refused(struct ground *ground, gconstpointer data)
{
    (void)data;
    struct tally *tally = look(ground, 0, 0);
    g_autofree char *text = tally_json_text(tally);
    tally_free(tally);
    static const char *const members[] = {"\"form\"",  "\"total\"",  "\"no_answer\"", "\"depth\"",
                                          "\"state\"", "\"queued\"", "\"count_by\""};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) pieces = g_strsplit(text, members[i], 2);
        g_autofree char *broken = g_strjoinv("\"other\"", pieces);
        g_assert_null(tally_json_read(broken, &error));
        g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID);
    }
    g_assert_null(tally_json_read("", NULL));
    g_assert_null(tally_json_read("[]", NULL));
    g_assert_null(tally_json_read("{\"form\":1}", NULL));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct ground *ground, gconstpointer data);
    } tests[] = {
        {"/snapshot/it stays what it was", test_it_stays_what_it_was},
        {"/snapshot/taken late it counts what had been said",
         test_taken_late_it_counts_what_had_been_said},
        {"/snapshot/the end has one", test_the_end_has_one},
        {"/snapshot/asked for twice at once it is one", test_asked_for_twice_at_once_it_is_one},
        {"/snapshot/an erased campaign is shown from its last",
         test_an_erased_campaign_is_shown_from_its_last},
        {"/snapshot/JSON and back is the same", test_json_and_back_is_the_same},
        {"/snapshot/what is no tally is refused", test_what_is_no_tally_is_refused},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct ground, NULL, open_ground, tests[i].test, close_ground);
    return g_test_run();
}
