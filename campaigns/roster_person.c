// SPDX-License-Identifier: GPL-2.0-or-later
/* The person in one row. Every value that is not taken as it stands leaves a sentence behind.
 * Identity card numbers are not taken over, wherever they stand. */
#include "campaigns/roster_person.h"

#include "campaigns/roster_value.h"
#include "campaigns/text.h"
#include "campaigns/unit_name.h"

#include <string.h>

/* Heading under which the second and further numbers of a person are kept. */
static const char other_numbers[] = "Số điện thoại khác";

/* --- Cells ---------------------------------------------------------------------------------- */

char *roster_cell_text(const struct roster_reader *reader, unsigned row, int column)
{
    if (column < 0)
        return g_strdup("");
    g_autofree char *composed =
        g_utf8_normalize(csv_cell(reader->table, row, (unsigned)column), -1, G_NORMALIZE_NFC);
    GString *folded = g_string_sized_new(strlen(composed));
    for (const char *at = composed; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool blank = g_unichar_isspace(c) || g_unichar_iscntrl(c);
        if (!blank)
            g_string_append_unichar(folded, c);
        else if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
            g_string_append_c(folded, ' ');
    }
    if (folded->len > 0 && folded->str[folded->len - 1] == ' ')
        g_string_truncate(folded, folded->len - 1);
    return g_string_free(folded, FALSE);
}

char *roster_field_text(const struct roster_reader *reader, unsigned row, enum roster_field field)
{
    return roster_cell_text(reader, row, reader->column[field]);
}

/* NULL instead of "". */
static char *value_or_null(char *text)
{
    if (text[0] != '\0')
        return text;
    g_free(text);
    return NULL;
}

bool roster_all_digits(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789.") == strlen(text);
}

/* --- The person in a row -------------------------------------------------------------------- */

static void attribute_free(gpointer data)
{
    struct roster_attribute *attribute = data;
    g_free(attribute->value);
    g_free(attribute);
}

static void add_attribute(struct roster_row *row, const char *heading, char *value)
{
    struct roster_attribute *attribute = g_new(struct roster_attribute, 1);
    *attribute = (struct roster_attribute){heading, value};
    g_ptr_array_add(row->attributes, attribute);
}

static bool is_mobile(const struct phone_reading *reading)
{
    return reading->phone.e164[0] != '\0';
}

static void note_number(struct roster_row *row, const struct phone_reading *reading)
{
    if (reading->verdict == PHONE_MIGRATED)
        roster_row_note(
            row, g_strdup_printf("%s is %s since 2018", reading->written, reading->phone.e164));
    else if (reading->zero_restored)
        roster_row_note(row, g_strdup_printf("%s read as %s: the leading 0 was missing",
                                             reading->written, reading->phone.e164));
}

/* The contact, the other numbers as an attribute, and what could not be used. */
static void settle_numbers(struct roster_row *row)
{
    g_autoptr(GString) others = g_string_new(NULL);
    for (guint i = 0; i < row->numbers->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(row->numbers, i);
        note_number(row, reading);
        bool first = is_mobile(reading) && row->phone.e164[0] == '\0';
        bool again = is_mobile(reading) && g_str_equal(reading->phone.e164, row->phone.e164);
        if (first)
            row->phone = reading->phone;
        else if (!again && (is_mobile(reading) || reading->verdict == PHONE_FIXED))
            g_string_append_printf(others, "%s%s", others->len > 0 ? ", " : "",
                                   is_mobile(reading) ? reading->phone.e164 : reading->written);
    }
    if (others->len > 0)
        add_attribute(row, other_numbers, g_strdup(others->str));
    const struct phone_reading *said = NULL;
    for (guint i = 0; i < row->numbers->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(row->numbers, i);
        bool unusable = !is_mobile(reading) && reading->verdict != PHONE_EMPTY;
        if (unusable && row->phone.e164[0] != '\0')
            roster_row_note(row, g_strdup_printf("another number was left aside: %s",
                                                 phone_verdict_sentence(reading->verdict)));
        if (said == NULL || (said->verdict == PHONE_EMPTY && unusable))
            said = reading;
    }
    row->outcome = ROW_PERSON;
    if (row->phone.e164[0] != '\0')
        return;
    row->outcome = ROW_PERSON_NO_PHONE;
    enum phone_verdict verdict = said != NULL ? said->verdict : PHONE_EMPTY;
    row->reason = g_strdup_printf("NO_MOBILE: %s", phone_verdict_sentence(verdict));
}

void roster_numbers_read(const struct roster_reader *reader, unsigned index, struct roster_row *row)
{
    for (guint i = 0; i < reader->roster->columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(reader->roster->columns, i);
        if (column->field != FIELD_PHONE)
            continue;
        g_autoptr(GPtrArray) found = phone_read_cell(csv_cell(reader->table, index, column->index));
        g_ptr_array_extend_and_steal(row->numbers, g_steal_pointer(&found));
    }
}

/* A birthday in the columns Nam and Nữ says the sex too; so does a mere x. */
static void read_birth_and_sex(const struct roster_reader *reader, unsigned index,
                               struct roster_row *row)
{
    g_autofree char *sex = roster_field_text(reader, index, FIELD_SEX);
    g_autofree char *male = roster_field_text(reader, index, FIELD_MALE);
    g_autofree char *female = roster_field_text(reader, index, FIELD_FEMALE);
    g_autofree char *birth = roster_field_text(reader, index, FIELD_BIRTH);
    row->sex = roster_sex_read(sex);
    if (row->sex == SEX_UNKNOWN && male[0] != '\0' && female[0] == '\0')
        row->sex = SEX_MALE;
    else if (row->sex == SEX_UNKNOWN && female[0] != '\0' && male[0] == '\0')
        row->sex = SEX_FEMALE;
    const char *born = birth[0] != '\0' ? birth : row->sex == SEX_MALE ? male : female;
    bool own_column = born == birth;
    char *note;
    if (roster_birth_read(born, &row->birth, &note)) {
        if (note != NULL)
            roster_row_note(row, note);
    } else if (own_column) {
        roster_row_note(row, g_strdup_printf("birth \"%s\" was not understood", born));
    }
}

static bool is_identity(const char *value)
{
    if (!roster_all_digits(value))
        return false;
    struct phone phone;
    enum phone_verdict verdict;
    return !phone_read(value, &phone, &verdict) && verdict == PHONE_IDENTITY;
}

static void read_attributes(const struct roster_reader *reader, unsigned index,
                            struct roster_row *row)
{
    for (guint i = 0; i < reader->roster->columns->len; i++) {
        const struct roster_column *column = g_ptr_array_index(reader->roster->columns, i);
        bool kept = column->field == FIELD_OTHER || column->field == FIELD_CATEGORY ||
                    column->field == FIELD_MEMBER;
        if (!kept || column->heading[0] == '\0')
            continue;
        g_autofree char *value = roster_cell_text(reader, index, (int)column->index);
        if (value[0] == '\0')
            continue;
        if (is_identity(value))
            roster_row_note(row, g_strdup_printf("an identity card number under \"%s\" was not "
                                                 "taken over",
                                                 column->heading));
        else
            add_attribute(row, column->heading, g_steal_pointer(&value));
    }
}

static const char *heading_of(const struct roster_reader *reader, enum roster_field field)
{
    const struct roster_column *column =
        g_ptr_array_index(reader->roster->columns, (guint)reader->column[field]);
    return column->heading;
}

/* Under the heading "Thôn" people write "1" for "Thôn 1". */
static char *spell_unit(char *text, const char *heading)
{
    if (!g_ascii_isdigit(text[0]) || strlen(text) > 3)
        return text;
    size_t word = strcspn(heading, "/,(-");
    g_autofree char *kind = g_strchomp(g_strndup(heading, word));
    char *spelled = g_strconcat(kind, " ", text, NULL);
    g_free(text);
    return spelled;
}

static void read_unit(const struct roster_reader *reader, unsigned index, struct roster_row *row)
{
    char *unit = value_or_null(roster_field_text(reader, index, FIELD_UNIT));
    row->unit_code = value_or_null(roster_field_text(reader, index, FIELD_UNIT_CODE));
    row->commune = value_or_null(roster_field_text(reader, index, FIELD_COMMUNE));
    if (unit != NULL) {
        row->unit_heading = heading_of(reader, FIELD_UNIT);
        row->unit = spell_unit(unit, row->unit_heading);
    } else if (reader->group != NULL) {
        row->unit = g_strdup(reader->group);
    } else if (reader->column[FIELD_UNIT] < 0 && row->commune != NULL) {
        row->unit = g_steal_pointer(&row->commune);
        row->unit_heading = heading_of(reader, FIELD_COMMUNE);
    }
}

static void read_relation(const struct roster_reader *reader, unsigned index,
                          struct roster_row *row)
{
    row->household = value_or_null(roster_field_text(reader, index, FIELD_HOUSEHOLD));
    row->relation = value_or_null(roster_field_text(reader, index, FIELD_RELATION));
    if (row->relation != NULL || reader->column[FIELD_NAME] < 0)
        return;
    g_autofree char *heading = unit_name_unmarked(heading_of(reader, FIELD_NAME));
    if (strstr(heading, "chu ho") != NULL)
        row->relation = g_strdup("Chủ hộ");
}

void roster_person_read(const struct roster_reader *reader, unsigned index, const char *written,
                        struct roster_row *row)
{
    row->name = roster_name_read(written);
    if (!g_str_equal(written, row->name))
        roster_row_note(row, g_strdup_printf("name \"%s\" written as %s", written, row->name));
    read_birth_and_sex(reader, index, row);
    read_unit(reader, index, row);
    read_relation(reader, index, row);
    settle_numbers(row);
    read_attributes(reader, index, row);
}

void roster_row_free(gpointer data)
{
    struct roster_row *row = data;
    g_free(row->reason);
    g_free(row->name);
    g_free(row->birth);
    g_free(row->unit);
    g_free(row->unit_code);
    g_free(row->commune);
    g_free(row->household);
    g_free(row->relation);
    if (row->conversions != NULL)
        g_ptr_array_unref(row->conversions);
    g_ptr_array_unref(row->numbers);
    g_ptr_array_unref(row->attributes);
    g_free(row);
}

void roster_row_note(struct roster_row *row, char *sentence)
{
    if (row->conversions == NULL)
        row->conversions = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(row->conversions, sentence);
}

struct roster_row *roster_row_new(unsigned line)
{
    struct roster_row *row = g_new0(struct roster_row, 1);
    row->line = line;
    row->numbers = g_ptr_array_new_with_free_func((GDestroyNotify)phone_reading_free);
    row->attributes = g_ptr_array_new_with_free_func(attribute_free);
    return row;
}
