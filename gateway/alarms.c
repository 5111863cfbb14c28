// SPDX-License-Identifier: GPL-2.0-or-later
/* Each second: what is wrong (troubles.c), what of it is a new alarm or is over
 * (campaigns/alarm.c), and whether somebody is to be told by SMS. Every change is one effect of the
 * turn: the row of the alarm with its events, or the SMS with what it tells of, so that a crash
 * neither loses nor repeats a word. An SMS is made only when some modem can carry it, one at a
 * time, and about all that is to be told then. What becomes of it raises no alarm. */
#include "gateway/alarms.h"

#include "campaigns/alarm_event.h"
#include "campaigns/hours.h"
#include "campaigns/store/modem.h"
#include "config/log.h"
#include "gateway/troubles.h"

#include <inttypes.h>
#include <string.h>

enum { LASTING_MOST = 1000 };

struct alarms {
    struct store *store;
    struct turn *turn;
    struct dispatcher *dispatcher;
    struct counter *counter;
    const struct gateway_config *config;
    GPtrArray *cases;            /* struct alarm_case * */
    GPtrArray *rows;             /* struct alarm_row *: those that last, as they were stored last */
    int64_t gather_from;         /* something is to be told since then; 0: nothing */
    unsigned pending;            /* effects in the turn */
    bool news;                   /* for the forwarder */
    const struct sim_desk *sims; /* NULL: none */
    char *ussd;                  /* why aggregators are not heard; NULL: they are */
    char *complaint;             /* the fault that was logged last; NULL: none */
};

/* One change on its way into the database. */
struct change {
    struct effect effect;
    struct alarms *alarms;
    enum alarm_change what;
    struct alarm_row *row;
};

/* One telling on its way. */
struct telling {
    struct effect effect;
    struct alarms *alarms;
    GPtrArray *phones; /* char * */
    GArray *ids;       /* int64_t, of the alarms */
    char *text;
};

static int64_t clock_ms(void)
{
    return g_get_real_time() / 1000;
}

static void free_case(gpointer data)
{
    alarm_case_free(data);
}

static struct alarm_case *find_case(const struct alarms *alarms, enum alarm_kind kind,
                                    const char *subject)
{
    for (guint i = 0; i < alarms->cases->len; i++) {
        struct alarm_case *acase = g_ptr_array_index(alarms->cases, i);
        if (acase->kind == kind && strcmp(acase->subject, subject) == 0)
            return acase;
    }
    return NULL;
}

static struct alarm_row *find_row(const struct alarms *alarms, const struct alarm_case *acase)
{
    for (guint i = 0; i < alarms->rows->len; i++) {
        struct alarm_row *row = g_ptr_array_index(alarms->rows, i);
        if (row->kind == acase->kind && strcmp(row->subject, acase->subject) == 0)
            return row;
    }
    return NULL;
}

/* ---- a change and its events ---- */

static bool apply_change(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    struct change *change = (struct change *)effect;
    struct alarm_row *row = change->row;
    if (change->what == ALARM_RENEW)
        return store_alarm_renew(store, row->id, row->reason, error);
    bool stored = false;
    if (change->what == ALARM_RAISE) {
        row->raised_at = now;
        stored = store_alarm_raise(store, row, &row->id, error);
    } else {
        row->cleared_at = now;
        stored = store_alarm_clear(store, row->id, now, error);
    }
    return stored && alarm_event_put(store, change->alarms->config, row, now, error);
}

static void change_committed(struct effect *effect)
{
    struct change *change = (struct change *)effect;
    const struct alarm_row *row = change->row;
    change->alarms->news = true;
    if (change->what == ALARM_RENEW)
        return;
    g_autofree char *reason = log_quote(row->reason);
    if (change->what == ALARM_RAISE)
        log_warn("alarm", "alarm=%" PRId64 " kind=%s subject=%s event=raised severity=%s reason=%s",
                 row->id, alarm_trait(row->kind)->name, row->subject,
                 alarm_trait(row->kind)->severity, reason);
    else
        log_info("alarm", "alarm=%" PRId64 " kind=%s subject=%s event=cleared lasted_s=%" PRId64,
                 row->id, alarm_trait(row->kind)->name, row->subject,
                 (row->cleared_at - row->since) / 1000);
}

static void change_free(struct effect *effect)
{
    struct change *change = (struct change *)effect;
    change->alarms->pending--;
    alarm_row_free(change->row);
    g_free(change);
}

static void add_change(struct alarms *alarms, enum alarm_change what,
                       const struct alarm_case *acase)
{
    const struct alarm_row *known = find_row(alarms, acase);
    struct change *change = g_new0(struct change, 1);
    change->effect = (struct effect){apply_change, change_committed, NULL, change_free};
    change->alarms = alarms;
    change->what = what;
    change->row = g_new0(struct alarm_row, 1);
    change->row->id = known != NULL ? known->id : 0;
    change->row->kind = acase->kind;
    change->row->uuid = known != NULL ? g_strdup(known->uuid) : g_uuid_string_random();
    change->row->subject = g_strdup(acase->subject);
    change->row->reason = g_strdup(acase->reason);
    change->row->since = acase->since;
    change->row->raised_at = known != NULL ? known->raised_at : 0;
    alarms->pending++;
    turn_add(alarms->turn, &change->effect);
}

/* ---- raising and clearing ---- */

static bool raise_case(struct alarms *alarms, struct alarm_case *acase, int64_t now, GError **error)
{
    if (!store_alarm_repeats(alarms->store, acase->kind, acase->subject, now - ALARM_REPEAT_MS,
                             &acase->repeats, error))
        return false;
    acase->lasting = true;
    add_change(alarms, ALARM_RAISE, acase);
    return true;
}

static bool look_at_case(struct alarms *alarms, struct alarm_case *acase,
                         const struct trouble *trouble, int64_t now, GError **error)
{
    int64_t patience_ms = alarms->config->alarms.modem_down_ms;
    enum alarm_change what = alarm_case_look(acase, trouble, patience_ms, now);
    switch (what) {
    case ALARM_STAYS:
        return true;
    case ALARM_RAISE:
        return raise_case(alarms, acase, now, error);
    case ALARM_CLEAR:
        acase->lasting = false;
        break;
    case ALARM_RENEW:
        break;
    }
    add_change(alarms, what, acase);
    return true;
}

static const struct trouble *find_trouble(const GPtrArray *troubles, const struct alarm_case *acase)
{
    for (guint i = 0; i < troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(troubles, i);
        if (trouble->kind == acase->kind && strcmp(trouble->subject, acase->subject) == 0)
            return trouble;
    }
    return NULL;
}

/* How long a modem has not worked is known by its events, also across a new start. */
static bool begin_case(struct alarms *alarms, const struct trouble *trouble, int64_t now,
                       GError **error)
{
    int64_t since = 0;
    if (trouble->kind == ALARM_MODEM_DOWN &&
        !store_modem_down_since(alarms->store, trouble->subject, &since, error))
        return false;
    struct alarm_case *acase = alarm_case_new(trouble->kind, trouble->subject);
    if (since != 0)
        alarm_case_resume(acase, since, alarms->config->alarms.modem_down_ms, now);
    g_ptr_array_add(alarms->cases, acase);
    return true;
}

static bool look_at_cases(struct alarms *alarms, const GPtrArray *troubles, int64_t now,
                          GError **error)
{
    for (guint i = 0; i < troubles->len; i++) {
        const struct trouble *trouble = g_ptr_array_index(troubles, i);
        if (find_case(alarms, trouble->kind, trouble->subject) == NULL &&
            !begin_case(alarms, trouble, now, error))
            return false;
    }
    for (guint i = alarms->cases->len; i > 0; i--) {
        struct alarm_case *acase = g_ptr_array_index(alarms->cases, i - 1);
        if (!look_at_case(alarms, acase, find_trouble(troubles, acase), now, error))
            return false;
        if (alarm_case_is_over(acase))
            g_ptr_array_remove_index(alarms->cases, i - 1);
    }
    return true;
}

/* ---- telling by SMS ---- */

static bool apply_telling(struct effect *effect, struct store *store, int64_t now, GError **error)
{
    const struct telling *telling = (struct telling *)effect;
    for (guint i = 0; i < telling->phones->len; i++) {
        if (!store_alarm_tell(store, g_ptr_array_index(telling->phones, i), telling->text,
                              telling->ids, now, error))
            return false;
    }
    return true;
}

static void telling_committed(struct effect *effect)
{
    const struct telling *telling = (struct telling *)effect;
    log_info("alarm", "event=told alarms=%u sms=%u", telling->ids->len, telling->phones->len);
}

static void telling_free(struct effect *effect)
{
    struct telling *telling = (struct telling *)effect;
    telling->alarms->pending--;
    g_ptr_array_unref(telling->phones);
    g_array_unref(telling->ids);
    g_free(telling->text);
    g_free(telling);
}

/* Whoever may still get one today. */
static GPtrArray *phones_left(const struct alarms *alarms, int64_t now, GError **error)
{
    g_autoptr(GPtrArray) phones = g_ptr_array_new_with_free_func(g_free);
    int64_t midnight = day_start(dispatcher_zone(alarms->dispatcher), now);
    for (char **phone = alarms->config->alarms.phones; phone != NULL && *phone != NULL; phone++) {
        int64_t made = 0;
        if (!store_alarm_sms_since(alarms->store, *phone, midnight, &made, error))
            return NULL;
        if (made < alarms->config->alarms.sms_per_day &&
            !g_ptr_array_find_with_equal_func(phones, *phone, g_str_equal, NULL))
            g_ptr_array_add(phones, g_strdup(*phone));
    }
    return g_steal_pointer(&phones);
}

/* Cases (borrowed) that somebody should hear of. */
static GPtrArray *untold(const struct alarms *alarms, int64_t now)
{
    GPtrArray *cases = g_ptr_array_new();
    for (guint i = 0; i < alarms->cases->len; i++) {
        struct alarm_case *acase = g_ptr_array_index(alarms->cases, i);
        const struct alarm_row *row = acase->lasting ? find_row(alarms, acase) : NULL;
        if (row == NULL)
            continue;
        const struct alarm_told told = {row->raised_at, row->told_at, row->last_at};
        if (alarm_is_to_tell(acase->kind, &told, alarms->config->alarms.modem_down_ms, now))
            g_ptr_array_add(cases, acase);
    }
    return cases;
}

static void tell(struct alarms *alarms, const GPtrArray *cases, GPtrArray *phones, int64_t now)
{
    struct telling *telling = g_new0(struct telling, 1);
    telling->effect = (struct effect){apply_telling, telling_committed, NULL, telling_free};
    telling->alarms = alarms;
    telling->phones = g_ptr_array_ref(phones);
    telling->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (guint i = 0; i < cases->len; i++) {
        const struct alarm_row *row = find_row(alarms, g_ptr_array_index(cases, i));
        g_array_append_val(telling->ids, row->id);
    }
    telling->text = alarm_text(cases, dispatcher_zone(alarms->dispatcher), now);
    alarms->pending++;
    alarms->gather_from = 0;
    turn_add(alarms->turn, &telling->effect);
}

/* Alarms that come together are told together, so the first waits a little for the others. */
static bool tell_what_is_due(struct alarms *alarms, bool can_send, int64_t now, GError **error)
{
    g_autoptr(GPtrArray) cases = untold(alarms, now);
    if (cases->len == 0 || !can_send) {
        alarms->gather_from = 0;
        return true;
    }
    int64_t gather_ms = alarm_gather_ms(alarms->config->alarms.modem_down_ms);
    if (alarms->gather_from == 0 || now < alarms->gather_from)
        alarms->gather_from = now;
    if (now - alarms->gather_from < gather_ms)
        return true;
    bool waits = false;
    g_autoptr(GPtrArray) phones = phones_left(alarms, now, error);
    if (phones == NULL || !store_alarm_sms_waits(alarms->store, &waits, error))
        return false;
    if (phones->len > 0 && !waits)
        tell(alarms, cases, phones, now);
    return true;
}

static bool lasts(const struct alarms *alarms, enum alarm_kind kind, const char *modem)
{
    const struct alarm_case *acase = find_case(alarms, kind, modem);
    return acase != NULL && acase->lasting;
}

/* A modem that is silent, has little credit or cannot send carries no alarms; but silence and
 * thrift are no reasons if there is no other. True when there is one that can. */
static bool choose_carriers(struct alarms *alarms, const GPtrArray *able)
{
    g_autoptr(GPtrArray) shunned = g_ptr_array_new();
    guint silent = 0, left = 0;
    for (guint i = 0; i < able->len; i++) {
        const char *modem = g_ptr_array_index(able, i);
        const struct alarm_case *stopped = find_case(alarms, ALARM_SIM_STOPPED, modem);
        bool is_silent = lasts(alarms, ALARM_SILENCE, modem) || lasts(alarms, ALARM_SIM_LOW, modem);
        if (stopped != NULL && stopped->lasting)
            continue;
        silent += is_silent;
        left += !is_silent;
    }
    for (guint i = 0; i < alarms->cases->len; i++) {
        const struct alarm_case *acase = g_ptr_array_index(alarms->cases, i);
        if (acase->lasting &&
            (acase->kind == ALARM_SIM_STOPPED ||
             ((acase->kind == ALARM_SILENCE || acase->kind == ALARM_SIM_LOW) && left > 0)))
            g_ptr_array_add(shunned, acase->subject);
    }
    g_ptr_array_add(shunned, NULL);
    dispatcher_shun(alarms->dispatcher, (const char *const *)shunned->pdata);
    return left + silent > 0;
}

/* ---- the tick ---- */

static void report(struct alarms *alarms, const GError *error)
{
    const char *sentence = error != NULL ? error->message : NULL;
    if (g_strcmp0(sentence, alarms->complaint) == 0)
        return;
    if (sentence != NULL)
        log_error("alarm", "event=failed \"%s\"", sentence);
    else
        log_info("alarm", "event=well");
    g_free(alarms->complaint);
    alarms->complaint = g_strdup(sentence);
}

static bool take_up(struct alarms *alarms, const struct alarm_row *row, int64_t now, GError **error)
{
    if (find_case(alarms, row->kind, row->subject) != NULL)
        return true;
    unsigned repeats = 0;
    if (!store_alarm_repeats(alarms->store, row->kind, row->subject, now - ALARM_REPEAT_MS,
                             &repeats, error))
        return false;
    struct alarm_case *acase = alarm_case_new(row->kind, row->subject);
    acase->lasting = acase->bad = true;
    acase->reason = g_strdup(row->reason);
    acase->since = row->since;
    acase->repeats = repeats - MIN(repeats, 1U); /* it is one of them itself */
    g_ptr_array_add(alarms->cases, acase);
    return true;
}

/* What lasts is what the database says: also what was raised before our start, and not what it
 * would not take. */
static bool read_rows(struct alarms *alarms, int64_t now, GError **error)
{
    GPtrArray *rows = store_alarm_list(alarms->store, true, 0, LASTING_MOST, error);
    if (rows == NULL)
        return false;
    if (alarms->rows != NULL)
        g_ptr_array_unref(alarms->rows);
    alarms->rows = rows;
    for (guint i = 0; i < alarms->cases->len; i++) {
        struct alarm_case *acase = g_ptr_array_index(alarms->cases, i);
        acase->lasting = find_row(alarms, acase) != NULL;
    }
    for (guint i = 0; i < rows->len; i++) {
        if (!take_up(alarms, g_ptr_array_index(rows, i), now, error))
            return false;
    }
    return true;
}

static bool tick(struct alarms *alarms, int64_t now, GError **error)
{
    if (!read_rows(alarms, now, error))
        return false;
    g_autoptr(GPtrArray) able = g_ptr_array_new();
    const struct troubles_view view = {alarms->store,      alarms->config,  alarms->turn,
                                       alarms->dispatcher, alarms->counter, alarms->cases,
                                       alarms->ussd,       alarms->sims};
    g_autoptr(GPtrArray) troubles = troubles_look(&view, now, able, error);
    if (troubles == NULL || !look_at_cases(alarms, troubles, now, error))
        return false;
    bool can_send = choose_carriers(alarms, able);
    return alarms->pending > 0 || tell_what_is_due(alarms, can_send, now, error);
}

bool alarms_tick(struct alarms *alarms)
{
    bool news = alarms->news;
    alarms->news = false;
    if (alarms->pending > 0) /* the disk is full, or the database is held */
        return news;
    g_autoptr(GError) error = NULL;
    tick(alarms, clock_ms(), &error);
    report(alarms, error);
    return news;
}

/* ---- start and end ---- */

struct alarms *alarms_new(struct store *store, struct turn *turn, struct dispatcher *dispatcher,
                          struct counter *counter, const struct gateway_config *config,
                          GError **error)
{
    struct alarms *alarms = g_new0(struct alarms, 1);
    alarms->store = store;
    alarms->turn = turn;
    alarms->dispatcher = dispatcher;
    alarms->counter = counter;
    alarms->config = config;
    alarms->cases = g_ptr_array_new_with_free_func(free_case);
    if (!read_rows(alarms, clock_ms(), error)) {
        alarms_free(alarms);
        return NULL;
    }
    return alarms;
}

void alarms_free(struct alarms *alarms)
{
    if (alarms == NULL)
        return;
    g_ptr_array_unref(alarms->cases);
    if (alarms->rows != NULL)
        g_ptr_array_unref(alarms->rows);
    g_free(alarms->ussd);
    g_free(alarms->complaint);
    g_free(alarms);
}

void alarms_watch_sims(struct alarms *alarms, const struct sim_desk *sims)
{
    alarms->sims = sims;
}

void alarms_tell_ussd(struct alarms *alarms, const char *trouble)
{
    g_free(alarms->ussd);
    alarms->ussd = g_strdup(trouble);
}

void alarms_configure(struct alarms *alarms, const struct gateway_config *config)
{
    alarms->config = config;
}
