// SPDX-License-Identifier: GPL-2.0-or-later
/* Rosters go on using the names of communes that merged. "Thôn 1, Xã Hà" is then the hamlet that
 * belonged to Hà, wherever it belongs now and whatever its neighbours from the other commune are
 * called. */
#include "campaigns/placing_past.h"

#include "campaigns/unit_alias.h"
#include "campaigns/unit_name.h"
#include "config/reader.h"

struct once {
    struct unit_tree *tree; /* NULL: no old name */
    bool ended;
};

struct placing_past {
    const struct stored_units *units;
    struct unit_tree *ended; /* units that are no more, by all their names */
    GHashTable *below;       /* name as written → struct once * */
};

static void free_once(gpointer data)
{
    struct once *once = data;
    unit_tree_free(once->tree);
    g_free(once);
}

static void link_alone(struct unit_tree *tree)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    unit_tree_link(tree, "", mistakes); /* roots alone: nothing can be wrong */
}

struct placing_past *placing_past_new(const struct stored_units *units)
{
    struct placing_past *past = g_new0(struct placing_past, 1);
    past->units = units;
    past->ended = unit_tree_new();
    past->below = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_once);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < unit_history_count(units->history); i++) {
            const struct unit_past *unit = unit_history_at(units->history, i);
            bool ended = *unit->ended != '\0' && unit_day_get(units->day, unit->id) == NULL;
            if (ended && pass == 0)
                unit_tree_add(past->ended, unit->code, NULL, unit_past_newest(unit)->name, "", 0);
            else if (ended)
                unit_alias_add(past->ended, unit->code, unit, SPELLED_ALIAS);
        }
        if (pass == 0)
            link_alone(past->ended);
    }
    return past;
}

void placing_past_free(struct placing_past *past)
{
    if (past == NULL)
        return;
    g_hash_table_unref(past->below);
    unit_tree_free(past->ended);
    g_free(past);
}

/* The last day on which a unit had that name; false: it never had, or has it. */
static bool last_day_called(const struct unit_past *unit, const char *name, char *retday)
{
    g_autofree char *wanted = unit_name_unmarked(name);
    for (unsigned i = unit->versions->len - 1; i-- > 0;) {
        const struct unit_version *version = unit->versions->pdata[i];
        const struct unit_version *next = unit->versions->pdata[i + 1];
        g_autofree char *called = unit_name_unmarked(version->name);
        bool same = g_str_equal(called, wanted) ||
                    g_str_equal(unit_name_core(called), unit_name_core(wanted));
        if (same && !g_str_equal(version->name, next->name)) {
            day_add(next->since, -1, retday);
            return true;
        }
    }
    return false;
}

static struct unit_tree *tree_below(const struct placing_past *past, const struct unit_past *top,
                                    const char *day)
{
    const struct stored_units *units = past->units;
    struct unit_day *then = unit_day_new(units->history, day);
    struct unit_tree *tree = unit_tree_new();
    g_autoptr(GPtrArray) below = g_ptr_array_new();
    for (unsigned i = 0; i < unit_day_count(then); i++) {
        const struct dated_unit *dated = unit_day_at(then, i);
        if (dated->id == top->id || !unit_day_is_within(then, dated->id, top->id))
            continue;
        int64_t place = unit_day_place(units->day, dated->id);
        const struct dated_unit *now = unit_day_get(units->day, place);
        if (now == NULL)
            continue;
        unit_tree_add(tree, now->code, NULL, place == dated->id ? dated->name : now->name, "", 0);
        g_ptr_array_add(below, (gpointer)dated);
    }
    link_alone(tree);
    for (unsigned i = 0; i < below->len; i++) {
        const struct dated_unit *dated = below->pdata[i];
        int64_t place = unit_day_place(units->day, dated->id);
        unit_alias_add(tree, unit_day_get(units->day, place)->code,
                       unit_history_get(units->history, dated->id),
                       place == dated->id ? SPELLED_ALIAS : SPELLED_PAST);
    }
    unit_day_free(then);
    return tree;
}

static void look_back(const struct placing_past *past, const char *name, struct once *once)
{
    enum unit_spelled spelled = SPELLED_NOW;
    const struct unit *unit = unit_match_past(past->units->tree, name, &spelled);
    const struct unit_history *history = past->units->history;
    const struct unit_past *top = NULL;
    char day[DAY_SIZE];
    if (unit == NULL || spelled == SPELLED_NOW)
        return;
    if (spelled == SPELLED_PAST) {
        const struct unit *ended = unit_match(past->ended, name);
        if (ended == NULL)
            return;
        top = unit_history_find(history, ended->code);
        day_add(top->ended, -1, day);
        once->ended = true;
    } else {
        top = unit_history_find(history, unit->code);
        if (!last_day_called(top, name, day))
            return;
    }
    once->tree = tree_below(past, top, day);
}

const struct unit_tree *placing_past_below(struct placing_past *past, const char *name,
                                           bool *retended)
{
    struct once *once = g_hash_table_lookup(past->below, name);
    if (once == NULL) {
        once = g_new0(struct once, 1);
        look_back(past, name, once);
        g_hash_table_insert(past->below, g_strdup(name), once);
    }
    *retended = once->ended;
    return once->tree;
}
