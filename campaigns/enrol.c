// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides who of a roster is whom in the store. Two passes: first everybody who still has the same
 * phone, so that nobody else can be taken for them; then those known by birth and unit or by
 * household. A person is taken at most once in an import. In doubt a row is a new person: two
 * records of one person are a nuisance, one record of two is a wrong vote. */
#include "campaigns/enrol.h"

#include "campaigns/roster_value.h"
#include "campaigns/store/roster.h"
#include "campaigns/template.h"
#include "campaigns/text.h"

#include <string.h>

struct enrolled {
    const struct roster_row *row; /* NULL: not a person */
    struct import_row *told;
    char *name_key;
    int64_t unit_id, contact_id;
    const struct placing *placing;
    struct person_row *known; /* NULL: new */
};

static void clear_enrolled(gpointer data)
{
    struct enrolled *enrolled = data;
    g_free(enrolled->name_key);
    person_row_free(enrolled->known);
}

static const char *said(const char *text)
{
    return text == NULL ? "" : text;
}

static bool prepare(const struct enrolment *enrolment, struct enrolled *enrolled,
                    struct import_report *report, GError **error)
{
    const struct roster_row *row = enrolled->row;
    struct placed placed = {0};
    if (!placing_find(enrolment->placing, row, &placed, error))
        return false;
    enrolled->unit_id = placed.id;
    report->no_unit += placed.id == 0;
    enrolled->placing = enrolment->placing;
    if (placed.warning != NULL)
        g_ptr_array_add(enrolled->told->warnings, g_steal_pointer(&placed.warning));
    if (placed.note != NULL) {
        report->converted += enrolled->told->conversions->len == 0;
        g_ptr_array_add(enrolled->told->conversions, g_steal_pointer(&placed.note));
    }
    placed_clear(&placed);
    if (row->phone.e164[0] != '\0') {
        bool added = false;
        if (!store_contact_put(enrolment->store, row->phone.e164, enrolment->now,
                               &enrolled->contact_id, &added, error))
            return false;
        report->contacts_added += added;
    }
    enrolled->name_key = text_key_unmarked(row->name);
    return true;
}

static bool is_same_by_phone(const struct enrolled *enrolled, const struct person_row *person)
{
    const char *birth = said(enrolled->row->birth);
    if (enrolled->contact_id == 0 || enrolled->contact_id != person->contact_id ||
        !roster_births_agree(birth, person->birth))
        return false;
    bool born_alike = *birth != '\0' && *person->birth != '\0';
    return born_alike || roster_names_agree(enrolled->row->name, person->name);
}

static bool is_same_by_rest(const struct enrolled *enrolled, const struct person_row *person)
{
    const char *birth = said(enrolled->row->birth);
    if (!roster_births_agree(birth, person->birth) ||
        !roster_names_agree(enrolled->row->name, person->name))
        return false;
    if (enrolled->row->household != NULL &&
        g_str_equal(enrolled->row->household, person->household_code))
        return true;
    if (enrolled->unit_id != placing_today(enrolled->placing, person->unit_id))
        return false;
    bool born_alike = *birth != '\0' && *person->birth != '\0';
    bool phones_conflict = enrolled->contact_id != 0 && person->contact_id != 0;
    return born_alike || !phones_conflict;
}

/* The first of the candidates that nobody else has been taken for. */
static void recognise(struct enrolled *enrolled, GPtrArray *candidates, GHashTable *taken,
                      bool (*same)(const struct enrolled *, const struct person_row *))
{
    for (unsigned i = 0; i < candidates->len; i++) {
        struct person_row *person = candidates->pdata[i];
        if (g_hash_table_contains(taken, &person->id) || !same(enrolled, person))
            continue;
        enrolled->known = person;
        candidates->pdata[i] = NULL;
        g_hash_table_add(taken, &person->id);
        return;
    }
}

static bool recognise_by_phone(struct store *store, struct enrolled *enrolled, GHashTable *taken,
                               GError **error)
{
    if (enrolled->contact_id == 0)
        return true;
    g_autoptr(GPtrArray) candidates =
        store_person_by_contact(store, enrolled->name_key, enrolled->contact_id, error);
    if (candidates != NULL)
        recognise(enrolled, candidates, taken, is_same_by_phone);
    return candidates != NULL;
}

static bool recognise_by_rest(struct store *store, struct enrolled *enrolled, GHashTable *taken,
                              GError **error)
{
    if (enrolled->known != NULL)
        return true;
    g_autoptr(GPtrArray) candidates =
        store_person_by_birth(store, enrolled->name_key, said(enrolled->row->birth), error);
    if (candidates != NULL)
        recognise(enrolled, candidates, taken, is_same_by_rest);
    return candidates != NULL;
}

static bool recognise_all(const struct enrolment *enrolment, GArray *all, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (unsigned i = 0; i < all->len; i++)
        if (!recognise_by_phone(enrolment->store, &g_array_index(all, struct enrolled, i), taken,
                                error))
            return false;
    for (unsigned i = 0; i < all->len; i++)
        if (!recognise_by_rest(enrolment->store, &g_array_index(all, struct enrolled, i), taken,
                               error))
            return false;
    return true;
}

/* The roster's own code; else those of one unit who share a phone are one household, and who has
 * none is one alone. A code of another roster is kept where this one has no such column. */
static char *household_code(const struct enrolled *enrolled)
{
    if (enrolled->row->household != NULL)
        return g_strdup(enrolled->row->household);
    const char *old = enrolled->known == NULL ? "" : enrolled->known->household_code;
    bool of_a_roster = *old != '\0' && *old != '+' && *old != '~';
    if (of_a_roster && enrolled->known->unit_id == enrolled->unit_id)
        return g_strdup(old);
    if (enrolled->contact_id != 0)
        return g_strdup(enrolled->row->phone.e164);
    return g_strdup_printf("~%s/%s", enrolled->name_key, said(enrolled->row->birth));
}

/* Headings belong to columns, so one address is one heading: each is folded once in an import. */
static const char *folded(GHashTable *headings, const char *heading)
{
    const char *name = g_hash_table_lookup(headings, heading);
    if (name == NULL) {
        char *fresh = template_fold(heading);
        g_hash_table_insert(headings, (gpointer)heading, fresh);
        name = fresh;
    }
    return name;
}

struct attributing {
    const struct enrolment *enrolment;
    const struct enrolled *enrolled;
    GHashTable *headings; /* of the import: heading → folded */
    int64_t person_id;
    GPtrArray *given; /* folded names this row has a value for */
};

static bool is_given(const struct attributing *attributing, const char *name)
{
    return g_ptr_array_find_with_equal_func(attributing->given, name, g_str_equal, NULL);
}

static bool put_attribute(struct attributing *attributing, const char *heading, const char *value,
                          bool *retchanged, GError **error)
{
    const char *name = folded(attributing->headings, heading);
    if (*said(value) == '\0' || *name == '\0' || is_given(attributing, name))
        return true;
    g_ptr_array_add(attributing->given, (gpointer)name);
    return store_attribute_put(attributing->enrolment->store, attributing->person_id, name, heading,
                               value, retchanged, error);
}

static bool put_attributes(struct attributing *attributing, bool *retchanged, GError **error)
{
    const struct roster_row *row = attributing->enrolled->row;
    for (unsigned i = 0; row->attributes != NULL && i < row->attributes->len; i++) {
        const struct roster_attribute *attribute = row->attributes->pdata[i];
        if (!put_attribute(attributing, attribute->heading, attribute->value, retchanged, error))
            return false;
    }
    /* The unit as the roster writes it, so that {phong_co_so} says what its column says. */
    if (row->unit_heading != NULL &&
        !put_attribute(attributing, row->unit_heading, row->unit, retchanged, error))
        return false;
    const GPtrArray *columns = attributing->enrolment->roster->columns;
    for (unsigned i = 0; attributing->enrolled->known != NULL && i < columns->len; i++) {
        const struct roster_column *column = columns->pdata[i];
        const char *name = folded(attributing->headings, column->heading);
        if (!is_given(attributing, name) &&
            !store_attribute_put(attributing->enrolment->store, attributing->person_id, name,
                                 column->heading, NULL, retchanged, error))
            return false;
    }
    return true;
}

static bool is_unchanged(const struct person_row *one, const struct person_row *other)
{
    return g_str_equal(one->name, other->name) && g_str_equal(one->birth, other->birth) &&
           one->sex == other->sex && one->unit_id == other->unit_id &&
           one->household_id == other->household_id && one->contact_id == other->contact_id &&
           one->head == other->head && g_str_equal(one->phone_reason, other->phone_reason);
}

static bool is_head(const struct roster_row *row)
{
    if (row->relation == NULL)
        return false;
    g_autofree char *relation = template_fold(row->relation);
    return g_str_equal(relation, "chu_ho") || g_str_equal(relation, "dai_dien_ho");
}

/* What the row says, over what was known; the strings are borrowed. */
static struct person_row merged(const struct enrolled *enrolled)
{
    const struct roster_row *row = enrolled->row;
    const struct person_row *known = enrolled->known;
    struct person_row person = {
        .name = row->name,
        .name_key = enrolled->name_key,
        .birth = (char *)said(row->birth),
        .sex = row->sex,
        .unit_id = enrolled->unit_id,
        .contact_id = enrolled->contact_id,
        .head = is_head(row),
        .phone_reason = enrolled->contact_id != 0 ? (char *)"" : (char *)said(row->reason),
    };
    if (known == NULL)
        return person;
    person.id = known->id;
    if (strlen(known->birth) > strlen(person.birth))
        person.birth = known->birth;
    if (row->sex == SEX_UNKNOWN)
        person.sex = known->sex;
    /* Who belonged to a unit that ended stays in it, for the trees of then. */
    bool same = placing_today(enrolled->placing, known->unit_id) == person.unit_id;
    if (person.unit_id == 0 || same)
        person.unit_id = known->unit_id;
    return person;
}

static bool write_person(const struct enrolment *enrolment, struct enrolled *enrolled,
                         GHashTable *headings, struct import_report *report, GError **error)
{
    struct store *store = enrolment->store;
    struct person_row person = merged(enrolled);
    g_autofree char *code = household_code(enrolled);
    bool added = false, changed = false;
    if (!store_household_put(store, person.unit_id, code, &person.household_id, &added, error))
        return false;
    report->households_added += added;
    const struct person_row *known = enrolled->known;
    if (known == NULL) {
        if (!store_person_insert(store, &person, enrolment->import_id, enrolment->now, &person.id,
                                 error))
            return false;
    } else if (!is_unchanged(&person, known)) {
        changed = true;
        if (!store_person_update(store, &person, enrolment->import_id, enrolment->now, error))
            return false;
        if (known->contact_id != 0 && person.contact_id == 0)
            g_ptr_array_add(enrolled->told->warnings,
                            g_strdup("the phone number known so far was taken away: this roster "
                                     "gives none"));
    }
    g_autoptr(GPtrArray) given = g_ptr_array_new();
    struct attributing attributing = {enrolment, enrolled, headings, person.id, given};
    if (!put_attributes(&attributing, &changed, error))
        return false;
    if (enrolment->group_id != 0 &&
        !store_group_join(store, enrolment->group_id, person.id, &changed, error))
        return false;
    enrolled->told->change = known == NULL ? IMPORT_ADDED
                             : changed     ? IMPORT_UPDATED
                                           : IMPORT_UNCHANGED;
    report->changes[enrolled->told->change]++;
    return true;
}

bool enrol_persons(const struct enrolment *enrolment, struct import_report *report, GError **error)
{
    const GPtrArray *rows = enrolment->roster->rows;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct enrolled));
    g_array_set_clear_func(all, clear_enrolled);
    for (unsigned i = 0; i < rows->len; i++) {
        const struct roster_row *row = rows->pdata[i];
        if (row->outcome != ROW_PERSON && row->outcome != ROW_PERSON_NO_PHONE)
            continue;
        struct enrolled enrolled = {.row = row, .told = report->rows->pdata[i]};
        bool ready = prepare(enrolment, &enrolled, report, error);
        g_array_append_val(all, enrolled);
        if (!ready)
            return false;
    }
    if (!recognise_all(enrolment, all, error))
        return false;
    g_autoptr(GHashTable) headings = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (unsigned i = 0; i < all->len; i++)
        if (!write_person(enrolment, &g_array_index(all, struct enrolled, i), headings, report,
                          error))
            return false;
    return true;
}
