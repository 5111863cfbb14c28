// SPDX-License-Identifier: GPL-2.0-or-later
// A large start goes in slices: others write in between, and what was cut off is begun anew.
#include "campaigns/campaign_start.h"

#include "campaigns/store/campaign.h"
#include "tests/store_file.h"

enum { PEOPLE = 1300 };

static const char notice[] = "code = \"TO\"; title = \"To\"; kind = \"notice\";"
                             " audience = { units = [ \"TT\" ]; }; text = \"Moi {ten}\";";

/* What campaign_start() lets happen between two slices. */
static struct {
    struct store *store;
    int64_t campaign;
    unsigned times;
} meanwhile;

static int64_t approve_large(struct store *store)
{
    g_autoptr(GString) roster = g_string_new("Họ và tên,Mã đơn vị,SĐT\n");
    for (int i = 0; i < PEOPLE; i++)
        g_string_append_printf(roster, "Người %d,TT,0912%06d\n", i, i);
    import_report_free(import_text(store, roster->str, "ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n",
                                   OPENING - DAY));
    int64_t id = create_campaign(store, notice, OPENING);
    take_step(store, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
    take_step(store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
    meanwhile.store = store;
    meanwhile.campaign = id;
    meanwhile.times = 0;
    return id;
}

static bool start(struct store *store, int64_t id, void (*between)(void), GError **error)
{
    struct campaign_act act = {"can bo", NULL, OPENING};
    return campaign_start(store, id, &act, &test_terms, between, error);
}

static void assert_whole(struct store *store)
{
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE state = 'queued'"), ==,
                    PEOPLE);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message"), ==, PEOPLE);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM campaign_audience"), ==, PEOPLE);
    g_autofree char *state = read_text(store, "SELECT state FROM campaign");
    g_assert_cmpstr(state, ==, "running");
}

/* No transaction is open, and the campaign does not run yet. */
static void look(void)
{
    g_assert_false(store_in_transaction(meanwhile.store));
    g_autofree char *state = read_text(meanwhile.store, "SELECT state FROM campaign");
    g_assert_cmpstr(state, ==, "approved");
    meanwhile.times++;
}

static void test_others_write_in_between(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t id = approve_large(file->store);
    g_autoptr(GError) error = NULL;
    start(file->store, id, look, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(meanwhile.times, ==, 2);
    assert_whole(file->store);
}

static void test_what_was_cut_off_is_begun_anew(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    int64_t id = approve_large(store);
    struct campaign_act act = {"can bo", NULL, OPENING};
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = store_campaign_get(store, id, &error);
    struct campaign_writing *writing = campaign_writing_new(store, row, &act, &test_terms, &error);
    g_assert_no_error(error);
    bool more = false;
    g_assert_true(store_begin(store, NULL));
    g_assert_true(campaign_writing_slice(writing, store, row, &more, &error));
    g_assert_true(store_commit(store, NULL));
    g_assert_true(more);
    campaign_writing_free(writing);
    campaign_row_free(row);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message"), >, 0);
    start(store, id, NULL, &error);
    g_assert_no_error(error);
    assert_whole(store);
}

static void start_too(void)
{
    if (meanwhile.times++ > 0)
        return;
    g_autoptr(GError) error = NULL;
    start(meanwhile.store, meanwhile.campaign, NULL, &error);
    g_assert_no_error(error);
}

static void test_two_starts_at_once_are_one(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t id = approve_large(file->store);
    g_autoptr(GError) error = NULL;
    g_assert_false(start(file->store, id, start_too, &error));
    g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE);
    assert_whole(file->store);
}

static void cancel(void)
{
    if (meanwhile.times++ == 0)
        take_step(meanwhile.store, meanwhile.campaign, CAMPAIGN_EVENT_CANCEL, OPENING);
}

static void test_a_cancel_stops_a_start(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t id = approve_large(file->store);
    g_autoptr(GError) error = NULL;
    g_assert_false(start(file->store, id, cancel, &error));
    g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE);
    g_assert_true(campaign_clock(file->store, NULL, OPENING, NULL));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'queued'"),
                    ==, 0);
}

#define TEST(name, function)                                                                       \
    g_test_add("/campaign start/" name, struct store_file, NULL, store_file_open, function,        \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("others write in between", test_others_write_in_between);
    TEST("what was cut off is begun anew", test_what_was_cut_off_is_begun_anew);
    TEST("two starts at once are one", test_two_starts_at_once_are_one);
    TEST("a cancel stops a start", test_a_cancel_stops_a_start);
    return g_test_run();
}
