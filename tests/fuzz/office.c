// SPDX-License-Identifier: GPL-2.0-or-later
/* A copy of the file costs less than undoing whatever an input did. Nothing here reaches a disk
 * where TMPDIR is a file system in memory. */
#include "tests/fuzz/office.h"

#include "campaigns/answer.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/quarantine.h"

#include <fcntl.h>
#include <unistd.h>

static struct store_file file;
static char *content, *copy;
static gsize content_size;
static int64_t leases[OFFICE_LEASES];

static void take_reply(struct store *store)
{
    g_autoptr(GError) error = NULL;
    const struct answer_source source = {.modem = "sim1",
                                         .sender = "+84900174207",
                                         .text = "YK duong hong",
                                         .sent_at = OPENING + HOUR,
                                         .received_at = OPENING + HOUR};
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, OPENING + HOUR, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    campaign_book_free(book);
}

/* One message nobody knows the fate of, and one SMS that no decoder takes. */
static void make_trouble(struct store *store, int64_t campaign)
{
    const struct message like = {.parts = 1};
    const struct quarantine_row row = {.modem = (char *)"sim1",
                                       .imsi = (char *)"452040000000001",
                                       .memory = (char *)"SM",
                                       .location = 4,
                                       .pdu = (char *)"00FF01",
                                       .reason = (char *)"no decoder takes it",
                                       .key = 77};
    bool is_new = false;
    int64_t number = lease(store, add_message(store, campaign, &like), "sim1", OPENING);
    settle(store, number, "sim1", &(struct told){ATTEMPT_UNSURE, 0, {0}}, OPENING);
    g_assert_true(store_quarantine_add(store, &row, OPENING, &is_new, NULL));
}

static void fill(struct store *store)
{
    g_assert_true(store_modem_ensure(store, "sim1", OPENING, NULL));
    import_dialogue(store);
    start_campaign(store, dialogue_file, OPENING);
    send_all(store, "sim1", OPENING);
    take_reply(store);
    int64_t campaign = add_campaign(store, "HOP", "running");
    const struct message like = {.parts = OFFICE_PARTS};
    g_assert_true(store_begin(store, NULL));
    send_one(store, add_message(store, campaign, &like), "sim1", 17, OPENING);
    make_trouble(store, campaign);
    for (unsigned i = 0; i < OFFICE_LEASES; i++)
        leases[i] = lease(store, add_message(store, campaign, &like), "sim1", OPENING);
    g_assert_true(store_commit(store, NULL));
}

void office_found(void)
{
    store_file_open(&file, NULL);
    fill(file.store);
    copy = g_build_filename(file.folder, "copy.db", NULL);
    store_free(file.store); /* the last connection to close leaves all in the one file */
    if (!g_file_get_contents(file.path, &content, &content_size, NULL))
        g_error("the database did not come about");
}

struct store *office_open(void)
{
    static const char *const endings[] = {"-wal", "-shm"};
    g_autoptr(GError) error = NULL;
    int descriptor = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    g_assert_cmpint(write(descriptor, content, content_size), ==, (gssize)content_size);
    close(descriptor);
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(copy, endings[i], NULL);
        unlink(name);
    }
    struct store *store = store_open(copy, &error);
    g_assert_no_error(error);
    g_assert_true(sql_run(store, NULL, "PRAGMA synchronous = OFF", ""));
    return store;
}

int64_t office_lease(unsigned index)
{
    g_assert(index < OFFICE_LEASES);
    return leases[index];
}

const char *office_folder(void)
{
    return file.folder;
}
