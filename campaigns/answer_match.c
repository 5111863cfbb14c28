// SPDX-License-Identifier: GPL-2.0-or-later
/* Every campaign that had written to the contact when the text was written is a candidate, the
 * likeliest first: what came late is no answer to what was asked since. A notice that asks nothing
 * gives way to the campaign before it that understands the text; a closed campaign that
 * understands it does not: a "1" that comes late is no vote in an older one. Reads, writes
 * nothing. */
#include "campaigns/answer_match.h"

#include "campaigns/judgement.h"
#include "campaigns/store/reply.h"

enum {
    CLOCK_SLACK_MS = 2 * 60 * 1000,       /* between the network's clock and ours */
    BACKLOG_MS = 7 * 24 * 60 * 60 * 1000, /* what may lie in the network or on a SIM */
};

struct candidate {
    int64_t campaign_id, sent_at, asked_at;
    bool by_modem, readable, open, asks;
    const char *shut;
    char *question;
    int outcome; /* enum judgement_outcome of the text there; -1: not read yet */
    bool speaks; /* the text begins with its keyword for opinions */
};

struct matching {
    struct campaign_book *book;
    const struct answer_source *source;
    GArray *candidates; /* struct candidate */
};

void answer_match_clear(struct answer_match *match)
{
    g_free(match->question);
    *match = (struct answer_match){0};
}

/* Clocks of modems and networks lie. */
static int64_t plausible(const struct answer_source *source, int64_t not_before)
{
    bool possible = source->sent_at != 0 &&
                    source->sent_at <= source->received_at + CLOCK_SLACK_MS &&
                    source->sent_at >= source->received_at - BACKLOG_MS &&
                    source->sent_at >= not_before - CLOCK_SLACK_MS;
    return possible ? MIN(source->sent_at, source->received_at) : source->received_at;
}

int64_t answer_match_moment(const struct answer_source *source)
{
    return plausible(source, 0);
}

/* --- Candidates ----------------------------------------------------------------------------- */

static const char *shut_by(const struct asked_row *asked, int64_t sent_at)
{
    if (asked->sent_at == 0)
        return "R1 not asked yet";
    if (asked->cancelled)
        return "cancelled";
    return asked->closes_at != 0 && sent_at >= asked->closes_at ? "closed" : "";
}

static bool is_heard(const struct asked_row *row, int64_t written_at)
{
    return row->sent_at != 0 && row->sent_at <= written_at + CLOCK_SLACK_MS;
}

/* The last question of the campaign that was on the air when the reply was written, or the first:
 * its invitation asks that. And when the campaign last wrote at all. */
static const char *open_question(const GArray *rows, const struct campaign_entry *entry,
                                 int64_t sent_at, int64_t *retasked_at, int64_t *retwritten_at)
{
    const struct question_config *first = entry->config.questions->pdata[0];
    const char *question = first->id;
    *retasked_at = 0;
    *retwritten_at = 0;
    for (unsigned i = 0; i < rows->len; i++) {
        const struct asked_row *row = &g_array_index(rows, struct asked_row, i);
        if (row->campaign_id != entry->id || !is_heard(row, sent_at))
            continue;
        *retwritten_at = MAX(*retwritten_at, row->sent_at);
        if (row->question[0] == '\0' || row->sent_at < *retasked_at)
            continue;
        question = row->question;
        *retasked_at = row->sent_at;
    }
    return question;
}

static bool takes_opinions(const struct campaign_config *config)
{
    return config->opinion.keywords != NULL && config->opinion.keywords[0] != NULL;
}

/* A campaign whose file an upgrade can no longer read must not hold up the SIM: its replies wait
 * for a person. */
static bool read_campaign(const struct matching *matching, const GArray *rows,
                          struct candidate *candidate, GError **error)
{
    GError *fault = NULL;
    const struct campaign_entry *entry =
        campaign_book_find(matching->book, candidate->campaign_id, &fault);
    if (entry == NULL) {
        if (!g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID)) {
            g_propagate_error(error, fault);
            return false;
        }
        g_error_free(fault);
        candidate->open = false;
        candidate->shut = "campaign unreadable";
        return true;
    }
    const struct campaign_config *config = &entry->config;
    candidate->readable = true;
    candidate->asks = config->questions->len > 0 || takes_opinions(config);
    if (config->conversation.ask != ASK_IN_TURN || config->questions->len == 0)
        return true;
    int64_t sent_at = plausible(matching->source, candidate->sent_at), written_at = 0;
    g_free(candidate->question);
    candidate->question =
        g_strdup(open_question(rows, entry, sent_at, &candidate->asked_at, &written_at));
    bool late = config->conversation.timeout_ms > 0 && written_at != 0 &&
                sent_at > written_at + config->conversation.timeout_ms;
    if (candidate->open && late) {
        candidate->open = false;
        candidate->shut = "conversation timed out";
    }
    return true;
}

static bool is_known(const GArray *candidates, int64_t campaign_id)
{
    for (unsigned i = 0; i < candidates->len; i++)
        if (g_array_index(candidates, struct candidate, i).campaign_id == campaign_id)
            return true;
    return false;
}

static void clear_candidate(gpointer candidate)
{
    g_free(((struct candidate *)candidate)->question);
}

/* What was sent after the text was written asked for it no more than what was never sent. Unless
 * nothing at all was sent by then: such a clock is not to be believed. */
static void drop_unheard(GArray *rows, int64_t written_at)
{
    bool believed = false;
    for (unsigned i = 0; i < rows->len && !believed; i++)
        believed = is_heard(&g_array_index(rows, struct asked_row, i), written_at);
    for (unsigned i = rows->len; believed && i-- > 0;) {
        const struct asked_row *row = &g_array_index(rows, struct asked_row, i);
        if (row->sent_at != 0 && !is_heard(row, written_at))
            g_array_remove_index(rows, i);
    }
}

static bool find_candidates(struct matching *matching, const GArray *rows, GError **error)
{
    matching->candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    g_array_set_clear_func(matching->candidates, clear_candidate);
    for (unsigned i = 0; i < rows->len; i++) {
        const struct asked_row *row = &g_array_index(rows, struct asked_row, i);
        if (is_known(matching->candidates, row->campaign_id))
            continue;
        const char *shut = shut_by(row, plausible(matching->source, row->sent_at));
        struct candidate candidate = {
            .campaign_id = row->campaign_id,
            .sent_at = row->sent_at,
            .by_modem = row->by_modem && row->sent_at != 0,
            .open = shut[0] == '\0',
            .shut = shut,
            .question = g_strdup(""),
            .outcome = -1,
        };
        bool read = read_campaign(matching, rows, &candidate, error);
        g_array_append_val(matching->candidates, candidate);
        if (!read)
            return false;
    }
    return true;
}

/* --- Choosing ------------------------------------------------------------------------------- */

static bool calls(const struct matching *matching, const struct candidate *candidate)
{
    return candidate->readable &&
           reply_calls(campaign_book_reader(matching->book, candidate->campaign_id),
                       matching->source->text);
}

static enum judgement_outcome outcome_of(const struct matching *matching,
                                         struct candidate *candidate)
{
    if (!candidate->readable)
        return JUDGED_UNCLEAR;
    if (candidate->outcome >= 0)
        return (enum judgement_outcome)candidate->outcome;
    int64_t id = candidate->campaign_id;
    const struct campaign_entry *entry = campaign_book_find(matching->book, id, NULL);
    if (entry == NULL)
        return JUDGED_UNCLEAR;
    bool turn = candidate->question[0] != '\0';
    struct judgement_case asked = {
        .campaign = &entry->config,
        .reader = campaign_book_reader(matching->book, id),
        .turn = turn ? campaign_book_reader_for(matching->book, id, candidate->question) : NULL,
        .shut = "",
        .text = matching->source->text,
    };
    struct judgement judgement = {0};
    judgement_make(&asked, &judgement);
    candidate->outcome = (int)judgement.outcome;
    candidate->speaks =
        judgement.outcome == JUDGED_OPINION && g_strcmp0(judgement.rule, "R5 opinion keyword") == 0;
    judgement_clear(&judgement);
    return (enum judgement_outcome)candidate->outcome;
}

static bool is_understood(const struct matching *matching, struct candidate *candidate)
{
    return outcome_of(matching, candidate) != JUDGED_UNCLEAR;
}

static struct candidate *likeliest(const struct matching *matching)
{
    struct candidate *chosen = NULL;
    for (unsigned i = 0; i < matching->candidates->len; i++) {
        struct candidate *next = &g_array_index(matching->candidates, struct candidate, i);
        if (!next->open && chosen != NULL)
            continue;
        if (chosen != NULL && chosen->open && !is_understood(matching, next))
            continue;
        if (chosen != NULL && !chosen->open && is_understood(matching, chosen))
            break;
        chosen = next;
        /* Who refuses, refuses whoever wrote last, were it but a notice. */
        if (chosen->open && (chosen->asks || outcome_of(matching, chosen) == JUDGED_OPTOUT))
            break;
    }
    return chosen;
}

/* Of the open campaigns that were not chosen, the one that `fits`; `retseveral`: there is more than
 * one, and none of them was sent by that SIM. */
static struct candidate *other(const struct matching *matching, const struct candidate *chosen,
                               bool (*fits)(const struct matching *, struct candidate *),
                               bool *retseveral)
{
    struct candidate *found = NULL;
    *retseveral = false;
    for (unsigned i = 0; i < matching->candidates->len; i++) {
        struct candidate *one = &g_array_index(matching->candidates, struct candidate, i);
        if (one == chosen || !one->open || !fits(matching, one))
            continue;
        if (found == NULL)
            found = one;
        else if (!found->by_modem)
            *retseveral = true;
    }
    return found;
}

static bool fits_keyword(const struct matching *matching, struct candidate *candidate)
{
    return calls(matching, candidate) ||
           (outcome_of(matching, candidate) == JUDGED_OPINION && candidate->speaks);
}

static bool fits_answer(const struct matching *matching, struct candidate *candidate)
{
    return outcome_of(matching, candidate) == JUDGED_ANSWER;
}

/* "BC 81 35420" belongs to the campaign with the keyword BC, "YK …" to one that takes opinions so;
 * where neither understands the text, to the one that was called. */
static struct candidate *choose(const struct matching *matching, bool *rettwo)
{
    struct candidate *chosen = likeliest(matching);
    *rettwo = false;
    if (chosen == NULL || (chosen->open && fits_keyword(matching, chosen)))
        return chosen;
    bool several = false;
    struct candidate *called = other(matching, chosen, fits_keyword, &several);
    bool wins = called != NULL && (outcome_of(matching, called) == JUDGED_ANSWER ||
                                   outcome_of(matching, chosen) != JUDGED_ANSWER);
    if (wins) {
        *rettwo = several;
        return called;
    }
    if (!chosen->open || chosen->by_modem)
        return chosen;
    struct candidate *rival = other(matching, chosen, fits_answer, &several);
    bool answers = outcome_of(matching, chosen) == JUDGED_ANSWER;
    *rettwo = rival != NULL && (answers || several);
    return rival != NULL && !answers ? rival : chosen;
}

bool answer_match_find(struct store *store, struct campaign_book *book,
                       const struct answer_source *source, int64_t contact_id,
                       struct answer_match *retmatch, GError **error)
{
    struct matching matching = {.book = book, .source = source};
    g_autoptr(GArray) rows = store_reply_asked(store, contact_id, source->modem, error);
    if (rows == NULL)
        return false;
    drop_unheard(rows, plausible(source, 0));
    bool found = find_candidates(&matching, rows, error);
    struct answer_match match = {
        .sent_at = plausible(source, 0), .shut = "R1 no campaign", .readable = true};
    bool two = false;
    const struct candidate *chosen = found ? choose(&matching, &two) : NULL;
    if (chosen != NULL) {
        match.campaign_id = chosen->campaign_id;
        match.sent_at = plausible(source, chosen->sent_at);
        match.shut = two ? "R5 two campaigns" : chosen->shut;
        match.readable = chosen->readable;
        match.asked_at = chosen->asked_at;
    }
    match.question = g_strdup(chosen != NULL ? chosen->question : "");
    g_array_unref(matching.candidates);
    if (found)
        *retmatch = match;
    else
        answer_match_clear(&match);
    return found;
}
