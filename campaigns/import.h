// SPDX-License-Identifier: GPL-2.0-or-later
/* A roster file into the store, all or nothing, with an account of every row. */
#pragma once

#include "campaigns/roster.h"
#include "campaigns/roster_file.h"
#include "campaigns/store/store.h"

enum import_change {
    IMPORT_NONE, /* the row is no person, or was merged into another */
    IMPORT_ADDED,
    IMPORT_UPDATED,
    IMPORT_UNCHANGED,
    IMPORT_CHANGE_COUNT,
};

struct import_file {
    const void *bytes;
    size_t length;
    const char *name; /* as the person called it */
};

struct import_options {
    const struct import_file *roster;
    const struct import_file *units; /* NULL: the stored tree */
    const char *group;               /* NULL: none; else every person joins it */
    const char *by;
    enum charset charset; /* of both files; CHARSET_UNSAID: what they show themselves */
    const char *sheet;    /* of a workbook; NULL: the first with data */
    bool dry_run;         /* do it all, report it, and take it back; encodings may be guessed */
    int64_t now;
    const char *time_zone; /* of the house: what day it is; NULL: Asia/Ho_Chi_Minh */
};

struct import_row {
    unsigned line;
    enum roster_outcome outcome;
    enum import_change change;
    char *name;             /* of the person; NULL: none */
    char *reason;           /* NULL: nothing to say */
    GPtrArray *conversions; /* char *: what was changed in reading; never NULL */
    GPtrArray *warnings;    /* char *: what the store had to decide; never NULL */
    unsigned merged_line;   /* ROW_DUPLICATE: the row that stays; else 0 */
};

struct import_column {
    unsigned index;
    const char *field; /* roster_field_name() */
    char *heading;
};

/* A person as the roster was read, for a look before anything is stored. */
struct import_person {
    unsigned line;
    char *name, *birth, *unit; /* "" where there is none */
    enum sex sex;
    struct phone phone; /* empty: none */
};

struct import_report {
    bool dry_run;
    char *file, *encoding;
    char separator;     /* NUL: a workbook */
    char *sheet;        /* NULL: no workbook */
    enum charset cells; /* some cells were reread in it; CHARSET_UNSAID: none */
    enum charset guess; /* a dry run's: importing needs it said; CHARSET_UNSAID: all is certain */
    GPtrArray *guesses; /* struct charset_guess *, best first; NULL: there was nothing to guess */
    GPtrArray *notes;   /* char *: about the file as a whole */
    GPtrArray *first;   /* struct import_person *: the first persons */
    int64_t import_id;  /* 0 when dry */
    GPtrArray *columns; /* struct import_column * */
    GPtrArray *rows;    /* struct import_row *, one for each row of the file, empty ones too */
    unsigned outcomes[ROW_DUPLICATE + 1];
    unsigned changes[IMPORT_CHANGE_COUNT]; /* persons added, updated, unchanged */
    unsigned recognised;                   /* persons, with and without a mobile */
    unsigned converted;                    /* rows where something was changed in reading */
    unsigned merged, rejected, no_phone, warned;
    unsigned no_unit; /* persons whose unit the file does not tell, or nobody knows */
    unsigned contacts_added, households_added, units_added, units_updated;
    char *rejects; /* CSV: heading, the rejected rows as they were, and the reason */
};

/* NULL with an error when nothing was imported; mistakes of the units table stand in `mistakes`
 * with their lines. Needs no open transaction. */
struct import_report *import_run(struct store *store, const struct import_options *options,
                                 GPtrArray *mistakes, GError **error);
void import_report_free(struct import_report *report);

const char *import_change_name(enum import_change change); /* "", "added" … */

enum import_error {
    IMPORT_ERROR_UNITS, /* the units table has mistakes */
    IMPORT_ERROR_EMPTY, /* not one person in the roster */
    IMPORT_ERROR_GROUP, /* the group has a rule */
};
GQuark import_error_quark(void);
#define IMPORT_ERROR (import_error_quark())
