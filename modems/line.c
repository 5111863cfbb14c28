// SPDX-License-Identifier: GPL-2.0-or-later
/* The wires of the line. A thread polls the tty and the pty's master and feeds the filter; all
 * state is behind one mutex, which is held for moving bytes and never across a wait. The worker's
 * thread asks, aims and collects; it is woken through an eventfd.
 *
 * The flight log is written here, where the bytes are: to disk while the modem makes its prompt,
 * SUBMITTED before Ctrl-Z goes to the tty, ANSWERED as soon as the final result is read. What the
 * process does afterwards can be lost. */
#include "modems/line.h"

#include "modems/notices.h"
#include "modems/part_log.h"
#include "modems/patience.h"
#include "modems/trace.h"
#include "modems/tty.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK = 4096,
    WAITING_MAX = 64, /* chunks that are read before the first command */
};

struct ask {
    bool done;
    struct result result;
    GPtrArray *lines;
};

struct line {
    GMutex mutex;
    GCond answered; /* an ask is done, or the tty is gone */
    GThread *thread;
    struct filter *filter;
    struct tty tty;
    int kick;   /* wakes the thread */
    int wakeup; /* wakes the worker */
    bool stop, hung_up;
    int64_t trust_at; /* when a result is believed whose command was not echoed; 0: none */
    struct ask ask;
    int guard; /* socket, -1: none */
    struct part_log log;
    bool closed; /* the book on it: what was judged as never sent must not be sent after all */
    struct line_answer answer;
    struct notices notices;
    struct trace *trace;
    struct patience patience;
    void (*before_ask)(void *data);
    void *before_data;
};

static void wake(int eventfd)
{
    uint64_t one = 1;
    ssize_t written = write(eventfd, &one, sizeof one); /* fails only when it is readable anyway */
    (void)written;
}

static void settle(int eventfd)
{
    uint64_t count;
    ssize_t got = read(eventfd, &count, sizeof count);
    (void)got;
}

/* ---- what the filter tells; the mutex is held ---- */

static bool peer_is_there(int socket)
{
    struct pollfd peer = {.fd = socket, .events = POLLRDHUP};
    return socket < 0 || poll(&peer, 1, 0) == 0 || (peer.revents & (POLLRDHUP | POLLHUP)) == 0;
}

static bool may_submit(void *data)
{
    struct line *line = data;
    if (line->closed || !peer_is_there(line->guard) || !part_log_submit(&line->log))
        return false;
    line->answer.submitted_at = g_get_monotonic_time();
    return true;
}

static void judge_final(const struct filter_submission *submission, struct line_answer *answer)
{
    static const enum verdict_local ours[] = {
        [RESULT_OK] = VERDICT_NO_REFERENCE,      [RESULT_ERROR] = VERDICT_BARE_ERROR,
        [RESULT_CMS] = VERDICT_BARE_ERROR,       [RESULT_CME] = VERDICT_BARE_ERROR,
        [RESULT_NO_ANSWER] = VERDICT_NO_ANSWER,  [RESULT_NO_PROMPT] = VERDICT_NO_PROMPT,
        [RESULT_WITHHELD] = VERDICT_NOT_STARTED, [RESULT_HANG_UP] = VERDICT_HANG_UP,
    };
    const struct result *result = &submission->result;
    bool coded = result->code >= 0;
    answer->space = VERDICT_SPACE_LOCAL;
    answer->cause = ours[result->final];
    if (coded && result->final == RESULT_CMS)
        answer->space = VERDICT_SPACE_CMS;
    if (coded && result->final == RESULT_CME)
        answer->space = VERDICT_SPACE_CME;
    if (answer->space != VERDICT_SPACE_LOCAL)
        answer->cause = result->code;
    /* The network has acknowledged it, whatever befell the rest of the answer. */
    if (submission->reference >= 0) {
        answer->space = VERDICT_SPACE_NONE;
        answer->cause = 0;
    }
}

static void judge(const struct filter_submission *submission, struct line_answer *answer)
{
    const struct result *result = &submission->result;
    judge_final(submission, answer);
    struct verdict verdict = verdict_of(answer->space, answer->cause);
    answer->submitted = submission->submitted;
    answer->reference = submission->reference;
    answer->outcome = verdict.outcome;
    answer->retry_after_ms = verdict.retry_after_ms;
    bool lost = result->final == RESULT_HANG_UP || result->final == RESULT_NO_ANSWER;
    if (submission->submitted && lost && submission->reference < 0)
        answer->outcome = VERDICT_UNSURE;
    /* What never left cannot be on its way. */
    if (!submission->submitted && answer->outcome != VERDICT_REFUSED &&
        answer->outcome != VERDICT_MODEM_SICK)
        answer->outcome = VERDICT_RETRY;
    g_strlcpy(answer->detail, result->line[0] != '\0' ? result->line : verdict.meaning,
              sizeof answer->detail);
}

static void submission_answered(void *data, const struct filter_submission *submission)
{
    struct line *line = data;
    line->answer.ended_at = g_get_monotonic_time();
    judge(submission, &line->answer);
    part_log_answer(&line->log, submission->result.final == RESULT_WITHHELD, &line->answer);
    wake(line->wakeup);
}

static void ask_answered(void *data, const struct result *result, GPtrArray *lines)
{
    struct line *line = data;
    if (line->ask.lines == NULL)
        return;
    line->ask.result = *result;
    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_add(line->ask.lines, g_strdup(lines->pdata[i]));
    line->ask.done = true;
    g_cond_signal(&line->answered);
}

static void noticed(void *data, const struct filter_notice *notice)
{
    struct line *line = data;
    notices_add(&line->notices, notice);
    wake(line->wakeup);
}

static const struct filter_hooks hooks = {
    .may_submit = may_submit,
    .answered = submission_answered,
    .asked = ask_answered,
    .noticed = noticed,
};

/* ---- moving bytes; the mutex is held ---- */

static void hang_up(struct line *line)
{
    if (line->hung_up)
        return;
    line->hung_up = true;
    filter_hang_up(line->filter);
    g_cond_signal(&line->answered);
    wake(line->wakeup);
}

/* Writes what it can; false when the other end is gone. `trace` may be NULL. */
static bool drain(GByteArray *bytes, int fd, struct trace *trace)
{
    while (bytes->len > 0) {
        ssize_t written = write(fd, bytes->data, bytes->len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno == EAGAIN;
        trace_bytes(trace, '>', bytes->data, (size_t)written);
        g_byte_array_remove_range(bytes, 0, (guint)written);
    }
    return true;
}

static void flush(struct line *line)
{
    GByteArray *to_modem = filter_to_modem(line->filter);
    if (!line->hung_up && !drain(to_modem, line->tty.modem, line->trace))
        hang_up(line);
    if (line->hung_up)
        g_byte_array_set_size(to_modem, 0);
    drain(filter_to_host(line->filter), line->tty.master, NULL);
}

/* False when there was nothing to read. */
static bool read_modem(struct line *line)
{
    uint8_t chunk[CHUNK];
    ssize_t size = read(line->tty.modem, chunk, sizeof chunk);
    if (size > 0) {
        trace_bytes(line->trace, '<', chunk, (size_t)size);
        filter_modem(line->filter, chunk, (size_t)size);
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        hang_up(line);
    }
    return size > 0;
}

static void read_host(struct line *line)
{
    uint8_t chunk[CHUNK];
    ssize_t size = read(line->tty.master, chunk, sizeof chunk);
    if (size > 0)
        filter_host(line->filter, chunk, (size_t)size);
}

/* How long the thread may sleep; what is due is done. */
static int settle_doubt(struct line *line)
{
    int64_t now = g_get_monotonic_time();
    int64_t doubted = (int64_t)filter_doubts(line->filter) * 1000;
    if (doubted == 0)
        line->trust_at = 0;
    else if (line->trust_at == 0)
        line->trust_at = now + doubted;
    if (line->trust_at != 0 && now >= line->trust_at) {
        line->trust_at = 0;
        filter_trust(line->filter);
        flush(line);
    }
    return line->trust_at == 0 ? -1 : (int)((line->trust_at - now) / 1000 + 1);
}

/* ---- silence; the mutex is held ---- */

static void wait_in_vain(struct line *line, int64_t waited)
{
    if (patience_wait(&line->patience, waited))
        wake(line->wakeup);
}

/* How long the thread may sleep; a wait of the host that is over is ended. */
static int expire_host(struct line *line)
{
    int64_t now = g_get_monotonic_time();
    int64_t left = patience_host(&line->patience, line->filter, now);
    if (left > 0 && line->hung_up) /* libgammu would wait all the same */
        left = 0;
    if (left == 0) {
        wait_in_vain(line, now - line->patience.since);
        filter_expire(line->filter);
        flush(line);
        left = -1;
    }
    return left < 0 ? -1 : (int)(left / 1000 + 1);
}

/* Of two times to sleep; -1: for ever. */
static int sooner(int one, int other)
{
    return one < 0 || (other >= 0 && other < one) ? other : one;
}

enum { POLL_KICK, POLL_HOST, POLL_MODEM, POLL_COUNT };

static short wanted(const GByteArray *bytes)
{
    return bytes->len > 0 ? POLLIN | POLLOUT : POLLIN;
}

static void *run(void *data)
{
    struct line *line = data;
    g_mutex_lock(&line->mutex);
    while (!line->stop) {
        int sleep_ms = sooner(settle_doubt(line), expire_host(line));
        struct pollfd polls[POLL_COUNT] = {
            [POLL_KICK] = {.fd = line->kick, .events = POLLIN},
            [POLL_HOST] = {.fd = line->tty.master, .events = wanted(filter_to_host(line->filter))},
            [POLL_MODEM] = {.fd = line->hung_up ? -1 : line->tty.modem,
                            .events = wanted(filter_to_modem(line->filter))},
        };
        g_mutex_unlock(&line->mutex);
        int ready = poll(polls, POLL_COUNT, sleep_ms);
        g_mutex_lock(&line->mutex);
        if (ready <= 0)
            continue;
        if (polls[POLL_KICK].revents != 0)
            settle(line->kick);
        if ((polls[POLL_HOST].revents & POLLIN) != 0)
            read_host(line);
        if ((polls[POLL_MODEM].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0)
            read_modem(line);
        flush(line);
        /* Ctrl-Z comes through this very thread, so it waits; the worker's need not. */
        if (filter_submission(line->filter)->begun)
            part_log_sync(&line->log, &line->mutex);
    }
    g_mutex_unlock(&line->mutex);
    return NULL;
}

/* ---- the worker's side ---- */

/* What came while nobody had the tty open is said by itself, whatever it looks like: an OK among
 * it answers nobody, and half a line waits for its end. Bounded, for the wrong port of a modem may
 * never be silent. */
static void read_what_waits(struct line *line)
{
    for (unsigned i = 0; i < WAITING_MAX && !line->hung_up && read_modem(line); i++)
        continue;
}

struct line *line_open(const char *device, const char *trace, GError **error)
{
    struct tty tty;
    if (!tty_open(&tty, device, error))
        return NULL;
    struct trace *file = NULL;
    if (trace != NULL && trace[0] != '\0' && (file = trace_open(trace, error)) == NULL) {
        tty_close(&tty);
        return NULL;
    }
    struct line *line = g_new0(struct line, 1);
    g_mutex_init(&line->mutex);
    g_cond_init(&line->answered);
    notices_init(&line->notices);
    line->tty = tty;
    line->trace = file;
    line->guard = -1;
    patience_init(&line->patience, PATIENCE_MS);
    line->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    line->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    g_assert(line->kick >= 0 && line->wakeup >= 0);
    line->filter = filter_new(&hooks, line);
    read_what_waits(line);
    line->thread = g_thread_new("line", run, line);
    return line;
}

void line_free(struct line *line)
{
    if (line == NULL)
        return;
    g_mutex_lock(&line->mutex);
    line->stop = true;
    g_mutex_unlock(&line->mutex);
    wake(line->kick);
    g_thread_join(line->thread);
    notices_clear(&line->notices);
    filter_free(line->filter);
    trace_close(line->trace);
    part_log_clear(&line->log);
    tty_close(&line->tty);
    close(line->kick);
    close(line->wakeup);
    g_cond_clear(&line->answered);
    g_mutex_clear(&line->mutex);
    g_free(line);
}

const char *line_pty(const struct line *line)
{
    return line->tty.slave_path;
}

int line_pty_fd(const struct line *line)
{
    return line->tty.slave;
}

int line_wakeup(const struct line *line)
{
    return line->wakeup;
}

void line_awake(struct line *line)
{
    settle(line->wakeup);
}

bool line_hung_up(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    return line->hung_up;
}

/* Bytes that did not fit go when the thread finds room. */
static void flush_own(struct line *line)
{
    flush(line);
    if (filter_to_modem(line->filter)->len > 0)
        wake(line->kick);
}

/* Until the ask is done, or for `within` µs, or until the patience is used up. A long answer that
 * goes on is no silence. */
static void wait_for_answer(struct line *line, int64_t within)
{
    int64_t since = g_get_monotonic_time(), deadline = since + within;
    uint64_t heard = filter_heard(line->filter);
    while (!line->ask.done && !line->hung_up) {
        int64_t patient = since + line->patience.limit - line->patience.unheard;
        if (g_cond_wait_until(&line->answered, &line->mutex, MIN(deadline, patient)))
            continue;
        if (g_get_monotonic_time() >= deadline || filter_heard(line->filter) == heard)
            break;
        heard = filter_heard(line->filter);
        since = g_get_monotonic_time();
        patience_heard(&line->patience);
    }
    if (filter_heard(line->filter) != heard)
        patience_heard(&line->patience);
    else if (!line->hung_up)
        wait_in_vain(line, g_get_monotonic_time() - since);
}

bool line_ask(struct line *line, const char *command, unsigned within_ms, GPtrArray **retlines,
              struct result *retresult)
{
    if (line->before_ask != NULL)
        line->before_ask(line->before_data);
    struct result result = {.final = RESULT_NO_ANSWER, .code = -1};
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_mutex_lock(&line->mutex);
    line->ask = (struct ask){.lines = lines};
    if (!line->hung_up && !line->patience.silent && filter_ask(line->filter, command)) {
        flush_own(line);
        wait_for_answer(line, MIN((int64_t)within_ms * 1000, patience_ask(&line->patience)));
        if (line->ask.done)
            result = line->ask.result;
        else
            filter_abandon(line->filter);
    }
    if (line->hung_up)
        result = (struct result){.final = RESULT_HANG_UP, .code = -1};
    line->ask = (struct ask){0};
    g_mutex_unlock(&line->mutex);
    if (retlines != NULL)
        *retlines = lines;
    else
        g_ptr_array_unref(lines);
    if (retresult != NULL)
        *retresult = result;
    return result.final == RESULT_OK;
}

void line_set_patience(struct line *line, unsigned silent_ms)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    patience_init(&line->patience, silent_ms);
}

bool line_is_silent(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    return line->patience.silent;
}

void line_forgive_silence(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    patience_heard(&line->patience);
    line->patience.silent = false;
}

void line_before_ask(struct line *line, void (*before)(void *data), void *data)
{
    line->before_ask = before;
    line->before_data = data;
}

void line_secret(struct line *line, bool secret)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    trace_secret(line->trace, secret);
}

void line_escape(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    g_byte_array_append(filter_to_modem(line->filter), (const guint8 *)"\x1b", 1);
    flush_own(line);
}

void line_know(struct line *line, const char *command, const char *answer)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    filter_know(line->filter, command, answer);
}

void line_own_centre(struct line *line, bool own)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    filter_own_centre(line->filter, own);
}

void line_guard(struct line *line, int socket)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    line->guard = socket;
}

void line_aim(struct line *line, struct flight *flight, struct flight_part *part)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    filter_renew(line->filter);
    line->answer = (struct line_answer){.reference = -1};
    part_log_aim(&line->log, flight, part);
    line->closed = false;
}

int line_progress(struct line *line, struct line_answer *retanswer)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    const struct filter_submission *submission = filter_submission(line->filter);
    if (!submission->begun)
        return 0;
    if (!submission->ended)
        return 1;
    *retanswer = line->answer;
    return 2;
}

bool line_give_up(struct line *line, struct line_answer *retanswer)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    while (filter_doubts(line->filter) > 0) /* a vague answer is more than none */
        filter_trust(line->filter);
    flush_own(line);
    struct filter_submission submission = *filter_submission(line->filter);
    bool answered = submission.ended;
    if (!answered) {
        submission.result = (struct result){.final = RESULT_NO_ANSWER, .code = -1};
        if (!submission.submitted)
            submission.result.final = RESULT_NO_PROMPT;
        submission_answered(line, &submission);
    }
    part_log_close(&line->log);
    line->closed = true;
    *retanswer = line->answer;
    return answered;
}

void line_keep(struct line *line, struct kept *kept)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    notices_keep(&line->notices, kept);
}

bool line_notice(struct line *line, struct line_notice *retnotice)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    return notices_take(&line->notices, retnotice);
}

void line_forget_restarts(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    notices_forget_restarts(&line->notices);
}

bool line_missed(struct line *line)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&line->mutex);
    bool missed = line->notices.missed;
    line->notices.missed = false;
    return missed;
}
