// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds units by code or name. Add all units, link once, then ask; a tree that did not link answers
 * nothing. What a unit is called today goes before what it or another was called once. */
#include "campaigns/units.h"

#include "campaigns/text.h"
#include "campaigns/unit_name.h"
#include "config/reader.h"

#include <string.h>

enum mark { MARK_NEW, MARK_CHAIN, MARK_PLACED };

struct node {
    struct unit unit; /* first, so that a unit is a node */
    enum mark mark;
};

/* Ways to spell a name, from strict to loose. */
enum spelling { NAME_MARKED, NAME_UNMARKED, CORE_MARKED, CORE_UNMARKED, SPELLING_COUNT };

struct unit_tree {
    GPtrArray *added;    /* struct node *, owned */
    GPtrArray *ordered;  /* the same, parents first; empty before linking */
    GHashTable *by_code; /* code → node */
    struct spelled_names {
        GHashTable *by_folded; /* folded code → node, or &several */
        GHashTable *by_name[SPELLING_COUNT];
    } names[SPELLED_COUNT];
};

static struct node several; /* its address says: more than one unit is spelled like this */

static void node_free(gpointer data)
{
    struct node *node = data;
    g_free(node->unit.code);
    g_free(node->unit.parent);
    g_free(node->unit.name);
    g_free(node->unit.kind);
    g_free(node);
}

struct unit_tree *unit_tree_new(void)
{
    struct unit_tree *tree = g_new0(struct unit_tree, 1);
    tree->added = g_ptr_array_new_with_free_func(node_free);
    tree->ordered = g_ptr_array_new();
    tree->by_code = g_hash_table_new(g_str_hash, g_str_equal);
    for (int of = 0; of < SPELLED_COUNT; of++) {
        struct spelled_names *names = &tree->names[of];
        names->by_folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (int i = 0; i < SPELLING_COUNT; i++)
            names->by_name[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    return tree;
}

void unit_tree_free(struct unit_tree *tree)
{
    if (tree == NULL)
        return;
    for (int of = 0; of < SPELLED_COUNT; of++) {
        g_hash_table_unref(tree->names[of].by_folded);
        for (int i = 0; i < SPELLING_COUNT; i++)
            g_hash_table_unref(tree->names[of].by_name[i]);
    }
    g_hash_table_unref(tree->by_code);
    g_ptr_array_unref(tree->ordered);
    g_ptr_array_unref(tree->added);
    g_free(tree);
}

bool unit_tree_add(struct unit_tree *tree, const char *code, const char *parent, const char *name,
                   const char *kind, unsigned line)
{
    if (g_hash_table_contains(tree->by_code, code))
        return false;
    struct node *node = g_new0(struct node, 1);
    bool root = parent == NULL || parent[0] == '\0';
    node->unit = (struct unit){.code = g_strdup(code),
                               .name = g_strdup(name),
                               .parent = root ? NULL : g_strdup(parent),
                               .kind = g_strdup(kind != NULL ? kind : ""),
                               .line = line};
    g_ptr_array_add(tree->added, node);
    g_hash_table_insert(tree->by_code, node->unit.code, node);
    return true;
}

/* Takes over `key`. */
static void remember(GHashTable *table, char *key, struct node *node)
{
    struct node *known = g_hash_table_lookup(table, key);
    if (known == node || key[0] == '\0')
        g_free(key);
    else
        g_hash_table_insert(table, key, known == NULL ? node : &several);
}

static void remember_spellings(struct spelled_names *names, const char *name, struct node *node)
{
    g_autofree char *marked = unit_name_marked(name);
    g_autofree char *unmarked = unit_name_unmarked(name);
    remember(names->by_name[NAME_MARKED], g_strdup(marked), node);
    remember(names->by_name[NAME_UNMARKED], g_strdup(unmarked), node);
    remember(names->by_name[CORE_MARKED], g_strdup(unit_name_core(marked)), node);
    remember(names->by_name[CORE_UNMARKED], g_strdup(unit_name_core(unmarked)), node);
}

void unit_tree_alias(struct unit_tree *tree, const char *code, const char *text,
                     enum unit_spelled spelled)
{
    struct node *node = g_hash_table_lookup(tree->by_code, code);
    if (node == NULL)
        return;
    if (spelled == SPELLED_PAST)
        remember(tree->names[spelled].by_folded, text_key_unmarked(text), node);
    remember_spellings(&tree->names[spelled], text, node);
}

/* Places `node` after all above it. False: it is above itself. */
static bool place(struct unit_tree *tree, struct node *node)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();
    struct node *up = node;
    while (up != NULL && up->mark == MARK_NEW) {
        up->mark = MARK_CHAIN;
        g_ptr_array_add(chain, up);
        up = (struct node *)(void *)up->unit.above;
    }
    bool cycle = up != NULL && up->mark == MARK_CHAIN;
    for (guint i = chain->len; i-- > 0;) {
        struct node *link = g_ptr_array_index(chain, i);
        link->mark = MARK_PLACED;
        g_ptr_array_add(tree->ordered, link);
    }
    return !cycle;
}

bool unit_tree_link(struct unit_tree *tree, const char *file, GPtrArray *mistakes)
{
    guint before = mistakes->len;
    for (guint i = 0; i < tree->added->len; i++) {
        struct node *node = g_ptr_array_index(tree->added, i);
        if (node->unit.parent == NULL)
            continue;
        node->unit.above = g_hash_table_lookup(tree->by_code, node->unit.parent);
        if (node->unit.above == NULL)
            mistakes_add(mistakes, file, node->unit.line, "ma_cha",
                         "unit \"%s\" belongs to \"%s\", which is not in the table",
                         node->unit.code, node->unit.parent);
    }
    for (guint i = 0; i < tree->added->len; i++) {
        struct node *node = g_ptr_array_index(tree->added, i);
        if (!place(tree, node))
            mistakes_add(mistakes, file, node->unit.line, "ma_cha",
                         "unit \"%s\" is above itself: follow its parents and mend the circle",
                         node->unit.code);
        remember(tree->names[SPELLED_NOW].by_folded, text_key_unmarked(node->unit.code), node);
        remember_spellings(&tree->names[SPELLED_NOW], node->unit.name, node);
    }
    return mistakes->len == before;
}

unsigned unit_count(const struct unit_tree *tree)
{
    return tree->ordered->len;
}

const struct unit *unit_at(const struct unit_tree *tree, unsigned index)
{
    g_assert(index < tree->ordered->len);
    const struct node *node = g_ptr_array_index(tree->ordered, index);
    return &node->unit;
}

const struct unit *unit_find(const struct unit_tree *tree, const char *code)
{
    const struct node *node = g_hash_table_lookup(tree->by_code, code);
    return node != NULL ? &node->unit : NULL;
}

/* One syllable with marks is another one without: "Hà" is not "Hạ". */
static bool may_drop_marks(const char *core)
{
    return text_is_ascii(core) || strchr(core, ' ') != NULL;
}

static bool is_number(const char *core)
{
    return strspn(core, "0123456789") == strlen(core);
}

/* NULL, a node, or &several. */
static const struct node *match_names(const struct spelled_names *names, const char *text)
{
    g_autofree char *marked = unit_name_marked(text);
    g_autofree char *unmarked = unit_name_unmarked(text);
    if (marked[0] == '\0')
        return NULL;
    bool loose = may_drop_marks(unit_name_core(marked));
    bool bare = is_number(unit_name_core(marked)); /* "Thôn 5" is not "Đội 5" */
    /* "Tổ chức" may be a unit's name, or what follows "Phòng", or the tổ "chức". */
    const struct {
        enum spelling of;
        const char *spelled;
    } tries[] = {
        {NAME_MARKED, marked},
        {NAME_UNMARKED, loose ? unmarked : ""},
        {CORE_MARKED, marked},
        {CORE_MARKED, bare ? "" : unit_name_core(marked)},
        {CORE_UNMARKED, loose ? unmarked : ""},
        {CORE_UNMARKED, loose && !bare ? unit_name_core(unmarked) : ""},
    };
    g_autofree char *folded = text_key_unmarked(text);
    const struct node *node = g_hash_table_lookup(names->by_folded, folded);
    for (size_t i = 0; i < G_N_ELEMENTS(tries) && node == NULL; i++)
        node = g_hash_table_lookup(names->by_name[tries[i].of], tries[i].spelled);
    return node;
}

static const struct unit *match(const struct unit_tree *tree, const char *text,
                                enum unit_spelled last, enum unit_spelled *retspelled)
{
    g_autofree char *code = g_strstrip(g_strdup(text));
    const struct node *node = g_hash_table_lookup(tree->by_code, code);
    enum unit_spelled spelled = SPELLED_NOW;
    if (node == NULL)
        node = match_names(&tree->names[spelled], text);
    while (node == NULL && spelled < last)
        node = match_names(&tree->names[++spelled], text);
    if (node == NULL || node == &several)
        return NULL;
    *retspelled = spelled;
    return &node->unit;
}

const struct unit *unit_match(const struct unit_tree *tree, const char *text)
{
    enum unit_spelled spelled;
    return match(tree, text, SPELLED_ALIAS, &spelled);
}

const struct unit *unit_match_past(const struct unit_tree *tree, const char *text,
                                   enum unit_spelled *retspelled)
{
    return match(tree, text, SPELLED_PAST, retspelled);
}
