// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts the rows of a campaign. A voice is what the file counts by: a person, a household or a
 * contact. Each is counted in one unit: a person in its own, a contact in that of the person its
 * message bears the name of, a household in the first unit of its members; so units and roots add
 * up to the total exactly, and nobody answers who is not in the base. */
#include "campaigns/tally_count.h"

#include "campaigns/tally_said.h"

struct household {
    int64_t id; /* negative: a person without one */
    int64_t unit_id, person_id;
    bool base, reached;
};

/* What one voice says to one question; the vote is borrowed. */
struct said {
    int64_t voice;
    const char *vote;
    char *addons; /* said behind the vote, or before any; NULL: none */
};

struct tally_count {
    const struct campaign_config *campaign;
    const struct tally_listener *listener; /* NULL: nobody */
    struct tally *tally;
    const GArray *members;
    GHashTable *persons;    /* person id → struct tally_member * */
    GHashTable *contacts;   /* contact id → struct tally_member *, the addressed one */
    GHashTable *households; /* id → struct household * */
    GHashTable *units;      /* unit id → struct tally_unit * */
    GHashTable *speaking;   /* voices with an answer, or an add-on */
    GHashTable *done;       /* voices that chose one of target.options */
};

static GHashTable *ids_new(GDestroyNotify free_value)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_value);
}

struct tally_count *tally_count_new(struct tally *tally, const struct campaign_config *campaign)
{
    struct tally_count *count = g_new0(struct tally_count, 1);
    count->campaign = campaign;
    count->tally = tally;
    count->persons = ids_new(NULL);
    count->contacts = ids_new(NULL);
    count->households = ids_new(g_free);
    count->units = ids_new(NULL);
    count->speaking = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    count->done = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return count;
}

void tally_count_free(struct tally_count *count)
{
    g_hash_table_destroy(count->persons);
    g_hash_table_destroy(count->contacts);
    g_hash_table_destroy(count->households);
    g_hash_table_destroy(count->units);
    g_hash_table_destroy(count->speaking);
    g_hash_table_destroy(count->done);
    g_free(count);
}

void tally_count_listen(struct tally_count *count, const struct tally_listener *listener)
{
    count->listener = listener;
}

static struct tally_figures *figures_of(struct tally_count *count, int64_t unit_id)
{
    struct tally_unit *unit = g_hash_table_lookup(count->units, &unit_id);
    if (unit == NULL) {
        unit = g_new0(struct tally_unit, 1);
        unit->id = unit_id;
        tally_figures_like(&unit->own, &count->tally->total);
        g_ptr_array_add(count->tally->units, unit);
        g_hash_table_insert(count->units, &unit->id, unit);
    }
    return &unit->own;
}

/* ---- voices ---- */

static int64_t household_key(const struct tally_member *member)
{
    return member->household_id != 0 ? member->household_id : -member->person_id;
}

/* 0: none. */
static int64_t voice_of(const struct tally_count *count, const struct tally_member *member)
{
    if (count->tally->count_by == COUNT_BY_PERSON)
        return member->person_id;
    if (count->tally->count_by == COUNT_BY_HOUSEHOLD)
        return household_key(member);
    return member->contact_id;
}

static int64_t unit_of(const struct tally_count *count, int64_t contact_id)
{
    const struct tally_member *member = g_hash_table_lookup(count->contacts, &contact_id);
    return member == NULL ? 0 : member->unit_id;
}

static int64_t unit_of_voice(const struct tally_count *count, int64_t voice)
{
    if (count->tally->count_by == COUNT_BY_HOUSEHOLD) {
        const struct household *household = g_hash_table_lookup(count->households, &voice);
        return household->unit_id;
    }
    if (count->tally->count_by == COUNT_BY_CONTACT)
        return unit_of(count, voice);
    const struct tally_member *member = g_hash_table_lookup(count->persons, &voice);
    return member->unit_id;
}

static struct tally_speaker speaker_of(const struct tally_count *count, int64_t voice)
{
    struct tally_speaker speaker = {.voice = voice, .unit_id = unit_of_voice(count, voice)};
    if (count->tally->count_by == COUNT_BY_HOUSEHOLD) {
        const struct household *household = g_hash_table_lookup(count->households, &voice);
        speaker.person_id = household->person_id;
        speaker.household_id = MAX(voice, 0);
    } else if (count->tally->count_by == COUNT_BY_CONTACT) {
        const struct tally_member *member = g_hash_table_lookup(count->contacts, &voice);
        speaker.person_id = member->person_id;
    } else {
        speaker.person_id = voice;
    }
    return speaker;
}

static void tell_said(const struct tally_count *count, const char *question,
                      const struct said *said, bool answer)
{
    if (count->listener == NULL)
        return;
    struct tally_speaker speaker = speaker_of(count, said->voice);
    count->listener->said(count->listener->data, &speaker, question, said->vote, said->addons,
                          answer);
}

static void tell_able(const struct tally_count *count, int64_t voice)
{
    if (count->listener == NULL)
        return;
    struct tally_speaker speaker = speaker_of(count, voice);
    count->listener->able(count->listener->data, &speaker);
}

/* ---- the audience ---- */

static void join_household(struct tally_count *count, const struct tally_member *member)
{
    int64_t key = household_key(member);
    struct household *household = g_hash_table_lookup(count->households, &key);
    if (household == NULL) {
        household = g_new0(struct household, 1);
        household->id = key;
        household->unit_id = member->unit_id;
        household->person_id = member->person_id;
        g_hash_table_insert(count->households, &household->id, household);
    }
    if (household->unit_id == 0 || (member->unit_id != 0 && member->unit_id < household->unit_id))
        household->unit_id = member->unit_id;
    household->reached = household->reached || member->delivered;
}

static void cover(struct tally_figures *figures, bool counts, bool reached)
{
    figures->coverage.base += counts;
    figures->coverage.reached += counts && reached;
}

void tally_count_members(struct tally_count *count, const GArray *members)
{
    count->members = members;
    int by = count->tally->coverage_by;
    for (unsigned i = 0; i < members->len; i++) {
        struct tally_member *member = &g_array_index(members, struct tally_member, i);
        g_hash_table_insert(count->persons, &member->person_id, member);
        if (member->addressed)
            g_hash_table_insert(count->contacts, &member->contact_id, member);
        join_household(count, member);
        struct tally_figures *figures = figures_of(count, member->unit_id);
        figures->persons++;
        figures->no_phone += member->contact_id == 0;
        figures->contacts += member->addressed;
        if (member->addressed && member->state >= 0)
            figures->messages[member->state]++;
        cover(figures, by == COUNT_BY_PERSON || (by == COUNT_BY_CONTACT && member->addressed),
              member->delivered);
    }
}

/* ---- what they said ---- */

/* Whom an answer counts for; 0: for nobody. */
static int64_t speaker(const struct tally_count *count, const struct tally_answer *answer)
{
    const struct tally_member *member =
        answer->person_id != 0 ? g_hash_table_lookup(count->persons, &answer->person_id)
                               : g_hash_table_lookup(count->contacts, &answer->contact_id);
    if (member == NULL)
        return 0;
    int64_t voice = voice_of(count, member);
    bool counts = count->tally->count_by != COUNT_BY_CONTACT ||
                  g_hash_table_contains(count->contacts, &voice);
    return counts ? voice : 0;
}

static void note(struct tally_count *count, const struct tally_question *question, GHashTable *said,
                 const struct tally_answer *answer)
{
    int64_t voice = speaker(count, answer);
    if (voice == 0)
        return;
    struct said *last = g_hash_table_lookup(said, &voice);
    if (last == NULL) {
        last = g_new0(struct said, 1);
        *last = (struct said){.voice = voice, .vote = ""};
        g_hash_table_insert(said, &last->voice, last);
    }
    if (tally_said_addons(question, answer->code)) {
        g_autofree char *before = last->addons;
        last->addons = tally_said_join(before, answer->code);
        return;
    }
    /* As of one phone: an add-on waits for the first vote, a second one replaces both. */
    if (*last->vote != '\0')
        g_clear_pointer(&last->addons, g_free);
    last->vote = answer->code;
}

static void free_said(gpointer said)
{
    g_free(((struct said *)said)->addons);
    g_free(said);
}

static void remember(GHashTable *voices, int64_t voice)
{
    if (!g_hash_table_contains(voices, &voice))
        g_hash_table_add(voices, g_memdup2(&voice, sizeof voice));
}

static void count_said(struct tally_count *count, const char *id, const struct said *said)
{
    int64_t unit_id = unit_of_voice(count, said->voice);
    struct tally_figures *figures = figures_of(count, unit_id);
    struct tally_question *question = tally_figures_question(figures, id);
    bool answer = tally_said_add(question, said->vote, said->addons);
    tell_said(count, id, said, answer);
    if (answer || said->addons != NULL || *said->vote != '\0')
        remember(count->speaking, said->voice);
    if (tally_said_any(question, said->vote, count->campaign->target.options) &&
        !g_hash_table_contains(count->done, &said->voice)) {
        remember(count->done, said->voice);
        figures->target.done++;
    }
}

static void count_question(struct tally_count *count, const struct tally_question *question,
                           const GArray *answers)
{
    g_autoptr(GHashTable) said = ids_new(free_said);
    for (unsigned i = 0; i < answers->len; i++) {
        const struct tally_answer *answer = &g_array_index(answers, struct tally_answer, i);
        if (g_str_equal(answer->question, question->id))
            note(count, question, said, answer);
    }
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, said);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        count_said(count, question->id, value);
}

/* Before any figures are opened like those of the total. */
static void find_gone(struct tally_count *count, const GArray *answers)
{
    for (unsigned i = 0; i < answers->len; i++) {
        const char *id = g_array_index(answers, struct tally_answer, i).question;
        if (tally_figures_question(&count->tally->total, id) != NULL)
            continue;
        tally_figures_add_gone(&count->tally->total, id);
        for (unsigned u = 0; u < count->tally->units->len; u++) {
            struct tally_unit *unit = count->tally->units->pdata[u];
            tally_figures_add_gone(&unit->own, id);
        }
    }
}

/* Whoever was written to can answer; who answered could, whatever became of the message. */
static bool can_answer(const struct tally_count *count, const struct tally_member *member)
{
    int64_t voice = voice_of(count, member);
    if (g_hash_table_contains(count->speaking, &voice))
        return true;
    if (member->state < 0)
        return false;
    enum message_state state = (enum message_state)member->state;
    return state != MESSAGE_SKIPPED && state != MESSAGE_CANCELLED && state != MESSAGE_EXPIRED;
}

static void count_base(struct tally_count *count)
{
    int by = count->tally->count_by;
    for (unsigned i = 0; i < count->members->len; i++) {
        const struct tally_member *member = &g_array_index(count->members, struct tally_member, i);
        bool able = can_answer(count, member);
        int64_t key = household_key(member);
        struct household *household = g_hash_table_lookup(count->households, &key);
        household->base = household->base || able;
        if (able && (by == COUNT_BY_PERSON || (by == COUNT_BY_CONTACT && member->addressed))) {
            figures_of(count, member->unit_id)->base++;
            tell_able(count, voice_of(count, member));
        }
    }
}

static void count_households(struct tally_count *count)
{
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, count->households);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct household *household = value;
        struct tally_figures *figures = figures_of(count, household->unit_id);
        figures->households++;
        if (count->tally->count_by == COUNT_BY_HOUSEHOLD && household->base) {
            figures->base++;
            tell_able(count, household->id);
        }
        cover(figures, count->tally->coverage_by == COUNT_BY_HOUSEHOLD, household->reached);
    }
}

void tally_count_answers(struct tally_count *count, const GArray *answers)
{
    find_gone(count, answers);
    for (unsigned i = 0; i < count->tally->total.questions->len; i++)
        count_question(count, count->tally->total.questions->pdata[i], answers);
    count_base(count);
    count_households(count);
}

void tally_count_voices(struct tally_count *count, const GArray *voices)
{
    for (unsigned i = 0; i < voices->len; i++) {
        const struct tally_voice *voice = &g_array_index(voices, struct tally_voice, i);
        struct tally_figures *figures = figures_of(count, unit_of(count, voice->contact_id));
        figures->replies += voice->replies;
        figures->unclear += voice->unclear;
        figures->opinions += voice->opinions;
        figures->optouts += voice->optouts;
    }
}
