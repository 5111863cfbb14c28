// SPDX-License-Identifier: GPL-2.0-or-later
/* A place is READING while a decoder has its PDU. A worker that finds one so knows what its
 * predecessor did last, but not that it died of it: somebody may have killed it just then. So such
 * a PDU is tried once more. Where the decoder is caught in the act, by a signal that its own
 * mistake raised or by using up its time, the handler writes POISON, and there is no other try. */
#include "modems/reading.h"

#include "modems/kept.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

enum { MOST_SECONDS = 2, STACK_SIZE = 64 * 1024 }; /* decoding takes microseconds */

static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGVTALRM};

/* A handler is given nothing of ours, so what it needs is the process's. */
static struct flight_pdu *_Atomic now_reading = NULL;
static struct sigaction before[G_N_ELEMENTS(fatal)];

static void caught(int number)
{
    struct flight_pdu *place = atomic_load(&now_reading);
    if (place != NULL)
        atomic_store(&place->stage, FLIGHT_PDU_POISON);
    for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
        sigaction(fatal[i], &before[i], NULL);
    raise(number); /* ends the process as it would have, once this returns */
}

/* A decoder may have used up the stack. */
static void own_stack(void)
{
    stack_t old;
    if (sigaltstack(NULL, &old) != 0 || (old.ss_flags & SS_DISABLE) == 0)
        return;
    const stack_t stack = {.ss_sp = g_malloc(STACK_SIZE), .ss_size = STACK_SIZE};
    sigaltstack(&stack, NULL);
}

void reading_guard(void)
{
    static bool done = false;
    if (done)
        return;
    done = true;
    own_stack();
    const struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
    for (size_t i = 0; i < G_N_ELEMENTS(fatal); i++)
        sigaction(fatal[i], &action, &before[i]);
}

static void limit_time(unsigned seconds)
{
    const struct itimerval timer = {.it_value = {.tv_sec = seconds}};
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

static bool decode(struct flight_pdu *place, int octets, struct device_sms *retsms)
{
    g_autofree char *hex = kept_hex(place);
    atomic_store(&now_reading, place);
    limit_time(MOST_SECONDS);
    bool read = device_read_pdu(hex, octets, retsms);
    limit_time(0);
    atomic_store(&now_reading, NULL);
    return read;
}

enum reading reading_pdu(struct flight_pdu *place, int octets, struct device_sms *retsms,
                         const char **retreason)
{
    uint32_t stage = atomic_load(&place->stage);
    if (stage == FLIGHT_PDU_AGAIN || stage == FLIGHT_PDU_POISON) {
        atomic_store(&place->stage, FLIGHT_PDU_POISON);
        *retreason = "it ended the worker that read it";
        return READING_POISON;
    }
    atomic_store(&place->stage,
                 stage == FLIGHT_PDU_READING ? FLIGHT_PDU_AGAIN : FLIGHT_PDU_READING);
    bool read = decode(place, octets, retsms);
    atomic_store(&place->stage, FLIGHT_PDU_KEPT);
    if (!read) {
        *retreason = "no decoder takes it";
        return READING_REFUSED;
    }
    if (retsms->kind != DEVICE_OTHER)
        return READING_DONE;
    device_sms_clear(retsms);
    *retreason = "nobody sent it: a draft, or a message that went out from this SIM";
    return READING_OWN;
}
