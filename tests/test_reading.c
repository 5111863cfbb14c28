// SPDX-License-Identifier: GPL-2.0-or-later
/* A PDU that ends its reader ends it once. Each reader is a process of its own on one flight log;
 * the decoder before libgammu's (the executable's definition goes before a library's) does with the
 * PDU what the row says, in one case by giving libgammu what overruns its stack. */
#include "modems/kept.h"
#include "modems/reading.h"

#include <dlfcn.h>
#include <gammu.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* "Hello" from +84912345678. */
#define PDU                                                                                        \
    "07914889200030F0000B914819325476F8000052111221222300"                                         \
    "05C8329BFD06"

enum fate {
    FATE_NONE,   /* it decodes */
    FATE_REFUSE, /* the decoder says no */
    FATE_SMASH,  /* 200 septets: libgammu overruns its stack */
    FATE_CRASH,
    FATE_ABORT,
    FATE_DEEP, /* no stack left */
    FATE_HANG,
    FATE_KILLED, /* by somebody else, just then */
};

static enum fate fate;
static volatile uintptr_t nowhere = 4096;

static int go_deep(volatile int depth)
{
    volatile char room[4096];
    room[0] = (char)depth;
    return depth < 0 ? 0 : go_deep(depth + 1) + room[0];
}

static GSM_Error overrun(GSM_Debug_Info *debug, GSM_SMSMessage *sms)
{
    unsigned char octets[202] = {0x07, 0x91, 0x48, 0x89, 0x20, 0x00, 0x30, 0xf0, 0x04,
                                 0x0b, 0x91, 0x48, 0x19, 0x32, 0x54, 0x76, 0xf8, 0x00,
                                 0x00, 0x52, 0x11, 0x12, 0x21, 0x22, 0x23, 0x00, 200};
    memset(octets + 27, 0x41, sizeof octets - 27);
    union {
        void *symbol;
        GSM_Error (*decode)(GSM_Debug_Info *, GSM_SMSMessage *, const unsigned char *, size_t,
                            size_t *, gboolean);
    } real = {dlsym(RTLD_NEXT, "GSM_DecodePDUFrame")};
    return real.decode(debug, sms, octets, sizeof octets, NULL, TRUE);
}

GSM_Error GSM_DecodePDUFrame(GSM_Debug_Info *di, GSM_SMSMessage *SMS, const unsigned char *buffer,
                             size_t length, size_t *final_pos, gboolean use_smsc)
{
    (void)buffer;
    (void)length;
    (void)final_pos;
    (void)use_smsc;
    switch (fate) {
    case FATE_NONE:
        SMS->Coding = SMS_Coding_Default_No_Compression;
        return ERR_NONE;
    case FATE_REFUSE:
        return ERR_CORRUPTED;
    case FATE_SMASH:
        return overrun(di, SMS);
    case FATE_CRASH:
        return *(volatile int *)nowhere != 0 ? ERR_NONE : ERR_UNKNOWN;
    case FATE_ABORT:
        abort();
    case FATE_DEEP:
        return go_deep(0) == 0 ? ERR_NONE : ERR_UNKNOWN;
    case FATE_HANG:
        for (volatile unsigned i = 0;; i++)
            continue;
    case FATE_KILLED:
        kill(getpid(), SIGKILL);
    }
    return ERR_UNKNOWN;
}

enum { READER_DIED = -1 };

static void read_it(const char *path)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct flight *flight = flight_open(path, NULL);
    struct kept *kept = kept_new(flight);
    struct flight_pdu *place = kept_find(kept, "SM", 3);
    if (place == NULL)
        place = kept_lay(kept, "SM", 3, true, PDU);
    struct device_sms sms = {0};
    const char *reason = NULL;
    reading_guard();
    _exit(10 + (int)reading_pdu(place, -1, &sms, &reason));
}

/* What a reader makes of it: enum reading, or READER_DIED. */
static int reader(const char *path, enum fate of)
{
    int status = 0;
    fate = of;
    pid_t pid = fork();
    if (pid == 0) {
        close(STDERR_FILENO);
        read_it(path);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFEXITED(status) && WEXITSTATUS(status) >= 10 ? WEXITSTATUS(status) - 10 : READER_DIED;
}

static const struct {
    const char *name;
    struct {
        enum fate fate;
        int expected;
    } readers[3]; /* one after the other */
} rows[] = {
    {"it decodes",
     {{FATE_NONE, READING_DONE}, {FATE_NONE, READING_DONE}, {FATE_NONE, READING_DONE}}},
    {"no decoder takes it",
     {{FATE_REFUSE, READING_REFUSED}, {FATE_REFUSE, READING_REFUSED}, {FATE_NONE, READING_DONE}}},
    {"libgammu overruns its stack",
     {{FATE_SMASH, READER_DIED}, {FATE_NONE, READING_POISON}, {FATE_NONE, READING_POISON}}},
    {"a bad pointer",
     {{FATE_CRASH, READER_DIED}, {FATE_NONE, READING_POISON}, {FATE_NONE, READING_POISON}}},
    {"an assertion",
     {{FATE_ABORT, READER_DIED}, {FATE_NONE, READING_POISON}, {FATE_NONE, READING_POISON}}},
    {"no end of calls",
     {{FATE_DEEP, READER_DIED}, {FATE_NONE, READING_POISON}, {FATE_NONE, READING_POISON}}},
    {"no end",
     {{FATE_HANG, READER_DIED}, {FATE_NONE, READING_POISON}, {FATE_NONE, READING_POISON}}},
    {"killed by somebody while it read",
     {{FATE_KILLED, READER_DIED}, {FATE_NONE, READING_DONE}, {FATE_NONE, READING_DONE}}},
    {"killed twice in a row is no chance",
     {{FATE_KILLED, READER_DIED}, {FATE_KILLED, READER_DIED}, {FATE_NONE, READING_POISON}}},
    {"killed, and it crashes after that",
     {{FATE_KILLED, READER_DIED}, {FATE_CRASH, READER_DIED}, {FATE_NONE, READING_POISON}}},
};

static void test_once(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *folder = g_dir_make_tmp("loa-reading-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "flight", NULL);
        flight_free(flight_open(path, NULL));
        for (size_t k = 0; k < G_N_ELEMENTS(rows[i].readers); k++) {
            int got = reader(path, rows[i].readers[k].fate);
            g_assert_cmpint(got, ==, rows[i].readers[k].expected);
        }
        g_unlink(path);
        g_rmdir(folder);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reading/what ends its reader ends it once", test_once);
    return g_test_run();
}
