// SPDX-License-Identifier: GPL-2.0-or-later
/* The session decides first: is the request new, the last one once more, or out of turn. Then the
 * campaign: the service's own, what runs for the caller, or a choice. Then the menu: pages are its,
 * answers go the way of SMS (answer_choose()). Only the audience is asked; an opt-out of messages
 * is none of answers in a menu that somebody dialled. */
#include "campaigns/ussd_survey.h"

#include "campaigns/answer.h"
#include "campaigns/ballot.h"
#include "campaigns/menu.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/contact.h"
#include "campaigns/store/session.h"
#include "campaigns/ussd_offer.h"

#include <string.h>

/* One request at work. */
struct sitting {
    struct store *store;
    struct campaign_book *book;
    const struct ussd_survey_request *request;
    struct session_row row;
    const char *event;
    bool straight; /* answers were dialled along with the code */
};

static const char *const notices[USSD_NOTICES] = {
    [USSD_NOTICE_NONE] = "Hiện không có khảo sát nào cho số này.",
    [USSD_NOTICE_NOT_ASKED] = "Số này không có trong danh sách của khảo sát.",
    [USSD_NOTICE_NOT_OPEN] = "Khảo sát chưa mở. Xin gọi lại sau.",
    [USSD_NOTICE_CLOSED] = "Khảo sát đã kết thúc. Xin cảm ơn.",
    [USSD_NOTICE_OVER] = "Phiên này đã kết thúc. Xin gọi lại.",
    [USSD_NOTICE_INVALID] = "Yêu cầu không hợp lệ. Xin gọi lại.",
    [USSD_NOTICE_REFUSAL] = "Đã ghi nhận: không nhắn tin nữa.",
    [USSD_NOTICE_BUSY] = "Hệ thống đang bận. Xin gọi lại sau ít phút.",
    [USSD_NOTICE_TOO_MANY] = "Quá nhiều yêu cầu. Xin gọi lại sau một phút.",
};

char *ussd_survey_notice(enum ussd_alphabet alphabet, enum ussd_survey_notice notice)
{
    return menu_notice(alphabet, notices[notice]);
}

void ussd_survey_page_clear(struct ussd_survey_page *page)
{
    g_free(page->page);
    *page = (struct ussd_survey_page){0};
}

static enum ussd_alphabet alphabet_of(const struct sitting *sitting)
{
    return (enum ussd_alphabet)sitting->request->service->alphabet;
}

/* ---- what is shown ---- */

static void set_text(char **field, const char *text)
{
    char *copy = g_strdup(text);
    g_free(*field);
    *field = copy;
}

static void show(struct sitting *sitting, bool end, const char *text, const char *place)
{
    g_free(sitting->row.page);
    sitting->row.page = g_strconcat(end ? "END " : "CON ", text, NULL);
    set_text(&sitting->row.place, end ? "" : place);
    sitting->row.state = end ? SESSION_DONE : SESSION_OPEN;
}

/* The session ends without being served any further. */
static void refuse(struct sitting *sitting, enum ussd_survey_notice notice, const char *event)
{
    g_autofree char *text = ussd_survey_notice(alphabet_of(sitting), notice);
    show(sitting, true, text, "");
    sitting->row.state = SESSION_REFUSED;
    sitting->event = event;
}

/* ---- a choice of campaigns ---- */

static bool show_choice(struct sitting *sitting, const struct ussd_choice *choice, GError **error)
{
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    unsigned end = MIN(choice->count, choice->first + USSD_CHOICE_PAGE);
    for (unsigned i = choice->first; i < end; i++) {
        const struct campaign_entry *entry =
            campaign_book_find(sitting->book, choice->ids[i], error);
        if (entry == NULL)
            return false;
        g_ptr_array_add(titles, g_strdup(entry->config.title));
    }
    g_autofree char *page = ussd_choice_page(choice, titles, alphabet_of(sitting));
    g_autofree char *place = ussd_choice_place(choice);
    show(sitting, false, page, place);
    return true;
}

/* ---- the menu ---- */

/* As reminders and conversations see it: what is but an add-on is no answer yet. */
static bool find_answered(struct sitting *sitting, const struct campaign_entry *entry,
                          bool *answered, GError **error)
{
    for (unsigned i = 0; i < entry->config.questions->len; i++) {
        const struct question_config *question = entry->config.questions->pdata[i];
        const struct answer_voice voice = {entry->id, sitting->row.contact_id, 0, question->id};
        struct answer_row current = {0};
        struct ballot ballot = {0};
        if (!store_answer_current(sitting->store, &voice, &current, error))
            return false;
        answered[i] =
            current.id != 0 && ballot_parse(question, current.code, &ballot) && ballot.vote;
        answer_row_clear(&current);
    }
    return true;
}

static void show_turn(struct sitting *sitting, const struct menu_turn *turn)
{
    show(sitting, turn->end, turn->page, turn->place != NULL ? turn->place : "");
}

/* "Tiếp tục:" goes before the page if there is room. */
static void show_resumed(struct sitting *sitting, const struct menu_turn *turn)
{
    bool marked = alphabet_of(sitting) == USSD_ALPHABET_UCS2;
    g_autofree char *page = g_strconcat(marked ? "Tiếp tục:\n" : "Tiep tuc:\n", turn->page, NULL);
    unsigned used = 0, limit = 0;
    bool fits = menu_page_fits(page, &used, &limit);
    show(sitting, turn->end, fits ? page : turn->page, turn->place != NULL ? turn->place : "");
    sitting->event = "resumed";
}

/* `place`: where an earlier session broke off; NULL: from the beginning. Whoever dials answers
 * along with the code means all questions, in their order. */
static bool begin_campaign(struct sitting *sitting, int64_t id, const char *place, GError **error)
{
    const struct campaign_entry *entry = NULL;
    enum ussd_survey_notice notice = USSD_NOTICE_CLOSED;
    if (!ussd_offer_entry(sitting->book, id, sitting->request->now, &entry, &notice, error))
        return false;
    sitting->row.campaign_id = id;
    if (entry == NULL) {
        refuse(sitting, notice, "closed");
        return true;
    }
    g_autofree bool *answered = g_new0(bool, entry->config.questions->len);
    if (!find_answered(sitting, entry, answered, error))
        return false;
    const struct menu *menu = campaign_book_menu(sitting->book, entry->id, alphabet_of(sitting));
    struct menu_turn turn = {0};
    if (place != NULL && menu_resume(menu, place, &turn)) {
        show_resumed(sitting, &turn);
    } else {
        menu_turn_clear(&turn);
        menu_begin(menu, sitting->straight ? NULL : answered, &turn);
        show_turn(sitting, &turn);
        sitting->event = "begun";
    }
    menu_turn_clear(&turn);
    return true;
}

/* An opinion is about no question. */
static bool count_answer(struct sitting *sitting, const struct menu_turn *turn, bool *retrefusal,
                         GError **error)
{
    const struct answer_choice choice = {
        .session_id = sitting->row.id,
        .campaign_id = sitting->row.campaign_id,
        .contact_id = sitting->row.contact_id,
        .phone = sitting->row.phone,
        .question = turn->question != NULL ? turn->question->id : "",
        .text = turn->answer,
        .now = sitting->request->now,
    };
    return answer_choose(sitting->store, sitting->book, &choice, retrefusal, error) &&
           (turn->question == NULL ||
            store_session_unask(sitting->store, &sitting->row, choice.question, choice.now, error));
}

/* An add-on came before, by SMS and alone, and waited for this answer: a "no" takes it away. */
static bool decline(struct sitting *sitting, const struct menu *menu, struct menu_turn *turn,
                    GError **error)
{
    const struct question_config *question = turn->declined.question;
    const struct answer_voice voice = {sitting->row.campaign_id, sitting->row.contact_id, 0,
                                       question->id};
    struct answer_row current = {0};
    struct ballot ballot = {0}, without = {.vote = true};
    if (!store_answer_current(sitting->store, &voice, &current, error))
        return false;
    if (current.id != 0 && ballot_parse(question, current.code, &ballot) && ballot.vote) {
        for (unsigned i = 0; i < ballot.count; i++)
            if (ballot_option(question, ballot.chosen[i]) != turn->declined.addon)
                without.chosen[without.count++] = ballot.chosen[i];
        if (without.count < ballot.count) {
            turn->question = question;
            turn->answer = menu_say(menu, question, &without);
        }
    }
    answer_row_clear(&current);
    return true;
}

static bool take_turn(struct sitting *sitting, const struct menu *menu, struct menu_turn *turn,
                      GError **error)
{
    if (turn->declined.question != NULL && !decline(sitting, menu, turn, error))
        return false;
    bool refusal = false, says = turn->answer != NULL;
    if (says && !count_answer(sitting, turn, &refusal, error))
        return false;
    if (refusal) {
        refuse(sitting, USSD_NOTICE_REFUSAL, "opt-out");
        sitting->row.state = SESSION_DONE;
        return true;
    }
    show_turn(sitting, turn);
    sitting->event = says ? "answered" : turn->misread ? "misread" : "shown";
    return true;
}

static bool step_menu(struct sitting *sitting, const char *input, GError **error)
{
    const struct campaign_entry *entry = NULL;
    enum ussd_survey_notice notice = USSD_NOTICE_CLOSED;
    if (!ussd_offer_entry(sitting->book, sitting->row.campaign_id, sitting->request->now, &entry,
                          &notice, error))
        return false;
    if (entry == NULL) {
        refuse(sitting, notice, "closed");
        return true;
    }
    const struct menu *menu = campaign_book_menu(sitting->book, entry->id, alphabet_of(sitting));
    struct menu_turn turn = {0};
    menu_go_on(menu, sitting->row.place, input, &turn);
    bool taken = take_turn(sitting, menu, &turn, error);
    menu_turn_clear(&turn);
    return taken;
}

static bool step_choice(struct sitting *sitting, const char *input, GError **error)
{
    struct ussd_choice choice = {0};
    bool misread = false;
    if (!ussd_choice_read(sitting->row.place, &choice)) {
        refuse(sitting, USSD_NOTICE_INVALID, "no-place");
        return true;
    }
    int64_t id = ussd_choice_pick(&choice, input, &misread);
    if (id != 0)
        return begin_campaign(sitting, id, NULL, error);
    sitting->event = misread ? "misread" : "shown";
    return show_choice(sitting, &choice, error);
}

static bool step(struct sitting *sitting, const char *input, GError **error)
{
    return sitting->row.campaign_id == 0 ? step_choice(sitting, input, error)
                                         : step_menu(sitting, input, error);
}

/* ---- a session that begins ---- */

/* Where the caller's last session broke off, if that is to go on: one of `choice`'s campaigns, and
 * nothing was answered otherwise since. */
static bool find_broken(struct sitting *sitting, const struct ussd_choice *choice, char **retplace,
                        int64_t *retid, GError **error)
{
    const struct ussd_survey_request *request = sitting->request;
    struct session_row last = {0};
    int64_t since = request->now - MAX(request->service->resume_ms, USSD_SURVEY_SILENCE_MS);
    bool left = false, overtaken = false;
    if (!store_session_last(sitting->store, request->service->name, sitting->row.contact_id, since,
                            &last, error))
        return false;
    bool done = last.id == 0 || last.state != SESSION_OPEN ||
                store_session_leave(sitting->store, last.service, last.session, last.heard_at,
                                    &left, error);
    bool broken = last.id != 0 && (left || last.state == SESSION_LEFT) && last.place[0] != '\0' &&
                  last.heard_at >= request->now - request->service->resume_ms;
    bool offered = false;
    for (unsigned i = 0; i < choice->count; i++)
        offered = offered || choice->ids[i] == last.campaign_id;
    if (done && broken && offered)
        done = store_session_overtaken(sitting->store, &last, &overtaken, error);
    if (done && broken && offered && !overtaken && !sitting->straight) {
        *retplace = g_strdup(last.place);
        *retid = last.campaign_id;
    }
    session_row_clear(&last);
    return done;
}

static bool begin(struct sitting *sitting, GError **error)
{
    const struct ussd_survey_request *request = sitting->request;
    const struct ussd_caller caller = {request->service, sitting->row.contact_id, request->now};
    struct ussd_offer offer = {0};
    g_autofree char *place = NULL;
    int64_t id = 0;
    if (!ussd_offer_find(sitting->store, sitting->book, &caller, &offer, error))
        return false;
    if (offer.choice.count == 0) {
        refuse(sitting, offer.notice, offer.reason);
        return true;
    }
    if (!find_broken(sitting, &offer.choice, &place, &id, error))
        return false;
    sitting->event = "begun";
    if (id != 0)
        return begin_campaign(sitting, id, place, error);
    return offer.choice.count == 1 ? begin_campaign(sitting, offer.choice.ids[0], NULL, error)
                                   : show_choice(sitting, &offer.choice, error);
}

/* The row goes first: replies point at it. */
static bool take_new(struct sitting *sitting, GError **error)
{
    const struct ussd_survey_request *request = sitting->request;
    struct contact_row contact = {0};
    if (!store_contact_find(sitting->store, request->phone, &contact, error))
        return false;
    sitting->row = (struct session_row){
        .service = g_strdup(request->service->name),
        .session = g_strdup(request->session),
        .phone = g_strdup(request->phone),
        .contact_id = contact.id,
        .path = g_strdup(request->text),
        .place = g_strdup(""),
        .page = g_strdup(""),
        .started_at = request->now,
        .heard_at = request->now,
    };
    bool done = true;
    sitting->straight = request->text[0] != '\0';
    if (contact.id == 0)
        refuse(sitting,
               request->service->campaign == NULL ? USSD_NOTICE_NONE : USSD_NOTICE_NOT_ASKED,
               "stranger");
    else
        done = begin(sitting, error);
    done = done && store_session_insert(sitting->store, &sitting->row, &sitting->row.id, error);
    if (!done || !sitting->straight || sitting->row.state != SESSION_OPEN)
        return done;
    g_auto(GStrv) inputs = g_strsplit(request->text, "*", -1);
    for (char **input = inputs; done && *input != NULL && sitting->row.state == SESSION_OPEN;
         input++)
        done = step(sitting, *input, error);
    return done && store_session_update(sitting->store, &sitting->row, error);
}

/* ---- a session that is known ---- */

/* What was typed since then; NULL: the path does not go on from that one. A "*" in it is the
 * caller's own. */
static const char *typed_since(const char *path, const char *text)
{
    size_t length = strlen(path);
    if (length == 0)
        return text;
    return strncmp(text, path, length) == 0 && text[length] == '*' ? text + length + 1 : NULL;
}

/* Answered, and the session stays what it is. */
static bool turn_away(const struct sitting *sitting, enum ussd_survey_notice notice,
                      const char *event, struct ussd_survey_page *page)
{
    g_autofree char *text = ussd_survey_notice(alphabet_of(sitting), notice);
    page->page = g_strconcat("END ", text, NULL);
    page->event = event;
    page->odd = true;
    return true;
}

static bool take_known(struct sitting *sitting, struct ussd_survey_page *page, GError **error)
{
    const struct ussd_survey_request *request = sitting->request;
    struct session_row *row = &sitting->row;
    if (!g_str_equal(row->phone, request->phone))
        return turn_away(sitting, USSD_NOTICE_INVALID, "another-phone", page);
    if (g_str_equal(row->path, request->text)) {
        page->page = g_strdup(row->page);
        page->event = "repeated";
        return true;
    }
    const char *input = typed_since(row->path, request->text);
    if (input == NULL)
        return turn_away(sitting, USSD_NOTICE_INVALID, "out-of-turn", page);
    if (row->state != SESSION_OPEN)
        return turn_away(sitting, USSD_NOTICE_OVER, "over", page);
    set_text(&row->path, request->text);
    row->heard_at = request->now;
    return step(sitting, input, error) && store_session_update(sitting->store, row, error);
}

bool ussd_survey_take(struct store *store, struct campaign_book *book,
                      const struct ussd_survey_request *request, struct ussd_survey_page *retpage,
                      GError **error)
{
    struct sitting sitting = {.store = store, .book = book, .request = request};
    struct ussd_survey_page page = {0};
    if (!store_begin(store, error))
        return false;
    bool done =
        store_session_find(store, request->service->name, request->session, &sitting.row, error);
    if (done)
        done = sitting.row.id != 0 ? take_known(&sitting, &page, error) : take_new(&sitting, error);
    if (done)
        done = store_commit(store, error);
    else if (store_in_transaction(store))
        store_rollback(store);
    if (done && page.page == NULL) {
        page.page = g_steal_pointer(&sitting.row.page);
        page.event = sitting.event;
    }
    page.session_id = sitting.row.id;
    page.campaign_id = sitting.row.campaign_id;
    session_row_clear(&sitting.row);
    if (done)
        *retpage = page;
    else
        ussd_survey_page_clear(&page);
    return done;
}
