// SPDX-License-Identifier: GPL-2.0-or-later
// Units with history: the tree of any day, changes and refusals, totals equal under every tree.
#include "campaigns/store/units.h"
#include "campaigns/unit_change.h"
#include "campaigns/unit_table.h"
#include "tests/merger_table.h"
#include "tests/store_file.h"

#include <string.h>

static const struct place_row {
    const char *day, *code;
    const char *place;  /* code; "?" unplaced */
    const char *parent; /* of the place on that day; "" a root */
    const char *name;   /* of the place on that day */
} place_rows[] = {
    {"2025-06-30", "A1", "A1", "A", "Thôn 1"},
    {"2025-07-01", "A1", "A1", "N", "Thôn 1"},
    {"2025-07-01", "B1", "B1", "N", "Thôn 1"}, /* without a row of its own */
    {"2025-07-01", "A", "N", "P", "Xã Mới"},
    {"2025-07-01", "B", "N", "P", "Xã Mới"},
    {"2025-06-30", "A", "A", "H1", "Xã A"},
    {"2025-06-30", "N", "P", "", "Tỉnh Cũ"}, /* out of two: not known which */
    {"2025-07-01", "H1", "P", "", "Tỉnh Cũ"},
    {"2024-12-31", "T9", "T9", "B", "Thôn 9"},
    {"2025-01-01", "T9", "B", "H2", "Xã B"},
    {"2025-07-01", "T9", "N", "P", "Xã Mới"},
    {"2025-06-30", "R", "R", "H1", "Xã Rừng"},
    {"2025-07-01", "R", "R", "P", "Phường Bắc Hà"},
    {"2025-12-31", "N2", "N", "P", "Xã Mới"},
    {"2025-06-30", "N2", "P", "", "Tỉnh Cũ"},
    {"2026-01-01", "N2", "N2", "N", "Thôn Mới"},
    {"2025-12-31", "C2", "C1", "P", "Phòng cũ"}, /* its only predecessor */
    {"2026-01-01", "C1", "C2", "P", "Phòng mới"},
    {"2025-12-31", "Z", "?", NULL, NULL},
    {"2026-01-01", "Z", "Z", "", "Hội sau"},
};

static struct unit_history *read_history(const char *text, GPtrArray *mistakes)
{
    struct csv_table *table = csv_read(text, strlen(text), NULL);
    g_autoptr(GPtrArray) rows = unit_table_read(table, "u.csv", mistakes);
    struct unit_history *history = unit_history_new();
    csv_free(table);
    if (rows != NULL && unit_table_apply(history, rows, "u.csv", "2025-08-01", mistakes))
        return history;
    unit_history_free(history);
    return NULL;
}

static void every_unit_has_its_place_on_every_day(void)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct unit_history *history = read_history(merger_table, mistakes);
    g_assert_nonnull(history);
    for (size_t i = 0; i < G_N_ELEMENTS(place_rows); i++) {
        const struct place_row *row = &place_rows[i];
        g_test_message("%s on %s", row->code, row->day);
        struct unit_day *tree = unit_day_new(history, row->day);
        int64_t place = unit_day_place(tree, unit_history_find(history, row->code)->id);
        const struct dated_unit *unit = unit_day_get(tree, place);
        g_assert_cmpstr(unit == NULL ? "?" : unit->code, ==, row->place);
        if (unit != NULL) {
            const struct dated_unit *parent = unit_day_get(tree, unit->parent_id);
            g_assert_cmpstr(parent == NULL ? "" : parent->code, ==, row->parent);
            g_assert_cmpstr(unit->name, ==, row->name);
        }
        g_assert_cmpint(unit_day_place(tree, 0), ==, 0);
        unit_day_free(tree);
    }
    unit_history_free(history);
}

#define HEAD "ma,ma_cha,ten,tu_ngay,den_ngay,sap_nhap_vao\n"
static const struct {
    const char *name, *text, *mistakes;
} bad_tables[] = {
    {"a day that is none", HEAD "A,,Xã A,31/6/2025,,\n",
     "u.csv:2: tu_ngay: \"31/6/2025\" is no day: write 2025-07-01 or 1/7/2025"},
    {"an end before the beginning", HEAD "A,,Xã A,2025-07-01,2025-06-01,\n",
     "u.csv:2: den_ngay: unit \"A\" ends on 2025-06-02, before it begins on 2025-07-01"},
    {"a successor that nobody knows", HEAD "A,,Xã A,,2025-06-30,B\n",
     "u.csv:2: sap_nhap_vao: unit \"A\" goes into \"B\", which is neither in the table nor known"},
    {"a successor without a day", HEAD "A,,Xã A,,,B\nB,,Xã B,,,\n",
     "u.csv:2: den_ngay: unit \"A\" goes into \"B\", but no day says when"},
    {"a successor that begins later", HEAD "A,,Xã A,,2025-06-30,B\nB,,Xã B,2026-01-01,,\n",
     "u.csv:2: sap_nhap_vao: unit \"A\" goes into \"B\" on 2025-07-01, which begins on 2026-01-01"},
    {"a successor that ended before", HEAD "A,,Xã A,,2025-06-30,B\nB,,Xã B,,2024-12-31,\n",
     "u.csv:2: sap_nhap_vao: unit \"A\" goes into \"B\" on 2025-07-01, which ended on 2025-01-01: "
     "name the unit that took its place"},
    {"a parent that is not there yet", HEAD "A,B,Xã A,,,\nB,,Huyện B,2025-07-01,,\n",
     "u.csv:2: ma_cha: unit \"A\" belongs to \"B\" from the beginning on, which begins on "
     "2025-07-01"},
    {"a parent that is no more", HEAD "A,,Xã A,,,\nA,B,Xã A,2025-07-01,,\nB,,Huyện,,2025-01-31,\n",
     "u.csv:3: ma_cha: unit \"A\" belongs to \"B\" from 2025-07-01 on, which ended on 2025-02-01"},
    {"states that leave a gap", HEAD "A,,Xã A,,2025-05-31,\nA,,Xã AA,2025-07-01,,\n",
     "u.csv:2: den_ngay: unit \"A\" is there until 2025-05-31, but goes on from 2025-07-01 in line "
     "3: one must follow the other"},
    {"a state that goes into another", HEAD "A,,Xã A,,,B\nA,,Xã AA,2025-07-01,,\nB,,Xã B,,,\n",
     "u.csv:2: sap_nhap_vao: unit \"A\" goes on in line 3: only its last row can go into another"},
    {"two states from one day", HEAD "A,,Xã A,2025-07-01,,\nA,,Xã B,1/7/2025,,\n",
     "u.csv:3: ma: code \"A\" stands already in line 2, from the same day: 2025-07-01"},
    {"a circle that begins on a day",
     HEAD "A,,Xã A,,,\nA,B,Xã A,2025-07-01,,\nB,,Xã B,,,\nB,A,Xã B,2025-07-01,,\n",
     "u.csv:3: ma_cha: unit \"A\" is above itself from 2025-07-01 on: follow its parents and mend "
     "the circle"},
    {"a unit that goes into its own child", HEAD "A,,Xã A,,2025-06-30,B\nB,A,Xã B,,,\n",
     "u.csv:3: ma_cha: unit \"B\" is above itself from 2025-07-01 on: follow its parents and mend "
     "the circle"},
    {"an end on the day the successor begins", HEAD "A,,Xã A,,2025-07-01,B\nB,,Xã B,2025-07-01,,\n",
     "u.csv:2: den_ngay: warning: unit \"A\" is there until the end of 2025-07-01, on which \"B\" "
     "begins: is the day before meant?"},
};

static char *join_mistakes(const GPtrArray *mistakes)
{
    GString *said = g_string_new(NULL);
    for (unsigned i = 0; i < mistakes->len; i++) {
        g_autofree char *text = mistake_text(mistakes->pdata[i]);
        g_string_append_printf(said, "%s%s", i > 0 ? "\n" : "", text);
    }
    return g_string_free(said, FALSE);
}

static void tables_that_make_no_sense_are_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad_tables); i++) {
        g_test_message("%s", bad_tables[i].name);
        g_autoptr(GPtrArray) mistakes = mistakes_new();
        struct unit_history *history = read_history(bad_tables[i].text, mistakes);
        g_autofree char *said = join_mistakes(mistakes);
        g_assert_cmpstr(said, ==, bad_tables[i].mistakes);
        g_assert_cmpint(history == NULL, ==, mistakes_count(mistakes) > 0);
        unit_history_free(history);
    }
}

static void headings_may_be_english(void)
{
    static const char text[] = "code;parent;name;from;until;into;aliases\n"
                               "A;;Xã A;;30.6.2025;N;Xa Cu; \nN;;Xã N;1-7-2025;;;\n";
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct unit_history *history = read_history(text, mistakes);
    g_assert_nonnull(history);
    const struct unit_past *unit = unit_history_find(history, "a");
    g_assert_cmpstr(unit->ended, ==, "2025-07-01");
    g_assert_cmpint(unit->successor_id, ==, unit_history_find(history, "N")->id);
    g_assert_cmpuint(unit->aliases->len, ==, 1);
    unit_history_free(history);
}

/* ---- changes ---- */

static const char plain_units[] = "ma,ma_cha,ten,loai\nP,,Tỉnh P,tinh\nH1,P,Huyện 1,huyen\n"
                                  "H2,P,Huyện 2,huyen\nA,H1,Xã A,xa\nB,H1,Xã B,xa\nC,H2,Xã C,xa\n"
                                  "A1,A,Thôn 1,thon\nB1,B,Thôn 1,thon\nC1,C,Thôn 1,thon\n";
static const char plain_roster[] = "Họ và tên,Xã,Thôn,Số điện thoại\nTrần Văn An,Xã A,Thôn 1,"
                                   "0912000341\nTrần Văn Ba,Xã B,Thôn 1,0912000342\n"
                                   "Trần Văn Cả,Xã A,,0912000343\n";

struct change_row {
    enum unit_change_kind kind;
    const char *units, *into, *parent, *name, *on; /* units: separated by blanks */
    const char *sentence;                          /* part of the refusal; NULL: it is made */
};

static bool make_change(struct store *store, const struct change_row *row, GError **error)
{
    g_auto(GStrv) units = g_strsplit(row->units, " ", -1);
    const struct unit_change change = {.kind = row->kind,
                                       .units = (const char *const *)units,
                                       .into = row->into,
                                       .parent = row->parent,
                                       .name = row->name,
                                       .on = row->on,
                                       .by = "Minh",
                                       .reason = "NQ 202",
                                       .now = OPENING};
    g_autoptr(GPtrArray) events = NULL;
    bool made = unit_change_make(store, &change, &events, error);
    g_assert_cmpint(made, ==, events != NULL && events->len > 0);
    g_assert_false(store_in_transaction(store));
    return made;
}

static const struct change_row refused_rows[] = {
    {UNIT_MERGE, "A X", "N", NULL, "Xã N", "2025-07-01", "no unit with the code \"X\""},
    {UNIT_MERGE, "A A", "N", NULL, "Xã N", "2025-07-01", "named twice"},
    {UNIT_MERGE, "A B", "N", NULL, NULL, "2025-07-01", "--name"},
    {UNIT_MERGE, "A C", "N", NULL, "Xã N", "2025-07-01", "--parent"},
    {UNIT_MERGE, "A B", NULL, NULL, NULL, "2025-07-01", "--into"},
    {UNIT_MERGE, "A", "A", NULL, NULL, "2025-07-01", "into itself"},
    {UNIT_MERGE, "A B", "N", NULL, "Xã N", "1/13/2025", "is no day"},
    {UNIT_MERGE, "A B", "N", NULL, "Xã N", NULL, "is no day"},
    {UNIT_MERGE, "A B", "N", "Y", "Xã N", "2025-07-01", "no unit with the code \"Y\""},
    {UNIT_MERGE, "A B", "N", "A1", "Xã N", "2025-07-01", "above itself"},
    {UNIT_MERGE, "A", "A1", NULL, NULL, "2025-07-01", "above itself"},
    {UNIT_MOVE, "A", NULL, "A1", NULL, "2025-07-01", "above itself"},
    {UNIT_MOVE, "A", NULL, NULL, NULL, "2025-07-01", "--to"},
    {UNIT_MOVE, "", NULL, "P", NULL, "2025-07-01", "name the units"},
    {UNIT_RENAME, "A B", NULL, NULL, "Xã N", "2025-07-01", "the one unit"},
    {UNIT_RENAME, "A", NULL, NULL, " Xã N", "2025-07-01", "blanks"},
    {UNIT_END, "A", NULL, NULL, NULL, "2025-07-01", "--children-to"},
    {UNIT_END, "A", "A", NULL, NULL, "2025-07-01", "into itself"},
    {UNIT_END, "A", "B", "A", NULL, "2025-07-01", "which ended on"},
    {UNIT_ALIAS, "A", NULL, NULL, NULL, NULL, "how it is called"},
};

static char *tree_words(struct store *store, const char *day)
{
    struct unit_history *history = store_history_load(store, NULL);
    struct unit_day *tree = unit_day_new(history, day);
    GString *words = g_string_new(NULL);
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *past = unit_history_at(history, i);
        const struct dated_unit *unit = unit_day_get(tree, past->id);
        if (unit == NULL)
            continue;
        const struct dated_unit *parent = unit_day_get(tree, unit->parent_id);
        g_string_append_printf(words, "%s<%s:%s ", unit->code, parent == NULL ? "" : parent->code,
                               unit->name);
    }
    unit_day_free(tree);
    unit_history_free(history);
    return g_string_free(words, FALSE);
}

static void import_plain(struct store *store)
{
    import_report_free(import_text(store, plain_roster, plain_units, OPENING));
}

static void test_bad_changes_change_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_plain(file->store);
    g_autofree char *before = tree_words(file->store, "2030-01-01");
    int64_t told = count_rows(file->store, "SELECT count(*) FROM unit_event");
    for (size_t i = 0; i < G_N_ELEMENTS(refused_rows); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s %s", unit_change_name(refused_rows[i].kind), refused_rows[i].units);
        g_assert_false(make_change(file->store, &refused_rows[i], &error));
        g_assert_nonnull(strstr(error->message, refused_rows[i].sentence));
        g_assert_error(error, UNIT_CHANGE_ERROR, UNIT_CHANGE_ERROR_REFUSED);
        g_autofree char *after = tree_words(file->store, "2030-01-01");
        g_assert_cmpstr(after, ==, before);
    }
    g_assert_cmpint(count_rows(file->store, "SELECT count(*) FROM unit_event"), ==, told);
}

static const struct {
    const char *name;
    struct change_row changes[5];
    const char *day, *tree;
} sequences[] = {
    {"two communes become a new one",
     {{UNIT_MERGE, "A B", "N", NULL, "Xã N", "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P H1<P:Huyện 1 H2<P:Huyện 2 C<H2:Xã C A1<N:Thôn 1 B1<N:Thôn 1 C1<C:Thôn 1 "
     "N<H1:Xã N "},
    {"the day before it they are two",
     {{UNIT_MERGE, "A B", "N", NULL, "Xã N", "2025-07-01"}},
     "2025-06-30",
     "P<:Tỉnh P H1<P:Huyện 1 H2<P:Huyện 2 A<H1:Xã A B<H1:Xã B C<H2:Xã C A1<A:Thôn 1 B1<B:Thôn 1 "
     "C1<C:Thôn 1 "},
    {"a commune takes in another and a new name",
     {{UNIT_MERGE, "A B", "A", NULL, "Xã AB", "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P H1<P:Huyện 1 H2<P:Huyện 2 A<H1:Xã AB C<H2:Xã C A1<A:Thôn 1 B1<A:Thôn 1 "
     "C1<C:Thôn 1 "},
    {"a level is abolished",
     {{UNIT_END, "H1 H2", "P", "P", NULL, "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P A<P:Xã A B<P:Xã B C<P:Xã C A1<A:Thôn 1 B1<B:Thôn 1 C1<C:Thôn 1 "},
    {"a level is abolished and communes of two districts merge on one day",
     {{UNIT_END, "H1 H2", "P", NULL, NULL, "2025-07-01"},
      {UNIT_MERGE, "A C", "N", NULL, "Xã N", "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P B<P:Xã B A1<N:Thôn 1 B1<B:Thôn 1 C1<N:Thôn 1 N<P:Xã N "},
    {"the other way about, too",
     {{UNIT_MERGE, "A C", "N", "P", "Xã N", "2025-07-01"},
      {UNIT_END, "H1 H2", "P", NULL, NULL, "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P B<P:Xã B A1<N:Thôn 1 B1<B:Thôn 1 C1<N:Thôn 1 N<P:Xã N "},
    {"names change twice",
     {{UNIT_RENAME, "A", NULL, NULL, "Xã Hai", "2025-01-01"},
      {UNIT_RENAME, "A", NULL, NULL, "Xã Ba", "2026-01-01"}},
     "2025-12-31",
     "P<:Tỉnh P H1<P:Huyện 1 H2<P:Huyện 2 A<H1:Xã Hai B<H1:Xã B C<H2:Xã C A1<A:Thôn 1 "
     "B1<B:Thôn 1 C1<C:Thôn 1 "},
    {"what was merged is merged again",
     {{UNIT_MERGE, "A B", "N", NULL, "Xã N", "2025-07-01"},
      {UNIT_MERGE, "N C", "M", "P", "Xã M", "2026-07-01"}},
     "2026-07-01",
     "P<:Tỉnh P H1<P:Huyện 1 H2<P:Huyện 2 A1<M:Thôn 1 B1<M:Thôn 1 C1<M:Thôn 1 M<P:Xã M "},
    {"a unit moves to the top",
     {{UNIT_MOVE, "H1 C", NULL, "-", NULL, "2025-07-01"}},
     "2025-07-01",
     "P<:Tỉnh P H1<:Huyện 1 H2<P:Huyện 2 A<H1:Xã A B<H1:Xã B C<:Xã C A1<A:Thôn 1 B1<B:Thôn 1 "
     "C1<C:Thôn 1 "},
};

static void test_changes_make_the_tree_of_a_day(struct store_file *file, gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    import_plain(file->store);
    for (const struct change_row *change = sequences[row].changes; change->units != NULL;
         change++) {
        g_autoptr(GError) error = NULL;
        make_change(file->store, change, &error);
        g_assert_no_error(error);
    }
    g_autofree char *tree = tree_words(file->store, sequences[row].day);
    g_assert_cmpstr(tree, ==, sequences[row].tree);
    g_assert_cmpint(count_rows(file->store,
                               "SELECT count(*) FROM unit_event WHERE by_whom = 'Minh' "
                               "AND detail LIKE '%NQ 202'"),
                    >, 0);
    /* The row of a unit is its newest version. */
    g_assert_cmpint(
        count_rows(file->store,
                   "SELECT count(*) FROM unit u JOIN unit_version v ON v.unit_id = u.id "
                   "WHERE v.since = (SELECT max(since) FROM unit_version WHERE unit_id "
                   "= u.id) AND v.name = u.name AND v.parent_id IS u.parent_id"),
        ==, count_rows(file->store, "SELECT count(*) FROM unit"));
}

static void test_changes_are_told_in_order(struct store_file *file, gconstpointer data)
{
    (void)data;
    import_plain(file->store);
    const struct change_row merged = {UNIT_MERGE, "A B", "N", NULL, "Xã N", "2025-07-01"};
    const struct change_row rows[] = {
        {UNIT_RENAME, "A1", NULL, NULL, "Thôn Một", "2025-01-01", "already changes on 2025-07-01"},
        {UNIT_MOVE, "A", NULL, "H2", NULL, "2025-08-01", "ended on 2025-07-01 and went into \"N\""},
        {UNIT_END, "A", "B", NULL, NULL, "2025-01-01", "already ends on 2025-07-01"},
        {UNIT_MOVE, "N", NULL, "H2", NULL, "2025-06-30", "begins on 2025-07-01"},
        {UNIT_END, "N", "C", NULL, NULL, "2025-07-01", "cannot end on that day"},
    };
    g_assert_true(make_change(file->store, &merged, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(make_change(file->store, &rows[i], &error));
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, rows[i].sentence));
    }
}

/* ---- totals ---- */

enum { HISTORIES = 12, CHANGES = 20, UNITS_MAX = 80 };

/* As the rule reads, without any table of places. */
static int64_t place_slowly(const struct unit_history *history, int64_t id, const char *day)
{
    const struct unit_past *unit = unit_history_get(history, id), *only = NULL;
    if (unit == NULL)
        return UNIT_UNPLACED;
    if (unit_past_exists(unit, day))
        return id;
    bool ended = *unit->ended != '\0' && strcmp(unit->ended, day) <= 0;
    unsigned predecessors = 0;
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *other = unit_history_at(history, i);
        if (other->successor_id != id)
            continue;
        only = other;
        predecessors++;
    }
    int64_t heir = ended ? unit->successor_id : predecessors == 1 ? only->id : 0;
    int64_t place = place_slowly(history, heir, day);
    if (place != UNIT_UNPLACED)
        return place;
    const struct unit_version *version = unit->versions->pdata[ended ? unit->versions->len - 1 : 0];
    return place_slowly(history, version->parent_id, day);
}

static void random_change(struct store *store, GRand *random, unsigned step)
{
    static const enum unit_change_kind kinds[] = {UNIT_MERGE, UNIT_MERGE, UNIT_MOVE, UNIT_RENAME,
                                                  UNIT_END};
    struct unit_history *history = store_history_load(store, NULL);
    unsigned count = unit_history_count(history);
    const char *codes[4];
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
        codes[i] =
            unit_history_at(history, (unsigned)g_rand_int_range(random, 0, (gint)count))->code;
    char day[DAY_SIZE];
    day_add("2025-01-01", (int)step * 3 + g_rand_int_range(random, 0, 3), day);
    enum unit_change_kind kind = kinds[g_rand_int_range(random, 0, G_N_ELEMENTS(kinds))];
    bool two = kind != UNIT_RENAME && g_rand_boolean(random);
    g_autofree char *units = g_strjoin(" ", codes[0], two ? codes[1] : NULL, NULL);
    g_autofree char *fresh = g_strdup_printf("U%u", step);
    bool heirless = kind == UNIT_END && g_rand_int_range(random, 0, 3) == 0;
    const struct change_row row = {
        .kind = kind,
        .units = units,
        .into = heirless                                       ? NULL
                : kind == UNIT_MERGE && g_rand_boolean(random) ? fresh
                                                               : codes[2],
        .parent = g_rand_boolean(random) || kind == UNIT_MOVE ? codes[3] : NULL,
        .name = kind == UNIT_MERGE || kind == UNIT_RENAME ? fresh : NULL,
        .on = day};
    g_autoptr(GError) error = NULL;
    if (!make_change(store, &row, &error)) /* many make no sense */
        g_assert_error(error, UNIT_CHANGE_ERROR, UNIT_CHANGE_ERROR_REFUSED);
    unit_history_free(history);
}

/* Figures rolled up as a tally does; the sum of the roots and of what could not be placed. */
static int64_t total_of(const struct unit_history *history, const int64_t *figures, const char *day)
{
    struct unit_day *tree = unit_day_new(history, day);
    int64_t all[UNITS_MAX] = {0}, total = 0;
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        int64_t id = unit_history_at(history, i)->id, place = unit_day_place(tree, id);
        g_assert_cmpint(place, ==, place_slowly(history, id, day));
        if (place == UNIT_UNPLACED)
            total += figures[id];
        else
            all[place] += figures[id];
    }
    for (unsigned i = unit_day_count(tree); i-- > 0;) {
        const struct dated_unit *unit = unit_day_at(tree, i);
        const struct dated_unit *parent = unit_day_get(tree, unit->parent_id);
        g_assert_cmpuint(unit->depth, ==, parent == NULL ? 0 : parent->depth + 1);
        g_assert_cmpint(unit_day_place(tree, unit->id), ==, unit->id);
        if (parent == NULL)
            total += all[unit->id];
        else
            all[parent->id] += all[unit->id];
    }
    g_assert_cmpint(unit_day_circle(tree), ==, 0);
    unit_day_free(tree);
    return total;
}

static void check_totals(struct store *store, GRand *random)
{
    struct unit_history *history = store_history_load(store, NULL);
    int64_t figures[UNITS_MAX] = {0}, sum = 0;
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        int64_t *figure = &figures[unit_history_at(history, i)->id];
        *figure = g_rand_int_range(random, 0, 1000);
        sum += *figure;
    }
    for (int days = -3; days <= CHANGES * 3 + 3; days++) {
        char day[DAY_SIZE];
        day_add("2025-01-01", days, day);
        g_assert_cmpint(total_of(history, figures, day), ==, sum);
    }
    unit_history_free(history);
}

static void test_totals_are_equal_under_any_tree(struct store_file *file, gconstpointer data)
{
    (void)data;
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());
    import_plain(file->store);
    for (unsigned i = 0; i < HISTORIES; i++) {
        for (unsigned step = 0; step < CHANGES; step++) {
            char day[DAY_SIZE];
            day_add("2025-01-01", (int)step * 3 - 1, day);
            g_autofree char *before = tree_words(file->store, day);
            random_change(file->store, random, step);
            /* What was before the day of a change is as it was. */
            g_autofree char *after = tree_words(file->store, day);
            g_assert_cmpstr(after, ==, before);
        }
        check_totals(file->store, random);
        static const char *const wipes[] = {"UPDATE unit SET parent_id = NULL, successor_id = NULL",
                                            "DELETE FROM unit_event",
                                            "DELETE FROM unit_alias",
                                            "DELETE FROM unit_version",
                                            "DELETE FROM person_attribute",
                                            "DELETE FROM person",
                                            "DELETE FROM household",
                                            "DELETE FROM unit"};
        for (size_t w = 0; w < G_N_ELEMENTS(wipes); w++)
            g_assert_true(sql_run(file->store, NULL, wipes[w], ""));
        import_plain(file->store);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unit history/every unit has its place on every day",
                    every_unit_has_its_place_on_every_day);
    g_test_add_func("/unit history/tables that make no sense are refused",
                    tables_that_make_no_sense_are_refused);
    g_test_add_func("/unit history/headings may be English", headings_may_be_english);
    for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
        g_autofree char *name = g_strconcat("/unit history/", sequences[i].name, NULL);
        g_test_add(name, struct store_file, GSIZE_TO_POINTER(i), store_file_open,
                   test_changes_make_the_tree_of_a_day, store_file_close);
    }
    static const struct {
        const char *name;
        void (*run)(struct store_file *, gconstpointer);
    } tests[] = {
        {"bad changes change nothing", test_bad_changes_change_nothing},
        {"changes are told in order", test_changes_are_told_in_order},
        {"totals are equal under any tree", test_totals_are_equal_under_any_tree},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *name = g_strconcat("/unit history/", tests[i].name, NULL);
        g_test_add(name, struct store_file, NULL, store_file_open, tests[i].run, store_file_close);
    }
    return g_test_run();
}
