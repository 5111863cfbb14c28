// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of `modem` and `modem_event`.
#pragma once

#include "campaigns/modem.h"
#include "campaigns/store/store.h"

struct modem {
    char *name;
    enum modem_state state;
    int64_t state_at;
    char *reason; /* a sentence; "" */
    char *imei, *imsi, *manufacturer, *model, *firmware, *smsc;
    char *operator_code, *operator_name;
    int signal;                     /* percent, -1: unknown */
    int registration;               /* <stat> of +CREG, 3GPP TS 27.007 7.2; -1: unknown */
    int storage_used, storage_size; /* -1: unknown */
    int64_t health_at;              /* 0: never */
    char *pin_refused;              /* digest of the PIN that the SIM refused; "" */
};

/* Frees what it owns. */
void modem_clear(struct modem *modem);

/* All of these write one row and need no transaction, but take part in an open one. */
/* The row is made when it is not there; its state stays what it was, or is absent. */
bool store_modem_ensure(struct store *store, const char *name, int64_t now, GError **error);
/* With a row of modem_event unless the step is between ready and busy. */
bool store_modem_state(struct store *store, const char *name, enum modem_state from,
                       enum modem_state to, const char *reason, int64_t now, GError **error);
/* imei … smsc of `modem`. */
bool store_modem_identity(struct store *store, const struct modem *modem, GError **error);
/* operator …, signal, registration, storage. */
bool store_modem_health(struct store *store, const struct modem *modem, int64_t now,
                        GError **error);
bool store_modem_pin_refused(struct store *store, const char *name, const char *digest,
                             GError **error);
/* The identity of its flight log, and the boot of the machine in which all that it told was
 * settled; "" where nothing was noted. The caller frees. */
bool store_modem_flight(struct store *store, const char *name, char **retidentity, char **retboot,
                        GError **error);
bool store_modem_note_flight(struct store *store, const char *name, const char *identity,
                             const char *boot, GError **error);
/* Modems that are no longer configured. */
bool store_modem_remove(struct store *store, const char *name, GError **error);

/* By name; GPtrArray of struct modem *, freed with the array. */
bool store_modem_list(struct store *store, GPtrArray **retmodems, GError **error);
/* The one of that name in such a list; NULL: none. */
const struct modem *modem_of_name(const GPtrArray *modems, const char *name);

/* Since when it has not worked, by its events; 0: it works, or nothing ever happened to it. */
bool store_modem_down_since(struct store *store, const char *name, int64_t *retsince,
                            GError **error);

/* Parts sent since then, for the display of the day's quota. */
bool store_modem_parts_since(struct store *store, const char *name, int64_t since,
                             int64_t *retparts, GError **error);
