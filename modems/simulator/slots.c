// SPDX-License-Identifier: GPL-2.0-or-later
/* Slot memories of a modem: few numbered places, filled from the lowest free one, which is what
 * makes slot numbers be used again soon after a deletion. */
#include "modems/simulator/slots.h"

#include <glib.h>

void slots_message_free(struct message *message)
{
    if (!message)
        return;
    g_free(message->pdu);
    g_free(message->from);
    g_free(message->text);
    g_free(message);
}

void slots_init(struct slots *slots, const char *name, unsigned first, unsigned size)
{
    *slots = (struct slots){.name = name, .first = first, .size = size};
    slots->slot = g_new0(struct message *, size ? size : 1);
}

void slots_clear(struct slots *slots)
{
    slots_delete_all(slots, false);
    g_clear_pointer(&slots->slot, g_free);
}

int slots_put(struct slots *slots, struct message *message)
{
    if (slots->used == slots->size)
        return -1;
    unsigned place = 0;
    while (slots->slot[place])
        place++;
    slots->slot[place] = message;
    slots->used++;
    return (int)(place + slots->first);
}

struct message *slots_get(const struct slots *slots, int number)
{
    int place = number - (int)slots->first;
    return place >= 0 && place < (int)slots->size ? slots->slot[place] : NULL;
}

bool slots_delete(struct slots *slots, int number)
{
    if (!slots_get(slots, number))
        return false;
    g_clear_pointer(&slots->slot[number - (int)slots->first], slots_message_free);
    slots->used--;
    return true;
}

void slots_delete_all(struct slots *slots, bool only_read)
{
    for (unsigned place = 0; place < slots->size; place++)
        if (slots->slot[place] && (!only_read || slots->slot[place]->read))
            slots_delete(slots, (int)(place + slots->first));
}
