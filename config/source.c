// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens a configuration text: scanned first, parsed by libconfig, kept while the table is filled
 * and while the checks that span settings run, so that each mistake knows its file and line. */
#include "config/source.h"

#include <string.h>

#include "config/scan.h"

struct config_source {
    config_t config;
    char *name, *folder;
    GStringChunk *files; /* paths of included files, once each */
};

/* libconfig's words, and what to do about it. */
static const struct {
    const char *theirs, *ours;
} sentences[] = {
    {"syntax error", "this cannot be read; look here and in the line before for a missing “;”, "
                     "quote or bracket"},
    {"duplicate setting name", "a setting of this line stands in this place of the file already"},
    {"mismatched element type in array",
     "the elements of an array [ ] must be all numbers or all text"},
    {"memory exhausted", "the brackets are nested too deep"},
};

/* libconfig names included files as they stand behind @include, and the first not at all. */
static const char *file_named(const struct config_source *source, const char *name)
{
    if (name == NULL)
        return source->name;
    g_autofree char *path = g_strconcat(source->folder, "/", name, NULL);
    return g_string_chunk_insert_const(source->files, path);
}

static void parse_mistake(const struct config_source *source, GPtrArray *mistakes)
{
    const config_t *config = &source->config;
    const char *file = file_named(source, config_error_file(config));
    const char *sentence = config_error_text(config);
    for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
        if (g_strcmp0(sentence, sentences[i].theirs) == 0)
            sentence = sentences[i].ours;
    }
    mistakes_add(mistakes, file, (unsigned)MAX(config_error_line(config), 0), NULL, "%s",
                 sentence != NULL ? sentence : "this cannot be read");
}

static struct config_source *source_open(const char *text, size_t length, const char *name,
                                         const char *folder, GPtrArray *mistakes)
{
    static const char mark[] = "\xef\xbb\xbf"; /* Notepad's byte order mark */
    if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
        text += strlen(mark);
        length -= strlen(mark);
    }
    if (!scan_text(text, length, name, folder, mistakes))
        return NULL;
    struct config_source *source = g_new0(struct config_source, 1);
    source->name = g_strdup(name);
    source->folder = g_strdup(folder);
    source->files = g_string_chunk_new(256);
    config_init(&source->config);
    if (folder != NULL)
        config_set_include_dir(&source->config, folder);
    /* libconfig knows a comment only by the line break behind it. */
    g_autofree char *whole = g_strconcat(text, "\n", NULL);
    if (!config_read_string(&source->config, whole)) {
        parse_mistake(source, mistakes);
        source_free(source);
        return NULL;
    }
    return source;
}

struct config_source *source_open_text(const char *text, const char *name, GPtrArray *mistakes)
{
    return source_open(text, strlen(text), name, NULL, mistakes);
}

struct config_source *source_open_file(const char *path, GPtrArray *mistakes)
{
    g_autofree char *text = NULL;
    gsize length;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, &length, &error)) {
        mistakes_add(mistakes, path, 0, NULL, "%s", error->message);
        return NULL;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    return source_open(text, length, path, folder, mistakes);
}

void source_free(struct config_source *source)
{
    if (source == NULL)
        return;
    config_destroy(&source->config);
    g_free(source->name);
    g_free(source->folder);
    g_string_chunk_free(source->files);
    g_free(source);
}

const config_setting_t *source_root(const struct config_source *source)
{
    return config_root_setting(&source->config);
}

const char *source_file_of(const struct config_source *source, const config_setting_t *setting)
{
    return file_named(source, config_setting_source_file(setting));
}

/* The setting at a path, or the nearest around it. */
static const config_setting_t *find(const struct config_source *source, const char *field)
{
    const config_setting_t *at = source_root(source);
    g_auto(GStrv) steps = g_strsplit_set(field != NULL ? field : "", ".[", -1);
    for (char **step = steps; *step != NULL; step++) {
        const config_setting_t *next =
            g_str_has_suffix(*step, "]")
                ? config_setting_get_elem(at, (unsigned)g_ascii_strtoull(*step, NULL, 10))
                : config_setting_get_member(at, *step);
        if (next == NULL)
            return at;
        at = next;
    }
    return at;
}

static const char *place(const struct config_source *source, const char *field, unsigned *retline)
{
    const config_setting_t *setting = find(source, field);
    bool root = config_setting_is_root(setting);
    *retline = root ? 0 : config_setting_source_line(setting);
    return root ? source->name : source_file_of(source, setting);
}

void source_mistake(const struct config_source *source, GPtrArray *mistakes, const char *field,
                    const char *format, ...)
{
    unsigned line;
    const char *file = place(source, field, &line);
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_add(mistakes, file, line, field, "%s", sentence);
}

void source_warn(const struct config_source *source, GPtrArray *mistakes, const char *field,
                 const char *format, ...)
{
    unsigned line;
    const char *file = place(source, field, &line);
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_warn(mistakes, file, line, field, "%s", sentence);
}
