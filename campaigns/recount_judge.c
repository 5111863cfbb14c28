// SPDX-License-Identifier: GPL-2.0-or-later
/* Most texts of a campaign are a handful of words that thousands sent: what was judged once is
 * remembered, up to a bound. */
#include "campaigns/recount_judge.h"

#include <string.h>

enum { REMEMBERED_MAX = 20000, REMEMBERED_TEXT_MAX = 40 };

struct recount_judge {
    const struct campaign_config *campaign;
    struct reply_reader *reader;
    struct reply_reader **turns; /* by place of the question; made when needed */
    GHashTable *remembered;      /* key → struct judgement */
    struct judgement last;       /* that is not remembered */
    GString *key;
};

static void free_judgement(gpointer data)
{
    judgement_clear(data);
    g_free(data);
}

struct recount_judge *recount_judge_new(const struct campaign_config *campaign)
{
    struct recount_judge *judge = g_new0(struct recount_judge, 1);
    judge->campaign = campaign;
    judge->reader = reply_reader_new(campaign);
    judge->turns = g_new0(struct reply_reader *, campaign->questions->len + 1);
    judge->remembered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_judgement);
    judge->key = g_string_new(NULL);
    return judge;
}

void recount_judge_free(struct recount_judge *judge)
{
    for (unsigned i = 0; i < judge->campaign->questions->len; i++)
        if (judge->turns[i] != NULL)
            reply_reader_free(judge->turns[i]);
    g_free(judge->turns);
    reply_reader_free(judge->reader);
    g_hash_table_destroy(judge->remembered);
    judgement_clear(&judge->last);
    g_string_free(judge->key, TRUE);
    g_free(judge);
}

/* NULL: all questions are open. */
static const struct reply_reader *turn_of(struct recount_judge *judge, const char *question)
{
    for (unsigned i = 0; *question != '\0' && i < judge->campaign->questions->len; i++) {
        const struct question_config *config = judge->campaign->questions->pdata[i];
        if (!g_str_equal(config->id, question))
            continue;
        if (judge->turns[i] == NULL)
            judge->turns[i] = reply_reader_new_for(judge->campaign, i);
        return judge->turns[i];
    }
    return NULL;
}

const struct judgement *recount_judge_read(struct recount_judge *judge,
                                           const struct recount_text *text)
{
    const struct judgement_case asked = {
        .campaign = judge->campaign,
        .reader = judge->reader,
        .turn = turn_of(judge, text->question),
        .shut = text->shut,
        .text = text->text,
        .refused = text->refused,
        .typed = text->typed,
    };
    bool common = strlen(text->text) <= REMEMBERED_TEXT_MAX && text->shut[0] == '\0';
    if (common) {
        g_string_printf(judge->key, "%d%d/%s/%s", text->refused, text->typed, text->question,
                        text->text);
        const struct judgement *known = g_hash_table_lookup(judge->remembered, judge->key->str);
        if (known != NULL)
            return known;
    }
    judgement_clear(&judge->last);
    judgement_make(&asked, &judge->last);
    if (!common || g_hash_table_size(judge->remembered) >= REMEMBERED_MAX)
        return &judge->last;
    struct judgement *kept = g_new(struct judgement, 1);
    *kept = judge->last;
    judge->last = (struct judgement){0};
    g_hash_table_insert(judge->remembered, g_strdup(judge->key->str), kept);
    return kept;
}
