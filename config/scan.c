// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks over comments, strings, numbers and @include as libconfig's own scanner does, and judges
 * what that one lets pass: it cuts 123456789012 to 32 bits without a word, ends the program when an
 * included file is a folder, takes any bytes for text, and never frees a string that stands where
 * none may stand or that has no end. Knows nothing of settings. */
#include "config/scan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* libconfig gives up at the same depth. */
#define INCLUDE_DEPTH 10

struct scan {
    const char *name, *folder;
    const char *at;
    unsigned line, depth;
    bool blank;        /* nothing but blanks in this line so far */
    char last;         /* character of the file but blanks and comments; 0 at its start */
    GString *brackets; /* those that are open here */
    GPtrArray *mistakes;
};

static bool scan_file(const char *text, size_t length, struct scan *scan);

/* Steps over what ends with `last`, counting lines; an escaped quote does not end a string. False
 * when the file ends before. */
static bool skip_to(struct scan *scan, const char *last)
{
    size_t length = strlen(last);
    bool string = last[0] == '"';
    while (*scan->at != '\0' && strncmp(scan->at, last, length) != 0) {
        if (string && scan->at[0] == '\\' && (scan->at[1] == '"' || scan->at[1] == '\\'))
            scan->at++;
        if (*scan->at == '\n')
            scan->line++;
        scan->at++;
    }
    bool ended = *scan->at != '\0';
    scan->at += ended ? length : 0;
    return ended;
}

/* Outside of lists and arrays a comma ends a setting, as a semicolon does. */
static bool may_begin_string(const struct scan *scan)
{
    char bracket = scan->brackets->len > 0 ? scan->brackets->str[scan->brackets->len - 1] : '{';
    if (scan->last == ',')
        return bracket != '{';
    return scan->last != '\0' && strchr("=:([\"", scan->last) != NULL;
}

/* At a quote. Where no string may begin libconfig finds an error, and forgets what it has read of
 * the string. */
static void check_string(struct scan *scan)
{
    unsigned line = scan->line;
    bool expected = may_begin_string(scan);
    scan->at++;
    bool ended = skip_to(scan, "\"");
    if (!expected)
        mistakes_add(scan->mistakes, scan->name, line, NULL,
                     "no text may stand here; look here and in the line before for a missing “=”, "
                     "comma or quote");
    else if (!ended)
        mistakes_add(scan->mistakes, scan->name, line, NULL, "the quote opened here never ends");
    if (!ended || !expected) /* what follows may be text taken for settings */
        scan->at += strlen(scan->at);
}

static void check_number(struct scan *scan)
{
    const char *first = scan->at;
    scan->at += strspn(scan->at, "0123456789abcdefABCDEFxX.+-");
    bool wide = *scan->at == 'L';
    scan->at += strspn(scan->at, "L");
    g_autofree char *number = g_strndup(first, (gsize)(scan->at - first));
    bool hex = g_ascii_strncasecmp(number, "0x", 2) == 0;
    if (!hex && strpbrk(number, ".eE") != NULL)
        return;
    errno = 0;
    unsigned long long value = strtoull(number, NULL, hex ? 16 : 10);
    if (errno == ERANGE || value > (wide ? LLONG_MAX : (hex ? UINT_MAX : INT_MAX)))
        mistakes_add(scan->mistakes, scan->name, scan->line, NULL, "the number %s is too large%s",
                     number, errno == ERANGE || wide ? "" : "; numbers above 2147483647 end in L");
}

static void check_included(struct scan *scan, unsigned line, const char *path)
{
    g_autofree char *text = NULL;
    g_autofree char *full = g_strconcat(scan->folder, "/", path, NULL);
    gsize length;
    if (scan->depth == INCLUDE_DEPTH) {
        mistakes_add(scan->mistakes, scan->name, line, NULL,
                     "files include each other more than %d deep", INCLUDE_DEPTH);
        return;
    }
    if (strchr(path, '\\') != NULL || !g_file_test(full, G_FILE_TEST_IS_REGULAR) ||
        !g_file_get_contents(full, &text, &length, NULL)) {
        mistakes_add(scan->mistakes, scan->name, line, NULL, "cannot read the file “%s”", full);
        return;
    }
    struct scan inner = {.name = full,
                         .folder = scan->folder,
                         .depth = scan->depth + 1,
                         .last = scan->last,
                         .brackets = scan->brackets,
                         .mistakes = scan->mistakes};
    scan_file(text, length, &inner);
    scan->last = inner.last;
}

/* At '@'. What is no @include at the start of a line, libconfig takes for a syntax error. */
static void check_include(struct scan *scan)
{
    static const char word[] = "@include";
    bool include = scan->blank && g_str_has_prefix(scan->at, word);
    if (scan->folder == NULL) {
        mistakes_add(scan->mistakes, scan->name, scan->line, NULL,
                     include ? "@include is not allowed here; put everything into one file"
                             : "the character @ may only stand inside quotes");
        scan->at += strcspn(scan->at, "\n");
        return;
    }
    const char *path = scan->at + strlen(word);
    path += include ? strspn(path, " \t") : 0;
    if (!include || path[-1] == 'e' || *path != '"') {
        scan->at++;
        return;
    }
    scan->at = path + 1;
    unsigned line = scan->line;
    skip_to(scan, "\"");
    g_autofree char *name = g_strndup(path + 1, (gsize)(scan->at - path - 1));
    name[strcspn(name, "\"")] = '\0';
    check_included(scan, line, name);
}

static void take_mark(struct scan *scan)
{
    GString *brackets = scan->brackets;
    if (strchr("([{", *scan->at) != NULL)
        g_string_append_c(brackets, *scan->at);
    else if (strchr(")]}", *scan->at) != NULL && brackets->len > 0)
        g_string_truncate(brackets, brackets->len - 1);
    scan->line += *scan->at == '\n';
    scan->at++;
}

static void step(struct scan *scan)
{
    const char *at = scan->at;
    bool blank = scan->blank;
    scan->blank = *at == '\n' || (blank && (*at == ' ' || *at == '\t'));
    if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
        scan->at += strcspn(at, "\n");
    } else if (at[0] == '/' && at[1] == '*') {
        scan->at += 2;
        skip_to(scan, "*/");
    } else if (*at == '"') {
        check_string(scan);
    } else if (*at == '@') {
        scan->blank = blank;
        check_include(scan);
        scan->blank = false;
    } else if (g_ascii_isdigit(*at)) {
        check_number(scan);
    } else if (g_ascii_isalpha(*at)) {
        scan->at += strspn(at, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-*");
    } else {
        take_mark(scan);
    }
    bool comment = *at == '#' || (*at == '/' && (at[1] == '/' || at[1] == '*'));
    if (!comment && *at != '@' && !g_ascii_isspace(*at))
        scan->last = *at;
}

static bool scan_file(const char *text, size_t length, struct scan *scan)
{
    unsigned before = mistakes_count(scan->mistakes);
    const char *wrong;
    if (!g_utf8_validate(text, (gssize)length, &wrong)) {
        unsigned line = 1;
        for (const char *at = text; at < wrong; at++)
            line += *at == '\n';
        mistakes_add(scan->mistakes, scan->name, line, NULL,
                     "this is no UTF-8 text; save the file in the encoding UTF-8");
        return false;
    }
    scan->at = text;
    scan->line = 1;
    scan->blank = true;
    while (*scan->at != '\0')
        step(scan);
    return mistakes_count(scan->mistakes) == before;
}

bool scan_text(const char *text, size_t length, const char *name, const char *folder,
               GPtrArray *mistakes)
{
    g_autoptr(GString) brackets = g_string_new(NULL);
    struct scan scan = {.name = name, .folder = folder, .brackets = brackets, .mistakes = mistakes};
    return scan_file(text, length, &scan);
}
