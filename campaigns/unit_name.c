// SPDX-License-Identifier: GPL-2.0-or-later
/* Folds unit names. The words that only say what kind of unit it is are data: unit-words.csv. */
#include "campaigns/unit_name.h"

#include "campaigns/datafile.h"
#include "campaigns/text.h"

#include <string.h>

struct unit_word {
    char *marked, *unmarked;
    char *full_marked, *full_unmarked; /* of an abbreviation; "" otherwise */
};

static gpointer words_read(gpointer unused)
{
    (void)unused;
    struct csv_table *table = datafile_read("unit-words.csv", 2);
    GArray *words = g_array_new(FALSE, FALSE, sizeof(struct unit_word));
    for (unsigned row = 1; row < csv_row_count(table); row++) {
        const char *word = csv_cell(table, row, 0), *full = csv_cell(table, row, 1);
        struct unit_word read = {text_key_marked(word), text_key_unmarked(word),
                                 text_key_marked(full), text_key_unmarked(full)};
        if (read.marked[0] != '\0')
            g_array_append_val(words, read);
    }
    csv_free(table);
    return words;
}

static const GArray *unit_words(void)
{
    static GOnce once = G_ONCE_INIT;
    return g_once(&once, words_read, NULL);
}

static char *keep_words(char *key)
{
    GString *kept = g_string_sized_new(strlen(key));
    for (const char *at = key; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool start = kept->len == 0 || kept->str[kept->len - 1] == ' ';
        bool zero = c == '0' && start && g_ascii_isdigit(at[1]);
        if (zero)
            continue;
        if (g_unichar_isalnum(c) || g_unichar_ismark(c))
            g_string_append_unichar(kept, c);
        else if (!start)
            g_string_append_c(kept, ' ');
    }
    if (kept->len > 0 && kept->str[kept->len - 1] == ' ')
        g_string_truncate(kept, kept->len - 1);
    g_free(key);
    return g_string_free(kept, FALSE);
}

/* What follows `word` and a blank; NULL when `folded` does not begin so. */
static const char *after(const char *folded, const char *word)
{
    size_t length = strlen(word);
    bool begins = strncmp(folded, word, length) == 0 && folded[length] == ' ';
    return begins && folded[length + 1] != '\0' ? folded + length + 1 : NULL;
}

/* "TDP 3" is "Tổ dân phố 3". Takes over `folded`. */
static char *spell_out(char *folded, bool marked)
{
    const GArray *words = unit_words();
    for (guint i = 0; i < words->len; i++) {
        const struct unit_word *word = &g_array_index(words, struct unit_word, i);
        const char *rest = after(folded, marked ? word->marked : word->unmarked);
        if (word->full_marked[0] == '\0' || rest == NULL)
            continue;
        const char *full = marked ? word->full_marked : word->full_unmarked;
        char *spelled = g_strconcat(full, " ", rest, NULL);
        g_free(folded);
        return spelled;
    }
    return folded;
}

char *unit_name_marked(const char *name)
{
    return spell_out(keep_words(text_key_marked(name)), true);
}

char *unit_name_unmarked(const char *name)
{
    return spell_out(keep_words(text_key_unmarked(name)), false);
}

const char *unit_name_core(const char *folded)
{
    const GArray *words = unit_words();
    for (guint i = 0; i < words->len; i++) {
        const struct unit_word *word = &g_array_index(words, struct unit_word, i);
        const char *core = after(folded, word->marked);
        if (core == NULL)
            core = after(folded, word->unmarked);
        if (core != NULL)
            return core;
    }
    return folded;
}

bool unit_name_begins(const char *marked)
{
    const GArray *words = unit_words();
    for (guint i = 0; i < words->len; i++) {
        const struct unit_word *word = &g_array_index(words, struct unit_word, i);
        if (after(marked, word->marked) != NULL)
            return true;
        if (text_is_ascii(marked) && after(marked, word->unmarked) != NULL)
            return true;
    }
    return false;
}
