// SPDX-License-Identifier: GPL-2.0-or-later
// A listening Unix socket that only its owner and group may open.
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <sys/types.h>

struct listener {
    int descriptor;
    char *path;
    dev_t device; /* of the file this process made, so that only that one is removed */
    ino_t inode;
};

/* A socket file that nobody answers on is left over from a crash and replaced; one that answers, or
 * a file that is no socket, is an error. */
bool listener_open(const char *path, struct listener *retlistener, GError **error);
/* Removes the file if it is still ours. The descriptor is closed if it is not -1. */
void listener_close(struct listener *listener);
/* Name of the user at the other end of a connection; the caller frees. */
char *listener_peer(int connection);
