// SPDX-License-Identifier: GPL-2.0-or-later
// Cues: what a modem says or does, out of turn, at a named point of the dialogue.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/reader.h"

/* Each stands before what it is named for, but the last. Those of a submission are
 * echo, prompt, entry, answer, result, end; those of any other command echo, answer, result, end.
 */
enum cue_point {
    CUE_IDLE,   /* nobody asks: at power on; from the control socket at once */
    CUE_ECHO,   /* of a command line */
    CUE_PROMPT, /* of a submission */
    CUE_ENTRY,  /* Ctrl-Z has come, and the network has not got it yet */
    CUE_ANSWER, /* the lines of an answer; of a submission +CMGS: the network has it */
    CUE_RESULT, /* OK, or an error */
    CUE_END,    /* behind the result */
};

enum cue_then {
    CUE_CONTINUE,
    CUE_REPLACE,  /* the cue's text stands for what this point is named for */
    CUE_HUSH,     /* nothing more of this command is said */
    CUE_MUTE,     /* nothing at all any more, until power on */
    CUE_DEAF,     /* the same, but unsolicited lines go on */
    CUE_DAZED,    /* the same, until AT+CFUN=1,1 */
    CUE_UNPLUG,   /* the tty hangs up and is gone */
    CUE_RESTART,  /* as AT+CFUN=1,1 does it */
    CUE_ECHO_OFF, /* as ATE0 does it */
};

struct cue {
    int64_t modem; /* -1: each */
    int point;     /* enum cue_point */
    char *on;      /* regular expression on the command line; NULL: any */
    char *say;     /* bytes as in a URI: %0D, %00 */
    int then;      /* enum cue_then */
    int64_t skip, times;
    GRegex *regex;
    GBytes *bytes;
};

extern const struct setting cue_table[];

/* What follows from the settings; false with a sentence that the caller frees. */
bool cue_complete(struct cue *cue, char **retsentence);
void cue_clear(struct cue *cue); /* what cue_complete() made */

struct cues; /* those of one modem, and how often each was met */

struct cues *cues_new(const GPtrArray *cues, unsigned modem); /* struct cue *, borrowed */
void cues_free(struct cues *cues);
/* One more, from its settings; NULL, or a sentence that the caller frees. */
char *cues_add(struct cues *cues, const char *settings);
void cues_forget(struct cues *cues);
/* The next that is due here, behind the one at `cursor` (0 to begin with); NULL: no more. */
const struct cue *cues_next(struct cues *cues, enum cue_point point, const char *command,
                            unsigned *cursor);
