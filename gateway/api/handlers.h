// SPDX-License-Identifier: GPL-2.0-or-later
// What the routes call: one file for each noun, each handler an api_handler.
#pragma once

#include "gateway/api/request.h"

/* status.c */
api_handler api_status_show;
/* alarm.c */
api_handler api_alarm_list;
/* coverage.c */
api_handler api_coverage_show, api_programme_show;
/* calendar.c */
api_handler api_calendar_show, api_calendar_ics, api_calendar_add, api_calendar_skip,
    api_calendar_stop;
/* sheet.c */
api_handler api_sheet_show;
/* modem.c */
api_handler api_modem_list, api_modem_retry;
/* ussd.c */
api_handler api_ussd_dial, api_ussd_list, api_ussd_show, api_ussd_answer, api_ussd_cancel;
/* sim.c, sim_order.c */
api_handler api_sim_list, api_sim_show, api_sim_check, api_sim_topup, api_sim_register;
/* roster.c */
api_handler api_roster_import;
/* group.c */
api_handler api_group_list, api_group_show, api_group_create, api_group_delete;
/* unit.c */
api_handler api_unit_list, api_unit_show, api_unit_change;
/* campaign.c; api_campaign_advance takes the event (campaigns/campaign.h) as the route's argument
 */
api_handler api_campaign_create, api_campaign_list, api_campaign_show, api_campaign_advance;
/* preview.c */
api_handler api_preview_show;
/* forecast.c */
api_handler api_forecast_show;
/* message.c */
api_handler api_campaign_messages, api_message_list, api_message_show, api_message_decide,
    api_progress_show;
/* tally.c */
api_handler api_tally_show;
/* snapshot.c */
api_handler api_snapshot_list, api_snapshot_take;
/* recount.c */
api_handler api_recount_show;
/* reply.c */
api_handler api_reply_list, api_reply_show, api_reply_settle;
/* session.c */
api_handler api_session_list;
/* opinion.c; api_opinion_step takes the event (campaigns/opinion.h) as the route's argument */
api_handler api_opinion_list, api_opinion_senders, api_opinion_show, api_opinion_sender,
    api_opinion_assign, api_opinion_step, api_opinion_answer;
/* consent.c; api_consent_change takes what (campaigns/consent.h) as the route's argument */
api_handler api_consent_list, api_consent_state, api_consent_change;
/* person.c */
api_handler api_person_find, api_person_export, api_person_erase;
/* retention.c */
api_handler api_retention_list;
/* answer.c */
api_handler api_answer_list, api_answer_history, api_answer_record;
/* quarantine.c */
api_handler api_quarantine_list, api_quarantine_show, api_quarantine_settle;
/* outbox.c */
api_handler api_outbox_list, api_outbox_show, api_outbox_retry, api_outbox_retry_all;
