// SPDX-License-Identifier: GPL-2.0-or-later
/* The settings of a campaign file: the table, and the checks of single values; those that span
 * several are in campaign_rules.c. What a text's placeholders mean and what fits into an SMS is the
 * domain's to judge, as is whom the audience names: here a file is only well-formed or not. */
#include "config/campaign.h"

#include "config/campaign_question.h"
#include "config/campaign_rules.h"
#include "config/source.h"
#include "config/values.h"

#include <string.h>

enum { RULES_MOST = 20 };

static const char *const campaign_kinds[] = {"notice", "survey", "dialogue", NULL};
static const char *const unsure_choices[] = {"ask", "resend", NULL};
static const char *const countings[] = {[COUNT_BY_PERSON] = "person",
                                        [COUNT_BY_HOUSEHOLD] = "household",
                                        [COUNT_BY_CONTACT] = "contact",
                                        NULL};
static const char *const priorities[] = {"low", "normal", "high", "emergency", NULL};
static const char *const asking[] = {"together", "in-turn", NULL};
static const char *const recipients[] = {"silent", "all", "answered", NULL};

static char *check_campaign_code(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,40}$",
                             "must be 1 to 40 letters without diacritics, digits, - and _");
}

static char *check_day(const void *field)
{
    const char *day = *(char *const *)field;
    g_autofree char *midnight = g_strconcat(day, "T00:00:00Z", NULL);
    int64_t at = 0;
    g_autofree char *sentence = NULL;
    bool sane = value_read_time(midnight, &at, &sentence) && strcmp(day, "2000") > 0 &&
                strcmp(day, "2200") < 0;
    return sane ? NULL : g_strdup("must be a day such as 2026-01-01, of 2000 to 2199");
}

/* Each is followed day by day whenever somebody looks at the calendar. */
static char *check_rules(const void *field)
{
    char *const *rules = *(char *const *const *)field;
    if (rules != NULL && g_strv_length((char **)rules) > RULES_MOST)
        return g_strdup_printf("must be %d rules at most", RULES_MOST);
    return value_check_words(field);
}

static char *check_time_of_day(const void *field)
{
    return value_check_shape(field, "^([01][0-9]|2[0-3]):[0-5][0-9]$",
                             "must be a time of the day such as 08:00");
}

static char *check_some_words(const void *field)
{
    return **(char **const *)field == NULL ? g_strdup("must name at least one")
                                           : value_check_words(field);
}

static char *check_times(const void *field)
{
    for (char *const *times = *(char **const *)field; *times != NULL; times++) {
        int64_t at;
        char *sentence = NULL;
        if (!value_read_time(*times, &at, &sentence))
            return sentence;
    }
    return NULL;
}

#define IN_ATTRIBUTE(field)    offsetof(struct attribute_config, field)
#define IN_REMINDER(field)     offsetof(struct reminder_config, field)
#define IN_CAMPAIGN(field)     offsetof(struct campaign_config, field)
#define IN_GROUP(group, field) (IN_CAMPAIGN(group.field) - IN_CAMPAIGN(group))

static const char *const attribute_signs[] = {[IS_EQUAL] = "=",
                                              [IS_OTHER] = "!=",
                                              [IS_LEAST] = ">=",
                                              [IS_MORE] = ">",
                                              [IS_MOST] = "<=",
                                              [IS_LESS] = "<",
                                              NULL};

static const struct setting where_settings[] = {
    {.key = "attribute",
     .type = SETTING_TEXT,
     .offset = IN_ATTRIBUTE(attribute),
     .required = true,
     .check = value_check_filled,
     .example = "doan_vien",
     .help = "a column of the roster; also tuoi (age), gioi_tinh, nam_sinh"},
    {.key = "is",
     .type = SETTING_CHOICE,
     .offset = IN_ATTRIBUTE(is),
     .choices = attribute_signs,
     .initial = "=",
     .help = "how it compares with the values; >= > <= < take one number"},
    {.key = "values",
     .type = SETTING_TEXTS,
     .offset = IN_ATTRIBUTE(values),
     .required = true,
     .check = check_some_words,
     .example = "[ \"x\" ]",
     .help = "any one of which it must hold"},
    {.key = NULL},
};

static const struct setting audience_settings[] = {
    {.key = "units",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(audience, units),
     .check = value_check_words,
     .example = "[ \"TT\" ]",
     .help = "codes of units, with all below them"},
    {.key = "groups",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(audience, groups),
     .check = value_check_words,
     .example = "[ \"to-truong\" ]",
     .help = "names of groups"},
    {.key = "where",
     .type = SETTING_LIST,
     .offset = IN_GROUP(audience, where),
     .members = where_settings,
     .member_size = sizeof(struct attribute_config),
     .help = "only persons for whom all of these hold"},
    {.key = NULL},
};

static const struct setting opinion_settings[] = {
    {.key = "keywords",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(opinion, keywords),
     .check = value_check_words,
     .example = "[ \"YK\" ]",
     .help = "words that open an opinion"},
    {.key = "confirm",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(opinion, confirm),
     .check = value_check_filled,
     .example = "Hai long nhan 1, chua nhan 0.",
     .help = "is put behind the answer to an opinion: 1 or yes closes it, 0 or no opens it again"},
    {.key = NULL},
};

static const struct setting optout_settings[] = {
    {.key = "keywords",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(optout, keywords),
     .check = value_check_words,
     .example = "[ \"TC\" ]",
     .help = "words that end all messages"},
    {.key = NULL},
};

static const struct setting answer_settings[] = {
    {.key = "accepted",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(answers, accepted),
     .check = value_check_filled,
     .example = "Da ghi nhan: {lua_chon}.",
     .help = "after an answer"},
    {.key = "unclear",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(answers, unclear),
     .check = value_check_filled,
     .example = "Chua ro lua chon. Xin nhan 1 so.",
     .help = "after a reply that nobody can read, once a day"},
    {.key = "opinion",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(answers, opinion),
     .check = value_check_filled,
     .example = "Da tiep nhan y kien so {so}.",
     .help = "after an opinion"},
    {.key = "optout",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(answers, optout),
     .check = value_check_filled,
     .example = "Da ngung gui tin toi so nay tu {ngay}.",
     .help = "after an opt-out"},
    {.key = NULL},
};

static const struct setting reminder_settings[] = {
    {.key = "at",
     .type = SETTING_TIME,
     .offset = IN_REMINDER(at),
     .required = true,
     .example = "2024-06-14T08:00:00+07:00",
     .help = "when it goes out"},
    {.key = "to",
     .type = SETTING_CHOICE,
     .offset = IN_REMINDER(to),
     .choices = recipients,
     .initial = "silent",
     .help = "to those without a valid answer, to all, or to those who answered"},
    {.key = "options",
     .type = SETTING_TEXTS,
     .offset = IN_REMINDER(options),
     .check = value_check_words,
     .example = "[ \"1\" ]",
     .help = "with to = answered: only to those who chose one of these codes"},
    {.key = "text",
     .type = SETTING_TEXT,
     .offset = IN_REMINDER(text),
     .required = true,
     .check = value_check_filled,
     .example = "Nhac: {ten} chua dang ky.",
     .help = "what it says"},
    {.key = NULL},
};

static const struct setting unit_plan_settings[] = {
    {.key = "unit",
     .type = SETTING_TEXT,
     .offset = offsetof(struct unit_plan_config, unit),
     .required = true,
     .check = value_check_filled,
     .example = "H1",
     .help = "code of the unit"},
    {.key = "plan",
     .type = SETTING_INTEGER,
     .offset = offsetof(struct unit_plan_config, plan),
     .required = true,
     .minimum = 0,
     .maximum = 1000000000,
     .example = "30",
     .help = "how many are planned in it, with all below"},
    {.key = NULL},
};

static const struct setting target_settings[] = {
    {.key = "plan",
     .type = SETTING_INTEGER,
     .offset = IN_GROUP(target, plan),
     .minimum = 0,
     .maximum = 1000000000,
     .initial = "0",
     .help = "how many are planned"},
    {.key = "options",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(target, options),
     .check = value_check_words,
     .example = "[ \"1\", \"2\" ]",
     .help = "codes that count as done"},
    {.key = "units",
     .type = SETTING_LIST,
     .offset = IN_GROUP(target, units),
     .members = unit_plan_settings,
     .member_size = sizeof(struct unit_plan_config),
     .help = "the plan of single units"},
    {.key = NULL},
};

static const struct setting coverage_settings[] = {
    {.key = "more_than",
     .type = SETTING_REAL,
     .offset = IN_GROUP(coverage, more_than),
     .minimum = 0,
     .maximum = 100,
     .initial = "0",
     .help = "percent that must be exceeded"},
    {.key = "by",
     .type = SETTING_CHOICE,
     .offset = IN_GROUP(coverage, by),
     .choices = countings,
     .initial = "household",
     .help = "whom to count as reached"},
    {.key = NULL},
};

static const struct setting conversation_settings[] = {
    {.key = "ask",
     .type = SETTING_CHOICE,
     .offset = IN_GROUP(conversation, ask),
     .choices = asking,
     .initial = "together",
     .help = "all questions in the first message, or the next one when the last is answered"},
    {.key = "remind_after",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(conversation, remind_after_ms),
     .minimum = 0,
     .maximum = 2678400000,
     .initial = "0s",
     .help = "in turn: ask an open question once more after so long; 0s: never"},
    {.key = "timeout",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(conversation, timeout_ms),
     .minimum = 60000,
     .maximum = 31536000000,
     .initial = "2d",
     .help = "in turn: a question that nobody answered for so long is closed"},
    {.key = NULL},
};

static const struct setting retention_settings[] = {
    {.key = "months",
     .type = SETTING_INTEGER,
     .offset = IN_GROUP(retention, months),
     .minimum = 0,
     .maximum = 600,
     .initial = "0",
     .help = "so long after its end numbers and texts are erased, the figures kept; 0: never"},
    {.key = NULL},
};

static const struct setting repeat_settings[] = {
    {.key = "rules",
     .type = SETTING_TEXTS,
     .offset = IN_GROUP(repeat, rules),
     .check = check_rules,
     .example = "[ \"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,20\" ]",
     .help = "days on which it comes again, as RRULE of RFC 5545"},
    {.key = "from",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(repeat, from),
     .check = check_day,
     .example = "2026-01-01",
     .help = "first day; left out: the day the series was made"},
    {.key = "at",
     .type = SETTING_TEXT,
     .offset = IN_GROUP(repeat, at),
     .initial = "08:00",
     .check = check_time_of_day,
     .help = "local time at which each one opens"},
    {.key = "ahead",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(repeat, ahead_ms),
     .minimum = 0,
     .maximum = 31536000000,
     .initial = "14d",
     .help = "how long before, its draft is made, to be approved"},
    {.key = "open_for",
     .type = SETTING_DURATION,
     .offset = IN_GROUP(repeat, open_ms),
     .minimum = 0,
     .maximum = 31536000000,
     .initial = "0s",
     .help = "how long after it opened, each one closes; 0s: open end"},
    {.key = NULL},
};

const struct setting campaign_settings[] = {
    {.key = "code",
     .type = SETTING_TEXT,
     .offset = IN_CAMPAIGN(code),
     .required = true,
     .check = check_campaign_code,
     .example = "DOITHOAI",
     .help = "the campaign's own short name: letters without diacritics, digits, - and _"},
    {.key = "title",
     .type = SETTING_TEXT,
     .offset = IN_CAMPAIGN(title),
     .required = true,
     .check = value_check_filled,
     .example = "Đối thoại trực tiếp năm 2024",
     .help = "what screens and reports call it"},
    {.key = "organisation",
     .type = SETTING_TEXT,
     .offset = IN_CAMPAIGN(organisation),
     .check = value_check_filled,
     .example = "Hội Nông dân",
     .help = "in whose name it is sent: who refuses it, refuses this organisation's messages only; "
             "left out: the house itself"},
    {.key = "kind",
     .type = SETTING_CHOICE,
     .offset = IN_CAMPAIGN(kind),
     .required = true,
     .choices = campaign_kinds,
     .example = "dialogue",
     .help = "what sort of effort it is"},
    {.key = "count_by",
     .type = SETTING_CHOICE,
     .offset = IN_CAMPAIGN(count_by),
     .choices = countings,
     .initial = "contact",
     .help = "whose answers are counted"},
    {.key = "audience",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(audience),
     .members = audience_settings,
     .help = "who gets it"},
    {.key = "opens",
     .type = SETTING_TIME,
     .offset = IN_CAMPAIGN(opens),
     .example = "2024-06-10T08:00:00+07:00",
     .help = "nothing is sent before; left out: at once"},
    {.key = "closes",
     .type = SETTING_TIME,
     .offset = IN_CAMPAIGN(closes),
     .example = "2024-06-18T17:00:00+07:00",
     .help = "last moment for answers; left out: no end"},
    {.key = "window",
     .type = SETTING_HOURS,
     .offset = IN_CAMPAIGN(window),
     .example = "07:30-11:30, 13:30-20:30",
     .help = "local hours in which it is sent; left out: the gateway's"},
    {.key = "priority",
     .type = SETTING_CHOICE,
     .offset = IN_CAMPAIGN(priority),
     .choices = priorities,
     .initial = "normal",
     .help = "which campaign goes first"},
    {.key = "text",
     .type = SETTING_TEXT,
     .offset = IN_CAMPAIGN(text),
     .check = value_check_filled,
     .example = "Moi {ten} hop luc 7h30.",
     .help = "the message, without diacritics"},
    {.key = "text_marked",
     .type = SETTING_TEXT,
     .offset = IN_CAMPAIGN(text_marked),
     .check = value_check_filled,
     .example = "Mời {ten} họp lúc 7h30.",
     .help = "the message with diacritics"},
    {.key = "on_unsure",
     .type = SETTING_CHOICE,
     .offset = IN_CAMPAIGN(on_unsure),
     .choices = unsure_choices,
     .initial = "ask",
     .help =
         "a message that was perhaps sent, perhaps not: ask waits for a delivery report or a "
         "person; resend sends it once more when no report has come, so that some get it twice"},
    {.key = "send_marked",
     .type = SETTING_FLAG,
     .offset = IN_CAMPAIGN(send_marked),
     .initial = "false",
     .help = "which of the two goes out"},
    {.key = "questions",
     .type = SETTING_LIST,
     .offset = IN_CAMPAIGN(questions),
     .members = campaign_question_settings,
     .member_size = sizeof(struct question_config),
     .help = "what is asked"},
    {.key = "conversation",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(conversation),
     .members = conversation_settings,
     .help = "how several questions are asked"},
    {.key = "opinion",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(opinion),
     .members = opinion_settings,
     .help = "free text that someone must read and answer"},
    {.key = "optout",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(optout),
     .members = optout_settings,
     .help = "how people refuse further messages"},
    {.key = "answers",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(answers),
     .members = answer_settings,
     .help = "what is written back; one that is left out is not sent"},
    {.key = "reminders",
     .type = SETTING_LIST,
     .offset = IN_CAMPAIGN(reminders),
     .members = reminder_settings,
     .member_size = sizeof(struct reminder_config),
     .help = "later messages of the campaign"},
    {.key = "snapshots",
     .type = SETTING_TEXTS,
     .offset = IN_CAMPAIGN(snapshots),
     .check = check_times,
     .example = "[ \"2024-06-17T17:00:00+07:00\" ]",
     .help = "when to keep the figures as they then stand"},
    {.key = "target",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(target),
     .members = target_settings,
     .help = "plan, done and their ratio"},
    {.key = "coverage",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(coverage),
     .members = coverage_settings,
     .help = "which part of the units must be reached"},
    {.key = "retention",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(retention),
     .members = retention_settings,
     .help = "how long people's data are kept"},
    {.key = "repeat",
     .type = SETTING_GROUP,
     .offset = IN_CAMPAIGN(repeat),
     .members = repeat_settings,
     .help = "for a campaign that comes again on fixed days: loa calendar add FILE"},
    {.key = NULL},
};

const char *on_unsure_name(enum on_unsure what)
{
    return unsure_choices[what];
}

const char *count_by_name(enum count_by by)
{
    return countings[by];
}

bool campaign_config_read(const char *text, const char *name, struct campaign_config *retconfig,
                          GPtrArray *mistakes)
{
    unsigned before = mistakes_count(mistakes);
    struct config_source *source = source_open_text(text, name, mistakes);
    if (source == NULL)
        return false;
    bool filled = source_fill(source, campaign_settings, retconfig, mistakes);
    campaign_rules_check(source, retconfig, filled, mistakes);
    source_free(source);
    return mistakes_count(mistakes) == before;
}

void campaign_config_clear(struct campaign_config *config)
{
    settings_clear(campaign_settings, config);
}

unsigned campaign_config_line(const char *text, const char *field)
{
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    struct config_source *source = source_open_text(text, "", mistakes);
    if (source == NULL)
        return 0;
    source_mistake(source, mistakes, field, "here");
    unsigned line = ((const struct mistake *)mistakes->pdata[mistakes->len - 1])->line;
    source_free(source);
    return line;
}
