// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and applies a table of units. All rows are read first, then units are made, then their
 * states, because a parent or a successor may stand below. Days are checked by the check of the
 * whole history, whose sentences get the line of the row that changed the unit. */
#include "campaigns/unit_table.h"

#include "campaigns/store/unit_history.h"
#include "campaigns/unit_name.h"
#include "config/reader.h"

#include <string.h>

enum { HEADING_ROWS = 10 }; /* searched for the heading */

enum unit_column {
    COLUMN_CODE,
    COLUMN_PARENT,
    COLUMN_NAME,
    COLUMN_KIND,
    COLUMN_FROM,
    COLUMN_UNTIL,
    COLUMN_INTO,
    COLUMN_ALIASES,
    COLUMN_COUNT
};

/* Folded like a unit's name. */
static const char *const headings[COLUMN_COUNT][14] = {
    [COLUMN_CODE] = {"ma", "ma don vi", "ma dv", "code", "unit code", "id"},
    [COLUMN_PARENT] = {"ma cha", "cha", "parent", "parent code", "truc thuoc", "thuoc",
                       "ma don vi cap tren", "don vi cap tren", "cap tren", "ma cap tren",
                       "ma don vi cha", "don vi cha"},
    [COLUMN_NAME] = {"ten", "ten don vi", "don vi", "name", "unit", "unit name"},
    [COLUMN_KIND] = {"loai", "loai don vi", "cap", "kind", "type", "level"},
    [COLUMN_FROM] = {"tu ngay", "from", "tu", "bat dau", "ngay bat dau", "thanh lap",
                     "ngay thanh lap", "hieu luc tu", "since", "valid from", "exists from"},
    [COLUMN_UNTIL] = {"den ngay", "until", "den", "den het ngay", "ket thuc", "ngay ket thuc",
                      "het hieu luc", "hieu luc den", "valid until", "exists until"},
    [COLUMN_INTO] = {"sap nhap vao", "into", "nhap vao", "ma sap nhap vao", "don vi ke thua",
                     "ke thua", "merged into", "successor"},
    [COLUMN_ALIASES] = {"ten khac", "aliases", "alias", "ten goi khac", "cach viet khac",
                        "other names"},
};

struct reading {
    const struct csv_table *table;
    const char *file;
    GPtrArray *mistakes;
    int columns[COLUMN_COUNT]; /* -1: none */
};

static void free_row(gpointer data)
{
    struct unit_row *row = data;
    g_free(row->code);
    g_free(row->name);
    g_free(row->parent);
    g_free(row->kind);
    g_free(row->into);
    g_strfreev(row->aliases);
    g_free(row);
}

static bool find_columns(struct reading *reading, unsigned row)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        reading->columns[i] = -1;
    for (unsigned c = 0; c < csv_row(reading->table, row)->count; c++) {
        g_autofree char *heading = unit_name_unmarked(csv_cell(reading->table, row, c));
        for (int i = 0; i < COLUMN_COUNT; i++)
            if (reading->columns[i] < 0 && g_strv_contains(headings[i], heading))
                reading->columns[i] = (int)c;
    }
    return reading->columns[COLUMN_CODE] >= 0 && reading->columns[COLUMN_NAME] >= 0;
}

static char *read_cell(const struct reading *reading, unsigned row, enum unit_column column)
{
    if (reading->columns[column] < 0)
        return g_strdup("");
    g_autofree char *composed = g_utf8_normalize(
        csv_cell(reading->table, row, (unsigned)reading->columns[column]), -1, G_NORMALIZE_NFC);
    return g_strdup(g_strstrip(composed));
}

static void read_day(const struct reading *reading, unsigned row, enum unit_column column,
                     const char *field, char *retday)
{
    g_autofree char *cell = read_cell(reading, row, column);
    if (cell[0] != '\0' && !day_read(cell, retday))
        mistakes_add(reading->mistakes, reading->file, csv_row(reading->table, row)->line, field,
                     "\"%s\" is no day: write 2025-07-01 or 1/7/2025", cell);
}

static char **read_aliases(const struct reading *reading, unsigned row)
{
    g_autofree char *cell = read_cell(reading, row, COLUMN_ALIASES);
    g_auto(GStrv) pieces = g_strsplit(cell, ";", -1);
    g_autoptr(GStrvBuilder) aliases = g_strv_builder_new();
    for (unsigned i = 0; pieces[i] != NULL; i++)
        if (*g_strstrip(pieces[i]) != '\0')
            g_strv_builder_add(aliases, pieces[i]);
    return g_strv_builder_end(aliases);
}

static char *state_key(const struct unit_row *row)
{
    g_autofree char *code = g_utf8_strup(row->code, -1);
    return g_strdup_printf("%s\n%s", code, row->from);
}

static void read_unit(const struct reading *reading, unsigned index, GPtrArray *rows,
                      GHashTable *states)
{
    struct unit_row *row = g_new0(struct unit_row, 1);
    row->line = csv_row(reading->table, index)->line;
    row->code = read_cell(reading, index, COLUMN_CODE);
    row->name = read_cell(reading, index, COLUMN_NAME);
    row->parent = read_cell(reading, index, COLUMN_PARENT);
    row->kind = read_cell(reading, index, COLUMN_KIND);
    row->into = read_cell(reading, index, COLUMN_INTO);
    row->aliases = read_aliases(reading, index);
    if (row->code[0] == '\0' && row->name[0] == '\0' && row->parent[0] == '\0') {
        free_row(row);
        return;
    }
    read_day(reading, index, COLUMN_FROM, "tu_ngay", row->from);
    read_day(reading, index, COLUMN_UNTIL, "den_ngay", row->until);
    const struct unit_row *known = NULL;
    g_autofree char *key = state_key(row);
    if (row->code[0] == '\0')
        mistakes_add(reading->mistakes, reading->file, row->line, "ma", "unit \"%s\" has no code",
                     row->name);
    else if (row->name[0] == '\0')
        mistakes_add(reading->mistakes, reading->file, row->line, "ten", "unit \"%s\" has no name",
                     row->code);
    else if ((known = g_hash_table_lookup(states, key)) != NULL)
        mistakes_add(reading->mistakes, reading->file, row->line, "ma",
                     "code \"%s\" stands already in line %u%s%s", row->code, known->line,
                     row->from[0] == '\0' ? "" : ", from the same day: ", row->from);
    else {
        g_hash_table_insert(states, g_steal_pointer(&key), row);
        g_ptr_array_add(rows, row);
        return;
    }
    free_row(row);
}

GPtrArray *unit_table_read(const struct csv_table *table, const char *file, GPtrArray *mistakes)
{
    struct reading reading = {.table = table, .file = file, .mistakes = mistakes};
    unsigned rows = csv_row_count(table), heading = 0, before = mistakes_count(mistakes);
    unsigned searched = MIN(rows, (unsigned)HEADING_ROWS);
    while (heading < searched && !find_columns(&reading, heading))
        heading++;
    if (heading == searched) {
        mistakes_add(mistakes, file, rows > 0 ? csv_row(table, 0)->line : 0, NULL,
                     "no heading with a code and a name: the columns are ma, ma_cha, ten, loai");
        return NULL;
    }
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_row);
    g_autoptr(GHashTable) states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned row = heading + 1; row < rows; row++)
        read_unit(&reading, row, list, states);
    if (list->len == 0 && mistakes_count(mistakes) == before)
        mistakes_add(mistakes, file, 0, NULL, "the table names no unit");
    return mistakes_count(mistakes) == before ? g_steal_pointer(&list) : NULL;
}

/* ---- applying ---- */

struct applying {
    struct unit_history *history;
    const char *file, *today;
    GPtrArray *mistakes;
};

static bool says(const struct unit_version *version, int64_t parent_id, const struct unit_row *row)
{
    return version->parent_id == parent_id && g_str_equal(version->name, row->name) &&
           g_str_equal(version->kind, row->kind);
}

static bool was_ever(const struct unit_past *unit, int64_t parent_id, const struct unit_row *row)
{
    for (unsigned i = 0; i < unit->versions->len; i++)
        if (says(unit->versions->pdata[i], parent_id, row))
            return true;
    return false;
}

static bool find_parent(const struct applying *applying, const struct unit_row *row, int64_t *retid)
{
    *retid = 0;
    if (row->parent[0] == '\0')
        return true;
    const struct unit_past *parent = unit_history_find(applying->history, row->parent);
    if (parent == NULL)
        mistakes_add(applying->mistakes, applying->file, row->line, "ma_cha",
                     "unit \"%s\" belongs to \"%s\", which is neither in the table nor known",
                     row->code, row->parent);
    else
        *retid = parent->id;
    return parent != NULL;
}

/* A row without days of a unit that is known: what it was once is no news, else today is mended. */
static void mend(const struct applying *applying, struct unit_past *unit,
                 const struct unit_row *row, int64_t parent_id)
{
    if (was_ever(unit, parent_id, row))
        return;
    const struct unit_version *today = unit_past_on(unit, applying->today);
    char since[DAY_SIZE];
    g_strlcpy(since, today->since, sizeof since);
    unit_past_put(unit, since, parent_id, row->name, row->kind);
}

static void put_state(const struct applying *applying, struct unit_past *unit,
                      const struct unit_row *row, bool first, bool last)
{
    int64_t parent_id = 0;
    if (!find_parent(applying, row, &parent_id))
        return;
    unit->line = row->line;
    if (unit->versions->len == 0) {
        g_strlcpy(unit->from, row->from, sizeof unit->from);
        unit_past_put(unit, row->from, parent_id, row->name, row->kind);
        return;
    }
    if (row->from[0] == '\0' && first && last) {
        mend(applying, unit, row, parent_id);
        return;
    }
    if (first && strcmp(row->from, unit->from) < 0)
        g_strlcpy(unit->from, row->from, sizeof unit->from);
    if (!says(unit_past_on(unit, row->from), parent_id, row))
        unit_past_put(unit, row->from, parent_id, row->name, row->kind);
}

static void put_end(const struct applying *applying, struct unit_past *unit,
                    const struct unit_row *row)
{
    char ended[DAY_SIZE] = "";
    if (row->until[0] != '\0')
        day_add(row->until, 1, ended);
    if (ended[0] != '\0' && !g_str_equal(ended, unit->ended)) {
        g_strlcpy(unit->ended, ended, sizeof unit->ended);
        unit->changed = true;
    }
    if (row->into[0] == '\0')
        return;
    const struct unit_past *heir = unit_history_find(applying->history, row->into);
    if (heir == NULL) {
        mistakes_add(applying->mistakes, applying->file, row->line, "sap_nhap_vao",
                     "unit \"%s\" goes into \"%s\", which is neither in the table nor known",
                     row->code, row->into);
        return;
    }
    if (row->until[0] != '\0' && g_str_equal(row->until, heir->from))
        mistakes_warn(applying->mistakes, applying->file, row->line, "den_ngay",
                      "unit \"%s\" is there until the end of %s, on which \"%s\" begins: is the "
                      "day before meant?",
                      row->code, row->until, heir->code);
    unit->changed |= unit->successor_id != heir->id;
    unit->successor_id = heir->id;
}

/* An end before the next state must be just before it. */
static void check_follows(const struct applying *applying, const struct unit_row *row,
                          const struct unit_row *next)
{
    char after[DAY_SIZE] = "";
    if (row->until[0] != '\0')
        day_add(row->until, 1, after);
    if (row->into[0] != '\0')
        mistakes_add(applying->mistakes, applying->file, row->line, "sap_nhap_vao",
                     "unit \"%s\" goes on in line %u: only its last row can go into another",
                     row->code, next->line);
    else if (after[0] != '\0' && !g_str_equal(after, next->from))
        mistakes_add(applying->mistakes, applying->file, row->line, "den_ngay",
                     "unit \"%s\" is there until %s, but goes on from %s in line %u: one must "
                     "follow the other",
                     row->code, row->until, next->from, next->line);
}

static int by_from(gconstpointer one, gconstpointer other)
{
    const struct unit_row *const *first = one, *const *second = other;
    return strcmp((*first)->from, (*second)->from);
}

static void apply_unit(const struct applying *applying, struct unit_past *unit, GPtrArray *states)
{
    g_ptr_array_sort(states, by_from);
    if (!unit->from_table) {
        unit->from_table = true;
        unit->changed = true;
    }
    for (unsigned i = 0; i < states->len; i++) {
        const struct unit_row *row = states->pdata[i];
        bool last = i + 1 == states->len;
        put_state(applying, unit, row, i == 0, last);
        if (last)
            put_end(applying, unit, row);
        else
            check_follows(applying, row, states->pdata[i + 1]);
        for (unsigned a = 0; row->aliases[a] != NULL; a++)
            unit_past_alias(unit, row->aliases[a]);
    }
}

static void check_all(const struct applying *applying)
{
    g_autoptr(GPtrArray) faults = unit_history_check(applying->history);
    for (unsigned i = 0; i < faults->len; i++) {
        const struct unit_fault *fault = faults->pdata[i];
        mistakes_add(applying->mistakes, applying->file, fault->unit->line, fault->field, "%s",
                     fault->sentence);
    }
}

bool unit_table_apply(struct unit_history *history, const GPtrArray *rows, const char *file,
                      const char *today, GPtrArray *mistakes)
{
    struct applying applying = {history, file, today, mistakes};
    unsigned before = mistakes_count(mistakes);
    g_autoptr(GHashTable) states =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    for (unsigned i = 0; i < rows->len; i++) {
        struct unit_row *row = rows->pdata[i];
        struct unit_past *unit = unit_history_find(history, row->code);
        if (unit == NULL) {
            unit = unit_history_add(history, 0, row->code);
            unit->added = unit->from_table = true;
            g_strlcpy(unit->from, row->from, sizeof unit->from);
        }
        if (!g_hash_table_contains(states, unit)) {
            g_hash_table_insert(states, unit, g_ptr_array_new());
            g_ptr_array_add(named, unit);
        }
        if (unit->added && strcmp(row->from, unit->from) < 0)
            g_strlcpy(unit->from, row->from, sizeof unit->from);
        g_ptr_array_add(g_hash_table_lookup(states, unit), row);
    }
    for (unsigned i = 0; i < named->len; i++)
        apply_unit(&applying, named->pdata[i], g_hash_table_lookup(states, named->pdata[i]));
    if (mistakes_count(mistakes) == before)
        check_all(&applying);
    return mistakes_count(mistakes) == before;
}

/* ---- saving ---- */

static bool tell_unit(struct store *store, const struct unit_past *unit,
                      const struct unit_saving *saving, GError **error)
{
    g_autofree char *detail = g_strdup_printf("%s:%u", saving->file, unit->line);
    const struct unit_event event = {.unit_id = unit->id,
                                     .at = saving->now,
                                     .by = (char *)saving->by,
                                     .event = (char *)"imported",
                                     .day = (char *)unit_past_newest(unit)->since,
                                     .detail = detail};
    return store_unit_event_add(store, &event, error);
}

static bool save(struct store *store, const struct unit_history *history,
                 const struct unit_saving *saving, unsigned *retadded, unsigned *retupdated,
                 GError **error)
{
    unsigned added = 0, updated = 0;
    if (!store_history_save(store, history, saving->now, error))
        return false;
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *unit = unit_history_at(history, i);
        added += unit->added;
        updated += unit->changed && !unit->added;
        if ((unit->added || unit->changed) && !tell_unit(store, unit, saving, error))
            return false;
    }
    *retadded = added;
    *retupdated = updated;
    return true;
}

bool unit_table_save(struct store *store, const GPtrArray *rows, const struct unit_saving *saving,
                     GPtrArray *mistakes, unsigned *retadded, unsigned *retupdated, GError **error)
{
    struct unit_history *history = store_history_load(store, error);
    if (history == NULL)
        return false;
    bool done = unit_table_apply(history, rows, saving->file, saving->today, mistakes) &&
                save(store, history, saving, retadded, retupdated, error);
    unit_history_free(history);
    return done;
}
