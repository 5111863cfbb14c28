// SPDX-License-Identifier: GPL-2.0-or-later
/* A message that is found in a store waits until one of the places of kept.h is free, is told under
 * the key that it gets there, and stays told until it is off the SIM. While it is there a listing
 * that meets it again keeps silent. A later worker finds it by the place: the same octets there are
 * the same message, unless they are unread, which tells an equal one that came into the place after
 * a deletion whose answer was lost.
 * A place of the SIM is trusted for a few seconds: nobody else writes there and the tty is ours
 * alone; after that, or after a deletion that failed, what lies there is compared before it is
 * deleted. What no decoder takes is told as it is, so that it is kept and leaves the SIM. */
#include "modems/inbox.h"

#include "config/log.h"
#include "modems/pushed.h"
#include "modems/reading.h"
#include "modems/shelf.h"
#include "modems/teller.h"

#include <string.h>

enum {
    NAME_SIZE = 24,
    TRUST_US = 5000000,
    LIST_RATHER = 4, /* pointers waiting from which one listing costs less than reading each */
    READ_TRIES = 3,
    DELETE_TRIES = 3, /* before it waits for the next listing */
};

struct told {
    struct shelf_place place;
    struct flight_pdu *kept; /* NULL: it waits to be told */
    struct shelf_pdu pdu;
    int64_t seen_at;   /* monotonic; 0: no longer trusted */
    unsigned listing;  /* that met it last */
    unsigned attempts; /* at deleting it, without success */
    bool fresh, stored;
    const char *twin; /* the store where an equal one lies under the same number; NULL: none */
};

struct pointer {
    struct shelf_place place;
    unsigned tries;
};

struct inbox {
    struct line *line;
    struct shelf *shelf;
    struct pushed *pushed;
    struct kept *kept;
    struct teller teller;
    GHashTable *told;     /* key → struct told, of those that were told */
    GHashTable *by_place; /* "SM 3" → struct told, which it owns */
    GQueue waiting;       /* of struct told * */
    GQueue pointers;      /* of struct pointer * */
    GQueue deletions;     /* of struct told * */
    unsigned listing;
};

static const char *name_of(const struct shelf_place *place, char name[NAME_SIZE])
{
    g_snprintf(name, NAME_SIZE, "%s %d", place->memory, place->index);
    return name;
}

static void free_told(void *data)
{
    struct told *told = data;
    g_free(told->pdu.hex);
    g_free(told);
}

static void forget(struct inbox *inbox, struct told *told)
{
    char name[NAME_SIZE];
    g_queue_remove(&inbox->waiting, told);
    g_queue_remove(&inbox->deletions, told);
    if (told->kept != NULL) {
        g_hash_table_remove(inbox->told, &told->kept->key);
        kept_release(told->kept);
    }
    g_hash_table_remove(inbox->by_place, name_of(&told->place, name));
}

/* ---- finding ---- */

/* A modem with one store may take every name for it: what is known there is not told again here
 * while it lies there, or a place would be emptied twice. */
static struct told *known_elsewhere(const struct inbox *inbox, const struct shelf_place *place,
                                    const char *hex)
{
    const char *memory = NULL;
    for (unsigned i = 0; (memory = shelf_name(inbox->shelf, i)) != NULL; i++) {
        struct shelf_place other = {.index = place->index};
        char name[NAME_SIZE];
        g_strlcpy(other.memory, memory, sizeof other.memory);
        struct told *told = g_hash_table_lookup(inbox->by_place, name_of(&other, name));
        if (told != NULL && strcmp(memory, place->memory) != 0 && strcmp(told->pdu.hex, hex) == 0)
            return told;
    }
    return NULL;
}

/* An earlier worker's word of this place, NULL when it is of another message. */
static struct flight_pdu *left_here(struct inbox *inbox, const struct shelf_place *place,
                                    const struct shelf_pdu *pdu)
{
    struct flight_pdu *left = kept_find(inbox->kept, place->memory, place->index);
    if (left == NULL)
        return NULL;
    if (kept_is(left, pdu->hex) && !(pdu->unread && shelf_is_unread(inbox->shelf, place)))
        return left;
    kept_release(left);
    return NULL;
}

static bool is_the_same(struct inbox *inbox, const struct told *told, const struct shelf_pdu *pdu)
{
    if (strcmp(told->pdu.hex, pdu->hex) != 0)
        return false;
    return told->attempts == 0 || !pdu->unread || !shelf_is_unread(inbox->shelf, &told->place);
}

static void found(void *data, const struct shelf_place *place, const struct shelf_pdu *pdu)
{
    struct inbox *inbox = data;
    char name[NAME_SIZE];
    struct told *before = g_hash_table_lookup(inbox->by_place, name_of(place, name));
    if (before != NULL && is_the_same(inbox, before, pdu)) {
        before->listing = inbox->listing;
        return;
    }
    struct told *other = known_elsewhere(inbox, place, pdu->hex);
    if (other != NULL) {
        other->twin = shelf_known(inbox->shelf, place->memory);
        return;
    }
    if (before != NULL) /* the place was taken by another message */
        forget(inbox, before);
    struct told *told = g_new0(struct told, 1);
    told->place = *place;
    told->pdu = *pdu;
    told->pdu.hex = g_strdup(pdu->hex);
    told->seen_at = g_get_monotonic_time();
    told->listing = inbox->listing;
    told->kept = left_here(inbox, place, pdu);
    told->fresh = told->kept != NULL ? told->kept->doubted == 0
                                     : shelf_was_listed(inbox->shelf, place->memory);
    g_hash_table_insert(inbox->by_place, g_strdup(name), told);
    g_queue_push_tail(&inbox->waiting, told);
}

static bool is_found(const struct inbox *inbox, const struct flight_pdu *left)
{
    struct shelf_place place = {.index = left->location};
    char name[NAME_SIZE];
    g_strlcpy(place.memory, left->memory, sizeof place.memory);
    const struct told *told = g_hash_table_lookup(inbox->by_place, name_of(&place, name));
    return told != NULL && told->kept == left;
}

/* The store was listed to its end: what it did not show is not there. What the gateway has not
 * stored yet is only known here, and stays. */
static void sweep(struct inbox *inbox, const char *memory)
{
    GHashTableIter each;
    struct told *told = NULL;
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    g_hash_table_iter_init(&each, inbox->by_place);
    while (g_hash_table_iter_next(&each, NULL, (void **)&told)) {
        if (strcmp(told->place.memory, memory) == 0 && told->listing != inbox->listing &&
            (told->stored || told->kept == NULL))
            g_ptr_array_add(gone, told);
    }
    for (guint i = 0; i < gone->len; i++)
        forget(inbox, gone->pdata[i]);
    for (unsigned i = KEPT_PUSHED; i < KEPT_PLACES; i++) {
        struct flight_pdu *left = kept_place(inbox->kept, i);
        if (strncmp(left->memory, memory, sizeof left->memory) == 0 && !is_found(inbox, left))
            kept_release(left);
    }
}

static void list_one(struct inbox *inbox)
{
    const char *memory = NULL;
    inbox->listing++;
    shelf_list(inbox->shelf, found, inbox, &memory);
    if (memory != NULL)
        sweep(inbox, memory);
}

/* Pointers are followed one by one, or by a listing when many wait for the same store. */
static void follow_pointer(struct inbox *inbox)
{
    struct pointer *pointer = g_queue_pop_head(&inbox->pointers);
    shelf_rename(inbox->shelf, &pointer->place);
    struct shelf_pdu pdu = {0};
    if (shelf_read(inbox->shelf, &pointer->place, &pdu) == SHELF_FULL)
        found(inbox, &pointer->place, &pdu);
    else if (++pointer->tries < READ_TRIES) /* some announce it before it can be read */
        g_queue_push_tail(&inbox->pointers, g_steal_pointer(&pointer));
    else
        shelf_want(inbox->shelf, pointer->place.memory);
    g_free(pdu.hex);
    g_free(pointer);
}

static void gather_pointers(struct inbox *inbox)
{
    while (inbox->pointers.length > 0) {
        g_autofree struct pointer *pointer = g_queue_pop_head(&inbox->pointers);
        shelf_rename(inbox->shelf, &pointer->place);
        shelf_want(inbox->shelf, pointer->place.memory);
    }
}

/* ---- telling ---- */

/* What an earlier worker kept has its place; while all places are taken, nothing else can go. */
static GList *next_to_tell(const struct inbox *inbox)
{
    bool room = kept_has_room(inbox->kept, false);
    GList *each = inbox->waiting.head;
    while (each != NULL && !room && ((const struct told *)each->data)->kept == NULL)
        each = each->next;
    return each;
}

static void tell_next(struct inbox *inbox, GList *next)
{
    struct told *told = next->data;
    g_queue_delete_link(&inbox->waiting, next);
    if (told->kept == NULL)
        told->kept = kept_lay(inbox->kept, told->place.memory, told->place.index, told->fresh,
                              told->pdu.hex);
    g_hash_table_insert(inbox->told, &told->kept->key, told);
    teller_tell(&inbox->teller, told->kept, told->pdu.octets, told->fresh);
}

/* ---- deleting ---- */

static bool is_trusted(const struct told *told)
{
    return told->seen_at != 0 && g_get_monotonic_time() - told->seen_at < TRUST_US;
}

/* FULL: what was told still lies there. */
static enum shelf_state look_again(struct inbox *inbox, const struct told *told)
{
    if (is_trusted(told))
        return SHELF_FULL;
    struct shelf_pdu pdu = {0};
    enum shelf_state state = shelf_read(inbox->shelf, &told->place, &pdu);
    if (state == SHELF_FULL && !is_the_same(inbox, told, &pdu))
        state = SHELF_EMPTY;
    g_free(pdu.hex);
    return state;
}

/* One from the store that is open, if there is one: changing costs a question. */
static struct told *next_deletion(struct inbox *inbox)
{
    for (GList *at = inbox->deletions.head; at != NULL; at = at->next) {
        struct told *told = at->data;
        if (!shelf_is_open(inbox->shelf, told->place.memory))
            continue;
        g_queue_delete_link(&inbox->deletions, at);
        return told;
    }
    return g_queue_pop_head(&inbox->deletions);
}

/* It stays told, so that no listing tells it again. */
static void delete_later(struct inbox *inbox, struct told *told, const char *answer)
{
    told->seen_at = 0;
    g_autofree char *quoted = log_quote(answer);
    log_warn("modem", "delete=failed memory=%s index=%d answer=%s", told->place.memory,
             told->place.index, quoted);
    if (++told->attempts % DELETE_TRIES != 0)
        g_queue_push_tail(&inbox->deletions, told);
}

static void deleted(struct inbox *inbox, struct told *told)
{
    if (told->twin != NULL)
        shelf_want(inbox->shelf, told->twin);
    forget(inbox, told);
}

static void delete_next(struct inbox *inbox)
{
    struct told *told = next_deletion(inbox);
    struct result result = {.final = RESULT_NO_ANSWER, .code = -1};
    switch (look_again(inbox, told)) {
    case SHELF_SILENT:
        delete_later(inbox, told, "");
        return;
    case SHELF_EMPTY:
        log_info("modem", "stored=changed memory=%s index=%d", told->place.memory,
                 told->place.index);
        shelf_want(inbox->shelf, told->place.memory);
        forget(inbox, told);
        return;
    case SHELF_FULL:
        if (shelf_delete(inbox->shelf, &told->place, &result))
            deleted(inbox, told);
        else
            delete_later(inbox, told, result.line);
        return;
    }
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

/* Stores that are listed only when something points there. */
static void want_left(struct inbox *inbox)
{
    for (unsigned i = KEPT_PUSHED; i < KEPT_PLACES; i++) {
        const struct flight_pdu *left = kept_place(inbox->kept, i);
        if (left->stage != FLIGHT_PDU_NONE)
            shelf_want(inbox->shelf, left->memory);
    }
}

struct inbox *inbox_new(struct line *line, struct kept *kept,
                        bool (*tell)(void *data, const GByteArray *packet), void *data)
{
    struct inbox *inbox = g_new0(struct inbox, 1);
    reading_guard();
    inbox->teller = (struct teller){.tell = tell, .data = data};
    inbox->line = line;
    inbox->shelf = shelf_new(line);
    inbox->kept = kept;
    inbox->pushed = pushed_new(line, kept, &inbox->teller);
    inbox->told = g_hash_table_new(g_int64_hash, g_int64_equal);
    inbox->by_place = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_told);
    g_queue_init(&inbox->waiting);
    g_queue_init(&inbox->pointers);
    g_queue_init(&inbox->deletions);
    want_left(inbox);
    return inbox;
}

void inbox_free(struct inbox *inbox)
{
    if (inbox == NULL)
        return;
    g_queue_clear_full(&inbox->pointers, g_free);
    g_queue_clear(&inbox->deletions);
    g_queue_clear(&inbox->waiting);
    g_hash_table_unref(inbox->told);
    g_hash_table_unref(inbox->by_place);
    pushed_free(inbox->pushed);
    shelf_free(inbox->shelf);
    g_free(inbox);
}

void inbox_notice(struct inbox *inbox, const struct line_notice *notice)
{
    if (notice->kind == RESULT_PUSHED_MESSAGE || notice->kind == RESULT_PUSHED_REPORT) {
        pushed_notice(inbox->pushed, notice);
        return;
    }
    if (strcmp(notice->memory, "MT") == 0) {
        shelf_want(inbox->shelf, "MT");
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
    if (told == NULL) {
        pushed_stored(inbox->pushed, key);
        return;
    }
    if (told->stored)
        return;
    told->stored = true;
    g_queue_push_tail(&inbox->deletions, told);
}

void inbox_list_all(struct inbox *inbox)
{
    shelf_want_all(inbox->shelf);
    retry_deletions(inbox);
}

bool inbox_idle(const struct inbox *inbox)
{
    return inbox->deletions.length == 0 && inbox->pointers.length == 0 &&
           next_to_tell(inbox) == NULL && !shelf_wanted(inbox->shelf) && pushed_idle(inbox->pushed);
}

/* About how many questions it cost; deleting first: a full SIM keeps the network from delivering.
 */
static unsigned work(struct inbox *inbox)
{
    if (!pushed_idle(inbox->pushed)) {
        pushed_step(inbox->pushed, true);
        return 1;
    }
    GList *next = next_to_tell(inbox);
    if (next != NULL) {
        tell_next(inbox, next);
        return 0;
    }
    if (inbox->deletions.length > 0) {
        delete_next(inbox);
        return 1;
    }
    if (shelf_wanted(inbox->shelf)) {
        list_one(inbox);
        return 4;
    }
    if (inbox->pointers.length >= LIST_RATHER) {
        gather_pointers(inbox);
        return 0;
    }
    follow_pointer(inbox);
    return 2;
}

bool inbox_step(struct inbox *inbox, unsigned questions)
{
    pushed_step(inbox->pushed, false);
    while (questions > 0 && !inbox->teller.gone && !inbox_idle(inbox)) {
        if (line_hung_up(inbox->line))
            break;
        unsigned spent = work(inbox);
        questions -= MIN(questions, spent);
    }
    return !inbox->teller.gone;
}
