// SPDX-License-Identifier: GPL-2.0-or-later
/* Works out the tree of one day. First each unit's place: who exists stands for itself, all others
 * are followed to who does. Then each parent, which is the place of the parent that the unit's
 * version of the day names, so that hamlets of a commune that ended stand under its successor
 * without a version of their own. A circle, which the check of a history refuses, is cut. */
#include "campaigns/unit_day.h"

#include <string.h>

enum { DEPTH_MAX = 256 }; /* of followed units: no tree is so deep, and no stack overflows */

enum mark { MARK_NEW, MARK_BUSY, MARK_DONE };

struct node {
    const struct unit_past *past;
    const struct unit_past *predecessor; /* the only unit that went into it; NULL: none, several */
    bool several;
    enum mark placed, linked;
    int64_t place; /* 0: nowhere */
    struct dated_unit unit;
};

struct unit_day {
    const struct unit_history *history;
    char day[DAY_SIZE];
    struct node *nodes; /* as in the history */
    unsigned count;
    GHashTable *by_id;  /* int64_t * → struct node * */
    GPtrArray *ordered; /* struct dated_unit *, parents first */
    int64_t circle;
};

static struct node *node_of(const struct unit_day *tree, int64_t id)
{
    return g_hash_table_lookup(tree->by_id, &id);
}

static int64_t place(struct unit_day *tree, int64_t id, unsigned depth);

static int64_t follow(struct unit_day *tree, const struct node *node, unsigned depth)
{
    const struct unit_past *past = node->past;
    bool ended = *past->ended != '\0' && strcmp(past->ended, tree->day) <= 0;
    int64_t heir = ended                       ? past->successor_id
                   : node->predecessor != NULL ? node->predecessor->id
                                               : 0;
    int64_t found = heir == 0 ? 0 : place(tree, heir, depth);
    if (found != 0)
        return found;
    const struct unit_version *version =
        ended ? unit_past_newest(past) : unit_past_on(past, past->from);
    return version->parent_id == 0 ? 0 : place(tree, version->parent_id, depth);
}

static int64_t place(struct unit_day *tree, int64_t id, unsigned depth)
{
    struct node *node = node_of(tree, id);
    if (node == NULL || node->placed == MARK_BUSY || depth > DEPTH_MAX)
        return 0;
    if (node->placed == MARK_DONE)
        return node->place;
    node->placed = MARK_BUSY;
    node->place =
        unit_past_exists(node->past, tree->day) ? node->past->id : follow(tree, node, depth + 1);
    node->placed = MARK_DONE;
    return node->place;
}

static void find_predecessors(struct unit_day *tree)
{
    for (unsigned i = 0; i < tree->count; i++) {
        struct node *heir = node_of(tree, tree->nodes[i].past->successor_id);
        if (heir == NULL || heir->past == tree->nodes[i].past)
            continue;
        heir->several = heir->several || heir->predecessor != NULL;
        heir->predecessor = heir->several ? NULL : tree->nodes[i].past;
    }
}

static void describe(struct unit_day *tree, struct node *node)
{
    const struct unit_past *past = node->past;
    const struct unit_version *version = unit_past_on(past, tree->day);
    int64_t parent = version->parent_id == 0 ? 0 : place(tree, version->parent_id, 0);
    node->unit = (struct dated_unit){.id = past->id,
                                     .parent_id = parent,
                                     .code = past->code,
                                     .name = version->name,
                                     .kind = version->kind,
                                     .from_table = past->from_table};
}

/* Puts a unit behind all above it. */
static void link_chain(struct unit_day *tree, struct node *node)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    while (node != NULL && node->linked == MARK_NEW) {
        node->linked = MARK_BUSY;
        g_ptr_array_add(chain, node);
        node = node_of(tree, node->unit.parent_id);
    }
    if (node != NULL && node->linked == MARK_BUSY) {
        struct node *last = chain->pdata[chain->len - 1];
        last->unit.parent_id = 0;
        tree->circle = tree->circle != 0 ? tree->circle : node->past->id;
    }
    for (unsigned i = chain->len; i-- > 0;) {
        struct node *link = chain->pdata[i];
        const struct node *above = node_of(tree, link->unit.parent_id);
        link->unit.depth = above == NULL ? 0 : above->unit.depth + 1;
        link->linked = MARK_DONE;
        g_ptr_array_add(tree->ordered, &link->unit);
    }
}

struct unit_day *unit_day_new(const struct unit_history *history, const char *day)
{
    struct unit_day *tree = g_new0(struct unit_day, 1);
    tree->history = history;
    tree->count = unit_history_count(history);
    tree->nodes = g_new0(struct node, tree->count);
    tree->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    tree->ordered = g_ptr_array_new();
    g_strlcpy(tree->day, day, sizeof tree->day);
    for (unsigned i = 0; i < tree->count; i++) {
        struct unit_past *past = unit_history_at(history, i);
        tree->nodes[i].past = past;
        g_hash_table_insert(tree->by_id, &past->id, &tree->nodes[i]);
    }
    find_predecessors(tree);
    for (unsigned i = 0; i < tree->count; i++)
        place(tree, tree->nodes[i].past->id, 0);
    for (unsigned i = 0; i < tree->count; i++)
        if (unit_past_exists(tree->nodes[i].past, tree->day))
            describe(tree, &tree->nodes[i]);
    for (unsigned i = 0; i < tree->count; i++)
        if (tree->nodes[i].unit.id != 0)
            link_chain(tree, &tree->nodes[i]);
    return tree;
}

void unit_day_free(struct unit_day *tree)
{
    if (tree == NULL)
        return;
    g_ptr_array_unref(tree->ordered);
    g_hash_table_unref(tree->by_id);
    g_free(tree->nodes);
    g_free(tree);
}

unsigned unit_day_count(const struct unit_day *tree)
{
    return tree->ordered->len;
}

const struct dated_unit *unit_day_at(const struct unit_day *tree, unsigned index)
{
    g_assert(index < tree->ordered->len);
    return tree->ordered->pdata[index];
}

const struct dated_unit *unit_day_get(const struct unit_day *tree, int64_t id)
{
    const struct node *node = node_of(tree, id);
    return node == NULL || node->unit.id == 0 ? NULL : &node->unit;
}

int64_t unit_day_place(const struct unit_day *tree, int64_t id)
{
    if (id == 0)
        return 0;
    const struct node *node = node_of(tree, id);
    return node == NULL || node->place == 0 ? UNIT_UNPLACED : node->place;
}

bool unit_day_is_within(const struct unit_day *tree, int64_t id, int64_t top)
{
    const struct dated_unit *unit = unit_day_get(tree, id);
    while (unit != NULL && unit->id != top)
        unit = unit_day_get(tree, unit->parent_id);
    return unit != NULL;
}

int64_t unit_day_circle(const struct unit_day *tree)
{
    return tree->circle;
}
