// SPDX-License-Identifier: GPL-2.0-or-later
// What a worker says of a dialogue.
#pragma once

#include "gateway/ussd_talk.h"

void ussd_news_take(struct ussd_desk *desk, struct ussd_queue *line,
                    const struct wire_ussd_news *news);
