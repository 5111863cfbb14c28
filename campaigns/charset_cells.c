// SPDX-License-Identifier: GPL-2.0-or-later
/* A cell is of a font when it is no Vietnamese as it stands and is Vietnamese read so. "Bé" may be
 * both: it goes with its column, below the first cell that is surely of the font, so that headings
 * typed in Unicode stay. A cell with a letter that no byte of Windows-1252 shows is never touched.
 */
#include "campaigns/charset_cells.h"

#include "campaigns/charset_guess.h"

#include <string.h>

enum {
    TOLD_CELLS = 3,
    TOLD_LINES = 12,
    CELLS_MIN = 2, /* one odd cell in a long table is a foreign name */
    SHORT_TABLE = 12,
};

static const enum charset candidates[] = {CHARSET_TCVN3,       CHARSET_VNI,      CHARSET_TWICE,
                                          CHARSET_VIQR,        CHARSET_TCVN5712, CHARSET_VISCII,
                                          CHARSET_WINDOWS_1258};

enum fit { FIT_PLAIN, FIT_DOUBTFUL, FIT_FONT };

/* Marks of VIQR within a word; what also ends a word in other texts counts only between letters. */
static bool has_viqr_mark(const char *text)
{
    for (const char *at = text; (at = strpbrk(at, "^`~'+(.?")) != NULL; at++) {
        bool behind_letter = at > text && g_ascii_isalpha(at[-1]);
        bool goes_on = at[1] != '\0' && (g_ascii_isalpha(at[1]) || strchr("`?~'.", at[1]) != NULL);
        if (behind_letter && (goes_on || strchr("^`~", *at) != NULL))
            return true;
    }
    return false;
}

static bool reads_better(enum charset charset, const char *raw, const char *read)
{
    struct charset_rating before = charset_rate(raw), after = charset_rate(read);
    if (charset == CHARSET_VIQR)
        return true; /* marks count only where they make a word */
    unsigned bad = before.words - before.fitting;
    /* A sign beside letters makes a bad word, so that "V¨n" cannot pass. */
    return bad > 0 && after.fitting * 3 >= after.words * 2 && after.fitting > before.fitting;
}

/* Whether a cell is of the font; `*retread` is what it says then, or would say. */
static enum fit fit_of(enum charset charset, const char *raw, char **retread)
{
    *retread = NULL;
    if (g_str_is_ascii(raw) != (charset == CHARSET_VIQR))
        return FIT_PLAIN;
    g_autofree char *read = charset_reread(charset, raw);
    if (read == NULL || g_str_equal(read, raw))
        return FIT_PLAIN;
    if (reads_better(charset, raw, read)) {
        *retread = g_steal_pointer(&read);
        return FIT_FONT;
    }
    struct charset_rating before = charset_rate(raw), after = charset_rate(read);
    bool both = charset != CHARSET_VIQR && after.words > 0 && after.fitting == after.words &&
                before.fitting == before.words;
    if (!both)
        return FIT_PLAIN;
    *retread = g_steal_pointer(&read);
    return FIT_DOUBTFUL;
}

static void note_cell(struct charset_finding *finding, unsigned line, const char *raw,
                      const char *read)
{
    finding->cells++;
    guint lines = finding->lines->len;
    if (lines > 0 && g_array_index(finding->lines, unsigned, lines - 1) == line)
        return;
    g_array_append_val(finding->lines, line);
    if (finding->told->len < TOLD_CELLS)
        g_ptr_array_add(finding->told,
                        g_strdup_printf("line %u: \"%s\" would read \"%s\"", line, raw, read));
}

static void finding_open(struct charset_finding *finding, enum charset charset)
{
    *finding = (struct charset_finding){
        .charset = charset,
        .lines = g_array_new(FALSE, FALSE, sizeof(unsigned)),
        .told = g_ptr_array_new_with_free_func(g_free),
    };
}

void charset_finding_clear(struct charset_finding *finding)
{
    if (finding->lines != NULL)
        g_array_unref(finding->lines);
    if (finding->told != NULL)
        g_ptr_array_unref(finding->told);
    *finding = (struct charset_finding){0};
}

static void look_at_all(const struct csv_table *table, enum charset charset,
                        struct charset_finding *retfinding)
{
    finding_open(retfinding, charset);
    for (unsigned row = 0; row < csv_row_count(table); row++) {
        for (unsigned column = 0; column < csv_row(table, row)->count; column++) {
            const char *raw = csv_cell(table, row, column);
            g_autofree char *read = NULL;
            if (charset == CHARSET_VIQR && !has_viqr_mark(raw))
                continue;
            if (fit_of(charset, raw, &read) == FIT_FONT)
                note_cell(retfinding, csv_row(table, row)->line, raw, read);
        }
    }
}

void charset_cells_find(const struct csv_table *table, struct charset_finding *retfinding)
{
    finding_open(retfinding, CHARSET_UNSAID);
    unsigned enough = csv_row_count(table) <= SHORT_TABLE ? 1 : CELLS_MIN;
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        struct charset_finding found;
        look_at_all(table, candidates[i], &found);
        bool better = found.cells >= enough && found.cells > retfinding->cells;
        if (better) {
            struct charset_finding worse = *retfinding;
            *retfinding = found;
            found = worse;
        }
        charset_finding_clear(&found);
    }
}

static unsigned widest_row(const struct csv_table *table)
{
    unsigned widest = 0;
    for (unsigned row = 0; row < csv_row_count(table); row++)
        widest = MAX(widest, csv_row(table, row)->count);
    return widest;
}

void charset_cells_reread(struct csv_table *table, enum charset charset,
                          struct charset_finding *retfinding)
{
    finding_open(retfinding, charset);
    g_autofree bool *in_font = g_new0(bool, widest_row(table) + 1);
    for (unsigned row = 0; row < csv_row_count(table); row++) {
        const struct csv_row *cells = csv_row(table, row);
        for (unsigned column = 0; column < cells->count; column++) {
            const char *raw = csv_cell(table, row, column);
            g_autofree char *read = NULL;
            enum fit fit = fit_of(charset, raw, &read);
            in_font[column] = in_font[column] || fit == FIT_FONT;
            if (fit == FIT_PLAIN || !in_font[column])
                continue;
            note_cell(retfinding, cells->line, raw, read);
            table->cells->pdata[cells->first + column] = read;
            csv_keep(table, g_steal_pointer(&read));
        }
    }
}

char *charset_finding_lines(const struct charset_finding *finding)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < finding->lines->len && i < TOLD_LINES; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? ", " : "",
                               g_array_index(finding->lines, unsigned, i));
    if (finding->lines->len > TOLD_LINES)
        g_string_append_printf(text, " and %u more", finding->lines->len - TOLD_LINES);
    return g_string_free(text, FALSE);
}
