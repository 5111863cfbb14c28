// SPDX-License-Identifier: GPL-2.0-or-later
// Parts whose reference nobody knows: which reports are theirs, and which may be another's.
#include "campaigns/store/doubt.h"
#include "tests/queue_rows.h"

#define NUMBER "+84912345678"

struct step {
    enum { END, LEASE, UNSURE, SENT, RETRY, DENIED, REPORT } what;
    int message;          /* index; of a report: unused */
    int minute;           /* when; of a report: by the network's clock, and its arrival */
    int reference;        /* of SENT and REPORT */
    int status;           /* of REPORT */
    unsigned doubtful;    /* of UNSURE */
    const char *expected; /* the messages' states afterwards, by their first letters */
};

static const struct scene {
    const char *name;
    unsigned parts[3]; /* 0: no such message */
    struct step steps[12];
} scenes[] = {
    {"the worker died after Ctrl-Z, and the report came",
     {1},
     {{LEASE, 0, 0}, {UNSURE, 0, 1, .expected = "u"}, {REPORT, 0, 2, 7, 0, .expected = "d"}}},
    {"it is tried for a while, then it comes",
     {1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {REPORT, 0, 2, 7, 0x30, .expected = "s"},
      {REPORT, 0, 9, 7, 0, .expected = "d"}}},
    {"it did not arrive",
     {1},
     {{LEASE, 0, 0}, {UNSURE, 0, 1}, {REPORT, 0, 2, 7, 0x41, .expected = "U"}}},
    {"the report was there before the modem was given up",
     {1},
     {{LEASE, 0, 0}, {REPORT, 0, 1, 7, 0, .expected = "l"}, {UNSURE, 0, 3, .expected = "d"}}},
    {"the gateway was away for a night",
     {1},
     {{LEASE, 0, 0}, {UNSURE, 0, 600}, {REPORT, 0, 601, 7, 0, .expected = "d"}}},
    {"a report of another time is of something else",
     {1},
     {{LEASE, 0, 200},
      {UNSURE, 0, 201},
      {REPORT, 0, 2, 7, 0},
      {REPORT, 0, 300, 8, 0, .expected = "u"}}},
    {"a report that came before the modem had it is of something else",
     {1},
     {{REPORT, 0, 8, 7, 0}, {LEASE, 0, 9}, {UNSURE, 0, 10, .expected = "u"}}},
    {"nor does it prove a modem wrong",
     {1},
     {{REPORT, 0, 8, 7, 0}, {LEASE, 0, 9}, {DENIED, 0, 10, .expected = "q"}}},
    {"two in doubt, one report: it may be either's",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {UNSURE, 1, 3},
      {REPORT, 0, 4, 7, 0, .expected = "uu"}}},
    {"its repetition proves nothing more",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {UNSURE, 1, 3},
      {REPORT, 0, 4, 7, 0x30},
      {REPORT, 0, 5, 7, 0, .expected = "uu"}}},
    {"two in doubt, two reports: the newer report is the newer message's",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {UNSURE, 1, 3},
      {REPORT, 0, 4, 7, 0x41, .expected = "uu"},
      {REPORT, 0, 5, 8, 0, .expected = "Ud"}}},
    {"two in doubt on different days: the time tells",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 1440},
      {UNSURE, 1, 1441},
      {REPORT, 0, 3, 7, 0, .expected = "du"}}},
    {"two in doubt on different days: the newer one",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 1440},
      {UNSURE, 1, 1441},
      {REPORT, 0, 1442, 7, 0, .expected = "ud"}}},
    {"while another is on its way it may be that one's, and it is",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {REPORT, 0, 3, 7, 0, .expected = "ul"},
      {SENT, 1, 4, 7, .expected = "ud"}}},
    {"while another is on its way it may be that one's, but it is not",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {REPORT, 0, 3, 7, 0, .expected = "ul"},
      {SENT, 1, 4, 9, .expected = "ds"}}},
    {"the other one never went",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {REPORT, 0, 3, 7, 0, .expected = "ul"},
      {RETRY, 1, 4, .expected = "dq"}}},
    {"a reference that was used before",
     {1, 1},
     {{LEASE, 1, 0},
      {SENT, 1, 0, 7},
      {REPORT, 0, 1, 7, 0, .expected = "qd"},
      {LEASE, 0, 300},
      {UNSURE, 0, 301},
      {REPORT, 0, 302, 7, 0, .expected = "dd"}}},
    {"one that waits for its own report takes it",
     {1, 1},
     {{LEASE, 1, 0},
      {SENT, 1, 0, 7},
      {LEASE, 0, 2},
      {UNSURE, 0, 3},
      {REPORT, 0, 4, 7, 0, .expected = "ud"},
      {REPORT, 0, 4, 8, 0, .expected = "dd"}}},
    {"a modem that gives 0 for every reference",
     {1, 1},
     {{LEASE, 1, 0},
      {SENT, 1, 0, 0},
      {LEASE, 0, 2},
      {UNSURE, 0, 3},
      {REPORT, 0, 4, 7, 0, .expected = "us"}}},
    {"the second of three parts: the rest may go out",
     {3},
     {{LEASE, 0, 0}, {UNSURE, 0, 1, .doubtful = 1}, {REPORT, 0, 2, 7, 0, .expected = "q"}}},
    {"all three parts: each must have been seen",
     {3},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1, .doubtful = 3},
      {REPORT, 0, 2, 7, 0, .expected = "u"},
      {REPORT, 0, 2, 8, 0x30, .expected = "u"},
      {REPORT, 0, 2, 9, 0, .expected = "s"},
      {REPORT, 0, 3, 8, 0, .expected = "d"}}},
    {"the modem said that it failed, and the report that it came",
     {1},
     {{LEASE, 0, 0}, {DENIED, 0, 1, .expected = "q"}, {REPORT, 0, 2, 7, 0, .expected = "d"}}},
    {"the report was there before the modem said so",
     {1},
     {{LEASE, 0, 0}, {REPORT, 0, 1, 7, 0, .expected = "l"}, {DENIED, 0, 3, .expected = "d"}}},
    {"what the modem was never given cannot have come",
     {1},
     {{LEASE, 0, 0}, {RETRY, 0, 1, .expected = "q"}, {REPORT, 0, 2, 7, 0, .expected = "q"}}},
    {"it is sent again before the report comes",
     {1},
     {{LEASE, 0, 0},
      {DENIED, 0, 1, .expected = "q"},
      {LEASE, 0, 6},
      {REPORT, 0, 7, 7, 0, .expected = "l"},
      {SENT, 0, 8, 8, .expected = "s"},
      {REPORT, 0, 9, 8, 0, .expected = "d"}}},
    {"one unsure, one that failed, one report: it may be either's",
     {1, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1},
      {LEASE, 1, 2},
      {DENIED, 1, 3},
      {REPORT, 0, 4, 7, 0, .expected = "uq"}}},
    {"the first of two parts: the rest goes on behind it",
     {2},
     {{LEASE, 0, 0},
      {DENIED, 0, 1, .expected = "q"},
      {REPORT, 0, 2, 7, 0, .expected = "q"},
      {LEASE, 0, 6},
      {SENT, 0, 7, 8, .expected = "s"},
      {REPORT, 0, 8, 8, 0, .expected = "d"}}},
    {"all of two parts in doubt, and another message",
     {2, 1},
     {{LEASE, 0, 0},
      {UNSURE, 0, 1, .doubtful = 2},
      {LEASE, 1, 2},
      {UNSURE, 1, 3},
      {REPORT, 0, 4, 7, 0},
      {REPORT, 0, 5, 8, 0, .expected = "uu"},
      {REPORT, 0, 6, 9, 0, .expected = "dd"}}},
};

static int64_t at(int minute)
{
    return OPENING + minute * MINUTE;
}

static void take_verdict(struct store *store, const struct step *step, int64_t lease_number)
{
    static const enum attempt_verdict verdicts[] = {
        [UNSURE] = ATTEMPT_UNSURE,
        [SENT] = ATTEMPT_SENT,
        [RETRY] = ATTEMPT_RETRY,
        [DENIED] = ATTEMPT_RETRY,
    };
    const struct verdict_row row = {.lease = lease_number,
                                    .modem = "sim1",
                                    .news = {.verdict = verdicts[step->what],
                                             .parts_now = step->what == SENT ? 1 : 0,
                                             .doubtful = step->doubtful},
                                    .references = &step->reference,
                                    .took_ms = step->what == RETRY ? 0 : 1000,
                                    .cause = ""};
    struct settled settled;
    enum message_state state;
    g_autoptr(GError) error = NULL;
    store_message_settle(store, &row, at(step->minute), &settled, &error);
    g_assert_no_error(error);
    store_report_catch_up(store, &settled, at(step->minute), &state, &error);
    g_assert_no_error(error);
    assert_state(store, settled.message_id, state);
}

static void take_report(struct store *store, const struct step *step)
{
    const struct report report = {.modem = "sim1",
                                  .reference = step->reference,
                                  .number = "0912345678",
                                  .status = step->status,
                                  .sent_at = at(step->minute),
                                  .discharged_at = at(step->minute)};
    struct report_match match;
    g_autoptr(GError) error = NULL;
    store_report_add(store, &report, at(MAX(step->minute, 5)), &match, &error);
    g_assert_no_error(error);
    if (match.message_id != 0)
        assert_state(store, match.message_id, match.state);
}

static void assert_states(struct store *store, const int64_t *ids, const char *expected)
{
    g_autoptr(GString) states = g_string_new(NULL);
    for (size_t i = 0; ids[i] != 0; i++) {
        struct message *message = store_message_get(store, ids[i], NULL);
        bool lost = message->state == MESSAGE_UNDELIVERED;
        g_string_append_c(states, lost ? 'U' : message_state_name(message->state)[0]);
        message_free(message);
    }
    g_assert_cmpstr(states->str, ==, expected);
}

static void play(struct store *store, const struct scene *scene, int64_t campaign, int64_t contact)
{
    int64_t ids[G_N_ELEMENTS(scene->parts) + 1] = {0}, leases[G_N_ELEMENTS(scene->parts)] = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(scene->parts) && scene->parts[i] > 0; i++)
        ids[i] = add_message(store, campaign,
                             &(struct message){.contact_id = contact,
                                               .parts = scene->parts[i],
                                               .purpose = PURPOSE_REMINDER});
    for (const struct step *step = scene->steps; step->what != END; step++) {
        if (step->what == LEASE)
            leases[step->message] = lease(store, ids[step->message], "sim1", at(step->minute));
        else if (step->what == REPORT)
            take_report(store, step);
        else
            take_verdict(store, step, leases[step->message]);
        if (step->expected != NULL)
            assert_states(store, ids, step->expected);
    }
}

static void test_scene(struct store_file *file, gconstpointer data)
{
    const struct scene *scene = data;
    int64_t campaign = add_campaign(file->store, "A", "running");
    int64_t contact = add_contact(file->store, NUMBER);
    /* What others are doing meanwhile is no matter. */
    int64_t stranger = add_message(file->store, campaign, &(struct message){0});
    lease(file->store, stranger, "sim1", OPENING);
    int64_t elsewhere =
        add_message(file->store, campaign,
                    &(struct message){.contact_id = contact, .purpose = PURPOSE_REMINDER});
    lease(file->store, elsewhere, "sim2", OPENING);
    play(file->store, scene, campaign, contact);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(scenes); i++) {
        g_autofree char *name = g_strconcat("/doubt/", scenes[i].name, NULL);
        g_test_add(name, struct store_file, &scenes[i], store_file_open, test_scene,
                   store_file_close);
    }
    return g_test_run();
}
