// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps the list of keepers equal to the list of modems in the configuration. A modem that was
 * taken out of it leaves first, and its leases are settled by its flight log like any other's;
 * also if that was while the gateway was down. */
#include "gateway/supervisor.h"

#include "campaigns/store/modem.h"
#include "config/log.h"
#include "gateway/port.h"
#include "gateway/recovery.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

enum { TAKE_ON_MS = 60 * 1000 }; /* a modem that was left out */

struct supervisor {
    struct keeper_shared *shared;
    GPtrArray *keepers; /* struct keeper * of the configuration */
    GPtrArray *leaving; /* struct keeper * that are no longer in it */
    GPtrArray *orphans; /* char *: modems that left leases behind and are not configured */
    GPtrArray *flights; /* struct flight * of the orphans, until the end */
    int64_t take_on_at; /* monotonic ms */
    bool ending;
};

static void free_keeper(gpointer keeper)
{
    keeper_free(keeper);
}

static void free_flight(gpointer flight)
{
    flight_free(flight);
}

static struct keeper *find_keeper(const GPtrArray *keepers, const char *name)
{
    for (guint i = 0; i < keepers->len; i++) {
        struct keeper *keeper = g_ptr_array_index(keepers, i);
        if (strcmp(keeper_name(keeper), name) == 0)
            return keeper;
    }
    return NULL;
}

static void take_on(struct supervisor *supervisor, const struct modem_config *config)
{
    g_autoptr(GError) error = NULL;
    struct keeper *keeper = keeper_new(supervisor->shared, config, &error);
    if (keeper == NULL) {
        log_error("modem", "modem=%s event=left-out \"%s\"", config->name, error->message);
        return;
    }
    g_ptr_array_add(supervisor->keepers, keeper);
}

/* A name that is just leaving comes back once it has left. */
static void take_on_new(struct supervisor *supervisor)
{
    const GPtrArray *modems = supervisor->shared->config->modems;
    for (guint i = 0; i < modems->len; i++) {
        const struct modem_config *config = g_ptr_array_index(modems, i);
        if (find_keeper(supervisor->keepers, config->name) == NULL &&
            find_keeper(supervisor->leaving, config->name) == NULL)
            take_on(supervisor, config);
    }
}

static bool is_orphan(const struct supervisor *supervisor, const char *name)
{
    return g_ptr_array_find_with_equal_func(supervisor->orphans, name, g_str_equal, NULL);
}

static bool find_orphans(struct supervisor *supervisor, GError **error)
{
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(struct open_lease));
    g_array_set_clear_func(leases, (GDestroyNotify)open_lease_clear);
    if (!store_message_open_leases(supervisor->shared->store, NULL, leases, error))
        return false;
    for (guint i = 0; i < leases->len; i++) {
        const char *name = g_array_index(leases, struct open_lease, i).modem;
        if (gateway_config_modem(supervisor->shared->config, name) == NULL &&
            !is_orphan(supervisor, name))
            g_ptr_array_add(supervisor->orphans, g_strdup(name));
    }
    return true;
}

/* An orphan's row says how far its flight log can be believed. */
static bool remove_rows(struct supervisor *supervisor, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    if (!store_modem_list(supervisor->shared->store, &rows, error))
        return false;
    for (guint i = 0; i < rows->len; i++) {
        const struct modem *row = g_ptr_array_index(rows, i);
        if (gateway_config_modem(supervisor->shared->config, row->name) == NULL &&
            !is_orphan(supervisor, row->name) &&
            !store_modem_remove(supervisor->shared->store, row->name, error))
            return false;
    }
    return true;
}

struct supervisor *supervisor_new(struct keeper_shared *shared, GError **error)
{
    struct supervisor *supervisor = g_new0(struct supervisor, 1);
    supervisor->shared = shared;
    supervisor->keepers = g_ptr_array_new_with_free_func(free_keeper);
    supervisor->leaving = g_ptr_array_new_with_free_func(free_keeper);
    supervisor->orphans = g_ptr_array_new_with_free_func(g_free);
    supervisor->flights = g_ptr_array_new_with_free_func(free_flight);
    shared->ports = port_book_new();
    port_book_configure(shared->ports, shared->config->modems);
    if (!find_orphans(supervisor, error) || !remove_rows(supervisor, error)) {
        supervisor_free(supervisor);
        return NULL;
    }
    take_on_new(supervisor);
    return supervisor;
}

void supervisor_free(struct supervisor *supervisor)
{
    if (supervisor == NULL)
        return;
    g_ptr_array_unref(supervisor->keepers);
    g_ptr_array_unref(supervisor->leaving);
    g_ptr_array_unref(supervisor->orphans);
    g_ptr_array_unref(supervisor->flights);
    g_clear_pointer(&supervisor->shared->ports, port_book_free);
    g_free(supervisor);
}

void supervisor_configure(struct supervisor *supervisor)
{
    const struct gateway_config *config = supervisor->shared->config;
    port_book_configure(supervisor->shared->ports, config->modems);
    for (guint i = supervisor->keepers->len; i > 0; i--) {
        struct keeper *keeper = g_ptr_array_index(supervisor->keepers, i - 1);
        const struct modem_config *modem = gateway_config_modem(config, keeper_name(keeper));
        if (modem != NULL) {
            keeper_configure(keeper, modem);
            continue;
        }
        log_info("modem", "modem=%s event=leaving reason=\"not in the configuration any more\"",
                 keeper_name(keeper));
        keeper_leave(keeper);
        g_ptr_array_add(supervisor->leaving, g_ptr_array_steal_index(supervisor->keepers, i - 1));
    }
    take_on_new(supervisor);
}

static void remove_row(struct store *store, const char *name)
{
    g_autoptr(GError) error = NULL;
    if (!store_modem_remove(store, name, &error))
        log_error("modem", "modem=%s event=not-removed \"%s\"", name, error->message);
}

/* True when nothing of it is left to do. */
static bool settle_orphan(struct supervisor *supervisor, const char *name)
{
    const struct keeper_shared *shared = supervisor->shared;
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_strconcat(name, ".flight", NULL);
    g_autofree char *path = g_build_filename(shared->config->flight_dir, file, NULL);
    struct flight *flight = flight_open(path, &error);
    int fd = flight != NULL ? flight_lock(path, &error) : -1;
    unsigned count = 0;
    const struct recovery recovery = {
        .store = shared->store,
        .turn = shared->turn,
        .modem = name,
        .flight = flight,
        .boot = shared->boot,
    };
    bool settled = fd >= 0 && recovery_run(&recovery, &count, &error);
    if (fd >= 0)
        close(fd);
    if (settled) {
        g_ptr_array_add(supervisor->flights, flight);
        log_info("modem", "modem=%s event=recovered leases=%u", name, count);
        if (turn_run(shared->turn))
            remove_row(shared->store, name);
        return true;
    }
    flight_free(flight);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BUSY))
        return false; /* its old worker still lives */
    log_error("modem", "modem=%s event=not-recovered \"%s\"", name, error->message);
    return true;
}

static void forget_gone(struct supervisor *supervisor)
{
    bool any = false;
    for (guint i = supervisor->leaving->len; i > 0; i--) {
        struct keeper *keeper = g_ptr_array_index(supervisor->leaving, i - 1);
        if (!keeper_is_gone(keeper) || !turn_run(supervisor->shared->turn))
            continue;
        remove_row(supervisor->shared->store, keeper_name(keeper));
        g_ptr_array_remove_index(supervisor->leaving, i - 1);
        any = true;
    }
    if (any)
        take_on_new(supervisor);
}

/* The disk may have been too full for its flight log. */
static void retry_left_out(struct supervisor *supervisor)
{
    int64_t now = g_get_monotonic_time() / 1000;
    if (supervisor->ending || now < supervisor->take_on_at)
        return;
    if (supervisor->take_on_at != 0)
        take_on_new(supervisor);
    supervisor->take_on_at = now + TAKE_ON_MS;
}

void supervisor_retry(struct supervisor *supervisor, const char *name)
{
    struct keeper *keeper = find_keeper(supervisor->keepers, name);
    if (keeper != NULL)
        keeper_retry(keeper);
}

bool supervisor_send(struct supervisor *supervisor, const char *name, GByteArray *packet)
{
    struct keeper *keeper = find_keeper(supervisor->keepers, name);
    if (keeper != NULL)
        return keeper_send(keeper, packet);
    if (packet != NULL)
        g_byte_array_unref(packet);
    return false;
}

void supervisor_tick(struct supervisor *supervisor)
{
    for (guint i = supervisor->orphans->len; i > 0; i--) {
        if (settle_orphan(supervisor, g_ptr_array_index(supervisor->orphans, i - 1)))
            g_ptr_array_remove_index(supervisor->orphans, i - 1);
    }
    for (guint i = 0; i < supervisor->keepers->len; i++)
        keeper_tick(g_ptr_array_index(supervisor->keepers, i));
    for (guint i = 0; i < supervisor->leaving->len; i++)
        keeper_tick(g_ptr_array_index(supervisor->leaving, i));
    forget_gone(supervisor);
    retry_left_out(supervisor);
}

void supervisor_gather(struct supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->keepers->len; i++)
        keeper_gather(g_ptr_array_index(supervisor->keepers, i));
    for (guint i = 0; i < supervisor->leaving->len; i++)
        keeper_gather(g_ptr_array_index(supervisor->leaving, i));
}

void supervisor_leave(struct supervisor *supervisor)
{
    supervisor->ending = true;
    for (guint i = 0; i < supervisor->keepers->len; i++)
        keeper_leave(g_ptr_array_index(supervisor->keepers, i));
}

void supervisor_kill(struct supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->keepers->len; i++)
        keeper_kill(g_ptr_array_index(supervisor->keepers, i));
    for (guint i = 0; i < supervisor->leaving->len; i++)
        keeper_kill(g_ptr_array_index(supervisor->leaving, i));
}

bool supervisor_is_gone(const struct supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->keepers->len; i++) {
        if (!keeper_is_gone(g_ptr_array_index(supervisor->keepers, i)))
            return false;
    }
    for (guint i = 0; i < supervisor->leaving->len; i++) {
        if (!keeper_is_gone(g_ptr_array_index(supervisor->leaving, i)))
            return false;
    }
    return true;
}

char *supervisor_program(void)
{
    const char *set = g_getenv("LOA_MODEM");
    if (set != NULL && *set != '\0')
        return g_strdup(set);
    g_autofree char *own = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = own != NULL ? g_path_get_dirname(own) : g_strdup(".");
    return g_build_filename(folder, "loa-modem", NULL);
}
