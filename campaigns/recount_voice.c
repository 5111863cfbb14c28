// SPDX-License-Identifier: GPL-2.0-or-later
/* Replays a contact: each of its texts to the campaign is joined from its parts and judged, exact
 * repeats are found anew among all it said, and its answers are weighed together with those that
 * persons recorded. What was stored is compared at each step, so that a difference names the reply
 * where it begins. */
#include "campaigns/recount_voice.h"

#include "campaigns/ballot.h"
#include "campaigns/opinion_confirm.h"

#include <stdlib.h>
#include <string.h>

/* One version of an answer as it is counted again. */
struct said {
    const char *question, *said; /* borrowed */
    int64_t reply_id, at, learned_at;
    bool decided;
    int64_t row_id; /* 0: no row says so */
};

/* One contact at work. */
struct voice {
    struct recounting *recounting;
    const GArray *replies, *versions;
    GArray *said; /* struct said */
    struct tally_voice counts;
};

void recount_differs(struct recount *recount, const struct recount_difference *difference)
{
    recount->differing++;
    if (recount->differences->len >= RECOUNT_LISTED)
        return;
    struct recount_difference *listed = g_new0(struct recount_difference, 1);
    listed->reply_id = difference->reply_id;
    listed->what = g_strdup(difference->what);
    listed->stored = g_strdup(difference->stored);
    listed->recounted = g_strdup(difference->recounted);
    listed->rule = g_strdup(difference->rule == NULL ? "" : difference->rule);
    g_ptr_array_add(recount->differences, listed);
}

static void differs(const struct voice *voice, const struct recount_reply *reply, const char *what,
                    const char *stored, const char *recounted)
{
    const struct recount_difference difference = {reply->id, (char *)what, (char *)stored,
                                                  (char *)recounted, reply->rule};
    if (strcmp(stored, recounted) != 0)
        recount_differs(voice->recounting->recount, &difference);
}

static const struct recount_version *version_of(const struct voice *voice, int64_t reply_id,
                                                const char *question)
{
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        if (!version->decided && version->reply_id == reply_id &&
            (question == NULL || g_str_equal(version->question, question)))
            return version;
    }
    return NULL;
}

/* ---- one reply ---- */

static void say(struct voice *voice, const struct recount_reply *reply, const char *question,
                const char *text)
{
    const struct recount_version *row = version_of(voice, reply->id, question);
    const struct said said = {
        .question = g_string_chunk_insert_const(voice->recounting->texts, question),
        .said = g_string_chunk_insert_const(voice->recounting->texts, text),
        .reply_id = reply->id,
        .at = reply->sent_at,
        .learned_at = reply->received_at,
        .row_id = row == NULL ? 0 : row->id,
    };
    g_array_append_val(voice->said, said);
}

static void tally_reply(struct voice *voice, const struct recount_reply *reply, const char *outcome,
                        int64_t opinions)
{
    voice->counts.replies += strcmp(outcome, "repeat") != 0;
    voice->counts.unclear += strcmp(outcome, "unclear") == 0 && !reply->settled;
    voice->counts.optouts = voice->counts.optouts || strcmp(outcome, "optout") == 0;
    voice->counts.opinions += opinions;
}

static void take_as_stored(struct voice *voice, const struct recount_reply *reply)
{
    tally_reply(voice, reply, reply->outcome, reply->opinions);
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        if (!version->decided && version->reply_id == reply->id)
            say(voice, reply, version->question, version->said);
    }
}

/* Of everything the contact said around that moment and before that reply came in. What was chosen
 * in a menu is none: there a request that comes twice is known by its session. */
static bool is_repeat(const struct voice *voice, unsigned index)
{
    const struct recount_reply *replies =
        (const struct recount_reply *)(const void *)voice->replies->data;
    const struct recount_reply *reply = &replies[index];
    if (reply->by_menu)
        return false;
    const struct judgement_past now = {reply->text, reply->question, reply->campaign_id,
                                       reply->sent_at, false};
    struct judgement_past past[JUDGEMENT_PAST];
    unsigned count = 0;
    for (unsigned i = index; i-- > 0 && count < JUDGEMENT_PAST;) {
        if (ABS(replies[i].sent_at - reply->sent_at) <= JUDGEMENT_REPEAT_MS)
            past[count++] = (struct judgement_past){replies[i].text, replies[i].question,
                                                    replies[i].campaign_id, replies[i].sent_at,
                                                    replies[i].by_menu};
    }
    return judgement_repeats(&now, past, count);
}

static bool was_refused(const struct voice *voice, const struct recount_reply *reply)
{
    const GArray *refusals = voice->recounting->refusals;
    unsigned low = 0, high = refusals->len;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (g_array_index(refusals, struct recount_refusal, middle).contact_id <
            voice->counts.contact_id)
            low = middle + 1;
        else
            high = middle;
    }
    bool refused = false;
    for (; low < refusals->len; low++) {
        const struct recount_refusal *row = &g_array_index(refusals, struct recount_refusal, low);
        if (row->contact_id != voice->counts.contact_id)
            break;
        bool before = row->reply_id != 0 ? row->reply_id < reply->id : row->at < reply->received_at;
        refused = before ? row->out : refused;
    }
    return refused;
}

static void compare_answers(struct voice *voice, const struct recount_reply *reply,
                            const struct judgement *judgement)
{
    for (unsigned i = 0; i < judgement->count; i++) {
        const char *question = judgement->answers[i].question->id;
        const struct recount_version *stored = version_of(voice, reply->id, question);
        g_autofree char *what = g_strconcat("said ", question, NULL);
        differs(voice, reply, what, stored == NULL ? "" : stored->said, judgement->answers[i].said);
        say(voice, reply, question, judgement->answers[i].said);
    }
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        bool known = version->decided || version->reply_id != reply->id;
        for (unsigned a = 0; !known && a < judgement->count; a++)
            known = g_str_equal(judgement->answers[a].question->id, version->question);
        g_autofree char *what = known ? NULL : g_strconcat("said ", version->question, NULL);
        if (!known)
            differs(voice, reply, what, version->said, "");
    }
}

static void judge(struct voice *voice, unsigned index, const char *joined)
{
    static const struct judgement repeated = {.outcome = JUDGED_REPEAT};
    const struct recount_reply *reply = &g_array_index(voice->replies, struct recount_reply, index);
    const struct recount_text text = {joined, reply->question, reply->shut,
                                      was_refused(voice, reply), reply->by_menu};
    const struct judgement *judgement =
        is_repeat(voice, index) ? &repeated : recount_judge_read(voice->recounting->judge, &text);
    const char *outcome = judgement_outcome_name(judgement->outcome);
    int64_t opinions = reply->settled ? reply->opinions : judgement->opinion != NULL;
    differs(voice, reply, "outcome", reply->outcome, outcome);
    differs(voice, reply, "opinions", reply->opinions == 0 ? "no" : "yes",
            opinions == 0 ? "no" : "yes");
    compare_answers(voice, reply, judgement);
    tally_reply(voice, reply, outcome, opinions);
}

static bool is_confirmation(const struct recount_reply *reply)
{
    return g_str_has_prefix(reply->rule, OPINION_CONFIRM_RULE);
}

static bool take_reply(struct voice *voice, unsigned index, GError **error)
{
    const struct recount_reply *reply = &g_array_index(voice->replies, struct recount_reply, index);
    struct recount *recount = voice->recounting->recount;
    recount->replies++;
    if (reply->erased || is_confirmation(reply)) {
        recount->erased += reply->erased;
        recount->confirmations += !reply->erased;
        take_as_stored(voice, reply);
        return true;
    }
    if (reply->by_menu) {
        recount->judged++;
        judge(voice, index, reply->text);
        return true;
    }
    GError *fault = NULL;
    g_autofree char *joined = store_recount_joined(voice->recounting->store, reply->id, &fault);
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return false;
    }
    recount->judged++;
    if (joined == NULL || strcmp(joined, reply->text) != 0)
        differs(voice, reply, "text", "another", joined == NULL ? "no part is kept" : "its parts");
    judge(voice, index, joined == NULL ? reply->text : joined);
    return true;
}

/* ---- what stands ---- */

static int by_learning(gconstpointer one, gconstpointer other)
{
    const struct said *first = one, *second = other;
    int questions = strcmp(first->question, second->question);
    if (questions != 0)
        return questions;
    if (first->learned_at != second->learned_at)
        return first->learned_at < second->learned_at ? -1 : 1;
    if (first->decided != second->decided)
        return first->decided ? 1 : -1;
    int64_t x = first->decided ? first->row_id : first->reply_id;
    int64_t y = second->decided ? second->row_id : second->reply_id;
    return (x > y) - (x < y);
}

static void add_decisions(struct voice *voice)
{
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        const struct said said = {
            .question = g_string_chunk_insert_const(voice->recounting->texts, version->question),
            .said = g_string_chunk_insert_const(voice->recounting->texts, version->said),
            .reply_id = version->reply_id,
            .at = version->at,
            .learned_at = version->recorded_at,
            .decided = true,
            .row_id = version->id,
        };
        if (version->decided) {
            g_array_append_val(voice->said, said);
            voice->recounting->recount->decisions++;
        }
    }
}

static const struct question_config *question_of(const struct campaign_config *campaign,
                                                 const char *id)
{
    static const struct question_config gone = {.kind = QUESTION_TEXT};
    const struct question_config *question = question_find(campaign->questions, id);
    return question != NULL ? question : &gone;
}

static void compare_standing(const struct voice *voice, const char *question, const char *code,
                             int64_t reply_id)
{
    const char *stored = "";
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        if (version->superseded_by == 0 && g_str_equal(version->question, question))
            stored = version->code;
    }
    g_autofree char *what = g_strconcat("in force ", question, NULL);
    const struct recount_difference difference = {reply_id, what, (char *)stored, (char *)code,
                                                  NULL};
    if (strcmp(stored, code) != 0)
        recount_differs(voice->recounting->recount, &difference);
}

/* Versions from `first` to before `end` are of one question, in the order in which Loa learnt of
 * them. */
static void weigh(struct voice *voice, unsigned first, unsigned end, int64_t person_id)
{
    const struct said *said = &g_array_index(voice->said, struct said, first);
    struct recounting *recounting = voice->recounting;
    g_autofree struct ballot_version *versions = g_new0(struct ballot_version, end - first);
    for (unsigned i = 0; i < end - first; i++)
        versions[i] = (struct ballot_version){said[i].at, i + 1, said[i].reply_id, said[i].said};
    int place = -1;
    g_autofree char *code = ballot_stand(question_of(recounting->campaign, said->question),
                                         versions, end - first, &place);
    compare_standing(voice, said->question, code, place < 0 ? 0 : said[place].reply_id);
    if (*code == '\0')
        return;
    recounting->recount->answers++;
    const struct tally_answer answer = {
        .id = said[place].row_id,
        .contact_id = voice->counts.contact_id,
        .person_id = person_id,
        .at = said[place].at,
        .question = (char *)said->question,
        .code = g_string_chunk_insert_const(recounting->texts, code),
    };
    g_array_append_val(recounting->answers, answer);
}

/* An answer in force to a question of which nothing was said. */
static void find_unfounded(const struct voice *voice)
{
    for (unsigned i = 0; i < voice->versions->len; i++) {
        const struct recount_version *version =
            &g_array_index(voice->versions, struct recount_version, i);
        bool founded = version->superseded_by != 0;
        for (unsigned s = 0; !founded && s < voice->said->len; s++)
            founded =
                g_str_equal(g_array_index(voice->said, struct said, s).question, version->question);
        if (!founded)
            compare_standing(voice, version->question, "", version->reply_id);
    }
}

static void weigh_all(struct voice *voice, int64_t person_id)
{
    add_decisions(voice);
    g_array_sort(voice->said, by_learning);
    unsigned first = 0;
    for (unsigned i = 1; i <= voice->said->len; i++) {
        const char *question = g_array_index(voice->said, struct said, first).question;
        if (i < voice->said->len &&
            g_str_equal(question, g_array_index(voice->said, struct said, i).question))
            continue;
        weigh(voice, first, i, person_id);
        first = i;
    }
    find_unfounded(voice);
}

bool recount_contact(struct recounting *recounting, int64_t contact_id, GError **error)
{
    g_autoptr(GArray) replies = store_recount_replies(recounting->store, contact_id, error);
    g_autoptr(GArray) versions =
        replies == NULL ? NULL
                        : store_recount_versions(recounting->store, recounting->campaign_id,
                                                 contact_id, 0, error);
    if (versions == NULL)
        return false;
    g_autoptr(GArray) said = g_array_new(FALSE, FALSE, sizeof(struct said));
    struct voice voice = {recounting, replies, versions, said, {.contact_id = contact_id}};
    for (unsigned i = 0; i < replies->len; i++)
        if (g_array_index(replies, struct recount_reply, i).campaign_id ==
                recounting->campaign_id &&
            !take_reply(&voice, i, error))
            return false;
    weigh_all(&voice, 0);
    g_array_append_val(recounting->voices, voice.counts);
    return true;
}

bool recount_person(struct recounting *recounting, int64_t person_id, GError **error)
{
    g_autoptr(GArray) versions =
        store_recount_versions(recounting->store, recounting->campaign_id, 0, person_id, error);
    if (versions == NULL)
        return false;
    g_autoptr(GArray) said = g_array_new(FALSE, FALSE, sizeof(struct said));
    struct voice voice = {recounting, NULL, versions, said, {0}};
    weigh_all(&voice, person_id);
    return true;
}
