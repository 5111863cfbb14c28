// SPDX-License-Identifier: GPL-2.0-or-later
// Incoming SMS: once each, joined when all parts are there, handed on with holes when they never
// come.
#include "campaigns/store/incoming.h"

#include "campaigns/store/modem.h"
#include "tests/store_file.h"

struct sms {
    const char *sender, *text;
    int reference;
    unsigned total, sequence;
    int64_t sent_at, received_at; /* from the opening */
    const char *expected;         /* the text that is complete with this SMS, NULL: none */
    bool repeated;
};

static char *add(struct store *store, const struct sms *sms, bool *retnew)
{
    const struct incoming incoming = {
        .modem = "sim1",
        .imsi = "452040000000001",
        .memory = "SM",
        .location = 1,
        .sender = sms->sender,
        .text = sms->text,
        .reference = sms->reference,
        .total = sms->total,
        .sequence = sms->sequence,
        .sent_at = sms->sent_at < 0 ? 0 : OPENING + sms->sent_at,
        .received_at = OPENING + sms->received_at,
        .retry_at = OPENING + sms->received_at + HOUR,
    };
    struct incoming_text *text = NULL;
    g_autoptr(GError) error = NULL;
    store_incoming_add(store, &incoming, retnew, &text, &error);
    g_assert_no_error(error);
    if (text == NULL)
        return NULL;
    g_assert_cmpstr(text->sender, ==, sms->sender);
    g_assert_cmpstr(text->modem, ==, "sim1");
    char *whole = g_strdup(text->text);
    /* As answer_take() would do: handed on, it waits no longer. */
    g_assert_true(
        sql_run(store, NULL,
                "INSERT INTO reply (modem, sender, text, sent_at, received_at, outcome, rule,"
                " normalised) VALUES ('sim1', '', '', 0, 0, 'unclear', '', '')",
                ""));
    g_assert_true(store_incoming_link(store, text->ids, sql_last_id(store), NULL));
    incoming_text_free(text);
    return whole;
}

static void walk(struct store_file *file, const struct sms *sms)
{
    for (; sms->sender != NULL; sms++) {
        g_test_message("%s %u/%u", sms->text, sms->sequence, sms->total);
        bool is_new = false;
        g_autofree char *whole = add(file->store, sms, &is_new);
        g_assert_cmpint(is_new, ==, !sms->repeated);
        g_assert_cmpstr(whole, ==, sms->expected);
    }
}

#define AN   "+84912345678"
#define BINH "+84987654321"

static void test_once_each(struct store_file *file, gconstpointer data)
{
    (void)data;
    walk(file, (struct sms[]){
                   {AN, "1", -1, 1, 1, 0, 5, "1"},
                   {AN, "1", -1, 1, 1, 0, 9 * MINUTE, NULL, true}, /* read again */
                   {BINH, "1", -1, 1, 1, 0, 5, "1"},               /* two households */
                   {AN, "1", -1, 1, 1, 2000, 9, "1"},              /* sent again */
                   {AN, "2", -1, 1, 1, 2000, 9, "2"},
                   {AN, "1", -1, 1, 1, -1, 0, "1"},          /* no SCTS */
                   {AN, "1", -1, 1, 1, -1, 100, NULL, true}, /* and read again at once */
                   {AN, "1", -1, 1, 1, -1, 3 * HOUR, "1"},   /* but not for ever */
                   {"VIETTEL", "[QC] Khuyen mai", -1, 0, 0, 0, 5, "[QC] Khuyen mai"},
                   {NULL},
               });
}

static void test_content_alone_proves_nothing(struct store_file *file, gconstpointer data)
{
    (void)data;
    enum { SIM_A, SIM_B, NO_SIM };
    static const char *const cards[] = {"452040000000001", "452040000000002", ""};
    /* All the same "1" of the same second from one household. The rows up to `boot` were told
     * before the power went. */
    const struct {
        const char *name, *modem, *memory;
        int card, location, key;
        bool fresh, boot;
        int64_t received_at;
        bool is_new;
    } each[] = {
        {"the first", "sim1", "SM", SIM_A, 1, 1, true, false, 0, true},
        {"told again by the next worker", "sim1", "SM", SIM_A, 1, 1, true, false, HOUR, false},
        {"another place", "sim1", "SM", SIM_A, 2, 2, true, false, HOUR, true},
        {"the place was emptied and filled again", "sim1", "SM", SIM_A, 1, 3, true, false, HOUR,
         true},
        {"that one again", "sim1", "SM", SIM_A, 1, 3, true, false, HOUR, false},
        {"filled again while nobody watched", "sim1", "SM", SIM_A, 1, 4, false, false, HOUR, true},
        {"the SIM moved on before it was emptied", "sim2", "SM", SIM_A, 1, 5, false, false, HOUR,
         false},
        {"another place of the SIM that moved", "sim2", "SM", SIM_A, 3, 6, false, false, HOUR,
         true},
        {"the same place of another SIM", "sim1", "SM", SIM_B, 1, 7, false, false, HOUR, true},
        {"the modem's own memory", "sim1", "ME", SIM_A, 1, 8, true, false, HOUR, true},
        {"which stays when the SIM goes", "sim1", "ME", SIM_B, 1, 8, true, false, HOUR, false},
        {"and is another in another modem", "sim2", "ME", SIM_A, 1, 9, false, false, HOUR, true},
        {"after a power cut, from a place told before", "sim1", "SM", SIM_A, 2, 10, false, true,
         2 * HOUR, false},
        {"and again by the next worker, who has that word of it", "sim1", "SM", SIM_A, 2, 10, true,
         true, 2 * HOUR, false},
        {"after a power cut, the modem's own, another SIM", "sim1", "ME", SIM_B, 1, 11, false, true,
         2 * HOUR, false},
        {"after a power cut, from a place not told before", "sim1", "SM", SIM_A, 9, 12, false, true,
         2 * HOUR, true},
        {"that place filled again, after the cut", "sim1", "SM", SIM_A, 9, 13, false, false,
         2 * HOUR, true},
        {"a SIM that will not say who it is", "sim1", "SM", NO_SIM, 5, 14, false, false, 2 * HOUR,
         true},
        {"and its like in another modem", "sim2", "SM", NO_SIM, 5, 15, false, false, 2 * HOUR,
         true},
        {"pushed as well", "sim1", "", SIM_A, 0, 20, true, false, 2 * HOUR, false},
        {"pushed much later", "sim1", "", SIM_A, 0, 21, true, false, 5 * HOUR, true},
        {"that again by the next worker", "sim1", "", SIM_A, 0, 21, false, false, 5 * HOUR, false},
        {"and stored as well", "sim1", "ME", SIM_A, 4, 22, true, false, 5 * HOUR, false},
        {"pushed to one that died, long after it was stored", "sim1", "", SIM_A, 0, 23, false,
         false, 9 * HOUR, false},
        {"pushed for the second time in that second", "sim3", "", SIM_A, 0, 24, true, false,
         9 * HOUR, true},
    };
    g_assert_true(store_modem_ensure(file->store, "sim1", OPENING, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(each); i++) {
        g_test_message("%s", each[i].name);
        if (each[i].boot && !each[i - 1].boot)
            g_assert_true(store_modem_note_flight(file->store, "sim1", "f", "b", NULL));
        const struct incoming incoming = {
            .modem = each[i].modem,
            .imsi = cards[each[i].card],
            .memory = each[i].memory,
            .location = each[i].location,
            .key = each[i].key,
            .fresh = each[i].fresh,
            .sender = AN,
            .text = "1",
            .reference = -1,
            .total = 1,
            .sequence = 1,
            .sent_at = OPENING,
            .received_at = OPENING + each[i].received_at,
        };
        bool is_new = false;
        struct incoming_text *text = NULL;
        g_assert_true(store_incoming_add(file->store, &incoming, &is_new, &text, NULL));
        g_assert_cmpint(is_new, ==, each[i].is_new);
        g_assert_cmpint(text != NULL, ==, each[i].is_new);
        incoming_text_free(text);
    }
}

static void test_parts_are_joined(struct store_file *file, gconstpointer data)
{
    (void)data;
    walk(file, (struct sms[]){
                   {AN, "một ", 9, 3, 1, 0, 0, NULL},
                   {AN, "ba", 9, 3, 3, 1000, 10, NULL},
                   {AN, "một ", 9, 3, 1, 0, 20, NULL, true},
                   {BINH, "hai ", 9, 3, 2, 500, 20, NULL},
                   {AN, "hai ", 8, 3, 2, 500, 20, NULL},
                   {AN, "hai ", 9, 3, 2, 500, 30, "một hai ba"},
                   /* cut in the middle of a pair, and of a pair that lost its other half */
                   {AN, "a\U0010D83D", 5, 2, 1, 0, 0, NULL},
                   {AN, "\U0010DE00b", 5, 2, 2, 0, 0, "a😀b"},
                   {AN, "a\U0010D83D", 6, 2, 1, 0, 0, NULL},
                   {AN, "b", 6, 2, 2, 0, 0, "a\uFFFDb"},
                   {AN, "sai số", 9, 3, 7, 0, 30, "sai số"}, /* sequence out of range */
                   {NULL},
               });
}

static void test_references_are_used_again(struct store_file *file, gconstpointer data)
{
    (void)data;
    walk(file, (struct sms[]){
                   {AN, "A1 ", 0, 2, 1, 0, 0, NULL},
                   {AN, "B1 ", 0, 2, 1, 60000, 0, NULL},
                   {AN, "B2", 0, 2, 2, 61000, 10, "B1 B2"},
                   {AN, "A2", 0, 2, 2, 1000, 20, "A1 A2"},
                   {NULL},
               });
}

static char *overdue(struct store *store, int64_t at)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func((GDestroyNotify)incoming_text_free);
    g_autoptr(GError) error = NULL;
    store_incoming_overdue(store, OPENING + at, 10, texts, &error);
    g_assert_no_error(error);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++) {
        const struct incoming_text *text = g_ptr_array_index(texts, i);
        g_string_append_printf(all, "%s%s", i > 0 ? "|" : "", text->text);
    }
    return g_string_free(all, FALSE);
}

static void test_missing_parts_leave_a_hole(struct store_file *file, gconstpointer data)
{
    (void)data;
    walk(file, (struct sms[]){
                   {AN, "đầu ", 9, 4, 1, 0, 0, NULL},
                   {AN, " cuối", 9, 4, 4, 0, HOUR, NULL},
                   {BINH, " sau", 3, 2, 2, 0, 2 * HOUR, NULL},
                   {BINH, "xong", -1, 1, 1, 0, 0, "xong"},
                   {NULL},
               });
    static const struct {
        int64_t at;
        const char *expected;
    } rows[] = {
        {HOUR - 1, ""},
        {HOUR, "đầu […] cuối"},
        {2 * HOUR, "đầu […] cuối"},
        {3 * HOUR, "đầu […] cuối|[…] sau"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = overdue(file->store, rows[i].at);
        g_assert_cmpstr(got, ==, rows[i].expected);
    }
}

/* A text whose interpretation faults comes later and later, and others pass it by. */
static void test_delayed_texts_block_nobody(struct store_file *file, gconstpointer data)
{
    (void)data;
    walk(file, (struct sms[]){
                   {AN, "hỏng ", 1, 2, 1, 0, 0, NULL},
                   {BINH, "lành ", 2, 2, 2, 0, 1, NULL},
                   {NULL},
               });
    static const struct {
        int64_t at;
        const char *expected;
        bool fault; /* the first text fails then */
    } rows[] = {
        {HOUR, "hỏng […]", true},
        {HOUR + 1, "[…]lành ", false},
        {HOUR + MINUTE - 1, "[…]lành ", false},
        {HOUR + MINUTE, "[…]lành |hỏng […]", false},
        {HOUR + MINUTE + 1, "[…]lành |hỏng […]", true},
        {HOUR + 3 * MINUTE, "[…]lành ", false},
        {HOUR + 3 * MINUTE + 1, "[…]lành |hỏng […]", false},
    };
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int64_t first = 1;
    g_array_append_val(ids, first);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = overdue(file->store, rows[i].at);
        g_assert_cmpstr(got, ==, rows[i].expected);
        if (rows[i].fault)
            g_assert_true(
                store_incoming_delay(file->store, ids, OPENING + rows[i].at, MINUTE, NULL));
    }
}

#define TEST(name, function)                                                                       \
    g_test_add("/store incoming/" name, struct store_file, NULL, store_file_open, function,        \
               store_file_close)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("the same SMS is stored once, equal ones each", test_once_each);
    TEST("parts are joined in any order", test_parts_are_joined);
    TEST("content alone proves nothing, place and key do", test_content_alone_proves_nothing);
    TEST("references are used again", test_references_are_used_again);
    TEST("missing parts leave a hole", test_missing_parts_leave_a_hole);
    TEST("what faults comes later and blocks nobody", test_delayed_texts_block_nobody);
    return g_test_run();
}
