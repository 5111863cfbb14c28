// SPDX-License-Identifier: GPL-2.0-or-later
// What a keeper does about a modem that does not work: when, where and how it is tried again.
#pragma once

#include "gateway/keeper.h"

/* Whether a worker shall be started now; its tty is taken then. Also runs the power command. */
bool keeper_care_start(struct keeper *keeper);
/* It could not be started after all. */
void keeper_care_cancel(struct keeper *keeper);
/* It was: what it is told to do first, and what it is told of its modem. */
void keeper_care_started(struct keeper *keeper);

void keeper_care_ready(struct keeper *keeper);
/* The worker is gone; `how`, if it has said nothing better itself. */
void keeper_care_end(struct keeper *keeper, const char *how);

/* Somebody has looked after it: it is tried at once, as if nothing had been wrong. */
void keeper_care_renew(struct keeper *keeper, const char *reason);
