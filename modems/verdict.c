// SPDX-License-Identifier: GPL-2.0-or-later
/* The table that turns a code into an outcome. It holds the numbers of the specifications, read
 * with what operators and modems really mean by them: a content filter answers 21, an empty
 * account 38, a modem that is not registered 500. A code that says nothing about the message is
 * never a refusal, and one after which the message may be on its way is never a retry.
 * How often a retry is repeated, and when a row of them condemns the modem, is not decided here. */
#include "modems/verdict.h"

#include <stdbool.h>
#include <stddef.h>

enum { SOON = 15000, LATER = 300000, UNKNOWN = 60000 };

struct row {
    int32_t from, to;
    enum verdict_outcome outcome;
    uint32_t retry_after_ms;
    const char *meaning;
};

static const struct row cms_rows[] = {
    {1, 1, VERDICT_REFUSED, 0, "number not assigned"},
    {8, 8, VERDICT_MODEM_SICK, 0, "barred by the operator"},
    {10, 10, VERDICT_MODEM_SICK, 0, "sending is barred for this SIM"},
    {17, 17, VERDICT_RETRY, LATER, "network failure"},
    {21, 21, VERDICT_RETRY, LATER, "rejected: filter, no credit, or no SMS in the plan"},
    {22, 22, VERDICT_RETRY, LATER, "congestion"},
    {27, 27, VERDICT_RETRY, LATER, "destination out of service"},
    {28, 28, VERDICT_REFUSED, 0, "number not identified"},
    {29, 29, VERDICT_MODEM_SICK, 0, "facility rejected"},
    {30, 30, VERDICT_REFUSED, 0, "unknown subscriber"},
    {38, 38, VERDICT_RETRY, LATER, "network out of order, or no credit"},
    {41, 41, VERDICT_RETRY, SOON, "temporary failure"},
    {42, 42, VERDICT_RETRY, LATER, "congestion"},
    {47, 47, VERDICT_RETRY, LATER, "no resources"},
    {50, 50, VERDICT_MODEM_SICK, 0, "SMS not subscribed"},
    {69, 69, VERDICT_MODEM_SICK, 0, "facility not implemented"},
    {81, 81, VERDICT_RETRY, SOON, "invalid transaction identifier"},
    {95, 95, VERDICT_RETRY, SOON, "invalid message"},
    {96, 97, VERDICT_REFUSED, 0, "message not understood by the network"},
    {98, 98, VERDICT_RETRY, SOON, "message does not fit the state"},
    {99, 99, VERDICT_REFUSED, 0, "message not understood by the network"},
    {111, 111, VERDICT_RETRY, SOON, "protocol error"},
    {127, 127, VERDICT_RETRY, LATER, "interworking"},
    {128, 130, VERDICT_REFUSED, 0, "telematic interworking refused"},
    {143, 145, VERDICT_REFUSED, 0, "coding or class not supported"},
    {159, 161, VERDICT_REFUSED, 0, "command refused"},
    {175, 176, VERDICT_REFUSED, 0, "PDU not supported"},
    {192, 192, VERDICT_RETRY, LATER, "service centre busy"},
    {193, 193, VERDICT_MODEM_SICK, 0, "no subscription at the service centre"},
    {194, 194, VERDICT_RETRY, LATER, "service centre failure"},
    {195, 195, VERDICT_REFUSED, 0, "invalid number"},
    {196, 196, VERDICT_REFUSED, 0, "number barred"},
    {197, 197, VERDICT_SENT, 0, "the service centre has it already"},
    {198, 199, VERDICT_REFUSED, 0, "validity period refused"},
    {208, 208, VERDICT_RETRY, SOON, "SIM storage full"},
    {209, 209, VERDICT_RETRY, SOON, "no storage in the SIM"},
    {210, 210, VERDICT_RETRY, SOON, "error in the device"},
    {211, 211, VERDICT_RETRY, SOON, "storage full"},
    {212, 213, VERDICT_RETRY, SOON, "error in the SIM"},
    {255, 255, VERDICT_RETRY, SOON, "unspecified"},
    {300, 300, VERDICT_MODEM_SICK, 0, "device failure"},
    {301, 302, VERDICT_RETRY, SOON, "not allowed now: too early, or busy"},
    {303, 305, VERDICT_REFUSED, 0, "the device does not accept this message"},
    {310, 310, VERDICT_MODEM_SICK, 0, "no SIM"},
    {311, 311, VERDICT_MODEM_SICK, 0, "PIN required"},
    {312, 312, VERDICT_MODEM_SICK, 0, "the device is locked to another SIM"},
    {313, 313, VERDICT_MODEM_SICK, 0, "SIM failure"},
    {314, 314, VERDICT_RETRY, SOON, "SIM busy"},
    {315, 315, VERDICT_MODEM_SICK, 0, "wrong SIM"},
    {316, 316, VERDICT_MODEM_SICK, 0, "PUK required"},
    {317, 318, VERDICT_MODEM_SICK, 0, "PIN2 or PUK2 required"},
    {320, 320, VERDICT_MODEM_SICK, 0, "memory failure"},
    {321, 321, VERDICT_RETRY, SOON, "invalid memory index"},
    {322, 322, VERDICT_RETRY, SOON, "memory full"},
    {330, 330, VERDICT_MODEM_SICK, 0, "service centre number unknown"},
    {331, 331, VERDICT_RETRY, LATER, "no network"},
    {332, 332, VERDICT_UNSURE, 0, "network timeout: it may have been sent"},
    {340, 340, VERDICT_RETRY, SOON, "no acknowledgement expected"},
    {350, 350, VERDICT_RETRY, LATER, "no path for SMS (IMS or circuit switched)"},
    {500, 500, VERDICT_RETRY, LATER, "unknown error: registration, credit or power"},
    {512, 513, VERDICT_RETRY, SOON, "lower layer failure, or an SMS came in"},
    {514, 514, VERDICT_RETRY, SOON, "device error"},
    {515, 515, VERDICT_RETRY, SOON, "please wait"},
    {517, 517, VERDICT_RETRY, SOON, "SIM not ready"},
    {535, 535, VERDICT_RETRY, SOON, "busy"},
};

static const struct row cme_rows[] = {
    {3, 4, VERDICT_RETRY, UNKNOWN, "not allowed or not supported now"},
    {5, 5, VERDICT_MODEM_SICK, 0, "the device is locked to another SIM"},
    {10, 10, VERDICT_MODEM_SICK, 0, "no SIM"},
    {11, 11, VERDICT_MODEM_SICK, 0, "PIN required"},
    {12, 12, VERDICT_MODEM_SICK, 0, "PUK required"},
    {13, 13, VERDICT_MODEM_SICK, 0, "SIM failure"},
    {14, 14, VERDICT_RETRY, SOON, "SIM busy"},
    {15, 15, VERDICT_MODEM_SICK, 0, "wrong SIM"},
    {16, 18, VERDICT_MODEM_SICK, 0, "PIN refused, or PIN2 required"},
    {20, 20, VERDICT_RETRY, SOON, "memory full"},
    {21, 22, VERDICT_RETRY, SOON, "invalid memory index"},
    {23, 23, VERDICT_MODEM_SICK, 0, "memory failure"},
    {30, 30, VERDICT_RETRY, LATER, "no network"},
    {31, 31, VERDICT_UNSURE, 0, "network timeout: it may have been sent"},
    {32, 32, VERDICT_RETRY, LATER, "emergency calls only"},
    {40, 47, VERDICT_MODEM_SICK, 0, "locked to a network"},
    {50, 50, VERDICT_REFUSED, 0, "the device does not accept this message"},
    {100, 100, VERDICT_RETRY, UNKNOWN, "unknown"},
    {103, 103, VERDICT_MODEM_SICK, 0, "illegal subscriber"},
    {106, 107, VERDICT_MODEM_SICK, 0, "illegal device, or service not allowed"},
    {111, 113, VERDICT_MODEM_SICK, 0, "network or area not allowed"},
    {132, 134, VERDICT_RETRY, SOON, "service option not available now"},
    {262, 262, VERDICT_MODEM_SICK, 0, "SIM blocked"},
    {515, 515, VERDICT_RETRY, SOON, "please wait"},
};

static const struct row local_rows[] = {
    {VERDICT_NO_PROMPT, VERDICT_NO_PROMPT, VERDICT_RETRY, SOON, "the modem never asked for it"},
    {VERDICT_NO_ANSWER, VERDICT_NO_ANSWER, VERDICT_UNSURE, 0, "no answer after submission"},
    {VERDICT_NO_REFERENCE, VERDICT_NO_REFERENCE, VERDICT_UNSURE, 0, "accepted without a reference"},
    {VERDICT_BARE_ERROR, VERDICT_BARE_ERROR, VERDICT_RETRY, UNKNOWN, "error without a code"},
    {VERDICT_HANG_UP, VERDICT_HANG_UP, VERDICT_MODEM_SICK, 0, "the device went away"},
    {VERDICT_NOT_STARTED, VERDICT_NOT_STARTED, VERDICT_RETRY, 0, "the worker left before its turn"},
    {VERDICT_BAD_PART, VERDICT_BAD_PART, VERDICT_REFUSED, 0, "it cannot be encoded"},
    {VERDICT_NO_LOG, VERDICT_NO_LOG, VERDICT_MODEM_SICK, 0,
     "the flight log cannot be written to disk"},
};

struct space {
    const char *name;
    const struct row *rows;
    size_t count;
    struct verdict otherwise;
};

#define ROWS(table) table, sizeof table / sizeof table[0]

static const struct space spaces[] = {
    [VERDICT_SPACE_NONE] = {"none", NULL, 0, {VERDICT_SENT, 0, "sent"}},
    [VERDICT_SPACE_CMS] = {"cms", ROWS(cms_rows), {VERDICT_RETRY, UNKNOWN, "unknown code"}},
    [VERDICT_SPACE_CME] = {"cme", ROWS(cme_rows), {VERDICT_RETRY, UNKNOWN, "unknown code"}},
    /* libgammu failed before anything went to the modem: nothing is known against the message. */
    [VERDICT_SPACE_GAMMU] = {"gammu", NULL, 0, {VERDICT_MODEM_SICK, 0, "libgammu would not send"}},
    [VERDICT_SPACE_LOCAL] = {"local", ROWS(local_rows), {VERDICT_RETRY, UNKNOWN, "unknown cause"}},
};

static const char *const outcome_names[] = {
    [VERDICT_SENT] = "sent",       [VERDICT_RETRY] = "retry",
    [VERDICT_REFUSED] = "refused", [VERDICT_MODEM_SICK] = "modem-sick",
    [VERDICT_UNSURE] = "unsure",
};

struct verdict verdict_of(enum verdict_space space, int32_t code)
{
    if ((size_t)space >= sizeof spaces / sizeof spaces[0])
        space = VERDICT_SPACE_LOCAL;
    for (size_t i = 0; i < spaces[space].count; i++) {
        const struct row *row = &spaces[space].rows[i];
        if (code >= row->from && code <= row->to)
            return (struct verdict){row->outcome, row->retry_after_ms, row->meaning};
    }
    return spaces[space].otherwise;
}

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
    bool known = (size_t)outcome < sizeof outcome_names / sizeof outcome_names[0];
    return known ? outcome_names[outcome] : "unknown";
}

const char *verdict_space_name(enum verdict_space space)
{
    return (size_t)space < sizeof spaces / sizeof spaces[0] ? spaces[space].name : "unknown";
}
