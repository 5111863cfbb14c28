// SPDX-License-Identifier: GPL-2.0-or-later
/* loa-simulator: modems on ptys and the network behind them, for any program that speaks AT. One
 * process, one main loop. Says "ready" on stdout once every DIR/modemN can be opened, and removes
 * them when it ends. */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <sysexits.h>

#include "modems/simulator/air.h"
#include "modems/simulator/behaviour.h"
#include "modems/simulator/control.h"
#include "modems/simulator/network.h"

enum { MODEMS_LIMIT = 256 };

struct options {
    char *config, *folder, *air, *control;
    int modems;
    gboolean version;
};

static bool read_options(int argc, char **argv, struct options *retoptions, GError **error)
{
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &retoptions->config, "Behaviour file", "FILE"},
        {"dir", 'd', 0, G_OPTION_ARG_FILENAME, &retoptions->folder, "Where modem0 … appear", "DIR"},
        {"air", 'a', 0, G_OPTION_ARG_FILENAME, &retoptions->air, "Record of what passed", "FILE"},
        {"control", 0, 0, G_OPTION_ARG_FILENAME, &retoptions->control, "Control socket", "SOCKET"},
        {"modems", 'n', 0, G_OPTION_ARG_INT, &retoptions->modems, "How many modems", "N"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &retoptions->version, "Print the version", NULL},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- plays modems on ptys");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return false;
    if (retoptions->version)
        return true;
    const char *fault = argc > 1              ? "there are words too many"
                        : !retoptions->folder ? "--dir DIR is missing"
                        : retoptions->modems < 0 || retoptions->modems > MODEMS_LIMIT
                            ? "--modems takes 1 to 256"
                            : NULL;
    if (fault)
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, fault);
    return !fault;
}

static gboolean on_end(gpointer user_data)
{
    g_main_loop_quit(user_data);
    return G_SOURCE_CONTINUE;
}

static int run(const struct options *options, const struct behaviour *behaviour, GError **error)
{
    struct air *air = air_open(options->air, error);
    if (!air)
        return EX_CANTCREAT;
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    guint term = g_unix_signal_add(SIGTERM, on_end, loop);
    guint interrupt = g_unix_signal_add(SIGINT, on_end, loop);
    struct network *network = network_new(behaviour, air);
    struct control *control = NULL;
    unsigned modems = (unsigned)(options->modems ? options->modems : behaviour->modem_count);
    int status = EX_OSERR;
    if (network_start(network, options->folder, modems, error) &&
        (!options->control || (control = control_open(options->control, network, loop, error)))) {
        puts("ready");
        fflush(stdout);
        g_main_loop_run(loop);
        status = EX_OK;
    }
    control_close(control);
    network_free(network);
    air_close(air);
    g_source_remove(term);
    g_source_remove(interrupt);
    g_main_loop_unref(loop);
    return status;
}

int main(int argc, char **argv)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet. */
    setlocale(LC_CTYPE, "");
    struct options options = {.modems = 0};
    g_autoptr(GError) error = NULL;
    int status = EX_USAGE;
    if (read_options(argc, argv, &options, &error)) {
        struct behaviour *behaviour = NULL;
        if (options.version) {
            puts("loa-simulator " LOA_VERSION);
            status = EX_OK;
        } else if (!(behaviour = behaviour_read(options.config))) {
            status = EX_CONFIG;
        } else {
            status = run(&options, behaviour, &error);
        }
        behaviour_free(behaviour);
    }
    if (error)
        g_printerr("loa-simulator: %s\n", error->message);
    g_free(options.config);
    g_free(options.folder);
    g_free(options.air);
    g_free(options.control);
    return status;
}
