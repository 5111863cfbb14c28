// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a dialogue stands is the stack of menus that were opened, and the path that was dialled
 * ("*101#>1"), by which the behaviour file may name an answer, too. What a rule does (a top-up, a
 * bundle, an SMS) is done when it is chosen; its text comes later, unless the client has cancelled
 * by then or the power was off. */
#include "modems/simulator/service.h"

#include <string.h>

#include "modems/simulator/mobile.h"
#include "modems/simulator/network.h"
#include "modems/simulator/schedule.h"
#include "modems/simulator/service_effect.h"
#include "modems/simulator/service_form.h"

enum {
    CME_NO_SERVICE = 30,
    STATUS_DONE = 0,
    STATUS_MENU = 1,
    STATUS_ENDED = 2,
    STATUS_UNKNOWN = 4
};

static const struct outcome ok = {OUTCOME_OK, 0, NULL};
static const struct outcome later = {OUTCOME_LATER, 0, NULL};

/* One that was opened, and has not been left. */
struct menu {
    const struct service_rule *rule;
    size_t path; /* how much of the path led here */
};

struct service {
    struct mobile *mobile;
    GArray *menus;  /* struct menu, from the outermost */
    GString *path;  /* empty: no dialogue */
    unsigned asked; /* codes whose answer is on its way */
    bool unheard;   /* the last one gets none */
    bool open;      /* the client was told that an answer is waited for */
    unsigned era;   /* counts cancellations and power cycles: what was asked before is dropped */
    unsigned step;  /* counts texts and codes: a menu ends when nothing came behind it */
    unsigned dialled, cancelled;
    const char *ended; /* how the last dialogue did */
    GPtrArray *pushed; /* struct service_rule *: they live as long as the modem */
};

/* What is on its way to the client. */
struct saying {
    struct service *service;
    unsigned life, era;
    int status;
    char *text; /* NULL: the bare status */
    int64_t ends_ms;
    bool result; /* OK comes behind it */
};

static void pushed_free(void *data)
{
    settings_clear(service_rule_pushed_table, data);
    g_free(data);
}

struct service *service_new(struct mobile *mobile)
{
    struct service *service = g_new0(struct service, 1);
    service->mobile = mobile;
    service->menus = g_array_new(FALSE, FALSE, sizeof(struct menu));
    service->path = g_string_new(NULL);
    service->pushed = g_ptr_array_new_with_free_func(pushed_free);
    service->ended = "-";
    return service;
}

void service_free(struct service *service)
{
    if (!service)
        return;
    g_array_unref(service->menus);
    g_ptr_array_unref(service->pushed);
    g_string_free(service->path, TRUE);
    g_free(service);
}

static void forget(struct service *service, const char *ended)
{
    g_array_set_size(service->menus, 0);
    g_string_truncate(service->path, 0);
    service->open = service->unheard = false;
    service->step++;
    service->ended = ended;
}

bool service_is_pending(const struct service *service)
{
    return service->open || service->asked > 0 || service->unheard;
}

static void break_off(struct service *service, const char *ended)
{
    if (service_is_pending(service))
        forget(service, ended);
    service->asked = 0;
    service->era++;
}

void service_cancel(struct service *service)
{
    service->cancelled += service_is_pending(service);
    break_off(service, "client");
}

void service_reset(struct service *service)
{
    break_off(service, "power");
}

static void open_menu(struct service *service, const struct service_rule *rule)
{
    struct menu menu = {rule, service->path->len};
    g_array_append_val(service->menus, menu);
}

/* NULL: the client is in no menu. */
static const struct service_rule *menu_of(const struct service *service)
{
    guint depth = service->menus->len;
    return depth > 0 ? g_array_index(service->menus, struct menu, depth - 1).rule : NULL;
}

/* What was dialled to get to this menu. */
static void restore_path(struct service *service)
{
    guint depth = service->menus->len;
    g_string_truncate(service->path, g_array_index(service->menus, struct menu, depth - 1).path);
}

/* The key for one menu up that counts here; NULL where there is no menu above. */
static const char *back_key(const struct service *service)
{
    for (guint i = service->menus->len; i-- > 0 && service->menus->len > 1;) {
        const struct service_rule *rule = g_array_index(service->menus, struct menu, i).rule;
        if (rule->back)
            return rule->back;
    }
    return NULL;
}

static const struct service_rule *find_code(const struct service *service, const char *code)
{
    static const struct service_rule builtin = {
        .code = (char *)"*101#",
        .text = (char *)"TK goc: 50000d, han dung 31/12/2026",
        .status = -1,
        .delay_ms = -1,
        .ends_ms = -1,
    };
    static const struct service_rule builtin_account = {
        .code = (char *)"*101#",
        .text = (char *)"TK goc: {balance}, han dung {expires}. Con {bundle} SMS, HSD "
                        "{bundle_expires}",
        .status = -1,
        .delay_ms = -1,
        .ends_ms = -1,
    };
    const struct mobile *mobile = service->mobile;
    const struct behaviour *behaviour = mobile->network->behaviour;
    const struct operator_rule *provider = behaviour_operator(behaviour, &mobile->behaviour);
    const GPtrArray *places[] = {mobile->behaviour.menus, provider ? provider->menus : NULL,
                                 behaviour->ussd};
    const struct service_rule *rule = NULL;
    guint known = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(places) && !rule; i++) {
        rule = service_rule_find(places[i], code);
        known += places[i] ? places[i]->len : 0;
    }
    if (!rule && known == 0 && strcmp(code, builtin.code) == 0)
        return mobile->account->on ? &builtin_account : &builtin;
    return rule;
}

static void saying_free(void *data)
{
    struct saying *saying = data;
    g_free(saying->text);
    g_free(saying);
}

struct ending {
    struct service *service;
    unsigned life, step;
};

/* The network's patience with an open menu is over. */
static void end_menu(void *data)
{
    const struct ending *ending = data;
    struct service *service = ending->service;
    struct mobile *mobile = service->mobile;
    if (ending->life != mobile->life || ending->step != service->step || !service->open)
        return;
    forget(service, "network");
    mobile_notify(mobile, "+CUSD: %d", STATUS_ENDED);
    mobile_flush(mobile);
}

static void settle(struct service *service, const struct saying *saying)
{
    service->asked -= service->asked > 0;
    service->step++;
    service->open = saying->status == STATUS_MENU;
    if (!service->open)
        forget(service, saying->status == STATUS_DONE ? "answer" : "network");
    else if (saying->ends_ms > 0) {
        struct ending *ending = g_new(struct ending, 1);
        *ending = (struct ending){service, service->mobile->life, service->step};
        schedule_after(service->mobile->network->schedule, saying->ends_ms, end_menu, ending,
                       g_free);
    }
}

static void say(void *data)
{
    const struct saying *saying = data;
    struct service *service = saying->service;
    struct mobile *mobile = service->mobile;
    bool cancelled = saying->era != service->era;
    if (saying->life != mobile->life)
        return;
    if (mobile->settings.ussd_urc && (!cancelled || mobile->behaviour.ussd_late)) {
        g_autofree char *text = saying->text ? service_form_write(mobile, saying->text) : NULL;
        mobile_notify(mobile, "+CUSD: %d%s", saying->status, text ? text : "");
    }
    if (!cancelled)
        settle(service, saying);
    if (saying->result)
        mobile_conclude(mobile, ok);
    mobile_flush(mobile);
    if (saying->result)
        mobile_resume(mobile);
}

/* OK, or its place behind a text that stands before it. */
static struct outcome plan(struct service *service, struct saying *saying, int64_t delay_ms)
{
    struct mobile *mobile = service->mobile;
    service->asked++;
    if (mobile->behaviour.ussd_order == 1 && delay_ms == 0) {
        say(saying);
        saying_free(saying);
        return ok;
    }
    saying->result = mobile->behaviour.ussd_order == 1;
    schedule_after(mobile->network->schedule, delay_ms, say, saying, saying_free);
    if (!saying->result)
        return ok;
    mobile->mode = MOBILE_WAITING;
    return later;
}

static struct saying *saying_new(struct service *service, int64_t status, char *text)
{
    struct saying *saying = g_new0(struct saying, 1);
    *saying = (struct saying){
        .service = service,
        .life = service->mobile->life,
        .era = service->era,
        .status = (int)status,
        .text = text,
        .ends_ms = service->mobile->behaviour.ussd_open_ms,
    };
    return saying;
}

/* Whatever follows from the rule happens now. */
static struct saying *saying_of(struct service *service, const struct service_rule *rule,
                                const char *code)
{
    int64_t status = rule->status;
    if (status < 0)
        status = service_rule_is_open(rule) ? STATUS_MENU : STATUS_DONE;
    struct saying *saying =
        saying_new(service, status, service_effect(service->mobile, rule, code));
    if (rule->ends_ms >= 0)
        saying->ends_ms = rule->ends_ms;
    return saying;
}

static struct outcome code_of(const char *code)
{
    struct outcome outcome = {OUTCOME_ERROR, 0, NULL};
    behaviour_outcome(code, &outcome);
    return outcome;
}

/* The network's answer to what was chosen; `code` is what the client said. */
static struct outcome answer(struct service *service, const struct service_rule *rule,
                             const char *code)
{
    if (rule->refused) {
        forget(service, "refused");
        return code_of(rule->refused);
    }
    struct saying *saying = saying_of(service, rule, code);
    if (service_rule_is_open(rule))
        open_menu(service, rule);
    else
        g_array_set_size(service->menus, 0);
    int64_t delay = rule->delay_ms >= 0 ? rule->delay_ms : service->mobile->behaviour.ussd_ms;
    if (!rule->silent)
        return plan(service, saying, delay);
    service->unheard = true;
    saying_free(saying);
    return ok;
}

static struct outcome say_again(struct service *service, const char *text, const char *code)
{
    struct saying *saying =
        saying_new(service, STATUS_MENU, service_effect_fill(service->mobile, text, code, 0));
    const struct service_rule *menu = menu_of(service);
    if (menu->ends_ms >= 0)
        saying->ends_ms = menu->ends_ms;
    return plan(service, saying, service->mobile->behaviour.ussd_ms);
}

/* One menu up; false: this is not the key for that. */
static bool go_back(struct service *service, const char *key, struct outcome *retoutcome)
{
    const char *back = back_key(service);
    if (!back || g_ascii_strcasecmp(back, key) != 0)
        return false;
    g_array_set_size(service->menus, service->menus->len - 1);
    restore_path(service);
    const char *text = menu_of(service)->text;
    *retoutcome = say_again(service, text ? text : "", key);
    return true;
}

/* Within a dialogue: an option of the menu, what the file says of this path, the way back, the
 * option that takes anything; else the menu complains and stays. */
static struct outcome answer_menu(struct service *service, const char *key)
{
    struct outcome outcome;
    const struct service_rule *menu = menu_of(service);
    const struct service_rule *rule = service_rule_find(menu->options, key);
    if (!rule)
        rule = find_code(service, service->path->str);
    if (!rule && go_back(service, key, &outcome))
        return outcome;
    if (!rule)
        rule = service_rule_find(menu->options, "*");
    if (rule)
        return answer(service, rule, key);
    if (menu->options->len == 0)
        return plan(service, saying_new(service, STATUS_UNKNOWN, NULL),
                    service->mobile->behaviour.ussd_ms);
    restore_path(service);
    const char *text = menu->unknown ? menu->unknown : menu->text;
    return say_again(service, text ? text : "", key);
}

static struct outcome answer_code(struct service *service, const char *code)
{
    const struct service_rule *rule = find_code(service, code);
    g_autofree char *card = account_topup_code(service->mobile->account, code);
    if (rule)
        return answer(service, rule, code);
    struct saying *saying =
        card ? saying_new(service, STATUS_DONE, service_effect_top_up(service->mobile, card))
             : saying_new(service, STATUS_UNKNOWN, NULL);
    return plan(service, saying, service->mobile->behaviour.ussd_ms);
}

struct outcome service_dial(struct service *service, const char *written)
{
    const struct modem_behaviour *behaviour = &service->mobile->behaviour;
    g_autofree char *code = service_form_read(service->mobile, written);
    if (behaviour->registration != 1 && behaviour->registration != 5)
        return (struct outcome){OUTCOME_CME, CME_NO_SERVICE, NULL};
    if (!code)
        return code_of(behaviour->ussd_refused);
    if (service->asked > 0 && *behaviour->ussd_again)
        return code_of(behaviour->ussd_again);
    service->dialled++;
    service->step++;
    service->unheard = false;
    if (service->menus->len > 0) {
        g_string_append_printf(service->path, ">%s", code);
        return answer_menu(service, code);
    }
    g_string_assign(service->path, code);
    return answer_code(service, code);
}

char *service_list(const struct service *service)
{
    return g_strdup_printf("state=%s ended=%s dialled=%u cancelled=%u path=%s",
                           service->asked || service->unheard ? "asked"
                           : service->open                    ? "open"
                                                              : "idle",
                           service->ended, service->dialled, service->cancelled,
                           service->path->len ? service->path->str : "-");
}

char *service_push(struct service *service, const char *settings)
{
    struct mobile *mobile = service->mobile;
    struct service_rule *rule = g_new0(struct service_rule, 1);
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = settings_read_text(settings, "ussd", service_rule_pushed_table, rule, mistakes);
    g_ptr_array_add(service->pushed, rule);
    if (!read)
        return mistake_text(mistakes->pdata[0]);
    if (service_is_pending(service))
        return g_strdup("a dialogue is open already");
    if (mobile->mode == MOBILE_BOOTING)
        return g_strdup("the modem is off");
    if (!mobile->settings.ussd_urc)
        return g_strdup("the client does not listen (AT+CUSD=1)");
    struct saying *saying = saying_of(service, rule, "");
    if (service_rule_is_open(rule))
        open_menu(service, rule);
    service->asked++;
    say(saying);
    saying_free(saying);
    return NULL;
}
