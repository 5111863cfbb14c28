// SPDX-License-Identifier: GPL-2.0-or-later
// A command's talk with the service: the JSON of an answer, or sentences on stderr and an exit
// code.
#pragma once

#include "gateway/cli/client.h"
#include "gateway/cli/command.h"

#include <jansson.h>

/* Comes with every call from now on. */
void call_set_office_key(struct command_line *line, const char *key);
/* NULL after everything was said on stderr; `retcode` is the exit code then. The caller decrefs. */
json_t *call_get(struct command_line *line, const char *path, int *retcode);
/* `body` NULL: none. */
json_t *call_post(struct command_line *line, const char *path, const char *body, int *retcode);
json_t *call_upload(struct command_line *line, const char *path, const struct client_part *parts,
                    unsigned count, int *retcode);
/* The bytes of a file instead of JSON; the caller frees. */
GString *call_download(struct command_line *line, const char *path, int *retcode);
/* As call_get(), but a service that is away is no fault: NULL and `retcode` COMMAND_GO_ON. */
json_t *call_try(struct command_line *line, const char *path, int *retcode);
/* All pages of a list, joined under `member`, at most `limit` (0: all). */
json_t *call_pages(struct command_line *line, const char *path, const char *member, unsigned limit,
                   int *retcode);

/* One segment of a path or the value of a parameter. */
char *call_escape(const char *text);
/* {"by": …, "reason": …} and so on from pairs that NULL ends; pairs with a NULL value are left out.
 */
char *call_body(const char *name, ...) G_GNUC_NULL_TERMINATED;
/* A file, or stdin for "-". False after the sentence was printed. */
bool call_read_file(const char *path, GString **retbytes);

void call_print_json(const json_t *json);
/* Mistakes as file:line: field: sentence on stderr. */
void call_print_mistakes(const json_t *mistakes);

/* Members of answers; "" and 0 where there is none. */
const char *call_text(const json_t *json, const char *name);
int64_t call_number(const json_t *json, const char *name);
/* "2024-06-10 08:00:05" of an RFC 3339 member; "" for null. */
char *call_time(const json_t *json, const char *name);
