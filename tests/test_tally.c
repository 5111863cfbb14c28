// SPDX-License-Identifier: GPL-2.0-or-later
// Figures counted from rows: by contact, person and household, by unit and rolled up.
#include "campaigns/tally.h"
#include "tests/store_file.h"

static const char units[] = "ma,ma_cha,ten,loai\r\n"
                            "X,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\nT2,X,Thôn 2,thon\r\n";
/* Two phones in household H1, a phone shared by two people of H3, nobody to text in H2. */
static const char roster[] = "Họ và tên,Năm sinh,Thôn,Mã hộ,Số điện thoại\r\n"
                             "Trần Văn An,1980,Thôn 1,H1,0912000341\r\n"
                             "Trần Văn Ba,1950,Thôn 1,H1,0912000342\r\n"
                             "Lê Thị Bình,1975,Thôn 1,H2,không có\r\n"
                             "Lê Thị Chín,1976,Thôn 2,H3,0912000343\r\n"
                             "Lê Thị Mười,1999,Thôn 2,H3,0912000343\r\n"
                             "Phạm Văn Tư,1978,Thôn 2,H4,0912000344\r\n"
                             "Phạm Văn Sáu,1979,Thôn 2,H5,0912000345\r\n";

static const char survey[] =
    "code = \"KS\"; title = \"t\"; kind = \"survey\"; audience = { units = [ \"X\" ]; };\n"
    "text = \"{ten}: 1 hay 2\"; count_by = \"%s\";\n"
    "coverage = { more_than = 85.0; by = \"%s\"; };\n"
    "questions = ( { id = \"q\"; kind = \"choices\"; options = (\n"
    "  { code = \"1\"; label = \"may\"; }, { code = \"2\"; label = \"hàn\"; } ); } );";

/* By contact id, which follows the roster: 1 An, 2 Ba, 3 Chín and Mười, 4 Tư, 5 Sáu (opted out). */
static const char *const happenings[] = {
    "UPDATE message SET state = 'delivered' WHERE contact_id IN (1, 3)",
    "UPDATE message SET state = 'sent' WHERE contact_id IN (2, 4)",
    "INSERT INTO reply (id, modem, sender, contact_id, campaign_id, text, sent_at, received_at, "
    "outcome, rule, normalised) VALUES "
    "(1, 's', '+84912000341', 1, 1, '1', 1, 1, 'answer', '', ''), "
    "(2, 's', '+84912000342', 2, 1, '2', 2, 2, 'answer', '', ''), "
    "(3, 's', '+84912000343', 3, 1, '1 2', 3, 3, 'answer', '', ''), "
    "(4, 's', '+84912000344', 4, 1, '?', 4, 4, 'unclear', '', ''), "
    "(5, 's', '+84912000344', 4, 1, '?', 5, 5, 'repeat', '', ''), "
    "(6, 's', '+84912000344', 4, 1, 'TC', 6, 6, 'optout', '', '')",
    "INSERT INTO answer (id, campaign_id, contact_id, question, code, reply_id, at, "
    "recorded_at, by_whom, superseded_by) VALUES (1, 1, 1, 'q', '1', 1, 1, 1, '', NULL), "
    "(2, 1, 2, 'q', '2', 2, 2, 2, '', NULL), (3, 1, 3, 'q', '1,2', 3, 4, 4, '', NULL), "
    "(4, 1, 3, 'q', '1', 3, 3, 3, '', 3)",
    "INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state, received_at) "
    "VALUES (1, 1, 3, 3, 'x', 'received', 3)",
};

struct figures {
    int64_t base, answered, one, two, coverage_base, reached;
};

static const struct way {
    const char *name, *count_by, *coverage_by;
    struct figures all, hamlet; /* of the commune, of Thôn 1 */
} ways[] = {
    {"by contact", "contact", "contact", {4, 3, 2, 2, 5, 2}, {2, 2, 1, 1, 2, 1}},
    {"by person, a shared phone speaking for one",
     "person",
     "person",
     {5, 3, 2, 2, 7, 3},
     {2, 2, 1, 1, 3, 1}},
    {"by household, its last answer counting",
     "household",
     "household",
     {3, 2, 1, 2, 5, 2},
     {1, 1, 0, 1, 2, 1}},
};

static void fill(struct store *store, const struct way *way)
{
    import_report_free(import_text(store, roster, units, OPENING - DAY));
    g_assert_true(sql_run(store, NULL, "INSERT INTO refusal VALUES (5, '', 1)", ""));
    g_auto(GStrv) pieces = g_strsplit(survey, "%s", 3);
    g_autofree char *text =
        g_strconcat(pieces[0], way->count_by, pieces[1], way->coverage_by, pieces[2], NULL);
    g_assert_cmpint(start_campaign(store, text, OPENING), ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(happenings); i++) {
        g_autoptr(GError) error = NULL;
        sql_run(store, &error, happenings[i], "");
        g_assert_no_error(error);
    }
}

static void check(const struct tally_figures *figures, const struct figures *expected)
{
    const struct tally_question *question = figures->questions->pdata[0];
    const struct tally_option *one = question->options->pdata[0],
                              *two = question->options->pdata[1];
    g_assert_cmpint(figures->base, ==, expected->base);
    g_assert_cmpint(question->answered, ==, expected->answered);
    g_assert_cmpint(question->no_answer, ==, expected->base - expected->answered);
    g_assert_cmpint(one->count, ==, expected->one);
    g_assert_cmpint(two->count, ==, expected->two);
    g_assert_cmpint(figures->coverage.base, ==, expected->coverage_base);
    g_assert_cmpint(figures->coverage.reached, ==, expected->reached);
}

static void test_way(struct store_file *file, gconstpointer data)
{
    const struct way *way = data;
    fill(file->store, way);
    g_autoptr(GError) error = NULL;
    struct tally *tally = tally_make(file->store, 1, OPENING + HOUR, &error);
    g_assert_no_error(error);
    check(&tally->total, &way->all);
    g_assert_cmpuint(tally->units->len, ==, 3);
    const struct tally_unit *commune = tally->units->pdata[0], *hamlet = tally->units->pdata[1];
    g_assert_cmpstr(commune->code, ==, "X");
    g_assert_cmpstr(hamlet->code, ==, "T1");
    g_assert_cmpstr(hamlet->parent, ==, "X");
    g_assert_cmpuint(hamlet->depth, ==, 1);
    check(&commune->all, &way->all);
    check(&commune->own, &(struct figures){0});
    check(&hamlet->all, &way->hamlet);
    check(&hamlet->own, &way->hamlet);
    tally_free(tally);
}

static void test_what_else_is_counted(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store, &ways[0]);
    struct tally *tally = tally_make(file->store, 1, OPENING + HOUR, NULL);
    const struct tally_figures *total = &tally->total;
    g_assert_cmpint(total->persons, ==, 7);
    g_assert_cmpint(total->households, ==, 5);
    g_assert_cmpint(total->contacts, ==, 5);
    g_assert_cmpint(total->no_phone, ==, 1);
    g_assert_cmpint(total->messages[MESSAGE_DELIVERED], ==, 2);
    g_assert_cmpint(total->messages[MESSAGE_SENT], ==, 2);
    g_assert_cmpint(total->messages[MESSAGE_SKIPPED], ==, 1);
    g_assert_cmpint(total->unclear, ==, 1);
    g_assert_cmpint(total->opinions, ==, 1);
    g_assert_cmpint(total->optouts, ==, 1);
    g_assert_cmpint(total->replies, ==, 5);
    g_assert_cmpint(tally->started_at, ==, OPENING);
    g_assert_cmpfloat(tally->coverage_target, ==, 85.0);
    tally_free(tally);
}

static void test_a_draft_counts_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = create_campaign(file->store, dialogue_file, OPENING);
    g_autoptr(GError) error = NULL;
    struct tally *tally = tally_make(file->store, id, OPENING, &error);
    g_assert_no_error(error);
    g_assert_cmpint(tally->total.persons, ==, 0);
    const struct tally_question *question = tally->total.questions->pdata[0];
    g_assert_cmpuint(question->options->len, ==, 3);
    g_assert_cmpint(tally->started_at, ==, 0);
    tally_free(tally);
    g_assert_null(tally_make(file->store, 99, OPENING, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    g_assert_false(store_in_transaction(file->store));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *path = g_strconcat("/tally/", ways[i].name, NULL);
        g_test_add(path, struct store_file, &ways[i], store_file_open, test_way, store_file_close);
    }
    g_test_add("/tally/what else is counted", struct store_file, NULL, store_file_open,
               test_what_else_is_counted, store_file_close);
    g_test_add("/tally/a draft counts nothing", struct store_file, NULL, store_file_open,
               test_a_draft_counts_nothing, store_file_close);
    return g_test_run();
}
