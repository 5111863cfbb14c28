// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of the organisation tree from a day on: all or nothing, each told to every unit it
 * touches. What was before that day stays as it was. */
#pragma once

#include "campaigns/store/store.h"
#include "campaigns/store/unit_history.h"

enum unit_change_kind {
    UNIT_MERGE,  /* units end and go into `into`, which may be one of them, another, or new */
    UNIT_MOVE,   /* units belong to `parent` */
    UNIT_RENAME, /* one unit is called `name`; the old name stays as an alias */
    UNIT_END,    /* units end; their figures are `into`'s, their children `parent`'s */
    UNIT_ALIAS,  /* one unit is also spelled `name`; no day */
    UNIT_CHANGE_KINDS,
};

struct unit_change {
    enum unit_change_kind kind;
    const char *const *units; /* codes, NULL-terminated */
    const char *into;         /* code; NULL: none */
    const char *parent;       /* code; NULL: not said; "-": none, at the top */
    const char *name;         /* NULL: as it is */
    const char *unit_kind;    /* NULL: as it is */
    const char *on;           /* first day of the new state, as people write days */
    const char *by, *reason;  /* reason NULL: none */
    int64_t now;
};

/* One transaction. `retevents`: struct unit_event *, what was written down, one for each unit that
 * was touched. UNIT_CHANGE_ERROR when the change makes no sense: nothing was changed then. */
bool unit_change_make(struct store *store, const struct unit_change *change, GPtrArray **retevents,
                      GError **error);

const char *unit_change_name(enum unit_change_kind kind); /* "merge" … */
bool unit_change_from_name(const char *name, enum unit_change_kind *retkind);

enum unit_change_error {
    UNIT_CHANGE_ERROR_REFUSED,
};
GQuark unit_change_error_quark(void);
#define UNIT_CHANGE_ERROR (unit_change_error_quark())
