// SPDX-License-Identifier: GPL-2.0-or-later
// Who was reached over those who should be: by person, household and contact, one campaign or more.
#include "campaigns/coverage.h"
#include "campaigns/tally.h"
#include "tests/store_file.h"

static const char units[] = "ma,ma_cha,ten,loai\r\n"
                            "X,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\nT2,X,Thôn 2,thon\r\n";
/* Contacts by id: 1 An, 2 Ba, 3 Chín and Mười, 4 Tư, 5 Sáu, 6 Bảy, 7 Tám. Bình has none. */
static const char roster[] = "Họ và tên,Năm sinh,Thôn,Mã hộ,Quan hệ với chủ hộ,Số điện thoại\r\n"
                             "Trần Văn An,1980,Thôn 1,H1,Con,0912000341\r\n"
                             "Trần Văn Ba,1950,Thôn 1,H1,Chủ hộ,0912000342\r\n"
                             "Lê Thị Bình,1975,Thôn 1,H2,Chủ hộ,không có\r\n"
                             "Lê Thị Chín,1976,Thôn 2,H3,Chủ hộ,0912000343\r\n"
                             "Lê Thị Mười,1999,Thôn 2,H3,Con,0912000343\r\n"
                             "Phạm Văn Tư,1978,Thôn 2,H4,Chủ hộ,0912000344\r\n"
                             "Phạm Văn Sáu,1979,Thôn 2,H5,Chủ hộ,0912000345\r\n"
                             "Đỗ Văn Bảy,1960,Thôn 2,H6,Con,0912000346\r\n"
                             "Đỗ Văn Tám,1940,Thôn 2,H6,Chủ hộ,0912000347\r\n";

static const char notice[] = "code = \"%s\"; title = \"t\"; kind = \"notice\";\n"
                             "audience = { units = [ \"X\" ]; }; text = \"Chao {ten}\";\n"
                             "coverage = { more_than = 85.0; by = \"%s\"; };";

static int64_t start(struct store *store, const char *code, const char *by, int64_t now)
{
    g_auto(GStrv) pieces = g_strsplit(notice, "%s", 3);
    g_autofree char *text = g_strconcat(pieces[0], code, pieces[1], by, pieces[2], NULL);
    return start_campaign(store, text, now);
}

static void run(struct store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    sql_run(store, &error, sql, "");
    g_assert_no_error(error);
}

/* A first campaign that reached An, Chín and Mười; a second one that reached Tư and An again. */
static void fill(struct store *store)
{
    import_report_free(import_text(store, roster, units, OPENING - DAY));
    run(store, "INSERT INTO refusal VALUES (5, '', 1)");
    g_assert_cmpint(start(store, "MOT", "household", OPENING), ==, 1);
    g_assert_cmpint(start(store, "HAI", "household", OPENING + DAY), ==, 2);
    run(store, "UPDATE message SET state = 'delivered' "
               "WHERE (campaign_id = 1 AND contact_id IN (1, 3)) "
               "OR (campaign_id = 2 AND contact_id IN (1, 4))");
    run(store, "UPDATE message SET state = 'sent' WHERE campaign_id = 1 AND contact_id IN (2, 4)");
    run(store, "UPDATE message SET state = 'undelivered' WHERE contact_id = 6");
    run(store, "UPDATE message SET state = 'refused' WHERE contact_id = 7");
}

static struct coverage *count(struct store *store, const struct coverage_request *request)
{
    g_autoptr(GError) error = NULL;
    struct coverage *coverage = coverage_make(store, request, &error);
    g_assert_no_error(error);
    return coverage;
}

static const struct {
    const char *name;
    int by;
    unsigned campaigns; /* 1: the first; 2: both together */
    int64_t base, reached, no_phone, opted_out, failed, unconfirmed, waiting;
} ways[] = {
    {"by person", COUNT_BY_PERSON, 1, 9, 3, 1, 1, 2, 2, 0},
    {"by household, one phone of which is enough", COUNT_BY_HOUSEHOLD, 1, 6, 2, 1, 1, 1, 1, 0},
    {"by contact, of whom nobody lacks a phone", COUNT_BY_CONTACT, 1, 7, 2, 0, 1, 2, 2, 0},
    {"two campaigns together: once in the base, reached by either", COUNT_BY_PERSON, 2, 9, 4, 1, 1,
     2, 1, 0},
    {"households of two campaigns", COUNT_BY_HOUSEHOLD, 2, 6, 3, 1, 1, 1, 0, 0},
    {"contacts of two campaigns", COUNT_BY_CONTACT, 2, 7, 3, 0, 1, 2, 1, 0},
};

static void test_ways(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    static const int64_t ids[] = {2, 1, 2};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_test_message("%s", ways[i].name);
        bool both = ways[i].campaigns == 2;
        struct coverage_request request = {
            .campaigns = both ? ids : ids + 1, .count = both ? 3 : 1, .by = ways[i].by};
        struct coverage *coverage = count(file->store, &request);
        const struct coverage_figures *total = &coverage->total;
        g_assert_cmpint(total->base, ==, ways[i].base);
        g_assert_cmpint(coverage_reached(total), ==, ways[i].reached);
        g_assert_cmpint(total->reach[REACH_NO_PHONE], ==, ways[i].no_phone);
        g_assert_cmpint(total->reach[REACH_OPTED_OUT], ==, ways[i].opted_out);
        g_assert_cmpint(coverage_failed(total), ==, ways[i].failed);
        g_assert_cmpint(total->reach[REACH_SENT], ==, ways[i].unconfirmed);
        g_assert_cmpint(total->reach[REACH_WAITING], ==, ways[i].waiting);
        g_assert_cmpuint(coverage->campaigns, ==, ways[i].campaigns);
        coverage_free(coverage);
    }
}

static void test_it_is_the_coverage_of_the_tally(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const names[] = {"person", "household", "contact"};
    fill(file->store);
    for (int by = COUNT_BY_PERSON; by <= COUNT_BY_CONTACT; by++) {
        g_autofree char *code = g_strdup_printf("BA%d", by);
        int64_t id = start(file->store, code, names[by], OPENING + 2 * DAY);
        run(file->store, "UPDATE message SET state = 'delivered' "
                         "WHERE campaign_id > 2 AND contact_id IN (2, 3, 6)");
        struct coverage *coverage =
            count(file->store, &(struct coverage_request){.campaigns = &id, .count = 1, .by = by});
        struct tally *tally = tally_make(file->store, id, OPENING + 3 * DAY, NULL);
        g_assert_cmpint(coverage->total.base, ==, tally->total.coverage.base);
        g_assert_cmpint(coverage_reached(&coverage->total), ==, tally->total.coverage.reached);
        g_assert_cmpuint(coverage->units->len, ==, tally->units->len);
        for (unsigned i = 0; i < tally->units->len; i++) {
            const struct coverage_unit *unit = coverage->units->pdata[i];
            const struct tally_unit *expected = tally->units->pdata[i];
            g_assert_cmpstr(unit->code, ==, expected->code);
            g_assert_cmpint(unit->all.base, ==, expected->all.coverage.base);
            g_assert_cmpint(coverage_reached(&unit->all), ==, expected->all.coverage.reached);
        }
        tally_free(tally);
        coverage_free(coverage);
    }
}

static void test_campaigns_contacts_and_persons_stand_apart(struct store_file *file,
                                                            gconstpointer data)
{
    (void)data;
    fill(file->store);
    struct coverage *coverage = count(file->store, &(struct coverage_request){0});
    g_assert_cmpint(coverage->total.campaigns, ==, 2);
    g_assert_cmpint(coverage->total.contacts, ==, 4);
    g_assert_cmpint(coverage->total.contacts_sent, ==, 8);
    g_assert_cmpint(coverage->total.persons, ==, 4);
    const struct coverage_unit *first = coverage->units->pdata[1],
                               *second = coverage->units->pdata[2];
    g_assert_cmpstr(first->code, ==, "T1");
    g_assert_cmpint(first->all.contacts, ==, 2);
    g_assert_cmpint(first->all.persons, ==, 1);
    g_assert_cmpint(second->all.contacts, ==, 2);
    g_assert_cmpint(second->all.persons, ==, 3);
    g_assert_cmpint(second->all.campaigns, ==, 2);
    coverage_free(coverage);
    /* Only what started on the second day. */
    coverage = count(file->store, &(struct coverage_request){.from = OPENING + HOUR});
    g_assert_cmpint(coverage->total.campaigns, ==, 1);
    g_assert_cmpint(coverage->total.contacts, ==, 2);
    g_assert_cmpint(coverage->total.persons, ==, 2);
    coverage_free(coverage);
    coverage = count(file->store, &(struct coverage_request){.to = OPENING});
    g_assert_cmpuint(coverage->campaigns, ==, 0);
    g_assert_cmpint(coverage->total.base, ==, 0);
    coverage_free(coverage);
}

static void test_a_campaign_without_a_message_on_the_air_is_no_round(struct store_file *file,
                                                                     gconstpointer data)
{
    (void)data;
    fill(file->store);
    start(file->store, "BA", "person", OPENING + 2 * DAY);
    struct coverage *coverage = count(file->store, &(struct coverage_request){0});
    g_assert_cmpuint(coverage->campaigns, ==, 3);
    g_assert_cmpint(coverage->total.campaigns, ==, 2);
    coverage_free(coverage);
}

static const struct {
    const char *unit, *name;
    enum reach why;
} missed[] = {
    {"T1", "Lê Thị Bình", REACH_NO_PHONE},
    {"T2", "Phạm Văn Tư", REACH_SENT},
    {"T2", "Phạm Văn Sáu", REACH_OPTED_OUT},
    {"T2", "Đỗ Văn Tám", REACH_UNDELIVERED}, /* the head; the other phone fared better */
};

static void test_families_to_visit(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    int64_t id = 1;
    struct coverage_request request = {
        .campaigns = &id, .count = 1, .by = COUNT_BY_HOUSEHOLD, .missed = true};
    struct coverage *coverage = count(file->store, &request);
    g_assert_cmpuint(coverage->missed->len, ==, G_N_ELEMENTS(missed));
    for (size_t i = 0; i < G_N_ELEMENTS(missed); i++) {
        const struct coverage_missed *found = coverage->missed->pdata[i];
        const struct coverage_unit *unit = coverage->units->pdata[found->unit];
        g_assert_cmpstr(found->face.name, ==, missed[i].name);
        g_assert_cmpint(found->why, ==, missed[i].why);
        g_assert_cmpstr(unit->code, ==, missed[i].unit);
    }
    const struct coverage_missed *without = coverage->missed->pdata[0];
    g_assert_cmpstr(without->face.household, ==, "H2");
    g_assert_cmpstr(without->face.phone, ==, "");
    g_assert_cmpint((int64_t)strlen(without->face.detail), >, 0);
    coverage_free(coverage);
    request.unit = "t1";
    coverage = count(file->store, &request);
    g_assert_cmpuint(coverage->missed->len, ==, 1);
    g_assert_cmpint(coverage->total.base, ==, 2);
    g_assert_cmpuint(coverage->units->len, ==, 1);
    coverage_free(coverage);
    request.unit = "T9";
    g_autoptr(GError) error = NULL;
    g_assert_null(coverage_make(file->store, &request, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void test_a_reminder_that_arrives_reaches(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    run(file->store,
        "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text, parts, "
        "reference, not_before, expires_at, created_at, state_at, reminder) "
        "VALUES (1, 7, 'reminder', 'delivered', 1, '', 1, 1, 0, 0, 0, 0, 0), "
        "(1, 2, 'answer', 'delivered', 1, '', 1, 1, 0, 0, 0, 0, -1)");
    int64_t id = 1;
    struct coverage *coverage =
        count(file->store, &(struct coverage_request){.campaigns = &id, .count = 1});
    g_assert_cmpint(coverage_reached(&coverage->total), ==, 4);
    g_assert_cmpint(coverage->total.contacts, ==, 3);
    coverage_free(coverage);
}

/* From 1/7/2025 Thôn 2 belongs to another commune, and Thôn 1 is a part of it. */
static const char *const merger[] = {
    "INSERT INTO unit (id, code, name, created_at) VALUES (90, 'Y', 'Xã B', 0)",
    "INSERT INTO unit_version VALUES (90, '', NULL, 'Xã B', 'xa')",
    "INSERT INTO unit_version SELECT id, '2025-07-01', 90, name, kind FROM unit WHERE code = 'T2'",
    "UPDATE unit SET ended_on = '2025-07-01', successor_id = (SELECT id FROM unit WHERE code = "
    "'T2') WHERE code = 'T1'",
};

static const struct {
    const char *day;
    const char *units[3]; /* with their bases */
    int64_t bases[3];
} trees[] = {
    {"2025-06-30", {"X", "T1", "T2"}, {6, 2, 4}},
    {"2025-07-01", {"Y", "T2", NULL}, {6, 6, 0}},
};

static void test_any_tree_has_the_same_total(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store);
    for (size_t i = 0; i < G_N_ELEMENTS(merger); i++)
        run(file->store, merger[i]);
    int64_t id = 1;
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        struct coverage *coverage = count(
            file->store,
            &(struct coverage_request){
                .campaigns = &id, .count = 1, .by = COUNT_BY_HOUSEHOLD, .tree = trees[i].day});
        g_test_message("%s", trees[i].day);
        g_assert_cmpint(coverage->total.base, ==, 6);
        g_assert_cmpint(coverage_reached(&coverage->total), ==, 2);
        for (unsigned u = 0; u < 3 && trees[i].units[u] != NULL; u++) {
            g_assert_cmpuint(coverage->units->len, >, u);
            const struct coverage_unit *unit = coverage->units->pdata[u];
            g_assert_cmpstr(unit->code, ==, trees[i].units[u]);
            g_assert_cmpint(unit->all.base, ==, trees[i].bases[u]);
        }
        coverage_free(coverage);
    }
}

static const struct {
    const char *text;
    bool at_least;
    int64_t reached, base;
    bool met;
    int64_t missing;
} targets[] = {
    {"85", false, 17, 20, false, 1},
    {"85", true, 17, 20, true, 0},
    {"85", false, 18, 20, true, 0},
    {"85.5", false, 171, 200, false, 1},
    {"85,5", true, 171, 200, true, 0},
    {"99.9999", false, 999999, 1000000, false, 1},
    {"33.3333", false, 333333, 1000000, false, 1},
    {"33.3333", false, 1, 3, true, 0},
    {"33.3334", false, 1, 3, false, 1},
    {"100", false, 20, 20, false, -1},
    {"100", true, 19, 20, false, 1},
    {"95", false, 0, 10, false, 10},
    {"85", false, 0, 0, false, -1},
    {"85", false, INT64_C(7905747460161235), INT64_C(9300879364895571), false, 1},
};

static void test_targets_are_exact(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
        struct coverage_target target = {.at_least = targets[i].at_least};
        g_test_message("%s of %" G_GINT64_FORMAT, targets[i].text, targets[i].base);
        g_assert_true(coverage_target_read(targets[i].text, &target.scaled));
        g_assert_true(coverage_met(&target, targets[i].reached, targets[i].base) == targets[i].met);
        g_assert_cmpint(coverage_missing(&target, targets[i].reached, targets[i].base), ==,
                        targets[i].missing);
    }
    struct coverage_target of_file = coverage_target_of(85.5);
    g_assert_cmpint(of_file.scaled, ==, 855000);
    g_autofree char *text = coverage_target_text(&of_file);
    g_assert_cmpstr(text, ==, "trên 85,5 %");
}

static void test_what_is_no_target(void)
{
    static const char *const texts[] = {"",    "0",  "abc",      "85%", "-5",   "100.0001",
                                        "85.", ".5", "85.12345", "1e2", "1000", " 85"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        int64_t scaled = 7;
        g_test_message("\"%s\"", texts[i]);
        g_assert_false(coverage_target_read(texts[i], &scaled));
        g_assert_cmpint(scaled, ==, 7);
    }
}

#define WITH_FILE(path, test)                                                                      \
    g_test_add(path, struct store_file, NULL, store_file_open, test, store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    WITH_FILE("/coverage/by person, household and contact", test_ways);
    WITH_FILE("/coverage/it is the coverage of the tally", test_it_is_the_coverage_of_the_tally);
    WITH_FILE("/coverage/campaigns, contacts and persons stand apart",
              test_campaigns_contacts_and_persons_stand_apart);
    WITH_FILE("/coverage/a campaign without a message on the air is no round",
              test_a_campaign_without_a_message_on_the_air_is_no_round);
    WITH_FILE("/coverage/families to visit", test_families_to_visit);
    WITH_FILE("/coverage/a reminder that arrives reaches", test_a_reminder_that_arrives_reaches);
    WITH_FILE("/coverage/any tree has the same total", test_any_tree_has_the_same_total);
    g_test_add_func("/coverage/targets are exact", test_targets_are_exact);
    g_test_add_func("/coverage/what is no target", test_what_is_no_target);
    return g_test_run();
}
