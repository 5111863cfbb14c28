// SPDX-License-Identifier: GPL-2.0-or-later
// Refusals organisation by organisation: who is not written to, who is all the same, who comes
// back.
#include "campaigns/consent.h"

#include "campaigns/answer.h"
#include "campaigns/preview.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/message.h"
#include "tests/store_file.h"

#define FIRST  "+84900174207" /* the first of the roster, contact 1 */
#define SECOND "+84330183380"

/* The dialogue under another code, in somebody's name. */
static char *campaign_text(const char *code, const char *settings)
{
    return g_strdup_printf("code = \"%s\"; %s %s", code, settings, strchr(dialogue_file, ';') + 1);
}

static int64_t start(struct store *store, const char *code, const char *settings, int64_t now)
{
    g_autofree char *text = campaign_text(code, settings);
    return start_campaign(store, text, now);
}

static void say(struct store *store, const char *sender, const char *text, int64_t at)
{
    g_autoptr(GError) error = NULL;
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    struct answer_source source = {"sim1", sender, text, at, at, NULL};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, at, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    campaign_book_free(book);
}

static void assert_text(struct store *store, const char *sql, const char *expected)
{
    g_autofree char *text = read_text(store, sql);
    g_assert_cmpstr(text == NULL ? "" : text, ==, expected);
}

#define REFUSED                                                                                    \
    "SELECT group_concat('[' || organisation || ']', ' ') FROM (SELECT organisation FROM refusal " \
    "WHERE contact_id = 1 ORDER BY organisation)"

struct word {
    int campaign;     /* 1: the house, 2: the farmers' union, 0: none */
    const char *text; /* "TC" refuses, "DK" comes back */
};

struct talk {
    const char *name;
    struct word words[4];
    const char *refused; /* in the end */
    int lines;           /* of the ledger */
};

static const struct talk talks[] = {
    {"the house alone", {{1, "TC"}}, "[]", 1},
    {"one organisation alone", {{2, "TC"}}, "[hội nông dân]", 1},
    {"both, one after the other", {{1, "TC"}, {2, "TC"}}, "[] [hội nông dân]", 2},
    {"of no campaign it is everything", {{0, "TC"}}, "[*]", 1},
    {"said twice it is written once", {{2, "TC"}, {2, "TC"}}, "[hội nông dân]", 1},
    {"who comes back comes back to that one", {{1, "TC"}, {2, "TC"}, {2, "DK"}}, "[]", 3},
    {"of no campaign, to all of them", {{1, "TC"}, {2, "TC"}, {0, "DK"}}, "", 4},
    {"coming back to one ends the refusal of all", {{0, "TC"}, {2, "DK"}}, "", 2},
};

static void test_talk(struct store_file *file, gconstpointer data)
{
    const struct talk *talk = data;
    import_dialogue(file->store);
    int64_t ids[] = {0, start(file->store, "NHA", "", OPENING),
                     start(file->store, "HND", "organisation = \"Hội  nông DÂN\";", OPENING)};
    for (unsigned i = 0; i < G_N_ELEMENTS(talk->words) && talk->words[i].text != NULL; i++) {
        const struct word *word = &talk->words[i];
        struct consent_reply reply = {1, ids[word->campaign], 0, OPENING + i};
        bool fresh = false;
        g_assert_true(store_begin(file->store, NULL));
        g_assert_true(g_str_equal(word->text, "DK")
                          ? consent_return(file->store, &reply, NULL)
                          : consent_refuse(file->store, &reply, &fresh, NULL));
        g_assert_true(store_commit(file->store, NULL));
    }
    assert_text(file->store, REFUSED, talk->refused);
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM consent"), ==, talk->lines);
}

static void test_an_sms_refuses_who_sent(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    import_dialogue(store);
    start(store, "NHA", "", OPENING - HOUR);
    send_all(store, "sim1", OPENING - HOUR);
    start(store, "HND", "organisation = \"Hội Nông dân\";", OPENING - MINUTE);
    send_all(store, "sim1", OPENING - MINUTE);
    say(store, FIRST, "TC", OPENING);
    assert_text(store, REFUSED, "[hội nông dân]");
    assert_text(store, "SELECT receipt || ' ' || state FROM message WHERE purpose = 'answer'",
                "optout queued");
    assert_text(store,
                "SELECT r.text || ' ' || c.code FROM consent l JOIN reply r ON r.id = l.reply_id "
                "JOIN campaign c ON c.id = l.campaign_id",
                "TC HND");
    start(store, "NHA2", "", OPENING + HOUR);
    start(store, "HND2", "organisation = \"HỘI NÔNG DÂN\";", OPENING + HOUR);
    assert_text(store,
                "SELECT group_concat(c.code || '=' || m.state, ' ') FROM (SELECT * FROM message "
                "ORDER BY id) m JOIN campaign c ON c.id = m.campaign_id WHERE m.contact_id = 1 "
                "AND m.purpose = 'invitation'",
                "NHA=sent HND=sent NHA2=queued HND2=skipped");
    say(store, FIRST, "DK", OPENING + 2 * HOUR);
    assert_text(store, REFUSED, "");
    assert_text(store, "SELECT outcome FROM reply ORDER BY id DESC LIMIT 1", "optin");
}

/* Inside what was queued before the refusal became known. */
static void test_the_lease_obeys_the_organisation(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    import_dialogue(store);
    start(store, "NHA", "", OPENING);
    start(store, "HND", "organisation = \"Hội Nông dân\";", OPENING);
    start(store, "GAP", "organisation = \"Hội Nông dân\"; priority = \"emergency\";", OPENING);
    static const struct {
        const char *organisation; /* refused behind the queue's back */
        const char *campaign;
        bool leased;
        const char *state; /* of the message then */
    } rows[] = {
        {"hội nông dân", "NHA", true, "leased"},
        {"hội nông dân", "HND", false, "skipped"},
        {"hội nông dân", "GAP", true, "leased"},
        {"*", "NHA", false, "skipped"},
        {"*", "GAP", true, "leased"},
        {"", "NHA", false, "skipped"},
        {"", "HND", true, "leased"},
        {"khác", "NHA", true, "leased"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu: %s refused, %s sent", i, rows[i].organisation, rows[i].campaign);
        g_assert_true(store_begin(store, NULL));
        int64_t id = 0, lease = 0;
        sql_integer(store, 0, &id, NULL,
                    "SELECT m.id FROM message m JOIN campaign c ON c.id = m.campaign_id "
                    "WHERE m.contact_id = 1 AND c.code = ?1",
                    "t", rows[i].campaign);
        g_assert_true(sql_run(store, NULL,
                              "INSERT INTO refusal (contact_id, organisation, at) "
                              "VALUES (1, ?1, 1)",
                              "t", rows[i].organisation));
        struct message message = {.id = id};
        g_assert_cmpint(
            store_message_lease(store, &message, "sim1", OPENING + MINUTE, &lease, NULL), ==,
            rows[i].leased);
        int64_t right = 0;
        sql_integer(store, 0, &right, NULL, "SELECT state = ?2 FROM message WHERE id = ?1", "it",
                    id, rows[i].state);
        g_assert_cmpint(right, ==, 1);
        store_rollback(store);
    }
}

static void test_what_is_queued_goes_with_its_organisation(struct store_file *file,
                                                           gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    import_dialogue(store);
    start(store, "NHA", "", OPENING);
    start(store, "HND", "organisation = \"Hội Nông dân\";", OPENING);
    start(store, "GAP", "organisation = \"Hội Nông dân\"; priority = \"emergency\";", OPENING);
    struct consent_word word = {1, "Hội nông dân", "chi Hoa", "at the meeting", OPENING + MINUTE};
    g_assert_true(consent_refuse_told(store, &word, NULL));
    assert_text(store,
                "SELECT group_concat(c.code || '=' || m.state, ' ') FROM (SELECT * FROM message "
                "ORDER BY id) m JOIN campaign c ON c.id = m.campaign_id WHERE m.contact_id = 1",
                "NHA=queued HND=cancelled GAP=queued");
    assert_text(
        store,
        "SELECT group_concat(l.event || ' ' || coalesce(c.code, l.reason), ', ') FROM "
        "(SELECT * FROM consent ORDER BY id) l LEFT JOIN campaign c ON c.id = l.campaign_id",
        "opted-out at the meeting, exempted GAP");
}

static void test_an_emergency_goes_to_all_and_is_written_down(struct store_file *file,
                                                              gconstpointer data)
{
    (void)data;
    struct store *store = file->store;
    import_dialogue(store);
    struct consent_word first = {1, NULL, "chi Hoa", "telephoned", OPENING};
    struct consent_word second = {2, "Ban khác", "chi Hoa", "telephoned", OPENING};
    g_assert_true(consent_refuse_told(store, &first, NULL));
    g_assert_true(consent_refuse_told(store, &second, NULL));
    static const struct {
        const char *code, *settings;
        int64_t exempted, opted_out;
    } rows[] = {
        {"NHA", "", 0, 1},
        {"GAP", "priority = \"emergency\";", 1, 0},
        {"GAP2", "organisation = \"ban KHÁC\"; priority = \"emergency\";", 2, 0},
        {"BAN", "organisation = \"Ban khác\"; priority = \"high\";", 0, 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = campaign_text(rows[i].code, rows[i].settings);
        int64_t id = create_campaign(store, text, OPENING);
        struct preview *preview = preview_make(store, id, &test_terms, OPENING, NULL);
        g_assert_cmpint(preview->audience->exempted, ==, rows[i].exempted);
        g_assert_cmpint(preview->audience->counts[LEFT_OUT_OPTED_OUT], ==, rows[i].opted_out);
        preview_free(preview);
        take_step(store, id, CAMPAIGN_EVENT_SUBMIT, OPENING);
        take_step(store, id, CAMPAIGN_EVENT_APPROVE, OPENING);
        take_step(store, id, CAMPAIGN_EVENT_START, OPENING);
        int64_t written = 0, skipped = 0;
        sql_integer(store, -1, &written, NULL,
                    "SELECT count(*) FROM consent WHERE campaign_id = ?1 AND event = 'exempted'",
                    "i", id);
        sql_integer(store, -1, &skipped, NULL,
                    "SELECT count(*) FROM message WHERE campaign_id = ?1 AND state = 'skipped'",
                    "i", id);
        g_assert_cmpint(written, ==, rows[i].exempted);
        g_assert_cmpint(skipped, ==, rows[i].opted_out);
    }
}

static void test_what_people_say_at_the_desk(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    static const struct {
        bool refuse;
        const char *organisation; /* NULL: all */
        bool done;
        const char *refused; /* then */
    } rows[] = {
        {false, NULL, false, ""},
        {true, "Hội Nông dân", true, "[hội nông dân]"},
        {true, "hội nông dân ", false, "[hội nông dân]"},
        {true, "", true, "[] [hội nông dân]"},
        {false, "Hội NÔNG dân", true, "[]"},
        {false, "Hội Nông dân", false, "[]"},
        {true, NULL, true, "[] [*]"},
        {false, "", false, "[] [*]"}, /* not while all is refused */
        {false, NULL, true, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct consent_word word = {1, rows[i].organisation, "chi Hoa", "telephoned", OPENING};
        g_autoptr(GError) error = NULL;
        g_test_message("row %zu", i);
        g_assert_cmpint(rows[i].refuse ? consent_refuse_told(file->store, &word, &error)
                                       : consent_restore_told(file->store, &word, &error),
                        ==, rows[i].done);
        if (!rows[i].done)
            g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
        assert_text(file->store, REFUSED, rows[i].refused);
    }
    struct ledger_filter filter = {.contact_id = 1, .limit = 10};
    g_autoptr(GPtrArray) lines = store_consent_list(file->store, &filter, NULL);
    g_assert_cmpuint(lines->len, ==, 6);
    const struct ledger_row *last = lines->pdata[0];
    g_assert_cmpstr(last->event, ==, "opted-in");
    g_assert_cmpstr(last->by, ==, "chi Hoa");
    g_assert_cmpstr(last->name, ==, "Đinh Thanh Ước");
    g_assert_cmpstr(last->phone, ==, FIRST);
}

static void test_no_organisation_is_called_everybody(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_dialogue(file->store);
    g_autofree char *text = campaign_text("SAO", "organisation = \"*\";");
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_draft draft = {.text = text, .file = "sao.conf"};
    struct campaign_act act = {"can bo", NULL, OPENING};
    int64_t id = 0;
    g_assert_false(campaign_create(file->store, &draft, &act, &id, mistakes, NULL));
    g_assert_cmpuint(mistakes_count(mistakes), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(talks); i++) {
        g_autofree char *path = g_strconcat("/consent/", talks[i].name, NULL);
        g_test_add(path, struct store_file, &talks[i], store_file_open, test_talk,
                   store_file_close);
    }
    const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"/consent/an SMS refuses who sent", test_an_sms_refuses_who_sent},
        {"/consent/the lease obeys the organisation", test_the_lease_obeys_the_organisation},
        {"/consent/what is queued goes with its organisation",
         test_what_is_queued_goes_with_its_organisation},
        {"/consent/an emergency goes to all and is written down",
         test_an_emergency_goes_to_all_and_is_written_down},
        {"/consent/what people say at the desk", test_what_people_say_at_the_desk},
        {"/consent/no organisation is called everybody", test_no_organisation_is_called_everybody},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct store_file, NULL, store_file_open, tests[i].run,
                   store_file_close);
    return g_test_run();
}
