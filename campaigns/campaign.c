// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a campaign. advance() alone writes a state, and an event with it; every public step
 * is one transaction, but for the start, which writes its messages in slices. What a step does
 * besides (the hash at approval, the messages at the start) is in campaign_start.c. */
#include "campaigns/campaign.h"

#include "campaigns/aging.h"
#include "campaigns/book.h"
#include "campaigns/campaign_check.h"
#include "campaigns/campaign_start.h"
#include "campaigns/consent.h"
#include "campaigns/reminder.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/message.h"
#include "campaigns/store/message_list.h"
#include "campaigns/store/series.h"
#include "config/gateway.h"

#define CANCELLED "campaign cancelled"

/* A notice without a closing time is over when nothing is under way; reports get this long. */
enum { REPORTS_WAIT_MS = 5 * 60 * 1000 };

G_DEFINE_QUARK(loa - campaign - error, campaign_error)

static const char *const state_names[CAMPAIGN_STATES] = {
    [CAMPAIGN_DRAFT] = "draft",         [CAMPAIGN_SUBMITTED] = "submitted",
    [CAMPAIGN_APPROVED] = "approved",   [CAMPAIGN_RUNNING] = "running",
    [CAMPAIGN_PAUSED] = "paused",       [CAMPAIGN_FINISHED] = "finished",
    [CAMPAIGN_CANCELLED] = "cancelled",
};

static const char *const event_names[CAMPAIGN_EVENTS] = {
    [CAMPAIGN_EVENT_CREATE] = "create", [CAMPAIGN_EVENT_EDIT] = "edit",
    [CAMPAIGN_EVENT_SUBMIT] = "submit", [CAMPAIGN_EVENT_APPROVE] = "approve",
    [CAMPAIGN_EVENT_START] = "start",   [CAMPAIGN_EVENT_PAUSE] = "pause",
    [CAMPAIGN_EVENT_RESUME] = "resume", [CAMPAIGN_EVENT_CANCEL] = "cancel",
    [CAMPAIGN_EVENT_FINISH] = "finish",
};

/* 0: not allowed, else the next state + 1. */
#define TO(state) ((state) + 1)
static const unsigned char steps[CAMPAIGN_STATES][CAMPAIGN_EVENTS] = {
    [CAMPAIGN_DRAFT] = {[CAMPAIGN_EVENT_EDIT] = TO(CAMPAIGN_DRAFT),
                        [CAMPAIGN_EVENT_SUBMIT] = TO(CAMPAIGN_SUBMITTED),
                        [CAMPAIGN_EVENT_CANCEL] = TO(CAMPAIGN_CANCELLED)},
    [CAMPAIGN_SUBMITTED] = {[CAMPAIGN_EVENT_EDIT] = TO(CAMPAIGN_DRAFT),
                            [CAMPAIGN_EVENT_APPROVE] = TO(CAMPAIGN_APPROVED),
                            [CAMPAIGN_EVENT_CANCEL] = TO(CAMPAIGN_CANCELLED)},
    [CAMPAIGN_APPROVED] = {[CAMPAIGN_EVENT_EDIT] = TO(CAMPAIGN_DRAFT),
                           [CAMPAIGN_EVENT_START] = TO(CAMPAIGN_RUNNING),
                           [CAMPAIGN_EVENT_CANCEL] = TO(CAMPAIGN_CANCELLED)},
    [CAMPAIGN_RUNNING] = {[CAMPAIGN_EVENT_PAUSE] = TO(CAMPAIGN_PAUSED),
                          [CAMPAIGN_EVENT_CANCEL] = TO(CAMPAIGN_CANCELLED),
                          [CAMPAIGN_EVENT_FINISH] = TO(CAMPAIGN_FINISHED)},
    [CAMPAIGN_PAUSED] = {[CAMPAIGN_EVENT_RESUME] = TO(CAMPAIGN_RUNNING),
                         [CAMPAIGN_EVENT_CANCEL] = TO(CAMPAIGN_CANCELLED),
                         [CAMPAIGN_EVENT_FINISH] = TO(CAMPAIGN_FINISHED)},
};

const char *campaign_state_name(enum campaign_state state)
{
    g_assert(state < CAMPAIGN_STATES);
    return state_names[state];
}

const char *campaign_event_name(enum campaign_event event)
{
    g_assert(event < CAMPAIGN_EVENTS);
    return event_names[event];
}

struct campaign_terms campaign_terms_of(const struct gateway_config *config)
{
    struct campaign_terms terms = {.expire_after_ms = config->sending.expire_after_ms,
                                   .time_zone = config->time_zone,
                                   .config = config};
    for (guint i = 0; i < config->modems->len; i++) {
        const struct modem_config *modem = g_ptr_array_index(config->modems, i);
        terms.price_per_part = MAX(terms.price_per_part, modem->price_per_part);
    }
    return terms;
}

bool campaign_state_from_name(const char *name, enum campaign_state *retstate)
{
    for (enum campaign_state state = CAMPAIGN_DRAFT; state < CAMPAIGN_STATES; state++) {
        if (g_str_equal(name, state_names[state])) {
            *retstate = state;
            return true;
        }
    }
    return false;
}

bool campaign_step(enum campaign_state from, enum campaign_event event, enum campaign_state *retto)
{
    g_assert(from < CAMPAIGN_STATES && event < CAMPAIGN_EVENTS);
    if (steps[from][event] == 0)
        return false;
    *retto = (enum campaign_state)(steps[from][event] - 1);
    return true;
}

static void refuse(const struct campaign_row *row, enum campaign_event event, GError **error)
{
    g_autoptr(GString) possible = g_string_new(NULL);
    for (enum campaign_event other = CAMPAIGN_EVENT_SUBMIT; other <= CAMPAIGN_EVENT_CANCEL; other++)
        if (steps[row->state][other] != 0)
            g_string_append_printf(possible, "%s%s", possible->len > 0 ? ", " : "",
                                   event_names[other]);
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_STATE,
                "campaign %s is %s: “%s” is not possible now; possible: %s", row->code,
                state_names[row->state], event_names[event],
                possible->len > 0 ? possible->str : "nothing, it is over");
}

/* The only writer of a state; inside a transaction. */
static bool advance(struct store *store, struct campaign_row *row, enum campaign_event event,
                    const struct campaign_act *act, GError **error)
{
    enum campaign_state to = row->state;
    if (!campaign_step(row->state, event, &to)) {
        refuse(row, event, error);
        return false;
    }
    struct campaign_event_row told = {
        .at = act->now,
        .by = (char *)act->by,
        .event = (char *)campaign_event_name(event),
        .from = (char *)campaign_state_name(row->state),
        .to = (char *)campaign_state_name(to),
        .reason = (char *)act->reason,
    };
    if (!store_campaign_set_state(store, row, to, act->now, error) ||
        !store_campaign_log(store, row->id, &told, error))
        return false;
    row->state = to;
    row->state_at = act->now;
    return true;
}

/* ---- create and edit ---- */

static void refuse_series(const struct campaign_draft *draft, const struct campaign_config *config,
                          GPtrArray *mistakes)
{
    if (config->repeat.rules != NULL && config->repeat.rules[0] != NULL)
        mistakes_add(mistakes, draft->file, campaign_config_line(draft->text, "repeat"),
                     "repeat.rules",
                     "this campaign comes again: keep its file with loa calendar add, which "
                     "makes a draft for each of its days");
}

static bool insert_draft(struct store *store, struct campaign_row *row,
                         const struct campaign_act *act, GError **error)
{
    struct campaign_event_row told = {.at = act->now,
                                      .by = (char *)act->by,
                                      .event = (char *)campaign_event_name(CAMPAIGN_EVENT_CREATE),
                                      .from = (char *)"",
                                      .to = (char *)campaign_state_name(CAMPAIGN_DRAFT),
                                      .reason = (char *)act->reason};
    return store_campaign_insert(store, row, &row->id, error) &&
           store_campaign_log(store, row->id, &told, error);
}

static bool edit_draft(struct store *store, struct campaign_row *known, struct campaign_row *row,
                       const struct campaign_act *act, GError **error)
{
    enum campaign_state to = known->state;
    if (!campaign_step(known->state, CAMPAIGN_EVENT_EDIT, &to)) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "campaign %s is %s and cannot be changed: give the new one another code",
                    known->code, campaign_state_name(known->state));
        return false;
    }
    row->id = known->id;
    return advance(store, known, CAMPAIGN_EVENT_EDIT, act, error) &&
           store_campaign_replace(store, row, error);
}

/* Only one that nobody knew yet; the code of a known one is a person's own campaign. */
static bool put_series_draft(struct store *store, struct campaign_row *row,
                             const struct campaign_draft *draft, const struct campaign_act *act,
                             GError **error)
{
    GError *fault = NULL;
    struct campaign_row *known = store_campaign_by_code(store, row->code, &fault);
    if (known != NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "there is a campaign %s already, which was not made from the series",
                    known->code);
    else if (fault != NULL)
        g_propagate_error(error, fault);
    campaign_row_free(known);
    if (known != NULL || fault != NULL || !insert_draft(store, row, act, error))
        return false;
    struct series_day day = {0};
    if (!store_series_day(store, draft->series_id, draft->day, &day, error))
        return false;
    bool skipped = day.known && day.skipped_by[0] != '\0';
    series_day_clear(&day);
    if (skipped)
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "somebody has skipped %s meanwhile",
                    draft->day);
    day = (struct series_day){.campaign_id = row->id, .tried_at = act->now};
    g_strlcpy(day.day, draft->day, sizeof day.day);
    return !skipped && store_series_day_put(store, draft->series_id, &day, error);
}

static bool put_draft(struct store *store, struct campaign_row *row, const struct campaign_act *act,
                      GError **error)
{
    GError *missing = NULL;
    struct campaign_row *known = store_campaign_by_code(store, row->code, &missing);
    bool done = false;
    if (known != NULL)
        done = edit_draft(store, known, row, act, error);
    else if (missing == NULL)
        done = insert_draft(store, row, act, error);
    else
        g_propagate_error(error, missing);
    campaign_row_free(known);
    return done;
}

bool campaign_create(struct store *store, const struct campaign_draft *draft,
                     const struct campaign_act *act, int64_t *retid, GPtrArray *mistakes,
                     GError **error)
{
    struct campaign_config config = {0};
    bool done = campaign_check_file(store, draft, refuse_series, &config, mistakes, error);
    if (done && config.closes != 0 && config.closes <= act->now)
        mistakes_warn(mistakes, draft->file, campaign_config_line(draft->text, "closes"), "closes",
                      "this moment has passed: put in a later one, or it cannot start");
    done = done && store_begin(store, error);
    if (done) {
        g_autofree char *organisation = consent_organisation(config.organisation);
        struct campaign_row row = {
            .code = config.code,
            .title = config.title,
            .state = CAMPAIGN_DRAFT,
            .file = (char *)draft->file,
            .definition = (char *)draft->text,
            .priority = config.priority,
            .opens_at = config.opens,
            .closes_at = config.closes,
            .created_at = act->now,
            .organisation = organisation,
            .retention_months = config.retention.months,
        };
        done = draft->series_id != 0 ? put_series_draft(store, &row, draft, act, error)
                                     : put_draft(store, &row, act, error);
        if (!done)
            store_rollback(store);
        else
            done = store_commit(store, error);
        if (done)
            *retid = row.id;
    }
    campaign_config_clear(&config);
    return done;
}

/* ---- steps that people ask for ---- */

static bool cancel_messages(struct store *store, const struct campaign_row *row,
                            const struct campaign_act *act, GError **error)
{
    struct queue_drop drop = {row->id, MESSAGE_CANCEL, CANCELLED, true};
    bool more = false; /* the clock goes on with them */
    return store_message_drop(store, &drop, act->now, &more, error);
}

/* An approval that no longer holds: the only failure that changes something. */
static bool fall_back(struct store *store, struct campaign_row *row, const struct campaign_act *act,
                      GError **error)
{
    struct campaign_act edit = {act->by, "text, audience or cost changed since the approval",
                                act->now};
    if (!advance(store, row, CAMPAIGN_EVENT_EDIT, &edit, error) || !store_commit(store, error))
        return false;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL,
                "text, audience or cost of campaign %s changed since it was approved: it is a "
                "draft again, submit it anew",
                row->code);
    return false;
}

static bool take_step(struct store *store, struct campaign_row *row, enum campaign_event event,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error)
{
    enum campaign_state to = row->state;
    bool allowed = campaign_step(row->state, event, &to);
    if (allowed && event == CAMPAIGN_EVENT_APPROVE)
        return campaign_approve(store, row, act, terms, error) &&
               advance(store, row, event, act, error);
    return advance(store, row, event, act, error) &&
           (event != CAMPAIGN_EVENT_CANCEL || cancel_messages(store, row, act, error));
}

static bool advance_row(struct store *store, struct campaign_row *row, enum campaign_event event,
                        const struct campaign_act *act, const struct campaign_terms *terms,
                        GError **error)
{
    GError *fault = NULL;
    if (take_step(store, row, event, act, terms, &fault))
        return store_commit(store, error);
    store_rollback(store);
    if (!g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL)) {
        g_propagate_error(error, fault);
        return false;
    }
    g_error_free(fault);
    if (store_begin(store, error) && !fall_back(store, row, act, error))
        store_rollback(store);
    return false;
}

/* ---- the start ---- */

static struct campaign_writing *begin_start(struct store *store, int64_t id,
                                            const struct campaign_act *act,
                                            const struct campaign_terms *terms, GError **error)
{
    struct campaign_row *row = store_campaign_get(store, id, error);
    struct campaign_writing *writing = NULL;
    enum campaign_state to;
    if (row != NULL && !campaign_step(row->state, CAMPAIGN_EVENT_START, &to))
        refuse(row, CAMPAIGN_EVENT_START, error);
    else if (row != NULL)
        writing = campaign_writing_new(store, row, act, terms, error);
    campaign_row_free(row);
    return writing;
}

/* One transaction: a slice of the messages, and with the last one it runs. */
static bool start_slice(struct store *store, int64_t id, struct campaign_writing *writing,
                        const struct campaign_act *act, bool *retmore, GError **error)
{
    if (!store_begin(store, error))
        return false;
    struct campaign_row *row = store_campaign_get(store, id, error);
    bool done = row != NULL && campaign_writing_slice(writing, store, row, retmore, error) &&
                (*retmore || advance(store, row, CAMPAIGN_EVENT_START, act, error));
    campaign_row_free(row);
    if (done)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

/* The approval no longer holds: that is written down. */
static void lose_approval(struct store *store, int64_t id, const struct campaign_act *act,
                          GError **error)
{
    if (!store_begin(store, error))
        return;
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row != NULL)
        fall_back(store, row, act, error);
    campaign_row_free(row);
    store_rollback(store); /* unless it was committed */
}

bool campaign_start(struct store *store, int64_t id, const struct campaign_act *act,
                    const struct campaign_terms *terms, void (*between)(void), GError **error)
{
    GError *fault = NULL;
    struct campaign_writing *writing = begin_start(store, id, act, terms, &fault);
    bool more = writing != NULL, done = more;
    while (done && more) {
        done = start_slice(store, id, writing, act, &more, &fault);
        if (done && more && between != NULL)
            between();
    }
    campaign_writing_free(writing);
    if (done)
        return true;
    if (g_error_matches(fault, CAMPAIGN_ERROR, CAMPAIGN_ERROR_APPROVAL)) {
        g_error_free(fault);
        lose_approval(store, id, act, error);
    } else {
        g_propagate_error(error, fault);
    }
    return false;
}

bool campaign_advance(struct store *store, int64_t id, enum campaign_event event,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error)
{
    g_assert(event >= CAMPAIGN_EVENT_SUBMIT && event <= CAMPAIGN_EVENT_CANCEL);
    if (event == CAMPAIGN_EVENT_START)
        return campaign_start(store, id, act, terms, NULL, error);
    if (!store_begin(store, error))
        return false;
    struct campaign_row *row = store_campaign_get(store, id, error);
    if (row == NULL) {
        store_rollback(store);
        return false;
    }
    bool done = advance_row(store, row, event, act, terms, error);
    campaign_row_free(row);
    return done;
}

/* ---- what time brings ---- */

/* After its closing time a campaign takes no answers, but runs until its last reminder is done. */
static bool is_over(struct store *store, const struct campaign_row *row, struct campaign_book *book,
                    int64_t now, GError **error)
{
    if (row->closes_at > now)
        return false;
    const struct campaign_entry *entry = campaign_book_find(book, row->id, NULL);
    bool reminded = true;
    if (entry != NULL && !reminder_all_done(store, entry, &reminded, error))
        return false;
    if (row->closes_at != 0 || !reminded)
        return reminded;
    if (entry == NULL || entry->config.kind != KIND_NOTICE || row->state != CAMPAIGN_RUNNING)
        return false;
    int64_t doubted_since = entry->config.on_unsure == UNSURE_RESEND ? now - AGING_GONE_MS : now;
    bool unsettled = true;
    return store_message_unsettled(store, row->id, now - REPORTS_WAIT_MS, doubted_since, &unsettled,
                                   error) &&
           !unsettled;
}

/* What is still queued goes first, slice by slice. */
static bool finish(struct store *store, struct campaign_row *row, int64_t now, bool *retmore,
                   GError **error)
{
    bool closed = row->closes_at != 0;
    struct campaign_act act = {"clock", closed ? "closing time" : "every message is settled", now};
    struct queue_drop drop = {row->id, MESSAGE_EXPIRE, "campaign closed", false};
    return store_message_drop(store, &drop, now, retmore, error) &&
           (*retmore || advance(store, row, CAMPAIGN_EVENT_FINISH, &act, error));
}

static bool finish_those_over(struct store *store, struct campaign_book *book,
                              enum campaign_state state, int64_t now, bool *retmore, GError **error)
{
    g_autoptr(GPtrArray) rows = store_campaign_in_state(store, state, error);
    if (rows == NULL)
        return false;
    for (unsigned i = 0; i < rows->len; i++) {
        struct campaign_row *row = rows->pdata[i];
        GError *fault = NULL;
        bool over = is_over(store, row, book, now, &fault);
        if (fault != NULL) {
            g_propagate_error(error, fault);
            return false;
        }
        if (!over)
            continue;
        if (!finish(store, row, now, retmore, error))
            return false;
        campaign_book_stale(book);
        if (*retmore)
            return true;
    }
    return true;
}

static bool any_over(struct store *store, struct campaign_book *book, enum campaign_state state,
                     int64_t now, bool *retany, GError **error)
{
    g_autoptr(GPtrArray) rows = store_campaign_in_state(store, state, error);
    if (rows == NULL)
        return false;
    GError *fault = NULL;
    bool any = false;
    for (unsigned i = 0; !any && fault == NULL && i < rows->len; i++)
        any = is_over(store, rows->pdata[i], book, now, &fault);
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return false;
    }
    *retany = any;
    return true;
}

/* Most ticks find nothing to do: look before taking the writer's lock. */
static bool anything_due(struct store *store, struct campaign_book *book, int64_t now, bool *retdue,
                         GError **error)
{
    bool due = false;
    int64_t cancelled = 0;
    if (!store_message_any_cancelled(store, &cancelled, error))
        return false;
    due = cancelled != 0;
    if ((!due && !store_message_any_expired(store, now, &due, error)) ||
        (!due && !any_over(store, book, CAMPAIGN_RUNNING, now, &due, error)) ||
        (!due && !any_over(store, book, CAMPAIGN_PAUSED, now, &due, error)))
        return false;
    *retdue = due;
    return true;
}

static bool drop_cancelled(struct store *store, int64_t now, bool *retmore, GError **error)
{
    struct queue_drop drop = {0, MESSAGE_CANCEL, CANCELLED, false};
    return store_message_any_cancelled(store, &drop.campaign_id, error) &&
           (drop.campaign_id == 0 || store_message_drop(store, &drop, now, retmore, error));
}

/* Closing first: what it cuts off did not wait too long. */
static bool let_time_pass(struct store *store, struct campaign_book *book, int64_t now,
                          bool *retmore, GError **error)
{
    bool more = false;
    if (!finish_those_over(store, book, CAMPAIGN_RUNNING, now, &more, error) ||
        (!more && !finish_those_over(store, book, CAMPAIGN_PAUSED, now, &more, error)) ||
        (!more && !drop_cancelled(store, now, &more, error)) ||
        (!more && !(store_message_expire(store, now, error) &&
                    store_message_any_expired(store, now, &more, error))))
        return false;
    *retmore = more;
    return true;
}

bool campaign_clock_slice(struct store *store, struct campaign_book *book, int64_t now,
                          bool *retmore, GError **error)
{
    bool due = false;
    *retmore = false;
    if (!anything_due(store, book, now, &due, error))
        return false;
    if (!due)
        return true;
    if (!store_begin(store, error))
        return false;
    if (let_time_pass(store, book, now, retmore, error))
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

bool campaign_clock(struct store *store, struct campaign_book *book, int64_t now, GError **error)
{
    struct campaign_terms terms = {0};
    struct campaign_book *own = book == NULL ? campaign_book_new(store, &terms) : NULL;
    if (own != NULL)
        book = own;
    struct reminder_slice reminders = {.more = true};
    bool more = true, done = true;
    while (done && reminders.more)
        done = reminder_clock_slice(store, book, now, &reminders, error);
    while (done && more)
        done = campaign_clock_slice(store, book, now, &more, error);
    campaign_book_free(own);
    return done;
}
