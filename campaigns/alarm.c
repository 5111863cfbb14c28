// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of alarms as one table, and three rules. Trouble adds up and well-being takes off, so
 * that a modem that is away for more than half of the time is an alarm too. An alarm is over when
 * all has been well without a break, each time of the same day twice as long, so that flapping
 * makes a handful of alarms and not hundreds. By SMS the same thing is told at most every few
 * hours, and several things together. */
#include "campaigns/alarm.h"

#include "campaigns/parts.h"

#include <string.h>

enum {
    STEP_MOST_MS = 5 * 1000, /* between two looks */
    RENEW_MS = 60 * 1000,
    DOUBLINGS_MOST = 6,
    GATHER_MS = 10 * 1000,
    SETTLE_MS = 5 * 60 * 1000,
    SUBJECTS_MOST = 3, /* named in an SMS, of one kind */
    DIGITS_MOST = 8,   /* longer numbers may be somebody's */
};
#define CLEAR_LONGEST_MS (INT64_C(6) * 60 * 60 * 1000)
#define RETELL_MS        (INT64_C(6) * 60 * 60 * 1000)

/* The order is that of an SMS in which not all have room. */
static const struct alarm_trait traits[ALARM_KINDS] = {
    [ALARM_MODEM_DOWN] = {.name = "modem-down",
                          .severity = "critical",
                          .sentence = "a modem does not work",
                          .text = "modem %s khong hoat dong",
                          .by_sms = true,
                          .patient = true},
    [ALARM_SIM_STOPPED] = {.name = "sim-stopped",
                           .severity = "critical",
                           .sentence = "a SIM sends nothing any more: no credit, or barred?",
                           .text = "SIM %s khong gui duoc, het tien hoac bi khoa?",
                           .by_sms = true,
                           .patient = true},
    [ALARM_DISK_LOW] = {.name = "disk-low",
                        .severity = "critical",
                        .sentence = "the disk of the database is nearly full",
                        .text = "o dia sap day",
                        .by_sms = true},
    [ALARM_SIM_LOW] = {.name = "sim-low",
                       .severity = "warning",
                       .sentence = "a SIM has little credit, or soon none that is valid",
                       .text = "SIM %s can nap tien hoac gia han",
                       .by_sms = true},
    [ALARM_SIM_UNREAD] = {.name = "sim-unread",
                          .severity = "warning",
                          .sentence = "what a SIM has left is not known any more",
                          .text = "khong doc duoc so du SIM %s",
                          .by_sms = true},
    [ALARM_SILENCE] = {.name = "silence",
                       .severity = "warning",
                       .sentence = "a modem sends, but gets neither SMS nor report",
                       .text = "modem %s gui di ma khong nhan duoc gi",
                       .by_sms = true},
    [ALARM_SIM_FULL] = {.name = "sim-full",
                        .severity = "warning",
                        .sentence = "a SIM's storage does not empty",
                        .text = "bo nho SIM %s sap day",
                        .by_sms = true,
                        .patient = true},
    [ALARM_SINK_FAILING] = {.name = "sink-failing",
                            .severity = "warning",
                            .sentence = "a receiver of summaries takes nothing",
                            .text = "noi nhan %s khong nhan so lieu",
                            .by_sms = true},
    [ALARM_UNSURE] = {.name = "unsure",
                      .severity = "warning",
                      .sentence = "messages may or may not have gone out",
                      .text = "co tin chua ro da gui hay chua",
                      .by_sms = true,
                      .settles = true},
    [ALARM_QUARANTINE] = {.name = "quarantine",
                          .severity = "warning",
                          .sentence = "incoming SMS could not be read",
                          .text = "co tin den khong doc duoc",
                          .by_sms = true,
                          .settles = true},
    [ALARM_CLOCK_WRONG] = {.name = "clock-wrong",
                           .severity = "warning",
                           .sentence = "the clock of this machine is wrong",
                           .text = "dong ho may bi sai"},
    [ALARM_COUNTING] = {.name = "counting-stuck",
                        .severity = "warning",
                        .sentence = "summaries, snapshots and reminders are held up",
                        .text = "viec tong hop so lieu bi dung"},
    [ALARM_USSD_CLOSED] = {.name = "ussd-closed",
                           .severity = "critical",
                           .sentence = "nobody who dials a survey is heard",
                           .text = "khao sat USSD khong nghe may duoc",
                           .by_sms = true,
                           .patient = true},
};

const struct alarm_trait *alarm_trait(enum alarm_kind kind)
{
    g_assert(kind < ALARM_KINDS);
    return &traits[kind];
}

bool alarm_kind_from_name(const char *name, enum alarm_kind *retkind)
{
    for (unsigned i = 0; i < ALARM_KINDS; i++) {
        if (g_strcmp0(traits[i].name, name) == 0) {
            *retkind = (enum alarm_kind)i;
            return true;
        }
    }
    return false;
}

/* A reason may have been a modem's own words. Numbers of phones, SIMs and devices do not leave with
 * it. */
static char *presentable(char *reason)
{
    char *text = g_utf8_make_valid(reason, -1);
    g_free(reason);
    for (char *at = text; *at != '\0';) {
        size_t digits = strspn(at, "0123456789");
        if (digits > DIGITS_MOST)
            memset(at, '*', digits);
        at += MAX(digits, 1U);
    }
    return text;
}

struct trouble *trouble_new(enum alarm_kind kind, const char *subject, char *reason, char *hint)
{
    struct trouble *trouble = g_new0(struct trouble, 1);
    trouble->kind = kind;
    trouble->subject = g_strdup(subject);
    trouble->reason = presentable(reason);
    trouble->hint = hint;
    return trouble;
}

void trouble_free(struct trouble *trouble)
{
    if (trouble == NULL)
        return;
    g_free(trouble->subject);
    g_free(trouble->reason);
    g_free(trouble->hint);
    g_free(trouble);
}

/* ---- from trouble to alarm and back ---- */

struct alarm_case *alarm_case_new(enum alarm_kind kind, const char *subject)
{
    struct alarm_case *acase = g_new0(struct alarm_case, 1);
    acase->kind = kind;
    acase->subject = g_strdup(subject);
    return acase;
}

void alarm_case_free(struct alarm_case *acase)
{
    if (acase == NULL)
        return;
    g_free(acase->subject);
    g_free(acase->reason);
    g_free(acase->hint);
    g_free(acase);
}

void alarm_case_resume(struct alarm_case *acase, int64_t since, int64_t patience_ms, int64_t now)
{
    acase->since = since;
    acase->level_ms = CLAMP(now - since, 0, patience_ms / 2);
}

static int64_t clear_after(const struct alarm_case *acase, int64_t patience_ms)
{
    if (!traits[acase->kind].patient)
        return 0;
    int64_t longer = patience_ms << MIN(acase->repeats, (unsigned)DOUBLINGS_MOST);
    return MIN(longer, MAX(patience_ms, CLEAR_LONGEST_MS));
}

static enum alarm_change look_bad(struct alarm_case *acase, const struct trouble *trouble,
                                  int64_t raise_after, int64_t now)
{
    bool renewed = g_strcmp0(acase->reason, trouble->reason) != 0;
    g_free(acase->hint);
    acase->hint = g_strdup(trouble->hint);
    acase->bad = true;
    acase->well_ms = 0;
    if (acase->since == 0)
        acase->since = trouble->since != 0 ? trouble->since : now;
    if (acase->lasting && renewed && now - acase->renewed_at < RENEW_MS && now >= acase->renewed_at)
        return ALARM_STAYS;
    if (renewed) {
        g_free(acase->reason);
        acase->reason = g_strdup(trouble->reason);
    }
    if (acase->lasting && renewed) {
        acase->renewed_at = now;
        return ALARM_RENEW;
    }
    return !acase->lasting && acase->level_ms >= raise_after ? ALARM_RAISE : ALARM_STAYS;
}

enum alarm_change alarm_case_look(struct alarm_case *acase, const struct trouble *trouble,
                                  int64_t patience_ms, int64_t now)
{
    int64_t step = CLAMP(now - acase->looked_at, 0, (int64_t)STEP_MOST_MS);
    int64_t raise_after = traits[acase->kind].patient ? patience_ms : 0;
    if (acase->looked_at == 0)
        step = 0;
    acase->looked_at = now;
    if (trouble != NULL) {
        acase->level_ms = MIN(acase->level_ms + step, raise_after);
        return look_bad(acase, trouble, raise_after, now);
    }
    acase->bad = false;
    acase->well_ms += step;
    acase->level_ms = MAX(acase->level_ms - step, 0);
    if (!acase->lasting && acase->level_ms == 0)
        acase->since = 0;
    return acase->lasting && acase->well_ms >= clear_after(acase, patience_ms) ? ALARM_CLEAR
                                                                               : ALARM_STAYS;
}

bool alarm_case_is_over(const struct alarm_case *acase)
{
    return !acase->lasting && !acase->bad && acase->level_ms == 0;
}

/* ---- telling ---- */

bool alarm_is_to_tell(enum alarm_kind kind, const struct alarm_told *told, int64_t patience_ms,
                      int64_t now)
{
    const struct alarm_trait *trait = &traits[kind];
    int64_t settle_ms = trait->settles ? MIN(patience_ms, (int64_t)SETTLE_MS) : 0;
    if (!trait->by_sms || told->told_at != 0 || now - told->raised_at < settle_ms)
        return false;
    return told->last_at == 0 || now - told->last_at >= RETELL_MS || now < told->last_at;
}

int64_t alarm_gather_ms(int64_t patience_ms)
{
    return MIN(patience_ms / 2, (int64_t)GATHER_MS);
}

static char *clock_text(int64_t at, GTimeZone *zone, int64_t now)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    g_autoptr(GDateTime) now_utc = g_date_time_new_from_unix_utc(now / 1000);
    g_autoptr(GDateTime) today = g_date_time_to_timezone(now_utc, zone);
    bool same = g_date_time_get_day_of_year(local) == g_date_time_get_day_of_year(today) &&
                g_date_time_get_year(local) == g_date_time_get_year(today);
    return g_date_time_format(local, same ? "%H:%M" : "%H:%M %d/%m");
}

/* "sim1, sim2, sim3 +2" */
static char *subjects_text(const GPtrArray *alike, guint most)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(alike->len, most); i++) {
        const struct alarm_case *acase = g_ptr_array_index(alike, i);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", acase->subject);
    }
    if (alike->len > most)
        g_string_append_printf(text, " +%u", alike->len - most);
    return g_string_free(text, FALSE);
}

/* All of one kind: "modem sim1, sim2 khong hoat dong tu 14:05". What is well again by now says
 * until when it was not. */
static char *item_text(const GPtrArray *alike, guint most, GTimeZone *zone, int64_t now)
{
    const struct alarm_case *first = g_ptr_array_index(alike, 0);
    int64_t since = now, until = 0;
    bool bad = false;
    for (guint i = 0; i < alike->len; i++) {
        const struct alarm_case *acase = g_ptr_array_index(alike, i);
        since = MIN(since, acase->since);
        until = MAX(until, now - acase->well_ms);
        bad = bad || acase->bad;
    }
    g_autofree char *subjects = subjects_text(alike, most);
    g_autofree char *from = clock_text(since, zone, now);
    g_autofree char *to = clock_text(until, zone, now);
    g_auto(GStrv) around = g_strsplit(traits[first->kind].text, "%s", 2);
    const char *hint = alike->len == 1 && bad ? first->hint : NULL;
    return g_strconcat(around[0], around[1] != NULL ? subjects : "",
                       around[1] != NULL ? around[1] : "", " tu ", from, bad ? "" : " den ",
                       bad ? "" : to, hint != NULL ? " (" : "", hint != NULL ? hint : "",
                       hint != NULL ? ")" : "", NULL);
}

static bool is_one_part(const char *text)
{
    struct text_parts parts;
    text_parts_make(text, &parts);
    bool one = parts.count == 1 && parts.coding == CODING_GSM7;
    text_parts_clear(&parts);
    return one;
}

static char *whole_text(const char *items, guint left)
{
    g_autofree char *more = left > 0 ? g_strdup_printf("; +%u loi khac", left) : g_strdup("");
    return g_strconcat("Loa: ", items, more, ". Xem: loa status", NULL);
}

/* Appends the item with as many names as fit, if it fits at all. */
static void append_item(GString *items, const GPtrArray *alike, guint left, GTimeZone *zone,
                        int64_t now)
{
    for (guint most = MIN(alike->len, (guint)SUBJECTS_MOST); most > 0; most--) {
        g_autofree char *item = item_text(alike, most, zone, now);
        g_autofree char *longer = g_strconcat(items->str, items->len > 0 ? "; " : "", item, NULL);
        g_autofree char *whole = whole_text(longer, left);
        if (is_one_part(whole)) {
            g_string_assign(items, longer);
            return;
        }
    }
}

char *alarm_text(const GPtrArray *cases, GTimeZone *zone, int64_t now)
{
    g_autoptr(GString) items = g_string_new(NULL);
    guint left = cases->len;
    for (unsigned kind = 0; kind < ALARM_KINDS; kind++) {
        g_autoptr(GPtrArray) alike = g_ptr_array_new();
        for (guint i = 0; i < cases->len; i++) {
            const struct alarm_case *acase = g_ptr_array_index(cases, i);
            if (acase->kind == kind)
                g_ptr_array_add(alike, (void *)acase);
        }
        if (alike->len == 0)
            continue;
        gsize before = items->len;
        append_item(items, alike, left - alike->len, zone, now);
        if (items->len > before)
            left -= alike->len;
    }
    return whole_text(items->str, left);
}
