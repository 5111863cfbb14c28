// SPDX-License-Identifier: GPL-2.0-or-later
// What the commands about opinions share.
#pragma once

#include "gateway/cli/command.h"

#include <jansson.h>

struct opinion_options {
    char *state, *campaign, *office, *unit, *topic, *key_file;
};
#define OPINION_KEY_ENTRY(options)                                                                 \
    {                                                                                              \
        "office-key-file", 0, 0, G_OPTION_ARG_FILENAME, &(options)->key_file,                      \
            "Key of an office, for what it alone may read (default: $LOA_OFFICE_KEY)", "FILE"      \
    }
#define OPINION_FILTER_ENTRIES(options)                                                            \
    {"state",                                                                                      \
     0,                                                                                            \
     0,                                                                                            \
     G_OPTION_ARG_STRING,                                                                          \
     &(options)->state,                                                                            \
     "received, forwarded, in-progress, answered, closed or overdue",                              \
     "STATE"},                                                                                     \
        {"campaign", 0, 0, G_OPTION_ARG_STRING, &(options)->campaign, "Only of this campaign",     \
         "CAMPAIGN"},                                                                              \
        {"office", 0, 0, G_OPTION_ARG_STRING, &(options)->office, "Only of this office", "CODE"},  \
        {"unit", 0, 0, G_OPTION_ARG_STRING, &(options)->unit, "Only of this unit and those below", \
         "CODE"},                                                                                  \
        {"topic", 0, 0, G_OPTION_ARG_STRING, &(options)->topic, "Only about this topic", "CODE"},  \
        OPINION_KEY_ENTRY(options)
void opinion_options_clear(struct opinion_options *options);

/* Takes the key along from the next call on. COMMAND_GO_ON, or the exit code after the sentence. */
int opinion_open_office(struct command_line *line, const char *key_file);
/* "?state=…&…", "" for none; the caller frees. */
char *opinion_query(const struct opinion_options *options);
/* Of one opinion, by number or CAMPAIGN/NUMBER. */
char *opinion_path(const char *argument, const char *ending);
/* Takes `opinion`; returns the exit code. */
int opinion_print(const struct command_line *line, json_t *opinion, int code);
