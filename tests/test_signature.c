// SPDX-License-Identifier: GPL-2.0-or-later
/* Signatures of Standard Webhooks. The first row is the example that the specification's libraries
 * test themselves with; the others were computed by Python's hmac. */
#include "config/gateway.h"
#include "gateway/signature.h"

static const struct {
    const char *name, *secret, *id;
    gint64 timestamp;
    const char *body, *signature;
} rows[] = {
    {"the published example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
     "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}",
     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"a key of 64 bytes",
     "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw="
     "=",
     "e-1", 1718000000, "{\"a\":1}", "v1,E0gxUGcKKB9d6WInPr93APCm2oW5A8jOAruQnWydgAs="},
    {"a plain word is the key itself", "mat khau", "e-3", 0, "",
     "v1,bPUxaFsoHmc2m/e6O7TdZyZWjqKaXy4zpnuDKbUuDQU="},
    {"no base64 after whsec_: the key itself", "whsec_***", "e-4", 1, "x",
     "v1,FZaAYEDjheLT2/2mFJN8ZKUhfOHq/clrQmv+07d6zbM="},
    {"a body in Vietnamese",
     "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw="
     "=",
     "e-5", 1718000000, "{\"t\":\"Đối thoại\"}", "v1,ga+SwLRmPzLbhpqZ09RVh8RrqGdAGHSFAyGc3uCp1sE="},
    {"a key longer than a hash block",
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "e-6", 1718000000,
     "{}", "v1,3wRPit1zLEInjyZxspA6ruq+lqHSTSs7qPuRIHJtNxc="},
    {"an empty key", "", "e-7", 5, "{}", "v1,ejCw1LmShYLHO4ls2OMCoiVSuYxHB1u5Q2XJOQQ8yeM="},
};

static void test_a_signature_is_the_known_one(gconstpointer data)
{
    gsize row = GPOINTER_TO_SIZE(data);
    struct sink_config sink = {.secret = (char *)rows[row].secret};
    bool proper;
    g_autoptr(GBytes) key = sink_config_key(&sink, &proper);
    g_autofree char *signature =
        signature_make(key, rows[row].id, rows[row].timestamp, rows[row].body);
    g_assert_cmpstr(signature, ==, rows[row].signature);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/signature/%s", rows[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_a_signature_is_the_known_one);
    }
    return g_test_run();
}
