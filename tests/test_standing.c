// SPDX-License-Identifier: GPL-2.0-or-later
// When a SIM has to rest because its messages fail, and whom a failure speaks against.
#include "campaigns/standing.h"

#include <glib.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)

/* At so many seconds: news of a number ('s' sent, 'f' failed, 'a' failed again, 'x' the SIM
 * stopped) and whether that sends it to rest; 'r' does it rest, 'd' is it in doubt, 'o' do others
 * fail, and 'v' does it serve others since the beginning, asked for a number; 'n' a person looked
 * after it. */
struct step {
    int64_t at_s;
    char what;
    int64_t number;
    bool expected;
};

static bool told(struct standing *standing, enum standing_news news, const struct step *step,
                 bool again)
{
    return standing_take(standing, &(struct standing_try){news, step->number, again},
                         step->at_s * SECOND);
}

static bool take(struct standing *standing, const struct step *step)
{
    int64_t now = step->at_s * SECOND;
    switch (step->what) {
    case 's':
        return told(standing, STANDING_SENT, step, false);
    case 'f':
        return told(standing, STANDING_FAILED, step, false);
    case 'a':
        return told(standing, STANDING_FAILED, step, true);
    case 'x':
        return told(standing, STANDING_STOPPED, step, false);
    case 'n':
        standing_try_now(standing);
        return false;
    case 'r':
        return standing_rests(standing, now);
    case 'd':
        return standing_in_doubt(standing);
    case 'o':
        return standing_others_fail(standing, step->number, now);
    case 'v':
        return standing_serves_others(standing, step->number, now, now);
    default:
        g_assert_not_reached();
    }
}

static const struct {
    const char *name;
    struct step steps[16];
} rows[] = {
    {"one wrong number, however often, never rests a SIM",
     {{0, 'f', 1, false},
      {1, 'f', 1, false},
      {2, 'f', 1, false},
      {3, 'f', 1, false},
      {4, 'd', 0, false}}},
    {"two numbers are chance, the third condemns",
     {{0, 'f', 1, false},
      {1, 'f', 2, false},
      {2, 'r', 0, false},
      {3, 'f', 3, true},
      {4, 'r', 0, true},
      {12, 'r', 0, true},
      {13, 'r', 0, false}}},
    {"one that goes out in between acquits",
     {{0, 'f', 1, false},
      {1, 'f', 2, false},
      {2, 's', 3, false},
      {3, 'f', 4, false},
      {4, 'f', 5, false},
      {5, 'd', 0, false}}},
    {"a SIM that says it cannot send rests at once", {{0, 'x', 1, true}, {1, 'r', 0, true}}},
    {"a person ends the rest, not the doubt",
     {{0, 'x', 1, true},
      {1, 'r', 0, true},
      {2, 'n', 0, false},
      {3, 'r', 0, false},
      {3, 'd', 0, true},
      {4, 'x', 2, true},
      {23, 'r', 0, true},
      {24, 'r', 0, false}}},
    {"what it had in its window does not lengthen the rest",
     {{0, 'x', 1, true}, {1, 'f', 2, false}, {2, 'x', 3, false}, {10, 'r', 0, false}}},
    {"one tries after the rest, and when it fails the next rest is longer",
     {{0, 'x', 1, true},
      {10, 'd', 0, true},
      {10, 'f', 1, true}, /* whatever it fails of */
      {29, 'r', 0, true},
      {30, 'r', 0, false}}},
    {"a failed try of a condemned SIM condemns again",
     {{0, 'f', 1, false},
      {0, 'f', 2, false},
      {0, 'f', 3, true},
      {10, 'f', 4, true},
      {29, 'r', 0, true},
      {30, 's', 5, false},
      {30, 'd', 0, false}}},
    {"whose failure it is",
     {{0, 'o', 1, false},
      {0, 'f', 1, false},
      {0, 'o', 1, false},
      {0, 'o', 2, true},
      {1, 'f', 2, false},
      {1, 'o', 1, true},
      {2, 's', 3, false},
      {2, 'o', 1, false}}},
    {"those that failed before, while it served others, are their own fault",
     {{0, 's', 9, false},
      {1, 'a', 1, false},
      {2, 'a', 2, false},
      {3, 'a', 3, false},
      {4, 'a', 4, false},
      {5, 'o', 5, false},
      {5, 'd', 0, false},
      {602, 'a', 1, false}, /* but it has served nobody for long */
      {603, 'a', 2, false},
      {604, 'a', 3, true}}},
    {"two that failed are forgotten after a while",
     {{0, 'f', 1, false},
      {1, 'f', 2, false},
      {600, 'o', 1, true},
      {602, 'o', 1, false},
      {603, 'f', 3, false},
      {604, 'f', 1, false}}},
    {"a condemned SIM is condemned until one goes out",
     {{0, 'x', 1, true},
      {9000, 'd', 0, true},
      {9000, 'o', 1, true},
      {9001, 'f', 1, true},
      {9900, 's', 1, false},
      {9901, 'o', 2, false}}},
    {"a SIM that served another a moment ago has credit and a network",
     {{0, 'v', 1, false},
      {1, 's', 1, false},
      {2, 'v', 1, false},
      {3, 's', 2, false},
      {4, 'v', 1, true},
      {600, 'v', 1, true},
      {604, 'v', 1, false},
      {605, 's', 2, false},
      {606, 'f', 3, false},
      {607, 'v', 1, false}}},
};

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct standing standing = {0};
        for (const struct step *step = rows[i].steps; step->what != '\0'; step++) {
            g_test_message("%s: %c at %d", rows[i].name, step->what, (int)step->at_s);
            g_assert_cmpint(take(&standing, step), ==, step->expected);
        }
    }
}

static void test_rests_have_an_end(void)
{
    struct standing standing = {0};
    int64_t now = 0;
    for (int i = 0; i < 40; i++) {
        g_assert_true(
            standing_take(&standing, &(struct standing_try){STANDING_STOPPED, i, false}, now));
        g_assert_cmpint(standing.rest_until - now, <=, 30 * MINUTE);
        now = standing.rest_until;
    }
    g_assert_cmpint(standing.rest_ms, ==, 30 * MINUTE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/standing/who rests and whose fault it is", test_rows);
    g_test_add_func("/standing/rests grow, but never for ever", test_rests_have_an_end);
    return g_test_run();
}
