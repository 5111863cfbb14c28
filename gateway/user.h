// SPDX-License-Identifier: GPL-2.0-or-later
// Another user, whose rights a child process takes on.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct user;

/* Looked up by name; an unknown one, or one whose rights this process may not take on (it is
 * neither root nor has it CAP_SETUID, CAP_SETGID and CAP_KILL), is a fault that says what to do. */
struct user *user_new(const char *name, GError **error);
void user_free(struct user *user);

/* For a GSubprocessLauncher's child setup, with a struct user: between fork and exec the child
 * takes on that user and loses every capability; if it cannot, it ends with EX_NOPERM. */
void user_become(void *user);
