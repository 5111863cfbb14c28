// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a keeper's state: in memory, in the log, and through the turn in the modem's row. Ready
 * and busy alternate too fast to be news: their row follows with the next tick. */
#include "gateway/keeper_state.h"

#include "config/log.h"
#include "gateway/note.h"

static bool is_flicker(enum modem_state state)
{
    return state == MODEM_READY || state == MODEM_BUSY;
}

void keeper_state_advance(struct keeper *keeper, enum modem_event event, const char *reason)
{
    enum modem_state from = keeper->state, to = from;
    if (!modem_advance(from, event, &to)) {
        log_debug("modem", "modem=%s state=%s event=%s refused=1", keeper->name,
                  modem_state_name(from), modem_event_name(event));
        return;
    }
    keeper->state = to;
    g_free(keeper->reason);
    keeper->reason = g_strdup(reason);
    if (is_flicker(from) && is_flicker(to))
        return;
    g_autofree char *quoted = log_quote(reason);
    log_info("modem", "modem=%s %s→%s reason=%s", keeper->name, modem_state_name(from),
             modem_state_name(to), quoted);
    turn_add(keeper->shared->turn, note_state(keeper->name, from, to, reason));
    keeper->stored_state = to;
}

void keeper_state_store(struct keeper *keeper)
{
    if (keeper->state == keeper->stored_state)
        return;
    turn_add(keeper->shared->turn,
             note_state(keeper->name, keeper->stored_state, keeper->state, keeper->reason));
    keeper->stored_state = keeper->state;
}

void keeper_state_kill(struct keeper *keeper, const char *why)
{
    if (keeper->killed)
        return;
    keeper->killed = true;
    g_autofree char *quoted = log_quote(why);
    log_warn("modem", "modem=%s pid=%d event=killed reason=%s", keeper->name,
             channel_pid(keeper->channel), quoted);
    if (!keeper->fault_told) {
        keeper->fault_told = true;
        keeper->fault = WIRE_FAULT_SILENT;
        keeper->fault_sentence = g_strdup(why);
    }
    channel_kill(keeper->channel);
}
