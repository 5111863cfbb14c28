// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulator ends with the test, whatever becomes of that. */
#include "tests/worker_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

const char quick[] = "modem = { air_ms = 5; air_spread_ms = 0; report_delay_ms = 5; "
                     "report_spread_ms = 0; };\n"
                     "numbers = ("
                     "{ pattern = \"00013$\"; code = \"38\"; times = 1; },"
                     "{ pattern = \"00014$\"; code = \"cme 30\"; },"
                     "{ pattern = \"00015$\"; code = \"ok\"; },"
                     "{ pattern = \"00016$\"; code = \"error\"; },"
                     "{ pattern = \"00017$\"; code = \"30\"; },"
                     "{ pattern = \"00018$\"; air_ms = 1500; },"
                     "{ pattern = \"00019$\"; code = \"310\"; });\n";

static char *program(const char *name)
{
    const char *build = g_getenv("LOA_BUILD");
    if (build != NULL)
        return g_build_filename(build, name, NULL);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *tests = g_path_get_dirname(self);
    g_autofree char *above = g_path_get_dirname(tests);
    return g_build_filename(above, name, NULL);
}

int run_command(const char *command)
{
    g_autofree char *output = NULL;
    int status = -1;
    g_spawn_command_line_sync(command, &output, NULL, &status, NULL);
    return status;
}

static void wait_for_path(const char *path)
{
    for (int i = 0; i < PATIENCE_MS / 20 && !g_file_test(path, G_FILE_TEST_EXISTS); i++)
        g_usleep(20000);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void control_connect(struct stage *stage, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    stage->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int i = 0; i < PATIENCE_MS / 20; i++) {
        if (connect(stage->control, (struct sockaddr *)&address, sizeof address) == 0)
            return;
        g_usleep(20000);
    }
    g_assert_not_reached();
}

char *order(struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *ended = g_strconcat(line, "\n", NULL);
    g_assert_cmpint(write(stage->control, ended, strlen(ended)), ==, (gssize)strlen(ended));
    char answer[4096];
    size_t size = 0;
    while (size == 0 || answer[size - 1] != '\n') {
        gssize got = read(stage->control, answer + size, sizeof answer - size);
        g_assert_cmpint(got, >, 0);
        size += (size_t)got;
    }
    answer[size - 1] = '\0';
    if (!g_str_has_prefix(answer, "ok"))
        g_error("simulator: %s: %s", line, answer);
    return g_strdup(answer + 2 + (answer[2] == ' '));
}

/* A test that fails leaves no simulator behind. */
static void die_with_test(gpointer data)
{
    (void)data;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void stage_open(struct stage *stage, const char *behaviour)
{
    memset(stage, 0, sizeof *stage);
    stage->socket = stage->control = -1;
    g_queue_init(&stage->kept);
    stage->dir = g_dir_make_tmp("loa-worker-XXXXXX", NULL);
    stage->air = g_build_filename(stage->dir, "air", NULL);
    stage->device = g_build_filename(stage->dir, "modem0", NULL);
    stage->flight_path = g_build_filename(stage->dir, "flight", NULL);
    g_autofree char *config = g_build_filename(stage->dir, "behaviour", NULL);
    g_autofree char *control = g_build_filename(stage->dir, "control", NULL);
    g_autofree char *simulator = program("loa-simulator");
    g_assert_true(g_file_set_contents(config, behaviour, -1, NULL));
    char *command[] = {simulator,  (char *)"--config",
                       config,     (char *)"--dir",
                       stage->dir, (char *)"--air",
                       stage->air, (char *)"--control",
                       control,    NULL};
    g_autoptr(GError) error = NULL;
    g_spawn_async(NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                  die_with_test, NULL, &stage->simulator, &error);
    g_assert_no_error(error);
    wait_for_path(control);
    wait_for_path(stage->device);
    control_connect(stage, control);
    stage->flight = flight_open(stage->flight_path, &error);
    g_assert_no_error(error);
}

static void stop(pid_t *pid, int sign)
{
    if (*pid <= 0)
        return;
    kill(*pid, sign);
    waitpid(*pid, NULL, 0);
    *pid = 0;
}

static void drop(void *message)
{
    wire_message_clear(message);
    g_free(message);
}

void hire(struct stage *stage)
{
    int pair[2];
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    int lock = flight_lock(stage->flight_path, &error);
    g_assert_no_error(error);
    g_autofree char *worker = program("loa-modem");
    stage->worker = fork();
    if (stage->worker == 0) {
        /* Up out of the way first: either may be 3 or 4 already. */
        int socket = fcntl(pair[1], F_DUPFD, 10), log = fcntl(lock, F_DUPFD, 10);
        dup2(socket, 3);
        dup2(log, 4);
        close(socket);
        close(log);
        execl(worker, worker, NULL);
        _exit(127);
    }
    close(pair[1]);
    close(lock);
    stage->socket = pair[0];
}

void dismiss(struct stage *stage)
{
    if (stage->socket >= 0)
        close(stage->socket);
    stage->socket = -1;
    stop(&stage->worker, SIGKILL);
    g_queue_clear_full(&stage->kept, drop);
}

void stage_close(struct stage *stage)
{
    dismiss(stage);
    stop(&stage->simulator, SIGTERM);
    close(stage->control);
    flight_free(stage->flight);
    g_autofree char *command = g_strdup_printf("rm -rf %s", stage->dir);
    g_assert_cmpint(run_command(command), ==, 0);
    g_free(stage->dir);
    g_free(stage->device);
    g_free(stage->flight_path);
    g_free(stage->air);
}

struct wire_message *await(struct stage *stage, enum wire_type type)
{
    for (GList *at = stage->kept.head; at != NULL; at = at->next) {
        struct wire_message *message = at->data;
        if (message->type != type)
            continue;
        g_queue_delete_link(&stage->kept, at);
        return message;
    }
    int64_t until = g_get_monotonic_time() + (int64_t)PATIENCE_MS * 1000;
    while (g_get_monotonic_time() < until) {
        struct pollfd socket = {.fd = stage->socket, .events = POLLIN};
        poll(&socket, 1, 1000);
        struct wire_message *message = g_new0(struct wire_message, 1);
        g_autoptr(GError) error = NULL;
        int got = wire_receive(stage->socket, message, &error);
        if (got > 0 && message->type == type)
            return message;
        if (got > 0 && message->type != WIRE_ALIVE && message->type != WIRE_HEALTH)
            g_queue_push_tail(&stage->kept, message);
        else
            drop(message);
        if (got < 0)
            return NULL;
    }
    g_error("no %s within %d s", wire_name(type), PATIENCE_MS / 1000);
}

void drop_message(struct wire_message **message)
{
    if (*message != NULL)
        drop(*message);
}

void set_up_as(struct stage *stage, const struct wire_setup *setup)
{
    AUTO_MESSAGE hello = await(stage, WIRE_HELLO);
    g_assert_nonnull(hello);
    g_assert_true(hello->hello.list_hash == wire_hash());
    g_autofree char *trace = g_build_filename(stage->dir, "trace", NULL);
    g_autoptr(GByteArray) packet = g_byte_array_new();
    struct wire_setup whole = *setup;
    whole.name = "sim0";
    whole.device = setup->device != NULL ? setup->device : stage->device;
    whole.poll_ms = 600000;
    whole.log_level = "error";
    whole.trace = trace;
    wire_put_setup(packet, &whole);
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

void set_up(struct stage *stage, const char *pin, const char *device)
{
    set_up_as(stage, &(struct wire_setup){.pin = pin, .device = device});
}

void make_ready(struct stage *stage)
{
    hire(stage);
    set_up(stage, "", stage->device);
    AUTO_MESSAGE ready = await(stage, WIRE_READY);
    g_assert_nonnull(ready);
}

void hand_over(struct stage *stage, int64_t lease, uint8_t slot, const char *number,
               enum wire_coding coding, const char *const *parts)
{
    flight_take(flight_slot(stage->flight, slot), lease, g_strv_length((char **)parts));
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_send(packet, &(struct wire_send){.lease = lease,
                                              .slot = slot,
                                              .number = number,
                                              .coding = (uint8_t)coding,
                                              .reference = 77,
                                              .report = 1,
                                              .validity = 167,
                                              .parts = parts});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

void say_stored(struct stage *stage, uint64_t key)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_stored(packet, &(struct wire_stored){.key = key});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

void say_leave(struct stage *stage)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_leave(packet, &(struct wire_leave){});
    g_assert_true(wire_send(stage->socket, packet, NULL));
}

void wait_until(struct stage *stage, const char *line, const char *text)
{
    g_autofree char *answer = NULL;
    for (int i = 0; i < PATIENCE_MS / 20; i++) {
        g_free(answer);
        answer = order(stage, "%s", line);
        if (strstr(answer, text) != NULL)
            return;
        g_usleep(20000);
    }
    g_error("%s: %s, not %s", line, answer, text);
}

int exit_status(struct stage *stage)
{
    int status = 0;
    g_assert_cmpint(waitpid(stage->worker, &status, 0), ==, stage->worker);
    stage->worker = 0;
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
