// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight log as a mapped file: a head that names its layout, then the slots. It outlives
 * processes, not power cuts: what must survive those is the lease in the database, and after a
 * reboot every lease without a verdict is unsure anyway.
 * The lock is flock(2) on an open file description of its own, handed to the worker: it is gone
 * when, and only when, the last process that inherited it is gone. */
#include "modems/flight.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LAYOUT = 1 };

struct head {
    char magic[8];
    uint32_t layout;
    uint32_t slots;
    uint32_t slot_size;
    uint32_t reserved;
};

struct image {
    struct head head;
    struct flight_slot slot[FLIGHT_SLOTS];
};

struct flight {
    struct image *image;
};

_Static_assert(sizeof(struct flight_part) == 16, "the file is read by other builds");
_Static_assert(sizeof(struct flight_slot) == 816, "the file is read by other builds");

static const struct head expected = {.magic = {'L', 'o', 'a', 'F', 'l', 'i', 'g', 't'},
                                     .layout = LAYOUT,
                                     .slots = FLIGHT_SLOTS,
                                     .slot_size = sizeof(struct flight_slot)};

static void set_error(GError **error, const char *what, const char *path)
{
    int problem = errno;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem), "cannot %s flight log %s: %s",
                what, path, g_strerror(problem));
}

static bool has_no_head(int fd)
{
    static const struct head none = {0};
    struct head head;
    return pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head &&
           memcmp(&head, &none, sizeof head) == 0;
}

/* A new file has no octets yet; it gets its size and its head before anybody maps it. A crash in
 * between leaves the size without the head, and so may a power cut after it. */
static bool prepare(int fd, const char *path, GError **error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        set_error(error, "examine", path);
        return false;
    }
    bool half = status.st_size == sizeof(struct image) && has_no_head(fd);
    if (status.st_size != 0 && !half)
        return true;
    if (ftruncate(fd, sizeof(struct image)) == 0 &&
        pwrite(fd, &expected, sizeof expected, 0) == (ssize_t)sizeof expected)
        return true;
    set_error(error, "prepare", path);
    return false;
}

static struct flight *map(int fd, const char *path, GError **error)
{
    struct stat status;
    struct head head;
    if (fstat(fd, &status) != 0 || status.st_size != sizeof(struct image) ||
        pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(&head, &expected, sizeof head) != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s is not a flight log of this version; settle its leases with the version "
                    "that wrote it, then remove it",
                    path);
        return NULL;
    }
    void *image = mmap(NULL, sizeof(struct image), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (image == MAP_FAILED) {
        set_error(error, "map", path);
        return NULL;
    }
    struct flight *flight = g_new0(struct flight, 1);
    flight->image = image;
    return flight;
}

struct flight *flight_open(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        set_error(error, "open", path);
        return NULL;
    }
    struct flight *flight = prepare(fd, path, error) ? map(fd, path, error) : NULL;
    close(fd); /* the mapping stays */
    return flight;
}

struct flight *flight_map(int fd, GError **error)
{
    return map(fd, "(inherited)", error);
}

void flight_free(struct flight *flight)
{
    if (flight == NULL)
        return;
    munmap(flight->image, sizeof(struct image));
    g_free(flight);
}

int flight_lock(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        set_error(error, "open", path);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (errno == EWOULDBLOCK)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_BUSY,
                    "flight log %s: an earlier worker still lives", path);
    else
        set_error(error, "lock", path);
    close(fd);
    return -1;
}

struct flight_slot *flight_slot(struct flight *flight, unsigned index)
{
    g_assert(index < FLIGHT_SLOTS);
    return &flight->image->slot[index];
}

struct flight_slot *flight_find(struct flight *flight, int64_t lease)
{
    for (unsigned i = 0; i < FLIGHT_SLOTS; i++) {
        struct flight_slot *slot = flight_slot(flight, i);
        if (lease != 0 && atomic_load(&slot->lease) == lease)
            return slot;
    }
    return NULL;
}

void flight_take(struct flight_slot *slot, int64_t lease, unsigned parts)
{
    g_assert(lease != 0 && parts >= 1 && parts <= FLIGHT_PARTS);
    g_assert(atomic_load(&slot->lease) == 0);
    memset(slot->part, 0, sizeof slot->part);
    for (unsigned i = 0; i < FLIGHT_PARTS; i++)
        slot->part[i].reference = -1;
    slot->parts = parts;
    atomic_store(&slot->lease, lease);
}

void flight_release(struct flight_slot *slot)
{
    atomic_store(&slot->lease, 0);
}
