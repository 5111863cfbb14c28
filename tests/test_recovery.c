// SPDX-License-Identifier: GPL-2.0-or-later
// What a dead worker's flight log tells of a lease: for every stage, and however far it is
// believed.
#include "gateway/recovery.h"

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
    {"an outcome that no version wrote", true, 1, 0, {{FLIGHT_ANSWERED, (enum verdict_outcome)99}}, SAME, ATTEMPT_UNSURE, 0, false, 0},

    {"after a power cut: its slot had not come to the disk", false, 3, 0, {{0}}, CUT, ATTEMPT_RETRY, 0, true, 0},
    {"after a power cut: its turn had not come", true, 1, 0, {{FLIGHT_NONE}}, CUT, ATTEMPT_RETRY, 0, true, 0},
    {"after a power cut: Ctrl-Z may have passed", true, 1, 0, {{FLIGHT_HANDED}}, CUT, ATTEMPT_UNSURE, 0, false, 0},
    {"after a power cut: Ctrl-Z had passed", true, 1, 0, {{FLIGHT_SUBMITTED}}, CUT, ATTEMPT_UNSURE, 0, false, 0},
    {"after a power cut: an answer is an answer", true, 1, 0, {SENT}, CUT, ATTEMPT_SENT, 1, false, 0},
    {"after a power cut: one of three sent, the next not begun", true, 3, 0, {SENT, {FLIGHT_NONE}}, CUT, ATTEMPT_RETRY, 1, true, 0},
    {"after a power cut: one of three sent, the next begun", true, 3, 0, {SENT, {FLIGHT_HANDED}}, CUT, ATTEMPT_UNSURE, 1, false, 0},
    {"after a power cut: one of three sent, the next refused", true, 3, 0, {SENT, {FLIGHT_ANSWERED, VERDICT_REFUSED, VERDICT_SPACE_CMS, 1}}, CUT, ATTEMPT_REFUSED, 1, false, 0},

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recovery/what the flight log tells", test_what_the_log_tells);
    g_test_add_func("/recovery/what an earlier lease left in the slot tells nothing", test_torn);
    g_test_add_func("/recovery/a log is believed as far as it is the one that was noted",
                    test_belief);
    return g_test_run();
}
