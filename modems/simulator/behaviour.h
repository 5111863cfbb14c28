// SPDX-License-Identifier: GPL-2.0-or-later
// The behaviour file: how the simulated modems, their network and the handsets behave.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "modems/simulator/habits.h"

enum outcome_kind {
    OUTCOME_OK,
    OUTCOME_BARE,  /* OK without the line that should stand before it */
    OUTCOME_ERROR, /* ERROR */
    OUTCOME_CME,
    OUTCOME_CMS,
    OUTCOME_LINE,  /* an error in words of its own */
    OUTCOME_LATER, /* the answer comes when the network has spoken */
};

struct outcome {
    enum outcome_kind kind;
    int code;
    const char *line; /* of OUTCOME_LINE; lives as long as the simulator */
};

enum silence { SILENCE_NONE, SILENCE_LOST, SILENCE_SENT };
enum reports_at { REPORTS_BEFORE_ANSWER, REPORTS_BEFORE_RESULT, REPORTS_BEHIND };

struct modem_override {
    int64_t index;
    struct modem_behaviour behaviour; /* -1 and NULL: as for all */
};

struct number_rule {
    char *pattern;
    char *code;
    int silent;     /* enum silence */
    int64_t air_ms; /* -1: the modem's */
    char **reports; /* TP-ST in hex, in their order; "none" */
    int reports_at; /* enum reports_at */
    int64_t times;  /* per number; 0: always */
    GRegex *regex;
};

/* Of a modem that names it, or its network code. */
struct operator_rule {
    char *name;
    char **codes; /* "45204" */
    struct tariff account;
    GPtrArray *menus; /* struct service_rule * */
};

struct answer {
    char *text; /* empty: no answer */
    double weight;
};

struct household {
    char *first, *numbers;
    int64_t count, column, times, delay_ms, spread_ms;
    char *trigger;
    GPtrArray *answers; /* struct answer * */
    GRegex *regex;
    GHashTable *members; /* canonical numbers of the file, or NULL */
    uint64_t first_value;
};

struct behaviour {
    int64_t seed, modem_count, zone_minutes;
    char *country;
    struct modem_behaviour modem;
    GPtrArray *modems;     /* struct modem_override * */
    GPtrArray *numbers;    /* struct number_rule *: the first that fits counts */
    GPtrArray *operators;  /* struct operator_rule * */
    GPtrArray *ussd;       /* struct service_rule *, for who has no other */
    GPtrArray *households; /* struct household * */
    GPtrArray *cues;       /* struct cue * */
};

/* Path NULL: all defaults. Mistakes are printed on stderr, and NULL returned. */
struct behaviour *behaviour_read(const char *path);
void behaviour_free(struct behaviour *behaviour);

/* The settings of one modem; the strings are borrowed from `behaviour`. */
struct modem_behaviour behaviour_modem(const struct behaviour *behaviour, unsigned index);
/* "38" is CMS 38, "cme 30", "error", "ok" (accepted, but OK alone), and what begins with a capital
 * or + is the line itself; false for anything else. */
bool behaviour_outcome(const char *code, struct outcome *retoutcome);
/* For the tables of other files: a sentence, or NULL when it is a code, or an expression. */
char *behaviour_check_code(const void *field);
char *behaviour_check_pattern(const void *field);
/* NULL: the file says nothing of it. */
const struct operator_rule *behaviour_operator(const struct behaviour *behaviour,
                                               const struct modem_behaviour *modem);
/* Digits with the country code and without +, so that 0912…, 84912… and +84912… are one; the caller
 * frees. Letters stay as they are. */
char *behaviour_canonical(const struct behaviour *behaviour, const char *number);
