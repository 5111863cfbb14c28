// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps that people take: what they want is checked here, written by opinion_advance(). The
 * answer by SMS is in opinion_answer.c. */
#include "campaigns/opinion_work.h"

#include <string.h>

#include "campaigns/day.h"
#include "campaigns/opinion_advance.h"
#include "campaigns/opinion_answer.h"
#include "config/gateway.h"

static bool finish(struct store *store, bool done, GError **error)
{
    if (done)
        return store_commit(store, error);
    store_rollback(store);
    return false;
}

static bool is_open(const struct opinion_row *row, const struct opinion_task *task)
{
    return !row->restricted || (task->office != NULL && *row->office != '\0' &&
                                g_ascii_strcasecmp(task->office, row->office) == 0);
}

/* Says also when there is no key that could help. */
static bool refuse_reader(const struct opinion_row *row, const struct opinion_task *task,
                          GError **error)
{
    const struct office_config *office =
        task->config != NULL ? office_find(task->config->offices, row->office) : NULL;
    const char *name = office != NULL ? office->name : row->office;
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_RESTRICTED,
                "opinion %" G_GINT64_FORMAT " is for %s alone%s", row->id, name,
                office != NULL && office->key != NULL
                    ? ": its key is needed (--office-key-file)"
                    : ", and that office has no key: set offices.key in the gateway's file");
    return false;
}

/* ---- assign ---- */

static char *codes_of(const GPtrArray *all, size_t offset)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               G_STRUCT_MEMBER(const char *, all->pdata[i], offset));
    return g_string_free(text, FALSE);
}

static bool refuse_code(const char *what, const char *code, const GPtrArray *all, size_t offset,
                        GError **error)
{
    g_autofree char *known = codes_of(all, offset);
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE,
                "there is no %s called \"%s\" in the gateway's file; there are: %s", what, code,
                *known != '\0' ? known : "none");
    return false;
}

/* The office that a topic suggests follows the topic, as long as no person has chosen and nothing
 * is restricted to the one that is there. */
static bool set_topic(struct opinion_row *row, const struct opinion_task *task, const char *code,
                      bool forwarded, GError **error)
{
    const GPtrArray *topics = task->config->topics;
    const struct topic_config *topic = topic_find(topics, code);
    if (topic == NULL && strcmp(code, "-") != 0)
        return refuse_code("topic", code, topics, offsetof(struct topic_config, code), error);
    g_free(row->topic);
    g_free(row->topic_by);
    row->topic = g_strdup(topic != NULL ? topic->code : "");
    row->topic_by = g_strdup(topic != NULL ? task->by : "");
    if (topic != NULL && topic->office != NULL && !forwarded && !row->restricted) {
        g_free(row->office);
        row->office = g_strdup(topic->office);
    }
    row->restricted = row->restricted || (topic != NULL && topic->restricted);
    return true;
}

/* Only the office that may read it hands what is restricted to another one, or whoever holds the
 * other's key would read it by sending it there. Where that office has no key, nobody could. */
static bool may_move(const struct opinion_row *row, const struct opinion_task *task,
                     const char *code)
{
    const struct office_config *office = office_find(task->config->offices, row->office);
    bool same = g_ascii_strcasecmp(row->office, code) == 0;
    return same || is_open(row, task) || office == NULL || office->key == NULL;
}

static bool set_office(struct opinion_row *row, const struct opinion_task *task,
                       const struct opinion_assignment *assignment, GError **error)
{
    const GPtrArray *offices = task->config->offices;
    const struct office_config *office = office_find(offices, assignment->office);
    if (office == NULL)
        return refuse_code("office", assignment->office, offices,
                           offsetof(struct office_config, code), error);
    if (strcmp(row->office, office->code) != 0 && assignment->due_at == 0)
        row->due_at = row->received_at + office->due_ms;
    g_free(row->office);
    row->office = g_strdup(office->code);
    return true;
}

static bool set_restriction(struct opinion_row *row, const struct opinion_task *task,
                            const struct opinion_assignment *assignment, GError **error)
{
    if (assignment->restriction == UNRESTRICTED) {
        if (!is_open(row, task))
            return refuse_reader(row, task, error);
        row->restricted = false;
    }
    row->restricted = row->restricted || assignment->restriction == RESTRICTED;
    return true;
}

static bool check_due(const struct opinion_task *task, const struct opinion_assignment *assignment,
                      GError **error)
{
    if (assignment->due_at == 0 || assignment->due_at > task->now)
        return true;
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE, "the due date is over already");
    return false;
}

static bool change(struct opinion_row *row, const struct opinion_task *task,
                   const struct opinion_assignment *assignment, bool forwarded, GError **error)
{
    /* Who may lift a restriction, or move it, is asked of the row as it was. */
    if (assignment->office != NULL && !may_move(row, task, assignment->office))
        return refuse_reader(row, task, error);
    if (!check_due(task, assignment, error) || !set_restriction(row, task, assignment, error) ||
        (assignment->topic != NULL && !set_topic(row, task, assignment->topic, forwarded, error)) ||
        (assignment->office != NULL && !set_office(row, task, assignment, error)))
        return false;
    if (assignment->due_at != 0)
        row->due_at = assignment->due_at;
    if (!row->restricted || *row->office != '\0')
        return true;
    g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE,
                "what is restricted needs the office that may read it: name one with --office");
    return false;
}

static char *describe(const struct opinion_row *row, const struct opinion_task *task,
                      const struct opinion_assignment *assignment)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GTimeZone) zone = day_zone(task->config->time_zone);
    g_autofree char *due = day_format(row->due_at, zone, "%Y-%m-%d %H:%M");
    if (assignment->office != NULL)
        g_string_append_printf(text, "office %s, ", row->office);
    if (assignment->topic != NULL)
        g_string_append_printf(text, "topic %s, ", *row->topic != '\0' ? row->topic : "none");
    if (assignment->restriction != RESTRICTION_KEPT)
        g_string_append(text, row->restricted ? "restricted, " : "open to all, ");
    g_string_append_printf(text, "due %s", due);
    if (task->reason != NULL && *task->reason != '\0')
        g_string_append_printf(text, "; %s", task->reason);
    return g_string_free(text, FALSE);
}

static bool assign(struct store *store, const struct opinion_task *task,
                   const struct opinion_assignment *assignment, struct opinion_row *row,
                   GError **error)
{
    struct opinion_advance advance = {
        .event = assignment->office != NULL ? OPINION_EVENT_FORWARD : OPINION_EVENT_AMEND,
        .by = task->by,
        .now = task->now,
        .config = task->config,
    };
    bool forwarded = false;
    g_autofree char *before = g_strdup(row->office);
    if (!opinion_advance_may(row, advance.event, error) ||
        !store_opinion_forwarded(store, row->id, &forwarded, error) ||
        !change(row, task, assignment, forwarded, error))
        return false;
    g_autofree char *detail = describe(row, task, assignment);
    advance.detail = detail;
    advance.before = forwarded ? before : NULL;
    return opinion_advance(store, row, &advance, error);
}

bool opinion_work_assign(struct store *store, const struct opinion_task *task,
                         const struct opinion_assignment *assignment, GError **error)
{
    if (assignment->office == NULL && assignment->topic == NULL && assignment->due_at == 0 &&
        assignment->restriction == RESTRICTION_KEPT) {
        g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE,
                    "nothing to change: name an office, a topic, a due date or who may read it");
        return false;
    }
    if (!store_begin(store, error))
        return false;
    struct opinion_row row = {0};
    bool done = store_opinion_read(store, task->id, &row, error) &&
                assign(store, task, assignment, &row, error);
    opinion_row_clear(&row);
    return finish(store, done, error);
}

/* ---- the other steps ---- */

static bool step(struct store *store, const struct opinion_task *task, enum opinion_event event,
                 struct opinion_row *row, GError **error)
{
    const struct opinion_advance advance = {.event = event,
                                            .by = task->by,
                                            .detail = task->reason,
                                            .now = task->now,
                                            .config = task->config};
    if (event == OPINION_EVENT_SENDER && !is_open(row, task))
        return refuse_reader(row, task, error);
    if (event == OPINION_EVENT_REOPEN)
        row->due_at = task->now + opinion_answer_time(task->config, row->office);
    return opinion_advance(store, row, &advance, error);
}

bool opinion_work_step(struct store *store, const struct opinion_task *task,
                       enum opinion_event event, GError **error)
{
    bool reasoned = task->reason != NULL && *task->reason != '\0';
    if (event == OPINION_EVENT_CLOSE && !reasoned) {
        g_set_error(error, OPINION_ERROR, OPINION_ERROR_VALUE,
                    "closing without the author's word needs a reason");
        return false;
    }
    if (!store_begin(store, error))
        return false;
    struct opinion_row row = {0};
    bool done =
        store_opinion_read(store, task->id, &row, error) && step(store, task, event, &row, error);
    opinion_row_clear(&row);
    return finish(store, done, error);
}

bool opinion_work_sender(struct store *store, const struct opinion_task *task, GError **error)
{
    return opinion_work_step(store, task, OPINION_EVENT_SENDER, error);
}

static bool note_sender(struct store *store, const struct opinion_task *task, int64_t id,
                        GError **error)
{
    struct opinion_row row = {0};
    bool done = store_opinion_read(store, id, &row, error) &&
                step(store, task, OPINION_EVENT_SENDER, &row, error);
    opinion_row_clear(&row);
    return done;
}

bool opinion_work_senders(struct store *store, const struct opinion_task *task,
                          const GPtrArray *opinions, GError **error)
{
    bool done = store_begin(store, error);
    if (!done)
        return false;
    for (guint i = 0; done && i < opinions->len; i++) {
        const struct opinion *opinion = opinions->pdata[i];
        done = opinion->withheld || note_sender(store, task, opinion->id, error);
    }
    return finish(store, done, error);
}

bool opinion_work_answer(struct store *store, struct campaign_book *book,
                         const struct opinion_task *task, const struct opinion_answer *answer,
                         GError **error)
{
    if (!store_begin(store, error))
        return false;
    struct opinion_row row = {0};
    bool done = store_opinion_read(store, task->id, &row, error) &&
                (is_open(&row, task) || refuse_reader(&row, task, error)) &&
                opinion_answer_give(store, book, task, answer, &row, error);
    opinion_row_clear(&row);
    return finish(store, done, error);
}
