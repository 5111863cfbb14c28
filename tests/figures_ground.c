// SPDX-License-Identifier: GPL-2.0-or-later
/* Does what the gateway's intake does with an SMS: store it, join it, take it in, link it; one
 * transaction each. */
#include "tests/figures_ground.h"

#include "campaigns/store/incoming.h"

static int64_t receive_part(struct figures_ground *ground, const struct incoming *incoming)
{
    g_autoptr(GError) error = NULL;
    struct incoming_text *text = NULL;
    bool fresh = false;
    int64_t reply = 0;
    g_assert_true(store_begin(ground->store, &error));
    g_assert_true(store_incoming_add(ground->store, incoming, &fresh, &text, &error));
    if (text != NULL) {
        const struct answer_source source = {text->modem,   text->sender,      text->text,
                                             text->sent_at, text->received_at, &reply};
        answer_take(ground->store, ground->book, &source, incoming->received_at, &error);
        g_assert_no_error(error);
        g_assert_true(store_incoming_link(ground->store, text->ids, reply, &error));
    }
    incoming_text_free(text);
    g_assert_true(store_commit(ground->store, &error));
    return reply;
}

static struct incoming sms(struct figures_ground *ground, const char *sender, const char *text,
                           int64_t at)
{
    return (struct incoming){.modem = "sim1",
                             .imsi = "452000000000001",
                             .memory = "SM",
                             .location = ++ground->messages,
                             .key = ground->messages,
                             .fresh = true,
                             .sender = sender,
                             .text = text,
                             .reference = -1,
                             .total = 1,
                             .sequence = 1,
                             .sent_at = at,
                             .received_at = at,
                             .retry_at = at + DAY};
}

int64_t ground_receive(struct figures_ground *ground, const char *sender, const char *text,
                       int64_t at)
{
    const struct incoming incoming = sms(ground, sender, text, at);
    return receive_part(ground, &incoming);
}

int64_t ground_receive_cut(struct figures_ground *ground, const char *sender, const char *text,
                           size_t cut, int64_t at)
{
    g_autofree char *first = g_strndup(text, cut);
    struct incoming part = sms(ground, sender, first, at);
    part.reference = ground->messages;
    part.total = 2;
    g_assert_cmpint(receive_part(ground, &part), ==, 0);
    struct incoming rest = sms(ground, sender, text + cut, at);
    rest.reference = part.reference;
    rest.total = 2;
    rest.sequence = 2;
    return receive_part(ground, &rest);
}

void ground_run(struct figures_ground *ground, const char *sql)
{
    g_autoptr(GError) error = NULL;
    sql_run(ground->store, &error, sql, "");
    g_assert_no_error(error);
}
