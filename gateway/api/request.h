// SPDX-License-Identifier: GPL-2.0-or-later
// One request as a handler sees it. Nothing here knows the HTTP library.
#pragma once

#include "campaigns/store/store.h"
#include "config/gateway.h"
#include "gateway/api/order.h"
#include "gateway/api/response.h"

struct api_file {
    char *name; /* as the client called it */
    GByteArray *bytes;
};

struct api_request {
    const struct gateway_config *config;
    GTimeZone *zone;
    struct store *store; /* this request's alone */
    int64_t now;
    int64_t since;           /* when the service started */
    const char *id;          /* what {id} of the path stands for; NULL */
    int argument;            /* of the route */
    const char *who;         /* user at the other end of the socket, where nobody is named */
    const char *office_key;  /* header Loa-Office-Key; NULL: none */
    GHashTable *query;       /* char * → char *, UTF-8 */
    GHashTable *files;       /* part name → struct api_file *; NULL unless multipart */
    const GByteArray *body;  /* not NULL unless multipart */
    bool changed;            /* set by handlers that left work for the gateway's loop */
    struct api_order *order; /* for the gateway's loop, which takes it over; NULL: none */
};

typedef void api_handler(struct api_request *request, struct api_response *response);

/* Each answers the request itself when it returns false or NULL. */
bool request_integer(const struct api_request *request, const char *name, int64_t initial,
                     int64_t minimum, int64_t maximum, struct api_response *response,
                     int64_t *retvalue);
bool request_flag(const struct api_request *request, const char *name,
                  struct api_response *response, bool *retvalue);
/* One of `choices` (NULL-terminated); the index, `missing` where the parameter is not there. */
bool request_choice(const struct api_request *request, const char *name, const char *const *choices,
                    int missing, struct api_response *response, int *retindex);
/* The body as a JSON object of the `known` text members (NULL-terminated; "[]name" is a list of
 * texts); an empty body is {}. */
json_t *request_object(const struct api_request *request, const char *const *known,
                       struct api_response *response);
/* The texts of such a list, none where it is not there; the caller frees. */
char **request_texts(const json_t *object, const char *name);
/* A member that is "true" or "false"; false where it is not there. */
bool request_member_flag(const json_t *object, const char *name, struct api_response *response,
                         bool *retvalue);
/* The body as text that is valid UTF-8; the caller frees. */
char *request_text(const struct api_request *request, struct api_response *response);
/* A number that stands in the path. */
bool request_row(const struct api_request *request, struct api_response *response, int64_t *retid);

const char *request_query(const struct api_request *request,
                          const char *name); /* NULL: not there */
/* Who does it: `named` if it says anything, else the user of the socket. */
const char *request_by(const struct api_request *request, const char *named);

/* RFC 3339 in the gateway's time zone; 0 is null. */
json_t *json_time(const struct api_request *request, int64_t at);
