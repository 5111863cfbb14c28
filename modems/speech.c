// SPDX-License-Identifier: GPL-2.0-or-later
/* One packet after the other, in order, over the socket. A promise is made a little longer than
 * needed, so that not each step needs one, and called back when it is much longer. */
#include "modems/speech.h"

#include "modems/device.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <unistd.h>

enum {
    BEHIND_MS = 60000,
    SLACK_MS = 15000, /* promised on top */
    LOOSE_MS = 20000, /* longer than that: called back */
    ALARM_S = 30,     /* after the promise */
};

static int64_t now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static bool put(struct speech *speech, const GByteArray *packet)
{
    int64_t until = now_ms() + BEHIND_MS;
    while (!speech->gone) {
        g_autoptr(GError) error = NULL;
        if (wire_send(speech->socket, packet, &error))
            return true;
        bool behind = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
        struct pollfd room = {.fd = speech->socket, .events = POLLOUT};
        if (!behind || now_ms() >= until || (poll(&room, 1, 1000) < 0 && errno != EINTR))
            speech->gone = true;
    }
    return false;
}

void speech_tell_owed(void *data)
{
    struct speech *speech = data;
    g_autoptr(GByteArray) owed = g_steal_pointer(&speech->owed);
    if (owed != NULL)
        put(speech, owed);
}

bool speech_tell(void *data, const GByteArray *packet)
{
    speech_tell_owed(data);
    return put(data, packet);
}

void speech_promise(struct speech *speech, unsigned within_ms, const char *doing)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_alive(packet, &(struct wire_alive){.within_ms = within_ms, .doing = doing});
    speech_tell(speech, packet);
    speech->promised_until = now_ms() + within_ms;
    alarm(within_ms / 1000 + ALARM_S);
}

void speech_need(struct speech *speech, unsigned within_ms, const char *doing)
{
    int64_t until = now_ms() + within_ms;
    if (speech->promised_until < until || speech->promised_until > until + SLACK_MS + LOOSE_MS)
        speech_promise(speech, within_ms + SLACK_MS, doing);
}

void speech_hello(struct speech *speech)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_hello(packet, &(struct wire_hello){.list_hash = wire_hash(),
                                                .pid = getpid(),
                                                .gammu_version = device_version()});
    speech_tell(speech, packet);
}

void speech_ready(struct speech *speech, const struct probe_identity *identity, const char *smsc)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_ready(packet, &(struct wire_ready){.imei = identity->imei,
                                                .imsi = identity->imsi,
                                                .manufacturer = identity->manufacturer,
                                                .model = identity->model,
                                                .firmware = identity->firmware,
                                                .smsc = smsc});
    speech_tell(speech, packet);
}

void speech_health(struct speech *speech, const struct probe_health *health)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_health(packet, &(struct wire_health){
                                .signal_percent = health->signal_percent,
                                .registration = health->registration,
                                .operator_code = health->operator_code,
                                .operator_name = health->operator_name,
                                .storage_used = health->storage_used,
                                .storage_size = health->storage_size,
                            });
    speech_tell(speech, packet);
}

void speech_verdict(struct speech *speech, const struct wire_verdict *verdict)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_verdict(packet, verdict);
    speech_tell(speech, packet);
}

void speech_owe(struct speech *speech, const struct wire_verdict *verdict)
{
    speech_tell_owed(speech);
    speech->owed = g_byte_array_new();
    wire_put_verdict(speech->owed, verdict);
}
