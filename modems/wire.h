// SPDX-License-Identifier: GPL-2.0-or-later
// The messages of wire.def as structs, and the packets that carry them.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { WIRE_PACKET_MAX = 65536 };

enum wire_coding { WIRE_CODING_GSM7, WIRE_CODING_UCS2, WIRE_CODING_BINARY };

/* What ails the modem: decides between back-off (sick) and waiting for a person (faulty). */
enum wire_fault_kind {
    WIRE_FAULT_DEVICE, /* the tty is not there, or went away */
    WIRE_FAULT_SILENT, /* it does not answer */
    WIRE_FAULT_SIM,    /* no SIM, or the SIM failed */
    WIRE_FAULT_PIN,    /* wrong or missing PIN: a person must act, the PIN is not tried again */
    WIRE_FAULT_PUK,
    WIRE_FAULT_BUSY,     /* "SIM busy", CME 14 and 515: soon well again */
    WIRE_FAULT_INTERNAL, /* our own, or libgammu's */
    WIRE_FAULT_STRANGER, /* another modem than SETUP names answers on this tty */
    WIRE_FAULT_KINDS
};

enum wire_remedy {
    WIRE_REMEDY_NONE,
    WIRE_REMEDY_RESET, /* AT+CFUN=1,1 (3GPP TS 27.007 8.2) before anything else */
    WIRE_REMEDIES
};

struct wire_bytes {
    const uint8_t *data;
    size_t size;
};

enum wire_type {
    WIRE_NONE,
#define BEGIN(name, NAME) WIRE_##NAME,
#include "modems/wire.def"
    WIRE_TYPES
};

#define BEGIN(name, NAME) struct wire_##name {
#define I64(field)        int64_t field;
#define U64(field)        uint64_t field;
#define I32(field)        int32_t field;
#define U32(field)        uint32_t field;
#define U8(field)         uint8_t field;
#define TEXT(field)       const char *field;
#define TEXTS(field)      const char *const *field; /* NULL-terminated; NULL counts as empty */
#define BYTES(field)      struct wire_bytes field;
#define END(name)                                                                                  \
    }                                                                                              \
    ;
#include "modems/wire.def"

/* A received message. Its texts and bytes are borrowed from the message until it is cleared. */
struct wire_message {
    enum wire_type type;
    union {
#define BEGIN(name, NAME) struct wire_##name name;
#include "modems/wire.def"
    };
    GPtrArray *owned; /* what the borrowed fields point into */
};

const char *wire_name(enum wire_type type);
uint64_t wire_hash(void);

/* Encoders: wire_put_hello(packet, &message) … append one whole packet to an empty array.
 * A NULL text is sent as the empty one. */
#define BEGIN(name, NAME)                                                                          \
    void wire_put_##name(GByteArray *packet, const struct wire_##name *message);
#include "modems/wire.def"

/* Bounds-checked; an unknown type, invalid UTF-8, a short packet or trailing bytes are faults. */
bool wire_decode(const uint8_t *data, size_t size, struct wire_message *retmessage, GError **error);
void wire_message_clear(struct wire_message *message);

/* One packet over the socket. Send: false with G_IO_ERROR_WOULD_BLOCK when the peer is behind. */
bool wire_send(int fd, const GByteArray *packet, GError **error);
/* 1 a message, 0 nothing there now, -1 the peer left or the packet was bad (`error`). */
int wire_receive(int fd, struct wire_message *retmessage, GError **error);
