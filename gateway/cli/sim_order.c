// SPDX-License-Identifier: GPL-2.0-or-later
/* loa sim check, topup, register: orders a dialogue with the operator, waits until all that follows
 * from it is read, and prints what came. The code of a card is wiped wherever this process had it,
 * also from its own command line. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/sim.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    LOOK_MS = 300,
    QUIET_LOOKS = 20,     /* so long nothing is said of the waiting */
    PATIENCE_S = 10 * 60, /* an SMS may be waited for, behind others in the queue */
};

/* ---- orders ---- */

static json_t *order(struct command_line *line, const char *modem, const char *what,
                     const char *body, int *retcode)
{
    g_autofree char *name = call_escape(modem);
    g_autofree char *path = g_strdup_printf("/v1/sims/%s/%s", name, what);
    return call_post(line, path, body, retcode);
}

/* The SIM once nobody asks it any more; NULL: everything was said. */
static json_t *wait_for(struct command_line *line, const char *modem, int *retcode)
{
    int64_t until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
    for (unsigned looks = 1;; looks++) {
        json_t *sim = sim_get(line, modem, retcode);
        if (sim == NULL || !json_is_true(json_object_get(sim, "checking")))
            return sim;
        json_decref(sim);
        if (looks == QUIET_LOOKS)
            fprintf(stderr, "loa: waiting for %s: it is busy or away, or an SMS is to follow\n",
                    modem);
        if (g_get_monotonic_time() > until) {
            *retcode = command_fail(EX_TEMPFAIL,
                                    "%s is still being asked; what comes of it: loa sim show %s",
                                    modem, modem);
            return NULL;
        }
        g_usleep(LOOK_MS * 1000);
    }
}

/* ---- what came ---- */

static void print_words(const char *words)
{
    g_autofree char *clean = table_clean(words);
    if (clean[0] != '\0')
        printf("  “%s”\n", clean);
}

/* The readings of this order, as they came: those that were not there before it. */
static unsigned print_new_readings(const json_t *sim, int64_t dialogue, const char *since)
{
    const json_t *readings = json_object_get(sim, "readings"); /* newest first */
    unsigned count = 0;
    for (size_t i = json_array_size(readings); i > 0; i--) {
        const json_t *reading = json_array_get(readings, i - 1);
        bool own = call_number(reading, "dialogue") >= dialogue;
        bool later = strcmp(call_text(reading, "at"), since) > 0;
        if (!own && !later)
            continue;
        print_words(call_text(reading, "text"));
        count++;
    }
    return count;
}

static void print_state(const json_t *sim)
{
    g_autofree char *balance = sim_money(sim, "balance_now");
    g_autofree char *note = sim_note(sim);
    const char *expires = call_text(sim, "expires_on");
    const json_t *bundle = json_object_get(sim, "bundle_now");
    printf("%s: %s", call_text(sim, "modem"), *balance != '\0' ? balance : "balance not known");
    if (expires[0] != '\0')
        printf(", until %s", expires);
    if (json_is_integer(bundle))
        printf(", bundle %" JSON_INTEGER_FORMAT, json_integer_value(bundle));
    printf("\n");
    if (*note != '\0')
        printf("  %s\n", note);
}

/* ---- check ---- */

/* "" where there is none. */
static char *newest_reading(struct command_line *line, const char *modem, int *retcode)
{
    json_t *sim = sim_get(line, modem, retcode);
    if (sim == NULL)
        return NULL;
    char *at = g_strdup(call_text(json_array_get(json_object_get(sim, "readings"), 0), "at"));
    json_decref(sim);
    return at;
}

struct ordered {
    char *modem, *since;
    int64_t dialogue;
};

/* What is known of a SIM that said nothing is old. */
static int complain_of_silence(struct command_line *line, const struct ordered *ordered)
{
    int code = EX_OK;
    g_autofree char *path = g_strdup_printf("/v1/ussd/%" G_GINT64_FORMAT, ordered->dialogue);
    json_t *dialogue = call_get(line, path, &code);
    if (dialogue == NULL)
        return code;
    const char *cause = call_text(dialogue, "cause");
    if (call_text(dialogue, "text")[0] == '\0')
        code = command_fail(EX_TEMPFAIL, "%s brought no answer: %s", ordered->modem,
                            cause[0] != '\0' ? cause : "the operator said nothing");
    json_decref(dialogue);
    return code;
}

static int finish_check(struct command_line *line, const struct ordered *ordered, json_t *all)
{
    int code = EX_OK;
    json_t *sim = wait_for(line, ordered->modem, &code);
    if (sim == NULL)
        return code;
    if (line->json) {
        json_array_append(all, sim);
    } else {
        print_state(sim);
        print_new_readings(sim, ordered->dialogue, ordered->since);
    }
    json_decref(sim);
    return complain_of_silence(line, ordered);
}

static void free_ordered(gpointer data)
{
    struct ordered *ordered = data;
    g_free(ordered->modem);
    g_free(ordered->since);
    g_free(ordered);
}

/* All are asked at the same time, each by its own modem. */
static int check(struct command_line *line, char *const *modems, const char *body)
{
    g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func(free_ordered);
    int worst = EX_OK, code = EX_OK;
    for (; *modems != NULL; modems++) {
        g_autofree char *since = newest_reading(line, *modems, &code);
        json_t *answer = since != NULL ? order(line, *modems, "check", body, &code) : NULL;
        if (answer == NULL) {
            worst = code;
            continue;
        }
        struct ordered *ordered = g_new0(struct ordered, 1);
        *ordered = (struct ordered){g_strdup(*modems), g_steal_pointer(&since),
                                    call_number(answer, "dialogue")};
        g_ptr_array_add(orders, ordered);
        json_decref(answer);
    }
    json_t *all = json_array();
    for (guint i = 0; i < orders->len; i++) {
        const struct ordered *ordered = g_ptr_array_index(orders, i);
        code = finish_check(line, ordered, all);
        worst = code != EX_OK ? code : worst;
    }
    if (line->json) {
        json_t *answer = json_pack("{sO}", "sims", all);
        call_print_json(answer);
        json_decref(answer);
    }
    json_decref(all);
    return worst;
}

static char **all_modems(struct command_line *line, int *retcode)
{
    json_t *answer = call_get(line, "/v1/modems", retcode);
    if (answer == NULL)
        return NULL;
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    size_t index;
    const json_t *modem;
    json_array_foreach(json_object_get(answer, "modems"), index, modem)
    {
        g_strv_builder_add(names, call_text(modem, "name"));
    }
    json_decref(answer);
    return g_strv_builder_end(names);
}

int cli_sim_check(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    gboolean every = FALSE;
    const GOptionEntry entries[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &every, "Every SIM", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who asks (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 64);
    if (code != COMMAND_GO_ON)
        return code;
    if (every == (line->count > 0))
        return command_fail(EX_USAGE, "say which modems, or --all");
    g_autofree char *body = call_body("by", by, NULL);
    if (!every)
        return check(line, line->arguments, body);
    g_auto(GStrv) modems = all_modems(line, &code);
    return modems != NULL ? check(line, modems, body) : code;
}

/* ---- topup ---- */

static const struct {
    const char *outcome, *sentence;
    int code;
} outcomes[] = {
    {"done", "the card was taken", EX_OK},
    {"refused", "the operator has refused the card", EX_DATAERR},
    {"not-sent", "the card was not handed in", EX_TEMPFAIL},
    {"running", "the card is still being handed in", EX_TEMPFAIL},
    /* the last, as whatever is not known here means the same */
    {"unclear",
     "nobody knows whether the card was taken: look at the balance before it is handed in again",
     EX_TEMPFAIL},
};

static void print_topup(const json_t *sim, const char *sentence)
{
    const json_t *topup = json_object_get(sim, "topup");
    const char *cause = call_text(topup, "cause");
    printf("%s: %s\n", call_text(sim, "modem"), sentence);
    if (print_new_readings(sim, call_number(topup, "dialogue"), call_text(topup, "at")) == 0)
        print_words(call_text(topup, "text"));
    if (cause[0] != '\0')
        printf("  %s\n", cause);
    g_autofree char *before = sim_money(topup, "balance_before");
    g_autofree char *after = sim_money(topup, "balance_after");
    printf("balance before: %s, after: %s\n", *before != '\0' ? before : "not known",
           *after != '\0' ? after : "not known");
}

/* Prints what came of it, and frees it; the exit code. */
static int finish_topup(const struct command_line *line, json_t *sim)
{
    const json_t *topup = json_object_get(sim, "topup");
    const char *outcome = call_text(topup, "outcome");
    size_t at = 0;
    while (at + 1 < G_N_ELEMENTS(outcomes) && strcmp(outcomes[at].outcome, outcome) != 0)
        at++;
    if (line->json)
        call_print_json(topup);
    else
        print_topup(sim, outcomes[at].sentence);
    json_decref(sim);
    return outcomes[at].code;
}

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
}

/* The argument, or the first line of stdin; NULL: everything was said. The caller wipes. */
static char *read_code(const char *argument)
{
    if (strcmp(argument, "-") != 0)
        return g_strdup(argument);
    char typed[256] = "";
    if (isatty(STDIN_FILENO))
        fputs("code of the card: ", stderr);
    if (fgets(typed, sizeof typed, stdin) == NULL) {
        command_fail(EX_NOINPUT, "no code came on stdin");
        return NULL;
    }
    char *code = g_strdup(typed);
    explicit_bzero(typed, sizeof typed);
    return code;
}

static int hand_in(struct command_line *line, const char *modem, const char *body)
{
    int code = EX_OK;
    json_t *answer = order(line, modem, "topup", body, &code);
    if (answer == NULL)
        return code;
    json_decref(answer);
    if (!line->json)
        printf("%s hands the card in …\n", modem);
    json_t *sim = wait_for(line, modem, &code);
    return sim != NULL ? finish_topup(line, sim) : code;
}

int cli_sim_topup(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    gboolean again = FALSE;
    const GOptionEntry entries[] = {
        {"again", 0, 0, G_OPTION_ARG_NONE, &again,
         "Also a card of which nobody knows what became of it", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who hands it in (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 2, 2);
    if (code != COMMAND_GO_ON)
        return code;
    char *card = read_code(line->arguments[1]);
    if (card == NULL)
        return EX_NOINPUT;
    command_hide(line, 1, argc, argv);
    wipe(line->arguments[1]);
    char *body = call_body("code", card, "by", by, "again", again ? "true" : NULL, NULL);
    code = hand_in(line, line->arguments[0], body);
    wipe(card);
    g_free(card);
    wipe(body);
    g_free(body);
    return code;
}

/* ---- register ---- */

int cli_sim_register(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL;
    const GOptionEntry entries[] = {
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who wants it (default: you)", "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    const char *modem = line->arguments[0];
    g_autofree char *body = call_body("by", by, NULL);
    json_t *answer = order(line, modem, "register", body, &code);
    if (answer == NULL)
        return code;
    json_decref(answer);
    json_t *sim = wait_for(line, modem, &code);
    if (sim == NULL)
        return code;
    const json_t *registration = json_object_get(sim, "registration");
    const char *outcome = call_text(registration, "outcome");
    bool done = strcmp(outcome, "done") == 0;
    if (line->json) {
        call_print_json(registration);
    } else {
        printf("%s: bundle %s %s\n", modem, call_text(sim, "bundle"),
               done ? "is registered" : "was not registered");
        print_words(call_text(registration, "text"));
        print_words(call_text(registration, "cause"));
        print_state(sim);
    }
    json_decref(sim);
    return done ? EX_OK : EX_DATAERR;
}
