// SPDX-License-Identifier: GPL-2.0-or-later
/* When a reminder is due, to whom, and the messages it becomes. A hundred thousand contacts are
 * walked in slices, and how far is written with each (store/reminder.c), so that a crash neither
 * loses nor doubles any. Silent is who has no valid answer to any question: one answered question
 * of several is an answer, an add-on alone ("send me advice") is none, a voided one is none. */
#include "campaigns/reminder.h"

#include "campaigns/ballot.h"
#include "campaigns/parts.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/message.h"
#include "campaigns/store/reminder.h"
#include "campaigns/store/tally.h"
#include "campaigns/wording.h"

#include <string.h>

enum { QUEUE_SLICE = 250 };

enum decision { DECISION_WAIT, DECISION_GO, DECISION_SKIP };

/* One reminder of one campaign. */
struct due {
    const struct campaign_entry *entry;
    const struct reminder_config *config;
    int index;
    int64_t expire_after_ms;
    int64_t now;
};

static const struct reminder_config *reminder_at(const struct campaign_entry *entry, int index)
{
    const GPtrArray *reminders = entry->config.reminders;
    return index >= 0 && reminders != NULL && (unsigned)index < reminders->len
               ? reminders->pdata[index]
               : NULL;
}

/* ---- what an answer says ---- */

static bool is_one_of(const char *code, char *const *options)
{
    for (; options != NULL && *options != NULL; options++)
        if (g_ascii_strcasecmp(*options, code) == 0)
            return true;
    return false;
}

/* Adds what one answer says to what the others said. */
static void hear(const struct campaign_config *config, const struct reminder_answer *answer,
                 char *const *options, bool *voted, bool *holds)
{
    const struct question_config *question = question_find(config->questions, answer->question);
    struct ballot ballot = {0};
    bool read = question != NULL && ballot_parse(question, answer->code, &ballot);
    *voted = *voted || (read ? ballot.vote : answer->code[0] != '\0');
    for (unsigned i = 0; i < ballot.count; i++)
        *holds = *holds || is_one_of(ballot_option(question, ballot.chosen[i])->code, options);
}

static bool is_meant(const struct campaign_config *config, const struct reminder_config *reminder,
                     const GArray *answers)
{
    bool voted = false, holds = false;
    bool chosen = reminder->options != NULL && reminder->options[0] != NULL;
    for (unsigned i = 0; i < answers->len; i++) {
        const struct reminder_answer *answer = &g_array_index(answers, struct reminder_answer, i);
        hear(config, answer, reminder->options, &voted, &holds);
    }
    switch ((enum reminder_to)reminder->to) {
    case REMIND_SILENT:
        return !voted;
    case REMIND_ALL:
        return true;
    case REMIND_ANSWERED:
        return chosen ? holds : voted;
    }
    g_assert_not_reached();
}

const char *reminder_to_name(enum reminder_to to)
{
    static const char *const names[] = {
        [REMIND_SILENT] = "silent", [REMIND_ALL] = "all", [REMIND_ANSWERED] = "answered"};
    return names[to];
}

/* ---- the messages ---- */

static int64_t expiry(const struct due *due)
{
    int64_t expires_at =
        due->expire_after_ms > 0 ? due->config->at + due->expire_after_ms : INT64_MAX;
    bool silent = due->config->to == REMIND_SILENT;
    return silent && due->entry->closes_at != 0 ? MIN(expires_at, due->entry->closes_at)
                                                : expires_at;
}

static bool write_message(struct store *store, const struct due *due, struct recipient *recipient,
                          char **fields, bool *retadded, GError **error)
{
    const struct campaign_entry *entry = due->entry;
    if (!audience_fill_values(store, recipient, fields, error))
        return false;
    g_autofree char *text =
        wording_render(due->config->text, entry->config.send_marked, fields, recipient, error);
    if (text == NULL)
        return false;
    struct text_parts parts = {0};
    text_parts_make(text, &parts);
    struct message message = {
        .campaign_id = entry->id,
        .contact_id = recipient->contact_id,
        .priority = (int)entry->priority,
        .text = text,
        .parts = parts.count,
        .reference = (uint8_t)(recipient->contact_id + 37 * entry->id + 101 * (due->index + 1)),
        .not_before = due->now,
        .expires_at = expiry(due),
    };
    text_parts_clear(&parts);
    /* Checked when the campaign was made; a roster may have grown a longer name since. */
    *retadded = false;
    return message.parts > PARTS_MAX ||
           store_reminder_add(store, &message, due->index, due->now, retadded, error);
}

static bool remind_one(struct store *store, const struct due *due,
                       const struct reminder_member *member, char **fields,
                       struct reminder_run *run, GError **error)
{
    struct recipient *recipient = member->recipient;
    run->person_id = recipient->person_id;
    if (!member->invited || member->refused)
        return true;
    g_autoptr(GArray) answers = store_reminder_answers(store, due->entry->id, recipient->contact_id,
                                                       recipient->person_id, error);
    if (answers == NULL)
        return false;
    if (!is_meant(&due->entry->config, due->config, answers))
        return true;
    bool added = false;
    if (!write_message(store, due, recipient, fields, &added, error))
        return false;
    run->queued += added;
    return true;
}

static bool queue_slice(struct store *store, const struct due *due, struct reminder_run *run,
                        GError **error)
{
    g_auto(GStrv) fields = wording_fields(&due->entry->config, error);
    if (fields == NULL)
        return false;
    g_autoptr(GPtrArray) members =
        store_reminder_members(store, due->entry->id, run->person_id, QUEUE_SLICE, error);
    if (members == NULL)
        return false;
    for (unsigned i = 0; i < members->len; i++)
        if (!remind_one(store, due, members->pdata[i], fields, run, error))
            return false;
    if (members->len < QUEUE_SLICE)
        run->done_at = due->now;
    return true;
}

/* ---- when ---- */

static enum decision skip(struct reminder_slice *slice, const char *why)
{
    g_strlcpy(slice->skipped, why, sizeof slice->skipped);
    return DECISION_SKIP;
}

static enum decision decide(const struct due *due, int64_t started_at, struct reminder_slice *slice)
{
    const struct reminder_config *reminder = due->config;
    int64_t closes_at = due->entry->closes_at;
    if (reminder->to == REMIND_SILENT && closes_at != 0 && due->now >= closes_at)
        return skip(slice, "the campaign has closed");
    if (due->now < reminder->at)
        return DECISION_WAIT;
    if (started_at > reminder->at)
        return skip(slice, "its time was before the campaign started");
    if (due->expire_after_ms > 0 && due->now >= reminder->at + due->expire_after_ms)
        return skip(slice, "too late: the service or the campaign stood still at its time");
    return due->entry->state == CAMPAIGN_RUNNING ? DECISION_GO : DECISION_WAIT;
}

/* The first reminder of the campaign that something is to be done about; -1: none. */
static bool find_due(struct store *store, const struct campaign_entry *entry, struct due *due,
                     struct reminder_slice *slice, enum decision *retdecision, GError **error)
{
    int64_t started_at = 0;
    slice->reminder = -1;
    for (int i = 0; reminder_at(entry, i) != NULL; i++) {
        *due = (struct due){entry, reminder_at(entry, i), i, due->expire_after_ms, due->now};
        slice->skipped[0] = '\0';
        if (decide(due, 0, slice) == DECISION_WAIT)
            continue;
        struct reminder_run run = {0};
        if (!store_reminder_run(store, entry->id, i, &run, error))
            return false;
        bool done = run.done_at != 0;
        reminder_run_clear(&run);
        if (done)
            continue;
        if (!store_tally_started(store, entry->id, &started_at, error))
            return false;
        *retdecision = decide(due, started_at, slice);
        if (*retdecision == DECISION_WAIT)
            continue;
        slice->campaign_id = entry->id;
        slice->reminder = i;
        return true;
    }
    return true;
}

/* Inside the transaction: as it stands now, since people pause and cancel at any time. */
static bool take_slice(struct store *store, const struct due *due, enum decision decision,
                       struct reminder_slice *slice, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, due->entry->id, error);
    if (row == NULL)
        return false;
    bool same = row->state == due->entry->state;
    campaign_row_free(row);
    struct reminder_run run = {0};
    if (!same)
        return true;
    if (!store_reminder_run(store, due->entry->id, due->index, &run, error))
        return false;
    if (!run.begun)
        run.started_at = due->now;
    bool done = true;
    if (decision == DECISION_GO) {
        done = queue_slice(store, due, &run, error);
    } else {
        g_free(run.skipped);
        run.skipped = g_strdup(slice->skipped);
        run.done_at = due->now;
    }
    done = done && store_reminder_put(store, due->entry->id, due->index, &run, error);
    slice->queued = run.queued;
    slice->done = run.done_at != 0;
    reminder_run_clear(&run);
    return done;
}

static bool run_slice(struct store *store, const struct due *due, enum decision decision,
                      struct reminder_slice *slice, GError **error)
{
    if (!store_begin(store, error))
        return false;
    if (take_slice(store, due, decision, slice, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

bool reminder_clock_slice(struct store *store, struct campaign_book *book, int64_t now,
                          struct reminder_slice *retslice, GError **error)
{
    struct reminder_slice slice = {.reminder = -1};
    g_autoptr(GArray) ids = store_reminder_campaigns(store, error);
    if (ids == NULL)
        return false;
    struct due due = {.expire_after_ms = campaign_book_terms(book)->expire_after_ms, .now = now};
    for (unsigned i = 0; slice.reminder < 0 && i < ids->len; i++) {
        /* One whose file no longer reads is complained of where it sends. */
        const struct campaign_entry *entry =
            campaign_book_find(book, g_array_index(ids, int64_t, i), NULL);
        enum decision decision = DECISION_WAIT;
        if (entry == NULL)
            continue;
        if (!find_due(store, entry, &due, &slice, &decision, error) ||
            (slice.reminder >= 0 && !run_slice(store, &due, decision, &slice, error)))
            return false;
    }
    slice.more = slice.reminder >= 0;
    *retslice = slice;
    return true;
}

bool reminder_all_done(struct store *store, const struct campaign_entry *entry, bool *retdone,
                       GError **error)
{
    *retdone = true;
    return reminder_at(entry, 0) == NULL ||
           store_reminder_settled(store, entry->id, entry->config.reminders->len, retdone, error);
}

bool reminder_still_due(struct store *store, struct campaign_book *book,
                        const struct message *message, int64_t now, bool *retdue, GError **error)
{
    *retdue = true;
    if (message->purpose != PURPOSE_REMINDER)
        return true;
    int index = -1;
    int64_t person_id = 0;
    if (!store_reminder_of(store, message->id, &index, &person_id, error))
        return false;
    const struct campaign_entry *entry = campaign_book_find(book, message->campaign_id, NULL);
    const struct reminder_config *reminder = entry != NULL ? reminder_at(entry, index) : NULL;
    if (reminder == NULL || reminder->to == REMIND_ALL || message->parts_sent > 0 ||
        message->resends > 0)
        return true;
    g_autoptr(GArray) answers =
        store_reminder_answers(store, message->campaign_id, message->contact_id, person_id, error);
    if (answers == NULL)
        return false;
    *retdue = is_meant(&entry->config, reminder, answers);
    const char *cause = reminder->to == REMIND_SILENT ? "answered" : "answered otherwise";
    return *retdue || store_message_skip(store, message->id, cause, now, error);
}
