// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and checks the table of units, and finds units by code or name. Add all units, link once,
 * then ask; a tree that did not link answers nothing. */
#include "campaigns/units.h"

#include "campaigns/text.h"
#include "campaigns/unit_name.h"
#include "config/reader.h"

#include <string.h>

enum { HEADING_ROWS = 10 }; /* searched for the heading */

enum unit_column { COLUMN_CODE, COLUMN_PARENT, COLUMN_NAME, COLUMN_KIND, COLUMN_COUNT };

static const struct {
    const char *heading; /* folded like a unit's name */
    enum unit_column column;
} headings[] = {
    {"ma", COLUMN_CODE},
    {"ma don vi", COLUMN_CODE},
    {"ma dv", COLUMN_CODE},
    {"code", COLUMN_CODE},
    {"unit code", COLUMN_CODE},
    {"id", COLUMN_CODE},
    {"ma cha", COLUMN_PARENT},
    {"cha", COLUMN_PARENT},
    {"parent", COLUMN_PARENT},
    {"parent code", COLUMN_PARENT},
    {"truc thuoc", COLUMN_PARENT},
    {"ma don vi cap tren", COLUMN_PARENT},
    {"thuoc", COLUMN_PARENT},
    {"don vi cap tren", COLUMN_PARENT},
    {"cap tren", COLUMN_PARENT},
    {"ma cap tren", COLUMN_PARENT},
    {"ma don vi cha", COLUMN_PARENT},
    {"don vi cha", COLUMN_PARENT},
    {"ten", COLUMN_NAME},
    {"ten don vi", COLUMN_NAME},
    {"don vi", COLUMN_NAME},
    {"name", COLUMN_NAME},
    {"unit", COLUMN_NAME},
    {"unit name", COLUMN_NAME},
    {"loai", COLUMN_KIND},
    {"loai don vi", COLUMN_KIND},
    {"cap", COLUMN_KIND},
    {"kind", COLUMN_KIND},
    {"type", COLUMN_KIND},
    {"level", COLUMN_KIND},
};

enum mark { MARK_NEW, MARK_CHAIN, MARK_PLACED };

struct node {
    struct unit unit; /* first, so that a unit is a node */
    enum mark mark;
};

/* Ways to spell a name, from strict to loose. */
enum spelling { NAME_MARKED, NAME_UNMARKED, CORE_MARKED, CORE_UNMARKED, SPELLING_COUNT };

struct unit_tree {
    GPtrArray *added;      /* struct node *, owned */
    GPtrArray *ordered;    /* the same, parents first; empty before linking */
    GHashTable *by_code;   /* code → node */
    GHashTable *by_folded; /* folded code → node, or &several */
    GHashTable *by_name[SPELLING_COUNT];
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
    tree->by_folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < SPELLING_COUNT; i++)
        tree->by_name[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return tree;
}

void unit_tree_free(struct unit_tree *tree)
{
    if (tree == NULL)
        return;
    for (int i = 0; i < SPELLING_COUNT; i++)
        g_hash_table_unref(tree->by_name[i]);
    g_hash_table_unref(tree->by_folded);
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

static void remember_spellings(struct unit_tree *tree, struct node *node)
{
    g_autofree char *marked = unit_name_marked(node->unit.name);
    g_autofree char *unmarked = unit_name_unmarked(node->unit.name);
    remember(tree->by_folded, text_key_unmarked(node->unit.code), node);
    remember(tree->by_name[NAME_MARKED], g_strdup(marked), node);
    remember(tree->by_name[NAME_UNMARKED], g_strdup(unmarked), node);
    remember(tree->by_name[CORE_MARKED], g_strdup(unit_name_core(marked)), node);
    remember(tree->by_name[CORE_UNMARKED], g_strdup(unit_name_core(unmarked)), node);
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
        remember_spellings(tree, node);
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

const struct unit *unit_match(const struct unit_tree *tree, const char *text)
{
    g_autofree char *code = g_strstrip(g_strdup(text));
    const struct node *node = g_hash_table_lookup(tree->by_code, code);
    if (node != NULL)
        return &node->unit;
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
    node = g_hash_table_lookup(tree->by_folded, folded);
    for (size_t i = 0; i < G_N_ELEMENTS(tries) && node == NULL; i++)
        node = g_hash_table_lookup(tree->by_name[tries[i].of], tries[i].spelled);
    return node == NULL || node == &several ? NULL : &node->unit;
}

/* --- The table ------------------------------------------------------------------------------ */

static bool find_columns(const struct csv_table *table, unsigned row, int *retcolumns)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        retcolumns[i] = -1;
    for (unsigned c = 0; c < csv_row(table, row)->count; c++) {
        g_autofree char *heading = unit_name_unmarked(csv_cell(table, row, c));
        for (size_t i = 0; i < G_N_ELEMENTS(headings); i++)
            if (g_str_equal(headings[i].heading, heading) && retcolumns[headings[i].column] < 0)
                retcolumns[headings[i].column] = (int)c;
    }
    return retcolumns[COLUMN_CODE] >= 0 && retcolumns[COLUMN_NAME] >= 0;
}

static char *read_cell(const struct csv_table *table, unsigned row, int column)
{
    if (column < 0)
        return g_strdup("");
    g_autofree char *composed =
        g_utf8_normalize(csv_cell(table, row, (unsigned)column), -1, G_NORMALIZE_NFC);
    return g_strdup(g_strstrip(composed));
}

static void read_unit(struct unit_tree *tree, const struct csv_table *table, unsigned row,
                      const int *columns, const char *file, GPtrArray *mistakes)
{
    unsigned line = csv_row(table, row)->line;
    g_autofree char *code = read_cell(table, row, columns[COLUMN_CODE]);
    g_autofree char *name = read_cell(table, row, columns[COLUMN_NAME]);
    g_autofree char *parent = read_cell(table, row, columns[COLUMN_PARENT]);
    g_autofree char *kind = read_cell(table, row, columns[COLUMN_KIND]);
    if (code[0] == '\0' && name[0] == '\0' && parent[0] == '\0')
        return;
    if (code[0] == '\0')
        mistakes_add(mistakes, file, line, "ma", "unit \"%s\" has no code", name);
    else if (name[0] == '\0')
        mistakes_add(mistakes, file, line, "ten", "unit \"%s\" has no name", code);
    else if (!unit_tree_add(tree, code, parent, name, kind, line))
        mistakes_add(mistakes, file, line, "ma", "code \"%s\" stands already in line %u", code,
                     unit_find(tree, code)->line);
}

struct unit_tree *units_read(const struct csv_table *table, const char *file, GPtrArray *mistakes)
{
    int columns[COLUMN_COUNT];
    unsigned rows = csv_row_count(table), heading = 0, before = mistakes->len;
    while (heading < MIN(rows, (unsigned)HEADING_ROWS) && !find_columns(table, heading, columns))
        heading++;
    if (heading == MIN(rows, (unsigned)HEADING_ROWS)) {
        mistakes_add(mistakes, file, rows > 0 ? csv_row(table, 0)->line : 0, NULL,
                     "no heading with a code and a name: the columns are ma, ma_cha, ten, loai");
        return NULL;
    }
    struct unit_tree *tree = unit_tree_new();
    for (unsigned row = heading + 1; row < rows; row++)
        read_unit(tree, table, row, columns, file, mistakes);
    if (tree->added->len == 0 && mistakes->len == before)
        mistakes_add(mistakes, file, 0, NULL, "the table names no unit");
    unit_tree_link(tree, file, mistakes);
    if (mistakes->len == before)
        return tree;
    unit_tree_free(tree);
    return NULL;
}
