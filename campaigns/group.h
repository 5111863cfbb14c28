// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of persons: a list that somebody gave, or a rule whose members are who fits it on the day
 * it is asked. Campaigns name either in `audience.groups`. */
#pragma once

#include "campaigns/selection.h"
#include "campaigns/store/group.h"

struct group_draft {
    const char *name;
    char **units, **groups, **where; /* of a rule; NULL or empty: none */
    const char *list;                /* a telephone or a person's number on each line; NULL: none */
    const char *by;
    int64_t now;
    const char *today;
};

/* Either a rule or a list; all or nothing. `mistakes` (config/reader.h) gets each bad line of the
 * list. GROUP_ERROR, CONDITION_ERROR or STORE_ERROR otherwise. */
bool group_create(struct store *store, const struct group_draft *draft, int64_t *retid,
                  GPtrArray *mistakes, GError **error);
/* Refused while the rule of another group names it. */
bool group_delete(struct store *store, const char *name, GError **error);

/* Today's members, with the names of the units they belong to today. */
struct group_membership {
    GPtrArray *persons;         /* struct recipient *, as in the roster */
    struct stored_units *units; /* owns the names */
};
bool group_members(struct store *store, const struct group_row *group, const char *today,
                   struct group_membership *retmembership, GError **error);
void group_membership_clear(struct group_membership *membership);

/* A rule as it is stored: {"units": […], "groups": […], "where": […]}. */
char *group_rule_write(const struct group_draft *draft);
bool group_rule_read(const char *rule, struct selection *retselection, GError **error);
char *group_rule_words(const char *rule); /* for people: "units X1; doan_vien=x" */

/* A group is named again in campaign files and on command lines. */
bool group_name_check(const char *name, GError **error);

enum group_error {
    GROUP_ERROR_NAME,
    GROUP_ERROR_DRAFT, /* neither a list nor a rule, or both */
    GROUP_ERROR_LIST,  /* mistakes in the list */
    GROUP_ERROR_RULE,  /* a stored rule that does not read */
};
GQuark group_error_quark(void);
#define GROUP_ERROR (group_error_quark())
