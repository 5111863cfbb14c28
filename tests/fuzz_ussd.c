// SPDX-License-Identifier: GPL-2.0-or-later
/* What an aggregator may send, a form on each line, to an office in the middle of its dialogue. The
 * lines are requests one after the other, a minute apart. Whatever they say, a page fits a handset,
 * the same request again gets the same page, and only what was answered counts. */
#include "campaigns/menu.h"
#include "campaigns/phone.h"
#include "campaigns/ussd_survey.h"
#include "config/log.h"
#include "gateway/api/form.h"
#include "tests/fuzz/office.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REQUESTS_MAX = 24 };

static struct ussd_service_config service = {.name = (char *)"thamdo", .resume_ms = DAY};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    log_set_level("error");
    office_found();
    return 0;
}

static void assert_page(const struct ussd_survey_page *page)
{
    unsigned used = 0, limit = 0;
    bool goes_on = g_str_has_prefix(page->page, "CON ");
    g_assert_true(goes_on || g_str_has_prefix(page->page, "END "));
    g_assert_true(page->page[4] != '\0' && g_utf8_validate(page->page, -1, NULL));
    g_assert_true(menu_page_fits(page->page + 4, &used, &limit));
}

static void take(struct store *store, struct campaign_book *book,
                 const struct ussd_survey_request *request)
{
    static const char replies[] = "SELECT count(*) FROM reply";
    g_autoptr(GError) error = NULL;
    struct ussd_survey_page page = {0}, again = {0};
    ussd_survey_take(store, book, request, &page, &error);
    g_assert_no_error(error);
    assert_page(&page);
    int64_t before = count_rows(store, replies);
    ussd_survey_take(store, book, request, &again, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(page.page, ==, again.page);
    g_assert_cmpint(count_rows(store, replies), ==, before);
    g_assert_false(store_in_transaction(store));
    ussd_survey_page_clear(&page);
    ussd_survey_page_clear(&again);
}

static void play(struct store *store, struct campaign_book *book, const char *line, size_t size,
                 int64_t now)
{
    const char *problem = NULL;
    g_autoptr(GHashTable) form = form_read(line, size, &problem);
    g_assert_true((form == NULL) == (problem != NULL));
    if (form == NULL)
        return;
    struct phone phone = {0};
    const char *number = g_hash_table_lookup(form, "phoneNumber");
    const struct ussd_survey_request request = {
        .service = &service,
        .session = g_hash_table_lookup(form, "sessionId"),
        .phone = phone.e164,
        .text = g_hash_table_lookup(form, "text"),
        .now = now,
    };
    g_autofree char *bare = g_strstrip(g_strdup(number != NULL ? number : ""));
    if (request.session != NULL && request.text != NULL && phone_read_sender(bare, &phone))
        take(store, book, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;
    struct store *store = office_open();
    struct campaign_book *book = campaign_book_new(store, &test_terms);
    for (unsigned i = 0; i < REQUESTS_MAX && at < end; i++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        play(store, book, at, (size_t)((next != NULL ? next : end) - at),
             OPENING + HOUR + i * MINUTE);
        at = next != NULL ? next + 1 : end;
    }
    campaign_book_free(book);
    store_free(store);
    return 0;
}
