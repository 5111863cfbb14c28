// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader by a table of its own: values of every type, each mistake with its place and sentence,
 * and what libconfig alone would let pass. */
#include <glib/gstdio.h>
#include <string.h>

#include "config/reader.h"
#include "config/values.h"

struct leaf {
    char *name;
    int64_t count;
    GPtrArray *inner;
};

struct sample {
    char *text, **texts;
    int64_t integer, duration, at;
    double real;
    bool flag;
    struct hours hours;
    int choice;
    struct {
        int64_t depth;
        GPtrArray *leaves;
    } group;
};

static const char *const colours[] = {"red", "green", NULL};

static char *check_no_bang(const void *field)
{
    const char *text = *(char *const *)field;
    return strchr(text, '!') != NULL ? g_strdup("must be calm") : NULL;
}

static const struct setting inner_table[] = {
    {.key = "name", .type = SETTING_TEXT, .offset = offsetof(struct leaf, name), .help = "a name"},
    {.key = NULL},
};

static const struct setting leaf_table[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct leaf, name),
     .required = true,
     .help = "what to call it"},
    {.key = "count",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct leaf, count),
     .initial = "7",
     .help = "how many"},
    {.key = "inner",
     .type = SETTING_LIST,
     .offset = offsetof(struct leaf, inner),
     .members = inner_table,
     .member_size = sizeof(struct leaf),
     .help = "more"},
    {.key = NULL},
};

static const struct setting group_table[] = {
    {.key = "depth",
     .type = SETTING_INTEGER,
     .minimum = 1,
     .maximum = 9,
     .initial = "3",
     .help = "how deep"},
    {.key = "leaves",
     .type = SETTING_LIST,
     .offset = offsetof(struct sample, group.leaves) - offsetof(struct sample, group),
     .members = leaf_table,
     .member_size = sizeof(struct leaf),
     .help = "the leaves"},
    {.key = NULL},
};

static const struct setting table[] = {
    {.key = "text",
     .type = SETTING_TEXT,
     .offset = offsetof(struct sample, text),
     .initial = "đầu",
     .check = check_no_bang,
     .help = "some text"},
    {.key = "texts",
     .type = SETTING_TEXTS,
     .offset = offsetof(struct sample, texts),
     .initial = "[ \"a\", \"b\" ]",
     .help = "some texts"},
    {.key = "integer",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct sample, integer),
     .minimum = -5,
     .maximum = 5000000000,
     .initial = "-1",
     .help = "a number"},
    {.key = "real",
     .type = SETTING_REAL,
     .offset = offsetof(struct sample, real),
     .minimum = 0,
     .maximum = 100,
     .initial = "12.5",
     .help = "a share"},
    {.key = "flag",
     .type = SETTING_FLAG,
     .offset = offsetof(struct sample, flag),
     .initial = "true",
     .help = "a switch"},
    {.key = "duration",
     .type = SETTING_DURATION,
     .offset = offsetof(struct sample, duration),
     .minimum = 1000,
     .maximum = 86400000,
     .initial = "2h",
     .help = "how long"},
    {.key = "at", .type = SETTING_TIME, .offset = offsetof(struct sample, at), .help = "when"},
    {.key = "hours",
     .type = SETTING_HOURS,
     .offset = offsetof(struct sample, hours),
     .initial = "\"07:30-11:30\"",
     .help = "which hours"},
    {.key = "choice",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct sample, choice),
     .choices = colours,
     .initial = "green",
     .help = "a colour"},
    {.key = "group",
     .type = SETTING_GROUP,
     .offset = offsetof(struct sample, group),
     .members = group_table,
     .help = "a group"},
    {.key = NULL},
};

/* The mistakes of a text, one a line. */
static char *told(GPtrArray *mistakes)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *line = mistake_text(mistakes->pdata[i]);
        g_string_append_printf(lines, "%s%s", i > 0 ? "\n" : "", line);
    }
    return g_string_free(lines, FALSE);
}

static const struct {
    const char *text, *mistakes;
} bad[] = {
    {"integer = ;", "f:1: this cannot be read; look here and in the line before for a missing “;”, "
                    "quote or bracket"},
    {"flag = true;\nflag = true;\n",
     "f:2: a setting of this line stands in this place of the file already"},
    {"texts = [ \"a\", 1 ];", "f:1: the elements of an array [ ] must be all numbers or all text"},
    {"colour = 1;", "f:1: colour: there is no such setting here; known are text, texts, integer, "
                    "real, flag, duration, at, hours, choice, group"},
    {"text = \"a\n\n;", "f:1: the quote opened here never ends"},
    {"text = \"a; integer = 1;\nchoice = \"red\";", "f:2: no text may stand here; look here and in "
                                                    "the line before for a missing “=”, comma or "
                                                    "quote"},
    {"group = { depth = 1, \"a\" };",
     "f:1: no text may stand here; look here and in the line before "
     "for a missing “=”, comma or quote"},
    {"text \"a\";", "f:1: no text may stand here; look here and in the line before for a missing "
                    "“=”, comma or quote"},
    {"text = 1;", "f:1: text: must be text in double quotes"},
    {"text = \"oh!\";", "f:1: text: must be calm"},
    {"text = \"\\xff\";", "f:1: text: this is no UTF-8 text"},
    {"# a\ntext = \"a\xff\";", "f:2: this is no UTF-8 text; save the file in the encoding UTF-8"},
    {"texts = \"a\";", "f:1: texts: must be an array of texts: [ \"…\", \"…\" ]"},
    {"texts = ( \"a\",\n 1 );", "f:2: texts[1]: must be text in double quotes"},
    {"integer = \"1\";", "f:1: integer: must be a whole number without quotes"},
    {"integer = 1.0;", "f:1: integer: must be a whole number without quotes"},
    {"integer = -6;", "f:1: integer: must be -5 to 5000000000"},
    {"integer = 5000000001L;", "f:1: integer: must be -5 to 5000000000"},
    {"\ninteger = 2147483648;",
     "f:2: the number 2147483648 is too large; numbers above 2147483647 end in L"},
    {"integer = 0x1FFFFFFFF;",
     "f:1: the number 0x1FFFFFFFF is too large; numbers above 2147483647 end in L"},
    {"integer = 99999999999999999999L;", "f:1: the number 99999999999999999999L is too large"},
    {"real = \"1\";", "f:1: real: must be a number without quotes"},
    {"real = 100.5;", "f:1: real: must be 0 to 100"},
    {"real = 1e999;", "f:1: real: the number is too large"},
    {"flag = 1;", "f:1: flag: must be true or false, without quotes"},
    {"duration = \"2 h\";", "f:1: duration: “2 h” is no duration; write a whole number and a unit, "
                            "such as 250ms, 30s, 15m, 48h or 2d"},
    {"duration = \"250ms\";", "f:1: duration: must be 1s to 1d"},
    {"duration = 5;", "f:1: duration: must be text in double quotes"},
    {"at = \"2024-06-10T08:00:00\";",
     "f:1: at: “2024-06-10T08:00:00” lacks its offset from UTC; in "
     "Vietnam add +07:00 at the end"},
    {"at = \"tomorrow\";",
     "f:1: at: “tomorrow” is no point in time; write it like 2024-06-10T08:00:00+07:00"},
    {"hours = \"20:00-06:00\";",
     "f:1: hours: the hours “20:00-06:00” end before they begin; write a "
     "night as two ranges, 00:00-06:00, 22:00-24:00"},
    {"choice = \"blue\";", "f:1: choice: “blue” is not one of red, green"},
    {"group = ( );", "f:1: group: must be a group: { … }"},
    {"group = {\n depth = 10; };", "f:2: group.depth: must be 1 to 9"},
    {"group = { leaves = { }; };", "f:1: group.leaves: must be a list of groups: ( { … }, { … } )"},
    {"group = { leaves = ( { name = \"x\"; },\n 5 ); };",
     "f:2: group.leaves[1]: must be a group: { … }"},
    {"group = { leaves = (\n { } ); };",
     "f:2: group.leaves[0].name: is missing; it is what to call it"},
    {"\n@include \"other\"\n", "f:2: @include is not allowed here; put everything into one file"},
    {"text = 1;\nflag = 0;\ngroup = { deep = 1;\n leaves = ( { name = 1; } ); };\n",
     "f:1: text: must be text in double quotes\n"
     "f:2: flag: must be true or false, without quotes\n"
     "f:3: group.deep: there is no such setting here; known are depth, leaves\n"
     "f:4: group.leaves[0].name: must be text in double quotes"},
};

static void test_mistakes_name_their_place(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct sample sample = {0};
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        g_assert_false(settings_read_text(bad[i].text, "f", table, &sample, mistakes));
        g_autofree char *lines = told(mistakes);
        g_assert_cmpstr(lines, ==, bad[i].mistakes);
        settings_clear(table, &sample);
    }
}

static void test_an_empty_file_gets_all_defaults(void)
{
    struct sample sample = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(settings_read_text("", "f", table, &sample, mistakes));
    g_assert_cmpstr(sample.text, ==, "đầu");
    g_assert_cmpuint(g_strv_length(sample.texts), ==, 2);
    g_assert_cmpstr(sample.texts[1], ==, "b");
    g_assert_cmpint(sample.integer, ==, -1);
    g_assert_cmpfloat(sample.real, ==, 12.5);
    g_assert_true(sample.flag);
    g_assert_cmpint(sample.duration, ==, 7200000);
    g_assert_cmpint(sample.at, ==, 0);
    g_assert_cmpuint(sample.hours.count, ==, 1);
    g_assert_cmpint(sample.choice, ==, 1);
    g_assert_cmpint(sample.group.depth, ==, 3);
    g_assert_cmpuint(sample.group.leaves->len, ==, 0);
    settings_clear(table, &sample);
    g_assert_null(sample.text);
    g_assert_null(sample.group.leaves);
}

static void test_a_full_file_is_read(void)
{
    static const char text[] =
        "\xef\xbb\xbf// made in Notepad\r\ntext = \"một \"\r\n \"hai\";\r\n"
        "/* @include \"x\" \" */ texts = ( \"c@d\" );\r\n"
        "integer = 3000000000L; real = 5; flag = FALSE; duration = \"90s\";\r\n"
        "at = \"2024-06-10T08:00:00+07:00\"; hours = \"\"; choice = \"red\";\r\n"
        "group : { depth = 0x9; leaves = ( { name = \"x\"; inner = [ ]; },\r\n"
        "  { name = \"y\"; count = 8; inner = ( { name = \"z\"; } ); } ); }; # end";
    struct sample sample = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    settings_read_text(text, "f", table, &sample, mistakes);
    g_autofree char *lines = told(mistakes);
    g_assert_cmpstr(lines, ==, "");
    g_assert_cmpstr(sample.text, ==, "một hai");
    g_assert_cmpstr(sample.texts[0], ==, "c@d");
    g_assert_cmpint(sample.integer, ==, 3000000000);
    g_assert_cmpfloat(sample.real, ==, 5);
    g_assert_false(sample.flag);
    g_assert_cmpint(sample.duration, ==, 90000);
    g_assert_cmpint(sample.at, ==, 1717981200000);
    g_assert_cmpuint(sample.hours.count, ==, 0);
    g_assert_cmpint(sample.choice, ==, 0);
    g_assert_cmpint(sample.group.depth, ==, 9);
    g_assert_cmpuint(sample.group.leaves->len, ==, 2);
    const struct leaf *first = sample.group.leaves->pdata[0];
    const struct leaf *second = sample.group.leaves->pdata[1];
    g_assert_cmpint(first->count, ==, 7);
    g_assert_cmpuint(first->inner->len, ==, 0);
    g_assert_cmpint(second->count, ==, 8);
    g_assert_cmpstr(((struct leaf *)second->inner->pdata[0])->name, ==, "z");
    settings_clear(table, &sample);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static const struct {
    const char *main, *other, *mistakes; /* %s: the folder */
} included[] = {
    {"@include \"other\"\ntext = \"b\";", "flag = false;\n", ""},
    {"text = \"b\";\n \t@include\t\"other\"", "\nflag = 3;",
     "%s/other:2: flag: must be true or "
     "false, without quotes"},
    {"@include \"other\"\n", "flag = false;\ninteger = 9999999999;\n",
     "%s/other:2: the number 9999999999 is too large; numbers above 2147483647 end in L"},
    {"\n@include \"missing\"\n", "", "%s/main:2: cannot read the file “%s/missing”"},
    {"@include \".\"\n", "", "%s/main:1: cannot read the file “%s/.”"},
    {"@include \"other\"\n", "flag = ;\n",
     "%s/other:1: this cannot be read; look here and in the line before for a missing “;”, quote "
     "or "
     "bracket"},
    {"@include \"main\"\n", "", "%s/main:1: files include each other more than 10 deep"},
};

static void test_files_include_files_beside_them(void)
{
    g_autofree char *folder = g_dir_make_tmp("loa-reader-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "main", NULL);
    g_autofree char *other = g_build_filename(folder, "other", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(included); i++) {
        struct sample sample = {0};
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        write_file(folder, "main", included[i].main);
        write_file(folder, "other", included[i].other);
        bool read = settings_read_file(path, table, &sample, mistakes);
        g_autofree char *lines = told(mistakes);
        g_auto(GStrv) pieces = g_strsplit(included[i].mistakes, "%s", -1);
        g_autofree char *expected = g_strjoinv(folder, pieces);
        g_assert_cmpstr(lines, ==, expected);
        g_assert_cmpint(read, ==, *expected == '\0');
        g_assert_true(!read || !sample.flag);
        settings_clear(table, &sample);
    }
    g_unlink(path);
    g_unlink(other);
    g_rmdir(folder);
}

static void test_a_missing_file_is_a_mistake(void)
{
    struct sample sample = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_false(settings_read_file("/nonexistent/f", table, &sample, mistakes));
    const struct mistake *mistake = mistakes->pdata[0];
    g_assert_cmpstr(mistake->file, ==, "/nonexistent/f");
    g_assert_nonnull(strstr(mistake->sentence, "No such file"));
}

static const struct {
    const char *text;
    int64_t ms; /* -1: refused */
    const char *written;
} durations[] = {
    {"250ms", 250, "250ms"},
    {"30s", 30000, "30s"},
    {"90s", 90000, "90s"},
    {"60s", 60000, "1m"},
    {"48h", 172800000, "2d"},
    {"0s", 0, "0s"},
    {"007s", 7000, "7s"},
    {"", -1, NULL},
    {"s", -1, NULL},
    {"5", -1, NULL},
    {"-5s", -1, NULL},
    {"1.5h", -1, NULL},
    {"5S", -1, NULL},
    {"5 s", -1, NULL},
    {"1h30m", -1, NULL},
    {"99999999999999999999s", -1, NULL},
    {"9223372036854775807d", -1, NULL},
};

static void test_durations(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(durations); i++) {
        int64_t ms = -1;
        g_autofree char *sentence = NULL;
        g_assert_cmpint(value_read_duration(durations[i].text, &ms, &sentence), ==,
                        durations[i].ms >= 0);
        g_assert_cmpint(ms, ==, durations[i].ms);
        g_assert_true((sentence == NULL) == (ms >= 0));
        g_autofree char *written = ms >= 0 ? value_write_duration(ms) : NULL;
        g_assert_cmpstr(written, ==, durations[i].written);
    }
}

static const struct {
    const char *text;
    int64_t at; /* -1: refused */
} times[] = {
    {"1970-01-01T00:00:01Z", 1000},
    {"2024-06-10T08:00:00+07:00", 1717981200000},
    {"2024-06-10T01:00:00.250Z", 1717981200250},
    {"2024-02-29T00:00:00+07:00", 1709139600000},
    {"2023-02-29T00:00:00+07:00", -1},
    {"2024-06-10T25:00:00+07:00", -1},
    {"2024-06-10T08:00+07:00", -1},
    {"2024-06-10 08:00:00", -1},
    {"2024-06-10T08:00:00+0700", -1},
    {"2024-06-10T08:00:00+07:00 ", -1},
    {"2024-06-10T08:00:00+99:99", -1},
    {"10/6/2024", -1},
    {"", -1},
};

static void test_times(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        int64_t at = -1;
        g_autofree char *sentence = NULL;
        bool read = value_read_time(times[i].text, &at, &sentence);
        g_test_message("%s", times[i].text);
        g_assert_cmpint(at, ==, times[i].at);
        g_assert_cmpint(read, ==, times[i].at >= 0);
        g_assert_true((sentence == NULL) == read);
    }
}

static const struct {
    const char *text;
    int count; /* -1: refused */
    struct hours_range last;
} hours[] = {
    {"", 0, {0}},
    {"  ", 0, {0}},
    {"07:30-11:30, 13:30-20:30", 2, {810, 1230}},
    {"7:30 - 11:30", 1, {450, 690}},
    {"07:30–11:30", 1, {450, 690}},
    {"00:00-24:00", 1, {0, 1440}},
    {"07:00-08:00,08:00-09:00", 2, {480, 540}},
    {"0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,10:00-11:00,12:00-13:00,14:00-15:00",
     8,
     {840, 900}},
    {"0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,10:00-11:00,12:00-13:00,14:00-15:00,"
     "16:00-17:00",
     -1,
     {0}},
    {"07:30", -1, {0}},
    {"07:30-11:30,", -1, {0}},
    {"07:60-11:30", -1, {0}},
    {"07:30-24:01", -1, {0}},
    {"24:00-24:00", -1, {0}},
    {"11:30-07:30", -1, {0}},
    {"11:30-11:30", -1, {0}},
    {"13:30-20:30, 07:30-11:30", -1, {0}},
    {"07:30-11:30, 11:00-12:00", -1, {0}},
    {"7h30-11h30", -1, {0}},
};

static void test_hours(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(hours); i++) {
        struct hours read = {.count = 99};
        g_autofree char *sentence = NULL;
        g_test_message("%s", hours[i].text);
        g_assert_cmpint(hours_read(hours[i].text, &read, &sentence), ==, hours[i].count >= 0);
        g_assert_cmpuint(read.count, ==, hours[i].count >= 0 ? (unsigned)hours[i].count : 99);
        g_assert_true((sentence == NULL) == (hours[i].count >= 0));
        if (hours[i].count <= 0)
            continue;
        g_assert_cmpuint(read.range[read.count - 1].from, ==, hours[i].last.from);
        g_assert_cmpuint(read.range[read.count - 1].to, ==, hours[i].last.to);
    }
}

static void test_the_example_reads_back(void)
{
    struct sample sample = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_autofree char *example = settings_example(table);
    settings_read_text(example, "f", table, &sample, mistakes);
    g_autofree char *lines = told(mistakes);
    g_assert_cmpstr(lines, ==, "");
    g_assert_cmpstr(sample.text, ==, "đầu");
    g_assert_nonnull(strstr(example, "# how long (1s to 1d)\nduration = \"2h\";\n"));
    g_assert_nonnull(strstr(example, "# a colour: red | green\nchoice = \"green\";\n"));
    settings_clear(table, &sample);
}

static void test_warnings_refuse_nothing(void)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    mistakes_warn(mistakes, "f", 3, "a.b", "looks %s", "odd");
    g_assert_cmpuint(mistakes_count(mistakes), ==, 0);
    mistakes_add(mistakes, "f", 0, NULL, "is bad");
    g_assert_cmpuint(mistakes_count(mistakes), ==, 1);
    g_autofree char *lines = told(mistakes);
    g_assert_cmpstr(lines, ==, "f:3: a.b: warning: looks odd\nf: is bad");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reader/mistakes name their place", test_mistakes_name_their_place);
    g_test_add_func("/reader/an empty file gets all defaults",
                    test_an_empty_file_gets_all_defaults);
    g_test_add_func("/reader/a full file is read", test_a_full_file_is_read);
    g_test_add_func("/reader/files include files beside them",
                    test_files_include_files_beside_them);
    g_test_add_func("/reader/a missing file is a mistake", test_a_missing_file_is_a_mistake);
    g_test_add_func("/reader/durations", test_durations);
    g_test_add_func("/reader/times", test_times);
    g_test_add_func("/reader/hours", test_hours);
    g_test_add_func("/reader/the example reads back", test_the_example_reads_back);
    g_test_add_func("/reader/warnings refuse nothing", test_warnings_refuse_nothing);
    return g_test_run();
}
