// SPDX-License-Identifier: GPL-2.0-or-later
/* The line: it holds the modem's tty, gives libgammu a pty instead, and moves the bytes between the
 * two through the filter, in a thread of its own because libgammu blocks in its caller's. */
#pragma once

#include "modems/filter.h"
#include "modems/flight.h"
#include "modems/notices.h"
#include "modems/verdict.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How one part ended, judged. */
struct line_answer {
    bool submitted; /* Ctrl-Z passed */
    enum verdict_outcome outcome;
    enum verdict_space space;
    int32_t cause;
    uint32_t retry_after_ms;
    int32_t reference;              /* TP-MR; -1: none */
    int64_t submitted_at, ended_at; /* monotonic, µs; 0: did not happen */
    char detail[RESULT_LINE_SIZE];  /* the final result as the modem wrote it, or ours */
};

struct line;

/* Opens the tty for itself alone, 115200 8N1 raw. `trace` may be NULL or empty. */
struct line *line_open(const char *device, const char *trace, GError **error);
void line_free(struct line *line);

const char *line_pty(const struct line *line); /* what libgammu opens */
int line_pty_fd(const struct line *line);      /* our own descriptor of it: not libgammu's */
int line_wakeup(const struct line *line);      /* readable when something below has changed */
void line_awake(struct line *line);            /* clears that */
bool line_hung_up(struct line *line);

/* Another patience than PATIENCE_MS (modems/patience.h), before the first question. */
void line_set_patience(struct line *line, unsigned silent_ms);
/* It has answered nothing for so long. Nothing is asked any more then: every question, also
 * libgammu's, fails at once. */
bool line_is_silent(struct line *line);
/* The modem was told to restart: its silence counts from now on. */
void line_forgive_silence(struct line *line);
/* Called before each question, which takes less than PATIENCE_ASK_MS, whatever it is allowed. */
void line_before_ask(struct line *line, void (*before)(void *data), void *data);

/* Asks the modem directly. False unless it answered OK; `retresult` and `retlines` (may be NULL)
 * are set in any case. Never between line_aim() and the answer. */
bool line_ask(struct line *line, const char *command, unsigned within_ms, GPtrArray **retlines,
              struct result *retresult);
/* See trace_secret(). */
void line_secret(struct line *line, bool secret);
void line_escape(struct line *line); /* leaves a PDU entry that somebody else left open */

/* See filter_know() and filter_own_centre(). */
void line_know(struct line *line, const char *command, const char *answer);
void line_own_centre(struct line *line, bool own);
/* From here Ctrl-Z passes only while the peer of this socket is there. */
void line_guard(struct line *line, int socket);
/* The next submission is logged in this part of that flight log (NULL: in none), which is written
 * to disk before Ctrl-Z passes; if it cannot be, the answer is VERDICT_NO_LOG. */
void line_aim(struct line *line, struct flight *flight, struct flight_part *part);
/* 0: the modem was not told of it yet, 1: on the way, 2: ended, `retanswer` is set. */
int line_progress(struct line *line, struct line_answer *retanswer);
/* The deadline has passed: closes the book on the submission and says how far it got; true when
 * there was an answer, if only a vague one. */
bool line_give_up(struct line *line, struct line_answer *retanswer);

/* From here what is pushed is kept there before anybody hears of it; so is what was pushed already.
 */
void line_keep(struct line *line, struct kept *kept);
/* The oldest notice; false when there is none. The caller frees the text. */
bool line_notice(struct line *line, struct line_notice *retnotice);
/* Drops what was said of restarts so far: nothing was set up yet that could be lost. */
void line_forget_restarts(struct line *line);
/* Once true after notices had to be dropped: list the stores. */
bool line_missed(struct line *line);
