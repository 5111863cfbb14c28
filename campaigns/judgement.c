// SPDX-License-Identifier: GPL-2.0-or-later
/* From a text to what is stored of it. Where one question was just asked, a text is about that one;
 * another one is answered only by its keyword, or by a code or a name that nothing else in the
 * campaign has. */
#include "campaigns/judgement.h"

#include "campaigns/ballot.h"
#include "campaigns/text.h"

#include <string.h>

static const char *const outcome_names[] = {
    [JUDGED_UNCLEAR] = "unclear",   [JUDGED_ANSWER] = "answer", [JUDGED_OPINION] = "opinion",
    [JUDGED_OPTOUT] = "optout",     [JUDGED_OPTIN] = "optin",   [JUDGED_SERVICE] = "service",
    [JUDGED_STRANGER] = "stranger", [JUDGED_REPEAT] = "repeat",
};

const char *judgement_outcome_name(enum judgement_outcome outcome)
{
    return outcome_names[outcome];
}

/* "DK" by SMS of somebody who had refused: nothing else brings them back. In a menu it is the
 * answer to what the page asks. */
static bool is_optin(const char *text)
{
    static const char *const words[] = {"dk", "dang ky", "dang ky nhan tin", "nhan lai", NULL};
    g_autofree char *key = text_key_unmarked(text);
    return g_strv_contains(words, key);
}

static bool is_of(const char *rule, const char *const *prefixes)
{
    for (; *prefixes != NULL; prefixes++)
        if (g_str_has_prefix(rule, *prefixes))
            return true;
    return false;
}

/* A yes or no is always about what was asked last, and so are codes by their place. */
static bool is_unique(const struct reply_reading *reading)
{
    static const char *const sure[] = {"R5 code",       "R5 label",    "R5 alias",
                                       "R7 code first", "R20 several", NULL};
    return reading->answer_count == 1 && is_of(reading->rule, sure);
}

static void read_in_turn(const struct judgement_case *asked, struct reply_reading *retreading)
{
    static const char *const nothing[] = {"R13 no option", "R13 free text", NULL};
    struct reply_reading all = {0};
    if (asked->typed)
        reply_read_typed(asked->turn, asked->text, retreading);
    else
        reply_read(asked->turn, asked->text, retreading);
    bool settled = retreading->outcome == REPLY_ANSWER || retreading->outcome == REPLY_OPTOUT ||
                   retreading->outcome == REPLY_SERVICE;
    bool called = reply_calls(asked->reader, asked->text) && !reply_calls(asked->turn, asked->text);
    if (!called && (settled || !is_of(retreading->rule, nothing)))
        return;
    reply_read(asked->reader, asked->text, &all);
    bool other = all.outcome == REPLY_ANSWER && (called || is_unique(&all));
    if (other) {
        struct reply_reading first = *retreading;
        *retreading = all;
        all = first;
    }
    reply_reading_clear(&all);
}

static void take_answers(const struct judgement_case *asked, const struct reply_reading *reading,
                         struct judgement *judgement)
{
    judgement->answers = g_new0(struct judged_answer, reading->answer_count);
    for (unsigned i = 0; i < reading->answer_count; i++) {
        const struct reply_answer *answer = &reading->answers[i];
        const struct question_config *question =
            question_find(asked->campaign->questions, answer->question);
        struct judged_answer judged = {question, ballot_said(question, answer)};
        if (judged.said[0] == '\0')
            g_free(judged.said);
        else
            judgement->answers[judgement->count++] = judged;
    }
    if (judgement->count > 0)
        judgement->outcome = JUDGED_ANSWER;
    if (judgement->count > 0 && reply_rule_looks(reading->rule))
        judgement->look = "it speaks of several persons";
}

static void take_reading(const struct judgement_case *asked, struct reply_reading *reading,
                         struct judgement *judgement)
{
    judgement->rule = reading->rule;
    judgement->normalised = g_steal_pointer(&reading->normalised);
    if (reading->outcome == REPLY_OPTOUT || reading->outcome == REPLY_SERVICE) {
        judgement->outcome = reading->outcome == REPLY_OPTOUT ? JUDGED_OPTOUT : JUDGED_SERVICE;
        return;
    }
    if (asked->shut[0] != '\0') {
        judgement->rule = asked->shut;
        return;
    }
    if (reading->outcome == REPLY_ANSWER)
        take_answers(asked, reading, judgement);
    if (reading->outcome == REPLY_OPINION)
        judgement->outcome = JUDGED_OPINION;
    judgement->opinion = g_steal_pointer(&reading->opinion);
}

void judgement_make(const struct judgement_case *asked, struct judgement *retjudgement)
{
    *retjudgement = (struct judgement){.outcome = JUDGED_UNCLEAR, .rule = "", .look = ""};
    if (asked->refused && !asked->typed && is_optin(asked->text)) {
        retjudgement->outcome = JUDGED_OPTIN;
        retjudgement->rule = "DK";
        retjudgement->normalised = g_strdup("dk");
        return;
    }
    struct reply_reading reading = {0};
    if (asked->turn != NULL)
        read_in_turn(asked, &reading);
    else
        reply_read(asked->reader, asked->text, &reading);
    take_reading(asked, &reading, retjudgement);
    reply_reading_clear(&reading);
}

void judgement_clear(struct judgement *judgement)
{
    for (unsigned i = 0; i < judgement->count; i++)
        g_free(judgement->answers[i].said);
    g_free(judgement->answers);
    g_free(judgement->opinion);
    g_free(judgement->normalised);
    *judgement = (struct judgement){0};
}

/* Said again after something else it is a change of mind, unless the network's own time shows that
 * it is the earlier text, delivered once more. The answer to the next question is said for the
 * first time, though it may look the same. */
bool judgement_repeats(const struct judgement_past *now, const struct judgement_past *past,
                       unsigned count)
{
    int64_t newest = 0;
    bool first = true;
    for (unsigned i = 0; i < MIN(count, JUDGEMENT_PAST); i++) {
        if (ABS(past[i].sent_at - now->sent_at) > JUDGEMENT_REPEAT_MS)
            continue;
        if (first)
            newest = past[i].sent_at;
        bool same = !past[i].by_menu && past[i].campaign_id == now->campaign_id &&
                    g_str_equal(past[i].question, now->question) &&
                    g_str_equal(past[i].text, now->text);
        if (same && (first || (past[i].sent_at == now->sent_at && now->sent_at < newest)))
            return true;
        first = false;
    }
    return false;
}
