// SPDX-License-Identifier: GPL-2.0-or-later
// The reports of a campaign: their cells are the figures of its tally and coverage, their lists add
// up to them, and what must stay inside stays out.
#include "campaigns/coverage.h"
#include "campaigns/sheet_make.h"
#include "campaigns/tally.h"
#include "tests/store_file.h"

#include <string.h>

static const char units[] = "ma,ma_cha,ten,loai\r\n"
                            "X,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\nT2,X,Thôn 2,thon\r\n";
static const char roster[] = "Họ và tên,Năm sinh,Thôn,Mã hộ,Số điện thoại\r\n"
                             "Trần Văn An,1980,Thôn 1,H1,0912000341\r\n"
                             "Trần Văn Ba,1950,Thôn 1,H2,0912000342\r\n"
                             "Lê Thị Bình,1975,Thôn 1,H3,không có\r\n"
                             "Lê Thị Chín,1976,Thôn 2,H4,0912000343\r\n"
                             "Phạm Văn Tư,1978,Thôn 2,H5,0912000344\r\n"
                             "Phạm Văn Sáu,1979,Thôn 2,H6,0912000345\r\n";
static const char survey[] =
    "code = \"KS\"; title = \"Lớp nghề\"; kind = \"survey\"; audience = { units = [ \"X\" ]; };\n"
    "text = \"{ten}: 1 hay 2\"; count_by = \"household\";\n"
    "coverage = { more_than = 50.0; by = \"household\"; };\n"
    "target = { plan = 4; options = [ \"1\", \"2\" ]; units = ( { unit = \"T1\"; plan = 3; } ); "
    "};\n"
    "questions = ( { id = \"nghe\"; kind = \"choices\"; options = (\n"
    "  { code = \"1\"; label = \"may\"; }, { code = \"2\"; label = \"hàn\"; },\n"
    "  { code = \"0\"; label = \"không\"; sense = \"no\"; exclusive = true; } );\n"
    "  addons = ( { code = \"TV\"; label = \"tư vấn\"; } ); },\n"
    "  { id = \"so\"; kind = \"headcount\"; keyword = \"DI\"; } );";

/* By contact id: 1 An, 2 Ba, 3 Chín, 4 Tư, 5 Sáu. */
static const char *const happenings[] = {
    "UPDATE message SET state = 'delivered' WHERE contact_id IN (1, 2, 3)",
    "UPDATE message SET state = 'sent' WHERE contact_id = 4",
    "UPDATE message SET state = 'refused' WHERE contact_id = 5",
    "INSERT INTO reply (id, modem, sender, contact_id, campaign_id, text, sent_at, received_at, "
    "outcome, rule, normalised) VALUES (1, 's', '+84912000341', 1, 1, '1', 1, 1, 'answer', '', '')",
    "INSERT INTO answer (campaign_id, contact_id, question, code, reply_id, at, recorded_at, "
    "by_whom) VALUES (1, 1, 'nghe', '1,2,TV', 1, 1717981300000, 1, ''), "
    "(1, 2, 'nghe', '1', 1, 1717981400000, 2, ''), (1, 3, 'nghe', '0', 1, 1717984900000, 3, ''), "
    "(1, 1, 'so', 'count=3', 1, 1717981300000, 4, '')",
    "INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state, received_at, "
    "state_at, restricted, office) VALUES "
    "(1, 1, 1, 1, '=1+1', 'received', 1717981300000, 0, 0, ''), "
    "(1, 2, 1, 1, 'chuyện mật', 'forwarded', 1717981300000, 0, 1, 'CA'), "
    "(1, 3, 3, 1, 'đường xấu', 'answered', 1717981300000, 0, 0, '')",
};

struct place {
    struct gateway_config config;
    GTimeZone *zone;
    struct campaign_row *row;
};

static void settle_in(struct store *store, struct place *place)
{
    import_report_free(import_text(store, roster, units, OPENING - DAY));
    g_assert_cmpint(start_campaign(store, survey, OPENING), ==, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(happenings); i++) {
        g_autoptr(GError) error = NULL;
        sql_run(store, &error, happenings[i], "");
        g_assert_no_error(error);
    }
    *place = (struct place){.zone = g_time_zone_new_identifier("Asia/Ho_Chi_Minh"),
                            .row = store_campaign_get(store, 1, NULL)};
    place->config.topics = g_ptr_array_new();
    place->config.offices = g_ptr_array_new();
    place->config.organisation.name = g_strdup("UBND xã A");
}

static void move_out(struct place *place)
{
    g_time_zone_unref(place->zone);
    campaign_row_free(place->row);
    g_ptr_array_unref(place->config.topics);
    g_ptr_array_unref(place->config.offices);
    g_free(place->config.organisation.name);
}

static struct sheet_request request_of(const struct place *place)
{
    return (struct sheet_request){.config = &place->config,
                                  .zone = place->zone,
                                  .campaign = place->row,
                                  .now = OPENING + 2 * HOUR,
                                  .tree = "2024-06-10"};
}

static char *csv_of(struct store *store, enum sheet_kind kind, const struct sheet_request *request)
{
    g_autoptr(GError) error = NULL;
    struct sheet *sheet = sheet_make(store, kind, request, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bytes = sheet_csv(sheet);
    sheet_free(sheet);
    char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    /* Without the BOM and the notes. */
    char *notes = strstr(text, "Ghi chú: ");
    if (notes != NULL)
        *(notes[-1] == '"' ? notes - 1 : notes) = '\0';
    memmove(text, text + 3, strlen(text + 3) + 1);
    return text;
}

static const struct {
    const char *name;
    enum sheet_kind kind;
    const char *unit, *option;
    int64_t minimum, as_of;
    const char *csv;
} reports[] = {
    {"attendance, with heads", SHEET_ATTENDANCE, NULL, "1", 0, 0,
     "Mục,STT,Họ và tên,Đơn vị,Số người dự,Ký tên\r\n"
     "1 – may: Thôn 1,1,Trần Văn An,Thôn 1,3,\r\n"
     "1 – may: Thôn 1,2,Trần Văn Ba,Thôn 1,1,\r\n"
     ",2,Cộng 1 – may,,4,\r\n"},
    {"attendance of a unit from which nobody comes", SHEET_ATTENDANCE, "T2", NULL, 0, 0,
     "Mục,STT,Họ và tên,Đơn vị,Số người dự,Ký tên\r\n"
     ",0,Cộng 1 – may,,0,\r\n,0,Cộng 2 – hàn,,0,\r\n"},
    {"tally by unit, shares of those who answered", SHEET_TALLY, NULL, NULL, 0, 0,
     "Đơn vị,Mã,Số được hỏi,[nghe] Đã trả lời,[nghe] Tỷ lệ trả lời,[nghe] Không trả lời,"
     "[nghe] 1 – may,[nghe] 1 (%),[nghe] 2 – hàn,[nghe] 2 (%),[nghe] 0 – không,[nghe] 0 (%),"
     "[nghe] TV – tư vấn,[nghe] TV (%),[so] Đã trả lời,[so] Tỷ lệ trả lời,[so] Không trả lời,"
     "[so] Tổng số người\r\n"
     "Xã A,X,5,3,60.0,2,2,66.7,1,33.3,1,33.3,1,20.0,1,20.0,4,3\r\n"
     "Thôn 1,T1,2,2,100.0,0,2,100.0,1,50.0,0,0.0,1,50.0,1,50.0,1,3\r\n"
     "Thôn 2,T2,3,1,33.3,2,0,0.0,0,0.0,1,100.0,0,0.0,0,0.0,3,0\r\n"
     "Tổng cộng,,5,3,60.0,2,2,66.7,1,33.3,1,33.3,1,20.0,1,20.0,4,3\r\n"},
    {"coverage against a strict target", SHEET_COVERAGE, NULL, NULL, 0, 0,
     "Đơn vị,Mã,Tổng số hộ,Đã tiếp cận,Tỷ lệ tiếp cận,Chỉ tiêu,Còn thiếu,Không có số di động,Từ "
     "chối nhận tin,Không gửi được,Chưa có báo nhận,\"Chưa rõ, chờ gửi\"\r\n"
     "Xã A,X,6,3,50.0,Chưa đạt,1,1,0,1,1,0\r\n"
     "Thôn 1,T1,3,2,66.7,Đạt,0,1,0,0,0,0\r\n"
     "Thôn 2,T2,3,1,33.3,Chưa đạt,1,0,0,1,1,0\r\n"
     "Tổng cộng,,6,3,50.0,Chưa đạt,1,1,0,1,1,0\r\n"},
    {"families to visit", SHEET_MISSED, NULL, NULL, 0, 0,
     "Mục,STT,Chủ hộ,Mã hộ,Điện thoại,Lý do chưa tiếp cận,\"Ngày gặp, kết quả\"\r\n"
     "Thôn 1,1,Lê Thị Bình,H3,,không có số di động,\r\n"
     "Thôn 2,2,Phạm Văn Tư,H5,0912 000 344,\"đã gửi, chưa có báo nhận\",\r\n"
     "Thôn 2,3,Phạm Văn Sáu,H6,0912 000 345,mạng không nhận gửi,\r\n"
     ",3,Tổng cộng,,,,\r\n"},
    {"families to telephone", SHEET_NONRESPONDENTS, NULL, NULL, 0, 0,
     "Mục,STT,Họ và tên,Mã hộ,Điện thoại,Ghi chú\r\n"
     "Thôn 2,1,Phạm Văn Tư,H5,0912 000 344,\r\n"
     "Thôn 2,2,Phạm Văn Sáu,H6,0912 000 345,\r\n"
     ",2,Tổng cộng,,,\r\n"},
    {"who had not answered at a moment", SHEET_NONRESPONDENTS, "T2", NULL, 0, OPENING + MINUTE * 30,
     "Mục,STT,Họ và tên,Mã hộ,Điện thoại,Ghi chú\r\n"
     "Thôn 2,1,Lê Thị Chín,H4,0912 000 343,\r\n"
     "Thôn 2,2,Phạm Văn Tư,H5,0912 000 344,\r\n"
     "Thôn 2,3,Phạm Văn Sáu,H6,0912 000 345,\r\n"
     ",3,Tổng cộng,,,\r\n"},
    {"classes that enough want", SHEET_CLASSES, NULL, NULL, 2, 0,
     "Mục,STT,Họ và tên,Đơn vị,Điện thoại\r\n"
     "1 – may: 2 hộ,1,Trần Văn An,Thôn 1,0912 000 341\r\n"
     "1 – may: 2 hộ,2,Trần Văn Ba,Thôn 1,0912 000 342\r\n"
     ",2,Cộng 1 – may,,\r\n"},
    {"who wants advice", SHEET_CLASSES, NULL, "tv", 0, 0,
     "Mục,STT,Họ và tên,Đơn vị,Điện thoại\r\n"
     "TV – tư vấn: 1 hộ,1,Trần Văn An,Thôn 1,0912 000 341\r\n"
     ",1,Cộng TV – tư vấn,,\r\n"},
    {"plan, done, ratio", SHEET_PLAN, NULL, NULL, 0, 0,
     "Đơn vị,Mã,Kế hoạch,Thực hiện,Tỷ lệ,Còn thiếu\r\n"
     "Xã A,X,3,2,66.7,1\r\nThôn 1,T1,3,2,66.7,1\r\nThôn 2,T2,,0,,\r\n"
     "Tổng cộng,,4,2,50.0,2\r\n"},
    {"opinions: no sender, nothing restricted, the unanswered first", SHEET_OPINIONS, NULL, NULL, 0,
     0,
     "Mục,Số,Ngày nhận,Đơn vị,Chủ đề,Nội dung,Cơ quan xử lý,Hạn trả lời,Tình trạng,Nội dung trả "
     "lời,Ngày trả lời\r\n"
     "Chưa trả lời,1,10/06/2024,(chưa rõ đơn vị),,'=1+1,,,đã tiếp nhận,,\r\n"
     "Chưa trả lời,2,10/06/2024,(chưa rõ đơn vị),,chỉ dành cho CA,CA,,đã chuyển,,\r\n"
     "Đã trả lời hoặc đã đóng,3,10/06/2024,(chưa rõ đơn vị),,đường xấu,,,đã trả lời,,\r\n"},
};

static void test_report(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct place place;
    settle_in(file->store, &place);
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
        g_test_message("%s", reports[i].name);
        struct sheet_request request = request_of(&place);
        request.unit = reports[i].unit;
        request.option = reports[i].option;
        request.minimum = reports[i].minimum;
        request.as_of = reports[i].as_of;
        g_autofree char *csv = csv_of(file->store, reports[i].kind, &request);
        g_assert_cmpstr(csv, ==, reports[i].csv);
    }
    move_out(&place);
}

/* The first cell of a column whose row begins with that text. */
static void test_who_cannot_answer_is_not_also_asked(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct place place;
    settle_in(file->store, &place);
    g_autoptr(GError) error = NULL;
    sql_run(file->store, &error,
            "INSERT INTO answer (campaign_id, person_id, question, code, at, recorded_at, by_whom, "
            "reason) VALUES (1, 3, 'nghe', '1', 1717981300000, 5, 'Lan', 'đến nhà')",
            "");
    g_assert_no_error(error);
    struct sheet_request request = request_of(&place);
    struct sheet *sheet = sheet_make(file->store, SHEET_NONRESPONDENTS, &request, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bytes = sheet_csv(sheet);
    sheet_free(sheet);
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    /* Bình has no phone, and answered at the door: of the base, and of nobody else. */
    g_assert_nonnull(strstr(text, "Trong số 6 hộ được hỏi. Không kể 0 hộ không có số di động"));
    move_out(&place);
}

static int64_t cell(const struct sheet *sheet, const char *row_text, unsigned column)
{
    for (unsigned i = 0; i < sheet->rows->len; i++) {
        const struct sheet_row *row = sheet->rows->pdata[i];
        if (g_strcmp0(row->cells[0].text, row_text) == 0)
            return row->cells[column].number;
    }
    g_assert_not_reached();
}

static void test_cells_are_those_of_tally_and_coverage(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct place place;
    settle_in(file->store, &place);
    const struct sheet_request request = request_of(&place);
    struct tally *tally = tally_make(file->store, 1, request.now, NULL);
    struct sheet *sheet = sheet_make(file->store, SHEET_TALLY, &request, NULL);
    struct sheet *plan = sheet_make(file->store, SHEET_PLAN, &request, NULL);
    struct sheet *covered = sheet_make(file->store, SHEET_COVERAGE, &request, NULL);
    for (unsigned i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        const struct tally_question *question = unit->all.questions->pdata[0];
        g_assert_cmpint(cell(sheet, unit->name, 2), ==, unit->all.base);
        g_assert_cmpint(cell(sheet, unit->name, 3), ==, question->answered);
        g_assert_cmpint(cell(sheet, unit->name, 5), ==, question->no_answer);
        for (unsigned o = 0; o < question->options->len; o++) {
            const struct tally_option *option = question->options->pdata[o];
            g_assert_cmpint(cell(sheet, unit->name, 6 + 2 * o), ==, option->count);
        }
        g_assert_cmpint(cell(plan, unit->name, 3), ==, unit->all.target.done);
        g_assert_cmpint(cell(covered, unit->name, 2), ==, unit->all.coverage.base);
        g_assert_cmpint(cell(covered, unit->name, 3), ==, unit->all.coverage.reached);
    }
    g_assert_cmpint(cell(sheet, "Tổng cộng", 2), ==, tally->total.base);
    g_assert_cmpint(cell(plan, "Tổng cộng", 3), ==, tally->total.target.done);
    g_assert_cmpint(cell(covered, "Tổng cộng", 3), ==, tally->total.coverage.reached);
    sheet_free(sheet);
    sheet_free(plan);
    sheet_free(covered);
    tally_free(tally);
    move_out(&place);
}

static void test_the_head(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct place place;
    settle_in(file->store, &place);
    struct sheet_request request = request_of(&place);
    struct sheet *sheet = sheet_make(file->store, SHEET_TALLY, &request, NULL);
    g_assert_cmpstr(sheet->organisation, ==, "UBND xã A");
    g_assert_cmpstr(sheet->subtitle, ==, "Lớp nghề");
    g_assert_cmpstr(sheet->as_of, ==,
                    "Đợt tin KS; số liệu tính đến 10 giờ 00 phút ngày 10/06/2024");
    g_assert_cmpstr(sheet->place_date, ==, "…………, ngày 10 tháng 06 năm 2024");
    g_assert_nonnull(strstr(sheet->notes->pdata[0], "thăm dò ý kiến"));
    sheet_free(sheet);
    request.organisation = "Hội Nông dân";
    request.unit = "T1";
    sheet = sheet_make(file->store, SHEET_TALLY, &request, NULL);
    g_assert_cmpstr(sheet->organisation, ==, "Hội Nông dân");
    g_assert_cmpstr(sheet->subtitle, ==, "Lớp nghề – Thôn 1");
    sheet_free(sheet);
    move_out(&place);
}

static const struct {
    const char *name;
    enum sheet_kind kind;
    const char *unit, *option;
} refused[] = {
    {"a unit nobody knows", SHEET_TALLY, "T9", NULL},
    {"an option nobody knows", SHEET_CLASSES, NULL, "9"},
    {"a session nobody knows", SHEET_ATTENDANCE, NULL, "9"},
};

static void test_what_is_refused(struct store_file *file, gconstpointer data)
{
    (void)data;
    struct place place;
    settle_in(file->store, &place);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_message("%s", refused[i].name);
        g_autoptr(GError) error = NULL;
        struct sheet_request request = request_of(&place);
        request.unit = refused[i].unit;
        request.option = refused[i].option;
        g_assert_null(sheet_make(file->store, refused[i].kind, &request, &error));
        g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
    }
    move_out(&place);
}

#define WITH_FILE(path, test)                                                                      \
    g_test_add(path, struct store_file, NULL, store_file_open, test, store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    WITH_FILE("/sheet_make/reports", test_report);
    WITH_FILE("/sheet_make/cells are those of tally and coverage",
              test_cells_are_those_of_tally_and_coverage);
    WITH_FILE("/sheet_make/who cannot answer is not also asked",
              test_who_cannot_answer_is_not_also_asked);
    WITH_FILE("/sheet_make/the head", test_the_head);
    WITH_FILE("/sheet_make/what is refused", test_what_is_refused);
    return g_test_run();
}
