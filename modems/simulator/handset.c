// SPDX-License-Identifier: GPL-2.0-or-later
/* Handsets come into being when something reaches them that they must remember: a part of a long
 * text, or a text that a household answers. Parts belong together by modem, reference and total, as
 * real handsets do it; parts that never become whole stay until too many wait. */
#include "modems/simulator/handset.h"

#include <string.h>

#include "modems/simulator/air.h"
#include "modems/simulator/chance.h"
#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"

enum { PARTIALS_LIMIT = 32 };

struct partial {
    unsigned modem, reference, total, have;
    struct pdu_data *part[256]; /* from 1 */
};

struct handset {
    GPtrArray *partials; /* struct partial *, oldest first */
    unsigned answered[]; /* per household of the behaviour file */
};

struct handsets {
    struct network *network;
    GHashTable *by_number; /* canonical number -> struct handset */
};

struct reply {
    struct mobile *mobile;
    char *from;
    const char *text; /* of the behaviour file */
};

static void partial_free(void *data)
{
    struct partial *partial = data;
    for (unsigned i = 0; i < G_N_ELEMENTS(partial->part); i++)
        g_free(partial->part[i]);
    g_free(partial);
}

static void handset_free(void *data)
{
    struct handset *handset = data;
    g_ptr_array_unref(handset->partials);
    g_free(handset);
}

struct handsets *handsets_new(struct network *network)
{
    struct handsets *handsets = g_new0(struct handsets, 1);
    handsets->network = network;
    handsets->by_number = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, handset_free);
    return handsets;
}

void handsets_free(struct handsets *handsets)
{
    if (!handsets)
        return;
    g_hash_table_unref(handsets->by_number);
    g_free(handsets);
}

static struct handset *handset_of(struct handsets *handsets, const char *number)
{
    struct handset *handset = g_hash_table_lookup(handsets->by_number, number);
    if (handset)
        return handset;
    size_t households = handsets->network->behaviour->households->len;
    handset = g_malloc0(sizeof *handset + households * sizeof handset->answered[0]);
    handset->partials = g_ptr_array_new_with_free_func(partial_free);
    g_hash_table_insert(handsets->by_number, g_strdup(number), handset);
    return handset;
}

static struct partial *partial_of(struct handset *handset, unsigned modem,
                                  const struct pdu_concat *concat)
{
    for (guint i = 0; i < handset->partials->len; i++) {
        struct partial *partial = handset->partials->pdata[i];
        if (partial->modem == modem && partial->reference == concat->reference &&
            partial->total == concat->total)
            return partial;
    }
    if (handset->partials->len == PARTIALS_LIMIT)
        g_ptr_array_remove_index(handset->partials, 0);
    struct partial *partial = g_new0(struct partial, 1);
    *partial = (struct partial){modem, concat->reference, concat->total, 0, {NULL}};
    g_ptr_array_add(handset->partials, partial);
    return partial;
}

/* The whole text once the last part is there, else NULL. */
static char *join(struct handset *handset, unsigned modem, const struct pdu_submit *submit)
{
    struct partial *partial = partial_of(handset, modem, &submit->concat);
    struct pdu_data **place = &partial->part[submit->concat.part];
    if (!*place)
        partial->have++;
    g_free(*place);
    *place = g_memdup2(&submit->data, sizeof submit->data);
    if (partial->have < partial->total)
        return NULL;
    char *text = pdu_join((const struct pdu_data *const *)partial->part + 1, partial->total);
    g_ptr_array_remove(handset->partials, partial);
    return text;
}

static bool owns(const struct household *household, const char *number)
{
    if (household->members)
        return g_hash_table_contains(household->members, number);
    if (!household->first)
        return true;
    uint64_t value = g_ascii_strtoull(number, NULL, 10);
    return value >= household->first_value &&
           value - household->first_value < (uint64_t)household->count;
}

static const struct answer *choose(const struct household *household, double draw)
{
    double sum = 0;
    for (guint i = 0; i < household->answers->len; i++)
        sum += ((const struct answer *)household->answers->pdata[i])->weight;
    draw *= sum;
    for (guint i = 0; i < household->answers->len; i++) {
        const struct answer *answer = household->answers->pdata[i];
        if (draw < answer->weight)
            return answer;
        draw -= answer->weight;
    }
    return NULL;
}

static void reply_free(void *data)
{
    struct reply *reply = data;
    g_free(reply->from);
    g_free(reply);
}

static void send_reply(void *data)
{
    const struct reply *reply = data;
    network_text(reply->mobile, reply->from, reply->text);
}

static void answer(struct handsets *handsets, struct mobile *mobile, const char *number,
                   guint index)
{
    const struct network *network = handsets->network;
    const struct household *household = network->behaviour->households->pdata[index];
    unsigned *answered = &handset_of(handsets, number)->answered[index];
    if (household->times && *answered >= household->times)
        return;
    uint64_t who = g_ascii_strtoull(number, NULL, 10), seed = (uint64_t)network->behaviour->seed;
    uint64_t turn = (uint64_t)index << 32 | (uint64_t)(*answered)++ << 1;
    const struct answer *chosen = choose(household, chance_draw(seed, who, turn));
    if (!chosen || !*chosen->text)
        return;
    struct reply *reply = g_new(struct reply, 1);
    *reply = (struct reply){mobile, g_strconcat("+", number, NULL), chosen->text};
    schedule_after(
        network->schedule,
        chance_between(chance_draw(seed, who, turn | 1), household->delay_ms, household->spread_ms),
        send_reply, reply, reply_free);
}

static void consider(struct handsets *handsets, struct mobile *mobile, const char *number,
                     const char *text)
{
    const GPtrArray *households = handsets->network->behaviour->households;
    for (guint i = 0; i < households->len; i++) {
        const struct household *household = households->pdata[i];
        if (owns(household, number) &&
            (!household->regex || g_regex_match(household->regex, text, 0, NULL))) {
            answer(handsets, mobile, number, i);
            return;
        }
    }
}

void handsets_receive(struct handsets *handsets, struct mobile *mobile,
                      const struct pdu_submit *submit)
{
    struct network *network = handsets->network;
    g_autofree char *number = behaviour_canonical(network->behaviour, submit->to);
    bool whole = submit->concat.total <= 1;
    g_autofree char *text =
        whole ? pdu_text(&submit->data) : join(handset_of(handsets, number), mobile->index, submit);
    if (!text)
        return;
    network->counts.received++;
    air_write(network->air, &(struct air_event){
                                .modem = mobile->name,
                                .direction = "received",
                                .from = mobile->number,
                                .to = submit->to,
                                .parts = whole ? 1 : submit->concat.total,
                                .concat = whole ? -1 : (int)submit->concat.reference,
                                .reference = -1,
                                .coding = pdu_coding_name(submit->data.coding),
                                .text = text,
                                .status = -1,
                            });
    consider(handsets, mobile, number, text);
}
