// SPDX-License-Identifier: GPL-2.0-or-later
/* Drives a recount: contact by contact, then the persons, then the tally made from what was counted
 * again against the tally made from what is stored, figure by figure. */
#include "campaigns/recount.h"

#include "campaigns/recount_voice.h"
#include "campaigns/store/campaign.h"
#include "campaigns/tally_json.h"

#include <string.h>

static void free_difference(gpointer data)
{
    struct recount_difference *difference = data;
    g_free(difference->what);
    g_free(difference->stored);
    g_free(difference->recounted);
    g_free(difference->rule);
    g_free(difference);
}

void recount_free(struct recount *recount)
{
    if (recount == NULL)
        return;
    g_ptr_array_unref(recount->differences);
    g_free(recount);
}

/* ---- figures ---- */

/* Where in the tally a comparison stands. */
struct comparing {
    struct recount *recount;
    GString *path;
};

static void compare(struct comparing *comparing, const json_t *stored, const json_t *recounted);

static void compare_member(struct comparing *comparing, const char *name, size_t index,
                           const json_t *stored, const json_t *recounted)
{
    size_t length = comparing->path->len;
    if (name != NULL)
        g_string_append_printf(comparing->path, "%s%s", length > 0 ? "." : "", name);
    else
        g_string_append_printf(comparing->path, "[%zu]", index);
    compare(comparing, stored, recounted);
    g_string_truncate(comparing->path, length);
}

static void compare(struct comparing *comparing, const json_t *stored, const json_t *recounted)
{
    const char *name;
    size_t index;
    const json_t *value;
    if (json_is_object(stored) && json_is_object(recounted)) {
        json_object_foreach((json_t *)stored, name, value)
        {
            compare_member(comparing, name, 0, value, json_object_get(recounted, name));
        }
    } else if (json_is_array(stored) && json_array_size(stored) == json_array_size(recounted)) {
        json_array_foreach(stored, index, value)
        {
            compare_member(comparing, NULL, index, value, json_array_get(recounted, index));
        }
    } else if (!json_equal(stored, recounted)) {
        char *one = json_dumps(stored, JSON_ENCODE_ANY | JSON_COMPACT);
        char *other = json_dumps(recounted, JSON_ENCODE_ANY | JSON_COMPACT);
        const struct recount_difference difference = {0, comparing->path->str,
                                                      one == NULL ? (char *)"" : one,
                                                      other == NULL ? (char *)"" : other, NULL};
        recount_differs(comparing->recount, &difference);
        free(one);
        free(other);
    }
}

static json_t *no_time(const void *data, int64_t at)
{
    (void)data;
    (void)at;
    return json_null();
}

static json_t *figures_of(struct store *store, const struct tally_view *view, GError **error)
{
    const struct tally_json_clock clock = {no_time, NULL};
    struct tally *tally = tally_look(store, view, error);
    json_t *json = tally == NULL ? NULL : tally_json(tally, &clock, true);
    tally_free(tally);
    return json;
}

static int by_time(gconstpointer one, gconstpointer other)
{
    const struct tally_answer *first = one, *second = other;
    if (first->at != second->at)
        return first->at < second->at ? -1 : 1;
    return (first->id > second->id) - (first->id < second->id);
}

static bool compare_figures(struct recounting *recounting, int64_t now, GError **error)
{
    struct store *store = recounting->store;
    int64_t id = recounting->campaign_id;
    g_array_sort(recounting->answers, by_time);
    g_autoptr(GArray) members = store_tally_members(store, id, error);
    g_autoptr(GArray) answers = members == NULL ? NULL : store_tally_answers(store, id, error);
    g_autoptr(GArray) voices = answers == NULL ? NULL : store_tally_voices(store, id, 0, error);
    if (voices == NULL)
        return false;
    const struct tally_rows as_stored = {members, answers, voices};
    const struct tally_rows anew = {members, recounting->answers, recounting->voices};
    const struct tally_view stored_view = {.id = id, .now = now, .rows = &as_stored};
    const struct tally_view new_view = {.id = id, .now = now, .rows = &anew};
    json_t *stored = figures_of(store, &stored_view, error);
    json_t *recounted = stored == NULL ? NULL : figures_of(store, &new_view, error);
    if (recounted != NULL) {
        g_autoptr(GString) path = g_string_new(NULL);
        struct comparing comparing = {recounting->recount, path};
        compare(&comparing, stored, recounted);
    }
    bool compared = recounted != NULL;
    json_decref(stored);
    json_decref(recounted);
    return compared;
}

/* ---- the whole ---- */

static bool count_voices(struct recounting *recounting, GError **error)
{
    struct store *store = recounting->store;
    int64_t id = recounting->campaign_id;
    g_autoptr(GArray) contacts = store_recount_contacts(store, id, error);
    g_autoptr(GArray) persons = contacts == NULL ? NULL : store_recount_persons(store, id, error);
    g_autoptr(GArray) refusals = persons == NULL ? NULL : store_recount_refusals(store, id, error);
    if (refusals == NULL)
        return false;
    recounting->refusals = refusals;
    for (unsigned i = 0; i < contacts->len; i++)
        if (!recount_contact(recounting, g_array_index(contacts, int64_t, i), error))
            return false;
    for (unsigned i = 0; i < persons->len; i++)
        if (!recount_person(recounting, g_array_index(persons, int64_t, i), error))
            return false;
    return true;
}

static bool count_campaign(struct store *store, const struct campaign_row *row, int64_t now,
                           struct recount *recount, GError **error)
{
    struct campaign_config config = {0};
    bool done = campaign_book_read(row, &config, error);
    if (done) {
        struct recounting recounting = {
            .store = store,
            .campaign_id = row->id,
            .campaign = &config,
            .judge = recount_judge_new(&config),
            .recount = recount,
            .texts = g_string_chunk_new(4096),
            .answers = g_array_new(FALSE, FALSE, sizeof(struct tally_answer)),
            .voices = g_array_new(FALSE, FALSE, sizeof(struct tally_voice)),
        };
        done = count_voices(&recounting, error) && compare_figures(&recounting, now, error);
        recount_judge_free(recounting.judge);
        g_array_unref(recounting.answers);
        g_array_unref(recounting.voices);
        g_string_chunk_free(recounting.texts);
    }
    campaign_config_clear(&config);
    return done;
}

struct recount *recount_make(struct store *store, int64_t campaign_id, int64_t now, GError **error)
{
    if (!store_tally_begin(store, error))
        return NULL;
    struct campaign_row *row = store_campaign_get(store, campaign_id, error);
    struct recount *recount = g_new0(struct recount, 1);
    recount->differences = g_ptr_array_new_with_free_func(free_difference);
    bool done = row != NULL && count_campaign(store, row, now, recount, error);
    campaign_row_free(row);
    store_tally_end(store);
    if (done)
        return recount;
    recount_free(recount);
    return NULL;
}
