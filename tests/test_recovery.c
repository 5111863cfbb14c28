// SPDX-License-Identifier: GPL-2.0-or-later
// What a dead worker's flight log tells of a lease: for every stage, with and without trust.
#include "gateway/recovery.h"

struct part {
    enum flight_stage stage;
    enum verdict_outcome outcome;
    enum verdict_space space;
    int cause;
};

static const struct {
    const char *name;
    bool present; /* the slot names the lease */
    unsigned parts, first;
    struct part part[4];
    bool trusted;
    enum attempt_verdict verdict;
    unsigned parts_now;
    bool untouched;
} rows[] = {
    {"the worker never had it", false, 1, 0, {{0}}, true, ATTEMPT_RETRY, 0, true},
    {"its turn never came", true, 1, 0, {{FLIGHT_NONE}}, true, ATTEMPT_RETRY, 0, true},
    {"the modem was told", true, 1, 0, {{FLIGHT_HANDED}}, true, ATTEMPT_MODEM_SICK, 0, false},
    {"Ctrl-Z had passed", true, 1, 0, {{FLIGHT_SUBMITTED}}, true, ATTEMPT_UNSURE, 0, false},
    {"it was sent", true, 1, 0, {{FLIGHT_ANSWERED, VERDICT_SENT}}, true, ATTEMPT_SENT, 1, false},
    {"it was refused",
     true,
     1,
     0,
     {{FLIGHT_ANSWERED, VERDICT_REFUSED, VERDICT_SPACE_CMS, 1}},
     true,
     ATTEMPT_REFUSED,
     0,
     false},
    {"it is to be tried again",
     true,
     1,
     0,
     {{FLIGHT_ANSWERED, VERDICT_RETRY, VERDICT_SPACE_CMS, 42}},
     true,
     ATTEMPT_RETRY,
     0,
     false},
    {"two of three were sent",
     true,
     3,
     0,
     {{FLIGHT_ANSWERED, VERDICT_SENT}, {FLIGHT_ANSWERED, VERDICT_SENT}, {FLIGHT_NONE}},
     true,
     ATTEMPT_RETRY,
     2,
     true},
    {"the third is in the air",
     true,
     3,
     0,
     {{FLIGHT_ANSWERED, VERDICT_SENT}, {FLIGHT_ANSWERED, VERDICT_SENT}, {FLIGHT_SUBMITTED}},
     true,
     ATTEMPT_UNSURE,
     2,
     false},
    {"the rest of a message was sent",
     true,
     3,
     2,
     {{FLIGHT_NONE}, {FLIGHT_NONE}, {FLIGHT_ANSWERED, VERDICT_SENT}},
     true,
     ATTEMPT_SENT,
     1,
     false},
    {"after a power cut an empty log proves nothing",
     false,
     1,
     0,
     {{0}},
     false,
     ATTEMPT_UNSURE,
     0,
     false},
    {"nor does a message that was only handed over",
     true,
     1,
     0,
     {{FLIGHT_HANDED}},
     false,
     ATTEMPT_UNSURE,
     0,
     false},
    {"but an answer is an answer",
     true,
     1,
     0,
     {{FLIGHT_ANSWERED, VERDICT_SENT}},
     false,
     ATTEMPT_SENT,
     1,
     false},
};

static void test_what_the_log_tells(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        struct flight_slot *slot = g_new0(struct flight_slot, 1);
        flight_take(slot, 4711, rows[i].parts);
        for (unsigned k = 0; k < rows[i].parts; k++) {
            const struct part *part = &rows[i].part[k];
            slot->part[k].reference = 100 + (int)k;
            slot->part[k].outcome = (uint8_t)part->outcome;
            slot->part[k].cause_space = (uint8_t)part->space;
            slot->part[k].cause = part->cause;
            slot->part[k].stage = part->stage;
        }
        struct settle_news news = {0};
        g_autofree char *cause = NULL;
        recovery_read(rows[i].present ? slot : NULL, rows[i].parts - rows[i].first, rows[i].trusted,
                      &news, &cause);
        g_assert_cmpstr(attempt_verdict_name(news.verdict), ==,
                        attempt_verdict_name(rows[i].verdict));
        g_assert_cmpint(news.parts_now, ==, rows[i].parts_now);
        g_assert_cmpint(news.untouched, ==, rows[i].untouched);
        for (unsigned k = 0; k < news.parts_now; k++)
            g_assert_cmpint(news.references[k], ==, 100 + (int)(rows[i].first + k));
        g_free(slot);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recovery/what the flight log tells", test_what_the_log_tells);
    return g_test_run();
}
