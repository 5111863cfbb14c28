// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign file as anybody may write it. One that is read without a mistake serves: its texts
 * have fields, its questions take replies, its rules give days. */
#include "campaigns/recurrence.h"
#include "campaigns/reply.h"
#include "campaigns/template.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Days of a campaign that comes again: each once, in order, within what was asked for. */
static void use_rules(char *const *rules)
{
    static const char from[] = "2026-01-15", to[] = "2027-03-01";
    for (char *const *rule = rules; rule != NULL && *rule != NULL; rule++) {
        g_autofree char *fault = recurrence_check(*rule);
        if (fault != NULL) {
            g_assert_true(g_utf8_validate(fault, -1, NULL));
            return;
        }
    }
    g_autoptr(GPtrArray) days = recurrence_days(rules, "2026-01-01", from, to);
    const char *before = "";
    for (guint i = 0; i < days->len; i++) {
        const char *day = days->pdata[i];
        g_assert_cmpstr(before, <, day);
        g_assert_true(strcmp(day, from) >= 0 && strcmp(day, to) <= 0);
        before = day;
    }
}

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
    use_rules(campaign->repeat.rules);
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
