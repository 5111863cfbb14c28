// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts a campaign. Every figure is first counted for the unit it belongs to (that of the person a
 * message bears the name of; a household belongs to the first unit of its members), then added to
 * every unit above, so that roots add up to the total exactly. Reads rows, keeps nothing. */
#include "campaigns/tally.h"

#include "campaigns/store/campaign.h"
#include "campaigns/store/tally.h"
#include "campaigns/store/units.h"

#include <string.h>

struct household {
    int64_t id; /* negative: a person without one */
    int64_t unit_id;
    bool base, reached;
};

struct counting {
    const struct campaign_config *config;
    struct tally *tally;
    GArray *members;
    GHashTable *contacts;   /* contact id → struct tally_member *, the addressed one */
    GHashTable *households; /* id → struct household * */
    GHashTable *answering;  /* contact ids with any answer that counts */
    GHashTable *units;      /* unit id → struct tally_unit *; 0: none */
};

/* ---- figures ---- */

static void free_option(gpointer data)
{
    struct tally_option *option = data;
    g_free(option->code);
    g_free(option->label);
    g_free(option);
}

static void free_question(gpointer data)
{
    struct tally_question *question = data;
    g_free(question->id);
    g_ptr_array_unref(question->options);
    g_free(question);
}

static struct tally_option *option_of(struct tally_question *question, const char *code,
                                      const char *label)
{
    for (unsigned i = 0; i < question->options->len; i++) {
        struct tally_option *option = question->options->pdata[i];
        if (g_str_equal(option->code, code))
            return option;
    }
    struct tally_option *option = g_new0(struct tally_option, 1);
    option->code = g_strdup(code);
    option->label = g_strdup(label == NULL ? "" : label);
    g_ptr_array_add(question->options, option);
    return option;
}

static void list_options(struct tally_question *question, const GPtrArray *options)
{
    for (unsigned i = 0; options != NULL && i < options->len; i++) {
        const struct option_config *option = options->pdata[i];
        option_of(question, option->code, option->label);
    }
}

static void open_figures(struct tally_figures *figures, const struct campaign_config *config)
{
    figures->questions = g_ptr_array_new_with_free_func(free_question);
    const GPtrArray *questions = config->questions;
    for (unsigned i = 0; questions != NULL && i < questions->len; i++) {
        const struct question_config *asked = questions->pdata[i];
        struct tally_question *question = g_new0(struct tally_question, 1);
        question->id = g_strdup(asked->id);
        question->options = g_ptr_array_new_with_free_func(free_option);
        list_options(question, asked->options);
        list_options(question, asked->addons);
        g_ptr_array_add(figures->questions, question);
    }
}

static void add_figures(struct tally_figures *sum, const struct tally_figures *more)
{
    sum->persons += more->persons;
    sum->households += more->households;
    sum->contacts += more->contacts;
    sum->no_phone += more->no_phone;
    sum->base += more->base;
    for (unsigned i = 0; i < MESSAGE_STATES; i++)
        sum->messages[i] += more->messages[i];
    sum->coverage.base += more->coverage.base;
    sum->coverage.reached += more->coverage.reached;
    sum->unclear += more->unclear;
    sum->opinions += more->opinions;
    sum->optouts += more->optouts;
    sum->replies += more->replies;
    for (unsigned i = 0; i < sum->questions->len; i++) {
        struct tally_question *into = sum->questions->pdata[i];
        const struct tally_question *from = more->questions->pdata[i];
        into->answered += from->answered;
        for (unsigned o = 0; o < from->options->len; o++) {
            const struct tally_option *option = from->options->pdata[o];
            option_of(into, option->code, option->label)->count += option->count;
        }
    }
}

static void close_figures(struct tally_figures *figures)
{
    for (unsigned i = 0; i < figures->questions->len; i++) {
        struct tally_question *question = figures->questions->pdata[i];
        question->no_answer = figures->base - question->answered;
    }
}

/* ---- units ---- */

static void free_unit(gpointer data)
{
    struct tally_unit *unit = data;
    g_free(unit->code);
    g_free(unit->name);
    g_free(unit->parent);
    g_ptr_array_unref(unit->all.questions);
    g_ptr_array_unref(unit->own.questions);
    g_free(unit);
}

static struct tally_unit *unit_new(const struct counting *counting, int64_t id)
{
    struct tally_unit *unit = g_new0(struct tally_unit, 1);
    unit->id = id;
    open_figures(&unit->own, counting->config);
    open_figures(&unit->all, counting->config);
    return unit;
}

static struct tally_figures *figures_of(struct counting *counting, int64_t unit_id)
{
    struct tally_unit *unit = g_hash_table_lookup(counting->units, &unit_id);
    if (unit == NULL) {
        unit = unit_new(counting, unit_id);
        g_hash_table_insert(counting->units, &unit->id, unit);
    }
    return &unit->own;
}

static int64_t unit_of(const struct counting *counting, int64_t contact_id)
{
    const struct tally_member *member = g_hash_table_lookup(counting->contacts, &contact_id);
    return member == NULL ? 0 : member->unit_id;
}

/* ---- the audience and its messages ---- */

static int64_t household_key(const struct tally_member *member)
{
    return member->household_id != 0 ? member->household_id : -member->person_id;
}

static struct household *household_of(struct counting *counting, const struct tally_member *member)
{
    int64_t key = household_key(member);
    struct household *household = g_hash_table_lookup(counting->households, &key);
    if (household == NULL) {
        household = g_new0(struct household, 1);
        household->id = key;
        household->unit_id = member->unit_id;
        g_hash_table_insert(counting->households, &household->id, household);
    }
    if (household->unit_id == 0 || (member->unit_id != 0 && member->unit_id < household->unit_id))
        household->unit_id = member->unit_id;
    return household;
}

/* Whoever was written to can answer; who answered could, whatever became of the message. */
static bool can_answer(const struct counting *counting, const struct tally_member *member)
{
    if (member->state < 0)
        return false;
    enum message_state state = (enum message_state)member->state;
    return (state != MESSAGE_SKIPPED && state != MESSAGE_CANCELLED && state != MESSAGE_EXPIRED) ||
           g_hash_table_contains(counting->answering, &member->contact_id);
}

static void count_member(struct counting *counting, const struct tally_member *member)
{
    struct tally_figures *figures = figures_of(counting, member->unit_id);
    bool able = can_answer(counting, member);
    figures->persons++;
    figures->no_phone += member->contact_id == 0;
    figures->contacts += member->addressed;
    if (member->addressed && member->state >= 0)
        figures->messages[member->state]++;
    if (counting->tally->count_by == COUNT_BY_PERSON)
        figures->base += able;
    if (counting->tally->count_by == COUNT_BY_CONTACT)
        figures->base += able && member->addressed;
    if (counting->tally->coverage_by == COUNT_BY_PERSON) {
        figures->coverage.base++;
        figures->coverage.reached += member->delivered;
    }
    if (counting->tally->coverage_by == COUNT_BY_CONTACT && member->addressed) {
        figures->coverage.base++;
        figures->coverage.reached += member->delivered;
    }
    struct household *household = household_of(counting, member);
    household->base = household->base || able;
    household->reached = household->reached || member->delivered;
}

static void count_households(struct counting *counting)
{
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, counting->households);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct household *household = value;
        struct tally_figures *figures = figures_of(counting, household->unit_id);
        figures->households++;
        if (counting->tally->count_by == COUNT_BY_HOUSEHOLD)
            figures->base += household->base;
        if (counting->tally->coverage_by == COUNT_BY_HOUSEHOLD) {
            figures->coverage.base++;
            figures->coverage.reached += household->reached;
        }
    }
}

static void count_audience(struct counting *counting)
{
    for (unsigned i = 0; i < counting->members->len; i++) {
        struct tally_member *member = &g_array_index(counting->members, struct tally_member, i);
        if (member->addressed)
            g_hash_table_insert(counting->contacts, &member->contact_id, member);
    }
    for (unsigned i = 0; i < counting->members->len; i++)
        count_member(counting, &g_array_index(counting->members, struct tally_member, i));
    count_households(counting);
}

/* ---- what they said ---- */

static void count_codes(struct tally_question *question, const char *codes)
{
    question->answered++;
    g_auto(GStrv) pieces = g_strsplit(codes, ",", -1);
    for (unsigned i = 0; pieces[i] != NULL; i++)
        option_of(question, pieces[i], NULL)->count++;
}

static void count_answer(struct counting *counting, const struct tally_answer *answer,
                         int64_t unit_id)
{
    struct tally_figures *figures = figures_of(counting, unit_id);
    for (unsigned i = 0; i < figures->questions->len; i++) {
        struct tally_question *question = figures->questions->pdata[i];
        if (g_str_equal(question->id, answer->question))
            count_codes(question, answer->code);
    }
}

/* A household has one voice: the last answer of any of its phones. `answers` are in order of time.
 */
static void count_household_answers(struct counting *counting, const GArray *answers)
{
    g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < answers->len; i++) {
        struct tally_answer *answer = &g_array_index(answers, struct tally_answer, i);
        const struct tally_member *member =
            g_hash_table_lookup(counting->contacts, &answer->contact_id);
        if (member != NULL)
            g_hash_table_insert(
                last,
                g_strdup_printf("%" G_GINT64_FORMAT "/%s", household_key(member), answer->question),
                answer);
    }
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, last);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct tally_answer *answer = value;
        const struct tally_member *member =
            g_hash_table_lookup(counting->contacts, &answer->contact_id);
        count_answer(counting, answer, household_of(counting, member)->unit_id);
    }
}

static void count_answers(struct counting *counting, const GArray *answers)
{
    if (counting->tally->count_by == COUNT_BY_HOUSEHOLD) {
        count_household_answers(counting, answers);
        return;
    }
    for (unsigned i = 0; i < answers->len; i++) {
        const struct tally_answer *answer = &g_array_index(answers, struct tally_answer, i);
        if (g_hash_table_contains(counting->contacts, &answer->contact_id))
            count_answer(counting, answer, unit_of(counting, answer->contact_id));
    }
}

static void count_voices(struct counting *counting, const GArray *voices)
{
    for (unsigned i = 0; i < voices->len; i++) {
        const struct tally_voice *voice = &g_array_index(voices, struct tally_voice, i);
        struct tally_figures *figures = figures_of(counting, unit_of(counting, voice->contact_id));
        figures->replies += voice->replies;
        figures->unclear += voice->unclear;
        figures->opinions += voice->opinions;
        figures->optouts += voice->optouts;
    }
}

/* ---- rolling up ---- */

static struct tally_unit *roll_unit(struct counting *counting, int64_t id)
{
    figures_of(counting, id);
    return g_hash_table_lookup(counting->units, &id);
}

static void roll_up(struct counting *counting, const struct stored_units *stored)
{
    g_autoptr(GList) units = g_hash_table_get_values(counting->units);
    for (GList *link = units; link != NULL; link = link->next) {
        const struct tally_unit *unit = link->data;
        add_figures(&counting->tally->total, &unit->own);
        int64_t id = unit->id;
        do {
            add_figures(&roll_unit(counting, id)->all, &unit->own);
            const struct stored_unit *row = id == 0 ? NULL : stored_units_get(stored, id);
            id = row == NULL ? 0 : row->parent_id;
        } while (id != 0);
    }
}

static void describe(struct tally_unit *unit, const struct stored_units *stored)
{
    const struct stored_unit *row = stored_units_get(stored, unit->id);
    unit->code = g_strdup(row == NULL ? "" : row->code);
    unit->name = g_strdup(row == NULL ? "" : row->name);
    const struct stored_unit *parent =
        row == NULL ? NULL : stored_units_get(stored, row->parent_id);
    unit->parent = parent == NULL ? NULL : g_strdup(parent->code);
    for (; parent != NULL; parent = stored_units_get(stored, parent->parent_id))
        unit->depth++;
    close_figures(&unit->own);
    close_figures(&unit->all);
}

static int by_code(gconstpointer one, gconstpointer other)
{
    const struct tally_unit *const *first = one, *const *second = other;
    return strcmp((*first)->code, (*second)->code);
}

static void list_below(struct tally *tally, const GPtrArray *units, const char *parent)
{
    for (unsigned i = 0; i < units->len; i++) {
        struct tally_unit *unit = units->pdata[i];
        if (g_strcmp0(unit->parent, parent) != 0)
            continue;
        g_ptr_array_add(tally->units, unit);
        if (*unit->code != '\0')
            list_below(tally, units, unit->code);
    }
}

/* Every unit behind the one above it, neighbours by code. */
static void list_units(struct counting *counting, const struct stored_units *stored)
{
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, counting->units);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        describe(value, stored);
        g_ptr_array_add(units, value);
    }
    g_ptr_array_sort(units, by_code);
    list_below(counting->tally, units, NULL);
}

/* ---- the whole ---- */

static bool count_rows(struct store *store, struct counting *counting, GError **error)
{
    int64_t id = counting->tally->id;
    counting->members = store_tally_members(store, id, error);
    g_autoptr(GArray) answers =
        counting->members == NULL ? NULL : store_tally_answers(store, id, error);
    g_autoptr(GArray) voices = answers == NULL ? NULL : store_tally_voices(store, id, error);
    if (voices == NULL)
        return false;
    for (unsigned i = 0; i < answers->len; i++)
        g_hash_table_add(counting->answering,
                         &g_array_index(answers, struct tally_answer, i).contact_id);
    count_audience(counting);
    count_answers(counting, answers);
    count_voices(counting, voices);
    g_hash_table_remove_all(counting->answering);
    return true;
}

static bool count_all(struct store *store, struct tally *tally,
                      const struct campaign_config *config, GError **error)
{
    struct stored_units *stored = store_units_load(store, error);
    if (stored == NULL)
        return false;
    struct counting counting = {
        .config = config,
        .tally = tally,
        .contacts = g_hash_table_new(g_int64_hash, g_int64_equal),
        .households = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free),
        .answering = g_hash_table_new(g_int64_hash, g_int64_equal),
        .units = g_hash_table_new(g_int64_hash, g_int64_equal),
    };
    open_figures(&tally->total, config);
    bool counted = count_rows(store, &counting, error);
    roll_up(&counting, stored);
    list_units(&counting, stored);
    close_figures(&tally->total);
    g_hash_table_destroy(counting.contacts);
    g_hash_table_destroy(counting.households);
    g_hash_table_destroy(counting.answering);
    g_hash_table_destroy(counting.units);
    if (counting.members != NULL)
        g_array_unref(counting.members);
    stored_units_free(stored);
    return counted && store_tally_receipts(store, tally->id, tally->receipts, error) &&
           store_tally_started(store, tally->id, &tally->started_at, error);
}

static bool fill(struct store *store, struct tally *tally, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, tally->id, error);
    if (row == NULL)
        return false;
    tally->code = g_strdup(row->code);
    tally->title = g_strdup(row->title);
    tally->state = row->state;
    tally->opens_at = row->opens_at;
    tally->closes_at = row->closes_at;
    tally->state_at = row->state_at;
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool filled = campaign_config_read(row->definition, row->file, &config, mistakes);
    if (filled) {
        tally->count_by = config.count_by;
        tally->coverage_by = config.coverage.by;
        tally->coverage_target = config.coverage.more_than;
        filled = count_all(store, tally, &config, error);
    } else {
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "the stored file of campaign %s no longer reads", row->code);
    }
    campaign_config_clear(&config);
    campaign_row_free(row);
    return filled;
}

struct tally *tally_make(struct store *store, int64_t id, int64_t now, GError **error)
{
    if (!store_tally_begin(store, error))
        return NULL;
    struct tally *tally = g_new0(struct tally, 1);
    tally->id = id;
    tally->counted_at = now;
    tally->units = g_ptr_array_new_with_free_func(free_unit);
    bool filled = fill(store, tally, error);
    store_tally_end(store);
    if (filled)
        return tally;
    tally_free(tally);
    return NULL;
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    g_free(tally->code);
    g_free(tally->title);
    if (tally->total.questions != NULL)
        g_ptr_array_unref(tally->total.questions);
    g_ptr_array_unref(tally->units);
    g_free(tally);
}
