// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of ttys change when modems are plugged in anew, nodes do not lie: device number, inode and
 * change time of a node tell whether it is the one of the last try, so that a replug is seen even
 * between two looks. Nothing is opened here; stat(2) and glob(3) on /dev wait for no device.
 *
 * With a pattern every tty that fits is a candidate, except those that another modem has or is
 * configured for. The worker asks for the IMEI before anything else; where the right one answered
 * is the modem's home, and only the ladder decides when that is tried again. Other candidates rest
 * after a try: a stranger long, a mute one ever longer, because one modem has several ttys of which
 * one answers. */
#include "gateway/port.h"

#include "config/gateway.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    STRANGER_MS = 10 * 60 * 1000,
    MUTE_FIRST_MS = 15 * 1000,
    MUTE_LONGEST_MS = 5 * 60 * 1000,
};

struct port_book {
    GHashTable *taken;    /* real path → struct port * */
    GHashTable *expected; /* the same, of those that were not tried yet */
    const GPtrArray *modems;
};

struct node {
    dev_t number;
    ino_t inode;
    struct timespec changed;
};

struct trial {
    struct node node;
    gint64 until; /* monotonic ms: not before */
    gint64 rest_ms;
    bool stranger;
};

struct port {
    struct port_book *book;
    char *name, *device, *imei;
    bool searches;
    char *path; /* real; taken last */
    struct node node;
    bool taken, confirmed, fresh;
    char *home;     /* confirmed last; NULL: none yet */
    char *expected; /* found there by an earlier gateway; NULL: nothing is known, or it was tried */
    struct node home_node;
    GHashTable *trials; /* real path → struct trial */
    unsigned candidates;
};

/* ---- nodes ---- */

static bool look(const char *path, struct node *retnode)
{
    struct stat status;
    if (path == NULL || stat(path, &status) != 0)
        return false;
    *retnode = (struct node){status.st_rdev, status.st_ino, status.st_ctim};
    return true;
}

static bool same(const struct node *one, const struct node *other)
{
    return one->number == other->number && one->inode == other->inode &&
           one->changed.tv_sec == other->changed.tv_sec &&
           one->changed.tv_nsec == other->changed.tv_nsec;
}

static char *real_path(const char *path)
{
    char *resolved = realpath(path, NULL);
    char *copy = g_strdup(resolved);
    free(resolved);
    return copy;
}

/* ---- the book ---- */

struct port_book *port_book_new(void)
{
    struct port_book *book = g_new0(struct port_book, 1);
    book->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    book->expected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return book;
}

void port_book_free(struct port_book *book)
{
    if (book == NULL)
        return;
    g_hash_table_unref(book->taken);
    g_hash_table_unref(book->expected);
    g_free(book);
}

void port_book_configure(struct port_book *book, const GPtrArray *modems)
{
    book->modems = modems;
}

static bool is_pattern(const struct modem_config *config)
{
    return config->imei != NULL && strpbrk(config->device, "*?[") != NULL;
}

static bool is_fixed_for_another(const struct port *port, const char *path)
{
    const GPtrArray *modems = port->book->modems;
    for (guint i = 0; modems != NULL && i < modems->len; i++) {
        const struct modem_config *other = g_ptr_array_index(modems, i);
        if (strcmp(other->name, port->name) == 0 || is_pattern(other))
            continue;
        g_autofree char *fixed = real_path(other->device);
        if (g_strcmp0(fixed, path) == 0)
            return true;
    }
    return false;
}

static bool is_free(const struct port *port, const char *path)
{
    const struct port *owner = g_hash_table_lookup(port->book->taken, path);
    const struct port *heir = g_hash_table_lookup(port->book->expected, path);
    return (owner == NULL || owner == port) && (heir == NULL || heir == port);
}

static void expect_no_more(struct port *port)
{
    if (port->expected != NULL && g_hash_table_lookup(port->book->expected, port->expected) == port)
        g_hash_table_remove(port->book->expected, port->expected);
    g_clear_pointer(&port->expected, g_free);
}

/* ---- making ---- */

static void forget(struct port *port)
{
    g_clear_pointer(&port->home, g_free);
    expect_no_more(port);
    port->confirmed = false;
    port_forget(port);
}

void port_configure(struct port *port, const struct modem_config *config)
{
    if (g_strcmp0(port->device, config->device) == 0 && g_strcmp0(port->imei, config->imei) == 0)
        return;
    forget(port);
    g_free(port->device);
    g_free(port->imei);
    port->device = g_strdup(config->device);
    port->imei = g_strdup(config->imei);
    port->searches = is_pattern(config);
}

struct port *port_new(struct port_book *book, const struct modem_config *config)
{
    struct port *port = g_new0(struct port, 1);
    port->book = book;
    port->name = g_strdup(config->name);
    port->trials = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    port_configure(port, config);
    return port;
}

void port_expect(struct port *port, const char *path)
{
    if (!port->searches || path == NULL)
        return;
    expect_no_more(port);
    port->expected = g_strdup(path);
    g_hash_table_replace(port->book->expected, g_strdup(path), port);
}

void port_free(struct port *port)
{
    if (port == NULL)
        return;
    port_release(port);
    expect_no_more(port);
    g_hash_table_unref(port->trials);
    g_free(port->home);
    g_free(port->path);
    g_free(port->imei);
    g_free(port->device);
    g_free(port->name);
    g_free(port);
}

/* ---- taking ---- */

static bool take(struct port *port, const char *path, const struct node *node)
{
    if (!is_free(port, path))
        return false;
    char *copy = g_strdup(path); /* `path` may be the one that goes */
    port->fresh = port->path == NULL || strcmp(path, port->path) != 0 || !same(node, &port->node);
    g_free(port->path);
    port->path = copy;
    port->node = *node;
    port->taken = true;
    port->confirmed =
        port->home != NULL && strcmp(port->home, path) == 0 && same(&port->home_node, node);
    g_hash_table_insert(port->book->taken, g_strdup(path), port);
    return true;
}

static bool take_fixed(struct port *port, bool due)
{
    struct node node;
    g_autofree char *path = real_path(port->device);
    if (!look(path, &node))
        return false;
    bool anew = port->path == NULL || strcmp(path, port->path) != 0 || !same(&node, &port->node);
    return (due || anew) && take(port, path, &node);
}

static bool rests(const struct port *port, const char *path, const struct node *node, gint64 now)
{
    const struct trial *trial = g_hash_table_lookup(port->trials, path);
    return trial != NULL && same(&trial->node, node) && now < trial->until;
}

/* Real paths, each once. */
static GPtrArray *list_candidates(struct port *port)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    glob_t found = {0};
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): only for ~, which no device begins with. */
    if (glob(port->device, 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        g_autofree char *path = real_path(found.gl_pathv[i]);
        if (path != NULL && !g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL) &&
            !is_fixed_for_another(port, path))
            g_ptr_array_add(paths, g_steal_pointer(&path));
    }
    globfree(&found);
    port->candidates = paths->len;
    return paths;
}

/* A name that is gone may come back as another tty. */
static void forget_gone(struct port *port, const GPtrArray *paths)
{
    GHashTableIter each;
    char *path = NULL;
    g_hash_table_iter_init(&each, port->trials);
    while (g_hash_table_iter_next(&each, (void **)&path, NULL)) {
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)paths, path, g_str_equal, NULL))
            g_hash_table_iter_remove(&each);
    }
}

/* Its home comes first; where another node has that name, it is a candidate like any other. */
static bool take_home(struct port *port, const GPtrArray *paths, bool due)
{
    struct node node;
    return due && port->home != NULL &&
           g_ptr_array_find_with_equal_func((GPtrArray *)paths, port->home, g_str_equal, NULL) &&
           look(port->home, &node) && same(&node, &port->home_node) &&
           take(port, port->home, &node);
}

/* A candidate like any other, but the first, until it is known what is behind it. */
static bool take_expected(struct port *port, const GPtrArray *paths)
{
    struct node node;
    if (port->expected == NULL)
        return false;
    if (g_ptr_array_find_with_equal_func((GPtrArray *)paths, port->expected, g_str_equal, NULL) &&
        look(port->expected, &node))
        return take(port, port->expected, &node);
    expect_no_more(port);
    return false;
}

static bool take_candidate(struct port *port, const GPtrArray *paths, gint64 now)
{
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        struct node node;
        if (!look(path, &node) || rests(port, path, &node, now))
            continue;
        bool is_home = g_strcmp0(port->home, path) == 0 && same(&node, &port->home_node);
        if (!is_home && take(port, path, &node))
            return true;
    }
    return false;
}

static bool search(struct port *port, bool due, gint64 now)
{
    g_autoptr(GPtrArray) paths = list_candidates(port);
    forget_gone(port, paths);
    return take_home(port, paths, due) || take_expected(port, paths) ||
           take_candidate(port, paths, now);
}

bool port_take(struct port *port, bool due, gint64 now)
{
    g_assert(!port->taken);
    if (!port->searches)
        return take_fixed(port, due);
    return search(port, due, now);
}

void port_release(struct port *port)
{
    if (port->taken)
        g_hash_table_remove(port->book->taken, port->path);
    port->taken = false;
}

const char *port_path(const struct port *port)
{
    return port->path;
}

bool port_is_there(const struct port *port)
{
    struct node node;
    return port->path != NULL && look(port->searches ? port->path : port->device, &node) &&
           same(&node, &port->node);
}

bool port_is_fresh(const struct port *port)
{
    return port->fresh;
}

bool port_searches(const struct port *port)
{
    return port->searches;
}

void port_forget(struct port *port)
{
    g_hash_table_remove_all(port->trials);
}

bool port_is_candidate(const struct port *port)
{
    return port->searches && !port->confirmed;
}

/* ---- learning ---- */

void port_confirm(struct port *port)
{
    if (port->path == NULL)
        return;
    port->confirmed = true;
    expect_no_more(port);
    if (!port->searches)
        return;
    g_hash_table_remove(port->trials, port->path);
    if (g_strcmp0(port->home, port->path) != 0) {
        g_free(port->home);
        port->home = g_strdup(port->path);
    }
    port->home_node = port->node;
}

void port_reject(struct port *port, bool stranger, gint64 now)
{
    if (!port->searches || port->path == NULL)
        return;
    expect_no_more(port);
    if (g_strcmp0(port->home, port->path) == 0)
        g_clear_pointer(&port->home, g_free);
    const struct trial *before = g_hash_table_lookup(port->trials, port->path);
    bool known = before != NULL && same(&before->node, &port->node) && !before->stranger;
    struct trial *trial = g_new0(struct trial, 1);
    trial->node = port->node;
    trial->stranger = stranger;
    trial->rest_ms = known ? MIN(before->rest_ms * 2, (gint64)MUTE_LONGEST_MS) : MUTE_FIRST_MS;
    if (stranger)
        trial->rest_ms = STRANGER_MS;
    trial->until = now + trial->rest_ms;
    g_hash_table_replace(port->trials, g_strdup(port->path), trial);
}

char *port_absence(const struct port *port)
{
    if (!port->searches)
        return g_strdup("the device is not there");
    unsigned strangers = 0, mute = 0;
    GHashTableIter each;
    const struct trial *trial = NULL;
    g_hash_table_iter_init(&each, port->trials);
    while (g_hash_table_iter_next(&each, NULL, (void **)&trial)) {
        strangers += trial->stranger;
        mute += !trial->stranger;
    }
    return g_strdup_printf("the modem with IMEI %s is behind none of the %u ttys that fit %s "
                           "and are free (%u of other modems, %u without an answer)",
                           port->imei, port->candidates, port->device, strangers, mute);
}
