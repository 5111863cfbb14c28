// SPDX-License-Identifier: GPL-2.0-or-later
/* The SIM desk against an operator that a script plays. Each row is a day at the desk:
 *   wait TIME        time goes by: 90s, 3h       quiet, loud   the modem's queue
 *   > PATH           the desk has dialled this   -             it has dialled nothing
 *   says TEXT        the operator's answer       mute          it never answers
 *   sms TEXT         an SMS of the operator's    asks          a large campaign is about to begin
 *   rests, wakes     what the outlet was told    low, unread   what the alarms are told; well
 *   = BALANCE        what is known */
#include "campaigns/sim.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/ussd.h"
#include "gateway/sim_desk.h"
#include "tests/store_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMSI "452041234567890"

/* The desk of dialogues, and the outlet, as this test plays them. */
struct ussd_desk {
    void (*ended)(void *data, const struct ussd_end *end);
    void *data;
    struct ussd_order *order; /* the last one; NULL: none is open */
};

struct stage {
    struct store_file file;
    struct gateway_config config;
    struct turn *turn;
    struct ussd_desk ussd;
    struct sim_desk *desk;
    GTimeZone *zone;
    int64_t start, now; /* wall: real, as the turn's is; and as the script has it */
    bool quiet, rests;
};

static struct stage *playing;

void ussd_desk_on_end(struct ussd_desk *desk, void (*ended)(void *data, const struct ussd_end *end),
                      void *data)
{
    desk->ended = ended;
    desk->data = data;
}

void ussd_order_free(struct ussd_order *order)
{
    if (order == NULL)
        return;
    g_free(order->modem);
    g_strfreev(order->path);
    g_free(order);
}

void ussd_desk_order(struct ussd_desk *desk, struct ussd_order *order)
{
    g_assert_null(desk->order); /* one at a time */
    desk->order = order;
}

bool ussd_desk_is_busy(const struct ussd_desk *desk, const char *modem)
{
    (void)modem;
    return desk->order != NULL;
}

bool dispatcher_is_quiet(const struct dispatcher *dispatcher, const char *modem, int64_t now)
{
    (void)dispatcher;
    (void)modem;
    (void)now;
    return playing->quiet;
}

void dispatcher_rest_for_credit(struct dispatcher *dispatcher, const char *modem,
                                const char *reason)
{
    (void)dispatcher;
    (void)modem;
    playing->rests = reason != NULL;
}

GTimeZone *dispatcher_zone(const struct dispatcher *dispatcher)
{
    (void)dispatcher;
    return playing->zone;
}

static const struct {
    const char *name, *script;
} rows[] = {
    {"the first check comes when the modem has settled",
     "-|wait 100s|-|wait 30s|> *101#|says TK goc 50000d|= 50000|well|wait 23h|-|wait 61m|> *101#"},
    {"it waits for a quiet moment, but no longer than an hour",
     "loud|wait 5m|-|wait 50m|-|wait 8m|> *101#"},
    {"silence is tried again with growing pauses",
     "wait 3m|> *101#|mute|wait 9m|-|wait 2m|> *101#|mute|wait 50m|-|wait 11m|> *101#|mute|"
     "wait 5h|-|wait 61m|> *101#|says TK goc 1000d|= 1000|wait 7h|-"},
    {"low credit rests the SIM, a reading wakes it",
     "wait 3m|> *101#|says TK goc 900d|rests|low|wait 24h|> *101#|says TK goc 90000d|wakes|well"},
    {"what is not understood keeps the old figure",
     "wait 3m|> *101#|says TK goc 7000d|wait 24h|> *101#|says Chuc mung|wait 3m|unread|= 7000|"
     "wait 24h|> *101#|says TK goc 8000d|well|= 8000"},
    {"an SMS that was announced is the answer",
     "wait 3m|> *101#|says Doi tin nhan|wait 10s|well|sms TK goc 6000d|wait 10s|= 6000|wait 1h|"
     "well|-"},
    {"a large campaign asks in the rush, once", "wait 3m|> *101#|says TK goc 7000d|wait 2h|loud|-|"
                                                "asks|wait 1s|> *101#|says TK goc 6000d|wait 9m|-"},
    {"not what was read a moment ago", "wait 3m|> *101#|says TK goc 7000d|wait 20m|asks|wait 1s|-"},
};

/* ---- playing ---- */

static void settle(struct stage *stage)
{
    g_assert_true(turn_run(stage->turn));
    g_autoptr(GError) error = NULL;
    /* The turn goes by the real clock. */
    g_assert_true(sql_run(stage->file.store, &error,
                          "UPDATE sim SET asked_at = iif(asked_at < ?2, ?1, asked_at),"
                          " balance_at = iif(balance_at < ?2, ?1, balance_at)",
                          "ii", stage->now, stage->start + MINUTE));
    g_assert_no_error(error);
}

static void tick(struct stage *stage)
{
    sim_desk_tick(stage->desk, stage->now, stage->now - stage->start);
    settle(stage);
    settle(stage);
}

/* In steps, as seconds would be too many. */
static void wait(struct stage *stage, const char *time)
{
    char *unit = NULL;
    int64_t left = strtoll(time, &unit, 10) * 1000;
    left *= *unit == 'h' ? 3600 : *unit == 'm' ? 60 : 1;
    while (left > 0) {
        int64_t step = MIN(left, left > 3 * MINUTE ? 30000 : 1000);
        stage->now += step;
        left -= step;
        tick(stage);
    }
}

static void end(struct stage *stage, const char *state, const char *text)
{
    g_autoptr(GError) error = NULL;
    struct store *store = stage->file.store;
    struct ussd_order *order = stage->ussd.order;
    g_assert_nonnull(order);
    const struct ussd_step sent = {stage->now, false, order->path[0], NULL, -1, -1};
    const struct ussd_step heard = {stage->now, true, (char *)text, NULL, 15, 0};
    g_assert_true(store_ussd_step(store, order->id, &sent, &error));
    if (text != NULL)
        g_assert_true(store_ussd_step(store, order->id, &heard, &error));
    g_assert_true(store_ussd_state(store, order->id, state, "", stage->now, &error));
    const struct ussd_end told = {.id = order->id, .modem = "sim1", .text = text, .cause = ""};
    stage->ussd.order = NULL;
    stage->ussd.ended(stage->ussd.data, &told);
    settle(stage);
    ussd_order_free(order);
    tick(stage);
}

static void sms(struct stage *stage, const char *text)
{
    g_autoptr(GError) error = NULL;
    const struct sim_text taken = {.modem = "sim1",
                                   .imsi = IMSI,
                                   .purpose = "sms",
                                   .by_sms = true,
                                   .text = text,
                                   .now = g_get_real_time() / 1000};
    g_assert_true(sim_take(stage->file.store, &stage->config, &taken, &error));
}

static void expect(struct stage *stage, const char *line)
{
    struct sim_worry worry;
    sim_desk_worry(stage->desk, "sim1", &worry);
    if (strcmp(line, "-") == 0) {
        g_assert_null(stage->ussd.order);
    } else if (g_str_has_prefix(line, "> ")) {
        g_assert_nonnull(stage->ussd.order);
        g_autofree char *path = g_strjoinv(" ", stage->ussd.order->path);
        g_assert_cmpstr(path, ==, line + 2);
    } else if (g_str_has_prefix(line, "= ")) {
        g_assert_cmpint(count_rows(stage->file.store, "SELECT balance FROM sim"), ==,
                        strtoll(line + 2, NULL, 10));
    } else if (strcmp(line, "rests") == 0 || strcmp(line, "wakes") == 0) {
        g_assert_cmpint(stage->rests, ==, line[0] == 'r');
    } else {
        g_assert_cmpint(worry.low != NULL, ==, strcmp(line, "low") == 0);
        g_assert_cmpint(worry.unread != NULL, ==, strcmp(line, "unread") == 0);
    }
}

static void play(struct stage *stage, const char *line)
{
    if (g_str_has_prefix(line, "wait "))
        wait(stage, line + strlen("wait "));
    else if (g_str_has_prefix(line, "says "))
        end(stage, "answered", line + strlen("says "));
    else if (g_str_has_prefix(line, "sms "))
        sms(stage, line + strlen("sms "));
    else if (strcmp(line, "mute") == 0)
        end(stage, "timed-out", NULL);
    else if (strcmp(line, "quiet") == 0 || strcmp(line, "loud") == 0)
        stage->quiet = line[0] == 'q';
    else if (strcmp(line, "asks") == 0)
        sim_desk_before(stage->desk);
    else
        expect(stage, line);
}

/* ---- the stage ---- */

static void nothing(void *data)
{
    (void)data;
}

static bool wants_nothing(void *data)
{
    (void)data;
    return false;
}

static bool lease_nothing(void *data, int64_t now, GError **error)
{
    (void)data;
    (void)now;
    (void)error;
    return true;
}

static void read_config(struct stage *stage)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autofree char *operators = g_build_filename(stage->file.folder, "operators.conf", NULL);
    g_autofree char *path = g_build_filename(stage->file.folder, "loa.conf", NULL);
    g_autofree char *text = g_strdup_printf(
        "modems = ( { name = \"sim1\"; device = \"/dev/one\"; low_balance = 1000; } );\n"
        "sims = { check_every = \"24h\"; operators = \"%s\"; };\n",
        operators);
    g_assert_true(g_file_set_contents(
        operators,
        "operators = ( { name = \"viettel\"; networks = [ \"45204\" ]; sms_from = [ \"191\" ];\n"
        " paths = { balance = [ \"*101#\" ]; }; patterns = [ \"tk goc (?<balance>(?&money))\" ]; }"
        " );\n",
        -1, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(gateway_config_read(path, &stage->config, mistakes));
    g_assert_cmpint(remove(operators) + remove(path), ==, 0);
}

static void stage_open(struct stage *stage, gconstpointer data)
{
    static const struct turn_hooks hooks = {nothing, wants_nothing, lease_nothing,
                                            nothing, nothing,       NULL};
    g_autoptr(GError) error = NULL;
    store_file_open(&stage->file, data);
    read_config(stage);
    playing = stage;
    stage->quiet = true;
    stage->start = stage->now = g_get_real_time() / 1000;
    stage->zone = g_time_zone_new_utc();
    stage->turn = turn_new(stage->file.store, &hooks);
    struct store *store = stage->file.store;
    g_assert_true(store_modem_ensure(store, "sim1", stage->start, &error));
    g_assert_true(
        store_modem_state(store, "sim1", MODEM_OPENING, MODEM_READY, "", stage->start, &error));
    g_assert_true(
        sql_run(store, &error, "UPDATE modem SET imsi = ?1 WHERE name = ?2", "tt", IMSI, "sim1"));
    const struct sim_desk_ground ground = {store, stage->turn, NULL, &stage->ussd, &stage->config};
    stage->desk = sim_desk_new(&ground, stage->start, &error);
    g_assert_no_error(error);
    tick(stage);
}

static void stage_close(struct stage *stage, gconstpointer data)
{
    turn_free(stage->turn);
    sim_desk_free(stage->desk);
    ussd_order_free(stage->ussd.order);
    g_time_zone_unref(stage->zone);
    gateway_config_clear(&stage->config);
    store_file_close(&stage->file, data);
}

static void test_row(struct stage *stage, gconstpointer data)
{
    g_auto(GStrv) lines = g_strsplit(rows[GPOINTER_TO_SIZE(data)].script, "|", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_test_message("%s", *line);
        play(stage, *line);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/sim_desk/%s", rows[i].name);
        g_test_add(path, struct stage, GSIZE_TO_POINTER(i), stage_open, test_row, stage_close);
    }
    return g_test_run();
}
