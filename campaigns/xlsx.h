// SPDX-License-Identifier: GPL-2.0-or-later
/* The outside of an Excel workbook: an archive of XML parts, of which nothing is trusted. Sizes,
 * ratios and depths have limits; document types, and with them entities, are refused. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum xlsx_error {
    XLSX_ERROR_KIND,   /* another kind of file: .xls, .ods, protected, some archive */
    XLSX_ERROR_BROKEN, /* cut off, or against its own rules */
    XLSX_ERROR_SIZE,   /* unpacks to more than is read */
    XLSX_ERROR_SHEET,  /* no sheet of that name, or none with data */
};
#define XLSX_ERROR (xlsx_error_quark())
GQuark xlsx_error_quark(void);

/* One element at a time. A handler that sets `error` ends the reading. */
struct xlsx_events {
    void (*start)(struct xlsx_events *events, const char *name, const char *const *attributes);
    void (*end)(struct xlsx_events *events, const char *name);
    void (*text)(struct xlsx_events *events, const char *text, gsize length); /* NULL: not wanted */
    void *data;
    GError *error;
};

/* Whether bytes claim to be an archive or an old Excel file: what is no CSV in any case. */
bool xlsx_is_likely(const void *bytes, gsize length);

struct xlsx_archive; /* opaque */
/* `bytes` stay the caller's and must outlive it. */
struct xlsx_archive *xlsx_archive_open(const void *bytes, gsize length, GError **error);
void xlsx_archive_free(struct xlsx_archive *archive);
bool xlsx_archive_has(const struct xlsx_archive *archive, const char *part);
/* Names come without their namespace, attributes as name, value, …, NULL. */
bool xlsx_archive_read(struct xlsx_archive *archive, const char *part, struct xlsx_events *events,
                       GError **error);
/* "" where there is none. */
const char *xlsx_attribute(const char *const *attributes, const char *name);
