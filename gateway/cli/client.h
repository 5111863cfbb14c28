// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP to the service over its Unix socket.
#pragma once

#include <glib.h>
#include <stdbool.h>

enum client_error {
    CLIENT_ERROR_ABSENT, /* nobody listens on the socket */
    CLIENT_ERROR_DENIED, /* this user may not open it */
    CLIENT_ERROR_BROKEN, /* the connection ended or fell silent before the answer was there */
};
#define CLIENT_ERROR (client_error_quark())
GQuark client_error_quark(void);

struct client_reply {
    unsigned status;
    GString *body;
};
void client_reply_clear(struct client_reply *reply);

struct client_part {
    const char *name;     /* of the form's field */
    const char *filename; /* shown in reports */
    const GString *bytes;
};

struct client;
struct client *client_new(const char *socket);
void client_free(struct client *client);

/* Goes with every request from now on; NULL: none. */
void client_set_office_key(struct client *client, const char *key);
/* `path` begins with /v1 and is escaped. `body` NULL: none, else JSON or another text. Every status
 * is an answer; false only when none came. */
bool client_send(struct client *client, const char *method, const char *path, const char *body,
                 struct client_reply *retreply, GError **error);
/* POST of multipart/form-data. */
bool client_upload(struct client *client, const char *path, const struct client_part *parts,
                   unsigned count, struct client_reply *retreply, GError **error);
