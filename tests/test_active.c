// SPDX-License-Identifier: GPL-2.0-or-later
// Who goes next: priority, campaigns in turn, messages for one modem, what does not fit.
#include "campaigns/active.h"

#include "config/campaign.h"

#include <string.h>

/* A queue to refill from; what was handed out is gone from it, as leased rows are. The route of a
 * message stands in its text. */
struct queue {
    GPtrArray *messages;
    unsigned asked;
    unsigned fetched;
};

static struct message *message_new(int64_t id, int64_t campaign, int priority, const char *modem)
{
    struct message *message = g_new0(struct message, 1);
    message->id = id;
    message->campaign_id = campaign;
    message->priority = priority;
    message->modem = g_strdup(modem);
    message->text = g_strdup("");
    message->parts = 1;
    return message;
}

static void queue_add(struct queue *queue, int64_t id, int64_t campaign, int priority,
                      const char *modem)
{
    g_ptr_array_add(queue->messages, message_new(id, campaign, priority, modem));
}

static void queue_add_routed(struct queue *queue, int64_t id, int64_t campaign, const char *route)
{
    queue_add(queue, id, campaign, PRIORITY_NORMAL, NULL);
    struct message *message = g_ptr_array_index(queue->messages, queue->messages->len - 1);
    g_free(message->text);
    message->text = g_strdup(route);
}

static bool is_in(const struct message *message, int64_t campaign_id, int priority)
{
    return message->campaign_id == campaign_id && message->priority == priority &&
           message->modem == NULL;
}

static bool routes(void *data, int64_t campaign_id, int priority, GPtrArray *names, GError **error)
{
    struct queue *queue = data;
    (void)error;
    queue->asked++;
    for (guint i = 0; i < queue->messages->len; i++) {
        const struct message *message = g_ptr_array_index(queue->messages, i);
        if (is_in(message, campaign_id, priority) &&
            !g_ptr_array_find_with_equal_func(names, message->text, g_str_equal, NULL))
            g_ptr_array_add(names, g_strdup(message->text));
    }
    return true;
}

static bool bulk(void *data, const struct message_lane *lane, unsigned limit, GPtrArray *messages,
                 GError **error)
{
    struct queue *queue = data;
    (void)error;
    queue->asked++;
    for (guint i = 0; i < queue->messages->len && messages->len < limit;) {
        struct message *message = g_ptr_array_index(queue->messages, i);
        bool wanted = is_in(message, lane->campaign_id, lane->priority) &&
                      g_str_equal(message->text, lane->route);
        if (wanted)
            g_ptr_array_add(messages, g_ptr_array_steal_index(queue->messages, i));
        else
            i++;
    }
    queue->fetched += messages->len;
    return true;
}

static bool direct(void *data, const char *modem, unsigned limit, GPtrArray *messages,
                   GError **error)
{
    struct queue *queue = data;
    (void)error;
    for (int priority = PRIORITY_EMERGENCY; modem != NULL && priority >= 0; priority--) {
        for (guint i = 0; i < queue->messages->len && messages->len < limit;) {
            struct message *message = g_ptr_array_index(queue->messages, i);
            bool wanted = message->priority == priority && g_strcmp0(message->modem, modem) == 0;
            if (wanted)
                g_ptr_array_add(messages, g_ptr_array_steal_index(queue->messages, i));
            else
                i++;
        }
    }
    return true;
}

static void free_message(gpointer message)
{
    message_free(message);
}

static void queue_open(struct queue *queue, struct active_set **retset)
{
    queue->messages = g_ptr_array_new_with_free_func(free_message);
    queue->asked = queue->fetched = 0;
    *retset = active_set_new(&(struct active_source){routes, bulk, direct, queue});
}

static void allow(struct active_set *set, unsigned count)
{
    g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int64_t id = 1; id <= count; id++)
        g_array_append_val(campaigns, id);
    active_set_campaigns(set, campaigns);
    active_set_poke(set);
}

/* What a modem takes: no more parts than that, not from one route, from another sooner. */
struct taste {
    unsigned parts;
    const char *never, *sooner;
};

static bool fits_size(void *data, const struct message *message, const struct message_lane *lane)
{
    (void)lane;
    return message->parts <= ((const struct taste *)data)->parts;
}

static bool wants(void *data, const struct message_lane *lane, int64_t *retrank)
{
    const struct taste *taste = data;
    *retrank = g_strcmp0(lane->route, taste->sooner) == 0 ? -1 : 0;
    return g_strcmp0(lane->route, taste->never) != 0;
}

static int64_t pick_by(struct active_set *set, const char *modem, const struct taste *taste)
{
    const struct active_buyer buyer = {modem, wants, fits_size, (void *)taste};
    struct message *message = NULL;
    g_autoptr(GError) error = NULL;
    int picked = active_set_pick(set, &buyer, &message, &error);
    g_assert_no_error(error);
    int64_t id = picked == 1 ? message->id : 0;
    message_free(message);
    return id;
}

static int64_t pick(struct active_set *set, const char *modem, unsigned parts)
{
    return pick_by(set, modem, &(struct taste){.parts = parts});
}

static void close_all(struct queue *queue, struct active_set *set)
{
    active_set_free(set);
    g_ptr_array_unref(queue->messages);
}

static void test_priority_then_campaigns_in_turn(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    queue_add(&queue, 11, 1, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 12, 1, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 13, 1, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 21, 2, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 22, 2, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 31, 3, PRIORITY_LOW, NULL);
    queue_add(&queue, 23, 2, PRIORITY_EMERGENCY, NULL);
    allow(set, 3);
    static const int64_t order[] = {23, 11, 21, 12, 22, 13, 31, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        g_assert_cmpint(pick(set, "sim1", 9), ==, order[i]);
    close_all(&queue, set);
}

static void test_bound_messages_wait_for_their_modem(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    queue_add(&queue, 1, 1, PRIORITY_NORMAL, "sim2");
    queue_add(&queue, 2, 1, PRIORITY_LOW, NULL);
    queue_add(&queue, 3, 1, PRIORITY_LOW, NULL);
    queue_add(&queue, 4, 1, PRIORITY_LOW, "sim2");
    allow(set, 1);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 2);
    g_assert_cmpint(pick(set, "sim2", 9), ==, 1);
    g_assert_cmpint(pick(set, "sim2", 9), ==, 4);
    g_assert_cmpint(pick(set, "sim2", 9), ==, 3);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    close_all(&queue, set);
}

static void test_a_large_message_does_not_stop_small_ones(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    queue_add(&queue, 1, 1, PRIORITY_NORMAL, NULL);
    queue_add(&queue, 2, 1, PRIORITY_NORMAL, NULL);
    ((struct message *)g_ptr_array_index(queue.messages, 0))->parts = 5;
    allow(set, 1);
    g_assert_cmpint(pick(set, "sim1", 2), ==, 2);
    g_assert_cmpint(pick(set, "sim1", 2), ==, 0);
    g_assert_cmpint(pick(set, "sim2", 5), ==, 1);
    close_all(&queue, set);
}

static void test_an_empty_queue_is_asked_once_until_a_poke(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    allow(set, 1);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    unsigned asked = queue.asked;
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    g_assert_cmpint(queue.asked, ==, asked);
    queue_add(&queue, 1, 1, PRIORITY_NORMAL, NULL);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    active_set_poke(set);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 1);
    close_all(&queue, set);
}

static void test_a_campaign_that_stops_leaves_the_set(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    for (int64_t id = 1; id <= 10; id++)
        queue_add(&queue, id, 1 + id % 2, PRIORITY_NORMAL, NULL);
    allow(set, 2);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 2);
    allow(set, 0);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    close_all(&queue, set);
}

static void test_memory_is_bounded_whatever_is_queued(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    for (int64_t id = 1; id <= 3000; id++)
        queue_add(&queue, id, 1, PRIORITY_NORMAL, NULL);
    allow(set, 1);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 1);
    g_assert_cmpint(queue.messages->len, >=, 3000 - 256);
    for (int64_t id = 2; id <= 3000; id++)
        g_assert_cmpint(pick(set, "sim1", 9), ==, id);
    close_all(&queue, set);
}

/* ids by the order in which they were queued */
static void test_routes_without_preference_go_by_age(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    static const char *const names[] = {"viettel", "", "vinaphone", "viettel", "", "@sim2", ""};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        queue_add_routed(&queue, (int64_t)i + 1, 1, names[i]);
    allow(set, 1);
    for (int64_t id = 1; id <= (int64_t)G_N_ELEMENTS(names); id++)
        g_assert_cmpint(pick(set, "sim1", 9), ==, id);
    g_assert_cmpint(pick(set, "sim1", 9), ==, 0);
    close_all(&queue, set);
}

static void test_a_modem_takes_its_own_route_first(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    for (int64_t id = 1; id <= 4; id++)
        queue_add_routed(&queue, id, 1, id % 2 == 0 ? "viettel" : "vinaphone");
    queue_add_routed(&queue, 5, 2, "vinaphone");
    allow(set, 2);
    const struct taste viettel = {9, NULL, "viettel"}, vinaphone = {9, "viettel", NULL};
    g_assert_cmpint(pick_by(set, "sim1", &viettel), ==, 2);
    g_assert_cmpint(pick_by(set, "sim1", &viettel), ==, 5); /* campaigns in turn all the same */
    g_assert_cmpint(pick_by(set, "sim2", &vinaphone), ==, 1);
    g_assert_cmpint(pick_by(set, "sim1", &viettel), ==, 4);
    g_assert_cmpint(pick_by(set, "sim1", &viettel), ==, 3);
    close_all(&queue, set);
}

static void test_nobody_looks_through_what_is_for_others(void)
{
    struct queue queue;
    struct active_set *set = NULL;
    queue_open(&queue, &set);
    for (int64_t id = 1; id <= 3000; id++)
        queue_add_routed(&queue, id, 1, "viettel");
    queue_add_routed(&queue, 3001, 1, "vinaphone");
    allow(set, 1);
    const struct taste taste = {9, "viettel", NULL};
    g_assert_cmpint(pick_by(set, "sim2", &taste), ==, 3001);
    g_assert_cmpint(pick_by(set, "sim2", &taste), ==, 0);
    g_assert_cmpuint(queue.fetched, ==, 1);
    close_all(&queue, set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/active/priority, then campaigns in turn",
                    test_priority_then_campaigns_in_turn);
    g_test_add_func("/active/bound messages wait for their modem",
                    test_bound_messages_wait_for_their_modem);
    g_test_add_func("/active/a large message does not stop small ones",
                    test_a_large_message_does_not_stop_small_ones);
    g_test_add_func("/active/an empty queue is asked once until a poke",
                    test_an_empty_queue_is_asked_once_until_a_poke);
    g_test_add_func("/active/a campaign that stops leaves the set",
                    test_a_campaign_that_stops_leaves_the_set);
    g_test_add_func("/active/memory is bounded whatever is queued",
                    test_memory_is_bounded_whatever_is_queued);
    g_test_add_func("/active/routes that nobody prefers go by age",
                    test_routes_without_preference_go_by_age);
    g_test_add_func("/active/a modem takes its own route first",
                    test_a_modem_takes_its_own_route_first);
    g_test_add_func("/active/nobody looks through what is for others",
                    test_nobody_looks_through_what_is_for_others);
    return g_test_run();
}
