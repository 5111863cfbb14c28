// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts coverage campaign by campaign: the messages of one at a time are in memory, and one small
 * record for each person, household or contact of all. Whoever was reached once is reached; whoever
 * is in several audiences is in the base once. A person counts where the newest of the campaigns
 * knew them, a household where the first unit of its members is. Keeps nothing. */
#include "campaigns/coverage.h"

#include "campaigns/places.h"
#include "campaigns/store/tally.h"

#include <string.h>

struct voter {
    int64_t key;
    int64_t unit_id, person_id, household_id;
    enum reach reach;
};

struct sums {
    struct coverage_figures all, own;
    int64_t marked_all, marked_own; /* the last campaign that sent anything here */
};

struct counting {
    int by;
    struct places *places;
    struct sums *sums;   /* by the index of the place */
    GHashTable *voters;  /* key → struct voter *, by `by` */
    GHashTable *persons; /* id → struct voter *; NULL where `voters` are persons */
    GArray *contacts;    /* of this campaign */
    int64_t campaign_id;
    int64_t campaigns; /* that sent anything at all */
    bool sent;         /* this one did */
};

/* ---- one campaign ---- */

static const struct coverage_contact *find_contact(const GArray *contacts, int64_t id)
{
    unsigned low = 0, high = contacts->len;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        const struct coverage_contact *contact =
            &g_array_index(contacts, struct coverage_contact, middle);
        if (contact->id == id)
            return contact;
        if (contact->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct voter *voter_of(GHashTable *voters, int64_t key, const struct coverage_member *member)
{
    struct voter *voter = g_hash_table_lookup(voters, &key);
    if (voter == NULL) {
        voter = g_new0(struct voter, 1);
        voter->key = key;
        voter->person_id = member->person_id;
        g_hash_table_insert(voters, &voter->key, voter);
    }
    return voter;
}

static void note_reach(struct voter *voter, enum reach reach)
{
    voter->reach = MAX(voter->reach, reach);
}

static void note_person(GHashTable *persons, const struct coverage_member *member, enum reach reach)
{
    struct voter *voter = voter_of(persons, member->person_id, member);
    if (member->unit_id != 0)
        voter->unit_id = member->unit_id;
    note_reach(voter, reach);
}

static void note_household(struct counting *counting, const struct coverage_member *member,
                           enum reach reach)
{
    int64_t key = member->household_id != 0 ? member->household_id : -member->person_id;
    struct voter *voter = voter_of(counting->voters, key, member);
    voter->household_id = member->household_id;
    if (voter->unit_id == 0 || (member->unit_id != 0 && member->unit_id < voter->unit_id))
        voter->unit_id = member->unit_id;
    note_reach(voter, reach);
}

static void note_contact(struct counting *counting, const struct coverage_member *member,
                         enum reach reach)
{
    if (!member->addressed)
        return;
    struct voter *voter = voter_of(counting->voters, member->contact_id, member);
    if (member->unit_id != 0)
        voter->unit_id = member->unit_id;
    note_reach(voter, reach);
}

static void mark_campaign(struct counting *counting, const struct place *place)
{
    struct sums *sums = &counting->sums[place->index];
    counting->sent = true;
    if (sums->marked_own == counting->campaign_id)
        return;
    sums->marked_own = counting->campaign_id;
    sums->own.campaigns++;
    for (; place != NULL; place = place->above) {
        sums = &counting->sums[place->index];
        if (sums->marked_all == counting->campaign_id)
            return;
        sums->marked_all = counting->campaign_id;
        sums->all.campaigns++;
    }
}

static void count_message(struct counting *counting, const struct coverage_member *member,
                          const struct coverage_contact *contact)
{
    const struct place *place = places_of(counting->places, member->unit_id);
    struct coverage_figures *own = &counting->sums[place->index].own;
    own->contacts += contact->reach == REACH_DELIVERED;
    own->contacts_sent += contact->sent;
    if (contact->sent)
        mark_campaign(counting, place);
}

static void take_member(void *data, const struct coverage_member *member)
{
    struct counting *counting = data;
    const struct coverage_contact *contact =
        member->contact_id == 0 ? NULL : find_contact(counting->contacts, member->contact_id);
    enum reach reach = REACH_NO_PHONE;
    if (contact != NULL)
        reach = contact->reach;
    else if (member->contact_id != 0)
        reach = member->opted_out ? REACH_OPTED_OUT : REACH_WAITING;
    if (contact != NULL && member->addressed)
        count_message(counting, member, contact);
    if (counting->persons != NULL)
        note_person(counting->persons, member, reach);
    switch ((enum count_by)counting->by) {
    case COUNT_BY_PERSON:
        note_person(counting->voters, member, reach);
        break;
    case COUNT_BY_HOUSEHOLD:
        note_household(counting, member, reach);
        break;
    case COUNT_BY_CONTACT:
        note_contact(counting, member, reach);
        break;
    }
}

static bool count_campaign(struct counting *counting, struct store *store, int64_t id,
                           GError **error)
{
    counting->campaign_id = id;
    counting->sent = false;
    counting->contacts = store_coverage_contacts(store, id, error);
    if (counting->contacts == NULL)
        return false;
    bool counted = store_coverage_members(store, id, take_member, counting, error);
    counting->campaigns += counting->sent;
    g_array_unref(counting->contacts);
    return counted;
}

/* ---- rolling up ---- */

static void add_figures(struct coverage_figures *sum, const struct coverage_figures *more)
{
    sum->base += more->base;
    for (unsigned i = 0; i < REACH_COUNT; i++)
        sum->reach[i] += more->reach[i];
    sum->contacts += more->contacts;
    sum->contacts_sent += more->contacts_sent;
    sum->persons += more->persons;
}

static struct coverage_figures *own_of(struct counting *counting, const struct voter *voter)
{
    return &counting->sums[places_of(counting->places, voter->unit_id)->index].own;
}

static void roll_up(struct counting *counting)
{
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, counting->voters);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct voter *voter = value;
        struct coverage_figures *own = own_of(counting, voter);
        own->base++;
        own->reach[voter->reach]++;
    }
    g_hash_table_iter_init(&iterator,
                           counting->persons != NULL ? counting->persons : counting->voters);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct voter *voter = value;
        own_of(counting, voter)->persons += voter->reach == REACH_DELIVERED;
    }
    for (unsigned i = places_count(counting->places); i-- > 0;) {
        const struct place *place = places_at(counting->places, i);
        struct sums *sums = &counting->sums[i];
        add_figures(&sums->all, &sums->own);
        if (place->above != NULL)
            add_figures(&counting->sums[place->above->index].all, &sums->all);
    }
}

/* ---- the result ---- */

static void free_unit(gpointer data)
{
    struct coverage_unit *unit = data;
    g_free(unit->code);
    g_free(unit->name);
    g_free(unit->parent);
    g_free(unit);
}

static void free_missed(gpointer data)
{
    struct coverage_missed *missed = data;
    coverage_face_clear(&missed->face);
    g_free(missed);
}

static struct coverage_unit *unit_new(const struct place *place, const struct sums *sums)
{
    struct coverage_unit *unit = g_new0(struct coverage_unit, 1);
    unit->code = g_strdup(place->code);
    unit->name = g_strdup(place->name);
    unit->parent = place->above == NULL ? NULL : g_strdup(place->above->code);
    unit->depth = place->depth;
    unit->all = sums->all;
    unit->own = sums->own;
    return unit;
}

/* `retindices`: for each place its index in the list of units. */
static void list_units(struct counting *counting, const struct place *within,
                       struct coverage *coverage, unsigned *retindices)
{
    for (unsigned i = 0; i < places_count(counting->places); i++) {
        const struct place *place = places_at(counting->places, i);
        const struct sums *sums = &counting->sums[i];
        retindices[i] = coverage->units->len;
        if (!place_is_within(place, within))
            continue;
        if (within == NULL)
            add_figures(&coverage->total, &sums->own);
        if (sums->all.base > 0 || sums->all.contacts_sent > 0)
            g_ptr_array_add(coverage->units, unit_new(place, sums));
    }
    coverage->total.campaigns = counting->campaigns;
    if (within != NULL)
        coverage->total = counting->sums[within->index].all;
}

static int in_order(gconstpointer one, gconstpointer other)
{
    const struct coverage_missed *first = *(struct coverage_missed *const *)one,
                                 *second = *(struct coverage_missed *const *)other;
    if (first->unit != second->unit)
        return first->unit < second->unit ? -1 : 1;
    return (first->person_id > second->person_id) - (first->person_id < second->person_id);
}

static bool list_missed(struct counting *counting, struct store *store, const struct place *within,
                        struct coverage *coverage, const unsigned *indices, GError **error)
{
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, counting->voters);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct voter *voter = value;
        const struct place *place = places_of(counting->places, voter->unit_id);
        if (voter->reach == REACH_DELIVERED || !place_is_within(place, within))
            continue;
        struct coverage_missed *missed = g_new0(struct coverage_missed, 1);
        missed->unit = indices[place->index];
        missed->why = voter->reach;
        missed->person_id = voter->person_id;
        missed->household_id = voter->household_id;
        g_ptr_array_add(coverage->missed, missed);
        if (!store_coverage_face(store, voter->person_id, voter->household_id, &missed->face,
                                 error))
            return false;
    }
    g_ptr_array_sort(coverage->missed, in_order);
    return true;
}

static int by_number(gconstpointer one, gconstpointer other)
{
    int64_t first = *(const int64_t *)one, second = *(const int64_t *)other;
    return (first > second) - (first < second);
}

/* The ids of the request, each once, in the order of time. */
static GArray *choose_campaigns(struct store *store, const struct coverage_request *request,
                                GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    if (request->campaigns != NULL) {
        g_array_append_vals(ids, request->campaigns, request->count);
        g_array_sort(ids, by_number);
        for (unsigned i = ids->len; i-- > 1;)
            if (g_array_index(ids, int64_t, i) == g_array_index(ids, int64_t, i - 1))
                g_array_remove_index(ids, i);
        return g_steal_pointer(&ids);
    }
    g_autoptr(GArray) campaigns =
        store_coverage_campaigns(store, request->from, request->to, error);
    for (unsigned i = 0; campaigns != NULL && i < campaigns->len; i++)
        g_array_append_val(ids, g_array_index(campaigns, struct coverage_campaign, i).id);
    return campaigns == NULL ? NULL : g_steal_pointer(&ids);
}

static bool count_all(struct counting *counting, struct store *store,
                      const struct coverage_request *request, struct coverage *coverage,
                      GError **error)
{
    g_autoptr(GArray) ids = choose_campaigns(store, request, error);
    const struct place *within =
        request->unit == NULL ? NULL : places_find(counting->places, request->unit, error);
    if (ids == NULL || (request->unit != NULL && within == NULL))
        return false;
    for (unsigned i = 0; i < ids->len; i++)
        if (!count_campaign(counting, store, g_array_index(ids, int64_t, i), error))
            return false;
    roll_up(counting);
    coverage->campaigns = ids->len;
    g_autofree unsigned *indices = g_new0(unsigned, places_count(counting->places));
    list_units(counting, within, coverage, indices);
    return !request->missed || list_missed(counting, store, within, coverage, indices, error);
}

static bool fill(struct store *store, const struct coverage_request *request,
                 struct coverage *coverage, GError **error)
{
    struct counting counting = {.by = request->by,
                                .places = places_load(store, request->tree, error)};
    if (counting.places == NULL)
        return false;
    counting.sums = g_new0(struct sums, places_count(counting.places));
    counting.voters = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    if (request->by != COUNT_BY_PERSON)
        counting.persons = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    bool counted = count_all(&counting, store, request, coverage, error);
    g_hash_table_destroy(counting.voters);
    if (counting.persons != NULL)
        g_hash_table_destroy(counting.persons);
    g_free(counting.sums);
    places_free(counting.places);
    return counted;
}

struct coverage *coverage_make(struct store *store, const struct coverage_request *request,
                               GError **error)
{
    if (!store_tally_begin(store, error))
        return NULL;
    struct coverage *coverage = g_new0(struct coverage, 1);
    coverage->by = request->by;
    coverage->target = request->target;
    coverage->units = g_ptr_array_new_with_free_func(free_unit);
    coverage->missed = g_ptr_array_new_with_free_func(free_missed);
    bool filled = fill(store, request, coverage, error);
    store_tally_end(store);
    if (filled)
        return coverage;
    coverage_free(coverage);
    return NULL;
}

void coverage_free(struct coverage *coverage)
{
    if (coverage == NULL)
        return;
    g_ptr_array_unref(coverage->missed);
    g_ptr_array_unref(coverage->units);
    g_free(coverage);
}

int64_t coverage_reached(const struct coverage_figures *figures)
{
    return figures->reach[REACH_DELIVERED];
}

int64_t coverage_failed(const struct coverage_figures *figures)
{
    return figures->reach[REACH_UNDELIVERED] + figures->reach[REACH_REFUSED] +
           figures->reach[REACH_DROPPED];
}

static const struct {
    const char *name, *label;
} reaches[REACH_COUNT] = {
    [REACH_NO_PHONE] = {"no-phone", "không có số di động"},
    [REACH_OPTED_OUT] = {"opted-out", "từ chối nhận tin"},
    [REACH_DROPPED] = {"dropped", "tin hết hạn hoặc bị hủy trước khi gửi"},
    [REACH_REFUSED] = {"refused", "mạng không nhận gửi"},
    [REACH_UNDELIVERED] = {"undelivered", "máy không nhận được tin"},
    [REACH_WAITING] = {"waiting", "tin đang chờ gửi"},
    [REACH_UNSURE] = {"unsure", "chưa rõ tin đã gửi hay chưa"},
    [REACH_SENT] = {"sent", "đã gửi, chưa có báo nhận"},
    [REACH_DELIVERED] = {"delivered", "đã nhận"},
};

const char *reach_name(enum reach reach)
{
    return reaches[reach].name;
}

const char *reach_label(enum reach reach)
{
    return reaches[reach].label;
}
