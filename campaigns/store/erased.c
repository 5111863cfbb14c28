// SPDX-License-Identifier: GPL-2.0-or-later
/* Refusals that outlive the number. The digest is BLAKE2b with a key that was made once and stays
 * in this database: whoever has a list of digests without the key learns nothing; whoever has the
 * whole file could try all numbers there are, which no digest prevents. */
#include "campaigns/store/erased.h"

#include "campaigns/store/consent.h"
#include "campaigns/store/sql.h"

#include <sodium.h>
#include <string.h>

enum { KEY_BYTES = crypto_generichash_KEYBYTES, DIGEST_BYTES = crypto_generichash_BYTES };

/* The key is made when the first number is erased. */
static bool read_key(struct store *store, unsigned char key[KEY_BYTES], GError **error)
{
    unsigned char fresh[KEY_BYTES];
    char hex[2 * KEY_BYTES + 1];
    if (sodium_init() < 0) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FAILED,
                            "the system gives no random numbers");
        return false;
    }
    randombytes_buf(fresh, sizeof fresh);
    sodium_bin2hex(hex, sizeof hex, fresh, sizeof fresh);
    if (!sql_run(store, error,
                 "INSERT INTO gateway (name, value) VALUES ('refusal-key', ?1) "
                 "ON CONFLICT (name) DO NOTHING",
                 "t", hex))
        return false;
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT value FROM gateway WHERE name = 'refusal-key'", "");
    if (sql_step(statement, error) != 1)
        return false;
    g_autofree char *known = sql_text(statement, 0);
    sqlite3_reset(statement);
    size_t length = 0;
    if (sodium_hex2bin(key, KEY_BYTES, known, strlen(known), NULL, &length, NULL) == 0 &&
        length == KEY_BYTES)
        return true;
    g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FAILED,
                        "database: the key of erased refusals is damaged; restore a backup");
    return false;
}

static char *digest_of(struct store *store, const char *phone, GError **error)
{
    unsigned char key[KEY_BYTES], digest[DIGEST_BYTES];
    if (!read_key(store, key, error))
        return NULL;
    crypto_generichash(digest, sizeof digest, (const unsigned char *)phone, strlen(phone), key,
                       sizeof key);
    sodium_memzero(key, sizeof key);
    char *hex = g_malloc(2 * sizeof digest + 1);
    return sodium_bin2hex(hex, 2 * sizeof digest + 1, digest, sizeof digest);
}

bool store_erased_remember(struct store *store, int64_t contact_id, const char *phone,
                           GError **error)
{
    g_autofree char *digest = digest_of(store, phone, error);
    return digest != NULL &&
           sql_run(store, error, "DELETE FROM erased_refusal WHERE digest = ?1", "t", digest) &&
           sql_run(store, error,
                   "INSERT INTO erased_refusal (digest, organisation, at) "
                   "SELECT ?1, organisation, at FROM refusal WHERE contact_id = ?2",
                   "ti", digest, contact_id);
}

static bool recall(struct store *store, int64_t contact_id, const char *digest, int64_t now,
                   GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO refusal (contact_id, organisation, at) "
                   "SELECT ?1, organisation, at FROM erased_refusal WHERE digest = ?2",
                   "it", contact_id, digest) &&
           sql_run(store, error,
                   "INSERT INTO consent (contact_id, organisation, at, event, by_whom, reason) "
                   "SELECT ?1, organisation, ?3, 'opted-out', '', 'refused before it was erased' "
                   "FROM erased_refusal WHERE digest = ?2",
                   "iti", contact_id, digest, now) &&
           sql_run(store, error, "DELETE FROM erased_refusal WHERE digest = ?1", "t", digest);
}

bool store_erased_recall(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                         GError **error)
{
    int64_t any = 0;
    if (!sql_integer(store, 0, &any, error, "SELECT 1 FROM erased_refusal LIMIT 1", ""))
        return false;
    if (any == 0)
        return true;
    g_autofree char *digest = digest_of(store, phone, error);
    return digest != NULL && recall(store, contact_id, digest, now, error);
}
