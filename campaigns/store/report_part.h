// SPDX-License-Identifier: GPL-2.0-or-later
/* What a delivery report changes once it is known whose it is; for report.c and doubt.c. */
#pragma once

#include "campaigns/store/report.h"
#include "campaigns/store/sql.h"

/* A part, and what its message looks like. */
struct report_part {
    int64_t message_id;
    unsigned sequence;
    enum message_state state;
    unsigned parts, parts_sent;
};

/* 1 a row, 0 none, -1 a fault. Columns: the fields of the struct in their order. */
int report_part_read(sqlite3_stmt *statement, struct report_part *retpart, GError **error);

/* Part and message follow the report; part->state is the message's afterwards. */
bool report_part_apply(struct store *store, struct report_part *part, const struct report *report,
                       int64_t now, GError **error);
/* The stored report says whose it is. */
bool report_part_link(struct store *store, int64_t report_id, const struct report_part *part,
                      GError **error);
