// SPDX-License-Identifier: GPL-2.0-or-later
// The life of a campaign: every state with every event, approval by hash, messages, the clock.
#include "campaigns/book.h"
#include "campaigns/store/campaign.h"
#include "tests/store_file.h"

#define NEVER CAMPAIGN_STATES

/* Rows: states; columns: create, edit, submit, approve, start, pause, resume, cancel, finish. */
static const enum campaign_state expected[CAMPAIGN_STATES][CAMPAIGN_EVENTS] = {
    [CAMPAIGN_DRAFT] = {NEVER, CAMPAIGN_DRAFT, CAMPAIGN_SUBMITTED, NEVER, NEVER, NEVER, NEVER,
                        CAMPAIGN_CANCELLED, NEVER},
    [CAMPAIGN_SUBMITTED] = {NEVER, CAMPAIGN_DRAFT, NEVER, CAMPAIGN_APPROVED, NEVER, NEVER, NEVER,
                            CAMPAIGN_CANCELLED, NEVER},
    [CAMPAIGN_APPROVED] = {NEVER, CAMPAIGN_DRAFT, NEVER, NEVER, CAMPAIGN_RUNNING, NEVER, NEVER,
                           CAMPAIGN_CANCELLED, NEVER},
    [CAMPAIGN_RUNNING] = {NEVER, NEVER, NEVER, NEVER, NEVER, CAMPAIGN_PAUSED, NEVER,
                          CAMPAIGN_CANCELLED, CAMPAIGN_FINISHED},
    [CAMPAIGN_PAUSED] = {NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, CAMPAIGN_RUNNING,
                         CAMPAIGN_CANCELLED, CAMPAIGN_FINISHED},
    [CAMPAIGN_FINISHED] = {NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER},
    [CAMPAIGN_CANCELLED] = {NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER},
};

static void test_the_table_of_steps(void)
{
    for (enum campaign_state from = 0; from < CAMPAIGN_STATES; from++) {
        for (enum campaign_event event = 0; event < CAMPAIGN_EVENTS; event++) {
            enum campaign_state to = NEVER;
            bool allowed = campaign_step(from, event, &to);
            g_assert_cmpint(allowed, ==, expected[from][event] != NEVER);
            g_assert_cmpint(to, ==, expected[from][event]);
        }
    }
}

static void test_names_go_both_ways(void)
{
    for (enum campaign_state state = 0; state < CAMPAIGN_STATES; state++) {
        enum campaign_state again = NEVER;
        g_assert_true(campaign_state_from_name(campaign_state_name(state), &again));
        g_assert_cmpint(again, ==, state);
    }
}

/* The real steps against the table: each state reached by its path, then every event tried. */
static void reach(struct store *store, int64_t id, enum campaign_state state)
{
    static const enum campaign_event path[] = {CAMPAIGN_EVENT_SUBMIT, CAMPAIGN_EVENT_APPROVE,
                                               CAMPAIGN_EVENT_START, CAMPAIGN_EVENT_PAUSE};
    if (state == CAMPAIGN_CANCELLED) {
        take_step(store, id, CAMPAIGN_EVENT_CANCEL, OPENING);
        return;
    }
    for (unsigned i = 0; i < (unsigned)state && i < G_N_ELEMENTS(path); i++)
        take_step(store, id, path[i], OPENING);
    g_autoptr(GError) error = NULL;
    if (state == CAMPAIGN_FINISHED)
        g_assert_true(campaign_clock(store, NULL, OPENING + 30 * DAY, &error));
}

static enum campaign_state state_of(struct store *store, int64_t id)
{
    struct campaign_row *row = store_campaign_get(store, id, NULL);
    g_assert_nonnull(row);
    enum campaign_state state = row->state;
    campaign_row_free(row);
    return state;
}

static void test_every_state_with_every_event(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    unsigned number = 0;
    for (enum campaign_state from = 0; from < CAMPAIGN_STATES; from++) {
        for (enum campaign_event event = CAMPAIGN_EVENT_SUBMIT; event <= CAMPAIGN_EVENT_CANCEL;
             event++) {
            g_autofree char *code = g_strdup_printf("code = \"C%u\";", number++);
            g_autofree char *text = g_strconcat(code, strchr(dialogue_file, ';') + 1, NULL);
            int64_t id = create_campaign(file->store, text, OPENING);
            reach(file->store, id, from);
            g_assert_cmpint(state_of(file->store, id), ==, from);
            g_autoptr(GError) error = NULL;
            struct campaign_act act = {"can bo", NULL, OPENING};
            bool done = campaign_advance(file->store, id, event, &act, &test_terms, &error);
            bool allowed = expected[from][event] != NEVER;
            g_assert_cmpint(done, ==, allowed);
            g_assert_cmpint(state_of(file->store, id), ==, allowed ? expected[from][event] : from);
            if (!allowed)
                g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE);
            g_assert_false(store_in_transaction(file->store));
        }
    }
}

static void test_every_step_is_written_down(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = start_campaign(file->store, dialogue_file, OPENING);
    g_autoptr(GPtrArray) events = store_campaign_events(file->store, id, NULL);
    static const struct {
        const char *event, *from, *to, *by;
    } rows[] = {
        {"create", "", "draft", "can bo"},
        {"submit", "draft", "submitted", "can bo"},
        {"approve", "submitted", "approved", "lanh dao"},
        {"start", "approved", "running", "can bo"},
    };
    g_assert_cmpuint(events->len, ==, G_N_ELEMENTS(rows));
    for (unsigned i = 0; i < events->len; i++) {
        const struct campaign_event_row *event = events->pdata[i];
        g_assert_cmpstr(event->event, ==, rows[i].event);
        g_assert_cmpstr(event->from, ==, rows[i].from);
        g_assert_cmpstr(event->to, ==, rows[i].to);
        g_assert_cmpstr(event->by, ==, rows[i].by);
        g_assert_cmpint(event->at, ==, OPENING);
    }
}

static void test_a_start_writes_one_message_for_each_contact(struct store_file *file,
                                                             gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    g_assert_true(sql_run(
        file->store, NULL,
        "INSERT INTO refusal SELECT id, '', 1 FROM contact WHERE phone = '+84900174207'", ""));
    int64_t id = start_campaign(file->store, dialogue_file, OPENING - HOUR);
    (void)id;
    static const struct {
        const char *sql;
        int64_t count;
    } rows[] = {
        {"SELECT count(*) FROM message", 52},
        {"SELECT count(*) FROM message WHERE state = 'queued'", 51},
        {"SELECT count(*) FROM message WHERE state = 'skipped' AND cause = 'opted-out'", 1},
        {"SELECT count(DISTINCT contact_id) FROM message", 52},
        {"SELECT min(not_before) FROM message", OPENING},
        {"SELECT count(*) FROM message WHERE parts = 1", 52},
        {"SELECT count(*) FROM campaign_audience", 52},
        {"SELECT count(*) FROM message WHERE text LIKE '%moi Phan Ngoc Hoa du%'", 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(count_rows(file->store, rows[i].sql), ==, rows[i].count);
    g_assert_cmpint(count_rows(file->store, "SELECT max(expires_at) FROM message"), ==,
                    OPENING + test_terms.expire_after_ms);
}

/* What may change between approval and start, and what voids the approval. */
static const struct change {
    const char *name, *sql;
    int64_t price;
    bool voids;
} changes[] = {
    {"nothing", "SELECT 1", 250, false},
    {"a new recipient",
     "INSERT INTO person (name, name_key, unit_id, contact_id, import_id, created_at, updated_at) "
     "SELECT 'A', 'a', (SELECT id FROM unit WHERE code = 'C1'), (SELECT id FROM contact WHERE "
     "phone = '+84912000345'), 1, 0, 0",
     250, true},
    {"a changed name", "UPDATE person SET name = 'Khác' WHERE id = 7", 250, true},
    {"a changed price", "SELECT 1", 300, true},
    {"an opt-out", "INSERT INTO refusal VALUES (3, '', 1)", 250, false},
};

static void test_an_approval_holds_for_what_was_approved(struct store_file *file,
                                                         gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO contact (phone, created_at) VALUES ('+84912000345', 0)",
                          ""));
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_test_message("%s", changes[i].name);
        g_autofree char *code = g_strdup_printf("code = \"D%zu\";", i);
        g_autofree char *text = g_strconcat(code, strchr(dialogue_file, ';') + 1, NULL);
        int64_t id = create_campaign(file->store, text, OPENING);
        take_step(file->store, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
        take_step(file->store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
        sqlite3_stmt *change = sql_bind(file->store, changes[i].sql, "");
        while (sql_step(change, NULL) == 1)
            continue;
        struct campaign_terms terms = test_terms;
        terms.price_per_part = changes[i].price;
        struct campaign_act act = {"can bo", NULL, OPENING};
        g_autoptr(GError) error = NULL;
        bool started =
            campaign_advance(file->store, id, CAMPAIGN_EVENT_START, &act, &terms, &error);
        g_assert_cmpint(started, ==, !changes[i].voids);
        if (changes[i].voids)
            g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL);
        g_assert_cmpint(state_of(file->store, id), ==,
                        changes[i].voids ? CAMPAIGN_DRAFT : CAMPAIGN_RUNNING);
        sqlite3_stmt *messages =
            sql_bind(file->store, "SELECT count(*) FROM message WHERE campaign_id = ?1", "i", id);
        g_assert_cmpint(sql_step(messages, NULL), ==, 1);
        int64_t written = sqlite3_column_int64(messages, 0);
        sqlite3_reset(messages);
        g_assert_cmpint(written == 0, ==, changes[i].voids);
    }
}

static void test_an_edit_goes_back_to_draft(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = create_campaign(file->store, dialogue_file, OPENING);
    take_step(file->store, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
    take_step(file->store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
    g_assert_cmpint(create_campaign(file->store, dialogue_file, OPENING + 1), ==, id);
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_DRAFT);
    take_step(file->store, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
    take_step(file->store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
    take_step(file->store, id, CAMPAIGN_EVENT_START, OPENING);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_draft draft = {dialogue_file, "test.conf"};
    struct campaign_act act = {"can bo", NULL, OPENING};
    int64_t again = 0;
    g_assert_false(campaign_create(file->store, &draft, &act, &again, mistakes, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void test_a_campaign_is_found_by_code_or_number(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = create_campaign(file->store, dialogue_file, OPENING);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
    const char *const names[] = {"DOITHOAI", "doithoai", number};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct campaign_row *row = store_campaign_find(file->store, names[i], NULL);
        g_assert_nonnull(row);
        g_assert_cmpint(row->id, ==, id);
        campaign_row_free(row);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(store_campaign_find(file->store, "99", &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static const struct bad_file {
    const char *text, *field;
    unsigned line;
} bad_files[] = {
    {"code = \"A\"; title = \"t\"; kind = \"notice\";\naudience = { units = [ \"TT\" ]; };", "text",
     0},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };\n"
     "text = \"Chao {que_quan}\";",
     "text", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };\n"
     "\ntext = \"Chao {lua_chon}\";",
     "text", 3},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };\n"
     "text = \"Chao {ten\";",
     "text", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\";\n"
     "audience = { units = [ \"Z9\" ]; };",
     "audience", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\";\n"
     "audience = { groups = [ \"nobody\" ]; };",
     "audience", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\";", "audience", 0},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\";\naudience = { where = ( { "
     "attribute = \"Quê quán\"; values = [ \"x\" ]; } ); };",
     "audience.where[0].attribute", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };\n"
     "text = \"Chao\\x01\";",
     "text", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\"; audience = { units = [ "
     "\"TT\" ]; };\noptout = { keywords = [ \"TC\", \"dạ\" ]; };",
     "optout.keywords[1]", 2},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\"; audience = { units = [ "
     "\"TT\" ]; };\nopinion = { keywords = [ \"STOP\" ]; };",
     "opinion.keywords[0]", 2},
    {"code = \"A\"; title = \"t\"; kind = \"survey\"; text = \"Chao\"; audience = { units = [ "
     "\"TT\" ]; };\nquestions = ( { id = \"q\"; kind = \"choice\"; options = (\n"
     "{ code = \"1\"; label = \"dự\"; aliases = [ \"bán\" ]; },\n"
     "{ code = \"2\"; label = \"không\"; aliases = [ \"bận\", \"hủy\" ]; } ); } );",
     "questions[0].options[1].aliases[1]", 4},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\"; audience = { units = [ "
     "\"TT\" ]; };\ntarget = { units = ( { unit = \"P1\"; plan = 3; },\n"
     "{ unit = \"Z9\"; plan = 3; } ); };",
     "target.units[1].unit", 3},
    {"code = \"A\"; title = \"t\"; kind = \"notice\"; text = \"Chao\"; audience = { units = [ "
     "\"TT\" ]; };\norganisation = \"*\";",
     "organisation", 2},
};

static void test_mistakes_name_field_and_line(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        struct campaign_draft draft = {bad_files[i].text, "bad.conf"};
        struct campaign_act act = {"can bo", NULL, OPENING};
        int64_t id = -1;
        g_test_message("%s", bad_files[i].text);
        g_assert_false(campaign_create(file->store, &draft, &act, &id, mistakes, &error));
        g_assert_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID);
        g_assert_cmpuint(mistakes_count(mistakes), ==, 1);
        const struct mistake *mistake = NULL;
        for (unsigned m = 0; m < mistakes->len; m++)
            if (!((struct mistake *)mistakes->pdata[m])->warning)
                mistake = mistakes->pdata[m];
        g_assert_nonnull(mistake);
        g_assert_cmpstr(mistake->file, ==, "bad.conf");
        g_assert_cmpstr(mistake->field, ==, bad_files[i].field);
        if (bad_files[i].line != 0)
            g_assert_cmpuint(mistake->line, ==, bad_files[i].line);
        g_assert_cmpint(id, ==, -1);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM campaign"), ==, 0);
}

static void test_a_cancel_takes_back_what_is_queued(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = start_campaign(file->store, dialogue_file, OPENING);
    g_assert_true(
        sql_run(file->store, NULL, "UPDATE message SET state = 'leased' WHERE id <= 3", ""));
    take_step(file->store, id, CAMPAIGN_EVENT_CANCEL, OPENING + 1);
    g_assert_cmpint(
        count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'cancelled'"), ==, 49);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'leased'"),
                    ==, 3);
}

static void test_the_clock_expires_and_finishes(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = start_campaign(file->store, dialogue_file, OPENING);
    g_autoptr(GError) error = NULL;
    g_assert_true(campaign_clock(file->store, NULL, OPENING + DAY, &error));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'queued'"),
                    ==, 52);
    g_assert_true(campaign_clock(file->store, NULL, OPENING + 2 * DAY, &error));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'expired'"),
                    ==, 52);
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_RUNNING);
    int64_t closing = OPENING + 8 * DAY + 9 * HOUR;
    g_assert_true(campaign_clock(file->store, NULL, closing - 1, &error));
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_RUNNING);
    g_assert_true(campaign_clock(file->store, NULL, closing, &error));
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_FINISHED);
}

static void test_a_closing_time_that_has_passed_is_told_at_once(struct store_file *file,
                                                                gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t closing = OPENING + 8 * DAY + 9 * HOUR;
    static const struct {
        int64_t after_closing;
        bool told;
    } rows[] = {{-1, false}, {0, true}, {DAY, true}};
    struct campaign_draft draft = {dialogue_file, "test.conf"};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        struct campaign_act act = {"tester", NULL, closing + rows[i].after_closing};
        int64_t id = 0;
        bool told = false;
        g_assert_true(campaign_create(file->store, &draft, &act, &id, mistakes, NULL));
        for (guint m = 0; m < mistakes->len; m++)
            told = told || g_strcmp0(((struct mistake *)mistakes->pdata[m])->field, "closes") == 0;
        g_assert_cmpint(told, ==, rows[i].told);
    }
}

static void test_what_the_closing_cuts_off_says_so(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t closing = OPENING + 8 * DAY + 9 * HOUR;
    start_campaign(file->store, dialogue_file, closing - HOUR);
    g_assert_true(campaign_clock(file->store, NULL, closing, NULL));
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM message WHERE state = 'expired' "
                                            "AND cause = 'campaign closed'"),
                    ==, 52);
}

static void test_a_refused_step_names_those_that_are_possible(struct store_file *file,
                                                              gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t id = start_campaign(file->store, dialogue_file, OPENING);
    static const struct {
        enum campaign_event step;
        const char *sentence;
    } rows[] = {
        {CAMPAIGN_EVENT_START,
         "campaign DOITHOAI is running: “start” is not possible now; possible: pause, cancel"},
        {CAMPAIGN_EVENT_CANCEL, NULL},
        {CAMPAIGN_EVENT_RESUME, "campaign DOITHOAI is cancelled: “resume” is not possible now; "
                                "possible: nothing, it is over"},
    };
    struct campaign_act act = {"tester", NULL, OPENING};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(campaign_advance(file->store, id, rows[i].step, &act, &test_terms, &error),
                        ==, rows[i].sentence == NULL);
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, rows[i].sentence);
    }
}

static void test_a_notice_ends_when_all_is_settled(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    int64_t id = start_campaign(file->store,
                                "code = \"TB\"; title = \"t\"; kind = \"notice\"; text = \"Hop\"; "
                                "audience = { units = [ \"P1\" ]; };",
                                OPENING);
    g_autoptr(GError) error = NULL;
    g_assert_true(campaign_clock(file->store, book, OPENING + MINUTE, &error));
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_RUNNING);
    send_all(file->store, "sim1", OPENING + MINUTE);
    g_assert_true(campaign_clock(file->store, book, OPENING + 2 * MINUTE, &error));
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_RUNNING);
    g_assert_true(
        sql_run(file->store, NULL, "UPDATE message SET state = 'delivered' WHERE id > 0", ""));
    g_assert_true(campaign_clock(file->store, book, OPENING + 3 * MINUTE, &error));
    g_assert_cmpint(state_of(file->store, id), ==, CAMPAIGN_FINISHED);
    campaign_book_free(book);
}

static void test_the_book_notices_changes_of_others(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    struct store *other = store_open(file->path, NULL);
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    int64_t id = create_campaign(other, dialogue_file, OPENING);
    const struct campaign_entry *entry = campaign_book_find(book, id, NULL);
    g_assert_nonnull(entry);
    g_assert_cmpint(entry->state, ==, CAMPAIGN_DRAFT);
    g_assert_cmpstr(entry->config.code, ==, "DOITHOAI");
    take_step(other, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
    g_assert_cmpint(campaign_book_find(book, id, NULL)->state, ==, CAMPAIGN_SUBMITTED);
    take_step(file->store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
    campaign_book_stale(book);
    g_assert_cmpint(campaign_book_find(book, id, NULL)->state, ==, CAMPAIGN_APPROVED);
    g_autoptr(GError) error = NULL;
    g_assert_null(campaign_book_find(book, 999, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    g_autofree char *date = campaign_book_date(book, OPENING + 16 * HOUR);
    g_assert_cmpstr(date, ==, "11/06/2024");
    campaign_book_free(book);
    store_free(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/campaign/the table of steps", test_the_table_of_steps);
    g_test_add_func("/campaign/names go both ways", test_names_go_both_ways);
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/campaign/every state with every event", test_every_state_with_every_event},
        {"/campaign/every step is written down", test_every_step_is_written_down},
        {"/campaign/a start writes one message for each contact",
         test_a_start_writes_one_message_for_each_contact},
        {"/campaign/an approval holds for what was approved",
         test_an_approval_holds_for_what_was_approved},
        {"/campaign/an edit goes back to draft", test_an_edit_goes_back_to_draft},
        {"/campaign/a campaign is found by code or number",
         test_a_campaign_is_found_by_code_or_number},
        {"/campaign/mistakes name field and line", test_mistakes_name_field_and_line},
        {"/campaign/a cancel takes back what is queued", test_a_cancel_takes_back_what_is_queued},
        {"/campaign/the clock expires and finishes", test_the_clock_expires_and_finishes},
        {"/campaign/a closing time that has passed is told at once",
         test_a_closing_time_that_has_passed_is_told_at_once},
        {"/campaign/what the closing cuts off says so", test_what_the_closing_cuts_off_says_so},
        {"/campaign/a refused step names those that are possible",
         test_a_refused_step_names_those_that_are_possible},
        {"/campaign/a notice ends when all is settled", test_a_notice_ends_when_all_is_settled},
        {"/campaign/the book notices changes of others", test_the_book_notices_changes_of_others},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
