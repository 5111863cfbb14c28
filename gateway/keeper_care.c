// SPDX-License-Identifier: GPL-2.0-or-later
/* After each end of a worker the ladder says what is done next and when; a replug is seen by the
 * tty's node and comes before all waiting. A modem that is not there is looked for at every tick;
 * should it stay away, its power is switched too, because one that died in a reset comes back in no
 * other way. PIN and PUK wait for a person, or for another card, that is for a replug: the worker
 * knows which PIN was tried.
 *
 * While a modem is looked for by its IMEI it stays absent: trying a stranger's tty is no news. */
#include "gateway/keeper_care.h"

#include "config/log.h"
#include "gateway/keeper_state.h"
#include "gateway/note.h"

enum {
    LOOK_MS = 1000,
    SEARCH_PATIENCE_MS = 3000, /* with a tty that may be anybody's, or nobody's */
    POWER_SETTLE_MS = 3000,
    ABSENT_POWER_FIRST_MS = 2 * 60 * 1000,
    ABSENT_POWER_NEXT_MS = 30 * 60 * 1000,
    OWN_DOING_MS = 2 * 60 * 1000, /* a modem that comes back by then does so because of a remedy */
};

static int64_t monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void wait_for(struct keeper *keeper, int64_t wait_ms)
{
    keeper->next_at = monotonic_ms() + wait_ms;
}

/* ---- absence ---- */

static void vanish(struct keeper *keeper, const char *reason)
{
    if (keeper->state != MODEM_ABSENT || g_strcmp0(keeper->reason, reason) != 0)
        keeper_state_advance(keeper, MODEM_VANISH, reason);
    keeper->needs_person = false;
    keeper->remedy = LADDER_REOPEN;
    keeper->ladder.ready_at = 0;
    wait_for(keeper, LOOK_MS);
}

/* ---- power ---- */

static void power_done(void *data, const char *how)
{
    struct keeper *keeper = data;
    g_autofree char *quoted = log_quote(how);
    log_warn("modem", "modem=%s event=power-command detail=%s", keeper->name, quoted);
    g_clear_pointer(&keeper->power, power_free);
    keeper->remedied_at = monotonic_ms();
    wait_for(keeper, POWER_SETTLE_MS);
}

static void run_power(struct keeper *keeper)
{
    g_autoptr(GError) error = NULL;
    keeper->remedy = LADDER_REOPEN;
    keeper->power_at = monotonic_ms() + ABSENT_POWER_NEXT_MS;
    keeper->power =
        power_start(keeper->config->power_command, POWER_LIMIT_MS, power_done, keeper, &error);
    if (keeper->power != NULL) {
        log_warn("modem", "modem=%s event=power-command detail=started", keeper->name);
        return;
    }
    g_autofree char *quoted = log_quote(error->message);
    log_error("modem", "modem=%s event=power-command detail=%s", keeper->name, quoted);
    keeper->remedy = LADDER_RESET;
}

static void look_at_absence(struct keeper *keeper)
{
    g_autofree char *absence = port_absence(keeper->port);
    bool news = keeper->state != MODEM_ABSENT || keeper->reason == NULL;
    if (news || port_searches(keeper->port))
        vanish(keeper, absence);
    int64_t now = monotonic_ms();
    if (keeper->power_at == 0)
        keeper->power_at = now + ABSENT_POWER_FIRST_MS;
    if (keeper->config->power_command != NULL && now >= keeper->power_at)
        run_power(keeper);
}

/* ---- the beginning ---- */

bool keeper_care_start(struct keeper *keeper)
{
    if (keeper->power != NULL)
        return false;
    int64_t now = monotonic_ms();
    bool due = !keeper->needs_person && now >= keeper->next_at;
    bool there = port_is_there(keeper->port);
    if (due && there && keeper->remedy == LADDER_POWER) {
        run_power(keeper);
        return false;
    }
    if (port_take(keeper->port, due, now)) {
        bool fresh = port_is_fresh(keeper->port);
        if (fresh)
            keeper->remedy = LADDER_REOPEN;
        if (fresh && now >= keeper->remedied_at + OWN_DOING_MS)
            keeper->ladder = (struct ladder){0};
        keeper->needs_person = false;
        return true;
    }
    if (!there)
        look_at_absence(keeper);
    return false;
}

void keeper_care_cancel(struct keeper *keeper)
{
    port_release(keeper->port);
    keeper->next_at = 0;
}

void keeper_care_started(struct keeper *keeper)
{
    bool candidate = port_is_candidate(keeper->port);
    bool reset = keeper->remedy == LADDER_RESET && !candidate; /* a stranger is left alone */
    keeper->first = reset ? WIRE_REMEDY_RESET : WIRE_REMEDY_NONE;
    keeper->patience_ms = candidate ? SEARCH_PATIENCE_MS : 0;
    keeper->remedy = LADDER_REOPEN;
    if (candidate)
        return;
    keeper->power_at = 0;
    if (reset)
        keeper->remedied_at = monotonic_ms();
    const char *device = keeper->config->device, *path = port_path(keeper->port);
    g_autofree char *where = g_str_equal(device, path)
                                 ? g_strdup(path)
                                 : g_strdup_printf("%s, that is %s", device, path);
    g_autofree char *reason =
        reset ? g_strdup_printf("%s; it is told to restart first", where) : g_steal_pointer(&where);
    keeper_state_advance(keeper, MODEM_OPEN, reason);
}

/* Behind this tty is the modem that was meant. */
static void find(struct keeper *keeper)
{
    if (port_is_candidate(keeper->port)) {
        keeper_state_advance(keeper, MODEM_OPEN, port_path(keeper->port));
        log_info("modem", "modem=%s event=found device=%s", keeper->name, port_path(keeper->port));
        turn_add(keeper->shared->turn, note_home(keeper->name, port_path(keeper->port)));
    }
    port_confirm(keeper->port);
}

void keeper_care_ready(struct keeper *keeper)
{
    find(keeper);
    ladder_ready(&keeper->ladder, monotonic_ms());
}

/* ---- the end ---- */

static enum ladder_cause cause_of(const struct keeper *keeper)
{
    static const enum ladder_cause causes[WIRE_FAULT_KINDS] = {
        [WIRE_FAULT_DEVICE] = LADDER_DEVICE,  [WIRE_FAULT_SILENT] = LADDER_SILENT,
        [WIRE_FAULT_SIM] = LADDER_SIM,        [WIRE_FAULT_PIN] = LADDER_SIM,
        [WIRE_FAULT_PUK] = LADDER_SIM,        [WIRE_FAULT_BUSY] = LADDER_BUSY,
        [WIRE_FAULT_INTERNAL] = LADDER_CRASH, [WIRE_FAULT_STRANGER] = LADDER_STRANGER,
    };
    if (keeper->tired)
        return LADDER_BUSY;
    return keeper->fault_told ? causes[keeper->fault] : LADDER_CRASH;
}

static void climb(struct keeper *keeper, const char *why)
{
    enum ladder_cause cause = cause_of(keeper);
    bool power = keeper->config->power_command != NULL;
    struct ladder_step step = ladder_fail(&keeper->ladder, cause, power, monotonic_ms());
    g_autofree char *reason = ladder_reason(why, cause, &step);
    keeper_state_advance(keeper, step.spent ? MODEM_GIVE_UP : MODEM_FAIL, reason);
    keeper->remedy = step.remedy;
    wait_for(keeper, step.wait_ms);
}

static bool is_told(const struct keeper *keeper, enum wire_fault_kind kind)
{
    return keeper->fault_told && keeper->fault == kind;
}

/* Its IMEI is looked at before its card. */
static bool is_identified(const struct keeper *keeper)
{
    return is_told(keeper, WIRE_FAULT_PIN) || is_told(keeper, WIRE_FAULT_PUK) ||
           is_told(keeper, WIRE_FAULT_SIM) || is_told(keeper, WIRE_FAULT_BUSY);
}

static void go_on_searching(struct keeper *keeper)
{
    port_reject(keeper->port, is_told(keeper, WIRE_FAULT_STRANGER), monotonic_ms());
    g_autofree char *absence = port_absence(keeper->port);
    vanish(keeper, absence);
    keeper->next_at = 0;
}

void keeper_care_end(struct keeper *keeper, const char *how)
{
    const char *why = keeper->fault_told ? keeper->fault_sentence : how;
    bool searching = port_searches(keeper->port);
    if (keeper->tired)
        why = "its messages fail again and again";
    if (is_identified(keeper))
        find(keeper);
    bool lost =
        port_is_candidate(keeper->port) || (searching && is_told(keeper, WIRE_FAULT_STRANGER));
    port_release(keeper->port);
    if (keeper->leaving && !keeper->tired) {
        keeper_state_advance(keeper, MODEM_RESET, "its worker was asked to leave");
        keeper->ladder.ready_at = 0;
        wait_for(keeper, 0);
    } else if (is_told(keeper, WIRE_FAULT_PIN) || is_told(keeper, WIRE_FAULT_PUK)) {
        keeper_state_advance(keeper, MODEM_REFUSE, why);
        keeper->needs_person = true;
    } else if (lost && port_is_there(keeper->port)) {
        go_on_searching(keeper);
    } else if (!port_is_there(keeper->port)) {
        vanish(keeper, why);
    } else {
        climb(keeper, why);
    }
    keeper->tired = false;
}

void keeper_care_renew(struct keeper *keeper, const char *reason)
{
    if (keeper->channel != NULL || keeper->power != NULL)
        return;
    if (keeper->state != MODEM_ABSENT)
        keeper_state_advance(keeper, MODEM_RESET, reason);
    port_forget(keeper->port);
    keeper->ladder = (struct ladder){0};
    keeper->needs_person = false;
    keeper->remedy = LADDER_REOPEN;
    keeper->next_at = 0;
}
