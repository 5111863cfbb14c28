// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of USSD dialogues: states that end, transcripts in their order, lists, and what goes in
// time.
#include "campaigns/store/ussd.h"

#include "campaigns/store/modem.h"
#include "campaigns/store/retention.h"
#include "campaigns/store/sql.h"
#include "tests/store_file.h"

static int64_t put(struct store_file *file, const char *modem, const char *purpose, int64_t at)
{
    const struct ussd_wish wish = {modem, purpose, "hoa", at};
    int64_t id = 0;
    g_assert_true(store_ussd_new(file->store, &wish, &id, NULL));
    return id;
}

static void say(struct store_file *file, int64_t id, bool received, const char *text)
{
    const struct ussd_step step = {OPENING, received,           (char *)text,
                                   NULL,    received ? 15 : -1, received ? 1 : -1};
    g_assert_true(store_ussd_step(file->store, id, &step, NULL));
}

static void test_an_end_is_the_end(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *from, *to;
        bool done;
    } rows[] = {{"idle", "asked", true},       {"asked", "menu-open", true},
                {"menu-open", "asked", true},  {"menu-open", "timed-out", true},
                {"answered", "asked", false},  {"closed", "menu-open", false},
                {"timed-out", "closed", false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        int64_t id = put(file, "sim1", "person", OPENING);
        g_assert_true(sql_run(file->store, NULL,
                              "UPDATE ussd_dialogue SET state = ?2 WHERE id = ?1", "it", id,
                              rows[i].from));
        g_test_message("%s %s", rows[i].from, rows[i].to);
        g_assert_true(store_ussd_state(file->store, id, rows[i].to, "so", OPENING + 1, &error) ==
                      rows[i].done);
        if (!rows[i].done)
            g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    }
}

static void test_a_row_tells_all(struct store_file *file, gconstpointer data)
{
    (void)data;
    const struct modem identity = {.name = (char *)"sim1",
                                   .imei = (char *)"",
                                   .imsi = (char *)"452",
                                   .manufacturer = (char *)"",
                                   .model = (char *)"",
                                   .firmware = (char *)"",
                                   .smsc = (char *)""};
    g_assert_true(store_modem_ensure(file->store, "sim1", OPENING, NULL));
    g_assert_true(store_modem_identity(file->store, &identity, NULL));
    int64_t id = put(file, "sim1", "balance", OPENING);
    say(file, id, false, "*101#");
    say(file, id, true, "TK goc: 50000d");
    say(file, id, false, "1");
    say(file, id, true, "");
    struct ussd_row *row = store_ussd_get(file->store, id, NULL);
    g_assert_cmpstr(row->imsi, ==, "452");
    g_assert_cmpstr(row->state, ==, "idle");
    g_assert_cmpstr(row->purpose, ==, "balance");
    g_assert_cmpstr(row->by, ==, "hoa");
    g_assert_cmpstr(row->code, ==, "*101#");
    g_assert_cmpstr(row->text, ==, "TK goc: 50000d");
    ussd_row_free(row);
    g_autoptr(GPtrArray) steps = store_ussd_steps(file->store, id, NULL);
    g_assert_cmpuint(steps->len, ==, 4);
    const struct ussd_step *second = g_ptr_array_index(steps, 1);
    g_assert_true(second->received);
    g_assert_cmpint(second->dcs, ==, 15);
    g_assert_cmpstr(second->raw, ==, "");
    g_autoptr(GError) error = NULL;
    g_assert_null(store_ussd_get(file->store, id + 1, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void test_forms_are_of_one_modem(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *imei, *request, *text;
    } rows[] = {{"111", "ucs2", "packed"}, {"222", "", ""}, {"222", "", ""}};
    g_assert_true(store_modem_ensure(file->store, "sim1", OPENING, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct modem identity = {.name = (char *)"sim1",
                                       .imei = (char *)rows[i].imei,
                                       .imsi = (char *)"452",
                                       .manufacturer = (char *)"",
                                       .model = (char *)"",
                                       .firmware = (char *)"",
                                       .smsc = (char *)""};
        g_autofree char *request = NULL, *text = NULL;
        g_assert_true(store_modem_identity(file->store, &identity, NULL));
        if (i == 0)
            g_assert_true(store_ussd_note_forms(file->store, "sim1", "ucs2", "packed", NULL));
        g_assert_true(store_modem_identity(file->store, &identity, NULL));
        g_assert_true(store_ussd_forms(file->store, "sim1", &request, &text, NULL));
        g_assert_cmpstr(request, ==, rows[i].request);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static char *listed(struct store_file *file, const struct ussd_filter *filter)
{
    g_autoptr(GPtrArray) rows = store_ussd_list(file->store, filter, NULL);
    GString *ids = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++)
        g_string_append_printf(ids, " %d",
                               (int)((const struct ussd_row *)g_ptr_array_index(rows, i))->id);
    return g_string_free(ids, FALSE);
}

static void test_lists_go_backwards(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        struct ussd_filter filter;
        const char *ids;
    } rows[] = {{{NULL, NULL, 0, 10}, " 4 3 2 1"},  {{"sim1", NULL, 0, 10}, " 4 2 1"},
                {{NULL, "network", 0, 10}, " 4 3"}, {{"sim1", "network", 0, 10}, " 4"},
                {{NULL, NULL, 3, 10}, " 2 1"},      {{"sim1", NULL, 4, 1}, " 2"},
                {{"sim9", NULL, 0, 10}, ""}};
    put(file, "sim1", "person", OPENING);
    put(file, "sim1", "topup", OPENING);
    put(file, "sim2", "network", OPENING);
    put(file, "sim1", "network", OPENING + DAY);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *ids = listed(file, &rows[i].filter);
        g_assert_cmpstr(ids, ==, rows[i].ids);
    }
    int64_t count = 0;
    g_assert_true(store_ussd_unasked_since(file->store, OPENING, &count, NULL));
    g_assert_cmpint(count, ==, 2);
    g_assert_true(store_ussd_unasked_since(file->store, OPENING + 1, &count, NULL));
    g_assert_cmpint(count, ==, 1);
}

static int64_t open_one(struct store_file *file)
{
    struct ussd_row *row = NULL;
    g_assert_true(store_ussd_open(file->store, "sim1", &row, NULL));
    int64_t id = row != NULL ? row->id : 0;
    ussd_row_free(row);
    return id;
}

static void test_the_one_that_has_the_modem_comes_first(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(open_one(file), ==, 0);
    int64_t waiting = put(file, "sim1", "person", OPENING),
            speaking = put(file, "sim1", "person", 0);
    put(file, "sim2", "person", OPENING);
    g_assert_cmpint(open_one(file), ==, waiting);
    g_assert_true(store_ussd_state(file->store, speaking, "menu-open", "", OPENING, NULL));
    g_assert_cmpint(open_one(file), ==, speaking);
    g_assert_true(store_ussd_state(file->store, speaking, "closed", "", OPENING, NULL));
    g_assert_cmpint(open_one(file), ==, waiting);
}

static void test_transcripts_go_when_they_are_old(struct store_file *file, gconstpointer data)
{
    (void)data;
    bool more = true;
    int64_t old = put(file, "sim1", "person", OPENING), open = put(file, "sim1", "person", OPENING);
    put(file, "sim1", "person", OPENING + DAY);
    say(file, old, false, "*101#");
    g_assert_true(store_ussd_state(file->store, old, "closed", "", OPENING, NULL));
    g_assert_true(store_ussd_state(file->store, open, "asked", "", OPENING, NULL));
    g_assert_true(store_retention_dialogues(file->store, OPENING + DAY, &more, NULL));
    g_assert_false(more);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM ussd_dialogue"), ==, 2);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM ussd_step"), ==, 0);
}

static void test_readings_go_when_they_are_old(struct store_file *file, gconstpointer data)
{
    (void)data;
    bool more = true;
    for (int64_t at = OPENING; at <= OPENING + DAY; at += DAY)
        g_assert_true(sql_run(file->store, NULL,
                              "INSERT INTO sim_reading (imsi, modem, at, purpose, source, text,"
                              " matched) VALUES ('452040000000001', 'sim1', ?1, 'sms', 'sms',"
                              " 'TK goc 12.000d', 1)",
                              "i", at));
    g_assert_true(store_retention_readings(file->store, OPENING + DAY, &more, NULL));
    g_assert_false(more);
    g_assert_cmpint(count_rows(file->store, "SELECT group_concat(at) FROM sim_reading"), ==,
                    OPENING + DAY);
}

static void add(const char *name, void (*test)(struct store_file *, gconstpointer))
{
    g_test_add(name, struct store_file, NULL, store_file_open, test, store_file_close);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/store/ussd/an end is the end", test_an_end_is_the_end);
    add("/store/ussd/a row tells all", test_a_row_tells_all);
    add("/store/ussd/how a modem writes is not known of the next one", test_forms_are_of_one_modem);
    add("/store/ussd/lists go backwards", test_lists_go_backwards);
    add("/store/ussd/the one that has the modem comes first",
        test_the_one_that_has_the_modem_comes_first);
    add("/store/ussd/transcripts go when they are old", test_transcripts_go_when_they_are_old);
    add("/store/ussd/readings go when they are old", test_readings_go_when_they_are_old);
    return g_test_run();
}
