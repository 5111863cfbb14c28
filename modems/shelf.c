// SPDX-License-Identifier: GPL-2.0-or-later
/* The stores have names, of which AT+CPMS wants one, two or three, and some modems have one store
 * for all names, or none that could be named. A place that gives no answer is not empty: what was
 * told of it would be told again as another. */
#include "modems/shelf.h"

#include "modems/field.h"

#include <string.h>

enum {
    READ_MS = 15000,
    LIST_MS = 24000,   /* what was listed until then is told, deleted, and not in the next one */
    DELETE_MS = 20000, /* a modem may be busy with the network; 3 s is known to be too short */
    CMS_INVALID_INDEX = 321, /* how some say that a store or a place is empty */
    CME_INVALID_INDEX = 21,
    STORES = 3,
};

struct store {
    const char *memory;
    bool list;   /* wanted */
    bool absent; /* the modem does not know it */
    bool listed;
};

struct shelf {
    struct line *line;
    char selected[8]; /* the store that the modem reads now */
    struct store stores[STORES];
    unsigned named; /* how many stores AT+CPMS wants named; 0: not known yet */
    bool single;    /* there is no AT+CPMS: all lies in one place, whatever pointers call it */
};

struct shelf *shelf_new(struct line *line)
{
    struct shelf *shelf = g_new0(struct shelf, 1);
    shelf->line = line;
    shelf->stores[0].memory = "SM";
    shelf->stores[1].memory = "ME";
    shelf->stores[2].memory = "SR";
    return shelf;
}

void shelf_free(struct shelf *shelf)
{
    g_free(shelf);
}

/* ---- selecting ---- */

static bool ask_for_store(struct shelf *shelf, const char *memory, unsigned count,
                          struct result *retresult)
{
    g_autoptr(GString) command = g_string_new("AT+CPMS=");
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(command, "%s\"%s\"", i > 0 ? "," : "", memory);
    return line_ask(shelf->line, command->str, READ_MS, NULL, retresult);
}

static bool was_refused(const struct result *result)
{
    return (result->final == RESULT_ERROR || result->final == RESULT_CMS ||
            result->final == RESULT_CME) &&
           !result_is_busy(result);
}

/* The store for reading and deleting is the first; a few modems want the others named too. */
static bool select_store(struct shelf *shelf, const char *memory, bool *retabsent)
{
    if (strcmp(shelf->selected, memory) == 0 || shelf->single)
        return true;
    shelf->selected[0] = '\0';
    unsigned least = MAX(shelf->named, 1), most = shelf->named > 0 ? shelf->named : STORES;
    struct result result = {.final = RESULT_ERROR, .code = -1};
    for (unsigned count = least; count <= most && was_refused(&result); count++) {
        if (!ask_for_store(shelf, memory, count, &result))
            continue;
        shelf->named = count;
        g_strlcpy(shelf->selected, memory, sizeof shelf->selected);
        return true;
    }
    *retabsent = was_refused(&result);
    return false;
}

/* A modem that knows no AT+CPMS at all has its messages somewhere nevertheless. */
static void settle_for_one(struct shelf *shelf)
{
    struct store *first = &shelf->stores[0], *second = &shelf->stores[1];
    if (shelf->named > 0 || !first->absent || !second->absent ||
        line_ask(shelf->line, "AT+CPMS?", READ_MS, NULL, NULL))
        return;
    shelf->single = true;
    first->absent = false;
    first->list = true;
}

bool shelf_is_open(const struct shelf *shelf, const char *memory)
{
    return strcmp(shelf->selected, memory) == 0;
}

void shelf_rename(const struct shelf *shelf, struct shelf_place *place)
{
    if (shelf->single)
        g_strlcpy(place->memory, shelf->stores[0].memory, sizeof place->memory);
}

const char *shelf_name(const struct shelf *shelf, unsigned index)
{
    return index < STORES ? shelf->stores[index].memory : NULL;
}

const char *shelf_known(const struct shelf *shelf, const char *memory)
{
    for (size_t i = 0; i < STORES; i++) {
        if (strcmp(shelf->stores[i].memory, memory) == 0)
            return shelf->stores[i].memory;
    }
    return NULL;
}

/* ---- listing ---- */

void shelf_want(struct shelf *shelf, const char *memory)
{
    for (size_t i = 0; i < STORES; i++) {
        bool both = strcmp(memory, "MT") == 0 && i < 2;
        if (both || strcmp(memory, shelf->stores[i].memory) == 0)
            shelf->stores[i].list = true;
    }
}

void shelf_want_all(struct shelf *shelf)
{
    /* A store that was refused may only not have been ready. */
    for (size_t i = 0; i < STORES && !shelf->single; i++)
        shelf->stores[i].absent = false;
    shelf_want(shelf, "MT");
}

static struct store *next_wanted(const struct shelf *shelf)
{
    for (size_t i = 0; i < STORES; i++) {
        if (shelf->stores[i].list)
            return (struct store *)&shelf->stores[i];
    }
    return NULL;
}

bool shelf_wanted(const struct shelf *shelf)
{
    return next_wanted(shelf) != NULL;
}

bool shelf_was_listed(const struct shelf *shelf, const char *memory)
{
    for (size_t i = 0; i < STORES; i++) {
        if (strcmp(shelf->stores[i].memory, memory) == 0)
            return shelf->stores[i].listed;
    }
    return false;
}

/* "<stat>,[<alpha>],<length>", or without the name: the last number is the length. */
static struct shelf_pdu read_head(const char *fields, const char *hex)
{
    const char *comma = strrchr(fields, ',');
    return (struct shelf_pdu){.hex = (char *)hex,
                              .octets = comma != NULL ? field_number(comma + 1, 0, -1) : -1,
                              .unread = field_number(fields, 0, -1) == 0};
}

static const char *behind_index(const char *fields)
{
    const char *comma = strchr(fields, ',');
    return comma != NULL ? comma + 1 : "";
}

void shelf_list(struct shelf *shelf,
                void (*found)(void *data, const struct shelf_place *place,
                              const struct shelf_pdu *pdu),
                void *data, const char **retmemory)
{
    static const char head[] = "+CMGL:";
    struct store *store = next_wanted(shelf);
    struct result result = {0};
    *retmemory = NULL;
    if (store == NULL)
        return;
    store->list = false;
    if (store->absent)
        return;
    if (!select_store(shelf, store->memory, &store->absent)) {
        settle_for_one(shelf);
        return;
    }
    g_autoptr(GPtrArray) lines = NULL;
    bool whole = line_ask(shelf->line, "AT+CMGL=4", LIST_MS, &lines, &result);
    for (guint i = 0; i + 1 < lines->len; i++) {
        const char *line = lines->pdata[i], *hex = lines->pdata[i + 1];
        if (!g_str_has_prefix(line, head) || !result_is_hex(hex))
            continue;
        const char *fields = line + strlen(head);
        struct shelf_place place = {.index = field_number(fields, 0, -1)};
        g_strlcpy(place.memory, store->memory, sizeof place.memory);
        const struct shelf_pdu pdu = read_head(behind_index(fields), hex);
        if (place.index >= 0)
            found(data, &place, &pdu);
    }
    whole |= result.final == RESULT_CMS && result.code == CMS_INVALID_INDEX;
    store->listed |= whole;
    if (whole)
        *retmemory = store->memory;
}

/* ---- one place ---- */

enum shelf_state shelf_read(struct shelf *shelf, const struct shelf_place *place,
                            struct shelf_pdu *retpdu)
{
    static const char head[] = "+CMGR:";
    bool absent = false;
    if (!select_store(shelf, place->memory, &absent))
        return SHELF_SILENT;
    g_autofree char *command = g_strdup_printf("AT+CMGR=%d", place->index);
    g_autoptr(GPtrArray) lines = NULL;
    struct result result;
    bool answered = line_ask(shelf->line, command, READ_MS, &lines, &result);
    for (guint i = 0; i + 1 < lines->len; i++) {
        const char *line = lines->pdata[i];
        if (!g_str_has_prefix(line, head) || !result_is_hex(lines->pdata[i + 1]))
            continue;
        *retpdu = read_head(line + strlen(head), g_strdup(lines->pdata[i + 1]));
        return SHELF_FULL;
    }
    bool empty = (answered && lines->len == 0) ||
                 (result.final == RESULT_CMS && result.code == CMS_INVALID_INDEX) ||
                 (result.final == RESULT_CME && result.code == CME_INVALID_INDEX);
    return empty ? SHELF_EMPTY : SHELF_SILENT;
}

bool shelf_is_unread(struct shelf *shelf, const struct shelf_place *place)
{
    struct shelf_pdu pdu = {0};
    bool now_read = shelf_read(shelf, place, &pdu) == SHELF_FULL && !pdu.unread;
    g_free(pdu.hex);
    return now_read;
}

bool shelf_delete(struct shelf *shelf, const struct shelf_place *place, struct result *retresult)
{
    bool absent = false;
    *retresult = (struct result){.final = RESULT_NO_ANSWER, .code = -1};
    if (!select_store(shelf, place->memory, &absent))
        return false;
    g_autofree char *command = g_strdup_printf("AT+CMGD=%d", place->index);
    return line_ask(shelf->line, command, DELETE_MS, NULL, retresult);
}
