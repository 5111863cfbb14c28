// SPDX-License-Identifier: GPL-2.0-or-later
// All modems of the configuration, each in a keeper of its own, and leases of modems that were.
#pragma once

#include "gateway/keeper.h"

struct supervisor;

/* `shared` is borrowed. Modems without a row get one, rows without a modem go. A modem that cannot
 * be taken on (its flight log is unreadable, the disk is full) is left out, and tried again by and
 * by. */
struct supervisor *supervisor_new(struct keeper_shared *shared, GError **error);
void supervisor_free(struct supervisor *supervisor);

/* shared->config has been replaced: new modems start, gone ones leave, changed ones restart. */
void supervisor_configure(struct supervisor *supervisor);

/* A person has looked after this modem; an unknown name is none of ours any more. */
void supervisor_retry(struct supervisor *supervisor, const char *name);

/* As keeper_send(), to a modem by its name. */
bool supervisor_send(struct supervisor *supervisor, const char *name, GByteArray *packet);

void supervisor_tick(struct supervisor *supervisor);   /* once a second */
void supervisor_gather(struct supervisor *supervisor); /* the turn's hook */

/* Every worker is asked to leave; gone when all have. */
void supervisor_leave(struct supervisor *supervisor);
void supervisor_kill(struct supervisor *supervisor);
bool supervisor_is_gone(const struct supervisor *supervisor);

/* loa-modem: the environment's LOA_MODEM, else beside our own program; the caller frees. */
char *supervisor_program(void);
