// SPDX-License-Identifier: GPL-2.0-or-later
/* One pass over the persons with two hash tables: who has the same name and phone, and whose phone
 * is another's too. */
#include "campaigns/roster_merge.h"

#include "campaigns/roster_person.h"
#include "campaigns/roster_value.h"
#include "campaigns/text.h"

#include <stdbool.h>
#include <string.h>

static bool same_person(const struct roster_row *kept, const struct roster_row *row)
{
    if (!roster_names_agree(kept->name, row->name) || !roster_births_agree(kept->birth, row->birth))
        return false;
    if (row->phone.e164[0] != '\0')
        return true;
    bool born = kept->birth != NULL && g_strcmp0(kept->birth, row->birth) == 0;
    return born && g_strcmp0(kept->unit, row->unit) == 0;
}

static void take_over(char **kept, char **given)
{
    if (*kept == NULL)
        *kept = g_steal_pointer(given);
}

static bool has_attribute(const struct roster_row *row, const char *heading)
{
    for (guint i = 0; i < row->attributes->len; i++) {
        const struct roster_attribute *attribute = g_ptr_array_index(row->attributes, i);
        if (g_str_equal(attribute->heading, heading))
            return true;
    }
    return false;
}

static void merge(struct roster_row *kept, struct roster_row *row)
{
    row->outcome = ROW_DUPLICATE;
    row->merged_line = kept->line;
    g_free(row->reason);
    row->reason =
        g_strdup_printf("the same person as in line %u: merged into that row", kept->line);
    bool fuller =
        row->birth != NULL && kept->birth != NULL && strlen(row->birth) > strlen(kept->birth);
    if (fuller)
        g_clear_pointer(&kept->birth, g_free);
    take_over(&kept->birth, &row->birth);
    take_over(&kept->household, &row->household);
    take_over(&kept->relation, &row->relation);
    if (kept->sex == SEX_UNKNOWN)
        kept->sex = row->sex;
    if (kept->unit == NULL && kept->unit_code == NULL) {
        take_over(&kept->unit, &row->unit);
        take_over(&kept->unit_code, &row->unit_code);
        kept->unit_heading = row->unit_heading;
    }
    for (guint i = 0; i < row->attributes->len; i++) {
        const struct roster_attribute *attribute = g_ptr_array_index(row->attributes, i);
        if (has_attribute(kept, attribute->heading))
            continue;
        struct roster_attribute *copy = g_new(struct roster_attribute, 1);
        *copy = (struct roster_attribute){attribute->heading, g_strdup(attribute->value)};
        g_ptr_array_add(kept->attributes, copy);
    }
}

/* The row this one repeats, among those of the same name and phone; NULL: none. */
static struct roster_row *find_kept(const GPtrArray *alike, const struct roster_row *row)
{
    for (guint i = 0; i < alike->len; i++) {
        struct roster_row *kept = g_ptr_array_index(alike, i);
        if (same_person(kept, row))
            return kept;
    }
    return NULL;
}

static void note_shared_phone(GHashTable *phones, struct roster_row *row)
{
    if (row->phone.e164[0] == '\0')
        return;
    const struct roster_row *first = g_hash_table_lookup(phones, row->phone.e164);
    if (first == NULL)
        g_hash_table_insert(phones, row->phone.e164, row);
    else
        roster_row_note(row, g_strdup_printf("shares its phone with line %u", first->line));
}

void roster_merge(struct roster *roster)
{
    g_autoptr(GHashTable) names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) phones = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < roster->rows->len; i++) {
        struct roster_row *row = g_ptr_array_index(roster->rows, i);
        if (row->outcome != ROW_PERSON && row->outcome != ROW_PERSON_NO_PHONE)
            continue;
        g_autofree char *name = text_key_unmarked(row->name);
        const char *born = row->phone.e164[0] == '\0' && row->birth != NULL ? row->birth : "";
        char *key = g_strconcat(name, "\n", row->phone.e164, "\n", born, NULL);
        GPtrArray *alike = g_hash_table_lookup(names, key);
        struct roster_row *kept = alike != NULL ? find_kept(alike, row) : NULL;
        if (kept != NULL) {
            merge(kept, row);
            g_free(key);
            continue;
        }
        if (alike == NULL) {
            alike = g_ptr_array_new();
            g_hash_table_insert(names, key, alike);
        } else {
            g_free(key);
        }
        g_ptr_array_add(alike, row);
        note_shared_phone(phones, row);
    }
}
