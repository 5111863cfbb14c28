// SPDX-License-Identifier: GPL-2.0-or-later
/* Old names in a tree of today. Two ended units of one name that went into the same unit are no
 * riddle: the name means that unit. */
#include "campaigns/unit_alias.h"

void unit_alias_add(struct unit_tree *tree, const char *code, const struct unit_past *unit,
                    enum unit_spelled spelled)
{
    if (spelled == SPELLED_PAST)
        unit_tree_alias(tree, code, unit->code, spelled);
    for (unsigned i = 0; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        unit_tree_alias(tree, code, version->name, spelled);
    }
    for (unsigned i = 0; i < unit->aliases->len; i++)
        unit_tree_alias(tree, code, unit->aliases->pdata[i], spelled);
}

void unit_alias_add_all(struct unit_tree *tree, const struct unit_history *history,
                        const struct unit_day *day)
{
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *unit = unit_history_at(history, i);
        int64_t place = unit_day_place(day, unit->id);
        const struct dated_unit *now = unit_day_get(day, place);
        bool same = place == unit->id;
        if (now != NULL && (same || *unit->ended != '\0'))
            unit_alias_add(tree, now->code, unit, same ? SPELLED_ALIAS : SPELLED_PAST);
    }
}
