// SPDX-License-Identifier: GPL-2.0-or-later
/* What people want of a SIM, over HTTP: a check, a card handed in, its bundle registered. The
 * dialogue has its row when the request is answered; the gateway's loop holds it. The code of a
 * card goes there in memory alone, and no sentence repeats it. */
#include "campaigns/preview.h"
#include "campaigns/sim.h"
#include "campaigns/sim_card.h"
#include "campaigns/sim_path.h"
#include "campaigns/store/sim_desk.h"
#include "campaigns/store/ussd.h"
#include "config/log.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "gateway/api/sim.h"

#include <inttypes.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

struct wish {
    const char *purpose;
    const char *by;
    const char *busy;       /* what is said when one is open already; NULL: that is joined */
    const char *code;       /* NULL: none */
    const char *digest;     /* of the code; NULL: none */
    const GPtrArray *cards; /* digests that it was compared with; NULL: none needed that */
};

static bool is_compared(const struct wish *wish, const char *digest)
{
    for (guint i = 0; i < wish->cards->len; i++) {
        if (strcmp(g_ptr_array_index(wish->cards, i), digest) == 0)
            return true;
    }
    return false;
}

/* Whether a card has come since that may be the same: comparing is slow, and done before. */
static bool check_cards(struct api_request *request, const struct wish *wish, GError **error)
{
    g_autoptr(GPtrArray) cards =
        wish->cards != NULL ? store_sim_cards(request->store, request->now - DAY_MS, error) : NULL;
    if (cards == NULL)
        return wish->cards == NULL;
    for (guint i = 0; i < cards->len; i++) {
        if (is_compared(wish, g_ptr_array_index(cards, i)))
            continue;
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "another card was handed in at this moment: say it once more");
        return false;
    }
    return true;
}

/* Older ones are compared with no more. */
static bool keep_card(struct api_request *request, int64_t id, const char *digest, GError **error)
{
    return store_sim_card_purge(request->store, request->now - DAY_MS, error) &&
           store_sim_card_keep(request->store, id, digest, request->now, error);
}

static bool store_row(struct api_request *request, const struct wish *wish, int64_t *retid,
                      GError **error)
{
    const struct ussd_wish row = {request->id, wish->purpose, wish->by, request->now};
    return check_cards(request, wish, error) &&
           store_ussd_new(request->store, &row, retid, error) &&
           (wish->digest == NULL || keep_card(request, *retid, wish->digest, error)) &&
           store_commit(request->store, error);
}

/* Two people may want the same in the same moment: nobody else writes between look and row. */
static bool store_wish(struct api_request *request, const struct wish *wish, int64_t *retopen,
                       int64_t *retid, GError **error)
{
    if (!store_begin(request->store, error))
        return false;
    bool stored =
        store_sim_open(request->store, request->id, wish->purpose, INT64_MAX, retopen, error) &&
        (*retopen != 0 || store_row(request, wish, retid, error));
    if (store_in_transaction(request->store))
        store_rollback(request->store);
    return stored;
}

static void answer_wish(const struct api_request *request, int64_t id, bool joined,
                        struct api_response *response)
{
    response_json(response, 202,
                  json_pack("{ss sI sb}", "modem", request->id, "dialogue", (json_int_t)id,
                            "joined", joined));
}

static void carry_out(struct api_request *request, const struct wish *wish,
                      struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0, open = 0;
    if (!store_wish(request, wish, &open, &id, &error)) {
        problem_from_error(response, error);
    } else if (open != 0 && wish->busy != NULL) {
        problem_answer(response, 409, "%s", wish->busy);
    } else if (open != 0) {
        answer_wish(request, open, true, response);
    } else {
        request->order = api_order_new(API_ORDER_SIM, request->id, id, wish->code, wish->by);
        answer_wish(request, id, false, response);
    }
}

/* The operator of the SIM, if it has a code for that; NULL: everything was answered. */
static const struct operator_config *operator_for(struct api_request *request, const char *purpose,
                                                  struct api_response *response)
{
    struct sim *sim = api_sim_find(request, response);
    if (sim == NULL)
        return NULL;
    const struct modem_config *modem = gateway_config_modem(request->config, request->id);
    const struct operator_config *found =
        operators_find(request->config->operators, sim->operator_name);
    g_auto(GStrv) path = found != NULL ? sim_path(found, modem, purpose, "") : NULL;
    if (found == NULL)
        problem_answer(response, 409,
                       "the operator of the SIM in %s is not known: set `operator` of that modem "
                       "to one of the operators' file",
                       request->id);
    else if (path == NULL && strcmp(purpose, "register") == 0 && modem->bundle == NULL)
        problem_answer(response, 409, "modem %s names no bundle: set `bundle` in loa.conf",
                       request->id);
    else if (path == NULL)
        problem_answer(response, 409, "the operators' file has no code of %s for that",
                       found->name);
    sim_free(sim);
    return path != NULL ? found : NULL;
}

static void ask(struct api_request *request, const char *purpose, const char *busy,
                struct api_response *response)
{
    static const char *const known[] = {"by", NULL};
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *by = json_string_value(json_object_get(body, "by"));
    const struct wish wish = {.purpose = purpose, .by = request_by(request, by), .busy = busy};
    if (operator_for(request, purpose, response) != NULL)
        carry_out(request, &wish, response);
    json_decref(body);
}

void api_sim_check(struct api_request *request, struct api_response *response)
{
    ask(request, "balance", NULL, response);
}

void api_sim_register(struct api_request *request, struct api_response *response)
{
    ask(request, "register", "its bundle is being registered at this moment", response);
}

/* ---- cards ---- */

static const char card_busy[] = "a card is being handed in through this modem at this moment";

/* One is open already, which may be this very card; a fault is answered too. */
static bool is_busy(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    int64_t open = 0;
    if (!store_sim_open(request->store, request->id, "topup", INT64_MAX, &open, &error))
        problem_from_error(response, error);
    else if (open != 0)
        problem_answer(response, 409, "%s", card_busy);
    return open != 0 || error != NULL;
}

/* Whether the card was handed in and nobody knows what became of it. */
static bool has_twin(const char *code, const GPtrArray *digests)
{
    for (guint i = 0; i < digests->len; i++) {
        if (sim_card_has_digest(code, g_ptr_array_index(digests, i)))
            return true;
    }
    return false;
}

static void hand_in(struct api_request *request, const char *code, const char *by, bool again,
                    struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    if (operator_for(request, "topup", response) == NULL || is_busy(request, response))
        return;
    g_autoptr(GPtrArray) cards = store_sim_cards(request->store, request->now - DAY_MS, &error);
    if (cards == NULL) {
        problem_from_error(response, error);
        return;
    }
    if (!again && has_twin(code, cards)) {
        problem_answer(response, 409,
                       "this card was handed in within the last day, and nobody knows what became "
                       "of it: check the balance first (loa sim check), then say --again");
        return;
    }
    g_autofree char *digest = sim_card_digest(code);
    if (digest == NULL) {
        problem_answer(response, 503, "this machine has not enough memory for that now");
        return;
    }
    const struct wish wish = {.purpose = "topup",
                              .by = request_by(request, by),
                              .busy = card_busy,
                              .code = code,
                              .digest = digest,
                              .cards = cards};
    carry_out(request, &wish, response);
}

void api_sim_topup(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"code", "by", "again", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    const char *typed = json_string_value(json_object_get(body, "code"));
    bool again = false;
    if (body == NULL || typed == NULL) {
        /* What could not be read may hold the code, and a sentence about it too. */
        response_clear(response);
        problem_answer(response, 422,
                       "the body must be {\"code\": \"…\", \"by\": \"…\", \"again\": \"true\"}, "
                       "the last two if they are wanted");
        json_decref(body);
        return;
    }
    char *code = sim_card_read(typed, &error);
    if (code == NULL)
        problem_answer(response, 422, "%s", error->message);
    else if (request_member_flag(body, "again", response, &again))
        hand_in(request, code, json_string_value(json_object_get(body, "by")), again, response);
    sim_card_wipe(code);
    json_decref(body);
}

/* ---- before a large campaign ---- */

static bool is_large(struct api_request *request, int64_t campaign_id, GError **error)
{
    int64_t parts = request->config->sims.check_before;
    bool large = false;
    if (!store_sim_is_large(request->store, campaign_id, parts, &large, error))
        return false;
    if (large)
        return true;
    struct campaign_terms terms = campaign_terms_of(request->config);
    struct preview *preview =
        preview_make(request->store, campaign_id, &terms, request->now, error);
    if (preview == NULL)
        return false;
    large = preview->form[preview->sends].parts >= parts;
    preview_free(preview);
    return large;
}

void api_sims_before(struct api_request *request, int64_t campaign_id)
{
    g_autoptr(GError) error = NULL;
    if (request->config->sims.check_before == 0 || request->order != NULL)
        return;
    if (is_large(request, campaign_id, &error))
        request->order = api_order_new(API_ORDER_SIMS_BEFORE, NULL, campaign_id, NULL, NULL);
    else if (error != NULL)
        log_warn("sim", "campaign=%" PRId64 " event=not-measured \"%s\"", campaign_id,
                 error->message);
}
