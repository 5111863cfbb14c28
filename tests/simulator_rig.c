// SPDX-License-Identifier: GPL-2.0-or-later
/* One simulated modem in a folder of its own, its network in this process; its main loop turns
 * while the client listens. */
#include "tests/simulator_rig.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "modems/simulator/air.h"
#include "modems/simulator/behaviour.h"
#include "modems/simulator/control.h"
#include "modems/simulator/network.h"

struct simulator_rig simulator_rig_up(const char *behaviour)
{
    struct simulator_rig rig = {.folder = g_dir_make_tmp("simulator-XXXXXX", NULL)};
    rig.config = g_build_filename(rig.folder, "behaviour.conf", NULL);
    g_assert_true(g_file_set_contents(rig.config, behaviour, -1, NULL));
    rig.behaviour = behaviour_read(rig.config);
    g_assert_nonnull(rig.behaviour);
    rig.air = air_open(NULL, NULL);
    rig.network = network_new(rig.behaviour, rig.air);
    g_assert_true(network_start(rig.network, rig.folder, 1, NULL));
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    rig.client = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK);
    g_assert_cmpint(rig.client, >=, 0);
    return rig;
}

void simulator_rig_down(struct simulator_rig *rig)
{
    close(rig->client);
    network_free(rig->network);
    air_close(rig->air);
    behaviour_free(rig->behaviour);
    g_remove(rig->config);
    g_assert_cmpint(g_rmdir(rig->folder), ==, 0); /* the symlinks are gone */
    g_free(rig->config);
    g_free(rig->folder);
}

/* All that comes until it fits the pattern; a little longer, so that nothing more can hide. */
static char *hear(const struct simulator_rig *rig, const char *pattern)
{
    GString *heard = g_string_new(NULL);
    int64_t end = g_get_monotonic_time() + SIMULATOR_PATIENCE_MS * 1000;
    for (int quiet = 0; quiet < 5 && g_get_monotonic_time() < end;) {
        while (g_main_context_iteration(NULL, FALSE))
            ;
        char bytes[4096];
        ssize_t size = read(rig->client, bytes, sizeof bytes);
        if (size > 0)
            g_string_append_len(heard, bytes, size);
        quiet = size <= 0 && g_pattern_match_simple(pattern, heard->str) ? quiet + 1 : 0;
        g_usleep(size > 0 ? 0 : 500);
    }
    return g_string_free(heard, FALSE);
}

void simulator_rig_take(const struct simulator_rig *rig, const struct simulator_step *step)
{
    g_autofree char *heard = NULL;
    if (*step->say == '!') {
        heard = control_run(rig->network, NULL, step->say + 1);
    } else {
        ssize_t length = (ssize_t)strlen(step->say);
        g_assert_cmpint(write(rig->client, step->say, (size_t)length), ==, length);
        heard = hear(rig, step->hear);
    }
    if (!g_pattern_match_simple(step->hear, heard)) {
        g_autofree char *said = g_strescape(step->say, NULL), *got = g_strescape(heard, NULL);
        g_autofree char *wanted = g_strescape(step->hear, NULL);
        g_error("after %s: heard %s instead of %s", said, got, wanted);
    }
}

static void converse(gconstpointer data)
{
    const struct simulator_conversation *conversation = data;
    struct simulator_rig rig = simulator_rig_up(conversation->behaviour);
    for (const struct simulator_step *step = conversation->steps;
         step < conversation->steps + G_N_ELEMENTS(conversation->steps) && step->say; step++)
        simulator_rig_take(&rig, step);
    simulator_rig_down(&rig);
}

void simulator_rig_add(const char *room, const struct simulator_conversation *conversations,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/%s/%s", room, conversations[i].name);
        g_test_add_data_func(path, &conversations[i], converse);
    }
}
