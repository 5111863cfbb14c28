// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight log as a mapped file: a head that names its layout, the slots, then what layout 2
 * added: identity, PIN and PDUs. It outlives processes by itself, power cuts by flight_sync().
 * The head of layout 2 is written last and when all else is on disk, so that a crash at any moment
 * leaves a file that is still to be made or extended, or one that is whole. Its room on the disk is
 * reserved: a write to the mapping cannot meet a full disk.
 * The lock is flock(2) on an open file description of its own, handed to the worker: it is gone
 * when, and only when, the last process that inherited it is gone. */
#include "modems/flight.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LAYOUT_SLOTS_ONLY = 1, LAYOUT = 2 };

struct head {
    char magic[8];
    uint32_t layout;
    uint32_t slots;
    uint32_t slot_size;
    uint32_t reserved;
};

struct tail {
    uint64_t identity;
    char pin[72];
    uint8_t reserved[152];
    struct flight_pdu pdu[FLIGHT_PUSHED + 1];
};

struct image {
    struct head head;
    struct flight_slot slot[FLIGHT_SLOTS];
    struct tail tail;
};

struct flight {
    struct image *image;
};

/* A sector (512 octets) is written whole or not at all: what must agree lies in one. */
enum { SECTOR = 512 };

_Static_assert(sizeof(struct flight_part) == 16, "the file is read by other builds");
_Static_assert(sizeof(struct flight_slot) == 816, "the file is read by other builds");
_Static_assert(sizeof(struct flight_pdu) == 256, "the file is read by other builds");
_Static_assert(offsetof(struct image, tail) == 13080, "the size of layout 1");
_Static_assert(offsetof(struct image, tail.pdu) % SECTOR == 0, "two PDUs in each sector");
_Static_assert(sizeof(struct image) == 13312 + 32 * 256, "the file is read by other builds");

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

/* ---- making and extending ---- */

enum shape { SHAPE_STRANGE, SHAPE_UNMADE, SHAPE_SLOTS_ONLY, SHAPE_WHOLE };

static bool is_layout(const struct head *head, uint32_t layout)
{
    struct head wanted = expected;
    wanted.layout = layout;
    return memcmp(head, &wanted, sizeof wanted) == 0;
}

/* Making it may have ended early, by a crash or a power cut: with its size but without its head. */
static enum shape shape_of(int fd, off_t size)
{
    static const struct head none = {0};
    struct head head;
    bool slots_only = size == (off_t)offsetof(struct image, tail);
    bool whole = size == (off_t)sizeof(struct image);
    if (size == 0)
        return SHAPE_UNMADE;
    if ((!slots_only && !whole) || pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        return SHAPE_STRANGE;
    if (memcmp(&head, &none, sizeof head) == 0)
        return SHAPE_UNMADE;
    if (is_layout(&head, LAYOUT_SLOTS_ONLY))
        return SHAPE_SLOTS_ONLY;
    return whole && is_layout(&head, LAYOUT) ? SHAPE_WHOLE : SHAPE_STRANGE;
}

static bool write_at(int fd, const void *data, size_t size, size_t offset)
{
    ssize_t written = pwrite(fd, data, size, (off_t)offset);
    if (written >= 0 && (size_t)written != size)
        errno = ENOSPC;
    return written == (ssize_t)size;
}

static uint16_t mark_of(int64_t lease)
{
    return (uint16_t)((uint64_t)lease % UINT16_MAX + 1); /* never 0, as layout 1 left it */
}

static bool mark_slots(int fd)
{
    for (unsigned i = 0; i < FLIGHT_SLOTS; i++) {
        size_t slot = offsetof(struct image, slot) + i * sizeof(struct flight_slot);
        int64_t lease = 0;
        if (pread(fd, &lease, sizeof lease, (off_t)slot) != (ssize_t)sizeof lease)
            return false;
        uint16_t mark = mark_of(lease);
        for (size_t k = 0; k < FLIGHT_PARTS; k++) {
            size_t part = slot + offsetof(struct flight_slot, part) +
                          k * sizeof(struct flight_part) + offsetof(struct flight_part, mark);
            if (!write_at(fd, &mark, sizeof mark, part))
                return false;
        }
    }
    return true;
}

/* A file whose name is lost would be made anew, with another identity. */
static bool sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int problem = errno;
    if (fd >= 0)
        close(fd);
    errno = problem;
    return synced;
}

/* The rest of it, then its head, each on disk before the next. */
static bool fill(int fd, const char *path, bool keep_slots)
{
    struct tail tail = {0};
    while (tail.identity == 0) {
        if (getrandom(&tail.identity, sizeof tail.identity, 0) != (ssize_t)sizeof tail.identity)
            return false;
        tail.identity &= INT64_MAX; /* it is kept in SQL too */
    }
    if (!keep_slots && ftruncate(fd, 0) != 0)
        return false;
    errno = posix_fallocate(fd, 0, sizeof(struct image));
    return errno == 0 && write_at(fd, &tail, sizeof tail, offsetof(struct image, tail)) &&
           (!keep_slots || mark_slots(fd)) && fsync(fd) == 0 && sync_folder(path) &&
           write_at(fd, &expected, sizeof expected, 0) && fsync(fd) == 0;
}

static bool prepare(int fd, const char *path, GError **error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        set_error(error, "examine", path);
        return false;
    }
    enum shape shape = shape_of(fd, status.st_size);
    if (shape == SHAPE_STRANGE || shape == SHAPE_WHOLE)
        return true; /* map() looks at it again */
    if (fill(fd, path, shape == SHAPE_SLOTS_ONLY))
        return true;
    set_error(error, "prepare", path);
    return false;
}

/* ---- the mapping ---- */

static struct flight *map(int fd, const char *path, GError **error)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || shape_of(fd, status.st_size) != SHAPE_WHOLE) {
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

bool flight_sync(struct flight *flight, GError **error)
{
    if (msync(flight->image, sizeof(struct image), MS_SYNC) == 0)
        return true;
    int problem = errno;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem),
                "cannot write the flight log to disk: %s", g_strerror(problem));
    return false;
}

uint64_t flight_identity(const struct flight *flight)
{
    return flight->image->tail.identity;
}

/* ---- what a worker leaves for the next ---- */

struct flight_pdu *flight_pdu(struct flight *flight, unsigned index)
{
    g_assert(index <= FLIGHT_PUSHED);
    return &flight->image->tail.pdu[index];
}

const char *flight_pin(struct flight *flight)
{
    char *pin = flight->image->tail.pin;
    pin[sizeof flight->image->tail.pin - 1] = '\0';
    return pin;
}

bool flight_set_pin(struct flight *flight, const char *digest)
{
    char *pin = flight->image->tail.pin;
    g_assert(strlen(digest) < sizeof flight->image->tail.pin);
    memset(pin, 0, sizeof flight->image->tail.pin);
    g_strlcpy(pin, digest, sizeof flight->image->tail.pin);
    return flight_sync(flight, NULL);
}

/* ---- slots ---- */

struct flight_slot *flight_slot(struct flight *flight, unsigned index)
{
    g_assert(index < FLIGHT_SLOTS);
    return &flight->image->slot[index];
}

bool flight_is_submitting(struct flight *flight)
{
    for (unsigned i = 0; i < FLIGHT_SLOTS; i++) {
        const struct flight_slot *slot = flight_slot(flight, i);
        for (unsigned k = 0; k < MIN(slot->parts, (uint32_t)FLIGHT_PARTS); k++) {
            if (atomic_load(&slot->part[k].stage) == FLIGHT_SUBMITTED)
                return true;
        }
    }
    return false;
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
    for (unsigned i = 0; i < FLIGHT_PARTS; i++) {
        slot->part[i].reference = -1;
        slot->part[i].mark = mark_of(lease);
    }
    slot->parts = parts;
    atomic_store(&slot->lease, lease);
}

void flight_release(struct flight_slot *slot)
{
    atomic_store(&slot->lease, 0);
}

enum flight_stage flight_stage(const struct flight_slot *slot, unsigned part)
{
    g_assert(part < FLIGHT_PARTS);
    if (slot->part[part].mark != mark_of(atomic_load(&slot->lease)))
        return FLIGHT_NONE;
    uint32_t stage = atomic_load(&slot->part[part].stage);
    return stage <= FLIGHT_ANSWERED ? (enum flight_stage)stage : FLIGHT_SUBMITTED;
}
