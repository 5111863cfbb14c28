// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides what belongs to whom. A number that one person has is that person's, with every text to
 * and from it. A number that several share stays with the others: of the one who asks, the record
 * goes, and the texts that bear the name; what came from the phone may be anybody's. */
#include "campaigns/privacy.h"

#include "campaigns/campaign.h"
#include "campaigns/day.h"
#include "campaigns/phone.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/consent.h"
#include "campaigns/store/contact.h"
#include "campaigns/text.h"
#include "config/campaign.h"
#include "config/log.h"

G_DEFINE_QUARK(loa - privacy - error, privacy_error)

/* Who and what a request is about. */
struct subject {
    GPtrArray *people;  /* struct person_found *, all of them meant */
    int64_t contact_id; /* 0: none */
    char *phone;        /* NULL: none */
    unsigned others;    /* persons of the number who are not meant */
};

static void clear_subject(struct subject *subject)
{
    g_clear_pointer(&subject->people, g_ptr_array_unref);
    g_free(subject->phone);
}

/* ---- finding ---- */

static bool find_contact(struct store *store, const char *written, int64_t *retid, GError **error)
{
    struct phone phone = {0};
    struct contact_row contact = {0};
    enum phone_verdict verdict;
    if (phone_read(written, &phone, &verdict) &&
        !store_contact_find(store, phone.e164, &contact, error))
        return false;
    *retid = contact.id;
    return true;
}

GPtrArray *privacy_find(struct store *store, const char *query, GError **error)
{
    int64_t contact_id = 0;
    if (!find_contact(store, query, &contact_id, error))
        return NULL;
    if (contact_id != 0)
        return store_privacy_by_contact(store, contact_id, error);
    g_autofree char *key = text_key_unmarked(query);
    return store_privacy_by_name(store, key, PRIVACY_FOUND_MAX, error);
}

static bool find_person(struct store *store, int64_t id, struct subject *subject, GError **error)
{
    subject->people = store_privacy_by_id(store, id, error);
    if (subject->people == NULL)
        return false;
    if (subject->people->len == 0) {
        g_set_error(error, PRIVACY_ERROR, PRIVACY_ERROR_UNKNOWN,
                    "there is no person %" G_GINT64_FORMAT "; see: loa person find", id);
        return false;
    }
    const struct person_found *person = subject->people->pdata[0];
    subject->contact_id = person->contact_id;
    g_autoptr(GPtrArray) sharing = store_privacy_by_contact(store, person->contact_id, error);
    if (sharing == NULL)
        return false;
    subject->others = sharing->len > 1 ? sharing->len - 1 : 0;
    return true;
}

static bool find_number(struct store *store, const struct privacy_request *request,
                        struct subject *subject, GError **error)
{
    if (!find_contact(store, request->phone, &subject->contact_id, error))
        return false;
    if (subject->contact_id == 0) {
        g_set_error_literal(error, PRIVACY_ERROR, PRIVACY_ERROR_UNKNOWN,
                            "nobody here has that number; see: loa person find");
        return false;
    }
    subject->people = store_privacy_by_contact(store, subject->contact_id, error);
    return subject->people != NULL;
}

static bool find_subject(struct store *store, const struct privacy_request *request,
                         struct subject *subject, GError **error)
{
    bool found = request->person_id != 0 ? find_person(store, request->person_id, subject, error)
                                         : find_number(store, request, subject, error);
    return found && store_privacy_phone(store, subject->contact_id, &subject->phone, error);
}

/* ---- handing out ---- */

static void write_times(json_t *value, GTimeZone *zone);

static json_t *time_json(int64_t at, GTimeZone *zone)
{
    g_autofree char *text = day_format(at, zone, "%Y-%m-%dT%H:%M:%S%:z");
    return text == NULL ? json_null() : json_string(text);
}

static void write_member_time(json_t *object, const char *name, json_t *value, GTimeZone *zone)
{
    if (!json_is_integer(value)) {
        write_times(value, zone);
        return;
    }
    bool time = g_str_equal(name, "at") || g_str_has_suffix(name, "_at");
    if (time && json_integer_value(value) != 0)
        json_object_set_new(object, name, time_json(json_integer_value(value), zone));
}

static void write_times(json_t *value, GTimeZone *zone)
{
    const char *name;
    json_t *member;
    size_t index;
    void *next;
    json_object_foreach_safe(value, next, name, member)
    {
        write_member_time(value, name, member, zone);
    }
    json_array_foreach(value, index, member)
    {
        write_times(member, zone);
    }
}

static bool log_line(struct store *store, const struct privacy_request *request,
                     const struct subject *subject, const char *event, GError **error)
{
    struct consent_row row = {
        .contact_id = subject->others > 0 ? 0 : subject->contact_id,
        .at = request->now,
        .organisation = "",
        .by = request->by,
        .reason = request->reason,
    };
    for (unsigned i = 0; i < subject->people->len; i++) {
        const struct person_found *person = subject->people->pdata[i];
        row.person_id = person->id;
        if (!store_consent_log(store, &row, event, error))
            return false;
    }
    return subject->people->len > 0 || store_consent_log(store, &row, event, error);
}

static bool export_subject(struct store *store, const struct subject *subject, json_t *file,
                           GError **error)
{
    json_t *people = json_array();
    json_object_set_new(file, "persons", people);
    for (unsigned i = 0; i < subject->people->len; i++) {
        const struct person_found *person = subject->people->pdata[i];
        json_t *one = json_object();
        json_array_append_new(people, one);
        if (!store_privacy_person(store, person->id, one, error) ||
            (subject->others > 0 &&
             !store_privacy_addressed(store, person->id, subject->contact_id, one, error)))
            return false;
    }
    json_object_set_new(file, "phone_shared_with", json_integer(subject->others));
    if (subject->others > 0 || subject->contact_id == 0)
        return true;
    json_t *number = json_object();
    json_object_set_new(file, "number", number);
    return store_privacy_contact(store, subject->contact_id, number, error);
}

json_t *privacy_export(struct store *store, const struct privacy_request *request, GTimeZone *zone,
                       GError **error)
{
    struct subject subject = {0};
    json_t *file = json_object();
    json_object_set_new(file, "exported_at", json_integer(request->now));
    json_object_set_new(file, "gateway", json_string(store_gateway_uuid(store)));
    bool begun = store_begin(store, error);
    bool done = begun && find_subject(store, request, &subject, error) &&
                log_line(store, request, &subject, "exported", error) &&
                export_subject(store, &subject, file, error) && store_commit(store, error);
    if (begun && !done)
        store_rollback(store);
    clear_subject(&subject);
    if (done) {
        write_times(file, zone);
        return file;
    }
    json_decref(file);
    return NULL;
}

/* ---- erasing ---- */

static bool is_worded(const struct campaign_config *config, const char *id)
{
    const struct question_config *question = question_find(config->questions, id);
    return question != NULL && question->kind == QUESTION_TEXT;
}

static bool read_campaign(struct store *store, int64_t id, struct campaign_config *config,
                          GError **error)
{
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row == NULL)
        return false;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = campaign_config_read(row->definition, row->file, config, mistakes);
    if (!read)
        g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                    "the stored file of campaign %s no longer reads, so nobody knows which of its "
                    "answers are words",
                    row->code);
    campaign_row_free(row);
    return read;
}

bool privacy_keep_worded(struct store *store, GArray *questions, GError **error)
{
    struct campaign_config config = {0};
    int64_t campaign_id = 0;
    bool done = true;
    for (unsigned i = 0; done && i < questions->len;) {
        const struct erase_question *question = &g_array_index(questions, struct erase_question, i);
        if (question->campaign_id != campaign_id) {
            campaign_config_clear(&config);
            config = (struct campaign_config){0};
            campaign_id = question->campaign_id;
            done = read_campaign(store, campaign_id, &config, error);
        }
        if (done && is_worded(&config, question->question))
            i++;
        else
            g_array_remove_index(questions, i);
    }
    campaign_config_clear(&config);
    return done;
}

static bool erase_words(struct store *store, int64_t contact_id, int64_t person_id,
                        struct erase_counts *counts, GError **error)
{
    g_autoptr(GArray) questions = g_array_new(FALSE, FALSE, sizeof(struct erase_question));
    g_array_set_clear_func(questions, erase_question_clear);
    if (!store_erase_questions(store, contact_id, person_id, questions, error) ||
        !privacy_keep_worded(store, questions, error))
        return false;
    for (unsigned i = 0; i < questions->len; i++)
        if (!store_erase_answers(store, contact_id, person_id,
                                 &g_array_index(questions, struct erase_question, i), counts,
                                 error))
            return false;
    return true;
}

static bool erase_people(struct store *store, const struct subject *subject,
                         const struct privacy_request *request, struct erase_counts *counts,
                         GError **error)
{
    for (unsigned i = 0; i < subject->people->len; i++) {
        const struct person_found *person = subject->people->pdata[i];
        if (subject->others > 0 && !store_erase_addressed(store, person->id, subject->contact_id,
                                                          request->now, counts, error))
            return false;
        if (!erase_words(store, 0, person->id, counts, error) ||
            !store_erase_person(store, person->id, request->now, counts, error))
            return false;
    }
    return true;
}

/* The number first: the code of a household may be that number, and goes with it. */
static bool erase_subject(struct store *store, const struct subject *subject,
                          const struct privacy_request *request, struct erase_counts *counts,
                          GError **error)
{
    bool alone = subject->others == 0 && subject->phone != NULL;
    if (alone && (!erase_words(store, subject->contact_id, 0, counts, error) ||
                  !store_erase_contact(store, subject->contact_id, subject->phone, request->now,
                                       counts, error)))
        return false;
    return erase_people(store, subject, request, counts, error) &&
           log_line(store, request, subject, "erased", error);
}

static bool may_erase(const struct subject *subject, const struct privacy_request *request,
                      GError **error)
{
    for (unsigned i = 0; i < subject->people->len; i++) {
        const struct person_found *person = subject->people->pdata[i];
        if (person->erased_at == 0)
            continue;
        g_set_error(error, PRIVACY_ERROR, PRIVACY_ERROR_ERASED,
                    "person %" G_GINT64_FORMAT " was erased already", person->id);
        return false;
    }
    if (request->person_id != 0 || subject->people->len < 2 || request->everybody)
        return true;
    g_autoptr(GString) ids = g_string_new(NULL);
    for (unsigned i = 0; i < subject->people->len; i++)
        g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ", ",
                               ((const struct person_found *)subject->people->pdata[i])->id);
    g_set_error(error, PRIVACY_ERROR, PRIVACY_ERROR_SHARED,
                "%u persons share this phone (%s): name one of them with --person, or all with "
                "--everybody",
                subject->people->len, ids->str);
    return false;
}

bool privacy_erase(struct store *store, const struct privacy_request *request, bool dry_run,
                   struct privacy_erasure *reterasure, GError **error)
{
    struct subject subject = {0};
    struct privacy_erasure erasure = {0};
    if (!store_begin(store, error))
        return false;
    bool done = find_subject(store, request, &subject, error) &&
                may_erase(&subject, request, error) &&
                erase_subject(store, &subject, request, &erasure.counts, error);
    erasure.shared_with = subject.others;
    clear_subject(&subject);
    if (!done || dry_run)
        store_rollback(store);
    else
        done = store_commit(store, error);
    g_autoptr(GError) remains = NULL; /* what is erased is erased, whatever becomes of them */
    if (done && !dry_run && !store_erase_remains(store, &erasure.clean, &remains)) {
        g_autofree char *reason = log_quote(remains->message);
        log_warn("privacy", "event=remains reason=%s", reason);
    }
    if (done)
        *reterasure = erasure;
    return done;
}
