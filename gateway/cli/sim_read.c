// SPDX-License-Identifier: GPL-2.0-or-later
/* loa sim read: what the patterns of the operators' file make of a text, before a SIM depends on
 * them. Needs no service and no modem: the file, and the operator's words. */
#include "campaigns/day.h"
#include "campaigns/figure.h"
#include "campaigns/sim.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { TEXT_MAX = 2000 };

static const char *const cards[] = {
    [SIM_TOPUP_DONE] = "done", [SIM_TOPUP_REFUSED] = "refused", [SIM_TOPUP_UNCLEAR] = NULL};

/* An argument, or all of stdin without the line ends behind it. NULL: too long, or no text. */
static char *read_text(const char *argument)
{
    if (strcmp(argument, "-") != 0)
        return g_utf8_validate(argument, -1, NULL) ? g_strdup(argument) : NULL;
    char text[TEXT_MAX + 1];
    size_t size = fread(text, 1, sizeof text, stdin);
    if (size > TEXT_MAX || ferror(stdin) || !g_utf8_validate(text, (gssize)size, NULL))
        return NULL;
    return g_strchomp(g_strndup(text, size));
}

static GPtrArray *read_operators(const char *path)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    GPtrArray *operators = operators_read(path, mistakes);
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
        fprintf(stderr, "%s\n", sentence);
    }
    if (mistakes_count(mistakes) == 0)
        return operators;
    g_ptr_array_unref(operators);
    return NULL;
}

static json_t *figure_json(int64_t figure)
{
    return figure != SIM_UNKNOWN ? json_integer(figure) : json_null();
}

static json_t *text_json(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static void print_json(const struct sim_figures *figures, const char *card)
{
    json_t *json = json_pack(
        "{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "matched", figures->matched, "balance",
        figure_json(figures->balance), "expires_on", text_json(figures->expires_on), "locked_on",
        text_json(figures->locked_on), "bundle_left", figure_json(figures->bundle_left),
        "bundle_expires_on", text_json(figures->bundle_expires_on), "number",
        text_json(figures->number), "card", text_json(card));
    call_print_json(json);
    json_decref(json);
}

static void print_line(const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
        printf("%-15s %s\n", name, value);
}

static void print_figures(const struct sim_figures *figures, const char *card)
{
    if (figures->balance != SIM_UNKNOWN) {
        g_autofree char *count = figure_count(figures->balance);
        g_autofree char *money = g_strconcat(count, " đ", NULL);
        print_line("balance", money);
    }
    print_line("expires", figures->expires_on);
    print_line("locked", figures->locked_on);
    if (figures->bundle_left != SIM_UNKNOWN) {
        g_autofree char *parts = figure_count(figures->bundle_left);
        print_line("bundle left", parts);
    }
    print_line("bundle expires", figures->bundle_expires_on);
    print_line("number", figures->number);
    print_line("card", card);
}

/* EX_DATAERR where no pattern finds anything: scripts can try many texts. */
static int read_words(const struct command_line *line, const struct operator_config *found,
                      const char *text)
{
    char today[DAY_SIZE];
    struct sim_figures figures = {0};
    day_of(g_get_real_time() / 1000, NULL, today);
    sim_read(found, text, today, &figures);
    const char *card = cards[sim_read_topup(found, text)];
    bool matched = figures.matched || card != NULL;
    if (line->json)
        print_json(&figures, card);
    else
        print_figures(&figures, card);
    sim_figures_clear(&figures);
    return matched ? EX_OK
                   : command_fail(EX_DATAERR, "no pattern of “%s” reads anything in this text",
                                  found->name);
}

int cli_sim_read(struct command_line *line, int argc, char **argv)
{
    g_autofree char *path = NULL;
    const GOptionEntry entries[] = {
        {"operators", 0, 0, G_OPTION_ARG_FILENAME, &path,
         "The operators' file (default: the set inside the program)", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code != COMMAND_GO_ON)
        return code;
    g_autoptr(GPtrArray) operators = read_operators(path);
    if (operators == NULL)
        return EX_CONFIG;
    const struct operator_config *found = operators_find(operators, line->arguments[0]);
    if (found == NULL)
        return command_fail(EX_DATAERR, "there is no operator “%s” in %s", line->arguments[0],
                            path != NULL ? path : "the set inside the program");
    g_autofree char *text = read_text(line->arguments[1]);
    if (text == NULL || text[0] == '\0')
        return command_fail(EX_DATAERR, "the text must be UTF-8, 1 to %d octets", TEXT_MAX);
    return read_words(line, found, text);
}
