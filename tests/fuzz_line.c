// SPDX-License-Identifier: GPL-2.0-or-later
/* The line's filter between a modem and a host that both may say anything, in any cuts. The input
 * is a script of bytes, and characters that neither side ever needs tell what happens:
 *   {  the bytes that follow come from the modem    }  from the host
 *   |  a cut between two reads                      `  we ask a question of our own
 *   ~  we no longer wait                            \  the tty goes away
 *   $  the gateway's socket closes or opens again   @  the next part is aimed
 *   %  what is doubted is settled
 * The same script in single bytes must give the same, and no Ctrl-Z may pass without leave. */
#include "modems/filter.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stage {
    struct filter *filter;
    bool closed;           /* no submission is let pass */
    unsigned granted;      /* Ctrl-Z let pass */
    unsigned answered;     /* since the last byte */
    GString *told;         /* what the hooks heard */
    bool from_host, whole; /* whole: bytes are passed in the script's cuts */
};

static bool may_submit(void *data)
{
    struct stage *stage = data;
    stage->granted += !stage->closed;
    return !stage->closed;
}

static void answered(void *data, const struct filter_submission *submission)
{
    struct stage *stage = data;
    g_assert_true(submission->begun && submission->ended);
    g_assert_cmpint(submission->reference, >=, -1);
    g_assert_cmpint(submission->reference, <=, 255);
    stage->answered++;
    g_string_append_printf(stage->told, "answered %d %d %d %d %s\n", submission->submitted,
                           submission->reference, (int)submission->result.final,
                           submission->result.code, submission->result.line);
}

static void asked(void *data, const struct result *result, GPtrArray *lines)
{
    struct stage *stage = data;
    g_string_append_printf(stage->told, "asked %d %s", (int)result->final, result->line);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(stage->told, " %s", (const char *)lines->pdata[i]);
    g_string_append_c(stage->told, '\n');
}

static void noticed(void *data, const struct filter_notice *notice)
{
    struct stage *stage = data;
    g_assert_nonnull(memchr(notice->memory, '\0', sizeof notice->memory));
    if (notice->kind == RESULT_STORED_MESSAGE || notice->kind == RESULT_STORED_REPORT)
        g_assert_true(notice->memory[0] != '\0' && notice->index >= 0);
    if (notice->kind == RESULT_PUSHED_MESSAGE || notice->kind == RESULT_PUSHED_REPORT)
        g_assert_true(result_is_hex(notice->text));
    g_string_append_printf(stage->told, "noticed %d %s %d %s\n", (int)notice->kind, notice->memory,
                           notice->index, notice->text);
}

static const struct filter_hooks hooks = {
    .may_submit = may_submit, .answered = answered, .asked = asked, .noticed = noticed};

static bool in_the_air(const struct filter *filter)
{
    const struct filter_submission *submission = filter_submission(filter);
    return submission->submitted && !submission->ended;
}

static unsigned count_ctrl_z(const GByteArray *bytes)
{
    unsigned count = 0;
    for (guint i = 0; i < bytes->len; i++)
        count += bytes->data[i] == 0x1a;
    return count;
}

static void pass(struct stage *stage, const uint8_t *bytes, size_t size)
{
    if (stage->from_host)
        filter_host(stage->filter, bytes, size);
    else
        filter_modem(stage->filter, bytes, size);
}

/* What must hold at each single byte. */
static void pass_byte(struct stage *stage, uint8_t byte)
{
    const struct filter_submission *submission = filter_submission(stage->filter);
    bool open = submission->begun && !submission->ended;
    bool air = in_the_air(stage->filter);
    guint before = filter_to_modem(stage->filter)->len;
    stage->answered = 0;
    pass(stage, &byte, 1);
    g_assert_cmpuint(stage->answered, <=, open);
    if (air && in_the_air(stage->filter))
        g_assert_cmpuint(filter_to_modem(stage->filter)->len, ==, before);
}

/* Where the stretch of plain bytes ends that begins at `from`. */
static size_t plain_end(const uint8_t *data, size_t size, size_t from)
{
    while (from < size && (data[from] == '\0' || strchr("{}|`~\\$@%", data[from]) == NULL))
        from++;
    return from;
}

static void act(struct stage *stage, uint8_t sign)
{
    struct filter *filter = stage->filter;
    switch (sign) {
    case '{':
    case '}':
        stage->from_host = sign == '}';
        break;
    case '`': {
        bool air = in_the_air(filter);
        bool taken = filter_ask(filter, "AT+CMGL=4");
        g_assert_false(air && taken);
        break;
    }
    case '~':
        filter_abandon(filter);
        break;
    case '\\':
        filter_hang_up(filter);
        g_assert_false(in_the_air(filter));
        break;
    case '$':
        stage->closed = !stage->closed;
        break;
    case '@':
        if (!filter_submission(filter)->begun || filter_submission(filter)->ended)
            filter_renew(filter);
        break;
    case '%':
        for (unsigned i = 0; filter_doubts(filter) > 0; i++) {
            g_assert_cmpuint(i, <, 10000);
            filter_trust(filter);
        }
        break;
    default:
        break;
    }
}

static void play(struct stage *stage, const uint8_t *data, size_t size)
{
    stage->filter = filter_new(&hooks, stage);
    stage->told = g_string_new(NULL);
    filter_know(stage->filter, "AT+CGMM", "Loa");
    filter_own_centre(stage->filter, size % 2 == 1);
    for (size_t at = 0; at < size;) {
        size_t end = plain_end(data, size, at);
        if (stage->whole)
            pass(stage, data + at, end - at);
        for (size_t i = at; i < end && !stage->whole; i++)
            pass_byte(stage, data[i]);
        if (end < size)
            act(stage, data[end]);
        at = end + 1;
    }
    g_assert_cmpuint(count_ctrl_z(filter_to_modem(stage->filter)), ==, stage->granted);
}

static bool same(const GByteArray *one, const GByteArray *other)
{
    return one->len == other->len &&
           (one->len == 0 || memcmp(one->data, other->data, one->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stage cut = {.whole = true}, bytes = {.whole = false};
    play(&cut, data, size);
    play(&bytes, data, size);
    g_assert_cmpstr(cut.told->str, ==, bytes.told->str);
    GByteArray *one = filter_to_host(cut.filter), *other = filter_to_host(bytes.filter);
    g_assert_true(same(one, other));
    one = filter_to_modem(cut.filter), other = filter_to_modem(bytes.filter);
    g_assert_true(same(one, other));
    g_string_free(cut.told, TRUE);
    g_string_free(bytes.told, TRUE);
    filter_free(cut.filter);
    filter_free(bytes.filter);
    return 0;
}
