// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks the service, and turns whatever is no success into sentences and an exit code of
 * sysexits(3): what the person sent is 65, a service that is away 69, one that is busy 75, its own
 * fault 70. */
#include "gateway/cli/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct {
    unsigned status;
    int code;
} codes[] = {
    {403, EX_NOPERM},   {429, EX_TEMPFAIL}, {503, EX_TEMPFAIL},
    {507, EX_TEMPFAIL}, {500, EX_SOFTWARE}, {405, EX_SOFTWARE}, /* a service of another version */
};

static int code_of(unsigned status)
{
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i].status == status)
            return codes[i].code;
    }
    return status >= 500 ? EX_SOFTWARE : EX_DATAERR;
}

const char *call_text(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text != NULL ? text : "";
}

int64_t call_number(const json_t *json, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(json, name));
}

char *call_time(const json_t *json, const char *name)
{
    char *text = g_strndup(call_text(json, name), strlen("2024-06-10T08:00:05"));
    return g_strdelimit(text, "T", ' ');
}

void call_print_mistakes(const json_t *mistakes)
{
    size_t index;
    const json_t *mistake;
    json_array_foreach(mistakes, index, mistake)
    {
        const char *field = call_text(mistake, "field");
        int64_t line = call_number(mistake, "line");
        g_autofree char *place = line > 0 ? g_strdup_printf(":%" G_GINT64_FORMAT, line) : NULL;
        fprintf(stderr, "%s%s: %s%s%s%s\n", call_text(mistake, "file"), place != NULL ? place : "",
                field, field[0] != '\0' ? ": " : "",
                json_is_true(json_object_get(mistake, "warning")) ? "warning: " : "",
                call_text(mistake, "sentence"));
    }
}

static int report_problem(const struct client_reply *reply)
{
    json_t *json = json_loadb(reply->body->str, reply->body->len, 0, NULL);
    const char *detail = call_text(json, "detail");
    int code = code_of(reply->status);
    call_print_mistakes(json_object_get(json, "mistakes"));
    if (detail[0] != '\0')
        command_fail(code, "%s", detail);
    else
        command_fail(code, "the service answered with status %u", reply->status);
    json_decref(json);
    return code;
}

static int report_fault(const GError *error)
{
    int code = EX_TEMPFAIL;
    if (g_error_matches(error, CLIENT_ERROR, CLIENT_ERROR_ABSENT))
        code = EX_UNAVAILABLE;
    else if (g_error_matches(error, CLIENT_ERROR, CLIENT_ERROR_DENIED))
        code = EX_NOPERM;
    return command_fail(code, "%s", error->message);
}

/* Takes what is in `reply`. */
static json_t *read_reply(struct client_reply *reply, int *retcode)
{
    json_t *json = NULL;
    if (reply->status / 100 != 2) {
        *retcode = report_problem(reply);
    } else {
        json = json_loadb(reply->body->str, reply->body->len, 0, NULL);
        if (json == NULL)
            *retcode = command_fail(EX_PROTOCOL, "the service's answer is no JSON");
    }
    client_reply_clear(reply);
    return json;
}

static struct client *client_of(struct command_line *line)
{
    if (line->client == NULL)
        line->client = client_new(line->socket != NULL ? line->socket : command_default_socket());
    return line->client;
}

void call_set_office_key(struct command_line *line, const char *key)
{
    client_set_office_key(client_of(line), key);
}

json_t *call_get(struct command_line *line, const char *path, int *retcode)
{
    g_autoptr(GError) error = NULL;
    struct client_reply reply;
    if (client_send(client_of(line), "GET", path, NULL, &reply, &error))
        return read_reply(&reply, retcode);
    *retcode = report_fault(error);
    return NULL;
}

GString *call_download(struct command_line *line, const char *path, int *retcode)
{
    g_autoptr(GError) error = NULL;
    struct client_reply reply;
    GString *bytes = NULL;
    if (!client_send(client_of(line), "GET", path, NULL, &reply, &error)) {
        *retcode = report_fault(error);
        return NULL;
    }
    if (reply.status / 100 == 2)
        bytes = g_string_new_len(reply.body->str, (gssize)reply.body->len);
    else
        *retcode = report_problem(&reply);
    client_reply_clear(&reply);
    return bytes;
}

json_t *call_try(struct command_line *line, const char *path, int *retcode)
{
    g_autoptr(GError) error = NULL;
    struct client_reply reply;
    if (client_send(client_of(line), "GET", path, NULL, &reply, &error))
        return read_reply(&reply, retcode);
    *retcode = COMMAND_GO_ON;
    if (g_error_matches(error, CLIENT_ERROR, CLIENT_ERROR_DENIED))
        *retcode = report_fault(error);
    return NULL;
}

json_t *call_post(struct command_line *line, const char *path, const char *body, int *retcode)
{
    g_autoptr(GError) error = NULL;
    struct client_reply reply;
    if (client_send(client_of(line), "POST", path, body, &reply, &error))
        return read_reply(&reply, retcode);
    *retcode = report_fault(error);
    return NULL;
}

json_t *call_upload(struct command_line *line, const char *path, const struct client_part *parts,
                    unsigned count, int *retcode)
{
    g_autoptr(GError) error = NULL;
    struct client_reply reply;
    if (client_upload(client_of(line), path, parts, count, &reply, &error))
        return read_reply(&reply, retcode);
    *retcode = report_fault(error);
    return NULL;
}

json_t *call_pages(struct command_line *line, const char *path, const char *member, unsigned limit,
                   int *retcode)
{
    enum { PAGE = 1000 };
    json_t *all = json_array();
    /* The outbox, the alarms, the ledger and dialogues go backwards in time, all others forwards.
     */
    bool backwards = strcmp(member, "outbox") == 0 || strcmp(member, "alarms") == 0 ||
                     strcmp(member, "consent") == 0 || strcmp(member, "dialogues") == 0;
    const char *cursor = backwards ? "before" : "after";
    int64_t next = 0;
    do {
        size_t left = limit > 0 ? limit - json_array_size(all) : PAGE;
        g_autofree char *page = g_strdup_printf("%s%c%s=%" G_GINT64_FORMAT "&limit=%zu", path,
                                                strchr(path, '?') != NULL ? '&' : '?', cursor, next,
                                                MIN(left, (size_t)PAGE));
        json_t *json = call_get(line, page, retcode);
        if (json == NULL) {
            json_decref(all);
            return NULL;
        }
        json_array_extend(all, json_object_get(json, member));
        next = call_number(json, "next");
        json_decref(json);
    } while (next > 0 && (limit == 0 || json_array_size(all) < limit));
    return json_pack("{so}", member, all);
}

char *call_escape(const char *text)
{
    return g_uri_escape_string(text, NULL, FALSE);
}

char *call_body(const char *name, ...)
{
    json_t *json = json_object();
    va_list pairs;
    va_start(pairs, name);
    for (; name != NULL; name = va_arg(pairs, const char *)) {
        const char *value = va_arg(pairs, const char *);
        g_autofree char *valid = value != NULL ? g_utf8_make_valid(value, -1) : NULL;
        if (valid != NULL)
            json_object_set_new(json, name, json_string(valid));
    }
    va_end(pairs);
    char *dumped = json_dumps(json, JSON_COMPACT);
    char *body = g_strdup(dumped);
    free(dumped);
    json_decref(json);
    return body;
}

static bool read_stdin(GString *bytes)
{
    char buffer[65536];
    size_t count = 0;
    while ((count = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        g_string_append_len(bytes, buffer, (gssize)count);
    return ferror(stdin) == 0;
}

bool call_read_file(const char *path, GString **retbytes)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *content = NULL;
    size_t length = 0;
    if (strcmp(path, "-") == 0) {
        *retbytes = g_string_new(NULL);
        if (read_stdin(*retbytes))
            return true;
        g_string_free(*retbytes, TRUE);
        command_fail(EX_NOINPUT, "stdin cannot be read");
        return false;
    }
    if (!g_file_get_contents(path, &content, &length, &error)) {
        command_fail(EX_NOINPUT, "%s", error->message);
        return false;
    }
    *retbytes = g_string_new_len(content, (gssize)length);
    return true;
}

void call_print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2));
    fputc('\n', stdout);
}
