// SPDX-License-Identifier: GPL-2.0-or-later
/* Which campaign a reply is about: by keyword, by the SIM that was answered, by what had been asked
 * when it was written. */
#include "campaigns/answer.h"
#include "campaigns/store/reply.h"
#include "tests/store_file.h"

#include <string.h>

#define MOTHER "+84912000001"

static const char people[] = "Họ và tên,Mã đơn vị,SĐT\n"
                             "Trần Thị Mẹ,TT,0912000001\nLê Văn Bố,TT,0912000003\n";
static const char units[] = "ma,ma_cha,ten,loai\nTT,,Trung tâm,co_so\n";

#define CHOICE_FILE(code, keyword)                                                                 \
    "code = \"" code "\"; title = \"t\"; kind = \"survey\"; audience = { units = [ \"TT\" ]; };"   \
    "text = \"Nhan 1 hoac 2\"; questions = ( { id = \"q\"; kind = \"choice\"; " keyword            \
    "options = ( { code = \"1\"; label = \"đã\"; }, { code = \"2\"; label = \"chưa\"; } ); } );"
#define NUMBERS_FILE(code)                                                                                   \
    "code = \"" code "\"; title = \"t\"; kind = \"survey\"; audience = { units = [ \"TT\" ]; };"             \
    "text = \"BC dot luot\"; questions = ( { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; "            \
    "fields = ( { name = \"dot\"; label = \"số đợt\"; }, { name = \"luot\"; label = \"số lượt\"; " \
    "} ); } );"
#define OPINIONS_FILE(code)                                                                        \
    "code = \"" code "\"; title = \"t\"; kind = \"dialogue\"; audience = { units = [ \"TT\" ]; };" \
    "text = \"Nhan YK noi dung\"; opinion = { keywords = [ \"YK\" ]; };"
#define NOTICE_FILE(code)                                                                          \
    "code = \"" code "\"; title = \"t\"; kind = \"notice\"; audience = { units = [ \"TT\" ]; };"   \
    "text = \"Bao so 3\";"

static const struct match {
    const char *name;
    struct {
        const char *file, *modem; /* sent one after the other */
    } sent[3];
    const char *modem, *text;
    int64_t campaign;
    const char *outcome;
} matches[] = {
    {"the last one by that SIM",
     {{CHOICE_FILE("A", ""), "sim1"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "1",
     2,
     "answer"},
    {"the other SIM's campaign was sent later, and does not matter",
     {{CHOICE_FILE("A", ""), "sim1"}, {CHOICE_FILE("B", ""), "sim2"}},
     "sim1",
     "1",
     1,
     "answer"},
    {"a keyword decides otherwise",
     {{NUMBERS_FILE("A"), "sim1"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "BC 81 35420",
     1,
     "answer"},
    {"a keyword of another SIM's campaign too",
     {{NUMBERS_FILE("A"), "sim2"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "bc 81 35.420",
     1,
     "answer"},
    {"a called campaign gets what it does not understand",
     {{NUMBERS_FILE("A"), "sim1"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "BC 81",
     1,
     "unclear"},
    {"an opinion belongs to the campaign with its keyword",
     {{OPINIONS_FILE("A"), "sim1"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "YK duong vao thon hong",
     1,
     "opinion"},
    {"of two with that keyword to the last",
     {{OPINIONS_FILE("A"), "sim1"}, {OPINIONS_FILE("B"), "sim1"}},
     "sim1",
     "YK duong vao thon hong",
     2,
     "opinion"},
    {"a code without keyword stays with the last",
     {{NUMBERS_FILE("A"), "sim1"}, {CHOICE_FILE("B", ""), "sim1"}},
     "sim1",
     "2",
     2,
     "answer"},
    {"two campaigns of other SIMs understand it",
     {{CHOICE_FILE("A", ""), "sim1"}, {CHOICE_FILE("B", ""), "sim2"}},
     "sim3",
     "1",
     2,
     "unclear (R5 two campaigns)"},
    {"only one of them understands it",
     {{CHOICE_FILE("A", ""), "sim1"}, {NUMBERS_FILE("B"), "sim2"}},
     "sim3",
     "1",
     1,
     "answer"},
    {"two are called by the same keyword, none by that SIM",
     {{NUMBERS_FILE("A"), "sim1"}, {NUMBERS_FILE("B"), "sim2"}, {CHOICE_FILE("C", ""), "sim3"}},
     "sim3",
     "BC 81 35420",
     2,
     "unclear (R5 two campaigns)"},
    {"two are called, the last one by that SIM is meant",
     {{NUMBERS_FILE("A"), "sim1"}, {NUMBERS_FILE("B"), "sim1"}},
     "sim1",
     "BC 81 35420",
     2,
     "answer"},
    {"a notice in between changes nothing",
     {{CHOICE_FILE("A", ""), "sim1"}, {NOTICE_FILE("B"), "sim1"}},
     "sim1",
     "1",
     1,
     "answer"},
    {"one campaign sent by another SIM is not in doubt",
     {{CHOICE_FILE("A", ""), "sim1"}},
     "sim2",
     "1",
     1,
     "answer"},
};

/* What the mother wrote, as it was understood. */
static struct reply_row *take(struct store *store, struct campaign_book *book, const char *modem,
                              const char *text, int64_t written, int64_t now)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    struct answer_source source = {modem, MOTHER, text, written, now, &id};
    g_assert_true(store_begin(store, NULL));
    answer_take(store, book, &source, now, &error);
    g_assert_no_error(error);
    g_assert_true(store_commit(store, NULL));
    struct reply_row *row = store_reply_get(store, id, &error);
    g_assert_no_error(error);
    return row;
}

static void test_match(struct store_file *file, gconstpointer data)
{
    const struct match *match = data;
    import_report_free(import_text(file->store, people, units, OPENING - DAY));
    for (unsigned i = 0; i < G_N_ELEMENTS(match->sent) && match->sent[i].file != NULL; i++) {
        start_campaign(file->store, match->sent[i].file, OPENING - HOUR);
        send_all(file->store, match->sent[i].modem, OPENING - HOUR + (int64_t)i * MINUTE);
    }
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    struct reply_row *row =
        take(file->store, book, match->modem, match->text, OPENING + HOUR, OPENING + HOUR);
    g_autofree char *told = g_strdup_printf("%s (%s)", row->outcome, row->rule);
    if (!g_str_has_prefix(told, match->outcome))
        g_error("%s: %s, not %s", match->text, told, match->outcome);
    g_assert_cmpint(row->campaign_id, ==, match->campaign);
    reply_row_free(row);
    campaign_book_free(book);
}

/* A and then B are sent; what was written between the two, or before both, is brought after both.
 */
static void test_what_comes_late_answers_what_was_asked_when_it_was_written(struct store_file *file,
                                                                            gconstpointer data)
{
    (void)data;
    const struct {
        int64_t written;
        const char *text;
        int64_t campaign, at;
    } rows[] = {
        {HOUR, "1", 1, HOUR},
        {3 * HOUR, "2", 2, 3 * HOUR},
        {HOUR + 9 * MINUTE, "0", 1, HOUR + 9 * MINUTE},
        {2 * HOUR - MINUTE, "0", 2, 2 * HOUR - MINUTE}, /* clocks differ a little */
        {-3 * HOUR, "2", 2, 4 * HOUR},                  /* nothing was asked: the clock lies */
    };
    import_report_free(import_text(file->store, people, units, OPENING - DAY));
    start_campaign(file->store, CHOICE_FILE("A", ""), OPENING - HOUR);
    send_all(file->store, "sim1", OPENING);
    start_campaign(file->store, CHOICE_FILE("B", ""), OPENING + HOUR);
    send_all(file->store, "sim1", OPENING + 2 * HOUR);
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct reply_row *row = take(file->store, book, "sim1", rows[i].text,
                                     OPENING + rows[i].written, OPENING + 4 * HOUR);
        g_assert_cmpint(row->campaign_id, ==, rows[i].campaign);
        g_assert_cmpint(row->sent_at - OPENING, ==, rows[i].at);
        reply_row_free(row);
    }
    campaign_book_free(book);
}

/* A reminder that went out since does not make a late answer one of today. */
static void test_a_reminder_does_not_date_anew_what_came_late(struct store_file *file,
                                                              gconstpointer data)
{
    (void)data;
    import_report_free(import_text(file->store, people, units, OPENING - DAY));
    start_campaign(file->store, CHOICE_FILE("A", ""), OPENING - HOUR);
    send_all(file->store, "sim1", OPENING);
    g_assert_true(sql_run(file->store, NULL,
                          "INSERT INTO message (campaign_id, contact_id, purpose, state, priority, "
                          "text, parts, reference, modem, not_before, expires_at, created_at, "
                          "state_at, reminder) SELECT campaign_id, contact_id, 'reminder', 'sent', "
                          "priority, 'Nhac', 1, 1, modem, ?1, ?1, ?1, ?1, 0 FROM message",
                          "i", OPENING + 2 * HOUR));
    struct campaign_book *book = campaign_book_new(file->store, &test_terms);
    const int64_t written[] = {3 * HOUR, HOUR};
    for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
        reply_row_free(take(file->store, book, "sim1", i == 0 ? "2" : "1", OPENING + written[i],
                            OPENING + 4 * HOUR));
    }
    campaign_book_free(book);
    g_autofree char *code =
        read_text(file->store, "SELECT code FROM answer WHERE superseded_by IS NULL");
    g_assert_cmpstr(code, ==, "2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(matches); i++) {
        g_autofree char *path = g_strconcat("/answer_match/", matches[i].name, NULL);
        g_test_add(path, struct store_file, &matches[i], store_file_open, test_match,
                   store_file_close);
    }
    g_test_add("/answer_match/what comes late answers what was asked when it was written",
               struct store_file, NULL, store_file_open,
               test_what_comes_late_answers_what_was_asked_when_it_was_written, store_file_close);
    g_test_add("/answer_match/a reminder does not date anew what came late", struct store_file,
               NULL, store_file_open, test_a_reminder_does_not_date_anew_what_came_late,
               store_file_close);
    return g_test_run();
}
