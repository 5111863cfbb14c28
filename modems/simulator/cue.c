// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything that a modem may say at the wrong moment, or leave out, is one thing: a text at a
 * point of the dialogue, and what follows. Behaviour file and control socket write it with the same
 * settings. This file says which cue is due; mobile.c knows the points and carries it out. */
#include "modems/simulator/cue.h"

#include <stddef.h>

#include "modems/simulator/behaviour.h"

static const char *const points[] = {
    [CUE_IDLE] = "idle",   [CUE_ECHO] = "echo",     [CUE_PROMPT] = "prompt",
    [CUE_ENTRY] = "entry", [CUE_ANSWER] = "answer", [CUE_RESULT] = "result",
    [CUE_END] = "end",     [CUE_END + 1] = NULL,
};

static const char *const thens[] = {
    [CUE_CONTINUE] = "continue", [CUE_REPLACE] = "replace", [CUE_HUSH] = "hush",
    [CUE_MUTE] = "mute",         [CUE_DEAF] = "deaf",       [CUE_DAZED] = "dazed",
    [CUE_UNPLUG] = "unplug",     [CUE_RESTART] = "restart", [CUE_ECHO_OFF] = "echo-off",
    [CUE_ECHO_OFF + 1] = NULL,
};

static char *check_bytes(const void *field)
{
    g_autoptr(GBytes) bytes = g_uri_unescape_bytes(*(char *const *)field, -1, NULL, NULL);
    return bytes ? NULL : g_strdup("behind % stand two hex digits; % itself is %25");
}

#define CUE(field) .key = #field, .offset = offsetof(struct cue, field)
const struct setting cue_table[] = {
    {CUE(modem), .type = SETTING_INTEGER, .minimum = -1, .maximum = 255, .initial = "-1",
     .help = "which one, from 0; -1: each for itself"},
    {CUE(point), .type = SETTING_CHOICE, .choices = points, .required = true,
     .help = "before the echo, the prompt, the network has it, the answer, the result; or behind "
             "it"},
    {CUE(on), .type = SETTING_TEXT, .check = behaviour_check_pattern,
     .help = "regular expression on the command line, such as \"CMGS\"; none: any"},
    {CUE(say), .type = SETTING_TEXT, .initial = "", .check = check_bytes,
     .help = "as it is, line ends and all; a byte that is no text is written %00, and % itself "
             "%25"},
    {CUE(then), .type = SETTING_CHOICE, .choices = thens, .initial = "continue",
     .help = "replace: instead of what stands here; hush: nothing more of this command"},
    {CUE(skip), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000, .initial = "0",
     .help = "not the first so many times"},
    {CUE(times), .type = SETTING_INTEGER, .minimum = 0, .maximum = 1000000, .initial = "1",
     .help = "so often; 0: always"},
    {.key = NULL}};

/* One cue in the life of one modem. */
struct turn {
    const struct cue *cue;
    struct cue *own; /* the same, when it came from the control socket */
    int64_t met;
};

struct cues {
    GPtrArray *turns; /* struct turn * */
};

bool cue_complete(struct cue *cue, char **retsentence)
{
    g_autoptr(GError) error = NULL;
    cue->bytes = g_uri_unescape_bytes(cue->say, -1, NULL, &error);
    if (cue->bytes && cue->on)
        cue->regex = g_regex_new(cue->on, G_REGEX_OPTIMIZE | G_REGEX_CASELESS, 0, &error);
    if (error)
        *retsentence = g_strdup(error->message);
    return !error;
}

void cue_clear(struct cue *cue)
{
    g_clear_pointer(&cue->regex, g_regex_unref);
    g_clear_pointer(&cue->bytes, g_bytes_unref);
}

static void own_free(struct cue *cue)
{
    cue_clear(cue);
    settings_clear(cue_table, cue);
    g_free(cue);
}

static void turn_free(void *data)
{
    struct turn *turn = data;
    if (turn->own)
        own_free(turn->own);
    g_free(turn);
}

static void add(struct cues *cues, const struct cue *cue, struct cue *own)
{
    struct turn *turn = g_new0(struct turn, 1);
    turn->cue = cue;
    turn->own = own;
    g_ptr_array_add(cues->turns, turn);
}

struct cues *cues_new(const GPtrArray *file, unsigned modem)
{
    struct cues *cues = g_new0(struct cues, 1);
    cues->turns = g_ptr_array_new_with_free_func(turn_free);
    for (guint i = 0; i < file->len; i++) {
        const struct cue *cue = file->pdata[i];
        if (cue->modem < 0 || cue->modem == modem)
            add(cues, cue, NULL);
    }
    return cues;
}

void cues_free(struct cues *cues)
{
    if (!cues)
        return;
    g_ptr_array_unref(cues->turns);
    g_free(cues);
}

char *cues_add(struct cues *cues, const char *settings)
{
    struct cue *cue = g_new0(struct cue, 1);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    char *sentence = NULL;
    if (!settings_read_text(settings, "cue", cue_table, cue, mistakes))
        sentence = mistake_text(mistakes->pdata[0]);
    else if (cue_complete(cue, &sentence))
        add(cues, cue, cue);
    if (sentence)
        own_free(cue);
    return sentence;
}

void cues_forget(struct cues *cues)
{
    g_ptr_array_set_size(cues->turns, 0);
}

const struct cue *cues_next(struct cues *cues, enum cue_point point, const char *command,
                            unsigned *cursor)
{
    while (*cursor < cues->turns->len) {
        struct turn *turn = cues->turns->pdata[(*cursor)++];
        const struct cue *cue = turn->cue;
        if (cue->point != (int)point ||
            (cue->regex && !g_regex_match(cue->regex, command, 0, NULL)))
            continue;
        int64_t met = turn->met++ - cue->skip;
        if (met >= 0 && (cue->times == 0 || met < cue->times))
            return cue;
    }
    return NULL;
}
