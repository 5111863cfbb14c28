// SPDX-License-Identifier: GPL-2.0-or-later
/* A menu may hold quotes of its own, so the quote that ends it is one that nothing follows but a
 * <dcs>; one that ends a line of the menu, a number behind it or not, is told by being the second
 * of a pair. Where a text has half a pair of its own, its end is waited for a while in vain. Some
 * modems cut long texts, quote and all: then what follows is the modem's own speech, and must be
 * found. */
#include "modems/ussd_line.h"

#include "modems/result.h"

#include <string.h>

/* What may stand behind the closing quote: "", ",", ",15". */
static bool is_tail(const char *text)
{
    text += strspn(text, " ");
    if (*text == ',')
        text++;
    text += strspn(text, " ");
    text += strspn(text, "0123456789");
    text += strspn(text, " \n");
    return *text == '\0';
}

/* The quote before the text; NULL where it has none. */
static const char *opening_quote(const char *line)
{
    const char *comma = strchr(line, ',');
    if (comma == NULL || !g_str_has_prefix(line, "+CUSD:"))
        return NULL;
    const char *quote = comma + 1 + strspn(comma + 1, " ");
    return *quote == '"' ? quote : NULL;
}

bool ussd_line_is_open(const char *line)
{
    const char *first = opening_quote(line);
    if (first == NULL)
        return false;
    const char *last = strrchr(first, '"');
    if (last == first || !is_tail(last + 1))
        return true;
    unsigned quotes = 0;
    for (const char *at = first; *at != '\0'; at++)
        quotes += *at == '"';
    return quotes % 2 == 1;
}

static bool is_own(const char *line, const char *command, bool surely)
{
    struct result result;
    enum result_kind kind = result_kind(line);
    bool final = result_read(line, &result);
    bool said = kind != RESULT_ANSWER && kind != RESULT_NOISE;
    bool echo = command[0] != '\0' && strcmp(line, command) == 0;
    if (said || echo || (final && result.code >= 0) || g_str_has_prefix(line, "+CMGS:"))
        return true;
    return !surely && (final || line[0] == '>' || result_names(command, line));
}

size_t ussd_line_length(const char *text, const char *command, bool surely)
{
    for (const char *end = strchr(text, '\n'); end != NULL; end = strchr(end + 1, '\n')) {
        const char *from = end + 1 + strspn(end + 1, " ");
        g_autofree char *line = g_strndup(from, strcspn(from, "\n"));
        if (is_own(g_strchomp(line), command, surely))
            return (size_t)(end + 1 - text);
    }
    return strlen(text);
}
