// SPDX-License-Identifier: GPL-2.0-or-later
// Every path of the API, and who answers it.
#pragma once

#include "gateway/api/request.h"

struct route {
    const char *method;
    const char *path; /* "/v1/campaigns/{id}/start" */
    api_handler *handle;
    int argument;      /* passed on in the request */
    const char *query; /* names of the parameters it knows, separated by blanks; NULL: none */
    size_t body_max;   /* bytes; 0: no body is read */
    bool multipart;
    bool heavy; /* may take seconds: some connections are kept for the others */
};

extern const struct route routes[];
extern const size_t routes_count;

enum route_found { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

/* `retid` is the caller's, NULL where the path has no {id}. After ROUTE_NO_METHOD `retallow` says
 * what would do; the caller frees it. HEAD is answered as GET. */
enum route_found routes_find(const char *method, const char *path, const struct route **retroute,
                             char **retid, char **retallow);
/* Whether this route takes a parameter of that name. */
bool route_knows(const struct route *route, const char *parameter);
