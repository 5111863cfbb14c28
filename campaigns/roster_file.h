// SPDX-License-Identifier: GPL-2.0-or-later
/* A file as it was sent, whatever it is, into one table: CSV in any encoding, or a sheet of a
 * workbook. What is not certain is refused with what it might be, or, for a preview, guessed and
 * marked so. */
#pragma once

#include "campaigns/charset_guess.h"
#include "campaigns/csv.h"

struct roster_file_wish {
    enum charset charset; /* CHARSET_UNSAID: only what shows itself */
    const char *sheet;    /* of a workbook; NULL: the first with data */
    bool preview;         /* take the best guess, and say that it is one */
};

struct roster_file {
    struct csv_table *table;
    const char *encoding; /* "TCVN3", "XLSX" */
    enum charset cells;   /* in which some cells were reread; CHARSET_UNSAID: none */
    bool guessed;         /* importing it needs the encoding said */
    enum charset guess;   /* which; CHARSET_UNSAID unless `guessed` */
    GPtrArray *guesses;   /* struct charset_guess *; NULL: there was nothing to guess */
    char *sheet;          /* NULL: no workbook */
    GPtrArray *notes;     /* char *: sentences for the report */
};

/* `retfile` is cleared by the caller in any case. Sentences begin with `name`. */
bool roster_file_read(const void *bytes, gsize length, const char *name,
                      const struct roster_file_wish *wish, struct roster_file *retfile,
                      GError **error);
void roster_file_clear(struct roster_file *file);
