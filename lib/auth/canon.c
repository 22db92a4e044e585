#include "auth/canon.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 16384 };

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static bool is_fws(char c) {
    return is_wsp(c) || c == '\r' || c == '\n';
}

const char *mw_canon_name(mw_canon canon) {
    return canon == MW_CANON_RELAXED ? "relaxed" : "simple";
}

static bool read_one(mw_span text, mw_canon *out) {
    if (mw_span_is(text, "relaxed"))
        *out = MW_CANON_RELAXED;
    else if (mw_span_is(text, "simple"))
        *out = MW_CANON_SIMPLE;
    else
        return false;
    return true;
}

bool mw_canon_read(mw_span value, mw_canon *header, mw_canon *body) {
    mw_canon h = MW_CANON_SIMPLE, b = MW_CANON_SIMPLE;
    if (value.data) {
        mw_span rest = value, first = mw_span_cut(&rest, '/');
        if (!read_one(first, &h) || (rest.data && !read_one(rest, &b)))
            return false;
    }
    *header = h;
    *body = b;
    return true;
}

/* ---- header ---- */

static void append_relaxed(GString *out, mw_span raw) {
    size_t start = out->len, colon = mw_span_find(raw, ':');
    mw_span name = mw_span_slice(raw, 0, colon);
    while (name.len && is_wsp(name.data[name.len - 1]))
        name.len--;
    g_string_set_size(out, start + raw.len); /* it never grows */
    char *p = out->str + start;
    for (size_t i = 0; i < name.len; i++)
        *p++ = g_ascii_tolower(name.data[i]);
    bool space = false, any = false;
    if (colon != SIZE_MAX)
        *p++ = ':';
    for (size_t i = colon == SIZE_MAX ? raw.len : colon + 1; i < raw.len; i++) {
        char c = raw.data[i];
        if (c == '\r' && i + 1 < raw.len && raw.data[i + 1] == '\n') {
            i++;
        } else if (is_wsp(c)) {
            space = true;
        } else {
            if (space && any)
                *p++ = ' ';
            space = false;
            any = true;
            *p++ = c;
        }
    }
    g_string_truncate(out, (gsize)(p - out->str));
}

static void append_field(GString *out, mw_span raw, mw_canon canon) {
    if (canon == MW_CANON_RELAXED)
        append_relaxed(out, raw);
    else
        g_string_append_len(out, raw.data, (gssize)raw.len);
}

void mw_canon_field(GString *out, mw_span raw, mw_canon canon) {
    append_field(out, raw, canon);
    g_string_append_len(out, "\r\n", 2);
}

/* The part of the element "b = xyz" that stays: all up to and with its "="; the whole of any other element.
 */
static mw_span without_b(mw_span element) {
    size_t i = 0;
    while (i < element.len && is_fws(element.data[i]))
        i++;
    if (i == element.len || element.data[i] != 'b')
        return element;
    i++;
    while (i < element.len && is_fws(element.data[i]))
        i++;
    return i < element.len && element.data[i] == '=' ? mw_span_slice(element, 0, i + 1) : element;
}

void mw_canon_signature(GString *out, mw_span raw, mw_canon canon) {
    size_t colon = mw_span_find(raw, ':');
    g_autoptr(GString) emptied = g_string_sized_new(raw.len);
    mw_span rest = raw;
    if (colon != SIZE_MAX) {
        g_string_append_len(emptied, raw.data, (gssize)colon + 1);
        rest = mw_span_from(raw, colon + 1);
    }
    while (rest.data) {
        mw_span kept = without_b(mw_span_cut(&rest, ';'));
        g_string_append_len(emptied, kept.data, (gssize)kept.len);
        if (rest.data)
            g_string_append_c(emptied, ';');
    }
    append_field(out, (mw_span){emptied->str, emptied->len}, canon);
}

/* The fields of one name: order[start] to order[end - 1], top first. */
typedef struct group {
    mw_span name;
    uint32_t start, end;
} group;

/* Sorted, not hashed: names come from the mail, and colliding ones must not make it slow. */
struct mw_canon_index {
    const mw_message *message;
    uint32_t *order;
    group *groups;
    size_t n_groups;
};

static int compare_names(mw_span a, mw_span b) {
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? g_ascii_strncasecmp(a.data, b.data, a.len) : 0;
}

static int by_name(gconstpointer a, gconstpointer b, gpointer data) {
    const mw_field *fields = data;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = compare_names(fields[i].name, fields[j].name);
    return order ? order : (i > j) - (i < j);
}

mw_canon_index *mw_canon_index_new(mw_arena *arena, const mw_message *message) {
    size_t n = message->n_fields;
    mw_canon_index *index = mw_new(arena, mw_canon_index);
    index->message = message;
    index->order = mw_new_n(arena, uint32_t, n);
    index->groups = mw_new_n(arena, group, n);
    for (size_t i = 0; i < n; i++)
        index->order[i] = (uint32_t)i;
    g_qsort_with_data(index->order, (gint)n, sizeof(uint32_t), by_name, (gpointer)message->fields);
    for (size_t i = 0; i < n; i++) {
        mw_span name = message->fields[index->order[i]].name;
        group *last = index->n_groups ? &index->groups[index->n_groups - 1] : NULL;
        if (last && compare_names(last->name, name) == 0)
            last->end++;
        else
            index->groups[index->n_groups++] = (group){name, (uint32_t)i, (uint32_t)i + 1};
    }
    return index;
}

static const group *find_group(const mw_canon_index *index, mw_span name) {
    size_t low = 0, high = index->n_groups;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(name, index->groups[middle].name);
        if (order == 0)
            return &index->groups[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

GPtrArray *mw_canon_select(mw_arena *arena, const mw_canon_index *index, mw_span h, const mw_field *except) {
    GPtrArray *out = mw_array_new(arena);
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL); /* group to how many of its fields */
    while (h.data) {
        mw_span name = mw_span_trim(mw_span_cut(&h, ':'));
        const group *g = name.len ? find_group(index, name) : NULL;
        if (!g)
            continue;
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(taken, g));
        const mw_field *field = NULL;
        while (!field && n < g->end - g->start) {
            field = &index->message->fields[index->order[g->end - ++n]];
            if (field == except)
                field = NULL;
        }
        if (field)
            g_ptr_array_add(out, (gpointer)field);
        g_hash_table_insert(taken, (gpointer)g, GUINT_TO_POINTER(n));
    }
    return out;
}

/* ---- body ---- */

void mw_canon_body_start(mw_canon_body *body, mw_canon canon, mw_canon_sink sink, void *data) {
    *body = (mw_canon_body){.canon = canon, .sink = sink, .data = data};
}

static void flush(mw_canon_body *body) {
    if (body->staged)
        body->sink(body->data, body->stage, body->staged);
    body->staged = 0;
}

/* Short runs are gathered, so that the sink is not called for each word. */
static void emit(mw_canon_body *body, const char *bytes, size_t len) {
    body->written += len;
    if (len > sizeof(body->stage) - body->staged)
        flush(body);
    if (len >= sizeof(body->stage) / 2) {
        flush(body);
        body->sink(body->data, bytes, len);
    } else {
        memcpy(body->stage + body->staged, bytes, len);
        body->staged += len;
    }
}

static void emit_byte(mw_canon_body *body, char byte) {
    if (body->staged == sizeof(body->stage))
        flush(body);
    body->stage[body->staged++] = byte;
    body->written++;
}

static void emit_held(mw_canon_body *body) {
    for (; body->line_ends; body->line_ends--) {
        emit_byte(body, '\r');
        emit_byte(body, '\n');
    }
    if (body->space)
        emit_byte(body, ' ');
    body->space = false;
}

static void put(mw_canon_body *body, char c) {
    if (body->cr) {
        body->cr = false;
        if (c == '\n') {
            body->space = false;
            body->line_ends++;
            return;
        }
        emit_held(body);
        emit_byte(body, '\r');
    }
    if (c == '\r') {
        body->cr = true;
    } else if (body->canon == MW_CANON_RELAXED && is_wsp(c)) {
        body->space = true;
    } else {
        emit_held(body);
        emit_byte(body, c);
    }
}

/* Relaxed: white space that doesn't stay as it is. At the end of the data the next byte is not known. */
static bool is_dirty(const char *p, const char *end) {
    if (*p == '\t')
        return true;
    return *p == ' ' && (p + 1 == end || is_wsp(p[1]) || p[1] == '\r');
}

#ifdef __SSE2__
/* A mask of what is_dirty() says of the 16 bytes at p; p[16] is read, too. */
static __m128i dirty_bytes(const char *p) {
    __m128i here = _mm_loadu_si128((const __m128i *)p), next = _mm_loadu_si128((const __m128i *)(p + 1));
    __m128i tab = _mm_cmpeq_epi8(here, _mm_set1_epi8('\t')), space = _mm_cmpeq_epi8(here, _mm_set1_epi8(' '));
    __m128i bad =
        _mm_or_si128(_mm_cmpeq_epi8(next, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(next, _mm_set1_epi8('\r')));
    bad = _mm_or_si128(bad, _mm_cmpeq_epi8(next, _mm_set1_epi8('\t')));
    return _mm_or_si128(tab, _mm_and_si128(space, bad));
}

/* The first dirty byte, as far as whole blocks go. */
static const char *skip_clean_blocks(const char *p, const char *end) {
    for (; end - p > 64; p += 64) {
        __m128i a = dirty_bytes(p), b = dirty_bytes(p + 16), c = dirty_bytes(p + 32), d = dirty_bytes(p + 48);
        if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))))
            break;
    }
    for (; end - p > 16; p += 16) {
        int mask = _mm_movemask_epi8(dirty_bytes(p));
        if (mask)
            return p + __builtin_ctz((unsigned)mask);
    }
    return p;
}
#else
static const char *skip_clean_blocks(const char *p, const char *end) {
    return p;
}
#endif

/* Everything from p stays as it is, up to line ends that may turn out to be the body's last, and to a CR that
 * may turn out to be half of one. */
static const char *put_run(mw_canon_body *body, const char *p, const char *end) {
    const char *q = end;
    if (q > p && q[-1] == '\r')
        q--;
    while (q - p >= 2 && q[-1] == '\n' && q[-2] == '\r')
        q -= 2;
    if (q > p) {
        emit_held(body);
        emit(body, p, (size_t)(q - p));
    }
    return q;
}

/* White space from p on: dropped before a line end, one blank before anything else. */
static const char *put_space(mw_canon_body *body, const char *p, const char *end) {
    const char *q = p;
    while (q < end && is_wsp(*q))
        q++;
    if (q == end || (*q == '\r' && q + 1 == end)) {
        body->space = true; /* what follows is not known yet */
    } else if (*q != '\r' || q[1] != '\n') {
        emit_held(body);
        emit_byte(body, ' ');
    }
    return q;
}

static const char *relaxed_step(mw_canon_body *body, const char *p, const char *end) {
    if (is_wsp(*p))
        return put_space(body, p, end);
    const char *dirty = skip_clean_blocks(p, end);
    while (dirty < end && !is_dirty(dirty, end))
        dirty++;
    return put_run(body, p, dirty);
}

static void feed(mw_canon_body *body, const char *p, const char *end) {
    while (p < end) {
        const char *start = p;
        if (body->cr || body->space) {
            put(body, *p++);
        } else if (*p == '\r' && p + 1 < end && p[1] == '\n') {
            body->line_ends++;
            p += 2;
        } else {
            p = body->canon == MW_CANON_RELAXED ? relaxed_step(body, p, end) : put_run(body, p, end);
            if (p == start)
                put(body, *p++);
        }
    }
}

/* In blocks that are still in the processor's cache when they are hashed. */
void mw_canon_body_feed(mw_canon_body *body, mw_span piece) {
    for (size_t at = 0; at < piece.len; at += BLOCK)
        feed(body, piece.data + at, piece.data + MIN(at + BLOCK, piece.len));
}

void mw_canon_body_end(mw_canon_body *body) {
    if (body->cr) {
        body->cr = false;
        emit_held(body);
        emit_byte(body, '\r');
    }
    body->space = false;
    body->line_ends = 0;
    if (body->written || body->canon == MW_CANON_SIMPLE)
        emit(body, "\r\n", 2);
    flush(body);
}
