// SPDX-License-Identifier: GPL-2.0-or-later
/* USSD and prepaid accounts of the simulated modem: menus, cards, texts by SMS, and every way in
 * which modems write codes and texts. */
#include "tests/simulator_rig.h"

#define SLOW  "modem = { air_ms = 0; report_delay_ms = 0; echo = \"off\"; ussd_ms = 20; "
#define OTHER "0011000B918995214365F70000FF05C8329BFD06" /* the same, to +98591234567 */

static const struct simulator_conversation conversations[] = {
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
           "{ code = \"*100#\"; text = \"Nhap ma the\"; back = \"0\"; options = ( { key = \"*\"; "
           "topup = true; } "
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
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    simulator_rig_add("simulator-ussd", conversations, G_N_ELEMENTS(conversations));
    return g_test_run();
}
