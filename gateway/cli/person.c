// SPDX-License-Identifier: GPL-2.0-or-later
/* loa person find, export, erase: what people may ask of those who hold their data. */
#include "gateway/cli/call.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

int cli_person_find(struct command_line *line, int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", true},     {"name", false},
                                                  {"birth", false}, {"unit", false},
                                                  {"phone", false}, {"household", false}};
    int code = command_open(line, NULL, argc, argv, 1, 1);
    if (code != COMMAND_GO_ON)
        return code;
    g_autofree char *query = call_escape(line->arguments[0]);
    g_autofree char *path = g_strdup_printf("/v1/persons?query=%s", query);
    json_t *answer = call_get(line, path, &code);
    if (answer == NULL)
        return code;
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    size_t index;
    const json_t *person;
    json_array_foreach(json_object_get(answer, "persons"), index, person)
    {
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, call_number(person, "id"));
        const char *cells[] = {id,
                               call_text(person, "name"),
                               call_text(person, "birth"),
                               call_text(person, "unit"),
                               call_text(person, "phone"),
                               call_text(person, "household")};
        table_add(table, cells);
    }
    if (line->json)
        call_print_json(answer);
    else if (table_rows(table) > 0)
        table_print(table);
    else
        printf("Nobody is called that or has that number.\n");
    if (!line->json && json_is_true(json_object_get(answer, "more")))
        printf("There are more: give more of the name.\n");
    table_free(table);
    json_decref(answer);
    return EX_OK;
}

/* The file is for one person's eyes. */
static int write_file(const char *path, const json_t *json)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return command_fail(EX_CANTCREAT, "%s: %s", path, g_strerror(errno));
    bool written =
        json_dumpfd(json, fd, JSON_INDENT(1)) == 0 && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
    if (close(fd) != 0 || !written)
        return command_fail(EX_IOERR, "%s could not be written whole", path);
    printf("%s was written\n", path);
    return EX_OK;
}

int cli_person_export(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL, *phone = NULL, *person = NULL, *out = NULL;
    const GOptionEntry entries[] = {
        {"phone", 0, 0, G_OPTION_ARG_STRING, &phone, "Of this number and everybody who has it",
         "NUMBER"},
        {"person", 0, 0, G_OPTION_ARG_STRING, &person, "Of this person, as loa person find shows",
         "ID"},
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Into this new file (default: print it)",
         "FILE"},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who hands it out (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Who asked; kept in the ledger", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if ((phone == NULL) == (person == NULL))
        return command_fail(EX_USAGE, "give either --phone or --person; see: loa person find");
    /* Before anybody is asked: what is handed out is written down. */
    if (out != NULL && g_file_test(out, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return command_fail(EX_CANTCREAT, "%s is there already: choose another name", out);
    g_autofree char *body = call_body("phone", phone, "person", person, "by",
                                      by != NULL ? by : g_get_user_name(), "reason", reason, NULL);
    json_t *file = call_post(line, "/v1/persons/export", body, &code);
    if (file == NULL)
        return code;
    code = EX_OK;
    if (out != NULL)
        code = write_file(out, file);
    else
        call_print_json(file);
    json_decref(file);
    return code;
}

static void print_erasure(const json_t *erasure)
{
    bool dry = json_is_true(json_object_get(erasure, "dry_run"));
    printf("%s: %" G_GINT64_FORMAT " persons, %" G_GINT64_FORMAT " messages (%" G_GINT64_FORMAT
           " not sent any more), %" G_GINT64_FORMAT " replies, %" G_GINT64_FORMAT
           " opinions, %" G_GINT64_FORMAT " answers in words\n",
           dry ? "would be erased" : "erased", call_number(erasure, "persons"),
           call_number(erasure, "messages"), call_number(erasure, "cancelled"),
           call_number(erasure, "replies"), call_number(erasure, "opinions"),
           call_number(erasure, "answers"));
    int64_t shared = call_number(erasure, "phone_shared_with");
    if (shared > 0)
        printf("%" G_GINT64_FORMAT " more have this phone: the number and what came from it stay; "
               "texts that bear the name go\n",
               shared);
    if (json_is_false(json_object_get(erasure, "file_clean")))
        printf("unused parts of the database may hold remains: at a quiet time run\n"
               "  sqlite3 LOA.DB 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE)'\n");
    if (!dry)
        printf("Backups made before still hold it, and so do files that were handed out.\n");
}

int cli_person_erase(struct command_line *line, int argc, char **argv)
{
    g_autofree char *by = NULL, *reason = NULL, *phone = NULL, *person = NULL;
    gboolean dry_run = FALSE, everybody = FALSE;
    const GOptionEntry entries[] = {
        {"phone", 0, 0, G_OPTION_ARG_STRING, &phone, "The number and the person who has it",
         "NUMBER"},
        {"person", 0, 0, G_OPTION_ARG_STRING, &person, "This person, as loa person find shows",
         "ID"},
        {"everybody", 0, 0, G_OPTION_ARG_NONE, &everybody,
         "With --phone: all persons who share the number", NULL},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, "Only say what would go", NULL},
        {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Who does it (default: you)", "NAME"},
        {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "Who asked; kept in the ledger", "TEXT"},
        G_OPTION_ENTRY_NULL,
    };
    int code = command_open(line, entries, argc, argv, 0, 0);
    if (code != COMMAND_GO_ON)
        return code;
    if ((phone == NULL) == (person == NULL))
        return command_fail(EX_USAGE, "give either --phone or --person; see: loa person find");
    if (!dry_run && (reason == NULL || *reason == '\0'))
        return command_fail(EX_USAGE, "say with --reason who asked for it; this cannot be undone");
    g_autofree char *body = call_body(
        "phone", phone, "person", person, "by", by != NULL ? by : g_get_user_name(), "dry_run",
        dry_run ? "true" : NULL, "everybody", everybody ? "true" : NULL, "reason", reason, NULL);
    json_t *erasure = call_post(line, "/v1/persons/erase", body, &code);
    if (erasure == NULL)
        return code;
    if (line->json)
        call_print_json(erasure);
    else
        print_erasure(erasure);
    json_decref(erasure);
    return EX_OK;
}
