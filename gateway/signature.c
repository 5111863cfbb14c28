// SPDX-License-Identifier: GPL-2.0-or-later
/* Signs what goes to a sink, so that the sink can tell our summaries from a stranger's. */
#include "gateway/signature.h"

#include <sodium.h>
#include <string.h>

char *signature_make(GBytes *key, const char *id, gint64 timestamp, const char *body)
{
    gsize key_length;
    const unsigned char *key_bytes = g_bytes_get_data(key, &key_length);
    g_autofree char *head = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, timestamp);
    crypto_auth_hmacsha256_state state;
    /* An empty key has no address. */
    crypto_auth_hmacsha256_init(&state, key_length > 0 ? key_bytes : (const unsigned char *)"",
                                key_length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, strlen(head));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);

    char text[sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    return g_strconcat("v1,", text, NULL);
}
