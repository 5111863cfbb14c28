// SPDX-License-Identifier: GPL-2.0-or-later
/* What a campaign would send if it started now, in both forms of its text, and what that costs. */
#pragma once

#include "campaigns/audience.h"
#include "campaigns/campaign.h"
#include "campaigns/parts.h"

enum preview_form_kind { FORM_UNMARKED, FORM_MARKED, FORM_COUNT };

struct preview_form {
    int64_t gsm7, ucs2; /* recipients by the coding of their text */
    char *offending;    /* the very characters that force UCS-2 in any text, each once */
    int64_t parts;      /* of all recipients */
    int64_t cost;       /* đồng */
    int64_t by_parts[PARTS_MAX + 2]; /* recipients by parts; the last element: too many */
    char *longest, *longest_name;    /* the longest rendered text, and whose; NULL: nobody */
    unsigned longest_parts, longest_units;
    char *sample; /* the first recipient's text; NULL: nobody */
};

/* Parts that go to one recipient. */
struct preview_weight {
    unsigned invitation, reminders;
};

struct preview {
    int64_t id;
    char *code;
    struct campaign_config config;
    struct audience *audience; /* recipients and the left out, with reasons */
    struct preview_form form[FORM_COUNT];
    enum preview_form_kind sends;   /* which of the two goes out */
    struct preview_form *reminder;  /* one for each of the file's, in the form that goes out, as if
                                       everybody got it */
    struct preview_weight *weights; /* one for each recipient, in the form that goes out */
    int64_t cost_at_most;           /* of the invitation and all reminders */
    int64_t price_per_part;
    char hash[65]; /* SHA-256 of text, audience and cost: what an approval is bound to */
};

struct preview *preview_make(struct store *store, int64_t id, const struct campaign_terms *terms,
                             int64_t now, GError **error);
void preview_free(struct preview *preview);

/* The text of one recipient in one form; for those who write the messages. */
char *preview_render(const struct campaign_config *config, const struct audience *audience,
                     const struct recipient *recipient, enum preview_form_kind form,
                     GError **error);
