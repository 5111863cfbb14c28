// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares the key of a request with those of all offices. Takes as long whatever is wrong with it;
 * the key itself is in no log and no answer. */
#include "gateway/api/office.h"

#include "campaigns/opinion.h"
#include "config/log.h"
#include "gateway/api/problem.h"

#include <sodium.h>
#include <string.h>

/* Digests are of one length, as keys are not. */
static void digest_of(const char *key, unsigned char *retdigest)
{
    crypto_generichash(retdigest, crypto_generichash_BYTES, (const unsigned char *)key, strlen(key),
                       NULL, 0);
}

static const char *find_office(const GPtrArray *offices, const char *given)
{
    const char *found = NULL;
    unsigned char wanted[crypto_generichash_BYTES], digest[crypto_generichash_BYTES];
    digest_of(given, wanted);
    for (guint i = 0; i < offices->len; i++) {
        const struct office_config *office = offices->pdata[i];
        digest_of(office->key != NULL ? office->key : "", digest);
        if (sodium_memcmp(digest, wanted, sizeof digest) == 0 && office->key != NULL)
            found = office->code;
    }
    sodium_memzero(wanted, sizeof wanted);
    sodium_memzero(digest, sizeof digest);
    return found;
}

bool api_office_open(const struct api_request *request, struct api_response *response,
                     const char **retoffice)
{
    *retoffice = NULL;
    if (request->office_key == NULL)
        return true;
    *retoffice = find_office(request->config->offices, request->office_key);
    if (*retoffice != NULL)
        return true;
    g_autofree char *who = log_quote(request->who);
    log_warn("opinion", "event=key-refused user=%s", who);
    problem_answer(response, 403, "this key is no office's");
    return false;
}

json_t *api_office_text(const struct api_request *request, const char *withheld, const char *text)
{
    if (withheld == NULL)
        return json_text(text);
    g_autofree char *label = opinion_withheld_label(request->config, withheld);
    return json_sprintf("(%s)", label);
}
