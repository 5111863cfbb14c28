// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the campaign file of one day of a series: libconfig reads the series' file, a few settings
 * are replaced, and libconfig writes it. The outcome is read, checked and approved as any campaign
 * file is. */
#include "config/occurrence.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/values.h"

static char *time_text(int64_t at, GTimeZone *zone)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    return g_date_time_format(local, "%Y-%m-%dT%H:%M:%S%:z");
}

static char *shifted(const char *text, int64_t shift_ms, GTimeZone *zone)
{
    int64_t at = 0;
    g_autofree char *sentence = NULL;
    bool read = value_read_time(text, &at, &sentence);
    g_assert(read); /* the file was read without mistakes */
    return time_text(at + shift_ms, zone);
}

static void set_text(config_setting_t *group, const char *key, const char *text)
{
    config_setting_remove(group, key);
    config_setting_set_string(config_setting_add(group, key, CONFIG_TYPE_STRING), text);
}

static void set_time(config_setting_t *group, const char *key, int64_t at, GTimeZone *zone)
{
    g_autofree char *text = time_text(at, zone);
    set_text(group, key, text);
}

static void shift_reminders(config_setting_t *root, int64_t shift_ms, GTimeZone *zone)
{
    config_setting_t *list = config_setting_get_member(root, "reminders");
    int count = list != NULL ? config_setting_length(list) : 0;
    for (int i = 0; i < count; i++) {
        config_setting_t *at =
            config_setting_get_member(config_setting_get_elem(list, (unsigned)i), "at");
        g_autofree char *text = shifted(config_setting_get_string(at), shift_ms, zone);
        config_setting_set_string(at, text);
    }
}

static void shift_snapshots(config_setting_t *root, int64_t shift_ms, GTimeZone *zone)
{
    config_setting_t *list = config_setting_get_member(root, "snapshots");
    int count = list != NULL ? config_setting_length(list) : 0;
    for (int i = 0; i < count; i++) {
        g_autofree char *text = shifted(config_setting_get_string_elem(list, i), shift_ms, zone);
        config_setting_set_string_elem(list, i, text);
    }
}

static char *written(const config_t *config)
{
    char *buffer = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&buffer, &size);
    g_assert(stream != NULL); /* out of memory, as GLib takes it */
    config_write(config, stream);
    fclose(stream);
    char *text = g_strndup(buffer, size);
    free(buffer);
    return text;
}

char *occurrence_text(const char *text, const struct occurrence *occurrence, GTimeZone *zone)
{
    config_t config;
    config_init(&config);
    int read = config_read_string(&config, text);
    g_assert(read == CONFIG_TRUE);
    config_setting_t *root = config_root_setting(&config);
    config_setting_remove(root, "repeat");
    set_text(root, "code", occurrence->code);
    set_time(root, "opens", occurrence->opens, zone);
    config_setting_remove(root, "closes");
    if (occurrence->closes != 0)
        set_time(root, "closes", occurrence->closes, zone);
    shift_reminders(root, occurrence->shift_ms, zone);
    shift_snapshots(root, occurrence->shift_ms, zone);
    char *outcome = written(&config);
    config_destroy(&config);
    return outcome;
}
