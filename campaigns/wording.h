// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of a campaign as one recipient gets them: names and attributes filled in.
#pragma once

#include "campaigns/audience.h"

/* The attributes that the invitation, in either form, and the reminders need: folded,
 * NULL-terminated (g_strfreev). NULL: bad syntax. */
char **wording_fields(const struct campaign_config *config, GError **error);

/* The invitation's source in that form: the other one where this one is not written. */
const char *wording_invitation(const struct campaign_config *config, bool marked);

/* `fields` are those of recipient->values. Without diacritics unless `marked`. */
char *wording_render(const char *source, bool marked, char *const *fields,
                     const struct recipient *recipient, GError **error);
