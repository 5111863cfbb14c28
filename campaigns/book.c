// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps parsed campaigns. Whether a row changed is asked of SQLite's data_version, which moves with
 * every commit of another connection; only then are rows read again, and only a row whose file
 * changed is parsed again. This connection's own changes need campaign_book_stale(). */
#include "campaigns/book.h"

#include "campaigns/day.h"
#include "campaigns/menu.h"
#include "campaigns/reply.h"
#include "campaigns/store/campaign.h"

#include <string.h>

struct page {
    struct campaign_entry entry;
    char *definition;
    uint64_t read_in;                           /* the round in which its row was last read */
    struct menu *menus[USSD_ALPHABET_UCS2 + 1]; /* by alphabet, made when somebody dials */
    GHashTable *turns; /* id of a question → its struct reply_reader *; made when one is needed */
};

struct campaign_book {
    struct store *store;
    struct campaign_terms terms;
    char *time_zone;
    GTimeZone *zone;
    GHashTable *pages; /* id → struct page * */
    struct campaign_config none;
    struct reply_reader *none_reader;
    int64_t data_version;
    uint64_t round; /* grows when rows may have changed */
};

static const char none_text[] = "code = \"KHONG\"; title = \"-\"; kind = \"notice\"; text = \"-\";";

static void free_reader(gpointer reader)
{
    reply_reader_free(reader);
}

static void forget_readers(struct page *page)
{
    g_clear_pointer(&page->entry.reader, reply_reader_free);
    g_clear_pointer(&page->turns, g_hash_table_unref);
    for (size_t i = 0; i < G_N_ELEMENTS(page->menus); i++)
        g_clear_pointer(&page->menus[i], menu_free);
}

static void free_page(gpointer data)
{
    struct page *page = data;
    forget_readers(page);
    campaign_config_clear(&page->entry.config);
    g_free(page->definition);
    g_free(page);
}

bool campaign_book_read(const struct campaign_row *row, struct campaign_config *retconfig,
                        GError **error)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    if (campaign_config_read(row->definition, row->file, retconfig, mistakes))
        return true;
    g_set_error(error, CAMPAIGN_ERROR, CAMPAIGN_ERROR_INVALID,
                "the stored file of campaign %s no longer reads: create it again", row->code);
    return false;
}

void campaign_book_set_terms(struct campaign_book *book, const struct campaign_terms *terms)
{
    char *name = g_strdup(terms->time_zone);
    g_free(book->time_zone);
    book->time_zone = name;
    book->terms = *terms;
    book->terms.time_zone = name;
    if (book->zone != NULL)
        g_time_zone_unref(book->zone);
    book->zone = day_zone(name);
}

struct campaign_book *campaign_book_new(struct store *store, const struct campaign_terms *terms)
{
    struct campaign_book *book = g_new0(struct campaign_book, 1);
    book->store = store;
    book->data_version = -1;
    book->round = 1;
    book->pages = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_page);
    campaign_book_set_terms(book, terms);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = campaign_config_read(none_text, "none", &book->none, mistakes);
    g_assert(read);
    return book;
}

void campaign_book_free(struct campaign_book *book)
{
    if (book == NULL)
        return;
    g_hash_table_destroy(book->pages);
    reply_reader_free(book->none_reader);
    campaign_config_clear(&book->none);
    g_time_zone_unref(book->zone);
    g_free(book->time_zone);
    g_free(book);
}

static bool parse(struct page *page, const struct campaign_row *row, GError **error)
{
    struct campaign_config config = {0};
    if (!campaign_book_read(row, &config, error)) {
        campaign_config_clear(&config);
        return false;
    }
    forget_readers(page);
    campaign_config_clear(&page->entry.config);
    page->entry.config = config;
    g_free(page->definition);
    page->definition = g_strdup(row->definition);
    return true;
}

static bool refresh(struct campaign_book *book, struct page *page, int64_t id, GError **error)
{
    struct campaign_row *row = store_campaign_get(book->store, id, error);
    if (row == NULL)
        return false;
    bool read = page->definition != NULL && g_str_equal(page->definition, row->definition);
    if (!read)
        read = parse(page, row, error);
    page->entry.id = row->id;
    page->entry.state = row->state;
    page->entry.priority = row->priority;
    page->entry.opens_at = row->opens_at;
    page->entry.closes_at = row->closes_at;
    page->entry.state_at = row->state_at;
    page->read_in = book->round;
    campaign_row_free(row);
    return read;
}

const struct campaign_entry *campaign_book_find(struct campaign_book *book, int64_t id,
                                                GError **error)
{
    int64_t version = store_data_version(book->store);
    if (version != book->data_version) {
        book->data_version = version;
        book->round++;
    }
    struct page *page = g_hash_table_lookup(book->pages, &id);
    if (page != NULL && page->read_in == book->round)
        return &page->entry;
    if (page == NULL) {
        page = g_new0(struct page, 1);
        page->entry.id = id;
        g_hash_table_insert(book->pages, &page->entry.id, page);
    }
    if (refresh(book, page, id, error))
        return &page->entry;
    g_hash_table_remove(book->pages, &id);
    return NULL;
}

const struct reply_reader *campaign_book_reader(struct campaign_book *book, int64_t id)
{
    struct page *page = id == 0 ? NULL : g_hash_table_lookup(book->pages, &id);
    struct reply_reader **reader = page == NULL ? &book->none_reader : &page->entry.reader;
    if (*reader == NULL)
        *reader = reply_reader_new(page == NULL ? &book->none : &page->entry.config);
    return *reader;
}

const struct reply_reader *campaign_book_reader_for(struct campaign_book *book, int64_t id,
                                                    const char *question)
{
    struct page *page = g_hash_table_lookup(book->pages, &id);
    if (page == NULL)
        return NULL;
    if (page->turns == NULL)
        page->turns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_reader);
    struct reply_reader *reader = g_hash_table_lookup(page->turns, question);
    const GPtrArray *questions = page->entry.config.questions;
    for (unsigned i = 0; reader == NULL && i < questions->len; i++) {
        const struct question_config *one = questions->pdata[i];
        if (!g_str_equal(one->id, question))
            continue;
        reader = reply_reader_new_for(&page->entry.config, i);
        g_hash_table_insert(page->turns, g_strdup(question), reader);
    }
    return reader;
}

const struct menu *campaign_book_menu(struct campaign_book *book, int64_t id,
                                      enum ussd_alphabet alphabet)
{
    struct page *page = g_hash_table_lookup(book->pages, &id);
    if (page == NULL)
        return NULL;
    if (page->menus[alphabet] == NULL)
        page->menus[alphabet] = menu_new(&page->entry.config, alphabet);
    return page->menus[alphabet];
}

void campaign_book_stale(struct campaign_book *book)
{
    book->round++;
}

const struct campaign_terms *campaign_book_terms(const struct campaign_book *book)
{
    return &book->terms;
}

char *campaign_book_date(const struct campaign_book *book, int64_t at)
{
    return day_format(at, book->zone, "%d/%m/%Y");
}

const struct campaign_config *campaign_book_none(const struct campaign_book *book)
{
    return &book->none;
}
