// SPDX-License-Identifier: GPL-2.0-or-later
/* What libgammu asks at its start, whose true answer could only hurt: it takes an OK to +MODE for
 * a Motorola, gives up on an odd +CSCS and on an ERROR to +CFUN=1. The worker has dealt with
 * charset, error codes and radio before. */
#include "modems/stand_in.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *command, *line, *final;
} answers[] = {
    {"AT+CMEE=1", NULL, "OK"},
    {"AT+MODE=2", NULL, "ERROR"},
    {"AT+CSCS=?", "+CSCS: (\"GSM\")", "OK"},
    {"AT+CSCS?", "+CSCS: \"GSM\"", "OK"},
    {"AT+CSCS=\"GSM\"", NULL, "OK"},
    {"AT+CPROT=?", NULL, "ERROR"},
    {"AT+SYNCML=?", NULL, "ERROR"},
    {"AT$TSSPCSW=?", NULL, "ERROR"},
    {"AT+CHUP=?", NULL, "ERROR"},
    {"AT+CFUN=1", NULL, "OK"},
};

bool stand_in(const char *command, const char **retline, const char **retfinal)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strcmp(command, answers[i].command) != 0)
            continue;
        *retline = answers[i].line;
        *retfinal = answers[i].final;
        return true;
    }
    return false;
}
