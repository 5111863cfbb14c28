// SPDX-License-Identifier: GPL-2.0-or-later
// One simulated modem: what a client at its tty meets. What it says goes through here.
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "modems/simulator/account.h"
#include "modems/simulator/behaviour.h"
#include "modems/simulator/charset.h"
#include "modems/simulator/cue.h"
#include "modems/simulator/port.h"
#include "modems/simulator/slots.h"

struct network;
struct service;

enum mobile_mode {
    MOBILE_COMMAND, /* reads command lines */
    MOBILE_ENTRY,   /* showed the prompt, reads a PDU or text up to Ctrl-Z */
    MOBILE_WAITING, /* the network has a submission; what comes is kept */
    MOBILE_BOOTING, /* deaf */
};

enum mobile_silence {
    MOBILE_TALKS,
    MOBILE_SILENT, /* submissions reach the network and are never answered */
    MOBILE_LOSES,  /* they do not even reach it */
    MOBILE_MUTE,   /* says nothing at all */
    MOBILE_DEAF,   /* answers nothing, but unsolicited lines go on */
    MOBILE_DAZED,  /* the same, until AT+CFUN=1,1 */
};

/* What a power cycle resets. */
struct mobile_settings {
    bool echo, text_mode, text_detail; /* ATE, +CMGF, +CSDH */
    int errors;                        /* +CMEE */
    int notify[5];                     /* +CNMI */
    int service;                       /* +CSMS */
    int memory[3];                     /* +CPMS: index into stores */
    int registration_urc, packet_urc, lte_urc;
    int operator_format; /* +COPS=3,n */
    int ussd_urc;
    bool ussd_packed;                        /* AT^USSDMODE=1 */
    int text_first, text_validity, text_dcs; /* +CSMP */
    enum charset charset;
};

struct mobile {
    unsigned index;
    char name[16];
    struct network *network;
    struct port *port;
    struct modem_behaviour behaviour;
    char number[24], imei[20], imsi[20], iccid[24], smsc[24];
    struct account *account; /* of its SIM */

    struct mobile_settings settings;
    struct slots stores[2]; /* SM, ME */
    GQueue waiting[2];      /* struct message *, texts and reports: the network keeps them */
    enum mobile_mode mode;
    enum mobile_silence silence;
    unsigned life; /* counts power cycles: an answer for an earlier life is never given */
    bool pin_open;
    int pin_tries;
    int64_t busy_until; /* monotonic µs: so long its SIM is busy */
    uint8_t reference;  /* TP-MR of the next submission */
    unsigned turns;     /* submissions so far, for chance */
    int64_t settled_us; /* monotonic, when the last one was answered; 0: none yet */

    struct cues *cues;
    char *command;           /* the line that is being answered, or was last */
    bool hushed;             /* the rest of its answer is left out */
    bool replaced;           /* its lines are left out */
    GString *input;          /* bytes not yet handled */
    char entry_to[24];       /* text mode: destination */
    int entry_octets;        /* PDU mode: announced length */
    GString *held;           /* unsolicited lines that wait for the end of an entry */
    struct service *service; /* its USSD dialogue */
    unsigned noise_turn;

    struct outcome fail; /* the next `fail_count` submissions end so */
    unsigned fail_count;
};

struct mobile *mobile_new(struct network *network, const char *folder, unsigned index);
void mobile_free(struct mobile *mobile);
/* Power on with a new tty, under another name unless that is NULL. */
bool mobile_plug(struct mobile *mobile, const char *name, GError **error);
void mobile_unplug(struct mobile *mobile);
void mobile_restart(struct mobile *mobile); /* AT+CFUN=1,1 */

/* Carries out the cues of this point; false: what stands here is left out. */
bool mobile_cue(struct mobile *mobile, enum cue_point point);

/* A line of a reply: CR LF text CR LF. */
void mobile_reply(struct mobile *mobile, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Text as it is, into the output. */
void mobile_raw(struct mobile *mobile, const char *text);
void mobile_result(struct mobile *mobile, struct outcome outcome);
/* An unsolicited line; held back while an entry is open. */
void mobile_notify(struct mobile *mobile, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mobile_flush(struct mobile *mobile);

/* Shows the prompt and takes what follows. */
void mobile_prompt(struct mobile *mobile);
/* The network's word on the submission: its line, which may be NULL, then the result. */
void mobile_answer(struct mobile *mobile, struct outcome outcome, const char *line);
void mobile_conclude(struct mobile *mobile, struct outcome outcome);

/* Handles what the client said while it had to wait. */
void mobile_resume(struct mobile *mobile);

/* Up, registered, and with a free slot if the message would be stored. */
bool mobile_has_room(const struct mobile *mobile, const struct message *message);
/* Takes a message from the network and owns it; only with room for it. */
void mobile_take(struct mobile *mobile, struct message *message);
/* Index into stores; -1: there is none of that name. */
int mobile_store(const struct mobile *mobile, const char *name);
void mobile_set_registration(struct mobile *mobile, int state);
