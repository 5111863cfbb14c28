// SPDX-License-Identifier: GPL-2.0-or-later
/* When all places are taken, because the gateway cannot store, what comes more is held in memory
 * until one is free: to tell it all the same would fill the gateway's memory instead, and the modem
 * has told the network that it has it, so that refusing it would lose it at once.
 * A modem that does not take AT+CSMS=0 wants each acknowledged (3GPP TS 27.005 3.4.4), or it goes
 * silent; that is said when it is on disk, and not of what is only in memory, which the network
 * then sends again. */
#include "modems/pushed.h"

#include "config/log.h"
#include "modems/field.h"

#include <stdatomic.h>

enum { HELD_MOST = 4096, ASK_MS = 5000 };

/* Whether the modem wants to be told that we have it. */
enum wish { WISH_UNKNOWN, WISH_NONE, WISH_EACH };

struct held {
    char *hex;
    bool report;
};

struct pushed {
    struct line *line;
    struct kept *kept;
    struct teller *teller;
    bool told[KEPT_PUSHED];
    bool left[KEPT_PUSHED]; /* by an earlier worker, which may have told it */
    GQueue held;            /* of struct held * */
    unsigned owed;          /* acknowledgements */
    enum wish wish;
};

static void free_held(void *data)
{
    struct held *held = data;
    g_free(held->hex);
    g_free(held);
}

static bool is_taken(const struct pushed *pushed, unsigned index)
{
    return atomic_load(&kept_place(pushed->kept, index)->stage) != FLIGHT_PDU_NONE;
}

struct pushed *pushed_new(struct line *line, struct kept *kept, struct teller *teller)
{
    struct pushed *pushed = g_new0(struct pushed, 1);
    pushed->line = line;
    pushed->kept = kept;
    pushed->teller = teller;
    g_queue_init(&pushed->held);
    for (unsigned i = 0; i < KEPT_PUSHED; i++)
        pushed->left[i] = is_taken(pushed, i);
    return pushed;
}

void pushed_free(struct pushed *pushed)
{
    g_queue_clear_full(&pushed->held, free_held);
    g_free(pushed);
}

static void hold(struct pushed *pushed, const struct line_notice *notice)
{
    if (pushed->held.length == 0)
        log_error("modem", "pushed=waiting detail=\"the gateway does not store what comes; a "
                           "crash would lose what waits now\"");
    if (pushed->held.length >= HELD_MOST) {
        log_error("modem", "pushed=lost report=%d", notice->kind == RESULT_PUSHED_REPORT);
        return;
    }
    struct held *held = g_new0(struct held, 1);
    held->hex = g_strdup(notice->text);
    held->report = notice->kind == RESULT_PUSHED_REPORT;
    g_queue_push_tail(&pushed->held, held);
}

void pushed_notice(struct pushed *pushed, const struct line_notice *notice)
{
    if (notice->kept)
        pushed->owed += pushed->wish != WISH_NONE;
    else
        hold(pushed, notice);
}

void pushed_stored(struct pushed *pushed, uint64_t key)
{
    for (unsigned i = 0; i < KEPT_PUSHED; i++) {
        struct flight_pdu *place = kept_place(pushed->kept, i);
        if (!pushed->told[i] || place->key != key)
            continue;
        pushed->told[i] = pushed->left[i] = false; /* before another comes to lie there */
        kept_release(place);
    }
}

static bool is_untold(const struct pushed *pushed, unsigned index)
{
    return !pushed->told[index] && is_taken(pushed, index);
}

bool pushed_idle(const struct pushed *pushed)
{
    if (pushed->owed > 0 || (pushed->held.length > 0 && kept_has_room(pushed->kept, true)))
        return false;
    for (unsigned i = 0; i < KEPT_PUSHED; i++) {
        if (is_untold(pushed, i))
            return false;
    }
    return true;
}

static void keep_held(struct pushed *pushed)
{
    while (pushed->held.length > 0 && kept_has_room(pushed->kept, true)) {
        struct held *held = g_queue_pop_head(&pushed->held);
        kept_push(pushed->kept, held->hex, held->report);
        free_held(held);
    }
}

static enum wish ask_wish(struct line *line)
{
    g_autoptr(GPtrArray) lines = NULL;
    line_ask(line, "AT+CSMS?", ASK_MS, &lines, NULL);
    return field_number(field_after(lines, "+CSMS"), 0, 0) == 1 ? WISH_EACH : WISH_NONE;
}

static void acknowledge(struct pushed *pushed)
{
    if (pushed->wish == WISH_UNKNOWN)
        pushed->wish = ask_wish(pushed->line);
    if (pushed->wish == WISH_EACH && !kept_sync(pushed->kept))
        pushed->owed = 0;
    for (; pushed->owed > 0 && pushed->wish == WISH_EACH; pushed->owed--) {
        if (line_ask(pushed->line, "AT+CNMA", ASK_MS, NULL, NULL))
            continue;
        log_info("modem", "acknowledgement=refused detail=\"none is given any more\"");
        pushed->wish = WISH_NONE;
    }
    pushed->owed = 0;
}

void pushed_step(struct pushed *pushed, bool may_ask)
{
    keep_held(pushed);
    if (may_ask && pushed->owed > 0)
        acknowledge(pushed);
    for (unsigned i = 0; i < KEPT_PUSHED; i++) {
        if (!is_untold(pushed, i))
            continue;
        pushed->told[i] = true;
        teller_tell(pushed->teller, kept_place(pushed->kept, i), -1, !pushed->left[i]);
    }
}
