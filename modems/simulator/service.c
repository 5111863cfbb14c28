// SPDX-License-Identifier: GPL-2.0-or-later
/* The network's USSD services. Modems differ in how they write code and text: in the character set
 * of AT+CSCS, always in UCS-2, as packed septets in hex, or plain; requests are understood in each
 * of these forms, texts are written in the one that the behaviour file names. */
#include "modems/simulator/service.h"

#include <string.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"
#include "modems/simulator/wording.h"

enum { USSD_DONE = 0, USSD_ANSWER_WANTED = 1, USSD_NOT_SUPPORTED = 4 };

static const struct ussd_rule builtin = {
    .code = (char *)"*101#",
    .text = (char *)"TK goc: 50000d, han dung 31/12/2026",
};

/* Where the SIM has an account and the file knows no codes. */
static const struct ussd_rule builtin_account = {
    .code = (char *)"*101#",
    .text = (char *)"TK goc: {balance}, han dung {expires}. Con {bundle} SMS, HSD {bundle_expires}",
};

struct dialogue {
    struct mobile *mobile;
    unsigned life;
    bool known, open; /* else the network does not know the code */
    char *text;
};

static bool is_code(const char *text)
{
    return text && *text && strspn(text, "0123456789*#+ABCDEFabcdef") == strlen(text) &&
           strpbrk(text, "0123456789") && !strpbrk(text, "ABCDEFabcdef");
}

/* The code in whichever way the client wrote it. */
static char *read_code(const struct mobile *mobile, const char *written)
{
    g_autofree char *packed = charset_unpack(written);
    g_autofree char *ucs2 = charset_read(CHARSET_UCS2, written);
    g_autofree char *septets = charset_read(CHARSET_HEX, written);
    bool packs = mobile->behaviour.ussd == USSD_PACKED;
    enum charset charset = mobile->settings.charset;
    const char *candidates[] = {
        packs ? packed : NULL,
        charset == CHARSET_UCS2 ? ucs2 : NULL,
        charset == CHARSET_HEX ? septets : NULL,
        written,
        ucs2,
        packed,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++)
        if (is_code(candidates[i]))
            return g_strdup(candidates[i]);
    return g_strdup(written);
}

static const struct ussd_rule *find_rule(const struct mobile *mobile, const char *code)
{
    const struct behaviour *behaviour = mobile->network->behaviour;
    const struct ussd_rule *otherwise = mobile->account->on ? &builtin_account : &builtin;
    for (guint i = 0; i < behaviour->ussd->len; i++) {
        const struct ussd_rule *rule = behaviour->ussd->pdata[i];
        if (strcmp(rule->code, code) == 0)
            return rule;
    }
    return behaviour->ussd->len == 0 && strcmp(code, otherwise->code) == 0 ? otherwise : NULL;
}

static char *write_text(const struct mobile *mobile, const char *text, int *retdcs)
{
    g_autofree char *packed = charset_pack(text);
    *retdcs = packed ? 15 : 72;
    switch ((enum ussd_encoding)mobile->behaviour.ussd) {
    case USSD_PLAIN:
        return g_strdup(text);
    case USSD_PACKED:
        return packed ? g_steal_pointer(&packed) : charset_write(CHARSET_UCS2, text);
    case USSD_UCS2:
        *retdcs = 72;
        return charset_write(CHARSET_UCS2, text);
    case USSD_CHARSET:
        break;
    }
    return charset_write(mobile->settings.charset, text);
}

static void say(void *data)
{
    const struct dialogue *dialogue = data;
    struct mobile *mobile = dialogue->mobile;
    if (dialogue->life != mobile->life || !mobile->settings.ussd_urc)
        return;
    if (!dialogue->known) {
        mobile_notify(mobile, "+CUSD: %d", USSD_NOT_SUPPORTED);
    } else {
        int dcs;
        g_autofree char *text = write_text(mobile, dialogue->text, &dcs);
        mobile_notify(mobile, "+CUSD: %d,\"%s\",%d",
                      dialogue->open ? USSD_ANSWER_WANTED : USSD_DONE, text, dcs);
    }
    mobile_flush(mobile);
}

static void dialogue_free(void *data)
{
    struct dialogue *dialogue = data;
    g_free(dialogue->text);
    g_free(dialogue);
}

static char *top_up(struct mobile *mobile, const char *code)
{
    struct network *network = mobile->network;
    struct wording wording = {mobile->account, mobile->number, network->behaviour->country, code,
                              0};
    enum topup_result result = account_topup(mobile->account, code, network_today(network),
                                             network->used_cards, &wording.value);
    return wording_fill(account_topup_text(mobile->account, result), &wording);
}

static void answer(struct mobile *mobile, const char *code, const char *path,
                   struct dialogue *dialogue)
{
    const struct ussd_rule *rule = find_rule(mobile, path);
    g_autofree char *card = rule ? NULL : account_topup_code(mobile->account, path);
    const char *country = mobile->network->behaviour->country;
    dialogue->known = rule || card;
    dialogue->open = rule && rule->open;
    if (rule)
        dialogue->text = wording_fill(
            rule->text, &(struct wording){mobile->account, mobile->number, country, code, 0});
    else if (card)
        dialogue->text = top_up(mobile, card);
}

bool service_dial(struct mobile *mobile, const char *written)
{
    int64_t registration = mobile->behaviour.registration;
    if (registration != 1 && registration != 5)
        return false;
    g_autofree char *code = read_code(mobile, written);
    g_autofree char *path =
        mobile->ussd_session ? g_strconcat(mobile->ussd_session, ">", code, NULL) : g_strdup(code);
    struct dialogue *dialogue = g_new0(struct dialogue, 1);
    *dialogue = (struct dialogue){mobile, mobile->life, false, false, NULL};
    answer(mobile, code, path, dialogue);
    g_clear_pointer(&mobile->ussd_session, g_free);
    if (dialogue->open)
        mobile->ussd_session = g_steal_pointer(&path);
    schedule_after(mobile->network->schedule, mobile->behaviour.ussd_ms, say, dialogue,
                   dialogue_free);
    return true;
}
