// SPDX-License-Identifier: GPL-2.0-or-later
/* What a modem says straight to us is kept before anybody here hears of it, told until it is
 * stored, and acknowledged only where it is kept. The modem is a thread on a pty. */
#include "modems/inbox.h"

#include "modems/line.h"
#include "modems/wire.h"
#include "tests/scripted_modem.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_MS = 10000 };

struct port {
    int service;  /* of AT+CSMS? */
    bool refuses; /* AT+CNMA */
    atomic_uint acknowledged, asked;
    int master;
};

static const char *answer(struct port *port, const char *command, GString *out)
{
    if (strcmp(command, "AT+CSMS?") == 0)
        g_string_append_printf(out, "+CSMS: %d,1,1,1\r\n", port->service);
    if (strcmp(command, "AT+CNMA") != 0)
        return "OK";
    atomic_fetch_add(&port->asked, 1);
    if (port->refuses)
        return "+CMS ERROR: 340";
    atomic_fetch_add(&port->acknowledged, 1);
    return "OK";
}

static void *serve(void *data)
{
    struct port *port = data;
    g_autoptr(GString) line = g_string_new(NULL);
    char byte;
    while (read(port->master, &byte, 1) == 1) {
        if (byte != '\r') {
            g_string_append_c(line, byte);
            continue;
        }
        g_autoptr(GString) out = g_string_new(NULL);
        g_string_append_printf(out, "%s\r\r\n", line->str);
        g_string_append_printf(out, "%s\r\n", answer(port, line->str, out));
        g_string_truncate(line, 0);
        if (write(port->master, out->str, out->len) < 0)
            break;
    }
    close(port->master);
    return NULL;
}

static void push(struct port *port, bool report, unsigned number)
{
    g_autofree char *text =
        report ? g_strdup_printf("\r\n+CDS: 25\r\n07914889200030F00611"
                                 "0B914819325476F852111221222300521112212223%02u00\r\n",
                                 number)
               : g_strdup_printf("\r\n+CMT: ,24\r\n07914889200030F0000B914819325476F80000"
                                 "521112212223%02u05C8329BFD06\r\n",
                                 number);
    g_assert_cmpint(write(port->master, text, strlen(text)), ==, (gssize)strlen(text));
}

/* ---- the stage ---- */

struct stage {
    struct port *port;
    struct scripted_modem tty; /* its pty only */
    char *folder, *path;
    struct flight *flight;
    struct line *line;
    GThread *thread;
    struct kept *kept;
    struct inbox *inbox;
    GHashTable *keys;
    GArray *unstored;
    unsigned told, stale;
};

static bool tell(void *data, const GByteArray *packet)
{
    struct stage *stage = data;
    struct wire_message message = {0};
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    uint64_t key = message.type == WIRE_REPORT ? message.report.key : message.incoming.key;
    stage->stale += message.type == WIRE_INCOMING && !message.incoming.fresh;
    stage->told++;
    g_hash_table_add(stage->keys, g_memdup2(&key, sizeof key));
    g_array_append_val(stage->unstored, key);
    wire_message_clear(&message);
    return true;
}

static void open_line(struct stage *stage)
{
    scripted_start(&stage->tty);
    stage->line = line_open(stage->tty.path, NULL, NULL);
    g_assert_nonnull(stage->line);
    stage->port->master = stage->tty.master;
    stage->thread = g_thread_new("port", serve, stage->port);
}

static void be_born(struct stage *stage)
{
    open_line(stage);
    stage->kept = kept_new(stage->flight);
    line_keep(stage->line, stage->kept);
    stage->inbox = inbox_new(stage->line, stage->kept, tell, stage);
    stage->told = stage->stale = 0;
    g_array_set_size(stage->unstored, 0);
}

static void die(struct stage *stage)
{
    inbox_free(stage->inbox);
    line_free(stage->line);
    kept_free(stage->kept);
    g_thread_join(stage->thread);
}

static void stage_open(struct stage *stage, struct port *port)
{
    *stage = (struct stage){.port = port};
    stage->folder = g_dir_make_tmp("loa-pushed-XXXXXX", NULL);
    stage->path = g_build_filename(stage->folder, "flight", NULL);
    stage->flight = flight_open(stage->path, NULL);
    g_assert_nonnull(stage->flight);
    stage->keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    stage->unstored = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    be_born(stage);
}

static unsigned count_kept(const struct stage *stage)
{
    unsigned count = 0;
    for (unsigned i = 0; i <= FLIGHT_PUSHED; i++)
        count += flight_pdu(stage->flight, i)->stage != FLIGHT_PDU_NONE;
    return count;
}

static void stage_close(struct stage *stage)
{
    die(stage);
    flight_free(stage->flight);
    g_unlink(stage->path);
    g_rmdir(stage->folder);
    g_free(stage->path);
    g_free(stage->folder);
    g_hash_table_unref(stage->keys);
    g_array_unref(stage->unstored);
}

/* So many more notices come from the line. */
static void take(struct stage *stage, unsigned count)
{
    struct line_notice notice;
    for (int i = 0; i < MOST_MS && count > 0; i++) {
        while (count > 0 && line_notice(stage->line, &notice)) {
            inbox_notice(stage->inbox, &notice);
            g_free(notice.text);
            count--;
        }
        if (count > 0)
            g_usleep(1000);
    }
    g_assert_cmpuint(count, ==, 0);
}

static void step(struct stage *stage)
{
    g_assert_true(inbox_step(stage->inbox, 32));
}

static void store(struct stage *stage)
{
    for (guint i = 0; i < stage->unstored->len; i++)
        inbox_stored(stage->inbox, g_array_index(stage->unstored, uint64_t, i));
    g_array_set_size(stage->unstored, 0);
}

/* ---- tests ---- */

static void test_places(void)
{
    static const struct {
        const char *name;
        bool report;
        unsigned count;
    } rows[] = {
        {"one SMS", false, 1}, {"one report", true, 1}, {"more than can be kept", true, 21}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct port port = {0};
        struct stage stage;
        stage_open(&stage, &port);
        for (unsigned k = 0; k < rows[i].count; k++)
            push(&port, rows[i].report, k);
        take(&stage, rows[i].count);
        unsigned most = MIN(rows[i].count, (unsigned)KEPT_PUSHED);
        g_assert_cmpuint(count_kept(&stage), ==, most);
        step(&stage);
        step(&stage);
        g_assert_cmpuint(stage.told, ==, most);
        g_assert_true(inbox_idle(stage.inbox));
        store(&stage);
        step(&stage);
        g_assert_cmpuint(stage.told, ==, rows[i].count);
        store(&stage);
        g_assert_cmpuint(count_kept(&stage), ==, 0);
        g_assert_cmpuint(g_hash_table_size(stage.keys), ==, rows[i].count);
        stage_close(&stage);
    }
}

static void test_lives(void)
{
    enum { COUNT = 9 };
    static const char *const rows[] = {"nobody had heard of it", "it was told",
                                       "two lives were not enough"};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i]);
        struct port port = {0};
        struct stage stage;
        stage_open(&stage, &port);
        for (unsigned k = 0; k < COUNT; k++)
            push(&port, false, k);
        take(&stage, COUNT);
        for (unsigned k = 0; k < i; k++) {
            step(&stage);
            g_assert_cmpuint(stage.told, ==, COUNT);
            die(&stage);
            be_born(&stage);
        }
        step(&stage);
        g_assert_cmpuint(stage.told, ==, COUNT);
        g_assert_cmpuint(stage.stale, ==, i > 0 ? COUNT : 0);
        store(&stage);
        g_assert_cmpuint(count_kept(&stage), ==, 0);
        g_assert_cmpuint(g_hash_table_size(stage.keys), ==, COUNT);
        stage_close(&stage);
    }
}

static void test_acknowledgement(void)
{
    enum { COUNT = KEPT_PUSHED + 3 };
    static const struct {
        const char *name;
        struct port port;
        unsigned asked, acknowledged;
    } rows[] = {
        {"the modem does it itself", {.service = 0}, 0, 0},
        {"it wants one for each, and gets it for what is kept",
         {.service = 1},
         KEPT_PUSHED,
         KEPT_PUSHED},
        {"it says so, but does not want any", {.service = 1, .refuses = true}, 1, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct port port = {.service = rows[i].port.service, .refuses = rows[i].port.refuses};
        struct stage stage;
        stage_open(&stage, &port);
        for (unsigned k = 0; k < COUNT; k++)
            push(&port, true, k);
        take(&stage, COUNT);
        step(&stage);
        g_assert_cmpuint(port.asked, ==, rows[i].asked);
        g_assert_cmpuint(port.acknowledged, ==, rows[i].acknowledged);
        stage_close(&stage);
    }
}

/* It came while nobody was there, or while the worker did not look at its line yet. */
static void test_early(void)
{
    struct port port = {0};
    struct stage stage;
    stage_open(&stage, &port);
    die(&stage);
    open_line(&stage);
    push(&port, false, 1);
    line_ask(stage.line, "AT", 5000, NULL, NULL); /* it is read now */
    stage.kept = kept_new(stage.flight);
    line_keep(stage.line, stage.kept);
    g_assert_cmpuint(count_kept(&stage), ==, 1);
    stage.inbox = inbox_new(stage.line, stage.kept, tell, &stage);
    stage_close(&stage);
}

/* What a dying worker wrote over its flight log does not end the next one. */
static void test_mended(void)
{
    struct port port = {0};
    struct stage stage;
    stage_open(&stage, &port);
    push(&port, false, 1);
    take(&stage, 1);
    die(&stage);
    for (unsigned i = 0; i <= FLIGHT_PUSHED; i++) {
        struct flight_pdu *place = flight_pdu(stage.flight, i);
        if (place->stage == FLIGHT_PDU_NONE)
            memset(place, i % 2 == 0 ? 0xff : 0x01, sizeof *place);
        if (i % 3 == 0 && i > 0)
            place->stage = FLIGHT_PDU_KEPT;
    }
    be_born(&stage);
    g_assert_cmpuint(count_kept(&stage), ==, 1);
    step(&stage);
    g_assert_cmpuint(stage.told, ==, 1);
    stage_close(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pushed/each is told, in its turn where there are too many", test_places);
    g_test_add_func("/pushed/each has one key through all lives", test_lives);
    g_test_add_func("/pushed/only what is kept is acknowledged", test_acknowledgement);
    g_test_add_func("/pushed/what came before anybody looked is kept", test_early);
    g_test_add_func("/pushed/a flight log that was written over is mended", test_mended);
    return g_test_run();
}
