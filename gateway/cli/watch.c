// SPDX-License-Identifier: GPL-2.0-or-later
/* loa campaign watch: asks for the progress until the campaign is where the caller wants it. On a
 * terminal a block of two lines is drawn over itself; elsewhere a line is printed when something
 * changed. A gateway that restarts meanwhile is waited for. */
#include "campaigns/figure.h"
#include "gateway/cli/bar.h"
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    POLL_TERMINAL_MS = 500,
    POLL_PLAIN_MS = 1000,
    AWAY_MAX_S = 60,
    BAR_CELLS_MAX = 40,
    BAR_CELLS_MIN = 10
};

struct watch {
    struct command_line *line;
    char *path;
    bool until_sent, terminal;
    bool drawn; /* the block stands above the cursor */
    bool seen;  /* the service has answered once */
    int64_t away_since;
    char *last; /* what was printed last, where it is no terminal */
};

static unsigned terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

static int64_t time_ms(const json_t *progress, const char *name)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(call_text(progress, name), NULL);
    return time != NULL ? g_date_time_to_unix(time) * 1000 : 0;
}

static void read_facts(const json_t *progress, struct bar_facts *retfacts)
{
    int64_t first = time_ms(progress, "first_sent_at");
    *retfacts = (struct bar_facts){
        .total = call_number(progress, "total"),
        .done = call_number(progress, "total") - call_number(progress, "open"),
        .parts_left = call_number(progress, "parts_open"),
        .parts_last_minute = call_number(progress, "parts_last_minute"),
        .sending_ms = first > 0 ? MAX(time_ms(progress, "at") - first, 1000) : 0,
    };
}

static char *describe_states(const json_t *progress)
{
    GString *text = g_string_new(NULL);
    const char *state;
    const json_t *count;
    json_object_foreach((json_t *)json_object_get(progress, "messages"), state, count)
    {
        if (json_integer_value(count) == 0)
            continue;
        g_autofree char *number = figure_count(json_integer_value(count));
        g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", number, state);
    }
    if (text->len == 0)
        g_string_append(text, "no messages yet");
    return g_string_free(text, FALSE);
}

static char *describe_pace(const json_t *progress, const struct bar_facts *facts)
{
    const char *held = call_text(progress, "held");
    if (*held != '\0')
        return g_strdup_printf("waits: %s", held);
    double rate = bar_rate(facts);
    int64_t seconds = bar_seconds_left(facts);
    if (facts->parts_left == 0)
        return g_strdup(facts->total > 0 ? "all handed over" : "nothing to send yet");
    if (rate <= 0 || seconds < 0)
        return g_strdup("nothing sent in the last minute");
    g_autofree char *left = bar_duration(seconds);
    return g_strdup_printf("%.*f parts/min, about %s left", rate < 10 ? 1 : 0, rate, left);
}

static void draw_block(struct watch *watch, const json_t *progress, const struct bar_facts *facts)
{
    unsigned columns = terminal_columns();
    unsigned cells = MIN(MAX(columns / 3, (unsigned)BAR_CELLS_MIN), (unsigned)BAR_CELLS_MAX);
    g_autofree char *bar = bar_draw(facts->done, facts->total, cells);
    g_autofree char *states = describe_states(progress);
    g_autofree char *pace = describe_pace(progress, facts);
    g_autofree char *first =
        g_strdup_printf("%s %s %3u %%  %s", call_text(progress, "code"), bar,
                        facts->total > 0 ? bar_percent(facts->done, facts->total) : 0, pace);
    g_autofree char *second = g_strdup_printf("%s: %s", call_text(progress, "state"), states);
    /* Both lines are ASCII but for the campaign's code; one that wraps would not be drawn over. */
    if (watch->drawn)
        printf("\033[2F\033[J");
    printf("%.*s\n%.*s\n", (int)columns - 1, first, (int)columns - 1, second);
    fflush(stdout);
    watch->drawn = true;
}

static void print_line(struct watch *watch, const json_t *progress, const struct bar_facts *facts)
{
    g_autofree char *states = describe_states(progress);
    g_autofree char *key =
        g_strdup_printf("%s %s: %s%s", call_text(progress, "code"), call_text(progress, "state"),
                        states, call_text(progress, "held"));
    if (g_strcmp0(key, watch->last) == 0)
        return;
    g_autofree char *at = call_time(progress, "at");
    g_autofree char *pace = describe_pace(progress, facts);
    printf("%s %s %s: %s; %s\n", at, call_text(progress, "code"), call_text(progress, "state"),
           states, pace);
    fflush(stdout);
    g_free(watch->last);
    watch->last = g_steal_pointer(&key);
}

static void print_json_line(struct watch *watch, const json_t *progress)
{
    json_t *copy = json_copy((json_t *)progress);
    json_object_del(copy, "at");
    char *key = json_dumps(copy, JSON_COMPACT);
    if (g_strcmp0(key, watch->last) != 0) {
        json_dumpf(progress, stdout, JSON_COMPACT);
        printf("\n");
        fflush(stdout);
        g_free(watch->last);
        watch->last = g_strdup(key);
    }
    free(key);
    json_decref(copy);
}

static void show(struct watch *watch, const json_t *progress)
{
    struct bar_facts facts;
    read_facts(progress, &facts);
    if (watch->line->json)
        print_json_line(watch, progress);
    else if (watch->terminal)
        draw_block(watch, progress, &facts);
    else
        print_line(watch, progress, &facts);
}

static bool is_over(const struct watch *watch, const json_t *progress)
{
    const char *state = call_text(progress, "state");
    if (strcmp(state, "finished") == 0 || strcmp(state, "cancelled") == 0)
        return true;
    return watch->until_sent && call_number(progress, "total") > 0 &&
           call_number(progress, "open") == 0;
}

/* COMMAND_GO_ON: ask again. */
static int look(struct watch *watch)
{
    int code = EX_OK;
    json_t *progress = watch->seen ? call_try(watch->line, watch->path, &code)
                                   : call_get(watch->line, watch->path, &code);
    if (progress != NULL) {
        watch->seen = true;
        watch->away_since = 0;
        show(watch, progress);
        code = is_over(watch, progress) ? EX_OK : COMMAND_GO_ON;
        json_decref(progress);
        return code;
    }
    int64_t now = g_get_monotonic_time();
    if (code != COMMAND_GO_ON)
        return code;
    if (watch->away_since == 0)
        watch->away_since = now;
    if (now - watch->away_since > AWAY_MAX_S * G_TIME_SPAN_SECOND)
        return command_fail(EX_UNAVAILABLE, "the service went away and did not come back in %d s",
                            AWAY_MAX_S);
    return COMMAND_GO_ON;
}

static int watch_until(struct command_line *line, bool until_sent)
{
    g_autofree char *id = call_escape(line->arguments[0]);
    struct watch watch = {
        .line = line, .until_sent = until_sent, .terminal = isatty(STDOUT_FILENO) && !line->json};
    watch.path = g_strdup_printf("/v1/campaigns/%s/progress", id);
    int64_t poll_us = (watch.terminal ? POLL_TERMINAL_MS : POLL_PLAIN_MS) * INT64_C(1000);
    int code = COMMAND_GO_ON;
    while (code == COMMAND_GO_ON) {
        int64_t asked_at = g_get_monotonic_time();
        code = look(&watch);
        /* Watching a campaign of millions must not be what slows it down. */
        int64_t took_us = g_get_monotonic_time() - asked_at;
        if (code == COMMAND_GO_ON)
            g_usleep((gulong)MAX(poll_us, took_us * 4));
    }
    g_free(watch.path);
    g_free(watch.last);
    return code;
}

int cli_campaign_watch(struct command_line *line, int argc, char **argv)
{
    g_autofree char *until = NULL;
    const GOptionEntry entries[] = {
        {"until", 0, 0, G_OPTION_ARG_STRING, &until,
         "Leave when all is \"sent\", or when the campaign is \"finished\" (default)", "WHEN"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    bool until_sent = g_strcmp0(until, "sent") == 0;
    if (until != NULL && !until_sent && strcmp(until, "finished") != 0)
        return command_fail(EX_USAGE, "--until takes sent or finished, not \"%s\"", until);
    return watch_until(line, until_sent);
}
