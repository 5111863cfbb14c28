// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the first row of an opinion. What is put in here is Loa's guess; a person decides. */
#include "campaigns/opinion_arrival.h"

#include "campaigns/opinion_advance.h"
#include "campaigns/opinion_topic.h"
#include "campaigns/store/audience.h"
#include "campaigns/store/contact.h"
#include "config/gateway.h"

static bool find_unit(struct store *store, const struct opinion_arrival *arrival, int64_t *retunit,
                      GError **error)
{
    GError *fault = NULL;
    struct recipient *person =
        store_contact_person(store, arrival->contact_id, arrival->campaign_id, &fault);
    *retunit = person != NULL ? person->unit_id : 0;
    recipient_free(person);
    if (fault == NULL)
        return true;
    g_propagate_error(error, fault);
    return false;
}

bool opinion_arrival_take(struct store *store, const struct campaign_terms *terms,
                          const struct opinion_arrival *arrival, int64_t *retnumber, GError **error)
{
    const struct gateway_config *config = terms->config;
    const struct topic_config *topic =
        config != NULL ? opinion_topic_suggest(config->topics, arrival->text) : NULL;
    const struct office_config *office =
        topic != NULL && topic->office != NULL ? office_find(config->offices, topic->office) : NULL;
    struct opinion_row row = {
        .campaign_id = arrival->campaign_id,
        .contact_id = arrival->contact_id,
        .reply_id = arrival->reply_id,
        .text = (char *)arrival->text,
        .state = OPINION_RECEIVED,
        .topic = topic != NULL ? topic->code : NULL,
        .office = office != NULL ? office->code : NULL,
        .restricted = topic != NULL && topic->restricted,
        .received_at = arrival->received_at,
        .due_at = arrival->received_at + (office != NULL ? office->due_ms : OPINION_DUE_MS),
    };
    if (!find_unit(store, arrival, &row.unit_id, error) ||
        !store_opinion_insert(store, &row, error) ||
        !opinion_advance_first(store, &row, config, error))
        return false;
    *retnumber = row.number;
    return true;
}
