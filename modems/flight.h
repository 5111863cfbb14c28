// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight log: a small file per modem, mapped by gateway and worker, that says how far each
 * lease got. Slots change hands: the gateway fills a free slot before it sends SEND, the worker
 * alone writes it while the message is on its way, the gateway frees it once the verdict is
 * committed. After a crash the gateway reads it to settle what it had leased. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { FLIGHT_SLOTS = 16, FLIGHT_PARTS = 50 };

enum flight_stage {
    FLIGHT_NONE,      /* this part has not been offered to the modem */
    FLIGHT_HANDED,    /* the modem was told, but its Ctrl-Z has not passed: safe to send again */
    FLIGHT_SUBMITTED, /* Ctrl-Z passed, no answer yet: unsure */
    FLIGHT_ANSWERED,  /* final result seen: outcome, cause and reference below are valid */
};

struct flight_part {
    _Atomic uint32_t stage; /* enum flight_stage, written last */
    int32_t reference;      /* TP-MR, -1 where the answer carried none */
    uint8_t outcome;        /* enum verdict_outcome */
    uint8_t cause_space;    /* enum verdict_space */
    int32_t cause;
};

struct flight_slot {
    _Atomic int64_t lease; /* 0: free; written last when taken, first when freed */
    uint32_t parts;
    struct flight_part part[FLIGHT_PARTS];
};

struct flight; /* one mapping */

/* Opens or creates the file; a file of another layout or size is a fault, never overwritten. */
struct flight *flight_open(const char *path, GError **error);
/* The worker's side: maps a descriptor that it inherited (and whose lock it thereby holds). */
struct flight *flight_map(int fd, GError **error);
void flight_free(struct flight *flight);

/* A descriptor of the same file on which the caller holds the exclusive lock, to be inherited by
 * one worker; -1 with G_IO_ERROR_BUSY while an earlier worker still lives. Close-on-exec. */
int flight_lock(const char *path, GError **error);

struct flight_slot *flight_slot(struct flight *flight, unsigned index); /* index < FLIGHT_SLOTS */
struct flight_slot *flight_find(struct flight *flight, int64_t lease);  /* NULL: not there */
void flight_take(struct flight_slot *slot, int64_t lease, unsigned parts);
void flight_release(struct flight_slot *slot);
