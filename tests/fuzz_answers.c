// SPDX-License-Identifier: GPL-2.0-or-later
/* What a modem answers to the worker's own questions, read by probe.c, field.c and inbox.c over a
 * line that is a script: each question gets the lines up to the next final result. In between,
 *   !+CMTI: "SM",3   the modem says something by itself
 *   ?                the inbox does some of its work
 *   =                the gateway has stored all that it was told so far
 * Nothing may be deleted that was not stored. */
#include "modems/field.h"
#include "modems/inbox.h"
#include "modems/probe.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 60, QUESTIONS_MAX = 400 };

/* Something that the gateway was told of; reports do not say where they lie. */
struct news {
    uint64_t key;
    int32_t location; /* -1: unknown */
};

struct line {
    char **script, **next;
    struct inbox *inbox;
    struct kept *kept;
    GArray *told, *stored; /* struct news */
    unsigned questions;
};

static void check_deletion(const struct line *line, const char *command)
{
    int32_t location = atoi(command + strlen("AT+CMGD="));
    for (guint i = 0; i < line->stored->len; i++) {
        const struct news *news = &g_array_index(line->stored, struct news, i);
        if (news->location == location || news->location == -1)
            return;
    }
    g_error("%s, and nothing from there was stored", command);
}

/* ---- the line that the worker's files see ---- */

static const char *answer_line(struct line *line)
{
    const char *next = *line->next;
    if (next == NULL || strchr("!?=", next[0]) != NULL)
        return NULL;
    line->next++;
    return next;
}

bool line_ask(struct line *line, const char *command, unsigned within_ms, GPtrArray **retlines,
              struct result *retresult)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    struct result result = {.final = RESULT_NO_ANSWER, .code = -1};
    const char *text = NULL;
    line->questions++;
    if (g_str_has_prefix(command, "AT+CMGD="))
        check_deletion(line, command);
    g_assert_cmpuint(within_ms, <=, 130000);
    while ((text = answer_line(line)) != NULL && !result_read(text, &result))
        g_ptr_array_add(lines, g_strdup(text));
    if (retlines != NULL)
        *retlines = g_steal_pointer(&lines);
    if (retresult != NULL)
        *retresult = result;
    return result.final == RESULT_OK;
}

bool line_hung_up(struct line *line)
{
    return line->questions > QUESTIONS_MAX;
}

void line_escape(struct line *line)
{
    (void)line;
}

void line_know(struct line *line, const char *command, const char *answer)
{
    g_assert_true(line != NULL && command != NULL && answer != NULL);
}

bool line_is_silent(struct line *line)
{
    return line->questions > QUESTIONS_MAX / 2;
}

void line_set_patience(struct line *line, unsigned silent_ms)
{
    g_assert_true(line != NULL && silent_ms > 0);
}

void line_forgive_silence(struct line *line)
{
    (void)line;
}

void line_forget_restarts(struct line *line)
{
    (void)line;
}

/* Nobody waits here: an executable's function goes before a library's. */
void g_usleep(gulong microseconds)
{
    (void)microseconds;
}

/* ---- the gateway ---- */

static bool tell(void *data, const GByteArray *packet)
{
    struct line *line = data;
    struct wire_message message;
    g_autoptr(GError) error = NULL;
    if (!wire_decode(packet->data, packet->len, &message, &error))
        g_error("the inbox sends what cannot be read: %s", error->message);
    struct news news = {.location = -1};
    if (message.type == WIRE_INCOMING)
        news = (struct news){message.incoming.key, message.incoming.location};
    else if (message.type == WIRE_QUARANTINE)
        news = (struct news){message.quarantine.key, message.quarantine.location};
    else if (message.type == WIRE_REPORT)
        news.key = message.report.key;
    if (news.key != 0)
        g_array_append_val(line->told, news);
    wire_message_clear(&message);
    return true;
}

static void store_all(struct line *line)
{
    g_array_append_vals(line->stored, line->told->data, line->told->len);
    for (guint i = 0; i < line->told->len; i++)
        inbox_stored(line->inbox, g_array_index(line->told, struct news, i).key);
    g_array_set_size(line->told, 0);
}

static void say(struct line *line, const char *text)
{
    struct line_notice notice = {.kind = result_kind(text), .index = -1, .text = (char *)text};
    bool stored = notice.kind == RESULT_STORED_MESSAGE || notice.kind == RESULT_STORED_REPORT;
    if (result_is_hex(text)) {
        notice.kind = RESULT_PUSHED_MESSAGE;
        notice.kept = kept_push(line->kept, text, false) != NULL;
    } else if (!stored || !result_pointer(text, notice.memory, &notice.index)) {
        return;
    }
    inbox_notice(line->inbox, &notice);
}

/* ---- the play ---- */

static void ask_everything(struct line *line)
{
    struct probe_identity identity = {0};
    struct probe_health health = {0};
    enum wire_fault_kind kind = WIRE_FAULT_INTERNAL;
    g_autoptr(GError) error = NULL;
    const struct probe_task task = {.pin = "1234"};
    bool ready = probe_open(line, &task, &kind, &error);
    g_assert_true(ready == (error == NULL));
    probe_identify(line, &identity);
    g_assert_true(identity.imei != NULL && identity.smsc != NULL);
    probe_identity_clear(&identity);
    probe_health(line, true, &health);
    g_assert_true(health.signal_percent >= -1 && health.signal_percent <= 100);
    probe_health_clear(&health);
}

static void work_inbox(struct line *line)
{
    while (*line->next != NULL) {
        const char *text = *line->next++;
        if (text[0] == '!')
            say(line, text + 1);
        else if (text[0] == '=')
            store_all(line);
        else if (text[0] == '?')
            inbox_step(line->inbox, 4);
    }
    store_all(line);
    for (unsigned i = 0; i < STEPS_MAX && !inbox_idle(line->inbox); i++)
        inbox_step(line->inbox, 4);
}

static void read_fields(const char *text)
{
    for (unsigned i = 0; i < 8; i++) {
        g_autofree char *field = field_text(text, i), *phone = field_phone(text, i);
        field_number(text, i, -1);
        field_allows(text, i, 2);
        g_assert_true(phone == NULL || field != NULL);
    }
}

/* The same for all inputs; each finds it empty. */
static struct kept *new_kept(void)
{
    static struct flight *flight = NULL;
    if (flight == NULL) {
        g_autofree char *folder = g_dir_make_tmp("loa-fuzz-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "flight", NULL);
        flight = flight_open(path, NULL);
        g_assert_nonnull(flight);
        g_unlink(path);
        g_rmdir(folder);
    }
    struct kept *kept = kept_new(flight);
    for (unsigned i = 0; i < KEPT_PLACES; i++)
        kept_release(kept_place(kept, i));
    return kept;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) script = g_strsplit(text, "\n", -1);
    struct line line = {.script = script, .next = script};
    for (char **each = script; *each != NULL; each++)
        read_fields(*each);
    line.told = g_array_new(FALSE, FALSE, sizeof(struct news));
    line.stored = g_array_new(FALSE, FALSE, sizeof(struct news));
    line.kept = new_kept();
    line.inbox = inbox_new(&line, line.kept, tell, &line);
    ask_everything(&line);
    line.next = script;
    line.questions = 0;
    inbox_list_all(line.inbox);
    work_inbox(&line);
    inbox_free(line.inbox);
    kept_free(line.kept);
    g_array_free(line.told, TRUE);
    g_array_free(line.stored, TRUE);
    return 0;
}
