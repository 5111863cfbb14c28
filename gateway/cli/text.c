// SPDX-License-Identifier: GPL-2.0-or-later
// loa text: what a text costs as an SMS, and what it would cost without diacritics.
#include "campaigns/text.h"

#include "campaigns/parts.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/lines.h"

#include <jansson.h>
#include <stdio.h>

static const char *coding_name(enum coding coding)
{
    return coding == CODING_GSM7 ? "GSM-7" : "UCS-2";
}

static json_t *characters_of(const char *text)
{
    json_t *characters = json_array();
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        json_array_append_new(characters, json_stringn(at, (size_t)(g_utf8_next_char(at) - at)));
    return characters;
}

static void print_json(const char *line, const struct text_parts *parts, const char *plain,
                       const struct text_parts *plain_parts)
{
    json_t *object = json_pack(
        "{s:s, s:s, s:i, s:i, s:o, s:i, s:s, s:s, s:i, s:i}", "text", line, "encoding",
        coding_name(parts->coding), "units", (int)parts->units, "parts", (int)parts->count,
        "offending", characters_of(parts->offending), "left", (int)parts->left, "unmarked", plain,
        "unmarked_encoding", coding_name(plain_parts->coding), "unmarked_units",
        (int)plain_parts->units, "unmarked_parts", (int)plain_parts->count);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void print_plain(const struct text_parts *parts, const char *plain,
                        const struct text_parts *plain_parts)
{
    printf("%s\t%u units\t%u %s\t%u left\t%s\tunmarked: %s\t%u units\t%u %s\t%s\n",
           coding_name(parts->coding), parts->units, parts->count,
           parts->count == 1 ? "part" : "parts", parts->left,
           parts->offending[0] != '\0' ? parts->offending : "-", coding_name(plain_parts->coding),
           plain_parts->units, plain_parts->count, plain_parts->count == 1 ? "part" : "parts",
           plain);
}

static void take_line(const char *line, bool json)
{
    struct text_parts parts, plain_parts;
    g_autofree char *plain = text_unmark(line);
    text_parts_make(line, &parts);
    text_parts_make(plain, &plain_parts);
    if (json)
        print_json(line, &parts, plain, &plain_parts);
    else
        print_plain(&parts, plain, &plain_parts);
    text_parts_clear(&parts);
    text_parts_clear(&plain_parts);
}

int cli_text(struct command_line *line, int argc, char **argv)
{
    return lines_run(line, argc, argv, take_line);
}
