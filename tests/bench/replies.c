// SPDX-License-Identifier: GPL-2.0-or-later
/* How many replies the interpreter reads in a second on one core: the labelled ones, again and
 * again, for two seconds each campaign. */
#include "campaigns/reply.h"

#include <stdio.h>
#include <string.h>

enum { SECONDS = 2 };

static void measure(const char *use)
{
    g_autofree char *conf = g_strdup_printf("campaigns/examples/%s.conf", use);
    g_autofree char *rows = g_strdup_printf("tests/replies/%s.tsv", use);
    g_autofree char *conf_text = NULL, *rows_text = NULL;
    if (!g_file_get_contents(conf, &conf_text, NULL, NULL) ||
        !g_file_get_contents(rows, &rows_text, NULL, NULL))
        g_error("run this from the top of the tree");
    struct campaign_config campaign = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    campaign_config_read(conf_text, conf, &campaign, mistakes);
    struct reply_reader *reader = reply_reader_new(&campaign);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) lines = g_strsplit(rows_text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);
        if (g_strv_length(cells) == 4)
            g_ptr_array_add(texts, g_strdup(cells[2]));
    }
    gint64 start = g_get_monotonic_time(), end = start;
    unsigned read = 0;
    for (; end - start < SECONDS * G_USEC_PER_SEC; end = g_get_monotonic_time()) {
        for (guint i = 0; i < texts->len; i++, read++) {
            struct reply_reading reading;
            reply_read(reader, texts->pdata[i], &reading);
            reply_reading_clear(&reading);
        }
    }
    printf("replies %-17s %8.0f/s\n", use, (double)read * G_USEC_PER_SEC / (double)(end - start));
    reply_reader_free(reader);
    campaign_config_clear(&campaign);
}

int main(void)
{
    static const char *const uses[] = {"dialogue",         "enrolment", "commune-report",
                                       "beneficiary-poll", "coverage",  "needs-survey"};
    for (size_t i = 0; i < G_N_ELEMENTS(uses); i++)
        measure(uses[i]);
    return 0;
}
