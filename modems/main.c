// SPDX-License-Identifier: GPL-2.0-or-later
/* loa-modem, started by the gateway with its socket as descriptor 3 and the modem's flight log,
 * locked, as descriptor 4. Signals that a terminal or a service manager sends to the whole group
 * are not for it: it leaves when its socket closes, so that a message on the air is waited for. */
#include "modems/worker.h"

#include "modems/device.h"

#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { GATEWAY_FD = 3, FLIGHT_FD = 4 };

static bool inherited(void)
{
    int type = 0;
    socklen_t size = sizeof type;
    struct stat status;
    return getsockopt(GATEWAY_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET && fstat(FLIGHT_FD, &status) == 0 && S_ISREG(status.st_mode);
}

int main(int argc, char **argv)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet. */
    setlocale(LC_CTYPE, ""); /* of what it prints; libgammu must not meet other numbers or months */
    gboolean version = FALSE;
    const GOptionEntry entries[] = {
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and leave", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- drives one modem for loa-gateway");
    g_option_context_set_description(
        context, "It is started by loa-gateway, which gives it a socket (descriptor 3) and the\n"
                 "flight log of the modem (descriptor 4). It logs to standard error.\n");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "loa-modem: %s\n",
                error != NULL ? error->message : "it takes no arguments");
        return EX_USAGE;
    }
    if (version) {
        printf("loa-modem %s (libgammu %s)\n", LOA_VERSION, device_version());
        return EX_OK;
    }
    if (!inherited()) {
        fprintf(stderr, "loa-modem: it is started by loa-gateway, not by hand; see --help\n");
        return EX_USAGE;
    }
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    fcntl(GATEWAY_FD, F_SETFD, FD_CLOEXEC);
    fcntl(FLIGHT_FD, F_SETFD, FD_CLOEXEC);
    return worker_run(GATEWAY_FD, FLIGHT_FD);
}
