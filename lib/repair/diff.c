#include "repair/diff.h"
#include "base/printable.h"
#include "dkim/dkim.h"

enum {
    MAX_LINES = 10000,
    MAX_CELLS = 1 << 18, /* beyond, the lines between what is the same at both ends count as all changed */
    MAX_SHOWN = 24,
    MAX_CHARACTERS = 240,
    BEFORE = 40, /* shown of what two long lines begin with alike */
};

typedef struct lines {
    mw_span *at;
    size_t n;
} lines;

typedef struct diff {
    mw_arena *arena;
    GPtrArray *out;
    lines was, is;
    size_t shown, left_out;
} diff;

static size_t count(mw_span text) {
    size_t n = 1;
    for (size_t i = 0; i < text.len && n < MAX_LINES; i++)
        n += text.data[i] == '\n';
    return n;
}

static lines split(mw_arena *scratch, const mw_repair_run *run, mw_span text) {
    if (run->has_length)
        text = mw_span_slice(text, 0, (size_t)MIN(run->length, text.len));
    lines all = {.at = mw_new_n(scratch, mw_span, count(text))};
    while (text.len && all.n < MAX_LINES) {
        size_t end = mw_span_find(text, '\n');
        size_t next = end == SIZE_MAX ? text.len : end + 1;
        mw_span line = mw_span_slice(text, 0, end == SIZE_MAX ? text.len : end);
        if (line.len && line.data[line.len - 1] == '\r')
            line.len--;
        all.at[all.n++] = line;
        text = mw_span_from(text, next);
    }
    while (run->body && all.n && all.at[all.n - 1].len == 0) /* those at the end don't count */
        all.n--;
    return all;
}

/* Without what both begin and end with. */
static void trim(diff *d) {
    lines *a = &d->was, *b = &d->is;
    while (a->n && b->n && mw_span_equal(a->at[0], b->at[0]))
        *a = (lines){a->at + 1, a->n - 1}, *b = (lines){b->at + 1, b->n - 1};
    while (a->n && b->n && mw_span_equal(a->at[a->n - 1], b->at[b->n - 1]))
        a->n--, b->n--;
}

static void add(diff *d, char sign, mw_span line, size_t alike) {
    if (d->shown == MAX_SHOWN) {
        d->left_out++;
        return;
    }
    d->shown++;
    size_t from = alike > BEFORE * 2 ? alike - BEFORE : 0;
    while (from < line.len && ((unsigned char)line.data[from] & 0xc0) == 0x80)
        from++; /* within a character */
    g_autoptr(GString) text = g_string_new(from ? "..." : NULL);
    mw_printable_append(text, mw_span_from(line, from), MAX_CHARACTERS);
    mw_change *change = mw_new(d->arena, mw_change);
    *change = (mw_change){sign, mw_strdup(d->arena, text->str)};
    g_ptr_array_add(d->out, change);
}

static size_t alike(mw_span a, mw_span b) {
    size_t n = 0;
    while (n < MIN(a.len, b.len) && a.data[n] == b.data[n])
        n++;
    return n;
}

/* One place of the text: what stood there, and what stands there now. */
static void add_place(diff *d, size_t was, size_t n_was, size_t is, size_t n_is) {
    bool pairs = n_was == n_is;
    for (size_t i = 0; i < n_was; i++)
        add(d, '-', d->was.at[was + i], pairs ? alike(d->was.at[was + i], d->is.at[is + i]) : 0);
    for (size_t i = 0; i < n_is; i++)
        add(d, '+', d->is.at[is + i], pairs ? alike(d->was.at[was + i], d->is.at[is + i]) : 0);
}

/* By the longest common subsequence: cell [i][k] is its length from there on. */
static void compare(diff *d, mw_arena *scratch) {
    size_t n = d->was.n, m = d->is.n, width = m + 1;
    if ((n + 1) * width > MAX_CELLS) {
        add_place(d, 0, n, 0, m);
        return;
    }
    guint32 *cells = mw_alloc(scratch, sizeof(guint32) * (n + 1) * width);
    for (size_t i = n; i-- > 0;)
        for (size_t k = m; k-- > 0;)
            cells[i * width + k] = mw_span_equal(d->was.at[i], d->is.at[k])
                                       ? cells[(i + 1) * width + k + 1] + 1
                                       : MAX(cells[(i + 1) * width + k], cells[i * width + k + 1]);
    size_t i = 0, k = 0, from_i = 0, from_k = 0;
    while (i < n && k < m) {
        if (mw_span_equal(d->was.at[i], d->is.at[k])) {
            add_place(d, from_i, i - from_i, from_k, k - from_k);
            from_i = ++i, from_k = ++k;
        } else if (cells[(i + 1) * width + k] >= cells[i * width + k + 1]) {
            i++;
        } else {
            k++;
        }
    }
    add_place(d, from_i, n - from_i, from_k, m - from_k);
}

void mw_repair_diff(mw_arena *arena, const mw_repair_run *run, GPtrArray *out) {
    if (!run->was.data || !run->is.data)
        return;
    g_autoptr(mw_arena) scratch = mw_arena_new();
    diff d = {.arena = arena, .out = out};
    d.was = split(scratch, run, run->was);
    d.is = split(scratch, run, run->is);
    trim(&d);
    compare(&d, scratch);
    if (d.left_out) {
        mw_change *more = mw_new(arena, mw_change);
        *more = (mw_change){' ', mw_printf(arena, "... and %zu lines more", d.left_out)};
        g_ptr_array_add(out, more);
    }
}
