// SPDX-License-Identifier: GPL-2.0-or-later
// loa campaign preview: who gets it, who does not and why, what goes out, what it costs.
#include "campaigns/figure.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char *const form_names[] = {"unmarked", "marked"};

static void print_audience(const json_t *preview)
{
    const json_t *audience = json_object_get(preview, "audience");
    g_autofree char *recipients = figure_count(call_number(audience, "recipients"));
    g_autofree char *persons = figure_count(call_number(audience, "persons"));
    g_autofree char *households = figure_count(call_number(audience, "households"));
    g_autofree char *contacts = figure_count(call_number(audience, "contacts"));
    int64_t exempted = call_number(audience, "exempted");
    const char *reason;
    const json_t *count;
    printf("%s: %s recipients, for %s persons of %s households with %s phones\n",
           call_text(preview, "code"), recipients, persons, households, contacts);
    if (exempted > 0)
        printf("an emergency: goes to %" G_GINT64_FORMAT " of them although they refuse messages, "
               "which is written into the ledger\n",
               exempted);
    json_object_foreach((json_t *)json_object_get(audience, "left_out"), reason, count)
    {
        if (json_integer_value(count) > 0)
            printf("left out: %s %" JSON_INTEGER_FORMAT "\n", reason, json_integer_value(count));
    }
}

static void print_forms(const json_t *preview)
{
    static const struct table_column columns[] = {{"text", false}, {"goes out", false},
                                                  {"GSM-7", true}, {"UCS-2", true},
                                                  {"parts", true}, {"cost (đồng)", true}};
    const json_t *forms = json_object_get(preview, "forms");
    const char *sends = call_text(preview, "sends");
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (size_t i = 0; i < G_N_ELEMENTS(form_names); i++) {
        const json_t *form = json_object_get(forms, form_names[i]);
        g_autofree char *gsm7 = figure_count(call_number(form, "gsm7"));
        g_autofree char *ucs2 = figure_count(call_number(form, "ucs2"));
        g_autofree char *parts = figure_count(call_number(form, "parts"));
        g_autofree char *cost = figure_count(call_number(form, "cost"));
        const char *cells[] = {form_names[i], strcmp(sends, form_names[i]) == 0 ? "yes" : "no",
                               gsm7,          ucs2,
                               parts,         cost};
        table_add(table, cells);
    }
    printf("\n");
    table_print(table);
    g_autofree char *price = figure_count(call_number(preview, "price_per_part"));
    printf("price per part: at most %s đồng\n", price);
    table_free(table);
}

static void print_form_details(const char *name, const json_t *form)
{
    const json_t *longest = json_object_get(form, "longest");
    g_autofree char *offending = table_clean(call_text(form, "offending"));
    g_autofree char *text = table_clean(call_text(longest, "text"));
    g_autofree char *whose = table_clean(call_text(longest, "name"));
    if (!json_is_object(longest))
        return;
    printf("\n%s\n", name);
    if (offending[0] != '\0')
        printf("  characters that force UCS-2: %s\n", offending);
    const char *parts;
    const json_t *count;
    json_object_foreach((json_t *)json_object_get(form, "by_parts"), parts, count)
    {
        printf("  %" JSON_INTEGER_FORMAT " texts of %s part%s\n", json_integer_value(count), parts,
               strcmp(parts, "1") == 0 ? "" : "s");
    }
    printf("  longest (%" G_GINT64_FORMAT " part%s, %" G_GINT64_FORMAT " units, %s): %s\n",
           call_number(longest, "parts"), call_number(longest, "parts") == 1 ? "" : "s",
           call_number(longest, "units"), whose, text);
}

/* Whom a reminder goes to is not known yet: its parts and cost are those of everybody. */
static void print_reminders(const json_t *preview)
{
    static const struct table_column columns[] = {
        {"reminder", false}, {"at", false},         {"to", false},  {"parts of one", false},
        {"parts", true},     {"cost (đồng)", true}, {"text", false}};
    const json_t *reminders = json_object_get(preview, "reminders");
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *reminder;
    json_array_foreach(reminders, index, reminder)
    {
        GString *each = g_string_new(NULL);
        const char *count;
        const json_t *texts;
        json_object_foreach((json_t *)json_object_get(reminder, "by_parts"), count, texts)
        {
            g_string_append_printf(each, "%s%s", each->len > 0 ? ", " : "", count);
        }
        g_autofree char *number = g_strdup_printf("%zu", index + 1);
        g_autofree char *at = call_time(reminder, "at");
        g_autofree char *parts = figure_count(call_number(reminder, "parts"));
        g_autofree char *cost = figure_count(call_number(reminder, "cost"));
        const char *cells[] = {number, at,   call_text(reminder, "to"),    each->str,
                               parts,  cost, call_text(reminder, "sample")};
        table_add(table, cells);
        g_string_free(each, TRUE);
    }
    if (table_rows(table) > 0) {
        g_autofree char *cost = figure_count(call_number(preview, "cost_at_most"));
        printf("\n");
        table_print(table);
        printf("cost with all reminders, if everybody got each: %s đồng\n", cost);
    }
    table_free(table);
}

static void print_sentences(const json_t *forecast, const char *member)
{
    size_t index;
    const json_t *sentence;
    json_array_foreach(json_object_get(forecast, member), index, sentence)
    {
        g_autofree char *text = table_clean(json_string_value(sentence));
        printf("%s\n", text);
    }
}

static void print_forecast(const json_t *forecast)
{
    if (json_array_size(json_object_get(forecast, "lines")) > 0)
        printf("\n");
    print_sentences(forecast, "lines");
    print_sentences(forecast, "warnings");
}

static void print_left_out(const json_t *people)
{
    static const struct table_column columns[] = {
        {"left out", false}, {"unit", false}, {"why", false}, {"detail", false}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *person;
    json_array_foreach(people, index, person)
    {
        const char *cells[] = {call_text(person, "name"), call_text(person, "unit"),
                               call_text(person, "reason"), call_text(person, "detail")};
        table_add(table, cells);
    }
    if (table_rows(table) > 0) {
        printf("\n");
        table_print(table);
    }
    table_free(table);
}

static void print_preview(const json_t *preview)
{
    const json_t *forms = json_object_get(preview, "forms");
    print_audience(preview);
    print_forms(preview);
    for (size_t i = 0; i < G_N_ELEMENTS(form_names); i++)
        print_form_details(form_names[i], json_object_get(forms, form_names[i]));
    print_reminders(preview);
    print_forecast(json_object_get(preview, "forecast"));
    if (strcmp(call_text(preview, "on_unsure"), "resend") == 0)
        printf("\nA message that was perhaps sent is sent once more: somebody may get it twice.\n");
    print_left_out(json_object_get(preview, "left_out"));
}

int cli_campaign_preview(struct command_line *line, int argc, char **argv)
{
    g_autofree char *price = NULL;
    const GOptionEntry entries[] = {
        {"price", 0, 0, G_OPTION_ARG_STRING, &price,
         "Price of one part in đồng (default: of the dearest modem)", "DONG"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *id = call_escape(line->arguments[0]);
    g_autofree char *value = price != NULL ? call_escape(price) : NULL;
    g_autofree char *path =
        g_strdup_printf("/v1/campaigns/%s/preview%s%s", id, value != NULL ? "?price=" : "",
                        value != NULL ? value : "");
    json_t *preview = call_get(line, path, &code);
    if (preview == NULL)
        return code;
    if (line->json)
        call_print_json(preview);
    else
        print_preview(preview);
    json_decref(preview);
    return EX_OK;
}
