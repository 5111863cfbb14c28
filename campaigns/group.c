// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes, reads and drops groups. A rule is stored as it was said and understood anew each time, so
 * that people who come of age, move or join are in it without anybody's doing. */
#include "campaigns/group.h"

#include "campaigns/phone.h"
#include "campaigns/store/audience.h"
#include "campaigns/text.h"
#include "config/reader.h"

#include <jansson.h>
#include <string.h>

G_DEFINE_QUARK(loa - group - error, group_error)

enum {
    NAME_LENGTH_MAX = 80,  /* characters */
    PERSON_DIGITS_MAX = 8, /* more is a telephone */
};

bool group_name_check(const char *name, GError **error)
{
    size_t length = strlen(name);
    bool edges = length == 0 || g_ascii_isspace(name[0]) || g_ascii_isspace(name[length - 1]);
    bool good =
        !edges && g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) <= NAME_LENGTH_MAX;
    bool digits = strspn(name, "0123456789") == length;
    for (const char *at = name; good && *at != '\0'; at = g_utf8_next_char(at))
        good = !g_unichar_iscntrl(g_utf8_get_char(at));
    if (!good || digits)
        g_set_error(
            error, GROUP_ERROR, GROUP_ERROR_NAME,
            "the group's name must have 1 to %d characters, not all digits, no line breaks, "
            "and no blanks at its ends: nothing was changed",
            NAME_LENGTH_MAX);
    return good && !digits;
}

/* ---- rules ---- */

static bool any(char *const *texts)
{
    return texts != NULL && texts[0] != NULL;
}

static void put_list(json_t *rule, const char *name, char *const *texts)
{
    if (!any(texts))
        return;
    json_t *list = json_array();
    for (unsigned i = 0; texts[i] != NULL; i++)
        json_array_append_new(list, json_string(texts[i]));
    json_object_set_new(rule, name, list);
}

char *group_rule_write(const struct group_draft *draft)
{
    json_t *rule = json_object();
    put_list(rule, "units", draft->units);
    put_list(rule, "groups", draft->groups);
    put_list(rule, "where", draft->where);
    char *dumped = json_dumps(rule, JSON_COMPACT);
    char *text = g_strdup(dumped);
    free(dumped);
    json_decref(rule);
    return text;
}

static char **take_list(const json_t *rule, const char *name)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    size_t index = 0;
    const json_t *text = NULL;
    json_array_foreach(json_object_get(rule, name), index, text)
    {
        g_strv_builder_add(texts, json_is_string(text) ? json_string_value(text) : "");
    }
    return g_strv_builder_end(texts);
}

static GPtrArray *read_conditions(char *const *where, GError **error)
{
    g_autoptr(GPtrArray) conditions =
        g_ptr_array_new_with_free_func((GDestroyNotify)condition_free);
    for (unsigned i = 0; where != NULL && where[i] != NULL; i++) {
        struct condition *condition = condition_read(where[i], error);
        if (condition == NULL)
            return NULL;
        g_ptr_array_add(conditions, condition);
    }
    return g_steal_pointer(&conditions);
}

static json_t *load(const char *rule, GError **error)
{
    json_t *json = json_loads(rule, 0, NULL);
    if (json == NULL || !json_is_object(json)) {
        json_decref(json);
        g_set_error(error, GROUP_ERROR, GROUP_ERROR_RULE,
                    "the stored rule of a group does not read: delete the group and make it again");
        return NULL;
    }
    return json;
}

bool group_rule_read(const char *rule, struct selection *retselection, GError **error)
{
    json_t *json = load(rule, error);
    if (json == NULL)
        return false;
    g_auto(GStrv) where = take_list(json, "where");
    GPtrArray *conditions = read_conditions(where, error);
    if (conditions != NULL) {
        retselection->units = take_list(json, "units");
        retselection->groups = take_list(json, "groups");
        retselection->conditions = conditions;
    }
    json_decref(json);
    return conditions != NULL;
}

static void add_words(GString *words, const char *what, const json_t *list)
{
    size_t index = 0;
    const json_t *text = NULL;
    json_array_foreach(list, index, text)
    {
        bool first = index == 0 || *what == '\0';
        g_string_append_printf(words, "%s%s%s",
                               words->len == 0 ? ""
                               : first         ? "; "
                                               : ", ",
                               first ? what : "", json_string_value(text));
    }
}

char *group_rule_words(const char *rule)
{
    json_t *json = load(rule, NULL);
    GString *words = g_string_new(NULL);
    add_words(words, "units ", json_object_get(json, "units"));
    add_words(words, "groups ", json_object_get(json, "groups"));
    add_words(words, "", json_object_get(json, "where"));
    json_decref(json);
    return g_string_free(words, FALSE);
}

/* ---- lists ---- */

static GArray *find_listed(struct store *store, const char *line, char **retsentence,
                           GError **error)
{
    struct phone phone = {0};
    enum phone_verdict verdict = PHONE_EMPTY;
    size_t digits = strspn(line, "0123456789");
    bool number = digits <= PERSON_DIGITS_MAX && line[digits] == '\0' && line[0] != '0';
    if (number) {
        GArray *found = store_group_by_person(store, g_ascii_strtoll(line, NULL, 10), error);
        if (found != NULL && found->len == 0)
            *retsentence = g_strdup_printf("there is no person %s", line);
        return found;
    }
    if (!phone_read(line, &phone, &verdict)) {
        *retsentence = g_strdup_printf("“%s”: %s", line, phone_verdict_sentence(verdict));
        return g_array_new(FALSE, FALSE, sizeof(int64_t));
    }
    GArray *found = store_group_by_phone(store, phone.e164, error);
    if (found != NULL && found->len == 0)
        *retsentence = g_strdup_printf("nobody in the roster has the number %s", phone.e164);
    return found;
}

static bool list_persons(struct store *store, const char *list, int64_t group_id,
                         GPtrArray *mistakes, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        char *sentence = NULL;
        const char *line = g_strstrip(lines[i]);
        if (*line == '\0' || *line == '#')
            continue;
        g_autoptr(GArray) found = find_listed(store, line, &sentence, error);
        if (found == NULL)
            return false;
        if (sentence != NULL)
            mistakes_add(mistakes, "list", i + 1, NULL, "%s", sentence);
        g_free(sentence);
        for (unsigned p = 0; p < found->len; p++)
            if (!store_group_add_person(store, group_id, g_array_index(found, int64_t, p), error))
                return false;
    }
    if (mistakes_count(mistakes) == 0)
        return true;
    g_set_error(error, GROUP_ERROR, GROUP_ERROR_LIST,
                "%u lines of the list name nobody: no group was made", mistakes_count(mistakes));
    return false;
}

/* ---- making ---- */

static bool check_rule(struct store *store, const struct group_draft *draft, const char *rule,
                       GError **error)
{
    struct selection selection = {0};
    if (!group_rule_read(rule, &selection, error))
        return false;
    struct stored_units *units = store_units_load(store, draft->today, error);
    struct selecting selecting = {store, units, draft->today, ""};
    bool good = units != NULL && selection_check(&selecting, &selection, error);
    stored_units_free(units);
    selection_clear(&selection);
    return good;
}

static bool is_free(struct store *store, const char *name, GError **error)
{
    GError *missing = NULL;
    struct group_row *known = store_group_get(store, name, &missing);
    if (known == NULL && !g_error_matches(missing, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
        g_propagate_error(error, missing);
        return false;
    }
    if (known != NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "there is a group \"%s\" already: delete it first, or take another name",
                    known->name);
    bool found = known != NULL;
    group_row_free(known);
    g_clear_error(&missing);
    return !found;
}

/* Also that it names no group that names so many others that nobody could ask it. */
static bool can_be_asked(struct store *store, const struct group_row *group, const char *today,
                         GError **error)
{
    struct group_membership membership = {0};
    bool asked = group_members(store, group, today, &membership, error);
    group_membership_clear(&membership);
    return asked;
}

static bool make(struct store *store, const struct group_draft *draft, const char *rule,
                 int64_t *retid, GPtrArray *mistakes, GError **error)
{
    const struct group_row row = {.name = (char *)draft->name,
                                  .rule = (char *)rule,
                                  .by = (char *)draft->by,
                                  .created_at = draft->now};
    return is_free(store, draft->name, error) &&
           (rule == NULL || check_rule(store, draft, rule, error)) &&
           store_group_insert(store, &row, retid, error) &&
           (rule == NULL || can_be_asked(store, &row, draft->today, error)) &&
           (draft->list == NULL || list_persons(store, draft->list, *retid, mistakes, error));
}

bool group_create(struct store *store, const struct group_draft *draft, int64_t *retid,
                  GPtrArray *mistakes, GError **error)
{
    bool ruled = any(draft->units) || any(draft->groups) || any(draft->where);
    if (!group_name_check(draft->name, error))
        return false;
    if (ruled == (draft->list != NULL)) {
        g_set_error(error, GROUP_ERROR, GROUP_ERROR_DRAFT,
                    "a group has either a list of persons, or a rule: units, groups, conditions");
        return false;
    }
    g_autofree char *rule = ruled ? group_rule_write(draft) : NULL;
    if (!store_begin(store, error))
        return false;
    if (make(store, draft, rule, retid, mistakes, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* ---- deleting ---- */

/* By name or by number, as a rule may have it. */
static bool names_group(const struct group_row *other, const struct group_row *group)
{
    struct selection rule = {0};
    bool named = false;
    if (other->rule == NULL || !group_rule_read(other->rule, &rule, NULL))
        return false;
    g_autofree char *name = text_key_marked(group->name);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, group->id);
    for (unsigned i = 0; rule.groups[i] != NULL && !named; i++) {
        g_autofree char *one = text_key_marked(rule.groups[i]);
        named = g_str_equal(one, name) || g_str_equal(one, number);
    }
    selection_clear(&rule);
    return named;
}

static bool is_unused(struct store *store, const struct group_row *group, GError **error)
{
    g_autoptr(GPtrArray) all = store_group_list(store, error);
    for (unsigned i = 0; all != NULL && i < all->len; i++) {
        const struct group_row *other = all->pdata[i];
        if (!names_group(other, group))
            continue;
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "the rule of group \"%s\" names group \"%s\": delete that first", other->name,
                    group->name);
        return false;
    }
    return all != NULL;
}

bool group_delete(struct store *store, const char *name, GError **error)
{
    if (!store_begin(store, error))
        return false;
    struct group_row *group = store_group_get(store, name, error);
    bool deleted = group != NULL && is_unused(store, group, error) &&
                   store_group_delete(store, group->id, error);
    group_row_free(group);
    if (deleted)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* ---- members ---- */

void group_membership_clear(struct group_membership *membership)
{
    g_clear_pointer(&membership->persons, g_ptr_array_unref);
    g_clear_pointer(&membership->units, stored_units_free);
}

bool group_members(struct store *store, const struct group_row *group, const char *today,
                   struct group_membership *retmembership, GError **error)
{
    struct stored_units *units = store_units_load(store, today, error);
    if (units == NULL)
        return false;
    char *names[] = {group->name, NULL};
    struct selection selection = {.groups = names};
    struct selecting selecting = {store, units, today, ""};
    GPtrArray *members = selection_persons(&selecting, &selection, error);
    if (members == NULL) {
        stored_units_free(units);
        return false;
    }
    for (unsigned i = 0; i < members->len; i++) {
        struct recipient *person = members->pdata[i];
        const struct dated_unit *unit =
            unit_day_get(units->day, unit_day_place(units->day, person->unit_id));
        person->unit_name = unit == NULL ? "" : unit->name;
    }
    *retmembership = (struct group_membership){members, units};
    return true;
}
