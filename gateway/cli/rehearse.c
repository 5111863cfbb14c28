// SPDX-License-Identifier: GPL-2.0-or-later
/* loa rehearse: what replies to a campaign would mean, before anything is sent. Needs no service
 * and no database: the file, the interpreter, and replies line by line. */
#include "campaigns/figure.h"
#include "campaigns/phone.h"
#include "campaigns/reply.h"
#include "campaigns/reply_warnings.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/rehearse_ussd.h"
#include "gateway/cli/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { REPLIES_MAX_BYTES = 64 * 1024 * 1024 };

struct rehearsal {
    const struct command_line *line;
    const char *file; /* of the replies */
    struct campaign_config campaign;
    struct reply_reader *reader;
    struct table *table; /* NULL with --json */
    unsigned outcome[REPLY_SERVICE + 1];
    unsigned replies, faulty;
};

/* \n \t \r \\ as what they stand for; any other backslash is one. */
static char *unescape(const char *text)
{
    GString *plain = g_string_sized_new(strlen(text));
    for (; *text != '\0'; text++) {
        static const char escapes[] = "ntr\\", meant[] = "\n\t\r\\";
        const char *escape = *text == '\\' && text[1] != '\0' ? strchr(escapes, text[1]) : NULL;
        g_string_append_c(plain, escape != NULL ? meant[escape - escapes] : *text);
        text += escape != NULL;
    }
    return g_string_free(plain, FALSE);
}

static json_t *answer_json(const struct reply_answer *answer)
{
    json_t *json = answer->codes != NULL ? json_array() : json_object();
    for (char **code = answer->codes; code != NULL && *code != NULL; code++)
        json_array_append_new(json, json_string(*code));
    for (unsigned i = 0; i < answer->number_count; i++)
        json_object_set_new(json, answer->numbers[i].field, json_integer(answer->numbers[i].value));
    return json;
}

static void print_json(const char *text, const struct reply_reading *reading)
{
    json_t *answers = json_object();
    for (unsigned i = 0; i < reading->answer_count; i++)
        json_object_set_new(answers, reading->answers[i].question,
                            answer_json(&reading->answers[i]));
    json_t *json = json_pack("{s:s, s:s, s:o, s:b, s:s, s:s}", "text", text, "outcome",
                             reply_outcome_name(reading->outcome), "answers", answers, "opinion",
                             reading->opinion != NULL, "rule", reading->rule, "normalised",
                             reading->normalised);
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
}

/* "buoi: 1", "bc: dot 81, luot 35420". */
static char *answers_text(const struct reply_reading *reading)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < reading->answer_count; i++) {
        const struct reply_answer *answer = &reading->answers[i];
        g_string_append_printf(text, "%s%s:", i > 0 ? "; " : "", answer->question);
        for (char **code = answer->codes; code != NULL && *code != NULL; code++)
            g_string_append_printf(text, "%s %s", code > answer->codes ? "," : "", *code);
        for (unsigned n = 0; n < answer->number_count; n++)
            g_string_append_printf(text, "%s %s %" G_GINT64_FORMAT, n > 0 ? "," : "",
                                   answer->numbers[n].field, answer->numbers[n].value);
    }
    if (reading->opinion != NULL)
        g_string_append(text, text->len > 0 ? "; + opinion" : "opinion");
    return g_string_free(text, FALSE);
}

static void show(struct rehearsal *rehearsal, const char *text, const struct reply_reading *reading)
{
    rehearsal->replies++;
    rehearsal->outcome[reading->outcome]++;
    if (rehearsal->table == NULL) {
        print_json(text, reading);
        return;
    }
    g_autofree char *answers = answers_text(reading);
    const char *cells[] = {reply_outcome_name(reading->outcome), answers, reading->rule, text};
    table_add(rehearsal->table, cells);
}

/* A line is the text, or the sender, a tab and the text. */
static void take_line(struct rehearsal *rehearsal, const char *line)
{
    const char *tab = strchr(line, '\t');
    g_autofree char *written = unescape(tab == NULL ? line : tab + 1);
    g_autofree char *text = g_utf8_make_valid(written, -1);
    struct reply_reading reading;
    reply_read(rehearsal->reader, text, &reading);
    if (tab != NULL) {
        g_autofree char *sender = g_strstrip(g_strndup(line, (gsize)(tab - line)));
        struct phone phone = {0};
        if (sender[0] != '\0' &&
            (reply_is_service(sender, text) || !phone_read_sender(sender, &phone))) {
            g_autofree char *normalised = g_steal_pointer(&reading.normalised);
            reply_reading_clear(&reading);
            reading = (struct reply_reading){.outcome = REPLY_SERVICE, .rule = "R1 service"};
            reading.normalised = g_steal_pointer(&normalised);
        }
    }
    show(rehearsal, text, &reading);
    reply_reading_clear(&reading);
}

static int read_replies(struct rehearsal *rehearsal, FILE *input)
{
    char *buffer = NULL;
    size_t size = 0;
    ssize_t got;
    for (unsigned number = 1; (got = getline(&buffer, &size, input)) >= 0; number++) {
        size_t length = (size_t)got;
        while (length > 0 && (buffer[length - 1] == '\n' || buffer[length - 1] == '\r'))
            length--;
        buffer[length] = '\0';
        bool mark = number == 1 && strncmp(buffer, "\xef\xbb\xbf", 3) == 0;
        const char *line = buffer + (mark ? 3 : 0), *end;
        if (g_utf8_validate_len(line, length - (mark ? 3 : 0), &end)) {
            take_line(rehearsal, line);
            continue;
        }
        rehearsal->faulty++;
        command_fail(EX_DATAERR, "%s:%u: byte %zu is not UTF-8; the line was left out",
                     rehearsal->file, number, (size_t)(end - line) + 1);
    }
    free(buffer);
    if (ferror(input))
        return command_fail(EX_IOERR, "%s: %s", rehearsal->file, g_strerror(errno));
    return rehearsal->faulty > 0 ? EX_DATAERR : EX_OK;
}

static void print_summary(const struct rehearsal *rehearsal)
{
    g_autofree char *all = figure_count(rehearsal->replies);
    printf("\n%s %s:", all, rehearsal->replies == 1 ? "reply" : "replies");
    for (int i = REPLY_SERVICE; i >= REPLY_UNCLEAR; i--) {
        g_autofree char *count = figure_count(rehearsal->outcome[i]);
        if (rehearsal->outcome[i] > 0)
            printf(" %s %s", count, reply_outcome_name((enum reply_outcome)i));
    }
    putchar('\n');
}

static int rehearse_replies(struct rehearsal *rehearsal)
{
    static const struct table_column columns[] = {
        {"outcome", false}, {"says", false}, {"rule", false}, {"text", false}};
    bool piped = strcmp(rehearsal->file, "-") == 0;
    FILE *input = piped ? stdin : fopen(rehearsal->file, "re");
    if (input == NULL)
        return command_fail(EX_NOINPUT, "%s: %s", rehearsal->file, g_strerror(errno));
    if (piped)
        rehearsal->file = "stdin";
    rehearsal->reader = reply_reader_new(&rehearsal->campaign);
    if (!rehearsal->line->json)
        rehearsal->table = table_new(columns, G_N_ELEMENTS(columns));
    int code = read_replies(rehearsal, input);
    if (rehearsal->table != NULL && rehearsal->replies > 0) {
        table_print(rehearsal->table);
        print_summary(rehearsal);
    }
    table_free(rehearsal->table);
    reply_reader_free(rehearsal->reader);
    if (!piped)
        fclose(input);
    return code;
}

static void print_mistakes(const GPtrArray *mistakes)
{
    for (guint i = 0; i < mistakes->len; i++) {
        g_autofree char *sentence = mistake_text(mistakes->pdata[i]);
        fprintf(stderr, "%s\n", sentence);
    }
}

static void print_well(const GPtrArray *mistakes, bool json)
{
    if (!json && mistakes->len == 0)
        printf("nothing to warn of; try replies with: --replies FILE\n");
    else if (!json)
        printf("%u %s; try replies with: --replies FILE\n", mistakes->len,
               mistakes->len == 1 ? "warning" : "warnings");
}

/* What to play the file with; both NULL: it is only looked at. */
struct wanted {
    const char *replies;
    const enum ussd_alphabet *menus;
};

static int play_menus(const struct rehearsal *rehearsal, enum ussd_alphabet alphabet)
{
    const struct rehearse_ussd asked = {.line = rehearsal->line,
                                        .campaign = &rehearsal->campaign,
                                        .file = rehearsal->line->arguments[0],
                                        .alphabet = alphabet};
    return rehearse_ussd_play(&asked, stdin);
}

static int rehearse(struct command_line *line, const struct wanted *wanted)
{
    const char *file = line->arguments[0];
    struct rehearsal rehearsal = {.line = line, .file = wanted->replies};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    GString *text = NULL;
    if (!call_read_file(file, &text))
        return EX_NOINPUT;
    int code = EX_OK;
    if (strlen(text->str) != text->len)
        code = command_fail(EX_DATAERR, "%s: holds a NUL byte, so it is no text", file);
    else if (!campaign_config_read(text->str, file, &rehearsal.campaign, mistakes))
        code = EX_CONFIG;
    else
        reply_warnings(&rehearsal.campaign, text->str, file, mistakes);
    print_mistakes(mistakes);
    if (code == EX_OK && wanted->replies != NULL)
        code = rehearse_replies(&rehearsal);
    else if (code == EX_OK && wanted->menus != NULL)
        code = play_menus(&rehearsal, *wanted->menus);
    else if (code == EX_OK)
        print_well(mistakes, line->json);
    campaign_config_clear(&rehearsal.campaign);
    g_string_free(text, TRUE);
    return code;
}

int cli_rehearse(struct command_line *line, int argc, char **argv)
{
    g_autofree char *replies = NULL, *name = NULL;
    gboolean ussd = FALSE;
    enum ussd_alphabet alphabet = USSD_ALPHABET_GSM7;
    const GOptionEntry entries[] = {
        {"replies", 0, 0, G_OPTION_ARG_FILENAME, &replies,
         "Replies to try, one a line: the text, or sender TAB text; \\n \\t \\r \\\\ are escapes",
         "FILE|-"},
        {"ussd", 0, 0, G_OPTION_ARG_NONE, &ussd,
         "Play its USSD menus: a line for each input, or whole paths such as 1*2*0", NULL},
        {"alphabet", 0, 0, G_OPTION_ARG_STRING, &name,
         "Of the menus: gsm7 (182 characters, no diacritics) or ucs2 (91)", "gsm7|ucs2"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    if (name != NULL && (!ussd || !rehearse_ussd_alphabet(name, &alphabet)))
        return command_fail(EX_USAGE, "--alphabet goes with --ussd, and is gsm7 or ucs2");
    if (ussd && replies != NULL)
        return command_fail(EX_USAGE, "--ussd and --replies: one at a time");
    const struct wanted wanted = {replies, ussd ? &alphabet : NULL};
    return rehearse(line, &wanted);
}
