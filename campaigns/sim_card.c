// SPDX-License-Identifier: GPL-2.0-or-later
/* A code has 13 digits or so, and the transcript shows four of them: who has the database could try
 * all the rest against a quick digest. Argon2id makes each try cost some hundredths of a second. */
#include "campaigns/sim_card.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

enum {
    DIGITS_LEAST = 10,
    DIGITS_MOST = 20,
    PASSES = 3,
    MEMORY = 16 * 1024 * 1024,
};

static bool is_between(char letter)
{
    return letter == ' ' || letter == '-' || letter == '.' || letter == '\t' || letter == '\r' ||
           letter == '\n';
}

char *sim_card_read(const char *typed, GError **error)
{
    char code[DIGITS_MOST + 1] = "";
    size_t length = 0;
    const char *problem = NULL;
    for (const char *at = typed; *at != '\0' && problem == NULL; at++) {
        if (is_between(*at))
            continue;
        if (!g_ascii_isdigit(*at))
            problem = "may hold digits, blanks and dashes only";
        else if (length == DIGITS_MOST)
            problem = "has more than 20 digits";
        else
            code[length++] = *at;
    }
    if (problem == NULL && length < DIGITS_LEAST)
        problem = "has less than 10 digits";
    char *copy = problem == NULL ? g_strndup(code, length) : NULL;
    explicit_bzero(code, sizeof code);
    if (problem != NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the code of a card %s", problem);
    return copy;
}

void sim_card_wipe(char *code)
{
    if (code != NULL)
        explicit_bzero(code, strlen(code));
    g_free(code);
}

char *sim_card_digest(const char *code)
{
    char *digest = g_malloc0(crypto_pwhash_STRBYTES);
    if (sodium_init() >= 0 && crypto_pwhash_str(digest, code, strlen(code), PASSES, MEMORY) == 0)
        return digest;
    g_free(digest);
    return NULL;
}

bool sim_card_has_digest(const char *code, const char *digest)
{
    return sodium_init() >= 0 && crypto_pwhash_str_verify(digest, code, strlen(code)) == 0;
}
