// SPDX-License-Identifier: GPL-2.0-or-later
/* libgammu behind a door: sending parts and reading PDUs. device*.c are the only files that include
 * its headers. One thread only, and nothing forks once a device is open. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;

/* One part, as the wire brings it. */
struct device_part {
    const char *number, *text, *smsc;
    uint8_t coding;                     /* enum wire_coding */
    uint8_t reference, total, sequence; /* concatenation; total 1: single */
    bool report;
    uint8_t validity; /* TP-VP */
};

enum device_kind { DEVICE_DELIVER, DEVICE_REPORT, DEVICE_OTHER };

/* In a part of a long text: this + 0xD83D stands for half a pair that the other part completes. */
enum { DEVICE_HALF_PAIR = 0x100000 };

/* One PDU read. The texts belong to it. */
struct device_sms {
    enum device_kind kind;
    char *number, *text;
    uint8_t coding;    /* enum wire_coding; binary: `text` is hex */
    int32_t reference; /* deliver: of the concatenation, -1: none; report: TP-MR */
    uint8_t total, sequence, status;
    int64_t sent_at, discharged_at; /* UTC ms; 0: unreadable */
};

const char *device_version(void);

/* `pty`: the line's. `features`: libgammu's names, comma separated. `not_fd`: the line's own
 * descriptor of the pty. `rettimeout`: the modem did not answer. */
struct device *device_open(const char *pty, int not_fd, const char *features, bool *rettimeout,
                           GError **error);
void device_free(struct device *device);

int device_fd(const struct device *device); /* libgammu's, to poll */
void device_read(struct device *device);    /* lets libgammu read what is there */

/* NULL, or why this part cannot go out as it is. */
const char *device_part_problem(const struct device_part *part);
/* Writes it up to and including Ctrl-Z; 0, or the GSM_Error. What became of it, the line knows. */
int device_send(struct device *device, const struct device_part *part);
/* After device_send() gave 0: whether libgammu has seen the final result, and is free again. */
bool device_free_again(const struct device *device);
const char *device_error_name(int code);

/* Reads "<SMSC><TPDU>" in hex; `octets` is the length that the modem gave for the TPDU, -1: none.
 * False when it is none that libgammu can be trusted with. */
bool device_read_pdu(const char *hex, int octets, struct device_sms *retsms);
void device_sms_clear(struct device_sms *sms);
