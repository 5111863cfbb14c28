// SPDX-License-Identifier: GPL-2.0-or-later
// A campaign file: what is said, to whom, what is asked, how answers are written.
#pragma once

#include "config/campaign_question.h"

enum campaign_kind { KIND_NOTICE, KIND_SURVEY, KIND_DIALOGUE };
enum count_by { COUNT_BY_PERSON, COUNT_BY_HOUSEHOLD, COUNT_BY_CONTACT };
enum priority { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_EMERGENCY };
enum reminder_to { REMIND_SILENT, REMIND_ALL, REMIND_ANSWERED };
enum campaign_asks { ASK_TOGETHER, ASK_IN_TURN };
enum on_unsure { UNSURE_ASK, UNSURE_RESEND };

enum attribute_is { IS_EQUAL, IS_OTHER, IS_LEAST, IS_MORE, IS_MOST, IS_LESS };
struct attribute_config {
    char *attribute;
    int is; /* enum attribute_is */
    char **values;
};

struct reminder_config {
    int64_t at;
    int to;         /* enum reminder_to */
    char **options; /* REMIND_ANSWERED: only to those whose answer holds one of these codes */
    char *text;
};

struct unit_plan_config {
    char *unit;
    int64_t plan;
};

struct campaign_config {
    char *code, *title;
    char *organisation; /* in whose name it is sent, and whom an opt-out refuses; NULL: the house */
    int kind, count_by, priority;
    int on_unsure; /* enum on_unsure: what becomes of a message that was perhaps sent */
    struct {
        char **units; /* with all below them */
        char **groups;
        GPtrArray *where; /* struct attribute_config *: all must hold */
    } audience;
    int64_t opens, closes; /* 0: open end */
    struct hours window;   /* within the gateway's sending hours */
    char *text, *text_marked;
    bool send_marked;
    GPtrArray *questions; /* struct question_config * */
    struct {
        int ask;                 /* enum campaign_asks */
        int64_t remind_after_ms; /* IN_TURN: ask an open question once more; 0: never */
        int64_t timeout_ms;      /* IN_TURN: then it takes no more answers */
    } conversation;
    struct {
        char **keywords;
        char *
            confirm; /* ends the answer to an opinion and asks for 1 or 0; NULL: nothing is asked */
    } opinion;
    struct {
        char **keywords;
    } optout;
    struct {
        char *accepted, *unclear, *opinion, *optout; /* NULL: silent */
    } answers;
    GPtrArray *reminders; /* struct reminder_config * */
    char **snapshots;     /* RFC 3339 */
    struct {
        int64_t plan;
        char **options;
        GPtrArray *units; /* struct unit_plan_config * */
    } target;
    struct {
        double more_than; /* percent */
        int by;           /* enum count_by */
    } coverage;
    struct {
        int64_t months; /* after its end numbers and texts are erased; 0: never */
    } retention;
    struct {
        char **rules;              /* RFC 5545 RRULE; empty: the campaign comes once */
        char *from;                /* first day, "2026-01-01"; NULL: the day it was made */
        char *at;                  /* local time of opening, "08:00" */
        int64_t ahead_ms, open_ms; /* draft made so long before; closes so long after it opened */
    } repeat;
};

extern const struct setting campaign_settings[];

const char *count_by_name(enum count_by by);     /* as in the file */
const char *on_unsure_name(enum on_unsure what); /* as in the file */

/* `name` is what mistakes call the file. Checks also what spans settings: words that mean two
 * things, questions without options, closing before opening. That there is a text and an audience,
 * and what fills its placeholders, is checked where a campaign is created. */
bool campaign_config_read(const char *text, const char *name, struct campaign_config *retconfig,
                          GPtrArray *mistakes);
void campaign_config_clear(struct campaign_config *config);
/* Where a setting of a file that reads ("questions[0].kind"), or the nearest one around it, stands;
 * 0: unknown. For checks beyond this room. */
unsigned campaign_config_line(const char *text, const char *field);
