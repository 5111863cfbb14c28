// SPDX-License-Identifier: GPL-2.0-or-later
/* Dialogues over the line with a scripted modem, written as scripts. What a step of one is:
 *   D 7 *101#     the gateway dials, or answers the menu of dialogue 7; d: a card's code; S: at
 *                 start-up
 *   C 7 · L why   it cancels; the worker leaves
 *   M text        the modem says this by itself; \r \n stand for themselves
 *   N text        this notice of it is taken before anything else
 *   t …           what is told, exactly: dialogue state event status/dcs request/text form, "text",
 *                 (detail); waited for
 *   c …           the commands that the modem heard since it was last asked
 *   o · f         messages wait still; they may go
 *   x · m         from here the network, or who answers a menu, has little time */
#include "modems/ussd.h"

#include "modems/ussd_dialogue.h"
#include "modems/ussd_text.h"
#include "tests/scripted_modem.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, LONG_MS = 600000, SHORT_MS = 200 };

struct scene {
    struct scripted_modem modem;
    struct line *line;
    struct ussd *ussd;
    GString *told;
    bool brief; /* answers are waited for SHORT_MS only, else menus */
    bool brief_menu;
    uint8_t known;
};

static bool hear(void *data, const GByteArray *packet)
{
    struct scene *scene = data;
    struct wire_message message = {0};
    g_assert_true(wire_decode(packet->data, packet->len, &message, NULL));
    const struct wire_ussd_news *news = &message.ussd_news;
    g_assert_cmpint(message.type, ==, WIRE_USSD_NEWS);
    g_string_append_printf(scene->told, "%" G_GINT64_FORMAT " %s %s", news->dialogue,
                           ussd_state_name((enum ussd_state)news->state),
                           ussd_event_name((enum ussd_event)news->event));
    if (news->status >= 0)
        g_string_append_printf(scene->told, " %d/%d", news->status, news->dcs);
    if (news->text[0] != '\0') {
        g_string_append_printf(scene->told, " %s/%s \"%s\"",
                               ussd_form_name((enum ussd_form)news->request_form),
                               ussd_form_name((enum ussd_form)news->text_form), news->text);
        g_assert_true(g_str_has_prefix(news->raw, "+CUSD:"));
    }
    if (news->detail[0] != '\0')
        g_string_append_printf(scene->told, " (%s)", news->detail);
    g_string_append(scene->told, "; ");
    wire_message_clear(&message);
    return true;
}

static void attend(struct scene *scene)
{
    struct line_notice notice;
    struct pollfd wakeup = {.fd = line_wakeup(scene->line), .events = POLLIN};
    poll(&wakeup, 1, 10);
    line_awake(scene->line);
    while (line_notice(scene->line, &notice)) {
        if (notice.kind == RESULT_USSD || notice.kind == RESULT_NOISE)
            ussd_notice(scene->ussd, &notice);
        g_free(notice.text);
    }
    ussd_step(scene->ussd);
}

static void expect_told(struct scene *scene, const char *wanted)
{
    int64_t until = g_get_monotonic_time() + (int64_t)PATIENCE_MS * 1000;
    g_autofree char *whole = g_strconcat(wanted, "; ", NULL);
    while (strlen(scene->told->str) < strlen(whole) && g_get_monotonic_time() < until)
        attend(scene);
    g_assert_cmpstr(scene->told->str, ==, whole);
    g_string_truncate(scene->told, 0);
}

static void dial(struct scene *scene, const char *order, bool secret)
{
    char *text = NULL;
    struct wire_ussd_dial message = {
        .dialogue = g_ascii_strtoll(order, &text, 10),
        .text = text + 1,
        .secret = secret,
        .request_form = scene->known,
        .answer_ms = scene->brief ? SHORT_MS : LONG_MS,
        .menu_ms = scene->brief_menu ? SHORT_MS : LONG_MS,
    };
    ussd_dial(scene->ussd, &message);
}

static void play(struct scene *scene, const char *row)
{
    const char *rest = row[1] != '\0' ? row + 2 : "";
    g_autofree char *text = g_strcompress(rest), *heard = NULL;
    switch (row[0]) {
    case 'S':
        ussd_start(scene->ussd);
        return;
    case 'D':
    case 'd':
        dial(scene, rest, row[0] == 'd');
        return;
    case 'C':
        ussd_cancel(scene->ussd, g_ascii_strtoll(rest, NULL, 10));
        return;
    case 'L':
        ussd_lose(scene->ussd, rest);
        return;
    case 'M':
        scripted_say(&scene->modem, text);
        return;
    case 'N': {
        const struct line_notice notice = {
            .kind = RESULT_USSD, .text = text, .at = g_get_monotonic_time()};
        ussd_notice(scene->ussd, &notice);
        return;
    }
    case 't':
        expect_told(scene, text);
        return;
    case 'c':
        heard = scripted_heard(&scene->modem);
        g_assert_cmpstr(heard, ==, rest);
        return;
    case 'o':
        g_assert_true(ussd_is_open(scene->ussd));
        return;
    case 'f':
        g_assert_false(ussd_is_open(scene->ussd));
        return;
    case 'x':
        scene->brief = true;
        return;
    case 'm':
        scene->brief_menu = true;
        return;
    default:
        g_assert_not_reached();
    }
}

static void open_scene(struct scene *scene, const struct scripted_reply *replies, const char *maker,
                       const char *features, const char *trace)
{
    g_autoptr(GError) error = NULL;
    *scene = (struct scene){.modem = {.replies = replies, .heard = g_string_new(NULL)},
                            .told = g_string_new(NULL)};
    scripted_start(&scene->modem);
    scene->line = line_open(scene->modem.path, trace, &error);
    g_assert_no_error(error);
    scripted_go(&scene->modem);
    scene->ussd = ussd_new(scene->line, maker, features, hear, scene);
}

static void close_scene(struct scene *scene)
{
    g_assert_cmpstr(scene->told->str, ==, "");
    ussd_free(scene->ussd);
    line_free(scene->line);
    g_thread_join(scene->modem.thread);
    g_string_free(scene->told, TRUE);
    g_string_free(scene->modem.heard, TRUE);
}

#define OK     "\r\nOK\r\n"
#define ERROR  "\r\nERROR\r\n"
#define PLAIN  "AT+CUSD=1,\"*101#\",15"
#define UCS2   "AT+CUSD=1,\"002A0031003000310023\",15"
#define PACKED "AT+CUSD=1,\"AA182C3602\",15"
#define ASKED  "7 asked dial; "

#define TEXT    "\"TK goc: 50000d, HSD 31/12/2026\""
#define SEPTETS "D425E8FC1EEB4035180C0623B340C82911348BBD62B2970C26B301"
#define WIDE                                                                                       \
    "0054004B00200067006F0063003A0020003500300030003000300064002C0020004800530044002000330031002F" \
    "00"                                                                                           \
    "310032002F0032003000320036"
#define OK_LATE "\\r\\nOK\\r\\n"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): strings in a row are joined on purpose. */
static const struct {
    const char *name, *maker, *features;
    enum ussd_form known;
    struct scripted_reply replies[8];
    const char *rows[24];
} scripts[] = {
    {.name = "a plain answer",
     .replies = {{PLAIN, OK "\r\n+CUSD: 0,\"TK goc: 50000d\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/plain \"TK goc: 50000d\"",
              "c " PLAIN}},
    {.name = "UCS-2 in hexadecimal, whatever the <dcs> says",
     .replies = {{PLAIN, OK "\r\n+CUSD: 0,\"" WIDE "\",15\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 0,\"" WIDE "\",72\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 0,\"" WIDE "FFFFFFFF\",0\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 0, \"" WIDE "00000000\"\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/ucs2 " TEXT, "D 8 *101#",
              "t 8 asked dial; 8 answered text 0/72 plain/ucs2 " TEXT, "D 9 *101#",
              "t 9 asked dial; 9 answered text 0/0 plain/ucs2 " TEXT, "D 10 *101#",
              "t 10 asked dial; 10 answered text 0/-1 plain/ucs2 " TEXT}},
    {.name = "packed septets in hexadecimal",
     .replies = {{PLAIN, OK "\r\n+CUSD: 0,\"" SEPTETS "\",15\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 0,\"" SEPTETS "\",0\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/packed " TEXT, "D 8 *101#",
              "t 8 asked dial; 8 answered text 0/0 plain/packed " TEXT}},
    {.name = "a text before OK, with line ends",
     .replies = {{PLAIN, "\r\n+CUSD: 0,\"TK: 5d\r\nHSD: 1/1\r\",15\r\n" OK, 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/plain \"TK: 5d\nHSD: 1/1\"",
              "M \\r\\n+CUSD: 2\\r\\n", "D 8 *101#",
              "t 8 asked dial; 8 answered text 0/15 plain/plain \"TK: 5d\nHSD: 1/1\""}},
    {.name = "a menu of three levels",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. Goi\n2. TK\",15\r\n", 0},
                 {"AT+CUSD=1,\"2\",15", OK "\r\n+CUSD: 1,\"1. Chinh\",15\r\n", 0},
                 {"AT+CUSD=1,\"1\",15", OK "\r\n+CUSD: 2,\"Con 9d\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. Goi\n2. TK\"",
              "D 7 2", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. Chinh\"", "D 7 1",
              "t " ASKED "7 answered text 2/15 plain/plain \"Con 9d\"",
              "c " PLAIN " AT+CUSD=1,\"2\",15 AT+CUSD=1,\"1\",15"}},
    {.name = "a modem that wants UCS-2",
     .replies = {{PLAIN, ERROR, 0},
                 {UCS2, OK "\r\n+CUSD: 1,\"" WIDE "\",15\r\n", 0},
                 {"AT+CUSD=1,\"0031\",15", OK "\r\n+CUSD: 0,\"" WIDE "\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 ucs2/ucs2 " TEXT,
              "c " PLAIN " AT+CSCS=\"UCS2\" " UCS2, "D 7 1",
              "t " ASKED "7 answered text 0/15 ucs2/ucs2 " TEXT,
              "c AT+CUSD=1,\"0031\",15 AT+CSCS=\"GSM\"", "D 8 *101#",
              "t 8 asked dial; 8 menu-open menu 1/15 ucs2/ucs2 " TEXT, "c AT+CSCS=\"UCS2\" " UCS2,
              "C 8", "t 8 closed cancel (cancelled; the menu was closed)",
              "c AT+CUSD=2 AT+CSCS=\"GSM\""}},
    {.name = "a modem that wants septets, and another charset it has not",
     .replies = {{PLAIN, "\r\n+CME ERROR: 100\r\n", 0},
                 {"AT+CSCS", ERROR, 0},
                 {UCS2, "\r\n+CME ERROR: Incorrect parameters\r\n", 0},
                 {PACKED, OK "\r\n+CUSD: 1,\"" SEPTETS "\",15\r\n", 0},
                 {"AT+CUSD=1,\"31\",15", OK "\r\n+CUSD: 0,\"" SEPTETS "\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 packed/packed " TEXT,
              "c " PLAIN " AT+CSCS=\"UCS2\" " UCS2 " " PACKED, "D 7 1",
              "t " ASKED "7 answered text 0/15 packed/packed " TEXT, "c AT+CUSD=1,\"31\",15"}},
    {.name = "a Huawei that wants another mode first",
     .maker = "huawei",
     .replies = {{PLAIN, ERROR, 1}, {PLAIN, OK "\r\n+CUSD: 0,\"Con 9d\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/plain \"Con 9d\"",
              "c " PLAIN " AT^USSDMODE=0 " PLAIN, "D 8 *101#",
              "t 8 asked dial; 8 answered text 0/15 plain/plain \"Con 9d\"", "c " PLAIN}},
    {.name = "a Huawei that wants septets is not given UCS-2",
     .maker = "Huawei Technologies",
     .replies = {{PLAIN, ERROR, 0}, {"AT^USSDMODE", ERROR, 0}, {PACKED, OK, 0}},
     .rows = {"D 7 *101#", "t 7 asked dial", "c " PLAIN " AT^USSDMODE=0 " PACKED,
              "M \\r\\n+CUSD: 0,\"" SEPTETS "\",15\\r\\n",
              "t 7 answered text 0/15 packed/packed " TEXT}},
    {.name = "a modem that takes no <dcs>",
     .replies = {{PLAIN, ERROR, 0},
                 {"AT+CUSD=1,\"*101#\"", OK "\r\n+CUSD: 1,\"1. TK\"\r\n", 0},
                 {"AT+CUSD=1,\"0", ERROR, 0},
                 {"AT+CUSD=1,\"A", ERROR, 0},
                 {"AT+CUSD=1,\"1\",", ERROR, 0},
                 {"AT+CUSD=1,\"1\"", OK "\r\n+CUSD: 0,Con 9d\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/-1 plain/plain \"1. TK\"", "D 7 1",
              "t " ASKED "7 answered text 0/-1 plain/plain \"Con 9d\""}},
    {.name = "an old Siemens",
     .replies = {{"AT+CUSD=1,\"1\"", OK "\r\n+CUSD: 0,\"Con 9d\",15\r\n", 0},
                 {"AT+CUSD=1,", ERROR, 0},
                 {"AT^USSDMODE", ERROR, 0},
                 {"ATDT*101#;", OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "t " ASKED "7 answered text 0/15 plain/plain \"Con 9d\"",
              "c " PLAIN " AT+CSCS=\"UCS2\" " UCS2 " AT+CSCS=\"GSM\" " PACKED
              " AT+CUSD=1,\"*101#\" AT^USSDMODE=0 ATDT*101#; AT+CUSD=1,\"1\",15",
              "D 8 *101#", "t 8 asked dial; 8 menu-open menu 1/15 plain/plain \"1. TK\"",
              "c ATDT*101#;"}},
    {.name = "the form that the gateway remembers comes first",
     .known = USSD_PACKED,
     .replies = {{PACKED, OK "\r\n+CUSD: 0,\"" SEPTETS "\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 packed/packed " TEXT, "c " PACKED}},
    {.name = "and before it that of the settings",
     .features = "SMSONLY,ENCODED_USSD",
     .known = USSD_PLAIN,
     .replies = {{PACKED, OK "\r\n+CUSD: 0,\"" SEPTETS "\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 packed/packed " TEXT, "c " PACKED}},
    {.name = "what is remembered wrongly is no harm",
     .known = USSD_UCS2,
     .replies = {{UCS2, ERROR, 0}, {PLAIN, OK "\r\n+CUSD: 0,\"Con 9d\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/plain \"Con 9d\"",
              "c AT+CSCS=\"UCS2\" " UCS2 " AT+CSCS=\"GSM\" " PLAIN}},
    {.name = "nothing that the modem takes",
     .replies = {{"AT+C", ERROR, 0}, {"AT^", ERROR, 0}, {"ATDT", "\r\n+CME ERROR: 4\r\n", 0}},
     .rows = {"D 7 *101#", "t 7 closed refuse (+CME ERROR: 4)"}},
    {.name = "no network is no matter of form, once the modem took one",
     .replies = {{PLAIN, OK "\r\n+CUSD: 0,\"Con 9d\",15\r\n", 1},
                 {PLAIN, "\r\n+CME ERROR: 30\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 plain/plain \"Con 9d\"", "D 8 *101#",
              "t 8 closed refuse (+CME ERROR: 30)", "c " PLAIN " " PLAIN}},
    {.name = "before that it may be, but not for a card's code",
     .replies = {{PLAIN, "\r\n+CME ERROR: 30\r\n", 0},
                 {UCS2, OK "\r\n+CUSD: 0,\"" WIDE "\",15\r\n", 0}},
     .rows = {"d 7 *101#", "t 7 closed refuse (+CME ERROR: 30)", "c " PLAIN, "D 8 *101#",
              "t 8 asked dial; 8 answered text 0/15 ucs2/ucs2 " TEXT,
              "c " PLAIN " AT+CSCS=\"UCS2\" " UCS2 " AT+CSCS=\"GSM\""}},
    {.name = "a second line that comes when the first is answered already",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n\r\n+CUSD: 1,\"1. TK\",15\r\n", 0},
                 {"AT+CUSD=1,\"1\",15", OK "\r\n+CUSD: 1,\"2. Goi\",15\r\n", 0},
                 {"AT+CUSD=1,\"2\",15",
                  "\r\n+CUSD: 1,\"2. Goi\",15\r\n" OK "\r\n+CUSD: 1,\"3. Het\",15\r\n", 0},
                 {"AT+CUSD=1,\"3\",15",
                  "\r\n+CUSD: 1,\"3. Het\",15\r\n" OK "\r\n+CUSD: 1,\"3. Het\",15\r\n"
                  "\r\n+CUSD: 1,\"3. Het\",15\r\n",
                  0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"2. Goi\"", "D 7 2",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"3. Het\"", "D 7 3",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"3. Het\"", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)"}},
    {.name = "what a modem writes twice is told once",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n\r\n+CUSD: 1,\"1. TK\",15\r\n", 0},
                 {"AT+CUSD=1,\"1\",15",
                  OK "\r\n+CUSD: 1,\"1. TK\",15\r\n\r\n+CUSD: 1,\"1. TK\",15\r\n", 1},
                 {"AT+CUSD=1,\"1\",15", OK "\r\n+CUSD: 0,\"Het\",15\r\n\r\n+CUSD: 0,\"Het\",15\r\n",
                  0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "t " ASKED "7 answered text 0/15 plain/plain \"Het\"",
              "M \\r\\n+CUSD: 1,\"Moi\",15\\r\\n\\r\\n+CUSD: 1,\"Moi\",15\\r\\n",
              "t 0 closed menu 1/15 unknown/plain \"Moi\" (nobody had asked for this menu; it was "
              "closed)",
              "M \\r\\n+CUSD: 0,\"Tin\",15\\r\\n", "t 0 answered text 0/15 unknown/plain \"Tin\""}},
    {.name = "a text that no form can carry",
     .replies = {{"AT+CUSD=1,", ERROR, 0}},
     .rows = {"D 7 \x01\x02", "t 7 closed refuse (ERROR)"}},
    {.name = "an end beside the refusal of another form ends nothing",
     .replies = {{PLAIN, "\r\n+CUSD: 4\r\n" ERROR, 0},
                 {UCS2, OK "\r\n+CUSD: 0,\"" WIDE "\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 answered text 0/15 ucs2/ucs2 " TEXT}},
    {.name = "ends without a text",
     .replies = {{PLAIN, OK "\r\n+CUSD: 0\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 3\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 5,\"\"\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 9\r\n", 1},
                 {PLAIN, OK "\r\n+CUSD: 4\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 closed end 0/-1 (the network ended it without a text)",
              "D 8 *101#",
              "t 8 asked dial; 8 closed end 3/-1 (something else that uses this SIM has answered)",
              "D 9 *101#",
              "t 9 asked dial; 9 closed end 5/-1 (the network waited too long for something)",
              "D 10 *101#",
              "t 10 asked dial; 10 closed end 9/-1 (the modem ended it with +CUSD: 9)",
              "D 11 *101#",
              "t 11 asked dial; 11 closed end 4/-1 (the network does not support it; the modem had "
              "taken it as plain text, which may not be how it means it: if a phone can dial this "
              "with the same SIM, try `features` of this modem)",
              "c " PLAIN " " PLAIN " " PLAIN " " PLAIN " " PLAIN}},
    {.name = "a network that says nothing in time, and then does",
     .replies = {{NULL, NULL, 0}},
     .rows =
         {"x", "D 7 *101#",
          "t " ASKED "7 timed-out expire (the network said nothing within 0 s; it may have done "
          "what was asked)",
          "c " PLAIN " AT+CUSD=2", "M \\r\\n+CUSD: 0,\"Con 9d\",15\\r\\n",
          "t 0 answered text 0/15 unknown/plain \"Con 9d\"", "M \\r\\n+CUSD: 1,\"1. TK\",15\\r\\n",
          "t 0 closed menu 1/15 unknown/plain \"1. TK\" (nobody had asked for this menu; it was "
          "closed)",
          "c AT+CUSD=2"}},
    {.name = "what the network says by itself",
     .replies = {{NULL, NULL, 0}},
     .rows = {"M \\r\\n+CUSD: 2\\r\\n+CUSD: 0,\"Khuyen mai\\r\\n50%\",15\\r\\n",
              "t 0 answered text 0/15 unknown/plain \"Khuyen mai\n50%\"", "c ",
              "M \\r\\n+CUSD: 1\\r\\n",
              "t 0 closed menu 1/-1 (nobody had asked for this menu; it was closed)",
              "c AT+CUSD=2"}},
    {.name = "a menu that nobody answers",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}, {"AT+CUSD=2", ERROR, 0}},
     .rows = {"m", "D 7 *101#",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"; "
              "7 timed-out expire (nobody answered the menu in time; it was closed)",
              "c " PLAIN " AT+CUSD=2", "D 7 1", "t 7 closed refuse (this dialogue has ended)"}},
    {.name = "the late end of what was cancelled ends nothing else",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 1}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)", "D 8 *101#", "t 8 asked dial",
              "M \\r\\n+CUSD: 2\\r\\n\\r\\n+CUSD: 0,\"Con 9d\",15\\r\\n",
              "t 8 answered text 0/15 plain/plain \"Con 9d\"", "c " PLAIN " AT+CUSD=2 " PLAIN}},
    {.name = "so often as it says so",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"S", "D 8 *101#", "t 8 asked dial; 8 menu-open menu 1/15 plain/plain \"1. TK\"",
              "N +CUSD: 2", "N +CUSD: 2", "C 8",
              "t 8 closed cancel (cancelled; the menu was closed)"}},
    {.name = "and if it was the end after all, that is told when the time is over",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 1}, {PLAIN, OK "\r\n+CUSD: 2\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)", "x", "D 8 *101#",
              "t 8 asked dial; 8 closed end 2/-1 (the network ended it without a text)"}},
    {.name = "one dialogue at a time",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"D 7 *101#", "D 8 *102#",
              "t 8 closed refuse (another dialogue is open); " ASKED
              "7 menu-open menu 1/15 plain/plain \"1. TK\"",
              "D 8 *102#", "t 8 closed refuse (another dialogue is open)", "C 8", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)", "D 9 *102#", "C 9",
              "t 9 closed cancel (cancelled before it went out)", "c " PLAIN " AT+CUSD=2"}},
    {.name = "cancelled before the network spoke",
     .replies = {{NULL, NULL, 0}},
     .rows = {"D 7 *101#", "t 7 asked dial", "C 7",
              "t 7 closed cancel (cancelled before the network answered; it may have done what was "
              "asked)",
              "c " PLAIN " AT+CUSD=2"}},
    {.name = "a closing that the modem did not hear is repeated, and a code waits for it",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 1}, {"AT+CUSD=2", "", 1}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)", "o", "D 8 *101#",
              "t 8 asked dial", "c " PLAIN " AT+CUSD=2 AT+CUSD=2 " PLAIN}},
    {.name = "messages wait until the modem has let go",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "o", "C 7",
              "t 7 closed cancel (cancelled; the menu was closed)", "o", "N +CUSD: 2", "f"}},
    {.name = "a refused answer closes the menu",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}, {"AT+CUSD=1,\"1\"", ERROR, 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "t 7 closed refuse (ERROR)", "c " PLAIN " AT+CUSD=1,\"1\",15 AT+CUSD=2"}},
    {.name = "words with diacritics in an answer",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"Ten?\",15\r\n", 0},
                 {"AT+CUSD=1,\"00C1006E\",15", OK "\r\n+CUSD: 0,\"Cam on\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"Ten?\"", "D 7 \303\201n",
              "t " ASKED "7 answered text 0/15 plain/plain \"Cam on\"",
              "c " PLAIN " AT+CSCS=\"UCS2\" AT+CUSD=1,\"00C1006E\",15 AT+CSCS=\"GSM\""}},
    {.name = "the worker leaves while a menu is open",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"",
              "L it was told to", "t 7 closed lose (it was told to)", "c " PLAIN " AT+CUSD=2",
              "D 8 *101#", "L it was told to", "t 8 closed lose (it was told to)", "c "}},
    {.name = "the network goes on by itself, and ends it",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n\r\n+CUSD: 1,\"1. Goi\",15\r\n", 0}},
     .rows = {"D 7 *101#",
              "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"; 7 menu-open "
              "menu 1/15 plain/plain \"1. Goi\"",
              "M \\r\\n+CUSD: 5\\r\\n",
              "t 7 closed end 5/-1 (the network waited too long for something)", "c " PLAIN}},
    {.name = "an answer to a menu that is gone is no new code",
     .replies = {{PLAIN, OK "\r\n+CUSD: 1,\"1. TK\",15\r\n", 0}},
     .rows = {"D 7 *101#", "t " ASKED "7 menu-open menu 1/15 plain/plain \"1. TK\"", "D 7 1",
              "N +CUSD: 2", "t 7 closed end 2/-1 (the network ended it without a text)",
              "D 8 *101#", "t 8 asked dial; 8 menu-open menu 1/15 plain/plain \"1. TK\"",
              "c " PLAIN " " PLAIN}},
    {.name = "a modem that says OK once the network has answered",
     .replies = {{PLAIN, "", 0}},
     .rows = {"D 7 *101#", "t 7 asked dial", "M \\r\\n+CUSD: 0,\"Con 9d\",15\\r\\n" OK_LATE,
              "t 7 answered text 0/15 plain/plain \"Con 9d\"", "c " PLAIN}},
    {.name = "a modem that says no after a while may have gone out",
     .replies = {{PLAIN, "", 0}},
     .rows = {"D 7 *101#", "t 7 asked dial", "M \\r\\n+CME ERROR: 100\\r\\n",
              "t 7 closed refuse (+CME ERROR: 100, after a while: it may have gone out all the "
              "same)",
              "c " PLAIN}},
    {.name = "the start closes what was left open",
     .replies = {{NULL, NULL, 0}},
     .rows = {"S", "c AT+CUSD=1 AT+CUSD=2"}},
    {.name = "also with a modem that refuses all else meanwhile, or has no USSD",
     .replies = {{"AT+CUSD", ERROR, 0}},
     .rows = {"S", "c AT+CUSD=1 AT+CUSD=2"}},
    {.name = "the start of a modem that does not even refuse",
     .replies = {{"AT+CUSD", "", 0}},
     .rows = {"S", "c AT+CUSD=1 AT"}},
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static void test_scripts(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        struct scene scene;
        g_test_message("%s", scripts[i].name);
        open_scene(&scene, scripts[i].replies, scripts[i].maker != NULL ? scripts[i].maker : "",
                   scripts[i].features != NULL ? scripts[i].features : "", NULL);
        scene.known = (uint8_t)scripts[i].known;
        for (size_t k = 0; scripts[i].rows[k] != NULL; k++)
            play(&scene, scripts[i].rows[k]);
        close_scene(&scene);
    }
}

/* Whatever the modem is given, and whatever it repeats, in whatever form: the trace has none of it.
 * Digits that no time of day has: eight in a row. */
static void test_secret(void)
{
    static const struct scripted_reply replies[] = {
        {"AT+CUSD=1,\"*100*47110815#\"", ERROR, 0},
        {"AT+CUSD=1,\"002A", ERROR, 0},
        {"AT+CUSD=1,\"AA180C", "\r\n+CME ERROR: 100\r\n", 0},
        {"AT^USSDMODE=0", ERROR, 0},
        {"ATDT*100",
         OK "\r\n+CUSD: 0,\"Nap the\r\n47110815\r\nthanh cong: "
            "00340037003100310030003800310035\",15\r\n",
         0},
        {NULL, NULL, 0},
    };
    static const char *const never[] = {"47110815", "00340037003100310030003800310035", "00340037",
                                        "2A0031003000300034", "AA180C"};
    struct scene scene;
    g_autofree char *dir = g_dir_make_tmp("loa-ussd-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(dir, "trace", NULL);
    open_scene(&scene, replies, "", "", file);
    dial(&scene, "7 *100*47110815#", true);
    expect_told(&scene, ASKED "7 answered text 0/15 plain/plain \"Nap the\n47110815\nthanh cong: "
                              "00340037003100310030003800310035\"");
    dial(&scene, "8 *101#", false);
    expect_told(&scene, "8 asked dial");
    scripted_say(&scene.modem, "\r\n+CUSD: 0,\"Con 5000d\",15\r\n");
    expect_told(&scene, "8 answered text 0/15 plain/plain \"Con 5000d\"");
    close_scene(&scene);
    g_autofree char *trace = NULL;
    g_assert_true(g_file_get_contents(file, &trace, NULL, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(never); i++)
        g_assert_null(strstr(trace, never[i]));
    g_assert_nonnull(strstr(trace, "> AT+CUSD=1,(code)\\r"));
    g_assert_nonnull(strstr(trace, "> ATDT(code)\\r"));
    g_assert_nonnull(strstr(trace, "+CUSD:(text)\\r"));
    g_assert_nonnull(strstr(trace, "> ATDT*101#;\\r"));
    g_assert_nonnull(strstr(trace, "Con 5000d"));
    g_unlink(file);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ussd/dialogues go as they should", test_scripts);
    g_test_add_func("/ussd/the code of a card is not traced", test_secret);
    return g_test_run();
}
