// SPDX-License-Identifier: GPL-2.0-or-later
/* loa.conf: each mistake with its exact place and sentence, defaults, what a reload cannot change,
 * and that the committed sample is the one that the table prints. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "config/gateway.h"

#define SAMPLE "config/loa.conf.example"

/* Thirty-two bytes. */
#define SECRET "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define SINK   "name = \"s\"; url = \"https://a/\"; secret = \"" SECRET "\"; "

/* Reads `text` as a file; returns what was told, the file named f. */
static char *read_text(const char *text, struct gateway_config *config, bool *retread)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("loa-gateway-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    *retread = gateway_config_read(path, config, mistakes);
    g_unlink(path);
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *line = mistake_text(mistakes->pdata[i]);
        g_assert_true(g_str_has_prefix(line, path));
        g_string_append_printf(lines, "%sf%s", i > 0 ? "\n" : "", line + strlen(path));
    }
    return g_string_free(lines, FALSE);
}

static const struct {
    const char *text, *mistakes;
} bad[] = {
    {"databse = \"x\";",
     "f:1: databse: there is no such setting here; known are database, "
     "flight_dir, modem_user, time_zone, api, organisation, modems, sending, sims, ussd, sinks, "
     "offices, topics, alarms, retention, log"},
    {"database = \"\";", "f:1: database: must not be empty"},
    {"time_zone = \"Hanoi\";", "f:1: time_zone: no time zone is called “Hanoi”; in Vietnam it is "
                               "Asia/Ho_Chi_Minh"},
    {"api = {\n socket = \"/0123456789012345678901234567890123456789012345678901234567890123456789"
     "01234567890123456789012345678901234567\"; };",
     "f:2: api.socket: the path of a socket may have 107 bytes at most"},
    {"modems = ( { name = \"sim 1\"; device = \"ttyUSB0\"; } );",
     "f:1: modems[0].name: must be 1 to 32 letters without diacritics, digits, - and _\n"
     "f:1: modems[0].device: must be the whole path of a tty, such as /dev/serial/by-id/…"},
    {"modems = (\n { device = \"/dev/a\"; },\n { name = \"b\"; } );",
     "f:2: modems[0].name: is missing; it is what logs and tables call the modem: letters without "
     "diacritics, digits, - and _\n"
     "f:3: modems[1].device: is missing; it is the tty of its AT port, by a name that stays: see "
     "/dev/loa and /dev/serial/by-id; with imei "
     "it may hold * and ?, and the modem is looked for"},
    {"modems = ( { name = \"a\"; device = \"/dev/a\";\n pin = 1234; } );",
     "f:2: modems[0].pin: must be text in double quotes"},
    {"modems = ( { name = \"a\"; device = \"/dev/a\"; pin = \"123\";\n number = \"0912345678\";\n"
     " smsc = \"+84\"; operator = \"\";\n features = \"SMS LOCATION\"; trace = \" \"; } );",
     "f:1: modems[0].pin: must be 4 to 8 digits\n"
     "f:2: modems[0].number: must be a number in international form, such as +84912345678\n"
     "f:3: modems[0].smsc: must be a number in international form, such as +84912345678\n"
     "f:3: modems[0].operator: must not be empty\n"
     "f:4: modems[0].features: must be libgammu's feature names, separated by commas\n"
     "f:4: modems[0].trace: must not be empty"},
    {"modems = ( { name = \"a\"; device = \"/dev/a\"; daily_quota = -1; per_minute = 100001;\n"
     " send_pause_ms = 5001; price_per_part = -1; poll = \"2d\"; } );",
     "f:1: modems[0].daily_quota: must be 0 to 1000000\n"
     "f:1: modems[0].per_minute: must be 0 to 100000\n"
     "f:2: modems[0].send_pause_ms: must be 0 to 5000\n"
     "f:2: modems[0].price_per_part: must be 0 to 1000000\n"
     "f:2: modems[0].poll: must be 0s to 1d"},
    {"modems = ( { name = \"a\"; device = \"/dev/a\"; number = \"+84970000001\"; },\n"
     " { name = \"b\"; device = \"/dev/b\"; },\n"
     " { name = \"a\"; device = \"/dev/a\";\n number = \"+84970000001\"; } );",
     "f:3: modems[2].name: “a” is taken by modems[0] already\n"
     "f:3: modems[2].device: “/dev/a” is taken by modems[0] already\n"
     "f:4: modems[2].number: “+84970000001” is taken by modems[0] already"},
    {"sending = { hours = \"7-11\"; expire_after = \"0s\"; };",
     "f:1: sending.hours: “7-11” is no range of hours; write them like 07:30-11:30, 13:30-20:30\n"
     "f:1: sending.expire_after: must be 1s to 365d"},
    {"ussd = { listen = \"127.0.0.1:84600\"; };",
     "f:1: ussd.listen: must be address and port, such as 127.0.0.1:8460 or [::1]:8460"},
    {"ussd = { listen = \"localhost:8460\";\n services = ( { name = \"Tham do\"; secret = \"abc\"; "
     "}, "
     "{ name = \"b\"; } ); };",
     "f:1: ussd.listen: must be address and port, such as 127.0.0.1:8460 or [::1]:8460\n"
     "f:2: ussd.services[0].name: must be 1 to 32 small letters without diacritics, digits, - and "
     "_\n"
     "f:2: ussd.services[0].secret: must be 16 to 128 letters without diacritics, digits, . _ ~ "
     "and "
     "-\n"
     "f:2: ussd.services[1].secret: is missing; it is what the aggregator shows, as ?secret=… or "
     "in "
     "the header Authorization: Bearer …"},
    {"ussd = { listen = \"[::]:8460\"; per_second = -1; };",
     "f:1: ussd.per_second: must be 0 to 100000\n"
     "f:1: ussd.listen: warning: others can reach this address, and requests come in the clear"},
    {"sinks = (\n { name = \"s\"; url = \"example.org\"; } );",
     "f:2: sinks[0].url: must be an address that starts with https:// (or http://)\n"
     "f:2: sinks[0].secret: is missing; it is key of the signatures, shared with the receiver: "
     "whsec_ and 24 to 64 bytes in base64 (printf whsec_; head -c 32 /dev/urandom | base64)"},
    {"sinks = ( { " SINK "},\n { " SINK "} );",
     "f:2: sinks[1].name: “s” is taken by sinks[0] already"},
    {"sinks = ( { " SINK "send = [ ]; every = \"10ms\"; } );",
     "f:1: sinks[0].send: names nothing to send; known are summary, opinion, alarm\n"
     "f:1: sinks[0].every: must be 1s to 31d"},
    {"sinks = ( { " SINK "send = [ \"summary\", \"all\" ]; } );",
     "f:1: sinks[0].send: “all” is not one of summary, opinion, alarm"},
    {"modems = ( { name = \"a\"; device = \"/dev/ttyUSB*\";\n imei = \"35693803564380\"; },\n"
     " { name = \"b\"; device = \"/dev/ttyUSB*\";\n imei = \"35693803564380\"; },\n"
     " { name = \"c\"; device = \"/dev/ttyUSB?\"; },\n"
     " { name = \"d\"; device = \"/dev/d\"; imei = \"35-6938\"; } );",
     "f:6: modems[3].imei: must be the 15 digits that *#06# shows, or AT+CGSN\n"
     "f:4: modems[1].imei: “35693803564380” is taken by modems[0] already\n"
     "f:5: modems[2].device: a pattern may fit several ttys: say with imei which modem is meant"},
    {"alarms = { phones = [ \"+84912345678\", \"0912345678\" ];\n disk_free_mb = -1; };",
     "f:1: alarms.phones: must be a number in international form, such as +84912345678\n"
     "f:2: alarms.disk_free_mb: must be 0 to 1000000"},
    {"offices = ( { code = \"CA\"; name = \"Công an\"; key = \"mot-hai-ba-bon\"; },\n"
     " { code = \"ca\"; name = \"Khác\"; key = \"mot-hai-ba-bon\"; sink = \"x\"; } );",
     "f:2: offices[1].code: “ca” is the code of another office already\n"
     "f:2: offices[1].key: is the key of another office already\n"
     "f:2: offices[1].sink: there is no sink called “x”"},
    {"modem_user = \"Loa Modem\";", "f:1: modem_user: must be the name of a user"},
    {"log = { level = \"loud\"; };", "f:1: log.level: must be debug, info, warn or error"},
};

static void test_mistakes_name_their_place(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct gateway_config config = {0};
        bool read;
        g_autofree char *told = read_text(bad[i].text, &config, &read);
        g_assert_cmpstr(told, ==, bad[i].mistakes);
        g_assert_false(read);
        gateway_config_clear(&config);
    }
}

#define IMPROPER                                                                                   \
    "is not whsec_ and 24 to 64 bytes in base64, so its letters themselves are the key; the "      \
    "receiver must do the same"

static const struct {
    const char *url, *secret, *warnings;
} risky[] = {
    {"https://a.example/loa", SECRET, ""},
    {"http://127.0.0.1:8080/", SECRET, ""},
    {"http://localhost", SECRET, ""},
    {"http://[::1]:80/x", SECRET, ""},
    {"http://localhost.example/", SECRET,
     "f:1: sinks[0].url: warning: summaries leave this machine unencrypted; use https://"},
    {"https://a", "whsec_…", "f:1: sinks[0].secret: warning: " IMPROPER},
    {"https://a", "open sesame", "f:1: sinks[0].secret: warning: " IMPROPER},
    {"https://a", "whsec_MDEyMzQ1Njc4OQ==", "f:1: sinks[0].secret: warning: " IMPROPER},
};

static void test_risks_are_warned_of_and_let_pass(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(risky); i++) {
        struct gateway_config config = {0};
        bool read;
        g_autofree char *text =
            g_strdup_printf("sinks = ( { name = \"s\"; url = \"%s\"; secret = \"%s\"; } );",
                            risky[i].url, risky[i].secret);
        g_autofree char *told = read_text(text, &config, &read);
        g_assert_cmpstr(told, ==, risky[i].warnings);
        g_assert_true(read);
        gateway_config_clear(&config);
    }
}

static const struct {
    const char *secret, *key;
    bool proper;
} keys[] = {
    {SECRET, "0123456789abcdef0123456789abcdef", true},
    {"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "0123456789abcdef01234567", true},
    {"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY", false},
    {"whsec_MDEy", "whsec_MDEy", false},
    {"secret", "secret", false},
};

static void test_the_key_of_a_sink(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const struct sink_config sink = {.secret = (char *)keys[i].secret};
        bool proper;
        g_autoptr(GBytes) key = sink_config_key(&sink, &proper);
        g_autoptr(GBytes) expected = g_bytes_new_static(keys[i].key, strlen(keys[i].key));
        g_assert_true(g_bytes_equal(key, expected));
        g_assert_cmpint(proper, ==, keys[i].proper);
    }
}

static void test_an_empty_file_is_a_gateway_without_modems(void)
{
    struct gateway_config config = {0};
    bool read;
    g_autofree char *told = read_text("", &config, &read);
    g_assert_cmpstr(told, ==, "");
    g_assert_cmpstr(config.database, ==, "/var/lib/loa/loa.db");
    g_assert_cmpstr(config.flight_dir, ==, "/var/lib/loa/flight");
    g_assert_cmpstr(config.time_zone, ==, "Asia/Ho_Chi_Minh");
    g_assert_cmpstr(config.api.socket, ==, "/run/loa/loa.sock");
    g_assert_cmpuint(config.modems->len, ==, 0);
    g_assert_cmpuint(config.sinks->len, ==, 0);
    g_assert_cmpuint(config.sending.hours.count, ==, 2);
    g_assert_cmpint(config.sending.expire_after_ms, ==, 48 * 3600000);
    g_assert_cmpstr(config.log.level, ==, "info");
    gateway_config_clear(&config);
}

static void test_the_agreed_example_loads(void)
{
    struct gateway_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    g_assert_true(gateway_config_read("tests/samples/loa.conf", &config, mistakes));
    g_assert_cmpuint(config.modems->len, ==, 2);
    const struct modem_config *first = config.modems->pdata[0], *second = config.modems->pdata[1];
    g_assert_cmpstr(first->name, ==, "sim1");
    g_assert_cmpstr(first->operator_name, ==, "viettel");
    g_assert_null(first->pin);
    g_assert_cmpstr(second->pin, ==, "1234");
    g_assert_cmpint(second->daily_quota, ==, 200);
    g_assert_cmpint(second->per_minute, ==, 10);
    g_assert_cmpint(second->send_pause_ms, ==, 0);
    g_assert_cmpint(second->price_per_part, ==, 250);
    g_assert_cmpint(second->poll_ms, ==, 60000);
    const struct sink_config *sink = config.sinks->pdata[0];
    g_assert_cmpuint(g_strv_length(sink->send), ==, 3);
    g_assert_cmpint(sink->every_ms, ==, 3600000);
    g_assert_null(sink->ca_file);
    gateway_config_clear(&config);
}

static const struct {
    const char *text, *fixed;
} changes[] = {
    {"log = { level = \"debug\"; };", ""},
    {"modems = ( { name = \"a\"; device = \"/dev/a\"; } ); time_zone = \"UTC\";", ""},
    {"database = \"/x\";", "database"},
    {"api = { socket = \"/x\"; }; flight_dir = \"/y\";", "flight_dir,api.socket"},
};

static void test_a_reload_names_what_needs_a_restart(void)
{
    struct gateway_config old = {0};
    bool read;
    g_autofree char *none = read_text("", &old, &read);
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        struct gateway_config new = {0};
        g_autofree char *told = read_text(changes[i].text, &new, &read);
        g_assert_true(read);
        g_autoptr(GPtrArray) fixed = gateway_config_keep_fixed(&new, &old);
        g_ptr_array_add(fixed, NULL);
        g_autofree char *names = g_strjoinv(",", (char **)fixed->pdata);
        g_assert_cmpstr(names, ==, changes[i].fixed);
        g_assert_cmpstr(new.database, ==, old.database);
        g_assert_cmpstr(new.api.socket, ==, old.api.socket);
        gateway_config_clear(&new);
    }
    gateway_config_clear(&old);
}

static void test_the_committed_sample_is_printed_from_the_table(void)
{
    g_autofree char *printed = settings_example(gateway_settings);
    g_autofree char *committed = NULL;
    g_assert_true(g_file_get_contents(SAMPLE, &committed, NULL, NULL));
    if (strcmp(printed, committed) != 0)
        g_test_message("run this test's program with --print > " SAMPLE);
    g_assert_cmpstr(committed, ==, printed);
}

/* The carried set, its example of a bundle without comment marks, as a file that somebody named. */
static char *write_operators(void)
{
    char *path = NULL;
    g_autofree char *carried = operators_example();
    g_autoptr(GRegex) mark =
        g_regex_new("^( {8})# (bundles = .*|    .*|\\);)$", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *text = g_regex_replace(mark, carried, -1, 0, "\\1\\2", 0, NULL);
    int fd = g_file_open_tmp("loa-operators-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void test_the_sample_can_be_used_line_by_line(void)
{
    /* As a technician does it: every commented setting without its comment mark. */
    g_autofree char *printed = settings_example(gateway_settings);
    g_autoptr(GRegex) mark =
        g_regex_new("^( *)#( +)([{}]|# [a-z_]+ = |[a-z_]+ = )", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *once = g_regex_replace(mark, printed, -1, 0, "\\1\\2\\3", 0, NULL);
    g_autofree char *all = g_regex_replace(mark, once, -1, 0, "\\1\\2\\3", 0, NULL);
    g_autofree char *operators = write_operators();
    g_auto(GStrv) around = g_strsplit(all, "/etc/loa/operators.conf", 2);
    g_autofree char *whole = g_strconcat(around[0], operators, around[1], NULL);
    struct gateway_config config = {0};
    bool read;
    g_autofree char *told = read_text(whole, &config, &read);
    g_unlink(operators);
    g_assert_true(read);
    g_assert_nonnull(strstr(told, "sinks[0].secret: warning: " IMPROPER));
    g_assert_null(strchr(told, '\n'));
    g_assert_cmpuint(config.modems->len, ==, 1);
    g_assert_cmpstr(((struct modem_config *)config.modems->pdata[0])->pin, ==, "1234");
    g_assert_cmpuint(config.sinks->len, ==, 1);
    gateway_config_clear(&config);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        g_autofree char *printed = settings_example(gateway_settings);
        return fputs(printed, stdout) < 0;
    }
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gateway-config/mistakes name their place", test_mistakes_name_their_place);
    g_test_add_func("/gateway-config/risks are warned of and let pass",
                    test_risks_are_warned_of_and_let_pass);
    g_test_add_func("/gateway-config/the key of a sink", test_the_key_of_a_sink);
    g_test_add_func("/gateway-config/an empty file is a gateway without modems",
                    test_an_empty_file_is_a_gateway_without_modems);
    g_test_add_func("/gateway-config/the agreed example loads", test_the_agreed_example_loads);
    g_test_add_func("/gateway-config/a reload names what needs a restart",
                    test_a_reload_names_what_needs_a_restart);
    g_test_add_func("/gateway-config/the committed sample is printed from the table",
                    test_the_committed_sample_is_printed_from_the_table);
    g_test_add_func("/gateway-config/the sample can be used line by line",
                    test_the_sample_can_be_used_line_by_line);
    return g_test_run();
}
