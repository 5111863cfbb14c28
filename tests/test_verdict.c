// SPDX-License-Identifier: GPL-2.0-or-later
// Codes of the network and of modems, and what they must mean.
#include "modems/verdict.h"

#include <glib.h>
#include <string.h>

static void test_codes(void)
{
    static const struct {
        enum verdict_space space;
        int32_t code;
        enum verdict_outcome outcome;
        enum verdict_blame blame;
    } rows[] = {
        {VERDICT_SPACE_CMS, 1, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 8, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 21, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, 30, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CME, 30, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 38, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, 50, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 97, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 98, VERDICT_RETRY, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CMS, 144, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 195, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 197, VERDICT_SENT, VERDICT_BLAMES_NOBODY},
        {VERDICT_SPACE_CMS, 208, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 300, VERDICT_MODEM_SICK, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CMS, 302, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 310, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 314, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 330, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 331, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 332, VERDICT_UNSURE, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 500, VERDICT_RETRY, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CMS, 0, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, 9999, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, -1, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, 10, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 17, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 27, VERDICT_RETRY, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 28, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_CMS, 29, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 41, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 42, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 69, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 111, VERDICT_RETRY, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CMS, 127, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 130, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 193, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 194, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 196, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 301, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 304, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
        {VERDICT_SPACE_CMS, 315, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CMS, 320, VERDICT_MODEM_SICK, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CMS, 350, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 512, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CMS, 515, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CME, 16, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CME, 100, VERDICT_RETRY, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_CME, 103, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CME, 515, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CME, 10, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CME, 14, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CME, 31, VERDICT_UNSURE, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_CME, 262, VERDICT_MODEM_SICK, VERDICT_BLAMES_SIM},
        {VERDICT_SPACE_CME, 777, VERDICT_RETRY, VERDICT_BLAMES_EITHER},
        {VERDICT_SPACE_NONE, 0, VERDICT_SENT, VERDICT_BLAMES_NOBODY},
        {VERDICT_SPACE_GAMMU, 14, VERDICT_MODEM_SICK, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_LOCAL, VERDICT_NO_PROMPT, VERDICT_RETRY, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_LOCAL, VERDICT_NO_ANSWER, VERDICT_UNSURE, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_LOCAL, VERDICT_NO_REFERENCE, VERDICT_UNSURE, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_LOCAL, VERDICT_BARE_ERROR, VERDICT_UNSURE, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_LOCAL, VERDICT_HANG_UP, VERDICT_MODEM_SICK, VERDICT_BLAMES_MODEM},
        {VERDICT_SPACE_LOCAL, VERDICT_NOT_STARTED, VERDICT_RETRY, VERDICT_BLAMES_NETWORK},
        {VERDICT_SPACE_LOCAL, VERDICT_BAD_PART, VERDICT_REFUSED, VERDICT_BLAMES_MESSAGE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct verdict verdict = verdict_of(rows[i].space, rows[i].code);
        g_test_message("%s %d", verdict_space_name(rows[i].space), rows[i].code);
        g_assert_cmpstr(verdict_outcome_name(verdict.outcome), ==,
                        verdict_outcome_name(rows[i].outcome));
        g_assert_cmpint(verdict.blame, ==, rows[i].blame);
    }
}

static void test_every_code(void)
{
    for (int space = VERDICT_SPACE_NONE; space <= VERDICT_SPACE_LOCAL; space++) {
        for (int32_t code = -2; code < 1000; code++) {
            struct verdict verdict = verdict_of((enum verdict_space)space, code);
            g_assert_nonnull(verdict.meaning);
            g_assert_cmpuint(strlen(verdict.meaning), >, 0);
            if (verdict.outcome != VERDICT_RETRY)
                g_assert_cmpuint(verdict.retry_after_ms + verdict.tries, ==, 0);
            /* Whoever is told that a SIM or a modem fails is told what to do. */
            if (verdict.blame > VERDICT_BLAMES_MESSAGE)
                g_assert_nonnull(verdict.advice);
        }
    }
    g_assert_cmpint(verdict_of((enum verdict_space)200, 38).outcome, ==, VERDICT_RETRY);
    g_assert_cmpstr(verdict_outcome_name((enum verdict_outcome)200), ==, "unknown");
    g_assert_cmpstr(verdict_space_name((enum verdict_space)200), ==, "unknown");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/known codes mean what they mean in the field", test_codes);
    g_test_add_func("/verdict/every code has a meaning", test_every_code);
    return g_test_run();
}
