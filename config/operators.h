// SPDX-License-Identifier: GPL-2.0-or-later
/* What Loa knows of the operators' prepaid services: codes, menu paths, and how their texts read.
 * Data, in a file of its own (config/operators.conf is the first set, carried inside the programs):
 * codes change, and differ for postpaid SIMs. */
#pragma once

#include "config/reader.h"

struct bundle_config {
    char *name;     /* "SMS100" */
    char **path;    /* code, then the answers to the menus it opens */
    char **success; /* patterns, without words, of what is said when it was taken */
    int64_t parts;  /* that it brings; 0: not known */
};

struct operator_config {
    char *name;      /* "viettel": what `operator` of a modem names */
    char **names;    /* how modems and the numbering plan call it: "Viettel Mobile" */
    char **networks; /* MCC and MNC (ITU-T E.212): "45204" */
    struct {         /* code, then the answers to the menus it opens; NULL: it has none */
        char **balance, **number, **bundle;
        char **topup; /* "{code}" stands for the code of the card */
    } paths;
    char **sms_from; /* senders whose SMS answer these codes: "191", "VIETTEL" */
    char *words;     /* that its patterns may name; for pattern_compile() */
    bool alone;      /* the patterns for everybody are not for its texts */
    /* Regular expressions for pattern_compile(), its own before those for everybody; each group is
     * what the first of them that finds it says. Groups: balance, expires, locked, bundle,
     * bundle_expires, number; no_bundle: there is none left; two_bundles: nobody knows which
     * of them counts. */
    char **patterns;
    char **topup_aside;                    /* what it says of top-ups to come: not looked at */
    char **topup_success, **topup_failure; /* what it says to a top-up */
    GPtrArray *bundles;                    /* of struct bundle_config * */
};

/* Reads the file, or the set inside the program where `path` is NULL; GPtrArray owning struct
 * operator_config *, an empty one when there were mistakes. */
GPtrArray *operators_read(const char *path, GPtrArray *mistakes);
/* The set inside the program as it is written; NULL: this program carries none. The caller frees.
 */
char *operators_example(void);

/* By name, other name, or network code, without case and blanks; borrowed, NULL: not known. */
const struct operator_config *operators_find(const GPtrArray *operators, const char *name);
/* Without case; borrowed, NULL: it has none of that name. */
const struct bundle_config *operator_bundle(const struct operator_config *operator_config,
                                            const char *name);
