// SPDX-License-Identifier: GPL-2.0-or-later
// What the files that fill reports share while one is filled.
#pragma once

#include "campaigns/places.h"
#include "campaigns/sheet_make.h"
#include "campaigns/tally.h"

struct sheet_work {
    struct store *store;
    const struct sheet_request *request;
    struct campaign_config campaign; /* its file */
    struct places *places;           /* of the request's day */
    const struct place *within;      /* of the request's unit; NULL: all */
    struct sheet *sheet;
};

/* Each fills `work->sheet`, which has its head. */
typedef bool sheet_filler(struct sheet_work *work, GError **error);
sheet_filler sheet_fill_attendance, sheet_fill_classes, sheet_fill_nonrespondents; /* _lists.c */
sheet_filler sheet_fill_tally, sheet_fill_plan;                                    /* _figures.c */
sheet_filler sheet_fill_coverage, sheet_fill_missed;                               /* _coverage.c */
sheet_filler sheet_fill_opinions;                                                  /* _opinions.c */

/* The tally that the figures are of; `listener` NULL: nobody. The caller frees. */
struct tally *sheet_tally(const struct sheet_work *work, const struct tally_listener *listener,
                          GError **error);
/* Of the units of a tally those within the request's unit: from `retfirst` up to before `retend`;
 * and the figures of all of them together. */
const struct tally_figures *sheet_tally_units(const struct sheet_work *work,
                                              const struct tally *tally, unsigned *retfirst,
                                              unsigned *retend);
const char *sheet_voices(int count_by); /* "người", "hộ", "số máy" */
/* "Phòng Tổ chức", its code where it has no name, and words for none. */
const char *sheet_unit_label(const char *code, const char *name);
void sheet_note_poll(struct sheet *sheet);
