// SPDX-License-Identifier: GPL-2.0-or-later
/* Opinions from the SMS that brings them to the SMS that settles them: steps, topics, who may read
 * what, what the sinks hear. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "campaigns/answer.h"
#include "campaigns/opinion.h"
#include "campaigns/opinion_confirm.h"
#include "campaigns/opinion_work.h"
#include "campaigns/store/consent.h"
#include "campaigns/store/message_list.h"
#include "campaigns/store/opinion.h"
#include "campaigns/store/reply.h"
#include "config/gateway.h"
#include "config/log.h"
#include "tests/store_file.h"

#define FIRST  "+84900174207" /* the first of the roster, contact 1 */
#define SECOND "+84330183380"
#define SINK(name, more)                                                                           \
    "{ name = \"" name "\"; url = \"https://a/" name                                               \
    "\"; secret = \"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"; " more " }"

static const char gateway_file[] =
    "sinks = ( " SINK("ca", "senders = true;") ", " SINK("dc", "") ", " SINK(
        "huyen",
        "send = [ \"opinion\" ];") ", " SINK("tinh",
                                             "send = [ \"summary\" ];") " );\n"
                                                                        "offices = ( { code = "
                                                                        "\"CA\"; name = \"Công an "
                                                                        "xã\"; sink = \"ca\"; key "
                                                                        "= \"khoa-cong-an-1\"; "
                                                                        "due = \"10d\"; }, { code "
                                                                        "= \"DC\"; name = \"Địa "
                                                                        "chính\"; sink = \"dc\"; "
                                                                        "},\n"
                                                                        " { code = \"VH\"; name = "
                                                                        "\"Văn hoá\"; } );\n"
                                                                        "topics = ( { code = "
                                                                        "\"duong\"; name = \"Đường "
                                                                        "sá\"; keywords = [ "
                                                                        "\"đường\", \"ổ gà\", "
                                                                        "\"cầu\" ];"
                                                                        " office = \"DC\"; },\n"
                                                                        " { code = \"an-ninh\"; "
                                                                        "name = \"An ninh\"; "
                                                                        "keywords = [ \"trộm\", "
                                                                        "\"ma túy\" ]; office = "
                                                                        "\"CA\";"
                                                                        " restricted = true; },\n"
                                                                        " { code = \"khac\"; name "
                                                                        "= \"Khác\"; keywords = [ "
                                                                        "\"đường dây điện\" ]; } "
                                                                        ");\n";

/* ---- pure ---- */

static void test_every_state_and_event(void)
{
    /* Of each state what each event makes of it, in the order of the enums; "-": not allowed. */
    static const char *const table[OPINION_STATES] = {
        "received forwarded received in-progress answered - - closed - received",
        "- forwarded forwarded in-progress answered - - closed - forwarded",
        "- forwarded in-progress - answered - - closed - in-progress",
        "- - answered - answered closed in-progress closed in-progress answered",
        "- - closed - - - - - in-progress closed",
    };
    for (int from = 0; from < OPINION_STATES; from++) {
        g_autoptr(GString) row = g_string_new(NULL);
        for (int event = 0; event < OPINION_EVENTS; event++) {
            enum opinion_state to;
            bool allowed = opinion_step((enum opinion_state)from, (enum opinion_event)event, &to);
            g_string_append_printf(row, "%s%s", event > 0 ? " " : "",
                                   allowed ? opinion_state_name(to) : "-");
        }
        g_assert_cmpstr(row->str, ==, table[from]);
    }
}

static struct gateway_config *read_gateway(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("loa-opinion-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, gateway_file, -1, NULL));
    struct gateway_config *config = g_new0(struct gateway_config, 1);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = gateway_config_read(path, config, mistakes);
    g_unlink(path);
    g_assert_true(read);
    return config;
}

static void free_gateway(struct gateway_config *config)
{
    gateway_config_clear(config);
    g_free(config);
}

/* ---- with a store ---- */

struct stage {
    struct store_file file;
    struct store *store;
    struct gateway_config *config;
    struct campaign_terms terms;
    struct campaign_book *book;
    int64_t campaign, now;
};

static void stage_open(struct stage *stage, gconstpointer data)
{
    const char *confirm = data;
    g_autofree char *file = g_strdup(dialogue_file);
    if (confirm != NULL) {
        g_auto(GStrv) halves = g_strsplit(dialogue_file, "opinion = { ", 2);
        g_free(file);
        file = g_strconcat(halves[0], "opinion = { confirm = \"", confirm, "\"; ", halves[1], NULL);
    }
    store_file_open(&stage->file, NULL);
    stage->store = stage->file.store;
    stage->config = read_gateway();
    stage->terms = test_terms;
    stage->terms.config = stage->config;
    import_dialogue(stage->store);
    stage->campaign = start_campaign(stage->store, file, OPENING);
    send_all(stage->store, "sim1", OPENING);
    stage->book = campaign_book_new(stage->store, &stage->terms);
    stage->now = OPENING + HOUR;
}

static void stage_close(struct stage *stage, gconstpointer data)
{
    campaign_book_free(stage->book);
    store_file_close(&stage->file, data);
    free_gateway(stage->config);
}

static void say(struct stage *stage, const char *sender, const char *text)
{
    g_autoptr(GError) error = NULL;
    const struct answer_source source = {.modem = "sim1",
                                         .sender = sender,
                                         .text = text,
                                         .sent_at = stage->now,
                                         .received_at = stage->now};
    g_assert_true(store_begin(stage->store, NULL));
    answer_take(stage->store, stage->book, &source, stage->now, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(stage->store, NULL));
}

static struct opinion_task task_of(const struct stage *stage, int64_t id, const char *office)
{
    return (struct opinion_task){
        .id = id, .office = office, .by = "Lan", .now = stage->now, .config = stage->config};
}

static void assign(struct stage *stage, int64_t id, const char *office)
{
    g_autoptr(GError) error = NULL;
    struct opinion_task task = task_of(stage, id, NULL);
    const struct opinion_assignment assignment = {.office = office};
    opinion_work_assign(stage->store, &task, &assignment, &error);
    g_assert_no_error(error);
}

static bool answer(struct stage *stage, int64_t id, const char *text, GError **error)
{
    struct opinion_task task = task_of(stage, id, "CA");
    const struct opinion_answer given = {.text = text};
    return opinion_work_answer(stage->store, stage->book, &task, &given, error);
}

/* As if the modem had sent what is queued for the contact. */
static void send_answers(struct stage *stage)
{
    g_assert_true(sql_run(stage->store, NULL,
                          "UPDATE message SET state = 'sent', modem = 'sim1', state_at = ?1 "
                          "WHERE state = 'queued'",
                          "i", stage->now));
}

static struct opinion *get(struct stage *stage, int64_t id, const char *office)
{
    g_autoptr(GError) error = NULL;
    const struct opinion_reader reader = {office, stage->now};
    struct opinion *opinion = opinion_get(stage->store, id, true, &reader, &error);
    g_assert_no_error(error);
    return opinion;
}

static void assert_text(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *text = read_text(store, sql);
    g_assert_cmpstr(text, ==, expected);
}

static void test_what_comes_in(struct stage *stage, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *text, *topic, *office;
        bool restricted;
        int64_t due_days;
    } rows[] = {
        {"YK duong hong", "duong", "DC", false, 15},
        {"YK nha toi bi trom", "an-ninh", "CA", true, 10},
        {"YK x y z t u", "", "", false, 15},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        say(stage, FIRST, rows[i].text);
        struct opinion *opinion = get(stage, (int64_t)i + 1, "CA");
        g_assert_cmpint(opinion->number, ==, (int64_t)i + 1);
        g_assert_cmpstr(opinion->topic, ==, rows[i].topic);
        g_assert_true(opinion->suggested == (rows[i].topic[0] != '\0'));
        g_assert_cmpstr(opinion->office, ==, rows[i].office);
        g_assert_false(opinion->forwarded);
        g_assert_true(opinion->restricted == rows[i].restricted);
        g_assert_cmpint(opinion->due_at - opinion->received_at, ==, rows[i].due_days * DAY);
        g_assert_cmpstr(opinion->text, ==, rows[i].text + strlen("YK "));
        g_assert_cmpstr(opinion->sender_phone, ==, FIRST);
        g_assert_cmpstr(opinion->unit_code, !=, "");
        g_assert_cmpstr(opinion_shown_state(opinion), ==, "received");
        opinion_free(opinion);
        stage->now += HOUR;
    }
    g_assert_cmpint(count_rows(stage->store, "SELECT count(*) FROM opinion_event "
                                             "WHERE event = 'receive' AND from_state = ''"),
                    ==, 3);
}

static void test_what_is_for_one_office_alone(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK nha toi bi trom");
    stage->now += MINUTE;
    say(stage, FIRST, "YK nha toi bi trom"); /* the network's repeat holds the text too */
    stage->now += HOUR;
    say(stage, FIRST, "YK cam on xa nhieu lam");
    g_autoptr(GError) error = NULL;
    g_assert_true(answer(stage, 1, "Da bat duoc ke trom", &error));
    static const struct {
        const char *office;
        bool open;
    } readers[] = {{NULL, false}, {"DC", false}, {"", false}, {"CA", true}, {"ca", true}};
    for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
        struct opinion *opinion = get(stage, 1, readers[i].office);
        bool open = readers[i].open;
        g_assert_true(opinion->withheld == !open);
        g_assert_cmpstr(opinion->text, ==, open ? "nha toi bi trom" : "");
        g_assert_cmpstr(opinion->answer, ==, open ? "Da bat duoc ke trom" : "");
        g_assert_cmpstr(opinion->sender_phone, ==, open ? FIRST : NULL);
        g_assert_true((opinion->contact_id != 0) == open);
        opinion_free(opinion);
    }
    /* Replies, messages, what is said of answers. */
    const struct reply_filter every = {.limit = 10};
    g_autoptr(GPtrArray) replies = store_reply_list(stage->store, &every, NULL);
    g_assert_cmpuint(replies->len, ==, 3);
    for (unsigned i = 0; i < replies->len; i++) {
        const struct reply_row *row = replies->pdata[i];
        g_assert_cmpstr(row->withheld, ==, i < 2 ? "CA" : NULL);
    }
    g_autoptr(GPtrArray) messages = NULL;
    const struct message_filter filter = {.state = MESSAGE_QUEUED, .limit = 100};
    g_assert_true(store_message_list(stage->store, &filter, &messages, NULL));
    unsigned withheld = 0;
    for (unsigned i = 0; i < messages->len; i++) {
        const struct message *message = messages->pdata[i];
        /* A receipt would tell whose the opinion of that number is. */
        bool secret = strstr(message->text, "Da bat duoc") != NULL ||
                      strstr(message->text, "Da tiep nhan") != NULL;
        g_assert_true((message->withheld != NULL) == secret);
        withheld += secret;
    }
    g_assert_cmpuint(withheld, ==, 3);
    /* Whoever holds the key of another office, or none, can neither answer nor open it. */
    struct opinion_task task = task_of(stage, 1, "DC");
    const struct opinion_answer given = {.text = "x"};
    const struct opinion_assignment open = {.restriction = UNRESTRICTED};
    g_assert_false(opinion_work_answer(stage->store, stage->book, &task, &given, &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_RESTRICTED);
    g_clear_error(&error);
    g_assert_false(opinion_work_assign(stage->store, &task, &open, &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_RESTRICTED);
    g_clear_error(&error);
    g_assert_false(opinion_work_sender(stage->store, &task, &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_RESTRICTED);
}

static void test_assigning(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK nha toi bi trom");
    say(stage, SECOND, "YK x y z t u");
    static const struct {
        int64_t id;
        struct opinion_assignment assignment;
        int code;         /* of the error; -1: it works */
        const char *then; /* topic, office, restricted, state */
    } rows[] = {
        {2, {0}, OPINION_ERROR_VALUE, " | |0|received"},
        {2, {.office = "XX"}, OPINION_ERROR_VALUE, " | |0|received"},
        {2, {.topic = "xx"}, OPINION_ERROR_VALUE, " | |0|received"},
        {2, {.restriction = RESTRICTED}, OPINION_ERROR_VALUE, " | |0|received"},
        {2, {.due_at = OPENING}, OPINION_ERROR_VALUE, " | |0|received"},
        {2, {.topic = "DUONG"}, -1, "duong|DC|0|received"},
        {2, {.topic = "-"}, -1, " |DC|0|received"},
        {2, {.office = "vh", .topic = "khac"}, -1, "khac|VH|0|forwarded"},
        /* A person's office stays, and what is about crime is restricted to it. */
        {2, {.topic = "an-ninh"}, -1, "an-ninh|VH|1|forwarded"},
        {2, {.topic = "khac"}, -1, "khac|VH|1|forwarded"},
        {2, {.restriction = UNRESTRICTED}, OPINION_ERROR_RESTRICTED, "khac|VH|1|forwarded"},
        {1, {.topic = "duong"}, -1, "duong|CA|1|received"},
        {1, {.restriction = UNRESTRICTED}, OPINION_ERROR_RESTRICTED, "duong|CA|1|received"},
        /* Sent on it would be open to the other office's key. */
        {1, {.office = "DC"}, OPINION_ERROR_RESTRICTED, "duong|CA|1|received"},
        {1, {.office = "CA"}, -1, "duong|CA|1|forwarded"}, /* unread */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        struct opinion_task task = task_of(stage, rows[i].id, NULL);
        bool done = opinion_work_assign(stage->store, &task, &rows[i].assignment, &error);
        g_assert_true(done == (rows[i].code < 0));
        if (!done)
            g_assert_error(error, OPINION_ERROR, rows[i].code);
        struct opinion *opinion = get(stage, rows[i].id, NULL);
        g_autofree char *now =
            g_strdup_printf("%s|%s|%d|%s", *opinion->topic != '\0' ? opinion->topic : " ",
                            *opinion->office != '\0' ? opinion->office : " ", opinion->restricted,
                            opinion_shown_state(opinion));
        g_assert_cmpstr(now, ==, rows[i].then);
        opinion_free(opinion);
        stage->now += MINUTE;
    }
    assert_text(stage->store, "SELECT topic_by FROM opinion WHERE id = 2", "Lan");
}

static void test_the_answer(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK duong hong");
    g_autoptr(GError) error = NULL;
    g_assert_false(answer(stage, 1, "  ", &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_VALUE);
    g_clear_error(&error);
    g_autofree char *endless = g_strnfill(9000, 'x');
    g_assert_false(answer(stage, 1, endless, &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_VALUE);
    g_clear_error(&error);
    assert_text(stage->store, "SELECT state FROM opinion", "received");
    g_assert_true(answer(stage, 1, "Đã sửa đường", &error));
    g_assert_no_error(error);
    assert_text(stage->store,
                "SELECT text || '|' || state || '|' || modem || '|' || (priority > 1) || '|' || "
                "purpose || '|' || contact_id FROM message WHERE opinion_id = 1",
                "Da sua duong Hai long nhan 1, chua nhan 0.|queued|sim1|1|answer|1");
    struct opinion *opinion = get(stage, 1, NULL);
    g_assert_cmpstr(opinion->answer, ==, "Đã sửa đường");
    g_assert_cmpstr(opinion->confirmed, ==, "asked");
    g_assert_cmpstr(opinion->message_state, ==, "queued");
    g_assert_cmpint(opinion->state, ==, OPINION_ANSWERED);
    opinion_free(opinion);
    /* Two who answer at once, or one who asks again, write to the author once. */
    g_assert_false(answer(stage, 1, "Da sua xong", &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_STATE);
    g_clear_error(&error);
    send_answers(stage);
    g_assert_false(answer(stage, 1, "Đã sửa đường", &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_STATE);
    g_clear_error(&error);
    g_assert_true(answer(stage, 1, "Da sua xong", &error));
    g_assert_no_error(error);
    /* Opt-out beats everything, but not what the office told itself. */
    say(stage, FIRST, "TC");
    g_assert_false(answer(stage, 1, "Con nua", &error));
    g_assert_error(error, OPINION_ERROR, OPINION_ERROR_REFUSED);
    g_clear_error(&error);
    struct opinion_task task = task_of(stage, 1, NULL);
    const struct opinion_answer told = {.text = "Da gap gia dinh", .told = true};
    g_assert_true(opinion_work_answer(stage->store, stage->book, &task, &told, &error));
    g_assert_no_error(error);
    g_assert_cmpint(
        count_rows(stage->store, "SELECT count(*) FROM message WHERE opinion_id IS NOT NULL"), ==,
        2);
    assert_text(stage->store, "SELECT confirmed || '|' || answer FROM opinion", "|Da gap gia dinh");
}

static const struct {
    const char *name, *texts[3]; /* said one minute after the other */
    int64_t after_ms;            /* the answer went out */
    const char *state, *confirmed;
    const char *votes; /* current codes of that contact */
} confirmations[] = {
    {"one", {"1"}, HOUR, "closed", "yes", NULL},
    {"yes in words", {"Dạ có ạ"}, HOUR, "closed", "yes", NULL},
    {"nought", {"0"}, HOUR, "in-progress", "no", NULL},
    {"no in words", {"chua"}, HOUR, "in-progress", "no", NULL},
    {"the network's repeat is no vote", {"1", "1"}, HOUR, "closed", "yes", NULL},
    {"another code is a vote", {"2"}, HOUR, "answered", "asked", "2"},
    {"words are no confirmation", {"duong van hong lam a"}, HOUR, "answered", "asked", NULL},
    {"a remark beside it", {"1 nhung duong van hong nhe"}, HOUR, "answered", "asked", NULL},
    {"on the seventh day", {"1"}, 7 * DAY - HOUR, "closed", "yes", NULL},
    {"after seven days it is a vote again", {"1"}, 7 * DAY + HOUR, "answered", "asked", "1"},
};

static void test_confirmations(struct stage *stage, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(confirmations); i++) {
        stage_close(stage, NULL);
        stage_open(stage, data);
        say(stage, FIRST, "YK x y z t u");
        g_assert_true(answer(stage, 1, "Da xem", NULL));
        send_answers(stage);
        stage->now += confirmations[i].after_ms;
        for (int j = 0; j < 3 && confirmations[i].texts[j] != NULL; j++) {
            say(stage, FIRST, confirmations[i].texts[j]);
            stage->now += MINUTE;
        }
        g_test_message("%s", confirmations[i].name);
        assert_text(stage->store, "SELECT state FROM opinion WHERE id = 1", confirmations[i].state);
        assert_text(stage->store, "SELECT confirmed FROM opinion WHERE id = 1",
                    confirmations[i].confirmed);
        assert_text(stage->store,
                    "SELECT group_concat(code) FROM answer WHERE superseded_by IS NULL",
                    confirmations[i].votes);
    }
}

static void test_only_the_last_text_is_confirmed(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK x y z t u");
    g_assert_true(answer(stage, 1, "Da xem", NULL));
    send_answers(stage);
    stage->now += HOUR;
    g_assert_true(sql_run(stage->store, NULL,
                          "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, "
                          "text, parts, reference, modem, not_before, expires_at, created_at, "
                          "state_at) SELECT campaign_id, 1, 'reminder', 'sent', 1, 'Nhac', 1, 1, "
                          "'sim1', ?1, ?1, ?1, ?1 FROM message LIMIT 1",
                          "i", stage->now));
    stage->now += MINUTE;
    say(stage, FIRST, "1");
    assert_text(stage->store, "SELECT state FROM opinion WHERE id = 1", "answered");
    assert_text(stage->store, "SELECT code FROM answer", "1");
}

/* "sink:sequence:state" of all events, in order. */
static char *told(struct stage *stage)
{
    g_autoptr(GString) out = g_string_new(NULL);
    sqlite3_stmt *rows =
        sql_bind(stage->store, "SELECT sink, event_id, body FROM outbox ORDER BY id", "");
    while (sql_step(rows, NULL) == 1) {
        json_t *body = json_loads((const char *)sqlite3_column_text(rows, 2), 0, NULL);
        json_t *event = json_object_get(body, "data");
        const char *id = (const char *)sqlite3_column_text(rows, 1);
        g_assert_cmpstr(json_string_value(json_object_get(body, "id")), ==, id);
        g_assert_cmpstr(json_string_value(json_object_get(body, "type")), ==, "loa.opinion.v1");
        g_string_append_printf(out, "%s%s:%" JSON_INTEGER_FORMAT ":%s%s%s", out->len > 0 ? " " : "",
                               (const char *)sqlite3_column_text(rows, 0),
                               json_integer_value(json_object_get(event, "sequence")),
                               json_string_value(json_object_get(event, "state")),
                               json_is_null(json_object_get(event, "text")) ? ":gone" : "",
                               json_object_get(event, "sender") != NULL ? ":sender" : "");
        json_decref(body);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void test_what_the_sinks_hear(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK duong hong");
    say(stage, SECOND, "YK nha toi bi trom"); /* restricted: nobody hears of it */
    g_autofree char *arrived = told(stage);
    g_assert_cmpstr(arrived, ==, "huyen:1:received");
    g_assert_true(sql_run(stage->store, NULL, "DELETE FROM outbox", ""));
    assign(stage, 1, "DC");
    g_assert_true(answer(stage, 1, "Da sua", NULL));
    send_answers(stage);
    stage->now += HOUR;
    say(stage, FIRST, "0");
    assign(stage, 1, "CA");
    assign(stage, 2, "CA");
    struct opinion_task task = task_of(stage, 2, "CA");
    g_assert_true(opinion_work_sender(stage->store, &task, NULL)); /* is nobody's news */
    g_autofree char *later = told(stage);
    g_assert_cmpstr(later, ==,
                    "dc:2:forwarded dc:3:answered dc:4:in-progress dc:5:forwarded:gone "
                    "ca:5:forwarded:sender ca:2:forwarded:sender");
    g_assert_cmpint(count_rows(stage->store, "SELECT count(DISTINCT event_id) FROM outbox"), ==, 5);
    /* Whoever is not told of senders finds neither number nor name. */
    g_assert_cmpint(count_rows(stage->store, "SELECT count(*) FROM outbox WHERE sink <> 'ca' AND "
                                             "(body LIKE '%174207%' OR body LIKE '%sender%')"),
                    ==, 0);
    g_assert_cmpint(count_rows(stage->store, "SELECT count(*) FROM outbox WHERE sink <> 'ca' AND "
                                             "body LIKE '%trom%'"),
                    ==, 0);
}

static void test_the_register(struct stage *stage, gconstpointer data)
{
    (void)data;
    say(stage, FIRST, "YK duong hong");
    say(stage, SECOND, "YK nha toi bi trom");
    stage->now += HOUR;
    say(stage, FIRST, "YK x y z t u");
    assign(stage, 1, "DC");
    stage->now += 11 * DAY; /* 2 is overdue, the others are not */
    g_autofree char *unit = read_text(stage->store, "SELECT u.code FROM unit u JOIN opinion o ON "
                                                    "o.unit_id = u.id WHERE o.id = 2");
    const struct {
        struct opinion_filter filter;
        const char *numbers;
    } rows[] = {
        {{.state = -1}, "1 2 3"},
        {{.state = -1, .limit = 2}, "1 2"},
        {{.state = -1, .after = 1}, "2 3"},
        {{.state = OPINION_RECEIVED}, "3"},
        {{.state = OPINION_FORWARDED}, "1"},
        {{.state = OPINION_CLOSED}, ""},
        {{.state = -1, .overdue = true}, "2"},
        {{.state = -1, .office = "ca"}, "2"},
        {{.state = -1, .office = ""}, "3"},
        {{.state = -1, .topic = "duong"}, "1"},
        {{.state = -1, .unit = "TT"}, "1 2 3"},
        {{.state = -1, .campaign_id = stage->campaign}, "1 2 3"},
        {{.state = -1, .campaign_id = 99}, ""},
    };
    g_assert_nonnull(unit);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct opinion_reader reader = {NULL, stage->now};
        g_autoptr(GPtrArray) list = opinion_list(stage->store, &rows[i].filter, &reader, NULL);
        g_autoptr(GString) numbers = g_string_new(NULL);
        for (unsigned j = 0; j < list->len; j++) {
            const struct opinion *opinion = list->pdata[j];
            g_assert_null(opinion->sender_phone);
            g_string_append_printf(numbers, "%s%" G_GINT64_FORMAT, j > 0 ? " " : "",
                                   opinion->number);
        }
        g_assert_cmpstr(numbers->str, ==, rows[i].numbers);
    }
    const struct opinion_filter nowhere = {.state = -1, .unit = "nowhere"};
    g_autoptr(GError) unknown = NULL;
    g_assert_null(opinion_list(stage->store, &nowhere, &(struct opinion_reader){0}, &unknown));
    g_assert_error(unknown, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    struct opinion_counts counts = {0};
    g_assert_true(opinion_count(stage->store, stage->campaign, stage->now, &counts, NULL));
    g_assert_cmpint(counts.overdue, ==, 1);
    g_assert_cmpint(counts.states[OPINION_RECEIVED], ==, 1);
    g_assert_cmpint(counts.states[OPINION_FORWARDED], ==, 1);
    g_assert_cmpint(opinion_counts_open(&counts), ==, 3);
    g_assert_true(answer(stage, 2, "Da xem", NULL)); /* late, but no longer overdue */
    g_assert_true(opinion_count(stage->store, 0, stage->now, &counts, NULL));
    g_assert_cmpint(counts.overdue, ==, 0);
    g_assert_cmpint(counts.states[OPINION_ANSWERED], ==, 1);
}

#define CONFIRM "Hai long nhan 1, chua nhan 0."
#define ADD(name, test, data)                                                                      \
    g_test_add("/opinion/" name, struct stage, data, stage_open, test, stage_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level("error");
    g_test_add_func("/opinion/every state and event", test_every_state_and_event);
    ADD("what comes in gets unit, topic, office and due date", test_what_comes_in, NULL);
    ADD("what is for one office alone is withheld", test_what_is_for_one_office_alone, NULL);
    ADD("assigning", test_assigning, NULL);
    ADD("the answer goes out as receipts do", test_the_answer, CONFIRM);
    ADD("confirmations", test_confirmations, CONFIRM);
    ADD("only the last text is confirmed", test_only_the_last_text_is_confirmed, CONFIRM);
    ADD("what the sinks hear", test_what_the_sinks_hear, CONFIRM);
    ADD("the register and its filters", test_the_register, NULL);
    return g_test_run();
}
