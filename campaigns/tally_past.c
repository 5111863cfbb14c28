// SPDX-License-Identifier: GPL-2.0-or-later
/* Replays the versions of each voice's answers up to a moment. The version that counts now may be
 * younger than the moment, so all of them are read. */
#include "campaigns/tally_past.h"

#include "campaigns/ballot.h"

#include <string.h>

/* A question that has gone from the file: the last text stands. */
static const struct question_config gone = {.kind = QUESTION_TEXT};

static bool is_same(const struct store_tally_version *one, const struct store_tally_version *other)
{
    return one->contact_id == other->contact_id && one->person_id == other->person_id &&
           g_str_equal(one->question, other->question);
}

static void add_standing(const struct campaign_config *campaign, const GArray *versions,
                         unsigned first, unsigned end, GArray *answers)
{
    const struct store_tally_version *rows =
        &g_array_index(versions, struct store_tally_version, first);
    unsigned count = end - first;
    g_autofree struct ballot_version *said = g_new0(struct ballot_version, count);
    for (unsigned i = 0; i < count; i++)
        said[i] = (struct ballot_version){rows[i].at, rows[i].id, rows[i].reply_id, rows[i].said};
    const struct question_config *question = question_find(campaign->questions, rows->question);
    int place = -1;
    char *code = ballot_stand(question == NULL ? &gone : question, said, count, &place);
    struct tally_answer answer = {
        .id = place < 0 ? 0 : rows[place].id,
        .contact_id = rows->contact_id,
        .person_id = rows->person_id,
        .at = place < 0 ? 0 : rows[place].at,
        .question = g_strdup(rows->question),
        .code = code,
    };
    if (*code != '\0') {
        g_array_append_val(answers, answer);
        return;
    }
    g_free(answer.question);
    g_free(code);
}

static int by_time(gconstpointer one, gconstpointer other)
{
    const struct tally_answer *first = one, *second = other;
    if (first->at != second->at)
        return first->at < second->at ? -1 : 1;
    return (first->id > second->id) - (first->id < second->id);
}

GArray *tally_past_answers(struct store *store, int64_t campaign_id,
                           const struct campaign_config *campaign, int64_t as_of, GError **error)
{
    g_autoptr(GArray) versions = store_tally_versions(store, campaign_id, as_of, error);
    if (versions == NULL)
        return NULL;
    GArray *answers = store_tally_answers_new();
    unsigned first = 0;
    for (unsigned i = 1; i <= versions->len; i++) {
        if (i < versions->len &&
            is_same(&g_array_index(versions, struct store_tally_version, first),
                    &g_array_index(versions, struct store_tally_version, i)))
            continue;
        add_standing(campaign, versions, first, i, answers);
        first = i;
    }
    g_array_sort(answers, by_time);
    return answers;
}
