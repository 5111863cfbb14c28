// SPDX-License-Identifier: GPL-2.0-or-later
// When what was pushed is written to disk. Writes are counted by this program's own msync().
#include "modems/kept.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TIMES = 20, DEADLINE_US = 30 * G_USEC_PER_SEC, LOOK_US = 1000 };

static const char pdu[] = "00040B914809000064F100006210201431828202B219";
static atomic_uint writes;

/* Instead of libc's. */
int msync(void *address, size_t size, int flags)
{
    atomic_fetch_add(&writes, 1);
    return (int)syscall(SYS_msync, address, size, flags);
}

struct fixture {
    char *path;
    struct flight *flight;
    struct kept *kept;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *dir = g_dir_make_tmp("loa-kept-XXXXXX", NULL);
    fixture->path = g_build_filename(dir, "sim1.flight", NULL);
    g_autoptr(GError) error = NULL;
    fixture->flight = flight_open(fixture->path, &error);
    g_assert_no_error(error);
    fixture->kept = kept_new(fixture->flight);
    atomic_store(&writes, 0);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    kept_free(fixture->kept);
    flight_free(fixture->flight);
    g_autofree char *dir = g_path_get_dirname(fixture->path);
    g_unlink(fixture->path);
    g_rmdir(dir);
    g_free(fixture->path);
}

static void wait_for_write(void)
{
    int64_t until = g_get_monotonic_time() + DEADLINE_US;
    while (atomic_load(&writes) == 0 && g_get_monotonic_time() < until)
        g_usleep(LOOK_US);
    g_assert_cmpuint(atomic_load(&writes), >, 0);
}

static void test_written(struct fixture *fixture, gconstpointer report)
{
    g_assert_nonnull(kept_push(fixture->kept, pdu, GPOINTER_TO_INT(report)));
    wait_for_write();
}

static void test_leaving(struct fixture *fixture, gconstpointer report)
{
    g_assert_nonnull(kept_push(fixture->kept, pdu, GPOINTER_TO_INT(report)));
    kept_free(fixture->kept);
    g_assert_cmpuint(atomic_load(&writes), >, 0);
    fixture->kept = kept_new(fixture->flight);
}

/* On a busy machine one or the other is late. */
static void test_stored_in_time(struct fixture *fixture, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < TIMES; i++) {
        kept_release(kept_push(fixture->kept, pdu, true));
        kept_free(fixture->kept);
        fixture->kept = kept_new(fixture->flight);
    }
    g_assert_cmpuint(atomic_load(&writes), <, TIMES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *name;
        bool report;
        void (*test)(struct fixture *fixture, gconstpointer data);
    } rows[] = {
        {"/kept/a message that was pushed is written", false, test_written},
        {"/kept/a report that nobody stores is written", true, test_written},
        {"/kept/a worker that leaves writes the message it has", false, test_leaving},
        {"/kept/a worker that leaves writes the report it has", true, test_leaving},
        {"/kept/a report that was stored at once is not written", true, test_stored_in_time},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_test_add(rows[i].name, struct fixture, GINT_TO_POINTER(rows[i].report), set_up,
                   rows[i].test, tear_down);
    return g_test_run();
}
