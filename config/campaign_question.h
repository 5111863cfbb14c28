// SPDX-License-Identifier: GPL-2.0-or-later
// One question of a campaign file: what is asked, and how it may be answered.
#pragma once

#include "config/reader.h"

enum question_kind {
    QUESTION_CHOICE,
    QUESTION_CHOICES,
    QUESTION_NUMBERS,
    QUESTION_HEADCOUNT,
    QUESTION_TEXT
};
enum option_sense { SENSE_NONE, SENSE_YES, SENSE_NO };

struct option_config {
    char *code, *label;
    char **aliases;
    int sense; /* enum option_sense */
    bool exclusive;
};

struct field_config {
    char *name, *label;
};

struct question_config {
    char *id, *keyword, *text;
    int kind;           /* enum question_kind */
    GPtrArray *options; /* struct option_config * */
    GPtrArray *addons;  /* struct option_config * */
    GPtrArray *fields;  /* struct field_config * */
};

extern const struct setting campaign_question_settings[]; /* of a struct question_config */

/* By id, borrowed; NULL: there is none. `questions` of a file that was not read may be NULL. */
const struct question_config *question_find(const GPtrArray *questions, const char *id);
