// SPDX-License-Identifier: GPL-2.0-or-later
/* loa ussd MODEM CODE: leads a dialogue from the terminal, a pipe or its own arguments. Signals are
 * read like input, so that a menu is closed whatever ends the command. What the network says goes
 * to stdout, everything else to stderr. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

enum { LOOK_MS = 250, PATIENCE_LOOKS = 6 };

struct talk {
    struct command_line *line;
    const char *modem, *by;
    char **answers; /* that are still to be given; NULL-terminated */
    int64_t id;
    int signals;     /* descriptor */
    bool terminal;   /* stdin is one */
    bool prompted;   /* ">" stands there */
    bool input_over; /* stdin is at its end */
    bool left;       /* the person wants no more */
    size_t shown;    /* steps */
    size_t answered; /* steps there were at the last answer */
    unsigned looks;  /* at a dialogue that has not begun */
    int failed;      /* exit code of an answer that was refused; EX_OK */
    GString *input;
};

/* ---- what the network says ---- */

static void print_text(FILE *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *clean = table_clean(*line);
        fprintf(out, "%s\n", clean);
    }
    fflush(out);
}

static bool is_received(const json_t *step)
{
    return strcmp(call_text(step, "direction"), "received") == 0;
}

static void show_news(struct talk *talk, const json_t *dialogue)
{
    const json_t *steps = json_object_get(dialogue, "steps");
    bool silent = talk->line->json && !talk->terminal; /* the transcript comes at the end */
    for (; talk->shown < json_array_size(steps); talk->shown++) {
        const json_t *step = json_array_get(steps, talk->shown);
        if (silent || !is_received(step) || call_text(step, "text")[0] == '\0')
            continue;
        print_text(talk->line->json ? stderr : stdout, call_text(step, "text"));
    }
    bool waits = strcmp(call_text(dialogue, "state"), "idle") == 0;
    if (waits && ++talk->looks == PATIENCE_LOOKS)
        fprintf(stderr, "loa: waiting for %s: another dialogue is open there, or it is not ready\n",
                talk->modem);
}

/* A menu is open that has not been answered yet. */
static bool is_asked(const struct talk *talk, const json_t *dialogue)
{
    return !talk->left && strcmp(call_text(dialogue, "state"), "menu-open") == 0 &&
           json_array_size(json_object_get(dialogue, "steps")) > talk->answered;
}

/* ---- what is said to it ---- */

static json_t *post(const struct talk *talk, const char *what, const char *text, int *retcode)
{
    g_autofree char *path = g_strdup_printf("/v1/ussd/%" G_GINT64_FORMAT "/%s", talk->id, what);
    g_autofree char *body = call_body("text", text, "by", talk->by, NULL);
    return call_post(talk->line, path, body, retcode);
}

static void leave(struct talk *talk)
{
    int code = EX_OK;
    if (talk->left)
        return;
    talk->left = true;
    json_decref(post(talk, "cancel", NULL, &code));
}

static void answer(struct talk *talk, const char *text)
{
    int code = EX_OK;
    if (!talk->prompted && !talk->line->json && isatty(STDERR_FILENO))
        fprintf(stderr, "> %s\n", text);
    json_t *done = post(talk, "answer", text, &code);
    talk->prompted = false;
    if (done != NULL) {
        talk->answered = talk->shown;
    } else if (!talk->terminal) {
        talk->failed = code;
        leave(talk);
    }
    json_decref(done);
}

/* The next line of stdin as far as it is there, NULL: not yet. The caller frees. */
static char *take_line(struct talk *talk)
{
    char *end = strchr(talk->input->str, '\n');
    if (end == NULL && !(talk->input_over && talk->input->len > 0))
        return NULL;
    size_t length = end != NULL ? (size_t)(end - talk->input->str) : talk->input->len;
    char *line = g_strndup(talk->input->str, length);
    g_string_erase(talk->input, 0, (gssize)(end != NULL ? length + 1 : length));
    return g_strstrip(line);
}

static void respond(struct talk *talk)
{
    if (*talk->answers != NULL) {
        answer(talk, *talk->answers++);
        return;
    }
    g_autofree char *line = take_line(talk);
    if (line != NULL && line[0] != '\0') {
        answer(talk, line);
    } else if (line != NULL || talk->input_over) {
        leave(talk);
    } else if (talk->terminal && !talk->prompted) {
        fputs("> ", stderr);
        talk->prompted = true;
    }
}

static void read_input(struct talk *talk)
{
    char bytes[1024];
    ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
    if (got > 0)
        g_string_append_len(talk->input, bytes, got);
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        talk->input_over = true;
    if (talk->input_over && talk->prompted)
        fputc('\n', stderr);
}

/* Until there is input or it is time to look again. False: a second signal, the person has no time
 * for any of this. */
static bool wait_a_while(struct talk *talk, bool asked)
{
    bool listens = asked && !talk->input_over && !talk->left;
    struct pollfd watched[] = {{.fd = talk->signals, .events = POLLIN},
                               {.fd = listens ? STDIN_FILENO : -1, .events = POLLIN}};
    struct signalfd_siginfo told;
    if (poll(watched, G_N_ELEMENTS(watched), LOOK_MS) <= 0)
        return true;
    if (watched[1].revents != 0)
        read_input(talk);
    if (watched[0].revents == 0 || read(talk->signals, &told, sizeof told) != sizeof told)
        return true;
    if (talk->left)
        return false;
    if (talk->prompted)
        fputc('\n', stderr);
    leave(talk);
    return true;
}

/* ---- the end ---- */

static bool has_spoken(const json_t *dialogue)
{
    return call_text(dialogue, "text")[0] != '\0';
}

static int end_code(const struct talk *talk, const json_t *dialogue)
{
    const char *state = call_text(dialogue, "state"), *cause = call_text(dialogue, "cause");
    if (talk->failed != EX_OK)
        return talk->failed;
    if (strcmp(state, "answered") == 0 && *talk->answers != NULL)
        return command_fail(EX_DATAERR,
                            "the network has said all; it did not ask for the answer \"%s\"",
                            *talk->answers);
    if (strcmp(state, "answered") == 0)
        return has_spoken(dialogue) || talk->line->json
                   ? EX_OK
                   : command_fail(EX_OK, "the network has taken it without a word");
    if (talk->left && has_spoken(dialogue))
        return EX_OK;
    return command_fail(talk->left || strcmp(state, "timed-out") == 0 ? EX_TEMPFAIL
                                                                      : EX_UNAVAILABLE,
                        "%s", cause[0] != '\0' ? cause : "the dialogue was closed");
}

static int finish(struct talk *talk, const json_t *dialogue)
{
    bool unasked = talk->prompted && !talk->left && !talk->input_over;
    if (unasked)
        fputc('\n', stderr);
    if (talk->line->json)
        call_print_json(dialogue);
    return end_code(talk, dialogue);
}

static int lead(struct talk *talk)
{
    g_autofree char *path = g_strdup_printf("/v1/ussd/%" G_GINT64_FORMAT, talk->id);
    int code = EX_OK;
    for (;;) {
        json_t *dialogue = call_get(talk->line, path, &code);
        if (dialogue == NULL)
            return code;
        show_news(talk, dialogue);
        if (!json_is_true(json_object_get(dialogue, "open"))) {
            code = finish(talk, dialogue);
            json_decref(dialogue);
            return code;
        }
        if (is_asked(talk, dialogue))
            respond(talk);
        bool asked = is_asked(talk, dialogue);
        json_decref(dialogue);
        if (!wait_a_while(talk, asked))
            return command_fail(EX_TEMPFAIL,
                                "not waited for; what becomes of it: loa ussd show "
                                "%" G_GINT64_FORMAT,
                                talk->id);
    }
}

/* ---- the beginning ---- */

/* A modem that does not work is no mistake of who asked. */
static int refusal_code(const struct talk *talk, int code)
{
    int ignored = EX_OK;
    json_t *modems = code == EX_DATAERR ? call_get(talk->line, "/v1/modems", &ignored) : NULL;
    size_t index;
    const json_t *modem;
    json_array_foreach(json_object_get(modems, "modems"), index, modem)
    {
        const char *state = call_text(modem, "state");
        const char *const hopeless[] = {"absent", "sick", "faulty", NULL};
        if (strcmp(call_text(modem, "name"), talk->modem) == 0 && g_strv_contains(hopeless, state))
            code = EX_UNAVAILABLE;
    }
    json_decref(modems);
    return code;
}

static int dial(struct talk *talk, const char *text, bool secret)
{
    int code = EX_OK;
    g_autofree char *name = call_escape(talk->modem);
    g_autofree char *path = g_strdup_printf("/v1/modems/%s/ussd", name);
    g_autofree char *body =
        call_body("text", text, "by", talk->by, "secret", secret ? "true" : NULL, NULL);
    json_t *begun = call_post(talk->line, path, body, &code);
    if (begun == NULL)
        return refusal_code(talk, code);
    talk->id = call_number(begun, "dialogue");
    json_decref(begun);
    return lead(talk);
}

static int open_signals(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        sigaddset(&set, ends[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

int cli_ussd(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    gboolean secret = FALSE;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: your user)", "WHO"},
        {"secret", 0, 0, G_OPTION_ARG_NONE, &secret,
         "Write down only the last digits of what is typed, as is done with 12 digits or more",
         NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, G_MAXUINT);
    if (code != COMMAND_GO_ON)
        return code;
    if (secret)
        command_hide(line, 1, argc, argv);
    struct talk talk = {.line = line,
                        .modem = line->arguments[0],
                        .by = by,
                        .answers = line->arguments + 2,
                        .signals = open_signals(),
                        .terminal = isatty(STDIN_FILENO) != 0,
                        .failed = EX_OK,
                        .input = g_string_new(NULL)};
    if (talk.signals < 0)
        code = command_fail(EX_OSERR, "signals cannot be read: %s", g_strerror(errno));
    else
        code = dial(&talk, line->arguments[1], secret);
    if (talk.signals >= 0)
        close(talk.signals);
    g_string_free(talk.input, TRUE);
    return code;
}
