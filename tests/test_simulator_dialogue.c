// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversations with the simulated modem over its pty: what a client says, and every byte that it
 * must hear. A step that begins with ! goes to the control socket's language instead. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "modems/simulator/air.h"
#include "modems/simulator/behaviour.h"
#include "modems/simulator/control.h"
#include "modems/simulator/network.h"

#define QUIET "modem = { air_ms = 0; report_delay_ms = 0; echo = \"off\"; ussd_ms = 0; "
#define SLOW  "modem = { air_ms = 0; report_delay_ms = 0; echo = \"off\"; ussd_ms = 20; "
#define OK    "\r\nOK\r\n"
#define HELLO "0011000B914819325476F80000FF05C8329BFD06" /* 19 octets, to +84912345678 */
#define OTHER "0011000B918995214365F70000FF05C8329BFD06" /* the same, to +98591234567 */

enum { PATIENCE_MS = 5000 };

struct step {
    const char *say, *hear; /* hear: a pattern with * and ? */
};

struct conversation {
    const char *name, *behaviour;
    struct step steps[16];
};

static const struct conversation conversations[] = {
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
    {"USSD is understood and written in the modem's character set",
     QUIET "}; ussd = ( { code = \"*101#\"; text = \"Con 1d\"; open = true; },"
           "{ code = \"*101#>1\"; text = \"Hạn\"; } );",
     {{"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 1,\"Con 1d\",15\r\n"},
      {"AT+CSCS=\"UCS2\";+CUSD=1,\"0031\",15\r", OK "\r\n+CUSD: 0,\"00481EA1006E\",72\r\n"},
      {"AT+CUSD=1,\"002A0031003000310023\",15\r",
       OK "\r\n+CUSD: 1,\"0043006F006E002000310064\",15\r\n"},
      {"AT+CUSD=2\r", OK},
      {"AT+CUSD=1,\"0031\",15\r", OK "\r\n+CUSD: 4\r\n"}}},
    {"USSD in packed septets",
     QUIET "ussd = \"packed\"; }; ussd = ( { code = \"*101#\"; text = \"12345678\"; } );",
     {{"AT+CUSD=1,\"AA182C3602\",15\r", OK "\r\n+CUSD: 0,\"31D98C56B3DD70\",15\r\n"}}},
    {"the balance falls with every part that the network takes, the bundle first",
     QUIET "account = { balance = 1100; price = 300; price_on_net = 200;"
           "own_prefixes = [ \"091\" ]; bundle = 1; expires = \"31/12/2199\"; }; };"
           "numbers = ( { pattern = \"678$\"; code = \"38\"; times = 1; } );",
     {{"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 38\r\n"},
      {"!account 0", "ok balance=1100 expires=2199-12-31 bundle=1 bundle_expires=never *"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 2\r\n" OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 3\r\n" OK},
      {"!account 0", "ok balance=900 * bundle=0 * paid=1 from_bundle=1 spent=200 *"},
      {"AT+CMGS=19\r" OTHER "\x1a", "\r\n> \r\n+CMGS: 4\r\n" OK},
      {"AT+CUSD=1,\"*101#\",15\r",
       OK "\r\n+CUSD: 0,\"TK goc: 600d, han dung 31/12/2199. *\",15\r\n"}}},
    {"an empty account sends nothing, an expired one neither, and silence costs",
     QUIET "account = { balance = 0; refused = \"500\"; expires = \"30d\"; }; };",
     {{"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"!account 0 balance = 500", "ok balance=500 *"},
      {"!silence 0 on", "ok"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> "},
      {"!silence 0 off", "ok"},
      {"!account 0 bundle=7 bundle_expires=\"01/01/2020\" expires=\"2020-02-29\"",
       "ok balance=250 expires=2020-02-29 bundle=7 bundle_expires=2020-01-01 *"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"!account 0 expires=\"1d\" price=251", "ok balance=250 *"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"!account 0 expires=\"tomorrow\"", "error *expires*31/12/2026*"},
      {"!account 0 gold=1", "error *gold*"}}},
    {"a card fills the account once, and whoever guesses is blocked",
     QUIET "account = { balance = 40; money = \"12.500 VND\"; expires = \"31/12/2199\";"
           "cards = ( { code = \"123\"; value = 50000; days = 1; } ); topup_tries = 2;"
           "topup_done = \"Nap {code} ({value}): {balance}, {expires}\";"
           "topup_used = \"da dung\"; topup_wrong = \"sai\"; topup_blocked = \"khoa\"; }; };",
     {{"AT+CUSD=1,\"*100*9#\",15\r", OK "\r\n+CUSD: 0,\"sai\",15\r\n"},
      {"AT+CUSD=1,\"*100*123#\",15\r",
       OK "\r\n+CUSD: 0,\"Nap 123 (50.000 VND): 50.040 VND, 01/01/2200\",15\r\n"},
      {"AT+CUSD=1,\"*100*123#\",15\r", OK "\r\n+CUSD: 0,\"da dung\",15\r\n"},
      {"AT+CUSD=1,\"*100*9#\",15\r", OK "\r\n+CUSD: 0,\"sai\",15\r\n"},
      {"AT+CUSD=1,\"*100*9#\",15\r", OK "\r\n+CUSD: 0,\"sai\",15\r\n"},
      {"AT+CUSD=1,\"*100*123#\",15\r", OK "\r\n+CUSD: 0,\"khoa\",15\r\n"},
      {"!account 0 wrong=0", "ok balance=50040 * wrong=0"},
      {"AT+CUSD=1,\"*100*#\",15\r", OK "\r\n+CUSD: 4\r\n"}}},
    {"a SIM without account sends for nothing and has nothing to fill",
     QUIET "};",
     {{"!account 0", "ok none"},
      {"AT+CUSD=1,\"*100*123#\",15\r", OK "\r\n+CUSD: 4\r\n"},
      {"AT+CUSD=1,\"*101#\",15\r",
       OK "\r\n+CUSD: 0,\"TK goc: 50000d, han dung 31/12/2026\",15\r\n"}}},
    {"menus lead down, up and out",
     QUIET "}; ussd = ( { code = \"*098#\"; text = \"1 Goi\"; back = \"0\"; options = ("
           "{ key = \"1\"; text = \"1 SMS\"; unknown = \"Sai\"; options = ("
           "{ key = \"1\"; text = \"{code} cua {number}\"; options = ( { key = \"x\"; text = "
           "\"Day\"; } ); },"
           "{ key = \"2\"; text = \"Het\"; } ); }, { key = \"9\"; text = \"\"; } ); },"
           "{ code = \"*098#>1>7\"; text = \"Theo duong\"; } );",
     {{"AT+CUSD=1,\"*098#\",15\r", OK "\r\n+CUSD: 1,\"1 Goi\",15\r\n"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 1,\"1 SMS\",15\r\n"},
      {"AT+CUSD=1,\"5\",15\r", OK "\r\n+CUSD: 1,\"Sai\",15\r\n"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 1,\"1 cua +84900000000\",15\r\n"},
      {"AT+CUSD=1,\"5\",15\r", OK "\r\n+CUSD: 1,\"5 cua +84900000000\",15\r\n"},
      {"!ussd 0", "ok state=open ended=- dialled=5 cancelled=0 path=*098#>1>1"},
      {"AT+CUSD=1,\"0\",15\r", OK "\r\n+CUSD: 1,\"1 SMS\",15\r\n"},
      {"AT+CUSD=1,\"7\",15\r", OK "\r\n+CUSD: 0,\"Theo duong\",15\r\n"},
      {"AT+CUSD=1,\"*098#\",15\r", OK "\r\n+CUSD: 1,\"1 Goi\",15\r\n"},
      {"AT+CUSD=1,\"0\",15\r", OK "\r\n+CUSD: 1,\"1 Goi\",15\r\n"},
      {"AT+CUSD=1,\"9\",15\r", OK "\r\n+CUSD: 0,\"\",15\r\n"},
      {"!ussd 0", "ok state=idle ended=answer dialled=10 cancelled=0 path=-"},
      {"AT+CUSD=1,\"*098#\",15\r", OK "\r\n+CUSD: 1,\"1 Goi\",15\r\n"},
      {"AT+CUSD=2\r", OK},
      {"!ussd 0", "ok state=idle ended=client dialled=11 cancelled=1 path=-"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 4\r\n"}}},
    {"each operator has its codes and accounts, each SIM what differs",
     QUIET
     "operator_name = \"Vietnamobile\"; operator_code = \"45205\"; };"
     "operators = ( { name = \"MobiFone\"; codes = [ \"45205\" ]; menus = ( { code = \"*1#\"; text "
     "= \"a\"; } ); },"
     "{ name = \"vietnamobile\"; account = { balance = 7000; price = 300; numbers = \"national\"; "
     "};"
     "menus = ( { code = \"*101#\"; text = \"{number} {balance} {price}\"; } ); } );"
     "modems = ( { index = 0; number = \"+84920000001\"; account = { money = \"12,500 VND\"; };"
     "menus = ( { code = \"*102#\"; text = \"rieng\"; } ); } ); ussd = ( { code = \"*103#\"; text "
     "= \"chung\"; } );",
     {{"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 0,\"0920000001 7,000 VND 300 VND\",15\r\n"},
      {"AT+CUSD=1,\"*102#\",15\r", OK "\r\n+CUSD: 0,\"rieng\",15\r\n"},
      {"AT+CUSD=1,\"*103#\",15\r", OK "\r\n+CUSD: 0,\"chung\",15\r\n"},
      {"AT+CUSD=1,\"*1#\",15\r", OK "\r\n+CUSD: 4\r\n"}}},
    {"a menu sells a bundle while there is money for it",
     QUIET "account = { balance = 12000; bundle_for = \"on-net\"; own_numbers = \"^.8491\"; }; };"
           "ussd = ( { code = \"*098#\"; text = \"1 SMS100\"; options = ( { key = \"1\"; text = "
           "\"Da mua {bundle}: {value}\";"
           "bundle = { parts = 2; price = 10000; poor = \"Con {balance}\"; }; } ); } );",
     {{"AT+CUSD=1,\"*098#\",15\r", OK "\r\n+CUSD: 1,\"1 SMS100\",15\r\n"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 0,\"Da mua 2: 10000d\",15\r\n"},
      {"AT+CUSD=1,\"*098#\",15\r", OK "\r\n+CUSD: 1,\"1 SMS100\",15\r\n"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 0,\"Con 2000d\",15\r\n"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 1\r\n" OK},
      {"AT+CMGS=19\r" OTHER "\x1a", "\r\n> \r\n+CMGS: 2\r\n" OK},
      {"!account 0", "ok balance=1750 * bundle=1 * paid=1 from_bundle=1 spent=10250 *"}}},
    {"figures may come as an SMS, from a short code or a name",
     QUIET "account = { balance = 15002; expires = \"30/11/2199\"; topup_from = \"191\"; "
           "topup_wrong = \"sai\"; }; };"
           "ussd = ( { code = \"*101#\"; text = \"Vui long doi tin nhan\"; sms = { from = "
           "\"VNMOBILE\"; delay_ms = 0;"
           "text = \"TK Chinh: {balance}, het han {expires}\"; }; },"
           "{ code = \"*102#\"; sms = { from = \"191\"; text = \"hai\"; delay_ms = 0; }; },"
           "{ code = \"*100#\"; text = \"Nhap ma the\"; back = \"0\"; options = ( { key = \"*\"; topup = true; } "
           "); } );",
     {{"AT+CMGF=1;+CNMI=2,2\r", OK},
      {"AT+CUSD=1,\"*101#\",15\r",
       OK "\r\n+CMT: \"VNMOBILE\",,*\r\nTK Chinh: 15002d, het han 30/11/2199\r\n"
          "\r\n+CUSD: 0,\"Vui long doi tin nhan\",15\r\n"},
      {"AT+CUSD=1,\"*102#\",15\r", OK "\r\n+CMT: \"191\",,*\r\nhai\r\n\r\n+CUSD: 0\r\n"},
      {"AT+CUSD=1,\"*100#\",15\r", OK "\r\n+CUSD: 1,\"Nhap ma the\",15\r\n"},
      {"AT+CUSD=1,\"1234567890123\",15\r",
       OK "\r\n+CUSD: 0,\"Yeu cau*\",15\r\n\r\n+CMT: \"191\",,*\r\nsai\r\n"}}},
    {"dialogues end in each way that there is",
     QUIET "}; ussd = ( { code = \"*1#\"; status = 5; }, { code = \"*2#\"; status = 2; text = "
           "\"het\"; }, { code = \"*3#\"; status = 3; },"
           "{ code = \"*4#\"; silent = true; }, { code = \"*5#\"; refused = \"cme 100\"; }, { code "
           "= \"*6#\"; text = \"a\"; delay_ms = 60000; },"
           "{ code = \"*7#\"; text = \"b\"; open = true; ends_ms = 10; }, { code = \"*8#\"; text = "
           "\"c\"; delay_ms = 20; } );",
     {{"AT+CUSD=1,\"*1#\",15\r", OK "\r\n+CUSD: 5\r\n"},
      {"AT+CUSD=1,\"*2#\",15\r", OK "\r\n+CUSD: 2,\"het\",15\r\n"},
      {"AT+CUSD=1,\"*3#\",15\r", OK "\r\n+CUSD: 3\r\n"},
      {"!ussd 0", "ok state=idle ended=network *"},
      {"AT+CMEE=1;+CUSD=1,\"*5#\"\r", "\r\n+CME ERROR: 100\r\n"},
      {"!ussd 0", "ok state=idle ended=refused *"},
      {"AT+CUSD=1,\"*4#\",15\r", OK},
      {"!ussd 0", "ok state=asked *"},
      {"AT+CUSD=1,\"*6#\",15\r", OK},
      {"AT+CUSD=2\r", OK},
      {"AT+CUSD=1,\"*7#\",15\r", OK "\r\n+CUSD: 1,\"b\",15\r\n\r\n+CUSD: 2\r\n"},
      {"!ussd 0", "ok state=idle ended=network dialled=7 cancelled=1 path=-"},
      {"AT+CUSD=1,\"*8#\",15\r", OK "\r\n+CUSD: 0,\"c\",15\r\n"},
      {"AT+CUSD=0;+CUSD=1,\"*1#\"\r", OK "\r\n+CUSD: 5\r\n"},
      {"AT+CUSD=0,\"*1#\"\r", OK}}},
    {"what was cancelled stays silent",
     SLOW "};",
     {{"AT+CUSD=1,\"*101#\",15\r", OK},
      {"AT+CUSD=2\r", OK},
      {"AT+CUSD=1,\"*9#\",15\r", OK "\r\n+CUSD: 4\r\n"},
      {"!ussd 0", "ok state=idle * cancelled=1 path=-"}}},
    {"or comes too late, on a bad modem",
     SLOW "ussd_late = \"on\"; };",
     {{"AT+CUSD=1,\"*101#\",15\rAT+CUSD=2\r", OK OK "\r\n+CUSD: 0,\"TK goc*\",15\r\n"},
      {"!ussd 0", "ok state=idle ended=client *"}}},
    {"a pending dialogue keeps messages and other codes out",
     QUIET "ussd_blocks = \"500\"; ussd_again = \"cme 14\"; };"
           "ussd = ( { code = \"*1#\"; silent = true; }, { code = \"*2#\"; text = \"?\"; open = "
           "true; }, { code = \"*3#\"; text = \"!\"; delay_ms = 60000; } );",
     {{"AT+CUSD=1,\"*2#\",15\r", OK "\r\n+CUSD: 1,\"?\",15\r\n"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"AT+CUSD=2\r", OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 2\r\n" OK},
      {"AT+CUSD=1,\"*3#\",15\r", OK},
      {"AT+CMEE=1;+CUSD=1,\"*2#\"\r", "\r\n+CME ERROR: 14\r\n"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"AT+CUSD=2\r", OK},
      {"AT+CUSD=1,\"*1#\",15\r", OK},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMS ERROR: 500\r\n"},
      {"!restart 0", "ok"},
      {"!ussd 0", "ok state=idle ended=power *"},
      {"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\n+CMGS: 5\r\n" OK}}},
    {"the network begins a dialogue",
     QUIET "};",
     {{"!ussd 0 text = \"Con {code}1 ngay\";", "ok state=idle ended=answer *"},
      {"", "\r\n+CUSD: 0,\"Con 1 ngay\",15\r\n"},
      {"!ussd 0 text = \"1 Co\"; options = ( { key = \"1\"; text = \"Cam on\"; } );",
       "ok state=open *"},
      {"", "\r\n+CUSD: 1,\"1 Co\",15\r\n"},
      {"!ussd 0 text = \"nua\";", "error a dialogue is open already"},
      {"AT+CUSD=1,\"1\",15\r", OK "\r\n+CUSD: 0,\"Cam on\",15\r\n"},
      {"!ussd 0 text = \"?\"; open = true; ends_ms = 10;", "ok state=open *"},
      {"", "\r\n+CUSD: 1,\"?\",15\r\n\r\n+CUSD: 2\r\n"},
      {"!ussd 0 txt = \"?\";", "error *txt*"},
      {"AT+CUSD=0\r", OK},
      {"!ussd 0 text = \"x\";", "error *listen*"}}},
    {"the text may stand before OK, however long it takes",
     SLOW "ussd_order = \"before\"; };"
          "ussd = ( { code = \"*1#\"; text = \"x\"; delay_ms = 0; }, { code = \"*2#\"; text = "
          "\"y\"; }, { code = \"*3#\"; silent = true; } );",
     {{"AT+CUSD=1,\"*1#\",15\r", "\r\n+CUSD: 0,\"x\",15\r\n" OK},
      {"AT+CUSD=1,\"*2#\"\rAT+CSQ\r", "\r\n+CUSD: 0,\"y\",15\r\n" OK "\r\n+CSQ: 20,0\r\n" OK},
      {"AT+CUSD=1,\"*3#\",15\r", OK},
      {"AT\r", OK}}},
    {"a modem that takes and writes plain text alone",
     QUIET
     "ussd = \"plain\"; ussd_request = \"plain\"; ussd_refused = \"cme 100\"; ussd_dcs = \"15\"; "
     "ussd_breaks = \"crlf\"; };"
     "ussd = ( { code = \"*101#\"; text = \"1234\"; }, { code = \"*1#\"; text = \"Hạn\\n2\"; } );",
     {{"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 0,\"1234\",15\r\n"},
      {"AT+CMEE=1;+CUSD=1,\"AA182C3602\",15\r", "\r\n+CME ERROR: 100\r\n"},
      {"AT+CUSD=1,\"002A0031003000310023\",15\r", "\r\n+CME ERROR: 100\r\n"},
      {"AT+CUSD=1,\"*1#\",15\r", OK "\r\n+CUSD: 0,\"Hạn\r\n2\",15\r\n"}}},
    {"a modem that takes packed septets and writes UCS-2",
     QUIET
     "ussd = \"ucs2\"; ussd_request = \"packed\"; ussd_dcs = \"none\"; ussd_padding = \"ffff\"; "
     "ussd_breaks = \"cr\"; };"
     "ussd = ( { code = \"*101#\"; text = \"1234\"; }, { code = \"*1#\"; text = \"Hạn\\n2\"; } );",
     {{"AT+CUSD=1,\"AA182C3602\",15\r", OK "\r\n+CUSD: 0,\"0031003200330034FFFFFFFF\"\r\n"},
      {"AT+CUSD=1,\"*101#\",15\r", "\r\nERROR\r\n"},
      {"AT+CUSD=1,\"AAD808\",15\r", OK "\r\n+CUSD: 0,\"00481EA1006E000D0032FFFFFFFF\"\r\n"}}},
    {"a modem that takes UCS-2 and writes packed septets",
     QUIET
     "ussd = \"packed\"; ussd_request = \"ucs2\"; ussd_padding = \"cr\"; ussd_dcs = \"0\"; };"
     "ussd = ( { code = \"*101#\"; text = \"1234\"; }, { code = \"*1#\"; text = \"Hạn\\n2\"; } );",
     {{"AT+CUSD=1,\"002A0031003000310023\",15\r", OK "\r\n+CUSD: 0,\"31D98CD600\",0\r\n"},
      {"AT+CUSD=1,\"AA182C3602\",15\r", "\r\nERROR\r\n"},
      {"AT+CUSD=1,\"002A00310023\",15\r", OK "\r\n+CUSD: 0,\"00481EA1006E000A0032000D\",0\r\n"}}},
    {"a modem that goes by its character set both ways",
     QUIET
     "ussd_request = \"charset\"; ussd_padding = \"0000\"; ussd_dcs = \"72\"; };"
     "ussd = ( { code = \"*101#\"; text = \"1234\"; }, { code = \"*1#\"; text = \"Hạn\\n2\"; } );",
     {{"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 0,\"1234\",72\r\n"},
      {"AT+CSCS=\"UCS2\";+CUSD=1,\"002A0031003000310023\"\r",
       OK "\r\n+CUSD: 0,\"003100320033003400000000\",72\r\n"},
      {"AT+CUSD=1,\"*101#\",15\r", "\r\nERROR\r\n"}}},
    {"a modem that is told to speak text first",
     QUIET
     "ussd = \"plain\"; ussd_request = \"plain\"; ussd_mode = \"packed\"; };"
     "ussd = ( { code = \"*101#\"; text = \"1234\"; }, { code = \"*1#\"; text = \"Hạn\\n2\"; } );",
     {{"AT+CUSD=1,\"*101#\",15\r", "\r\nERROR\r\n"},
      {"AT+CUSD=1,\"AA182C3602\",15\r", OK "\r\n+CUSD: 0,\"31D98C06\",15\r\n"},
      {"AT^USSDMODE?;^USSDMODE=0\r", "\r\n^USSDMODE: 1\r\n" OK},
      {"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 0,\"1234\",15\r\n"},
      {"AT^USSDMODE=?;^USSDMODE=2\r", "\r\n^USSDMODE: (0-1)\r\n\r\nERROR\r\n"}}},
    {"others know no such mode, and take any form",
     QUIET "};"
           "ussd = ( { code = \"*101#\"; text = \"1234\"; } );",
     {{"AT^USSDMODE=0\r", "\r\nERROR\r\n"},
      {"AT+CUSD=1,\"*101#\",15\r", OK "\r\n+CUSD: 0,\"1234\",15\r\n"},
      {"AT+CUSD=1,\"AA182C3602\",15\r", OK "\r\n+CUSD: 0,\"1234\",15\r\n"},
      {"AT+CUSD=1,\"002A0031003000310023\",15\r", OK "\r\n+CUSD: 0,\"1234\",15\r\n"}}},
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

struct rig {
    char *folder, *config;
    struct behaviour *behaviour;
    struct air *air;
    struct network *network;
    int client;
};

static struct rig rig_up(const char *behaviour)
{
    struct rig rig = {.folder = g_dir_make_tmp("simulator-XXXXXX", NULL)};
    rig.config = g_build_filename(rig.folder, "behaviour.conf", NULL);
    g_assert_true(g_file_set_contents(rig.config, behaviour, -1, NULL));
    rig.behaviour = behaviour_read(rig.config);
    g_assert_nonnull(rig.behaviour);
    rig.air = air_open(NULL, NULL);
    rig.network = network_new(rig.behaviour, rig.air);
    g_assert_true(network_start(rig.network, rig.folder, 1, NULL));
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    rig.client = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK);
    g_assert_cmpint(rig.client, >=, 0);
    return rig;
}

static void rig_down(struct rig *rig)
{
    close(rig->client);
    network_free(rig->network);
    air_close(rig->air);
    behaviour_free(rig->behaviour);
    g_remove(rig->config);
    g_assert_cmpint(g_rmdir(rig->folder), ==, 0); /* the symlinks are gone */
    g_free(rig->config);
    g_free(rig->folder);
}

/* All that comes until it fits the pattern; a little longer, so that nothing more can hide. */
static char *hear(const struct rig *rig, const char *pattern)
{
    GString *heard = g_string_new(NULL);
    int64_t end = g_get_monotonic_time() + PATIENCE_MS * 1000;
    for (int quiet = 0; quiet < 5 && g_get_monotonic_time() < end;) {
        while (g_main_context_iteration(NULL, FALSE))
            ;
        char bytes[4096];
        ssize_t size = read(rig->client, bytes, sizeof bytes);
        if (size > 0)
            g_string_append_len(heard, bytes, size);
        quiet = size <= 0 && g_pattern_match_simple(pattern, heard->str) ? quiet + 1 : 0;
        g_usleep(size > 0 ? 0 : 500);
    }
    return g_string_free(heard, FALSE);
}

static void take_step(const struct rig *rig, const struct step *step)
{
    g_autofree char *heard = NULL;
    if (*step->say == '!') {
        heard = control_run(rig->network, NULL, step->say + 1);
    } else {
        ssize_t length = (ssize_t)strlen(step->say);
        g_assert_cmpint(write(rig->client, step->say, (size_t)length), ==, length);
        heard = hear(rig, step->hear);
    }
    if (!g_pattern_match_simple(step->hear, heard)) {
        g_autofree char *said = g_strescape(step->say, NULL), *got = g_strescape(heard, NULL);
        g_autofree char *wanted = g_strescape(step->hear, NULL);
        g_error("after %s: heard %s instead of %s", said, got, wanted);
    }
}

static void converse(gconstpointer data)
{
    const struct conversation *conversation = data;
    struct rig rig = rig_up(conversation->behaviour);
    for (const struct step *step = conversation->steps;
         step < conversation->steps + G_N_ELEMENTS(conversation->steps) && step->say; step++)
        take_step(&rig, step);
    rig_down(&rig);
}

static void an_unplugged_modem_hangs_up_and_comes_back(void)
{
    struct rig rig = rig_up(QUIET "};");
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    take_step(&rig, &(struct step){"AT+CMEE=1\r", OK});
    take_step(&rig, &(struct step){"!unplug modem0", "ok"});
    struct pollfd gone = {rig.client, POLLIN, 0};
    g_assert_cmpint(poll(&gone, 1, PATIENCE_MS), ==, 1);
    g_assert_true(gone.revents & POLLHUP);
    g_assert_false(g_file_test(tty, G_FILE_TEST_IS_SYMLINK));
    take_step(&rig, &(struct step){"!sms modem0 +84911111111 mot", "ok 1"});
    take_step(&rig, &(struct step){"!slots modem0", "ok SM 0/20 ME 0/100 waiting 1"});
    take_step(&rig, &(struct step){"!plug modem0 usb7", "ok"});
    g_assert_false(g_file_test(tty, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *other = g_build_filename(rig.folder, "usb7", NULL);
    close(rig.client);
    rig.client = open(other, O_RDWR | O_NOCTTY | O_NONBLOCK);
    take_step(&rig,
              &(struct step){"AT+CMEE?;+CPMS?\r", "\r\n+CMEE: 0\r\n\r\n+CPMS: \"SM\",1,*\r\n" OK});
    rig_down(&rig);
}

static void cues_cut_the_power(void)
{
    struct rig rig = rig_up(QUIET "boot_lines = [ \"RDY\" ]; };"
                                  "cues = ( { point = \"entry\"; then = \"restart\"; },"
                                  "{ point = \"answer\"; on = \"CMGS\"; then = \"unplug\"; } );");
    take_step(&rig, &(struct step){"AT+CMGS=19\r" HELLO "\x1a", "\r\n> \r\nRDY\r\n"});
    take_step(&rig, &(struct step){"AT\r", OK});
    take_step(&rig, &(struct step){"!stats", "ok submitted=0 *"});
    ssize_t length = (ssize_t)strlen("AT+CMGS=19\r" HELLO "\x1a");
    g_assert_cmpint(write(rig.client, "AT+CMGS=19\r" HELLO "\x1a", (size_t)length), ==, length);
    for (int i = 0; i < 1000 && g_main_context_iteration(NULL, FALSE); i++)
        continue;
    struct pollfd gone = {rig.client, POLLIN, 0};
    g_assert_cmpint(poll(&gone, 1, PATIENCE_MS), ==, 1);
    g_assert_true(gone.revents & POLLHUP);
    take_step(&rig, &(struct step){"!stats", "ok submitted=1 accepted=1 *"});
    rig_down(&rig);
}

/* What is said while nobody has the tty open is gone, or waits, as the behaviour file has it. */
static void nobody_listens(gconstpointer keeps)
{
    struct rig rig = rig_up(keeps ? QUIET "away = \"keep\"; };" : QUIET "};");
    g_autofree char *tty = g_build_filename(rig.folder, "modem0", NULL);
    take_step(&rig, &(struct step){"AT\r", OK});
    close(rig.client);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    take_step(&rig, &(struct step){"!urc 0 RING", "ok"});
    rig.client = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK);
    take_step(&rig, &(struct step){"", keeps ? "\r\nRING\r\n" : ""});
    take_step(&rig, &(struct step){"AT\r", OK});
    rig_down(&rig);
}

static void a_message_on_the_air_of_an_unplugged_modem_is_lost(void)
{
    struct rig rig = rig_up("modem = { air_ms = 20; echo = \"off\"; };");
    take_step(&rig, &(struct step){"AT+CMGS=19\r", "\r\n> "});
    take_step(&rig, &(struct step){HELLO "\x1a", ""});
    take_step(&rig, &(struct step){"!unplug modem0", "ok"});
    int64_t end = g_get_monotonic_time() + PATIENCE_MS * 1000;
    g_autofree char *stats = NULL;
    do {
        g_main_context_iteration(NULL, FALSE);
        g_free(stats);
        stats = control_run(rig.network, NULL, "stats");
    } while (!strstr(stats, "pending=0") && g_get_monotonic_time() < end);
    g_assert_true(g_pattern_match_simple("ok submitted=1 accepted=0 refused=0 lost=1 *", stats));
    rig_down(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(conversations); i++) {
        g_autofree char *path = g_strdup_printf("/simulator/%s", conversations[i].name);
        g_test_add_data_func(path, &conversations[i], converse);
    }
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
