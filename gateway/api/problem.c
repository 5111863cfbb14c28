// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns faults and mistakes into problem details (RFC 9457). The title is that of the HTTP status,
 * the detail is the sentence made where the fault happened. */
#include "gateway/api/problem.h"

#include "campaigns/answer.h"
#include "campaigns/campaign.h"
#include "campaigns/opinion.h"
#include "config/log.h"

#include <stdarg.h>

enum { RETRY_AFTER_S = 5 };

static const struct {
    unsigned status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

static const unsigned store_status[] = {
    [STORE_ERROR_FAILED] = 500,  [STORE_ERROR_NEWER] = 500,     [STORE_ERROR_FULL] = 507,
    [STORE_ERROR_BUSY] = 503,    [STORE_ERROR_NOT_FOUND] = 404, [STORE_ERROR_CONFLICT] = 409,
    [STORE_ERROR_STOPPED] = 503,
};

static const unsigned campaign_status[] = {
    [CAMPAIGN_ERROR_INVALID] = 422,
    [CAMPAIGN_ERROR_STATE] = 409,
    [CAMPAIGN_ERROR_APPROVAL] = 409,
    [CAMPAIGN_ERROR_EMPTY] = 409,
};

static const unsigned answer_status[] = {[ANSWER_ERROR_CODE] = 422,
                                         [ANSWER_ERROR_NOBODY] = 409,
                                         [ANSWER_ERROR_REASON] = 422,
                                         [ANSWER_ERROR_TIME] = 422};

static const unsigned opinion_status[] = {
    [OPINION_ERROR_STATE] = 409,
    [OPINION_ERROR_RESTRICTED] = 403,
    [OPINION_ERROR_VALUE] = 422,
    [OPINION_ERROR_REFUSED] = 409,
};

const char *problem_title(unsigned status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Unknown";
}

static void answer(struct api_response *response, unsigned status, const char *type,
                   const char *detail)
{
    response_json(response, status,
                  json_pack("{ss ss si so}", "type", type, "title", problem_title(status), "status",
                            (int)status, "detail", json_text(detail)));
    response->problem = true;
    if (status == 503)
        response->retry_s = RETRY_AFTER_S;
}

void problem_answer(struct api_response *response, unsigned status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *detail = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    answer(response, status, "about:blank", detail);
}

/* Errors of files and processes are the machine's; any other is about what was sent. */
static unsigned status_of(const GError *error)
{
    size_t code = (size_t)error->code;
    if (error->domain == STORE_ERROR)
        return code < G_N_ELEMENTS(store_status) ? store_status[code] : 500;
    if (error->domain == CAMPAIGN_ERROR)
        return code < G_N_ELEMENTS(campaign_status) ? campaign_status[code] : 500;
    if (error->domain == ANSWER_ERROR)
        return code < G_N_ELEMENTS(answer_status) ? answer_status[code] : 500;
    if (error->domain == OPINION_ERROR)
        return code < G_N_ELEMENTS(opinion_status) ? opinion_status[code] : 500;
    return error->domain == G_FILE_ERROR ? 500 : 422;
}

void problem_from_error(struct api_response *response, const GError *error)
{
    unsigned status = status_of(error);
    if (status >= 500) {
        g_autofree char *detail = log_quote(error->message);
        log_error("api", "fault status=%u detail=%s", status, detail);
    }
    answer(response, status, "about:blank", error->message);
}

json_t *problem_mistakes(const GPtrArray *mistakes)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < mistakes->len; i++) {
        const struct mistake *mistake = g_ptr_array_index(mistakes, i);
        json_array_append_new(list, json_pack("{so sI so so sb}", "file", json_text(mistake->file),
                                              "line", (json_int_t)mistake->line, "field",
                                              json_text(mistake->field), "sentence",
                                              json_text(mistake->sentence), "warning",
                                              mistake->warning ? 1 : 0));
    }
    return list;
}

void problem_from_mistakes(struct api_response *response, const char *detail,
                           const GPtrArray *mistakes)
{
    unsigned count = mistakes_count(mistakes);
    g_autofree char *counted =
        g_strdup_printf("%u mistake%s; nothing was changed", count, count == 1 ? "" : "s");
    answer(response, 422, "/v1/problems/mistakes", detail != NULL ? detail : counted);
    json_object_set_new(response->json, "mistakes", problem_mistakes(mistakes));
}
