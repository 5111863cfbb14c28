// SPDX-License-Identifier: GPL-2.0-or-later
/* Where modems are looked for. Ordinary files play the ttys: what counts of a node is the same. */
#include "gateway/port.h"

#include "config/gateway.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct desk {
    char *dir;
    struct port_book *book;
    GPtrArray *modems;
};

static char *at(const struct desk *desk, const char *name)
{
    return g_build_filename(desk->dir, name, NULL);
}

static void plug(const struct desk *desk, const char *name)
{
    g_autofree char *path = at(desk, name);
    /* A new node each time: an inode that was just freed may be given out again. */
    g_autofree char *spare = g_strconcat(path, "-spare", NULL);
    g_assert_true(g_file_set_contents(spare, "", 0, NULL));
    g_usleep(5000);
    g_assert_cmpint(g_rename(spare, path), ==, 0);
}

static void unplug(const struct desk *desk, const char *name)
{
    g_autofree char *path = at(desk, name);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

static void point(const struct desk *desk, const char *link, const char *name)
{
    g_autofree char *path = at(desk, link);
    g_unlink(path);
    g_assert_cmpint(symlink(name, path), ==, 0);
}

static void free_modem(gpointer data)
{
    struct modem_config *modem = data;
    g_free(modem->name);
    g_free(modem->device);
    g_free(modem->imei);
    g_free(modem);
}

static const struct modem_config *add(struct desk *desk, const char *name, const char *device,
                                      const char *imei)
{
    struct modem_config *modem = g_new0(struct modem_config, 1);
    modem->name = g_strdup(name);
    modem->device = at(desk, device);
    modem->imei = g_strdup(imei);
    g_ptr_array_add(desk->modems, modem);
    return modem;
}

static void set_up(struct desk *desk)
{
    g_autofree char *dir = g_dir_make_tmp("loa-port-XXXXXX", NULL);
    char real[4096];
    g_assert_nonnull(realpath(dir, real));
    desk->dir = g_strdup(real);
    desk->book = port_book_new();
    desk->modems = g_ptr_array_new_with_free_func(free_modem);
    port_book_configure(desk->book, desk->modems);
}

static void tear_down(struct desk *desk)
{
    g_autoptr(GDir) dir = g_dir_open(desk->dir, 0, NULL);
    const char *name = NULL;
    while ((name = g_dir_read_name(dir)) != NULL)
        unplug(desk, name);
    g_rmdir(desk->dir);
    port_book_free(desk->book);
    g_ptr_array_unref(desk->modems);
    g_free(desk->dir);
}

static void assert_takes(const struct desk *desk, struct port *port, bool due, gint64 now,
                         const char *name)
{
    bool took = port_take(port, due, now);
    if (name == NULL) {
        g_assert_false(took);
        return;
    }
    g_autofree char *path = at(desk, name);
    g_assert_true(took);
    g_assert_cmpstr(port_path(port), ==, path);
}

static void test_fixed(void)
{
    struct desk desk;
    set_up(&desk);
    point(&desk, "by-id", "tty0");
    struct port *port = port_new(desk.book, add(&desk, "sim0", "by-id", NULL));
    assert_takes(&desk, port, true, 0, NULL);
    g_assert_false(port_is_there(port));
    plug(&desk, "tty0");
    assert_takes(&desk, port, false, 0, "tty0"); /* new: at once */
    g_assert_true(port_is_there(port));
    g_assert_false(port_is_candidate(port));
    port_release(port);
    assert_takes(&desk, port, false, 0, NULL); /* as before: when it is due */
    assert_takes(&desk, port, true, 0, "tty0");
    port_release(port);
    plug(&desk, "tty0"); /* gone and back between two looks */
    assert_takes(&desk, port, false, 0, "tty0");
    port_release(port);
    plug(&desk, "tty7");
    point(&desk, "by-id", "tty7"); /* back under another name */
    assert_takes(&desk, port, false, 0, "tty7");
    port_free(port);
    tear_down(&desk);
}

static void test_search(void)
{
    struct desk desk;
    set_up(&desk);
    struct port *port = port_new(desk.book, add(&desk, "sim0", "tty*", "111"));
    assert_takes(&desk, port, true, 0, NULL);
    plug(&desk, "tty0");
    plug(&desk, "tty1");
    plug(&desk, "tty2");
    assert_takes(&desk, port, false, 0, "tty0");
    g_assert_true(port_is_candidate(port));
    port_release(port);
    port_reject(port, true, 0);
    assert_takes(&desk, port, false, 0, "tty1");
    port_release(port);
    port_reject(port, false, 0);
    g_autofree char *absence = port_absence(port);
    g_assert_nonnull(strstr(absence, "IMEI 111"));
    g_assert_nonnull(strstr(absence, "3 ttys"));
    g_assert_nonnull(strstr(absence, "1 of other modems, 1 without an answer"));
    assert_takes(&desk, port, false, 0, "tty2");
    port_confirm(port);
    g_assert_false(port_is_candidate(port));
    port_release(port);
    /* At home the ladder decides; strangers and mute ones rest. */
    assert_takes(&desk, port, false, 1000, NULL);
    assert_takes(&desk, port, true, 1000, "tty2");
    g_assert_false(port_is_candidate(port));
    port_release(port);
    /* Another node under its name is a candidate like others. */
    plug(&desk, "tty2");
    assert_takes(&desk, port, false, 1000, "tty2");
    g_assert_true(port_is_candidate(port));
    port_confirm(port);
    port_release(port);
    /* Back under another name. */
    unplug(&desk, "tty2");
    assert_takes(&desk, port, false, 1000, NULL);
    plug(&desk, "tty5");
    assert_takes(&desk, port, false, 1000, "tty5");
    g_assert_true(port_is_candidate(port));
    port_free(port);
    tear_down(&desk);
}

static void test_rest(void)
{
    static const struct {
        bool stranger;
        gint64 rests_ms[4];
    } rows[] = {
        {true, {600000, 600000, 600000, 600000}},
        {false, {15000, 30000, 60000, 120000}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct desk desk;
        set_up(&desk);
        struct port *port = port_new(desk.book, add(&desk, "sim0", "tty*", "111"));
        plug(&desk, "tty0");
        gint64 now = 0;
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].rests_ms); k++) {
            assert_takes(&desk, port, true, now, "tty0");
            port_release(port);
            port_reject(port, rows[i].stranger, now);
            now += rows[i].rests_ms[k];
            assert_takes(&desk, port, true, now - 1, NULL);
        }
        plug(&desk, "tty0"); /* another node: nothing is known of it */
        assert_takes(&desk, port, false, now - 1, "tty0");
        port_free(port);
        tear_down(&desk);
    }
}

static void test_nobody_fights(void)
{
    struct desk desk;
    set_up(&desk);
    plug(&desk, "tty0");
    plug(&desk, "tty1");
    plug(&desk, "tty2");
    point(&desk, "fixed", "tty1");
    struct port *one = port_new(desk.book, add(&desk, "sim0", "tty*", "111"));
    struct port *two = port_new(desk.book, add(&desk, "sim1", "tty[0-9]", "222"));
    struct port *fixed = port_new(desk.book, add(&desk, "sim2", "fixed", NULL));
    assert_takes(&desk, one, true, 0, "tty0");
    assert_takes(&desk, two, true, 0, "tty2");
    assert_takes(&desk, fixed, true, 0, "tty1");
    port_release(one);
    port_reject(one, true, 0);
    assert_takes(&desk, one, true, 0, NULL);
    port_release(two);
    port_reject(two, true, 0);
    assert_takes(&desk, one, true, 0, "tty2");
    assert_takes(&desk, two, true, 0, "tty0");
    /* Whatever links lead to it, one tty has one owner. */
    point(&desk, "tty9", "tty0");
    port_release(one);
    port_reject(one, true, 0);
    assert_takes(&desk, one, true, 0, NULL);
    port_free(one);
    port_free(two);
    port_free(fixed);
    tear_down(&desk);
}

/* After a restart each goes where it was, in whatever order they are asked. */
static void test_expected(void)
{
    struct desk desk;
    set_up(&desk);
    plug(&desk, "tty0");
    plug(&desk, "tty1");
    plug(&desk, "tty2");
    g_autofree char *first = at(&desk, "tty0"), *last = at(&desk, "tty2"),
                    *gone = at(&desk, "tty9");
    struct port *one = port_new(desk.book, add(&desk, "sim0", "tty*", "111"));
    struct port *two = port_new(desk.book, add(&desk, "sim1", "tty*", "222"));
    struct port *three = port_new(desk.book, add(&desk, "sim2", "tty*", "333"));
    port_expect(one, last);
    port_expect(two, first);
    port_expect(three, gone);
    assert_takes(&desk, three, true, 0, "tty1");
    port_release(three);
    port_reject(three, true, 0);
    assert_takes(&desk, three, true, 0, NULL);
    assert_takes(&desk, one, true, 0, "tty2");
    port_release(one); /* its worker could not be started yet */
    assert_takes(&desk, three, true, 0, NULL);
    assert_takes(&desk, one, true, 0, "tty2");
    port_release(one);
    port_reject(one, true, 0);
    assert_takes(&desk, three, true, 0, "tty2");
    port_free(two); /* nobody waits for it any more */
    assert_takes(&desk, one, true, 0, "tty0");
    port_free(one);
    port_free(three);
    tear_down(&desk);
}

static void test_new_settings(void)
{
    struct desk desk;
    set_up(&desk);
    plug(&desk, "tty0");
    struct port *port = port_new(desk.book, add(&desk, "sim0", "tty*", "111"));
    assert_takes(&desk, port, true, 0, "tty0");
    port_release(port);
    port_reject(port, true, 0);
    assert_takes(&desk, port, true, 0, NULL);
    port_configure(port, add(&desk, "sim0", "tty*", "222"));
    assert_takes(&desk, port, true, 0, "tty0");
    port_free(port);
    tear_down(&desk);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/port/a fixed path is tried when due, a new node at once", test_fixed);
    g_test_add_func("/port/a pattern leads to the modem and to where it went", test_search);
    g_test_add_func("/port/strangers and mute ttys rest until they change", test_rest);
    g_test_add_func("/port/two modems never try one tty", test_nobody_fights);
    g_test_add_func("/port/after a restart each goes where it was", test_expected);
    g_test_add_func("/port/another IMEI forgets what was learned", test_new_settings);
    return g_test_run();
}
