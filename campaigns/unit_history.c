// SPDX-License-Identifier: GPL-2.0-or-later
/* Holds units with their versions, and checks that they make sense on every day. The tree changes
 * only on days on which something begins or ends, so a check of those days is a check of all. */
#include "campaigns/unit_history.h"

#include "campaigns/unit_day.h"

#include <string.h>

struct unit_history {
    GPtrArray *units; /* struct unit_past * */
    GHashTable *by_id;
    GHashTable *by_code; /* upper case */
    int64_t newest_id;
};

static void free_version(gpointer data)
{
    struct unit_version *version = data;
    g_free(version->name);
    g_free(version->kind);
    g_free(version);
}

static void free_unit(gpointer data)
{
    struct unit_past *unit = data;
    g_free(unit->code);
    g_ptr_array_unref(unit->versions);
    g_ptr_array_unref(unit->aliases);
    g_free(unit);
}

struct unit_history *unit_history_new(void)
{
    struct unit_history *history = g_new0(struct unit_history, 1);
    history->units = g_ptr_array_new_with_free_func(free_unit);
    history->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    history->by_code = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return history;
}

void unit_history_free(struct unit_history *history)
{
    if (history == NULL)
        return;
    g_hash_table_unref(history->by_id);
    g_hash_table_unref(history->by_code);
    g_ptr_array_unref(history->units);
    g_free(history);
}

struct unit_past *unit_history_add(struct unit_history *history, int64_t id, const char *code)
{
    struct unit_past *unit = g_new0(struct unit_past, 1);
    unit->id = id != 0 ? id : history->newest_id + 1;
    unit->code = g_strdup(code);
    unit->versions = g_ptr_array_new_with_free_func(free_version);
    unit->aliases = g_ptr_array_new_with_free_func(g_free);
    history->newest_id = MAX(history->newest_id, unit->id);
    g_ptr_array_add(history->units, unit);
    g_hash_table_insert(history->by_id, &unit->id, unit);
    g_hash_table_insert(history->by_code, g_utf8_strup(code, -1), unit);
    return unit;
}

unsigned unit_history_count(const struct unit_history *history)
{
    return history->units->len;
}

struct unit_past *unit_history_at(const struct unit_history *history, unsigned index)
{
    g_assert(index < history->units->len);
    return history->units->pdata[index];
}

struct unit_past *unit_history_get(const struct unit_history *history, int64_t id)
{
    return g_hash_table_lookup(history->by_id, &id);
}

struct unit_past *unit_history_find(const struct unit_history *history, const char *code)
{
    g_autofree char *key = g_utf8_strup(code, -1);
    return g_hash_table_lookup(history->by_code, key);
}

/* ---- one unit ---- */

const struct unit_version *unit_past_on(const struct unit_past *unit, const char *day)
{
    g_assert(unit->versions->len > 0);
    const struct unit_version *found = unit->versions->pdata[0];
    for (unsigned i = 1; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        if (strcmp(version->since, day) <= 0)
            found = version;
    }
    return found;
}

const struct unit_version *unit_past_newest(const struct unit_past *unit)
{
    g_assert(unit->versions->len > 0);
    return unit->versions->pdata[unit->versions->len - 1];
}

bool unit_past_exists(const struct unit_past *unit, const char *day)
{
    return strcmp(unit->from, day) <= 0 && (*unit->ended == '\0' || strcmp(day, unit->ended) < 0);
}

static int by_since(gconstpointer one, gconstpointer other)
{
    const struct unit_version *const *first = one, *const *second = other;
    return strcmp((*first)->since, (*second)->since);
}

void unit_past_put(struct unit_past *unit, const char *since, int64_t parent_id, const char *name,
                   const char *kind)
{
    struct unit_version *version = NULL;
    for (unsigned i = 0; i < unit->versions->len; i++) {
        struct unit_version *known = unit->versions->pdata[i];
        if (g_str_equal(known->since, since))
            version = known;
    }
    bool fresh = version == NULL;
    if (fresh)
        version = g_new0(struct unit_version, 1);
    char *copied_name = g_strdup(name), *copied_kind = g_strdup(kind); /* may be its own */
    g_free(version->name);
    g_free(version->kind);
    g_strlcpy(version->since, since, sizeof version->since);
    version->parent_id = parent_id;
    version->name = copied_name;
    version->kind = copied_kind;
    if (fresh)
        g_ptr_array_add(unit->versions, version);
    g_ptr_array_sort(unit->versions, by_since);
    unit->changed = true;
}

bool unit_past_alias(struct unit_past *unit, const char *alias)
{
    if (*alias == '\0' || g_ptr_array_find_with_equal_func(unit->aliases, alias, g_str_equal, NULL))
        return false;
    g_ptr_array_add(unit->aliases, g_strdup(alias));
    unit->changed = true;
    return true;
}

/* ---- checks ---- */

struct checking {
    const struct unit_history *history;
    GPtrArray *faults;
    GHashTable *told; /* units that a circle was told of */
};

static void free_fault(gpointer data)
{
    struct unit_fault *fault = data;
    g_free(fault->sentence);
    g_free(fault);
}

static void add_fault(struct checking *checking, const struct unit_past *unit, const char *field,
                      char *sentence)
{
    struct unit_fault *fault = g_new0(struct unit_fault, 1);
    *fault = (struct unit_fault){unit, field, sentence};
    g_ptr_array_add(checking->faults, fault);
}

static void check_life(struct checking *checking, const struct unit_past *unit)
{
    const struct unit_past *successor = unit_history_get(checking->history, unit->successor_id);
    if (*unit->ended != '\0' && strcmp(unit->ended, unit->from) <= 0)
        add_fault(checking, unit, "den_ngay",
                  g_strdup_printf("unit \"%s\" ends on %s, before it begins on %s", unit->code,
                                  unit->ended, unit->from));
    const struct unit_version *newest = unit_past_newest(unit);
    bool lived = strcmp(unit->ended, unit->from) > 0;
    if (lived && strcmp(newest->since, unit->ended) >= 0)
        add_fault(checking, unit, "tu_ngay",
                  g_strdup_printf("unit \"%s\" changes on %s, but ended on %s", unit->code,
                                  newest->since, unit->ended));
    if (successor == NULL)
        return;
    if (*unit->ended == '\0')
        add_fault(checking, unit, "den_ngay",
                  g_strdup_printf("unit \"%s\" goes into \"%s\", but no day says when", unit->code,
                                  successor->code));
    else if (successor == unit)
        add_fault(checking, unit, "sap_nhap_vao",
                  g_strdup_printf("unit \"%s\" cannot go into itself", unit->code));
    else if (!unit_past_exists(successor, unit->ended))
        add_fault(checking, unit, "sap_nhap_vao",
                  *successor->ended != '\0' && strcmp(successor->ended, unit->ended) <= 0
                      ? g_strdup_printf("unit \"%s\" goes into \"%s\" on %s, which ended on %s: "
                                        "name the unit that took its place",
                                        unit->code, successor->code, unit->ended, successor->ended)
                      : g_strdup_printf("unit \"%s\" goes into \"%s\" on %s, which begins on %s",
                                        unit->code, successor->code, unit->ended, successor->from));
}

/* A version's parent must be there when the version begins; if it ends later, its successor is. */
static void check_parents(struct checking *checking, const struct unit_past *unit)
{
    for (unsigned i = 0; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        const struct unit_past *parent = unit_history_get(checking->history, version->parent_id);
        const char *since = strcmp(version->since, unit->from) < 0 ? unit->from : version->since;
        if (parent == NULL || unit_past_exists(parent, since))
            continue;
        bool ended = *parent->ended != '\0' && strcmp(parent->ended, since) <= 0;
        const char *shown = *since == '\0' ? "the beginning" : since;
        add_fault(checking, unit, "ma_cha",
                  g_strdup_printf("unit \"%s\" belongs to \"%s\" from %s on, which %s %s",
                                  unit->code, parent->code, shown, ended ? "ended on" : "begins on",
                                  ended ? parent->ended : parent->from));
    }
}

static int by_text(gconstpointer one, gconstpointer other)
{
    const char *const *first = one, *const *second = other;
    return strcmp(*first, *second);
}

static GPtrArray *days_of(const struct unit_history *history)
{
    g_autoptr(GHashTable) days = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(days, (gpointer) "");
    for (unsigned i = 0; i < history->units->len; i++) {
        const struct unit_past *unit = history->units->pdata[i];
        g_hash_table_add(days, (gpointer)unit->from);
        g_hash_table_add(days, (gpointer)unit->ended);
        for (unsigned v = 0; v < unit->versions->len; v++)
            g_hash_table_add(days, ((struct unit_version *)unit->versions->pdata[v])->since);
    }
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer day = NULL;
    g_hash_table_iter_init(&iterator, days);
    while (g_hash_table_iter_next(&iterator, &day, NULL))
        g_ptr_array_add(list, day);
    g_ptr_array_sort(list, by_text);
    return list;
}

GPtrArray *unit_history_check(const struct unit_history *history)
{
    struct checking checking = {history, g_ptr_array_new_with_free_func(free_fault),
                                g_hash_table_new(NULL, NULL)};
    for (unsigned i = 0; i < history->units->len; i++) {
        check_life(&checking, history->units->pdata[i]);
        check_parents(&checking, history->units->pdata[i]);
    }
    g_autoptr(GPtrArray) days = days_of(history);
    for (unsigned i = 0; i < days->len; i++) {
        const char *day = days->pdata[i];
        struct unit_day *tree = unit_day_new(history, day);
        int64_t id = unit_day_circle(tree);
        const struct unit_past *unit = unit_history_get(history, id);
        if (unit != NULL && g_hash_table_add(checking.told, (gpointer)unit))
            add_fault(&checking, unit, "ma_cha",
                      *day == '\0' ? g_strdup_printf("unit \"%s\" is above itself: follow its "
                                                     "parents and mend the circle",
                                                     unit->code)
                                   : g_strdup_printf("unit \"%s\" is above itself from %s on: "
                                                     "follow its parents and mend the circle",
                                                     unit->code, day));
        unit_day_free(tree);
    }
    g_hash_table_unref(checking.told);
    return checking.faults;
}
