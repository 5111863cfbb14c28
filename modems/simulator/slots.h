// SPDX-License-Identifier: GPL-2.0-or-later
// Messages on their way to a modem, and the numbered slots of SIM and phone memory that hold them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "modems/simulator/pdu.h"

struct message {
    bool report; /* SMS-STATUS-REPORT, else SMS-DELIVER */
    bool read;
    char *pdu;     /* hex with the SMSC part */
    size_t octets; /* without it */
    char *from;    /* sender, or for a report the recipient of the original */
    char *text;
    enum pdu_coding coding;
    struct pdu_concat concat;
    uint8_t reference, status;
    struct pdu_stamp at;
};

void slots_message_free(struct message *message);

struct slots {
    const char *name; /* "SM", "ME" */
    unsigned first;   /* number of the first slot: 1, or 0 on some modems */
    unsigned size, used;
    struct message **slot;
};

void slots_init(struct slots *slots, const char *name, unsigned first, unsigned size);
void slots_clear(struct slots *slots);
/* Takes the message; its slot number, or -1 (and nothing taken) when all are used. */
int slots_put(struct slots *slots, struct message *message);
/* Borrowed; NULL for an empty slot or a number that is none. */
struct message *slots_get(const struct slots *slots, int number);
bool slots_delete(struct slots *slots, int number);
/* By the <delflag> of AT+CMGD: 1 and 2 and 3 what was read (no own messages are kept), 4 all. */
void slots_delete_all(struct slots *slots, bool only_read);
