// SPDX-License-Identifier: GPL-2.0-or-later
/* The desk of dialogues against a modem that a script plays. Each row is a conversation:
 *   > TEXT    the desk has dialled TEXT          x           it has cancelled
 *   -         it has sent nothing                menu TEXT, text TEXT, end STATUS, refuse DETAIL,
 *   answer T  a person answers the menu          expire, gone, lose    the worker's news
 *   deaf T    the same, and is refused           lost        its worker is no more
 *   cancel    a person wants no more             stop        the gateway ends
 *   off, on   the modem works no more, again     late        what is waited for took too long
 *   unasked T the network says T by itself       old T       so it does, of a dialogue that is over
 *   = STATE CAUSE   the end that listeners hear, and that is committed then
 *   steps TEXT      the transcript, "sent <received >…" */
#include "gateway/ussd.h"

#include "campaigns/store/modem.h"
#include "campaigns/store/ussd.h"
#include "gateway/ussd_talk.h"
#include "tests/store_file.h"

#include <string.h>

struct stage {
    struct store_file file;
    struct turn *turn;
    struct ussd_desk *desk;
    GPtrArray *packets; /* GByteArray *, not looked at yet */
    GPtrArray *ends;    /* char *, the same */
    bool works;
    bool rowless; /* the row of a dialogue is not there */
};

static const struct {
    const char *name, *path;
    bool interactive, secret;
    const char *script;
} rows[] = {
    {"a code is answered", "*101#", .script = "> *101#|text TK 5000|= answered "},
    {"a menu is walked", "*098#|1|3",
     .script = "> *098#|menu 1. A|> 1|menu 3. B|> 3|text Da dang ky|= answered "},
    {"a menu at the end of the path is closed", "*101#",
     .script = "> *101#|menu TK 5000 1. them|x|gone|= closed "},
    {"an answer before the path ends is told", "*098#|1|3",
     .script =
         "> *098#|menu 1. A|> 1|text Ban|= answered the network ended it before the path did: "
         "1 of its answers were not asked for"},
    {"the network ends a path", "*098#|1",
     .script = "> *098#|menu 1. A|> 1|end 2|= closed the network ended it"},
    {"a code that nobody knows", "*9#",
     .script = "> *9#|end 4|= closed the network does not know this code, or not in this place"},
    {"the modem does not take it", "*9#",
     .script = "> *9#|refuse +CME ERROR: 30|= closed sim1 did not take it: +CME ERROR: 30"},
    {"the network is silent", "*101#",
     .script = "> *101#|expire|= timed-out the network said nothing in time"},
    {"a person answers a menu", "*101#", .interactive = true,
     .script = "deaf 1|> *101#|menu 1. A|-|answer 1|> 1|menu 2. B|answer 2|> 2|deaf 3|text Xong|"
               "= answered |steps *101# <1. A >1 <2. B >2 <Xong >"},
    {"nobody answers a menu", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|-|late|x|deaf 1|gone|= timed-out nobody answered the menu within "
               "60 s"},
    {"a menu that the worker closes for its age", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|expire|= timed-out nobody answered the menu in time"},
    {"an open menu is cancelled", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|cancel|x|gone|= closed cancelled by hoa"},
    {"a code is cancelled before the network speaks", "*101#", .interactive = true,
     .script = "> *101#|cancel|x|gone|= closed cancelled by hoa; what was sent last may have "
               "taken effect"},
    {"an answer that crosses the cancel counts", "*101#", .interactive = true,
     .script = "> *101#|cancel|x|text TK 5000|= answered "},
    {"a menu that crosses the cancel is not answered", "*098#|1",
     .script = "> *098#|cancel|x|menu 1. A|-|gone|= closed cancelled by hoa"},
    {"a worker that does not obey is not waited for for ever", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|cancel|x|late|= closed cancelled by hoa"},
    {"cancelled while it waits for the modem", "*101#",
     .script = "off|-|cancel|= closed cancelled by hoa"},
    {"a modem that does not work is waited for", "*101#",
     .script = "off|-|on|> *101#|text TK|= answered "},
    {"but not for ever", "*101#", .script = "off|late|= timed-out sim1 did not work within 60 s"},
    {"a modem that is gone at the last moment", "*101#",
     .script = "vanish|-|= closed sim1 went away before this reached it"},
    {"the worker is lost before the answer", "*101#",
     .script =
         "> *101#|lost|= closed sim1 went away before the network answered: what was sent last "
         "may have taken effect"},
    {"the worker is lost in a menu", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|lost|= closed sim1 went away while a menu was open"},
    {"the worker is lost while it obeys", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|cancel|x|lost|= closed cancelled by hoa"},
    {"a lost worker harms nobody who waits", "*101#",
     .script = "off|lost|on|> *101#|text TK|= answered "},
    {"the worker gives up", "*101#", .script = "> *101#|lose|= closed sim1 gave it up"},
    {"a gateway that ends closes the menu", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|stop|x|gone|= closed the gateway was stopped"},
    {"a gateway that ends gives up what waits", "*101#",
     .script = "off|stop|= closed the gateway was stopped|on|-"},
    {"a gateway that ends hears what was asked", "*101#",
     .script = "> *101#|stop|-|text TK|= answered "},
    {"a card's code is shown by its last digits", "*100*1234567890123#", .secret = true,
     .script = "> *100*1234567890123#|text Nap 1234567890123 xong|= answered |"
               "steps *100*…0123# <Nap …0123 xong >"},
    {"a card's code in a menu", "*098#|1|1234 5678 9012", .secret = true,
     .script = "> *098#|menu 1. Nap|> 1|menu Nhap ma|> 1234 5678 9012|refuse sai 1234 5678 9012|"
               "= closed sim1 did not take it: sai …9012|"
               "steps *098# <1. Nap >1 <Nhap ma >…9012 <"},
    {"a card's code that the network writes in groups", "*100*1234567890123#", .secret = true,
     .script = "> *100*1234567890123#|text Ma 1234-5678 9012.3 sai 1234|= answered |"
               "steps *100*…0123# <Ma …0123 sai 1234 >"},
    {"a card's code that comes when all is over", "*100*1234567890123#", .secret = true,
     .script = "> *100*1234567890123#|expire|= timed-out the network said nothing in time|"
               "unasked Ma 1234567890123 da nap|old 123 456 789 012 3"},
    {"what the network says by itself has a row", "*101#", .interactive = true,
     .script = "> *101#|menu 1. A|unasked KM 50%|-|answer 1|> 1|text Xong|= answered |old Muon"},
};

/* ---- the modem ---- */

static bool take_packet(void *data, const char *modem, GByteArray *packet)
{
    struct stage *stage = data;
    g_assert_cmpstr(modem, ==, "sim1");
    if (packet != NULL && stage->works)
        g_ptr_array_add(stage->packets, packet);
    else if (packet != NULL)
        g_byte_array_unref(packet);
    return stage->works;
}

static void take_end(void *data, const struct ussd_end *end)
{
    struct stage *stage = data;
    g_autofree char *query = g_strdup_printf(
        "SELECT state || ' ' || cause FROM ussd_dialogue WHERE id = %" G_GINT64_FORMAT, end->id);
    g_autofree char *committed = read_text(stage->file.store, query);
    char *told = g_strdup_printf("%s %s", ussd_state_name(end->state), end->cause);
    if (!stage->rowless)
        g_assert_cmpstr(committed, ==, told);
    g_ptr_array_add(stage->ends, told);
}

static void nothing(void *data)
{
    (void)data;
}

static bool wants_nothing(void *data)
{
    (void)data;
    return false;
}

static bool lease_nothing(void *data, int64_t now, GError **error)
{
    (void)data;
    (void)now;
    (void)error;
    return true;
}

static void run(struct stage *stage)
{
    for (int i = 0; i < 5; i++)
        g_assert_true(turn_run(stage->turn));
}

static void open_desk(struct stage *stage)
{
    const struct turn_hooks hooks = {nothing, wants_nothing, lease_nothing, nothing, nothing, NULL};
    stage->turn = turn_new(stage->file.store, &hooks);
    stage->desk = ussd_desk_new(stage->file.store, stage->turn, take_packet, stage, NULL);
    g_assert_nonnull(stage->desk);
    ussd_desk_on_end(stage->desk, take_end, stage);
}

static void close_desk(struct stage *stage)
{
    turn_free(stage->turn);
    ussd_desk_free(stage->desk);
}

static void set_up(struct stage *stage, gconstpointer data)
{
    store_file_open(&stage->file, data);
    g_assert_true(store_modem_ensure(stage->file.store, "sim1", OPENING, NULL));
    stage->packets = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    stage->ends = g_ptr_array_new_with_free_func(g_free);
    stage->works = true;
    open_desk(stage);
}

static void tear_down(struct stage *stage, gconstpointer data)
{
    close_desk(stage);
    g_ptr_array_unref(stage->packets);
    g_ptr_array_unref(stage->ends);
    store_file_close(&stage->file, data);
}

/* ---- scripts ---- */

static int64_t new_row(struct stage *stage)
{
    const struct ussd_wish wish = {"sim1", "person", "hoa", OPENING};
    int64_t id = 0;
    g_assert_true(store_ussd_new(stage->file.store, &wish, &id, NULL));
    return id;
}

static int64_t order(struct stage *stage, const char *path, bool interactive, bool secret)
{
    struct ussd_order *dialogue = g_new0(struct ussd_order, 1);
    dialogue->id = new_row(stage);
    dialogue->modem = g_strdup("sim1");
    dialogue->path = g_strsplit(path, "|", -1);
    dialogue->interactive = interactive;
    dialogue->secret = secret;
    int64_t id = dialogue->id;
    ussd_desk_order(stage->desk, dialogue);
    return id;
}

static void hear(struct stage *stage, int64_t id, enum ussd_event event, const char *said)
{
    bool text = event == USSD_EVENT_TEXT || event == USSD_EVENT_MENU;
    const struct wire_ussd_news news = {
        .dialogue = id,
        .event = (uint8_t)event,
        .status = text ? event == USSD_EVENT_MENU
                       : (event == USSD_EVENT_END ? (int32_t)g_ascii_strtoll(said, NULL, 10) : -1),
        .dcs = text ? 15 : -1,
        .text = text ? said : "",
        .raw = text ? said : "",
        .detail = event == USSD_EVENT_REFUSE ? said : "",
    };
    ussd_desk_news(stage->desk, "sim1", &news);
}

static char *next_packet(struct stage *stage)
{
    if (stage->packets->len == 0)
        return g_strdup("-");
    GByteArray *packet = g_ptr_array_index(stage->packets, 0);
    struct wire_message message = {0};
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    char *text = message.type == WIRE_USSD_CANCEL ? g_strdup("x")
                                                  : g_strconcat("> ", message.ussd_dial.text, NULL);
    wire_message_clear(&message);
    g_ptr_array_remove_index(stage->packets, 0);
    return text;
}

static char *transcript(struct stage *stage, int64_t id)
{
    g_autoptr(GPtrArray) steps = store_ussd_steps(stage->file.store, id, NULL);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < steps->len; i++) {
        const struct ussd_step *step = g_ptr_array_index(steps, i);
        g_string_append_printf(text, "%s %s", step->text, step->received ? ">" : "<");
    }
    return g_string_free(text, FALSE);
}

static void be_late(struct stage *stage)
{
    const struct ussd_queue *line = ussd_queue_of(stage->desk, "sim1");
    line->talk->deadline = 0;
    ussd_desk_tick(stage->desk);
}

static bool play_news(struct stage *stage, int64_t id, const char *verb, const char *rest)
{
    static const struct {
        const char *verb;
        enum ussd_event event;
        bool unasked;
    } news[] = {
        {"menu", USSD_EVENT_MENU},     {"text", USSD_EVENT_TEXT},
        {"end", USSD_EVENT_END},       {"refuse", USSD_EVENT_REFUSE},
        {"expire", USSD_EVENT_EXPIRE}, {"gone", USSD_EVENT_CANCEL},
        {"lose", USSD_EVENT_LOSE},     {"unasked", USSD_EVENT_TEXT, true},
        {"old", USSD_EVENT_TEXT},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(news); i++) {
        if (strcmp(news[i].verb, verb) != 0)
            continue;
        hear(stage, news[i].unasked ? 0 : id, news[i].event, rest);
        return true;
    }
    return false;
}

static bool play_people(struct stage *stage, int64_t id, const char *verb, const char *rest)
{
    if (strcmp(verb, "answer") == 0 || strcmp(verb, "deaf") == 0)
        g_assert_true(ussd_desk_answer(stage->desk, id, rest) == (verb[0] == 'a'));
    else if (strcmp(verb, "cancel") == 0)
        ussd_desk_cancel(stage->desk, id, "hoa");
    else if (strcmp(verb, "stop") == 0)
        ussd_desk_stop(stage->desk);
    else if (strcmp(verb, "lost") == 0)
        ussd_desk_lost(stage->desk, "sim1");
    else if (strcmp(verb, "late") == 0)
        be_late(stage);
    else
        return false;
    return true;
}

static void check(struct stage *stage, int64_t id, const char *line)
{
    g_autofree char *found = NULL;
    if (line[0] == '=') {
        g_assert_cmpuint(stage->ends->len, ==, 1);
        g_assert_cmpstr(g_ptr_array_index(stage->ends, 0), ==, line + 2);
        g_ptr_array_set_size(stage->ends, 0);
        return;
    }
    bool steps = g_str_has_prefix(line, "steps ");
    found = steps ? transcript(stage, id) : next_packet(stage);
    g_assert_cmpstr(found, ==, steps ? line + strlen("steps ") : line);
}

static void play(struct stage *stage, int64_t id, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    const char *rest = words[1] != NULL ? words[1] : "";
    g_test_message("%s", line);
    if (strcmp(words[0], "off") == 0 || strcmp(words[0], "on") == 0 ||
        strcmp(words[0], "vanish") == 0) {
        stage->works = strcmp(words[0], "on") == 0;
        ussd_desk_tick(stage->desk);
    } else if (!play_news(stage, id, words[0], rest) && !play_people(stage, id, words[0], rest)) {
        check(stage, id, line);
    }
    run(stage);
}

static void test_conversation(struct stage *stage, gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    g_auto(GStrv) lines = g_strsplit(rows[row].script, "|", -1);
    stage->works = strcmp(lines[0], "off") != 0;
    int64_t id = order(stage, rows[row].path, rows[row].interactive, rows[row].secret);
    if (strcmp(lines[0], "vanish") != 0)
        run(stage);
    for (char **line = lines; *line != NULL; line++)
        play(stage, id, *line);
    check(stage, id, "-");
    g_assert_cmpuint(stage->ends->len, ==, 0);
    g_assert_false(ussd_desk_is_busy(stage->desk, "sim1"));
    g_assert_cmpint(count_rows(stage->file.store, "SELECT count(*) FROM ussd_step WHERE"
                                                  " replace(text || raw, ' ', '') LIKE '%890123%'"),
                    ==, 0);
}

/* ---- several ---- */

static void test_one_at_a_time(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t first = order(stage, "*1#", true, false), second = order(stage, "*2#", true, false);
    int64_t third = order(stage, "*3#", true, false);
    run(stage);
    check(stage, first, "> *1#");
    check(stage, second, "-");
    g_assert_true(ussd_desk_is_busy(stage->desk, "sim1"));
    ussd_desk_cancel(stage->desk, second, NULL);
    run(stage);
    check(stage, second, "= closed cancelled");
    hear(stage, first, USSD_EVENT_TEXT, "Xong");
    run(stage);
    check(stage, first, "= answered ");
    check(stage, third, "> *3#");
    g_assert_true(ussd_desk_is_busy(stage->desk, "sim1"));
    hear(stage, first, USSD_EVENT_TEXT, "Muon");
    hear(stage, third, USSD_EVENT_TEXT, "Xong");
    run(stage);
    check(stage, third, "= answered ");
    g_assert_false(ussd_desk_is_busy(stage->desk, "sim1"));
    g_assert_cmpint(count_rows(stage->file.store,
                               "SELECT count(*) FROM ussd_dialogue JOIN ussd_step ON"
                               " dialogue_id = id WHERE purpose = 'network' AND text = 'Muon'"
                               " AND state = 'answered' AND cause LIKE 'it came when dialogue %'"),
                    ==, 1);
}

static void test_written_before_it_is_dialled(struct stage *stage, gconstpointer data)
{
    (void)data;
    order(stage, "*1#", true, false);
    check(stage, 0, "-");
    g_assert_cmpint(count_rows(stage->file.store, "SELECT count(*) FROM ussd_step"), ==, 0);
    run(stage);
    g_assert_cmpint(count_rows(stage->file.store, "SELECT count(*) FROM ussd_step"), ==, 1);
    check(stage, 0, "> *1#");
}

static void test_what_cannot_be_written_is_not_dialled(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t id = order(stage, "*1#", true, false), next = order(stage, "*2#", true, false);
    g_assert_true(
        sql_run(stage->file.store, NULL, "DELETE FROM ussd_dialogue WHERE id = ?1", "i", id));
    stage->rowless = true;
    run(stage);
    check(stage, next, "> *2#");
    hear(stage, next, USSD_EVENT_TEXT, "Xong");
    run(stage);
    g_assert_cmpuint(stage->ends->len, ==, 2);
}

static void test_a_restart_closes_what_was_open(struct stage *stage, gconstpointer data)
{
    (void)data;
    static const char *const states[] = {"idle", "asked", "menu-open", "answered", "timed-out"};
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        g_assert_true(sql_run(stage->file.store, NULL,
                              "UPDATE ussd_dialogue SET state = ?2 WHERE id = ?1", "it",
                              new_row(stage), states[i]));
    close_desk(stage);
    open_desk(stage);
    g_assert_cmpint(count_rows(stage->file.store,
                               "SELECT count(*) FROM ussd_dialogue WHERE state = 'closed'"
                               " AND cause = 'the gateway ended while it was open'"),
                    ==, 3);
}

static void test_the_forms_of_a_modem_are_remembered(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t id = order(stage, "*1#", false, false);
    run(stage);
    g_ptr_array_set_size(stage->packets, 0);
    const struct wire_ussd_news news = {.dialogue = id,
                                        .event = USSD_EVENT_TEXT,
                                        .text = "TK",
                                        .raw = "544B",
                                        .detail = "",
                                        .request_form = USSD_PLAIN,
                                        .text_form = USSD_PACKED};
    ussd_desk_news(stage->desk, "sim1", &news);
    run(stage);
    close_desk(stage);
    open_desk(stage);
    order(stage, "*2#", false, false);
    run(stage);
    GByteArray *packet = g_ptr_array_index(stage->packets, 0);
    struct wire_message message = {0};
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    g_assert_cmpint(message.ussd_dial.request_form, ==, USSD_PLAIN);
    g_assert_cmpint(message.ussd_dial.text_form, ==, USSD_PACKED);
    g_assert_cmpuint(message.ussd_dial.answer_ms, >, 0);
    g_assert_cmpuint(message.ussd_dial.menu_ms, >, USSD_MENU_MS);
    wire_message_clear(&message);
}

/* The balance is asked for right after a card, and the late word on that may come first. */
static void test_a_card_s_code_in_the_next_dialogue(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t card = order(stage, "*100*1234567890123#", false, true);
    int64_t next = order(stage, "*101#", false, false);
    run(stage);
    hear(stage, card, USSD_EVENT_EXPIRE, "");
    run(stage);
    hear(stage, next, USSD_EVENT_TEXT, "Ma 1234567890123 da nap");
    run(stage);
    g_assert_cmpint(count_rows(stage->file.store,
                               "SELECT count(*) FROM ussd_step WHERE text ="
                               " 'Ma …0123 da nap' AND raw = '' AND direction = 'received'"),
                    ==, 1);
    int64_t last = order(stage, "*101#", false, false);
    run(stage);
    hear(stage, last, USSD_EVENT_TEXT, "TK 5000");
    run(stage);
    g_assert_cmpint(
        count_rows(stage->file.store, "SELECT count(*) FROM ussd_step WHERE raw = 'TK 5000'"), ==,
        1);
}

static void test_a_card_s_code_is_nowhere(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t id = order(stage, "*100*1234567890123#", false, true);
    run(stage);
    const struct wire_ussd_news news = {.dialogue = id,
                                        .event = USSD_EVENT_TEXT,
                                        .status = 0,
                                        .text = "Ma 1234567890123 sai",
                                        .raw = "Ma 1234567890123 sai",
                                        .detail = ""};
    ussd_desk_news(stage->desk, "sim1", &news);
    run(stage);
    g_assert_cmpint(count_rows(stage->file.store,
                               "SELECT count(*) FROM ussd_step WHERE text LIKE '%890123%'"
                               " OR raw LIKE '%890123%'"),
                    ==, 0);
    g_assert_cmpint(
        count_rows(stage->file.store, "SELECT count(*) FROM ussd_step WHERE text LIKE '%…0123%'"),
        ==, 2);
}

static void test_nonsense_of_a_worker_is_ignored(struct stage *stage, gconstpointer data)
{
    (void)data;
    int64_t id = order(stage, "*1#", false, false);
    run(stage);
    hear(stage, id, USSD_EVENTS, "");
    hear(stage, id, (enum ussd_event)200, "");
    hear(stage, id + 5, USSD_EVENT_TEXT, "");
    hear(stage, id, USSD_EVENT_DIAL, "");
    const struct wire_ussd_news forms = {
        .dialogue = 0, .text = "", .raw = "", .detail = "", .request_form = 77, .text_form = 255};
    ussd_desk_news(stage->desk, "sim1", &forms);
    run(stage);
    g_assert_cmpuint(stage->ends->len, ==, 0);
    hear(stage, id, USSD_EVENT_TEXT, "Xong");
    run(stage);
    check(stage, id, "= answered ");
}

static void test_a_flood_is_bounded(struct stage *stage, gconstpointer data)
{
    (void)data;
    struct ussd_queue *line = ussd_queue_of(stage->desk, "sim1");
    for (int minute = 1; minute <= 2; minute++) {
        for (int i = 0; i < 2 * USSD_UNASKED_MOST; i++)
            hear(stage, 0, USSD_EVENT_TEXT, "Khuyen mai");
        run(stage);
        g_assert_cmpint(count_rows(stage->file.store, "SELECT count(*) FROM ussd_dialogue"), ==,
                        minute * USSD_UNASKED_MOST);
        line->unasked_since -= 60 * 1000;
    }
    int64_t id = order(stage, "*1#", false, false);
    run(stage);
    hear(stage, id, USSD_EVENT_TEXT, "Xong");
    run(stage);
    check(stage, id, "> *1#");
    check(stage, id, "= answered ");
}

static void test_a_menu_that_repeats_itself(struct stage *stage, gconstpointer data)
{
    (void)data;
    struct ussd_queue *line = ussd_queue_of(stage->desk, "sim1");
    int64_t id = order(stage, "*1#", true, false);
    run(stage);
    hear(stage, id, USSD_EVENT_MENU, "1. A");
    line->talk->deadline = 0;
    hear(stage, id, USSD_EVENT_MENU, "1. A");
    ussd_desk_tick(stage->desk);
    run(stage);
    check(stage, id, "> *1#");
    check(stage, id, "x");
    hear(stage, id, USSD_EVENT_CANCEL, "");
    run(stage);
    check(stage, id, "= timed-out nobody answered the menu within 60 s");
}

static void add(const char *name, void (*test)(struct stage *, gconstpointer), gconstpointer data)
{
    g_autofree char *path = g_strconcat("/ussd desk/", name, NULL);
    g_test_add(path, struct stage, data, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        add(rows[i].name, test_conversation, GSIZE_TO_POINTER(i));
    add("one at a time", test_one_at_a_time, NULL);
    add("written before it is dialled", test_written_before_it_is_dialled, NULL);
    add("what cannot be written is not dialled", test_what_cannot_be_written_is_not_dialled, NULL);
    add("a restart closes what was open", test_a_restart_closes_what_was_open, NULL);
    add("the forms of a modem are remembered", test_the_forms_of_a_modem_are_remembered, NULL);
    add("a card's code in the next dialogue", test_a_card_s_code_in_the_next_dialogue, NULL);
    add("a card's code is nowhere", test_a_card_s_code_is_nowhere, NULL);
    add("nonsense of a worker is ignored", test_nonsense_of_a_worker_is_ignored, NULL);
    add("a menu that repeats itself buys no time", test_a_menu_that_repeats_itself, NULL);
    add("a flood that nobody asked for is bounded", test_a_flood_is_bounded, NULL);
    return g_test_run();
}
