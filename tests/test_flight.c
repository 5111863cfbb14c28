// SPDX-License-Identifier: GPL-2.0-or-later
// The flight log: two mappings see the same, one lock, no file of another shape.
#include "modems/flight.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
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

/* What Loa 1 left behind, octet by octet: head, then slots of 816 octets. */
static void write_layout_1(const char *path, size_t size)
{
    static const char head[] = "LoaFligt"
                               "\x01\0\0\0"
                               "\x10\0\0\0"
                               "\x30\x03\0\0"
                               "\0\0\0";
    g_autofree char *image = g_malloc0(size);
    memcpy(image, head, sizeof head);
    char *slot = image + 24 + 3 * 816; /* lease 77 of 2 parts: one sent as 200, one submitted */
    slot[0] = 77;
    slot[8] = 2;
    slot[12] = FLIGHT_ANSWERED;
    slot[16] = (char)200;
    slot[28] = FLIGHT_SUBMITTED;
    memset(slot + 32, 0xff, 4);
    g_assert_true(g_file_set_contents(path, image, (gssize)size, NULL));
}

/* As it was, and as a crash left it that had extended it already. */
static void test_layout_1(void)
{
    static const size_t sizes[] = {13080, 21504};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        char *path = new_path();
        g_autoptr(GError) error = NULL;
        write_layout_1(path, sizes[i]);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        g_assert_null(flight_map(fd, NULL)); /* a worker does not extend it */
        struct flight *flight = flight_open(path, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(flight_identity(flight), !=, 0);
        struct flight_slot *slot = flight_find(flight, 77);
        g_assert_true(slot == flight_slot(flight, 3));
        g_assert_cmpuint(slot->parts, ==, 2);
        g_assert_cmpuint(flight_stage(slot, 0), ==, FLIGHT_ANSWERED);
        g_assert_cmpint(slot->part[0].reference, ==, 200);
        g_assert_cmpuint(flight_stage(slot, 1), ==, FLIGHT_SUBMITTED);
        g_assert_cmpint(slot->part[1].reference, ==, -1);
        struct flight *worker = flight_map(fd, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(flight_identity(worker), ==, flight_identity(flight));
        flight_free(worker);
        flight_free(flight);
        close(fd);
        remove_path(path);
    }
}

static void test_identity(void)
{
    char *path = new_path();
    struct flight *flight = flight_open(path, NULL);
    uint64_t first = flight_identity(flight);
    flight_free(flight);
    flight = flight_open(path, NULL);
    g_assert_cmpuint(flight_identity(flight), ==, first);
    flight_free(flight);
    g_unlink(path);
    flight = flight_open(path, NULL);
    g_assert_cmpuint(flight_identity(flight), !=, first);
    g_assert_cmpuint(flight_identity(flight), !=, 0);
    g_assert_cmpuint(flight_identity(flight), <=, INT64_MAX);
    flight_free(flight);
    remove_path(path);
}

static void test_kept(void)
{
    static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    char *path = new_path();
    g_autoptr(GError) error = NULL;
    struct flight *flight = flight_open(path, NULL);
    g_assert_cmpstr(flight_pin(flight), ==, "");
    g_assert_true(flight_set_pin(flight, digest));
    struct flight_pdu *pdu = flight_pdu(flight, FLIGHT_PUSHED);
    g_assert_cmpuint(pdu->stage, ==, FLIGHT_PDU_NONE);
    pdu->octets[FLIGHT_PDU_SIZE - 1] = 0x55;
    pdu->report = 1;
    pdu->stage = FLIGHT_PDU_READING;
    flight_take(flight_slot(flight, 15), 9, FLIGHT_PARTS);
    g_assert_true(flight_sync(flight, &error));
    g_assert_no_error(error);
    flight_free(flight);

    flight = flight_open(path, NULL);
    g_assert_cmpstr(flight_pin(flight), ==, digest);
    pdu = flight_pdu(flight, FLIGHT_PUSHED);
    g_assert_cmpuint(pdu->stage, ==, FLIGHT_PDU_READING);
    g_assert_cmpuint(pdu->octets[FLIGHT_PDU_SIZE - 1], ==, 0x55);
    g_assert_cmpuint(flight_pdu(flight, FLIGHT_PUSHED - 1)->stage, ==, FLIGHT_PDU_NONE);
    g_assert_true(flight_find(flight, 9) == flight_slot(flight, 15));
    g_assert_true(flight_set_pin(flight, ""));
    g_assert_cmpstr(flight_pin(flight), ==, "");
    flight_free(flight);
    remove_path(path);
}

/* A disk may have a slot's new lease, but of its parts what an earlier lease left there. */
static void test_torn(void)
{
    char *path = new_path();
    struct flight *flight = flight_open(path, NULL);
    struct flight_slot *slot = flight_slot(flight, 10);
    flight_take(slot, 100, 2);
    struct flight_part *part = &slot->part[0];
    part->stage = FLIGHT_ANSWERED;
    const struct flight_part before = *part;
    flight_release(slot);
    flight_take(slot, 101, 2);
    slot->part[1].stage = FLIGHT_SUBMITTED;
    *part = before;
    g_assert_cmpuint(part->stage, ==, FLIGHT_ANSWERED);
    g_assert_cmpuint(flight_stage(slot, 0), ==, FLIGHT_NONE);
    g_assert_cmpuint(flight_stage(slot, 1), ==, FLIGHT_SUBMITTED);
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
    g_test_add_func("/flight/a file of layout 1 is extended, its leases stay", test_layout_1);
    g_test_add_func("/flight/the identity is the file's, made once", test_identity);
    g_test_add_func("/flight/PIN and PDUs are there for the next worker", test_kept);
    g_test_add_func("/flight/what an earlier lease left is not taken for a lease's own", test_torn);
    return g_test_run();
}
