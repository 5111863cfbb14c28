// SPDX-License-Identifier: GPL-2.0-or-later
/* The operators' file: codes and texts of prepaid services. */
#include "config/operators.h"

#include <string.h>

static void free_operator(gpointer data)
{
    g_free(data);
}

GPtrArray *operators_read(const char *path, GPtrArray *mistakes)
{
    (void)path;
    (void)mistakes;
    return g_ptr_array_new_with_free_func(free_operator);
}

const struct operator_config *operators_find(const GPtrArray *operators, const char *name)
{
    (void)operators;
    (void)name;
    return NULL;
}

const struct bundle_config *operator_bundle(const struct operator_config *operator_config,
                                            const char *name)
{
    (void)operator_config;
    (void)name;
    return NULL;
}
