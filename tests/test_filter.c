// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversations through the filter, written as scripts. Each row of a script is one side speaking
 * or one expectation:
 *   H text  libgammu writes        h text  libgammu reads exactly this since it was last asked
 *   M text  the modem writes       m text  the modem reads exactly this
 *   A text  the worker asks        e text  what was told through the hooks
 *   k c=a   the answer to a command is known
 *   c       PDUs shall name no service centre from here
 *   t       no echo has come: a doubted result is taken; or no quote: a text ends
 * \r \n \z (Ctrl-Z) \e (ESC) stand for themselves. */
#include "modems/filter.h"

#include <string.h>

struct scene {
    struct filter *filter;
    GString *events;
    bool refuse;
};

static bool may_submit(void *data)
{
    struct scene *scene = data;
    g_string_append(scene->events, scene->refuse ? "refuse;" : "submit;");
    return !scene->refuse;
}

static void answered(void *data, const struct filter_submission *submission)
{
    struct scene *scene = data;
    g_string_append_printf(scene->events, "answer %d %d ref %d%s;", submission->result.final,
                           submission->result.code, submission->reference,
                           submission->submitted ? " submitted" : "");
}

static void asked(void *data, const struct result *result, GPtrArray *lines)
{
    struct scene *scene = data;
    g_string_append_printf(scene->events, "asked %d", result->final);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(scene->events, "|%s", (char *)lines->pdata[i]);
    g_string_append(scene->events, ";");
}

static void noticed(void *data, const struct filter_notice *notice)
{
    static const char *const names[] = {
        [RESULT_ANSWER] = "answer",
        [RESULT_STORED_MESSAGE] = "message",
        [RESULT_STORED_REPORT] = "report",
        [RESULT_PUSHED_MESSAGE] = "pushed",
        [RESULT_PUSHED_REPORT] = "pushed report",
        [RESULT_PUSHED_OTHER] = "other",
        [RESULT_RESTARTED] = "restarted",
        [RESULT_SIM_CHANGED] = "sim",
        [RESULT_USSD] = "ussd",
        [RESULT_NOISE] = "noise",
    };
    struct scene *scene = data;
    if (notice->memory[0] != '\0')
        g_string_append_printf(scene->events, "%s %s %d;", names[notice->kind], notice->memory,
                               notice->index);
    else
        g_string_append_printf(scene->events, "%s %s;", names[notice->kind], notice->text);
}

static const struct filter_hooks hooks = {may_submit, answered, asked, noticed};

static char *unescape(const char *text)
{
    GString *plain = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text != '\\') {
            g_string_append_c(plain, *text);
            continue;
        }
        text++;
        static const struct {
            char letter, byte;
        } marks[] = {{'r', '\r'}, {'n', '\n'}, {'z', 0x1a}, {'e', 0x1b}};
        for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
            if (marks[i].letter == *text)
                g_string_append_c(plain, marks[i].byte);
        }
    }
    return g_string_free(plain, FALSE);
}

static void expect_bytes(GByteArray *got, const char *wanted)
{
    g_byte_array_append(got, (const guint8 *)"", 1);
    const char *text = (const char *)got->data;
    g_assert_cmpstr(text, ==, wanted);
    g_byte_array_set_size(got, 0);
}

static void play(struct scene *scene, const char *row, bool one_by_one)
{
    g_autofree char *text = unescape(row[1] != '\0' ? row + 2 : "");
    size_t size = strlen(text), step = one_by_one ? 1 : MAX(size, 1);
    switch (row[0]) {
    case 'H':
        for (size_t i = 0; i < size; i += step)
            filter_host(scene->filter, text + i, step);
        return;
    case 'M':
        for (size_t i = 0; i < size; i += step)
            filter_modem(scene->filter, text + i, step);
        return;
    case 'A':
        g_assert_true(filter_ask(scene->filter, text));
        return;
    case 'h':
        expect_bytes(filter_to_host(scene->filter), text);
        return;
    case 'm':
        expect_bytes(filter_to_modem(scene->filter), text);
        return;
    case 'e':
        g_assert_cmpstr(scene->events->str, ==, text);
        g_string_truncate(scene->events, 0);
        return;
    case 'x':
        filter_hang_up(scene->filter);
        return;
    case 'a':
        filter_abandon(scene->filter);
        return;
    case 'k':
        size = strcspn(text, "=");
        text[size] = '\0';
        filter_know(scene->filter, text, text + size + 1);
        return;
    case 'c':
        filter_own_centre(scene->filter, true);
        return;
    case 't':
        g_assert_true(filter_doubts(scene->filter));
        filter_trust(scene->filter);
        return;
    case 'r':
        scene->refuse = true;
        return;
    default:
        g_assert_not_reached();
    }
}

#define SEND                                                                                       \
    "H AT+CMGS=5\\r", "m AT+CMGS=5\\r", "h AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n> ", "h \\r\\n> ",  \
        "H 0011AA", "m 0011AA", "H \\z", "m \\z", "e submit;"

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): strings in a row are joined on purpose. */
static const struct {
    const char *name;
    const char *rows[28];
} scripts[] = {
    {"a message goes out",
     {SEND, "M 0011AA\\z\\r\\n+CMGS: 17\\r\\n\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 17\\r\\n\\r\\nOK\\r\\n", "e answer 0 -1 ref 17 submitted;"}},
    {"a reference with a time behind it",
     {SEND, "M \\r\\n+CMGS: 5,\"25/11/22,01:02:03+28\"\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 5\\r\\n\\r\\nOK\\r\\n", "e answer 0 -1 ref 5 submitted;"}},
    {"a line between reference and OK",
     {SEND, "M \\r\\n+CMGS: 9\\r\\n+CIEV: 2,4\\r\\nRING\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 9\\r\\n\\r\\nOK\\r\\n",
      "e noise +CIEV: 2,4;noise RING;answer 0 -1 ref 9 submitted;"}},
    {"OK without a reference",
     {SEND, "M \\r\\nOK\\r\\n", "h ", "t", "h \\r\\nOK\\r\\n",
      "e noise OK;answer 0 -1 ref -1 submitted;"}},
    {"an OK that was another's, and then the answer",
     {SEND, "M \\r\\n+CSQ: 20,0\\r\\n\\r\\nOK\\r\\n", "h ", "M +CMGS: 3\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 3\\r\\n\\r\\nOK\\r\\n",
      "e noise +CSQ: 20,0;noise OK;answer 0 -1 ref 3 submitted;"}},
    {"an error without a number behind the reference",
     {SEND, "M +CMGS: 3\\r\\nERROR\\r\\n", "e answer 1 -1 ref 3 submitted;"}},
    {"an error of the network",
     {SEND, "M \\r\\n+CMS ERROR: 38\\r\\n", "h \\r\\n+CMS ERROR: 38\\r\\n",
      "e answer 2 38 ref -1 submitted;"}},
    {"an error without a space",
     {SEND, "M \\r\\n+CME ERROR:30\\r\\n", "h \\r\\n+CME ERROR: 30\\r\\n",
      "e answer 3 30 ref -1 submitted;"}},
    {"small letters",
     {SEND, "M \\r\\n+cms error: 38\\r\\n", "h \\r\\n+CMS ERROR: 38\\r\\n",
      "e answer 2 38 ref -1 submitted;", "H AT\\r", "M AT\\r\\r\\nok\\r\\n",
      "h AT\\r\\r\\nOK\\r\\n"}},
    {"an error spelled out",
     {SEND, "M \\r\\n+CMS ERROR: Network timeout\\r\\n", "h \\r\\n+CMS ERROR: 332\\r\\n",
      "e answer 2 332 ref -1 submitted;"}},
    {"an error without a number",
     {SEND, "M \\r\\n+CMS ERROR: \\r\\n", "h ", "t", "h \\r\\nERROR\\r\\n",
      "e noise +CMS ERROR:;answer 2 -1 ref -1 submitted;"}},
    {"an error of Huawei's",
     {SEND, "M \\r\\nCOMMAND NOT SUPPORT\\r\\n", "h ", "t", "h \\r\\nERROR\\r\\n",
      "e noise COMMAND NOT SUPPORT;answer 1 -1 ref -1 submitted;"}},
    {"an error that was another's, and then the answer",
     {SEND, "M \\r\\nERROR\\r\\n", "h ", "M +CMGS: 3\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 3\\r\\n\\r\\nOK\\r\\n", "e noise ERROR;answer 0 -1 ref 3 submitted;"}},
    {"nothing passes while an answer is owed",
     {SEND, "H AT+CSQ\\r", "m ", "h ", "M +CMGS: 3\\r\\nOK\\r\\n",
      "e answer 0 -1 ref 3 submitted;"}},
    {"a prompt without a space",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n>", "h AT+CMGS=5\\r\\r\\n> ", "M \\r\\n", "h ",
      "H 00\\z", "M \\r\\n+CMGS: 1\\r\\nOK\\r\\n", "e submit;answer 0 -1 ref 1 submitted;"}},
    {"no echo",
     {"H AT+CMGS=5\\r", "M \\r\\n> ", "h AT+CMGS=5\\r\\r\\n> ", "H 00\\z",
      "M \\r\\n+CMGS: 1\\r\\nOK\\r\\n", "e submit;answer 0 -1 ref 1 submitted;"}},
    {"an error in place of the prompt",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n+CMS ERROR: 310\\r\\n",
      "h AT+CMGS=5\\r\\r\\n+CMS ERROR: 310\\r\\n", "e answer 2 310 ref -1;", "H \\e\\r",
      "m AT+CMGS=5\\r"}},
    {"OK in place of the prompt",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\nOK\\r\\n", "h AT+CMGS=5\\r\\r\\nERROR\\r\\n",
      "e answer 5 -1 ref -1;", "m AT+CMGS=5\\r", "H 0011\\z", "m "}},
    {"a prompt that does not come in time",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r", "H \\e\\r", "m AT+CMGS=5\\r\\e", "e answer 5 -1 ref -1;",
      "M \\r\\n> ", "m \\e", "M \\r\\nOK\\r\\n", "e noise OK;"}},
    {"an OK after ESC is not taken for the next command",
     {"H AT\\r", "M AT\\r\\r\\nOK\\r\\n", "H AT+CMGS=5\\r", "H \\e\\r", "H AT+CMGS=6\\r",
      "h AT\\r\\r\\nOK\\r\\nAT+CMGS=5\\rAT+CMGS=6\\r", "e answer 5 -1 ref -1;", "M \\r\\nOK\\r\\n",
      "h ", "e noise OK;", "M AT+CMGS=6\\r\\r\\n> ", "h \\r\\n> "}},
    {"Ctrl-Z is withheld",
     {"r", "H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n> ", "H 0011\\z", "m AT+CMGS=5\\r0011\\e",
      "h AT+CMGS=5\\r\\r\\n> \\r\\nERROR\\r\\n", "e refuse;answer 6 -1 ref -1;"}},
    {"the service centre is left to the SIM",
     {"c", "H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n> ", "m AT+CMGS=5\\r", "H 03918489110005",
      "m 00110005", "H \\z", "M \\r\\n+CMGS: 1\\r\\nOK\\r\\n", "m \\z", "H AT+CMGS=5\\r",
      "M AT+CMGS=5\\r\\r\\n> ", "m AT+CMGS=5\\r", "H 00110006", "m 00110006"}},
    {"what was learned before is not asked again",
     {"k AT+CGMM=M100", "H AT+CGMM\\r", "m ", "h AT+CGMM\\r\\r\\nM100\\r\\n\\r\\nOK\\r\\n",
      "H AT+CGMI\\r", "m AT+CGMI\\r"}},
    {"a hang-up before the prompt", {"H AT+CMGS=5\\r", "x", "e answer 7 -1 ref -1;"}},
    {"a hang-up after Ctrl-Z", {SEND, "x", "e answer 7 -1 ref -1 submitted;"}},
    {"a hang-up after the reference",
     {SEND, "M +CMGS: 8\\r\\n", "x", "e answer 7 -1 ref 8 submitted;"}},
    {"unsolicited lines never reach libgammu",
     {"M \\r\\n^NWTIME: 1\\r\\n\\r\\n+CMTI: \"SM\",3\\r\\nRDY\\r\\n+CDSI: \"SR\",0\\r\\n", "h ",
      "e noise ^NWTIME: 1;message SM 3;restarted RDY;report SR 0;"}},
    {"a pushed message and report",
     {"M \\r\\n+CMT: ,25\\r\\n0791AA\\r\\n+CDS: 24\\r\\n0006\\r\\n+CBM: 88\\r\\n00FF\\r\\n", "h ",
      "e pushed 0791AA;pushed report 0006;noise 00FF;"}},
    {"a pushed head without its PDU",
     {"M \\r\\n+CDS: 24\\r\\nOK\\r\\n+CMTI: \"ME\",0\\r\\n", "e noise OK;message ME 0;"}},
    {"a report in the middle of an answer",
     {"A AT+CSQ", "M AT+CSQ\\r\\r\\n+CDS: 2\\r\\n0006\\r\\n+CSQ: 20,0\\r\\n^RSSI: 3\\r\\nOK\\r\\n",
      "e pushed report 0006;noise ^RSSI: 3;asked 0|+CSQ: 20,0;", "h ", "m AT+CSQ\\r"}},
    {"what was asked for is no notice",
     {"A AT+CREG?", "M AT+CREG?\\r\\r\\n+CREG: 0,1\\r\\n+CEREG: 1\\r\\nOK\\r\\n",
      "e noise +CEREG: 1;asked 0|+CREG: 0,1;"}},
    {"a listing holds PDUs and nothing else",
     {"A AT+CMGL=4",
      "M AT+CMGL=4\\r\\r\\n+CMGL: 0,1,,3\\r\\n00AB\\r\\nCall Ready\\r\\n+CMGL: "
      "1,1,3\\r\\n00CD\\r\\n\\r\\nOK\\r\\n",
      "e noise Call Ready;asked 0|+CMGL: 0,1,,3|00AB|+CMGL: 1,1,3|00CD;"}},
    {"a bare line answers",
     {"A AT+CGMM", "M AT+CGMM\\r\\r\\nE173\\r\\nRING\\r\\n\\r\\nOK\\r\\n",
      "e noise RING;asked 0|E173;"}},
    {"a late answer is not the next one's",
     {"A AT", "M AT\\r\\nOK\\r\\n", "e asked 0;", "A AT+CSQ", "M AT+CSQ\\r", "a", "A AT+CIMI",
      "M +CSQ: 20,0\\r\\nOK\\r\\nAT+CIMI\\r\\r\\n452040\\r\\nOK\\r\\n",
      "e noise +CSQ: 20,0;noise OK;asked 0|452040;"}},
    {"an echo that was switched off",
     {"A AT", "M AT\\r\\nOK\\r\\n", "e asked 0;", "A AT+CMGD=1", "M \\r\\nOK\\r\\n", "e noise OK;",
      "t", "e asked 0;", "A AT", "M \\r\\nOK\\r\\n", "e asked 0;", "A ATE1", "M \\r\\nOK\\r\\n",
      "A AT", "M AT\\r\\r\\nOK\\r\\n", "e asked 0;asked 0;"}},
    {"a modem that never echoed",
     {"A AT", "M \\r\\nOK\\r\\n", "e noise OK;", "t", "e asked 0;", "H AT+CMGS=5\\r",
      "M \\r\\n+CMS ERROR: 310\\r\\n", "e answer 2 310 ref -1;"}},
    {"an error in place of the prompt, and no echo",
     {"H AT+CMGS=5\\r", "M \\r\\nERROR\\r\\n", "e noise ERROR;", "t", "e answer 1 -1 ref -1;",
      "h AT+CMGS=5\\r\\r\\nERROR\\r\\n", "m AT+CMGS=5\\r", "M \\r\\n> ", "m \\e"}},
    {"ERROR with an OK behind it",
     {"A AT+CMGR=1", "M AT+CMGR=1\\r\\r\\nERROR\\r\\n", "A AT+CMGR=2",
      "M \\r\\nOK\\r\\nAT+CMGR=2\\r\\r\\n+CMGR: 0,,2\\r\\n0006\\r\\nOK\\r\\n",
      "e asked 1;noise OK;asked 0|+CMGR: 0,,2|0006;"}},
    {"what lay in the tty before the first command",
     {"M 3\\r\\nOK\\r\\n\\r\\n+CDS: 2\\r\\n0006\\r\\n+CMGS: 7\\r\\n+CIE", "A AT",
      "M AT\\r\\r\\nOK\\r\\n", "e noise 3;noise OK;pushed report 0006;noise +CMGS: 7;asked 0;"}},
    {"a late answer to another worker's message",
     {"A AT", "a", "A AT", "M \\r\\n+CMGS: 7\\r\\n\\r\\nOK\\r\\n",
      "M AT\\r\\r\\nOK\\r\\nAT\\r\\r\\nOK\\r\\n",
      "e noise +CMGS: 7;noise OK;asked 0;noise AT;noise OK;", "A ATE1", "M ATE1\\r\\r\\nOK\\r\\n",
      "e asked 0;"}},
    {"a restart before the prompt",
     {"H AT+CMGS=5\\r", "M \\r\\nRDY\\r\\n", "h AT+CMGS=5\\r\\r\\nERROR\\r\\n",
      "e restarted RDY;answer 5 -1 ref -1;"}},
    {"a restart while the PDU passes",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n> ", "H 00", "M \\r\\nRDY\\r\\n", "H 11\\z",
      "m AT+CMGS=5\\r00", "e restarted RDY;answer 5 -1 ref -1;"}},
    {"a restart after Ctrl-Z",
     {SEND, "M \\r\\n^SYSSTART\\r\\n", "h \\r\\nERROR\\r\\n",
      "e restarted ^SYSSTART;answer 4 -1 ref -1 submitted;"}},
    {"a prompt behind crippled octets",
     {"H AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n\x80\xff> ", "h AT+CMGS=5\\r\\r\\n> "}},
    {"half a line before the echo",
     {"M \\r\\n+CIE", "A AT+CSQ", "M AT+CSQ\\r\\r\\n+CSQ: 9,0\\r\\nOK\\r\\n",
      "e asked 0|+CSQ: 9,0;"}},
    {"an echo without its head",
     {"A AT", "M AT\\r\\nOK\\r\\n", "e asked 0;", "A AT+CSQ",
      "M +CSQ\\r\\r\\n+CSQ: 9,0\\r\\nOK\\r\\n", "e asked 0|+CSQ: 9,0;"}},
    {"the removal of the SIM",
     {"M \\r\\n+CPIN: NOT READY\\r\\n", "e sim +CPIN: NOT READY;", "A AT+CPIN?",
      "M AT+CPIN?\\r\\r\\n+CPIN: NOT INSERTED\\r\\nOK\\r\\n", "e asked 0|+CPIN: NOT INSERTED;"}},
    {"a menu of several lines",
     {"M \\r\\n+CUSD: 1,\"1: mot\\r\\n2: hai\\r\\n\",15\\r\\n",
      "e ussd +CUSD: 1,\"1: mot\\n2: hai\\n\",15;"}},
    {"a menu whose line ends are single",
     {"M \\n+CUSD: 1,\"1: mot\\n\\n2: hai\\r3: ba\",15\\n", "e ussd +CUSD: 1,\"1: mot\\n\\n2: "
                                                            "hai\\n3: ba\",15;"}},
    {"a menu of thirty lines",
     {"M \\r\\n+CUSD: 1,\"1\\r\\n2\\r\\n3\\r\\n4\\r\\n5\\r\\n6\\r\\n7\\r\\n8\\r\\n9\\r\\n10\\r\\n"
      "11\\r\\n12\\r\\n13\\r\\n14\\r\\n15\\r\\n16\\r\\n17\\r\\n18\\r\\n19\\r\\n20\\r\\n21\\r\\n22\\"
      "r\\n23\\r\\n"
      "24\\r\\n25\\r\\n26\\r\\n27\\r\\n28\\r\\n29\\r\\n30\",15\\r\\n",
      "e ussd +CUSD: "
      "1,\"1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12\\n13\\n14\\n15\\n16\\n17\\n18\\n19"
      "\\n20\\n21\\n22\\n23\\n24\\n25\\n26\\n27\\n28\\n29\\n30\",15;"}},
    {"a menu with quotes of its own",
     {"M +CUSD: 1,\"Soan \"DK\"\\r\\nhoac \"KT\", goi \"9\" gui 191\",15\\r\\nRING\\r\\n",
      "e ussd +CUSD: 1,\"Soan \"DK\"\\nhoac \"KT\", goi \"9\" gui 191\",15;noise RING;"}},
    {"a line of a menu that ends as the text would",
     {"M +CUSD: 1,\"Goi \"A\",5\\r\\nGoi \"B\",6\",15\\r\\nRING\\r\\n",
      "e ussd +CUSD: 1,\"Goi \"A\",5\\nGoi \"B\",6\",15;noise RING;"}},
    {"a text with one quote of its own, nothing behind it, and then OK",
     {"A AT+CUSD=1,\"1\"",
      "M AT+CUSD=1,\"1\"\\r\\r\\n+CUSD: 0,\"TV 5\" moi\",15\\r\\n\\r\\nOK\\r\\n", "e ", "t",
      "e ussd +CUSD: 0,\"TV 5\" moi\",15;asked 0;"}},
    {"a text with one quote of its own and no <dcs>",
     {"M +CUSD: 0,\"Man hinh 5\" moi\", 0\\r\\n+CUSD: 2,\"\"\\r\\n+CUSD:0,\"Xong\"\\r\\nRING\\r\\n",
      "e ussd +CUSD: 0,\"Man hinh 5\" moi\", 0;ussd +CUSD: 2,\"\";ussd +CUSD:0,\"Xong\";noise "
      "RING;"}},
    {"texts without quotes",
     {"M +CUSD: 0,Con 5000d\\r\\n+CUSD: 4\\r\\n+CUSD: 0,goi \"A\\r\\nRING\\r\\n",
      "e ussd +CUSD: 0,Con 5000d;ussd +CUSD: 4;ussd +CUSD: 0,goi \"A;noise RING;"}},
    {"a menu that says OK and RING",
     {"A AT+CUSD=1,\"1\",15",
      "M AT+CUSD=1,\"1\",15\\r\\r\\n+CUSD: 1,\"Bam\\r\\nOK\\r\\nERROR\\r\\n*Data\\r\\n"
      "> 2\",15\\r\\n",
      "e ussd +CUSD: 1,\"Bam\\nOK\\nERROR\\n*Data\\n> 2\",15;", "M \\r\\nOK\\r\\n", "e asked 0;"}},
    {"a text before OK, and before the echo",
     {"A AT+CUSD=1,\"*101#\",15", "M \\r\\n+CUSD: 0,\"5000d\",15\\r\\n",
      "M AT+CUSD=1,\"*101#\",15\\r\\r\\n+CUSD: 2\\r\\n\\r\\nOK\\r\\n",
      "e ussd +CUSD: 0,\"5000d\",15;ussd +CUSD: 2;asked 0;"}},
    {"whether texts are shown is an answer, a text is not",
     {"A AT+CUSD?", "M AT+CUSD?\\r\\r\\n+CUSD: 0,\"a\",15\\r\\n+CUSD: 1\\r\\nOK\\r\\n",
      "e ussd +CUSD: 0,\"a\",15;asked 0|+CUSD: 1;"}},
    {"a text in the middle of libgammu's command",
     {"H AT+CGMM\\r",
      "M AT+CGMM\\r\\r\\n+CUSD: 1,\"a\\r\\nAT+CGMM b\",15\\r\\nE173\\r\\n\\r\\nOK\\r\\n",
      "e ussd +CUSD: 1,\"a\\nAT+CGMM b\",15;", "h AT+CGMM\\r\\r\\nE173\\r\\n\\r\\nOK\\r\\n"}},
    {"a text while a message is on the air",
     {SEND, "M \\r\\n+CUSD: 1,\"1: mot\\r\\n2: hai\",15\\r\\n\\r\\n+CMGS: 17\\r\\n\\r\\nOK\\r\\n",
      "h \\r\\n+CMGS: 17\\r\\n\\r\\nOK\\r\\n",
      "e ussd +CUSD: 1,\"1: mot\\n2: hai\",15;answer 0 -1 ref 17 submitted;"}},
    {"a text that was cut, while a message is on the air",
     {SEND, "M \\r\\n+CUSD: 1,\"1: mot\\r\\n2: ha\\r\\n+CMGS: 17\\r\\n\\r\\nOK\\r\\n",
      "e ussd +CUSD: 1,\"1: mot\\n2: ha;answer 0 -1 ref 17 submitted;"}},
    {"a text that was cut, before the prompt",
     {"H AT+CMGS=5\\r", "m AT+CMGS=5\\r", "M AT+CMGS=5\\r\\r\\n+CUSD: 0,\"Tai kho\\r\\n> ", "e ",
      "t", "e ussd +CUSD: 0,\"Tai kho;", "h AT+CMGS=5\\r\\r\\n> ", "H 00\\z", "m 00\\z",
      "e submit;"}},
    {"a text that was cut hides nothing for long",
     {"A AT+CSQ", "M AT+CSQ\\r\\r\\n+CUSD: 0,\"Tai kho\\r\\nan\\r\\n+CSQ: 9,0\\r\\n\\r\\nOK\\r\\n",
      "e ", "t", "e ussd +CUSD: 0,\"Tai kho\\nan;asked 0|+CSQ: 9,0;"}},
    {"nor what came by the way",
     {"M +CUSD: 0,\"Tai kho\\r\\n+CMTI: \"SM\",3\\r\\n+CUSD: 1,\"a\\r\\n+CUSD: "
      "1,\"b\\r\\nc\",15\\r\\n"
      "+CUSD: 0,\"d\\r\\n+CDS: 2\\r\\n0006\\r\\n",
      "e ussd +CUSD: 0,\"Tai kho;message SM 3;ussd +CUSD: 1,\"a;ussd +CUSD: 1,\"b\\nc\",15;ussd "
      "+CUSD: "
      "0,\"d;pushed report 0006;"}},
    {"a text that was cut at a hang-up",
     {"M +CUSD: 0,\"Tai kho\\r\\nan", "x", "e ussd +CUSD: 0,\"Tai kho\\nan;"}},
    {"what libgammu asks for itself only",
     {"H AT+MODE=2\\rAT+CSCS?\\rAT+CFUN=1\\r", "m ",
      "h AT+MODE=2\\r\\r\\nERROR\\r\\nAT+CSCS?\\r\\r\\n+CSCS: "
      "\"GSM\"\\r\\n\\r\\nOK\\r\\nAT+CFUN=1\\r\\r\\nOK\\r\\n"}},
    {"a command of libgammu's",
     {"H \\e\\rAT+CGMM\\r", "m AT+CGMM\\r", "M AT+CGMM\\r\\r\\nE173\\r\\n\\r\\nOK\\r\\n",
      "h AT+CGMM\\r\\r\\nE173\\r\\n\\r\\nOK\\r\\n"}},
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static void test_scripts(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(scripts) * 2; i++) {
        struct scene scene = {.events = g_string_new(NULL)};
        scene.filter = filter_new(&hooks, &scene);
        g_test_message("%s%s", scripts[i / 2].name, i % 2 ? ", byte by byte" : "");
        for (size_t k = 0; scripts[i / 2].rows[k] != NULL; k++)
            play(&scene, scripts[i / 2].rows[k], i % 2 == 1);
        filter_free(scene.filter);
        g_string_free(scene.events, TRUE);
    }
}

/* Whatever either side says: no crash, and no Ctrl-Z that was not asked about. */
static void test_random(void)
{
    static const char *const words[] = {
        "AT+CMGS=5\r",
        "AT\r",
        "\r\n> ",
        "\r\nOK\r\n",
        "\r\n+CMGS: 4\r\n",
        "\x1a",
        "\x1b",
        "0011",
        "+CMT: ,4\r\n",
        "ERROR\r\n",
        "\"",
        "+CUSD: 1,\"",
        ">",
        "\r",
        "\n",
        "+CMS ERROR: 5\r\n",
        "\",15\r\n",
    };
    g_autoptr(GRand) chance = g_rand_new_with_seed(7);
    for (int i = 0; i < 2000; i++) {
        struct scene scene = {.events = g_string_new(NULL), .refuse = i % 3 == 0};
        scene.filter = filter_new(&hooks, &scene);
        for (int k = 0; k < 60; k++) {
            const char *word = words[g_rand_int_range(chance, 0, G_N_ELEMENTS(words))];
            if (g_rand_boolean(chance))
                filter_host(scene.filter, word, strlen(word));
            else
                filter_modem(scene.filter, word, strlen(word));
            if (g_rand_int_range(chance, 0, 10) == 0)
                filter_ask(scene.filter, "AT+CSQ");
            if (g_rand_int_range(chance, 0, 10) == 0)
                filter_trust(scene.filter);
        }
        GByteArray *out = filter_to_modem(scene.filter);
        size_t passed = 0, allowed = 0;
        for (guint k = 0; k < out->len; k++)
            passed += out->data[k] == 0x1a;
        for (const char *at = scene.events->str; (at = strstr(at, "submit;")) != NULL; at++)
            allowed++;
        g_assert_cmpuint(passed, ==, allowed);
        filter_hang_up(scene.filter);
        filter_free(scene.filter);
        g_string_free(scene.events, TRUE);
    }
}

static void test_endless_line(void)
{
    struct scene scene = {.events = g_string_new(NULL)};
    scene.filter = filter_new(&hooks, &scene);
    for (int i = 0; i < 100000; i++)
        filter_modem(scene.filter, "x", 1);
    filter_modem(scene.filter, "\r\n+CMTI: \"SM\",1\r\n", 18);
    g_assert_true(g_str_has_suffix(scene.events->str, "message SM 1;"));
    g_assert_cmpuint(scene.events->len, <, 5000);
    filter_free(scene.filter);
    g_string_free(scene.events, TRUE);
}

/* A quote that never closes, and hexadecimal digits of the longest text that a network can send. */
static void test_long_texts(void)
{
    struct scene scene = {.events = g_string_new(NULL)};
    scene.filter = filter_new(&hooks, &scene);
    filter_modem(scene.filter, "+CUSD: 0,\"\r\n", 12);
    for (int i = 0; i < 20000; i++)
        filter_modem(scene.filter, i % 20 == 19 ? "\r\n" : "xy", 2);
    filter_modem(scene.filter, "\r\n+CMTI: \"SM\",1\r\n", 18);
    g_assert_true(g_str_has_suffix(scene.events->str, "message SM 1;"));
    g_string_truncate(scene.events, 0);
    g_autofree char *digits = g_strnfill(4 * 182, '0');
    g_autofree char *line = g_strdup_printf("+CUSD: 0,\"%s\",72", digits);
    filter_modem(scene.filter, line, strlen(line));
    filter_modem(scene.filter, "\r\n", 2);
    g_assert_true(g_str_has_prefix(scene.events->str, "ussd +CUSD: 0,\"0000"));
    g_assert_true(g_str_has_suffix(scene.events->str, "0000\",72;"));
    g_assert_cmpuint(scene.events->len, ==, strlen(line) + strlen("ussd ;"));
    filter_free(scene.filter);
    g_string_free(scene.events, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/conversations go as they should", test_scripts);
    g_test_add_func("/filter/random conversations do no harm", test_random);
    g_test_add_func("/filter/a line without end is cut", test_endless_line);
    g_test_add_func("/filter/a text without end is cut, a long one is not", test_long_texts);
    return g_test_run();
}
