// SPDX-License-Identifier: GPL-2.0-or-later
/* What a workbook says outside its sheets: where they are, which day is day one, the texts that all
 * cells share, and how numbers are shown. Parts are found by their relations, not by their names,
 * because programs other than Excel name them otherwise. */
#include "campaigns/xlsx_book.h"

#include <string.h>

enum { STRINGS_BYTES_MAX = CSV_BYTES_MAX / 2 };

struct sheet {
    char *name, *relation, *part; /* part NULL: a chart */
    bool hidden;
};

struct relation {
    char *id, *type, *target;
};

struct xlsx_book {
    struct xlsx_archive *archive;
    char *folder; /* of the workbook's part, with its slash */
    bool from_1904;
    GPtrArray *sheets;    /* struct sheet * */
    GPtrArray *relations; /* struct relation * */
    GString *text;        /* all shared strings, each with its NUL */
    GArray *strings;      /* gsize: where each begins */
    GArray *formats;      /* struct xlsx_format of each style */
    GHashTable *codes;    /* number format id → struct xlsx_format * */
    unsigned phonetic;    /* depth in <rPh>, whose text says how to read another */
    bool in_string, in_text, in_styles;
};

static void sheet_free(gpointer data)
{
    struct sheet *sheet = data;
    g_free(sheet->name);
    g_free(sheet->relation);
    g_free(sheet->part);
    g_free(sheet);
}

static void relation_free(gpointer data)
{
    struct relation *relation = data;
    g_free(relation->id);
    g_free(relation->type);
    g_free(relation->target);
    g_free(relation);
}

/* --- Relations ------------------------------------------------------------------------------ */

static void nothing(struct xlsx_events *events, const char *name)
{
    (void)events, (void)name;
}

static void on_relation(struct xlsx_events *events, const char *name, const char *const *attributes)
{
    GPtrArray *relations = events->data;
    if (!g_str_equal(name, "Relationship"))
        return;
    struct relation *relation = g_new(struct relation, 1);
    *relation = (struct relation){g_strdup(xlsx_attribute(attributes, "Id")),
                                  g_strdup(xlsx_attribute(attributes, "Type")),
                                  g_strdup(xlsx_attribute(attributes, "Target"))};
    g_ptr_array_add(relations, relation);
}

static GPtrArray *relations_read(struct xlsx_archive *archive, const char *part, GError **error)
{
    GPtrArray *relations = g_ptr_array_new_with_free_func(relation_free);
    struct xlsx_events events = {on_relation, nothing, NULL, relations, NULL};
    if (!xlsx_archive_has(archive, part) || xlsx_archive_read(archive, part, &events, error))
        return relations;
    g_ptr_array_unref(relations);
    return NULL;
}

/* Types are addresses that end in a word; "strict" files have others before it. */
static const struct relation *relation_of_type(const GPtrArray *relations, const char *word)
{
    for (guint i = 0; i < relations->len; i++) {
        const struct relation *relation = relations->pdata[i];
        const char *end = strrchr(relation->type, '/');
        if (end != NULL && g_str_equal(end + 1, word))
            return relation;
    }
    return NULL;
}

/* "/xl/a.xml" is from the top, "../a.xml" from the folder above, "a.xml" from `folder`. */
static char *resolve(const char *folder, const char *target)
{
    if (target[0] == '/')
        return g_strdup(target + 1);
    g_autofree char *base = g_strdup(folder);
    while (g_str_has_prefix(target, "../")) {
        target += 3;
        size_t length = strlen(base);
        if (length > 0)
            base[length - 1] = '\0';
        char *slash = strrchr(base, '/');
        base[slash != NULL ? (size_t)(slash - base) + 1 : 0] = '\0';
    }
    return g_strconcat(base, target, NULL);
}

static bool is_true(const char *value)
{
    return g_str_equal(value, "1") || g_str_equal(value, "true");
}

/* --- The workbook --------------------------------------------------------------------------- */

static void on_workbook(struct xlsx_events *events, const char *name, const char *const *attributes)
{
    struct xlsx_book *book = events->data;
    if (g_str_equal(name, "workbookPr"))
        book->from_1904 = is_true(xlsx_attribute(attributes, "date1904"));
    if (!g_str_equal(name, "sheet"))
        return;
    struct sheet *sheet = g_new0(struct sheet, 1);
    sheet->name = g_utf8_normalize(xlsx_attribute(attributes, "name"), -1, G_NORMALIZE_NFC);
    sheet->relation = g_strdup(xlsx_attribute(attributes, "id"));
    const char *state = xlsx_attribute(attributes, "state");
    sheet->hidden = g_str_equal(state, "hidden") || g_str_equal(state, "veryHidden");
    g_ptr_array_add(book->sheets, sheet);
}

static void settle_parts(struct xlsx_book *book)
{
    for (guint i = 0; i < book->sheets->len; i++) {
        struct sheet *sheet = book->sheets->pdata[i];
        for (guint r = 0; r < book->relations->len && sheet->part == NULL; r++) {
            const struct relation *relation = book->relations->pdata[r];
            if (g_str_equal(relation->id, sheet->relation) &&
                g_str_has_suffix(relation->type, "/worksheet"))
                sheet->part = resolve(book->folder, relation->target);
        }
    }
    for (guint i = book->sheets->len; i-- > 0;) {
        const struct sheet *sheet = book->sheets->pdata[i];
        if (sheet->part == NULL)
            g_ptr_array_remove_index(book->sheets, i);
    }
}

static bool read_workbook(struct xlsx_book *book, GError **error)
{
    g_autoptr(GPtrArray) top = relations_read(book->archive, "_rels/.rels", error);
    if (top == NULL)
        return false;
    const struct relation *main = relation_of_type(top, "officeDocument");
    g_autofree char *part = resolve("", main != NULL ? main->target : "xl/workbook.xml");
    char *name = strrchr(part, '/');
    book->folder = g_strndup(part, name != NULL ? (gsize)(name - part) + 1 : 0);
    g_autofree char *relations =
        g_strconcat(book->folder, "_rels/", name != NULL ? name + 1 : part, ".rels", NULL);
    struct xlsx_events events = {on_workbook, nothing, NULL, book, NULL};
    if (!xlsx_archive_read(book->archive, part, &events, error))
        return false;
    book->relations = relations_read(book->archive, relations, error);
    if (book->relations == NULL)
        return false;
    settle_parts(book);
    if (book->sheets->len > 0)
        return true;
    g_set_error(error, XLSX_ERROR, XLSX_ERROR_SHEET, "the workbook has no sheet with cells");
    return false;
}

/* --- Shared strings ------------------------------------------------------------------------- */

static void string_start(struct xlsx_events *events, const char *name,
                         const char *const *attributes)
{
    (void)attributes;
    struct xlsx_book *book = events->data;
    if (g_str_equal(name, "si")) {
        gsize begin = book->text->len;
        g_array_append_val(book->strings, begin);
        book->in_string = true;
    }
    book->phonetic += g_str_equal(name, "rPh");
    book->in_text = book->in_string && book->phonetic == 0 && g_str_equal(name, "t");
}

static void string_end(struct xlsx_events *events, const char *name)
{
    struct xlsx_book *book = events->data;
    book->in_text = false;
    if (g_str_equal(name, "rPh") && book->phonetic > 0)
        book->phonetic--;
    if (!g_str_equal(name, "si") || !book->in_string)
        return;
    g_string_append_c(book->text, '\0');
    book->in_string = false;
}

static void string_text(struct xlsx_events *events, const char *text, gsize length)
{
    struct xlsx_book *book = events->data;
    if (!book->in_text)
        return;
    g_string_append_len(book->text, text, (gssize)length);
    if (book->text->len > STRINGS_BYTES_MAX)
        g_set_error(&events->error, XLSX_ERROR, XLSX_ERROR_SIZE,
                    "its texts are longer than a roster can be");
}

static bool read_strings(struct xlsx_book *book, GError **error)
{
    const struct relation *relation = relation_of_type(book->relations, "sharedStrings");
    if (relation == NULL)
        return true;
    g_autofree char *part = resolve(book->folder, relation->target);
    struct xlsx_events events = {string_start, string_end, string_text, book, NULL};
    if (xlsx_archive_has(book->archive, part) &&
        !xlsx_archive_read(book->archive, part, &events, error))
        return false;
    for (guint i = 0; i < book->strings->len; i++)
        xlsx_unescape(book->text->str + g_array_index(book->strings, gsize, i));
    return true;
}

/* --- Styles --------------------------------------------------------------------------------- */

static void style_start(struct xlsx_events *events, const char *name, const char *const *attributes)
{
    struct xlsx_book *book = events->data;
    guint64 id = g_ascii_strtoull(xlsx_attribute(attributes, "numFmtId"), NULL, 10);
    if (g_str_equal(name, "numFmt")) {
        struct xlsx_format *format = g_new(struct xlsx_format, 1);
        *format = xlsx_format_read(xlsx_attribute(attributes, "formatCode"));
        g_hash_table_insert(book->codes, GUINT_TO_POINTER((guint)id), format);
    } else if (g_str_equal(name, "cellXfs")) {
        book->in_styles = true;
    } else if (g_str_equal(name, "xf") && book->in_styles) {
        const struct xlsx_format *own =
            g_hash_table_lookup(book->codes, GUINT_TO_POINTER((guint)id));
        struct xlsx_format format = own != NULL ? *own : xlsx_format_builtin((unsigned)id);
        g_array_append_val(book->formats, format);
    }
}

static void style_end(struct xlsx_events *events, const char *name)
{
    struct xlsx_book *book = events->data;
    if (g_str_equal(name, "cellXfs"))
        book->in_styles = false;
}

static bool read_styles(struct xlsx_book *book, GError **error)
{
    const struct relation *relation = relation_of_type(book->relations, "styles");
    if (relation == NULL)
        return true;
    g_autofree char *part = resolve(book->folder, relation->target);
    struct xlsx_events events = {style_start, style_end, NULL, book, NULL};
    return !xlsx_archive_has(book->archive, part) ||
           xlsx_archive_read(book->archive, part, &events, error);
}

/* --- The book ------------------------------------------------------------------------------- */

struct xlsx_book *xlsx_book_open(const void *bytes, gsize length, GError **error)
{
    struct xlsx_archive *archive = xlsx_archive_open(bytes, length, error);
    if (archive == NULL)
        return NULL;
    struct xlsx_book *book = g_new0(struct xlsx_book, 1);
    *book = (struct xlsx_book){
        .archive = archive,
        .sheets = g_ptr_array_new_with_free_func(sheet_free),
        .text = g_string_new(NULL),
        .strings = g_array_new(FALSE, FALSE, sizeof(gsize)),
        .formats = g_array_new(FALSE, FALSE, sizeof(struct xlsx_format)),
        .codes = g_hash_table_new_full(NULL, NULL, NULL, g_free),
    };
    if (read_workbook(book, error) && read_strings(book, error) && read_styles(book, error))
        return book;
    xlsx_book_free(book);
    return NULL;
}

void xlsx_book_free(struct xlsx_book *book)
{
    if (book == NULL)
        return;
    xlsx_archive_free(book->archive);
    g_free(book->folder);
    g_ptr_array_unref(book->sheets);
    if (book->relations != NULL)
        g_ptr_array_unref(book->relations);
    g_string_free(book->text, TRUE);
    g_array_unref(book->strings);
    g_array_unref(book->formats);
    g_hash_table_unref(book->codes);
    g_free(book);
}

unsigned xlsx_sheet_count(const struct xlsx_book *book)
{
    return book->sheets->len;
}

static const struct sheet *sheet_at(const struct xlsx_book *book, unsigned sheet)
{
    g_assert(sheet < book->sheets->len);
    return book->sheets->pdata[sheet];
}

const char *xlsx_sheet_name(const struct xlsx_book *book, unsigned sheet)
{
    return sheet_at(book, sheet)->name;
}

bool xlsx_sheet_is_hidden(const struct xlsx_book *book, unsigned sheet)
{
    return sheet_at(book, sheet)->hidden;
}

int xlsx_sheet_find(const struct xlsx_book *book, const char *name)
{
    g_autofree char *composed = g_utf8_normalize(name, -1, G_NORMALIZE_NFC);
    g_autofree char *wanted = composed != NULL ? g_utf8_casefold(composed, -1) : g_strdup("");
    for (guint i = 0; i < book->sheets->len; i++) {
        g_autofree char *folded = g_utf8_casefold(sheet_at(book, i)->name, -1);
        if (g_str_equal(folded, wanted))
            return (int)i;
    }
    return -1;
}

struct xlsx_archive *xlsx_book_archive(struct xlsx_book *book)
{
    return book->archive;
}

const char *xlsx_sheet_part(const struct xlsx_book *book, unsigned sheet)
{
    return sheet_at(book, sheet)->part;
}

bool xlsx_book_is_1904(const struct xlsx_book *book)
{
    return book->from_1904;
}

const char *xlsx_book_string(const struct xlsx_book *book, guint64 index)
{
    return index < book->strings->len
               ? book->text->str + g_array_index(book->strings, gsize, (guint)index)
               : NULL;
}

const struct xlsx_format *xlsx_book_format(const struct xlsx_book *book, guint64 style)
{
    static const struct xlsx_format plain = {0};
    return style < book->formats->len
               ? &g_array_index(book->formats, struct xlsx_format, (guint)style)
               : &plain;
}

static bool is_escape(const char *text)
{
    if (text[0] != '_' || text[1] != 'x')
        return false;
    for (int i = 2; i < 6; i++)
        if (!g_ascii_isxdigit(text[i]))
            return false;
    return text[6] == '_';
}

void xlsx_unescape(char *text)
{
    char *write = text;
    for (const char *read = text; *read != '\0'; read++) {
        if (!is_escape(read)) {
            *write++ = *read;
            continue;
        }
        gunichar c = (gunichar)g_ascii_strtoull(read + 2, NULL, 16);
        bool blank = c < 0x20 && c != '\n';
        if (blank || !g_unichar_validate(c))
            *write++ = ' ';
        else
            write += g_unichar_to_utf8(c, write);
        read += 6;
    }
    *write = '\0';
}
