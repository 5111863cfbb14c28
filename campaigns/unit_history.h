// SPDX-License-Identifier: GPL-2.0-or-later
/* Units with all they have been: names, kinds and parents by day, beginnings, ends and successors.
 * The tree of one day is asked of campaigns/unit_day.h; changes are campaigns/unit_change.h's. */
#pragma once

#include "campaigns/day.h"

struct unit_version {
    char since[DAY_SIZE]; /* "" from the beginning */
    int64_t parent_id;    /* 0: a root */
    char *name, *kind;
};

struct unit_past {
    int64_t id;
    char *code;
    bool from_table;      /* false: a roster named it and no table did */
    char from[DAY_SIZE];  /* first day; "" always */
    char ended[DAY_SIZE]; /* first day without it; "" exists */
    int64_t successor_id; /* 0: none */
    GPtrArray *versions;  /* struct unit_version *, by day, at least one */
    GPtrArray *aliases;   /* char *: other spellings of its name */
    bool changed, added;  /* since it was loaded */
    unsigned line;        /* of the table that changed it; 0 */
};

struct unit_history; /* opaque; owns its units */

struct unit_history *unit_history_new(void);
void unit_history_free(struct unit_history *history);
/* Borrowed, to be filled: the code must be new. `id` 0: the next free one. */
struct unit_past *unit_history_add(struct unit_history *history, int64_t id, const char *code);

unsigned unit_history_count(const struct unit_history *history);
struct unit_past *unit_history_at(const struct unit_history *history, unsigned index);
struct unit_past *unit_history_get(const struct unit_history *history, int64_t id); /* or NULL */
struct unit_past *unit_history_find(const struct unit_history *history,
                                    const char *code); /* case does not count */

/* The version of a day: the last that began by then, else the first. */
const struct unit_version *unit_past_on(const struct unit_past *unit, const char *day);
const struct unit_version *unit_past_newest(const struct unit_past *unit);
bool unit_past_exists(const struct unit_past *unit, const char *day);
/* From that day it is called and belongs so; later versions stay. */
void unit_past_put(struct unit_past *unit, const char *since, int64_t parent_id, const char *name,
                   const char *kind);
/* False: it has that one. */
bool unit_past_alias(struct unit_past *unit, const char *alias);

/* What is wrong with it on any day: circles, ends before beginnings, parents and successors that
 * do not exist when they are needed. New GPtrArray of struct unit_fault *. */
struct unit_fault {
    const struct unit_past *unit;
    const char *field; /* heading of the table's column */
    char *sentence;
};
GPtrArray *unit_history_check(const struct unit_history *history);
