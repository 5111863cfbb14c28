// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings of loa.conf: the table, the checks of single values, and those that span several.
 * Looks at no device, folder or network: a file can be checked on another machine. */
#include "config/gateway.h"

#include <string.h>

#include "config/source.h"
#include "config/values.h"

/* sun_path of a Unix socket, without the final NUL. */
#define SOCKET_PATH_MAX 107

static char *check_user(const void *field)
{
    return value_check_shape(field, "^[a-z_][a-z0-9_-]{0,31}$", "must be the name of a user");
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

static const char *const routing_choices[] = {
    [ROUTING_PRICE] = "price", [ROUTING_SPEED] = "speed", NULL};

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
    {.key = "routing",
     .type = SETTING_CHOICE,
     .offset = IN_GROUP(sending, routing),
     .choices = routing_choices,
     .initial = "price",
     .help =
         "price: a message waits for the SIM that pays least for it, if that can send it today; "
         "speed: any free SIM takes it"},
    {.key = NULL},
};

static const struct setting sim_settings[] = {
    {.key = "operators",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(sims, operators),
     .check = value_check_filled,
     .example = "/etc/loa/operators.conf",
     .help = "file with the operators' codes and texts, instead of the set inside the program"},
    {.key = "check_every",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(sims, check_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "24h",
     .help = "how often each SIM is asked for its balance; 0s: only when somebody asks"},
    {.key = "check_before",
     .type = SETTING_INTEGER,
     .offset = IN_GROUP(sims, check_before),
     .minimum = 0,
     .maximum = 100000000,
     .initial = "100",
     .help =
         "a campaign that needs so many parts has every SIM checked before it starts; 0: never"},
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
    {.key = "sims",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(sims),
     .members = sim_settings,
     .help = "credit of the SIMs"},
    {.key = "ussd",
     .type = SETTING_GROUP,
     .offset = IN_GATEWAY(ussd),
     .members = ussd_settings,
     .help = "surveys by USSD menu, which an operator or aggregator brings over HTTP"},
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

bool gateway_config_read(const char *path, struct gateway_config *retconfig, GPtrArray *mistakes)
{
    unsigned before = mistakes_count(mistakes);
    struct config_source *source = source_open_file(path, mistakes);
    if (source == NULL)
        return false;
    source_fill(source, gateway_settings, retconfig, mistakes);
    retconfig->operators = operators_read(retconfig->sims.operators, mistakes);
    modems_check(source, retconfig, mistakes);
    ussd_services_check(source, &retconfig->ussd, mistakes);
    sinks_check(source, retconfig->sinks, mistakes);
    offices_check(source, retconfig, mistakes);
    source_free(source);
    return mistakes_count(mistakes) == before;
}

void gateway_config_clear(struct gateway_config *config)
{
    settings_clear(gateway_settings, config);
    g_clear_pointer(&config->operators, g_ptr_array_unref);
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
