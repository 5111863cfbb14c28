// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills plain structs from libconfig settings by a table. The file is walked in its own order, so
 * that mistakes come in the order of its lines; then what the table has and the file has not gets
 * its default or is missed. A default takes the same way as a value from the file. */
#include "config/reader.h"

#include <math.h>
#include <string.h>

#include "config/source.h"
#include "config/values.h"

struct reading {
    const struct config_source *source;
    GPtrArray *mistakes;
};

static void fill_group(const struct reading *reading, const config_setting_t *group,
                       const struct setting *table, void *into, const char *path);

G_GNUC_PRINTF(4, 5)
static void wrong(const struct reading *reading, const config_setting_t *setting, const char *path,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    mistakes_add(reading->mistakes, source_file_of(reading->source, setting),
                 config_setting_is_root(setting) ? 0 : config_setting_source_line(setting),
                 *path != '\0' ? path : NULL, "%s", sentence);
}

/* The text of a setting, NULL with the mistake told if it is none. */
static const char *text_of(const struct reading *reading, const config_setting_t *setting,
                           const char *path)
{
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        wrong(reading, setting, path, "must be text in double quotes");
        return NULL;
    }
    const char *text = config_setting_get_string(setting);
    /* Escapes such as \xff can make bytes that the scan of the file could not see. */
    if (text != NULL && !g_utf8_validate(text, -1, NULL)) {
        wrong(reading, setting, path, "this is no UTF-8 text");
        return NULL;
    }
    return text != NULL ? text : "";
}

static void fill_texts(const struct reading *reading, const config_setting_t *setting,
                       char ***rettexts, const char *path)
{
    if (!config_setting_is_array(setting) && !config_setting_is_list(setting)) {
        wrong(reading, setting, path, "must be an array of texts: [ \"…\", \"…\" ]");
        return;
    }
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < config_setting_length(setting); i++) {
        g_autofree char *element = g_strdup_printf("%s[%d]", path, i);
        const char *text = text_of(reading, config_setting_get_elem(setting, (unsigned)i), element);
        if (text != NULL)
            g_ptr_array_add(texts, g_strdup(text));
    }
    g_ptr_array_add(texts, NULL);
    *rettexts = (char **)g_ptr_array_steal(texts, NULL);
}

static bool in_range(const struct reading *reading, const config_setting_t *setting,
                     const struct setting *row, double value, const char *path)
{
    if (row->minimum == 0 && row->maximum == 0)
        return true;
    if (value >= row->minimum && value <= row->maximum)
        return true;
    g_autofree char *range = value_range(row);
    wrong(reading, setting, path, "must be %s", range);
    return false;
}

static void fill_number(const struct reading *reading, const config_setting_t *setting,
                        const struct setting *row, void *field, const char *path)
{
    int type = config_setting_type(setting);
    bool whole = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    if (row->type == SETTING_INTEGER ? !whole : !whole && type != CONFIG_TYPE_FLOAT) {
        wrong(reading, setting, path,
              row->type == SETTING_INTEGER ? "must be a whole number without quotes"
                                           : "must be a number without quotes");
        return;
    }
    int64_t integer = whole ? config_setting_get_int64(setting) : 0;
    double real = whole ? (double)integer : config_setting_get_float(setting);
    if (!isfinite(real)) {
        wrong(reading, setting, path, "the number is too large");
        return;
    }
    if (!in_range(reading, setting, row, real, path))
        return;
    if (row->type == SETTING_INTEGER)
        *(int64_t *)field = integer;
    else
        *(double *)field = real;
}

static void fill_choice(const struct reading *reading, const config_setting_t *setting,
                        const struct setting *row, int *retindex, const char *path)
{
    const char *text = text_of(reading, setting, path);
    if (text == NULL)
        return;
    for (int i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(text, row->choices[i]) == 0) {
            *retindex = i;
            return;
        }
    }
    g_autofree char *all = g_strjoinv(", ", (char **)row->choices);
    wrong(reading, setting, path, "“%s” is not one of %s", text, all);
}

/* Durations, times and hours: values written as text. */
static void fill_written(const struct reading *reading, const config_setting_t *setting,
                         const struct setting *row, void *field, const char *path)
{
    const char *text = text_of(reading, setting, path);
    g_autofree char *sentence = NULL;
    int64_t number = 0;
    if (text == NULL)
        return;
    bool read = row->type == SETTING_HOURS  ? hours_read(text, field, &sentence)
                : row->type == SETTING_TIME ? value_read_time(text, &number, &sentence)
                                            : value_read_duration(text, &number, &sentence);
    if (!read)
        wrong(reading, setting, path, "%s", sentence);
    else if (row->type == SETTING_TIME || (row->type == SETTING_DURATION &&
                                           in_range(reading, setting, row, (double)number, path)))
        *(int64_t *)field = number;
}

/* Every list is there from the start, even if its group turns out wrong or absent. */
static void make_lists(const struct setting *table, void *into)
{
    for (; table->key != NULL; table++) {
        void *field = (char *)into + table->offset;
        if (table->type == SETTING_LIST)
            *(GPtrArray **)field = g_ptr_array_new();
        else if (table->type == SETTING_GROUP)
            make_lists(table->members, field);
    }
}

static void fill_list(const struct reading *reading, const config_setting_t *setting,
                      const struct setting *row, GPtrArray *list, const char *path)
{
    bool empty_array = config_setting_is_array(setting) && config_setting_length(setting) == 0;
    if (!config_setting_is_list(setting) && !empty_array) {
        wrong(reading, setting, path, "must be a list of groups: ( { … }, { … } )");
        return;
    }
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
        g_autofree char *at = g_strdup_printf("%s[%d]", path, i);
        if (!config_setting_is_group(element)) {
            wrong(reading, element, at, "must be a group: { … }");
            continue;
        }
        void *member = g_malloc0(row->member_size);
        g_ptr_array_add(list, member);
        make_lists(row->members, member);
        fill_group(reading, element, row->members, member, at);
    }
}

static void fill_value(const struct reading *reading, const config_setting_t *setting,
                       const struct setting *row, void *field, const char *path)
{
    const char *text = NULL;
    switch (row->type) {
    case SETTING_TEXT:
        text = text_of(reading, setting, path);
        if (text != NULL)
            *(char **)field = g_strdup(text);
        break;
    case SETTING_TEXTS:
        fill_texts(reading, setting, field, path);
        break;
    case SETTING_INTEGER:
    case SETTING_REAL:
        fill_number(reading, setting, row, field, path);
        break;
    case SETTING_FLAG:
        if (config_setting_type(setting) == CONFIG_TYPE_BOOL)
            *(bool *)field = config_setting_get_bool(setting) != 0;
        else
            wrong(reading, setting, path, "must be true or false, without quotes");
        break;
    case SETTING_DURATION:
    case SETTING_TIME:
    case SETTING_HOURS:
        fill_written(reading, setting, row, field, path);
        break;
    case SETTING_CHOICE:
        fill_choice(reading, setting, row, field, path);
        break;
    case SETTING_GROUP:
        if (config_setting_is_group(setting))
            fill_group(reading, setting, row->members, field, path);
        else
            wrong(reading, setting, path, "must be a group: { … }");
        break;
    case SETTING_LIST:
        fill_list(reading, setting, row, *(GPtrArray **)field, path);
        break;
    }
}

/* The row's own check, only for a value that was of the right form. */
static void fill_checked(const struct reading *reading, const config_setting_t *setting,
                         const struct setting *row, void *field, const char *path)
{
    unsigned before = mistakes_count(reading->mistakes);
    fill_value(reading, setting, row, field, path);
    if (row->check == NULL || mistakes_count(reading->mistakes) != before)
        return;
    g_autofree char *sentence = row->check(field);
    if (sentence != NULL)
        wrong(reading, setting, path, "%s", sentence);
}

static void fill_initial(const struct reading *reading, const struct setting *row, void *field)
{
    bool text = row->type == SETTING_TEXT || row->type == SETTING_DURATION ||
                row->type == SETTING_TIME || row->type == SETTING_HOURS ||
                row->type == SETTING_CHOICE;
    const char *quote = text && row->initial[0] != '"' ? "\"" : "";
    g_autofree char *line = g_strdup_printf("%s = %s%s%s;", row->key, quote, row->initial, quote);
    struct config_source *source = source_open_text(line, row->key, reading->mistakes);
    g_assert(source != NULL);
    const config_setting_t *setting = config_setting_get_elem(source_root(source), 0);
    fill_value(&(struct reading){source, reading->mistakes}, setting, row, field, row->key);
    source_free(source);
}

/* What a table promises where the file says nothing: defaults, and empty lists. */
static void fill_absent(const struct reading *reading, const struct setting *row, void *field)
{
    if (row->type == SETTING_GROUP) {
        for (const struct setting *member = row->members; member->key != NULL; member++)
            fill_absent(reading, member, (char *)field + member->offset);
    } else if (row->initial != NULL) {
        fill_initial(reading, row, field);
    }
}

static const struct setting *row_of(const struct setting *table, const char *key)
{
    while (table->key != NULL && strcmp(table->key, key) != 0)
        table++;
    return table->key != NULL ? table : NULL;
}

static void unknown(const struct reading *reading, const config_setting_t *setting,
                    const struct setting *table, const char *path)
{
    g_autoptr(GString) known = g_string_new(NULL);
    for (; table->key != NULL; table++)
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", table->key);
    wrong(reading, setting, path, "there is no such setting here; known are %s", known->str);
}

static void fill_group(const struct reading *reading, const config_setting_t *group,
                       const struct setting *table, void *into, const char *path)
{
    const char *dot = *path != '\0' ? "." : "";
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *key = config_setting_name(setting);
        const struct setting *row = row_of(table, key);
        g_autofree char *at = g_strdup_printf("%s%s%s", path, dot, key);
        if (row != NULL)
            fill_checked(reading, setting, row, (char *)into + row->offset, at);
        else
            unknown(reading, setting, table, at);
    }
    for (const struct setting *row = table; row->key != NULL; row++) {
        g_autofree char *at = g_strdup_printf("%s%s%s", path, dot, row->key);
        if (config_setting_get_member(group, row->key) != NULL)
            continue;
        if (row->required)
            wrong(reading, group, at, "is missing; it is %s", row->help);
        else
            fill_absent(reading, row, (char *)into + row->offset);
    }
}

bool source_fill(const struct config_source *source, const struct setting *table, void *retstruct,
                 GPtrArray *mistakes)
{
    unsigned before = mistakes_count(mistakes);
    const struct reading reading = {source, mistakes};
    make_lists(table, retstruct);
    fill_group(&reading, source_root(source), table, retstruct, "");
    return mistakes_count(mistakes) == before;
}

bool settings_read_text(const char *text, const char *name, const struct setting *table,
                        void *retstruct, GPtrArray *mistakes)
{
    struct config_source *source = source_open_text(text, name, mistakes);
    bool filled = source != NULL && source_fill(source, table, retstruct, mistakes);
    source_free(source);
    return filled;
}

bool settings_read_file(const char *path, const struct setting *table, void *retstruct,
                        GPtrArray *mistakes)
{
    struct config_source *source = source_open_file(path, mistakes);
    bool filled = source != NULL && source_fill(source, table, retstruct, mistakes);
    source_free(source);
    return filled;
}

static void clear_list(const struct setting *row, GPtrArray **list)
{
    for (guint i = 0; *list != NULL && i < (*list)->len; i++) {
        settings_clear(row->members, (*list)->pdata[i]);
        g_free((*list)->pdata[i]);
    }
    g_clear_pointer(list, g_ptr_array_unref);
}

void settings_clear(const struct setting *table, void *filled)
{
    for (; table->key != NULL; table++) {
        void *field = (char *)filled + table->offset;
        if (table->type == SETTING_TEXT)
            g_clear_pointer((char **)field, g_free);
        else if (table->type == SETTING_TEXTS)
            g_clear_pointer((char ***)field, g_strfreev);
        else if (table->type == SETTING_GROUP)
            settings_clear(table->members, field);
        else if (table->type == SETTING_LIST)
            clear_list(table, field);
    }
}
