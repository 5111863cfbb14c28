// SPDX-License-Identifier: GPL-2.0-or-later
// What went wrong, as RFC 9457 problem details.
#pragma once

#include "gateway/api/response.h"

#include <glib.h>

void problem_answer(struct api_response *response, unsigned status, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The status follows from the kind of error: a missing row is 404, a conflict 409 … */
void problem_from_error(struct api_response *response, const GError *error);
/* 422, with the mistakes that are no warnings and those that are; `detail` may be NULL. */
void problem_from_mistakes(struct api_response *response, const char *detail,
                           const GPtrArray *mistakes);
/* [{file, line, field, sentence, warning}] */
json_t *problem_mistakes(const GPtrArray *mistakes);

const char *problem_title(unsigned status);
