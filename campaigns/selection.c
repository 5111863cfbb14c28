// SPDX-License-Identifier: GPL-2.0-or-later
/* Chooses persons. People of a unit that ended are chosen with the unit they are counted in today,
 * but a file that names the ended unit itself is refused: whoever wrote it meant fewer people than
 * its successor has. */
#include "campaigns/selection.h"

#include "campaigns/group.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/group.h"

enum {
    DEPTH_MAX = 8, /* of groups by rule within groups by rule */
    COLUMNS_SHOWN = 40,
};

void selection_clear(struct selection *selection)
{
    g_clear_pointer(&selection->units, g_strfreev);
    g_clear_pointer(&selection->groups, g_strfreev);
    g_clear_pointer(&selection->conditions, g_ptr_array_unref);
}

static bool any(char *const *names)
{
    return names != NULL && names[0] != NULL;
}

/* ---- units ---- */

static void refuse_ended(const struct stored_units *units, const char *text,
                         const struct unit_past *past, GError **error)
{
    int64_t place = unit_day_place(units->day, past->id);
    const struct dated_unit *now = unit_day_get(units->day, place);
    if (*past->ended == '\0')
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "audience: unit \"%s\" begins on %s",
                    text, past->from);
    else if (now == NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "audience: unit \"%s\" ended on %s",
                    text, past->ended);
    else
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "audience: unit \"%s\" ended on %s and is part of %s (%s) now: name that, or "
                    "the units in it that are meant",
                    text, past->ended, now->code, now->name);
}

static void refuse_unknown(const struct stored_units *units, const char *text, GError **error)
{
    enum unit_spelled spelled = SPELLED_NOW;
    const struct unit *now = unit_match_past(units->tree, text, &spelled);
    if (now == NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "audience: there is no unit \"%s\"",
                    text);
    else
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "audience: there is no unit \"%s\" any more, it is part of %s (%s) now: name "
                    "that, or the units in it that are meant",
                    text, now->code, now->name);
}

bool selection_unit(const struct stored_units *units, const char *text, int64_t *retid,
                    GError **error)
{
    const struct stored_unit *unit = stored_units_find(units, text);
    const struct unit_past *coded = unit_history_find(units->history, text);
    const struct unit *named = unit != NULL || coded != NULL ? NULL : unit_match(units->tree, text);
    if (named != NULL)
        unit = stored_units_find(units, named->code);
    if (unit != NULL) {
        *retid = unit->id;
        return true;
    }
    if (coded != NULL)
        refuse_ended(units, text, coded, error);
    else
        refuse_unknown(units, text, error);
    return false;
}

static bool is_wanted(const struct stored_units *units, int64_t id, const GArray *tops)
{
    int64_t place = unit_day_place(units->day, id);
    for (unsigned i = 0; place > 0 && i < tops->len; i++)
        if (unit_day_is_within(units->day, place, g_array_index(tops, int64_t, i)))
            return true;
    return false;
}

/* All units the names mean, with those below and those that became part of them; NULL in `retids`:
 * nothing is named. */
static bool select_units(const struct stored_units *units, char *const *names, GArray **retids,
                         GError **error)
{
    *retids = NULL;
    if (!any(names))
        return true;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) tops = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (unsigned i = 0; names[i] != NULL; i++) {
        int64_t top = 0;
        if (!selection_unit(units, names[i], &top, error))
            return false;
        g_array_append_val(tops, top);
    }
    for (unsigned i = 0; i < unit_history_count(units->history); i++) {
        int64_t id = unit_history_at(units->history, i)->id;
        if (is_wanted(units, id, tops))
            g_array_append_val(ids, id);
    }
    *retids = g_steal_pointer(&ids);
    return true;
}

/* ---- groups ---- */

static GPtrArray *select_persons(const struct selecting *selecting,
                                 const struct selection *selection, unsigned depth, GError **error);

static bool add_ruled(const struct selecting *selecting, const struct group_row *group,
                      unsigned depth, GHashTable *members, GError **error)
{
    struct selection rule = {0};
    if (depth >= DEPTH_MAX) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "the rule of group \"%s\" is one too many: groups by rule name each other in a "
                    "circle, or more than %d deep",
                    group->name, DEPTH_MAX);
        return false;
    }
    bool read = group_rule_read(group->rule, &rule, error);
    g_autoptr(GPtrArray) persons = read ? select_persons(selecting, &rule, depth + 1, error) : NULL;
    for (unsigned i = 0; persons != NULL && i < persons->len; i++) {
        const struct recipient *person = persons->pdata[i];
        g_hash_table_add(members, g_memdup2(&person->person_id, sizeof person->person_id));
    }
    selection_clear(&rule);
    return persons != NULL;
}

static bool add_listed(struct store *store, int64_t group_id, GHashTable *members, GError **error)
{
    g_autoptr(GArray) ids = store_group_members(store, group_id, error);
    for (unsigned i = 0; ids != NULL && i < ids->len; i++)
        g_hash_table_add(members, g_memdup2(&g_array_index(ids, int64_t, i), sizeof(int64_t)));
    return ids != NULL;
}

/* Lists go to the store as ids; `retmembers` is not NULL as soon as one is a group by rule, and
 * holds all members then. */
static bool select_groups(const struct selecting *selecting, char *const *names, unsigned depth,
                          GArray **retids, GHashTable **retmembers, GError **error)
{
    *retids = NULL;
    *retmembers = NULL;
    if (!any(names))
        return true;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GHashTable) members =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    bool ruled = false;
    for (unsigned i = 0; names[i] != NULL; i++) {
        struct group_row *group = store_group_get(selecting->store, names[i], error);
        if (group == NULL) {
            g_prefix_error(error, "audience: ");
            return false;
        }
        ruled |= group->rule != NULL;
        g_array_append_val(ids, group->id);
        bool added = group->rule == NULL || add_ruled(selecting, group, depth, members, error);
        group_row_free(group);
        if (!added)
            return false;
    }
    for (unsigned i = 0; ruled && i < ids->len; i++)
        if (!add_listed(selecting->store, g_array_index(ids, int64_t, i), members, error))
            return false;
    if (ruled)
        *retmembers = g_steal_pointer(&members);
    else
        *retids = g_steal_pointer(&ids);
    return true;
}

/* ---- persons ---- */

static bool meets(const struct selecting *selecting, const struct recipient *person,
                  const GPtrArray *conditions, bool *retmeets, GError **error)
{
    bool all = true;
    for (unsigned i = 0; all && conditions != NULL && i < conditions->len; i++) {
        const struct condition *condition = conditions->pdata[i];
        g_autofree char *value = NULL;
        if (!condition_value(selecting->store, person, condition->name, selecting->today, &value,
                             error))
            return false;
        all = condition_holds(condition, value);
    }
    *retmeets = all;
    return true;
}

static GPtrArray *select_persons(const struct selecting *selecting,
                                 const struct selection *selection, unsigned depth, GError **error)
{
    g_autoptr(GArray) unit_ids = NULL;
    g_autoptr(GArray) group_ids = NULL;
    g_autoptr(GHashTable) members = NULL;
    if (!select_units(selecting->units, selection->units, &unit_ids, error) ||
        !select_groups(selecting, selection->groups, depth, &group_ids, &members, error))
        return NULL;
    g_autoptr(GPtrArray) persons = store_audience_persons(selecting->store, selecting->organisation,
                                                          unit_ids, group_ids, error);
    unsigned kept = 0;
    for (unsigned i = 0; persons != NULL && i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        bool wanted = members == NULL || g_hash_table_contains(members, &person->person_id);
        if (wanted && !meets(selecting, person, selection->conditions, &wanted, error))
            return NULL;
        if (!wanted)
            continue;
        persons->pdata[i] = persons->pdata[kept];
        persons->pdata[kept++] = person;
    }
    if (persons != NULL)
        g_ptr_array_set_size(persons, (int)kept);
    return g_steal_pointer(&persons);
}

GPtrArray *selection_persons(const struct selecting *selecting, const struct selection *selection,
                             GError **error)
{
    return select_persons(selecting, selection, 0, error);
}

/* ---- checks ---- */

static bool check_conditions(struct store *store, const GPtrArray *conditions, GError **error)
{
    for (unsigned i = 0; conditions != NULL && i < conditions->len; i++) {
        const struct condition *condition = conditions->pdata[i];
        bool known = false;
        if (!condition_knows(store, condition->name, &known, error))
            return false;
        if (known)
            continue;
        g_auto(GStrv) columns = store_audience_columns(store, COLUMNS_SHOWN, error);
        if (columns == NULL)
            return false;
        g_autofree char *all = g_strjoinv(", ", columns);
        g_set_error(error, CONDITION_ERROR, CONDITION_ERROR_UNKNOWN,
                    "no roster has a column \"%s\"; there are: tuoi, gioi_tinh, nam_sinh%s%s",
                    condition->name, *all == '\0' ? "" : ", ", all);
        return false;
    }
    return true;
}

bool selection_check(const struct selecting *selecting, const struct selection *selection,
                     GError **error)
{
    g_autoptr(GArray) unit_ids = NULL;
    if (!select_units(selecting->units, selection->units, &unit_ids, error) ||
        !check_conditions(selecting->store, selection->conditions, error))
        return false;
    for (unsigned i = 0; any(selection->groups) && selection->groups[i] != NULL; i++) {
        struct group_row *group = store_group_get(selecting->store, selection->groups[i], error);
        if (group == NULL)
            return false;
        group_row_free(group);
    }
    return true;
}
