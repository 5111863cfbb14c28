// SPDX-License-Identifier: GPL-2.0-or-later
/* Listens to a tally while it is counted, and keeps who said what; names are looked up only for
 * those that are listed. */
#include "campaigns/sheet_names.h"

#include "campaigns/tally_listener.h"

#include <string.h>

struct listening {
    const struct sheet_work *work;
    GHashTable *voices; /* id → struct sheet_voice * */
};

static void free_voice(gpointer data)
{
    struct sheet_voice *voice = data;
    g_strfreev(voice->codes);
    g_free(voice);
}

static struct sheet_voice *voice_of(struct listening *listening,
                                    const struct tally_speaker *speaker)
{
    struct sheet_voice *voice = g_hash_table_lookup(listening->voices, &speaker->voice);
    if (voice != NULL)
        return voice;
    voice = g_new0(struct sheet_voice, 1);
    voice->place = places_of(listening->work->places, speaker->unit_id);
    voice->voice = speaker->voice;
    voice->person_id = speaker->person_id;
    voice->household_id = speaker->household_id;
    voice->heads = -1;
    g_hash_table_insert(listening->voices, &voice->voice, voice);
    return voice;
}

static void add_codes(struct sheet_voice *voice, const char *question, const char *text)
{
    g_autoptr(GPtrArray) codes = g_ptr_array_new();
    for (char **code = voice->codes; code != NULL && *code != NULL; code++)
        g_ptr_array_add(codes, *code);
    g_auto(GStrv) pieces = g_strsplit(text, ",", -1);
    for (char **piece = pieces; *piece != NULL; piece++)
        g_ptr_array_add(codes, g_strconcat(question, "=", *piece, NULL));
    g_ptr_array_add(codes, NULL);
    g_free(voice->codes);
    voice->codes = (char **)g_ptr_array_steal(codes, NULL);
}

static void hear(void *data, const struct tally_speaker *speaker, const char *id, const char *vote,
                 const char *addons, bool answer)
{
    struct listening *listening = data;
    const struct question_config *question = question_find(listening->work->campaign.questions, id);
    struct sheet_voice *voice = voice_of(listening, speaker);
    voice->answered = voice->answered || answer;
    if (question == NULL || question->kind == QUESTION_TEXT)
        return;
    if (question->kind == QUESTION_HEADCOUNT && g_str_has_prefix(vote, "count="))
        g_ascii_string_to_signed(vote + strlen("count="), 10, 0, INT64_MAX, &voice->heads, NULL);
    if (*vote != '\0')
        add_codes(voice, id, vote);
    if (addons != NULL)
        add_codes(voice, id, addons);
}

static void note_able(void *data, const struct tally_speaker *speaker)
{
    voice_of(data, speaker)->able = true;
}

static int in_order(gconstpointer one, gconstpointer other)
{
    const struct sheet_voice *first = *(struct sheet_voice *const *)one,
                             *second = *(struct sheet_voice *const *)other;
    if (first->place->index != second->place->index)
        return first->place->index < second->place->index ? -1 : 1;
    return (first->person_id > second->person_id) - (first->person_id < second->person_id);
}

static void take_voices(struct listening *listening, GPtrArray *voices)
{
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, listening->voices);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct sheet_voice *voice = value;
        if (place_is_within(voice->place, listening->work->within))
            g_ptr_array_add(voices, voice);
        else
            free_voice(voice);
    }
    g_ptr_array_sort(voices, in_order);
}

struct sheet_names *sheet_names_new(const struct sheet_work *work, GError **error)
{
    struct listening listening = {work, g_hash_table_new(g_int64_hash, g_int64_equal)};
    const struct tally_listener listener = {&listening, hear, note_able};
    struct sheet_names *names = g_new0(struct sheet_names, 1);
    names->voices = g_ptr_array_new_with_free_func(free_voice);
    names->tally = sheet_tally(work, &listener, error);
    take_voices(&listening, names->voices);
    g_hash_table_destroy(listening.voices);
    if (names->tally != NULL)
        return names;
    sheet_names_free(names);
    return NULL;
}

void sheet_names_free(struct sheet_names *names)
{
    if (names == NULL)
        return;
    tally_free(names->tally);
    g_ptr_array_unref(names->voices);
    g_free(names);
}

bool sheet_voice_chose(const struct sheet_voice *voice, const char *question, const char *code)
{
    g_autofree char *wanted = g_strconcat(question, "=", code, NULL);
    return voice->codes != NULL && g_strv_contains((const char *const *)voice->codes, wanted);
}

bool sheet_voice_face(const struct sheet_work *work, const struct sheet_voice *voice,
                      struct coverage_face *retface, GError **error)
{
    return store_coverage_face(work->store, voice->person_id, voice->household_id, retface, error);
}
