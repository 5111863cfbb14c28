// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a libconfig file into a plain struct by a table of settings. Every mistake of the file is
 * found, not just the first: unknown keys, wrong types, values out of range, missing ones. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_TEXT,     /* char * */
    SETTING_TEXTS,    /* GStrv, from an array or list of strings */
    SETTING_INTEGER,  /* int64_t, minimum..maximum */
    SETTING_REAL,     /* double, minimum..maximum; an integer is taken too */
    SETTING_FLAG,     /* bool */
    SETTING_DURATION, /* int64_t milliseconds, from "48h", "15m", "30s", "250ms", "2d" */
    SETTING_TIME,     /* int64_t UTC milliseconds, from RFC 3339 with an offset */
    SETTING_HOURS,    /* struct hours, from "07:30-11:30, 13:30-20:30" */
    SETTING_CHOICE,   /* int: index into `choices` */
    SETTING_GROUP,    /* a struct inside the struct, described by `members` */
    SETTING_LIST,     /* GPtrArray * of structs of `member_size` bytes, described by `members` */
};

/* One row of a table; a row without key ends it. */
struct setting {
    const char *key;
    enum setting_type type;
    size_t offset;           /* of the field in the struct */
    double minimum, maximum; /* both 0: any value. Durations count in milliseconds */
    bool required;           /* inside a group or list element: required where that stands */
    /* Default, written as in the file, the quotes of text left out; NULL: zero, NULL or empty. */
    const char *initial;
    const char *const *choices; /* SETTING_CHOICE, NULL-terminated */
    const struct setting *members;
    size_t member_size;
    /* Further check of one value; returns a sentence (freed by the reader) or NULL when it is well.
     */
    char *(*check)(const void *field);
    const char *help;
    const char *example; /* value in the example file, where there is no default */
};

/* Ranges of minutes after local midnight, in order and without overlap; count 0: any time. */
struct hours {
    unsigned count;
    struct hours_range {
        uint16_t from, to; /* to is exclusive; 1440 at most */
    } range[8];
};

struct mistake {
    char *file;
    unsigned line; /* 0: the file as a whole */
    char *field;   /* path such as modems[1].device; NULL where there is none */
    char *sentence;
    bool warning; /* worth a line on the terminal, but no reason to refuse the file */
};

/* New GPtrArray of struct mistake *, freed with it. */
GPtrArray *mistakes_new(void);
void mistakes_add(GPtrArray *mistakes, const char *file, unsigned line, const char *field,
                  const char *format, ...) G_GNUC_PRINTF(5, 6);
void mistakes_warn(GPtrArray *mistakes, const char *file, unsigned line, const char *field,
                   const char *format, ...) G_GNUC_PRINTF(5, 6);
/* How many are no mere warnings. */
unsigned mistakes_count(const GPtrArray *mistakes);
/* "file:line: field: sentence", a warning with "warning: " before its sentence; the caller frees.
 */
char *mistake_text(const struct mistake *mistake);

/* Fills `retstruct` (zeroed by the caller) from the text; `name` stands in the mistakes. False if
 * there was any mistake but warnings; the struct must be cleared either way. A text from elsewhere
 * may not @include; a file may, relative to itself. */
bool settings_read_text(const char *text, const char *name, const struct setting *table,
                        void *retstruct, GPtrArray *mistakes);
bool settings_read_file(const char *path, const struct setting *table, void *retstruct,
                        GPtrArray *mistakes);
void settings_clear(const struct setting *table, void *filled);

/* The table as an example file with every key, its default, range and help; the caller frees. */
char *settings_example(const struct setting *table);

/* "07:30-11:30, 13:30-20:30"; the empty text is any time. */
bool hours_read(const char *text, struct hours *rethours, char **retsentence);
