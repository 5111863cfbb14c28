// SPDX-License-Identifier: GPL-2.0-or-later
/* A pushed PDU is kept by the thread that reads it from the modem, because the worker's may wait
 * for two minutes for the answer to a submission; a third thread brings it to the disk, because
 * neither of the two can wait for one. A message goes there at once. A report waits a moment: most
 * are stored by the gateway by then, and need no write; and it is not written in the modem's pause
 * between two messages, which is when most come and the disk has the next one's part to write. */
#include "modems/kept.h"

#include "config/log.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

enum { REPORT_US = 20 * 1000 };

struct kept {
    struct flight *flight;
    GThread *thread;
    GMutex mutex;
    GCond changed;
    int64_t write_at; /* steady, in µs; 0: all is written */
    bool stop;
    _Atomic uint64_t next_key;
};

struct octets {
    uint8_t at[FLIGHT_PDU_SIZE];
    uint32_t size;
};

/* What is longer than any PDU is cut: no decoder will take it anyway. */
static struct octets read_hex(const char *hex)
{
    struct octets octets = {.size = (uint32_t)MIN(strlen(hex) / 2, FLIGHT_PDU_SIZE)};
    for (size_t i = 0; i < octets.size; i++)
        octets.at[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    return octets;
}

static bool any_pushed(struct kept *kept)
{
    for (unsigned i = 0; i < KEPT_PUSHED; i++) {
        if (atomic_load(&kept_place(kept, i)->stage) != FLIGHT_PDU_NONE)
            return true;
    }
    return false;
}

static void *write_out(void *data)
{
    struct kept *kept = data;
    g_mutex_lock(&kept->mutex);
    while (!kept->stop || kept->write_at != 0) {
        if (kept->write_at == 0) {
            g_cond_wait(&kept->changed, &kept->mutex);
        } else if (kept->write_at > g_get_monotonic_time() && !kept->stop) {
            g_cond_wait_until(&kept->changed, &kept->mutex, kept->write_at);
        } else {
            kept->write_at = 0;
            g_mutex_unlock(&kept->mutex);
            if (any_pushed(kept))
                kept_sync(kept);
            g_mutex_lock(&kept->mutex);
        }
    }
    g_mutex_unlock(&kept->mutex);
    return NULL;
}

/* The thread is woken only where it would be late. */
static void write_soon(struct kept *kept, bool report)
{
    int64_t at = g_get_monotonic_time() + (report ? REPORT_US : 0);
    if (kept->write_at != 0 && kept->write_at <= at)
        return;
    kept->write_at = at;
    g_cond_signal(&kept->changed);
}

/* Told by this worker or another, today or in ten years: no two are equal. They are positive, and
 * in SQL too. */
static uint64_t first_key(void)
{
    uint64_t key = 0;
    while (key == 0) {
        if (getrandom(&key, sizeof key, 0) != (ssize_t)sizeof key)
            key = (uint64_t)g_get_real_time() << 8;
        key &= INT64_MAX >> 1;
    }
    return key;
}

static bool is_store(const char memory[4])
{
    return g_ascii_isupper(memory[0]) && g_ascii_isupper(memory[1]) && memory[2] == '\0';
}

/* A worker may have written all over its flight log when it died: what is no PDU of the SIM or of
 * the line goes, and nothing that is left can end this worker too, or the gateway's trust in it. */
static void mend(struct kept *kept, unsigned index)
{
    struct flight_pdu *place = kept_place(kept, index);
    uint32_t stage = atomic_load(&place->stage);
    place->memory[3] = '\0';
    bool sound = stage <= FLIGHT_PDU_POISON && place->size > 0 && place->size <= FLIGHT_PDU_SIZE &&
                 place->key - 1 < INT64_MAX &&
                 (index < KEPT_PUSHED ? place->memory[0] == '\0' : is_store(place->memory));
    if (stage == FLIGHT_PDU_NONE || sound)
        return;
    log_warn("modem", "flight=mended place=%u", index);
    kept_release(place);
}

struct kept *kept_new(struct flight *flight)
{
    struct kept *kept = g_new0(struct kept, 1);
    kept->flight = flight;
    kept->next_key = first_key();
    for (unsigned i = 0; i < KEPT_PLACES; i++)
        mend(kept, i);
    g_mutex_init(&kept->mutex);
    g_cond_init(&kept->changed);
    kept->thread = g_thread_new("kept", write_out, kept);
    return kept;
}

void kept_free(struct kept *kept)
{
    if (kept == NULL)
        return;
    g_mutex_lock(&kept->mutex);
    kept->stop = true;
    g_cond_signal(&kept->changed);
    g_mutex_unlock(&kept->mutex);
    g_thread_join(kept->thread);
    g_cond_clear(&kept->changed);
    g_mutex_clear(&kept->mutex);
    g_free(kept);
}

struct flight_pdu *kept_place(struct kept *kept, unsigned index)
{
    return flight_pdu(kept->flight, index);
}

static struct flight_pdu *find_free(struct kept *kept, unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; i++) {
        struct flight_pdu *place = kept_place(kept, i);
        if (atomic_load(&place->stage) == FLIGHT_PDU_NONE)
            return place;
    }
    return NULL;
}

bool kept_has_room(struct kept *kept, bool pushed)
{
    return pushed ? find_free(kept, 0, KEPT_PUSHED) != NULL
                  : find_free(kept, KEPT_PUSHED, KEPT_PLACES) != NULL;
}

static void fill(struct kept *kept, struct flight_pdu *place, const char *hex)
{
    const struct octets octets = read_hex(hex);
    place->size = octets.size;
    memcpy(place->octets, octets.at, octets.size);
    place->key = atomic_fetch_add(&kept->next_key, 1);
    atomic_store(&place->stage, FLIGHT_PDU_KEPT);
}

struct flight_pdu *kept_push(struct kept *kept, const char *hex, bool report)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&kept->mutex);
    struct flight_pdu *place = find_free(kept, 0, KEPT_PUSHED);
    if (place == NULL)
        return NULL;
    memset(place->memory, 0, sizeof place->memory);
    place->location = 0;
    place->report = report;
    place->doubted = 0;
    fill(kept, place, hex);
    write_soon(kept, report);
    return place;
}

struct flight_pdu *kept_lay(struct kept *kept, const char *memory, int32_t location, bool fresh,
                            const char *hex)
{
    struct flight_pdu *place = find_free(kept, KEPT_PUSHED, KEPT_PLACES);
    if (place == NULL)
        return NULL;
    memset(place->memory, 0, sizeof place->memory);
    memcpy(place->memory, memory, MIN(strlen(memory), sizeof place->memory - 1));
    place->location = location;
    place->report = 0;
    place->doubted = !fresh;
    fill(kept, place, hex);
    return place;
}

struct flight_pdu *kept_find(struct kept *kept, const char *memory, int32_t location)
{
    for (unsigned i = KEPT_PUSHED; i < KEPT_PLACES; i++) {
        struct flight_pdu *place = kept_place(kept, i);
        if (atomic_load(&place->stage) != FLIGHT_PDU_NONE && place->location == location &&
            strncmp(place->memory, memory, sizeof place->memory) == 0)
            return place;
    }
    return NULL;
}

void kept_release(struct flight_pdu *place)
{
    if (place != NULL)
        atomic_store(&place->stage, FLIGHT_PDU_NONE);
}

bool kept_is(const struct flight_pdu *place, const char *hex)
{
    const struct octets octets = read_hex(hex);
    return octets.size == place->size && memcmp(octets.at, place->octets, octets.size) == 0;
}

char *kept_hex(const struct flight_pdu *place)
{
    GString *hex = g_string_new(NULL);
    for (uint32_t i = 0; i < MIN(place->size, (uint32_t)FLIGHT_PDU_SIZE); i++)
        g_string_append_printf(hex, "%02X", place->octets[i]);
    return g_string_free(hex, FALSE);
}

bool kept_sync(struct kept *kept)
{
    g_autoptr(GError) error = NULL;
    if (flight_sync(kept->flight, &error))
        return true;
    log_warn("modem", "flight=unwritten detail=\"%s\"", error->message);
    return false;
}
