// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign file as anybody may write it. One that is read without a mistake serves: its texts
 * have fields, its questions take replies. */
#include "campaigns/reply.h"
#include "campaigns/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct campaign_config *campaign)
{
    static const char *const replies[] = {"1", "dong y a", "YK duong hong", "TC", ""};
    struct reply_reader *reader = reply_reader_new(campaign);
    for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
        struct reply_reading reading;
        reply_read(reader, replies[i], &reading);
        reply_reading_clear(&reading);
    }
    reply_reader_free(reader);
    if (campaign->text != NULL) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) fields = template_fields(campaign->text, &error);
        g_assert_true((fields == NULL) == (error != NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct campaign_config campaign = {0};
    bool good = campaign_config_read(text, "a.conf", &campaign, mistakes);
    g_assert_cmpint(good, ==, mistakes_count(mistakes) == 0);
    if (good) {
        use(&campaign);
        campaign_config_line(text, "questions[0].options[1].code");
    }
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
        g_assert_true(g_utf8_validate(sentence, -1, NULL));
    }
    campaign_config_clear(&campaign);
    return 0;
}
