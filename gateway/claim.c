// SPDX-License-Identifier: GPL-2.0-or-later
/* Holds a lock on a file beside the database from before it is opened until the end. The kernel
 * lets go of it when the process dies, however it dies; the file itself stays and means nothing.
 * The database's own file is not locked: closing a descriptor of it would undo SQLite's locks. */
#include "gateway/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

int claim_database(const char *path, GError **error)
{
    g_autofree char *lock = g_strconcat(path, ".lock", NULL);
    int descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    int problem = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (problem == EWOULDBLOCK)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                    "%s: another gateway works with this database; stop it first, or give this "
                    "one another database",
                    path);
    else
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(problem),
                    "%s: cannot lock it: %s", lock, g_strerror(problem));
    return -1;
}
