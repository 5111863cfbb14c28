// SPDX-License-Identifier: GPL-2.0-or-later
/* Some operators say "your request is being processed" in the dialogue, and the rest by SMS. What
 * the dialogue says plainly counts; else the first SMS that says something of it. */
#include "campaigns/sim_outcome.h"

#define LATEST_MS (INT64_C(60) * 60 * 1000) /* a later SMS is about something else */

static const char *const names[] = {
    [SIM_OUTCOME_RUNNING] = "running", [SIM_OUTCOME_NOT_SENT] = "not-sent",
    [SIM_OUTCOME_DONE] = "done",       [SIM_OUTCOME_REFUSED] = "refused",
    [SIM_OUTCOME_UNCLEAR] = "unclear",
};

const char *sim_outcome_name(enum sim_outcome outcome)
{
    g_assert(outcome < G_N_ELEMENTS(names));
    return names[outcome];
}

/* Texts that may tell of it, the dialogue's first. */
static GPtrArray *texts_of(struct store *store, const char *imsi, const struct sim_try *tried,
                           GError **error)
{
    GPtrArray *texts = store_sim_sms_texts(store, imsi, tried->at, tried->at + LATEST_MS, error);
    if (texts != NULL && tried->told)
        g_ptr_array_insert(texts, 0, g_strdup(tried->text));
    return texts;
}

static bool is_plain(const struct sim_try *tried, enum sim_outcome *retoutcome)
{
    *retoutcome = tried->ended_at == 0 ? SIM_OUTCOME_RUNNING : SIM_OUTCOME_NOT_SENT;
    return tried->ended_at == 0 || !tried->dialled;
}

static enum sim_outcome read_card(const struct operator_config *operator_config, const char *text)
{
    switch (sim_read_topup(operator_config, text)) {
    case SIM_TOPUP_DONE:
        return SIM_OUTCOME_DONE;
    case SIM_TOPUP_REFUSED:
        return SIM_OUTCOME_REFUSED;
    case SIM_TOPUP_UNCLEAR:
        break;
    }
    return SIM_OUTCOME_UNCLEAR;
}

bool sim_outcome_of_card(struct store *store, const struct operator_config *operator_config,
                         const char *imsi, const struct sim_try *tried,
                         enum sim_outcome *retoutcome, GError **error)
{
    if (is_plain(tried, retoutcome))
        return true;
    g_autoptr(GPtrArray) texts = texts_of(store, imsi, tried, error);
    if (texts == NULL)
        return false;
    *retoutcome = SIM_OUTCOME_UNCLEAR;
    for (guint i = 0; i < texts->len && *retoutcome == SIM_OUTCOME_UNCLEAR; i++)
        *retoutcome = read_card(operator_config, g_ptr_array_index(texts, i));
    return true;
}

bool sim_outcome_of_bundle(struct store *store, const struct bundle_config *bundle,
                           const char *imsi, const struct sim_try *tried,
                           enum sim_outcome *retoutcome, GError **error)
{
    if (is_plain(tried, retoutcome))
        return true;
    g_autoptr(GPtrArray) texts = texts_of(store, imsi, tried, error);
    if (texts == NULL)
        return false;
    bool silent = bundle == NULL || bundle->success == NULL || bundle->success[0] == NULL;
    *retoutcome = tried->told ? SIM_OUTCOME_REFUSED : SIM_OUTCOME_UNCLEAR;
    /* Without patterns nobody can tell: what is no fault is taken for success. */
    if (silent && tried->told)
        *retoutcome = SIM_OUTCOME_DONE;
    for (guint i = 0; i < texts->len && !silent; i++) {
        if (sim_text_fits(bundle->success, g_ptr_array_index(texts, i)))
            *retoutcome = SIM_OUTCOME_DONE;
    }
    return true;
}
