// SPDX-License-Identifier: GPL-2.0-or-later
/* What lies in a modem is found, told once and deleted once, however the modem wants its stores
 * named, whenever its worker dies, and whatever becomes of its deletions. The modem is a thread on
 * a pty; a worker's life is an inbox on the one flight log. */
#include "modems/inbox.h"

#include "modems/line.h"
#include "modems/wire.h"
#include "tests/scripted_modem.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STORES = 2, PLACES = 40, STEPS = 30 };

enum lie { HONEST, SAYS_NO, SAYS_NO_AND_DOES }; /* of a deletion */

struct shop {
    const char *stores[STORES]; /* it knows no other; NULL: none */
    bool full[STORES][PLACES];  /* which places hold a message */
    unsigned names;             /* that AT+CPMS= wants; 0: it does not know the command */
    unsigned busy;              /* so many times AT+CPMS= is refused with CMS 314 first */
    bool takes_any;             /* OK to any name, and always the first store */
    bool equal;                 /* all messages are the same to the letter */
    bool forgetful;             /* says of none that it was read */
    const char *pdu;            /* instead of an honest one; NULL */
    enum lie lie;
    unsigned lies;         /* so many times */
    unsigned refill;       /* so often an emptied place gets an equal message at once */
    unsigned mum;          /* so many times AT+CMGR is refused with CMS 500 */
    unsigned open, missed; /* deletions of what was not there */
    unsigned listed;       /* AT+CMGL */
    bool read[STORES][PLACES];
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

/* Told apart by the minutes and seconds of the time stamp. */
static void show(struct shop *shop, unsigned place, const char *head, GString *out)
{
    if (place >= PLACES || !shop->full[shop->open][place])
        return;
    unsigned store = shop->equal ? 0 : shop->open, second = shop->equal ? 0 : place;
    bool *read = &shop->read[shop->open][place];
    g_string_append_printf(out, "%s%d,,24\r\n", head, *read);
    if (shop->pdu != NULL)
        g_string_append_printf(out, "%s\r\n", shop->pdu);
    else
        g_string_append_printf(out,
                               "07914889200030F0000B914819325476F80000521112210%u%u%u82"
                               "05C8329BFD06\r\n",
                               store, second % 10, second / 10);
    *read = !shop->forgetful;
}

static const char *delete (struct shop *shop, unsigned place)
{
    bool *full = &shop->full[shop->open][place];
    shop->missed += !*full;
    bool lies = shop->lies > 0;
    shop->lies -= lies;
    if (!lies || shop->lie == SAYS_NO_AND_DOES) {
        *full = shop->refill > 0;
        shop->refill -= shop->refill > 0;
        shop->read[shop->open][place] = false;
    }
    return lies && shop->lie != HONEST ? "+CMS ERROR: 500" : "OK";
}

static const char *answer(struct shop *shop, const char *command, GString *out)
{
    unsigned place = strchr(command, '=') != NULL ? (unsigned)atoi(strchr(command, '=') + 1) : 0;
    if (g_str_has_prefix(command, "AT+CPMS="))
        return open_store(shop, command + strlen("AT+CPMS="));
    if (strcmp(command, "AT+CPMS?") == 0)
        return shop->names > 0 ? "OK" : "ERROR";
    if (strcmp(command, "AT+CMGL=4") == 0) {
        shop->listed++;
        for (unsigned i = 0; i < PLACES; i++) {
            g_autofree char *head = g_strdup_printf("+CMGL: %u,", i);
            show(shop, i, head, out);
        }
    }
    if (g_str_has_prefix(command, "AT+CMGR=")) {
        if (shop->mum > 0) {
            shop->mum--;
            return "+CMS ERROR: 500";
        }
        show(shop, place, "+CMGR: ", out);
    }
    return g_str_has_prefix(command, "AT+CMGD=") ? delete (shop, place) : "OK";
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

struct desk {
    GHashTable *keys; /* uint64_t: what was told, once each */
    GArray *unstored; /* uint64_t, not yet said to be stored */
    unsigned told;    /* in this life */
    unsigned strange; /* QUARANTINE */
    unsigned own;     /* of those, what nobody sent */
    unsigned stale;   /* INCOMING that is not fresh */
};

static bool tell(void *data, const GByteArray *packet)
{
    struct desk *desk = data;
    struct wire_message message = {0};
    uint64_t key = 0;
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    if (message.type == WIRE_INCOMING) {
        key = message.incoming.key;
        desk->stale += !message.incoming.fresh;
    } else {
        g_assert_cmpint(message.type, ==, WIRE_QUARANTINE);
        key = message.quarantine.key;
        desk->strange++;
        desk->own += message.quarantine.own;
    }
    g_assert_cmpuint(key, !=, 0);
    g_hash_table_add(desk->keys, g_memdup2(&key, sizeof key));
    g_array_append_val(desk->unstored, key);
    desk->told++;
    wire_message_clear(&message);
    return true;
}

static void store(struct inbox *inbox, struct desk *desk)
{
    for (guint k = 0; k < desk->unstored->len; k++)
        inbox_stored(inbox, g_array_index(desk->unstored, uint64_t, k));
    g_array_set_size(desk->unstored, 0);
}

static void work(struct inbox *inbox, struct desk *desk)
{
    for (int i = 0; i < STEPS; i++) {
        g_assert_true(inbox_step(inbox, 8));
        store(inbox, desk);
    }
}

/* ---- the stage ---- */

struct stage {
    struct shop *shop;
    struct scripted_modem tty; /* its pty only */
    struct line *line;
    GThread *thread;
    char *folder, *path;
    struct flight *flight;
    struct desk desk;
    struct kept *kept;
    struct inbox *inbox;
};

static void stage_open(struct stage *stage, struct shop *shop)
{
    g_autoptr(GError) error = NULL;
    *stage = (struct stage){.shop = shop};
    stage->folder = g_dir_make_tmp("loa-inbox-XXXXXX", NULL);
    stage->path = g_build_filename(stage->folder, "flight", NULL);
    stage->flight = flight_open(stage->path, &error);
    g_assert_no_error(error);
    scripted_start(&stage->tty);
    stage->line = line_open(stage->tty.path, NULL, NULL);
    g_assert_nonnull(stage->line);
    shop->master = stage->tty.master;
    stage->thread = g_thread_new("shop", serve, shop);
    stage->desk.keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    stage->desk.unstored = g_array_new(FALSE, FALSE, sizeof(uint64_t));
}

static void be_born(struct stage *stage)
{
    stage->kept = kept_new(stage->flight);
    stage->inbox = inbox_new(stage->line, stage->kept, tell, &stage->desk);
    stage->desk.told = stage->desk.stale = 0;
    g_array_set_size(stage->desk.unstored, 0);
}

static void die(struct stage *stage)
{
    inbox_free(stage->inbox);
    kept_free(stage->kept);
}

static void point_at(struct inbox *inbox, const char *memory, int index)
{
    struct line_notice notice = {.kind = RESULT_STORED_MESSAGE, .index = index};
    g_strlcpy(notice.memory, memory, sizeof notice.memory);
    inbox_notice(inbox, &notice);
}

static void assert_all_clear(struct stage *stage)
{
    const struct shop *shop = stage->shop;
    for (unsigned k = 0; k < STORES * PLACES; k++)
        g_assert_false(shop->full[k / PLACES][k % PLACES]);
    for (unsigned k = 0; k <= FLIGHT_PUSHED; k++)
        g_assert_cmpuint(flight_pdu(stage->flight, k)->stage, ==, FLIGHT_PDU_NONE);
}

static void stage_close(struct stage *stage)
{
    line_free(stage->line);
    g_thread_join(stage->thread);
    flight_free(stage->flight);
    g_unlink(stage->path);
    g_rmdir(stage->folder);
    g_free(stage->path);
    g_free(stage->folder);
    g_hash_table_unref(stage->desk.keys);
    g_array_unref(stage->desk.unstored);
}

/* ---- stores by all names ---- */

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
    {"equal ones in the same place of two stores",
     {{"SM", "ME"}, {{1, 1}, {0, 1}}, .names = 1, .equal = true},
     NULL,
     1,
     3},
};

static void test_stores(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct shop shop = rows[i].shop;
        struct stage stage;
        stage_open(&stage, &shop);
        be_born(&stage);
        if (rows[i].pointer != NULL)
            point_at(stage.inbox, rows[i].pointer, 1);
        for (unsigned k = 0; k < rows[i].listings; k++) {
            inbox_list_all(stage.inbox);
            work(stage.inbox, &stage.desk);
        }
        work(stage.inbox, &stage.desk);
        g_assert_true(inbox_idle(stage.inbox));
        die(&stage);
        g_assert_cmpuint(stage.desk.told, ==, rows[i].told);
        g_assert_cmpuint(shop.missed, ==, 0);
        assert_all_clear(&stage);
        stage_close(&stage);
    }
}

/* ---- lives ---- */

/* When the first worker dies. */
enum end {
    END_NEVER,
    END_FOUND,   /* the gateway has not stored yet */
    END_STORED,  /* but nothing is deleted */
    END_DELETED, /* once each, as far as the answers tell */
    END_TAKEN,   /* one is deleted, and its place among the kept ones taken by another */
};

static const struct {
    const char *name;
    struct shop shop;
    enum end end;
    unsigned keys;  /* told, however often */
    unsigned again; /* told in the second life */
    unsigned stale; /* of those, perhaps told before either */
} lives[] = {
    {"no death", {{"SM"}, {{1, 1, 1}}, .names = 1}, END_NEVER, 3, 0, 0},
    {"before they were stored", {{"SM"}, {{1, 1, 1}}, .names = 1}, END_FOUND, 3, 3, 3},
    {"before they were deleted", {{"SM"}, {{1, 1, 1}}, .names = 1}, END_STORED, 3, 3, 3},
    {"equal ones, before they were deleted",
     {{"SM"}, {{1, 1, 1}}, .names = 1, .equal = true},
     END_STORED,
     3,
     3,
     3},
    {"deleted, but the answer did not say so",
     {{"SM"}, {{1}}, .names = 1, .lie = SAYS_NO_AND_DOES, .lies = 1},
     END_DELETED,
     1,
     0,
     0},
    {"and an equal one came into the place",
     {{"SM"}, {{1}}, .names = 1, .equal = true, .lie = SAYS_NO_AND_DOES, .lies = 1, .refill = 1},
     END_DELETED,
     2,
     1,
     1},
    {"the same, without a death",
     {{"SM"}, {{1}}, .names = 1, .equal = true, .lie = SAYS_NO_AND_DOES, .lies = 1, .refill = 1},
     END_NEVER,
     2,
     0,
     0},
    {"deleted, and an equal one came into the place",
     {{"SM"}, {{1}}, .names = 1, .equal = true, .refill = 1},
     END_DELETED,
     2,
     1,
     1},
    {"a deletion that fails for a while",
     {{"SM"}, {{1, 1}}, .names = 1, .lie = SAYS_NO, .lies = 4},
     END_NEVER,
     2,
     0,
     0},
    {"a deletion that fails, then death",
     {{"SM"}, {{1}}, .names = 1, .lie = SAYS_NO, .lies = 2},
     END_DELETED,
     1,
     1,
     1},
    {"a modem that keeps no account of what was read",
     {{"SM"}, {{1, 1}}, .names = 1, .forgetful = true, .lie = SAYS_NO, .lies = 2},
     END_STORED,
     2,
     2,
     2},
    {"no answer is not an empty place",
     {{"SM"}, {{1}}, .names = 1, .lie = SAYS_NO, .lies = 1, .mum = 2},
     END_NEVER,
     1,
     0,
     0},
    {"more than can be kept at once",
     {{"SM"},
      {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
      .names = 1},
     END_FOUND,
     40,
     40,
     40},
    {"all that can be kept is, and one that is not lies before it",
     {{"SM"},
      {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
      .names = 1,
      .refill = 1},
     END_TAKEN,
     41,
     40,
     40},
};

/* A worker is killed between any two of its steps. */
static void live(struct stage *stage, enum end end)
{
    be_born(stage);
    inbox_list_all(stage->inbox);
    switch (end) {
    case END_NEVER:
        for (int i = 0; i < 4; i++) {
            work(stage->inbox, &stage->desk);
            inbox_list_all(stage->inbox);
        }
        work(stage->inbox, &stage->desk);
        break;
    case END_FOUND:
        for (int i = 0; i < STEPS; i++)
            inbox_step(stage->inbox, 8);
        break;
    case END_STORED:
        for (int i = 0; i < STEPS; i++)
            inbox_step(stage->inbox, 8);
        store(stage->inbox, &stage->desk);
        break;
    case END_DELETED:
        for (int i = 0; i < STEPS; i++)
            inbox_step(stage->inbox, 8);
        store(stage->inbox, &stage->desk);
        inbox_step(stage->inbox, 1);
        break;
    case END_TAKEN:
        for (int i = 0; i < STEPS; i++)
            inbox_step(stage->inbox, 8);
        inbox_stored(stage->inbox, g_array_index(stage->desk.unstored, uint64_t, 0));
        inbox_step(stage->inbox, 8);
        break;
    }
    die(stage);
}

static void test_lives(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
        g_test_message("%s", lives[i].name);
        struct shop shop = lives[i].shop;
        struct stage stage;
        stage_open(&stage, &shop);
        live(&stage, lives[i].end);
        live(&stage, END_NEVER);
        g_assert_cmpuint(g_hash_table_size(stage.desk.keys), ==, lives[i].keys);
        g_assert_cmpuint(stage.desk.told, ==, lives[i].again);
        g_assert_cmpuint(stage.desk.stale, ==, lives[i].stale);
        assert_all_clear(&stage);
        stage_close(&stage);
    }
}

/* ---- what no decoder takes ---- */

static void test_strange(void)
{
    static const struct {
        const char *name, *pdu;
        unsigned own;
    } strange[] = {
        {"more septets than a message has",
         "07914889200030F0040B914819325476F8000052111221222300C8414141414141", 0},
        {"no message at all", "FF", 0},
        {"cut short", "07914889200030F0000B914819325476F800005211122122230005C832", 0},
        {"a draft of a phone", "07914889200030F011000B914819325476F80000FF05C8329BFD06", 1},
        {"longer than any",
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
         0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(strange); i++) {
        g_test_message("%s", strange[i].name);
        struct shop shop = {{"SM"}, {{1, 1}}, .names = 1, .pdu = strange[i].pdu};
        struct stage stage;
        stage_open(&stage, &shop);
        live(&stage, END_FOUND);
        g_assert_cmpuint(stage.desk.strange, ==, 2);
        live(&stage, END_NEVER);
        g_assert_cmpuint(g_hash_table_size(stage.desk.keys), ==, 2);
        g_assert_cmpuint(stage.desk.strange, ==, 4);
        g_assert_cmpuint(stage.desk.own, ==, 4 * strange[i].own);
        assert_all_clear(&stage);
        stage_close(&stage);
    }
}

static void test_pointers(void)
{
    struct shop shop = {{"SM", "ME"}, {{0, 1}}, .names = 1};
    struct stage stage;
    stage_open(&stage, &shop);
    be_born(&stage);
    for (int i = 0; i < 3; i++) {
        point_at(stage.inbox, "SM", 1);
        inbox_step(stage.inbox, 8);
    }
    work(stage.inbox, &stage.desk);
    point_at(stage.inbox, "SM", 1); /* once more, when nothing is there any longer */
    work(stage.inbox, &stage.desk);
    g_assert_cmpuint(stage.desk.told, ==, 1);
    shop.full[0][1] = true; /* an equal one, which is another */
    point_at(stage.inbox, "SM", 1);
    work(stage.inbox, &stage.desk);
    g_assert_cmpuint(stage.desk.told, ==, 2);
    die(&stage);
    assert_all_clear(&stage);
    stage_close(&stage);
}

/* What could be told is not listed again and again. */
static void test_listing(void)
{
    struct shop shop = {{"SM"}, .names = 1};
    struct stage stage;
    for (unsigned i = 0; i < PLACES; i++)
        shop.full[0][i] = true;
    stage_open(&stage, &shop);
    be_born(&stage);
    inbox_list_all(stage.inbox);
    for (int i = 0; i < STEPS; i++) /* the gateway is slow */
        inbox_step(stage.inbox, 8);
    g_assert_cmpuint(stage.desk.told, ==, KEPT_PLACES - KEPT_PUSHED);
    g_assert_true(inbox_idle(stage.inbox));
    work(stage.inbox, &stage.desk);
    g_assert_cmpuint(stage.desk.told, ==, PLACES);
    g_assert_cmpuint(shop.listed, ==, 1);
    die(&stage);
    assert_all_clear(&stage);
    stage_close(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inbox/every store is emptied once, whatever it wants to be called",
                    test_stores);
    g_test_add_func("/inbox/each message has one key through all lives", test_lives);
    g_test_add_func("/inbox/what no decoder takes goes to quarantine, and off the SIM",
                    test_strange);
    g_test_add_func("/inbox/a message that is announced twice is told once", test_pointers);
    g_test_add_func("/inbox/one listing is enough for all that it shows", test_listing);
    return g_test_run();
}
