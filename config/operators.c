// SPDX-License-Identifier: GPL-2.0-or-later
/* The operators' file: the settings, and what spans several of them. A mistake in it costs money or
 * hides that a SIM runs dry, so that everything is looked at when it is read: each pattern is
 * compiled, each code spelt, each placeholder known. Patterns for everybody become each operator's
 * own here; who reads texts sees one list. */
#include "config/operators.h"

#include <gio/gio.h>
#include <string.h>

#include "config/pattern.h"
#include "config/source.h"
#include "config/values.h"

#define CARRIED "/loa/operators.conf"

enum { TEXT_MOST = 182 }; /* characters of a USSD string, 3GPP TS 23.038 */

static const char *const known_groups[] = {"balance",     "expires",        "locked",
                                           "bundle",      "bundle_expires", "no_bundle",
                                           "two_bundles", "number",         NULL};

/* ---- the settings ---- */

static char *check_name(const void *field)
{
    return value_check_shape(field, "^[A-Za-z0-9_-]{1,32}$",
                             "must be 1 to 32 letters without diacritics, digits, - and _");
}

static char *check_word(const void *field)
{
    return value_check_shape(field, "^[a-z][a-z0-9_]{0,31}$",
                             "must be 1 to 32 small letters without diacritics, digits and _");
}

static char *check_networks(const void *field)
{
    for (char *const *network = *(char **const *)field; *network != NULL; network++) {
        char *sentence = value_check_shape(
            network, "^[0-9]{5,6}$", "must be country and network in 5 or 6 digits, such as 45204");
        if (sentence != NULL)
            return sentence;
    }
    return NULL;
}

struct word {
    char *name, *means;
};

struct operators_file {
    GPtrArray *words;                 /* of struct word * */
    struct operator_config everybody; /* its lists of patterns alone */
    GPtrArray *operators;
};

#define IN_OPERATOR(field) offsetof(struct operator_config, field)
#define IN_BUNDLE(field)   offsetof(struct bundle_config, field)
#define IN_PATHS(field)    (IN_OPERATOR(paths.field) - IN_OPERATOR(paths))

static const struct setting path_settings[] = {
    {.key = "balance",
     .type = SETTING_TEXTS,
     .offset = IN_PATHS(balance),
     .help = "what the SIM has left: the code, then the answers to the menus that it opens"},
    {.key = "number",
     .type = SETTING_TEXTS,
     .offset = IN_PATHS(number),
     .help = "the SIM's own number"},
    {.key = "bundle",
     .type = SETTING_TEXTS,
     .offset = IN_PATHS(bundle),
     .help = "what its bundle has left"},
    {.key = "topup",
     .type = SETTING_TEXTS,
     .offset = IN_PATHS(topup),
     .help = "handing in a card; {code} stands for its code"},
    {.key = NULL},
};

static const struct setting bundle_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_BUNDLE(name),
     .required = true,
     .check = check_name,
     .help = "what bundle of a modem names"},
    {.key = "path",
     .type = SETTING_TEXTS,
     .offset = IN_BUNDLE(path),
     .required = true,
     .help = "how it is registered: the code, then the answers to the menus that it opens"},
    {.key = "success",
     .type = SETTING_TEXTS,
     .offset = IN_BUNDLE(success),
     .help = "patterns of what the operator says when it has taken it"},
    {.key = "parts",
     .type = SETTING_INTEGER,
     .offset = IN_BUNDLE(parts),
     .maximum = 1000000,
     .help = "parts that it brings; 0: not known"},
    {.key = NULL},
};

#define PATTERN_SETTINGS                                                                           \
    {.key = "patterns",                                                                            \
     .type = SETTING_TEXTS,                                                                        \
     .offset = IN_OPERATOR(patterns),                                                              \
     .help = "how its texts read"},                                                                \
        {.key = "topup_aside",                                                                     \
         .type = SETTING_TEXTS,                                                                    \
         .offset = IN_OPERATOR(topup_aside),                                                       \
         .help = "what it says of cards to come, which is not looked at"},                         \
        {.key = "topup_success",                                                                   \
         .type = SETTING_TEXTS,                                                                    \
         .offset = IN_OPERATOR(topup_success),                                                     \
         .help = "what it says when it has taken a card"},                                         \
    {                                                                                              \
        .key = "topup_failure", .type = SETTING_TEXTS, .offset = IN_OPERATOR(topup_failure),       \
        .help = "what it says when it has refused a card"                                          \
    }

static const struct setting everybody_settings[] = {PATTERN_SETTINGS, {.key = NULL}};

static const struct setting operator_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = IN_OPERATOR(name),
     .required = true,
     .check = check_name,
     .help = "what operator of a modem names"},
    {.key = "names",
     .type = SETTING_TEXTS,
     .offset = IN_OPERATOR(names),
     .check = value_check_words,
     .help = "what modems and the numbering plan call it"},
    {.key = "networks",
     .type = SETTING_TEXTS,
     .offset = IN_OPERATOR(networks),
     .check = check_networks,
     .help = "its country and network codes: those its SIMs begin with"},
    {.key = "paths",
     .type = SETTING_GROUP,
     .offset = IN_OPERATOR(paths),
     .members = path_settings,
     .help = "its codes"},
    {.key = "sms_from",
     .type = SETTING_TEXTS,
     .offset = IN_OPERATOR(sms_from),
     .check = value_check_words,
     .help = "senders of its SMS"},
    {.key = "alone",
     .type = SETTING_FLAG,
     .offset = IN_OPERATOR(alone),
     .help = "true: the patterns for everybody are not for its texts"},
    PATTERN_SETTINGS,
    {.key = "bundles",
     .type = SETTING_LIST,
     .offset = IN_OPERATOR(bundles),
     .members = bundle_settings,
     .member_size = sizeof(struct bundle_config),
     .help = "its bundles"},
    {.key = NULL},
};

static const struct setting word_settings[] = {
    {.key = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct word, name),
     .required = true,
     .check = check_word,
     .help = "how patterns call it: (?&name)"},
    {.key = "means",
     .type = SETTING_TEXT,
     .offset = offsetof(struct word, means),
     .required = true,
     .check = value_check_filled,
     .help = "the expression that it stands for"},
    {.key = NULL},
};

static const struct setting file_settings[] = {
    {.key = "words",
     .type = SETTING_LIST,
     .offset = offsetof(struct operators_file, words),
     .members = word_settings,
     .member_size = sizeof(struct word),
     .help = "what patterns share"},
    {.key = "everybody",
     .type = SETTING_GROUP,
     .offset = offsetof(struct operators_file, everybody),
     .members = everybody_settings,
     .help = "patterns for the texts of all operators"},
    {.key = "operators",
     .type = SETTING_LIST,
     .offset = offsetof(struct operators_file, operators),
     .members = operator_settings,
     .member_size = sizeof(struct operator_config),
     .help = "one group for each operator"},
    {.key = NULL},
};

/* ---- what is checked once all is read ---- */

struct checking {
    const struct config_source *source;
    GPtrArray *mistakes;
    const char *words; /* that patterns may name */
};

G_GNUC_PRINTF(4, 5)
static void wrong(const struct checking *checking, const char *field, int index, const char *format,
                  ...)
{
    g_autofree char *at = index < 0 ? g_strdup(field) : g_strdup_printf("%s[%d]", field, index);
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    source_mistake(checking->source, checking->mistakes, at, "%s", sentence);
}

/* `grouped`: each must find at least one figure. */
static void check_patterns(const struct checking *checking, const char *field,
                           char *const *patterns, bool grouped)
{
    for (int i = 0; patterns != NULL && patterns[i] != NULL; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GRegex) regex = pattern_compile(checking->words, patterns[i], &error);
        bool known = false;
        g_autofree char *strange = pattern_strange_group(patterns[i], known_groups, &known);
        g_autofree char *names = g_strjoinv(", ", (char **)known_groups);
        g_autofree char *hopeless = pattern_hopeless(patterns[i]);
        if (hopeless != NULL) {
            wrong(checking, field, i, "%s", hopeless);
        } else if (regex == NULL) {
            g_autofree char *sentence = pattern_sentence(checking->words, patterns[i], error);
            wrong(checking, field, i, "%s", sentence);
        } else if (patterns[i][0] == '\0') {
            wrong(checking, field, i, "is empty, and would fit every text");
        } else if (grouped && strange != NULL) {
            wrong(checking, field, i, "nobody reads a group called “%s”; known are %s", strange,
                  names);
        } else if (grouped && !known) {
            wrong(checking, field, i,
                  "finds nothing: it needs a group such as (?<balance>…); "
                  "known are %s",
                  names);
        }
    }
}

static void check_all_patterns(const struct checking *checking, const char *prefix,
                               const struct operator_config *one)
{
    const struct {
        const char *key;
        char *const *patterns;
    } lists[] = {
        {"patterns", one->patterns},
        {"topup_aside", one->topup_aside},
        {"topup_success", one->topup_success},
        {"topup_failure", one->topup_failure},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *field = g_strdup_printf("%s.%s", prefix, lists[i].key);
        check_patterns(checking, field, lists[i].patterns, i == 0);
    }
}

/* The first {word} of a step that is none of ours; the caller frees. */
static char *strange_placeholder(const char *step, bool topup)
{
    for (const char *at = strchr(step, '{'); at != NULL; at = strchr(at + 1, '{')) {
        if (topup && g_str_has_prefix(at, "{code}"))
            continue;
        size_t length = strcspn(at, "}");
        return g_strndup(at, length + (at[length] == '}' ? 1 : 0));
    }
    return NULL;
}

static void check_path(const struct checking *checking, const char *field, char *const *path,
                       bool topup)
{
    if (path == NULL)
        return;
    bool code = false;
    if (path[0] == NULL)
        wrong(checking, field, -1, "is empty; leave it out where the operator has no such code");
    for (int i = 0; path[i] != NULL; i++) {
        g_autofree char *strange = strange_placeholder(path[i], topup);
        code = code || strstr(path[i], "{code}") != NULL;
        if (strange != NULL && topup)
            wrong(checking, field, i, "“%s” is no placeholder; known is {code}", strange);
        else if (strange != NULL)
            wrong(checking, field, i, "“%s”: there are no placeholders here", strange);
        else if (i == 0 && !g_regex_match_simple("^[*#0-9](?:[*#0-9]|\\{code\\})*$", path[i],
                                                 G_REGEX_DOLLAR_ENDONLY, 0))
            wrong(checking, field, i, "“%s” is no code: it has digits, * and # alone", path[i]);
        else if (!g_regex_match_simple("^[^\\x00-\\x1f\\x7f]+$", path[i], G_REGEX_DOLLAR_ENDONLY,
                                       0))
            wrong(checking, field, i, "must be what is typed into the menu");
        else if (g_utf8_strlen(path[i], -1) > TEXT_MOST)
            wrong(checking, field, i, "has more than %d characters", TEXT_MOST);
    }
    if (topup && path[0] != NULL && !code)
        wrong(checking, field, -1, "{code} must stand where the code of the card goes");
}

static void check_bundles(const struct checking *checking, const char *prefix,
                          const struct operator_config *one)
{
    const struct checking alone = {checking->source, checking->mistakes, NULL};
    for (guint i = 0; i < one->bundles->len; i++) {
        const struct bundle_config *bundle = one->bundles->pdata[i];
        g_autofree char *name = g_strdup_printf("%s.bundles[%u].name", prefix, i);
        g_autofree char *path = g_strdup_printf("%s.bundles[%u].path", prefix, i);
        g_autofree char *success = g_strdup_printf("%s.bundles[%u].success", prefix, i);
        if (bundle->name != NULL && operator_bundle(one, bundle->name) != bundle)
            wrong(checking, name, -1, "“%s” is the name of another bundle already", bundle->name);
        check_path(checking, path, bundle->path, false);
        check_patterns(&alone, success, bundle->success, false);
    }
}

/* Names as they are compared: "Viettel Mobile" is "viettelmobile". */
static char *key_of(const char *name)
{
    g_autofree char *folded = g_utf8_casefold(name, -1);
    GString *key = g_string_new(NULL);
    for (const char *at = folded; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar letter = g_utf8_get_char(at);
        if (!g_unichar_isspace(letter))
            g_string_append_unichar(key, letter);
    }
    return g_string_free(key, FALSE);
}

static void check_own(const struct checking *checking, GHashTable *owners, const char *field,
                      int index, const struct operator_config *one, const char *name)
{
    char *key = key_of(name);
    const char *owner = g_hash_table_lookup(owners, key);
    if (owner == NULL) {
        g_hash_table_insert(owners, key, one->name);
        return;
    }
    if (g_strcmp0(owner, one->name) != 0 || index < 0)
        wrong(checking, field, index, "“%s” is a name or network of %s already", name, owner);
    g_free(key);
}

static void check_names(const struct checking *checking, GHashTable *owners, const char *prefix,
                        const struct operator_config *one)
{
    const struct {
        const char *key;
        char *const *names;
    } lists[] = {{"names", one->names}, {"networks", one->networks}};
    g_autofree char *name = g_strdup_printf("%s.name", prefix);
    if (one->name == NULL)
        return;
    check_own(checking, owners, name, -1, one, one->name);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *field = g_strdup_printf("%s.%s", prefix, lists[i].key);
        for (int k = 0; lists[i].names != NULL && lists[i].names[k] != NULL; k++)
            check_own(checking, owners, field, k, one, lists[i].names[k]);
    }
}

/* Each word may name those before it. What all of them define; the caller frees. */
static char *check_words(const struct checking *checking, const GPtrArray *words)
{
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < words->len; i++) {
        const struct word *word = words->pdata[i];
        if (word->name == NULL || word->means == NULL)
            continue;
        g_autofree char *field = g_strdup_printf("words[%u].means", i);
        g_autofree char *defined = pattern_word(word->name, word->means);
        g_autoptr(GError) error = NULL;
        g_autoptr(GRegex) regex = pattern_compile(all->str, word->means, &error);
        g_autoptr(GRegex) named = regex != NULL ? pattern_compile(all->str, defined, &error) : NULL;
        g_autofree char *hopeless = pattern_hopeless(word->means);
        if (hopeless != NULL)
            wrong(checking, field, -1, "%s", hopeless);
        if (named != NULL) {
            g_string_append(all, defined);
        } else if (regex != NULL) {
            wrong(checking, field, -1, "the name “%s” is taken already", word->name);
        } else {
            g_autofree char *sentence = pattern_sentence(all->str, word->means, error);
            wrong(checking, field, -1, "%s", sentence);
        }
    }
    return g_string_free(all, FALSE);
}

static void check_file(const struct checking *checking, const struct operators_file *file)
{
    g_autoptr(GHashTable) owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    check_all_patterns(checking, "everybody", &file->everybody);
    if (file->operators->len == 0)
        wrong(checking, NULL, -1, "names no operator");
    for (guint i = 0; i < file->operators->len; i++) {
        const struct operator_config *one = file->operators->pdata[i];
        g_autofree char *prefix = g_strdup_printf("operators[%u]", i);
        const struct {
            const char *key;
            char *const *path;
        } paths[] = {
            {"balance", one->paths.balance},
            {"number", one->paths.number},
            {"bundle", one->paths.bundle},
            {"topup", one->paths.topup},
        };
        check_names(checking, owners, prefix, one);
        for (size_t k = 0; k < G_N_ELEMENTS(paths); k++) {
            g_autofree char *field = g_strdup_printf("%s.paths.%s", prefix, paths[k].key);
            check_path(checking, field, paths[k].path, k == G_N_ELEMENTS(paths) - 1);
        }
        check_all_patterns(checking, prefix, one);
        check_bundles(checking, prefix, one);
    }
}

/* ---- reading ---- */

static void free_operator(gpointer data)
{
    struct operator_config *one = data;
    settings_clear(operator_settings, one);
    g_free(one->words);
    g_free(one);
}

static void append(char ***list, char *const *more)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (char **one = *list; one != NULL && *one != NULL; one++)
        g_ptr_array_add(all, *one);
    for (char *const *one = more; one != NULL && *one != NULL; one++)
        g_ptr_array_add(all, g_strdup(*one));
    g_ptr_array_add(all, NULL);
    g_free(*list);
    *list = (char **)g_ptr_array_steal(all, NULL);
}

static void share_patterns(struct operator_config *one, const struct operator_config *everybody)
{
    append(&one->patterns, everybody->patterns);
    append(&one->topup_aside, everybody->topup_aside);
    append(&one->topup_success, everybody->topup_success);
    append(&one->topup_failure, everybody->topup_failure);
}

char *operators_example(void)
{
    g_autoptr(GBytes) bytes = g_resources_lookup_data(CARRIED, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    return g_strndup(text, length);
}

static struct config_source *open_source(const char *path, GPtrArray *mistakes)
{
    if (path != NULL)
        return source_open_file(path, mistakes);
    g_autofree char *text = operators_example();
    if (text != NULL)
        return source_open_text(text, "operators.conf", mistakes);
    mistakes_add(mistakes, "operators.conf", 0, NULL,
                 "this program carries no operators; name a file with sims.operators");
    return NULL;
}

GPtrArray *operators_read(const char *path, GPtrArray *mistakes)
{
    GPtrArray *operators = g_ptr_array_new_with_free_func(free_operator);
    unsigned before = mistakes_count(mistakes);
    struct config_source *source = open_source(path, mistakes);
    if (source == NULL)
        return operators;
    struct operators_file file = {0};
    source_fill(source, file_settings, &file, mistakes);
    g_autofree char *words = check_words(&(struct checking){source, mistakes, NULL}, file.words);
    check_file(&(struct checking){source, mistakes, words}, &file);
    source_free(source);
    bool well = mistakes_count(mistakes) == before;
    for (guint i = 0; well && i < file.operators->len; i++) {
        struct operator_config *one = file.operators->pdata[i];
        one->words = g_strdup(words);
        if (!one->alone)
            share_patterns(one, &file.everybody);
        g_ptr_array_add(operators, one);
    }
    if (well)
        g_ptr_array_set_size(file.operators, 0); /* the structs have moved */
    settings_clear(file_settings, &file);
    return operators;
}

/* ---- finding ---- */

static bool is_among(char *const *names, const char *key)
{
    for (; names != NULL && *names != NULL; names++) {
        g_autofree char *own = key_of(*names);
        if (strcmp(own, key) == 0)
            return true;
    }
    return false;
}

const struct operator_config *operators_find(const GPtrArray *operators, const char *name)
{
    if (operators == NULL || name == NULL || *name == '\0')
        return NULL;
    g_autofree char *key = key_of(name);
    for (guint i = 0; i < operators->len; i++) {
        const struct operator_config *one = operators->pdata[i];
        char *const own[] = {one->name, NULL};
        if (is_among(own, key) || is_among(one->names, key) || is_among(one->networks, key))
            return one;
    }
    return NULL;
}

const struct bundle_config *operator_bundle(const struct operator_config *operator_config,
                                            const char *name)
{
    for (guint i = 0; operator_config != NULL && name != NULL && i < operator_config->bundles->len;
         i++) {
        const struct bundle_config *bundle = operator_config->bundles->pdata[i];
        if (bundle->name != NULL && g_ascii_strcasecmp(bundle->name, name) == 0)
            return bundle;
    }
    return NULL;
}
