// SPDX-License-Identifier: GPL-2.0-or-later
// For commands that read lines from files or from standard input, and say something about each.
#pragma once

#include "gateway/cli/command.h"

/* `text` is one line, valid UTF-8 without its end. */
typedef void lines_take(const char *text, bool json);

/* Reads the line of the command, whose arguments are files; none means standard input, and so does
 * "-". A text that is not UTF-8 is told on stderr with its number, and the others are still done.
 */
int lines_run(struct command_line *line, int argc, char **argv, lines_take *take);
