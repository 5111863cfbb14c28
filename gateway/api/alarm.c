// SPDX-License-Identifier: GPL-2.0-or-later
/* Alarms over HTTP: what is wrong, and what was. A disk that is too full for a row of its alarm is
 * told of all the same. */
#include "gateway/api/alarm.h"

#include "campaigns/store/alarm.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#include <inttypes.h>
#include <sys/statvfs.h>

enum { PAGE = 100, PAGE_MAX = 1000 };
#define MEGABYTE (INT64_C(1024) * 1024)

static json_t *row_json(const struct api_request *request, const struct alarm_row *row)
{
    const struct alarm_trait *trait = alarm_trait(row->kind);
    json_t *json = json_pack(
        "{so so ss ss so ss so}", "id", row->id != 0 ? json_integer(row->id) : json_null(), "alarm",
        json_text(row->uuid), "kind", trait->name, "severity", trait->severity, "subject",
        json_text(row->subject), "sentence", trait->sentence, "reason", json_text(row->reason));
    bool told = row->told_at != 0;
    json_object_set_new(json, "since", json_time(request, row->since));
    json_object_set_new(json, "raised_at", json_time(request, row->raised_at));
    json_object_set_new(json, "cleared_at", json_time(request, row->cleared_at));
    json_object_set_new(json, "told_at", json_time(request, row->told_at));
    json_object_set_new(json, "told_state", json_text(told ? row->told_state : NULL));
    return json;
}

static json_t *rows_json(const struct api_request *request, const GPtrArray *rows)
{
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++)
        json_array_append_new(list, row_json(request, g_ptr_array_index(rows, i)));
    return list;
}

static bool has_disk_alarm(const GPtrArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        if (((const struct alarm_row *)g_ptr_array_index(rows, i))->kind == ALARM_DISK_LOW)
            return true;
    }
    return false;
}

/* What the gateway could not write down, for that very reason. */
static void add_unwritten(const struct api_request *request, const GPtrArray *rows, json_t *list)
{
    g_autofree char *folder = g_path_get_dirname(request->config->database);
    struct statvfs disk;
    if (has_disk_alarm(rows) || statvfs(folder, &disk) != 0)
        return;
    int64_t left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (left >= request->config->alarms.disk_free_mb * MEGABYTE)
        return;
    g_autofree char *reason =
        g_strdup_printf("%" PRId64 " MB are left in %s", left / MEGABYTE, folder);
    const struct alarm_row row = {.kind = ALARM_DISK_LOW,
                                  .subject = (char *)"",
                                  .reason = reason,
                                  .since = request->now,
                                  .raised_at = request->now};
    json_array_insert_new(list, 0, row_json(request, &row));
}

json_t *api_alarms_lasting_json(struct api_request *request, GError **error)
{
    g_autoptr(GPtrArray) rows = store_alarm_list(request->store, true, 0, PAGE_MAX, error);
    if (rows == NULL)
        return NULL;
    json_t *list = rows_json(request, rows);
    add_unwritten(request, rows, list);
    return list;
}

void api_alarm_list(struct api_request *request, struct api_response *response)
{
    bool lasting = false;
    int64_t before = 0, limit = PAGE;
    if (!request_flag(request, "lasting", response, &lasting) ||
        !request_integer(request, "before", 0, 0, INT64_MAX, response, &before) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows =
        store_alarm_list(request->store, lasting, before, (unsigned)limit, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    const struct alarm_row *last =
        rows->len == limit ? g_ptr_array_index(rows, rows->len - 1) : NULL;
    response_json(response, 200,
                  json_pack("{so so}", "alarms", rows_json(request, rows), "next",
                            last != NULL ? json_integer(last->id) : json_null()));
}
