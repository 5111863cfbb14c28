// SPDX-License-Identifier: GPL-2.0-or-later
// A command of loa: its entry in the table, and its line as it was typed.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct client;

struct command_line {
    const struct command *command;
    char *socket;
    gboolean json;    /* print what the service answers instead of tables */
    char **arguments; /* without options */
    unsigned count;
    struct client *client; /* made by the first call */
};

struct command {
    const char *words;     /* "campaign create" */
    const char *arguments; /* "FILE"; "" for none */
    const char *summary;
    const char *details; /* what --help shows besides the options; NULL: nothing */
    int (*run)(struct command_line *line, int argc, char **argv);
};

/* Exit codes of sysexits(3); COMMAND_GO_ON is none of them. */
enum { COMMAND_GO_ON = -1 };

/* Reads options (its own `entries`, NULL: none, and the global ones) and checks that there are
 * `least` to `most` arguments. COMMAND_GO_ON, or the exit code after the sentence was printed. */
int command_open(struct command_line *line, const GOptionEntry *entries, int argc, char **argv,
                 unsigned least, unsigned most);
void command_line_clear(struct command_line *line);
/* ps shows the arguments from this one on no more; those of `line` stay. */
void command_hide(const struct command_line *line, unsigned first, int argc, char **argv);

/* "loa: sentence" on stderr; returns `code`, so that a command can end with it. */
int command_fail(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The global options for a context; they fill `line`. */
void command_add_globals(GOptionContext *context, struct command_line *line);
/* $LOA_SOCKET, else where the service of this machine listens. */
const char *command_default_socket(void);
