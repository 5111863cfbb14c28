// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a text as the answer to one question with the options 1 and 0, by the rules of all replies.
 */
#include "campaigns/opinion_confirm.h"

#include <string.h>

#include "campaigns/judgement.h"
#include "campaigns/opinion_advance.h"
#include "campaigns/opinion_answer.h"

enum { CLOCK_SLACK_MS = 2 * 60 * 1000 }; /* between the network's clock and ours */

static const char question_text[] =
    "code = \"YK\"; title = \"-\"; kind = \"survey\"; text = \"-\"; questions = ( { id = \"ok\"; "
    "kind = \"choice\"; options = ( { code = \"1\"; label = \"hài lòng\"; sense = \"yes\"; },"
    " { code = \"0\"; label = \"chưa hài lòng\"; sense = \"no\"; } ); } );";

/* Nothing but a yes or a no: a remark or an opinion beside it is for a person to read. */
static bool read_plain(const char *text, bool *retyes)
{
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool made = campaign_config_read(question_text, "confirm", &config, mistakes);
    g_assert(made);
    struct reply_reader *reader = reply_reader_new(&config);
    struct reply_reading reading = {0};
    reply_read(reader, text, &reading);
    const char *question = NULL;
    char *const *codes = reading.outcome == REPLY_ANSWER && reading.opinion == NULL
                             ? reply_reading_only(&reading, &question)
                             : NULL;
    bool plain = codes != NULL && codes[0] != NULL && codes[1] == NULL;
    if (plain)
        *retyes = strcmp(codes[0], "1") == 0;
    reply_reading_clear(&reading);
    reply_reader_free(reader);
    campaign_config_clear(&config);
    return plain;
}

bool opinion_confirm_find(struct store *store, const struct opinion_confirm_text *text,
                          struct opinion_confirm *retconfirm, GError **error)
{
    struct opinion_asked asked = {0};
    if (!store_opinion_asked(store, text->contact_id, text->modem, &asked, error))
        return false;
    *retconfirm = (struct opinion_confirm){0};
    bool again = asked.confirmed_at != 0;
    bool in_time = asked.opinion_id != 0 && text->sent_at >= asked.sent_at - CLOCK_SLACK_MS &&
                   text->sent_at <= asked.sent_at + OPINION_CONFIRM_MS &&
                   (!again || text->sent_at <= asked.confirmed_at + JUDGEMENT_REPEAT_MS);
    bool yes = false;
    if (in_time && read_plain(text->text, &yes))
        *retconfirm = (struct opinion_confirm){asked.opinion_id, asked.campaign_id, yes, again};
    return true;
}

static bool take(struct store *store, const struct campaign_terms *terms,
                 const struct opinion_confirm *confirm, int64_t now, struct opinion_row *row,
                 GError **error)
{
    g_free(row->confirmed);
    row->confirmed = g_strdup(confirm->yes ? "yes" : "no");
    if (!confirm->yes)
        row->due_at = now + opinion_answer_time(terms->config, row->office);
    const struct opinion_advance advance = {
        .event = confirm->yes ? OPINION_EVENT_CONFIRM : OPINION_EVENT_DISPUTE,
        .detail = "the author's SMS",
        .now = now,
        .config = terms->config,
    };
    return opinion_advance(store, row, &advance, error);
}

bool opinion_confirm_take(struct store *store, const struct campaign_terms *terms,
                          const struct opinion_confirm *confirm, int64_t now, GError **error)
{
    if (confirm->again)
        return true;
    struct opinion_row row = {0};
    bool taken = store_opinion_read(store, confirm->opinion_id, &row, error) &&
                 take(store, terms, confirm, now, &row, error);
    opinion_row_clear(&row);
    return taken;
}

const char *opinion_confirm_rule(const struct opinion_confirm *confirm)
{
    if (confirm->again)
        return OPINION_CONFIRM_RULE "decided already";
    return confirm->yes ? OPINION_CONFIRM_RULE "confirmed" : OPINION_CONFIRM_RULE "disputed";
}
