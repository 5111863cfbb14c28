// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts and breaks pages. A page is judged as the network will: in septets while every character
 * is of the GSM alphabet (3GPP TS 23.038 table 6.2.1), in UCS-2 units otherwise. What fits, fits
 * with anything cut off its end, so pages are filled word by word until one is too many. The
 * aggregator's "CON " and "END " are no part of the page. */
#include "campaigns/menu_page.h"

#include "campaigns/parts.h"
#include "campaigns/text.h"

#include <string.h>

enum { JOINER = 0x200D };

/* What unmarked text still has and GSM 7-bit has not. */
static const struct {
    gunichar letter;
    const char *plain;
} stand_ins[] = {
    {0x2018, "'"},  {0x2019, "'"},   {0x201C, "\""}, {0x201D, "\""}, {0x00AB, "\""}, {0x00BB, "\""},
    {0x2010, "-"},  {0x2011, "-"},   {0x2012, "-"},  {0x2013, "-"},  {0x2014, "-"},  {0x2022, "-"},
    {0x00B7, "-"},  {0x2026, "..."}, {0x00D7, "x"},  {0x20AB, "d"},  {'`', "'"},     {0x2264, "<="},
    {0x2265, ">="}, {0x00B2, "2"},   {0x00B3, "3"},  {0x00BA, "o"},  {0x00B0, "o"},
};

/* --- Counting ------------------------------------------------------------------------------- */

bool menu_page_fits(const char *page, unsigned *retused, unsigned *retlimit)
{
    struct text_parts parts;
    text_parts_make(page, &parts);
    unsigned used = parts.units;
    unsigned limit = parts.coding == CODING_GSM7 ? MENU_SEPTETS : MENU_UCS2;
    text_parts_clear(&parts);
    if (retused != NULL)
        *retused = used;
    if (retlimit != NULL)
        *retlimit = limit;
    return used <= limit;
}

/* No character takes more than two octets a septet, or three a UCS-2 unit. */
static bool fits(const char *page)
{
    return strlen(page) <= 2 * MENU_SEPTETS && menu_page_fits(page, NULL, NULL);
}

/* --- Texts ---------------------------------------------------------------------------------- */

static char *one_line(const char *text)
{
    GString *line = g_string_sized_new(strlen(text));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool blank = g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_CONTROL;
        if (!blank)
            g_string_append_unichar(line, c);
        else if (line->len > 0 && line->str[line->len - 1] != ' ')
            g_string_append_c(line, ' ');
    }
    if (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate(line, line->len - 1);
    return g_string_free(line, FALSE);
}

static const char *stand_in(gunichar c)
{
    for (size_t i = 0; i < G_N_ELEMENTS(stand_ins); i++)
        if (stand_ins[i].letter == c)
            return stand_ins[i].plain;
    bool unseen = g_unichar_type(c) == G_UNICODE_FORMAT || g_unichar_ismark(c);
    return unseen ? "" : NULL;
}

static char *gsm_text(const char *marked)
{
    g_autofree char *plain = text_unmark(marked);
    GString *replaced = g_string_sized_new(strlen(plain));
    for (const char *at = plain; *at != '\0'; at = g_utf8_next_char(at)) {
        const char *other = stand_in(g_utf8_get_char(at));
        if (other != NULL)
            g_string_append(replaced, other);
        else
            g_string_append_len(replaced, at, g_utf8_next_char(at) - at);
    }
    g_autofree char *text = g_string_free(replaced, FALSE);
    struct text_parts parts;
    text_parts_make(text, &parts);
    GString *known = g_string_sized_new(strlen(text));
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_utf8_strchr(parts.offending, -1, c) != NULL)
            g_string_append_c(known, '?');
        else
            g_string_append_unichar(known, c);
    }
    text_parts_clear(&parts);
    return g_string_free(known, FALSE);
}

char *menu_page_text(enum ussd_alphabet alphabet, const char *text)
{
    g_autofree char *valid = text_make_valid(text, -1);
    g_autofree char *composed = g_utf8_normalize(valid, -1, G_NORMALIZE_NFC);
    g_autofree char *line = one_line(composed);
    return alphabet == USSD_ALPHABET_UCS2 ? g_steal_pointer(&line) : gsm_text(line);
}

/* --- Breaking ------------------------------------------------------------------------------- */

/* GSM 7-bit has none. */
static const char *ellipsis_of(const char *text)
{
    struct text_parts parts;
    text_parts_make(text, &parts);
    bool gsm = parts.coding == CODING_GSM7;
    text_parts_clear(&parts);
    return gsm ? "..." : "…";
}

/* The character at `at` belongs to the one before it. */
static bool is_bound(const char *text, const char *at)
{
    if (at == text)
        return false;
    gunichar c = g_utf8_get_char(at), before = g_utf8_get_char(g_utf8_prev_char(at));
    bool skin = c >= 0x1F3FB && c <= 0x1F3FF;
    bool flags = c >= 0x1F1E6 && c <= 0x1F1FF && before >= 0x1F1E6 && before <= 0x1F1FF;
    return g_unichar_ismark(c) || c == JOINER || before == JOINER || skin || flags;
}

static bool fits_between(const char *text, size_t bytes, const char *before, const char *behind)
{
    g_autoptr(GString) page = g_string_new(before);
    g_string_append_len(page, text, (gssize)bytes);
    g_string_append(page, behind);
    return fits(page->str);
}

/* Bytes of `text` that fit between `before` and `behind`, up to a blank if there is one; at least
 * one character. */
static size_t take(const char *text, const char *before, const char *behind)
{
    size_t fit = 0, over = MIN(strlen(text), 2 * MENU_SEPTETS) + 1;
    while (fit + 1 < over) { /* a character cut in two counts as the one before it */
        size_t middle = (fit + over) / 2;
        const char *whole = text + middle;
        while (whole > text && (*whole & 0xC0) == 0x80)
            whole--;
        if (fits_between(text, (size_t)(whole - text), before, behind))
            fit = middle;
        else
            over = middle;
    }
    const char *letter = text + fit;
    while (letter > text &&
           ((*letter & 0xC0) == 0x80 || (*letter != '\0' && is_bound(text, letter))))
        letter--;
    const char *word = letter;
    while (word > text && *word != ' ' && *word != '\0')
        word--;
    if (word > text)
        return (size_t)(word - text);
    return (size_t)((letter > text ? letter : g_utf8_next_char(text)) - text);
}

char *menu_page_cut(const char *text, const char *before, const char *behind, size_t *retbytes)
{
    *retbytes = strlen(text);
    g_autofree char *whole = g_strconcat(before, text, behind, NULL);
    if (fits(whole))
        return g_strdup(text);
    const char *mark = ellipsis_of(text);
    g_autofree char *marked = g_strconcat(mark, behind, NULL);
    *retbytes = take(text, before, marked);
    g_autofree char *piece = g_strndup(text, *retbytes);
    return g_strconcat(piece, mark, NULL);
}

/* --- Sheets --------------------------------------------------------------------------------- */

static void clear_line(gpointer data)
{
    struct menu_line *line = data;
    g_free(line->text);
}

void menu_sheet_add(struct menu_sheet *sheet, bool whole, char *text)
{
    struct menu_line line = {text, whole};
    if (sheet->lines == NULL) {
        sheet->lines = g_array_new(FALSE, FALSE, sizeof line);
        g_array_set_clear_func(sheet->lines, clear_line);
    }
    g_array_append_val(sheet->lines, line);
}

void menu_sheet_clear(struct menu_sheet *sheet)
{
    if (sheet->lines != NULL)
        g_array_unref(sheet->lines);
    g_free(sheet->tail);
    g_free(sheet->next);
    g_free(sheet->back);
    g_free(sheet->sorry);
    *sheet = (struct menu_sheet){0};
}

static const struct menu_line *line_at(const struct menu_sheet *sheet, unsigned place)
{
    return &g_array_index(sheet->lines, struct menu_line, place);
}

static unsigned count_lines(const struct menu_sheet *sheet)
{
    return sheet->lines == NULL ? 0 : sheet->lines->len;
}

static void append_line(GString *page, const char *text)
{
    if (text == NULL)
        return;
    if (page->len > 0)
        g_string_append_c(page, '\n');
    g_string_append(page, text);
}

/* What a page shows of the line at a spot: all behind it, marked where it goes on. */
static char *rest_of(const struct menu_sheet *sheet, struct menu_spot spot)
{
    const struct menu_line *line = line_at(sheet, spot.line);
    bool cut = line->whole && spot.byte > 0;
    const char *mark = ellipsis_of(line->text);
    return g_strconcat(cut ? mark : "", line->text + spot.byte, NULL);
}

static bool fits_with(const GString *page, const char *line, const char *end)
{
    g_autoptr(GString) whole = g_string_new(page->str);
    append_line(whole, line);
    append_line(whole, end);
    return fits(whole->str);
}

/* Everything from `from` on, if it fits one page. */
static bool make_last(const struct menu_sheet *sheet, struct menu_spot from,
                      struct menu_page *retpage)
{
    g_autoptr(GString) page = g_string_new(sheet->sorry);
    for (unsigned i = from.line; i < count_lines(sheet); i++) {
        g_autofree char *text =
            rest_of(sheet, (struct menu_spot){i, i == from.line ? from.byte : 0});
        append_line(page, text);
        if (!fits(page->str))
            return false;
    }
    bool bare = sheet->spare && sheet->tail != NULL && !fits_with(page, sheet->tail, NULL);
    append_line(page, bare ? NULL : sheet->tail);
    if (page->len == 0 || !fits(page->str))
        return false;
    bool back = sheet->back != NULL && fits_with(page, sheet->back, NULL);
    if (back)
        append_line(page, sheet->back);
    *retpage = (struct menu_page){.to = {count_lines(sheet), 0}, .last = true, .back = back};
    retpage->text = g_string_free(g_steal_pointer(&page), FALSE);
    return true;
}

/* As much of the line as has room; the spot behind it. */
static struct menu_spot break_line(const struct menu_sheet *sheet, struct menu_spot at,
                                   GString *page)
{
    const struct menu_line *line = line_at(sheet, at.line);
    g_autofree char *rest = rest_of(sheet, at);
    g_autofree char *before = page->len > 0 ? g_strconcat(page->str, "\n", NULL) : g_strdup("");
    g_autofree char *behind = g_strconcat("\n", sheet->next, NULL);
    g_autofree char *piece = NULL;
    size_t bytes = 0, mark = strlen(rest) - strlen(line->text + at.byte);
    if (line->whole) {
        piece = menu_page_cut(rest, before, behind, &bytes);
    } else {
        bytes = take(rest, before, behind);
        piece = g_strndup(rest, bytes);
    }
    if (bytes <= mark) { /* no page is so narrow; but it must go on */
        bytes = mark + (size_t)(g_utf8_next_char(rest + mark) - (rest + mark));
        g_free(piece);
        piece = g_strndup(rest, bytes);
    }
    append_line(page, piece);
    at.byte += (unsigned)(bytes - mark);
    while (line->text[at.byte] == ' ')
        at.byte++;
    return line->text[at.byte] == '\0' ? (struct menu_spot){at.line + 1, 0} : at;
}

/* An option goes on the next page as a whole if it fits there; a question begins at once. */
static bool may_wait(const struct menu_sheet *sheet, struct menu_spot at, const GString *page)
{
    g_autoptr(GString) fresh = g_string_new(NULL);
    const struct menu_line *line = line_at(sheet, at.line);
    bool first = sheet->sorry != NULL ? g_str_equal(page->str, sheet->sorry) : page->len == 0;
    return !first && line->whole && at.byte == 0 && fits_with(fresh, line->text, sheet->next);
}

/* More than a key has room: "7. thon ...". */
static bool has_room(const struct menu_sheet *sheet, struct menu_spot at, const GString *page)
{
    const struct menu_line *line = line_at(sheet, at.line);
    g_autofree char *rest = rest_of(sheet, at);
    char *end = strchr(rest, ' ');
    if (line->whole && at.byte == 0 && end != NULL)
        end = strchr(end + 1, ' ');
    if (end != NULL)
        *end = '\0';
    g_autofree char *marked = g_strconcat(rest, line->whole ? ellipsis_of(line->text) : "", NULL);
    return fits_with(page, marked, sheet->next);
}

void menu_page_make(const struct menu_sheet *sheet, struct menu_spot from,
                    struct menu_page *retpage)
{
    if (make_last(sheet, from, retpage))
        return;
    g_autoptr(GString) page = g_string_new(sheet->sorry);
    size_t begun = page->len;
    struct menu_spot at = from;
    while (at.line < count_lines(sheet)) {
        g_autofree char *rest = rest_of(sheet, at);
        if (fits_with(page, rest, sheet->next)) {
            append_line(page, rest);
            at = (struct menu_spot){at.line + 1, 0};
            continue;
        }
        bool full = page->len > begun && (may_wait(sheet, at, page) || !has_room(sheet, at, page));
        if (!full)
            at = break_line(sheet, at, page);
        break;
    }
    append_line(page, sheet->next);
    *retpage = (struct menu_page){.to = at};
    retpage->text = g_string_free(g_steal_pointer(&page), FALSE);
}

bool menu_page_is_spot(const struct menu_sheet *sheet, struct menu_spot spot)
{
    if (spot.line >= count_lines(sheet))
        return spot.line == count_lines(sheet) && spot.byte == 0;
    const char *text = line_at(sheet, spot.line)->text;
    return spot.byte == 0 ||
           (spot.byte < strlen(text) && g_utf8_get_char_validated(text + spot.byte, -1) < 0x110000);
}

static bool is_before(struct menu_spot one, struct menu_spot other)
{
    return one.line < other.line || (one.line == other.line && one.byte < other.byte);
}

struct menu_spot menu_page_before(const struct menu_sheet *sheet, struct menu_spot from)
{
    struct menu_spot at = {0, 0};
    for (;;) {
        struct menu_page page;
        menu_page_make(sheet, at, &page);
        g_free(page.text);
        if (page.last || !is_before(page.to, from))
            return at;
        at = page.to;
    }
}
