// SPDX-License-Identifier: GPL-2.0-or-later
// What an opinion is about, guessed by keywords as they are typed.
#include "campaigns/opinion_topic.h"

static char *road[] = {"đường", "ổ gà", "cầu", NULL};
static char *crime[] = {"trộm", "ma túy", NULL};
static char *power[] = {"đường dây điện", NULL};
static struct topic_config known[] = {
    {.code = "duong", .keywords = road},
    {.code = "an-ninh", .keywords = crime, .restricted = true},
    {.code = "khac", .keywords = power},
    {.code = "none"},
};

static const struct {
    const char *text, *topic;
} topics[] = {
    {"đường hỏng quá", "duong"},
    {"DUONG hong qua", "duong"},
    {"ddwowngf hongr quas", "duong"}, /* Telex */
    {"d9uo72ng ho3ng", "duong"},      /* VNI */
    {"Đường", "duong"},
    {"đương nhiên là tốt", NULL},    /* marked: another word */
    {"duong nhien la tot", "duong"}, /* without marks it cannot be told */
    {"trên đường có ổ gà", "duong"},
    {"co o ga truoc cong", "duong"},
    {"co o\nga", "duong"},
    {"đường dây điện bị đứt", "khac"},           /* the longer keyword */
    {"duongday", NULL},                          /* no whole word */
    {"mất trộm trên đường dây điện", "an-ninh"}, /* the safe side */
    {"nha toi bi trom", "an-ninh"},
    {"trồm", NULL},
    {"có người bán ma tuý", "an-ninh"}, /* tone placement */
    {"ma-tuy o xom", "an-ninh"},
    {"xin cám ơn", NULL},
    {"", NULL},
};

static void test_topics_are_suggested(void)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        g_ptr_array_add(list, &known[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(topics); i++) {
        const struct topic_config *topic = opinion_topic_suggest(list, topics[i].text);
        if (g_strcmp0(topic != NULL ? topic->code : NULL, topics[i].topic) != 0)
            g_error("\"%s\" is about %s, not %s", topics[i].text,
                    topic != NULL ? topic->code : "nothing",
                    topics[i].topic != NULL ? topics[i].topic : "nothing");
    }
    /* Behind what the interpreter takes at once. */
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 300; i++)
        g_string_append(text, "xa ");
    g_string_append(text, "bi trom");
    g_assert_cmpstr(opinion_topic_suggest(list, text->str)->code, ==, "an-ninh");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/opinion-topic/topics are suggested by keyword", test_topics_are_suggested);
    return g_test_run();
}
