// SPDX-License-Identifier: GPL-2.0-or-later
/* What leaves in a summary and what never does; when one is put before a sink. */
#include "campaigns/summary.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "campaigns/store/outbox.h"
#include "campaigns/store/sql.h"

static const int64_t start = INT64_C(1718000000000); /* 2024-06-10T06:13:20Z */
static const int64_t minute = 60000, hour = 3600000;

/* ---- the body ---- */

static struct tally_option *option(const char *code, const char *label, int64_t count)
{
    struct tally_option *made = g_new0(struct tally_option, 1);
    made->code = (char *)code;
    made->label = (char *)label;
    made->count = count;
    return made;
}

struct sample {
    struct tally tally;
    struct tally_question question;
    struct tally_unit unit;
};

static void make_sample(struct sample *sample)
{
    memset(sample, 0, sizeof *sample);
    sample->question = (struct tally_question){.id = (char *)"buoi",
                                               .options = g_ptr_array_new_with_free_func(g_free),
                                               .answered = 7,
                                               .no_answer = 13};
    g_ptr_array_add(sample->question.options, option("1", "sáng 19/6", 3));
    struct tally *tally = &sample->tally;
    tally->code = (char *)"DOITHOAI";
    tally->title = (char *)"Đối thoại";
    tally->state = CAMPAIGN_RUNNING;
    tally->count_by = COUNT_BY_CONTACT;
    tally->coverage_by = COUNT_BY_HOUSEHOLD;
    tally->coverage_target = 85;
    tally->started_at = tally->counted_at = start;
    tally->total = (struct tally_figures){.persons = 22,
                                          .households = 20,
                                          .contacts = 20,
                                          .no_phone = 1,
                                          .base = 20,
                                          .unclear = 2,
                                          .opinions = 4,
                                          .optouts = 1,
                                          .replies = 11};
    tally->total.messages[MESSAGE_DELIVERED] = 17;
    tally->total.messages[MESSAGE_SENT] = 3;
    tally->total.coverage.base = 20;
    tally->total.coverage.reached = 17;
    tally->total.questions = g_ptr_array_new();
    g_ptr_array_add(tally->total.questions, &sample->question);
    sample->unit = (struct tally_unit){.code = (char *)"P1",
                                       .name = (char *)"Phòng 1",
                                       .parent = (char *)"TT",
                                       .all = tally->total,
                                       .own = tally->total};
    tally->units = g_ptr_array_new();
    g_ptr_array_add(tally->units, &sample->unit);
}

static void clear_sample(struct sample *sample)
{
    g_ptr_array_free(sample->question.options, TRUE);
    g_ptr_array_free(sample->tally.total.questions, TRUE);
    g_ptr_array_free(sample->tally.units, TRUE);
}

static const struct opinion_counts some_opinions = {.states = {2, 1, 0, 3, 4}, .overdue = 5};

static json_t *body_of(const struct sample *sample)
{
    struct summary_head head = {.event_id = "0b2f7c6e-0000-4000-8000-000000000001",
                                .gateway = "9a1f7c6e-0000-4000-8000-000000000002",
                                .sequence = 3,
                                .final = true,
                                .opinions = &some_opinions,
                                .now = start + 5};
    g_autofree char *text = summary_body(&sample->tally, &head);
    json_t *json = json_loads(text, 0, NULL);
    g_assert_nonnull(json);
    return json;
}

/* "data.total.messages.sent" as text; arrays by number. */
static char *value_at(json_t *json, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, ".", -1);
    for (char **step = steps; *step != NULL; step++)
        json = json_is_array(json) ? json_array_get(json, (size_t)atoi(*step))
                                   : json_object_get(json, *step);
    if (json == NULL)
        return NULL;
    char *text = json_dumps(json, JSON_ENCODE_ANY);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static void test_the_body_says_what_both_standards_ask_for(void)
{
    static const struct {
        const char *path, *value;
    } rows[] = {
        {"specversion", "\"1.0\""},
        {"id", "\"0b2f7c6e-0000-4000-8000-000000000001\""},
        {"source", "\"urn:uuid:9a1f7c6e-0000-4000-8000-000000000002\""},
        {"type", "\"loa.summary.v1\""},
        {"time", "\"2024-06-10T06:13:20.005Z\""},
        {"timestamp", "\"2024-06-10T06:13:20.005Z\""},
        {"subject", "\"DOITHOAI\""},
        {"datacontenttype", "\"application/json\""},
        {"data.sequence", "3"},
        {"data.final", "true"},
        {"data.campaign.code", "\"DOITHOAI\""},
        {"data.campaign.state", "\"running\""},
        {"data.campaign.closes_at", "null"},
        {"data.count_by", "\"contact\""},
        {"data.coverage.by", "\"household\""},
        {"data.coverage.met", "false"},
        {"data.total.persons", "22"},
        {"data.total.households", "20"},
        {"data.total.contacts", "20"},
        {"data.total.no_phone", "1"},
        {"data.total.messages.delivered", "17"},
        {"data.total.messages.sent", "3"},
        {"data.total.messages.queued", "0"},
        {"data.total.coverage.reached", "17"},
        {"data.total.unclear", "2"},
        {"data.total.opinions", "4"},
        {"data.total.optouts", "1"},
        {"data.opinions.received", "2"},
        {"data.opinions.forwarded", "1"},
        {"data.opinions.in_progress", "0"},
        {"data.opinions.answered", "3"},
        {"data.opinions.closed", "4"},
        {"data.opinions.overdue", "5"},
        {"data.total.questions.0.id", "\"buoi\""},
        {"data.total.questions.0.answered", "7"},
        {"data.total.questions.0.options.0.count", "3"},
        {"data.units.0.code", "\"P1\""},
        {"data.units.0.parent", "\"TT\""},
        {"data.units.0.all.messages.delivered", "17"},
    };
    struct sample sample;
    make_sample(&sample);
    json_t *json = body_of(&sample);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *value = value_at(json, rows[i].path);
        g_test_message("%s", rows[i].path);
        g_assert_cmpstr(value, ==, rows[i].value);
    }
    json_decref(json);
    clear_sample(&sample);
}

static void test_coverage_is_more_than_the_target(void)
{
    static const struct {
        int64_t reached, base;
        double more_than;
        const char *met;
    } rows[] = {
        {17, 20, 85, "false"}, {18, 20, 85, "true"}, {0, 0, 85, "false"},
        {1, 1, 99.9, "true"},  {5, 10, 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sample sample;
        make_sample(&sample);
        sample.tally.total.coverage.reached = rows[i].reached;
        sample.tally.total.coverage.base = rows[i].base;
        sample.tally.coverage_target = rows[i].more_than;
        json_t *json = body_of(&sample);
        g_autofree char *met = value_at(json, "data.coverage.met");
        g_assert_cmpstr(met, ==, rows[i].met);
        json_decref(json);
        clear_sample(&sample);
    }
}

static void test_what_people_wrote_stays_home(void)
{
    struct sample sample;
    make_sample(&sample);
    sample.question.other = 5;
    json_t *json = body_of(&sample);
    g_autofree char *other = value_at(json, "data.total.questions.0.other");
    g_autofree char *second = value_at(json, "data.total.questions.0.options.1");
    g_assert_cmpstr(other, ==, "5");
    g_assert_cmpstr(second, ==, NULL);
    json_decref(json);
    clear_sample(&sample);
}

static void test_the_digest_is_of_the_figures_not_of_the_hour(void)
{
    struct sample sample;
    make_sample(&sample);
    struct opinion_counts opinions = some_opinions;
    g_autofree char *first = summary_digest(&sample.tally, &opinions);
    sample.tally.counted_at += hour;
    g_autofree char *later = summary_digest(&sample.tally, &opinions);
    sample.tally.total.replies++;
    g_autofree char *more = summary_digest(&sample.tally, &opinions);
    g_assert_cmpstr(first, ==, later);
    sample.tally.total.replies--;
    opinions.states[OPINION_RECEIVED]--;
    opinions.overdue++;
    g_autofree char *overdue = summary_digest(&sample.tally, &opinions);
    g_assert_cmpstr(first, !=, more);
    g_assert_cmpstr(first, !=, overdue);
    clear_sample(&sample);
}

/* ---- the clock ---- */

#define DEFINITION                                                                                 \
    "code = \"DOITHOAI\"; title = \"Đối thoại\"; kind = \"survey\"; text = \"Nhan 1 hay 2\";" \
    "audience = { units = [ \"TT\" ]; };"                                                          \
    "questions = ( { id = \"buoi\"; kind = \"choice\"; options = ("                                \
    "{ code = \"1\"; label = \"sáng\"; }, { code = \"2\"; label = \"chiều\"; } ); } );"

static const char *const rows_of_a_campaign[] = {
    "INSERT INTO unit (id, code, name, created_at) VALUES (1, 'TT', 'Trung tâm', 0)",
    "INSERT INTO contact (id, phone, created_at) VALUES (1, '+84912000345', 0),"
    " (2, '+84912000346', 0)",
    "INSERT INTO roster_import VALUES (1, 'f', 0, 'me', 2, 0, 0)",
    "INSERT INTO person (id, name, name_key, unit_id, contact_id, import_id, created_at, "
    "updated_at)"
    " VALUES (1, 'Nguyễn Văn An', 'a', 1, 1, 1, 0, 0), (2, 'Trần Thị Bình', 'b', 1, 2, 1, 0, 0)",
    "INSERT INTO campaign_audience (campaign_id, person_id, contact_id, unit_id, addressed)"
    " VALUES (1, 1, 1, 1, 1), (1, 2, 2, 1, 1)",
    "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, text, parts, "
    "reference,"
    " not_before, expires_at, created_at, state_at) VALUES"
    " (1, 1, 'invitation', 'sent', 1, 'Nhan 1 hay 2', 1, 1, 0, 0, 0, 0),"
    " (1, 2, 'invitation', 'sent', 1, 'Nhan 1 hay 2', 1, 2, 0, 0, 0, 0)",
};

struct place {
    char *folder, *path;
    struct store *store;
    struct gateway_config config;
    struct sink_config huyen, deaf;
};

static void open_place(struct place *place, gconstpointer data)
{
    (void)data;
    static const char *summary[] = {"opinion", "summary", NULL}, *alarm[] = {"alarm", NULL};
    g_autoptr(GError) error = NULL;
    place->folder = g_dir_make_tmp("loa-summary-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->folder, "loa.db", NULL);
    place->store = store_open(place->path, &error);
    g_assert_no_error(error);
    place->huyen =
        (struct sink_config){.name = (char *)"huyen", .send = (char **)summary, .every_ms = hour};
    place->deaf =
        (struct sink_config){.name = (char *)"deaf", .send = (char **)alarm, .every_ms = minute};
    place->config.sinks = g_ptr_array_new();
    g_ptr_array_add(place->config.sinks, &place->deaf);
    g_ptr_array_add(place->config.sinks, &place->huyen);
    g_assert_true(
        sql_run(place->store, NULL,
                "INSERT INTO campaign (id, code, title, state, file, definition, priority,"
                " opens_at, closes_at, created_at, state_at)"
                " VALUES (1, 'DOITHOAI', 'Đối thoại', 'draft', 'f', ?1, 1, 0, 0, 0, 0)",
                "t", DEFINITION));
    for (size_t i = 0; i < G_N_ELEMENTS(rows_of_a_campaign); i++)
        g_assert_true(sql_run(place->store, NULL, rows_of_a_campaign[i], ""));
}

static void close_place(struct place *place, gconstpointer data)
{
    (void)data;
    store_free(place->store);
    g_ptr_array_free(place->config.sinks, TRUE);
    const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(place->path, endings[i], NULL);
        g_unlink(name);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}

static void enter(struct place *place, const char *state, int64_t at)
{
    g_assert_true(sql_run(place->store, NULL,
                          "UPDATE campaign SET state = ?1, state_at = ?2 WHERE id = 1", "ti", state,
                          at));
    g_assert_true(sql_run(place->store, NULL,
                          "INSERT INTO campaign_event (campaign_id, at, by_whom, event, from_state,"
                          " to_state, reason) VALUES (1, ?2, 'me', 'x', 'x', ?1, '')",
                          "ti", state, at));
}

static void deliver(struct place *place, int64_t contact)
{
    g_assert_true(sql_run(place->store, NULL,
                          "UPDATE message SET state = 'delivered' WHERE contact_id = ?1", "i",
                          contact));
}

static unsigned tick(struct place *place, int64_t at)
{
    g_autoptr(GError) error = NULL;
    unsigned put = 99;
    g_assert_true(summary_clock(place->store, &place->config, at, &put, &error));
    g_assert_no_error(error);
    return put;
}

/* A value of the last body put. */
static char *last(struct place *place, const char *path)
{
    g_autoptr(GPtrArray) list = store_outbox_list(place->store, OUTBOX_STATES, 0, 1, NULL);
    const struct outbox_entry *newest = list->pdata[0];
    struct outbox_entry *entry = store_outbox_find(place->store, newest->id, NULL);
    json_t *json = json_loads(entry->body, 0, NULL);
    char *id = value_at(json, "id");
    g_autofree char *quoted = g_strdup_printf("\"%s\"", entry->event_id);
    g_assert_cmpstr(id, ==, quoted);
    g_assert_cmpstr(entry->sink, ==, "huyen");
    g_assert_cmpstr(entry->type, ==, SUMMARY_TYPE);
    g_assert_false(
        g_regex_match_simple("84912[0-9]{6}", entry->body, 0, 0)); /* ids hold digits too */
    g_assert_null(strstr(entry->body, "Bình"));
    g_free(id);
    char *value = value_at(json, path);
    json_decref(json);
    outbox_entry_free(entry);
    return value;
}

static void test_a_running_campaign_is_told_every_hour_if_it_has_news(struct place *place,
                                                                      gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(tick(place, start), ==, 0);
    enter(place, "running", start);
    g_assert_cmpuint(tick(place, start + minute), ==, 0);
    g_assert_cmpuint(tick(place, start + hour - 1), ==, 0);
    g_assert_cmpuint(tick(place, start + hour), ==, 1);
    g_assert_cmpuint(tick(place, start + hour), ==, 0);
    g_assert_cmpuint(tick(place, start + 2 * hour), ==, 0);
    deliver(place, 1);
    g_assert_cmpuint(tick(place, start + 2 * hour + minute), ==, 0);
    g_assert_cmpuint(tick(place, start + 3 * hour), ==, 1);
    g_autofree char *sequence = last(place, "data.sequence");
    g_autofree char *delivered = last(place, "data.total.messages.delivered");
    g_autofree char *final = last(place, "data.final");
    g_assert_cmpstr(sequence, ==, "2");
    g_assert_cmpstr(delivered, ==, "1");
    g_assert_cmpstr(final, ==, "false");
}

static void test_the_end_is_told_at_once_and_late_reports_later(struct place *place,
                                                                gconstpointer data)
{
    (void)data;
    enter(place, "running", start);
    g_assert_cmpuint(tick(place, start + hour), ==, 1);
    int64_t end = start + hour + minute;
    enter(place, "finished", end);
    g_assert_cmpuint(tick(place, end), ==, 1);
    g_autofree char *final = last(place, "data.final");
    g_assert_cmpstr(final, ==, "true");
    g_assert_cmpuint(tick(place, end + minute), ==, 0);
    g_assert_cmpuint(tick(place, end + hour), ==, 0);
    deliver(place, 2);
    g_assert_cmpuint(tick(place, end + 3 * hour), ==, 1);
    g_autofree char *sequence = last(place, "data.sequence");
    g_autofree char *still = last(place, "data.final");
    g_assert_cmpstr(sequence, ==, "3");
    g_assert_cmpstr(still, ==, "true");
    deliver(place, 1);
    g_assert_cmpuint(tick(place, end + SUMMARY_AFTERMATH_MS), ==, 0);
}

static void test_a_clock_set_back_does_not_silence(struct place *place, gconstpointer data)
{
    (void)data;
    enter(place, "running", start);
    g_assert_cmpuint(tick(place, start + 900 * hour), ==, 1);
    deliver(place, 1);
    g_assert_cmpuint(tick(place, start + 2 * hour), ==, 1);
    g_assert_cmpuint(tick(place, start + 900 * hour), ==, 0);
    enter(place, "finished", start + 3 * hour);
    g_assert_cmpuint(tick(place, start + 3 * hour), ==, 1);
}

static void test_a_campaign_that_never_ran_is_not_told(struct place *place, gconstpointer data)
{
    (void)data;
    enter(place, "approved", start);
    g_assert_cmpuint(tick(place, start + 5 * hour), ==, 0);
    enter(place, "cancelled", start);
    g_assert_cmpuint(tick(place, start + 5 * hour), ==, 0);
}

static void test_each_sink_has_its_own_rhythm(struct place *place, gconstpointer data)
{
    (void)data;
    static const char *summary[] = {"summary", NULL};
    struct sink_config tinh = {
        .name = (char *)"tinh", .send = (char **)summary, .every_ms = 2 * hour};
    g_ptr_array_add(place->config.sinks, &tinh);
    enter(place, "running", start);
    g_assert_cmpuint(tick(place, start + hour), ==, 1);
    g_assert_cmpuint(tick(place, start + 2 * hour), ==, 1);
    enter(place, "finished", start + 2 * hour + minute);
    g_assert_cmpuint(tick(place, start + 2 * hour + minute), ==, 2);
}

static void add(const char *name, void (*test)(struct place *, gconstpointer))
{
    g_test_add(name, struct place, NULL, open_place, test, close_place);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/the body says what both standards ask for",
                    test_the_body_says_what_both_standards_ask_for);
    g_test_add_func("/summary/coverage is more than the target",
                    test_coverage_is_more_than_the_target);
    g_test_add_func("/summary/what people wrote stays home", test_what_people_wrote_stays_home);
    g_test_add_func("/summary/the digest is of the figures not of the hour",
                    test_the_digest_is_of_the_figures_not_of_the_hour);
    add("/summary/a running campaign is told every hour if it has news",
        test_a_running_campaign_is_told_every_hour_if_it_has_news);
    add("/summary/the end is told at once and late reports later",
        test_the_end_is_told_at_once_and_late_reports_later);
    add("/summary/a clock set back does not silence", test_a_clock_set_back_does_not_silence);
    add("/summary/a campaign that never ran is not told",
        test_a_campaign_that_never_ran_is_not_told);
    add("/summary/each sink has its own rhythm", test_each_sink_has_its_own_rhythm);
    return g_test_run();
}
