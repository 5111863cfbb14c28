// SPDX-License-Identifier: GPL-2.0-or-later
/* Selects the people of a campaign: all that the file names must hold (a unit or one below it, one
 * of the groups, every attribute). Then one recipient stands for each contact, the head of the
 * household before others, and everybody else is left out with a reason. */
#include "campaigns/audience.h"

#include "campaigns/consent.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/roster.h"
#include "campaigns/store/units.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

const char *left_out_name(enum left_out reason)
{
    static const char *const names[LEFT_OUT_COUNT] = {
        [LEFT_OUT_NOT] = "",
        [LEFT_OUT_NO_PHONE] = "no-phone",
        [LEFT_OUT_OPTED_OUT] = "opted-out",
        [LEFT_OUT_SHARED] = "shared",
    };
    g_assert(reason < LEFT_OUT_COUNT);
    return names[reason];
}

const char *left_out_sentence(enum left_out reason)
{
    static const char *const sentences[LEFT_OUT_COUNT] = {
        [LEFT_OUT_NOT] = "gets the message",
        [LEFT_OUT_NO_PHONE] = "no number that can receive SMS: to be visited",
        [LEFT_OUT_OPTED_OUT] = "wishes no messages",
        [LEFT_OUT_SHARED] = "shares the phone with a person who gets the message",
    };
    g_assert(reason < LEFT_OUT_COUNT);
    return sentences[reason];
}

void audience_free(struct audience *audience)
{
    if (audience == NULL)
        return;
    g_ptr_array_unref(audience->recipients);
    g_ptr_array_unref(audience->left_out);
    g_strfreev(audience->fields);
    g_hash_table_unref(audience->unit_names);
    g_free(audience);
}

static bool is_within(const struct stored_units *units, const struct stored_unit *unit,
                      const struct stored_unit *top)
{
    while (unit != NULL && unit != top)
        unit = stored_units_get(units, unit->parent_id);
    return unit == top;
}

static const struct stored_unit *find_unit(const struct stored_units *units, const char *text)
{
    const struct stored_unit *unit = stored_units_find(units, text);
    if (unit != NULL)
        return unit;
    const struct unit *named = unit_match(units->tree, text);
    return named == NULL ? NULL : stored_units_find(units, named->code);
}

/* All units the file means, with those below; NULL in `retids`: it names none. */
static bool select_units(const struct stored_units *units, char **names, GArray **retids,
                         GError **error)
{
    *retids = NULL;
    if (names == NULL || names[0] == NULL)
        return true;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GPtrArray) tops = g_ptr_array_new();
    for (unsigned i = 0; names[i] != NULL; i++) {
        const struct stored_unit *top = find_unit(units, names[i]);
        if (top == NULL) {
            g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                        "audience: there is no unit \"%s\"", names[i]);
            return false;
        }
        g_ptr_array_add(tops, (gpointer)top);
    }
    for (unsigned i = 0; i < units->units->len; i++) {
        const struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        bool wanted = false;
        for (unsigned top = 0; top < tops->len && !wanted; top++)
            wanted = is_within(units, unit, tops->pdata[top]);
        if (wanted)
            g_array_append_val(ids, unit->id);
    }
    *retids = g_steal_pointer(&ids);
    return true;
}

static bool select_groups(struct store *store, char **names, GArray **retids, GError **error)
{
    *retids = NULL;
    if (names == NULL || names[0] == NULL)
        return true;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (unsigned i = 0; names[i] != NULL; i++) {
        int64_t id = 0;
        if (!store_group_find(store, names[i], &id, error))
            return false;
        if (id == 0) {
            g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                        "audience: there is no group \"%s\"", names[i]);
            return false;
        }
        g_array_append_val(ids, id);
    }
    *retids = g_steal_pointer(&ids);
    return true;
}

/* Sex is a column of its own in the store, but one attribute like others to those who write. */
static bool read_value(struct store *store, const struct recipient *person, const char *name,
                       char **retvalue, GError **error)
{
    if (!store_audience_attribute(store, person->person_id, name, retvalue, error))
        return false;
    bool sex = g_str_equal(name, "gioi_tinh") || g_str_equal(name, "sex");
    if (*retvalue == NULL && sex)
        *retvalue = g_strdup(person->sex == SEX_MALE     ? "Nam"
                             : person->sex == SEX_FEMALE ? "Nữ"
                                                         : "");
    return true;
}

struct condition {
    char *name;  /* folded */
    char **keys; /* folded values: one must be equal */
};

static void clear_condition(gpointer data)
{
    struct condition *condition = data;
    g_free(condition->name);
    g_strfreev(condition->keys);
}

static GArray *read_conditions(const struct campaign_config *config)
{
    GArray *conditions = g_array_new(FALSE, FALSE, sizeof(struct condition));
    g_array_set_clear_func(conditions, clear_condition);
    const GPtrArray *where = config->audience.where;
    for (unsigned i = 0; where != NULL && i < where->len; i++) {
        const struct attribute_config *attribute = where->pdata[i];
        unsigned count = attribute->values == NULL ? 0 : g_strv_length(attribute->values);
        struct condition condition = {.name = template_fold(attribute->attribute),
                                      .keys = g_new0(char *, count + 1)};
        for (unsigned value = 0; value < count; value++)
            condition.keys[value] = text_key_unmarked(attribute->values[value]);
        g_array_append_val(conditions, condition);
    }
    return conditions;
}

static bool meets(struct store *store, const struct recipient *person, const GArray *conditions,
                  bool *retmeets, GError **error)
{
    bool all = true;
    for (unsigned i = 0; all && i < conditions->len; i++) {
        const struct condition *condition = &g_array_index(conditions, struct condition, i);
        g_autofree char *value = NULL;
        if (!read_value(store, person, condition->name, &value, error))
            return false;
        g_autofree char *key = text_key_unmarked(value == NULL ? "" : value);
        all = g_strv_contains((const char *const *)condition->keys, key);
    }
    *retmeets = all;
    return true;
}

bool audience_fill_values(struct store *store, struct recipient *person, char **fields,
                          GError **error)
{
    unsigned count = g_strv_length(fields);
    person->values = g_new0(char *, count + 1);
    for (unsigned i = 0; i < count; i++) {
        if (!read_value(store, person, fields[i], &person->values[i], error))
            return false;
        if (person->values[i] == NULL)
            person->values[i] = g_strdup("");
    }
    return true;
}

static void share(struct recipient *person, const struct recipient *other)
{
    person->addressed = false;
    person->left_out = person->opted_out ? LEFT_OUT_OPTED_OUT : LEFT_OUT_SHARED;
    g_free(person->detail);
    person->detail = g_strdup_printf("with %s", other->name);
}

/* One stands for each contact: the first in the roster, unless a head of household comes later. */
static void address(GPtrArray *persons)
{
    g_autoptr(GHashTable) chosen = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (unsigned i = 0; i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        if (person->contact_id == 0) {
            person->left_out = LEFT_OUT_NO_PHONE;
            continue;
        }
        struct recipient *first = g_hash_table_lookup(chosen, &person->contact_id);
        if (first != NULL && (first->head || !person->head)) {
            share(person, first);
            continue;
        }
        if (first != NULL)
            share(first, person);
        person->addressed = true;
        person->left_out = person->opted_out ? LEFT_OUT_OPTED_OUT : LEFT_OUT_NOT;
        g_hash_table_replace(chosen, &person->contact_id, person);
    }
}

/* An emergency goes to those who refuse messages as well; that it did is written down. */
static void exempt(const struct campaign_config *config, const GPtrArray *persons)
{
    for (unsigned i = 0; config->priority == PRIORITY_EMERGENCY && i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        person->exempted = person->opted_out;
        person->opted_out = false;
    }
}

static void count(struct audience *audience, const GPtrArray *persons)
{
    g_autoptr(GHashTable) households = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (unsigned i = 0; i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        audience->counts[person->left_out]++;
        audience->contacts += person->addressed;
        audience->exempted += person->addressed && person->exempted;
        if (person->household_id != 0)
            g_hash_table_add(households, &person->household_id);
        else
            audience->households++;
    }
    audience->households += g_hash_table_size(households);
    audience->persons = persons->len;
}

static bool sort_out(struct store *store, struct audience *audience, GPtrArray *persons,
                     GError **error)
{
    address(persons);
    count(audience, persons);
    for (unsigned i = 0; i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        const char *unit = g_hash_table_lookup(audience->unit_names, &person->unit_id);
        person->unit_name = unit == NULL ? "" : unit;
        if (person->addressed && !audience_fill_values(store, person, audience->fields, error))
            return false;
    }
    g_ptr_array_set_free_func(persons, NULL);
    for (unsigned i = 0; i < persons->len; i++) {
        struct recipient *person = persons->pdata[i];
        g_ptr_array_add(
            person->left_out == LEFT_OUT_NOT ? audience->recipients : audience->left_out, person);
    }
    g_ptr_array_set_size(persons, 0);
    return true;
}

static bool select_persons(struct store *store, const struct campaign_config *config,
                           const struct stored_units *units, GPtrArray **retpersons, GError **error)
{
    g_autoptr(GArray) unit_ids = NULL;
    g_autoptr(GArray) group_ids = NULL;
    if (!select_units(units, config->audience.units, &unit_ids, error) ||
        !select_groups(store, config->audience.groups, &group_ids, error))
        return false;
    g_autofree char *organisation = consent_organisation(config->organisation);
    g_autoptr(GPtrArray) persons =
        store_audience_persons(store, organisation, unit_ids, group_ids, error);
    if (persons == NULL)
        return false;
    g_autoptr(GArray) conditions = read_conditions(config);
    unsigned kept = 0;
    for (unsigned i = 0; i < persons->len; i++) {
        bool wanted = false;
        if (!meets(store, persons->pdata[i], conditions, &wanted, error))
            return false;
        if (!wanted)
            continue;
        gpointer person = persons->pdata[i];
        persons->pdata[i] = persons->pdata[kept];
        persons->pdata[kept++] = person;
    }
    g_ptr_array_set_size(persons, (int)kept);
    exempt(config, persons);
    *retpersons = g_steal_pointer(&persons);
    return true;
}

static void name_units(struct audience *audience, const struct stored_units *units)
{
    audience->unit_names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (unsigned i = 0; i < units->units->len; i++) {
        const struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        int64_t *id = g_new(int64_t, 1);
        *id = unit->id;
        g_hash_table_insert(audience->unit_names, id, g_strdup(unit->name));
    }
}

struct audience *audience_select(struct store *store, const struct campaign_config *config,
                                 const char *const *fields, GError **error)
{
    struct stored_units *units = store_units_load(store, error);
    if (units == NULL)
        return NULL;
    struct audience *audience = g_new0(struct audience, 1);
    audience->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    audience->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    audience->fields = g_strdupv((char **)fields);
    name_units(audience, units);
    g_autoptr(GPtrArray) persons = NULL;
    bool selected = select_persons(store, config, units, &persons, error) &&
                    sort_out(store, audience, persons, error);
    stored_units_free(units);
    if (selected)
        return audience;
    audience_free(audience);
    return NULL;
}
