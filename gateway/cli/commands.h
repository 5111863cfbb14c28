// SPDX-License-Identifier: GPL-2.0-or-later
// What the table of commands calls; each reads its own line and returns an exit code.
#pragma once

#include "gateway/cli/command.h"

typedef int command_run(struct command_line *line, int argc, char **argv);

/* roster.c */
command_run cli_import;
/* unit.c */
command_run cli_units, cli_unit_history, cli_unit_merge, cli_unit_move, cli_unit_rename,
    cli_unit_end, cli_unit_alias;
/* group.c */
command_run cli_group_create, cli_group_list, cli_group_show, cli_group_delete;
/* campaign.c; all of submit … cancel are cli_campaign_advance, told apart by the command's words */
command_run cli_campaign_create, cli_campaign_advance, cli_campaign_list, cli_campaign_show;
/* preview.c */
command_run cli_campaign_preview;
/* watch.c */
command_run cli_campaign_watch;
/* message.c */
command_run cli_campaign_messages, cli_messages, cli_message_show, cli_message_settle;
/* coverage.c */
command_run cli_coverage, cli_programme;
/* report.c */
command_run cli_report;
/* tally.c */
command_run cli_tally;
/* snapshot.c */
command_run cli_snapshot_list, cli_snapshot_take;
/* recount.c */
command_run cli_recount;
/* reply.c */
command_run cli_inbox, cli_reply_set, cli_reply_show;
/* session.c */
command_run cli_session_list;
/* opinion.c, opinion_work.c (start, close and reopen are cli_opinion_step), opinion_export.c */
command_run cli_opinion_list, cli_opinion_show, cli_opinion_assign, cli_opinion_step,
    cli_opinion_answer, cli_opinion_export;
/* consent.c; refuse and restore are told apart by the command's words */
command_run cli_consent_list, cli_consent_show, cli_consent_change;
/* person.c */
command_run cli_person_find, cli_person_export, cli_person_erase;
/* retention.c */
command_run cli_retention;
/* answer.c */
command_run cli_answers, cli_answer_set, cli_answer_history;
/* quarantine.c */
command_run cli_quarantine_list, cli_quarantine_show, cli_quarantine_settle;
/* outbox.c */
command_run cli_outbox_list, cli_outbox_show, cli_outbox_retry;
/* calendar.c */
command_run cli_calendar, cli_calendar_add, cli_calendar_skip, cli_calendar_stop;
/* alarm.c */
command_run cli_alarms;
/* modem.c */
command_run cli_modems, cli_modem_retry, cli_status;
/* ussd_talk.c, and ussd.c for what was */
command_run cli_ussd, cli_ussd_list, cli_ussd_show;
/* sim.c, sim_order.c */
command_run cli_sim_list, cli_sim_show, cli_sim_check, cli_sim_topup, cli_sim_register,
    cli_sim_read;
/* phone.c and text.c, which need no service */
command_run cli_phone, cli_rehearse, cli_text;
