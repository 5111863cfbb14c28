// SPDX-License-Identifier: GPL-2.0-or-later
/* The workers' own user. The gateway keeps three capabilities for it: to take on another user and
 * group, and to signal a process of that user. The child drops them before it starts a program. */
#include "gateway/user.h"

#include <errno.h>
#include <gio/gio.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

enum { GROUPS_MOST = 64, RECORD_SIZE = 16384 };

struct user {
    uid_t uid;
    gid_t gid;
    gid_t groups[GROUPS_MOST];
    int count;
};

static bool may_change_user(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    const guint32 needed = 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_KILL;
    return syscall(SYS_capget, &head, sets) == 0 && (sets[0].effective & needed) == needed;
}

struct user *user_new(const char *name, GError **error)
{
    struct passwd record, *found = NULL;
    char buffer[RECORD_SIZE];
    int problem = getpwnam_r(name, &record, buffer, sizeof buffer, &found);
    if (found == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "modem_user: there is no user “%s”%s%s; make it with systemd-sysusers, or "
                    "leave the setting out",
                    name, problem != 0 ? ": " : "", problem != 0 ? g_strerror(problem) : "");
        return NULL;
    }
    if (!may_change_user()) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                    "modem_user: the gateway may not start workers as “%s”; it needs the "
                    "capabilities that its systemd unit gives it (CAP_SETUID, CAP_SETGID, "
                    "CAP_KILL), or leave the setting out",
                    name);
        return NULL;
    }
    struct user *user = g_new0(struct user, 1);
    *user = (struct user){.uid = record.pw_uid, .gid = record.pw_gid, .count = GROUPS_MOST};
    if (getgrouplist(name, record.pw_gid, user->groups, &user->count) >= 0)
        return user;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "modem_user: “%s” is in more than %d groups",
                name, GROUPS_MOST);
    user_free(user);
    return NULL;
}

void user_free(struct user *user)
{
    g_free(user);
}

void user_become(void *data)
{
    const struct user *user = data;
    bool became = setgroups((size_t)user->count, user->groups) == 0 &&
                  setresgid(user->gid, user->gid, user->gid) == 0 &&
                  setresuid(user->uid, user->uid, user->uid) == 0 &&
                  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
    if (!became)
        _exit(EX_NOPERM);
}
