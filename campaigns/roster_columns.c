// SPDX-License-Identifier: GPL-2.0-or-later
/* Recognises headings. A field that can be there once takes the column whose heading stands first
 * in roster-headings.csv, so that "Họ và tên" wins over "Chủ hộ"; the others stay attributes. */
#include "campaigns/roster_columns.h"

#include "campaigns/datafile.h"
#include "campaigns/text.h"
#include "campaigns/unit_name.h"

#include <string.h>

enum {
    SEARCH_ROWS = 30,
    NUMBERING_MIN = 3, /* cells of a row "(1) (2) (3)" */
};

static const char *const field_names[] = {
    [FIELD_OTHER] = "other",     [FIELD_INDEX] = "index",         [FIELD_NAME] = "name",
    [FIELD_SURNAME] = "surname", [FIELD_GIVEN] = "given",         [FIELD_BIRTH] = "birth",
    [FIELD_SEX] = "sex",         [FIELD_MALE] = "male",           [FIELD_FEMALE] = "female",
    [FIELD_PHONE] = "phone",     [FIELD_IDENTITY] = "identity",   [FIELD_UNIT_CODE] = "unit_code",
    [FIELD_UNIT] = "unit",       [FIELD_COMMUNE] = "commune",     [FIELD_CATEGORY] = "category",
    [FIELD_MEMBER] = "member",   [FIELD_HOUSEHOLD] = "household", [FIELD_RELATION] = "relation",
};

struct alias {
    enum roster_field field;
    bool begins;
    char *marked, *unmarked;
};

const char *roster_field_name(enum roster_field field)
{
    return field_names[field];
}

static enum roster_field field_named(const char *name)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        if (g_str_equal(roster_field_name((enum roster_field)field), name))
            return (enum roster_field)field;
    g_error("roster-headings.csv: \"%s\" is no field", name);
}

static gpointer aliases_read(gpointer unused)
{
    (void)unused;
    struct csv_table *table = datafile_read("roster-headings.csv", 3);
    GArray *aliases = g_array_new(FALSE, FALSE, sizeof(struct alias));
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        if (csv_row(table, row)->count < 3)
            continue;
        struct alias alias = {.field = field_named(csv_cell(table, row, 0)),
                              .begins = g_str_equal(csv_cell(table, row, 1), "begins"),
                              .marked = unit_name_marked(csv_cell(table, row, 2)),
                              .unmarked = unit_name_unmarked(csv_cell(table, row, 2))};
        g_array_append_val(aliases, alias);
    }
    csv_free(table);
    return aliases;
}

static const GArray *aliases(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, aliases_read, NULL);
}

/* "Nam (x)" is "Nam". */
static char *without_brackets(const char *heading)
{
    GString *bare = g_string_new(NULL);
    unsigned depth = 0;
    for (const char *at = heading; *at != '\0'; at++) {
        if (*at == '(' || *at == '[')
            depth++;
        else if ((*at == ')' || *at == ']') && depth > 0)
            depth--;
        else if (depth == 0)
            g_string_append_c(bare, *at);
    }
    return g_string_free(bare, FALSE);
}

enum fit { FIT_NONE, FIT_BEGINS, FIT_EXACT };

static enum fit fits(const char *heading, const char *alias, bool begins)
{
    size_t length = strlen(alias);
    if (strncmp(heading, alias, length) != 0)
        return FIT_NONE;
    if (heading[length] == '\0')
        return FIT_EXACT;
    return begins && heading[length] == ' ' ? FIT_BEGINS : FIT_NONE;
}

static enum roster_field field_of_words(const char *bare, unsigned *retrank)
{
    g_autofree char *marked = unit_name_marked(bare);
    g_autofree char *unmarked = unit_name_unmarked(bare);
    /* One syllable with marks is another word without: Năm is not Nam. */
    bool loose = text_is_ascii(marked) || strchr(marked, ' ') != NULL;
    const GArray *known = aliases();
    enum roster_field field = FIELD_OTHER;
    *retrank = known->len;
    for (guint i = 0; i < known->len; i++) {
        const struct alias *alias = &g_array_index(known, struct alias, i);
        enum fit fit = fits(marked, alias->marked, alias->begins);
        if (fit != FIT_EXACT && loose)
            fit = MAX(fit, fits(unmarked, alias->unmarked, alias->begins));
        if (fit == FIT_NONE || (fit == FIT_BEGINS && field != FIELD_OTHER))
            continue;
        field = alias->field;
        *retrank = i;
        if (fit == FIT_EXACT)
            break;
    }
    return field;
}

/* "Khối/Thôn", "Ấp - Khóm": what all its parts are. */
static enum roster_field field_of_parts(const char *bare, unsigned *retrank)
{
    g_auto(GStrv) parts = g_strsplit_set(bare, "/,-", -1);
    enum roster_field field = FIELD_OTHER;
    unsigned count = g_strv_length(parts);
    for (unsigned i = 0; count > 1 && i < count; i++) {
        unsigned rank;
        enum roster_field part = field_of_words(g_strstrip(parts[i]), &rank);
        if (part == FIELD_OTHER || (i > 0 && part != field))
            return FIELD_OTHER;
        *retrank = i > 0 ? MIN(*retrank, rank) : rank;
        field = part;
    }
    return field;
}

enum roster_field roster_field_of(const char *heading, unsigned *retrank)
{
    g_autofree char *bare = without_brackets(heading);
    enum roster_field field = field_of_words(bare, retrank);
    return field != FIELD_OTHER ? field : field_of_parts(bare, retrank);
}

/* --- Columns of one or two rows ------------------------------------------------------------- */

static void column_free(gpointer data)
{
    struct roster_column *column = data;
    g_free(column->heading);
    g_free(column);
}

static char *fold_blanks(const char *text)
{
    char **words = g_strsplit_set(text, " \t\r\n", -1);
    GString *folded = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++)
        if ((*word)[0] != '\0')
            g_string_append_printf(folded, "%s%s", folded->len > 0 ? " " : "", *word);
    g_strfreev(words);
    g_autofree char *joined = g_string_free(folded, FALSE);
    return g_utf8_normalize(joined, -1, G_NORMALIZE_NFC);
}

/* The heading of one column where a second row may say more: Năm sinh over Nam and Nữ. */
static char *heading_text(const char *upper, const char *lower, const char *merged)
{
    g_autofree char *above = fold_blanks(upper), *below = fold_blanks(lower);
    unsigned rank;
    if (below[0] == '\0')
        return g_steal_pointer(&above);
    if (roster_field_of(below, &rank) != FIELD_OTHER)
        return g_steal_pointer(&below);
    const char *over = above[0] != '\0' ? above : merged;
    return over[0] != '\0' ? g_strconcat(over, " ", below, NULL) : g_steal_pointer(&below);
}

static bool may_repeat(enum roster_field field)
{
    return field == FIELD_OTHER || field == FIELD_PHONE || field == FIELD_IDENTITY ||
           field == FIELD_CATEGORY || field == FIELD_MEMBER || field == FIELD_SURNAME;
}

static bool has_field(const GPtrArray *columns, enum roster_field field)
{
    for (guint i = 0; i < columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(columns, i);
        if (column->field == field)
            return true;
    }
    return false;
}

static void demote(GPtrArray *columns, enum roster_field from, enum roster_field to)
{
    for (guint i = 0; i < columns->len; i++) {
        struct roster_column *column = g_ptr_array_index(columns, i);
        if (column->field == from)
            column->field = to;
    }
}

static void keep_best(GPtrArray *columns, enum roster_field field, const unsigned *ranks)
{
    struct roster_column *best = NULL;
    for (guint i = 0; i < columns->len; i++) {
        struct roster_column *column = g_ptr_array_index(columns, i);
        if (column->field != field)
            continue;
        struct roster_column *worse = column;
        if (best == NULL || ranks[column->index] < ranks[best->index]) {
            worse = best;
            best = column;
        }
        if (worse != NULL)
            worse->field = FIELD_OTHER;
    }
}

/* "Tên" is a given name beside "Họ đệm", and the whole name where it stands alone. */
static void settle_names(GPtrArray *columns)
{
    bool pair = has_field(columns, FIELD_SURNAME) && has_field(columns, FIELD_GIVEN);
    bool name = has_field(columns, FIELD_NAME);
    if (pair) {
        demote(columns, FIELD_NAME, FIELD_OTHER);
        return;
    }
    demote(columns, FIELD_SURNAME, FIELD_OTHER);
    demote(columns, FIELD_GIVEN, name ? FIELD_OTHER : FIELD_NAME);
}

static GPtrArray *columns_of(const struct csv_table *table, unsigned row, const unsigned *below)
{
    GPtrArray *columns = g_ptr_array_new_with_free_func(column_free);
    unsigned count = csv_row(table, row)->count;
    if (below != NULL)
        count = MAX(count, csv_row(table, *below)->count);
    g_autofree unsigned *ranks = g_new0(unsigned, count + 1);
    g_autofree char *merged = g_strdup("");
    for (unsigned c = 0; c < count; c++) {
        const char *upper = csv_cell(table, row, c);
        const char *lower = below != NULL ? csv_cell(table, *below, c) : "";
        struct roster_column *column = g_new0(struct roster_column, 1);
        column->index = c;
        column->heading = heading_text(upper, lower, merged);
        column->field = roster_field_of(column->heading, &ranks[c]);
        g_ptr_array_add(columns, column);
        if (upper[0] != '\0') {
            g_free(merged);
            merged = fold_blanks(upper);
        }
    }
    for (int field = 0; field < FIELD_COUNT; field++)
        if (!may_repeat((enum roster_field)field))
            keep_best(columns, (enum roster_field)field, ranks);
    settle_names(columns);
    return columns;
}

static bool is_heading(const GPtrArray *columns)
{
    bool name = has_field(columns, FIELD_NAME) || has_field(columns, FIELD_SURNAME);
    return name && has_field(columns, FIELD_PHONE);
}

static unsigned recognised(const GPtrArray *columns)
{
    unsigned found = 0;
    for (guint i = 0; i < columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(columns, i);
        found += column->field != FIELD_OTHER;
    }
    return found;
}

static bool holds_a_number(const struct csv_table *table, unsigned row)
{
    for (unsigned c = 0; c < csv_row(table, row)->count; c++) {
        struct phone phone;
        enum phone_verdict verdict;
        if (phone_read(csv_cell(table, row, c), &phone, &verdict) || verdict == PHONE_FIXED)
            return true;
    }
    return false;
}

static const struct roster_column *name_column(const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(columns, i);
        if (column->field == FIELD_NAME || column->field == FIELD_SURNAME)
            return column;
    }
    return NULL;
}

/* Whether the row under a complete heading still belongs to it. */
static bool is_second_row(const struct csv_table *table, unsigned row, const GPtrArray *upper)
{
    if (row >= csv_row_count(table) || holds_a_number(table, row))
        return false;
    const struct roster_column *name = name_column(upper);
    g_autofree char *name_cell = fold_blanks(csv_cell(table, row, name->index));
    g_autoptr(GPtrArray) lower = columns_of(table, row, NULL);
    unsigned rank;
    bool names_itself = name_cell[0] == '\0' || roster_field_of(name_cell, &rank) != FIELD_OTHER;
    return names_itself && recognised(lower) >= 2;
}

static bool is_numbering(const char *cell)
{
    size_t open = cell[0] == '(' ? 1 : 0;
    size_t digits = strspn(cell + open, "0123456789");
    size_t length = digits > 0 ? digits : g_ascii_isalpha(cell[open]) ? 1 : 0;
    const char *end = cell + open + length;
    return length > 0 && length <= 2 && (end[0] == '\0' || (end[0] == ')' && end[1] == '\0'));
}

/* "(1) (2) (3)" or "A B 1 2" under a heading, as official forms have it. */
static bool is_numbering_row(const struct csv_table *table, unsigned row)
{
    unsigned numbered = 0;
    for (unsigned c = 0; c < csv_row(table, row)->count; c++) {
        g_autofree char *cell = g_strstrip(g_strdup(csv_cell(table, row, c)));
        if (cell[0] == '\0')
            continue;
        if (!is_numbering(cell))
            return false;
        numbered++;
    }
    return numbered >= NUMBERING_MIN;
}

/* A heading merged over two columns leaves the second without one: surname, and given name. */
static void split_merged_name(const struct csv_table *table, const struct roster_heading *heading)
{
    const struct roster_column *name = name_column(heading->columns);
    if (name->field != FIELD_NAME || name->index + 1 >= heading->columns->len)
        return;
    struct roster_column *surname = g_ptr_array_index(heading->columns, name->index);
    struct roster_column *next = g_ptr_array_index(heading->columns, name->index + 1);
    if (next->heading[0] != '\0')
        return;
    unsigned filled = 0, rows = csv_row_count(table);
    for (unsigned row = heading->last + 1; row < rows; row++)
        filled += csv_cell(table, row, next->index)[0] != '\0';
    if (filled * 2 < rows - heading->last - 1 || filled == 0)
        return;
    surname->field = FIELD_SURNAME;
    next->field = FIELD_GIVEN;
}

static bool settle_heading(const struct csv_table *table, unsigned row, unsigned last,
                           GPtrArray *columns, struct roster_heading *retheading)
{
    if (last + 1 < csv_row_count(table) && is_numbering_row(table, last + 1))
        last++;
    *retheading = (struct roster_heading){row, last, columns};
    split_merged_name(table, retheading);
    return true;
}

static void tell_missing(const struct csv_table *table, unsigned row, GError **error)
{
    g_autoptr(GString) found = g_string_new(NULL);
    unsigned line = 0;
    if (csv_row_count(table) > 0) {
        g_autoptr(GPtrArray) columns = columns_of(table, row, NULL);
        line = csv_row(table, row)->line;
        for (guint i = 0; i < columns->len; i++) {
            const struct roster_column *column = g_ptr_array_index(columns, i);
            if (column->field != FIELD_OTHER)
                g_string_append_printf(found, "%s\"%s\" (%s)", found->len > 0 ? ", " : "",
                                       column->heading, roster_field_name(column->field));
        }
    }
    if (csv_row_count(table) == 0) {
        g_set_error(error, CSV_ERROR, CSV_ERROR_HEADING, "the file is empty");
        return;
    }
    static const char needed[] = "no heading row in the first 30 rows: it needs a column for the "
                                 "name (Họ và tên) and one for the phone (Số điện thoại)";
    if (found->len > 0)
        g_set_error(error, CSV_ERROR, CSV_ERROR_HEADING, "%s; line %u has only %s", needed, line,
                    found->str);
    else
        g_set_error(error, CSV_ERROR, CSV_ERROR_HEADING, "%s; no heading was recognised", needed);
}

bool roster_heading_find(const struct csv_table *table, struct roster_heading *retheading,
                         GError **error)
{
    unsigned rows = MIN(csv_row_count(table), (unsigned)SEARCH_ROWS);
    unsigned best = 0, most = 0;
    for (unsigned row = 0; row < rows; row++) {
        unsigned below = row + 1;
        g_autoptr(GPtrArray) single = columns_of(table, row, NULL);
        bool complete = is_heading(single);
        if (complete && !is_second_row(table, below, single))
            return settle_heading(table, row, row, g_steal_pointer(&single), retheading);
        if (recognised(single) > most) {
            most = recognised(single);
            best = row;
        }
        if (recognised(single) == 0 || below >= csv_row_count(table) ||
            holds_a_number(table, below))
            continue;
        g_autoptr(GPtrArray) lower = columns_of(table, below, NULL);
        if (!complete && is_heading(lower))
            continue; /* this row is a title: "Đơn vị: UBND xã …" */
        g_autoptr(GPtrArray) both = columns_of(table, row, &below);
        if (is_heading(both))
            return settle_heading(table, row, below, g_steal_pointer(&both), retheading);
        if (complete)
            return settle_heading(table, row, row, g_steal_pointer(&single), retheading);
    }
    tell_missing(table, best, error);
    return false;
}
