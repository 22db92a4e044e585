#include "score/conf.h"

enum { MAX_DEPTH = 32, MAX_NODES = 200000 };

typedef struct reader {
    mw_arena *arena;
    mw_span rest;
    size_t line, nodes;
    const char *file;
    GError **error;
    bool failed;
} reader;

static void fail(reader *r, const char *what) {
    if (!r->failed)
        g_set_error(r->error, MW_ERROR, MW_ERROR_DATA, "%s:%zu: %s", r->file, r->line, what);
    r->failed = true;
    r->rest.len = 0;
}

static char peek(const reader *r) {
    return r->rest.len ? r->rest.data[0] : '\0';
}

static void step(reader *r) {
    r->line += peek(r) == '\n';
    r->rest = mw_span_from(r->rest, 1);
}

static void skip_line(reader *r) {
    while (r->rest.len && peek(r) != '\n')
        step(r);
}

static void skip_blanks(reader *r) {
    while (r->rest.len) {
        if (g_ascii_isspace(peek(r))) {
            step(r);
        } else if (peek(r) == '#') {
            skip_line(r);
        } else if (mw_span_starts(r->rest, "/*")) {
            size_t end = mw_span_search(r->rest, "*/");
            for (size_t n = end == SIZE_MAX ? r->rest.len : end + 2; n > 0; n--)
                step(r);
        } else {
            return;
        }
    }
}

static bool ends_word(char c) {
    return g_ascii_isspace(c) || strchr("{}[]=:;,#\"", c) != NULL;
}

/* A quoted string or a bare word; NULL when neither stands here. */
static const char *read_word(reader *r) {
    skip_blanks(r);
    if (peek(r) == '"' || peek(r) == '\'') {
        char quote = peek(r);
        g_autoptr(GString) text = g_string_new(NULL);
        step(r);
        while (r->rest.len && peek(r) != quote) {
            if (peek(r) == '\\' && r->rest.len > 1)
                step(r);
            g_string_append_c(text, peek(r));
            step(r);
        }
        if (!r->rest.len)
            fail(r, "a string does not end");
        step(r);
        return mw_strndup(r->arena, text->str, text->len);
    }
    size_t n = 0;
    while (n < r->rest.len && !ends_word(r->rest.data[n]))
        n++;
    if (n == 0)
        return NULL;
    char *word = mw_span_dup(r->arena, mw_span_slice(r->rest, 0, n));
    r->rest = mw_span_from(r->rest, n);
    return word;
}

static mw_conf *new_node(reader *r, const char *key) {
    if (++r->nodes > MAX_NODES)
        fail(r, "too large");
    mw_conf *conf = mw_new(r->arena, mw_conf);
    conf->key = key;
    conf->children = mw_array_new(r->arena);
    return conf;
}

static void read_section(reader *r, mw_conf *section, char end, int depth);

static void read_value(reader *r, mw_conf *conf, int depth) {
    skip_blanks(r);
    char c = peek(r);
    if (c == '{' || c == '[') {
        step(r);
        read_section(r, conf, c == '{' ? '}' : ']', depth + 1);
        return;
    }
    const char *word = read_word(r);
    if (!word)
        fail(r, "a value is missing");
    else if (strcmp(word, "null") != 0)
        conf->text = word;
}

/* `name`, `name "key"`, `name key`: nested sections; the innermost one is returned. */
static mw_conf *read_names(reader *r, mw_conf *section) {
    mw_conf *conf = section;
    for (int names = 0; names < 4; names++) {
        const char *word = read_word(r);
        if (!word)
            return names ? conf : NULL;
        mw_conf *inner = new_node(r, word);
        g_ptr_array_add(conf->children, inner);
        conf = inner;
        skip_blanks(r);
        if (strchr("{=:;", peek(r)))
            return conf;
    }
    return conf;
}

static void read_entry(reader *r, mw_conf *section, char end, int depth) {
    if (end == ']') {
        mw_conf *item = new_node(r, "");
        g_ptr_array_add(section->children, item);
        read_value(r, item, depth);
        return;
    }
    mw_conf *conf = read_names(r, section);
    if (!conf) {
        fail(r, "a name is missing");
        return;
    }
    skip_blanks(r);
    if (peek(r) == '=' || peek(r) == ':')
        step(r);
    else if (peek(r) != '{') {
        fail(r, "neither a value nor a section");
        return;
    }
    read_value(r, conf, depth);
}

/* Up to end, which is passed; end 0: to the end of the file. */
static void read_section(reader *r, mw_conf *section, char end, int depth) {
    if (depth > MAX_DEPTH)
        fail(r, "nested too deep");
    while (!r->failed) {
        skip_blanks(r);
        if (!r->rest.len) {
            if (end)
                fail(r, "a section does not end");
            return;
        }
        char c = peek(r);
        if (end && c == end) {
            step(r);
            return;
        }
        if (c == ';' || c == ',')
            step(r);
        else if (c == '.' && end != ']')
            skip_line(r);
        else
            read_entry(r, section, end, depth);
    }
}

const mw_conf *mw_conf_read_ucl(mw_arena *arena, mw_span text, const char *file, GError **error) {
    reader r = {.arena = arena, .rest = text, .line = 1, .file = file, .error = error};
    mw_conf *root = new_node(&r, "");
    read_section(&r, root, '\0', 0);
    return r.failed ? NULL : root;
}

const mw_conf *mw_conf_child(const mw_conf *conf, const char *key) {
    for (guint i = 0; i < conf->children->len; i++) {
        const mw_conf *child = conf->children->pdata[i];
        if (strcmp(child->key, key) == 0)
            return child;
    }
    return NULL;
}

const char *mw_conf_text(const mw_conf *conf, const char *key) {
    const mw_conf *child = mw_conf_child(conf, key);
    return child ? child->text : NULL;
}
