// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaign files are written for SMS: "HND tinh: Gia dinh {ten} da nhan tien ho tro chua? Nhan:
 * 1=da nhan, 2=chua nhan". A menu says the first half and lists the rest itself; who calls is not
 * known by name. Where that leaves nothing, the campaign's title stands in. */
#include "campaigns/menu_heading.h"

#include "campaigns/menu_page.h"
#include "campaigns/template.h"
#include "campaigns/wording.h"

#include <string.h>

/* Stands for a placeholder until its surroundings are seen. */
#define NAMED   "\x01"
#define UNKNOWN "\x02"

enum { LEAST = 8 }; /* characters of a question */

static const char *look_up(const char *name, void *data)
{
    (void)data;
    bool person =
        g_str_equal(name, "ten") || g_str_equal(name, "ho_ten") || g_str_equal(name, "goi");
    return person ? NAMED : UNKNOWN;
}

/* The caller frees what it gets; patterns are ours, and valid. */
static char *replaced(const char *text, const char *pattern, const char *by)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
    g_assert_nonnull(regex);
    return g_regex_replace_literal(regex, text, -1, 0, by, 0, NULL);
}

/* How to answer by SMS begins there: "Nhan: …", "1=…", the keyword; all behind it goes. */
static void cut_instructions(char *text, const struct question_config *question)
{
    g_autoptr(GString) pattern = g_string_new(
        "(?<![\\pL\\pN])(Nhan|Nhắn|NHAN|NHẮN|Soan|Soạn|SOAN|SOẠN|Tra loi|Trả lời)(?=:|\\s+\\S)");
    for (guint i = 0; i < question->options->len; i++) {
        const struct option_config *option = question->options->pdata[i];
        g_autofree char *code = g_regex_escape_string(option->code, -1);
        g_string_append_printf(pattern, "|(?<![\\pL\\pN])%s\\s*=", code);
    }
    if (question->keyword != NULL) {
        g_autofree char *keyword = g_regex_escape_string(question->keyword, -1);
        g_string_append_printf(pattern, "|(?<![\\pL\\pN])%s(?![\\pL\\pN])", keyword);
    }
    g_autoptr(GRegex) regex = g_regex_new(pattern->str, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int from = 0;
    if (regex != NULL && g_regex_match(regex, text, 0, &match) &&
        g_match_info_fetch_pos(match, 0, &from, NULL))
        text[from] = '\0';
}

/* "Gia dinh {ten} da nhan" → "Gia dinh da nhan"; "moi {ten} du" → "moi ong/ba du". NULL: it holds
 * what only the roster knows. */
static char *without_names(const char *text)
{
    g_autofree char *rendered = template_render(text, look_up, NULL, NULL);
    if (rendered == NULL || strstr(rendered, UNKNOWN) != NULL)
        return NULL;
    g_autofree char *called = replaced(
        rendered,
        "(?i)(?<=gia dinh|gia đình|d/c|đ/c|dong chi|đồng chí|ong/ba|ông/bà|anh/chi|anh/chị|ban|bạn|"
        "quy vi|quý vị|ba con|bà con)\\s+" NAMED,
        "");
    return replaced(called, NAMED, "ông/bà");
}

/* What is left of a text; NULL: too little to ask anything. */
static char *question_in(const char *text, const struct question_config *question)
{
    if (text == NULL)
        return NULL;
    g_autofree char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
    if (composed == NULL)
        return NULL;
    cut_instructions(composed, question);
    g_autofree char *plain = without_names(composed);
    if (plain == NULL)
        return NULL;
    g_autofree char *trimmed = replaced(plain, "[\\s:;,(\\-]+$", "");
    return g_utf8_strlen(trimmed, -1) < LEAST ? NULL : g_steal_pointer(&trimmed);
}

char *menu_heading(const struct campaign_config *campaign, unsigned question,
                   enum ussd_alphabet alphabet, bool *rettitled)
{
    const struct question_config *config = campaign->questions->pdata[question];
    bool marked = alphabet == USSD_ALPHABET_UCS2;
    g_autofree char *own = question_in(config->text, config);
    g_autofree char *invited = own == NULL && question == 0
                                   ? question_in(wording_invitation(campaign, marked), config)
                                   : NULL;
    const char *said = own != NULL ? own : config->text != NULL ? config->text : invited;
    *rettitled = said == NULL;
    g_autofree char *titled = config->keyword != NULL && campaign->questions->len > 1
                                  ? g_strdup_printf("%s: %s", campaign->title, config->keyword)
                                  : g_strdup(campaign->title);
    g_autofree char *text = menu_page_text(alphabet, said != NULL ? said : titled);
    return g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), MENU_LINE_MAX));
}

char *menu_heading_thanks(const struct campaign_config *campaign, enum ussd_alphabet alphabet)
{
    const char *accepted = campaign->answers.accepted;
    g_autofree char *rendered =
        accepted == NULL ? NULL : template_render(accepted, look_up, NULL, NULL);
    if (rendered != NULL) {
        /* "Da ghi nhan: {lua_chon}." → "Da ghi nhan." */
        g_autofree char *plain = replaced(rendered, "[:;,(]?\\s*[" NAMED UNKNOWN "]\\)?", "");
        g_autofree char *text = menu_page_text(alphabet, plain);
        if (g_utf8_strlen(text, -1) >= LEAST && menu_page_fits(text, NULL, NULL))
            return g_steal_pointer(&text);
    }
    return menu_page_text(alphabet, "Đã ghi nhận. Cảm ơn.");
}
