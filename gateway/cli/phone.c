// SPDX-License-Identifier: GPL-2.0-or-later
/* loa phone: what becomes of a roster's phone cells. A line may hold several numbers, each gets a
 * line of its own in plain form. */
#include "campaigns/phone.h"

#include "gateway/cli/commands.h"
#include "gateway/cli/lines.h"

#include <jansson.h>
#include <stdio.h>

static const char *number_of(const struct phone_reading *reading)
{
    return reading->phone.e164[0] != '\0' ? reading->phone.e164 : NULL;
}

static void print_plain(const struct phone_reading *reading)
{
    const char *number = number_of(reading);
    if (number == NULL) {
        printf("-\t%s\t%s\n", phone_verdict_name(reading->verdict),
               phone_verdict_sentence(reading->verdict));
        return;
    }
    g_autoptr(GString) notes = g_string_new(NULL);
    if (reading->verdict == PHONE_MIGRATED)
        g_string_append_printf(notes, "%s before 2018", reading->written);
    if (reading->zero_restored)
        g_string_append_printf(notes, "%sleading 0 restored", notes->len > 0 ? "; " : "");
    const char *operator_name = reading->operator_name != NULL ? reading->operator_name : "-";
    printf("%s\t%s\t%s\n", number, operator_name, notes->str);
}

static json_t *string_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *result_of(const struct phone_reading *reading)
{
    return json_pack("{s:o, s:s, s:o, s:b, s:b, s:s}", "e164", string_or_null(number_of(reading)),
                     "verdict", phone_verdict_name(reading->verdict), "operator",
                     string_or_null(reading->operator_name), "migrated",
                     reading->verdict == PHONE_MIGRATED, "zero_restored", reading->zero_restored,
                     "written", reading->written);
}

static void print_json(const char *line, const GPtrArray *readings)
{
    json_t *results = json_array();
    const struct phone_reading *usable = NULL, *first = g_ptr_array_index(readings, 0);
    for (guint i = 0; i < readings->len; i++) {
        const struct phone_reading *reading = g_ptr_array_index(readings, i);
        json_array_append_new(results, result_of(reading));
        if (usable == NULL && number_of(reading) != NULL)
            usable = reading;
    }
    const char *reason = usable == NULL ? phone_verdict_name(first->verdict) : NULL;
    json_t *object = json_pack("{s:s, s:o, s:o, s:o}", "input", line, "e164",
                               string_or_null(usable != NULL ? number_of(usable) : NULL), "reason",
                               string_or_null(reason), "results", results);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void take_line(const char *line, bool json)
{
    g_autoptr(GPtrArray) readings = phone_read_cell(line);
    if (json) {
        print_json(line, readings);
        return;
    }
    for (guint i = 0; i < readings->len; i++)
        print_plain(g_ptr_array_index(readings, i));
}

int cli_phone(struct command_line *line, int argc, char **argv)
{
    return lines_run(line, argc, argv, take_line);
}
