// SPDX-License-Identifier: GPL-2.0-or-later
// What a campaign needs against what the SIMs have.
#include "campaigns/forecast_make.h"
#include "tests/store_file.h"

#include <string.h>

enum { KNOWN = 0, UNSURE = 1, HOURS = 60 * 60 * 1000 };

struct need {
    const char *route;
    int64_t first, all;
};
struct supply {
    const char *name, *operator_name;
    int64_t price, on_net, quota, paid_for;
    bool unsure;
    int64_t sent_today;
    const char *idle;
};

static const struct row {
    const char *name;
    struct need needs[3];
    struct supply sims[3];
    int64_t days_open[3]; /* hours; -1: the campaign closes then */
    int64_t missing, doubtful, cost, late;
    unsigned days;
    const char *says;  /* somewhere among its sentences */
    const char *warns; /* NULL: nothing */
} rows[] = {
    {"one SIM has enough",
     {{"viettel", 100, 100}},
     {{"sim1", "viettel", 250, -1, 0, 500}},
     {10},
     0,
     0,
     25000,
     0,
     1,
     "this campaign needs 100 parts: 100 to viettel",
     NULL},
    {"what is missing, and its price",
     {{"viettel", 412, 412}},
     {{"sim2", "viettel", 250, -1, 0, 300}},
     {10},
     112,
     0,
     75000,
     0,
     1,
     "sim2 (viettel) has credit for 300 parts; it would send 300",
     "this campaign needs 412 parts; sim2 has 300: 112 are missing, about 28.000 đ"},
    {"two SIMs together",
     {{"viettel", 412, 412}},
     {{"sim1", "viettel", 250, -1, 0, 100}, {"sim2", "viettel", 250, -1, 0, 200}},
     {10},
     112,
     0,
     75000,
     0,
     1,
     "what they send costs about 75.000 đ",
     "sim1 and sim2 have 300: 112 are missing"},
    {"on-net goes by the SIM of that network",
     {{"viettel", 100, 100}, {"mobifone", 40, 40}},
     {{"sim1", "viettel", 250, 100, 0, 500}, {"sim2", "mobifone", 250, 150, 0, 500}},
     {10},
     0,
     0,
     100 * 100 + 40 * 150,
     0,
     1,
     "that costs about 16.000 đ: 140 parts on-net, 0 to other networks",
     NULL},
    {"what the cheap one cannot pay the dear one does",
     {{"viettel", 100, 100}},
     {{"sim1", "viettel", 250, 100, 0, 60}, {"sim2", "mobifone", 250, 100, 0, 500}},
     {10},
     0,
     0,
     60 * 100 + 40 * 250,
     0,
     1,
     "60 parts on-net, 40 to other networks",
     NULL},
    {"what the cheap one cannot send today the dear one does",
     {{"viettel", 300, 300}},
     {{"sim1", "viettel", 250, 100, 200, 900}, {"sim2", "mobifone", 250, 100, 0, 900}},
     {10},
     0,
     0,
     200 * 100 + 100 * 250,
     0,
     1,
     "may send 200 a day",
     NULL},
    {"an operator that does not reach them is not asked",
     {{"viettel!viettel", 100, 100}},
     {{"sim1", "viettel", 250, 100, 0, 900}, {"sim2", "mobifone", 250, 100, 0, 900}},
     {10},
     0,
     0,
     25000,
     0,
     1,
     "(not by viettel, whose SIMs do not reach them)",
     NULL},
    {"unknown credit is neither nothing nor without end",
     {{"", 100, 100}},
     {{"sim1", "", 250, -1, 0, 0, UNSURE}},
     {10},
     0,
     100,
     25000,
     0,
     1,
     "sim1 (operator unknown) has credit that nobody knows; it would send 100",
     "100 of them would go by sim1, whose credit nobody knows"},
    {"a bundle that is known, and credit that is not",
     {{"", 100, 100}},
     {{"sim1", "", 250, -1, 0, 70, UNSURE}},
     {10},
     0,
     30,
     25000,
     0,
     1,
     "has a bundle of 70 parts, and credit that nobody knows",
     "30 of them would go by sim1"},
    {"reminders count, but not for the days",
     {{"viettel", 100, 300}},
     {{"sim1", "viettel", 250, -1, 100, 1000}},
     {10, 10},
     0,
     0,
     75000,
     0,
     1,
     "this campaign needs 300 parts at most, with all reminders",
     NULL},
    {"quotas make days",
     {{"viettel", 500, 500}},
     {{"sim1", "viettel", 250, -1, 200, 1000}},
     {10, 10},
     0,
     0,
     125000,
     0,
     3,
     "the invitation takes 3 days, until 2024-06-12",
     NULL},
    {"what was sent today is no longer there",
     {{"viettel", 500, 500}},
     {{"sim1", "viettel", 250, -1, 200, 1000, KNOWN, 150}},
     {10, 10},
     0,
     0,
     125000,
     0,
     4,
     "4 days",
     NULL},
    {"and a closing time makes it too late",
     {{"viettel", 500, 500}},
     {{"sim1", "viettel", 250, -1, 200, 1000}},
     {10, 10, -1},
     0,
     0,
     125000,
     100,
     3,
     "",
     "100 parts of the invitation cannot be sent before the campaign closes"},
    {"missing credit is not too late",
     {{"viettel", 500, 500}},
     {{"sim1", "viettel", 250, -1, 0, 300}},
     {10, 10, -1},
     200,
     0,
     75000,
     0,
     1,
     "",
     "200 are missing, about 50.000 đ"},
    {"a modem manages only so much in an hour",
     {{"viettel", 2000, 2000}},
     {{"sim1", "viettel", 250, -1, 0, 9000}},
     {1, 1},
     0,
     0,
     500000,
     0,
     3,
     "takes 3 days",
     NULL},
    {"one that does not work is not counted on",
     {{"viettel", 100, 100}},
     {{"sim1", "viettel", 250, 100, 0, 900, KNOWN, 0, "it is absent"},
      {"sim2", "mobifone", 250, 100, 0, 900}},
     {10},
     0,
     0,
     25000,
     0,
     1,
     "sim1 (viettel) is not counted on: it is absent",
     NULL},
    {"no SIM at all",
     {{"viettel", 100, 100}},
     {{"sim1", "viettel", 250, -1, 0, 900, KNOWN, 0, "it is faulty"}},
     {10},
     100,
     0,
     0,
     0,
     0,
     "",
     "this campaign needs 100 parts; no SIM can be counted on now"},
    {"those who pay alike share it",
     {{"", 100, 100}},
     {{"sim1", "", 250, -1, 0, 900}, {"sim2", "", 250, -1, 0, 900}},
     {10},
     0,
     0,
     25000,
     0,
     1,
     "sim2 (operator unknown) has credit for 900 parts; it would send 50",
     NULL},
    {"nobody to write to needs nothing",
     {{NULL}},
     {{"sim1", "", 250}},
     {10},
     0,
     0,
     0,
     0,
     0,
     "",
     NULL},
};

static char *joined(GPtrArray *sentences)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < sentences->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)sentences->pdata[i]);
    return g_string_free(text, FALSE);
}

static void add_sims(struct forecast *forecast, const struct row *row)
{
    for (size_t i = 0; i < G_N_ELEMENTS(row->sims) && row->sims[i].name != NULL; i++) {
        const struct supply *supply = &row->sims[i];
        struct forecast_sim *sim = g_new0(struct forecast_sim, 1);
        *sim = (struct forecast_sim){.modem = g_strdup(supply->name),
                                     .operator_name = g_strdup(supply->operator_name),
                                     .price_per_part = supply->price,
                                     .price_on_net = supply->on_net,
                                     .limits.daily_quota = supply->quota,
                                     .sent_today = supply->sent_today,
                                     .idle = g_strdup(supply->idle),
                                     .paid_for = supply->paid_for,
                                     .unsure = supply->unsure};
        forecast_add_sim(forecast, sim);
    }
}

static void test_row(gconstpointer data)
{
    const struct row *row = data;
    struct forecast *forecast = forecast_new();
    for (size_t i = 0; i < G_N_ELEMENTS(row->needs) && row->needs[i].route != NULL; i++) {
        struct forecast_demand *demand = forecast_demand(forecast, row->needs[i].route, NULL);
        demand->first = row->needs[i].first;
        demand->all = row->needs[i].all;
    }
    add_sims(forecast, row);
    for (size_t i = 0; i < G_N_ELEMENTS(row->days_open) && row->days_open[i] > 0; i++) {
        int64_t open_ms = row->days_open[i] * HOURS;
        g_array_append_val(forecast->open_ms, open_ms);
        forecast->closes = i + 1 < G_N_ELEMENTS(row->days_open) && row->days_open[i + 1] < 0;
    }
    g_strlcpy(forecast->first_day, "2024-06-10", sizeof forecast->first_day);
    forecast_plan(forecast);
    g_assert_cmpint(forecast->missing, ==, row->missing);
    g_assert_cmpint(forecast->doubtful, ==, row->doubtful);
    g_assert_cmpint(forecast->cost, ==, row->cost);
    g_assert_cmpint(forecast->late, ==, row->late);
    g_assert_cmpuint(forecast->days, ==, row->days);
    g_autofree char *lines = joined(forecast->lines), *warnings = joined(forecast->warnings);
    g_test_message("%s%s", lines, warnings);
    g_assert_nonnull(strstr(lines, row->says));
    if (row->warns == NULL)
        g_assert_cmpstr(warnings, ==, "");
    else
        g_assert_nonnull(strstr(warnings, row->warns));
    forecast_free(forecast);
}

/* Texts of two parts each. */
static void test_recipients_of_a_day(void)
{
    struct forecast *forecast = forecast_new();
    struct forecast_demand *demand = forecast_demand(forecast, "viettel", NULL);
    int64_t open_ms = 10 * HOURS;
    demand->recipients = 120;
    demand->first = demand->all = 240;
    struct forecast_sim *sim = g_new0(struct forecast_sim, 1);
    *sim = (struct forecast_sim){.modem = g_strdup("sim1"),
                                 .operator_name = g_strdup(""),
                                 .limits.daily_recipients = 50,
                                 .paid_for = 1000};
    forecast_add_sim(forecast, sim);
    g_array_append_val(forecast->open_ms, open_ms);
    forecast_plan(forecast);
    g_assert_cmpuint(forecast->days, ==, 3);
    forecast_free(forecast);
}

/* From a roster, a configuration and what the SIMs said; and the approval does not hang on it. */
static void test_made(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct modem_config modem = {.name = (char *)"sim1",
                                 .operator_name = (char *)"viettel",
                                 .price_per_part = 250,
                                 .price_on_net = 100,
                                 .low_balance = 2000};
    struct gateway_config config = {.time_zone = (char *)"Asia/Ho_Chi_Minh",
                                    .modems = g_ptr_array_new(),
                                    .operators = g_ptr_array_new()};
    g_ptr_array_add(config.modems, &modem);
    import_dialogue(file->store);
    int64_t id = create_campaign(file->store, dialogue_file, OPENING);
    g_autoptr(GError) error = NULL;
    struct preview *preview = preview_make(file->store, id, &test_terms, OPENING, &error);
    g_assert_no_error(error);
    struct forecast *before = forecast_make(file->store, preview, &config, OPENING, &error);
    g_assert_no_error(error);
    g_assert_cmpint(before->first, ==, 52);
    g_assert_cmpint(before->all, >=, 52);
    g_assert_cmpint(before->doubtful, ==, before->all);
    forecast_free(before);
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO sim (imsi, modem, operator, balance, balance_at)"
                          " VALUES ('modem:sim1', 'sim1', 'viettel', 7000, ?1)",
                          "i", (int64_t)OPENING));
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO modem (name, state, state_at) VALUES ('sim1', 'ready', 0)",
                          ""));
    struct forecast *after = forecast_make(file->store, preview, &config, OPENING, &error);
    g_assert_no_error(error);
    const struct forecast_sim *sim = g_ptr_array_index(after->sims, 0);
    g_assert_cmpint(sim->paid_for, ==, (7000 - 2000) / 250);
    g_assert_cmpint(after->missing, ==, after->all - 20);
    g_assert_cmpuint(after->warnings->len, ==, 1);
    forecast_free(after);

    /* A bundle beside which nothing else is spent is all that it has, and that is known. */
    modem.low_bundle = 1;
    g_assert_true(sql_run(file->store, NULL,
                          "UPDATE sim SET bundle_left = 31, bundle_at = ?1, balance = NULL", "i",
                          (int64_t)OPENING));
    after = forecast_make(file->store, preview, &config, OPENING, &error);
    g_assert_no_error(error);
    sim = g_ptr_array_index(after->sims, 0);
    g_assert_cmpint(sim->paid_for, ==, 31);
    g_assert_false(sim->unsure);
    g_assert_cmpint(after->missing, ==, after->all - 31);
    g_assert_cmpint(after->doubtful, ==, 0);
    struct preview *again = preview_make(file->store, id, &test_terms, OPENING, &error);
    g_assert_cmpstr(again->hash, ==, preview->hash);
    preview_free(again);
    preview_free(preview);
    forecast_free(after);
    g_ptr_array_unref(config.modems);
    g_ptr_array_unref(config.operators);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/forecast/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/forecast/a SIM that may write to so many a day takes as many days",
                    test_recipients_of_a_day);
    g_test_add("/forecast/from roster and SIMs", struct store_file, NULL, store_file_open,
               test_made, store_file_close);
    return g_test_run();
}
