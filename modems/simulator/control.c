// SPDX-License-Identifier: GPL-2.0-or-later
/* A line protocol for tests and for hands (socat - UNIX-CONNECT:SOCKET). MODEM is modem0 or 0; each
 * line is answered by one that begins with ok or error:
 *   sms MODEM FROM TEXT…        an SMS for the SIM; \n and \\ in the text
 *   part MODEM FROM R/I/N TEXT… part I of N of a long SMS with reference R
 *   rawpdu MODEM HEX            an SMS from a PDU with its SMSC part
 *   report MODEM TO MR ST [H]   a delivery report; ST in hex; submitted H hours ago
 *   unplug MODEM                hang up and vanish
 *   plug MODEM [NAME]           come back on a new pty, under that name in the same folder
 *   restart MODEM               as AT+CFUN=1,1 does it
 *   silence MODEM on|lost|mute|deaf|dazed|off   submissions unanswered; and lost; nothing said at
 *                               all; nothing answered, but unsolicited lines go on; the same until
 *                               AT+CFUN=1,1
 *   fail MODEM CODE… COUNT      the next COUNT submissions: 38, cme30, error, ok, a line
 *   echo MODEM on|off           switches echo behind the client's back
 *   urc MODEM LINE              says a line, at once; \r \n \\ make bytes
 *   cue MODEM SETTINGS          point = "prompt"; say = ">"; … as in `cues` of the behaviour file
 *   uncue MODEM                 forgets all cues, those of the file too
 *   registration MODEM N / signal MODEM N
 *   ussd MODEM [SETTINGS]       text = "…"; open = true; options = ( … ); … from the network, as a
 *                               rule of the behaviour file; alone: ok state=idle|asked|open
 *                               ended=answer|client|network|refused|power dialled=N cancelled=N
 *                               path=*101#>1
 *   account MODEM [SETTINGS]    balance = 1000 bundle = 5 … as in `account` of the behaviour file,
 *                               wrong = 0 unblocks top-ups; alone: ok balance=… expires=… …, or
 *                               ok none
 *   slots MODEM                 ok SM used/size ME used/size waiting N
 *   stats                       counts since the start
 *   quit */
#include "modems/simulator/control.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"
#include "modems/simulator/service.h"

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

static char *run_part(const struct order *order)
{
    unsigned reference, part, total;
    g_autofree char *text = unescape(order->words[2]);
    if (sscanf(order->words[1], "%u/%u/%u", &reference, &part, &total) != 3 || reference > 255 ||
        part < 1 || part > total || total > 255 || !g_utf8_validate(text, -1, NULL))
        return wrong("part MODEM FROM REFERENCE/PART/TOTAL TEXT");
    network_part(order->mobile, order->words[0],
                 &(struct pdu_concat){total, part, reference, false}, text);
    return well();
}

static char *run_rawpdu(const struct order *order)
{
    return network_pdu(order->mobile, order->words[0]) ? well() : wrong("that is no PDU in hex");
}

static char *run_report(const struct order *order)
{
    g_auto(GStrv) words = g_strsplit(order->words[0], " ", 4);
    guint count = g_strv_length(words);
    if (count < 3)
        return wrong("report MODEM TO MR ST [HOURS]");
    network_report(order->mobile, words[0], (uint8_t)atoi(words[1]),
                   (uint8_t)strtoul(words[2], NULL, 16),
                   count > 3 ? g_ascii_strtoll(words[3], NULL, 10) * 3600000 : 0);
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
    const char *name = order->words[0];
    if (name && strchr(name, '/'))
        return wrong("the name is that of a file in the same folder");
    return mobile_plug(order->mobile, name, &error) ? well() : wrong(error->message);
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
    } words[] = {{"off", MOBILE_TALKS}, {"on", MOBILE_SILENT}, {"lost", MOBILE_LOSES},
                 {"mute", MOBILE_MUTE}, {"deaf", MOBILE_DEAF}, {"dazed", MOBILE_DAZED}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].word, order->words[0]) == 0) {
            order->mobile->silence = words[i].silence;
            network_drain(order->mobile);
            return well();
        }
    return wrong("silence MODEM on|lost|mute|deaf|dazed|off");
}

static char *run_fail(const struct order *order)
{
    g_autofree char *code = g_strdup(order->words[0]);
    char *count = strrchr(code, ' ');
    if (!count)
        return wrong("fail MODEM CODE COUNT");
    *count++ = '\0';
    g_autofree char *spaced = g_ascii_strncasecmp(code, "cme", 3) == 0
                                  ? g_strdup_printf("cme %s", g_strchug(code + 3))
                                  : g_strdup(code);
    struct outcome outcome;
    if (!behaviour_outcome(spaced, &outcome))
        return wrong("that is no result code; write 38, cme30, error, ok or a line");
    order->mobile->fail = outcome;
    order->mobile->fail_count = (unsigned)atoi(count);
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
    g_string_append_printf(port_output(order->mobile->port), "\r\n%s\r\n", line);
    mobile_flush(order->mobile);
    return well();
}

static char *run_cue(const struct order *order)
{
    g_autofree char *sentence = cues_add(order->mobile->cues, order->words[0]);
    if (sentence)
        return wrong(sentence);
    if (order->mobile->mode == MOBILE_COMMAND)
        mobile_cue(order->mobile, CUE_IDLE);
    mobile_flush(order->mobile);
    return well();
}

static char *run_uncue(const struct order *order)
{
    cues_forget(order->mobile->cues);
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

static char *run_ussd(const struct order *order)
{
    struct service *service = order->mobile->service;
    g_autofree char *sentence = order->words[0] ? service_push(service, order->words[0]) : NULL;
    if (sentence)
        return wrong(sentence);
    g_autofree char *list = service_list(service);
    return g_strconcat("ok ", list, NULL);
}

static char *run_account(const struct order *order)
{
    struct account *account = order->mobile->account;
    g_autofree char *sentence =
        order->words[0] ? account_set(account, order->words[0], network_today(order->network))
                        : NULL;
    if (sentence)
        return wrong(sentence);
    g_autofree char *list = account_list(account);
    return g_strconcat("ok ", list, NULL);
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
    bool optional; /* the last word may be missing */
} verbs[] = {
    {"sms", true, 2, run_sms},
    {"part", true, 3, run_part},
    {"rawpdu", true, 1, run_rawpdu},
    {"report", true, 1, run_report},
    {"unplug", true, 0, run_unplug},
    {"plug", true, 1, run_plug, true},
    {"restart", true, 0, run_restart},
    {"silence", true, 1, run_silence},
    {"fail", true, 1, run_fail},
    {"echo", true, 1, run_echo},
    {"urc", true, 1, run_urc},
    {"cue", true, 1, run_cue},
    {"uncue", true, 0, run_uncue},
    {"registration", true, 1, run_registration},
    {"signal", true, 1, run_signal},
    {"slots", true, 0, run_slots},
    {"account", true, 1, run_account, true},
    {"ussd", true, 1, run_ussd, true},
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
        if (order.count != skip + verbs[i].words &&
            !(verbs[i].optional && order.count + 1 == skip + verbs[i].words))
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
