// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and deleting go past libgammu, over the line: its listing has no bound but 500 s a
 * command, stops at a message that it cannot decode, and its deleting reads each message again.
 * The PDUs are decoded by libgammu all the same (device_pdu.c).
 *
 * A message told lies in `told` under its key, with its place and its PDU. While it is there a
 * listing that meets it again keeps silent. STORED moves the key to the deletions. A place is
 * trusted for a few seconds: nobody else writes here and the tty is ours alone; after that, or
 * after a deletion that failed, what lies there is read and compared before it is deleted. */
#include "modems/inbox.h"

#include "config/log.h"
#include "modems/device.h"
#include "modems/field.h"

#include <stdlib.h>
#include <string.h>

enum {
    READ_MS = 15000,
    LIST_MS = 60000,
    DELETE_MS = 20000, /* a modem may be busy with the network; 3 s is known to be too short */
    TRUST_US = 5000000,
    CMS_INVALID_INDEX = 321, /* how some say that a store is empty */
    LIST_RATHER = 4, /* pointers waiting from which one listing costs less than reading each */
    READ_TRIES = 3,
};

struct place {
    char memory[8];
    int32_t index;
};

struct told {
    uint64_t key;
    struct place place;
    char *pdu;
    int64_t told_at; /* monotonic; 0: no longer trusted */
    bool stored;     /* to be deleted */
};

struct pointer {
    struct place place;
    unsigned tries;
};

struct store {
    const char *memory;
    bool list;   /* wanted */
    bool absent; /* the modem does not know it */
    bool listed; /* once in full: what is found later has come since */
};

struct inbox {
    struct line *line;
    bool (*tell)(void *data, const GByteArray *packet);
    void *data;
    uint64_t next_key;
    GHashTable *told;     /* key → struct told */
    GHashTable *by_place; /* "SM 3" → the same */
    GQueue pointers;      /* of struct pointer * */
    GQueue deletions;     /* of struct told *, which `told` owns */
    char selected[8];     /* the store that the modem reads now */
    struct store stores[3];
    unsigned named; /* how many stores AT+CPMS wants named; 0: not known yet */
    bool single;    /* there is no AT+CPMS: all lies in one place, whatever pointers call it */
    bool gone;
};

static uint64_t *key_of(struct told *told)
{
    return &told->key;
}

static void place_name(const struct place *place, char name[24])
{
    g_snprintf(name, 24, "%s %d", place->memory, place->index);
}

static void free_told(void *data)
{
    struct told *told = data;
    g_free(told->pdu);
    g_free(told);
}

static void forget(struct inbox *inbox, struct told *told)
{
    char name[24];
    place_name(&told->place, name);
    if (g_hash_table_lookup(inbox->by_place, name) == told)
        g_hash_table_remove(inbox->by_place, name);
    g_queue_remove(&inbox->deletions, told);
    g_hash_table_remove(inbox->told, key_of(told));
}

/* ---- telling ---- */

static bool is_fresh(const struct inbox *inbox, const struct place *place)
{
    for (size_t i = 0; i < G_N_ELEMENTS(inbox->stores); i++) {
        if (strcmp(inbox->stores[i].memory, place->memory) == 0)
            return inbox->stores[i].listed;
    }
    return place->memory[0] == '\0'; /* pushed just now */
}

static void tell_incoming(struct inbox *inbox, uint64_t key, const struct device_sms *sms,
                          const struct place *place)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_incoming(packet, &(struct wire_incoming){
                                  .key = key,
                                  .sender = sms->number,
                                  .text = sms->text,
                                  .coding = sms->coding,
                                  .reference = sms->reference,
                                  .total = sms->total,
                                  .sequence = sms->sequence,
                                  .sent_at = sms->sent_at,
                                  .memory = place->memory,
                                  .location = place->index,
                                  .fresh = is_fresh(inbox, place),
                              });
    inbox->gone |= !inbox->tell(inbox->data, packet);
}

static void tell_report(struct inbox *inbox, uint64_t key, const struct device_sms *sms)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    wire_put_report(packet, &(struct wire_report){
                                .key = key,
                                .reference = (uint8_t)sms->reference,
                                .number = sms->number,
                                .status = sms->status,
                                .sent_at = sms->sent_at,
                                .discharged_at = sms->discharged_at,
                            });
    inbox->gone |= !inbox->tell(inbox->data, packet);
}

/* What cannot be decoded is told as it is, in hex, so that it is kept and leaves the SIM. */
static void tell_unreadable(struct inbox *inbox, uint64_t key, const char *pdu,
                            const struct place *place)
{
    log_warn("modem", "incoming=unreadable memory=%s index=%d octets=%zu", place->memory,
             place->index, strlen(pdu) / 2);
    struct device_sms sms = {.number = (char *)"",
                             .text = (char *)pdu,
                             .coding = WIRE_CODING_BINARY,
                             .reference = -1,
                             .total = 1,
                             .sequence = 1};
    tell_incoming(inbox, key, &sms, place);
}

/* Tells what a PDU says; true when there was something to tell. */
static bool tell_pdu(struct inbox *inbox, uint64_t key, const char *pdu, int octets,
                     const struct place *place)
{
    struct device_sms sms;
    if (!device_read_pdu(pdu, octets, &sms)) {
        tell_unreadable(inbox, key, pdu, place);
        return true;
    }
    if (sms.kind == DEVICE_DELIVER)
        tell_incoming(inbox, key, &sms, place);
    else if (sms.kind == DEVICE_REPORT)
        tell_report(inbox, place->memory[0] == '\0' ? 0 : key, &sms);
    bool told = sms.kind != DEVICE_OTHER;
    device_sms_clear(&sms);
    return told;
}

/* A modem with one store may take every name for it: what is known there is not told again here,
 * or a place would be emptied twice. */
static bool known_elsewhere(const struct inbox *inbox, const struct place *place, const char *pdu)
{
    for (size_t i = 0; i < G_N_ELEMENTS(inbox->stores); i++) {
        struct place other = {.index = place->index};
        char name[24];
        g_strlcpy(other.memory, inbox->stores[i].memory, sizeof other.memory);
        place_name(&other, name);
        const struct told *told = g_hash_table_lookup(inbox->by_place, name);
        if (told != NULL && strcmp(other.memory, place->memory) != 0 && strcmp(told->pdu, pdu) == 0)
            return true;
    }
    return false;
}

static void found(struct inbox *inbox, const struct place *place, const char *pdu, int octets)
{
    char name[24];
    place_name(place, name);
    struct told *before = g_hash_table_lookup(inbox->by_place, name);
    if ((before != NULL && strcmp(before->pdu, pdu) == 0) || known_elsewhere(inbox, place, pdu))
        return;
    if (before != NULL) /* the place was taken by another message */
        forget(inbox, before);
    uint64_t key = inbox->next_key++;
    if (!tell_pdu(inbox, key, pdu, octets, place))
        return;
    struct told *told = g_new0(struct told, 1);
    told->key = key;
    told->place = *place;
    told->pdu = g_strdup(pdu);
    told->told_at = g_get_monotonic_time();
    g_hash_table_insert(inbox->told, key_of(told), told);
    g_hash_table_insert(inbox->by_place, g_strdup(name), told);
}

/* ---- the stores ---- */

static bool ask_for_store(struct inbox *inbox, const char *memory, unsigned count,
                          struct result *retresult)
{
    g_autoptr(GString) command = g_string_new("AT+CPMS=");
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(command, "%s\"%s\"", i > 0 ? "," : "", memory);
    return line_ask(inbox->line, command->str, READ_MS, NULL, retresult);
}

static bool was_refused(const struct result *result)
{
    return (result->final == RESULT_ERROR || result->final == RESULT_CMS ||
            result->final == RESULT_CME) &&
           !result_is_busy(result);
}

/* The store for reading and deleting is the first; a few modems want the others named too. */
static bool select_store(struct inbox *inbox, const char *memory, bool *retabsent)
{
    if (strcmp(inbox->selected, memory) == 0 || inbox->single)
        return true;
    inbox->selected[0] = '\0';
    unsigned least = MAX(inbox->named, 1), most = inbox->named > 0 ? inbox->named : 3;
    struct result result = {.final = RESULT_ERROR, .code = -1};
    for (unsigned count = least; count <= most && was_refused(&result); count++) {
        if (!ask_for_store(inbox, memory, count, &result))
            continue;
        inbox->named = count;
        g_strlcpy(inbox->selected, memory, sizeof inbox->selected);
        return true;
    }
    *retabsent = was_refused(&result);
    return false;
}

/* "<index>,<stat>,[<alpha>],<length>" or without the name: the last number is the length. */
static int octets_of(const char *fields)
{
    const char *comma = strrchr(fields, ',');
    return comma != NULL ? atoi(comma + 1) : -1;
}

/* A modem that knows no AT+CPMS at all has its messages somewhere nevertheless. */
static void settle_for_one(struct inbox *inbox)
{
    struct store *first = &inbox->stores[0], *second = &inbox->stores[1];
    if (inbox->named > 0 || !first->absent || !second->absent ||
        line_ask(inbox->line, "AT+CPMS?", READ_MS, NULL, NULL))
        return;
    inbox->single = true;
    first->absent = false;
    first->list = true;
}

static void list_store(struct inbox *inbox, struct store *store)
{
    store->list = false;
    if (store->absent)
        return;
    struct result result = {0};
    if (!select_store(inbox, store->memory, &store->absent)) {
        settle_for_one(inbox);
        return;
    }
    g_autoptr(GPtrArray) lines = NULL;
    bool whole = line_ask(inbox->line, "AT+CMGL=4", LIST_MS, &lines, &result);
    for (guint i = 0; i + 1 < lines->len && !inbox->gone; i++) {
        const char *head = lines->pdata[i], *pdu = lines->pdata[i + 1];
        if (!g_str_has_prefix(head, "+CMGL:") || !result_is_hex(pdu))
            continue;
        struct place place = {.index = field_number(head + strlen("+CMGL:"), 0, -1)};
        g_strlcpy(place.memory, store->memory, sizeof place.memory);
        if (place.index >= 0)
            found(inbox, &place, pdu, octets_of(head));
    }
    store->listed |= whole || (result.final == RESULT_CMS && result.code == CMS_INVALID_INDEX);
}

/* The PDU in a place, for the caller to free; NULL: empty, or it would not say. */
static char *read_place(struct inbox *inbox, const struct place *place, int *retoctets)
{
    bool absent;
    if (!select_store(inbox, place->memory, &absent))
        return NULL;
    g_autofree char *command = g_strdup_printf("AT+CMGR=%d", place->index);
    g_autoptr(GPtrArray) lines = NULL;
    line_ask(inbox->line, command, READ_MS, &lines, NULL);
    for (guint i = 0; i + 1 < lines->len; i++) {
        if (!g_str_has_prefix(lines->pdata[i], "+CMGR:") || !result_is_hex(lines->pdata[i + 1]))
            continue;
        *retoctets = octets_of(lines->pdata[i]);
        return g_strdup(lines->pdata[i + 1]);
    }
    return NULL;
}

static void want_list(struct inbox *inbox, const char *memory)
{
    for (size_t i = 0; i < G_N_ELEMENTS(inbox->stores); i++) {
        bool both = strcmp(memory, "MT") == 0 && i < 2; /* MT is SM and ME seen as one */
        if (both || strcmp(memory, inbox->stores[i].memory) == 0)
            inbox->stores[i].list = true;
    }
}

/* Pointers are followed one by one, or by a listing when many wait for the same store. */
static void follow_pointer(struct inbox *inbox)
{
    struct pointer *pointer = g_queue_pop_head(&inbox->pointers);
    if (inbox->single) /* one place, one name, or it would be told and deleted twice */
        g_strlcpy(pointer->place.memory, inbox->stores[0].memory, sizeof pointer->place.memory);
    int octets = -1;
    g_autofree char *pdu = read_place(inbox, &pointer->place, &octets);
    if (pdu != NULL)
        found(inbox, &pointer->place, pdu, octets);
    else if (++pointer->tries < READ_TRIES) /* some announce it before it can be read */
        g_queue_push_tail(&inbox->pointers, g_steal_pointer(&pointer));
    else
        want_list(inbox, pointer->place.memory);
    g_free(pointer);
}

static void gather_pointers(struct inbox *inbox)
{
    while (inbox->pointers.length > 0) {
        g_autofree struct pointer *pointer = g_queue_pop_head(&inbox->pointers);
        want_list(inbox, inbox->single ? inbox->stores[0].memory : pointer->place.memory);
    }
}

/* ---- deleting ---- */

static bool still_there(struct inbox *inbox, const struct told *told)
{
    if (told->told_at != 0 && g_get_monotonic_time() - told->told_at < TRUST_US)
        return true;
    int octets = -1;
    g_autofree char *pdu = read_place(inbox, &told->place, &octets);
    return pdu != NULL && strcmp(pdu, told->pdu) == 0;
}

/* One from the store that is open, if there is one: changing costs a question. */
static struct told *next_deletion(struct inbox *inbox)
{
    for (GList *at = inbox->deletions.head; at != NULL; at = at->next) {
        struct told *told = at->data;
        if (strcmp(told->place.memory, inbox->selected) != 0)
            continue;
        g_queue_delete_link(&inbox->deletions, at);
        return told;
    }
    return g_queue_pop_head(&inbox->deletions);
}

static void delete_next(struct inbox *inbox)
{
    struct told *told = next_deletion(inbox);
    bool absent;
    if (!select_store(inbox, told->place.memory, &absent))
        return;
    if (!still_there(inbox, told)) {
        log_info("modem", "stored=changed memory=%s index=%d", told->place.memory,
                 told->place.index);
        want_list(inbox, told->place.memory);
        forget(inbox, told);
        return;
    }
    g_autofree char *command = g_strdup_printf("AT+CMGD=%d", told->place.index);
    struct result result;
    if (line_ask(inbox->line, command, DELETE_MS, NULL, &result)) {
        forget(inbox, told);
        return;
    }
    /* It stays told, so that no listing tells it again, and is tried with the next listing. */
    told->told_at = 0;
    g_autofree char *answer = log_quote(result.line);
    log_warn("modem", "delete=failed memory=%s index=%d answer=%s", told->place.memory,
             told->place.index, answer);
}

static void retry_deletions(struct inbox *inbox)
{
    GHashTableIter each;
    struct told *told = NULL;
    g_hash_table_iter_init(&each, inbox->told);
    while (g_hash_table_iter_next(&each, NULL, (void **)&told)) {
        if (told->stored && g_queue_find(&inbox->deletions, told) == NULL)
            g_queue_push_tail(&inbox->deletions, told);
    }
}

/* ---- the door ---- */

struct inbox *inbox_new(struct line *line, bool (*tell)(void *data, const GByteArray *packet),
                        void *data)
{
    struct inbox *inbox = g_new0(struct inbox, 1);
    inbox->line = line;
    inbox->tell = tell;
    inbox->data = data;
    inbox->next_key = 1;
    inbox->told = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_told);
    inbox->by_place = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_init(&inbox->pointers);
    g_queue_init(&inbox->deletions);
    inbox->stores[0].memory = "SM";
    inbox->stores[1].memory = "ME";
    inbox->stores[2].memory = "SR"; /* only when a pointer leads there */
    return inbox;
}

void inbox_free(struct inbox *inbox)
{
    if (inbox == NULL)
        return;
    g_queue_clear_full(&inbox->pointers, g_free);
    g_queue_clear(&inbox->deletions);
    g_hash_table_unref(inbox->by_place);
    g_hash_table_unref(inbox->told);
    g_free(inbox);
}

void inbox_notice(struct inbox *inbox, const struct line_notice *notice)
{
    if (notice->kind == RESULT_PUSHED_MESSAGE || notice->kind == RESULT_PUSHED_REPORT) {
        /* Lies nowhere: there will be nothing to delete. */
        tell_pdu(inbox, inbox->next_key++, notice->text, -1, &(struct place){.memory = ""});
        return;
    }
    if (strcmp(notice->memory, "MT") == 0) {
        want_list(inbox, "MT");
        return;
    }
    struct pointer *pointer = g_new0(struct pointer, 1);
    memcpy(pointer->place.memory, notice->memory, sizeof pointer->place.memory);
    pointer->place.index = notice->index;
    g_queue_push_tail(&inbox->pointers, pointer);
}

void inbox_stored(struct inbox *inbox, uint64_t key)
{
    struct told *told = g_hash_table_lookup(inbox->told, &key);
    if (told == NULL || told->stored)
        return;
    told->stored = true;
    g_queue_push_tail(&inbox->deletions, told);
}

void inbox_list_all(struct inbox *inbox)
{
    /* A store that was refused may only not have been ready. */
    for (size_t i = 0; i < G_N_ELEMENTS(inbox->stores) && !inbox->single; i++)
        inbox->stores[i].absent = false;
    want_list(inbox, "MT");
    retry_deletions(inbox);
}

static struct store *next_listing(const struct inbox *inbox)
{
    for (size_t i = 0; i < G_N_ELEMENTS(inbox->stores); i++) {
        if (inbox->stores[i].list)
            return (struct store *)&inbox->stores[i];
    }
    return NULL;
}

bool inbox_idle(const struct inbox *inbox)
{
    return inbox->deletions.length == 0 && inbox->pointers.length == 0 &&
           next_listing(inbox) == NULL;
}

bool inbox_step(struct inbox *inbox, unsigned questions)
{
    for (unsigned i = 0; i < questions && !inbox->gone && !inbox_idle(inbox); i++) {
        if (line_hung_up(inbox->line))
            break;
        /* Deleting first: a full SIM keeps the network from delivering. */
        struct store *store = next_listing(inbox);
        if (inbox->deletions.length > 0) {
            delete_next(inbox);
        } else if (store != NULL) {
            list_store(inbox, store);
            i += 3;
        } else if (inbox->pointers.length >= LIST_RATHER) {
            gather_pointers(inbox);
        } else {
            follow_pointer(inbox);
            i++;
        }
    }
    return !inbox->gone;
}
