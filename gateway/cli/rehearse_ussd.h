// SPDX-License-Identifier: GPL-2.0-or-later
// loa rehearse --ussd: the menus of a campaign, played in the terminal or from a pipe.
#pragma once

#include "config/campaign.h"
#include "config/ussd_services.h"
#include "gateway/cli/command.h"

#include <stdio.h>

struct rehearse_ussd {
    const struct command_line *line;
    const struct campaign_config *campaign;
    const char *file; /* of the campaign, for warnings */
    enum ussd_alphabet alphabet;
};

bool rehearse_ussd_alphabet(const char *name, enum ussd_alphabet *retalphabet);
/* Reads what is typed, line by line, to the end of the session; an exit code. */
int rehearse_ussd_play(const struct rehearse_ussd *asked, FILE *input);
