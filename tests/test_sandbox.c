// SPDX-License-Identifier: GPL-2.0-or-later
/* What a worker can still do in its sandbox, and what it cannot: each attempt in a child of its
 * own, as there is no way back. */
#include "modems/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
    char *folder, *device, *other, *trace;
};

static struct place place;

static int as_errno(bool done)
{
    return done ? 0 : errno;
}

static int open_device(void)
{
    return as_errno(open(place.device, O_RDWR | O_NOCTTY) >= 0);
}

static int open_other(void)
{
    return as_errno(open(place.other, O_RDONLY) >= 0);
}

static int make_other(void)
{
    g_autofree char *path = g_build_filename(place.folder, "new", NULL);
    return as_errno(open(path, O_WRONLY | O_CREAT, 0600) >= 0);
}

static int remove_other(void)
{
    return as_errno(unlink(place.other) == 0);
}

static int append_trace(void)
{
    int fd = open(place.trace, O_WRONLY | O_CREAT | O_APPEND, 0600);
    return as_errno(fd >= 0 && write(fd, "x", 1) == 1);
}

static int read_passwords(void)
{
    return as_errno(open("/etc/passwd", O_RDONLY) >= 0);
}

static int open_pty(void)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    char path[64];
    return as_errno(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0 &&
                    ptsname_r(fd, path, sizeof path) == 0 && open(path, O_RDWR | O_NOCTTY) >= 0);
}

static int make_socket(void)
{
    return as_errno(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int make_unix_socket(void)
{
    int pair[2];
    return as_errno(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static int start_program(void)
{
    execl("/bin/true", "true", NULL);
    return errno;
}

static int start_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return as_errno(pid > 0);
}

static void *work(void *data)
{
    return data;
}

static int start_thread(void)
{
    pthread_t thread;
    int problem = pthread_create(&thread, NULL, work, NULL);
    return problem != 0 ? problem : pthread_join(thread, NULL);
}

static int signal_parent(void)
{
    return as_errno(kill(getppid(), 0) == 0);
}

static int signal_itself(void)
{
    signal(SIGUSR1, SIG_IGN);
    return as_errno(raise(SIGUSR1) == 0);
}

static int trace_parent(void)
{
    return as_errno(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

static int map_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return as_errno(page != MAP_FAILED);
}

static int map_data(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return as_errno(page != MAP_FAILED);
}

static int become_root(void)
{
    return as_errno(setuid(0) == 0);
}

static int use_foreign_descriptor(void)
{
    return as_errno(write(9, "x", 1) == 1); /* see try() */
}

static int raise_bound(void)
{
    const struct rlimit limit = {4096, 4096};
    return as_errno(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static int type_into_terminal(void)
{
    int fd = open(place.device, O_RDWR | O_NOCTTY);
    return as_errno(ioctl(fd, TIOCSTI, "x") == 0);
}

static const struct {
    const char *attempt;
    int (*run)(void);
    int expected; /* errno, 0: it works */
    bool files;   /* it is Landlock that says no */
} rows[] = {
    {"open the modem's tty", open_device, 0, false},
    {"type into it for others", type_into_terminal, EPERM, false},
    {"open a pty", open_pty, 0, false},
    {"append to the trace", append_trace, 0, false},
    {"start a thread", start_thread, 0, false},
    {"map memory", map_data, 0, false},
    {"send itself a signal", signal_itself, 0, false},
    {"open another file", open_other, EACCES, true},
    {"make a file", make_other, EACCES, true},
    {"read the list of users", read_passwords, EACCES, true},
    {"remove a file", remove_other, EPERM, false},
    {"make a socket", make_socket, EPERM, false},
    {"make a socket pair", make_unix_socket, EPERM, false},
    {"start a program", start_program, EPERM, false},
    {"start a process", start_process, EPERM, false},
    {"send its parent a signal", signal_parent, EPERM, false},
    {"look into its parent", trace_parent, EPERM, false},
    {"map code", map_code, EPERM, false},
    {"become root", become_root, EPERM, false},
    {"use a descriptor that was left open", use_foreign_descriptor, EBADF, false},
    {"raise its own bounds", raise_bound, EPERM, false},
};

enum { NOT_ENTERED = 250 };

/* The errno of the attempt. */
static int try(int (*run)(void))
{
    pid_t child = fork();
    if (child == 0) {
        g_autoptr(GError) error = NULL;
        dup2(2, 9);
        _exit(sandbox_enter(place.device, place.trace, &error) ? run() : NOT_ENTERED);
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool kernel_restricts_files(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void test_attempts(void)
{
    bool files = kernel_restricts_files();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int got = try(rows[i].run);
        if (rows[i].files && !files)
            g_test_message("without Landlock: “%s” ends with %d", rows[i].attempt, got);
        else if (got != rows[i].expected)
            g_test_message("“%s”: %s instead of %s", rows[i].attempt, g_strerror(got),
                           g_strerror(rows[i].expected));
        g_assert_true(got == rows[i].expected || (rows[i].files && !files));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    place.folder = g_dir_make_tmp("loa-sandbox-XXXXXX", NULL);
    place.other = g_build_filename(place.folder, "other", NULL);
    place.trace = g_build_filename(place.folder, "trace", NULL);
    g_assert_true(g_file_set_contents(place.other, "secret", -1, NULL));
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    g_assert_cmpint(grantpt(master), ==, 0);
    g_assert_cmpint(unlockpt(master), ==, 0);
    char device[64];
    g_assert_cmpint(ptsname_r(master, device, sizeof device), ==, 0);
    place.device = g_strdup(device);
    g_test_add_func("/sandbox/what a worker can still do and what not", test_attempts);
    int status = g_test_run();
    g_unlink(place.other);
    g_unlink(place.trace);
    g_rmdir(place.folder);
    close(master);
    g_free(place.folder);
    g_free(place.other);
    g_free(place.trace);
    g_free(place.device);
    return status;
}
