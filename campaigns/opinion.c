// SPDX-License-Identifier: GPL-2.0-or-later
/* The register as a reader may see it. Everything that shows an opinion to anybody comes through
 * here, so that what is for one office alone is taken out in one place. Writes nothing. */
#include "campaigns/opinion.h"

#include "campaigns/places.h"
#include "campaigns/store/opinion.h"
#include "config/gateway.h"

G_DEFINE_QUARK(loa - opinion - error, opinion_error)

char *opinion_withheld_label(const struct gateway_config *config, const char *office)
{
    const struct office_config *found =
        config == NULL ? NULL : office_find(config->offices, office);
    const char *name = found != NULL ? found->name : *office != '\0' ? office : "cơ quan xử lý";
    return g_strdup_printf("chỉ dành cho %s", name);
}

const char *opinion_shown_state(const struct opinion *opinion)
{
    return opinion->overdue ? OPINION_OVERDUE : opinion_state_name(opinion->state);
}

void opinion_free(struct opinion *opinion)
{
    if (opinion == NULL)
        return;
    char *const texts[] = {
        opinion->campaign_code, opinion->campaign_title, opinion->topic,     opinion->unit_code,
        opinion->unit_name,     opinion->office,         opinion->text,      opinion->answer,
        opinion->sender_name,   opinion->sender_phone,   opinion->confirmed, opinion->message_state,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(opinion);
}

/* ---- what a reader may see ---- */

static bool may_read(const struct opinion *opinion, const struct opinion_reader *reader)
{
    return !opinion->restricted || (reader->office != NULL && *opinion->office != '\0' &&
                                    g_ascii_strcasecmp(reader->office, opinion->office) == 0);
}

static void hide_sender(struct opinion *opinion)
{
    g_clear_pointer(&opinion->sender_name, g_free);
    g_clear_pointer(&opinion->sender_phone, g_free);
}

static void withhold(struct opinion *opinion)
{
    opinion->withheld = true;
    opinion->contact_id = 0;
    hide_sender(opinion);
    g_free(opinion->text);
    g_free(opinion->answer);
    opinion->text = g_strdup("");
    opinion->answer = g_strdup("");
}

/* What was said in a unit that ended belongs to the one it is part of now. */
static bool find_units(struct store *store, const struct opinion_filter *filter, GArray **retunits,
                       GError **error)
{
    struct places *places = places_load(store, filter->tree, error);
    if (places == NULL)
        return false;
    const struct place *whole = places_find(places, filter->unit, error);
    if (whole != NULL)
        *retunits = places_units(places, whole);
    places_free(places);
    return whole != NULL;
}

GPtrArray *opinion_list(struct store *store, const struct opinion_filter *filter,
                        const struct opinion_reader *reader, GError **error)
{
    g_autoptr(GArray) units = NULL;
    if (filter->unit != NULL && !find_units(store, filter, &units, error))
        return NULL;
    g_autoptr(GPtrArray) opinions = g_ptr_array_new_with_free_func((GDestroyNotify)opinion_free);
    if (!store_opinion_list(store, filter, units, reader->now, opinions, error))
        return NULL;
    for (guint i = 0; i < opinions->len; i++) {
        if (!may_read(opinions->pdata[i], reader))
            withhold(opinions->pdata[i]);
    }
    return g_steal_pointer(&opinions);
}

struct opinion *opinion_get(struct store *store, int64_t id, bool sender,
                            const struct opinion_reader *reader, GError **error)
{
    g_autoptr(GPtrArray) opinions = g_ptr_array_new_with_free_func((GDestroyNotify)opinion_free);
    if (!store_opinion_get(store, id, reader->now, opinions, error))
        return NULL;
    struct opinion *opinion = g_ptr_array_steal_index(opinions, 0);
    if (!may_read(opinion, reader))
        withhold(opinion);
    else if (!sender)
        hide_sender(opinion);
    return opinion;
}

GPtrArray *opinion_history(struct store *store, const struct opinion *opinion, GError **error)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new();
    if (!store_opinion_events(store, opinion->id, events, error))
        return NULL;
    for (guint i = 0; opinion->withheld && i < events->len; i++) {
        struct opinion_event_row *event = events->pdata[i];
        g_free(event->detail);
        event->detail = g_strdup("");
    }
    return g_steal_pointer(&events);
}

bool opinion_count(struct store *store, int64_t campaign_id, int64_t now,
                   struct opinion_counts *retcounts, GError **error)
{
    return store_opinion_count(store, campaign_id, now, retcounts, error);
}

int64_t opinion_counts_open(const struct opinion_counts *counts)
{
    return counts->states[OPINION_RECEIVED] + counts->states[OPINION_FORWARDED] +
           counts->states[OPINION_IN_PROGRESS] + counts->overdue;
}
