// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of the rules (R5): service, opt-out, opinion keyword, question, code or label, yes or
 * no, free text, unclear. Each step has its file; here is only which comes first, and what of its
 * findings is told. */
#include "campaigns/reply.h"

#include "campaigns/reply_opinion.h"
#include "campaigns/reply_optout.h"
#include "campaigns/reply_share.h"
#include "campaigns/text.h"

#include <string.h>

enum { SHORT_SENDER_DIGITS = 6, OPINION_SYLLABLES = 5, FOUND_QUESTIONS = 64 };

struct looking {
    struct reply_words words;
    struct reply_sight sight;
    struct reply_found found[FOUND_QUESTIONS];
};

/* --- Telling -------------------------------------------------------------------------------- */

static void tell_codes(const struct reply_scan *scan, const struct reply_found *found,
                       struct reply_answer *answer)
{
    GPtrArray *codes = g_ptr_array_new();
    answer->addons = true;
    for (guint o = 0; o < scan->reader->options->len; o++) {
        const struct reply_option *option = scan_option(scan, o);
        for (unsigned i = 0; i < found->count; i++)
            if (found->option[i] == option->order) {
                g_ptr_array_add(codes, g_strdup(option->config->code));
                answer->addons = answer->addons && option->addon;
            }
    }
    g_ptr_array_add(codes, NULL);
    answer->codes = (char **)g_ptr_array_free(codes, FALSE);
}

static void tell_numbers(const struct question_config *question, const struct reply_found *found,
                         struct reply_answer *answer)
{
    answer->number_count = found->numbers;
    answer->numbers = g_new0(struct reply_number, found->numbers);
    for (unsigned i = 0; i < found->numbers; i++) {
        const struct field_config *field =
            i < question->fields->len ? question->fields->pdata[i] : NULL;
        answer->numbers[i].field = g_strdup(field != NULL ? field->name : "count");
        answer->numbers[i].value = found->number[i];
    }
}

static void tell_text(const char *text, struct reply_answer *answer)
{
    answer->codes = g_new0(char *, 2);
    answer->codes[0] = g_strstrip(g_strdup(text));
}

/* What follows the keyword of a question of the kind text. */
static const char *text_behind(const struct reply_scan *scan, unsigned question)
{
    for (unsigned i = 0; i < scan->sight->mentions; i++) {
        const struct reply_mention *mention = &scan->sight->mention[i];
        if (mention->phrase->list == LIST_KEYWORD && mention->phrase->owner == question &&
            mention->to < scan->words->count)
            return scan->text + scan_word(scan, mention->to)->start;
    }
    return scan->text;
}

static void tell(const struct reply_scan *scan, const struct reply_found *found,
                 struct reply_reading *reading)
{
    const GArray *asked = scan->reader->asked;
    reading->outcome = REPLY_ANSWER;
    reading->answers = g_new0(struct reply_answer, asked->len);
    for (guint q = 0; q < asked->len; q++) {
        const struct question_config *question = g_array_index(asked, struct reply_asked, q).config;
        struct reply_answer *answer = &reading->answers[reading->answer_count];
        if (found[q].state != FOUND_ANSWER)
            continue;
        reading->answer_count++;
        answer->question = g_strdup(question->id);
        answer->kind = question->kind;
        if (found[q].count > 0)
            tell_codes(scan, &found[q], answer);
        else if (found[q].numbers > 0)
            tell_numbers(question, &found[q], answer);
        else
            tell_text(text_behind(scan, q), answer);
    }
}

static char *normalise(const struct reply_scan *scan)
{
    if (scan->from >= scan->to)
        return g_strdup("");
    bool undone = false;
    size_t start = scan_word(scan, scan->from)->start, end = scan_word(scan, scan->to - 1)->end;
    for (unsigned at = scan->from; at < scan->to; at++)
        undone = undone || scan_word(scan, at)->undone;
    g_autofree char *slice = g_strndup(scan->text + start, end - start);
    if (!undone)
        return text_key_marked(slice);
    GString *text = g_string_new(NULL);
    for (unsigned at = scan->from; at < scan->to; at++) {
        const struct reply_word *word = scan_word(scan, at);
        if (at > scan->from && !word->glued)
            g_string_append_c(text, ' ');
        reply_spelling_print(&word->spelling, text);
    }
    return g_string_free(text, FALSE);
}

/* --- The order ------------------------------------------------------------------------------ */

static bool is_service_text(const char *text)
{
    while (*text != '\0' && *text != '[' && (guchar)*text != 0xEF && !g_ascii_isalnum(*text))
        text = g_utf8_next_char(text);
    if (*text == '\0' || g_ascii_isalnum(*text))
        return false;
    g_autofree char *head = g_strndup(text, MIN(strlen(text), 24));
    g_autofree char *valid = g_utf8_make_valid(head, -1);
    g_autofree char *key = text_key_unmarked(valid);
    return g_str_has_prefix(key, "[qc]") || g_str_has_prefix(key, "[ad]");
}

bool reply_is_service(const char *sender, const char *text)
{
    const char *digits = sender[0] == '+' ? sender + 1 : sender;
    size_t length = strlen(digits);
    bool number = length > SHORT_SENDER_DIGITS && strspn(digits, "0123456789") == length;
    return !number || is_service_text(text);
}

/* An opinion behind its keyword, perhaps with an answer before it. True if that settles the text.
 */
static bool read_spoken(const struct reply_scan *scan, struct reply_found *found,
                        struct reply_reading *reading)
{
    struct reply_spoken spoken;
    for (unsigned from = scan->from; reply_opinion_find(scan, from, &spoken);
         from = spoken.keyword + 1) {
        struct reply_scan before = *scan;
        enum reply_state state = FOUND_NOTHING;
        before.to = spoken.keyword;
        if (before.from < before.to)
            reply_share_ask(&before, found, &state);
        bool answered = state == FOUND_ANSWER && !reply_opinion_asks(&before);
        if (!spoken.alone && !answered && !reply_opinion_is_plain(scan, spoken.keyword)) {
            g_free(spoken.text);
            continue;
        }
        reading->opinion = spoken.text;
        reading->rule = spoken.text != NULL ? "R5 opinion keyword" : "R13 keyword without content";
        if (spoken.text == NULL)
            return true;
        reading->outcome = REPLY_OPINION;
        if (answered)
            tell(scan, found, reading);
        return true;
    }
    return false;
}

static void tell_opinion(const struct reply_scan *scan, const char *rule,
                         struct reply_reading *reading)
{
    reading->outcome = REPLY_OPINION;
    reading->rule = rule;
    reading->opinion = g_strstrip(g_strdup(scan->text));
}

static bool has_figure(const struct reply_scan *scan)
{
    for (unsigned at = scan->from; at < scan->to; at++)
        if (scan_is_number(scan, at))
            return true;
    return false;
}

/* A question without keyword of the kind text takes what is free text. */
static bool takes_text(const struct reply_scan *scan, struct reply_found *found)
{
    const GArray *asked = scan->reader->asked;
    for (guint q = 0; q < asked->len; q++) {
        const struct reply_asked *one = &g_array_index(asked, struct reply_asked, q);
        found[q] = (struct reply_found){.state = FOUND_NOTHING};
        if (one->config->kind != QUESTION_TEXT || one->keyed)
            continue;
        found[q].state = FOUND_ANSWER;
        return true;
    }
    return false;
}

static void read_rest(const struct reply_scan *scan, const struct reply_scan *stripped,
                      struct reply_found *found, struct reply_reading *reading)
{
    const char *robot = reply_opinion_robot(scan);
    enum reply_state state;
    if (reply_opinion_asks(scan)) {
        tell_opinion(scan, "R12 question", reading);
        return;
    }
    const char *rule = reply_share_ask(scan, found, &state);
    unsigned content = scan_content(scan);
    bool free_text = content >= OPINION_SYLLABLES && robot == NULL;
    bool said = content > 0 || (scan->typed && has_figure(scan));
    bool spoken = free_text || (scan->reader->turn && said && robot == NULL);
    reading->rule = rule;
    if (state == FOUND_ANSWER) {
        tell(scan, found, reading);
    } else if (state == FOUND_DOUBT) {
        return;
    } else if (spoken && takes_text(scan, found)) {
        tell(scan, found, reading);
        reading->rule = "R5 free text";
    } else if (free_text) {
        tell_opinion(scan, "R13 free text", reading);
    } else if (rule == NULL || robot != NULL) {
        reading->rule = robot != NULL                    ? robot
                        : scan->from == scan->to         ? "R13 empty"
                        : stripped->from >= stripped->to ? "R4 politeness alone"
                                                         : "R13 no option";
    }
}

static void read_text(const struct reply_reader *reader, const char *text, bool typed,
                      struct reply_reading *retreading)
{
    struct reply_reading reading = {.outcome = REPLY_UNCLEAR};
    struct looking looking;
    reply_words_cut(text, &reader->vocabulary, &looking.words);
    reply_book_look(reader->book, &looking.words, &looking.sight);
    struct reply_scan scan = {
        reader, text, &looking.words, &looking.sight, .to = looking.words.count, .typed = typed};
    struct reply_scan stripped = scan;
    scan_strip(&stripped);
    reading.normalised = normalise(&stripped);
    const char *optout = reply_optout_rule(&scan);
    if (is_service_text(text)) {
        reading.outcome = REPLY_SERVICE;
        reading.rule = "R1 advertising mark";
    } else if (reply_opinion_echoes(&scan)) {
        reading.rule = reply_opinion_robot(&scan);
    } else if (optout != NULL) {
        reading.outcome = REPLY_OPTOUT;
        reading.rule = optout;
    } else if (!read_spoken(&scan, looking.found, &reading)) {
        read_rest(&scan, &stripped, looking.found, &reading);
    }
    *retreading = reading;
}

void reply_read(const struct reply_reader *reader, const char *text,
                struct reply_reading *retreading)
{
    read_text(reader, text, false, retreading);
}

void reply_read_typed(const struct reply_reader *turn, const char *text,
                      struct reply_reading *retreading)
{
    read_text(turn, text, true, retreading);
}

void reply_reading_clear(struct reply_reading *reading)
{
    for (unsigned i = 0; i < reading->answer_count; i++) {
        struct reply_answer *answer = &reading->answers[i];
        for (unsigned n = 0; n < answer->number_count; n++)
            g_free(answer->numbers[n].field);
        g_free(answer->numbers);
        g_strfreev(answer->codes);
        g_free(answer->question);
    }
    g_free(reading->answers);
    g_free(reading->opinion);
    g_free(reading->normalised);
    *reading = (struct reply_reading){0};
}

char *const *reply_reading_only(const struct reply_reading *reading, const char **retquestion)
{
    const struct reply_answer *answer = reading->answers;
    bool only = reading->answer_count == 1 && answer->codes != NULL && !answer->addons &&
                answer->kind != QUESTION_TEXT;
    if (!only)
        return NULL;
    *retquestion = answer->question;
    return answer->codes;
}

bool reply_calls(const struct reply_reader *reader, const char *text)
{
    struct looking looking;
    reply_words_cut(text, &reader->vocabulary, &looking.words);
    reply_book_look(reader->book, &looking.words, &looking.sight);
    struct reply_scan scan = {reader, text, &looking.words, &looking.sight,
                              .to = looking.words.count};
    return reply_share_called(&scan);
}

bool reply_rule_looks(const char *rule)
{
    return g_str_equal(rule, "R18 several persons");
}

const char *reply_outcome_name(enum reply_outcome outcome)
{
    static const char *const names[] = {
        [REPLY_UNCLEAR] = "unclear", [REPLY_ANSWER] = "answer",   [REPLY_OPINION] = "opinion",
        [REPLY_OPTOUT] = "optout",   [REPLY_SERVICE] = "service",
    };
    return names[outcome];
}
