// SPDX-License-Identifier: GPL-2.0-or-later
/* A line protocol for tests and for hands (socat - UNIX-CONNECT:SOCKET). MODEM is modem0 or 0; each
 * line is answered by one that begins with ok or error:
 *   sms MODEM FROM TEXT…        an SMS for the SIM; \n and \\ in the text
 *   rawpdu MODEM HEX            the same from a PDU with its SMSC part
 *   report MODEM TO MR ST       a delivery report; ST in hex
 *   unplug MODEM / plug MODEM   hang up and vanish, come back on a new pty
 *   restart MODEM               as AT+CFUN=1,1 does it
 *   silence MODEM on|lost|mute|off   submissions unanswered; and lost; no answer to anything
 *   fail MODEM CODE COUNT       the next COUNT submissions: 38, cme30, error, ok
 *   echo MODEM on|off           switches echo behind the client's back
 *   urc MODEM LINE              says a line as it is, at once; \r \n \\ make bytes
 *   registration MODEM N / signal MODEM N
 *   slots MODEM                 ok SM used/size ME used/size waiting N
 *   stats                       counts since the start
 *   quit */
#include "modems/simulator/control.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"

enum { LINE_LIMIT = 65536 };

struct control {
    char *path;
    int listener;
    guint source;
    struct network *network;
    GMainLoop *loop;
    GPtrArray *clients; /* struct client * */
};

struct client {
    struct control *control;
    int file;
    guint source;
    GString *input;
};

struct order {
    struct network *network;
    struct mobile *mobile; /* NULL: the verb needs none */
    char **words;          /* behind the modem */
    unsigned count;
    GMainLoop *loop;
};

static char *wrong(const char *sentence)
{
    return g_strdup_printf("error %s", sentence);
}

static char *well(void)
{
    return g_strdup("ok");
}

static char *unescape(const char *text)
{
    GString *plain = g_string_new(NULL);
    for (const char *at = text; *at; at++) {
        if (*at != '\\' || !at[1]) {
            g_string_append_c(plain, *at);
            continue;
        }
        at++;
        g_string_append_c(plain, *at == 'n' ? '\n' : *at == 'r' ? '\r' : *at == 't' ? '\t' : *at);
    }
    return g_string_free(plain, FALSE);
}

static char *run_sms(const struct order *order)
{
    g_autofree char *text = unescape(order->words[1]);
    if (!g_utf8_validate(text, -1, NULL))
        return wrong("the text is no UTF-8");
    return g_strdup_printf("ok %u", network_text(order->mobile, order->words[0], text));
}

static char *run_rawpdu(const struct order *order)
{
    return network_pdu(order->mobile, order->words[0]) ? well() : wrong("that is no PDU in hex");
}

static char *run_report(const struct order *order)
{
    g_auto(GStrv) words = g_strsplit(order->words[0], " ", 3);
    if (g_strv_length(words) != 3)
        return wrong("report MODEM TO MR ST");
    network_report(order->mobile, words[0], (uint8_t)atoi(words[1]),
                   (uint8_t)strtoul(words[2], NULL, 16));
    return well();
}

static char *run_unplug(const struct order *order)
{
    mobile_unplug(order->mobile);
    return well();
}

static char *run_plug(const struct order *order)
{
    g_autoptr(GError) error = NULL;
    return mobile_plug(order->mobile, &error) ? well() : wrong(error->message);
}

static char *run_restart(const struct order *order)
{
    mobile_restart(order->mobile);
    return well();
}

static char *run_silence(const struct order *order)
{
    static const struct {
        const char *word;
        enum mobile_silence silence;
    } words[] = {{"off", MOBILE_TALKS},
                 {"on", MOBILE_SILENT},
                 {"lost", MOBILE_LOSES},
                 {"mute", MOBILE_MUTE}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].word, order->words[0]) == 0) {
            order->mobile->silence = words[i].silence;
            network_drain(order->mobile);
            return well();
        }
    return wrong("silence MODEM on|lost|mute|off");
}

static char *run_fail(const struct order *order)
{
    g_autofree char *code = g_ascii_strdown(order->words[0], -1);
    g_autofree char *spaced =
        g_str_has_prefix(code, "cme") ? g_strdup_printf("cme %s", code + 3) : g_strdup(code);
    struct outcome outcome;
    if (!behaviour_outcome(spaced, &outcome))
        return wrong("that is no result code; write 38, cme30, error or ok");
    order->mobile->fail = outcome;
    order->mobile->fail_count = (unsigned)atoi(order->words[1]);
    return well();
}

static char *run_echo(const struct order *order)
{
    order->mobile->settings.echo = strcmp(order->words[0], "on") == 0;
    return well();
}

static char *run_urc(const struct order *order)
{
    g_autofree char *line = unescape(order->words[0]);
    if (!port_is_plugged(order->mobile->port))
        return wrong("the modem is not plugged in");
    mobile_reply(order->mobile, "%s", line);
    mobile_flush(order->mobile);
    return well();
}

static char *run_registration(const struct order *order)
{
    mobile_set_registration(order->mobile, atoi(order->words[0]));
    return well();
}

static char *run_signal(const struct order *order)
{
    order->mobile->behaviour.signal = atoi(order->words[0]);
    return well();
}

static char *run_slots(const struct order *order)
{
    const struct slots *stores = order->mobile->stores;
    return g_strdup_printf("ok SM %u/%u ME %u/%u waiting %u", stores[0].used, stores[0].size,
                           stores[1].used, stores[1].size, order->mobile->waiting[0].length);
}

static char *run_stats(const struct order *order)
{
    const struct network_counts *counts = &order->network->counts;
    return g_strdup_printf("ok submitted=%" G_GUINT64_FORMAT " accepted=%" G_GUINT64_FORMAT
                           " refused=%" G_GUINT64_FORMAT " lost=%" G_GUINT64_FORMAT
                           " unanswered=%" G_GUINT64_FORMAT " received=%" G_GUINT64_FORMAT
                           " incoming=%" G_GUINT64_FORMAT " reports=%" G_GUINT64_FORMAT
                           " pending=%u",
                           counts->submitted, counts->accepted, counts->refused, counts->lost,
                           counts->unanswered, counts->received, counts->incoming, counts->reports,
                           schedule_pending(order->network->schedule));
}

static char *run_quit(const struct order *order)
{
    g_main_loop_quit(order->loop);
    return well();
}

static const struct {
    const char *verb;
    bool modem;
    unsigned words; /* behind the modem; the last takes the rest of the line */
    char *(*run)(const struct order *order);
} verbs[] = {
    {"sms", true, 2, run_sms},
    {"rawpdu", true, 1, run_rawpdu},
    {"report", true, 1, run_report},
    {"unplug", true, 0, run_unplug},
    {"plug", true, 0, run_plug},
    {"restart", true, 0, run_restart},
    {"silence", true, 1, run_silence},
    {"fail", true, 2, run_fail},
    {"echo", true, 1, run_echo},
    {"urc", true, 1, run_urc},
    {"registration", true, 1, run_registration},
    {"signal", true, 1, run_signal},
    {"slots", true, 0, run_slots},
    {"stats", false, 0, run_stats},
    {"quit", false, 0, run_quit},
};

static struct mobile *find_mobile(const struct network *network, const char *name)
{
    for (guint i = 0; i < network->mobiles->len; i++) {
        struct mobile *mobile = network->mobiles->pdata[i];
        g_autofree char *number = g_strdup_printf("%u", i);
        if (strcmp(name, mobile->name) == 0 || strcmp(name, number) == 0)
            return mobile;
    }
    return NULL;
}

char *control_run(struct network *network, GMainLoop *loop, const char *line)
{
    g_autofree char *verb = g_strndup(line, strcspn(line, " "));
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (strcmp(verbs[i].verb, verb) != 0)
            continue;
        unsigned skip = verbs[i].modem ? 2 : 1;
        g_auto(GStrv) words = g_strsplit(line, " ", (gint)(skip + verbs[i].words));
        struct order order = {.network = network, .loop = loop, .count = g_strv_length(words)};
        if (order.count != skip + verbs[i].words)
            return wrong("too few words, or too many");
        order.words = words + skip;
        if (verbs[i].modem && !(order.mobile = find_mobile(network, words[1])))
            return wrong("there is no such modem");
        /* The answer is allocated; it does not point into the order. */
        // cppcheck-suppress returnDanglingLifetime
        return verbs[i].run(&order);
    }
    return wrong("there is no such verb");
}

static void client_free(void *data)
{
    struct client *client = data;
    g_source_remove(client->source);
    close(client->file);
    g_string_free(client->input, TRUE);
    g_free(client);
}

/* Answers are short and the client waits for them; one that does not read is left. */
static bool say(const struct client *client, const char *answer)
{
    g_autofree char *line = g_strconcat(answer, "\n", NULL);
    size_t size = strlen(line);
    return send(client->file, line, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool run_lines(struct client *client)
{
    char *end;
    while ((end = memchr(client->input->str, '\n', client->input->len))) {
        g_autofree char *line = g_strndup(client->input->str, (gsize)(end - client->input->str));
        g_string_erase(client->input, 0, end - client->input->str + 1);
        if (g_str_has_suffix(line, "\r"))
            line[strlen(line) - 1] = '\0';
        if (!*line)
            continue;
        g_autofree char *answer =
            control_run(client->control->network, client->control->loop, line);
        if (!say(client, answer))
            return false;
    }
    return client->input->len < LINE_LIMIT;
}

static gboolean on_client(gint file, GIOCondition condition, gpointer user_data)
{
    (void)condition;
    struct client *client = user_data;
    char bytes[4096];
    ssize_t size = read(file, bytes, sizeof bytes);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (size > 0) {
        g_string_append_len(client->input, bytes, size);
        if (run_lines(client))
            return G_SOURCE_CONTINUE;
    }
    g_ptr_array_remove(client->control->clients, client);
    return G_SOURCE_CONTINUE; /* client_free() took the source away */
}

static gboolean on_listener(gint file, GIOCondition condition, gpointer user_data)
{
    (void)condition;
    struct control *control = user_data;
    int accepted = accept4(file, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0)
        return G_SOURCE_CONTINUE;
    struct client *client = g_new0(struct client, 1);
    client->control = control;
    client->file = accepted;
    client->input = g_string_new(NULL);
    client->source = g_unix_fd_add(accepted, G_IO_IN | G_IO_HUP | G_IO_ERR, on_client, client);
    g_ptr_array_add(control->clients, client);
    return G_SOURCE_CONTINUE;
}

struct control *control_open(const char *path, struct network *network, GMainLoop *loop,
                             GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                    "control socket %s: the path is too long", path);
        return NULL;
    }
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(path);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "control socket %s: %s", path,
                    g_strerror(errno));
        if (listener >= 0)
            close(listener);
        return NULL;
    }
    struct control *control = g_new0(struct control, 1);
    control->path = g_strdup(path);
    control->listener = listener;
    control->network = network;
    control->loop = loop;
    control->clients = g_ptr_array_new_with_free_func(client_free);
    control->source = g_unix_fd_add(listener, G_IO_IN, on_listener, control);
    return control;
}

void control_close(struct control *control)
{
    if (!control)
        return;
    g_ptr_array_unref(control->clients);
    g_source_remove(control->source);
    close(control->listener);
    unlink(control->path);
    g_free(control->path);
    g_free(control);
}
