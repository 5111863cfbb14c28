// SPDX-License-Identifier: GPL-2.0-or-later
// Figures as they are counted, added and closed. For the files of the tally.
#pragma once

#include "campaigns/tally.h"

/* All zero, with the questions of the file. */
void tally_figures_open(struct tally_figures *figures, const struct campaign_config *config);
/* All zero, with the questions of `pattern`; NULL: with none. */
void tally_figures_like(struct tally_figures *figures, const struct tally_figures *pattern);
void tally_figures_clear(struct tally_figures *figures);

/* NULL: there is none. */
struct tally_question *tally_figures_question(const struct tally_figures *figures, const char *id);
/* A question that has gone from the file; all its answers are "other". */
struct tally_question *tally_figures_add_gone(struct tally_figures *figures, const char *id);
struct tally_option *tally_question_add_option(struct tally_question *question, const char *code,
                                               const char *label, bool addon);
struct tally_field *tally_question_add_field(struct tally_question *question, const char *name,
                                             const char *label);
void tally_field_add(struct tally_field *field, int64_t number, int64_t given);

/* All but `target.plan`, which is no sum where units of several levels have one. */
void tally_figures_add(struct tally_figures *sum, const struct tally_figures *more);
/* When all is added: whoever can answer and did not. */
void tally_figures_close(struct tally_figures *figures);
