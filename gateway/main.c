// SPDX-License-Identifier: GPL-2.0-or-later
// loa-gateway: reads its options, then runs or checks a configuration.
#include "gateway/gateway.h"

#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>

#define DEFAULT_CONFIG "/etc/loa/loa.conf"

int main(int argc, char **argv)
{
    g_autofree char *config = NULL;
    g_autofree char *check = NULL;
    gboolean version = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config,
         "Run with this configuration (" DEFAULT_CONFIG ")", "FILE"},
        {"check-config", 0, 0, G_OPTION_ARG_FILENAME, &check,
         "Print every mistake of a configuration and leave", "FILE"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and leave", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet. */
    setlocale(LC_ALL, "");
    g_autoptr(GOptionContext) context = g_option_context_new("- the gateway of Loa");
    g_option_context_set_description(
        context, "It stays in the foreground and logs to standard error.\n"
                 "SIGHUP reads the configuration again; SIGTERM ends it in order.\n");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "loa-gateway: %s\n",
                error != NULL ? error->message : "it takes options only; see --help");
        return EX_USAGE;
    }
    if (version) {
        printf("loa-gateway %s\n", LOA_VERSION);
        return EX_OK;
    }
    if (check != NULL)
        return gateway_check_config(check);
    signal(SIGPIPE, SIG_IGN);
    umask(0027); /* people's numbers and texts are in what it writes */
    return gateway_run(config != NULL ? config : DEFAULT_CONFIG);
}
