// SPDX-License-Identifier: GPL-2.0-or-later
/* A binary heap of events and one GSource whose ready time is the earliest of them. GLib walks all
 * sources in each turn, so a timeout per message would make the rig slower the more it plays. */
#include "modems/simulator/schedule.h"

struct event {
    int64_t at; /* monotonic microseconds */
    uint64_t order;
    void (*run)(void *data);
    void *data;
    GDestroyNotify free_data;
};

struct schedule_source {
    GSource source;
    struct schedule *schedule;
};

struct schedule {
    GArray *heap;
    uint64_t order;
    GSource *source;
};

static struct event *event_at(struct schedule *schedule, guint index)
{
    return &g_array_index(schedule->heap, struct event, index);
}

static gboolean is_before(const struct event *left, const struct event *right)
{
    return left->at != right->at ? left->at < right->at : left->order < right->order;
}

static void swap(struct schedule *schedule, guint left, guint right)
{
    struct event kept = *event_at(schedule, left);
    *event_at(schedule, left) = *event_at(schedule, right);
    *event_at(schedule, right) = kept;
}

static void rise(struct schedule *schedule, guint index)
{
    for (guint up; index > 0; index = up) {
        up = (index - 1) / 2;
        if (!is_before(event_at(schedule, index), event_at(schedule, up)))
            return;
        swap(schedule, index, up);
    }
}

static void sink(struct schedule *schedule, guint index)
{
    for (;;) {
        guint least = index;
        for (guint child = 2 * index + 1; child <= 2 * index + 2; child++)
            if (child < schedule->heap->len &&
                is_before(event_at(schedule, child), event_at(schedule, least)))
                least = child;
        if (least == index)
            return;
        swap(schedule, index, least);
        index = least;
    }
}

static void arm(struct schedule *schedule)
{
    g_source_set_ready_time(schedule->source, schedule->heap->len ? event_at(schedule, 0)->at : -1);
}

static struct event pop(struct schedule *schedule)
{
    struct event first = *event_at(schedule, 0);
    g_array_remove_index_fast(schedule->heap, 0);
    if (schedule->heap->len)
        sink(schedule, 0);
    return first;
}

/* Only what is due when the turn begins: events that plan events at once must not starve the rest
 * of the loop. */
static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    (void)callback;
    (void)user_data;
    struct schedule *schedule = ((struct schedule_source *)source)->schedule;
    int64_t now = g_get_monotonic_time();
    uint64_t order = schedule->order;
    while (schedule->heap->len && event_at(schedule, 0)->at <= now &&
           event_at(schedule, 0)->order < order) {
        struct event event = pop(schedule);
        event.run(event.data);
        if (event.free_data)
            event.free_data(event.data);
    }
    arm(schedule);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_functions = {.dispatch = dispatch};

struct schedule *schedule_new(void)
{
    struct schedule *schedule = g_new0(struct schedule, 1);
    schedule->heap = g_array_new(FALSE, FALSE, sizeof(struct event));
    schedule->source = g_source_new(&source_functions, sizeof(struct schedule_source));
    ((struct schedule_source *)schedule->source)->schedule = schedule;
    g_source_attach(schedule->source, NULL);
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    for (guint i = 0; i < schedule->heap->len; i++)
        if (event_at(schedule, i)->free_data)
            event_at(schedule, i)->free_data(event_at(schedule, i)->data);
    g_source_destroy(schedule->source);
    g_source_unref(schedule->source);
    g_array_unref(schedule->heap);
    g_free(schedule);
}

void schedule_after(struct schedule *schedule, int64_t delay_ms, void (*run)(void *data),
                    void *data, GDestroyNotify free_data)
{
    struct event event = {
        .at = g_get_monotonic_time() + delay_ms * 1000,
        .order = schedule->order++,
        .run = run,
        .data = data,
        .free_data = free_data,
    };
    g_array_append_val(schedule->heap, event);
    rise(schedule, schedule->heap->len - 1);
    if (event_at(schedule, 0)->order == event.order)
        arm(schedule);
}

guint schedule_pending(const struct schedule *schedule)
{
    return schedule->heap->len;
}
