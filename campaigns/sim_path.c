// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the menu path of a dialogue in the operators' file.
#include "campaigns/sim_path.h"

#include <string.h>

char **sim_path(const struct operator_config *operator_config, const struct modem_config *modem,
                const char *purpose, const char *code)
{
    char **path = NULL;
    if (strcmp(purpose, "balance") == 0)
        path = operator_config->paths.balance;
    else if (strcmp(purpose, "number") == 0)
        path = operator_config->paths.number;
    else if (strcmp(purpose, "bundle") == 0)
        path = operator_config->paths.bundle;
    else if (strcmp(purpose, "topup") == 0)
        path = code != NULL ? operator_config->paths.topup : NULL;
    else if (strcmp(purpose, "register") == 0 && modem->bundle != NULL) {
        const struct bundle_config *bundle = operator_bundle(operator_config, modem->bundle);
        path = bundle != NULL ? bundle->path : NULL;
    }
    if (path == NULL || path[0] == NULL)
        return NULL;
    GPtrArray *steps = g_ptr_array_new();
    for (; *path != NULL; path++) {
        g_auto(GStrv) around = g_strsplit(*path, "{code}", -1);
        g_ptr_array_add(steps, g_strjoinv(code != NULL ? code : "{code}", around));
    }
    g_ptr_array_add(steps, NULL);
    return (char **)g_ptr_array_free(steps, FALSE);
}
