// SPDX-License-Identifier: GPL-2.0-or-later
/* The one door to libzip and expat. A part is unpacked in pieces straight into the parser, and what
 * has come out is counted, whatever the archive says of itself: by part, by ratio, and over all
 * parts of one import. */
#include "campaigns/xlsx.h"

#include <expat.h>
#include <string.h>
#include <zip.h>

G_DEFINE_QUARK(loa - xlsx - error, xlsx_error)

enum {
    PIECE = 64 * 1024,
    DEPTH_MAX = 64,
    ENTRIES_MAX = 10000,
    PART_MAX = 512 * 1024 * 1024,
    RATIO_MAX = 200, /* a sheet of spreadsheet rows packs 10 to 60 times */
    RATIO_FROM = 8 * 1024 * 1024,
};
#define TOTAL_MAX (INT64_C(1536) * 1024 * 1024)

struct xlsx_archive {
    zip_t *zip;
    gint64 length;
    gint64 unpacked; /* over all parts */
};

struct reading {
    XML_Parser parser;
    struct xlsx_events *events;
    unsigned depth;
};

static const char ole[] = "\xd0\xcf\x11\xe0";

/* --- What kind of file ---------------------------------------------------------------------- */

bool xlsx_is_likely(const void *bytes, gsize length)
{
    return length >= 4 && (memcmp(bytes, "PK\003\004", 4) == 0 || memcmp(bytes, ole, 4) == 0);
}

/* Excel packs a workbook with a password into the old container. */
static void tell_ole(const void *bytes, gsize length, GError **error)
{
    static const char sealed[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    if (memmem(bytes, length, sealed, sizeof sealed - 1) != NULL)
        g_set_error(error, XLSX_ERROR, XLSX_ERROR_KIND,
                    "this workbook is protected by a password: open it in Excel, take the password "
                    "away, save it as .xlsx and import that file");
    else
        g_set_error(error, XLSX_ERROR, XLSX_ERROR_KIND,
                    "this is an old Excel workbook (.xls), whatever its name says: open it in "
                    "Excel, save it as .xlsx or as \"CSV UTF-8\" and import that file");
}

bool xlsx_archive_has(const struct xlsx_archive *archive, const char *part)
{
    return zip_name_locate(archive->zip, part, ZIP_FL_NOCASE) >= 0;
}

static bool is_workbook(const struct xlsx_archive *archive, GError **error)
{
    const char *kind = NULL;
    if (zip_get_num_entries(archive->zip, 0) > ENTRIES_MAX)
        kind = "this archive holds more files than a workbook does";
    else if (xlsx_archive_has(archive, "mimetype") && xlsx_archive_has(archive, "content.xml"))
        kind = "this is an OpenDocument file (.ods)";
    else if (xlsx_archive_has(archive, "xl/workbook.bin"))
        kind = "this is a binary workbook (.xlsb)";
    else if (xlsx_archive_has(archive, "word/document.xml"))
        kind = "this is a Word document";
    else if (!xlsx_archive_has(archive, "_rels/.rels"))
        kind = "this is an archive, but no Excel workbook";
    if (kind == NULL)
        return true;
    g_set_error(error, XLSX_ERROR, XLSX_ERROR_KIND,
                "%s: save the list as .xlsx or as \"CSV UTF-8\" and import that file", kind);
    return false;
}

static void tell_broken(const char *what, GError **error)
{
    g_set_error(
        error, XLSX_ERROR, XLSX_ERROR_BROKEN,
        "the workbook is damaged (%s): open it in Excel, save it again and import that file", what);
}

struct xlsx_archive *xlsx_archive_open(const void *bytes, gsize length, GError **error)
{
    if (length >= 4 && memcmp(bytes, ole, 4) == 0) {
        tell_ole(bytes, length, error);
        return NULL;
    }
    zip_error_t fault;
    zip_error_init(&fault);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &fault);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &fault) : NULL;
    if (zip == NULL) {
        tell_broken(zip_error_strerror(&fault), error);
        if (source != NULL)
            zip_source_free(source);
        zip_error_fini(&fault);
        return NULL;
    }
    zip_error_fini(&fault);
    struct xlsx_archive *archive = g_new0(struct xlsx_archive, 1);
    archive->zip = zip;
    archive->length = (gint64)length;
    if (is_workbook(archive, error))
        return archive;
    xlsx_archive_free(archive);
    return NULL;
}

void xlsx_archive_free(struct xlsx_archive *archive)
{
    if (archive == NULL)
        return;
    zip_discard(archive->zip);
    g_free(archive);
}

/* --- XML ------------------------------------------------------------------------------------ */

static const char *local_name(const char *name)
{
    const char *local = strrchr(name, '\n');
    return local != NULL ? local + 1 : name;
}

static void stop_on_error(struct reading *reading)
{
    if (reading->events->error != NULL)
        XML_StopParser(reading->parser, XML_FALSE);
}

static void on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = data;
    if (reading->events->error != NULL)
        return;
    if (++reading->depth > DEPTH_MAX)
        g_set_error(&reading->events->error, XLSX_ERROR, XLSX_ERROR_SIZE,
                    "elements lie more than %d deep in each other", DEPTH_MAX);
    else
        reading->events->start(reading->events, local_name(name), (const char *const *)attributes);
    stop_on_error(reading);
}

static void on_end(void *data, const XML_Char *name)
{
    struct reading *reading = data;
    if (reading->events->error != NULL)
        return;
    reading->depth--;
    reading->events->end(reading->events, local_name(name));
    stop_on_error(reading);
}

static void on_text(void *data, const XML_Char *text, int length)
{
    struct reading *reading = data;
    if (reading->events->error != NULL)
        return;
    reading->events->text(reading->events, text, (gsize)length);
    stop_on_error(reading);
}

/* Excel writes none; what has one wants to be unpacked without end. */
static void on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    struct reading *reading = data;
    if (reading->events->error == NULL)
        g_set_error(&reading->events->error, XLSX_ERROR, XLSX_ERROR_BROKEN,
                    "it declares a document type, which no spreadsheet program does");
    stop_on_error(reading);
}

static bool parse_piece(struct reading *reading, const char *piece, int length, bool last,
                        GError **error)
{
    if (XML_Parse(reading->parser, piece, length, last) != XML_STATUS_ERROR)
        return true;
    if (reading->events->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&reading->events->error));
        return false;
    }
    g_set_error(error, XLSX_ERROR, XLSX_ERROR_BROKEN, "line %lu: %s",
                XML_GetCurrentLineNumber(reading->parser),
                XML_ErrorString(XML_GetErrorCode(reading->parser)));
    return false;
}

/* --- Parts ---------------------------------------------------------------------------------- */

static bool check_size(struct xlsx_archive *archive, gint64 packed, gint64 unpacked, GError **error)
{
    bool ratio = unpacked > RATIO_FROM && unpacked / RATIO_MAX > packed;
    if (unpacked <= PART_MAX && archive->unpacked <= TOTAL_MAX && !ratio)
        return true;
    g_set_error(error, XLSX_ERROR, XLSX_ERROR_SIZE,
                "it unpacks to more than a roster can be (%" G_GINT64_FORMAT
                " MB out of %" G_GINT64_FORMAT " kB so far)",
                unpacked >> 20, packed >> 10);
    return false;
}

static bool unpack(struct xlsx_archive *archive, zip_file_t *file, gint64 packed,
                   struct reading *reading, GError **error)
{
    g_autofree char *piece = g_malloc(PIECE);
    gint64 unpacked = 0;
    for (;;) {
        zip_int64_t length = zip_fread(file, piece, PIECE);
        if (length < 0) {
            g_set_error(error, XLSX_ERROR, XLSX_ERROR_BROKEN, "%s",
                        zip_error_strerror(zip_file_get_error(file)));
            return false;
        }
        unpacked += length;
        archive->unpacked += length;
        if (!check_size(archive, packed, unpacked, error) ||
            !parse_piece(reading, piece, (int)length, length == 0, error))
            return false;
        if (length == 0)
            return true;
    }
}

static zip_file_t *open_part(struct xlsx_archive *archive, const char *part, gint64 *retpacked,
                             GError **error)
{
    zip_stat_t stat;
    zip_stat_init(&stat);
    zip_int64_t index = zip_name_locate(archive->zip, part, ZIP_FL_NOCASE);
    if (index < 0 || zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &stat) != 0) {
        tell_broken("a part is missing", error);
        return NULL;
    }
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        g_set_error(error, XLSX_ERROR, XLSX_ERROR_KIND,
                    "this archive is protected by a password: save the list without one");
        return NULL;
    }
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (file == NULL)
        tell_broken(zip_strerror(archive->zip), error);
    *retpacked = MIN((gint64)MIN(stat.comp_size, (zip_uint64_t)G_MAXINT64), archive->length);
    return file;
}

bool xlsx_archive_read(struct xlsx_archive *archive, const char *part, struct xlsx_events *events,
                       GError **error)
{
    gint64 packed = 0;
    zip_file_t *file = open_part(archive, part, &packed, error);
    if (file == NULL) {
        g_prefix_error(error, "%s: ", part);
        return false;
    }
    struct reading reading = {XML_ParserCreateNS(NULL, '\n'), events, 0};
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
    if (events->text != NULL)
        XML_SetCharacterDataHandler(reading.parser, on_text);
    bool good = unpack(archive, file, packed, &reading, error);
    XML_ParserFree(reading.parser);
    zip_fclose(file);
    if (!good)
        g_prefix_error(error, "the workbook cannot be read: %s: ", part);
    return good;
}

const char *xlsx_attribute(const char *const *attributes, const char *name)
{
    for (unsigned i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(local_name(attributes[i]), name) == 0)
            return attributes[i + 1];
    return "";
}
