// SPDX-License-Identifier: GPL-2.0-or-later
/* The modem's stores: selected, listed, read and emptied by AT commands over the line, past
 * libgammu, whose listing has no bound but 500 s a command, stops at a message that it cannot
 * decode, and whose deleting reads each message again. */
#pragma once

#include "modems/line.h"

struct shelf_place {
    char memory[8]; /* "SM", "ME"; "SR" only where a pointer leads there */
    int32_t index;
};

/* What lies in a place. `unread`: the modem says that nobody has read it (TS 27.005 3.1 <stat>). */
struct shelf_pdu {
    char *hex;  /* the caller frees */
    int octets; /* as the modem counts them; -1: it did not say */
    bool unread;
};

struct shelf;

struct shelf *shelf_new(struct line *line);
void shelf_free(struct shelf *shelf);

/* "MT" is SM and ME seen as one. */
void shelf_want(struct shelf *shelf, const char *memory);
void shelf_want_all(struct shelf *shelf);
bool shelf_wanted(const struct shelf *shelf);
/* Lists one of the stores that are wanted; false when that was all it came to. `retmemory` is the
 * store when it was listed to its end, NULL else. */
void shelf_list(struct shelf *shelf,
                void (*found)(void *data, const struct shelf_place *place,
                              const struct shelf_pdu *pdu),
                void *data, const char **retmemory);

/* Whether it was ever listed to its end: what is found there later has come since. */
bool shelf_was_listed(const struct shelf *shelf, const char *memory);
/* A modem with a single store calls it by many names: what this one is called here. */
void shelf_rename(const struct shelf *shelf, struct shelf_place *place);
/* The names of the stores, NULL beyond the last. */
const char *shelf_name(const struct shelf *shelf, unsigned index);
const char *shelf_known(const struct shelf *shelf, const char *memory); /* the same for good */
bool shelf_is_open(const struct shelf *shelf, const char *memory); /* no question to get there */

enum shelf_state { SHELF_FULL, SHELF_EMPTY, SHELF_SILENT /* it would not say */ };
enum shelf_state shelf_read(struct shelf *shelf, const struct shelf_place *place,
                            struct shelf_pdu *retpdu);
/* Whether what lies there is new since somebody last read it: the modem called it unread, and by
 * reading it once more shows that it keeps account of that. */
bool shelf_is_unread(struct shelf *shelf, const struct shelf_place *place);
bool shelf_delete(struct shelf *shelf, const struct shelf_place *place, struct result *retresult);
