// SPDX-License-Identifier: GPL-2.0-or-later
/* A person decides what a reply says, or records what was said elsewhere. Such an answer bears the
 * person's name. That of a reply takes its place in time where the reply stands, so that settling
 * an old text late never undoes a newer answer; nothing is deleted, a voided answer is one more
 * version that says nothing. */
#include "campaigns/answer.h"

#include "campaigns/answer_code.h"
#include "campaigns/answer_put.h"
#include "campaigns/store/reply.h"

#include <string.h>

G_DEFINE_QUARK(loa - answer - error, answer_error)

static bool is_filled(const char *text)
{
    return text != NULL && text[strspn(text, " \t\n")] != '\0';
}

static bool is_nothing(const char *code)
{
    return g_str_equal(code, ANSWER_CODE_NOTHING);
}

/* One decision, whatever it is about. */
struct deciding {
    struct store *store;
    struct campaign_book *book;
    struct answer_row row; /* what every version of it has in common; borrows */
};

static bool put(const struct deciding *deciding, const struct question_config *question,
                const char *said, GError **error)
{
    struct answer_row row = deciding->row;
    struct answer_put done = {0};
    row.question = question->id;
    row.said = (char *)said;
    bool written = answer_put(deciding->store, question, &row, &done, error);
    answer_put_clear(&done);
    return written;
}

static bool is_of(const struct answer_row *row, const struct deciding *deciding)
{
    return row->contact_id == deciding->row.contact_id && row->person_id == deciding->row.person_id;
}

/* A correction says why. */
static bool demand_reason(const struct deciding *deciding, const char *what, GError **error)
{
    if (is_filled(deciding->row.reason))
        return true;
    g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_REASON, "%s: say why, with a reason", what);
    return false;
}

/* --- What a reply says ---------------------------------------------------------------------- */

/* What the reply said until now to that question; NULL: nothing. */
static const char *said_before(const struct deciding *deciding, const GPtrArray *rows,
                               const char *question)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const struct answer_row *row = rows->pdata[i];
        if (is_of(row, deciding) && g_str_equal(row->question, question) && row->said[0] != '\0')
            return row->said;
    }
    return NULL;
}

static bool is_correction(const struct deciding *deciding, const GPtrArray *rows,
                          const GArray *codes)
{
    for (unsigned i = 0; i < codes->len; i++) {
        const struct answer_code *code = &g_array_index(codes, struct answer_code, i);
        const char *before = said_before(deciding, rows, code->question->id);
        if (before != NULL && !g_str_equal(before, code->said))
            return true;
    }
    return false;
}

static bool put_codes(const struct deciding *deciding, const GArray *codes, GError **error)
{
    for (unsigned i = 0; i < codes->len; i++) {
        const struct answer_code *code = &g_array_index(codes, struct answer_code, i);
        if (!put(deciding, code->question, code->said, error))
            return false;
    }
    return true;
}

/* All that the reply says, or all that it says for that person. */
static bool void_reply(const struct deciding *deciding, const struct campaign_config *campaign,
                       const GPtrArray *rows, GError **error)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const struct answer_row *row = rows->pdata[i];
        bool counted = is_of(row, deciding) && row->said[0] != '\0';
        const struct question_config *question =
            counted ? question_find(campaign->questions, row->question) : NULL;
        if (question == NULL)
            continue;
        if (!demand_reason(deciding, "the reply counts, and would count no more", error) ||
            !put(deciding, question, "", error))
            return false;
    }
    return true;
}

/* What a person said by a shared phone, the phone itself has not said as well: one text is one
 * voice, unless somebody finds more in it. */
static bool take_from_phone(const struct deciding *deciding, int64_t contact_id,
                            const GPtrArray *rows, const GArray *codes, GError **error)
{
    struct deciding phone = *deciding;
    phone.row.person_id = 0;
    phone.row.contact_id = contact_id;
    for (unsigned i = 0; i < codes->len; i++) {
        const struct question_config *question =
            g_array_index(codes, struct answer_code, i).question;
        if (said_before(&phone, rows, question->id) != NULL && !put(&phone, question, "", error))
            return false;
    }
    return true;
}

static bool decide_reply(const struct deciding *deciding, const struct campaign_config *campaign,
                         int64_t contact_id, const char *typed, GError **error)
{
    g_autoptr(GPtrArray) rows =
        store_answer_of_reply(deciding->store, deciding->row.reply_id, error);
    if (rows == NULL)
        return false;
    if (is_nothing(typed))
        return void_reply(deciding, campaign, rows, error);
    g_autoptr(GArray) codes = answer_code_read(campaign, typed, error);
    return codes != NULL &&
           (!is_correction(deciding, rows, codes) ||
            demand_reason(deciding, "the reply counts already, as something else", error)) &&
           (deciding->row.person_id == 0 ||
            take_from_phone(deciding, contact_id, rows, codes, error)) &&
           put_codes(deciding, codes, error);
}

/* The person must be reached by the very phone the reply came from. */
static bool check_person(struct store *store, const struct reply_row *reply, int64_t person_id,
                         GError **error)
{
    bool reached = false;
    if (person_id == 0)
        return true;
    if (!store_answer_reaches(store, reply->campaign_id, person_id, reply->contact_id, &reached,
                              error))
        return false;
    if (!reached)
        g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_NOBODY,
                    "person %" G_GINT64_FORMAT " is not asked through the phone that reply "
                    "%" G_GINT64_FORMAT " came from",
                    person_id, reply->id);
    return reached;
}

static bool settle(struct store *store, struct campaign_book *book, const struct reply_row *reply,
                   const struct answer_decision *decision, GError **error)
{
    bool belongs = reply->contact_id != 0 && reply->campaign_id != 0;
    if (!belongs && is_nothing(decision->code))
        return true;
    if (!belongs) {
        g_set_error(error, ANSWER_ERROR, ANSWER_ERROR_NOBODY,
                    "reply %" G_GINT64_FORMAT " belongs to %s: only \"-\" settles it", reply->id,
                    reply->contact_id == 0 ? "nobody of the roster" : "no campaign");
        return false;
    }
    const struct campaign_entry *entry = campaign_book_find(book, reply->campaign_id, error);
    if (entry == NULL || !check_person(store, reply, decision->person_id, error))
        return false;
    const struct deciding deciding = {
        .store = store,
        .book = book,
        .row = {.campaign_id = reply->campaign_id,
                .contact_id = decision->person_id != 0 ? 0 : reply->contact_id,
                .person_id = decision->person_id,
                .reply_id = reply->id,
                .at = reply->sent_at,
                .recorded_at = decision->now,
                .by = (char *)decision->by,
                .reason = (char *)decision->reason},
    };
    return decide_reply(&deciding, &entry->config, reply->contact_id, decision->code, error);
}

static bool finish(struct store *store, bool done, GError **error)
{
    if (done)
        return store_commit(store, error);
    if (store_in_transaction(store))
        store_rollback(store);
    return false;
}

bool answer_settle(struct store *store, struct campaign_book *book,
                   const struct answer_decision *decision, GError **error)
{
    if (!store_begin(store, error))
        return false;
    struct reply_row *reply = store_reply_get(store, decision->reply_id, error);
    bool settled = reply != NULL && settle(store, book, reply, decision, error) &&
                   store_reply_settle(store, reply->id, decision->by, decision->now, error);
    reply_row_free(reply);
    return finish(store, settled, error);
}

/* --- What was said elsewhere ---------------------------------------------------------------- */

static bool check_record(struct store *store, const struct answer_record *record, GError **error)
{
    unsigned persons = 0;
    if (!is_filled(record->by) || !is_filled(record->reason)) {
        g_set_error_literal(error, ANSWER_ERROR, ANSWER_ERROR_REASON,
                            "an answer given elsewhere needs a name and a reason: who heard it, "
                            "and how");
        return false;
    }
    if (record->at > record->now) {
        g_set_error_literal(error, ANSWER_ERROR, ANSWER_ERROR_TIME,
                            "it cannot have been said in the future");
        return false;
    }
    if (!store_answer_asked(store, record->campaign_id, record->contact_id, record->person_id,
                            &persons, error))
        return false;
    if (persons == 0)
        g_set_error_literal(error, ANSWER_ERROR, ANSWER_ERROR_NOBODY,
                            "nobody there is among those the campaign is for, or it has not "
                            "started");
    return persons > 0;
}

/* What stands now to every question is taken back. */
static bool clear_all(const struct deciding *deciding, const struct campaign_config *campaign,
                      GError **error)
{
    for (unsigned i = 0; i < campaign->questions->len; i++) {
        const struct question_config *question = campaign->questions->pdata[i];
        const struct answer_voice voice = {deciding->row.campaign_id, deciding->row.contact_id,
                                           deciding->row.person_id, question->id};
        struct answer_row current = {0};
        if (!store_answer_current(deciding->store, &voice, &current, error))
            return false;
        bool stands = current.id != 0 && current.code[0] != '\0';
        answer_row_clear(&current);
        if (stands && !put(deciding, question, "", error))
            return false;
    }
    return true;
}

static bool record_codes(const struct deciding *deciding, const struct campaign_config *campaign,
                         const char *typed, GError **error)
{
    if (is_nothing(typed))
        return clear_all(deciding, campaign, error);
    g_autoptr(GArray) codes = answer_code_read(campaign, typed, error);
    return codes != NULL && put_codes(deciding, codes, error);
}

bool answer_record(struct store *store, struct campaign_book *book,
                   const struct answer_record *record, GError **error)
{
    if (!store_begin(store, error))
        return false;
    const struct campaign_entry *entry = campaign_book_find(book, record->campaign_id, error);
    const struct deciding deciding = {
        .store = store,
        .book = book,
        .row = {.campaign_id = record->campaign_id,
                .contact_id = record->person_id != 0 ? 0 : record->contact_id,
                .person_id = record->person_id,
                .at = record->at,
                .recorded_at = record->now,
                .by = (char *)record->by,
                .reason = (char *)record->reason},
    };
    bool done = entry != NULL && check_record(store, record, error) &&
                record_codes(&deciding, &entry->config, record->code, error);
    return finish(store, done, error);
}
