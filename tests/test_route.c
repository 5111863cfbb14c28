// SPDX-License-Identifier: GPL-2.0-or-later
// Routes: what is known of a number, what a SIM pays for it, and which SIM leaves it to which.
#include "campaigns/route.h"

#include <string.h>

/* ---- what is known ---- */

static const struct known_row {
    const char *name, *phone;
    struct route_lesson lessons[3];
    const char *text;    /* that is stored */
    const char *network; /* that it counts as */
    const char *failing;
} known[] = {
    {"the prefix is a hint", "+84971234567", {{0}}, "viettel", "viettel", ""},
    {"a prefix that is nobody's", "+84301234567", {{0}}, "", "", ""},
    {"a number from abroad", "+4915112345678", {{0}}, "", "", ""},
    {"an erased number", "+x17", {{0}}, "", "", ""},
    {"one failure says nothing", "+84971234567", {{"viettel", 1, 0}}, "viettel", "viettel", ""},
    {"two in a row make its operator the last choice",
     "+84971234567",
     {{"viettel", 2, 0}},
     "viettel!viettel",
     "viettel",
     "viettel"},
    {"and where another delivers, the number is that one's",
     "+84971234567",
     {{"mobifone", 0, 77}, {"viettel", 2, 0}},
     "viettel!viettel+mobifone",
     "mobifone",
     "viettel"},
    {"the one that delivered last",
     "+84971234567",
     {{"mobifone", 0, 77}, {"viettel", 5, 99}, {"vinaphone", 0, 78}},
     "viettel!viettel+vinaphone",
     "vinaphone",
     "viettel"},
    {"a delivery alone teaches nothing",
     "+84971234567",
     {{"mobifone", 0, 77}},
     "viettel",
     "viettel",
     ""},
    {"another operator's failures do not touch the prefix",
     "+84971234567",
     {{"mobifone", 3, 0}, {"viettel", 0, 50}},
     "viettel!mobifone+viettel",
     "viettel",
     "mobifone"},
    {"where all fail the prefix decides",
     "+84971234567",
     {{"mobifone", 2, 0}, {"viettel", 2, 0}},
     "viettel!mobifone!viettel",
     "viettel",
     "mobifone viettel"},
};

static void test_known(gconstpointer data)
{
    const struct known_row *row = data;
    struct phone phone;
    unsigned count = 0;
    g_strlcpy(phone.e164, row->phone, sizeof phone.e164);
    while (count < G_N_ELEMENTS(row->lessons) && row->lessons[count].operator_name != NULL)
        count++;
    g_autofree char *text = route_text(&phone, row->lessons, count);
    g_assert_cmpstr(text, ==, row->text);
    struct route route;
    route_parse(text, NULL, &route);
    g_assert_null(route.modem);
    g_assert_cmpstr(route.network, ==, row->network);
    g_autofree char *failing =
        route.failing != NULL ? g_strjoinv(" ", route.failing) : g_strdup("");
    g_assert_cmpstr(failing, ==, row->failing);
    route_clear(&route);
}

static void test_names_of_the_operators_file(void)
{
    static char *names[] = {(char *)"Viettel Mobile", (char *)"Viettel", NULL};
    struct operator_config viettel = {.name = (char *)"vtl", .names = names};
    g_autoptr(GPtrArray) operators = g_ptr_array_new();
    g_ptr_array_add(operators, &viettel);
    const bool reads = operators_find(operators, "viettel") != NULL;
    struct route route;
    route_parse("viettel!VIETTEL+mobifone", operators, &route);
    g_assert_cmpstr(route.network, ==, "mobifone");
    g_assert_cmpstr(route.failing[0], ==, reads ? "vtl" : "viettel");
    route_clear(&route);
}

static const struct {
    int status;
    bool fails;
} statuses[] = {
    {0x00, false}, {0x20, false}, {0x3f, false}, {0x40, true},
    {0x41, true},  {0x45, true},  {0x46, false}, /* the phone was off until it expired */
    {0x47, false}, {0x49, false}, {0x4a, true},  {0x5f, true},
    {0x60, false}, {0x65, false}, {0x7f, false}, {0x80, false},
};

static void test_statuses(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++)
        g_assert_cmpint(route_status_fails(statuses[i].status), ==, statuses[i].fails);
}

/* ---- who takes it ---- */

enum { NOW = 1000000, MINUTE = 60000, HOUR = 60 * MINUTE, CLOSING = NOW + 5 * HOUR };

/* sim1 is Viettel's, sim2 MobiFone's, sim3 nobody knows whose. */
struct prices {
    int64_t price, on_net;
};
static const struct choice_row {
    const char *name, *text;
    struct prices prices[3];
    int64_t ready_in[3]; /* -1: never */
    int64_t gone_for[3]; /* 0: it works */
    bool speed;
    int64_t until;     /* 0: CLOSING */
    const char *takes; /* sims that would take it */
    const char *order; /* of a wish to take it, lowest rank first; "" all alike */
} choices[] = {
    {"on-net first", "viettel", {{250, 100}, {250, 100}, {250, -1}}, {0}, {0}, false, 0, "1", "1"},
    {"each its own network",
     "mobifone",
     {{250, 100}, {250, 100}, {250, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
    {"what is nobody's network anybody takes",
     "vinaphone",
     {{250, 100}, {250, 100}, {250, -1}},
     {0},
     {0},
     false,
     0,
     "123",
     ""},
    {"equal prices: anybody",
     "viettel",
     {{250, -1}, {250, 250}, {250, -1}},
     {0},
     {0},
     false,
     0,
     "123",
     ""},
    {"on-net is no bargain where another is cheaper still",
     "viettel",
     {{350, 300}, {250, -1}, {280, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
    {"nothing known: the cheapest",
     "",
     {{250, 100}, {200, 150}, {300, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
    {"on-net may be free",
     "viettel",
     {{250, 0}, {200, -1}, {200, -1}},
     {0},
     {0},
     false,
     0,
     "1",
     "1"},
    {"it is waited for while it is held up for a while",
     "viettel",
     {{250, 100}, {250, -1}, {250, -1}},
     {HOUR, 0, 0},
     {0},
     false,
     0,
     "1",
     "1"},
    {"but not beyond today",
     "viettel",
     {{250, 100}, {250, -1}, {250, -1}},
     {6 * HOUR, 0, 0},
     {0},
     false,
     0,
     "123",
     "1"},
    {"nor beyond the message's time",
     "viettel",
     {{250, 100}, {250, -1}, {250, -1}},
     {HOUR, 0, 0},
     {0},
     false,
     NOW + HOUR,
     "123",
     "1"},
    {"one that does not work is not waited for",
     "viettel",
     {{250, 100}, {250, -1}, {250, -1}},
     {-1, 0, 0},
     {MINUTE, 0, 0},
     false,
     0,
     "123",
     ""},
    {"then the next cheapest",
     "viettel",
     {{250, 100}, {200, -1}, {220, -1}},
     {-1, 0, 0},
     {MINUTE, 0, 0},
     false,
     0,
     "12",
     "1"},
    {"for speed anybody takes it, and its own first",
     "viettel",
     {{250, 100}, {250, 100}, {250, -1}},
     {0},
     {0},
     true,
     0,
     "123",
     "1"},
    {"an operator that fails is the last choice",
     "viettel!viettel",
     {{250, 100}, {250, 100}, {300, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
    {"also for speed",
     "viettel!viettel",
     {{250, 100}, {250, 100}, {300, -1}},
     {0},
     {0},
     true,
     0,
     "23",
     ""},
    {"but a choice where nobody else is there",
     "viettel!viettel",
     {{250, 100}, {250, 100}, {300, -1}},
     {0, -1, -1},
     {0, HOUR, HOUR},
     false,
     0,
     "123",
     ""},
    {"who delivers is on-net",
     "viettel!viettel+mobifone",
     {{250, 100}, {250, 100}, {120, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
    {"who wrote first writes on, whatever it costs",
     "@sim3",
     {{250, 100}, {250, 100}, {900, -1}},
     {0},
     {0},
     false,
     0,
     "3",
     "3"},
    {"also for speed, and while it is held up",
     "@sim3",
     {{250, 100}, {250, 100}, {900, -1}},
     {0, 0, HOUR - 1},
     {0},
     true,
     0,
     "3",
     "3"},
    {"not when it is held up for longer than a while",
     "@sim3",
     {{250, 100}, {250, 100}, {900, -1}},
     {0, 0, HOUR + 1},
     {0},
     true,
     0,
     "123",
     "3"},
    {"it is waited for when it has gone",
     "@sim3",
     {{250, -1}, {250, -1}, {900, -1}},
     {0, 0, -1},
     {0, 0, HOUR - 1},
     false,
     0,
     "3",
     "3"},
    {"but not for long",
     "@sim3",
     {{250, -1}, {250, -1}, {250, -1}},
     {0, 0, -1},
     {0, 0, HOUR},
     false,
     0,
     "123",
     "3"},
    {"nor when the message would expire meanwhile",
     "@sim3",
     {{250, -1}, {250, -1}, {250, -1}},
     {0, 0, -1},
     {0, 0, MINUTE},
     false,
     NOW + 30 * MINUTE,
     "123",
     "3"},
    {"who is no longer there is not waited for",
     "@sim9",
     {{250, -1}, {250, -1}, {250, -1}},
     {0},
     {0},
     false,
     0,
     "123",
     ""},
    {"then the cheapest",
     "@sim9",
     {{250, 100}, {240, -1}, {250, -1}},
     {0},
     {0},
     false,
     0,
     "2",
     "2"},
};

static int64_t ready_at(void *data, unsigned sim)
{
    const struct choice_row *row = data;
    return row->ready_in[sim] < 0 ? ROUTE_NEVER : NOW + row->ready_in[sim];
}

static void test_choice(gconstpointer data)
{
    const struct choice_row *row = data;
    static const char *const names[] = {"sim1", "sim2", "sim3"};
    static const char *const whose[] = {"viettel", "mobifone", ""};
    struct route_sim sims[3];
    for (unsigned i = 0; i < 3; i++)
        sims[i] =
            (struct route_sim){names[i], whose[i], row->prices[i].price, row->prices[i].on_net,
                               row->gone_for[i] == 0 ? 0 : NOW - row->gone_for[i]};
    const struct route_choice choice = {
        .sims = sims,
        .count = 3,
        .by_price = !row->speed,
        .now = NOW,
        .until = row->until != 0 ? row->until : CLOSING,
        .ready_at = ready_at,
        .data = (void *)row,
    };
    struct route route;
    route_parse(row->text, NULL, &route);
    g_autoptr(GString) takes = g_string_new(NULL);
    int64_t least = INT64_MAX, most = INT64_MIN;
    unsigned first = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (route_leaves(&route, &choice, i) == ROUTE_TAKE)
            g_string_append_c(takes, (char)('1' + i));
        int64_t rank = route_rank(&route, &choice, i);
        first = rank < least ? i : first;
        least = MIN(least, rank);
        most = MAX(most, rank);
    }
    g_assert_cmpstr(takes->str, ==, row->takes);
    if (*row->order != '\0')
        g_assert_cmpint(row->order[0] - '1', ==, first);
    if (route_is_flat(&route, sims, 3))
        g_assert_true(least == 0 && most == 0);
    route_clear(&route);
}

static const struct {
    const char *text;
    struct route_sim sims[2];
    bool flat;
} flats[] = {
    {"viettel", {{"a", "viettel", 250, -1}, {"b", "mobifone", 250, -1}}, true},
    {"viettel", {{"a", "viettel", 250, 250}, {"b", "mobifone", 250, 100}}, true},
    {"mobifone", {{"a", "viettel", 250, 250}, {"b", "mobifone", 250, 100}}, false},
    {"", {{"a", "viettel", 250, -1}, {"b", "mobifone", 200, -1}}, false},
    {"viettel!viettel", {{"a", "viettel", 250, -1}, {"b", "mobifone", 250, -1}}, false},
    {"viettel!itel", {{"a", "viettel", 250, -1}, {"b", "mobifone", 250, -1}}, true},
    {"@a", {{"a", "viettel", 250, -1}, {"b", "mobifone", 250, -1}}, false},
};

static void test_flat(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(flats); i++) {
        struct route route;
        route_parse(flats[i].text, NULL, &route);
        g_assert_cmpint(route_is_flat(&route, flats[i].sims, 2), ==, flats[i].flat);
        route_clear(&route);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autofree char *path = g_strconcat("/route/known/", known[i].name, NULL);
        g_test_add_data_func(path, &known[i], test_known);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
        g_autofree char *path = g_strconcat("/route/choice/", choices[i].name, NULL);
        g_test_add_data_func(path, &choices[i], test_choice);
    }
    g_test_add_func("/route/names are those of the operators' file",
                    test_names_of_the_operators_file);
    g_test_add_func("/route/what a status says of the way", test_statuses);
    g_test_add_func("/route/where nobody is to be preferred", test_flat);
    return g_test_run();
}
