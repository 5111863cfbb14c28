// SPDX-License-Identifier: GPL-2.0-or-later
/* The statements that erase. Each finds its rows by an index on the contact or the person, so that
 * one person costs what that person wrote and got, however many messages there are. Rows are
 * overwritten in place (secure_delete is on); copies that SQLite left in unused parts of a page
 * when it moved rows go only when the file is written anew. */
#include "campaigns/store/erase.h"

#include "campaigns/store/erased.h"
#include "campaigns/store/message.h"
#include "campaigns/store/sql.h"

#define OF_CONTACT "(SELECT id FROM reply WHERE contact_id = ?1)"

struct wipe {
    const char *sql;
    size_t count; /* where in struct erase_counts its rows are counted */
};

enum { UNCOUNTED = -1 };
#define COUNT(member) offsetof(struct erase_counts, member)

static bool run_all(struct store *store, const struct wipe *wipes, size_t number, int64_t id,
                    struct erase_counts *counts, GError **error)
{
    for (size_t i = 0; i < number; i++) {
        if (!sql_run(store, error, wipes[i].sql, "i", id))
            return false;
        if (wipes[i].count != (size_t)UNCOUNTED)
            *(int64_t *)((char *)counts + wipes[i].count) += sql_changes(store);
    }
    return true;
}

/* Replies last but for the number: the others are found by them. */
static const struct wipe of_contact[] = {
    {"UPDATE report SET number = '#' || id WHERE message_id IN "
     "(SELECT id FROM message WHERE contact_id = ?1)",
     COUNT(reports)},
    {"UPDATE message SET text = '' WHERE contact_id = ?1 AND text <> ''", COUNT(messages)},
    {"UPDATE incoming SET text = '', sender = '', fingerprint = '' WHERE reply_id IN " OF_CONTACT,
     (size_t)UNCOUNTED},
    {"UPDATE outbox SET body = json_remove(json_set(body, '$.data.text', '" ERASED_TEXT
     "', '$.data.answer', NULL), '$.data.sender') WHERE type = 'loa.opinion.v1' "
     "AND json_extract(body, '$.subject') IN (SELECT c.code || '/' || o.number FROM opinion o "
     "JOIN campaign c ON c.id = o.campaign_id WHERE o.reply_id IN " OF_CONTACT ")",
     (size_t)UNCOUNTED},
    {"UPDATE opinion_event SET detail = '' WHERE opinion_id IN "
     "(SELECT id FROM opinion WHERE reply_id IN " OF_CONTACT ")",
     (size_t)UNCOUNTED},
    {"UPDATE opinion SET text = '" ERASED_TEXT "', "
     "answer = CASE answer WHEN '' THEN '' ELSE '" ERASED_TEXT
     "' END WHERE reply_id IN " OF_CONTACT,
     COUNT(opinions)},
    {"UPDATE answer SET reason = '' WHERE contact_id = ?1 AND reason <> ''", (size_t)UNCOUNTED},
    {"UPDATE consent SET reason = '' WHERE contact_id = ?1 AND reason <> ''", (size_t)UNCOUNTED},
    {"UPDATE reply SET text = '', sender = '', normalised = '' WHERE contact_id = ?1",
     COUNT(replies)},
};

/* The number as networks and modems spell it. */
struct spellings {
    char *plain, *national, *trunk;
    char *octets, *national_octets; /* swapped semi-octets, as in a PDU */
};

/* 3GPP TS 23.040 §9.1.2.3: two digits an octet, the first one low; F fills up. */
static char *swapped(const char *digits)
{
    GString *out = g_string_new(NULL);
    for (const char *at = digits; *at != '\0'; at += at[1] == '\0' ? 1 : 2) {
        g_string_append_c(out, at[1] == '\0' ? 'F' : at[1]);
        g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

static struct spellings spell(const char *phone)
{
    bool vietnamese = g_str_has_prefix(phone, "+84");
    struct spellings spellings = {
        .plain = g_strdup(phone + 1),
        .national = vietnamese ? g_strconcat("0", phone + 3, NULL) : g_strdup(phone),
        .trunk = g_strconcat("00", phone + 1, NULL),
    };
    spellings.octets = swapped(spellings.plain);
    spellings.national_octets = swapped(vietnamese ? spellings.national : spellings.plain);
    return spellings;
}

static void clear_spellings(struct spellings *spellings)
{
    g_free(spellings->plain);
    g_free(spellings->national);
    g_free(spellings->trunk);
    g_free(spellings->octets);
    g_free(spellings->national_octets);
}

/* What the number left behind before anybody knew whose it is, and what nobody could decode. */
static bool erase_loose(struct store *store, const char *phone, int64_t now,
                        struct erase_counts *counts, GError **error)
{
    struct spellings as = spell(phone);
    bool done =
        sql_run(store, error,
                "UPDATE incoming SET text = '', sender = '', fingerprint = '' WHERE reply_id IN "
                "(SELECT id FROM reply WHERE contact_id IS NULL AND sender IN (?1, ?2, ?3, ?4))",
                "tttt", phone, as.plain, as.national, as.trunk) &&
        sql_run(store, error,
                "UPDATE reply SET text = '', sender = '', normalised = '' "
                "WHERE contact_id IS NULL AND sender IN (?1, ?2, ?3, ?4)",
                "tttt", phone, as.plain, as.national, as.trunk);
    counts->replies += done ? sql_changes(store) : 0;
    done = done &&
           sql_run(store, error,
                   "DELETE FROM incoming WHERE reply_id IS NULL AND sender IN (?1, ?2, ?3, ?4)",
                   "tttt", phone, as.plain, as.national, as.trunk) &&
           sql_run(store, error,
                   "UPDATE report SET number = '#' || id WHERE message_id IS NULL "
                   "AND number IN (?1, ?2, ?3, ?4)",
                   "tttt", phone, as.plain, as.national, as.trunk) &&
           sql_run(store, error,
                   "UPDATE ussd_session SET " ERASED_SESSION
                   " WHERE contact_id IS NULL AND phone = ?1",
                   "t", phone) &&
           sql_run(store, error,
                   "UPDATE quarantine SET pdu = '', settled_at = coalesce(settled_at, ?3), "
                   "settled_by = coalesce(settled_by, '') WHERE pdu <> '' "
                   "AND (instr(upper(pdu), ?1) > 0 OR instr(upper(pdu), ?2) > 0)",
                   "tti", as.octets, as.national_octets, now);
    counts->quarantined += done ? sql_changes(store) : 0;
    clear_spellings(&as);
    return done;
}

bool store_erase_contact(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                         struct erase_counts *counts, GError **error)
{
    int64_t cancelled = 0;
    if (!run_all(store, of_contact, G_N_ELEMENTS(of_contact), contact_id, counts, error) ||
        !erase_loose(store, phone, now, counts, error) ||
        !store_message_drop_erased(store, contact_id, now, &cancelled, error))
        return false;
    counts->cancelled += cancelled;
    return store_erase_number(store, contact_id, phone, now, error);
}

bool store_erase_number(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                        GError **error)
{
    if (!store_erased_remember(store, contact_id, phone, error) ||
        !sql_run(store, error, "UPDATE contact SET phone = '" ERASED_PHONE "' || id WHERE id = ?1",
                 "i", contact_id) ||
        !sql_run(store, error,
                 "UPDATE household SET code = '~x' || id "
                 "WHERE code >= '+' AND code < ',' AND code = ?1",
                 "t", phone) ||
        !sql_run(store, error,
                 "UPDATE ussd_session SET " ERASED_SESSION " WHERE contact_id = ?1 AND phone <> ''",
                 "i", contact_id) ||
        !sql_run(store, error, "DELETE FROM contact_operator WHERE contact_id = ?1", "i",
                 contact_id))
        return false;
    /* Whoever asks the refusals finds that nobody is there. */
    return sql_run(store, error,
                   "INSERT INTO refusal (contact_id, organisation, at) VALUES (?1, '*', ?2) "
                   "ON CONFLICT DO NOTHING",
                   "ii", contact_id, now);
}

static const struct wipe of_person[] = {
    {"DELETE FROM person_attribute WHERE person_id = ?1", (size_t)UNCOUNTED},
    {"DELETE FROM person_group_member WHERE person_id = ?1", (size_t)UNCOUNTED},
    {"UPDATE answer SET reason = '' WHERE person_id = ?1 AND reason <> ''", (size_t)UNCOUNTED},
    {"UPDATE consent SET reason = '' WHERE person_id = ?1 AND reason <> ''", (size_t)UNCOUNTED},
    {"UPDATE household SET code = '~x' || id "
     "WHERE id = (SELECT household_id FROM person WHERE id = ?1) AND (code LIKE '~%' "
     "OR NOT EXISTS (SELECT 1 FROM person p WHERE p.household_id = household.id "
     "AND p.erased_at IS NULL AND p.id <> ?1))",
     (size_t)UNCOUNTED},
    /* Households of earlier rosters, whose code is a name and a birthday. */
    {"UPDATE household SET code = '~x' || id WHERE code LIKE '~%' AND id IN (SELECT a.household_id "
     "FROM campaign c CROSS JOIN campaign_audience a WHERE a.campaign_id = c.id "
     "AND a.person_id = ?1)",
     (size_t)UNCOUNTED},
};

bool store_erase_person(struct store *store, int64_t person_id, int64_t now,
                        struct erase_counts *counts, GError **error)
{
    if (!run_all(store, of_person, G_N_ELEMENTS(of_person), person_id, counts, error))
        return false;
    counts->persons++;
    return sql_run_one(store, error,
                       "UPDATE person SET name = '" ERASED_TEXT "', name_key = '~x' || id, "
                       "birth = '', contact_id = NULL, phone_reason = 'erased', erased_at = ?2, "
                       "updated_at = ?2 WHERE id = ?1 AND erased_at IS NULL",
                       "ii", person_id, now);
}

bool store_erase_addressed(struct store *store, int64_t person_id, int64_t contact_id, int64_t now,
                           struct erase_counts *counts, GError **error)
{
    /* The order of the join is forced: an audience is found by its campaign first. */
    if (!sql_run(store, error,
                 "UPDATE message SET text = '' WHERE contact_id = ?2 AND text <> '' "
                 "AND campaign_id IN (SELECT c.id FROM campaign c CROSS JOIN campaign_audience a "
                 "WHERE a.campaign_id = c.id AND a.person_id = ?1 AND a.addressed = 1)",
                 "ii", person_id, contact_id))
        return false;
    int64_t blanked = sql_changes(store), cancelled = 0;
    if (!store_message_drop_erased(store, contact_id, now, &cancelled, error))
        return false;
    counts->messages += blanked;
    counts->cancelled += cancelled;
    return true;
}

void erase_question_clear(gpointer question)
{
    struct erase_question *erase = question;
    g_free(erase->question);
}

bool store_erase_questions(struct store *store, int64_t contact_id, int64_t person_id,
                           GArray *questions, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT campaign_id, question FROM answer WHERE contact_id = ?1 "
        "UNION SELECT campaign_id, question FROM answer WHERE person_id = ?2 ORDER BY 1, 2",
        "ii", contact_id, person_id);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct erase_question row = {sqlite3_column_int64(statement, 0), sql_text(statement, 1)};
        g_array_append_val(questions, row);
    }
    return step == 0;
}

#define WORDS                                                                                      \
    "UPDATE answer SET code = '" ERASED_TEXT "', "                                                 \
    "said = CASE WHEN said IS NULL OR said = '' THEN said ELSE '" ERASED_TEXT "' END "             \
    "WHERE code <> '' AND campaign_id = ?2 AND question = ?3 AND "

bool store_erase_answers(struct store *store, int64_t contact_id, int64_t person_id,
                         const struct erase_question *question, struct erase_counts *counts,
                         GError **error)
{
    if (!sql_run(store, error, WORDS "contact_id = ?1", "iit", contact_id, question->campaign_id,
                 question->question))
        return false;
    counts->answers += sql_changes(store);
    if (!sql_run(store, error, WORDS "person_id = ?1", "iit", person_id, question->campaign_id,
                 question->question))
        return false;
    counts->answers += sql_changes(store);
    return true;
}

bool store_erase_remains(struct store *store, bool *retclean, GError **error)
{
    int64_t pages = 0, size = 0, busy = 1;
    if (!sql_integer(store, 0, &pages, error, "PRAGMA page_count", "") ||
        !sql_integer(store, 0, &size, error, "PRAGMA page_size", ""))
        return false;
    bool small = pages * size <= ERASE_FILE_MAX;
    if ((small && !sql_run(store, error, "VACUUM", "")) ||
        !sql_integer(store, 1, &busy, error, "PRAGMA wal_checkpoint(TRUNCATE)", ""))
        return false;
    *retclean = small && busy == 0;
    return true;
}
