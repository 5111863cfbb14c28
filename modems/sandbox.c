// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker parses what strangers send over the air, with a library that is known to overrun its
 * buffers. So before the first octet it gives up all that it does not need: Landlock leaves it the
 * files of its modem, seccomp the system calls of reading, writing and waiting; rlimits bound what
 * it may use up. A call that is not in the list fails with EPERM instead of ending the process: a
 * libc of tomorrow that tries something new must not silence a modem. */
#include "modems/sandbox.h"

#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_FOREIGN_FD = 5, FILES_MOST = 64, DATA_MOST = 256 * 1024 * 1024 };

/* Rights that came after the header of Debian 12. */
#define ACCESS_TRUNCATE  (UINT64_C(1) << 14)
#define ACCESS_IOCTL_DEV (UINT64_C(1) << 15)

static bool fail(GError **error, const char *what, int problem)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem), "cannot %s: %s", what,
                g_strerror(problem));
    return false;
}

/* ---- bounds ---- */

static bool bound(GError **error)
{
    const struct {
        int resource;
        rlim_t most;
    } bounds[] = {
#ifndef __SANITIZE_ADDRESS__ /* it maps terabytes of shadow */
        {RLIMIT_DATA, DATA_MOST},
#endif
        {RLIMIT_NOFILE, FILES_MOST},
        {RLIMIT_CORE, 0}, /* a core file would hold messages and numbers */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bounds); i++) {
        const struct rlimit limit = {bounds[i].most, bounds[i].most};
        if (setrlimit((__rlimit_resource_t)bounds[i].resource, &limit) != 0)
            return fail(error, "bound the worker's resources", errno);
    }
    if (close_range(FIRST_FOREIGN_FD, ~0U, 0) != 0 && errno != ENOSYS)
        return fail(error, "close foreign descriptors", errno);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail(error, "give up privileges", errno);
    return true;
}

/* ---- files ---- */

/* A path that is not there gives no right, and opening it will say so. */
static bool allow_path(int ruleset, const char *path, uint64_t access, GError **error)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return true;
    const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    long added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int problem = errno;
    close(fd);
    return added == 0 || fail(error, "allow a file to the worker", problem);
}

static void make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static uint64_t all_rights(long version)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= ACCESS_TRUNCATE;
    if (version >= 5)
        rights |= ACCESS_IOCTL_DEV;
    return rights;
}

static bool allow_files(int ruleset, const char *device, const char *trace, uint64_t all,
                        GError **error)
{
    const uint64_t file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    const uint64_t tty = file | (all & ACCESS_IOCTL_DEV);
    if (!allow_path(ruleset, device, tty, error) || !allow_path(ruleset, "/dev/ptmx", tty, error) ||
        !allow_path(ruleset, "/dev/pts", tty, error))
        return false;
    if (trace == NULL || *trace == '\0')
        return true;
    make_file(trace);
    return allow_path(ruleset, trace, file, error);
}

static bool restrict_files(const char *device, const char *trace, GError **error)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        log_info("modem", "sandbox=landlock detail=\"not in this kernel: files stay open to it\"");
        return true;
    }
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = all_rights(version)};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        return fail(error, "make a Landlock ruleset", errno);
    bool allowed = allow_files(ruleset, device, trace, attributes.handled_access_fs, error);
    bool restricted = allowed && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    int problem = errno;
    close(ruleset);
    if (allowed && !restricted)
        return fail(error, "enter the Landlock ruleset", problem);
    return restricted;
}

/* ---- system calls ---- */

/* Names that an architecture does not have are passed over. */
static const char *const calls[] = {
    /* descriptors */
    "read",
    "readv",
    "write",
    "writev",
    "pread64",
    "close",
    "lseek",
    "_llseek",
    "fcntl",
    "fcntl64",
    "flock",
    "dup",
    "dup2",
    "dup3",
    "pipe",
    "pipe2",
    "eventfd2",
    "poll",
    "ppoll",
    "ppoll_time64",
    "select",
    "_newselect",
    "pselect6",
    "pselect6_time64",
    "ftruncate",
    "ftruncate64",
    "fsync",
    "fdatasync",
    /* files, of which Landlock lets it open few */
    "open",
    "openat",
    "access",
    "faccessat",
    "faccessat2",
    "stat",
    "stat64",
    "lstat",
    "fstat",
    "fstat64",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "readlink",
    "readlinkat",
    /* the wire: it may use its socket, not make one */
    "recvfrom",
    "recvmsg",
    "recv",
    "sendto",
    "sendmsg",
    "send",
    "getsockopt",
    "shutdown",
    /* memory and threads */
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "msync",
    "mincore",
    "futex",
    "futex_time64",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "set_tid_address",
    "arch_prctl",
    "set_tls",
    "membarrier",
    "sched_yield",
    "sched_getaffinity",
    "exit",
    "exit_group",
    /* time and signals */
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "nanosleep",
    "gettimeofday",
    "time",
    "alarm",
    "setitimer",
    "getitimer",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigreturn",
    "sigaltstack",
    "restart_syscall",
    /* about itself */
    "getpid",
    "gettid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getrandom",
    "uname",
    "getrusage",
    "getrlimit",
    "ugetrlimit",
    "umask",
};

static int add_rule(scmp_filter_ctx filter, uint32_t action, const char *name,
                    const struct scmp_arg_cmp *argument)
{
    int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR)
        return 0;
    return seccomp_rule_add_array(filter, action, call, argument != NULL ? 1 : 0, argument);
}

/* Calls that are harmless with some arguments only. */
static int add_conditions(scmp_filter_ctx filter)
{
    const struct {
        const char *name;
        struct scmp_arg_cmp argument;
    } conditions[] = {
        /* a thread, not a process */
        {"clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)},
        /* a signal to itself, as abort(3) sends one */
        {"tgkill", SCMP_A0_64(SCMP_CMP_EQ, (scmp_datum_t)getpid())},
        {"kill", SCMP_A0_64(SCMP_CMP_EQ, (scmp_datum_t)getpid())},
        /* no new code */
        {"mmap", SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
        {"mmap2", SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
        {"mprotect", SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
        {"prctl", SCMP_A0_64(SCMP_CMP_EQ, PR_SET_NAME)},
        {"prlimit64", SCMP_A2_64(SCMP_CMP_EQ, 0)},
        /* all of the terminal but typing into it for somebody else */
        {"ioctl", SCMP_A1_64(SCMP_CMP_NE, TIOCSTI)},
    };
    int problem = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(conditions) && problem == 0; i++)
        problem = add_rule(filter, SCMP_ACT_ALLOW, conditions[i].name, &conditions[i].argument);
    return problem;
}

static bool restrict_calls(GError **error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return fail(error, "make a seccomp filter", ENOMEM);
    int problem = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(calls) && problem == 0; i++)
        problem = add_rule(filter, SCMP_ACT_ALLOW, calls[i], NULL);
    if (problem == 0)
        problem = add_conditions(filter);
    /* Its flags lie in memory, where no filter looks; libc then takes clone(2). */
    if (problem == 0)
        problem = add_rule(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3", NULL);
    if (problem == 0)
        problem = seccomp_load(filter);
    seccomp_release(filter);
    if (problem == -EINVAL || problem == -ENOSYS) {
        log_info("modem", "sandbox=seccomp detail=\"not in this kernel: no call is refused\"");
        return true;
    }
    return problem == 0 || fail(error, "load the seccomp filter", -problem);
}

bool sandbox_enter(const char *device, const char *trace, GError **error)
{
    /* Without a name of its own libc looks at the file again for every time that libgammu makes. */
    g_setenv("TZ", ":/etc/localtime", FALSE);
    tzset(); /* reads its file while it may */
    return bound(error) && restrict_files(device, trace, error) && restrict_calls(error);
}
