// SPDX-License-Identifier: GPL-2.0-or-later
/* Modems: the settings, and what spans several of them. Looks at no device. */
#include "config/modems.h"

#include <string.h>

#include "config/gateway.h"
#include "config/source.h"
#include "config/values.h"

static char *check_name(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,32}$",
                             "must be 1 to 32 letters without diacritics, digits, - and _");
}

static char *check_device(const void *field)
{
    return value_check_shape(field, "^/.*[^/]$",
                             "must be the whole path of a tty, such as /dev/serial/by-id/…");
}

static char *check_imei(const void *field)
{
    return value_check_shape(field, "^[0-9]{14,16}$",
                             "must be the 15 digits that *#06# shows, or AT+CGSN");
}

static char *check_pin(const void *field)
{
    return value_check_shape(field, "^[0-9]{4,8}$", "must be 4 to 8 digits");
}

static char *check_features(const void *field)
{
    return value_check_shape(field, "^[A-Z0-9_]+(\\s*,\\s*[A-Z0-9_]+)*$",
                             "must be libgammu's feature names, separated by commas");
}

static char *check_number(const void *field)
{
    return value_check_shape(field, "^\\+[1-9][0-9]{6,14}$",
                             "must be a number in international form, such as +84912345678");
}

#define IN_MODEM(field) offsetof(struct modem_config, field)

const struct setting modem_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(name),
     .required = true,
     .check = check_name,
     .example = "sim1",
     .help = "what logs and tables call the modem: letters without diacritics, digits, - and _"},
    {.key = "device",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(device),
     .required = true,
     .check = check_device,
     .example = "/dev/loa/pci-0000:00:14.0-usb-0:1.2:1.2",
     .help =
         "the tty of its AT port, by a name that stays: see /dev/loa and /dev/serial/by-id; with "
         "imei it may hold * and ?, and the modem is looked for"},
    {.key = "imei",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(imei),
     .check = check_imei,
     .example = "356938035643809",
     .help = "the modem's own number: no other one is used, whatever tty it comes back as"},
    {.key = "power_command",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(power_command),
     .check = value_check_filled,
     .example = "/usr/sbin/uhubctl -l 1-1 -p 2 -a cycle",
     .help =
         "program and arguments that switch its USB port off and on; run, without a shell, when "
         "it still does not answer after a reset"},
    {.key = "pin",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(pin),
     .check = check_pin,
     .example = "1234",
     .help = "PIN of the SIM, if it asks for one"},
    {.key = "smsc",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(smsc),
     .check = check_number,
     .example = "+84980200030",
     .help = "SMS centre, if not the one stored on the SIM"},
    {.key = "operator",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(operator_name),
     .check = value_check_filled,
     .example = "viettel",
     .help =
         "whose SIM it is: a name of the operators' file; where it is left out, the network tells"},
    {.key = "number",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(number),
     .check = check_number,
     .example = "+84970000001",
     .help = "the SIM's own number, in international form"},
    {.key = "features",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(features),
     .check = check_features,
     .example = "SMS_LOCATION_0",
     .help = "libgammu features instead of those it knows for the model, separated by commas"},
    {.key = "trace",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(trace),
     .check = value_check_filled,
     .example = "/var/lib/loa/sim1.trace",
     .help = "file for all that passes on the line, message texts too: only to search for a fault; "
             "in a folder where modem_user may write"},
    {.key = "daily_quota",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(daily_quota),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "200",
     .help = "parts sent in a day; 0: no limit"},
    {.key = "per_minute",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(per_minute),
     .minimum = 0,
     .maximum = 100000,
     .initial = "10",
     .help = "parts sent in any 60 seconds; 0: no limit"},
    {.key = "per_hour",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(per_hour),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "0",
     .help = "parts sent in any 60 minutes; 0: no limit"},
    {.key = "daily_recipients",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(daily_recipients),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "0",
     .help = "different numbers written to in a day; 0: no limit"},
    {.key = "spacing",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(spacing_ms),
     .minimum = 0,
     .maximum = 3600000,
     .initial = "0s",
     .help = "the least time from one message to the next"},
    {.key = "spacing_spread",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(spacing_spread_ms),
     .minimum = 0,
     .maximum = 3600000,
     .initial = "0s",
     .help = "and up to so much more, by chance, for an operator who bars SIMs that send like "
             "clockwork"},
    {.key = "send_pause_ms",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(send_pause_ms),
     .minimum = 0,
     .maximum = 5000,
     .initial = "0",
     .help = "milliseconds of rest around each part, for a modem that needs it"},
    {.key = "price_per_part",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(price_per_part),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "250",
     .help = "đồng for each part sent"},
    {.key = "price_on_net",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(price_on_net),
     .minimum = -1,
     .maximum = 1000000,
     .initial = "-1",
     .help = "đồng for each part to a number of the same operator; -1: as price_per_part"},
    {.key = "low_balance",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(low_balance),
     .minimum = 0,
     .maximum = 1000000000,
     .initial = "2000",
     .help = "đồng: with less than that the SIM rests, and somebody is told; 0: never"},
    {.key = "low_bundle",
     .type = SETTING_INTEGER,
     .offset = IN_MODEM(low_bundle),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "1",
     .help =
         "parts: with less than that left of a bundle that it had, the SIM rests; 0: never, the "
         "credit pays the rest"},
    {.key = "expiry_warning",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(expiry_warning_ms),
     .minimum = 0,
     .maximum = 31536000000,
     .initial = "7d",
     .help = "so long before its balance expires somebody is told; 0s: never"},
    {.key = "expiry_rest",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(expiry_rest_ms),
     .minimum = 0,
     .maximum = 31536000000,
     .initial = "2d",
     .help = "so long before its balance expires the SIM rests, so that answers do not go to a "
             "number that is lost; 0s: only when it has expired"},
    {.key = "bundle",
     .type = SETTING_TEXT,
     .offset = IN_MODEM(bundle),
     .check = value_check_filled,
     .example = "SMS100",
     .help = "bundle of its operator that Loa registers the SIM for, which costs money"},
    {.key = "bundle_every",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(bundle_ms),
     .minimum = 0,
     .maximum = 31536000000,
     .initial = "0s",
     .help = "how often it is registered again; 0s: when the bundle is used up or has expired"},
    {.key = "poll",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(poll_ms),
     .minimum = 0,
     .maximum = 86400000,
     .initial = "60s",
     .help = "how often to look for messages that the modem did not announce; 0s: only at start"},
    {.key = NULL},
};

/* Values of one key in a list that must be each element's own. */
struct own {
    const struct config_source *source;
    GPtrArray *mistakes;
    const char *list, *key;
    GHashTable *owners; /* value -> index of the element that has it */
};

static void check_own(const struct own *own, guint index, const char *value)
{
    if (value == NULL)
        return;
    if (!g_hash_table_contains(own->owners, value)) {
        g_hash_table_insert(own->owners, (void *)value, GUINT_TO_POINTER(index));
        return;
    }
    g_autofree char *field = g_strdup_printf("%s[%u].%s", own->list, index, own->key);
    source_mistake(own->source, own->mistakes, field, "“%s” is taken by %s[%u] already", value,
                   own->list, GPOINTER_TO_UINT(g_hash_table_lookup(own->owners, value)));
}

/* "viettel, vinaphone"; the caller frees. */
static char *operator_names(const GPtrArray *operators)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < operators->len; i++) {
        const struct operator_config *one = operators->pdata[i];
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", one->name);
    }
    return g_string_free(names, FALSE);
}

static bool has_bundle(const GPtrArray *operators, const char *bundle)
{
    for (guint i = 0; i < operators->len; i++) {
        if (operator_bundle(operators->pdata[i], bundle) != NULL)
            return true;
    }
    return false;
}

/* Any word was well for an operator before there was a file of them: the network decides then. A
 * bundle that nobody has would never be registered. */
static void check_operator(const struct own *own, guint index, const struct modem_config *modem,
                           const GPtrArray *operators)
{
    const struct operator_config *known = operators_find(operators, modem->operator_name);
    g_autofree char *field = g_strdup_printf("%s[%u].operator", own->list, index);
    g_autofree char *bundle = g_strdup_printf("%s[%u].bundle", own->list, index);
    if (modem->operator_name != NULL && *modem->operator_name != '\0' && known == NULL) {
        g_autofree char *names = operator_names(operators);
        source_warn(own->source, own->mistakes, field,
                    "“%s” is no name of the operators' file, so that the network of the SIM "
                    "decides; known are %s",
                    modem->operator_name, names);
    }
    if (modem->bundle == NULL)
        return;
    if (known != NULL && operator_bundle(known, modem->bundle) == NULL)
        source_mistake(own->source, own->mistakes, bundle,
                       "%s has no bundle called “%s” in the operators' file; see sims.operators",
                       known->name, modem->bundle);
    else if (known == NULL && !has_bundle(operators, modem->bundle))
        source_mistake(own->source, own->mistakes, bundle,
                       "the operators' file has no bundle called “%s”; see sims.operators",
                       modem->bundle);
}

void modems_check(const struct config_source *source, const struct gateway_config *config,
                  GPtrArray *mistakes)
{
    const GPtrArray *modems = config->modems;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) devices = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) imeis = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    const struct own name = {source, mistakes, "modems", "name", names};
    const struct own device = {source, mistakes, "modems", "device", devices};
    const struct own imei = {source, mistakes, "modems", "imei", imeis};
    const struct own number = {source, mistakes, "modems", "number", numbers};
    for (guint i = 0; i < modems->len; i++) {
        const struct modem_config *modem = modems->pdata[i];
        check_own(&name, i, modem->name);
        bool pattern = modem->device != NULL && strpbrk(modem->device, "*?[") != NULL;
        if (!pattern) {
            check_own(&device, i, modem->device);
        } else if (modem->imei == NULL) {
            g_autofree char *field = g_strdup_printf("modems[%u].device", i);
            source_mistake(source, mistakes, field,
                           "a pattern may fit several ttys: say with imei which modem is meant");
        }
        check_own(&imei, i, modem->imei);
        check_own(&number, i, modem->number);
        if (config->operators != NULL && config->operators->len > 0)
            check_operator(&name, i, modem, config->operators);
    }
}
