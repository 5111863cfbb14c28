// SPDX-License-Identifier: GPL-2.0-or-later
// The part of the table of campaign settings that describes one question.
#pragma once

#include "config/campaign.h"

extern const struct setting campaign_question_settings[]; /* of a struct question_config */
