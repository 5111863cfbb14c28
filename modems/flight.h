// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight log: a small file per modem, mapped by gateway and worker, that says how far each
 * lease got. Slots change hands: the gateway fills a free slot before the lease is committed, the
 * worker alone writes it while the message is on its way, the gateway frees it once the verdict is
 * committed. After a crash the gateway reads it to settle what it had leased. Before the first
 * Ctrl-Z of a message the worker writes the file to disk, so that a power cut too leaves only that
 * message unsure. A disk may hold any mixture of older and newer sectors of it: flight_stage() does
 * not take for a lease's what an earlier lease left in its slot.
 * The worker keeps in it, for the worker that comes after it, what must outlive a crash: the PDU
 * that it is about to decode, PDUs that were pushed and lie on no SIM, the PIN that it tried. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { FLIGHT_SLOTS = 16, FLIGHT_PARTS = 50, FLIGHT_PUSHED = 31, FLIGHT_PDU_SIZE = 228 };

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
    uint16_t mark;          /* of the lease: what bears another's is an earlier lease's */
    int32_t cause;
};

struct flight_slot {
    _Atomic int64_t lease; /* 0: free; written last when taken, first when freed */
    uint32_t parts;
    struct flight_part part[FLIGHT_PARTS];
};

struct flight; /* one mapping */

enum flight_pdu_stage {
    FLIGHT_PDU_NONE,
    FLIGHT_PDU_KEPT,    /* not yet STORED by the gateway, or not yet off the SIM */
    FLIGHT_PDU_READING, /* a decoder has it; found so by the next worker: this one ended then */
    FLIGHT_PDU_AGAIN,   /* the same, for the second time */
    FLIGHT_PDU_POISON,  /* it ended a worker: no decoder gets it again */
};

struct flight_pdu {
    _Atomic uint32_t stage; /* enum flight_pdu_stage, written last when taken, first when freed */
    char memory[4];         /* "SM"; empty when pushed */
    int32_t location;
    uint32_t size;
    uint8_t octets[FLIGHT_PDU_SIZE]; /* with the SMSC part (3GPP TS 27.005 4.1) */
    uint16_t report;                 /* 1: SMS-STATUS-REPORT by +CDS */
    uint16_t doubted;                /* 1: perhaps told before, under a key that is lost */
    uint64_t key;                    /* under which the gateway is told, by any worker */
};

/* One of those that the worker has before it; kept.h says which are for what. */
struct flight_pdu *flight_pdu(struct flight *flight, unsigned index); /* index <= FLIGHT_PUSHED */

/* A digest of the PIN for which AT+CPIN was sent and no acceptance was seen; "" when there is none.
 * Setting it returns when it is on disk; false: the disk failed, only this boot will know. */
const char *flight_pin(struct flight *flight);
bool flight_set_pin(struct flight *flight, const char *digest); /* 64 letters, or "" */

/* A random number that the file got when it was made, 1 to 2^63-1. */
uint64_t flight_identity(const struct flight *flight);

/* Returns when all that was written to the mapping is on disk; false: the disk failed. */
bool flight_sync(struct flight *flight, GError **error);

/* Opens or creates the file, on disk when it returns; one of layout 1 is extended, its slots stay.
 * A file of another layout or size is a fault, never overwritten. */
struct flight *flight_open(const char *path, GError **error);
/* The worker's side: maps a descriptor that it inherited (and whose lock it thereby holds). */
struct flight *flight_map(int fd, GError **error);
void flight_free(struct flight *flight);

/* A descriptor of the same file on which the caller holds the exclusive lock, to be inherited by
 * one worker; -1 with G_IO_ERROR_BUSY while an earlier worker still lives. Close-on-exec. */
int flight_lock(const char *path, GError **error);

struct flight_slot *flight_slot(struct flight *flight, unsigned index); /* index < FLIGHT_SLOTS */
/* Somewhere a Ctrl-Z has passed whose answer nobody has seen; perhaps it is still to come. */
bool flight_is_submitting(struct flight *flight);
struct flight_slot *flight_find(struct flight *flight, int64_t lease); /* NULL: not there */
void flight_take(struct flight_slot *slot, int64_t lease, unsigned parts);
void flight_release(struct flight_slot *slot);
/* How far that part of the lease in the slot got; part < FLIGHT_PARTS. A stage that no version
 * writes is taken for FLIGHT_SUBMITTED: nobody can say, and nothing goes twice. */
enum flight_stage flight_stage(const struct flight_slot *slot, unsigned part);
