// SPDX-License-Identifier: GPL-2.0-or-later
// The network between modems and handsets: takes submissions, keeps what a SIM has no room for.
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "modems/simulator/behaviour.h"
#include "modems/simulator/pdu.h"

struct air;
struct handsets;
struct mobile;
struct schedule;

struct network_counts {
    uint64_t submitted, accepted, refused, lost, unanswered;
    uint64_t received, incoming, reports;
};

struct network {
    const struct behaviour *behaviour;
    struct schedule *schedule;
    struct air *air;
    struct handsets *handsets;
    GPtrArray *mobiles;     /* struct mobile * */
    GHashTable *attempts;   /* "rule number" -> submissions so far, for number_rule.times */
    GHashTable *used_cards; /* struct card *: good once, in whichever SIM */
    struct network_counts counts;
    uint8_t long_reference; /* of the last long message to a modem */
};

struct network *network_new(const struct behaviour *behaviour, struct air *air);
void network_free(struct network *network);
bool network_start(struct network *network, const char *folder, unsigned modems, GError **error);

struct pdu_stamp network_now(const struct network *network);
int64_t network_today(const struct network *network); /* days since 1970, by its clock */
/* A submission from a modem that waits for mobile_answer() and mobile_conclude(). */
void network_submit(struct mobile *mobile, const struct pdu_submit *submit);
/* A submission that is no SMS-SUBMIT: refused before the network hears of it. */
void network_refuse(struct mobile *mobile, const char *fault, struct outcome outcome);
/* A text to a modem's SIM, in as many parts as it takes. Returns their number. */
unsigned network_text(struct mobile *mobile, const char *from, const char *text);
/* One part of a long text, so that others can come between. */
void network_part(struct mobile *mobile, const char *from, const struct pdu_concat *concat,
                  const char *text);
/* A PDU as it is; false when it is no hex. */
bool network_pdu(struct mobile *mobile, const char *hex);
/* About a message that was submitted `age_ms` ago. */
void network_report(struct mobile *mobile, const char *to, uint8_t reference, uint8_t status,
                    int64_t age_ms);
/* Hands over what waits for this SIM, as far as there is room; at once or in the next turn. */
void network_drain(struct mobile *mobile);
void network_drain_soon(struct mobile *mobile);
