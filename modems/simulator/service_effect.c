// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows from a rule besides its text: a card is redeemed, a bundle bought, an SMS sent. It
 * happens when the rule is chosen, whether or not the client hears of it. */
#include "modems/simulator/service_effect.h"

#include "modems/simulator/account_text.h"
#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"

enum { TOPUP_SMS_MS = 1000 };

struct letter {
    struct mobile *mobile;
    char *from, *text;
};

char *service_effect_fill(const struct mobile *mobile, const char *text, const char *code,
                          int64_t value)
{
    return account_text_fill(text, &(struct account_view){mobile->account, mobile->number,
                                                          mobile->network->behaviour->country, code,
                                                          value});
}

static void letter_free(void *data)
{
    struct letter *letter = data;
    g_free(letter->from);
    g_free(letter->text);
    g_free(letter);
}

static void deliver(void *data)
{
    const struct letter *letter = data;
    network_text(letter->mobile, letter->from, letter->text);
}

static void send_sms(struct mobile *mobile, const char *from, char *text, int64_t delay_ms)
{
    struct letter *letter = g_new(struct letter, 1);
    *letter = (struct letter){mobile, g_strdup(from), text};
    schedule_after(mobile->network->schedule, delay_ms, deliver, letter, letter_free);
}

/* What the network says to a card; by SMS it may be, and then USSD gives notice of it. */
char *service_effect_top_up(struct mobile *mobile, const char *card)
{
    struct network *network = mobile->network;
    const struct tariff *tariff = &mobile->account->tariff;
    int64_t value = 0;
    enum topup_result result =
        account_topup(mobile->account, card, network_today(network), network->used_cards, &value);
    char *text =
        service_effect_fill(mobile, account_topup_text(mobile->account, result), card, value);
    if (!*tariff->topup_from)
        return text;
    send_sms(mobile, tariff->topup_from, text, TOPUP_SMS_MS);
    return g_strdup(tariff->topup_notice);
}

/* Does what the rule is for; its text. */
char *service_effect(struct mobile *mobile, const struct service_rule *rule, const char *code)
{
    struct account *account = mobile->account;
    if (rule->topup)
        return service_effect_top_up(mobile, code);
    const char *text = rule->text;
    if (rule->bundle.parts > 0 && !account_buy(account, rule->bundle.price, rule->bundle.parts,
                                               rule->bundle.days, network_today(mobile->network)))
        return service_effect_fill(mobile, rule->bundle.poor, code, rule->bundle.price);
    if (rule->sms.from)
        send_sms(mobile, rule->sms.from,
                 service_effect_fill(mobile, rule->sms.text, code, rule->bundle.price),
                 rule->sms.delay_ms);
    return text ? service_effect_fill(mobile, text, code, rule->bundle.price) : NULL;
}
