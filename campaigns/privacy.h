// SPDX-License-Identifier: GPL-2.0-or-later
/* What people may ask of those who hold their data: to see it, and to have it erased. Counts are
 * made from rows that stay, so tallies and coverage of every campaign are the same before and
 * after. */
#pragma once

#include "campaigns/store/erase.h"
#include "campaigns/store/privacy.h"

/* Whom it is about: a person by id, or the number as somebody wrote it. */
struct privacy_request {
    int64_t person_id; /* 0: `phone` */
    const char *phone;
    bool everybody; /* erasing by a number that several share means all of them */
    const char *by, *reason;
    int64_t now;
};

enum privacy_error {
    PRIVACY_ERROR_UNKNOWN, /* nobody with that number or id */
    PRIVACY_ERROR_SHARED,  /* several persons: one must be named */
    PRIVACY_ERROR_ERASED,  /* that was done already */
};
GQuark privacy_error_quark(void);
#define PRIVACY_ERROR (privacy_error_quark())

enum { PRIVACY_FOUND_MAX = 200 };

/* A name or part of one with or without diacritics, or a number; New GPtrArray of struct
 * person_found. */
GPtrArray *privacy_find(struct store *store, const char *query, GError **error);

/* One object with all that is held, and a line in the ledger. The caller decrefs. Times that are
 * members ending in "at" are RFC 3339 in `zone`. */
json_t *privacy_export(struct store *store, const struct privacy_request *request, GTimeZone *zone,
                       GError **error);

struct privacy_erasure {
    struct erase_counts counts;
    unsigned shared_with; /* others keep the number: so many; 0: it is gone */
    bool clean;           /* no remains in unused parts of the file; else perhaps */
};
/* `dry_run`: counts what would go and changes nothing. */
bool privacy_erase(struct store *store, const struct privacy_request *request, bool dry_run,
                   struct privacy_erasure *reterasure, GError **error);

/* Keeps of `questions` (struct erase_question) those that are answered in words. */
bool privacy_keep_worded(struct store *store, GArray *questions, GError **error);
