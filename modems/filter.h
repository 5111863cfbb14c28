// SPDX-License-Identifier: GPL-2.0-or-later
/* The line without its wires: bytes from libgammu (the host) and from the modem go in, bytes for
 * either side come out, and what else happened is told through hooks. No I/O, no clock, no thread,
 * so that every order of bytes can be tried in a test. */
#pragma once

#include "modems/result.h"

/* How far one AT+CMGS got. */
struct filter_submission {
    bool begun;        /* the modem was told AT+CMGS */
    bool submitted;    /* Ctrl-Z passed */
    bool ended;        /* `result` is valid */
    int32_t reference; /* of +CMGS; -1: none seen */
    struct result result;
};

/* What the modem said without being asked. */
struct filter_notice {
    enum result_kind kind;
    char memory[8]; /* stored ones */
    int32_t index;
    const char *text; /* the PDU of pushed ones, else the line, "\n" for each line end inside the
                         quotes of a text over USSD; borrowed */
};

/* Called from within filter_host(), filter_modem() and filter_hang_up(). */
struct filter_hooks {
    bool (*may_submit)(void *data); /* Ctrl-Z is about to pass; false: ESC goes in its place */
    void (*answered)(void *data, const struct filter_submission *submission);
    void (*asked)(void *data, const struct result *result, GPtrArray *lines); /* of filter_ask() */
    void (*noticed)(void *data, const struct filter_notice *notice);
};

struct filter;

struct filter *filter_new(const struct filter_hooks *hooks, void *data);
void filter_free(struct filter *filter);

void filter_host(struct filter *filter, const void *bytes, size_t size);
void filter_modem(struct filter *filter, const void *bytes, size_t size);
void filter_hang_up(struct filter *filter);

/* A command of our own, which the host does not see; false while one is being answered. */
bool filter_ask(struct filter *filter, const char *command);
/* Waits no longer for the answer to what was asked; what still comes is noise. */
void filter_abandon(struct filter *filter);

/* Counts what the modem has said in answer to somebody: unsolicited lines and echoes do not. */
uint64_t filter_heard(const struct filter *filter);
enum filter_wait { FILTER_WAITS_NOT, FILTER_WAITS_FOR_ANSWER, FILTER_WAITS_FOR_PROMPT };
/* What the host waits for; after Ctrl-Z its patience is not ours to end. */
enum filter_wait filter_host_waits(const struct filter *filter);
/* Ends that wait: the host is told ERROR, and a prompt that was not given is left by ESC. */
void filter_expire(struct filter *filter);

/* A final result came before the echo of the command: it may be late, from an earlier command, or
 * the echo was switched off; or OK or an error came after Ctrl-Z and does not say of what; or a
 * text over USSD has no closing quote yet. 0, or for how many ms that is doubted: then
 * filter_trust() takes it, unless the echo, the answer or the quote comes. */
unsigned filter_doubts(const struct filter *filter);
void filter_trust(struct filter *filter);

/* The last AT+CMGS; `renew` forgets it, so that the next one can be told apart. */
const struct filter_submission *filter_submission(const struct filter *filter);
void filter_renew(struct filter *filter);

/* From now on the host is given this answer, and the modem is not asked: it was asked before. */
void filter_know(struct filter *filter, const char *command, const char *answer);
/* From now on the PDUs that the host writes reach the modem without their service centre: it takes
 * the SIM's. The host must name one, and not every modem says what the SIM's is. */
void filter_own_centre(struct filter *filter, bool own);

/* What must be written to either side; the caller removes what it has written. */
GByteArray *filter_to_host(struct filter *filter);
GByteArray *filter_to_modem(struct filter *filter);
