// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes and frees orders. Texts are wiped, as one may be the code of a card. */
#include "gateway/api/order.h"

#include <string.h>

struct api_order *api_order_new(enum api_order_kind kind, const char *modem, int64_t id,
                                const char *text, const char *by)
{
    struct api_order *order = g_new0(struct api_order, 1);
    order->kind = kind;
    order->modem = g_strdup(modem);
    order->id = id;
    if (text != NULL)
        order->texts = g_strdupv((char *[]){(char *)text, NULL});
    order->by = g_strdup(by);
    return order;
}

void api_order_free(struct api_order *order)
{
    if (order == NULL)
        return;
    for (char **text = order->texts; text != NULL && *text != NULL; text++)
        explicit_bzero(*text, strlen(*text));
    g_strfreev(order->texts);
    g_free(order->modem);
    g_free(order->by);
    g_free(order);
}
