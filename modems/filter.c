// SPDX-License-Identifier: GPL-2.0-or-later
/* Between libgammu and the modem, so that libgammu meets a modem as its authors imagined one:
 * every command echoed (by us; the modem's own echo is taken out), then nothing but lines that
 * answer it, then one final result; `> ` exactly so. Unsolicited results never reach it: they are
 * told to the worker, or counted as noise. A few questions of libgammu's start-up, to which an
 * unlucky answer makes it give up, are answered here.
 *
 * One command at a time. A submission runs PROMPTING → ENTERING → SUBMITTED; from the moment Ctrl-Z
 * has passed nothing reaches the modem until its answer has come. */
#include "modems/filter.h"

#include "modems/stand_in.h"
#include "modems/ussd_line.h"

#include <stdlib.h>
#include <string.h>

enum step {
    STEP_IDLE,
    STEP_ASKED,     /* a command was sent; its final result is awaited */
    STEP_PROMPTING, /* AT+CMGS was sent; the prompt is awaited */
    STEP_ENTERING,  /* the prompt was passed on; the PDU passes */
    STEP_SUBMITTED, /* Ctrl-Z passed */
};

enum { LINE_MAX_SIZE = 4096, COMMAND_MAX = 1024, CTRL_Z = 0x1a, ESC = 0x1b };
enum {
    DOUBT_ECHO_MS = 700,   /* an echo comes with the first octets of an answer */
    DOUBT_ERROR_MS = 5000, /* the error was of something else, and +CMGS still comes */
    DOUBT_OK_MS = 2000,    /* so was the OK */
    DOUBT_TEXT_MS = 2000,  /* a text over USSD comes at once, or was cut */
};

struct filter {
    const struct filter_hooks *hooks;
    void *data;
    GByteArray *to_host, *to_modem;
    enum step step;
    bool own;                /* the command is ours, not the host's */
    bool echo_pending;       /* the modem has not repeated the command yet */
    bool echoes;             /* it does, as far as is known */
    bool doubted;            /* `doubt` came before the echo */
    struct result doubt;     /* whose answer it ends is not known yet */
    bool prompt_astray;      /* a prompt was given up: it may still come */
    bool own_centre;         /* the PDU shall name no service centre */
    unsigned entered;        /* digits of the PDU from the host */
    unsigned centre;         /* octets of its service centre */
    GString *command;        /* the one being answered, without CR */
    GString *typed;          /* from the host, until its CR */
    GString *line;           /* from the modem, until its end */
    bool wrapped;            /* it is a text over USSD with line ends inside its quotes */
    uint8_t last;            /* octet from the modem */
    enum result_kind pushed; /* the next line is its PDU; RESULT_ANSWER: none */
    GPtrArray *lines;        /* answer to our own command */
    GHashTable *known;       /* command of the host → the answer that it gets from here */
    struct filter_submission submission;
    uint64_t heard;
};

static void append(GByteArray *bytes, const char *text)
{
    g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text));
}

static void tell_host(struct filter *filter, const char *line)
{
    append(filter->to_host, "\r\n");
    append(filter->to_host, line);
    append(filter->to_host, "\r\n");
}

static void notice(struct filter *filter, enum result_kind kind, const char *text)
{
    struct filter_notice notice = {.kind = kind, .index = -1, .text = text};
    bool stored = kind == RESULT_STORED_MESSAGE || kind == RESULT_STORED_REPORT;
    if (stored && !result_pointer(text, notice.memory, &notice.index))
        notice.kind = RESULT_NOISE;
    filter->hooks->noticed(filter->data, &notice);
}

/* ---- commands ---- */

static bool submitting(const struct filter *filter)
{
    return filter->step == STEP_PROMPTING || filter->step == STEP_ENTERING ||
           filter->step == STEP_SUBMITTED;
}

static void end_submission(struct filter *filter, const struct result *result)
{
    filter->submission.ended = true;
    filter->submission.result = *result;
    filter->hooks->answered(filter->data, &filter->submission);
}

/* The exact line is kept for the verdict; the host gets the plainest form of it. */
static void tell_host_final(struct filter *filter, const struct result *result, bool at_prompt)
{
    char text[32];
    if (result->code >= 0 && (result->final == RESULT_CMS || result->final == RESULT_CME)) {
        g_snprintf(text, sizeof text, "+CM%c ERROR: %d", result->final == RESULT_CMS ? 'S' : 'E',
                   result->code);
        tell_host(filter, text);
        return;
    }
    /* An OK in place of the prompt would make the host type the PDU into nowhere. */
    tell_host(filter, result->final == RESULT_OK && !at_prompt ? "OK" : "ERROR");
}

static void end_command(struct filter *filter, const struct result *result)
{
    bool at_prompt = filter->step == STEP_PROMPTING;
    bool was_submission = submitting(filter);
    filter->step = STEP_IDLE;
    filter->echo_pending = filter->doubted = false;
    filter->prompt_astray |= at_prompt;
    if (was_submission) {
        struct result kept = *result;
        if (at_prompt && kept.final == RESULT_OK)
            kept.final = RESULT_NO_PROMPT;
        tell_host_final(filter, result, at_prompt);
        end_submission(filter, &kept);
    } else if (filter->own) {
        filter->hooks->asked(filter->data, result, filter->lines);
        g_ptr_array_set_size(filter->lines, 0);
    } else {
        tell_host_final(filter, result, false);
    }
}

static void end_by_modem(struct filter *filter, const struct result *result)
{
    filter->heard++;
    end_command(filter, result);
}

static void begin_command(struct filter *filter, const char *command, bool own)
{
    g_string_assign(filter->command, command);
    filter->own = own;
    filter->echo_pending = true;
    filter->doubted = false;
    filter->step = STEP_ASKED;
    if (!own && g_ascii_strncasecmp(command, "AT+CMGS=", 8) == 0) {
        filter->step = STEP_PROMPTING;
        filter->prompt_astray = false;
        filter->submission = (struct filter_submission){.begun = true, .reference = -1};
    }
    append(filter->to_modem, command);
    append(filter->to_modem, "\r");
}

static bool answer_here(struct filter *filter, const char *command)
{
    const char *known = g_hash_table_lookup(filter->known, command);
    if (known != NULL) {
        tell_host(filter, known);
        tell_host(filter, "OK");
        return true;
    }
    const char *line = NULL, *final = NULL;
    if (!stand_in(command, &line, &final))
        return false;
    if (line != NULL)
        tell_host(filter, line);
    tell_host(filter, final);
    return true;
}

static void take_command(struct filter *filter)
{
    g_autofree char *command = g_strstrip(g_strdup(filter->typed->str));
    g_string_truncate(filter->typed, 0);
    if (command[0] == '\0')
        return;
    append(filter->to_host, command);
    append(filter->to_host, "\r");
    if (!answer_here(filter, command))
        begin_command(filter, command, false);
}

/* ---- from the host ---- */

static void submit(struct filter *filter)
{
    if (filter->hooks->may_submit(filter->data)) {
        uint8_t byte = CTRL_Z;
        filter->submission.submitted = true;
        filter->step = STEP_SUBMITTED;
        g_byte_array_append(filter->to_modem, &byte, 1);
        return;
    }
    uint8_t byte = ESC;
    g_byte_array_append(filter->to_modem, &byte, 1);
    end_command(filter, &(struct result){.final = RESULT_WITHHELD, .code = -1});
}

static void give_up_submission(struct filter *filter)
{
    uint8_t byte = ESC;
    g_byte_array_append(filter->to_modem, &byte, 1);
    filter->prompt_astray = filter->step == STEP_PROMPTING;
    filter->step = STEP_IDLE;
    filter->echo_pending = filter->doubted = false;
    end_submission(filter, &(struct result){.final = RESULT_NO_PROMPT, .code = -1});
}

/* A PDU begins with the service centre and, before it, the number of its octets; 0 stands for the
 * one in the SIM. */
static void enter_digit(struct filter *filter, uint8_t byte)
{
    unsigned at = filter->entered++;
    if (!filter->own_centre || at >= 2 + 2 * filter->centre) {
        g_byte_array_append(filter->to_modem, &byte, 1);
        return;
    }
    if (at >= 2)
        return;
    filter->centre = filter->centre * 16 + (unsigned)MAX(g_ascii_xdigit_value((char)byte), 0);
    append(filter->to_modem, "0");
}

static void enter_byte(struct filter *filter, uint8_t byte)
{
    if (byte == CTRL_Z)
        submit(filter);
    else if (byte == ESC)
        give_up_submission(filter);
    else
        enter_digit(filter, byte);
}

static void command_byte(struct filter *filter, uint8_t byte)
{
    if (byte == ESC && filter->step == STEP_PROMPTING)
        give_up_submission(filter);
    else if (byte == ESC || byte == CTRL_Z) /* of an entry that is over already */
        g_string_truncate(filter->typed, 0);
    else if (byte == '\r')
        take_command(filter);
    else if (byte >= ' ' && filter->typed->len < COMMAND_MAX)
        g_string_append_c(filter->typed, (char)byte);
}

void filter_host(struct filter *filter, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        if (filter->step == STEP_ENTERING)
            enter_byte(filter, at[i]);
        else if (filter->step != STEP_SUBMITTED)
            command_byte(filter, at[i]);
    }
}

/* ---- from the modem ---- */

static void take_answer(struct filter *filter, const char *line)
{
    filter->heard++;
    if (result_names(filter->command->str, line))
        filter->echo_pending = filter->doubted = false; /* it was garbled: this is the answer */
    if (filter->own) {
        g_ptr_array_add(filter->lines, g_strdup(line));
        return;
    }
    if (filter->step == STEP_SUBMITTED) {
        const char *number = line + strcspn(line, "0123456789");
        unsigned long reference = strtoul(number, NULL, 10);
        if (*number == '\0')
            return;
        filter->submission.reference = (int32_t)(reference & 0xff);
        char text[24];
        g_snprintf(text, sizeof text, "+CMGS: %d", filter->submission.reference);
        tell_host(filter, text);
        return;
    }
    tell_host(filter, line);
}

/* The echo may have lost its head to noise on the line, or carry noise before it. */
static bool is_echo(const struct filter *filter, const char *line)
{
    return filter->echo_pending &&
           (g_str_has_suffix(line, filter->command->str) ||
            (strlen(line) >= 4 && g_str_has_suffix(filter->command->str, line)));
}

static bool is_entry_echo(const struct filter *filter, const char *line)
{
    bool after_prompt = filter->step == STEP_ENTERING || filter->step == STEP_SUBMITTED;
    return after_prompt && line[strspn(line, "0123456789ABCDEFabcdef> \x1a")] == '\0';
}

static void take_final(struct filter *filter, const struct result *result)
{
    bool unechoed = filter->step != STEP_IDLE && filter->echo_pending && filter->echoes;
    bool vague =
        filter->step == STEP_SUBMITTED && filter->submission.reference < 0 && result->code < 0;
    filter->doubted = unechoed || vague;
    if (filter->doubted)
        filter->doubt = *result;
    if (filter->doubted || filter->step == STEP_IDLE)
        notice(filter, RESULT_NOISE, result->line);
    else
        end_by_modem(filter, result);
}

/* A modem that has booted owes no answer any more. */
static void lose_submission(struct filter *filter, const char *line)
{
    struct result result = {.final = RESULT_NO_ANSWER, .code = -1};
    g_strlcpy(result.line, line, sizeof result.line);
    if (!filter->submission.submitted)
        result.final = RESULT_NO_PROMPT;
    end_command(filter, &result);
}

/* True when the line was the PDU that an unsolicited head announced. */
static bool take_pushed(struct filter *filter, const char *line)
{
    enum result_kind kind = filter->pushed;
    filter->pushed = RESULT_ANSWER;
    if (kind == RESULT_ANSWER || !result_is_hex(line))
        return false;
    notice(filter, kind == RESULT_PUSHED_OTHER ? RESULT_NOISE : kind, line);
    return true;
}

static bool announces_message(enum result_kind kind)
{
    return kind >= RESULT_STORED_MESSAGE && kind <= RESULT_PUSHED_OTHER;
}

static void take_unsolicited(struct filter *filter, enum result_kind kind, const char *line)
{
    if (kind == RESULT_PUSHED_MESSAGE || kind == RESULT_PUSHED_REPORT ||
        kind == RESULT_PUSHED_OTHER)
        filter->pushed = kind;
    else
        notice(filter, kind == RESULT_ANSWER ? RESULT_NOISE : kind, line);
    if (kind == RESULT_RESTARTED && submitting(filter))
        lose_submission(filter, line);
}

static void take_line(struct filter *filter, const char *line)
{
    struct result result;
    enum result_kind kind = result_kind(line);
    if (take_pushed(filter, line) || is_entry_echo(filter, line))
        return;
    if (kind != RESULT_USSD && is_echo(filter, line)) {
        filter->echo_pending = filter->doubted = false;
        filter->echoes = true;
        g_ptr_array_set_size(filter->lines, 0);
        return;
    }
    if (result_read(line, &result)) {
        take_final(filter, &result);
        return;
    }
    if (filter->step != STEP_IDLE && !announces_message(kind) &&
        result_answers(filter->command->str, line))
        take_answer(filter, line);
    else
        take_unsolicited(filter, kind, line);
}

static void finish_line(struct filter *filter)
{
    GString *line = filter->line;
    while (line->len > 0 && strchr(" \n", line->str[line->len - 1]) != NULL)
        g_string_truncate(line, line->len - 1);
    if (line->len == 0)
        return;
    filter->wrapped = false;
    g_autofree char *text = g_strdup(line->str);
    g_string_truncate(line, 0);
    take_line(filter, text);
}

/* A text over USSD was cut, closing quote and all: what the modem said after it has its turn now.
 */
static void end_cut_text(struct filter *filter)
{
    size_t length = ussd_line_length(filter->line->str, filter->command->str, false);
    g_autofree char *rest = g_strdup(filter->line->str + length);
    g_string_truncate(filter->line, length);
    finish_line(filter);
    filter_modem(filter, rest, strlen(rest));
}

static void end_line(struct filter *filter)
{
    GString *line = filter->line;
    bool open = ussd_line_is_open(line->str);
    filter->wrapped |= open;
    if (filter->wrapped)
        g_string_append_c(line, '\n');
    if (filter->wrapped && ussd_line_length(line->str, filter->command->str, true) < line->len)
        end_cut_text(filter);
    else if (!open)
        finish_line(filter);
}

static void take_prompt(struct filter *filter)
{
    g_string_truncate(filter->line, 0);
    if (filter->step == STEP_PROMPTING) {
        filter->heard++;
        filter->step = STEP_ENTERING;
        filter->entered = filter->centre = 0;
        filter->echo_pending = false;
        append(filter->to_host, "\r\n> ");
        return;
    }
    uint8_t byte = ESC; /* a prompt that was given up comes after all: leave it */
    filter->prompt_astray = false;
    g_byte_array_append(filter->to_modem, &byte, 1);
}

/* `>` at the beginning of a line, whatever was crippled on its way there. */
static bool is_prompt(const struct filter *filter)
{
    const GString *line = filter->line;
    for (size_t i = 0; i + 1 < line->len; i++) {
        if (g_ascii_isgraph(line->str[i]))
            return false;
    }
    return line->str[line->len - 1] == '>' &&
           (filter->step == STEP_PROMPTING || filter->prompt_astray);
}

static void modem_byte(struct filter *filter, uint8_t byte)
{
    GString *line = filter->line;
    bool second = byte == '\n' && filter->last == '\r'; /* half of one line end */
    if (byte == '\r' || byte == '\n') {
        if (!second || !filter->wrapped)
            end_line(filter);
        return;
    }
    if (filter->wrapped && line->len >= LINE_MAX_SIZE)
        end_cut_text(filter);
    if (byte == '\0' || (byte == ' ' && line->len == 0) || line->len >= LINE_MAX_SIZE)
        return;
    g_string_append_c(line, (char)byte);
    if (is_prompt(filter))
        take_prompt(filter);
}

void filter_modem(struct filter *filter, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        modem_byte(filter, at[i]);
        filter->last = at[i];
    }
}

void filter_hang_up(struct filter *filter)
{
    struct result result = {.final = RESULT_HANG_UP, .code = -1};
    if (filter->wrapped)
        end_cut_text(filter);
    if (filter->step != STEP_IDLE)
        end_command(filter, &result);
}

/* ---- our own commands, and the rest ---- */

bool filter_ask(struct filter *filter, const char *command)
{
    if (submitting(filter) || (filter->step == STEP_ASKED && filter->own))
        return false;
    g_ptr_array_set_size(filter->lines, 0);
    begin_command(filter, command, true);
    return true;
}

void filter_abandon(struct filter *filter)
{
    if (filter->step != STEP_ASKED)
        return;
    filter->step = STEP_IDLE;
    filter->echo_pending = filter->doubted = false;
    g_ptr_array_set_size(filter->lines, 0);
}

uint64_t filter_heard(const struct filter *filter)
{
    return filter->heard;
}

enum filter_wait filter_host_waits(const struct filter *filter)
{
    if (filter->step == STEP_PROMPTING)
        return FILTER_WAITS_FOR_PROMPT;
    return filter->step == STEP_ASKED && !filter->own ? FILTER_WAITS_FOR_ANSWER : FILTER_WAITS_NOT;
}

void filter_expire(struct filter *filter)
{
    switch (filter_host_waits(filter)) {
    case FILTER_WAITS_NOT:
        return;
    case FILTER_WAITS_FOR_PROMPT:
        give_up_submission(filter);
        tell_host(filter, "ERROR");
        return;
    case FILTER_WAITS_FOR_ANSWER:
        end_command(filter, &(struct result){.final = RESULT_NO_ANSWER, .code = -1});
        return;
    }
}

unsigned filter_doubts(const struct filter *filter)
{
    if (!filter->doubted)
        return filter->wrapped ? DOUBT_TEXT_MS : 0;
    if (filter->step != STEP_SUBMITTED)
        return DOUBT_ECHO_MS;
    return filter->doubt.final == RESULT_OK ? DOUBT_OK_MS : DOUBT_ERROR_MS;
}

void filter_trust(struct filter *filter)
{
    if (!filter->doubted) {
        if (filter->wrapped)
            end_cut_text(filter);
        return;
    }
    struct result result = filter->doubt;
    filter->echoes &= !filter->echo_pending;
    end_by_modem(filter, &result);
}

void filter_know(struct filter *filter, const char *command, const char *answer)
{
    g_hash_table_insert(filter->known, g_strdup(command), g_strdup(answer));
}

void filter_own_centre(struct filter *filter, bool own)
{
    filter->own_centre = own;
}

const struct filter_submission *filter_submission(const struct filter *filter)
{
    return &filter->submission;
}

void filter_renew(struct filter *filter)
{
    filter->submission = (struct filter_submission){.reference = -1};
}

GByteArray *filter_to_host(struct filter *filter)
{
    return filter->to_host;
}

GByteArray *filter_to_modem(struct filter *filter)
{
    return filter->to_modem;
}

struct filter *filter_new(const struct filter_hooks *hooks, void *data)
{
    struct filter *filter = g_new0(struct filter, 1);
    filter->hooks = hooks;
    filter->data = data;
    filter->to_host = g_byte_array_new();
    filter->to_modem = g_byte_array_new();
    filter->command = g_string_new(NULL);
    filter->typed = g_string_new(NULL);
    filter->line = g_string_new(NULL);
    filter->lines = g_ptr_array_new_with_free_func(g_free);
    filter->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    filter->submission.reference = -1;
    filter->echoes = true;
    return filter;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    g_byte_array_unref(filter->to_host);
    g_byte_array_unref(filter->to_modem);
    g_string_free(filter->command, TRUE);
    g_string_free(filter->typed, TRUE);
    g_string_free(filter->line, TRUE);
    g_ptr_array_unref(filter->lines);
    g_hash_table_unref(filter->known);
    g_free(filter);
}
