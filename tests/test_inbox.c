// SPDX-License-Identifier: GPL-2.0-or-later
/* What lies in a modem is found, told once and deleted once, however the modem wants its stores
 * named. The modem is a thread on a pty with two places in each store. */
#include "modems/inbox.h"

#include "modems/line.h"
#include "modems/wire.h"
#include "tests/scripted_modem.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

enum { STORES = 2, PLACES = 2, STEPS = 30 };

struct shop {
    const char *stores[STORES]; /* it knows no other; NULL: none */
    bool full[STORES][PLACES];  /* which places hold a message */
    unsigned names;             /* that AT+CPMS= wants; 0: it does not know the command */
    unsigned busy;              /* so many times AT+CPMS= is refused with CMS 314 first */
    bool takes_any;             /* OK to any name, and always the first store */
    unsigned open, missed;      /* deletions of what was not there */
    int master;
};

static const char *open_store(struct shop *shop, const char *arguments)
{
    g_auto(GStrv) names = g_strsplit(arguments, ",", -1);
    if (shop->busy > 0) {
        shop->busy--;
        return "+CMS ERROR: 314";
    }
    if (g_strv_length(names) != shop->names)
        return "ERROR";
    for (unsigned i = 0; i < STORES && !shop->takes_any; i++) {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", shop->stores[i]);
        if (strcmp(names[0], quoted) == 0) {
            shop->open = i;
            return "OK";
        }
    }
    return shop->takes_any ? "OK" : "ERROR";
}

/* Told apart by the seconds of the time stamp. */
static void show(const struct shop *shop, unsigned place, const char *head, GString *out)
{
    if (shop->full[shop->open][place])
        g_string_append_printf(out,
                               "%s,24\r\n07914889200030F0000B914819325476F80000521112212223%u2"
                               "05C8329BFD06\r\n",
                               head, shop->open * PLACES + place);
}

static const char *answer(struct shop *shop, const char *command, GString *out)
{
    unsigned place = g_str_has_suffix(command, "=1") ? 1 : 0;
    if (g_str_has_prefix(command, "AT+CPMS="))
        return open_store(shop, command + strlen("AT+CPMS="));
    if (strcmp(command, "AT+CPMS?") == 0)
        return shop->names > 0 ? "OK" : "ERROR";
    if (strcmp(command, "AT+CMGL=4") == 0) {
        show(shop, 0, "+CMGL: 0,1,", out);
        show(shop, 1, "+CMGL: 1,1,", out);
    }
    if (g_str_has_prefix(command, "AT+CMGR="))
        show(shop, place, "+CMGR: 1,", out);
    if (g_str_has_prefix(command, "AT+CMGD=")) {
        shop->missed += !shop->full[shop->open][place];
        shop->full[shop->open][place] = false;
    }
    return "OK";
}

static void *serve(void *data)
{
    struct shop *shop = data;
    g_autoptr(GString) line = g_string_new(NULL);
    char byte;
    while (read(shop->master, &byte, 1) == 1) {
        if (byte != '\r') {
            g_string_append_c(line, byte);
            continue;
        }
        g_autoptr(GString) out = g_string_new(NULL);
        g_string_append_printf(out, "%s\r\r\n", line->str);
        g_string_append_printf(out, "%s\r\n", answer(shop, line->str, out));
        g_string_truncate(line, 0);
        if (write(shop->master, out->str, out->len) < 0)
            break;
    }
    close(shop->master);
    return NULL;
}

/* ---- the gateway's part ---- */

struct log_file {
    char *folder, *path;
    struct flight *flight;
};

static void open_log(struct log_file *file)
{
    g_autoptr(GError) error = NULL;
    file->folder = g_dir_make_tmp("loa-inbox-XXXXXX", NULL);
    file->path = g_build_filename(file->folder, "flight", NULL);
    file->flight = flight_open(file->path, &error);
    g_assert_no_error(error);
}

static void close_log(struct log_file *file)
{
    flight_free(file->flight);
    g_unlink(file->path);
    g_rmdir(file->folder);
    g_free(file->path);
    g_free(file->folder);
}

struct desk {
    unsigned told;
    GArray *keys; /* uint64_t, not yet said to be stored */
};

static bool tell(void *data, const GByteArray *packet)
{
    struct desk *desk = data;
    struct wire_message message = {0};
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    g_assert_cmpint(message.type, ==, WIRE_INCOMING);
    g_array_append_val(desk->keys, message.incoming.key);
    desk->told++;
    wire_message_clear(&message);
    return true;
}

static void work(struct inbox *inbox, struct desk *desk)
{
    for (int i = 0; i < STEPS; i++) {
        g_assert_true(inbox_step(inbox, 8));
        for (guint k = 0; k < desk->keys->len; k++)
            inbox_stored(inbox, g_array_index(desk->keys, uint64_t, k));
        g_array_set_size(desk->keys, 0);
    }
}

static const struct {
    const char *name;
    struct shop shop;
    const char *pointer; /* the store that a +CMTI to place 1 names */
    unsigned listings, told;
} rows[] = {
    {"one store named", {{"SM", "ME"}, {{1, 1}, {0, 1}}, .names = 1}, NULL, 1, 3},
    {"two stores named", {{"SM", "ME"}, {{1, 1}, {0, 1}}, .names = 2}, NULL, 1, 3},
    {"three stores named", {{"SM", "ME"}, {{1, 1}, {0, 1}}, .names = 3}, NULL, 1, 3},
    {"no ME", {{"SM", NULL}, {{1, 1}}, .names = 1}, NULL, 1, 2},
    {"no SM", {{"ME", NULL}, {{1, 1}}, .names = 1}, NULL, 2, 2},
    {"no stores to be named", {{NULL, NULL}, {{1, 1}}}, NULL, 1, 2},
    {"no stores to be named, and a pointer", {{NULL, NULL}, {{1, 1}}}, "ME", 1, 2},
    {"one store for every name", {{"SM"}, {{1, 1}}, .names = 1, .takes_any = true}, NULL, 2, 2},
    {"busy for a while", {{"SM", "ME"}, {{1, 1}, {0, 1}}, .names = 1, .busy = 2}, NULL, 2, 3},
    {"a pointer into the other store", {{"SM", "ME"}, {{0, 0}, {0, 1}}, .names = 3}, "ME", 0, 1},
    {"a pointer into SR", {{"SM", "SR"}, {{0, 0}, {0, 1}}, .names = 1}, "SR", 0, 1},
    {"a pointer to nothing", {{"SM", "ME"}, {{0}}, .names = 1}, "ME", 0, 0},
};

static void test_stores(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct shop shop = rows[i].shop;
        struct scripted_modem tty = {0}; /* its pty only */
        struct desk desk = {.keys = g_array_new(FALSE, FALSE, sizeof(uint64_t))};
        scripted_start(&tty);
        struct line *line = line_open(tty.path, NULL, NULL);
        g_assert_nonnull(line);
        shop.master = tty.master;
        GThread *thread = g_thread_new("shop", serve, &shop);
        struct log_file file;
        open_log(&file);
        struct kept *kept = kept_new(file.flight);
        struct inbox *inbox = inbox_new(line, kept, tell, &desk);
        if (rows[i].pointer != NULL) {
            struct line_notice notice = {.kind = RESULT_STORED_MESSAGE, .index = 1};
            g_strlcpy(notice.memory, rows[i].pointer, sizeof notice.memory);
            inbox_notice(inbox, &notice);
        }
        for (unsigned k = 0; k < rows[i].listings; k++) {
            inbox_list_all(inbox);
            work(inbox, &desk);
        }
        work(inbox, &desk);
        g_assert_true(inbox_idle(inbox));
        inbox_free(inbox);
        kept_free(kept);
        close_log(&file);
        line_free(line);
        g_thread_join(thread);
        g_assert_cmpuint(desk.told, ==, rows[i].told);
        g_assert_cmpuint(shop.missed, ==, 0);
        for (unsigned k = 0; k < STORES * PLACES; k++)
            g_assert_false(shop.full[k / PLACES][k % PLACES]);
        g_array_unref(desk.keys);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inbox/every store is emptied once, whatever it wants to be called",
                    test_stores);
    return g_test_run();
}
