// SPDX-License-Identifier: GPL-2.0-or-later
/* The way in for USSD menus: an address, and one service for each code that an operator routes to
 * us. Whoever can reach the address could answer for any phone: so each service has a secret, and
 * the address should be this machine's own unless a proxy with TLS stands before it. */
#include "config/ussd_services.h"

#include <gio/gio.h>
#include <string.h>

#include "config/source.h"
#include "config/values.h"

static char *check_name(const void *field)
{
    return value_check_shape(field, "^[a-z0-9][a-z0-9_-]{0,31}$",
                             "must be 1 to 32 small letters without diacritics, digits, - and _");
}

static char *check_secret(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9._~-]{16,128}$",
                             "must be 16 to 128 letters without diacritics, digits, . _ ~ and -");
}

static bool is_address_and_port(const char *listen)
{
    g_autoptr(GRegex) shape = g_regex_new("^(?:([0-9.]+)|\\[([0-9a-fA-F:.]+)\\]):([0-9]{1,5})$",
                                          G_REGEX_DOLLAR_ENDONLY, 0, NULL);
    g_autoptr(GMatchInfo) found = NULL;
    if (!g_regex_match(shape, listen, 0, &found))
        return false;
    g_autofree char *four = g_match_info_fetch(found, 1);
    g_autofree char *six = g_match_info_fetch(found, 2);
    g_autofree char *port = g_match_info_fetch(found, 3);
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(*four != '\0' ? four : six);
    return address != NULL && g_ascii_string_to_unsigned(port, 10, 1, 65535, NULL, NULL);
}

static char *check_listen(const void *field)
{
    if (is_address_and_port(*(char *const *)field))
        return NULL;
    return g_strdup("must be address and port, such as 127.0.0.1:8460 or [::1]:8460");
}

static const char *const alphabet_choices[] = {
    [USSD_ALPHABET_GSM7] = "gsm7", [USSD_ALPHABET_UCS2] = "ucs2", NULL};

#define IN_SERVICE(field) offsetof(struct ussd_service_config, field)

static const struct setting service_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_SERVICE(name),
     .required = true,
     .check = check_name,
     .example = "thamdo",
     .help = "last part of its address: POST /ussd/NAME"},
    {.key = "secret",
     .type = SETTING_TEXT,
     .offset = IN_SERVICE(secret),
     .required = true,
     .check = check_secret,
     .example = "q8Zr2mVxT0uKcP4n",
     .help = "what the aggregator shows, as ?secret=… or in the header Authorization: Bearer …"},
    {.key = "campaign",
     .type = SETTING_TEXT,
     .offset = IN_SERVICE(campaign),
     .check = value_check_filled,
     .example = "KS-2026-01",
     .help =
         "code of the campaign; without it, what runs for the caller, who chooses if it is more"},
    {.key = "alphabet",
     .type = SETTING_CHOICE,
     .offset = IN_SERVICE(alphabet),
     .choices = alphabet_choices,
     .initial = "gsm7",
     .help = "gsm7: without diacritics, 182 characters a page; ucs2: with them, 91"},
    {.key = "per_minute",
     .type = SETTING_INTEGER,
     .offset = IN_SERVICE(per_minute),
     .minimum = 0,
     .maximum = 100000,
     .initial = "30",
     .help = "requests of one phone in 60 seconds; 0: no limit"},
    {.key = "resume",
     .type = SETTING_DURATION,
     .offset = IN_SERVICE(resume_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "24h",
     .help = "so long a session that broke off goes on where it was, when the phone dials again"},
    {.key = NULL},
};

const struct setting ussd_settings[] = {
    {.key = "listen",
     .type = SETTING_TEXT,
     .offset = offsetof(struct ussd_config, listen),
     .check = check_listen,
     .example = "127.0.0.1:8460",
     .help = "where aggregators are heard; a proxy with TLS stands before it"},
    {.key = "per_second",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct ussd_config, per_second),
     .minimum = 0,
     .maximum = 100000,
     .initial = "100",
     .help = "requests of all phones together; 0: no limit"},
    {.key = "services",
     .type = SETTING_LIST,
     .offset = offsetof(struct ussd_config, services),
     .members = service_settings,
     .member_size = sizeof(struct ussd_service_config),
     .help = "one group for each code that is routed to Loa"},
    {.key = NULL},
};

static void check_service(const struct config_source *source, const struct ussd_config *config,
                          guint index, GPtrArray *mistakes)
{
    const struct ussd_service_config *service = config->services->pdata[index];
    g_autofree char *field = g_strdup_printf("ussd.services[%u].name", index);
    for (guint i = 0; i < index; i++) {
        const struct ussd_service_config *other = config->services->pdata[i];
        if (g_strcmp0(other->name, service->name) == 0)
            source_mistake(source, mistakes, field, "“%s” is taken by services[%u] already",
                           service->name, i);
    }
}

void ussd_services_check(const struct config_source *source, const struct ussd_config *config,
                         GPtrArray *mistakes)
{
    for (guint i = 0; i < config->services->len; i++)
        check_service(source, config, i, mistakes);
    if (config->services->len > 0 && config->listen == NULL)
        source_mistake(source, mistakes, "ussd.listen",
                       "is missing: without it nobody can bring requests to these services");
    if (config->listen != NULL && is_address_and_port(config->listen) &&
        !g_str_has_prefix(config->listen, "127.") && !g_str_has_prefix(config->listen, "[::1]"))
        source_warn(source, mistakes, "ussd.listen",
                    "others can reach this address, and requests come in the clear");
}

const struct ussd_service_config *ussd_service_find(const struct ussd_config *config,
                                                    const char *name)
{
    for (guint i = 0; i < config->services->len; i++) {
        const struct ussd_service_config *service = config->services->pdata[i];
        if (strcmp(service->name, name) == 0)
            return service;
    }
    return NULL;
}
