#include "trace/received_tokens.h"

enum { MAX_BRACKET = 1024 };

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Position behind the ")" that closes the comment at the cursor; 0 when nothing does. */
static size_t comment_end(mw_tokens *t) {
    const char *s = t->text.data;
    size_t depth = 0, first = 0;
    for (size_t i = t->at; i < t->text.len; i++) {
        if (s[i] == '\\') {
            i++;
        } else if (s[i] == '(') {
            depth++;
        } else if (s[i] == ')') {
            if (first == 0)
                first = i + 1;
            if (--depth == 0 || t->flat)
                return i + 1;
        }
    }
    t->flat = true;
    t->no_comments = first == 0;
    return first;
}

/* Position behind the close byte, at most MAX_BRACKET further; 0 when there is none. */
static size_t bracket_end(const mw_tokens *t, size_t from, char close) {
    const char *s = t->text.data;
    size_t end = MIN(t->text.len, from + MAX_BRACKET);
    for (size_t i = from + 1; i < end; i++)
        if (s[i] == close)
            return i + 1;
    return 0;
}

static size_t quote_end(mw_tokens *t, size_t from) {
    const char *s = t->text.data;
    for (size_t i = from + 1; i < t->text.len; i++) {
        if (s[i] == '\\')
            i++;
        else if (s[i] == '"')
            return i + 1;
    }
    t->no_quotes = true;
    return 0;
}

static size_t word_end(mw_tokens *t) {
    const char *s = t->text.data;
    size_t i = t->at;
    bool bracket = true; /* one try a word: a row of "<" must not cost a search each */
    while (i < t->text.len && !is_space(s[i]) && s[i] != '(' && s[i] != ';') {
        size_t end = 0;
        if (s[i] == '"' && !t->no_quotes && (i == t->at || s[i - 1] == '<' || s[i - 1] == '='))
            end = quote_end(t, i);
        else if ((s[i] == '<' || s[i] == '[') && bracket) {
            end = bracket_end(t, i, s[i] == '<' ? '>' : ']');
            bracket = end != 0;
        }
        i = end ? end : i + 1;
    }
    return i;
}

mw_token mw_token_next(mw_tokens *t) {
    const char *s = t->text.data;
    for (;;) {
        while (t->at < t->text.len && is_space(s[t->at]))
            t->at++;
        if (t->at >= t->text.len)
            return (mw_token){.kind = MW_TOKEN_END, .position = t->text.len};
        size_t from = t->at;
        if (s[from] == ';') {
            t->at++;
            return (mw_token){MW_TOKEN_SEMICOLON, mw_span_slice(t->text, from, from + 1), from};
        }
        if (s[from] == '(') {
            size_t end = t->no_comments ? 0 : comment_end(t);
            if (end == 0) {
                t->at++;
                continue;
            }
            t->at = end;
            return (mw_token){MW_TOKEN_COMMENT, mw_span_slice(t->text, from + 1, end - 1), from};
        }
        t->at = word_end(t);
        return (mw_token){MW_TOKEN_WORD, mw_span_slice(t->text, from, t->at), from};
    }
}
