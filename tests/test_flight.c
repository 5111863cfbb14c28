// SPDX-License-Identifier: GPL-2.0-or-later
// The flight log: two mappings see the same, one lock, no file of another shape.
#include "modems/flight.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

static char *new_path(void)
{
    g_autofree char *dir = g_dir_make_tmp("loa-flight-XXXXXX", NULL);
    return g_build_filename(dir, "sim1.flight", NULL);
}

static void remove_path(char *path)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_unlink(path);
    g_rmdir(dir);
    g_free(path);
}

static void test_shared(void)
{
    char *path = new_path();
    g_autoptr(GError) error = NULL;
    struct flight *gateway = flight_open(path, &error);
    g_assert_no_error(error);
    int fd = flight_lock(path, &error);
    g_assert_no_error(error);
    struct flight *worker = flight_map(fd, &error);
    g_assert_no_error(error);
    g_assert_null(flight_find(gateway, 0));
    g_assert_null(flight_find(gateway, 4711));
    flight_take(flight_slot(gateway, 15), 4711, 3);
    struct flight_slot *slot = flight_find(worker, 4711);
    g_assert_true(slot == flight_slot(worker, 15));
    g_assert_cmpuint(slot->parts, ==, 3);
    g_assert_cmpint(slot->part[2].reference, ==, -1);
    slot->part[0].reference = 200;
    slot->part[0].stage = FLIGHT_ANSWERED;
    flight_free(worker);
    flight_free(gateway);
    close(fd);

    gateway = flight_open(path, &error); /* a later life */
    g_assert_no_error(error);
    slot = flight_find(gateway, 4711);
    g_assert_cmpint(slot->part[0].reference, ==, 200);
    g_assert_cmpuint(slot->part[0].stage, ==, FLIGHT_ANSWERED);
    flight_release(slot);
    g_assert_null(flight_find(gateway, 4711));
    flight_take(slot, 4712, 1);
    g_assert_cmpuint(slot->part[0].stage, ==, FLIGHT_NONE);
    flight_free(gateway);
    remove_path(path);
}

static void test_locked(void)
{
    char *path = new_path();
    struct flight *flight = flight_open(path, NULL);
    int fd = flight_lock(path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, !=, 0);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(flight_lock(path, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BUSY);
    int gate[2];
    g_assert_cmpint(pipe(gate), ==, 0);
    pid_t child = fork(); /* inherits it, and keeps it when we let go */
    if (child == 0) {
        char byte;
        close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(fd);
    g_assert_cmpint(flight_lock(path, NULL), ==, -1);
    close(gate[1]);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    fd = flight_lock(path, NULL);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    close(gate[0]);
    flight_free(flight);
    remove_path(path);
}

static void test_strange_files(void)
{
    static const char *const contents[] = {"x", "LoaFligt and then something else"};
    for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
        char *path = new_path();
        g_autoptr(GError) error = NULL;
        g_autofree char *after = NULL;
        g_assert_true(g_file_set_contents(path, contents[i], -1, NULL));
        g_assert_null(flight_open(path, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
        g_assert_cmpstr(after, ==, contents[i]);
        remove_path(path);
    }
    char *path = new_path(); /* right size, wrong layout */
    flight_free(flight_open(path, NULL));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(pwrite(fd, "\x63", 1, 8), ==, 1);
    g_assert_null(flight_map(fd, NULL));
    close(fd);
    remove_path(path);
}

static void test_half_made(void)
{
    char *path = new_path();
    g_autoptr(GError) error = NULL;
    flight_free(flight_open(path, NULL));
    static const char nothing[24];
    int fd = open(path, O_RDWR | O_CLOEXEC);
    g_assert_cmpint(pwrite(fd, nothing, sizeof nothing, 0), ==, sizeof nothing);
    close(fd);
    struct flight *flight = flight_open(path, &error);
    g_assert_no_error(error);
    g_assert_null(flight_find(flight, 1));
    flight_free(flight);
    remove_path(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flight/what one side writes the other reads, and a later life", test_shared);
    g_test_add_func("/flight/the lock lives as long as its last heir", test_locked);
    g_test_add_func("/flight/a file of another shape is left alone", test_strange_files);
    g_test_add_func("/flight/a file that was cut off before its head is finished", test_half_made);
    return g_test_run();
}
