// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a roster row by row: what kind of row it is first, then the person in it. Nothing is left
 * out in silence: every row gets an outcome and, unless it is a person as written, a reason. */
#include "campaigns/roster.h"

#include "campaigns/datafile.h"
#include "campaigns/roster_columns.h"
#include "campaigns/roster_merge.h"
#include "campaigns/roster_person.h"
#include "campaigns/text.h"
#include "campaigns/unit_name.h"

#include <string.h>

enum {
    NAME_LENGTH_MAX = 80, /* characters; longer is a paragraph */
    NAME_WORDS_MIN = 2,   /* of a name that stands in a row all alone */
    NAME_WORDS_MAX = 7,
};

static const char *const outcome_names[] = {
    [ROW_PERSON] = "person",       [ROW_PERSON_NO_PHONE] = "no-phone",
    [ROW_TITLE] = "title",         [ROW_HEADER] = "header",
    [ROW_EMPTY] = "empty",         [ROW_FOOTER] = "footer",
    [ROW_GROUP] = "group",         [ROW_REJECTED] = "rejected",
    [ROW_DUPLICATE] = "duplicate",
};

const char *roster_outcome_name(enum roster_outcome outcome)
{
    return outcome_names[outcome];
}

const char *roster_sex_name(enum sex sex)
{
    static const char *const names[] = {
        [SEX_UNKNOWN] = "", [SEX_MALE] = "male", [SEX_FEMALE] = "female"};
    return names[sex];
}

enum sex roster_sex_from_name(const char *name)
{
    for (enum sex sex = SEX_MALE; sex <= SEX_FEMALE; sex++)
        if (g_str_equal(name, roster_sex_name(sex)))
            return sex;
    return SEX_UNKNOWN;
}

/* Cells with something in them, and the first of them that is no row number. */
static unsigned filled_cells(const struct roster_reader *reader, unsigned row, char **retfirst)
{
    unsigned filled = 0;
    *retfirst = NULL;
    for (unsigned c = 0; c < csv_row(reader->table, row)->count; c++) {
        g_autofree char *text = roster_cell_text(reader, row, (int)c);
        if (text[0] == '\0')
            continue;
        filled++;
        if (*retfirst == NULL && (int)c != reader->column[FIELD_INDEX])
            *retfirst = g_steal_pointer(&text);
    }
    if (*retfirst == NULL && filled > 0)
        *retfirst = roster_field_text(reader, row, FIELD_INDEX);
    return filled;
}

/* The whole name: of one column, or Họ, perhaps Tên đệm, and Tên. */
static char *name_text(const struct roster_reader *reader, unsigned row)
{
    if (reader->column[FIELD_NAME] >= 0)
        return roster_field_text(reader, row, FIELD_NAME);
    GString *name = g_string_new(NULL);
    for (int field = FIELD_SURNAME; field <= FIELD_GIVEN; field++) {
        for (guint i = 0; i < reader->roster->columns->len; i++) {
            const struct roster_column *column = g_ptr_array_index(reader->roster->columns, i);
            if ((int)column->field != field)
                continue;
            g_autofree char *part = roster_cell_text(reader, row, (int)column->index);
            bool between = part[0] != '\0' && name->len > 0;
            g_string_append_printf(name, "%s%s", between ? " " : "", part);
        }
    }
    return g_string_free(name, FALSE);
}

/* --- What kind of row ----------------------------------------------------------------------- */

static bool has_letter(const char *text)
{
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        if (g_unichar_isalpha(g_utf8_get_char(at)))
            return true;
    return false;
}

static gpointer footers_read(gpointer unused)
{
    (void)unused;
    struct csv_table *table = datafile_read("roster-footers.csv", 1);
    GPtrArray *footers = g_ptr_array_new();
    for (unsigned row = 1; row < csv_row_count(table); row++)
        if (csv_cell(table, row, 0)[0] != '\0')
            g_ptr_array_add(footers, text_key_marked(csv_cell(table, row, 0)));
    csv_free(table);
    return footers;
}

/* Words are compared with their marks, unless the row has none: "Tống Công" is a person. */
static bool is_footer_text(const char *text)
{
    static GOnce once = G_ONCE_INIT;
    const GPtrArray *footers = g_once(&once, footers_read, NULL);
    g_autofree char *key = text_key_marked(text);
    bool ascii = text_is_ascii(key);
    for (guint i = 0; i < footers->len; i++) {
        const char *marked = g_ptr_array_index(footers, i);
        g_autofree char *begins = ascii ? text_unmark(marked) : g_strdup(marked);
        size_t length = strlen(begins);
        if (strncmp(key, begins, length) != 0)
            continue;
        bool word_ends = !g_unichar_isalnum(g_utf8_get_char(key + length));
        if (word_ends || !g_ascii_isalpha(begins[length - 1]))
            return true;
    }
    return false;
}

/* "II.", "a)", "3 -" before the text of a group row; returns what follows. */
static const char *skip_numbering(const char *text, enum style *retstyle)
{
    size_t roman = strspn(text, "IVXivx"), digits = strspn(text, "0123456789");
    size_t length = digits > 0 ? digits : roman > 0 ? roman : g_ascii_isalpha(text[0]) ? 1 : 0;
    const char *rest = text + length;
    size_t marks = strspn(rest, ".):-/ ");
    *retstyle = STYLE_NONE;
    bool ends = rest[0] == '\0' || marks > 0;
    if (length == 0 || !ends)
        return text;
    *retstyle = digits > 0 ? STYLE_NUMBER : roman > 0 ? STYLE_ROMAN : STYLE_LETTER;
    return rest + marks;
}

/* "Thôn 1 (20 hộ):" → "Thôn 1" */
static char *bare_unit(const char *text)
{
    size_t length = strcspn(text, "(:;");
    char *unit = g_strndup(text, length);
    return g_strchomp(unit);
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

/* Whether a row with one text, and perhaps a number before it, heads a group. `retunit` NULL: it
 * names no unit. */
static bool is_group(const struct roster_reader *reader, unsigned row, const char *text,
                     unsigned filled, char **retunit, enum style *retstyle)
{
    g_autofree char *index = roster_field_text(reader, row, FIELD_INDEX);
    unsigned texts = filled - (index[0] != '\0' ? 1 : 0);
    bool alone = texts == 1 || (texts == 0 && !roster_all_digits(index));
    if (!alone)
        return false;
    enum style index_style = STYLE_NONE;
    if (texts == 1)
        skip_numbering(index, &index_style);
    const char *rest = skip_numbering(text, retstyle);
    if (index_style != STYLE_NONE)
        *retstyle = index_style;
    g_autofree char *unit = bare_unit(rest);
    g_autofree char *folded = unit_name_marked(unit);
    bool names_unit = unit_name_begins(folded);
    if (*retstyle == STYLE_NUMBER && index_style == STYLE_NUMBER && !has_digit(rest))
        return false; /* "3 | Bản Thị Sen": a person about whom no more is known */
    *retunit = names_unit ? g_steal_pointer(&unit) : NULL;
    return names_unit || *retstyle == STYLE_ROMAN || *retstyle == STYLE_LETTER;
}

static bool is_same_heading(const struct roster_reader *reader, unsigned row, unsigned index)
{
    const struct roster_column *column = g_ptr_array_index(reader->roster->columns, index);
    if (column->heading[0] == '\0')
        return false;
    g_autofree char *cell = unit_name_unmarked(csv_cell(reader->table, row, column->index));
    g_autofree char *heading = unit_name_unmarked(column->heading);
    return g_str_equal(cell, heading);
}

/* A heading printed again on the next page: the name's and another. */
static bool is_heading_again(const struct roster_reader *reader, unsigned row)
{
    int name = reader->column[FIELD_NAME];
    if (name < 0)
        name = reader->column[FIELD_SURNAME];
    if (!is_same_heading(reader, row, (unsigned)name))
        return false;
    unsigned same = 0;
    for (guint i = 0; i < reader->roster->columns->len; i++)
        same += is_same_heading(reader, row, i) ? 1 : 0;
    return same >= 2;
}

static bool looks_like_a_name(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    unsigned count = g_strv_length(words);
    if (count < NAME_WORDS_MIN || count > NAME_WORDS_MAX)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!g_unichar_isupper(g_utf8_get_char(words[i])) || strpbrk(words[i], ".:,;") != NULL)
            return false;
    return true;
}

static void settle(struct roster_row *row, enum roster_outcome outcome, const char *reason)
{
    row->outcome = outcome;
    row->reason = g_strdup(reason);
}

static void settle_footer(struct roster_reader *reader, struct roster_row *row)
{
    settle(row, ROW_FOOTER, "below or between the list: a total, a place, a signature");
    reader->in_footer = true;
}

static void enter_group(struct roster_reader *reader, struct roster_row *row, char *unit,
                        enum style style)
{
    row->outcome = ROW_GROUP;
    reader->in_footer = false;
    if (unit != NULL) {
        row->reason = g_strdup_printf("the rows below belong to \"%s\"", unit);
        g_free(reader->group);
        reader->group = unit;
        reader->group_style = style;
        return;
    }
    row->reason = g_strdup("a group heading that names no unit");
    if (style == reader->group_style)
        g_clear_pointer(&reader->group, g_free);
}

/* --- Rows ----------------------------------------------------------------------------------- */

static bool any_usable(const GPtrArray *numbers)
{
    for (guint i = 0; i < numbers->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(numbers, i);
        if (reading->phone.e164[0] != '\0' || reading->verdict == PHONE_FIXED)
            return true;
    }
    return false;
}

/* A row without a number and without a phone: a person only if it looks like one. */
static bool settle_loose_row(struct roster_reader *reader, unsigned index, const char *first,
                             unsigned filled, struct roster_row *row)
{
    char *unit = NULL;
    enum style style;
    if (is_footer_text(first)) {
        settle_footer(reader, row);
        return true;
    }
    if (is_group(reader, index, first, filled, &unit, &style)) {
        enter_group(reader, row, unit, style);
        return true;
    }
    if (reader->in_footer) {
        settle(row, ROW_FOOTER, "below the list");
        return true;
    }
    if (filled == 1 && !looks_like_a_name(first)) {
        settle(row, ROW_REJECTED, "a single text that is no name, and no phone");
        return true;
    }
    return false;
}

static void read_row(struct roster_reader *reader, unsigned index, struct roster_row *row)
{
    g_autofree char *first = NULL;
    unsigned filled = filled_cells(reader, index, &first);
    g_autofree char *number = roster_field_text(reader, index, FIELD_INDEX);
    g_autofree char *name = name_text(reader, index);
    if (filled == 0) {
        row->outcome = ROW_EMPTY;
        return;
    }
    if (filled == 1 && roster_all_digits(number)) {
        settle(row, ROW_EMPTY, "only a row number");
        return;
    }
    if (is_heading_again(reader, index)) {
        settle(row, ROW_HEADER, "the heading again");
        return;
    }
    roster_numbers_read(reader, index, row);
    bool usable = any_usable(row->numbers);
    bool numbered = roster_all_digits(number) && name[0] != '\0';
    /* "Người lập biểu" with a name and a phone of its own; "53 | Tổng cộng" of a filled-in series
     */
    bool signature = number[0] != '\0' && !roster_all_digits(number) && is_footer_text(number);
    bool total = numbered && !usable && !looks_like_a_name(name) && is_footer_text(name);
    if (signature || total) {
        settle_footer(reader, row);
        return;
    }
    char *unit = NULL;
    enum style style;
    if (numbered && !usable && is_group(reader, index, name, filled, &unit, &style)) {
        enter_group(reader, row, unit, style);
        return;
    }
    if (!usable && !numbered && settle_loose_row(reader, index, first, filled, row))
        return;
    if (name[0] == '\0')
        settle(row, ROW_REJECTED, "no name");
    else if (!has_letter(name))
        settle(row, ROW_REJECTED, "what stands for the name has no letter");
    else if (g_utf8_strlen(name, -1) > NAME_LENGTH_MAX)
        settle(row, ROW_REJECTED, "what stands for the name is too long to be one");
    else
        roster_person_read(reader, index, name, row);
    if (row->name != NULL)
        reader->in_footer = false;
}

static void find_first_columns(struct roster_reader *reader)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        reader->column[field] = -1;
    for (guint i = 0; i < reader->roster->columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(reader->roster->columns, i);
        if (reader->column[column->field] < 0)
            reader->column[column->field] = (int)column->index;
    }
}

struct roster *roster_read(const struct csv_table *table, GError **error)
{
    struct roster_reader reader = {.table = table};
    if (!roster_heading_find(table, &reader.heading, error))
        return NULL;
    struct roster *roster = g_new0(struct roster, 1);
    roster->columns = reader.heading.columns;
    roster->rows = g_ptr_array_new_with_free_func(roster_row_free);
    reader.roster = roster;
    find_first_columns(&reader);
    for (unsigned index = 0; index < csv_row_count(table); index++) {
        struct roster_row *row = roster_row_new(csv_row(table, index)->line);
        g_ptr_array_add(roster->rows, row);
        g_autofree char *first = NULL;
        if (index > reader.heading.last)
            read_row(&reader, index, row);
        else if (filled_cells(&reader, index, &first) == 0)
            row->outcome = ROW_EMPTY;
        else if (index < reader.heading.first)
            settle(row, ROW_TITLE, "above the heading");
        else
            settle(row, ROW_HEADER, "the heading");
    }
    g_free(reader.group);
    roster_merge(roster);
    for (guint i = 0; i < roster->rows->len; i++) {
        const struct roster_row *row = g_ptr_array_index(roster->rows, i);
        roster->counts[row->outcome]++;
    }
    roster->persons = roster->counts[ROW_PERSON] + roster->counts[ROW_PERSON_NO_PHONE];
    return roster;
}

void roster_free(struct roster *roster)
{
    if (roster == NULL)
        return;
    g_ptr_array_unref(roster->rows);
    g_ptr_array_unref(roster->columns);
    g_free(roster);
}
