// SPDX-License-Identifier: GPL-2.0-or-later
/* Selects the people of a campaign: all that the file names must hold (a unit or one below it, one
 * of the groups, every attribute). Then one recipient stands for each contact, the head of the
 * household before others, and everybody else is left out with a reason. */
#include "campaigns/audience.h"

#include "campaigns/consent.h"
#include "campaigns/selection.h"
#include "campaigns/store/audience.h"

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

bool audience_fill_values(struct store *store, struct recipient *person, char **fields,
                          GError **error)
{
    unsigned count = g_strv_length(fields);
    person->values = g_new0(char *, count + 1);
    for (unsigned i = 0; i < count; i++) {
        if (!condition_value(store, person, fields[i], NULL, &person->values[i], error))
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

static GPtrArray *read_conditions(const struct campaign_config *config, GError **error)
{
    g_autoptr(GPtrArray) conditions =
        g_ptr_array_new_with_free_func((GDestroyNotify)condition_free);
    const GPtrArray *where = config->audience.where;
    for (unsigned i = 0; where != NULL && i < where->len; i++) {
        struct condition *condition = condition_of(where->pdata[i], error);
        if (condition == NULL)
            return NULL;
        g_ptr_array_add(conditions, condition);
    }
    return g_steal_pointer(&conditions);
}

static bool select_persons(const struct selecting *selecting, const struct campaign_config *config,
                           GPtrArray **retpersons, GError **error)
{
    g_autoptr(GPtrArray) conditions = read_conditions(config, error);
    if (conditions == NULL)
        return false;
    const struct selection selection = {config->audience.units, config->audience.groups,
                                        conditions};
    g_autoptr(GPtrArray) persons = selection_persons(selecting, &selection, error);
    if (persons == NULL)
        return false;
    exempt(config, persons);
    *retpersons = g_steal_pointer(&persons);
    return true;
}

/* Each unit that ever was bears the name of the one that its people belong to today. */
static void name_units(struct audience *audience, const struct stored_units *units)
{
    audience->unit_names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (unsigned i = 0; i < unit_history_count(units->history); i++) {
        const struct unit_past *unit = unit_history_at(units->history, i);
        const struct dated_unit *now =
            unit_day_get(units->day, unit_day_place(units->day, unit->id));
        if (now != NULL)
            g_hash_table_insert(audience->unit_names, g_memdup2(&unit->id, sizeof unit->id),
                                g_strdup(now->name));
    }
}

struct audience *audience_select(struct store *store, const struct campaign_config *config,
                                 const char *today, const char *const *fields, GError **error)
{
    struct stored_units *units = store_units_load(store, today, error);
    if (units == NULL)
        return NULL;
    struct audience *audience = g_new0(struct audience, 1);
    audience->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    audience->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)recipient_free);
    audience->fields = g_strdupv((char **)fields);
    name_units(audience, units);
    g_autoptr(GPtrArray) persons = NULL;
    g_autofree char *organisation = consent_organisation(config->organisation);
    const struct selecting selecting = {store, units, today, organisation};
    bool selected = select_persons(&selecting, config, &persons, error) &&
                    sort_out(store, audience, persons, error);
    stored_units_free(units);
    if (selected)
        return audience;
    audience_free(audience);
    return NULL;
}
