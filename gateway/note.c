// SPDX-License-Identifier: GPL-2.0-or-later
// Small effects that bring a modem's row up to date.
#include "gateway/note.h"

#include "campaigns/store/home.h"

struct note {
    struct effect effect;
    struct modem modem; /* name, and what the kind of note is about */
    enum modem_state from;
};

static void note_free(struct effect *effect)
{
    struct note *note = (struct note *)effect;
    modem_clear(&note->modem);
    g_free(note);
}

static struct note *note_new(const char *name,
                             bool (*apply)(struct effect *effect, struct store *store, int64_t now,
                                           GError **error))
{
    struct note *note = g_new0(struct note, 1);
    note->effect = (struct effect){apply, NULL, NULL, note_free};
    note->modem.name = g_strdup(name);
    return note;
}

static bool apply_state(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    const struct note *note = (struct note *)effect;
    return store_modem_state(store, note->modem.name, note->from, note->modem.state,
                             note->modem.reason, now, error);
}

struct effect *note_state(const char *name, enum modem_state from, enum modem_state to,
                          const char *reason)
{
    struct note *note = note_new(name, apply_state);
    note->from = from;
    note->modem.state = to;
    note->modem.reason = g_strdup(reason);
    return &note->effect;
}

static bool apply_identity(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    (void)now;
    return store_modem_identity(store, &((struct note *)effect)->modem, error);
}

struct effect *note_identity(const struct modem *modem)
{
    struct note *note = note_new(modem->name, apply_identity);
    note->modem.imei = g_strdup(modem->imei);
    note->modem.imsi = g_strdup(modem->imsi);
    note->modem.manufacturer = g_strdup(modem->manufacturer);
    note->modem.model = g_strdup(modem->model);
    note->modem.firmware = g_strdup(modem->firmware);
    note->modem.smsc = g_strdup(modem->smsc);
    return &note->effect;
}

static bool apply_health(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    return store_modem_health(store, &((struct note *)effect)->modem, now, error);
}

struct effect *note_health(const struct modem *modem)
{
    struct note *note = note_new(modem->name, apply_health);
    note->modem.operator_code = g_strdup(modem->operator_code);
    note->modem.operator_name = g_strdup(modem->operator_name);
    note->modem.signal = modem->signal;
    note->modem.registration = modem->registration;
    note->modem.storage_used = modem->storage_used;
    note->modem.storage_size = modem->storage_size;
    return &note->effect;
}

struct home {
    struct effect effect;
    char *modem, *path;
};

static void home_free(struct effect *effect)
{
    struct home *home = (struct home *)effect;
    g_free(home->modem);
    g_free(home->path);
    g_free(home);
}

static bool apply_home(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    const struct home *home = (struct home *)effect;
    (void)now;
    return store_home_note(store, home->modem, home->path, error);
}

struct effect *note_home(const char *modem, const char *path)
{
    struct home *home = g_new0(struct home, 1);
    home->effect = (struct effect){apply_home, NULL, NULL, home_free};
    home->modem = g_strdup(modem);
    home->path = g_strdup(path);
    return &home->effect;
}
