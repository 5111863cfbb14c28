// SPDX-License-Identifier: GPL-2.0-or-later
// How long libgammu's own pauses around a submission may last: see pace.c.
#pragma once

/* Pauses of 50 ms and more are cut to this; shorter ones stay. 0: none. Set before libgammu runs.
 */
void pace_set(unsigned pause_ms);

/* Called with every pause that is asked for, in microseconds, as it was asked; NULL ends it. */
void pace_watch(void (*watch)(unsigned microseconds));
