// SPDX-License-Identifier: GPL-2.0-or-later
/* Only what the tests of the queue share; each fills in what it is about. */
#include "tests/queue_rows.h"

int64_t add_contact(struct store *store, const char *phone)
{
    g_assert_true(
        sql_run(store, NULL, "INSERT INTO contact (phone, created_at) VALUES (?1, 0)", "t", phone));
    return sql_last_id(store);
}

int64_t add_campaign(struct store *store, const char *code, const char *state)
{
    g_assert_true(sql_run(store, NULL,
                          "INSERT INTO campaign (code, title, state, file, definition, priority,"
                          " opens_at, closes_at, created_at, state_at)"
                          " VALUES (?1, ?1, ?2, '', '', 1, 0, 0, 0, 0)",
                          "tt", code, state));
    return sql_last_id(store);
}

int64_t add_message(struct store *store, int64_t campaign, const struct message *like)
{
    static unsigned number = 0;
    g_autofree char *phone = g_strdup_printf("+84912%06u", number++);
    struct message message = *like;
    message.campaign_id = campaign;
    message.contact_id = like->contact_id != 0 ? like->contact_id : add_contact(store, phone);
    message.text = (char *)"Moi hop luc 7h30";
    message.parts = MAX(like->parts, 1U);
    message.expires_at = OPENING + 365 * DAY;
    int64_t id = 0;
    g_autoptr(GError) error = NULL;
    store_message_add(store, &message, OPENING, &id, &error);
    g_assert_no_error(error);
    return id;
}

int64_t lease(struct store *store, int64_t id, const char *modem, int64_t now)
{
    g_autoptr(GError) error = NULL;
    struct message *message = store_message_get(store, id, &error);
    g_assert_no_error(error);
    int64_t number = 0;
    store_message_lease(store, message, modem, now, &number, &error);
    message_free(message);
    g_assert_no_error(error);
    return number;
}

struct settled settle(struct store *store, int64_t number, const char *modem,
                      const struct told *told, int64_t now)
{
    g_autoptr(GError) error = NULL;
    const struct verdict_row row = {
        .lease = number,
        .modem = modem,
        .news = {.verdict = told->verdict, .parts_now = told->parts_now},
        .references = told->references,
        .cause = told->verdict == ATTEMPT_SENT ? "" : "cms 38",
        .took_ms = 200,
    };
    struct settled settled = {0};
    store_message_settle(store, &row, now, &settled, &error);
    g_assert_no_error(error);
    return settled;
}

int64_t send_one(struct store *store, int64_t id, const char *modem, int reference, int64_t now)
{
    int64_t number = lease(store, id, modem, now);
    settle(store, number, modem, &(struct told){ATTEMPT_SENT, 1, {reference}}, now);
    return number;
}

void assert_state(struct store *store, int64_t id, enum message_state expected)
{
    struct message *message = store_message_get(store, id, NULL);
    g_assert_nonnull(message);
    g_assert_cmpstr(message_state_name(message->state), ==, message_state_name(expected));
    message_free(message);
}
