// SPDX-License-Identifier: GPL-2.0-or-later
/* loa: finds the command in the table and runs it. Everything but rehearse, phone and text talks to
 * the service over its socket, as the web console does. */
#include "gateway/cli/command.h"
#include "gateway/cli/commands.h"
#include "gateway/cli/table.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { LIST_WIDTH = 24 };

#define ADVANCE(word, sentence)                                                                    \
    {                                                                                              \
        "campaign " word, "CAMPAIGN", sentence,                                                    \
            "Example:\n  loa campaign " word " DOITHOAI --reason \"…\"", cli_campaign_advance      \
    }

#define OPINIONS_DETAILS                                                                           \
    "\"?\" stands behind a topic or an office that Loa only suggests.\n\nExamples:\n"              \
    "  loa opinions --state overdue\n"                                                             \
    "  loa opinions --office CA --office-key-file khoa-cong-an"

static const struct command commands[] = {
    {"import", "FILE", "Take a roster (CSV or Excel) into the service, all or nothing",
     "The table of units has a row for each unit: ma (code), ma_cha (parent), ten (name), loai\n"
     "(kind). It may hold the old tree and the new one: tu_ngay (from: first day of the unit, or\n"
     "of this state of it: the same code again), den_ngay (until: its last day), sap_nhap_vao\n"
     "(into: code of the unit that it became part of), ten_khac (aliases, separated by ;).\n"
     "Days are 2025-07-01 or 1/7/2025.\n\n"
     "Examples:\n"
     "  loa import danh-sach.csv --dry-run\n"
     "  loa import danh-sach.csv --units don-vi.csv --rejects loai-ra.csv\n"
     "  loa import danh-sach.xlsx --sheet \"Danh sách\"\n"
     "  loa import danh-sach-cu.csv --encoding tcvn3",
     cli_import},
    {"units", "", "The units of the organisation, today or on another day",
     "Examples:\n  loa units\n  loa units --tree 2025-06-30", cli_units},
    {"unit merge", "CODE…", "From a day on units are one: new, or one of them",
     "What belonged to them belongs to it; each keeps its figures, which count in it from then "
     "on.\n\n"
     "Example:\n  loa unit merge X1 X2 --into XM --name \"Xã Mới\" --on 2025-07-01 "
     "--reason \"NQ 202/2025\"",
     cli_unit_merge},
    {"unit move", "CODE…", "From a day on units belong to another",
     "Example:\n  loa unit move X1 X2 X3 --to TINH --on 2025-07-01", cli_unit_move},
    {"unit rename", "CODE", "From a day on a unit has another name; rosters may use the old one",
     "Example:\n  loa unit rename X1 --name \"Phường Bắc Hà\" --kind phuong --on 2025-07-01",
     cli_unit_rename},
    {"unit end", "CODE…", "From a day on units are no more",
     "Examples:\n  loa unit end T7 --into T6 --on 2025-07-01\n"
     "  loa unit end H1 H2 --into TINH --children-to TINH --on 2025-07-01   (a level abolished)",
     cli_unit_end},
    {"unit alias", "CODE NAME", "Another spelling that rosters use for a unit",
     "Example:\n  loa unit alias T4 \"TDP Bốn\"", cli_unit_alias},
    {"unit history", "CODE", "All that a unit has been, and who changed it",
     "Example:\n  loa unit history X1", cli_unit_history},
    {"group create", "NAME", "Make a group: a rule that is asked anew each time, or a list",
     "A condition is a column, a sign and values; tuoi, gioi_tinh and nam_sinh are always "
     "there.\n\n"
     "Examples:\n  loa group create \"Đoàn viên nữ\" --unit X1 --where 'doan_vien=x' --where "
     "'gioi_tinh=Nữ'\n"
     "  loa group create \"Cử tri trẻ\" --where 'tuoi>=18' --where 'tuoi<35'\n"
     "  loa group create \"Tổ vay vốn\" --list so-dien-thoai.txt",
     cli_group_create},
    {"group list", "", "The groups", NULL, cli_group_list},
    {"group show", "NAME", "A group and how many are in it today",
     "Example:\n  loa group show \"Tổ vay vốn\" --members", cli_group_show},
    {"group delete", "NAME", "Delete a group; its persons stay", NULL, cli_group_delete},
    {"campaign create", "FILE", "Check a campaign file and make a draft of it",
     "Example:\n  loa campaign create doi-thoai.conf", cli_campaign_create},
    {"campaign preview", "CAMPAIGN", "Who would get what, and what it costs",
     "Example:\n  loa campaign preview DOITHOAI --price 250", cli_campaign_preview},
    ADVANCE("submit", "Hand a draft in for approval"),
    ADVANCE("approve", "Approve text, audience and cost as they are now"),
    ADVANCE("start", "Begin to send"),
    ADVANCE("pause", "Send nothing more for now"),
    ADVANCE("resume", "Go on sending"),
    ADVANCE("cancel", "Give it up; what is queued is not sent"),
    {"campaign watch", "CAMPAIGN", "Follow a campaign: progress, rate, time left",
     "Examples:\n  loa campaign watch DOITHOAI\n  loa campaign watch DOITHOAI --until sent",
     cli_campaign_watch},
    {"campaign list", "", "List the campaigns", NULL, cli_campaign_list},
    {"campaign show", "CAMPAIGN", "One campaign and what happened to it", NULL, cli_campaign_show},
    {"calendar add", "FILE", "Keep a campaign file that comes again; its drafts are made ahead",
     "The file has a group `repeat`; the same code again replaces the file.\n\n"
     "Example:\n  loa calendar add gia-dinh.conf --by \"Minh\"",
     cli_calendar_add},
    {"calendar skip", "SERIES DAY", "Leave out one day of a series; its draft is cancelled",
     "Example:\n  loa calendar skip GIADINH 2026-03-08 --reason \"storm\"", cli_calendar_skip},
    {"calendar stop", "SERIES", "Make no more drafts of a series",
     "Example:\n  loa calendar stop GIADINH --reason \"the programme is over\"", cli_calendar_stop},
    {"calendar", "", "What goes out when: series, campaigns, reminders, snapshots",
     "A campaign that is missed was not started by its hour; once somebody approves and starts it\n"
     "before it closes, it is sent at once.\n\n"
     "Examples:\n  loa calendar\n  loa calendar --from 2026-03-01 --to 2026-03-31\n"
     "  loa calendar --ics > loa.ics",
     cli_calendar},
    {"campaign messages", "CAMPAIGN", "The messages of a campaign, one by one",
     "Example:\n  loa campaign messages DOITHOAI --state unsure", cli_campaign_messages},
    {"messages", "", "The messages of all campaigns; --unsure: those that were perhaps sent",
     "Examples:\n  loa messages --unsure\n  loa messages --state queued --limit 50", cli_messages},
    {"message show", "ID", "One message with every attempt to send it", NULL, cli_message_show},
    {"message settle", "ID WHAT",
     "Decide on an unsure message: sent, delivered, refused, or resend (send it again)",
     "Example:\n  loa message settle 4711 resend --reason \"she says nothing came\"",
     cli_message_settle},
    {"tally", "CAMPAIGN", "Answers counted, coverage, opt-outs",
     "Examples:\n"
     "  loa tally DOITHOAI\n"
     "  loa tally DOITHOAI --by-unit --json\n"
     "  loa tally DOITHOAI --snapshot 2024-06-17T17:00:00+07:00\n"
     "  loa tally DOITHOAI --tree 2025-06-30",
     cli_tally},
    {"snapshot list", "CAMPAIGN", "Figures of a campaign that were kept as they were", NULL,
     cli_snapshot_list},
    {"snapshot take", "CAMPAIGN", "Keep the figures of a campaign as they are now",
     "Example:\n  loa snapshot take DOITHOAI --by \"Nguyễn Thị Hoa\"", cli_snapshot_take},
    {"recount", "CAMPAIGN",
     "Count a campaign again from its raw messages; fails if a figure differs",
     "Example:\n  loa recount DOITHOAI", cli_recount},
    {"coverage", "[CAMPAIGN…]", "Who was reached over those who should be, and who was missed",
     "Several campaigns together: reached is who was reached by any of them.\n\nExamples:\n"
     "  loa coverage GIADINH --by-unit\n"
     "  loa coverage GIADINH --target 85.5 --at-least --missed --unit T1\n"
     "  loa coverage --from 2025-01-01 --to 2025-12-31 --by household",
     cli_coverage},
    {"programme", "", "Campaigns, contacts made and persons reached, side by side",
     "Example:\n  loa programme --from 2025-01-01 --by-unit", cli_programme},
    {"inbox", "", "Replies that wait for a person, and why",
     "Example:\n  loa inbox --campaign DOITHOAI", cli_inbox},
    {"report", "KIND CAMPAIGN", "A report to print or file: CSV, XLSX or HTML",
     "Kinds: attendance, tally, opinions, coverage, missed (to visit), nonrespondents (to\n"
     "telephone), classes, plan. Each is the figures of loa tally and loa coverage.\n\nExamples:\n"
     "  loa report tally DOITHOAI --out tong-hop.xlsx\n"
     "  loa report attendance DOITHOAI --option 1 --out sang-19-6.html\n"
     "  loa report classes NHUCAU --min 20\n"
     "  loa report missed GIADINH --unit T1 --out can-den-gap.html",
     cli_report},
    {"reply set", "ID CODE", "Decide what a reply says; CODE \"-\": nothing",
     "The same code again confirms it. What counts already changes only with a reason.\n\n"
     "Examples:\n  loa reply set 17 1 --reason \"telephoned\"\n  loa reply set 18 -\n"
     "  loa reply set 19 'nghe=1,3; du=2'\n  loa reply set 20 'bc=81 35420'\n"
     "  loa reply set 21 2 --person 408   (loa reply show 21 tells who shares the phone)",
     cli_reply_set},
    {"reply show", "ID", "One reply, and whom its phone was asked for",
     "Example:\n  loa reply show 17", cli_reply_show},
    {"session list", "", "Who dialled a survey by USSD, and what became of it",
     "States: open, done, left (broke off), refused (nothing runs for that number, or no longer).\n"
     "What was answered is in: loa inbox --all\n\n"
     "Examples:\n  loa session list --campaign DOITHOAI\n  loa session list --service thamdo "
     "--json",
     cli_session_list},
    {"answers", "CAMPAIGN", "The answers of a campaign that count",
     "Examples:\n  loa answers DOITHOAI\n  loa answers DOITHOAI --question buoi --json",
     cli_answers},
    {"answer set", "CAMPAIGN CODE",
     "Record an answer given elsewhere, or correct one; CODE \"-\": none",
     "Examples:\n"
     "  loa answer set DOITHOAI 1 --phone 0912000345 --by \"chị Hoa\" --reason \"điện thoại\"\n"
     "  loa answer set NHUCAU 'nghe=1,3' --person 408 --by \"anh Minh\" --reason \"đến nhà\" "
     "--at \"2024-06-18 09:30\"",
     cli_answer_set},
    {"answer history", "CAMPAIGN", "Every version of an answer: who, when, why, by what text",
     "Example:\n  loa answer history DOITHOAI --phone 0912000345", cli_answer_history},
    {"opinions list", "", "The register of opinions", OPINIONS_DETAILS, cli_opinion_list},
    {"opinions show", "ID", "One opinion and its history; ID is its number or CAMPAIGN/NUMBER",
     "Examples:\n  loa opinions show DOITHOAI/3\n"
     "  loa opinions show 12 --sender --reason \"to telephone\"",
     cli_opinion_show},
    {"opinions assign", "ID", "Forward it to an office, decide on topic, due date and readers",
     "Examples:\n  loa opinions assign DOITHOAI/3 --office DC --topic dat-dai --due 10d\n"
     "  loa opinions assign 12 --office CA --restricted",
     cli_opinion_assign},
    {"opinions start", "ID", "Somebody works on it", NULL, cli_opinion_step},
    {"opinions answer", "ID", "Answer its author by SMS",
     "Examples:\n  loa opinions answer DOITHOAI/3 --text \"Da sua cau hom nay.\" --by \"Lan\"\n"
     "  loa opinions answer 12 --office-says --text \"Da gap gia dinh.\"",
     cli_opinion_answer},
    {"opinions close", "ID", "Close it without the author's word",
     "Example:\n  loa opinions close 12 --reason \"the same as DOITHOAI/3\"", cli_opinion_step},
    {"opinions reopen", "ID", "It is not settled", NULL, cli_opinion_step},
    {"opinions export", "", "The register for a spreadsheet, on stdout",
     "Examples:\n  loa opinions export --campaign DOITHOAI > y-kien.csv\n"
     "  loa opinions export --sender --reason \"visits\" --format json",
     cli_opinion_export},
    {"opinions", "", "The same as opinions list", OPINIONS_DETAILS, cli_opinion_list},
    {"consent list", "", "Who refused messages, came back, was exported or erased; newest first",
     "Numbers are masked unless one is asked for.\n\nExamples:\n"
     "  loa consent list --event opted-out\n"
     "  loa consent list --phone 0912345678",
     cli_consent_list},
    {"consent show", "PHONE", "What a number refuses now",
     "Example:\n  loa consent show 0912345678", cli_consent_show},
    {"consent refuse", "PHONE", "Write down a refusal that was told in person",
     "Examples:\n  loa consent refuse 0912345678 --reason \"telephoned the office\"\n"
     "  loa consent refuse 0912345678 --organisation \"Hội Nông dân\" --reason \"at the meeting\"",
     cli_consent_change},
    {"consent restore", "PHONE", "Write down that messages are wanted again",
     "Example:\n  loa consent restore 0912345678 --by \"Minh\" --reason \"asked at the desk\"",
     cli_consent_change},
    {"person find", "NAME", "Persons of that name or a part of it, or of that number",
     "Examples:\n  loa person find 'nguyen van an'\n  loa person find 0912345678", cli_person_find},
    {"person export", "", "Everything that is held of a person, as JSON",
     "Example:\n  loa person export --person 17 --out an.json --reason \"her request of 3/6\"",
     cli_person_export},
    {"person erase", "", "Erase name, number and texts of a person; figures stay as they are",
     "What the number refused is kept as a keyed digest, so that the next roster obeys it.\n\n"
     "Examples:\n  loa person erase --phone 0912345678 --dry-run\n"
     "  loa person erase --person 17 --reason \"her request of 3/6\"",
     cli_person_erase},
    {"retention", "", "What will be erased when, and what was", "Example:\n  loa retention",
     cli_retention},
    {"quarantine list", "", "SMS that no decoder takes, kept for the technician", NULL,
     cli_quarantine_list},
    {"quarantine show", "ID", "One of them, with its octets", NULL, cli_quarantine_show},
    {"quarantine settle", "ID", "Say that it was looked at",
     "Example:\n  loa quarantine settle 3 --by \"Minh\"", cli_quarantine_settle},
    {"quarantine", "", "The same as quarantine list", NULL, cli_quarantine_list},
    {"outbox list", "", "Summaries on their way to their receivers", NULL, cli_outbox_list},
    {"outbox show", "ID", "One of them with every attempt", NULL, cli_outbox_show},
    {"outbox retry", "[ID]", "Try again now",
     "Examples:\n  loa outbox retry 3\n  loa outbox retry --sink huyen", cli_outbox_retry},
    {"modems", "", "State, network and signal of each modem", NULL, cli_modems},
    {"alarms", "", "What is wrong with the service, and what was", NULL, cli_alarms},
    {"modem retry", "NAME",
     "Try a modem or its SIM at once that you have looked after, its PIN once more",
     "Example:\n  loa modem retry sim1", cli_modem_retry},
    {"ussd list", "[MODEM]", "Dialogues by USSD, and what the network sent by itself; newest first",
     "Examples:\n  loa ussd list\n  loa ussd list sim1 --network", cli_ussd_list},
    {"ussd show", "ID", "One of them with every text, as the modem wrote it too",
     "Example:\n  loa ussd show 17", cli_ussd_show},
    {"ussd", "MODEM CODE [ANSWER…]", "Dial a USSD code, and answer the menus that it opens",
     "Prints what the network says. While a menu is open the answers come from the arguments, "
     "then\n"
     "from stdin, line by line; an empty line, the end of stdin or Ctrl-C closes the menu.\n"
     "Messages of this modem wait meanwhile.\n\nExamples:\n  loa ussd sim1 '*101#'\n"
     "  loa ussd sim1 '*098#' 1 3\n  printf '1\\n3\\n' | loa ussd sim1 '*098#' --json",
     cli_ussd},
    {"sim list", "", "What each SIM has left, and what is wrong with it",
     "Balance and bundle are what the operator last said; \"now\" is that less what was sent "
     "since.\n"
     "Without credit a SIM rests: it receives, and sends nothing but alarms and emergencies.\n\n"
     "Examples:\n  loa sim list\n  loa sim list --json",
     cli_sim_list},
    {"sim show", "MODEM", "One SIM: its figures, and what its operator said, word by word",
     "Example:\n  loa sim show sim1", cli_sim_show},
    {"sim check", "MODEM… | --all", "Ask the operator for the balance now, and print what came",
     "Examples:\n  loa sim check sim1\n  loa sim check --all", cli_sim_check},
    {"sim topup", "MODEM CODE", "Hand in a card; CODE \"-\": its code is read from stdin",
     "What is typed stays in the history of the shell: with - it does not. A card is handed in "
     "once;\n"
     "if nobody knows what became of it, look at the balance before it is tried again.\n\n"
     "Examples:\n  loa sim topup sim1 -\n  loa sim topup sim1 - < the.txt\n"
     "  loa sim topup sim1 '1234 5678 9012 3' --by \"Minh\"",
     cli_sim_topup},
    {"sim register", "MODEM", "Register the bundle that `bundle` of the modem names, now",
     "Example:\n  loa sim register sim1", cli_sim_register},
    {"sim read", "OPERATOR TEXT", "Try the patterns of an operator on a text (needs no service)",
     "Prints what they find in it: figures of a SIM, or what became of a card. TEXT \"-\": "
     "stdin.\n\n"
     "Examples:\n  loa sim read viettel 'TK goc la 12.000d, HSD 30/11/2026'\n"
     "  loa sim read goban - --operators operators.conf < text.txt",
     cli_sim_read},
    {"status", "", "The service at a glance", NULL, cli_status},
    {"rehearse", "FILE",
     "Warn of what a campaign file will bring, and try replies (needs no service)",
     "Prints for every reply what it would count as, and the rule that decided. With --ussd the\n"
     "campaign is played as USSD menus: each page with what it takes of the 182 characters (91 "
     "with\n"
     "diacritics; the aggregator's CON and END are no part of it), each answer with the SMS that "
     "it\n"
     "stands for. The end of the input (Ctrl-D) is a session that breaks off.\n\nExamples:\n"
     "  loa rehearse doi-thoai.conf\n"
     "  echo 'Dạ em chọn 1 ạ' | loa rehearse doi-thoai.conf --replies -\n"
     "  loa rehearse doi-thoai.conf --replies tra-loi.tsv --json\n"
     "  loa rehearse doi-thoai.conf --ussd\n"
     "  echo '9*1*0' | loa rehearse doi-thoai.conf --ussd --alphabet ucs2",
     cli_rehearse},
    {"phone", "[FILE…]", "Telephone numbers, line by line, in E.164, or why not (needs no service)",
     "A line may hold several numbers as people write them into a cell.\n\nExamples:\n"
     "  echo '0167 000 1234 / 912000345 (con gái)' | loa phone\n"
     "  loa phone --json numbers.txt",
     cli_phone},
    {"text", "[FILE…]", "Texts, line by line: coding, parts, characters (needs no service)",
     "Prints the encoding, the units and the parts each takes as an SMS, the characters that\n"
     "force UCS-2, and the same without diacritics.\n\nExamples:\n"
     "  echo 'Kính mời ông bà dự họp' | loa text\n"
     "  loa text --json texts.txt",
     cli_text},
};

/* How many words of the line name this command; 0: they do not. */
static int words_matched(const struct command *command, int argc, char **argv)
{
    g_auto(GStrv) words = g_strsplit(command->words, " ", -1);
    int count = (int)g_strv_length(words);
    if (argc < count)
        return 0;
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], argv[i]) != 0)
            return 0;
    }
    return count;
}

static bool is_first_word(const struct command *command, const char *word)
{
    size_t length = strlen(word);
    return strncmp(command->words, word, length) == 0 && command->words[length] == ' ';
}

/* All commands, or those that begin with a word. */
static char *list_commands(const char *first)
{
    GString *text = g_string_new("Commands:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (first != NULL && !is_first_word(&commands[i], first))
            continue;
        g_autofree char *usage = g_strconcat(commands[i].words, " ", commands[i].arguments, NULL);
        int missing = LIST_WIDTH - (int)table_width(usage);
        g_string_append_printf(text, "  %s%*s %s\n", usage, MAX(missing, 0), "",
                               commands[i].summary);
    }
    g_string_append(text, "\nEach explains itself: loa COMMAND --help");
    if (first == NULL)
        g_string_append(text, "\n\nExample of a first campaign:\n"
                              "  loa import danh-sach.csv --units don-vi.csv\n"
                              "  loa campaign create doi-thoai.conf\n"
                              "  loa campaign preview DOITHOAI\n"
                              "  loa campaign submit DOITHOAI; loa campaign approve DOITHOAI\n"
                              "  loa campaign start DOITHOAI; loa campaign watch DOITHOAI\n"
                              "  loa tally DOITHOAI --by-unit");
    return g_string_free(text, FALSE);
}

static int refuse_word(int argc, char **argv)
{
    const char *word = argv[0];
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (!is_first_word(&commands[i], word))
            continue;
        g_autofree char *list = list_commands(word);
        if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
            printf("%s\n", list);
            return EX_OK;
        }
        if (argc > 1)
            return command_fail(EX_USAGE, "there is no command \"%s %s\"; see: loa %s --help", word,
                                argv[1], word);
        fprintf(stderr, "%s\n", list);
        return EX_USAGE;
    }
    return command_fail(EX_USAGE, "there is no command \"%s\"; see: loa --help", word);
}

static int run(struct command_line *line, int argc, char **argv)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        int words = words_matched(&commands[i], argc, argv);
        if (words == 0)
            continue;
        line->command = &commands[i];
        /* The command sees its own last word as the program's name. */
        return commands[i].run(line, argc - words + 1, argv + words - 1);
    }
    return refuse_word(argc, argv);
}

static int read_globals(struct command_line *line, int *argc, char ***argv)
{
    gboolean version = FALSE;
    const GOptionEntry entries[] = {
        {"version", 'V', 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *list = list_commands(NULL);
    GOptionContext *context = g_option_context_new("COMMAND …");
    g_option_context_set_summary(context, "Command line of the Loa SMS gateway.");
    g_option_context_set_description(context, list);
    g_option_context_set_strict_posix(context, TRUE);
    g_option_context_add_main_entries(context, entries, NULL);
    command_add_globals(context, line);
    bool read = g_option_context_parse(context, argc, argv, &error);
    g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
    g_option_context_free(context);
    if (!read)
        return command_fail(EX_USAGE, "%s; see: loa --help", error->message);
    if (version) {
        printf("loa " LOA_VERSION "\n");
        return EX_OK;
    }
    if (*argc > 1)
        return COMMAND_GO_ON;
    fputs(help, stderr);
    return EX_USAGE;
}

int main(int argc, char **argv)
{
    struct command_line line = {0};
    /* GOption turns what is typed into UTF-8; where the locale says ASCII, UTF-8 is meant.
     * NOLINTBEGIN(concurrency-mt-unsafe): there is one thread. */
    if (setlocale(LC_ALL, "") == NULL || !g_get_charset(NULL))
        setlocale(LC_ALL, "C.UTF-8");
    /* NOLINTEND(concurrency-mt-unsafe) */
    signal(SIGPIPE, SIG_DFL);
    g_set_prgname("loa");
    int code = read_globals(&line, &argc, &argv);
    if (code == COMMAND_GO_ON)
        code = run(&line, argc - 1, argv + 1);
    command_line_clear(&line);
    if (fflush(stdout) != 0 && code == EX_OK)
        code = command_fail(EX_IOERR, "the output cannot be written");
    return code;
}
