// SPDX-License-Identifier: GPL-2.0-or-later
/* Every kind of answer in a tally: options, add-ons apart, sums that do not fit, heads, texts;
 * whose voice counts; plans; and one total under every tree of units. */
#include "campaigns/tally.h"
#include "tests/store_file.h"

static const char units[] = "ma,ma_cha,ten,loai\r\n"
                            "X,,Xã A,xa\r\nT1,X,Thôn 1,thon\r\nT2,X,Thôn 2,thon\r\n";
/* Persons 1 to 6: An and Ba have phones 1 and 2 in household H1; Bình has none; Chín and Mười share
 * phone 3; Tư has phone 4. */
static const char roster[] = "Họ và tên,Năm sinh,Thôn,Mã hộ,Số điện thoại\r\n"
                             "Trần Văn An,1980,Thôn 1,H1,0912000341\r\n"
                             "Trần Văn Ba,1950,Thôn 1,H1,0912000342\r\n"
                             "Lê Thị Bình,1975,Thôn 1,H2,không có\r\n"
                             "Lê Thị Chín,1976,Thôn 2,H3,0912000343\r\n"
                             "Lê Thị Mười,1999,Thôn 2,H3,0912000343\r\n"
                             "Phạm Văn Tư,1978,Thôn 2,H4,0912000344\r\n";

static const char survey[] =
    "code = \"KS\"; title = \"t\"; kind = \"survey\"; audience = { units = [ \"X\" ]; };\n"
    "text = \"{ten}: nhan 1, 2 hoac 3\"; count_by = \"%s\";\n"
    "target = { options = [ \"1\", \"2\" ]; units = ( { unit = \"T1\"; plan = 1; }, "
    "{ unit = \"T2\"; plan = 3; } ); };\n"
    "questions = ( { id = \"q\"; kind = \"choices\"; options = (\n"
    "  { code = \"1\"; label = \"may\"; }, { code = \"2\"; label = \"hàn\"; },\n"
    "  { code = \"3\"; label = \"không\"; exclusive = true; } );\n"
    "  addons = ( { code = \"TV\"; label = \"tư vấn\"; } ); },\n"
    "  { id = \"bc\"; kind = \"numbers\"; keyword = \"BC\"; fields = (\n"
    "  { name = \"dot\"; label = \"số đợt\"; }, { name = \"luot\"; label = \"số lượt\"; } ); },\n"
    "  { id = \"du\"; kind = \"headcount\"; keyword = \"DU\"; },\n"
    "  { id = \"gy\"; kind = \"text\"; keyword = \"GY\"; } );";

/* question|contact or pPERSON|code|minute, in the order in which Loa learnt of them; figures of the
 * question after them. */
static const struct kind {
    const char *name, *count_by, *said;
    const char *question, *figures;
} kinds[] = {
    {"several choices, together more than all", "contact", "q|1|1,2|1 q|2|1|2 q|3|3|3", "q",
     "3/4 1:2 2:1 3:1 TV:0"},
    {"an add-on counts apart", "contact", "q|1|1,TV|1 q|2|TV|2", "q", "1/4 1:1 2:0 3:0 TV:2"},
    {"a voided answer is none", "contact", "q|1||1 q|2|1|2", "q", "1/4 1:1 2:0 3:0 TV:0"},
    {"codes of before an edit are other", "contact", "q|1|9|1 q|2|1,7|2 q|3|dot=3|3", "q",
     "3/4 1:1 2:0 3:0 TV:0 other:3"},
    {"numbers are added", "contact", "bc|1|dot=81,luot=35420|1 bc|2|dot=2,luot=5035193|2", "bc",
     "2/4 dot=83(2) luot=5070613(2)"},
    {"a sum that needs more than 64 bits is said", "contact",
     "bc|1|dot=9223372036854775807,luot=1|1 bc|2|dot=1,luot=2|2", "bc",
     "2/4 dot=over(2) luot=3(2)"},
    {"the greatest sum that fits", "contact",
     "bc|1|dot=9223372036854775806,luot=1|1 bc|2|dot=1,luot=2|2", "bc",
     "2/4 dot=9223372036854775807(2) luot=3(2)"},
    {"heads are added, and who named them", "contact", "du|1|count=2|1 du|3|count=5|2", "du",
     "2/4 count=7(2)"},
    {"texts are counted, commas and all", "contact", "gy|1|dep, tot|1 gy|2|1,2|2", "gy", "2/4"},
    {"a question that has gone", "contact", "cu|1|1|1 cu|2|x|2", "cu", "2/4 other:2"},

    {"by person, a contact speaks for whom it was written to", "person", "q|3|1|1", "q",
     "1/5 1:1 2:0 3:0 TV:0"},
    {"by person, what was recorded later counts for the person", "person", "q|3|1|1 q|p4|2|2", "q",
     "1/5 1:0 2:1 3:0 TV:0"},
    {"by person, what the contact said later counts", "person", "q|p4|2|1 q|3|1|2", "q",
     "1/5 1:1 2:0 3:0 TV:0"},
    {"by person, each of a shared phone", "person", "q|3|1|1 q|p5|2|2", "q",
     "2/5 1:1 2:1 3:0 TV:0"},
    {"by person, one without a phone", "person", "q|p3|2|1", "q", "1/6 1:0 2:1 3:0 TV:0"},
    {"by contact, one without a phone counts for nobody", "contact", "q|p3|2|1 q|1|1|2", "q",
     "1/4 1:1 2:0 3:0 TV:0"},
    {"by contact, a person's later answer is the phone's", "contact", "q|1|1|1 q|p1|2|2", "q",
     "1/4 1:0 2:1 3:0 TV:0"},
    {"by contact, of a person the message was not for too", "contact", "q|p5|2|2", "q",
     "1/4 1:0 2:1 3:0 TV:0"},
    {"by household, the last of any", "household", "q|1|1|1 q|2|2|2 q|p1|3|3", "q",
     "1/3 1:0 2:0 3:1 TV:0"},
    {"by household, one without a phone", "household", "q|p3|1|1", "q", "1/4 1:1 2:0 3:0 TV:0"},
    {"by household, an add-on behind a vote joins it", "household", "q|1|1|1 q|2|TV|2", "q",
     "1/3 1:1 2:0 3:0 TV:1"},
    {"by household, an add-on before any vote waits for it", "household", "q|1|TV|1 q|2|2|2", "q",
     "1/3 1:0 2:1 3:0 TV:1"},
    {"by household, a second vote replaces the first and its add-on", "household",
     "q|1|1,TV|1 q|2|2|2", "q", "1/3 1:0 2:1 3:0 TV:0"},
    {"by household, an add-on of two phones is one", "household", "q|1|TV|1 q|2|TV|2 q|p1|1|3", "q",
     "1/3 1:1 2:0 3:0 TV:1"},
    {"by household, a voided answer leaves the other phone's", "household", "q|1|1|1 q|2||2", "q",
     "1/3 1:1 2:0 3:0 TV:0"},
};

static void say(struct store *store, const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, "|", 4);
    g_assert_cmpuint(g_strv_length(parts), ==, 4);
    bool person = parts[1][0] == 'p';
    int64_t voice = g_ascii_strtoll(parts[1] + person, NULL, 10);
    int64_t at = OPENING + g_ascii_strtoll(parts[3], NULL, 10) * MINUTE;
    g_autoptr(GError) error = NULL;
    sql_run(store, &error,
            "INSERT INTO answer (campaign_id, contact_id, person_id, question, code, at, "
            "recorded_at, by_whom) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?5, 'can bo')",
            "ootti", person ? (int64_t)0 : voice, person ? voice : (int64_t)0, parts[0], parts[2],
            at);
    g_assert_no_error(error);
}

static void fill(struct store *store, const char *count_by, const char *said)
{
    import_report_free(import_text(store, roster, units, OPENING - DAY));
    g_auto(GStrv) pieces = g_strsplit(survey, "%s", 2);
    g_autofree char *text = g_strconcat(pieces[0], count_by, pieces[1], NULL);
    g_assert_cmpint(start_campaign(store, text, OPENING), ==, 1);
    /* Words are apart by a blank before a question's name. */
    g_autoptr(GRegex) between = g_regex_new(" (?=(q|bc|du|gy|cu)\\|)", 0, 0, NULL);
    g_auto(GStrv) words = g_regex_split(between, said, 0);
    for (char **word = words; *word != NULL; word++)
        if (strchr(*word, '|') != NULL)
            say(store, *word);
}

static struct tally *look(struct store *store, const char *tree)
{
    const struct tally_view view = {.id = 1, .now = OPENING + DAY, .tree = tree};
    g_autoptr(GError) error = NULL;
    struct tally *tally = tally_look(store, &view, &error);
    g_assert_no_error(error);
    return tally;
}

static char *figures_text(const struct tally_figures *figures, const char *id)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < figures->questions->len; i++) {
        const struct tally_question *question = figures->questions->pdata[i];
        if (!g_str_equal(question->id, id))
            continue;
        g_string_printf(text, "%d/%d", (int)question->answered,
                        (int)(question->answered + question->no_answer));
        for (unsigned o = 0; o < question->options->len; o++) {
            const struct tally_option *option = question->options->pdata[o];
            g_string_append_printf(text, " %s:%d", option->code, (int)option->count);
        }
        for (unsigned f = 0; f < question->fields->len; f++) {
            const struct tally_field *field = question->fields->pdata[f];
            g_autofree char *sum = g_strdup_printf("%" G_GINT64_FORMAT, field->sum);
            g_string_append_printf(text, " %s=%s(%d)", field->name, field->overflow ? "over" : sum,
                                   (int)field->given);
        }
        if (question->other != 0)
            g_string_append_printf(text, " other:%d", (int)question->other);
    }
    return g_string_free(text, FALSE);
}

static void test_kind(struct store_file *file, gconstpointer data)
{
    const struct kind *kind = data;
    fill(file->store, kind->count_by, kind->said);
    struct tally *tally = look(file->store, NULL);
    g_autofree char *text = figures_text(&tally->total, kind->question);
    g_assert_cmpstr(text, ==, kind->figures);
    for (unsigned i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        for (unsigned q = 0; q < unit->own.questions->len; q++) {
            const struct tally_question *question = unit->own.questions->pdata[q];
            g_assert_cmpint(question->no_answer, >=, 0);
        }
    }
    tally_free(tally);
}

static const struct tally_unit *unit_of(const struct tally *tally, const char *code)
{
    for (unsigned i = 0; i < tally->units->len; i++) {
        const struct tally_unit *unit = tally->units->pdata[i];
        if (g_str_equal(unit->code, code))
            return unit;
    }
    return NULL;
}

static void test_plans(struct store_file *file, gconstpointer data)
{
    (void)data;
    fill(file->store, "contact", "q|1|1|1 q|2|1,2|2 q|3|3|3 q|4|TV|4");
    struct tally *tally = look(file->store, NULL);
    g_assert_cmpint(tally->total.target.plan, ==, 4);
    g_assert_cmpint(tally->total.target.done, ==, 2);
    g_assert_cmpint(unit_of(tally, "T1")->all.target.plan, ==, 1);
    g_assert_cmpint(unit_of(tally, "T1")->all.target.done, ==, 2);
    g_assert_cmpint(unit_of(tally, "T2")->all.target.plan, ==, 3);
    g_assert_cmpint(unit_of(tally, "T2")->all.target.done, ==, 0);
    g_assert_cmpint(unit_of(tally, "X")->all.target.plan, ==, 4);
    tally_free(tally);
}

static bool same(const struct tally_figures *one, const struct tally_figures *other)
{
    static const char *const questions[] = {"q", "bc", "du", "gy"};
    bool equal = one->persons == other->persons && one->base == other->base &&
                 one->households == other->households && one->contacts == other->contacts &&
                 one->target.done == other->target.done && one->target.plan == other->target.plan;
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        g_autofree char *first = figures_text(one, questions[i]);
        g_autofree char *second = figures_text(other, questions[i]);
        equal = equal && g_str_equal(first, second);
    }
    return equal;
}

/* On 1/7/2025 T2 goes up in T1, X in the new Y. */
static void test_totals_are_equal_under_any_tree(struct store_file *file, gconstpointer data)
{
    (void)data;
    static const char *const reform[] = {
        "INSERT INTO unit (id, code, name, created_at, exists_from) VALUES (90, 'Y', 'Xã mới', 0, "
        "'2025-07-01')",
        "INSERT INTO unit_version VALUES (90, '2025-07-01', NULL, 'Xã mới', 'xa')",
        "UPDATE unit SET ended_on = '2025-07-01', successor_id = (SELECT id FROM unit WHERE code = "
        "'T1') WHERE code = 'T2'",
        "UPDATE unit SET ended_on = '2025-07-01', successor_id = 90 WHERE code = 'X'",
        "INSERT INTO unit_version SELECT id, '2025-07-01', 90, 'Thôn 1 mới', 'thon' FROM unit "
        "WHERE code = 'T1'",
        "UPDATE unit SET parent_id = 90, name = 'Thôn 1 mới' WHERE code = 'T1'",
    };
    fill(file->store, "contact", "q|1|1|1 q|3|2|2 q|4|1,TV|3 bc|4|dot=1,luot=2|4 du|1|count=3|5");
    struct tally *plain = look(file->store, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(reform); i++) {
        g_autoptr(GError) error = NULL;
        sql_run(file->store, &error, reform[i], "");
        g_assert_no_error(error);
    }
    struct tally *before = look(file->store, "2025-06-30"),
                 *after = look(file->store, "2025-07-01");
    g_assert_true(same(&plain->total, &before->total));
    g_assert_true(same(&plain->total, &after->total));
    g_assert_cmpuint(before->units->len, ==, 3);
    g_assert_cmpint(unit_of(before, "T2")->all.persons, ==, 3);
    g_assert_cmpstr(unit_of(before, "T1")->name, ==, "Thôn 1");
    g_assert_cmpstr(unit_of(before, "T1")->parent, ==, "X");
    g_assert_null(unit_of(before, "Y"));
    g_assert_null(unit_of(after, "T2"));
    g_assert_null(unit_of(after, "X"));
    g_assert_cmpint(unit_of(after, "T1")->all.persons, ==, 6);
    g_assert_cmpint(unit_of(after, "T1")->all.target.plan, ==, 4);
    g_assert_cmpstr(unit_of(after, "T1")->parent, ==, "Y");
    g_assert_true(same(&after->total, &unit_of(after, "Y")->all));
    g_assert_cmpstr(after->tree, ==, "2025-07-01");
    tally_free(plain);
    tally_free(before);
    tally_free(after);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strconcat("/tally/", kinds[i].name, NULL);
        g_test_add(path, struct store_file, &kinds[i], store_file_open, test_kind,
                   store_file_close);
    }
    g_test_add("/tally/plan, done and ratio by unit", struct store_file, NULL, store_file_open,
               test_plans, store_file_close);
    g_test_add("/tally/totals are equal under any tree", struct store_file, NULL, store_file_open,
               test_totals_are_equal_under_any_tree, store_file_close);
    return g_test_run();
}
