// SPDX-License-Identifier: GPL-2.0-or-later
/* loa.conf as anybody may write it: read, or refused with sentences that can be printed. */
#include "config/gateway.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_settings(struct gateway_config *config)
{
    g_autoptr(GPtrArray) changes = gateway_config_keep_fixed(config, config);
    g_assert_cmpuint(changes->len, ==, 0);
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = config->sinks->pdata[i];
        bool proper = false;
        g_autoptr(GBytes) key = sink->secret != NULL ? sink_config_key(sink, &proper) : NULL;
        g_assert_true(!proper || g_bytes_get_size(key) >= 24);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int file = memfd_create("loa.conf", MFD_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(write(file, data, size), ==, (gssize)size);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct gateway_config config = {0};
    bool good = gateway_config_read(path, &config, mistakes);
    g_assert_cmpint(good, ==, mistakes_count(mistakes) == 0);
    if (good)
        check_settings(&config);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
        g_assert_true(g_utf8_validate(sentence, -1, NULL));
    }
    gateway_config_clear(&config);
    close(file);
    return 0;
}
