// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of SIMs: figures stay what the operator said, parts sent since then are taken off,
 * what cannot be read is trouble and no zero, a SIM that moves takes its history along. */
#include "campaigns/sim.h"

#include <glib/gstdio.h>
#include <string.h>

#include "tests/store_file.h"

#define VIETTEL   "452041234567890"
#define VINAPHONE "452029876543210"

struct stage {
    struct store_file file;
    struct gateway_config config;
    int64_t now;
};

static const char loa_conf[] =
    "modems = ( { name = \"sim1\"; device = \"/dev/one\"; low_balance = 2000; },\n"
    " { name = \"sim2\"; device = \"/dev/two\"; number = \"+84912345678\"; bundle = \"B\"; },\n"
    " { name = \"sim3\"; device = \"/dev/three\"; operator = \"vina phone\"; },\n"
    " { name = \"sim4\"; device = \"/dev/four\"; operator = \"ours\"; } );\n"
    "sims = { operators = \"%s\"; };\n";

static const char operators_conf[] =
    "operators = ( { name = \"viettel\"; names = [ \"Viettel Mobile\" ]; networks = [ \"45204\" "
    "];\n"
    "  paths = { balance = [ \"*101#\" ]; }; sms_from = [ \"191\", \"Viettel\" ];\n"
    "  patterns = [ \"\\\\btk (?<balance>(?&money))\", \"hsd (?<expires>(?&day))\",\n"
    "   \"con (?<bundle>(?&parts)) sms(?: den (?<bundle_expires>(?&day)))?\",\n"
    "   \"so tb (?<number>(?&phone))\", \"khoa (?<locked>(?&day))\" ]; },\n"
    " { name = \"vinaphone\"; networks = [ \"45202\" ];\n"
    "  patterns = [ \"vina (?<balance>(?&money))\" ];\n"
    "  bundles = ( { name = \"B\"; path = [ \"*1#\" ]; } ); } );\n";

static char *write_file(const char *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void stage_open(struct stage *stage, gconstpointer data)
{
    store_file_open(&stage->file, data);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autofree char *operators = write_file(stage->file.folder, "operators.conf", operators_conf);
    g_autofree char *text = g_strdup_printf(loa_conf, operators);
    g_autofree char *path = write_file(stage->file.folder, "loa.conf", text);
    g_assert_true(gateway_config_read(path, &stage->config, mistakes));
    g_unlink(operators);
    g_unlink(path);
    stage->now = OPENING; /* 10/6/2024 */
    import_dialogue(stage->file.store);
}

static void stage_close(struct stage *stage, gconstpointer data)
{
    gateway_config_clear(&stage->config);
    store_file_close(&stage->file, data);
}

static void seen(struct stage *stage, const char *modem, const char *imsi, const char *network)
{
    g_autoptr(GError) error = NULL;
    sim_seen(stage->file.store, &stage->config, modem, imsi, network, &error);
    g_assert_no_error(error);
}

static void take(struct stage *stage, const char *modem, const char *imsi, const char *purpose,
                 const char *text)
{
    g_autoptr(GError) error = NULL;
    const struct sim_text taken = {.modem = modem,
                                   .imsi = imsi,
                                   .purpose = purpose,
                                   .by_sms = strcmp(purpose, "sms") == 0,
                                   .text = text,
                                   .now = stage->now};
    sim_take(stage->file.store, &stage->config, &taken, &error);
    g_assert_no_error(error);
}

static struct sim *look(struct stage *stage, const char *modem)
{
    g_autoptr(GError) error = NULL;
    struct sim *sim = sim_in_modem(stage->file.store, &stage->config, modem, stage->now, &error);
    g_assert_no_error(error);
    return sim;
}

/* So many parts of one message after the other, a minute apart. */
static void send_parts(struct stage *stage, const char *modem, unsigned count)
{
    g_autoptr(GError) error = NULL;
    for (unsigned i = 0; i < count; i++) {
        stage->now += MINUTE;
        bool sent =
            sql_run(stage->file.store, &error,
                    "INSERT INTO message (contact_id, purpose, state, priority, text, parts,"
                    " reference, not_before, expires_at, created_at, state_at)"
                    " SELECT id, 'alarm', 'sent', 1, 'x', 1, 1, ?1, ?1, ?1, ?1 FROM contact"
                    " LIMIT 1",
                    "i", stage->now) &&
            sql_run(stage->file.store, &error,
                    "INSERT INTO attempt (message_id, modem, leased_at)"
                    " SELECT max(id), ?1, ?2 FROM message",
                    "ti", modem, stage->now) &&
            sql_run(stage->file.store, &error,
                    "INSERT INTO part (message_id, sequence, attempt_id, modem, reference, sent_at)"
                    " SELECT message_id, 0, id, ?1, 1, ?2 FROM attempt ORDER BY id DESC LIMIT 1",
                    "ti", modem, stage->now);
        g_assert_no_error(error);
        g_assert_true(sent);
    }
    stage->now += MINUTE;
}

static void test_network_names_the_operator(struct stage *stage, gconstpointer data)
{
    static const struct {
        const char *modem, *imsi, *network, *operator_name, *number;
    } rows[] = {
        {"sim1", VIETTEL, NULL, "viettel", ""},
        {"sim1", VIETTEL, "45202", "viettel", ""}, /* a guest of another network */
        {"sim1", NULL, "45202", "vinaphone", ""},
        {"sim1", "", "VIETTEL  mobile", "viettel", ""},
        {"sim1", "460001234567890", "Else", "", ""},
        {"sim2", VINAPHONE, NULL, "vinaphone", "+84912345678"},
        {"sim3", VIETTEL, NULL, "vinaphone", ""}, /* as configured */
        {"sim4", VIETTEL, NULL, "viettel", ""},   /* a word that the file does not know */
    };
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        seen(stage, rows[i].modem, rows[i].imsi, rows[i].network);
        struct sim *sim = look(stage, rows[i].modem);
        g_assert_cmpstr(sim->operator_name, ==, rows[i].operator_name);
        if (rows[i].number[0] != '\0')
            g_assert_cmpstr(sim->number, ==, rows[i].number);
        sim_free(sim);
    }
    g_autofree char *nameless = sim_key("sim1", "");
    g_assert_cmpstr(nameless, ==, "modem:sim1");
}

static void test_each_text_changes_what_it_tells(struct stage *stage, gconstpointer data)
{
    static const struct {
        const char *purpose, *text;
        int64_t balance;
        const char *expires;
        int64_t bundle;
        const char *bundle_expires, *number;
        unsigned unread, failed;
        const char *trouble;
    } rows[] = {
        {"balance", "TK 12.000d HSD 01/07/2024", 12000, "2024-07-01", -1, "", "", 0, 0, ""},
        {"sms", "HSD 05/07/2024", 12000, "2024-07-05", -1, "", "", 0, 0, ""},
        {"bundle", "con 87 SMS den 30/06/2024", 12000, "2024-07-05", 87, "2024-06-30", "", 0, 0,
         ""},
        {"bundle", "con 80 SMS", 12000, "2024-07-05", 80, "2024-06-30", "", 0, 0, ""},
        {"bundle", "con 100 SMS", 12000, "2024-07-05", 100, "", "", 0, 0, ""},
        {"number", "So TB 0981234567", 12000, "2024-07-05", 100, "", "+84981234567", 0, 0, ""},
        {"sms", "So TB 0912999888 goi nho", 12000, "2024-07-05", 100, "", "+84981234567", 0, 0, ""},
        {"person", "Chao ban", 12000, "2024-07-05", 100, "", "+84981234567", 0, 0, ""},
        {"balance", "So du moi:\n12.345", 12000, "2024-07-05", 100, "", "+84981234567", 1, 0,
         "the operator's text could not be read: “So du moi: 12.345”; see sims.operators"},
        {"balance", "HSD 06/07/2024", 12000, "2024-07-06", 100, "", "+84981234567", 2, 0,
         "the operator's text could not be read: “HSD 06/07/2024”; see sims.operators"},
        {"bundle", "con 99 SMS", 12000, "2024-07-06", 99, "", "+84981234567", 2, 0,
         "the operator's text could not be read: “HSD 06/07/2024”; see sims.operators"},
        {"balance", NULL, 12000, "2024-07-06", 99, "", "+84981234567", 2, 1,
         "the operator's text could not be read: “HSD 06/07/2024”; see sims.operators"},
        {"sms", "TK 9.000d", 9000, "2024-07-06", 99, "", "+84981234567", 0, 0, ""},
        {"bundle", "het goi", 9000, "2024-07-06", 99, "", "+84981234567", 1, 0,
         "the operator's text on the bundle could not be read: “het goi”; see sims.operators"},
        {"balance", "TK 0d", 0, "2024-07-06", 99, "", "+84981234567", 1, 0,
         "the operator's text on the bundle could not be read: “het goi”; see sims.operators"},
        {"bundle", "con 3 SMS", 0, "2024-07-06", 3, "", "+84981234567", 0, 0, ""},
    };
    (void)data;
    seen(stage, "sim1", VIETTEL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        stage->now += MINUTE;
        g_test_message("%s: %s", rows[i].purpose, rows[i].text);
        take(stage, "sim1", VIETTEL, rows[i].purpose, rows[i].text);
        struct sim *sim = look(stage, "sim1");
        g_assert_cmpint(sim->balance, ==, rows[i].balance);
        g_assert_cmpint(sim->balance_now, ==, rows[i].balance);
        g_assert_cmpstr(sim->expires_on, ==, rows[i].expires);
        g_assert_cmpint(sim->bundle_left, ==, rows[i].bundle);
        g_assert_cmpstr(sim->bundle_expires_on, ==, rows[i].bundle_expires);
        g_assert_cmpstr(sim->number, ==, rows[i].number);
        g_assert_cmpuint(sim->unread, ==, rows[i].unread);
        g_assert_cmpuint(sim->failed, ==, rows[i].failed);
        g_assert_cmpstr(sim->trouble, ==, rows[i].trouble);
        if (rows[i].text != NULL)
            g_assert_cmpstr(sim->text, ==, rows[i].text);
        sim_free(sim);
    }
    /* Every text is kept, read or not; what was not told is not known. */
    struct store *store = stage->file.store;
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM sim_reading"), ==,
                    (int64_t)G_N_ELEMENTS(rows) - 1);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM sim_reading WHERE matched = 0"
                                      " AND balance IS NULL AND bundle_left IS NULL"),
                    ==, 3);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM sim_reading WHERE balance = 0"), ==, 1);
}

/* At 08:00 of 10/6 in Việt Nam it is the evening of 9/6 in America. */
static void test_days_are_those_of_the_gateway(struct stage *stage, gconstpointer data)
{
    (void)data;
    take(stage, "sim1", VIETTEL, "balance", "TK 50.000d HSD 09/06/2024");
    static const struct {
        const char *zone, *rest;
    } rows[] = {{"America/New_York", "its credit expires on 2024-06-09"},
                {"Asia/Ho_Chi_Minh", "its credit expired on 2024-06-09"}};
    char *zone = stage->config.time_zone;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        stage->config.time_zone = (char *)rows[i].zone;
        struct sim *sim = look(stage, "sim1");
        g_autofree char *rest = sim_rest_reason(sim, gateway_config_modem(&stage->config, "sim1"));
        g_assert_cmpstr(rest, ==, rows[i].rest);
        sim_free(sim);
    }
    stage->config.time_zone = zone;
}

static void test_a_top_up_ends_what_was_past(struct stage *stage, gconstpointer data)
{
    (void)data;
    take(stage, "sim1", VIETTEL, "balance", "TK 500d HSD 01/06/2024 khoa 05/06/2024");
    struct sim *sim = look(stage, "sim1");
    g_autofree char *resting = sim_rest_reason(sim, gateway_config_modem(&stage->config, "sim1"));
    g_assert_cmpstr(resting, ==, "its operator has locked it on 2024-06-05");
    sim_free(sim);
    stage->now += MINUTE;
    take(stage, "sim1", VIETTEL, "balance", "TK 50.500d");
    sim = look(stage, "sim1");
    g_assert_cmpstr(sim->expires_on, ==, "");
    g_assert_cmpstr(sim->locked_on, ==, "");
    g_assert_null(sim_rest_reason(sim, gateway_config_modem(&stage->config, "sim1")));
    sim_free(sim);
}

static void test_what_is_sent_is_taken_off(struct stage *stage, gconstpointer data)
{
    (void)data;
    const struct modem_config *modem = gateway_config_modem(&stage->config, "sim1");
    send_parts(stage, "sim1", 3); /* before anybody knew the SIM */
    take(stage, "sim1", VIETTEL, "balance", "TK 10.000d");
    send_parts(stage, "sim1", 4);
    struct sim *sim = look(stage, "sim1");
    g_assert_cmpint(sim->balance, ==, 10000);
    g_assert_cmpint(sim->balance_now, ==, 10000 - 4 * 250);
    g_assert_cmpint(sim->parts_today, ==, 7);
    g_assert_cmpint(sim_parts_left(sim, modem), ==, 36);
    sim_free(sim);
    /* A bundle pays first, and what it paid is not taken off the credit. */
    take(stage, "sim1", VIETTEL, "bundle", "con 5 SMS");
    send_parts(stage, "sim1", 7);
    sim = look(stage, "sim1");
    g_assert_cmpint(sim->bundle_now, ==, 0);
    g_assert_cmpint(sim->balance_now, ==, 10000 - (4 + 2) * 250);
    sim_free(sim);
    take(stage, "sim1", VIETTEL, "balance", "TK 9.000d");
    send_parts(stage, "sim1", 60);
    sim = look(stage, "sim1");
    g_assert_cmpint(sim->balance_now, ==, 0); /* and not below, nor unknown */
    g_assert_cmpint(sim_parts_left(sim, modem), ==, 0);
    sim_free(sim);
}

static void test_a_sim_that_moves_keeps_its_history(struct stage *stage, gconstpointer data)
{
    (void)data;
    take(stage, "sim1", VIETTEL, "balance", "TK 10.000d");
    take(stage, "sim2", VINAPHONE, "balance", "vina 20.000d");
    send_parts(stage, "sim1", 4);
    send_parts(stage, "sim2", 8);
    seen(stage, "sim2", VIETTEL, NULL); /* into the other modem; VinaPhone's lies in a drawer */
    struct sim *sim = look(stage, "sim2");
    g_assert_cmpstr(sim->imsi, ==, VIETTEL);
    g_assert_cmpint(sim->balance_now, ==, 10000 - 4 * 250);
    g_assert_cmpstr(sim->number, ==, "+84912345678"); /* of that modem */
    sim_free(sim);
    g_autoptr(GError) nowhere = NULL;
    g_assert_null(sim_in_modem(stage->file.store, &stage->config, "sim1", stage->now, &nowhere));
    g_assert_error(nowhere, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    send_parts(stage, "sim2", 2);
    seen(stage, "sim1", VINAPHONE, NULL);
    send_parts(stage, "sim1", 1);
    sim = look(stage, "sim2");
    g_assert_cmpint(sim->balance_now, ==, 10000 - (4 + 2) * 250);
    sim_free(sim);
    sim = look(stage, "sim1");
    g_assert_cmpint(sim->balance, ==, 20000);
    g_assert_cmpint(sim->balance_now, ==, 20000 - (8 + 1) * 250);
    sim_free(sim);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = sim_list(stage->file.store, &stage->config, stage->now, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpint(count_rows(stage->file.store,
                               "SELECT count(*) FROM sim_reading WHERE imsi = '" VIETTEL "'"),
                    ==, 1);
}

static void test_a_late_text_moves_nothing(struct stage *stage, gconstpointer data)
{
    (void)data;
    take(stage, "sim1", VIETTEL, "balance", "TK 10.000d");
    seen(stage, "sim2", VIETTEL, NULL);
    take(stage, "sim1", VIETTEL, "balance", "TK 9.000d"); /* asked for before the SIM was moved */
    struct sim *sim = look(stage, "sim2");
    g_assert_cmpstr(sim->imsi, ==, VIETTEL);
    g_assert_cmpint(sim->balance, ==, 9000);
    sim_free(sim);
    take(stage, "sim2", "", "balance", "TK 8.000d"); /* the SIM that is known to be there */
    sim = look(stage, "sim2");
    g_assert_cmpint(sim->balance, ==, 8000);
    sim_free(sim);
    take(stage, "sim4", NULL, "balance", "TK 7.000d"); /* nobody knows: no patterns, kept */
    sim = look(stage, "sim4");
    g_assert_cmpstr(sim->imsi, ==, "modem:sim4");
    g_assert_cmpint(sim->balance, ==, SIM_UNKNOWN);
    g_assert_cmpuint(sim->unread, ==, 1);
    sim_free(sim);
}

static void test_sms_of_the_operator_are_known(struct stage *stage, gconstpointer data)
{
    static const struct {
        const char *sender;
        bool own;
    } rows[] = {{"191", true},     {"+84191", true}, {"84191", true},
                {"VIETTEL", true}, {"1911", false},  {"+84981910191", false},
                {"888", false},    {"", false},      {"Viettel2", false}};
    (void)data;
    seen(stage, "sim1", VIETTEL, NULL);
    struct sim *sim = look(stage, "sim1");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(sim_owns_sms(&stage->config, sim, rows[i].sender), ==, rows[i].own);
    sim_free(sim);
}

static void test_reasons_and_warnings(void)
{
    static const struct {
        int64_t balance, low_balance, bundle, low_bundle;
        const char *expires, *locked, *bundle_expires, *rest, *warnings;
        int64_t parts;
    } rows[] = {
        {-1, 2000, -1, 0, "", "", "", NULL, "", -1},
        {12300, 2000, -1, 0, "", "", "", NULL, "", 49},
        {2000, 2000, -1, 0, "", "", "", NULL, "", 8},
        {12300, 20000, -1, 0, "", "", "", "12.300 đ are left, less than low_balance (20.000 đ)",
         "12.300 đ are left, less than low_balance (20.000 đ)", 49},
        {-5000, 2000, -1, 0, "", "", "", "-5.000 đ are left, less than low_balance (2.000 đ)",
         "-5.000 đ are left, less than low_balance (2.000 đ)", 0},
        {0, 0, -1, 0, "", "", "", NULL, "", 0},
        {500, 2000, 40, 0, "", "", "", NULL, "500 đ are left, less than low_balance (2.000 đ)", 42},
        {500, 2000, 0, 0, "", "", "", "500 đ are left, less than low_balance (2.000 đ)",
         "500 đ are left, less than low_balance (2.000 đ)|its bundle B is used up", 2},
        {9000, 2000, 4, 5, "", "", "", "4 parts of its bundle are left, fewer than low_bundle (5)",
         "4 parts of its bundle are left, fewer than low_bundle (5)", 40},
        {9000, 2000, 5, 5, "", "", "", NULL, "", 41},
        {9000, 2000, 1, 1, "", "", "", NULL, "", 37},
        {9000, 2000, 0, 1, "", "", "", "its bundle is used up", "its bundle B is used up", 36},
        {9000, 2000, 0, 0, "", "", "2024-06-09", NULL, "its bundle B expired on 2024-06-09", 36},
        {9000, 2000, -1, 0, "2024-06-18", "", "", NULL, "", 36},
        {9000, 2000, -1, 0, "2024-06-17", "", "", NULL, "its credit expires on 2024-06-17", 36},
        {9000, 2000, -1, 0, "2024-06-13", "", "", NULL, "its credit expires on 2024-06-13", 36},
        {9000, 2000, -1, 0, "2024-06-12", "", "", "its credit expires on 2024-06-12",
         "its credit expires on 2024-06-12", 36},
        {9000, 2000, -1, 0, "2024-06-09", "", "", "its credit expired on 2024-06-09",
         "its credit expired on 2024-06-09", 36},
        {9000, 2000, -1, 0, "", "2024-06-12", "", NULL, "its operator will lock it on 2024-06-12",
         36},
        {9000, 2000, -1, 0, "", "2024-06-10", "", "its operator has locked it on 2024-06-10",
         "its operator has locked it on 2024-06-10", 36},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct modem_config modem = {.low_balance = rows[i].low_balance,
                                     .low_bundle = rows[i].low_bundle,
                                     .price_per_part = 250,
                                     .expiry_warning_ms = 7 * DAY,
                                     .expiry_rest_ms = 2 * DAY,
                                     .bundle = (char *)"B"};
        struct sim sim = {.balance = rows[i].balance,
                          .balance_now = rows[i].balance,
                          .bundle_left = rows[i].bundle,
                          .bundle_now = rows[i].bundle,
                          .expires_on = (char *)rows[i].expires,
                          .locked_on = (char *)rows[i].locked,
                          .bundle_expires_on = (char *)rows[i].bundle_expires,
                          .trouble = (char *)"",
                          .today = "2024-06-10"};
        g_test_message("row %zu", i);
        g_autofree char *rest = sim_rest_reason(&sim, &modem);
        g_assert_cmpstr(rest, ==, rows[i].rest);
        g_autoptr(GPtrArray) warnings = sim_warnings(&sim, &modem);
        g_ptr_array_add(warnings, NULL);
        g_autofree char *joined = g_strjoinv("|", (char **)warnings->pdata);
        g_assert_cmpstr(joined, ==, rows[i].warnings);
        g_assert_cmpint(sim_parts_left(&sim, &modem), ==, rows[i].parts);
    }
}

static void test_what_was_counted_is_no_word_of_the_operator(void)
{
    static const struct {
        int64_t told, counted;
        bool by_count;
    } rows[] = {{50000, 50000, false}, {50000, 1000, true}, {1000, 1000, false}, {1000, 0, false}};
    struct modem_config modem = {.low_balance = 2000, .price_per_part = 250};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sim sim = {.balance = rows[i].told,
                          .balance_now = rows[i].counted,
                          .bundle_left = SIM_UNKNOWN,
                          .bundle_now = SIM_UNKNOWN,
                          .expires_on = (char *)"",
                          .locked_on = (char *)"",
                          .bundle_expires_on = (char *)""};
        g_assert_cmpint(sim_rests_by_count(&sim, &modem), ==, rows[i].by_count);
    }
}

static void test_a_sim_without_a_bundle_needs_none(void)
{
    struct modem_config modem = {.low_bundle = 1, .price_per_part = 250};
    struct sim sim = {.balance = 9000,
                      .balance_now = 9000,
                      .expires_on = (char *)"",
                      .locked_on = (char *)"",
                      .bundle_expires_on = (char *)"",
                      .trouble = (char *)""};
    g_assert_null(sim_rest_reason(&sim, &modem));
    sim.bundle_had = true;
    g_autofree char *rest = sim_rest_reason(&sim, &modem);
    g_assert_cmpstr(rest, ==, "its bundle is used up");
}

static void test_trouble_and_silence_are_warnings(void)
{
    struct modem_config modem = {.price_per_part = 0};
    struct sim sim = {.balance = 1,
                      .balance_now = 1,
                      .bundle_left = SIM_UNKNOWN,
                      .bundle_now = SIM_UNKNOWN,
                      .expires_on = (char *)"2024-06-09",
                      .locked_on = (char *)"",
                      .bundle_expires_on = (char *)"",
                      .trouble = (char *)"a sentence",
                      .today = "2024-06-10",
                      .failed = 3};
    g_autoptr(GPtrArray) warnings = sim_warnings(&sim, &modem);
    g_assert_cmpuint(warnings->len, ==, 2); /* nobody asked to be warned of the day */
    g_assert_cmpstr(warnings->pdata[0], ==, "a sentence");
    g_assert_cmpstr(warnings->pdata[1], ==, "its last 3 checks brought no answer");
    g_assert_cmpint(sim_parts_left(&sim, &modem), ==, SIM_UNKNOWN);
}

#define ADD(name, function) g_test_add(name, struct stage, NULL, stage_open, function, stage_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/sim/the network names the operator", test_network_names_the_operator);
    ADD("/sim/each text changes what it tells, and nothing else",
        test_each_text_changes_what_it_tells);
    ADD("/sim/days are those of the gateway", test_days_are_those_of_the_gateway);
    ADD("/sim/a top-up ends what was past", test_a_top_up_ends_what_was_past);
    ADD("/sim/what is sent since then is taken off", test_what_is_sent_is_taken_off);
    ADD("/sim/a SIM that moves keeps its history", test_a_sim_that_moves_keeps_its_history);
    ADD("/sim/a late text moves nothing", test_a_late_text_moves_nothing);
    ADD("/sim/SMS of the operator are known by their sender", test_sms_of_the_operator_are_known);
    g_test_add_func("/sim/reasons to rest, and warnings", test_reasons_and_warnings);
    g_test_add_func("/sim/what was counted is no word of the operator",
                    test_what_was_counted_is_no_word_of_the_operator);
    g_test_add_func("/sim/a SIM that never had a bundle needs none",
                    test_a_sim_without_a_bundle_needs_none);
    g_test_add_func("/sim/trouble and silence are warnings", test_trouble_and_silence_are_warnings);
    return g_test_run();
}
