// SPDX-License-Identifier: GPL-2.0-or-later
/* libgammu writes, the line watches, and the outcome is what the line saw. From AT+CMGS until the
 * final result nothing else is asked of the modem: libgammu would take the OK of any other command
 * for the message's. The deadlines here are by the clock; libgammu's start again with each byte.
 * A part that fails ends the message; how many parts went, the references tell.
 * Each part is HANDED in the flight log before the modem hears of it, and on disk before its Ctrl-Z
 * (line.h): once per part, or a power cut would leave several of a message in doubt. */
#include "modems/submission.h"

#include "modems/probe.h"
#include "modems/verdict.h"

#include <poll.h>
#include <stdatomic.h>

enum {
    CATCH_UP_MS = 2000,
    NOT_BEGUN_MS = 100,
    USUAL_MS = 5000, /* most answers come sooner; the others are worth a promise */
};

static int64_t now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

/* Waits for either side to move, at most until then. */
static void wait(const struct submission *submission, int64_t until)
{
    struct pollfd polls[] = {
        {.fd = device_fd(submission->device), .events = POLLIN},
        {.fd = line_wakeup(submission->line), .events = POLLIN},
    };
    int64_t left = until - now_ms();
    if (poll(polls, G_N_ELEMENTS(polls), left > 0 ? (int)left : 0) <= 0)
        return;
    if (polls[1].revents != 0)
        line_awake(submission->line);
    if ((polls[0].revents & POLLIN) != 0)
        device_read(submission->device);
}

/* True when the line has seen the end; else the book is closed on what was seen. */
static bool wait_for_answer(const struct submission *submission, unsigned within_ms,
                            struct line_answer *retanswer)
{
    int64_t now = now_ms(), until = now + within_ms, unusual_at = now + USUAL_MS;
    while (line_progress(submission->line, retanswer) != 2) {
        now = now_ms();
        if (now >= until)
            return line_give_up(submission->line, retanswer);
        if (now >= unusual_at && submission->waiting != NULL) {
            submission->waiting(submission->data, (unsigned)(until - now));
            unusual_at = until;
        }
        wait(submission, MIN(until, unusual_at));
    }
    return true;
}

/* libgammu must have read the final result too before it is given the next message. */
static bool catch_up(const struct submission *submission)
{
    int64_t until = now_ms() + CATCH_UP_MS;
    while (!device_free_again(submission->device)) {
        if (now_ms() >= until)
            return false;
        wait(submission, until);
    }
    return true;
}

static struct line_answer answer_of(enum verdict_space space, int32_t cause, const char *detail)
{
    struct verdict verdict = verdict_of(space, cause);
    struct line_answer answer = {.outcome = verdict.outcome,
                                 .space = space,
                                 .cause = cause,
                                 .retry_after_ms = verdict.retry_after_ms,
                                 .reference = -1};
    g_strlcpy(answer.detail, detail, sizeof answer.detail);
    return answer;
}

static void log_part(struct flight_part *part, const struct line_answer *answer)
{
    part->reference = answer->reference;
    part->outcome = (uint8_t)answer->outcome;
    part->cause_space = (uint8_t)answer->space;
    part->cause = answer->cause;
    atomic_store(&part->stage, FLIGHT_ANSWERED);
}

/* libgammu gave an error: either the modem never saw the message, or the line knows what it said.
 */
static enum submission_after after_refusal(const struct submission *submission, int code,
                                           struct flight_part *part, struct line_answer *retanswer)
{
    int64_t until = now_ms() + NOT_BEGUN_MS;
    while (line_progress(submission->line, retanswer) == 0 && now_ms() < until)
        wait(submission, until);
    if (line_progress(submission->line, retanswer) == 0) {
        *retanswer = answer_of(VERDICT_SPACE_GAMMU, code, device_error_name(code));
        log_part(part, retanswer);
        if (line_hung_up(submission->line))
            return SUBMISSION_HUNG_UP;
        return line_is_silent(submission->line) ? SUBMISSION_SILENT : SUBMISSION_OUT_OF_STEP;
    }
    wait_for_answer(submission, CATCH_UP_MS, retanswer);
    if (line_hung_up(submission->line))
        return SUBMISSION_HUNG_UP;
    /* After a prompt that did not come the modem may not be listening at all. */
    bool coded = retanswer->space == VERDICT_SPACE_CMS || retanswer->space == VERDICT_SPACE_CME;
    return coded || probe_alive(submission->line) ? SUBMISSION_GO_ON : SUBMISSION_SILENT;
}

static enum submission_after run_part(const struct submission *submission,
                                      const struct device_part *device_part,
                                      struct flight_part *part, struct line_answer *retanswer)
{
    line_aim(submission->line, submission->flight, part);
    atomic_store(&part->stage, FLIGHT_HANDED);
    int code = device_send(submission->device, device_part);
    if (code != 0)
        return after_refusal(submission, code, part, retanswer);
    if (submission->on_air != NULL)
        submission->on_air(submission->data);
    bool answered = wait_for_answer(submission, submission->answer_ms, retanswer);
    if (line_hung_up(submission->line))
        return SUBMISSION_HUNG_UP;
    if (!answered)
        return SUBMISSION_SILENT;
    return catch_up(submission) ? SUBMISSION_GO_ON : SUBMISSION_OUT_OF_STEP;
}

static struct device_part part_of(const struct submission *submission, const struct wire_send *send,
                                  unsigned index, unsigned total)
{
    return (struct device_part){
        .number = send->number,
        .text = send->parts[index],
        .smsc = submission->smsc,
        .coding = send->coding,
        .reference = send->reference,
        .total = (uint8_t)total,
        .sequence = (uint8_t)(index + 1),
        .report = send->report != 0,
        .validity = send->validity,
    };
}

/* NULL, or why none of it is begun. */
static const char *problem_of(const struct submission *submission, const struct wire_send *send,
                              unsigned total)
{
    if (total < 1 || total > FLIGHT_PARTS)
        return "a message has 1 to 50 parts";
    for (unsigned i = 0; i < total; i++) {
        struct device_part part = part_of(submission, send, i, total);
        const char *problem = device_part_problem(&part);
        if (problem != NULL)
            return problem;
    }
    return NULL;
}

static struct flight_slot *slot_of(const struct submission *submission,
                                   const struct wire_send *send, unsigned total)
{
    if (send->slot >= FLIGHT_SLOTS)
        return NULL;
    struct flight_slot *slot = flight_slot(submission->flight, send->slot);
    bool ours = atomic_load(&slot->lease) == send->lease && slot->parts == total;
    return ours ? slot : NULL;
}

static struct wire_verdict verdict_of_answer(const struct wire_send *send,
                                             const struct line_answer *answer)
{
    return (struct wire_verdict){
        .lease = send->lease,
        .slot = send->slot,
        .outcome = (uint8_t)answer->outcome,
        .cause_space = (uint8_t)answer->space,
        .cause = answer->cause,
        .retry_after_ms = answer->retry_after_ms,
    };
}

static struct line_answer rest_not_started(const struct line_answer *last)
{
    struct line_answer answer =
        answer_of(VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED, "the modem failed between two parts");
    answer.ended_at = last->ended_at;
    return answer;
}

enum submission_after submission_run(const struct submission *submission,
                                     const struct wire_send *send, uint8_t *retreferences,
                                     char *retdetail, struct wire_verdict *retverdict)
{
    unsigned total = 0;
    while (send->parts != NULL && send->parts[total] != NULL)
        total++;
    const char *problem = problem_of(submission, send, total);
    struct flight_slot *slot = problem == NULL ? slot_of(submission, send, total) : NULL;
    struct line_answer answer = problem != NULL
                                    ? answer_of(VERDICT_SPACE_LOCAL, VERDICT_BAD_PART, problem)
                                    : answer_of(VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED,
                                                "the flight log does not name this lease");
    enum submission_after after = SUBMISSION_GO_ON;
    int64_t began_at = 0;
    size_t references = 0;
    for (unsigned i = send->first; slot != NULL && i < total; i++) {
        struct device_part part = part_of(submission, send, i, total);
        if (submission->before_part != NULL)
            submission->before_part(submission->data);
        after = run_part(submission, &part, &slot->part[i], &answer);
        if (answer.space == VERDICT_SPACE_LOCAL && answer.cause == VERDICT_NO_LOG)
            after = SUBMISSION_UNLOGGED;
        if (began_at == 0)
            began_at = answer.submitted_at;
        if (answer.outcome == VERDICT_SENT && answer.reference >= 0)
            retreferences[references++] = (uint8_t)answer.reference;
        if (answer.outcome != VERDICT_SENT)
            break;
        if (after != SUBMISSION_GO_ON) {
            if (i + 1 < total) /* this part went, but the message did not */
                answer = rest_not_started(&answer);
            break;
        }
    }
    *retverdict = verdict_of_answer(send, &answer);
    if (began_at != 0 && answer.ended_at > began_at)
        retverdict->took_ms = (uint32_t)((answer.ended_at - began_at) / 1000);
    retverdict->references = (struct wire_bytes){retreferences, references};
    g_strlcpy(retdetail, answer.detail, RESULT_LINE_SIZE);
    retverdict->detail = retdetail;
    return after;
}

struct wire_verdict submission_not_started(const struct wire_send *send)
{
    struct line_answer answer = answer_of(VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED, "");
    struct wire_verdict verdict = verdict_of_answer(send, &answer);
    verdict.detail = verdict_of(VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED).meaning;
    return verdict;
}
