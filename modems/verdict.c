// SPDX-License-Identifier: GPL-2.0-or-later
/* The table that turns a code into an outcome. It holds the numbers of the specifications, read
 * with what operators and modems really mean by them: a content filter answers 21, an empty
 * account 38, a modem that is not registered 500. A code that says nothing about the message is
 * never a refusal, and one after which the message may be on its way is never a retry.
 * A row names a policy; the policies say what becomes of the message, whom the code speaks against
 * and what a person can do. When a row of failures condemns a SIM is not decided here. */
#include "modems/verdict.h"

#include <stdbool.h>
#include <stddef.h>

enum { SOON_MS = 15000, LATER_MS = 300000, UNKNOWN_MS = 60000 };

enum policy {
    SENT,
    MSG,    /* this number or this text: refused */
    ONCE,   /* the number, or the SIM: once more, then refused */
    DOUBT,  /* the network, the number or the SIM: a few times, then refused */
    AWAY,   /* the other handset: a few times, then refused */
    SOON,   /* the moment: in seconds */
    LATER,  /* the network: in minutes */
    GIVEUP, /* the network's last word, but for one more try */
    PUZZLE, /* nobody knows */
    UNSURE,
    SHRUG,  /* the modem, and it does not say whether the message left */
    BARRED, /* the SIM may not send */
    CARD,   /* the SIM is missing, locked or broken */
    CENTRE, /* the SIM does not know its service centre */
    FIX,    /* the modem, at once */
    STUCK,  /* the modem, if it says so again and again */
    ILL,    /* the same, and nobody knows what of */
    DISK,   /* this computer's */
    POLICIES
};

#define CREDIT "out of credit? Check with *101#"
#define ANEW   "the modem is started anew; if that does not help, check its power and unplug it"

static const struct verdict policies[POLICIES] = {
    [SENT] = {VERDICT_SENT, VERDICT_BLAMES_NOBODY},
    [MSG] = {VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
    [ONCE] = {VERDICT_RETRY, VERDICT_BLAMES_EITHER, SOON_MS, 2, .advice = CREDIT},
    [DOUBT] = {VERDICT_RETRY, VERDICT_BLAMES_EITHER, LATER_MS, 3, .advice = CREDIT},
    [AWAY] = {VERDICT_RETRY, VERDICT_BLAMES_MESSAGE, LATER_MS, 3},
    [SOON] = {VERDICT_RETRY, VERDICT_BLAMES_NETWORK, SOON_MS, .advice = "it asks to wait"},
    [LATER] = {VERDICT_RETRY, VERDICT_BLAMES_NETWORK, LATER_MS,
               .advice = "the network is full or away: check the signal and the antenna"},
    [GIVEUP] = {VERDICT_RETRY, VERDICT_BLAMES_NETWORK, LATER_MS, 2,
                .advice = "the network is in trouble: nothing to do but to wait"},
    [PUZZLE] = {VERDICT_RETRY, VERDICT_BLAMES_EITHER, UNKNOWN_MS, .advice = CREDIT},
    [UNSURE] = {VERDICT_UNSURE, VERDICT_BLAMES_NETWORK,
                .advice = "the network does not answer: check the signal and the antenna"},
    [SHRUG] = {VERDICT_UNSURE, VERDICT_BLAMES_MODEM, .advice = ANEW},
    [BARRED] = {VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM,
                .advice = "this SIM may not send: ask the operator why, check *101#"},
    [CARD] = {VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM,
              .advice = "take the SIM out, look at it, unlock it in a phone, put it back"},
    [CENTRE] = {VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM,
                .advice = "set smsc of this modem in loa.conf to the operator's service centre"},
    [FIX] = {VERDICT_MODEM_SICK, VERDICT_BLAMES_MODEM, .advice = ANEW},
    [STUCK] = {VERDICT_RETRY, VERDICT_BLAMES_MODEM, SOON_MS, .advice = ANEW},
    [ILL] = {VERDICT_RETRY, VERDICT_BLAMES_MODEM, LATER_MS, .advice = ANEW "; or " CREDIT},
    [DISK] = {VERDICT_MODEM_SICK, VERDICT_BLAMES_NOBODY, .advice = "look at this computer's disk"},
};

struct row {
    int32_t from, to;
    enum policy policy;
    const char *meaning;
};

static const struct row cms_rows[] = {
    {1, 1, MSG, "number not assigned"},
    {8, 8, BARRED, "barred by the operator"},
    {10, 10, BARRED, "sending is barred for this SIM"},
    {17, 17, LATER, "network failure"},
    {21, 21, ONCE, "rejected: filter, no credit, or no SMS in the plan"},
    {22, 22, LATER, "congestion"},
    {27, 27, AWAY, "destination out of service"},
    {28, 28, ONCE, "number not identified"},
    {29, 29, BARRED, "facility rejected"},
    {30, 30, MSG, "unknown subscriber"},
    {38, 38, DOUBT, "network out of order, or no credit"},
    {41, 41, SOON, "temporary failure"},
    {42, 42, LATER, "congestion"},
    {47, 47, LATER, "no resources"},
    {50, 50, BARRED, "SMS not subscribed"},
    {69, 69, BARRED, "facility not implemented"},
    {81, 81, STUCK, "invalid transaction identifier"},
    {95, 95, STUCK, "invalid message"},
    {96, 97, MSG, "message not understood by the network"},
    {98, 98, STUCK, "message does not fit the state"},
    {99, 99, MSG, "message not understood by the network"},
    {111, 111, STUCK, "protocol error"},
    {127, 127, GIVEUP, "interworking"},
    {128, 130, MSG, "telematic interworking refused"},
    {143, 145, MSG, "coding or class not supported"},
    {159, 161, MSG, "command refused"},
    {175, 176, MSG, "PDU not supported"},
    {192, 192, LATER, "service centre busy"},
    {193, 193, BARRED, "no subscription at the service centre"},
    {194, 194, LATER, "service centre failure"},
    {195, 195, MSG, "invalid number"},
    {196, 196, MSG, "number barred"},
    {197, 197, SENT, "the service centre has it already"},
    {198, 199, MSG, "validity period refused"},
    {208, 208, SOON, "SIM storage full"},
    {209, 209, SOON, "no storage in the SIM"},
    {210, 210, SOON, "error in the device"},
    {211, 211, SOON, "storage full"},
    {212, 213, SOON, "error in the SIM"},
    {255, 255, SOON, "unspecified"},
    {300, 300, FIX, "device failure"},
    {301, 302, SOON, "not allowed now: too early, or busy"},
    {303, 305, MSG, "the device does not accept this message"},
    {310, 310, CARD, "no SIM"},
    {311, 311, CARD, "PIN required"},
    {312, 312, CARD, "the device is locked to another SIM"},
    {313, 313, CARD, "SIM failure"},
    {314, 314, SOON, "SIM busy"},
    {315, 315, CARD, "wrong SIM"},
    {316, 316, CARD, "PUK required"},
    {317, 318, CARD, "PIN2 or PUK2 required"},
    {320, 320, FIX, "memory failure"},
    {321, 321, SOON, "invalid memory index"},
    {322, 322, SOON, "memory full"},
    {330, 330, CENTRE, "service centre number unknown"},
    {331, 331, LATER, "no network"},
    {332, 332, UNSURE, "network timeout: it may have been sent"},
    {340, 340, SOON, "no acknowledgement expected"},
    {350, 350, LATER, "no path for SMS (IMS or circuit switched)"},
    {500, 500, ILL, "unknown error: registration, credit or power"},
    {512, 513, SOON, "lower layer failure, or an SMS came in"},
    {514, 514, SOON, "device error"},
    {515, 515, SOON, "please wait"},
    {517, 517, SOON, "SIM not ready"},
    {535, 535, SOON, "busy"},
};

static const struct row cme_rows[] = {
    {3, 4, PUZZLE, "not allowed or not supported now"},
    {5, 5, CARD, "the device is locked to another SIM"},
    {10, 10, CARD, "no SIM"},
    {11, 11, CARD, "PIN required"},
    {12, 12, CARD, "PUK required"},
    {13, 13, CARD, "SIM failure"},
    {14, 14, SOON, "SIM busy"},
    {15, 15, CARD, "wrong SIM"},
    {16, 18, CARD, "PIN refused, or PIN2 required"},
    {20, 20, SOON, "memory full"},
    {21, 22, SOON, "invalid memory index"},
    {23, 23, FIX, "memory failure"},
    {30, 30, LATER, "no network"},
    {31, 31, UNSURE, "network timeout: it may have been sent"},
    {32, 32, LATER, "emergency calls only"},
    {40, 47, CARD, "locked to a network"},
    {50, 50, MSG, "the device does not accept this message"},
    {100, 100, ILL, "unknown"},
    {103, 103, BARRED, "illegal subscriber"},
    {106, 107, BARRED, "illegal device, or service not allowed"},
    {111, 113, BARRED, "network or area not allowed"},
    {132, 134, SOON, "service option not available now"},
    {262, 262, CARD, "SIM blocked"},
    {515, 515, SOON, "please wait"},
};

static const struct row local_rows[] = {
    {VERDICT_NO_PROMPT, VERDICT_NO_PROMPT, STUCK, "the modem never asked for it"},
    {VERDICT_NO_ANSWER, VERDICT_NO_ANSWER, UNSURE, "no answer after submission"},
    {VERDICT_NO_REFERENCE, VERDICT_NO_REFERENCE, UNSURE, "accepted without a reference"},
    {VERDICT_BARE_ERROR, VERDICT_BARE_ERROR, SHRUG, "error without a code"},
    {VERDICT_HANG_UP, VERDICT_HANG_UP, FIX, "the device went away"},
    {VERDICT_NOT_STARTED, VERDICT_NOT_STARTED, SOON, "the worker left before its turn"},
    {VERDICT_BAD_PART, VERDICT_BAD_PART, MSG, "it cannot be encoded"},
    {VERDICT_NO_LOG, VERDICT_NO_LOG, DISK, "the flight log cannot be written to disk"},
};

struct space {
    const char *name;
    const struct row *rows;
    size_t count;
    struct row otherwise;
};

#define ROWS(table) table, sizeof table / sizeof table[0]

static const struct space spaces[] = {
    [VERDICT_SPACE_NONE] = {"none", NULL, 0, {0, 0, SENT, "sent"}},
    [VERDICT_SPACE_CMS] = {"cms", ROWS(cms_rows), {0, 0, PUZZLE, "unknown code"}},
    [VERDICT_SPACE_CME] = {"cme", ROWS(cme_rows), {0, 0, PUZZLE, "unknown code"}},
    /* libgammu failed before anything went to the modem: nothing is known against the message. */
    [VERDICT_SPACE_GAMMU] = {"gammu", NULL, 0, {0, 0, FIX, "libgammu would not send"}},
    [VERDICT_SPACE_LOCAL] = {"local", ROWS(local_rows), {0, 0, PUZZLE, "unknown cause"}},
};

static const char *const outcome_names[] = {
    [VERDICT_SENT] = "sent",       [VERDICT_RETRY] = "retry",
    [VERDICT_REFUSED] = "refused", [VERDICT_MODEM_SICK] = "modem-sick",
    [VERDICT_UNSURE] = "unsure",
};

static const struct row *find_row(enum verdict_space space, int32_t code)
{
    for (size_t i = 0; i < spaces[space].count; i++) {
        const struct row *row = &spaces[space].rows[i];
        if (code >= row->from && code <= row->to)
            return row;
    }
    return &spaces[space].otherwise;
}

struct verdict verdict_of(enum verdict_space space, int32_t code)
{
    if ((size_t)space >= sizeof spaces / sizeof spaces[0])
        space = VERDICT_SPACE_LOCAL;
    const struct row *row = find_row(space, code);
    struct verdict verdict = policies[row->policy];
    verdict.meaning = row->meaning;
    return verdict;
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
