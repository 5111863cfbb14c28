// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings of loa.conf: the table, the checks of single values, and those that span several.
 * Looks at no device, folder or network: a file can be checked on another machine. */
#include "config/gateway.h"

#include <string.h>

#include "config/source.h"
#include "config/values.h"

/* sun_path of a Unix socket, without the final NUL. */
#define SOCKET_PATH_MAX 107

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

static char *check_user(const void *field)
{
    return value_check_shape(field, "^[a-z_][a-z0-9_-]{0,31}$", "must be the name of a user");
}

static char *check_pin(const void *field)
{
    return value_check_shape(field, "^[0-9]{4,8}$", "must be 4 to 8 digits");
}

static char *check_number(const void *field)
{
    return value_check_shape(field, "^\\+[1-9][0-9]{6,14}$",
                             "must be a number in international form, such as +84912345678");
}

static char *check_phones(const void *field)
{
    for (char *const *phone = *(char **const *)field; *phone != NULL; phone++) {
        char *problem = check_number(phone);
        if (problem != NULL)
            return problem;
    }
    return NULL;
}

static char *check_features(const void *field)
{
    return value_check_shape(field, "^[A-Z0-9_]+(\\s*,\\s*[A-Z0-9_]+)*$",
                             "must be libgammu's feature names, separated by commas");
}

static char *check_level(const void *field)
{
    return value_check_shape(field, "^(debug|info|warn|error)$",
                             "must be debug, info, warn or error");
}

static char *check_socket(const void *field)
{
    const char *path = *(char *const *)field;
    if (strlen(path) > SOCKET_PATH_MAX)
        return g_strdup_printf("the path of a socket may have %d bytes at most", SOCKET_PATH_MAX);
    return value_check_filled(field);
}

static char *check_zone(const void *field)
{
    const char *name = *(char *const *)field;
    GTimeZone *zone = g_time_zone_new_identifier(name);
    if (zone == NULL)
        return g_strdup_printf("no time zone is called “%s”; in Vietnam it is Asia/Ho_Chi_Minh",
                               name);
    g_time_zone_unref(zone);
    return NULL;
}

#define IN_MODEM(field)        offsetof(struct modem_config, field)
#define IN_GATEWAY(field)      offsetof(struct gateway_config, field)
#define IN_GROUP(group, field) (IN_GATEWAY(group.field) - IN_GATEWAY(group))

static const struct setting api_settings[] = {
    {.key = "socket",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(api, socket),
     .initial = "/run/loa/loa.sock",
     .check = check_socket,
     .help = "Unix socket of the HTTP API, where the program loa speaks to the gateway"},
    {.key = NULL},
};

static const struct setting organisation_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(organisation, name),
     .check = value_check_filled,
     .example = "UBND xã Phú Lộc",
     .help = "whose reports they are"},
    {.key = "parent",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(organisation, parent),
     .check = value_check_filled,
     .example = "UBND tỉnh Ninh Bình",
     .help = "what it belongs to, written above its name"},
    {.key = "place",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(organisation, place),
     .check = value_check_filled,
     .example = "Phú Lộc",
     .help = "where they are signed, written before the date"},
    {.key = NULL},
};

static const struct setting modem_settings[] = {
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
     .help = "whose SIM it is"},
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
    {.key = "poll",
     .type = SETTING_DURATION,
     .offset = IN_MODEM(poll_ms),
     .minimum = 0,
     .maximum = 86400000,
     .initial = "60s",
     .help = "how often to look for messages that the modem did not announce; 0s: only at start"},
    {.key = NULL},
};

static const struct setting sending_settings[] = {
    {.key = "hours",
     .type = SETTING_HOURS,
     .offset = IN_GROUP(sending, hours),
     .initial = "07:30-11:30, 13:30-20:30",
     .help = "local hours in which messages may leave; \"\": at any time"},
    {.key = "expire_after",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(sending, expire_after_ms),
     .minimum = 1000,
     .maximum = 31536000000,
     .initial = "48h",
     .help = "a message that could not leave for so long is given up"},
    {.key = NULL},
};

static const struct setting alarm_settings[] = {
    {.key = "phones",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(alarms, phones),
     .check = check_phones,
     .example = "[ \"+84912345678\" ]",
     .help = "who is told by SMS, in international form"},
    {.key = "sms_per_day",
     .type = SETTING_INTEGER,
     .offset = IN_GROUP(alarms, sms_per_day),
     .minimum = 0,
     .maximum = 1000,
     .initial = "6",
     .help = "alarms by SMS in a day to each of them; the rest is in loa status and in the log"},
    {.key = "modem_down",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(alarms, modem_down_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "10m",
     .help = "a modem that does not work for so long"},
    {.key = "silence",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(alarms, silence_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "24h",
     .help = "a modem that sends, and for so long gets neither SMS nor report; 0s: never"},
    {.key = "sink_failing",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(alarms, sink_failing_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "24h",
     .help = "a receiver of summaries that takes nothing for so long"},
    {.key = "disk_free_mb",
     .type = SETTING_INTEGER,
     .offset = IN_GROUP(alarms, disk_free_mb),
     .minimum = 0,
     .maximum = 1000000,
     .initial = "500",
     .help = "megabytes: less is left on the disk of the database; 0: never"},
    {.key = NULL},
};

static const struct setting log_settings[] = {
    {.key = "level",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(log, level),
     .initial = "info",
     .check = check_level,
     .help = "the least that is logged: debug, info, warn or error"},
    {.key = NULL},
};

const struct setting gateway_settings[] = {
    {.key = "database",
     .type = SETTING_TEXT,
     .offset = IN_GATEWAY(database),
     .initial = "/var/lib/loa/loa.db",
     .check = value_check_filled,
     .help = "the SQLite file with everything that must last; its folder must exist"},
    {.key = "flight_dir",
     .type = SETTING_TEXT,
     .offset = IN_GATEWAY(flight_dir),
     .initial = "/var/lib/loa/flight",
     .check = value_check_filled,
     .help = "folder of the flight logs, which tell after a crash what was on its way"},
    {.key = "modem_user",
     .type = SETTING_TEXT,
     .offset = IN_GATEWAY(modem_user),
     .check = check_user,
     .example = "loa-modem",
     .help =
         "whose rights the workers of the modems have, instead of the gateway's own; the gateway "
         "must be allowed to give them up (CAP_SETUID, CAP_SETGID, CAP_KILL)"},
    {.key = "time_zone",
     .type = SETTING_TEXT,
     .offset = IN_GATEWAY(time_zone),
     .initial = "Asia/Ho_Chi_Minh",
     .check = check_zone,
     .help = "of sending hours, daily quotas and reports"},
    {.key = "api",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(api),
     .members = api_settings,
     .help = "the way in"},
    {.key = "organisation",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(organisation),
     .members = organisation_settings,
     .help = "the head of reports"},
    {.key = "modems",
     .type = SETTING_LIST,
     .offset = IN_GATEWAY(modems),
     .members = modem_settings,
     .member_size = sizeof(struct modem_config),
     .help = "one group for each modem"},
    {.key = "sending",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(sending),
     .members = sending_settings,
     .help = "rules for all messages"},
    {.key = "sinks",
     .type = SETTING_LIST,
     .offset = IN_GATEWAY(sinks),
     .members = sink_settings,
     .member_size = sizeof(struct sink_config),
     .help = "one group for each receiver of summaries"},
    {.key = "offices",
     .type = SETTING_LIST,
     .offset = IN_GATEWAY(offices),
     .members = office_settings,
     .member_size = sizeof(struct office_config),
     .help = "who settles people's opinions"},
    {.key = "topics",
     .type = SETTING_LIST,
     .offset = IN_GATEWAY(topics),
     .members = topic_settings,
     .member_size = sizeof(struct topic_config),
     .help = "what opinions are about"},
    {.key = "alarms",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(alarms),
     .members = alarm_settings,
     .help = "when and to whom trouble is told"},
    {.key = "retention",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(retention),
     .members = retention_settings,
     .help = "what is erased, and when"},
    {.key = "log",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(log),
     .members = log_settings,
     .help = "the log, on stderr"},
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

static void check_modems(const struct config_source *source, const GPtrArray *modems,
                         GPtrArray *mistakes)
{
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
    }
}

bool gateway_config_read(const char *path, struct gateway_config *retconfig, GPtrArray *mistakes)
{
    unsigned before = mistakes_count(mistakes);
    struct config_source *source = source_open_file(path, mistakes);
    if (source == NULL)
        return false;
    source_fill(source, gateway_settings, retconfig, mistakes);
    check_modems(source, retconfig->modems, mistakes);
    sinks_check(source, retconfig->sinks, mistakes);
    offices_check(source, retconfig, mistakes);
    source_free(source);
    return mistakes_count(mistakes) == before;
}

void gateway_config_clear(struct gateway_config *config)
{
    settings_clear(gateway_settings, config);
}

const struct modem_config *gateway_config_modem(const struct gateway_config *config,
                                                const char *name)
{
    for (guint i = 0; i < config->modems->len; i++) {
        const struct modem_config *modem = config->modems->pdata[i];
        if (strcmp(modem->name, name) == 0)
            return modem;
    }
    return NULL;
}

const struct sink_config *gateway_config_sink(const struct gateway_config *config, const char *name)
{
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = config->sinks->pdata[i];
        if (strcmp(sink->name, name) == 0)
            return sink;
    }
    return NULL;
}

GPtrArray *gateway_config_keep_fixed(struct gateway_config *config,
                                     const struct gateway_config *running)
{
    const struct {
        const char *setting;
        char **now;
        const char *before;
    } fixed[] = {
        {"database", &config->database, running->database},
        {"flight_dir", &config->flight_dir, running->flight_dir},
        {"modem_user", &config->modem_user, running->modem_user},
        {"api.socket", &config->api.socket, running->api.socket},
    };
    GPtrArray *changes = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
        if (g_strcmp0(*fixed[i].now, fixed[i].before) == 0)
            continue;
        g_ptr_array_add(changes, (void *)fixed[i].setting);
        g_free(*fixed[i].now);
        *fixed[i].now = g_strdup(fixed[i].before);
    }
    return changes;
}
