// SPDX-License-Identifier: GPL-2.0-or-later
// One AT command out of a command line (ITU-T V.250 §5.2.1, §5.4).
#pragma once

#include <glib.h>
#include <stdbool.h>

enum request_kind {
    REQUEST_RUN,  /* AT+X */
    REQUEST_READ, /* AT+X? */
    REQUEST_TEST, /* AT+X=? */
    REQUEST_SET,  /* AT+X=…, and the number behind a letter: ATE1 */
};

struct request {
    char name[24]; /* upper case, with its + or ^ or & */
    enum request_kind kind;
    char *arguments; /* behind the =; never NULL after a good read */
};

/* Reads at `cursor`, which stands behind AT, and moves it on. False: this cannot be read. */
bool request_read(const char **cursor, struct request *retrequest);
/* Arguments at the commas outside quotes, quotes taken off; g_strfreev(). */
char **request_arguments(const struct request *request);
/* Argument as a number; `otherwise` where it is missing or empty; -1 when it is none. */
int request_number(char **arguments, unsigned index, int otherwise);
