// SPDX-License-Identifier: GPL-2.0-or-later
/* The only file of loa that knows libcurl. One handle for the life of the command, so that watching
 * keeps its connection. */
#include "gateway/cli/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECT_S = 10, ANSWER_S = 120, UPLOAD_S = 900 };

struct client {
    CURL *handle;
    char *socket;
    char *office_key; /* NULL: none */
};

G_DEFINE_QUARK(loa - client - error, client_error)

struct client *client_new(const char *socket)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct client *client = g_new0(struct client, 1);
    client->handle = curl_easy_init();
    g_assert(client->handle != NULL);
    client->socket = g_strdup(socket);
    return client;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    curl_easy_cleanup(client->handle);
    curl_global_cleanup();
    g_free(client->socket);
    g_free(client->office_key);
    g_free(client);
}

void client_set_office_key(struct client *client, const char *key)
{
    g_free(client->office_key);
    client->office_key = g_strdup(key);
}

void client_reply_clear(struct client_reply *reply)
{
    if (reply->body != NULL)
        g_string_free(reply->body, TRUE);
    *reply = (struct client_reply){0};
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *data)
{
    g_string_append_len(data, bytes, (gssize)(size * count));
    return size * count;
}

/* libcurl says only that it could not connect; the socket itself says why. */
static int connect_errno(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path));
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return errno;
    int code = connect(probe, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(probe);
    return code;
}

static void explain(const struct client *client, CURLcode result, GError **error)
{
    if (result != CURLE_COULDNT_CONNECT) {
        g_set_error(error, CLIENT_ERROR, CLIENT_ERROR_BROKEN,
                    "the service at %s did not finish its answer (%s); what was asked may have "
                    "happened: look before you repeat it",
                    client->socket, curl_easy_strerror(result));
        return;
    }
    int code = connect_errno(client->socket);
    if (code == EACCES || code == EPERM)
        g_set_error(error, CLIENT_ERROR, CLIENT_ERROR_DENIED,
                    "%s: you may not open this socket; join its group (usermod -aG loa USER, then "
                    "log in again) or use sudo",
                    client->socket);
    else
        g_set_error(error, CLIENT_ERROR, CLIENT_ERROR_ABSENT,
                    "the service is not running: nobody answers at %s (%s); start it with: "
                    "systemctl start loa-gateway, or by hand: loa-gateway --config FILE; another "
                    "place is named by --socket PATH",
                    client->socket, code == 0 ? "it just came back" : g_strerror(code));
}

static bool perform(struct client *client, const char *path, struct client_reply *retreply,
                    GError **error)
{
    g_autofree char *url = g_strconcat("http://localhost", path, NULL);
    GString *body = g_string_new(NULL);
    curl_easy_setopt(client->handle, CURLOPT_UNIX_SOCKET_PATH, client->socket);
    curl_easy_setopt(client->handle, CURLOPT_URL, url);
    curl_easy_setopt(client->handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->handle, CURLOPT_PROXY, "");
    curl_easy_setopt(client->handle, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(client->handle, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(client->handle, CURLOPT_WRITEDATA, body);
    CURLcode result = curl_easy_perform(client->handle);
    if (result != CURLE_OK) {
        explain(client, result, error);
        g_string_free(body, TRUE);
        return false;
    }
    long status = 0;
    curl_easy_getinfo(client->handle, CURLINFO_RESPONSE_CODE, &status);
    *retreply = (struct client_reply){.status = (unsigned)status, .body = body};
    return true;
}

bool client_send(struct client *client, const char *method, const char *path, const char *body,
                 struct client_reply *retreply, GError **error)
{
    struct curl_slist *headers = NULL;
    curl_easy_reset(client->handle);
    curl_easy_setopt(client->handle, CURLOPT_TIMEOUT, (long)ANSWER_S);
    if (strcmp(method, "GET") != 0) {
        curl_easy_setopt(client->handle, CURLOPT_CUSTOMREQUEST, method);
        curl_easy_setopt(client->handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)(body != NULL ? strlen(body) : 0));
        curl_easy_setopt(client->handle, CURLOPT_POSTFIELDS, body != NULL ? body : "");
        headers = curl_slist_append(NULL, body != NULL && body[0] == '{'
                                              ? "Content-Type: application/json"
                                              : "Content-Type: text/plain; charset=utf-8");
    }
    if (client->office_key != NULL) {
        g_autofree char *header = g_strconcat("Loa-Office-Key: ", client->office_key, NULL);
        headers = curl_slist_append(headers, header);
    }
    curl_easy_setopt(client->handle, CURLOPT_HTTPHEADER, headers);
    bool done = perform(client, path, retreply, error);
    curl_slist_free_all(headers);
    return done;
}

bool client_upload(struct client *client, const char *path, const struct client_part *parts,
                   unsigned count, struct client_reply *retreply, GError **error)
{
    curl_easy_reset(client->handle);
    curl_easy_setopt(client->handle, CURLOPT_TIMEOUT, (long)UPLOAD_S);
    curl_mime *form = curl_mime_init(client->handle);
    for (unsigned i = 0; i < count; i++) {
        curl_mimepart *part = curl_mime_addpart(form);
        curl_mime_name(part, parts[i].name);
        curl_mime_filename(part, parts[i].filename);
        curl_mime_type(part, "application/octet-stream");
        curl_mime_data(part, parts[i].bytes->str, parts[i].bytes->len);
    }
    curl_easy_setopt(client->handle, CURLOPT_MIMEPOST, form);
    bool done = perform(client, path, retreply, error);
    curl_mime_free(form);
    return done;
}
