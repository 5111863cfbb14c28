// SPDX-License-Identifier: GPL-2.0-or-later
/* Each test gets a real file in a folder of its own; the file goes with the test. */
#include "tests/store_file.h"

#include <glib/gstdio.h>

const char dialogue_file[] =
    "code = \"DOITHOAI\"; title = \"Đối thoại\"; kind = \"dialogue\"; count_by = \"contact\";\n"
    "audience = { units = [ \"TT\" ]; };\n"
    "opens = \"2024-06-10T08:00:00+07:00\"; closes = \"2024-06-18T17:00:00+07:00\";\n"
    "text = \"CDCS va Chi doan moi {ten} du doi thoai 7h30. Nhan: 1=sang 19/6, 2=sang 21/6, "
    "0=khong du. Gop y: YK noi dung. Tu choi nhan tin: TC\";\n"
    "text_marked = \"CĐCS và Chi đoàn kính mời đ/c {ten} dự đối thoại lúc 7h30. Nhắn: 1 = sáng "
    "19/6; 2 = sáng 21/6; 0 = không dự được. Góp ý: YK nội dung. Từ chối nhận tin: TC\";\n"
    "questions = ( { id = \"buoi\"; kind = \"choice\"; options = (\n"
    "  { code = \"1\"; label = \"dự sáng 19/6\"; aliases = [ \"19/6\", \"buổi 1\" ]; },\n"
    "  { code = \"2\"; label = \"dự sáng 21/6\"; aliases = [ \"21/6\", \"buổi 2\" ]; },\n"
    "  { code = \"0\"; label = \"không dự được\"; aliases = [ \"vắng\" ]; sense = \"no\"; } ); } "
    ");\n"
    "opinion = { keywords = [ \"YK\", \"Ý KIẾN\", \"GÓP Ý\" ]; };\n"
    "optout = { keywords = [ \"TC\" ]; };\n"
    "answers = {\n"
    "  accepted = \"Da ghi nhan: {lua_chon}. Muon doi, nhan lai so khac truoc 17h 18/6.\";\n"
    "  unclear = \"Chua ro lua chon. Xin nhan 1 so.\";\n"
    "  opinion = \"Da tiep nhan y kien so {so}.\";\n"
    "  optout = \"Da ngung gui tin toi so nay tu {ngay}. Muon nhan lai, nhan DK.\"; };\n";

const struct campaign_terms test_terms = {
    .price_per_part = 250,
    .expire_after_ms = 2 * DAY,
    .time_zone = "Asia/Ho_Chi_Minh",
};

void store_file_open(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    file->folder = g_dir_make_tmp("loa-test-XXXXXX", &error);
    g_assert_no_error(error);
    file->path = g_build_filename(file->folder, "loa.db", NULL);
    file->store = store_open(file->path, &error);
    g_assert_no_error(error);
    g_assert_true(sql_run(file->store, NULL, "PRAGMA synchronous = OFF", ""));
}

void store_file_close(struct store_file *file, gconstpointer data)
{
    (void)data;
    store_free(file->store);
    const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(file->path, endings[i], NULL);
        g_unlink(name);
    }
    g_rmdir(file->folder);
    g_free(file->folder);
    g_free(file->path);
}

int64_t count_rows(struct store *store, const char *sql)
{
    int64_t count = -1;
    g_autoptr(GError) error = NULL;
    sql_integer(store, -1, &count, &error, sql, "");
    g_assert_no_error(error);
    return count;
}

char *read_text(struct store *store, const char *sql)
{
    sqlite3_stmt *statement = sql_bind(store, sql, "");
    char *text = sql_step(statement, NULL) == 1 ? sql_text(statement, 0) : NULL;
    sqlite3_reset(statement);
    return text;
}

struct import_report *import_text(struct store *store, const char *roster, const char *units,
                                  int64_t now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct import_file roster_file = {roster, strlen(roster), "roster.csv"};
    struct import_file units_file = {units, units == NULL ? 0 : strlen(units), "units.csv"};
    struct import_options options = {
        .roster = &roster_file,
        .units = units == NULL ? NULL : &units_file,
        .by = "test",
        .now = now,
    };
    struct import_report *report = import_run(store, &options, mistakes, &error);
    g_assert_no_error(error);
    return report;
}

void import_dialogue(struct store *store)
{
    g_autofree char *roster = NULL, *units = NULL;
    g_assert_true(g_file_get_contents("tests/rosters/dialogue.csv", &roster, NULL, NULL));
    g_assert_true(g_file_get_contents("tests/rosters/dialogue-units.csv", &units, NULL, NULL));
    import_report_free(import_text(store, roster, units, OPENING - DAY));
}

int64_t create_campaign(struct store *store, const char *text, int64_t now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_draft draft = {text, "test.conf"};
    struct campaign_act act = {"can bo", NULL, now};
    int64_t id = 0;
    campaign_create(store, &draft, &act, &id, mistakes, &error);
    for (unsigned i = 0; error != NULL && i < mistakes->len; i++) {
        g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
        g_test_message("%s", sentence);
    }
    g_assert_no_error(error);
    return id;
}

void take_step(struct store *store, int64_t id, enum campaign_event event, int64_t now)
{
    g_autoptr(GError) error = NULL;
    struct campaign_act act = {event == CAMPAIGN_EVENT_APPROVE ? "lanh dao" : "can bo", NULL, now};
    campaign_advance(store, id, event, &act, &test_terms, &error);
    g_assert_no_error(error);
}

int64_t start_campaign(struct store *store, const char *text, int64_t now)
{
    int64_t id = create_campaign(store, text, now);
    take_step(store, id, CAMPAIGN_EVENT_SUBMIT, now);
    take_step(store, id, CAMPAIGN_EVENT_APPROVE, now);
    take_step(store, id, CAMPAIGN_EVENT_START, now);
    return id;
}

void send_all(struct store *store, const char *modem, int64_t now)
{
    g_assert_true(sql_run(store, NULL,
                          "UPDATE message SET state = 'sent', modem = ?1, state_at = ?2 "
                          "WHERE state = 'queued' AND purpose = 'invitation'",
                          "ti", modem, now));
}
