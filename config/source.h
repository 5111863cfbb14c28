// SPDX-License-Identifier: GPL-2.0-or-later
// A parsed libconfig file, and where in it each setting stands. For the readers in this room only.
#pragma once

#include <libconfig.h>

#include "config/reader.h"

struct config_source;

/* NULL if it cannot be parsed; the mistakes say why. */
struct config_source *source_open_text(const char *text, const char *name, GPtrArray *mistakes);
struct config_source *source_open_file(const char *path, GPtrArray *mistakes);
void source_free(struct config_source *source);

const config_setting_t *source_root(const struct config_source *source);
const char *source_file_of(const struct config_source *source, const config_setting_t *setting);

/* For checks after the filling: the place is that of the field (modems[1].device) or of the nearest
 * setting around it that the file has. `field` may be NULL: the file as a whole. */
void source_mistake(const struct config_source *source, GPtrArray *mistakes, const char *field,
                    const char *format, ...) G_GNUC_PRINTF(4, 5);
void source_warn(const struct config_source *source, GPtrArray *mistakes, const char *field,
                 const char *format, ...) G_GNUC_PRINTF(4, 5);

/* What settings_read_text() and _file() do once the source is open. */
bool source_fill(const struct config_source *source, const struct setting *table, void *retstruct,
                 GPtrArray *mistakes);
