// SPDX-License-Identifier: GPL-2.0-or-later
// What the AT commands mean (3GPP TS 27.005, TS 27.007).
#pragma once

#include "modems/simulator/behaviour.h"
#include "modems/simulator/request.h"

struct mobile;

struct command {
    const char *name;
    /* NULL: the command has no such form, or (TEST) a fixed answer in `test`. */
    struct outcome (*run)(struct mobile *mobile, const struct request *request);
    const char *test;
    unsigned forms; /* bits of enum request_kind that are taken */
    bool free;      /* works without the PIN */
};

#define FORM(kind) (1u << REQUEST_##kind)

/* A command line without its CR; `line` begins with AT, or is ignored when empty. */
void commands_line(struct mobile *mobile, const char *line);
/* PDU or text that was ended by Ctrl-Z. */
void commands_entry(struct mobile *mobile, const char *entry);

/* Those of TS 27.005; the list ends with a NULL name. */
extern const struct command commands_sms[];
