// SPDX-License-Identifier: GPL-2.0-or-later
// SMS PDUs as the network reads and writes them (3GPP TS 23.040 §9.2), in the hex of TS 27.005.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PDU_ADDRESS_SIZE = 24, PDU_DATA_SIZE = 160 };

enum pdu_coding { PDU_GSM7, PDU_8BIT, PDU_UCS2 };

struct pdu_concat {
    unsigned total; /* 0: a message of one part, without a concatenation element */
    unsigned part;  /* from 1 */
    unsigned reference;
    bool wide; /* 16 bit reference */
};

/* User data of one part without its header: septets, octets or UCS-2 big endian octets. */
struct pdu_data {
    enum pdu_coding coding;
    size_t count;
    uint8_t bytes[PDU_DATA_SIZE];
};

struct pdu_submit {
    char
        to[PDU_ADDRESS_SIZE]; /* "+84912000345", or the digits when the type is not international */
    uint8_t protocol, dcs;
    bool report;  /* TP-SRR */
    bool flash;   /* message class 0 */
    int validity; /* relative TP-VP, or -1 */
    struct pdu_concat concat;
    struct pdu_data data;
};

struct pdu_stamp {
    int64_t at_ms; /* UTC */
    int zone_minutes;
};

struct pdu_deliver {
    const char *smsc, *from; /* from: a number, or up to 11 letters */
    struct pdu_stamp at;
    struct pdu_concat concat;
    struct pdu_data data;
};

struct pdu_report {
    const char *smsc, *to;
    uint8_t reference, status; /* TP-MR, TP-ST */
    struct pdu_stamp submitted, discharged;
};

/* Reads "<SMSC><SMS-SUBMIT>". `retoctets` is the length without the SMSC part, which AT+CMGS names.
 * NULL when well, else what is wrong. */
const char *pdu_read_submit(const char *hex, size_t length, struct pdu_submit *retsubmit,
                            size_t *retoctets);

/* Hex with the SMSC part; the caller frees. `retoctets` as above. */
char *pdu_write_deliver(const struct pdu_deliver *deliver, size_t *retoctets);
char *pdu_write_report(const struct pdu_report *report, size_t *retoctets);

/* UTF-8; 8 bit data comes as hex digits. The caller frees. */
char *pdu_text(const struct pdu_data *data);
/* The same for all parts of one message, joined before decoding; `data` are in order. */
char *pdu_join(const struct pdu_data *const *data, size_t count);
/* Cuts a text into GArray of struct pdu_data: GSM-7 where it fits, else UCS-2; one piece where it
 * fits one message. Characters are never cut in two. */
GArray *pdu_split(const char *text);
const char *pdu_coding_name(enum pdu_coding coding); /* "gsm7" */
/* "25/11/22,08:15:00+28" as in text mode; `retstamp` of 24 bytes. */
void pdu_stamp_text(const struct pdu_stamp *stamp, char *retstamp);
