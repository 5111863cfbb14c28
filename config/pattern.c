// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiles patterns behind the words that they may name. Words are a (?(DEFINE)…) of PCRE: groups
 * that match nothing where they stand. Searching is bounded by PCRE's own limits: a pattern that
 * passes them has not matched. */
#include "config/pattern.h"

#include <string.h>

/* What patterns may name as (?&money); no group of theirs. Texts are lower-case ASCII by then.
 * A sum stands alone: neither the beginning of a longer figure nor of a date, nor cut off ("15.00"
 * and no more, "12.0 00d" over two pages), and no count of minutes, megabytes or messages. */
static const char own_words[] =
    "(?(DEFINE)"
    "(?<money>(?:(?<![a-z0-9])-)?(?!0\\d)"
    "(?>\\d{1,3}(?:[., ]\\d{3})+(?:[.,]\\d{1,2})?|\\d{1,9}(?:[.,]\\d{1,2})?)"
    "(?![\\d:%]|[.,/'-]\\d| \\d+(?:[.,]\\d\\d)?\\s?(?:vnd|dong|dg|d)(?![a-z]))"
    "(?<![.,]\\d(?=\\W*$))(?<![.,]\\d\\d(?=\\W*$))"
    "(?:\\s?(?:vnd|dong|dg|d))?(?!(?!tk|hsd|km|sms|data)[a-z0-9])"
    "(?!\\s?(?:phut|giay|gio|ngay|thang|[kmg]b|byte|sms|tin|mms|cuoc|lan|diem"
    "|k|tr|trieu|nghin|ngan|%)(?![a-z]))"
    "(?!\\s?/(?!\\s?(?:hsd|han|tk|km)))"
    "|(?:\\d{1,3}(?:[.,]\\d{3})+|\\d+)(?=[.,]\\s?(?&day)))"
    "(?<day>(?<![\\d/])(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}"
    "|\\d{1,2}[-/.]\\d{1,2}[-/.](?:\\d{4}|\\d\\d)"
    "|\\d{1,2}[ -]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\W{0,2}\\d{4}"
    "|\\d{1,2}\\s?thang\\s?\\d{1,2}(?:\\s?(?:,|nam)\\s?\\d{4})?"
    "|\\d{1,2}/\\d{1,2})(?![\\d/]))"
    "(?<phone>\\+?(?<!\\d)(?:84|0)(?:[ .-]?\\d){9}(?!\\d))"
    "(?<parts>(?<![\\d.,/])(?>\\d{1,3}[.,]\\d{3}|\\d{1,6})(?![\\d/]|[.,]\\d))"
    ")";

/* So much searching for one text, and so deep; far more than a sane pattern needs. */
#define LIMITS "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)"

/* A repetition of nothing must not become one of the last word. */
static char *whole_pattern(const char *words, const char *pattern)
{
    if (*pattern != '\0' && strchr("*+?{", *pattern) != NULL)
        return g_strconcat(LIMITS, pattern, NULL);
    return g_strconcat(LIMITS, own_words, words != NULL ? words : "", pattern, NULL);
}

GRegex *pattern_compile(const char *words, const char *pattern, GError **error)
{
    g_autofree char *whole = whole_pattern(words, pattern);
    return g_regex_new(whole, G_REGEX_RAW | G_REGEX_CASELESS, 0, error);
}

char *pattern_word(const char *name, const char *means)
{
    return g_strdup_printf("(?(DEFINE)(?<%s>%s))", name, means);
}

/* GLib's sentence holds the whole pattern, with what stands before the person's own. */
char *pattern_sentence(const char *words, const char *pattern, const GError *error)
{
    g_autofree char *whole = whole_pattern(words, pattern);
    const char *tail = strstr(error->message, whole);
    const char *digits = tail != NULL ? strpbrk(tail + strlen(whole), "0123456789") : NULL;
    if (digits == NULL)
        return g_strdup_printf("is no regular expression: %s", error->message);
    char *why = NULL;
    size_t at = (size_t)g_ascii_strtoull(digits, &why, 10);
    size_t before = strlen(whole) - strlen(pattern);
    at = at > before ? at - before : 0;
    while (*why == ':' || *why == ' ')
        why++;
    return g_strdup_printf("is no regular expression, at character %zu: %s", at, why);
}

char *pattern_hopeless(const char *pattern)
{
    for (const char *at = pattern; *at != '\0'; at = g_utf8_next_char(at)) {
        if (g_ascii_iscntrl(*at))
            return g_strdup("holds a line break or the like, which is never found: texts have "
                            "single blanks instead when they are read");
        if ((unsigned char)*at >= 0x80)
            return g_strdup_printf("“%.*s” is never found: texts are small letters without "
                                   "diacritics when they are read",
                                   (int)(g_utf8_next_char(at) - at), at);
    }
    return NULL;
}

char *pattern_strange_group(const char *pattern, const char *const *known, bool *retknown)
{
    *retknown = false;
    for (const char *at = strstr(pattern, "(?"); at != NULL; at = strstr(at, "(?")) {
        at += 2;
        at += *at == 'P' ? 1 : 0;
        bool named = (*at == '<' && at[1] != '=' && at[1] != '!') || *at == '\'';
        if (!named)
            continue;
        at++;
        g_autofree char *name = g_strndup(at, strcspn(at, ">'"));
        if (!g_strv_contains(known, name))
            return g_steal_pointer(&name);
        *retknown = true;
    }
    return NULL;
}
