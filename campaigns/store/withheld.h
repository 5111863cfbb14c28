// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose words may be read by one office alone: conditions for the statements that show what people
 * wrote or were written. Each yields the office's code, NULL: anybody may read it. */
#pragma once

/* Of a reply `r`: it is a restricted opinion, or says the very same again. */
#define WITHHELD_REPLY                                                                             \
    "(SELECT w.office FROM opinion w WHERE w.contact_id = r.contact_id AND w.restricted = 1"       \
    " AND (w.reply_id = r.id OR EXISTS (SELECT 1 FROM reply q WHERE q.id = w.reply_id"             \
    " AND q.text = r.text)) LIMIT 1)"
/* Of a message: it answers a restricted opinion, or is the receipt that tells its number. */
#define WITHHELD_MESSAGE                                                                           \
    "coalesce((SELECT w.office FROM opinion w WHERE w.id = message.opinion_id"                     \
    " AND w.restricted = 1), CASE message.receipt WHEN 'opinion' THEN (SELECT w.office"            \
    " FROM opinion w WHERE w.contact_id = message.contact_id AND w.restricted = 1"                 \
    " AND w.campaign_id = message.campaign_id LIMIT 1) END)"
