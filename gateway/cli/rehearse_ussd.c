// SPDX-License-Identifier: GPL-2.0-or-later
/* One session by USSD without any network: shows each page with what it takes of the 182 septets or
 * 91 UCS-2 units, reads what the caller types, and says what became of it: the SMS it stands for,
 * and how that is judged. A line may be the whole path of an aggregator ("1*2*0"). The end of the
 * input is a session that broke off. */
#include "gateway/cli/rehearse_ussd.h"

#include "campaigns/judgement.h"
#include "campaigns/menu.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct session {
    const struct rehearse_ussd *asked;
    struct menu *menu;
    struct reply_reader *reader;
    struct menu_turn turn;
    unsigned turns, answers, misread, left; /* inputs that came after the end */
    bool talks;                             /* somebody sits at the keyboard */
};

bool rehearse_ussd_alphabet(const char *name, enum ussd_alphabet *retalphabet)
{
    static const char *const names[] = {
        [USSD_ALPHABET_GSM7] = "gsm7", [USSD_ALPHABET_UCS2] = "ucs2"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!g_str_equal(names[i], name))
            continue;
        *retalphabet = (enum ussd_alphabet)i;
        return true;
    }
    return false;
}

/* --- What an answer counts as --------------------------------------------------------------- */

static void judge(const struct session *session, struct judgement *retjudgement)
{
    const struct campaign_config *campaign = session->asked->campaign;
    const struct question_config *question = session->turn.question;
    struct reply_reader *turn = NULL;
    for (guint i = 0; question != NULL && turn == NULL; i++)
        if (campaign->questions->pdata[i] == question)
            turn = reply_reader_new_for(campaign, i);
    const struct judgement_case asked = {.campaign = campaign,
                                         .reader = session->reader,
                                         .turn = turn,
                                         .shut = "",
                                         .text = session->turn.answer,
                                         .typed = true};
    judgement_make(&asked, retjudgement);
    reply_reader_free(turn);
}

static char *said_of(const struct judgement *judgement)
{
    GString *said = g_string_new(NULL);
    for (unsigned i = 0; i < judgement->count; i++)
        g_string_append_printf(said, "%s%s: %s", i > 0 ? "; " : "",
                               judgement->answers[i].question->id, judgement->answers[i].said);
    if (judgement->opinion != NULL)
        g_string_append_printf(said, "%s%s", said->len > 0 ? "; + " : "", judgement->opinion);
    return g_string_free(said, FALSE);
}

/* --- Telling -------------------------------------------------------------------------------- */

static json_t *page_json(const struct menu_turn *turn)
{
    unsigned used, limit;
    menu_page_fits(turn->page, &used, &limit);
    return json_pack("{s:s, s:i, s:i, s:b, s:s}", "page", turn->page, "used", (int)used, "limit",
                     (int)limit, "end", turn->end, "place", turn->place);
}

static void print_object(json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
}

static void print_json(const struct session *session, const char *input)
{
    const struct menu_turn *turn = &session->turn;
    json_t *json = page_json(turn);
    json_object_set_new(json, "input", input != NULL ? json_string(input) : json_null());
    json_object_set_new(json, "misread", json_boolean(turn->misread));
    if (turn->answer != NULL) {
        struct judgement judgement;
        judge(session, &judgement);
        json_t *answers = json_object();
        for (unsigned i = 0; i < judgement.count; i++)
            json_object_set_new(answers, judgement.answers[i].question->id,
                                json_string(judgement.answers[i].said));
        json_t *answer =
            json_pack("{s:s?, s:s, s:s, s:o, s:s?, s:s}", "question",
                      turn->question != NULL ? turn->question->id : NULL, "text", turn->answer,
                      "outcome", judgement_outcome_name(judgement.outcome), "answers", answers,
                      "opinion", judgement.opinion, "rule", judgement.rule);
        json_object_set_new(json, "answer", answer);
        judgement_clear(&judgement);
    }
    print_object(json);
}

static void print_page(const struct menu_turn *turn)
{
    unsigned used, limit;
    menu_page_fits(turn->page, &used, &limit);
    printf("%s [%u/%u]\n%s\n", turn->end ? "END" : "CON", used, limit, turn->page);
}

static void print_text(const struct session *session)
{
    const struct menu_turn *turn = &session->turn;
    if (turn->answer != NULL) {
        struct judgement judgement;
        judge(session, &judgement);
        g_autofree char *said = said_of(&judgement);
        printf("= %s  %s  (%s, as the SMS “%s”)\n", judgement_outcome_name(judgement.outcome), said,
               judgement.rule, turn->answer);
        judgement_clear(&judgement);
    } else if (turn->misread) {
        printf("= misread\n");
    }
    putchar('\n');
    print_page(turn);
}

static void tell(struct session *session, const char *input)
{
    session->turns++;
    session->misread += session->turn.misread;
    session->answers += session->turn.answer != NULL;
    if (session->asked->line->json)
        print_json(session, input);
    else
        print_text(session);
    fflush(stdout);
}

static void tell_broken(const struct session *session)
{
    struct menu_turn again;
    if (!menu_resume(session->menu, session->turn.place, &again))
        return;
    if (session->asked->line->json) {
        print_object(json_pack("{s:b, s:o}", "broken_off", true, "resumes", page_json(&again)));
    } else {
        printf("\nThe session broke off. Who dials again in time goes on here:\n");
        print_page(&again);
    }
    menu_turn_clear(&again);
}

static void tell_all(const struct session *session)
{
    if (session->asked->line->json)
        return;
    printf("\n%u %s, %u answered, %u misread", session->turns,
           session->turns == 1 ? "page" : "pages", session->answers, session->misread);
    if (session->left > 0)
        printf(", %u typed after the end", session->left);
    putchar('\n');
}

/* --- Playing -------------------------------------------------------------------------------- */

static void take(struct session *session, const char *input)
{
    g_autofree char *place = g_strdup(session->turn.place);
    if (session->turn.end) {
        session->left++;
        return;
    }
    if (!session->talks && !session->asked->line->json)
        printf("> %s\n", input);
    menu_turn_clear(&session->turn);
    menu_go_on(session->menu, place, input, &session->turn);
    tell(session, input);
}

static void take_line(struct session *session, const char *line)
{
    g_auto(GStrv) path = g_strsplit(line, "*", -1);
    if (path[0] == NULL)
        take(session, "");
    for (char **input = path; *input != NULL; input++)
        take(session, *input);
}

static void read_lines(struct session *session, FILE *input)
{
    char *buffer = NULL;
    size_t size = 0;
    while (!(session->turn.end && session->talks)) {
        if (session->talks && !session->asked->line->json) {
            printf("> ");
            fflush(stdout);
        }
        if (getline(&buffer, &size, input) < 0)
            break;
        buffer[strcspn(buffer, "\r\n")] = '\0';
        g_autofree char *line = g_utf8_make_valid(buffer, -1);
        take_line(session, line);
    }
    free(buffer);
}

static void warn(const struct session *session)
{
    g_autoptr(GPtrArray) warnings = menu_warnings(session->menu);
    for (guint i = 0; i < warnings->len; i++)
        fprintf(stderr, "%s: warning: %s\n", session->asked->file, (char *)warnings->pdata[i]);
}

int rehearse_ussd_play(const struct rehearse_ussd *asked, FILE *input)
{
    struct session session = {.asked = asked, .talks = isatty(fileno(input)) == 1};
    session.menu = menu_new(asked->campaign, asked->alphabet);
    session.reader = reply_reader_new(asked->campaign);
    warn(&session);
    menu_begin(session.menu, NULL, &session.turn);
    tell(&session, NULL);
    read_lines(&session, input);
    bool failed = ferror(input) != 0;
    if (!session.turn.end)
        tell_broken(&session);
    tell_all(&session);
    menu_turn_clear(&session.turn);
    reply_reader_free(session.reader);
    menu_free(session.menu);
    return failed ? command_fail(EX_IOERR, "the input cannot be read") : EX_OK;
}
