// SPDX-License-Identifier: GPL-2.0-or-later
/* The voices of a tally with their names, in the order of the units and of the roster: what lists
 * are made of. */
#pragma once

#include "campaigns/sheet_work.h"
#include "campaigns/store/coverage.h"

struct sheet_voice {
    const struct place *place;
    int64_t voice, person_id, household_id;
    bool able, answered; /* in the base; answered any question */
    char **codes;        /* "question=code" for all it chose, add-ons too; NULL: none */
    int64_t heads;       /* that it said will come; -1: it did not say */
};

struct sheet_names {
    struct tally *tally;
    GPtrArray *voices; /* struct sheet_voice *, within the request's unit */
};

struct sheet_names *sheet_names_new(const struct sheet_work *work, GError **error);
void sheet_names_free(struct sheet_names *names);

bool sheet_voice_chose(const struct sheet_voice *voice, const char *question, const char *code);
bool sheet_voice_face(const struct sheet_work *work, const struct sheet_voice *voice,
                      struct coverage_face *retface, GError **error);
