// SPDX-License-Identifier: GPL-2.0-or-later
/* What a part costs, who pays for it, and how an account is filled again. Every rule takes the day
 * as an argument. An account that has expired pays for nothing, whatever lies on it; a card revives
 * it. */
#include "modems/simulator/account.h"

#include <string.h>

#include "modems/simulator/account_text.h"

static void take_days(struct account *account, const struct tariff *tariff, int64_t today)
{
    if (tariff->expires)
        tariff_day(tariff->expires, today, &account->expires);
    if (tariff->bundle_expires)
        tariff_day(tariff->bundle_expires, today, &account->bundle_expires);
}

static void change_free(void *data)
{
    settings_clear(tariff_table, data);
    g_free(data);
}

struct account *account_new(const struct tariff *tariff, const char *country, int64_t today)
{
    struct account *account = g_new0(struct account, 1);
    account->tariff = *tariff;
    tariff_complete(&account->tariff);
    account->country = g_strdup(country);
    account->changes = g_ptr_array_new_with_free_func(change_free);
    account->on = account->tariff.balance >= 0;
    account->balance = MAX(account->tariff.balance, 0);
    account->bundle = account->tariff.bundle;
    account->wrong = account->tariff.wrong;
    account->expires = account->bundle_expires = TARIFF_NO_DAY;
    take_days(account, &account->tariff, today);
    if (account->tariff.own_numbers)
        account->own_numbers = g_regex_new(account->tariff.own_numbers, 0, 0, NULL);
    return account;
}

void account_free(struct account *account)
{
    if (!account)
        return;
    g_clear_pointer(&account->own_numbers, g_regex_unref);
    g_ptr_array_unref(account->changes);
    g_free(account->country);
    g_free(account);
}

static bool has_prefix(const struct account *account, const char *to, const char *prefix)
{
    size_t country = strlen(account->country);
    if (*prefix == '+')
        return g_str_has_prefix(to, prefix + 1);
    if (*prefix == '0')
        return g_str_has_prefix(to, account->country) && g_str_has_prefix(to + country, prefix + 1);
    return g_str_has_prefix(to, prefix);
}

static bool is_on_net(const struct account *account, const char *to)
{
    for (char **prefix = account->tariff.own_prefixes; prefix && *prefix; prefix++)
        if (has_prefix(account, to, *prefix))
            return true;
    g_autofree char *number = g_strconcat("+", to, NULL);
    return account->own_numbers && g_regex_match(account->own_numbers, number, 0, NULL);
}

static bool is_over(int64_t last, int64_t today)
{
    return last != TARIFF_NO_DAY && today > last;
}

static bool bundle_pays(const struct account *account, bool on_net, int64_t today)
{
    return account->bundle > 0 && !is_over(account->bundle_expires, today) &&
           (on_net || account->tariff.bundle_for == BUNDLE_FOR_ALL);
}

static int64_t price(const struct account *account, bool on_net)
{
    return on_net ? account->tariff.price_on_net : account->tariff.price;
}

bool account_can_send(const struct account *account, const char *to, int64_t today)
{
    bool on_net = is_on_net(account, to);
    if (!account->on)
        return true;
    if (is_over(account->expires, today))
        return false;
    return bundle_pays(account, on_net, today) || account->balance >= price(account, on_net);
}

void account_charge(struct account *account, const char *to, int64_t today)
{
    bool on_net = is_on_net(account, to);
    if (!account->on)
        return;
    if (bundle_pays(account, on_net, today)) {
        account->bundle--;
        account->from_bundle++;
        return;
    }
    account->balance -= price(account, on_net);
    account->spent += price(account, on_net);
    account->paid++;
}

static void extend(int64_t *day, int64_t days, int64_t today)
{
    if (days > 0)
        *day = MAX(*day, today) + days;
}

static const struct card *find_card(const struct account *account, const char *code)
{
    const GPtrArray *cards = account->tariff.cards;
    for (guint i = 0; cards && i < cards->len; i++) {
        const struct card *card = cards->pdata[i];
        if (strcmp(card->code, code) == 0)
            return card;
    }
    return NULL;
}

enum topup_result account_topup(struct account *account, const char *code, int64_t today,
                                GHashTable *used, int64_t *retvalue)
{
    const struct card *card = find_card(account, code);
    if (account->wrong >= account->tariff.topup_tries)
        return TOPUP_BLOCKED;
    if (!card) {
        account->wrong++;
        return TOPUP_WRONG;
    }
    *retvalue = card->value;
    if (!g_hash_table_add(used, (void *)card))
        return TOPUP_USED;
    account->wrong = 0;
    account->balance += card->value;
    if (account->expires != TARIFF_NO_DAY)
        extend(&account->expires, card->days, today);
    return TOPUP_DONE;
}

const char *account_topup_text(const struct account *account, enum topup_result result)
{
    const struct tariff *tariff = &account->tariff;
    const char *texts[] = {
        [TOPUP_DONE] = tariff->topup_done,
        [TOPUP_USED] = tariff->topup_used,
        [TOPUP_WRONG] = tariff->topup_wrong,
        [TOPUP_BLOCKED] = tariff->topup_blocked,
    };
    return texts[result];
}

char *account_topup_code(const struct account *account, const char *dialled)
{
    const char *shape = account->tariff.topup, *brace = strstr(shape, "{code}");
    size_t before = (size_t)(brace - shape), length = strlen(dialled);
    const char *behind = brace + strlen("{code}");
    if (!account->on || length <= before + strlen(behind) || strncmp(dialled, shape, before) != 0 ||
        !g_str_has_suffix(dialled, behind))
        return NULL;
    return g_strndup(dialled + before, length - before - strlen(behind));
}

bool account_buy(struct account *account, int64_t cost, int64_t parts, int64_t days, int64_t today)
{
    if (!account->on || account->balance < cost || is_over(account->expires, today))
        return false;
    if (is_over(account->bundle_expires, today))
        account->bundle = 0;
    account->balance -= cost;
    account->spent += cost;
    account->bundle += parts;
    extend(&account->bundle_expires, days, today);
    return true;
}

char *account_set(struct account *account, const char *settings, int64_t today)
{
    struct tariff *change = g_new0(struct tariff, 1);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = settings_read_text(settings, "account", tariff_table, change, mistakes);
    g_ptr_array_add(account->changes, change);
    if (!read)
        return mistake_text(mistakes->pdata[0]);
    tariff_lay_over(change, &account->tariff);
    account->on |= change->balance >= 0;
    account->balance = change->balance >= 0 ? change->balance : account->balance;
    account->bundle = change->bundle >= 0 ? change->bundle : account->bundle;
    account->wrong = change->wrong >= 0 ? change->wrong : account->wrong;
    take_days(account, change, today);
    if (change->own_numbers) {
        g_clear_pointer(&account->own_numbers, g_regex_unref);
        account->own_numbers = g_regex_new(change->own_numbers, 0, 0, NULL);
    }
    return NULL;
}

static char *plain_day(int64_t day)
{
    return day == TARIFF_NO_DAY ? g_strdup("never") : account_text_date("2026-12-31", day);
}

char *account_list(const struct account *account)
{
    g_autofree char *expires = plain_day(account->expires);
    g_autofree char *bundle_expires = plain_day(account->bundle_expires);
    if (!account->on)
        return g_strdup("none");
    return g_strdup_printf("balance=%" G_GINT64_FORMAT " expires=%s bundle=%" G_GINT64_FORMAT
                           " bundle_expires=%s price=%" G_GINT64_FORMAT
                           " price_on_net=%" G_GINT64_FORMAT " paid=%" G_GINT64_FORMAT
                           " from_bundle=%" G_GINT64_FORMAT " spent=%" G_GINT64_FORMAT
                           " wrong=%" G_GINT64_FORMAT,
                           account->balance, expires, account->bundle, bundle_expires,
                           account->tariff.price, account->tariff.price_on_net, account->paid,
                           account->from_bundle, account->spent, account->wrong);
}
