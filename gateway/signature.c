// SPDX-License-Identifier: GPL-2.0-or-later
/* Signs what goes to a sink, so that the sink can tell our summaries from a stranger's. The key
 * lives in memory no longer than one signature takes. */
#include "gateway/signature.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "whsec_"

/* The key's bytes; the caller wipes and frees. A whsec_ that is no base64 is taken as it stands. */
static unsigned char *key_of(const char *secret, size_t *retlength)
{
    size_t room = strlen(secret) + 1;
    unsigned char *key = g_malloc(room);
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL,
                                   sodium_base64_VARIANT_ORIGINAL_NO_PADDING};
    for (size_t i = 0; g_str_has_prefix(secret, PREFIX) && i < G_N_ELEMENTS(variants); i++) {
        const char *text = secret + strlen(PREFIX);
        if (sodium_base642bin(key, room, text, strlen(text), NULL, retlength, NULL, variants[i]) ==
                0 &&
            *retlength > 0)
            return key;
    }
    memcpy(key, secret, room);
    *retlength = room - 1;
    return key;
}

char *signature_make(const char *secret, const char *id, gint64 timestamp, const char *body)
{
    size_t key_length;
    unsigned char *key = key_of(secret, &key_length);
    g_autofree char *head = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, timestamp);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, key_length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, strlen(head));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
    sodium_memzero(key, key_length);
    g_free(key);

    char text[sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    return g_strconcat("v1,", text, NULL);
}
