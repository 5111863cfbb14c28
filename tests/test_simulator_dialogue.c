// SPDX-License-Identifier: GPL-2.0-or-later
/* What a client at the tty of the simulated modem hears: commands, submissions, messages, cues, and
 * what happens when the modem goes away. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "modems/simulator/control.h"
#include "tests/simulator_rig.h"

static const struct simulator_conversation conversations[] = {
    {"echo follows ATE",
     "modem = { air_ms = 0; };",
     {{"ATE1\r", "ATE1\r" OK},
      {"ate0\r", "ate0\r" OK},
      {"AT\r", OK},
      {"ATE1\r\n", OK},
      {"\x1b\r", "\x1b\r"},
      {"AT\r", "AT\r" OK}}},
    {"lines of several commands stop at the first mistake",
     QUIET "};",
     {{"AT+CSQ;+CGATT?\r", "\r\n+CSQ: 20,0\r\n\r\n+CGATT: 1\r\n" OK},
      {"AT+CSQ;+NONSENSE;+CGATT\\?\r", "\r\n+CSQ: 20,0\r\n\r\nERROR\r\n"},
      {"AT+MODE=2\r", "\r\nERROR\r\n"},
      {"garbage\r", "\r\nERROR\r\n"}}},
    {"a submission is prompted for, numbered and may be given up",
     QUIET "};",
     {{"AT+CMGS=19\r", "\r\n> "},
      {HELLO "\x1a", "\r\n+CMGS: 1\r\n" OK},
      {"AT+CMGS=20\r", "\r\n> "},
      {HELLO "\x1a", "\r\n+CMS ERROR: 304\r\n"},
      {"AT+CMGS=19\r", "\r\n> "},
      {"0011\x1b", OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 2\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a"
       "AT+CSQ\r",
       "\r\n> \r\n+CMGS: 3\r\n" OK "\r\n+CSQ: 20,0\r\n" OK},
      {"!stats", "ok submitted=4 accepted=3 refused=1 *"}}},
    {"scripted numbers end as the script says",
     QUIET "}; numbers = ( { pattern = \"678$\"; code = \"38\"; times = 1; },"
           "{ pattern = \"678$\"; code = \"cme 30\"; times = 1; },"
           "{ pattern = \"678$\"; code = \"ok\"; times = 1; },"
           "{ pattern = \"678$\"; silent = \"lost\"; times = 1; } );",
     {{"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 38\r\n"},
      {"AT+CMEE=1;+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CME ERROR: 30\r\n"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> " OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> "},
      {"AT\r", OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 5\r\n" OK},
      {"!stats", "ok submitted=5 accepted=2 refused=2 lost=1 unanswered=1 *"}}},
    {"the control language makes submissions fail or silent",
     QUIET "};",
     {{"!fail modem0 500 1", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"!silence 0 on", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> "},
      {"!silence 0 mute", "ok"},
      {"AT\r", ""},
      {"!silence 0 off", "ok"},
      {"AT+CSQ\r", "\r\n+CSQ: 20,0\r\n" OK},
      {"!registration 0 3", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 331\r\n"},
      {"!stats", "ok submitted=3 accepted=1 refused=2 lost=0 unanswered=1 *"},
      {"!fail modem0 abc 1", "error *"},
      {"!sms modem7 191 x", "error *"},
      {"!sms modem0", "error *"},
      {"!dance", "error *"}}},
    {"incoming messages wait in slots, and in the network while there are none",
     QUIET "sm_slots = 1; };",
     {{"AT+CNMI=2,1,0,2,0\r", OK},
      {"!sms modem0 +84911111111 mot", "ok 1"},
      {"", "\r\n+CMTI: \"SM\",1\r\n"},
      {"!sms modem0 VIETTEL hai", "ok 1"},
      {"!slots modem0", "ok SM 1/1 ME 0/100 waiting 1"},
      {"AT+CMGR=1\r", "\r\n+CMGR: 0,,22\r\n07*\r\n" OK},
      {"AT+CMGL=4\r", "\r\n+CMGL: 1,1,,22\r\n07*\r\n" OK},
      {"AT+CMGL=0\r", OK},
      {"AT+CMGR=2\r", "\r\n+CMS ERROR: 321\r\n"},
      {"AT+CMGD=1\r", OK "\r\n+CMTI: \"SM\",1\r\n"},
      {"AT+CPMS?\r", "\r\n+CPMS: \"SM\",1,1,\"SM\",1,1,\"SM\",1,1\r\n" OK},
      {"AT+CMGD=1,4\r", OK},
      {"AT+CPMS=\"ME\",\"ME\",\"ME\"\r", "\r\n+CPMS: 0,100,0,100,0,100\r\n" OK},
      {"!rawpdu modem0 0004038119F100002080629173140001B1", "ok"},
      {"", "\r\n+CMTI: \"ME\",1\r\n"}}},
    {"messages and reports can be routed straight to the client",
     QUIET "};",
     {{"AT+CNMI=2,2,0,1,0\r", OK},
      {"!sms modem0 +84911111111 mot", "ok 1"},
      {"", "\r\n+CMT: ,22\r\n07*\r\n"},
      {"AT+CMGS=19\r0031000B914819325476F80000FF05C8329BFD06\x1a",
       "\r\n> \r\n+CMGS: 1\r\n" OK "\r\n+CDS: 25\r\n07*06010B914819325476F8*00\r\n"},
      {"AT+CNMI=2,1,0,2\r", OK},
      {"!report modem0 +84912345678 7 46", "ok"},
      {"", "\r\n+CDSI: \"SM\",1\r\n"},
      {"AT+CMGR=1\r", "\r\n+CMGR: 0,,25\r\n07*06070B914819325476F8*46\r\n" OK},
      {"AT+CMGS=19\r", "\r\n> "},
      {"!sms modem0 +84911111111 mot", "ok 1"},
      {"", ""},
      {HELLO "\x1a", "\r\n+CMTI: \"SM\",2\r\n\r\n+CMGS: 2\r\n" OK}}},
    {"a SIM with a PIN asks for it",
     QUIET "pin = \"1234\"; };",
     {{"AT+CMEE=1;+CPIN?\r", "\r\n+CPIN: SIM PIN\r\n" OK},
      {"AT+CIMI\r", "\r\n+CME ERROR: 11\r\n"},
      {"AT+CMGF=0\r", "\r\n+CMS ERROR: 311\r\n"},
      {"AT+CPIN=\"9999\"\r", "\r\n+CME ERROR: 16\r\n"},
      {"AT+CMEE=2;+CPIN=\"9999\"\r", "\r\n+CME ERROR: incorrect password\r\n"},
      {"AT+CPIN=\"1234\"\r", OK},
      {"AT+CPIN?\r", "\r\n+CPIN: READY\r\n" OK},
      {"AT+CIMI\r", "\r\n452040000000000\r\n" OK}}},
    {"text mode serves the hand",
     QUIET "};",
     {{"AT+CMGF=1;+CSCS=\"IRA\"\r", OK},
      {"AT+CMGS=\"+84912345678\"\r", "\r\n> "},
      {"xin chao\x1a", "\r\n+CMGS: 1\r\n" OK},
      {"AT+CMGS=\"abc\"\r", "\r\n+CMS ERROR: 305\r\n"},
      {"!sms modem0 +84911111111 mot", "ok 1"},
      {"AT+CMGL=\"ALL\"\r",
       "\r\n+CMGL: 1,\"REC UNREAD\",\"+84911111111\",,\"*+28\"\r\nmot\r\n" OK}}},
    {"a restart forgets what the client had set",
     "modem = { echo = \"on\"; boot_lines = [ \"^SYSSTART\" ]; };",
     {{"ATE0\r", "*ATE0\r" OK},
      {"AT+CNMI=2,1\r", OK},
      {"AT+CFUN=1,1\r", OK "\r\n^SYSSTART\r\n"},
      {"AT+CNMI?\r", "AT+CNMI?\r\r\n+CNMI: 0,0,0,0,0\r\n" OK},
      {"!urc 0 +CIEV: 2,4", "ok"},
      {"", "\r\n+CIEV: 2,4\r\n"},
      {"!echo 0 off", "ok"},
      {"AT\r", OK}}},
    {"a cue says its text at its point of the dialogue",
     "modem = { air_ms = 0; }; cues = ("
     "{ point = \"echo\"; on = \"csq\"; say = \"\\r\\n1\\r\\n\"; },"
     "{ point = \"answer\"; on = \"CSQ\"; say = \"\\r\\n2\\r\\n\"; },"
     "{ point = \"result\"; on = \"CSQ\"; say = \"3%0D\"; },"
     "{ point = \"end\"; on = \"CSQ\"; say = \"4\"; times = 0; },"
     "{ point = \"prompt\"; say = \"5\"; }, { point = \"answer\"; on = \"CMGS\"; say = \"6\"; },"
     "{ point = \"result\"; on = \"CMGS\"; say = \"7\"; },"
     "{ point = \"idle\"; modem = 1; say = \"8\"; } );",
     {{"AT+CSQ\r", "\r\n1\r\nAT+CSQ\r\r\n2\r\n\r\n+CSQ: 20,0\r\n3\r" OK "4"},
      {"AT+CSQ\r", "AT+CSQ\r\r\n+CSQ: 20,0\r\n" OK "4"},
      {"!uncue 0", "ok"},
      {"!cue 0 point = \"prompt\"; say = \"5\";", "ok"},
      {"!cue 0 point = \"answer\"; say = \"6\";", "ok"},
      {"!cue 0 point = \"result\"; say = \"7\"; skip = 1;", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "AT+CMGS=19\r5\r\n> " HELLO "\x1a"
                                    "6\r\n+CMGS: 1\r\n" OK},
      {"AT\r", "AT\r7" OK},
      {"!cue 0 point = \"idle\"; say = \"\\r\\n+CIE\";", "ok"},
      {"", "\r\n+CIE"},
      {"!cue 0 point = \"nowhere\";", "error *point*"},
      {"!cue 0 point = \"end\"; say = \"%0\";", "error *"},
      {"!cue 0 say = \"x\";", "error *point*"}}},
    {"a cue leaves out, or ends the dialogue",
     QUIET
     "}; cues = ( { point = \"prompt\"; say = \"\\r\\n>\"; then = \"replace\"; },"
     "{ point = \"prompt\"; then = \"hush\"; skip = 1; },"
     "{ point = \"answer\"; on = \"CMGS\"; then = \"replace\"; },"
     "{ point = \"answer\"; on = \"CSQ\"; then = \"replace\"; },"
     "{ point = \"result\"; on = \"CGMM\"; then = \"hush\"; },"
     "{ point = \"result\"; on = \"CGMR\"; say = \"\\r\\nSEND FAIL\\r\\n\"; then = \"replace\"; },"
     "{ point = \"end\"; on = \"CGMI\"; then = \"deaf\"; } );",
     {{"AT+CMGS=19\r" HELLO "\x1a", "\r\n>" OK},
      {"AT+CMGS=19\r", ""},
      {"AT+CSQ\r", OK},
      {"AT+CGMM\r", "\r\nRM1\r\n"},
      {"AT+CGMR\r", "\r\n1.0\r\n\r\nSEND FAIL\r\n"},
      {"!stats", "ok submitted=1 accepted=1 *"},
      {"AT+CGMI\r", "\r\nRehearsal\r\n" OK},
      {"AT\r", ""},
      {"!sms 0 191 mot", "ok 1"},
      {"!urc 0 ^RSSI: 9", "ok"},
      {"AT\r", "\r\n^RSSI: 9\r\n"},
      {"!silence 0 off", "ok"},
      {"AT\r", OK}}},
    {"references begin and go on as they are told",
     QUIET "first_reference = 254; };",
     {{"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 254\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 255\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 0\r\n" OK}}},
    {"reports may come before the answer is out, and errors in words",
     QUIET
     "first_reference = 0; reference_step = 0; }; numbers = ("
     "{ pattern = \"678$\"; reports_at = \"answer\"; reports = [ \"30\", \"00\" ]; times = 1; },"
     "{ pattern = \"678$\"; reports_at = \"result\"; times = 1; },"
     "{ pattern = \"678$\"; code = \"+CMS ERROR: network timeout\"; } );",
     {{"AT+CNMI=2,1,0,1,0\r", OK},
      {"AT+CMGS=19\r0031000B914819325476F80000FF05C8329BFD06\x1a",
       "\r\n> \r\n+CDS: 25\r\n07*30\r\n\r\n+CDS: 25\r\n07*00\r\n\r\n+CMGS: 0\r\n" OK},
      {"AT+CMGS=19\r0031000B914819325476F80000FF05C8329BFD06\x1a",
       "\r\n> \r\n+CMGS: 0\r\n\r\n+CDS: 25\r\n07*00\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: network timeout\r\n"},
      {"!fail 0 SEND FAIL 1", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\nSEND FAIL\r\n"},
      {"!report 0 +84912345678 0 46 72", "ok"},
      {"", "\r\n+CDS: 25\r\n07*46\r\n"},
      {"!stats", "ok submitted=4 accepted=2 refused=2 *"}}},
    {"messages lie where and are named as the modem pleases",
     QUIET "store = \"ME\"; store_name = \"MT\"; first_slot = 0; empty_list = \"321\";"
           "empty_slot = \"ERROR\\r\\n\\r\\nOK\"; };",
     {{"AT+CNMI=2,1\r", OK},
      {"AT+CMGL=4\r", "\r\n+CMS ERROR: 321\r\n"},
      {"AT+CMGR=0\r", "\r\nERROR\r\n\r\nOK\r\n"},
      {"!sms 0 191 mot", "ok 1"},
      {"", "\r\n+CMTI: \"MT\",0\r\n"},
      {"AT+CMGL=4\r", "\r\n+CMS ERROR: 321\r\n"},
      {"AT+CPMS=\"ME\";+CMGR=0\r", "\r\n+CPMS: 1,100,*\r\n\r\n+CMGR: 0,,*" OK}}},
    {"long texts can share a reference, and their parts mix",
     QUIET "concat = 7; };",
     {{"AT+CNMI=2,2\r", OK},
      {"!part 0 +84911111111 7/1/2 ạ", "ok"},
      {"", "\r\n+CMT: ,*0500030702011EA1\r\n"},
      {"!part 0 +84922222222 7/2/2 a", "ok"},
      {"", "\r\n+CMT: ,*050003070202*\r\n"},
      {"!part 0 +84922222222 7/3/2 a", "error *"},
      {"!sms 0 191 "
       "ạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạạ",
       "ok 2"},
      {"", "\r\n+CMT: ,*050003070201*050003070202*\r\n"}}},
    {"a card that is busy at first says so, one that is blocked for good",
     QUIET "busy_ms = 60000; busy_code = \"cme 515\"; pin = \"1234\"; pin_tries = 0; };",
     {{"AT+CMEE=1;+CPIN?\r", "\r\n+CME ERROR: 515\r\n"}, {"AT+CSQ\r", "\r\n+CSQ: 20,0\r\n" OK}}},
    {"a blocked card wants its PUK",
     QUIET "pin = \"1234\"; pin_tries = 0; };",
     {{"AT+CMEE=1;+CPIN?\r", "\r\n+CPIN: SIM PUK\r\n" OK},
      {"AT+CPIN=\"1234\"\r", "\r\n+CME ERROR: 12\r\n"}}},
    {"households answer at the modem that wrote to them",
     QUIET "}; households = ( { first = \"0912345678\"; trigger = \"^Hel+o$\"; delay_ms = 0;"
           "answers = ( { text = \"1\"; } ); } );",
     {{"AT+CNMI=2,1\r", OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 1\r\n" OK "\r\n+CMTI: \"SM\",1\r\n"},
      {"AT+CMGR=1\r", "\r\n+CMGR: 0,,20\r\n07914889200030F0040B914819325476F80000*0131\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 2\r\n" OK},
      {"", ""}}},
    {"parts are joined, in whatever order they come",
     QUIET "}; households = ( { trigger = \"^ạ€$\"; delay_ms = 0;"
           "answers = ( { text = \"2\"; } ); } );",
     {{"AT+CNMI=2,2\r", OK},
      {"AT+CMGS=22\r0051000B914819325476F80008FF08050003CC020220AC\x1a",
       "\r\n> \r\n+CMGS: 1\r\n" OK},
      {"AT+CMGS=22\r0051000B914819325476F80008FF08050003CC02011EA1\x1a",
       "\r\n> \r\n+CMGS: 2\r\n" OK "\r\n+CMT: ,20\r\n07*0132\r\n"},
      {"!stats", "ok submitted=2 accepted=2 * received=1 incoming=1 *"}}},
};

static void an_unplugged_modem_hangs_up_and_comes_back(void)
{
    struct simulator_rig rig = simulator_rig_up(QUIET "};");
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    simulator_rig_take(&rig, &(struct simulator_step){"AT+CMEE=1\r", OK});
    simulator_rig_take(&rig, &(struct simulator_step){"!unplug modem0", "ok"});
    struct pollfd gone = {rig.client, POLLIN, 0};
    g_assert_cmpint(poll(&gone, 1, SIMULATOR_PATIENCE_MS), ==, 1);
    g_assert_true(gone.revents & POLLHUP);
    g_assert_false(g_file_test(tty, G_FILE_TEST_IS_SYMLINK));
    simulator_rig_take(&rig, &(struct simulator_step){"!sms modem0 +84911111111 mot", "ok 1"});
    simulator_rig_take(&rig,
                       &(struct simulator_step){"!slots modem0", "ok SM 0/20 ME 0/100 waiting 1"});
    simulator_rig_take(&rig, &(struct simulator_step){"!plug modem0 usb7", "ok"});
    g_assert_false(g_file_test(tty, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *other = g_build_filename(rig.folder, "usb7", NULL);
    close(rig.client);
    rig.client = open(other, O_RDWR | O_NOCTTY | O_NONBLOCK);
    simulator_rig_take(&rig,
                       &(struct simulator_step){"AT+CMEE?;+CPMS?\r",
                                                "\r\n+CMEE: 0\r\n\r\n+CPMS: \"SM\",1,*\r\n" OK});
    simulator_rig_down(&rig);
}

static void cues_cut_the_power(void)
{
    struct simulator_rig rig =
        simulator_rig_up(QUIET "boot_lines = [ \"RDY\" ]; };"
                               "cues = ( { point = \"entry\"; then = \"restart\"; },"
                               "{ point = \"answer\"; on = \"CMGS\"; then = \"unplug\"; } );");
    simulator_rig_take(&rig,
                       &(struct simulator_step){"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\nRDY\r\n"});
    simulator_rig_take(&rig, &(struct simulator_step){"AT\r", OK});
    simulator_rig_take(&rig, &(struct simulator_step){"!stats", "ok submitted=0 *"});
    ssize_t length = (ssize_t)strlen("AT+CMGS=19\r" HELLO "\x1a");
    g_assert_cmpint(write(rig.client, "AT+CMGS=19\r" HELLO "\x1a", (size_t)length), ==, length);
    for (int i = 0; i < 1000 && g_main_context_iteration(NULL, FALSE); i++)
        continue;
    struct pollfd gone = {rig.client, POLLIN, 0};
    g_assert_cmpint(poll(&gone, 1, SIMULATOR_PATIENCE_MS), ==, 1);
    g_assert_true(gone.revents & POLLHUP);
    simulator_rig_take(&rig, &(struct simulator_step){"!stats", "ok submitted=1 accepted=1 *"});
    simulator_rig_down(&rig);
}

/* What is said while nobody has the tty open is gone, or waits, as the behaviour file has it. */
static void nobody_listens(gconstpointer keeps)
{
    struct simulator_rig rig = simulator_rig_up(keeps ? QUIET "away = \"keep\"; };" : QUIET "};");
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    simulator_rig_take(&rig, &(struct simulator_step){"AT\r", OK});
    close(rig.client);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    simulator_rig_take(&rig, &(struct simulator_step){"!urc 0 RING", "ok"});
    rig.client = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK);
    simulator_rig_take(&rig, &(struct simulator_step){"", keeps ? "\r\nRING\r\n" : ""});
    simulator_rig_take(&rig, &(struct simulator_step){"AT\r", OK});
    simulator_rig_down(&rig);
}

static void a_message_on_the_air_of_an_unplugged_modem_is_lost(void)
{
    struct simulator_rig rig = simulator_rig_up("modem = { air_ms = 20; echo = \"off\"; };");
    simulator_rig_take(&rig, &(struct simulator_step){"AT+CMGS=19\r", "\r\n> "});
    simulator_rig_take(&rig, &(struct simulator_step){HELLO "\x1a", ""});
    simulator_rig_take(&rig, &(struct simulator_step){"!unplug modem0", "ok"});
    int64_t end = g_get_monotonic_time() + SIMULATOR_PATIENCE_MS * 1000;
    g_autofree char *stats = NULL;
    do {
        g_main_context_iteration(NULL, FALSE);
        g_free(stats);
        stats = control_run(rig.network, NULL, "stats");
    } while (!strstr(stats, "pending=0") && g_get_monotonic_time() < end);
    g_assert_true(g_pattern_match_simple("ok submitted=1 accepted=0 refused=0 lost=1 *", stats));
    simulator_rig_down(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    simulator_rig_add("simulator", conversations, G_N_ELEMENTS(conversations));
    g_test_add_func("/simulator/an unplugged modem hangs up and comes back",
                    an_unplugged_modem_hangs_up_and_comes_back);
    g_test_add_func("/simulator/a cue cuts the power, and the network has it or not",
                    cues_cut_the_power);
    g_test_add_data_func("/simulator/what nobody hears is gone", NULL, nobody_listens);
    g_test_add_data_func("/simulator/what nobody hears waits", "keeps", nobody_listens);
    g_test_add_func("/simulator/a message on the air of an unplugged modem is lost",
                    a_message_on_the_air_of_an_unplugged_modem_is_lost);
    return g_test_run();
}
