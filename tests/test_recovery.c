// SPDX-License-Identifier: GPL-2.0-or-later
// What a dead worker's flight log tells of a lease: for every stage, and however far it is
// believed.
#include "gateway/recovery.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

struct part {
    enum flight_stage stage;
    enum verdict_outcome outcome;
    enum verdict_space space;
    int cause;
};

enum {
    SAME = RECOVERY_SAME_BOOT,
    CUT = RECOVERY_OTHER_BOOT,
    BEHIND = RECOVERY_BEHIND,
    OTHER = RECOVERY_OTHER_FILE,
};

#define SENT                                                                                       \
    {                                                                                              \
        FLIGHT_ANSWERED, VERDICT_SENT                                                              \
    }

static const struct {
    const char *name;
    bool present; /* a slot names the lease */
    unsigned parts, first;
    struct part part[4];
    unsigned log;
    enum attempt_verdict verdict;
    unsigned parts_now;
    bool untouched;
    unsigned doubtful;
} rows[] = {
    // clang-format off
    {"its slot is gone", false, 3, 0, {{0}}, SAME, ATTEMPT_UNSURE, 0, false, 3},
    {"its turn never came", true, 1, 0, {{FLIGHT_NONE}}, SAME, ATTEMPT_RETRY, 0, true, 0},
    {"the modem was told", true, 1, 0, {{FLIGHT_HANDED}}, SAME, ATTEMPT_MODEM_SICK, 0, false, 0},
    {"Ctrl-Z had passed", true, 3, 0, {{FLIGHT_SUBMITTED}}, SAME, ATTEMPT_UNSURE, 0, false, 0},
    {"it was sent", true, 1, 0, {{FLIGHT_ANSWERED, VERDICT_SENT}}, SAME, ATTEMPT_SENT, 1, false, 0},
    {"it was refused", true, 1, 0, {{FLIGHT_ANSWERED, VERDICT_REFUSED, VERDICT_SPACE_CMS, 1}}, SAME, ATTEMPT_REFUSED, 0, false, 0},
    {"it is to be tried again", true, 1, 0, {{FLIGHT_ANSWERED, VERDICT_RETRY, VERDICT_SPACE_CMS, 42}}, SAME, ATTEMPT_RETRY, 0, false, 0},
    {"it was withheld", true, 1, 0, {{FLIGHT_ANSWERED, VERDICT_RETRY, VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED}}, SAME, ATTEMPT_RETRY, 0, true, 0},
    {"two of three were sent", true, 3, 0, {SENT, SENT, {FLIGHT_NONE}}, SAME, ATTEMPT_RETRY, 2, true, 0},
    {"the third is in the air", true, 3, 0, {SENT, SENT, {FLIGHT_SUBMITTED}}, SAME, ATTEMPT_UNSURE, 2, false, 0},
    {"the rest of a message was sent", true, 3, 2, {{FLIGHT_NONE}, {FLIGHT_NONE}, SENT}, SAME, ATTEMPT_SENT, 1, false, 0},
    {"a stage that no version wrote", true, 1, 0, {{(enum flight_stage)7}}, SAME, ATTEMPT_UNSURE, 0, false, 0},
    {"an outcome that no version wrote", true, 1, 0, {{FLIGHT_ANSWERED, (enum verdict_outcome)99}}, SAME, ATTEMPT_UNSURE, 0, false, 0},

    {"after a power cut: its slot had not come to the disk", false, 3, 0, {{0}}, CUT, ATTEMPT_RETRY, 0, true, 0},
    {"after a power cut: its turn had not come", true, 1, 0, {{FLIGHT_NONE}}, CUT, ATTEMPT_RETRY, 0, true, 0},
    {"after a power cut: Ctrl-Z may have passed", true, 1, 0, {{FLIGHT_HANDED}}, CUT, ATTEMPT_UNSURE, 0, false, 0},
    {"after a power cut: Ctrl-Z had passed", true, 1, 0, {{FLIGHT_SUBMITTED}}, CUT, ATTEMPT_UNSURE, 0, false, 0},
    {"after a power cut: an answer is an answer", true, 1, 0, {SENT}, CUT, ATTEMPT_SENT, 1, false, 0},
    {"after a power cut: one of three sent, the next not begun", true, 3, 0, {SENT, {FLIGHT_NONE}}, CUT, ATTEMPT_RETRY, 1, true, 0},
    {"after a power cut: one of three sent, the next begun", true, 3, 0, {SENT, {FLIGHT_HANDED}}, CUT, ATTEMPT_UNSURE, 1, false, 0},
    {"after a power cut: one of three sent, the next refused", true, 3, 0, {SENT, {FLIGHT_ANSWERED, VERDICT_REFUSED, VERDICT_SPACE_CMS, 1}}, CUT, ATTEMPT_REFUSED, 1, false, 0},

    {"behind one without answer: its slot had not come to the disk", false, 3, 0, {{0}}, BEHIND, ATTEMPT_RETRY, 0, true, 0},
    {"behind one without answer: its turn had not come", true, 1, 0, {{FLIGHT_NONE}}, BEHIND, ATTEMPT_RETRY, 0, true, 0},
    {"behind one without answer: it was handed, but not synced", true, 1, 0, {{FLIGHT_HANDED}}, BEHIND, ATTEMPT_RETRY, 0, true, 0},
    {"behind one without answer: what cannot be", true, 1, 0, {{FLIGHT_SUBMITTED}}, BEHIND, ATTEMPT_UNSURE, 0, false, 0},
    {"behind one without answer: an answer is an answer", true, 1, 0, {SENT}, BEHIND, ATTEMPT_SENT, 1, false, 0},

    {"another file: no slot", false, 2, 0, {{0}}, OTHER, ATTEMPT_UNSURE, 0, false, 2},
    {"another file: a slot of that number", true, 1, 0, {{FLIGHT_NONE}}, OTHER, ATTEMPT_UNSURE, 0, false, 1},
    {"another file: it was handed", true, 1, 0, {{FLIGHT_HANDED}}, OTHER, ATTEMPT_UNSURE, 0, false, 1},
    {"another file: it was submitted", true, 1, 0, {{FLIGHT_SUBMITTED}}, OTHER, ATTEMPT_UNSURE, 0, false, 1},
    {"another file: even its answer is another's", true, 2, 0, {SENT, SENT}, OTHER, ATTEMPT_UNSURE, 0, false, 2},
    // clang-format on
};

static void fill(struct flight_slot *slot, const struct part *parts, unsigned count)
{
    flight_take(slot, 4711, count);
    for (unsigned k = 0; k < count; k++) {
        slot->part[k].reference = 100 + (int)k;
        slot->part[k].outcome = (uint8_t)parts[k].outcome;
        slot->part[k].cause_space = (uint8_t)parts[k].space;
        slot->part[k].cause = parts[k].cause;
        slot->part[k].stage = parts[k].stage;
    }
}

static void test_what_the_log_tells(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct flight_slot *slot = g_new0(struct flight_slot, 1);
        fill(slot, rows[i].part, rows[i].parts);
        struct settle_news news = {0};
        g_autofree char *cause = NULL;
        recovery_read(rows[i].present ? slot : NULL, rows[i].parts - rows[i].first,
                      (enum recovery_log)rows[i].log, &news, &cause);
        g_assert_cmpstr(attempt_verdict_name(news.verdict), ==,
                        attempt_verdict_name(rows[i].verdict));
        g_assert_cmpint(news.parts_now, ==, rows[i].parts_now);
        g_assert_cmpint(news.untouched, ==, rows[i].untouched);
        g_assert_cmpint(news.doubtful, ==, rows[i].doubtful);
        g_assert_true(news.verdict == ATTEMPT_SENT || *cause != '\0');
        for (unsigned k = 0; k < news.parts_now; k++)
            g_assert_cmpint(news.references[k], ==, 100 + (int)(rows[i].first + k));
        g_free(slot);
    }
}

/* The disk has the slot's new lease, but of its parts what an earlier lease left there. */
static void test_torn(void)
{
    struct flight_slot *slot = g_new0(struct flight_slot, 1);
    fill(slot, (const struct part[]){SENT}, 1);
    const struct flight_part before = slot->part[0];
    flight_release(slot);
    flight_take(slot, 4712, 1);
    slot->part[0] = before;
    struct settle_news news = {0};
    g_autofree char *cause = NULL;
    recovery_read(slot, 1, RECOVERY_OTHER_BOOT, &news, &cause);
    g_assert_cmpint(news.verdict, ==, ATTEMPT_RETRY);
    g_assert_true(news.untouched);
    g_free(slot);
}

static void test_belief(void)
{
    static const struct {
        const char *name, *noted_identity, *noted_boot, *identity, *boot;
        unsigned log;
    } cases[] = {
        {"a worker died", "a1", "b1", "a1", "b1", SAME},
        {"the machine was switched off", "a1", "b1", "a1", "b2", CUT},
        {"the file was removed", "a1", "b1", "a2", "b1", OTHER},
        {"removed, and switched off", "a1", "b1", "a2", "b2", OTHER},
        {"a modem that is new", "", "", "a1", "b1", OTHER},
        {"schema 1 noted the boot alone", "", "b1", "a1", "b1", SAME},
        {"schema 1 synced nothing", "", "b1", "a1", "b2", OTHER},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(recovery_log_of(cases[i].noted_identity, cases[i].noted_boot,
                                        cases[i].identity, cases[i].boot),
                        ==, cases[i].log);
    }
}

/* ---- a disk that keeps any mixture of sectors ---- */

enum { SECTOR = 512, SECTORS = 26, HISTORY = 64, WINDOW = 4, PARTS = 3, LEASES = 64 };

/* A lease as the database, the worker and the air know it. */
struct life {
    unsigned parts, begun, answered; /* parts whose Ctrl-Z passed; of these, that were sent */
    bool open, told, refused;
};

struct world {
    char *path;
    struct flight *flight;
    const uint8_t *memory; /* the image that both sides map */
    GRand *chance;
    struct life life[LEASES];
    unsigned made, worked;                     /* leases so far; the one that the worker is at */
    uint8_t history[SECTORS][HISTORY][SECTOR]; /* of each sector since the last sync */
    unsigned versions[SECTORS];
    unsigned until_cut; /* steps */
};

/* After every single store; true: the power goes now. */
static bool step(struct world *world)
{
    for (unsigned i = 0; i < SECTORS; i++) {
        const uint8_t *sector = world->memory + (size_t)i * SECTOR;
        unsigned last = world->versions[i];
        if (last > 0 && memcmp(world->history[i][last - 1], sector, SECTOR) == 0)
            continue;
        g_assert_cmpuint(last, <, HISTORY);
        memcpy(world->history[i][last], sector, SECTOR);
        world->versions[i]++;
    }
    return world->until_cut-- == 0;
}

static void sync_disk(struct world *world)
{
    for (unsigned i = 0; i < SECTORS; i++) {
        memcpy(world->history[i][0], world->memory + (size_t)i * SECTOR, SECTOR);
        world->versions[i] = 1;
    }
}

static unsigned in_flight(const struct world *world)
{
    unsigned count = 0;
    for (unsigned i = 0; i < world->made; i++)
        count += world->life[i].open;
    return count;
}

static int64_t lease_of(unsigned index)
{
    return 1000 + (int64_t)index;
}

/* The slot first, then the commit. */
static bool make_lease(struct world *world)
{
    struct life *life = &world->life[world->made];
    unsigned slot = 0;
    while (flight_slot(world->flight, slot)->lease != 0)
        slot = (unsigned)g_rand_int_range(world->chance, 0, FLIGHT_SLOTS);
    life->parts = (unsigned)g_rand_int_range(world->chance, 1, PARTS + 1);
    flight_take(flight_slot(world->flight, slot), lease_of(world->made), life->parts);
    world->made++;
    if (step(world))
        return true;
    life->open = true;
    return false;
}

/* The worker's next message, part by part. */
static bool send_message(struct world *world)
{
    struct life *life = &world->life[world->worked];
    struct flight_slot *slot = flight_find(world->flight, lease_of(world->worked));
    for (unsigned k = 0; k < life->parts && !life->refused; k++) {
        struct flight_part *part = &slot->part[k];
        part->stage = FLIGHT_HANDED;
        if (step(world))
            return true;
        sync_disk(world);
        part->stage = FLIGHT_SUBMITTED;
        if (step(world))
            return true;
        life->begun++;
        if (step(world))
            return true;
        life->refused = g_rand_int_range(world->chance, 0, 8) == 0;
        life->answered += !life->refused;
        part->reference = 100 + (int)k;
        part->outcome = life->refused ? VERDICT_REFUSED : VERDICT_SENT;
        part->stage = FLIGHT_ANSWERED;
        if (step(world))
            return true;
    }
    life->told = true;
    world->worked++;
    return step(world);
}

static bool settle_told(struct world *world)
{
    for (unsigned i = 0; i < world->made; i++) {
        struct life *life = &world->life[i];
        if (!life->open || !life->told)
            continue;
        life->open = false;
        if (step(world))
            return true;
        flight_release(flight_find(world->flight, lease_of(i)));
        if (step(world))
            return true;
    }
    return false;
}

static void live_until_the_cut(struct world *world)
{
    bool cut = false;
    while (!cut) {
        int turn = g_rand_int_range(world->chance, 0, 3);
        if (turn == 0 && in_flight(world) < WINDOW && world->made < LEASES)
            cut = make_lease(world);
        else if (turn == 1 && world->worked < world->made)
            cut = send_message(world);
        else
            cut = settle_told(world) || step(world);
    }
}

/* Each sector as it was at some moment since the last sync. */
static struct flight *open_what_is_left(struct world *world)
{
    g_autofree char *image = NULL, *path = g_strconcat(world->path, ".left", NULL);
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_get_contents(world->path, &image, &size, NULL));
    for (unsigned i = 0; i < SECTORS; i++) {
        int chosen = g_rand_int_range(world->chance, 0, (int)world->versions[i]);
        memcpy(image + (size_t)i * SECTOR, world->history[i][chosen], SECTOR);
    }
    g_assert_true(g_file_set_contents(path, image, (gssize)size, NULL));
    struct flight *left = flight_open(path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(flight_identity(left), ==, flight_identity(world->flight));
    g_unlink(path);
    return left;
}

static void judge(const struct world *world, struct flight *left)
{
    unsigned unsure = 0;
    enum recovery_log log = RECOVERY_OTHER_BOOT;
    for (unsigned i = 0; i < world->made; i++) {
        const struct life *life = &world->life[i];
        if (!life->open)
            continue;
        struct settle_news news;
        g_autofree char *cause = NULL;
        if (recovery_read(flight_find(left, lease_of(i)), life->parts, log, &news, &cause))
            log = RECOVERY_BEHIND;
        unsure += news.verdict == ATTEMPT_UNSURE;
        g_assert_cmpuint(news.parts_now, <=, life->answered); /* nothing lost */
        for (unsigned k = 0; k < news.parts_now; k++)
            g_assert_cmpint(news.references[k], ==, 100 + (int)k);
        if (news.verdict == ATTEMPT_SENT)
            g_assert_cmpuint(life->answered, ==, life->parts);
        if (news.verdict == ATTEMPT_RETRY) /* nothing doubled */
            g_assert_cmpuint(news.parts_now, ==, life->begun);
        if (news.verdict == ATTEMPT_REFUSED)
            g_assert_true(life->refused);
    }
    g_assert_cmpuint(unsure, <=, 1);
}

static void test_power_cuts(void)
{
    g_autofree char *dir = g_dir_make_tmp("loa-recovery-XXXXXX", NULL);
    unsigned cuts = g_test_quick() ? 2000 : 100000;
    for (unsigned i = 0; i < cuts; i++) {
        struct world *world = g_new0(struct world, 1);
        world->path = g_build_filename(dir, "sim1.flight", NULL);
        world->flight = flight_open(world->path, NULL);
        world->memory = (const uint8_t *)flight_slot(world->flight, 0) - 24; /* its head */
        world->chance = g_rand_new_with_seed(i);
        world->until_cut = (unsigned)g_rand_int_range(world->chance, 1, 200);
        sync_disk(world);
        live_until_the_cut(world);
        struct flight *left = open_what_is_left(world);
        judge(world, left);
        flight_free(left);
        flight_free(world->flight);
        g_rand_free(world->chance);
        g_unlink(world->path);
        g_free(world->path);
        g_free(world);
    }
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recovery/what the flight log tells", test_what_the_log_tells);
    g_test_add_func("/recovery/what an earlier lease left in the slot tells nothing", test_torn);
    g_test_add_func("/recovery/a log is believed as far as it is the one that was noted",
                    test_belief);
    g_test_add_func("/recovery/power cuts lose and double nothing, whatever sectors are left",
                    test_power_cuts);
    return g_test_run();
}
