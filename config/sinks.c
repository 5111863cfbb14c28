// SPDX-License-Identifier: GPL-2.0-or-later
/* Receivers of what leaves the house: the settings of one, the checks of single values, and those
 * that span several of them. Asks no network: whether a receiver listens is the forwarder's to
 * find out. */
#include "config/sinks.h"

#include <string.h>

#include "config/source.h"
#include "config/values.h"

enum { SECRET_MIN = 24, SECRET_MAX = 64 };

static char *check_name(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,32}$",
                             "must be 1 to 32 letters without diacritics, digits, - and _");
}

static char *check_url(const void *field)
{
    return value_check_shape(field, "^https?://[^/?#\\s]+[^\\s]*$",
                             "must be an address that starts with https:// (or http://)");
}

static char *check_send(const void *field)
{
    static const char *const kinds[] = {"summary", "opinion", "alarm", NULL};
    char *const *send = *(char **const *)field;
    if (*send == NULL)
        return g_strdup("names nothing to send; known are summary, opinion, alarm");
    for (; *send != NULL; send++) {
        if (!g_strv_contains(kinds, *send))
            return g_strdup_printf("“%s” is not one of summary, opinion, alarm", *send);
    }
    return NULL;
}

#define IN_SINK(field) offsetof(struct sink_config, field)

const struct setting sink_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_SINK(name),
     .required = true,
     .check = check_name,
     .example = "huyen",
     .help = "what logs and tables call the receiver"},
    {.key = "url",
     .type = SETTING_TEXT,
     .offset = IN_SINK(url),
     .required = true,
     .check = check_url,
     .example = "https://example.org/loa",
     .help = "where to POST"},
    {.key = "secret",
     .type = SETTING_TEXT,
     .offset = IN_SINK(secret),
     .required = true,
     .check = value_check_filled,
     .example = "whsec_…",
     .help = "key of the signatures, shared with the receiver: whsec_ and 24 to 64 bytes in base64 "
             "(printf whsec_; head -c 32 /dev/urandom | base64)"},
    {.key = "ca_file",
     .type = SETTING_TEXT,
     .offset = IN_SINK(ca_file),
     .check = value_check_filled,
     .example = "/etc/loa/province-ca.pem",
     .help = "certificates to trust for this receiver instead of the system's"},
    {.key = "send",
     .type = SETTING_TEXTS,
     .offset = IN_SINK(send),
     .initial = "[ \"summary\" ]",
     .check = check_send,
     .help = "what it gets, any of summary, opinion, alarm"},
    {.key = "every",
     .type = SETTING_DURATION,
     .offset = IN_SINK(every_ms),
     .minimum = 1000,
     .maximum = 2678400000,
     .initial = "1h",
     .help = "how often a running campaign is summed up for it"},
    {.key = "senders",
     .type = SETTING_FLAG,
     .offset = IN_SINK(senders),
     .initial = "false",
     .help = "opinions tell it who wrote them, by name and number"},
    {.key = NULL},
};

static bool is_loopback(const char *url)
{
    return g_regex_match_simple("^http://(localhost|127\\.[0-9.]+|\\[::1\\])([:/]|$)", url, 0, 0);
}

static void check_name_own(const struct config_source *source, const GPtrArray *sinks, guint index,
                           GPtrArray *mistakes)
{
    const struct sink_config *sink = sinks->pdata[index];
    for (guint i = 0; i < index; i++) {
        const struct sink_config *before = sinks->pdata[i];
        if (g_strcmp0(before->name, sink->name) != 0 || sink->name == NULL)
            continue;
        g_autofree char *field = g_strdup_printf("sinks[%u].name", index);
        source_mistake(source, mistakes, field, "“%s” is taken by sinks[%u] already", sink->name,
                       i);
        return;
    }
}

void sinks_check(const struct config_source *source, const GPtrArray *sinks, GPtrArray *mistakes)
{
    for (guint i = 0; i < sinks->len; i++) {
        const struct sink_config *sink = sinks->pdata[i];
        g_autofree char *url = g_strdup_printf("sinks[%u].url", i);
        g_autofree char *secret = g_strdup_printf("sinks[%u].secret", i);
        check_name_own(source, sinks, i, mistakes);
        bool proper = true;
        g_autoptr(GBytes) key = sink->secret != NULL ? sink_config_key(sink, &proper) : NULL;
        if (!proper)
            source_warn(source, mistakes, secret,
                        "is not whsec_ and %d to %d bytes in base64, so its letters themselves "
                        "are the key; the receiver must do the same",
                        SECRET_MIN, SECRET_MAX);
        if (sink->url != NULL && g_str_has_prefix(sink->url, "http:") && !is_loopback(sink->url))
            source_warn(source, mistakes, url,
                        "summaries leave this machine unencrypted; use https://");
    }
}

GBytes *sink_config_key(const struct sink_config *sink, bool *retproper)
{
    static const char prefix[] = "whsec_";
    if (g_regex_match_simple("^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
                             sink->secret, G_REGEX_DOLLAR_ENDONLY, 0)) {
        gsize length;
        guchar *key = g_base64_decode(sink->secret + strlen(prefix), &length);
        *retproper = length >= SECRET_MIN && length <= SECRET_MAX;
        if (*retproper)
            return g_bytes_new_take(key, length);
        g_free(key);
    }
    *retproper = false;
    return g_bytes_new(sink->secret, strlen(sink->secret));
}
