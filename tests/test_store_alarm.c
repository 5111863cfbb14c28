// SPDX-License-Identifier: GPL-2.0-or-later
// Alarms in a real store: rows, the SMS that tell of them, and what the database knows of troubles.
#include "campaigns/store/alarm.h"
#include "campaigns/store/consent.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/modem.h"
#include "config/campaign.h"
#include "tests/queue_rows.h"

#define TECHNICIAN "+84912999999"

static int64_t raise_alarm(struct store_file *file, enum alarm_kind kind, const char *subject,
                           int64_t at)
{
    g_autofree char *uuid = g_uuid_string_random();
    const struct alarm_row row = {.kind = kind,
                                  .uuid = uuid,
                                  .subject = (char *)subject,
                                  .reason = (char *)"absent",
                                  .since = at - MINUTE,
                                  .raised_at = at};
    int64_t id = 0;
    g_autoptr(GError) error = NULL;
    store_alarm_raise(file->store, &row, &id, &error);
    g_assert_no_error(error);
    return id;
}

static void clear_alarm(struct store_file *file, int64_t id, int64_t at)
{
    g_autoptr(GError) error = NULL;
    store_alarm_clear(file->store, id, at, &error);
    g_assert_no_error(error);
}

/* Of these one or two alarms; returns the id of the message. */
static int64_t tell(struct store_file *file, int64_t first, int64_t second, int64_t at)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_array_append_val(ids, first);
    if (second != 0)
        g_array_append_val(ids, second);
    g_autoptr(GError) error = NULL;
    store_alarm_tell(file->store, TECHNICIAN, "Loa: o dia sap day", ids, at, &error);
    g_assert_no_error(error);
    return count_rows(file->store, "SELECT max(id) FROM message");
}

static struct alarm_row *only_lasting(struct store_file *file, GPtrArray **rows)
{
    *rows = store_alarm_list(file->store, true, 0, 10, NULL);
    g_assert_cmpuint((*rows)->len, ==, 1);
    return g_ptr_array_index(*rows, 0);
}

static void test_a_trouble_lasts_once(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t first = raise_alarm(file, ALARM_MODEM_DOWN, "sim1", OPENING);
    raise_alarm(file, ALARM_MODEM_DOWN, "sim2", OPENING);
    g_autoptr(GError) error = NULL;
    const struct alarm_row again = {.kind = ALARM_MODEM_DOWN,
                                    .uuid = (char *)"u",
                                    .subject = (char *)"sim1",
                                    .reason = (char *)"",
                                    .raised_at = OPENING};
    int64_t id = 0;
    g_assert_false(store_alarm_raise(file->store, &again, &id, &error));
    g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
    clear_alarm(file, first, OPENING + HOUR);
    raise_alarm(file, ALARM_MODEM_DOWN, "sim1", OPENING + 2 * HOUR);
    g_autoptr(GPtrArray) lasting = store_alarm_list(file->store, true, 0, 10, NULL);
    g_autoptr(GPtrArray) all = store_alarm_list(file->store, false, 0, 10, NULL);
    g_autoptr(GPtrArray) older = store_alarm_list(file->store, false, 3, 10, NULL);
    g_assert_cmpuint(lasting->len, ==, 2);
    g_assert_cmpuint(all->len, ==, 3);
    g_assert_cmpuint(older->len, ==, 2);
    const struct alarm_row *oldest = g_ptr_array_index(all, 2);
    g_assert_cmpint(oldest->cleared_at, ==, OPENING + HOUR);
    unsigned repeats = 0;
    g_assert_true(
        store_alarm_repeats(file->store, ALARM_MODEM_DOWN, "sim1", OPENING, &repeats, NULL));
    g_assert_cmpuint(repeats, ==, 2);
    g_assert_true(
        store_alarm_repeats(file->store, ALARM_MODEM_DOWN, "sim1", OPENING + 1, &repeats, NULL));
    g_assert_cmpuint(repeats, ==, 1);
}

static void test_the_technician_is_told_and_is_nobody_else(struct store_file *file,
                                                           gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    int64_t persons = count_rows(file->store, "SELECT count(*) FROM person");
    int64_t alarm = raise_alarm(file, ALARM_DISK_LOW, "", OPENING);
    int64_t id = tell(file, alarm, 0, OPENING);
    struct message *message = store_message_get(file->store, id, NULL);
    g_assert_cmpint(message->purpose, ==, PURPOSE_ALARM);
    g_assert_cmpint(message->priority, ==, PRIORITY_EMERGENCY);
    g_assert_cmpint(message->campaign_id, ==, 0);
    g_assert_null(message->modem);
    g_assert_cmpstr(message->phone.e164, ==, TECHNICIAN);
    g_assert_cmpint(message->expires_at, ==, OPENING + ALARM_SMS_EXPIRY_MS);
    message_free(message);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM person"), ==, persons);

    g_autoptr(GArray) queues = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_assert_true(store_message_queues(file->store, queues, NULL));
    g_assert_cmpuint(queues->len, ==, 1);
    g_assert_cmpint(g_array_index(queues, int64_t, 0), ==, 0);

    int64_t made = 0;
    bool waits = false;
    g_assert_true(store_alarm_sms_since(file->store, TECHNICIAN, OPENING, &made, NULL));
    g_assert_cmpint(made, ==, 1);
    g_assert_true(store_alarm_sms_since(file->store, TECHNICIAN, OPENING + 1, &made, NULL));
    g_assert_cmpint(made, ==, 0);
    g_assert_true(store_alarm_sms_waits(file->store, &waits, NULL));
    g_assert_true(waits);
    int64_t number = lease(file->store, id, "sim1", OPENING);
    g_assert_true(store_alarm_sms_waits(file->store, &waits, NULL));
    g_assert_true(waits);
    settle(file->store, number, "sim1", &(struct told){ATTEMPT_UNSURE, 0, {0}}, OPENING);
    g_assert_true(store_alarm_sms_waits(file->store, &waits, NULL));
    g_assert_false(waits);

    int64_t unsure = -1;
    g_assert_true(store_alarm_unsure(file->store, &unsure, NULL));
    g_assert_cmpint(unsure, ==, 0); /* or each alarm would raise the next */
}

static void test_opting_out_does_not_silence_alarms(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t alarm = raise_alarm(file, ALARM_DISK_LOW, "", OPENING);
    int64_t before = tell(file, alarm, 0, OPENING);
    struct contact_row contact;
    g_assert_true(store_contact_find(file->store, TECHNICIAN, &contact, NULL));
    const struct consent_row consent = {
        .contact_id = contact.id, .at = OPENING, .organisation = CONSENT_ALL, .by = "himself"};
    bool is_new = false;
    int64_t other = add_message(file->store, add_campaign(file->store, "HOP", "running"),
                                &(struct message){.contact_id = contact.id});
    g_assert_true(store_begin(file->store, NULL));
    g_assert_true(store_consent_refuse(file->store, &consent, &is_new, NULL));
    g_assert_true(store_commit(file->store, NULL));
    assert_state(file->store, before, MESSAGE_QUEUED);
    assert_state(file->store, other, MESSAGE_CANCELLED);
    lease(file->store, before, "sim1", OPENING);
    assert_state(file->store, before, MESSAGE_LEASED);
}

static void test_what_was_never_sent_was_not_told(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t alarm = raise_alarm(file, ALARM_DISK_LOW, "", OPENING);
    g_autoptr(GPtrArray) before = NULL, told = NULL, after = NULL;
    g_assert_cmpint(only_lasting(file, &before)->told_at, ==, 0);
    tell(file, alarm, 0, OPENING + MINUTE);
    const struct alarm_row *row = only_lasting(file, &told);
    g_assert_cmpint(row->told_at, ==, OPENING + MINUTE);
    g_assert_cmpint(row->last_at, ==, OPENING + MINUTE);
    g_assert_cmpstr(row->told_state, ==, "queued");
    g_assert_true(store_message_expire(file->store, OPENING + DAY, NULL));
    row = only_lasting(file, &after);
    g_assert_cmpint(row->told_at, ==, 0);
    g_assert_cmpint(row->last_at, ==, 0);
}

static void test_an_earlier_telling_is_known(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t first = raise_alarm(file, ALARM_MODEM_DOWN, "sim1", OPENING);
    send_one(file->store, tell(file, first, 0, OPENING), "sim2", 1, OPENING);
    clear_alarm(file, first, OPENING + HOUR);
    raise_alarm(file, ALARM_MODEM_DOWN, "sim1", OPENING + 2 * HOUR);
    g_autoptr(GPtrArray) rows = NULL;
    const struct alarm_row *row = only_lasting(file, &rows);
    g_assert_cmpint(row->told_at, ==, 0);
    g_assert_cmpint(row->last_at, ==, OPENING);
}

static void test_nobody_is_told_of_what_is_over(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const struct {
        bool second_lasts, leased;
        enum message_state state;
    } rows[] = {{false, false, MESSAGE_CANCELLED},
                {true, false, MESSAGE_QUEUED},
                {false, true, MESSAGE_LEASED}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        int64_t at = OPENING + (int64_t)i * DAY;
        int64_t first = raise_alarm(file, ALARM_MODEM_DOWN, "sim1", at);
        int64_t second = raise_alarm(file, ALARM_DISK_LOW, "", at);
        int64_t id = tell(file, first, second, at);
        if (rows[i].leased)
            lease(file->store, id, "sim2", at);
        if (!rows[i].second_lasts)
            clear_alarm(file, second, at);
        clear_alarm(file, first, at);
        assert_state(file->store, id, rows[i].state);
        if (rows[i].second_lasts)
            clear_alarm(file, second, at);
    }
}

static void put_report(struct store_file *file, int64_t at)
{
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO report (modem, reference, number, status, sent_at,"
                          " discharged_at, received_at) VALUES ('sim1', 9, '1', 0, ?1, ?1, ?1)",
                          "i", at));
}

static void put_incoming(struct store_file *file, int64_t sent_at, int64_t received_at)
{
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO incoming (modem, imsi, memory, location, sender, text,"
                          " coding, reference, total, sequence, sent_at, received_at, fingerprint)"
                          " VALUES ('sim1', '', 'SM', 1, '1', '', 0, -1, 1, 1, ?1, ?2, ?1)",
                          "ii", sent_at, received_at));
}

static int64_t silent_since(struct store_file *file)
{
    int64_t at = -1;
    g_assert_true(store_alarm_silent_since(file->store, "sim1", &at, NULL));
    return at;
}

static void test_silence_is_of_those_that_send(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t campaign = add_campaign(file->store, "HOP", "running");
    const struct message like = {0};
    g_assert_cmpint(silent_since(file), ==, 0);
    send_one(file->store, add_message(file->store, campaign, &like), "sim1", 1, OPENING);
    send_one(file->store, add_message(file->store, campaign, &like), "sim1", 2, OPENING + HOUR);
    send_one(file->store, add_message(file->store, campaign, &like), "sim2", 2, OPENING - HOUR);
    g_assert_cmpint(silent_since(file), ==, OPENING);
    put_report(file, OPENING + MINUTE);
    g_assert_cmpint(silent_since(file), ==, OPENING + HOUR);
    put_incoming(file, OPENING + HOUR, OPENING + HOUR);
    g_assert_cmpint(silent_since(file), ==, 0);
    bool sent = false;
    g_assert_true(store_alarm_sent_since(file->store, "sim1", OPENING + HOUR, &sent, NULL));
    g_assert_true(sent);
    g_assert_true(store_alarm_sent_since(file->store, "sim1", OPENING + HOUR + 1, &sent, NULL));
    g_assert_false(sent);
}

static void test_how_long_a_modem_is_down_outlives_a_restart(struct store_file *file,
                                                             gconstpointer data)
{
    (void)data;
    static const struct {
        const char *to;
        int64_t since; /* after the event, in minutes behind the opening; 0: it works */
    } events[] = {
        {"opening", 1}, {"ready", 0},  {"resting", 0}, {"sick", 4},
        {"opening", 4}, {"absent", 4}, {"ready", 0},   {"absent", 8},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        int64_t at = OPENING + (int64_t)(i + 1) * MINUTE, since = -1;
        g_assert_true(sql_run(file->store, NULL,
                              "INSERT INTO modem_event (modem, at, from_state, to_state, reason)"
                              " VALUES ('sim1', ?1, '', ?2, ''), ('sim2', ?1, '', 'ready', '')",
                              "it", at, events[i].to));
        g_assert_true(store_modem_down_since(file->store, "sim1", &since, NULL));
        g_test_message("%zu %s", i, events[i].to);
        g_assert_cmpint(since, ==, events[i].since == 0 ? 0 : OPENING + events[i].since * MINUTE);
    }
}

static void test_three_sms_tell_the_network_s_time(struct store_file *file, gconstpointer data)
{
    (void)data;
    int64_t at = -1;
    put_incoming(file, OPENING + DAY, OPENING);
    put_incoming(file, OPENING + 2 * DAY, OPENING);
    g_assert_true(store_alarm_network_time(file->store, &at, NULL));
    g_assert_cmpint(at, ==, 0);
    put_incoming(file, OPENING + 3 * DAY, OPENING);
    put_incoming(file, OPENING + 4 * DAY, OPENING);
    g_assert_true(store_alarm_network_time(file->store, &at, NULL));
    g_assert_cmpint(at, ==, OPENING + 2 * DAY);
}

static void test_quarantine_is_counted_until_somebody_looked(struct store_file *file,
                                                             gconstpointer data)
{
    (void)data;
    int64_t count = -1;
    g_assert_true(
        sql_run(file->store, NULL,
                "INSERT INTO quarantine (modem, imsi, memory, location, pdu, reason,"
                " told_key, at, settled_at) VALUES ('sim1', '', 'SM', 1, '00', '', 1, 1, NULL),"
                " ('sim1', '', 'SM', 2, '00', '', 2, 1, 2)",
                ""));
    g_assert_true(store_alarm_quarantined(file->store, &count, NULL));
    g_assert_cmpint(count, ==, 1);
}

static void add(const char *name, void (*test)(struct store_file *, gconstpointer))
{
    g_test_add(name, struct store_file, NULL, store_file_open, test, store_file_close);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/store/alarm/a trouble lasts once", test_a_trouble_lasts_once);
    add("/store/alarm/the technician is told, and is nobody else",
        test_the_technician_is_told_and_is_nobody_else);
    add("/store/alarm/opting out does not silence alarms", test_opting_out_does_not_silence_alarms);
    add("/store/alarm/what was never sent was not told", test_what_was_never_sent_was_not_told);
    add("/store/alarm/an earlier telling is known", test_an_earlier_telling_is_known);
    add("/store/alarm/nobody is told of what is over", test_nobody_is_told_of_what_is_over);
    add("/store/alarm/silence is of those that send", test_silence_is_of_those_that_send);
    add("/store/alarm/how long a modem is down outlives a restart",
        test_how_long_a_modem_is_down_outlives_a_restart);
    add("/store/alarm/three SMS tell the network's time", test_three_sms_tell_the_network_s_time);
    add("/store/alarm/quarantine is counted until somebody looked",
        test_quarantine_is_counted_until_somebody_looked);
    return g_test_run();
}
