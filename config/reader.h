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

struct setting {
    const char *key;
    enum setting_type type;
    size_t offset; /* of the field in the struct */
    double minimum, maximum;
    bool required;
    const char *initial;        /* default, written as in the file; NULL: zero, NULL or empty */
    const char *const *choices; /* SETTING_CHOICE, NULL-terminated */
    const struct setting *members;
    size_t member_size;
    /* Further check of one value; returns a sentence (freed by the reader) or NULL when it is well. */
    char *(*check)(const void *field);
    const char *help;
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
};

/* New GPtrArray of struct mistake *, freed with it. */
GPtrArray *mistakes_new(void);
void mistakes_add(GPtrArray *mistakes, const char *file, unsigned line, const char *field,
                  const char *format, ...) G_GNUC_PRINTF(5, 6);
/* "file:line: field: sentence", the caller frees. */
char *mistake_text(const struct mistake *mistake);

/* Fills `retstruct` (zeroed by the caller) from the text; `name` stands in the mistakes. False if
 * there was any mistake; the struct must be cleared either way. */
bool config_read_text(const char *text, const char *name, const struct setting *table,
                      void *retstruct, GPtrArray *mistakes);
bool config_read_file(const char *path, const struct setting *table, void *retstruct,
                      GPtrArray *mistakes);
void config_clear(const struct setting *table, void *filled);

/* The table as an example file with every key, its default, range and help. */
char *config_example(const struct setting *table);

bool hours_read(const char *text, struct hours *rethours, char **retsentence);
