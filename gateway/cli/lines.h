// SPDX-License-Identifier: GPL-2.0-or-later
// A command that reads lines from files or from standard input, and says something about each.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct lines_command {
    const char *name, *summary, *description; /* for --help */
    /* `line` is valid UTF-8 without its end. */
    void (*take)(const char *line, bool json);
};

/* Reads --json and file names; a line that is not UTF-8 is told on stderr with its number, and the
 * others are still done. Returns a code of sysexits(3). */
int lines_run(const struct lines_command *command, int argc, char **argv);
