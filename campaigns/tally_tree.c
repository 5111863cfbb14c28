// SPDX-License-Identifier: GPL-2.0-or-later
/* The dated tree of units, as a tally asks for it. Every unit that ever was has one place in the
 * tree of each day, so that the total is the same under all. */
#include "campaigns/tally_tree.h"

#include "campaigns/store/unit_history.h"
#include "campaigns/unit_day.h"

struct tally_tree_open {
    struct unit_history *history;
    struct unit_day *day;
    struct tally_tree view;
};

static int64_t home(const void *data, int64_t unit_id)
{
    const struct tally_tree_open *tree = data;
    return unit_day_place(tree->day, unit_id);
}

static bool place(const void *data, int64_t unit_id, struct tally_place *retplace)
{
    const struct tally_tree_open *tree = data;
    if (unit_id == UNIT_UNPLACED) {
        *retplace = (struct tally_place){"", UNIT_UNPLACED_NAME, 0};
        return true;
    }
    const struct dated_unit *unit = unit_day_get(tree->day, unit_id);
    if (unit == NULL)
        return false;
    *retplace = (struct tally_place){unit->code, unit->name, unit->parent_id};
    return true;
}

struct tally_tree_open *tally_tree_open(struct store *store, const char *day, GError **error)
{
    struct unit_history *history = store_history_load(store, error);
    if (history == NULL)
        return NULL;
    struct tally_tree_open *tree = g_new0(struct tally_tree_open, 1);
    tree->history = history;
    tree->day = unit_day_new(history, day);
    tree->view = (struct tally_tree){tree, home, place};
    return tree;
}

void tally_tree_close(struct tally_tree_open *tree)
{
    unit_day_free(tree->day);
    unit_history_free(tree->history);
    g_free(tree);
}

const struct tally_tree *tally_tree_view(const struct tally_tree_open *tree)
{
    return &tree->view;
}

int64_t tally_tree_find(const void *data, const char *code)
{
    const struct tally_tree_open *tree = data;
    const struct unit_past *unit = unit_history_find(tree->history, code);
    return unit == NULL ? 0 : unit->id;
}
