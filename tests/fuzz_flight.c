// SPDX-License-Identifier: GPL-2.0-or-later
/* A flight log that a worker gone mad has written over, or a bad disk: the gateway settles every
 * lease from it all the same, and a message whose Ctrl-Z may have passed is never sent again. The
 * input is a row of patches: offset in the file (2 octets), length (1), octets. */
#include "gateway/recovery.h"

#include "campaigns/store/modem.h"
#include "tests/fuzz/octets.h"
#include "tests/fuzz/office.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    office_found();
    return 0;
}

/* Each lease in a slot: its first part sent, the next one's Ctrl-Z passed. The file's identity. */
static char *write_log(const char *path)
{
    g_autoptr(GError) error = NULL;
    unlink(path);
    struct flight *flight = flight_open(path, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i < OFFICE_LEASES; i++) {
        struct flight_slot *slot = flight_slot(flight, i);
        flight_take(slot, office_lease(i), OFFICE_PARTS);
        slot->part[0].outcome = VERDICT_SENT;
        slot->part[0].reference = (int32_t)i;
        slot->part[0].stage = FLIGHT_ANSWERED;
        slot->part[1].stage = FLIGHT_SUBMITTED;
    }
    char *identity = g_strdup_printf("%016" PRIx64, flight_identity(flight));
    flight_free(flight);
    return identity;
}

static void patch(const char *path, const GByteArray *octets)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    for (guint at = 0; at + 3 <= octets->len;) {
        const uint8_t *head = octets->data + at;
        guint length = MIN(head[2], octets->len - at - 3);
        off_t offset = (head[0] << 8 | head[1]) % 0x5500; /* about as long as the file is */
        g_assert_cmpint(pwrite(file, head + 3, length, offset), ==, length);
        at += 3 + length;
    }
    close(file);
}

static void nothing(void *data)
{
    (void)data;
}

static bool no(void *data)
{
    (void)data;
    return false;
}

static void recover(struct store *store, struct flight *flight, const char *boot)
{
    static const struct turn_hooks hooks = {
        .gather = nothing, .wants = no, .send = nothing, .recall = nothing};
    g_autoptr(GError) error = NULL;
    struct turn *turn = turn_new(store, &hooks);
    const struct recovery recovery = {store, turn, "sim1", flight, boot};
    unsigned count = 0;
    recovery_run(&recovery, &count, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(count, ==, OFFICE_LEASES);
    g_assert_true(turn_run(turn));
    turn_free(turn);
    g_assert_cmpint(count_rows(store, "SELECT count(*) FROM message WHERE state = 'leased'"), ==,
                    0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GByteArray) octets = octets_read(data, size);
    g_autofree char *path = g_build_filename(office_folder(), "sim1.flight", NULL);
    g_autofree char *identity = write_log(path);
    patch(path, octets);
    g_autoptr(GError) error = NULL;
    struct flight *flight = flight_open(path, &error);
    g_assert_true((flight == NULL) == (error != NULL));
    if (flight == NULL)
        return 0;
    g_assert_cmpuint(strlen(flight_pin(flight)), <, 72);
    struct store *store = office_open();
    store_modem_note_flight(store, "sim1", identity, "this boot", &error);
    g_assert_no_error(error);
    recover(store, flight, size % 2 == 0 ? "this boot" : "the next");
    store_free(store);
    flight_free(flight);
    return 0;
}
