// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a change in memory, on all units with all they have been, checks the whole on every day,
 * and only then writes what it touched. People stay in the unit they belong to, ended or not: the
 * tree of a day says where that counts, so that no figure moves when a unit ends. */
#include "campaigns/unit_change.h"

#include "campaigns/unit_day.h"

#include <string.h>

G_DEFINE_QUARK(loa - unit - change - error, unit_change_error)

enum { TEXT_MAX = 120 }; /* characters of a code, name or kind */

struct changing {
    const struct unit_change *change;
    struct unit_history *history;
    struct unit_day *before; /* the tree of the day as it would be without the change */
    char on[DAY_SIZE];
    GPtrArray *units;  /* struct unit_past *: those named */
    GPtrArray *events; /* struct unit_event * */
};

static const char *const change_names[UNIT_CHANGE_KINDS] = {
    [UNIT_MERGE] = "merge", [UNIT_MOVE] = "move",   [UNIT_RENAME] = "rename",
    [UNIT_END] = "end",     [UNIT_ALIAS] = "alias",
};

const char *unit_change_name(enum unit_change_kind kind)
{
    g_assert(kind < UNIT_CHANGE_KINDS);
    return change_names[kind];
}

bool unit_change_from_name(const char *name, enum unit_change_kind *retkind)
{
    for (enum unit_change_kind kind = 0; kind < UNIT_CHANGE_KINDS; kind++) {
        if (g_str_equal(name, change_names[kind])) {
            *retkind = kind;
            return true;
        }
    }
    return false;
}

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, UNIT_CHANGE_ERROR, UNIT_CHANGE_ERROR_REFUSED, "%s: nothing was changed",
                sentence);
    return false;
}

static void tell(struct changing *changing, const struct unit_past *unit, const char *event,
                 char *detail)
{
    const struct unit_change *change = changing->change;
    bool reasoned = change->reason != NULL && *change->reason != '\0';
    struct unit_event *told = g_new0(struct unit_event, 1);
    told->unit_id = unit->id;
    told->at = change->now;
    told->by = g_strdup(change->by);
    told->event = g_strdup(event);
    told->day = g_strdup(changing->on);
    told->detail = reasoned ? g_strdup_printf("%s: %s", detail, change->reason) : g_strdup(detail);
    g_free(detail);
    g_ptr_array_add(changing->events, told);
}

static const struct unit_version *version_on(const struct changing *changing,
                                             const struct unit_past *unit)
{
    return unit_past_on(unit, changing->on);
}

/* ---- what the change names ---- */

static struct unit_past *find_any(const struct changing *changing, const char *code, GError **error)
{
    struct unit_past *unit = unit_history_find(changing->history, code);
    if (unit == NULL)
        refuse(error, "there is no unit with the code \"%s\" (see loa units)", code);
    return unit;
}

/* It must have been there before the day and be there on it. */
static struct unit_past *find_living(const struct changing *changing, const char *code,
                                     GError **error)
{
    struct unit_past *unit = find_any(changing, code, error);
    if (unit == NULL || unit_past_exists(unit, changing->on))
        return unit;
    const struct unit_past *heir = unit_history_get(changing->history, unit->successor_id);
    if (strcmp(changing->on, unit->from) < 0)
        refuse(error, "unit \"%s\" begins on %s, after %s", unit->code, unit->from, changing->on);
    else
        refuse(error, "unit \"%s\" ended on %s%s%s%s", unit->code, unit->ended,
               heir == NULL ? "" : " and went into \"", heir == NULL ? "" : heir->code,
               heir == NULL ? "" : "\"");
    return NULL;
}

static bool find_units(struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    for (unsigned i = 0; change->units != NULL && change->units[i] != NULL; i++) {
        struct unit_past *unit = change->kind == UNIT_ALIAS
                                     ? find_any(changing, change->units[i], error)
                                     : find_living(changing, change->units[i], error);
        if (unit == NULL)
            return false;
        if (g_ptr_array_find(changing->units, unit, NULL))
            return refuse(error, "unit \"%s\" is named twice", unit->code);
        g_ptr_array_add(changing->units, unit);
    }
    bool single = change->kind == UNIT_RENAME || change->kind == UNIT_ALIAS;
    if (changing->units->len == 0 || (single && changing->units->len > 1))
        return refuse(error, single ? "name the one unit that is meant" : "name the units meant");
    return true;
}

/* `retparent` NULL: at the top. */
static bool find_parent(const struct changing *changing, struct unit_past **retparent,
                        GError **error)
{
    *retparent = NULL;
    if (g_str_equal(changing->change->parent, "-"))
        return true;
    *retparent = find_living(changing, changing->change->parent, error);
    return *retparent != NULL;
}

static bool check_text(const char *what, const char *text, GError **error)
{
    if (text == NULL)
        return true;
    bool good = *text != '\0' && g_utf8_validate(text, -1, NULL) &&
                g_utf8_strlen(text, -1) <= TEXT_MAX && !g_ascii_isspace(text[0]) &&
                !g_ascii_isspace(text[strlen(text) - 1]);
    for (const char *at = text; good && *at != '\0'; at = g_utf8_next_char(at))
        good = !g_unichar_iscntrl(g_utf8_get_char(at));
    return good ||
           refuse(error, "the %s of a unit has 1 to %d characters, and no blanks at its ends", what,
                  TEXT_MAX);
}

static bool check_texts(const struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    return check_text("code", change->into, error) && check_text("name", change->name, error) &&
           check_text("kind", change->unit_kind, error);
}

/* ---- steps ---- */

/* A version behind the day would hide the change, or bring the old state back. */
static bool put(struct changing *changing, struct unit_past *unit, int64_t parent_id,
                const char *name, const char *kind, GError **error)
{
    const struct unit_version *newest = unit_past_newest(unit);
    if (strcmp(newest->since, changing->on) > 0)
        return refuse(error,
                      "unit \"%s\" already changes on %s: tell changes in the order of their days",
                      unit->code, newest->since);
    if (strcmp(unit->from, changing->on) == 0)
        unit_past_put(unit, unit_past_newest(unit)->since, parent_id, name, kind);
    else
        unit_past_put(unit, changing->on, parent_id, name, kind);
    return true;
}

static char *parent_words(const struct unit_past *parent)
{
    return parent == NULL ? g_strdup("to the top") : g_strdup_printf("to %s", parent->code);
}

static bool move(struct changing *changing, struct unit_past *unit, struct unit_past *parent,
                 GError **error)
{
    const struct unit_version *version = version_on(changing, unit);
    int64_t id = parent == NULL ? 0 : parent->id;
    const struct unit_past *old = unit_history_get(changing->history, version->parent_id);
    g_autofree char *words = parent_words(parent);
    tell(changing, unit, "moved",
         g_strdup_printf("from %s %s", old == NULL ? "the top" : old->code, words));
    return put(changing, unit, id, version->name, version->kind, error);
}

static bool rename_unit(struct changing *changing, struct unit_past *unit, GError **error)
{
    const struct unit_version *version = version_on(changing, unit);
    const struct unit_change *change = changing->change;
    const char *kind = change->unit_kind == NULL ? version->kind : change->unit_kind;
    g_autofree char *old = g_strdup(version->name);
    tell(changing, unit, "renamed", g_strdup_printf("from %s to %s", old, change->name));
    if (!put(changing, unit, version->parent_id, change->name, kind, error))
        return false;
    if (!g_str_equal(old, change->name))
        unit_past_alias(unit, old);
    return true;
}

/* Whether the unit stands under one that ends, on the day before anything changes. */
static bool is_child_of_ending(const struct changing *changing, const struct unit_past *unit,
                               const struct unit_past *survivor)
{
    const struct dated_unit *dated = unit_day_get(changing->before, unit->id);
    if (dated == NULL || dated->parent_id == 0 || g_ptr_array_find(changing->units, unit, NULL))
        return false;
    struct unit_past *parent = unit_history_get(changing->history, dated->parent_id);
    return parent != survivor && g_ptr_array_find(changing->units, parent, NULL);
}

/* What later versions, planned already, say of a unit that ends is said of its heir. */
static void redirect_later(struct changing *changing, struct unit_past *unit,
                           const struct unit_past *heir)
{
    for (unsigned i = 0; i < unit->versions->len; i++) {
        struct unit_version *version = unit->versions->pdata[i];
        struct unit_past *parent = unit_history_get(changing->history, version->parent_id);
        if (strcmp(version->since, changing->on) <= 0 || parent == NULL || parent == heir ||
            parent == unit || !g_ptr_array_find(changing->units, parent, NULL))
            continue;
        version->parent_id = heir == NULL ? 0 : heir->id;
        unit->changed = true;
    }
}

static void adopt(struct changing *changing, struct unit_past *unit, const struct unit_past *heir)
{
    const struct unit_version *version = version_on(changing, unit);
    const struct dated_unit *dated = unit_day_get(changing->before, unit->id);
    const struct unit_past *old = unit_history_get(changing->history, dated->parent_id);
    const char *since = strcmp(unit->from, changing->on) == 0 ? version->since : changing->on;
    tell(changing, unit, "moved",
         g_strdup_printf("from %s to %s", old->code, heir == NULL ? "the top" : heir->code));
    unit_past_put(unit, since, heir == NULL ? 0 : heir->id, version->name, version->kind);
}

static void adopt_children(struct changing *changing, const struct unit_past *survivor,
                           const struct unit_past *heir)
{
    for (unsigned i = 0; i < unit_history_count(changing->history); i++) {
        struct unit_past *unit = unit_history_at(changing->history, i);
        if (unit != heir && is_child_of_ending(changing, unit, survivor))
            adopt(changing, unit, heir);
        redirect_later(changing, unit, heir);
    }
}

static bool end_unit(struct changing *changing, struct unit_past *unit,
                     const struct unit_past *heir, const char *event, GError **error)
{
    if (*unit->ended != '\0')
        return refuse(error, "unit \"%s\" already ends on %s", unit->code, unit->ended);
    if (strcmp(unit->from, changing->on) >= 0)
        return refuse(error, "unit \"%s\" begins on %s: it cannot end on that day", unit->code,
                      unit->from);
    const struct unit_version *newest = unit_past_newest(unit);
    if (unit->versions->len > 1 && g_str_equal(newest->since, changing->on))
        g_ptr_array_remove_index(unit->versions, unit->versions->len - 1); /* never lived */
    g_strlcpy(unit->ended, changing->on, sizeof unit->ended);
    unit->successor_id = heir == NULL ? 0 : heir->id;
    unit->changed = true;
    tell(changing, unit, event,
         heir == NULL ? g_strdup("without a successor") : g_strdup_printf("into %s", heir->code));
    return true;
}

/* ---- merging ---- */

/* The parent that all of them have; false: they have several. `retid` 0: the top. */
static bool common_parent(const struct changing *changing, int64_t *retid)
{
    for (unsigned i = 0; i < changing->units->len; i++) {
        const struct unit_past *unit = changing->units->pdata[i];
        int64_t id = unit_day_get(changing->before, unit->id)->parent_id;
        if (i > 0 && id != *retid)
            return false;
        *retid = id;
    }
    return true;
}

static const char *common_kind(const struct changing *changing)
{
    const char *kind = version_on(changing, changing->units->pdata[0])->kind;
    for (unsigned i = 1; i < changing->units->len; i++)
        if (!g_str_equal(version_on(changing, changing->units->pdata[i])->kind, kind))
            return "";
    return kind;
}

static char *codes_of(const struct changing *changing)
{
    GString *codes = g_string_new(NULL);
    for (unsigned i = 0; i < changing->units->len; i++)
        g_string_append_printf(codes, "%s%s", i == 0 ? "" : ", ",
                               ((struct unit_past *)changing->units->pdata[i])->code);
    return g_string_free(codes, FALSE);
}

static struct unit_past *make_unit(struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    struct unit_past *parent = NULL;
    int64_t parent_id = 0;
    if (change->name == NULL) {
        refuse(error, "there is no unit \"%s\" yet: say how it is called (--name)", change->into);
        return NULL;
    }
    if (change->parent != NULL) {
        if (!find_parent(changing, &parent, error))
            return NULL;
        parent_id = parent == NULL ? 0 : parent->id;
    } else if (!common_parent(changing, &parent_id)) {
        refuse(error, "the units belong to different ones: say what \"%s\" belongs to (--parent)",
               change->into);
        return NULL;
    }
    bool from_table = false;
    for (unsigned i = 0; i < changing->units->len; i++)
        from_table |= ((struct unit_past *)changing->units->pdata[i])->from_table;
    const char *kind = change->unit_kind == NULL ? common_kind(changing) : change->unit_kind;
    struct unit_past *unit = unit_history_add(changing->history, 0, change->into);
    g_autofree char *codes = codes_of(changing);
    g_strlcpy(unit->from, changing->on, sizeof unit->from);
    unit->added = true;
    unit->from_table = from_table;
    unit_past_put(unit, changing->on, parent_id, change->name, kind);
    tell(changing, unit, "begun", g_strdup_printf("out of %s", codes));
    return unit;
}

/* The heir is there already: it may get another name, kind or parent. */
static bool dress_heir(struct changing *changing, struct unit_past *heir, GError **error)
{
    const struct unit_change *change = changing->change;
    const struct unit_version *version = version_on(changing, heir);
    struct unit_past *parent = NULL;
    g_autofree char *codes = codes_of(changing);
    tell(changing, heir, "merged", g_strdup_printf("takes in %s", codes));
    if (change->name == NULL && change->unit_kind == NULL && change->parent == NULL)
        return true;
    if (change->parent != NULL && !find_parent(changing, &parent, error))
        return false;
    int64_t parent_id = change->parent == NULL ? version->parent_id
                        : parent == NULL       ? 0
                                               : parent->id;
    g_autofree char *old = g_strdup(version->name);
    const char *name = change->name == NULL ? version->name : change->name;
    const char *kind = change->unit_kind == NULL ? version->kind : change->unit_kind;
    if (!put(changing, heir, parent_id, name, kind, error))
        return false;
    if (change->name != NULL && !g_str_equal(old, change->name))
        unit_past_alias(heir, old);
    return true;
}

static bool merge(struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    if (change->into == NULL)
        return refuse(error, "say which unit they become (--into)");
    struct unit_past *heir = unit_history_find(changing->history, change->into);
    bool known = heir != NULL;
    if (known && find_living(changing, change->into, error) == NULL)
        return false;
    if (known && changing->units->len == 1 && changing->units->pdata[0] == heir)
        return refuse(error, "unit \"%s\" cannot be merged into itself", heir->code);
    if (known && !dress_heir(changing, heir, error))
        return false;
    if (!known)
        heir = make_unit(changing, error);
    if (heir == NULL)
        return false;
    for (unsigned i = 0; i < changing->units->len; i++)
        if (changing->units->pdata[i] != heir &&
            !end_unit(changing, changing->units->pdata[i], heir, "merged", error))
            return false;
    adopt_children(changing, heir, heir);
    return true;
}

static bool end_units(struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    struct unit_past *heir = NULL, *parent = NULL;
    if (change->into != NULL) {
        heir = find_living(changing, change->into, error);
        if (heir == NULL)
            return false;
        if (g_ptr_array_find(changing->units, heir, NULL))
            return refuse(error, "unit \"%s\" cannot go into itself", heir->code);
    }
    if (change->parent != NULL && !find_parent(changing, &parent, error))
        return false;
    for (unsigned i = 0;
         change->parent == NULL && heir == NULL && i < unit_history_count(changing->history); i++) {
        const struct unit_past *unit = unit_history_at(changing->history, i);
        if (is_child_of_ending(changing, unit, NULL))
            return refuse(error,
                          "unit \"%s\" belongs to one that ends: say where such units go "
                          "(--children-to, or --into)",
                          unit->code);
    }
    for (unsigned i = 0; i < changing->units->len; i++)
        if (!end_unit(changing, changing->units->pdata[i], heir, "ended", error))
            return false;
    adopt_children(changing, NULL, change->parent == NULL ? heir : parent);
    return true;
}

static bool move_units(struct changing *changing, GError **error)
{
    struct unit_past *parent = NULL;
    if (changing->change->parent == NULL)
        return refuse(error, "say where it moves to (--to; \"-\" is the top)");
    if (!find_parent(changing, &parent, error))
        return false;
    for (unsigned i = 0; i < changing->units->len; i++)
        if (!move(changing, changing->units->pdata[i], parent, error))
            return false;
    return true;
}

static bool change_one(struct changing *changing, GError **error)
{
    const struct unit_change *change = changing->change;
    struct unit_past *unit = changing->units->pdata[0];
    if (change->name == NULL)
        return refuse(error, "say how it is called");
    if (change->kind == UNIT_RENAME)
        return rename_unit(changing, unit, error);
    if (!unit_past_alias(unit, change->name))
        return refuse(error, "unit \"%s\" has the alias \"%s\" already", unit->code, change->name);
    tell(changing, unit, "aliased", g_strdup(change->name));
    return true;
}

static bool apply(struct changing *changing, GError **error)
{
    switch (changing->change->kind) {
    case UNIT_MERGE:
        return merge(changing, error);
    case UNIT_MOVE:
        return move_units(changing, error);
    case UNIT_END:
        return end_units(changing, error);
    case UNIT_RENAME:
    case UNIT_ALIAS:
        return change_one(changing, error);
    case UNIT_CHANGE_KINDS:
        break;
    }
    g_assert_not_reached();
}

static bool check_whole(const struct changing *changing, GError **error)
{
    g_autoptr(GPtrArray) faults = unit_history_check(changing->history);
    if (faults->len == 0)
        return true;
    const struct unit_fault *first = faults->pdata[0];
    return refuse(error, "%s", first->sentence);
}

static bool write_all(struct store *store, const struct changing *changing, GError **error)
{
    if (!store_history_save(store, changing->history, changing->change->now, error))
        return false;
    for (unsigned i = 0; i < changing->events->len; i++)
        if (!store_unit_event_add(store, changing->events->pdata[i], error))
            return false;
    return true;
}

static bool change_in_transaction(struct store *store, struct changing *changing, GError **error)
{
    changing->history = store_history_load(store, error);
    if (changing->history == NULL)
        return false;
    changing->before = unit_day_new(changing->history, changing->on);
    bool done = find_units(changing, error) && apply(changing, error) &&
                check_whole(changing, error) && write_all(store, changing, error);
    unit_day_free(changing->before);
    unit_history_free(changing->history);
    return done;
}

bool unit_change_make(struct store *store, const struct unit_change *change, GPtrArray **retevents,
                      GError **error)
{
    struct changing changing = {.change = change};
    bool dated = change->kind != UNIT_ALIAS;
    if (dated && (change->on == NULL || !day_read(change->on, changing.on)))
        return refuse(error, "\"%s\" is no day: write --on 2025-07-01, the first day of the change",
                      change->on == NULL ? "" : change->on);
    if (!check_texts(&changing, error) || !store_begin(store, error))
        return false;
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)unit_event_free);
    changing.units = units;
    changing.events = events;
    if (!change_in_transaction(store, &changing, error)) {
        store_rollback(store);
        return false;
    }
    if (!store_commit(store, error))
        return false;
    *retevents = g_steal_pointer(&events);
    return true;
}
