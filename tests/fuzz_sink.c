// SPDX-License-Identifier: GPL-2.0-or-later
/* What the receiver of summaries controls: its status and its Retry-After, and what the
 * configuration holds of it, the secret. Input: a status, a blank, and the header's value. */
#include "campaigns/outbox.h"
#include "config/gateway.h"
#include "gateway/signature.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t now = INT64_C(1717981200000);
    g_autofree char *text = g_strndup((const char *)data, size);
    char *value = strchr(text, ' ');
    struct outbox_answer answer = {(int)(g_ascii_strtoull(text, NULL, 10) % 1000),
                                   value != NULL ? value + 1 : NULL};
    enum outbox_verdict verdict = outbox_judge(&answer);
    g_assert_cmpint(verdict == OUTBOX_VERDICT_ACCEPTED, ==,
                    answer.status >= 200 && answer.status < 300);
    for (unsigned attempts = 1; attempts < 40; attempts += 6) {
        int64_t next = outbox_next_at(&answer, attempts, (uint32_t)size * 0x9e3779b9u, now);
        g_assert_cmpint(next, >, now);
        g_assert_cmpint(next, <=, now + OUTBOX_WAIT_MAX_MS);
    }
    struct sink_config sink = {.secret = text};
    bool proper = false;
    g_autoptr(GBytes) key = sink_config_key(&sink, &proper);
    g_assert_true(!proper || (g_bytes_get_size(key) >= 24 && g_bytes_get_size(key) <= 64));
    g_autofree char *signature = signature_make(key, "id", now / 1000, text);
    g_assert_cmpuint(strlen(signature), ==, strlen("v1,") + 44);
    return 0;
}
