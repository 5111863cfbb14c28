// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at modems, sinks, disk and queue. Says what is so, not how long it has been: whether that
 * is an alarm is the affair of campaigns/alarm.c. Where an alarm ends by another measure than it
 * began (a disk must have a fifth more room), that is here. */
#include "gateway/troubles.h"

#include "campaigns/store/alarm.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/sink.h"

#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

enum {
    FULL_PERCENT = 80,
    EMPTIED_PERCENT = 70,
    CLOCK_OFF_MS = 20 * 60 * 60 * 1000, /* no wrong time zone of a network is so far off */
};
#define MEGABYTE (INT64_C(1024) * 1024)

struct look {
    const struct troubles_view *view;
    int64_t now;
    GPtrArray *found;
};

static const struct alarm_case *find_case(const struct look *look, enum alarm_kind kind,
                                          const char *subject)
{
    for (guint i = 0; i < look->view->cases->len; i++) {
        const struct alarm_case *acase = g_ptr_array_index(look->view->cases, i);
        if (acase->kind == kind && strcmp(acase->subject, subject) == 0)
            return acase;
    }
    return NULL;
}

static const struct alarm_case *lasting(const struct look *look, enum alarm_kind kind,
                                        const char *subject)
{
    const struct alarm_case *acase = find_case(look, kind, subject);
    return acase != NULL && acase->lasting ? acase : NULL;
}

/* Takes over reason and hint. */
static struct trouble *find(struct look *look, enum alarm_kind kind, const char *subject,
                            char *reason, char *hint)
{
    struct trouble *trouble = trouble_new(kind, subject, reason, hint);
    g_ptr_array_add(look->found, trouble);
    return trouble;
}

/* ---- modems ---- */

/* 3GPP TS 27.007 7.2: 0 not searching, 2 searching, 3 denied, 4 unknown are no network. */
static bool has_network(const struct modem *row)
{
    return row->registration < 0 || row->registration == 1 || row->registration >= 5;
}

static bool works(const struct modem *row)
{
    return row != NULL && has_network(row) && modem_state_works(row->state);
}

static const char *down_hint(const struct modem *row)
{
    if (row == NULL)
        return "xem nhat ky";
    switch (row->state) {
    case MODEM_READY:
    case MODEM_BUSY:
    case MODEM_RESTING:
        return "khong vao duoc mang";
    case MODEM_ABSENT:
        return "khong thay thiet bi";
    case MODEM_OPENING:
    case MODEM_SICK:
        return "khong tra loi";
    case MODEM_FAULTY:
        return "can nguoi den xem";
    case MODEM_STATES:
        break;
    }
    g_return_val_if_reached(NULL);
}

/* `known`: what was wrong with it at the last look; NULL: nothing. */
static char *down_reason(const struct modem *row, const struct alarm_case *known)
{
    if (row == NULL)
        return g_strdup("it was left out at the start; see the log");
    switch (row->state) {
    case MODEM_READY:
    case MODEM_BUSY:
    case MODEM_RESTING:
        return g_strdup("it is not registered with the network");
    case MODEM_OPENING: /* one more try; what became of the last one says more */
        return g_strdup(known != NULL && known->reason != NULL ? known->reason
                                                               : "it is being opened");
    case MODEM_ABSENT:
    case MODEM_SICK:
    case MODEM_FAULTY:
    case MODEM_STATES:
        break;
    }
    return g_strdup_printf("%s: %s", modem_state_name(row->state),
                           *row->reason != '\0' ? row->reason : "no reason was given");
}

/* A new start of the gateway forgets what failed; only a message that goes out shows that all is
 * well. */
static bool look_at_sending(struct look *look, const char *name, GError **error)
{
    const struct alarm_case *known = lasting(look, ALARM_SIM_STOPPED, name);
    const char *cause = dispatcher_trouble(look->view->dispatcher, name);
    bool sent = true;
    if (cause == NULL && known != NULL &&
        !store_alarm_sent_since(look->view->store, name, known->since, &sent, error))
        return false;
    if (cause != NULL)
        find(look, ALARM_SIM_STOPPED, name,
             g_strdup_printf("message after message fails: %s", cause), NULL);
    else if (!sent)
        find(look, ALARM_SIM_STOPPED, name, g_strdup(known->reason), NULL);
    return true;
}

static bool look_for_silence(struct look *look, const char *name, GError **error)
{
    int64_t silence_ms = look->view->config->alarms.silence_ms, since = 0;
    if (silence_ms == 0)
        return true;
    if (!store_alarm_silent_since(look->view->store, name, &since, error))
        return false;
    if (since == 0 || look->now - since < silence_ms)
        return true;
    find(look, ALARM_SILENCE, name,
         g_strdup("it sends, and since then nothing came in: no reply, no delivery report"), NULL)
        ->since = since;
    return true;
}

static void look_at_storage(struct look *look, const struct modem *row)
{
    if (row->storage_used < 0 || row->storage_size <= 0)
        return;
    int percent = (int)(row->storage_used * INT64_C(100) / row->storage_size);
    bool before = lasting(look, ALARM_SIM_FULL, row->name) != NULL;
    if (percent >= (before ? EMPTIED_PERCENT : FULL_PERCENT))
        find(look, ALARM_SIM_FULL, row->name,
             g_strdup_printf("%d of %d places of its SMS storage are taken", row->storage_used,
                             row->storage_size),
             g_strdup_printf("%d/%d", row->storage_used, row->storage_size));
}

static void look_at_sim(struct look *look, const char *name)
{
    struct sim_worry worry = {0};
    if (look->view->sims == NULL)
        return;
    sim_desk_worry(look->view->sims, name, &worry);
    if (worry.low != NULL)
        find(look, ALARM_SIM_LOW, name, g_strdup(worry.low), g_strdup(worry.low_hint));
    if (worry.unread != NULL)
        find(look, ALARM_SIM_UNREAD, name, g_strdup(worry.unread), NULL)->since =
            worry.unread_since;
}

static bool look_at_modems(struct look *look, GPtrArray *able, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    if (!store_modem_list(look->view->store, &rows, error))
        return false;
    const GPtrArray *modems = look->view->config->modems;
    for (guint i = 0; i < modems->len; i++) {
        const struct modem_config *config = g_ptr_array_index(modems, i);
        const struct modem *row = modem_of_name(rows, config->name);
        if (!works(row))
            find(look, ALARM_MODEM_DOWN, config->name,
                 down_reason(row, find_case(look, ALARM_MODEM_DOWN, config->name)),
                 g_strdup(down_hint(row)));
        look_at_sim(look, config->name);
        if (!look_at_sending(look, config->name, error) ||
            !look_for_silence(look, config->name, error))
            return false;
        if (works(row) && dispatcher_trouble(look->view->dispatcher, config->name) == NULL)
            g_ptr_array_add(able, config->name);
        if (row != NULL)
            look_at_storage(look, row);
    }
    return true;
}

/* ---- the rest ---- */

static void look_at_disk(struct look *look)
{
    const struct gateway_config *config = look->view->config;
    int64_t least = config->alarms.disk_free_mb * MEGABYTE;
    g_autofree char *folder = g_path_get_dirname(config->database);
    struct statvfs disk;
    bool full = turn_disk_is_full(look->view->turn);
    int64_t left = 0;
    if (statvfs(folder, &disk) == 0)
        left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    else
        left = full ? 0 : INT64_MAX;
    if (lasting(look, ALARM_DISK_LOW, "") != NULL)
        least += least / 5;
    if (full)
        find(look, ALARM_DISK_LOW, "",
             g_strdup("the disk takes no writes: nothing is sent, incoming SMS stay on the SIMs"),
             g_strdup("da dung gui"));
    else if (left < least)
        find(look, ALARM_DISK_LOW, "",
             g_strdup_printf("%" PRId64 " MB are left in %s", left / MEGABYTE, folder),
             g_strdup_printf("con %" PRId64 " MB", left / MEGABYTE));
}

static bool look_at_sinks(struct look *look, GError **error)
{
    const struct gateway_config *config = look->view->config;
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = g_ptr_array_index(config->sinks, i);
        struct sink_status status = {0};
        if (!store_sink_find(look->view->store, sink->name, &status, error))
            return false;
        int64_t since = status.failing_since;
        bool off = status.disabled_at != 0;
        sink_status_clear(&status);
        if (since == 0 || look->now - since < config->alarms.sink_failing_ms)
            continue;
        find(look, ALARM_SINK_FAILING, sink->name,
             g_strdup(off ? "it said that it is gone for good, and is switched off; see: loa "
                            "outbox list"
                          : "no attempt went well; see: loa outbox list"),
             NULL)
            ->since = since;
    }
    return true;
}

static bool look_at_messages(struct look *look, GError **error)
{
    int64_t unsure = 0, kept = 0;
    if (!store_alarm_unsure(look->view->store, &unsure, error) ||
        !store_alarm_quarantined(look->view->store, &kept, error))
        return false;
    if (unsure > 0)
        find(look, ALARM_UNSURE, "",
             g_strdup_printf("%" PRId64 " unsure; decide on them: loa messages --unsure", unsure),
             g_strdup_printf("%" PRId64 " tin", unsure));
    if (kept > 0)
        find(look, ALARM_QUARANTINE, "",
             g_strdup_printf("%" PRId64 " in quarantine; look at them: loa quarantine list", kept),
             g_strdup_printf("%" PRId64 " tin", kept));
    return true;
}

static bool look_at_clock(struct look *look, GError **error)
{
    int64_t network = 0;
    if (!store_alarm_network_time(look->view->store, &network, error))
        return false;
    if (network > look->now + CLOCK_OFF_MS)
        find(look, ALARM_CLOCK_WRONG, "",
             g_strdup("the last SMS came from the future, by the clock of this machine"), NULL);
    return true;
}

static void look_at_counter(struct look *look)
{
    int64_t since = 0;
    const char *duty = counter_stuck(look->view->counter, &since);
    if (duty != NULL)
        find(look, ALARM_COUNTING, "",
             g_strdup_printf("duty %s does not end; restart loa-gateway, and tell who looks after "
                             "it",
                             duty),
             NULL)
            ->since = since;
}

static void free_trouble(gpointer data)
{
    trouble_free(data);
}

GPtrArray *troubles_look(const struct troubles_view *view, int64_t now, GPtrArray *retable,
                         GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_trouble);
    struct look look = {view, now, found};
    look_at_disk(&look);
    look_at_counter(&look);
    if (view->ussd != NULL)
        find(&look, ALARM_USSD_CLOSED, "", g_strdup(view->ussd), NULL);
    if (!look_at_modems(&look, retable, error) || !look_at_sinks(&look, error) ||
        !look_at_messages(&look, error) || !look_at_clock(&look, error))
        return NULL;
    return g_steal_pointer(&found);
}
