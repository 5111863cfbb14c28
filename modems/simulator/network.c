// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides what becomes of each submission, sends delivery reports, and carries texts to the SIMs,
 * keeping what they have no room for. A delay of 0 is no event: everything then happens while the
 * modem's bytes are being read, which is what makes the rig fast. */
#include "modems/simulator/network.h"

#include <stdlib.h>
#include <string.h>

#include "modems/simulator/air.h"
#include "modems/simulator/chance.h"
#include "modems/simulator/handset.h"
#include "modems/simulator/mobile.h"
#include "modems/simulator/schedule.h"
#include "modems/simulator/service.h"

enum { CMS_NO_NETWORK = 331, STATUS_NOT_DELIVERED = 0x20 };
enum { DRAW_AIR, DRAW_SILENCE, DRAW_SENT, DRAW_FAILURE, DRAW_CODE, DRAW_REPORT, DRAW_DELAY, DRAWS };

struct submission {
    struct mobile *mobile;
    unsigned life, turn;
    struct pdu_submit submit;
    const struct number_rule *rule; /* NULL: none fits */
    struct outcome outcome;
    enum silence silence;
    uint8_t reference;
    int64_t idle_us;
};

struct network *network_new(const struct behaviour *behaviour, struct air *air)
{
    struct network *network = g_new0(struct network, 1);
    network->behaviour = behaviour;
    network->air = air;
    network->schedule = schedule_new();
    network->handsets = handsets_new(network);
    network->mobiles = g_ptr_array_new_with_free_func((GDestroyNotify)mobile_free);
    network->attempts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    network->used_cards = g_hash_table_new(NULL, NULL);
    return network;
}

void network_free(struct network *network)
{
    if (!network)
        return;
    schedule_free(network->schedule);
    g_ptr_array_unref(network->mobiles);
    handsets_free(network->handsets);
    g_hash_table_unref(network->attempts);
    g_hash_table_unref(network->used_cards);
    g_free(network);
}

bool network_start(struct network *network, const char *folder, unsigned modems, GError **error)
{
    for (unsigned i = 0; i < modems; i++)
        g_ptr_array_add(network->mobiles, mobile_new(network, folder, i));
    for (unsigned i = 0; i < modems; i++)
        if (!mobile_plug(network->mobiles->pdata[i], NULL, error))
            return false;
    return true;
}

struct pdu_stamp network_now(const struct network *network)
{
    return (struct pdu_stamp){air_now_ms(), (int)network->behaviour->zone_minutes};
}

int64_t network_today(const struct network *network)
{
    return (air_now_ms() + network->behaviour->zone_minutes * 60000) / 86400000;
}

static double draw(const struct mobile *mobile, unsigned turn, unsigned what)
{
    return chance_draw((uint64_t)mobile->network->behaviour->seed, mobile->index,
                       (uint64_t)turn * DRAWS + what);
}

/* The first rule that fits, while it has not been used up for this number. */
static const struct number_rule *find_rule(struct network *network, const char *to)
{
    const GPtrArray *rules = network->behaviour->numbers;
    if (rules->len == 0)
        return NULL;
    g_autofree char *canonical = behaviour_canonical(network->behaviour, to);
    g_autofree char *number = g_strconcat("+", canonical, NULL);
    for (guint i = 0; i < rules->len; i++) {
        const struct number_rule *rule = rules->pdata[i];
        if (!g_regex_match(rule->regex, number, 0, NULL))
            continue;
        if (rule->times == 0)
            return rule;
        char *key = g_strdup_printf("%u %s", i, number);
        unsigned used = GPOINTER_TO_UINT(g_hash_table_lookup(network->attempts, key));
        g_hash_table_insert(network->attempts, key, GUINT_TO_POINTER(used + 1));
        if (used < rule->times)
            return rule;
    }
    return NULL;
}

static struct outcome code_of(const char *code)
{
    struct outcome outcome = {OUTCOME_CMS, 500};
    behaviour_outcome(code, &outcome);
    return outcome;
}

static void decide_by_chance(struct submission *submission)
{
    const struct mobile *mobile = submission->mobile;
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    unsigned turn = submission->turn;
    if (behaviour->silence_rate > 0 && draw(mobile, turn, DRAW_SILENCE) < behaviour->silence_rate)
        submission->silence =
            draw(mobile, turn, DRAW_SENT) < behaviour->silence_sent ? SILENCE_SENT : SILENCE_LOST;
    char **codes = behaviour->failure_codes;
    guint count = codes ? g_strv_length(codes) : 0;
    if (count && behaviour->failure_rate > 0 &&
        draw(mobile, turn, DRAW_FAILURE) < behaviour->failure_rate)
        submission->outcome = code_of(codes[(guint)(draw(mobile, turn, DRAW_CODE) * count)]);
}

static bool is_taken(const struct submission *submission)
{
    return submission->outcome.kind == OUTCOME_OK || submission->outcome.kind == OUTCOME_BARE;
}

static bool is_paid_for(const struct submission *submission)
{
    const struct mobile *mobile = submission->mobile;
    g_autofree char *to = behaviour_canonical(mobile->network->behaviour, submission->submit.to);
    return account_can_send(mobile->account, to, network_today(mobile->network));
}

static void charge(const struct submission *submission)
{
    const struct mobile *mobile = submission->mobile;
    g_autofree char *to = behaviour_canonical(mobile->network->behaviour, submission->submit.to);
    account_charge(mobile->account, to, network_today(mobile->network));
}

static void decide(struct submission *submission)
{
    struct mobile *mobile = submission->mobile;
    int64_t registration = mobile->behaviour.registration;
    const struct number_rule *rule = submission->rule;
    if (mobile->silence == MOBILE_SILENT || mobile->silence == MOBILE_LOSES)
        submission->silence = mobile->silence == MOBILE_SILENT ? SILENCE_SENT : SILENCE_LOST;
    if (mobile->fail_count > 0) {
        mobile->fail_count--;
        submission->outcome = mobile->fail;
    } else if (registration != 1 && registration != 5) {
        submission->outcome = (struct outcome){OUTCOME_CMS, CMS_NO_NETWORK};
    } else if (*mobile->behaviour.ussd_blocks && service_is_pending(mobile->service)) {
        submission->outcome = code_of(mobile->behaviour.ussd_blocks);
    } else if (rule && (rule->code || rule->silent)) {
        submission->silence = (enum silence)rule->silent;
        submission->outcome = rule->code ? code_of(rule->code) : submission->outcome;
    } else if (!rule) {
        decide_by_chance(submission);
    }
    if (is_taken(submission) && !is_paid_for(submission))
        submission->outcome = code_of(mobile->account->tariff.refused);
}

static char *answer_words(const struct submission *submission)
{
    if (submission->silence != SILENCE_NONE)
        return g_strdup("silence");
    switch (submission->outcome.kind) {
    case OUTCOME_OK:
        return g_strdup("+CMGS");
    case OUTCOME_CMS:
        return g_strdup_printf("+CMS ERROR: %d", submission->outcome.code);
    case OUTCOME_CME:
        return g_strdup_printf("+CME ERROR: %d", submission->outcome.code);
    case OUTCOME_ERROR:
        return g_strdup("ERROR");
    case OUTCOME_LINE:
        return g_strdup(submission->outcome.line);
    case OUTCOME_BARE:
    case OUTCOME_LATER:
        break;
    }
    return g_strdup("OK");
}

static void record(const struct submission *submission, const char *result, const char *answer)
{
    const struct mobile *mobile = submission->mobile;
    const struct pdu_submit *submit = &submission->submit;
    bool whole = submit->concat.total == 0;
    g_autofree char *text = pdu_text(&submit->data);
    air_write(mobile->network->air, &(struct air_event){
                                        .modem = mobile->name,
                                        .direction = "out",
                                        .from = mobile->number,
                                        .to = submit->to,
                                        .parts = whole ? 1 : submit->concat.total,
                                        .part = whole ? 1 : submit->concat.part,
                                        .concat = whole ? -1 : (int)submit->concat.reference,
                                        .reference = submission->reference,
                                        .coding = pdu_coding_name(submit->data.coding),
                                        .text = text,
                                        .report = submit->report,
                                        .status = -1,
                                        .result = result,
                                        .answer = answer,
                                        .idle_us = submission->idle_us,
                                    });
}

struct pending_report {
    struct mobile *mobile;
    char to[PDU_ADDRESS_SIZE];
    uint8_t reference, status;
    struct pdu_stamp submitted;
};

static void deliver(struct mobile *mobile, struct message *message)
{
    g_queue_push_tail(&mobile->waiting[message->report], message);
    network_drain(mobile);
}

static void send_report(void *data)
{
    const struct pending_report *pending = data;
    struct message *message = g_new0(struct message, 1);
    struct pdu_report report = {
        .smsc = pending->mobile->behaviour.smsc,
        .to = pending->to,
        .reference = pending->reference,
        .status = pending->status,
        .submitted = pending->submitted,
        .discharged = network_now(pending->mobile->network),
    };
    message->report = true;
    message->pdu = pdu_write_report(&report, &message->octets);
    message->from = g_strdup(pending->to);
    message->reference = pending->reference;
    message->status = pending->status;
    message->at = report.discharged;
    deliver(pending->mobile, message);
}

void network_report(struct mobile *mobile, const char *to, uint8_t reference, uint8_t status,
                    int64_t age_ms)
{
    struct pending_report pending = {mobile, "", reference, status, network_now(mobile->network)};
    pending.submitted.at_ms -= age_ms;
    g_strlcpy(pending.to, to, sizeof pending.to);
    send_report(&pending);
}

/* Statuses in hex; without a rule one "delivered". */
static void send_reports(const struct submission *submission, char **statuses)
{
    static char *delivered[] = {(char *)"00", NULL};
    struct mobile *mobile = submission->mobile;
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    unsigned turn = submission->turn;
    if (!statuses && draw(mobile, turn, DRAW_REPORT) >= behaviour->report_share)
        return;
    int64_t delay = chance_between(draw(mobile, turn, DRAW_DELAY), behaviour->report_delay_ms,
                                   behaviour->report_spread_ms);
    bool early = submission->rule && submission->rule->reports_at != REPORTS_BEHIND;
    for (char **status = statuses ? statuses : delivered; *status; status++) {
        struct pending_report pending = {
            .mobile = mobile,
            .reference = submission->reference,
            .status = (uint8_t)strtoul(*status, NULL, 16),
            .submitted = network_now(mobile->network),
        };
        g_strlcpy(pending.to, submission->submit.to, sizeof pending.to);
        if (strcmp(*status, "none") == 0)
            return;
        bool now = early && status == statuses;
        if (delay == 0 || now)
            send_report(&pending);
        else
            schedule_after(mobile->network->schedule, delay, send_report,
                           g_memdup2(&pending, sizeof pending), g_free);
        delay += delay && !now ? behaviour->report_delay_ms : 0;
    }
}

/* A handset that the last report declares unreached has not got the text. */
static bool is_reached(char **statuses)
{
    guint count = statuses ? g_strv_length(statuses) : 0;
    return count == 0 || strcmp(statuses[count - 1], "none") == 0 ||
           strtoul(statuses[count - 1], NULL, 16) < STATUS_NOT_DELIVERED;
}

static char **statuses_of(const struct submission *submission)
{
    return submission->rule ? submission->rule->reports : NULL;
}

/* Reports that are due at this moment of the answer. */
static void report_at(const struct submission *submission, enum reports_at at)
{
    enum reports_at wanted =
        submission->rule ? (enum reports_at)submission->rule->reports_at : REPORTS_BEHIND;
    if (at == wanted && submission->submit.report)
        send_reports(submission, statuses_of(submission));
}

/* The words of the modem, and what the network does between them. */
static void answer(const struct submission *submission, struct outcome outcome, bool accepted)
{
    struct mobile *mobile = submission->mobile;
    char line[16];
    g_snprintf(line, sizeof line, "+CMGS: %u", submission->reference);
    if (accepted)
        report_at(submission, REPORTS_BEFORE_ANSWER);
    mobile_answer(mobile, outcome, line);
    if (accepted)
        report_at(submission, REPORTS_BEFORE_RESULT);
    if (mobile->life == submission->life)
        mobile_conclude(mobile, outcome);
    if (accepted && is_reached(statuses_of(submission)))
        handsets_receive(mobile->network->handsets, mobile, &submission->submit);
    if (accepted)
        report_at(submission, REPORTS_BEHIND);
}

/* The end of the air time: the network has decided. */
static void land(void *data)
{
    const struct submission *submission = data;
    struct mobile *mobile = submission->mobile;
    struct network_counts *counts = &mobile->network->counts;
    struct outcome outcome = submission->outcome;
    if (submission->life != mobile->life) {
        counts->lost++;
        record(submission, "lost", NULL);
        return;
    }
    bool taken = is_taken(submission);
    bool accepted = taken && submission->silence != SILENCE_LOST;
    counts->accepted += accepted;
    counts->refused += !taken;
    counts->lost += taken && !accepted;
    counts->unanswered += submission->silence != SILENCE_NONE;
    if (accepted)
        charge(submission);
    g_autofree char *words = answer_words(submission);
    record(submission, accepted ? "accepted" : taken ? "lost" : "refused", words);
    if (submission->silence != SILENCE_NONE)
        outcome.kind = OUTCOME_LATER;
    answer(submission, outcome, accepted);
    mobile->settled_us = g_get_monotonic_time();
}

static void land_later(void *data)
{
    const struct submission *submission = data;
    land(data);
    if (submission->life == submission->mobile->life)
        mobile_resume(submission->mobile);
}

void network_submit(struct mobile *mobile, const struct pdu_submit *submit)
{
    struct network *network = mobile->network;
    struct submission submission = {
        .mobile = mobile,
        .life = mobile->life,
        .turn = mobile->turns++,
        .submit = *submit,
        .rule = find_rule(network, submit->to),
        .reference = mobile->reference,
        .idle_us = mobile->settled_us == 0 ? 0 : g_get_monotonic_time() - mobile->settled_us,
    };
    const struct modem_behaviour *behaviour = &mobile->behaviour;
    network->counts.submitted++;
    mobile->reference = (uint8_t)(mobile->reference + behaviour->reference_step);
    decide(&submission);
    int64_t delay = chance_between(draw(mobile, submission.turn, DRAW_AIR), behaviour->air_ms,
                                   behaviour->air_spread_ms);
    if (submission.rule && submission.rule->air_ms >= 0)
        delay = submission.rule->air_ms;
    if (delay == 0)
        land(&submission);
    else
        schedule_after(network->schedule, delay, land_later,
                       g_memdup2(&submission, sizeof submission), g_free);
}

void network_refuse(struct mobile *mobile, const char *fault, struct outcome outcome)
{
    struct network_counts *counts = &mobile->network->counts;
    counts->submitted++;
    counts->refused++;
    air_write(mobile->network->air, &(struct air_event){
                                        .modem = mobile->name,
                                        .direction = "out",
                                        .from = mobile->number,
                                        .concat = -1,
                                        .reference = -1,
                                        .status = -1,
                                        .result = "refused",
                                        .answer = fault,
                                    });
    mobile_answer(mobile, outcome, NULL);
    mobile_conclude(mobile, outcome);
}

static void send_piece(struct mobile *mobile, const char *from, const struct pdu_data *data,
                       const struct pdu_concat *concat)
{
    struct message *message = g_new0(struct message, 1);
    struct pdu_deliver part = {
        .smsc = mobile->behaviour.smsc,
        .from = from,
        .at = network_now(mobile->network),
        .data = *data,
        .concat = *concat,
    };
    message->pdu = pdu_write_deliver(&part, &message->octets);
    message->from = g_strdup(from);
    message->text = pdu_text(&part.data);
    message->coding = part.data.coding;
    message->concat = part.concat;
    message->at = part.at;
    deliver(mobile, message);
}

unsigned network_text(struct mobile *mobile, const char *from, const char *text)
{
    g_autoptr(GArray) pieces = pdu_split(text);
    struct pdu_concat concat = {0};
    if (pieces->len > 1) {
        int64_t fixed = mobile->behaviour.concat;
        unsigned reference = fixed >= 0 ? (unsigned)fixed : ++mobile->network->long_reference;
        concat = (struct pdu_concat){pieces->len, 0, reference, false};
    }
    for (guint i = 0; i < pieces->len; i++) {
        concat.part = pieces->len > 1 ? i + 1 : 0;
        send_piece(mobile, from, &g_array_index(pieces, struct pdu_data, i), &concat);
    }
    return pieces->len;
}

void network_part(struct mobile *mobile, const char *from, const struct pdu_concat *concat,
                  const char *text)
{
    g_autoptr(GArray) pieces = pdu_split(text);
    send_piece(mobile, from, &g_array_index(pieces, struct pdu_data, 0), concat);
}

bool network_pdu(struct mobile *mobile, const char *hex)
{
    size_t length = strlen(hex);
    if (length < 4 || length % 2 || strspn(hex, "0123456789abcdefABCDEF") != length)
        return false;
    size_t smsc = (size_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1])) + 1;
    if (smsc >= length / 2)
        return false;
    struct message *message = g_new0(struct message, 1);
    message->pdu = g_ascii_strup(hex, -1);
    message->octets = length / 2 - smsc;
    message->from = g_strdup("");
    message->at = network_now(mobile->network);
    deliver(mobile, message);
    return true;
}

static void hand_over(struct mobile *mobile, struct message *message)
{
    bool whole = message->concat.total == 0;
    struct network *network = mobile->network;
    network->counts.incoming += !message->report;
    network->counts.reports += message->report;
    air_write(network->air, &(struct air_event){
                                .modem = mobile->name,
                                .direction = message->report ? "report" : "in",
                                .from = message->from,
                                .to = mobile->number,
                                .parts = message->report ? 0
                                         : whole         ? 1
                                                         : message->concat.total,
                                .part = message->report ? 0
                                        : whole         ? 1
                                                        : message->concat.part,
                                .concat = whole ? -1 : (int)message->concat.reference,
                                .reference = message->report ? message->reference : -1,
                                .coding = message->text ? pdu_coding_name(message->coding) : NULL,
                                .text = message->text,
                                .status = message->report ? message->status : -1,
                            });
    mobile_take(mobile, message);
}

void network_drain(struct mobile *mobile)
{
    for (int kind = 0; kind < 2; kind++) {
        GQueue *queue = &mobile->waiting[kind];
        while (queue->head && mobile_has_room(mobile, queue->head->data))
            hand_over(mobile, g_queue_pop_head(queue));
    }
    mobile_flush(mobile);
}

static void drain(void *data)
{
    network_drain(data);
}

void network_drain_soon(struct mobile *mobile)
{
    if (mobile->waiting[0].head || mobile->waiting[1].head)
        schedule_after(mobile->network->schedule, 0, drain, mobile, NULL);
}
