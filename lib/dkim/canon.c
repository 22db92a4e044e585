#include "dkim/canon.h"

#ifdef __x86_64__
#include <tmmintrin.h>
#endif

enum { BLOCK = 16384, LOOK_AHEAD = 16 };

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

/* A high bit for each byte that is c, and for some behind one that are not. */
static uint64_t bytes_equal(uint64_t bytes, char c) {
    const uint64_t ones = 0x0101010101010101u;
    uint64_t same = bytes ^ ones * (uint8_t)c;
    return (same - ones) & ~same & (ones << 7);
}

/* The eight bytes at p stay as they are; p[8] is read, too. */
static bool is_clean(const char *p) {
    uint64_t here, next;
    memcpy(&here, p, sizeof here);
    memcpy(&next, p + 1, sizeof next);
    uint64_t bad = bytes_equal(next, ' ') | bytes_equal(next, '\t') | bytes_equal(next, '\r');
    return !(bytes_equal(here, '\t') | (bytes_equal(here, ' ') & bad));
}

/* Relaxed: a blank goes that has another one, or a line end, behind it; any other becomes a space. Each byte
 * is judged by itself and the two behind it, without a branch: nobody can foretell where blanks stand. */
static char *squeeze_bytes(char *out, const char *p, const char *end) {
    while (p < end) {
        if (end - p > 8 && is_clean(p)) {
            memcpy(out, p, 8);
            out += 8;
            p += 8;
            continue;
        }
        for (const char *stop = end - p < 8 ? end : p + 8; p < stop; p++) {
            bool blank = is_wsp(p[0]), goes = blank & (is_wsp(p[1]) | ((p[1] == '\r') & (p[2] == '\n')));
            *out = blank ? ' ' : p[0];
            out += !goes;
        }
    }
    return out;
}

#ifdef __x86_64__
/* For each mask of eight bytes that go: where those stand that stay, and how many they are. */
typedef struct kept_bytes {
    uint8_t at[256][8], n[256];
} kept_bytes;

static const kept_bytes *kept_table(void) {
    static kept_bytes table;
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        for (unsigned mask = 0; mask < 256; mask++)
            for (uint8_t i = 0; i < 8; i++)
                if (!(mask >> i & 1))
                    table.at[mask][table.n[mask]++] = i;
        g_once_init_leave(&ready, 1);
    }
    return &table;
}

/* The same for 16 bytes at a time, as far as whole blocks go; *from moves behind them. Up to 16 bytes behind
 * the result are written, too. */
__attribute__((target("ssse3"))) static char *squeeze_blocks(char *out, const char **from, const char *end) {
    const kept_bytes *table = kept_table();
    const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t'), cr = _mm_set1_epi8('\r'),
                  lf = _mm_set1_epi8('\n');
    const char *p = *from;
    for (; end - p >= 18; p += 16) {
        __m128i here = _mm_loadu_si128((const __m128i *)p), next = _mm_loadu_si128((const __m128i *)(p + 1)),
                third = _mm_loadu_si128((const __m128i *)(p + 2));
        __m128i is_tab = _mm_cmpeq_epi8(here, tab);
        __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(here, space), is_tab);
        __m128i line_end = _mm_and_si128(_mm_cmpeq_epi8(next, cr), _mm_cmpeq_epi8(third, lf));
        __m128i more = _mm_or_si128(_mm_cmpeq_epi8(next, space), _mm_cmpeq_epi8(next, tab));
        unsigned goes = (unsigned)_mm_movemask_epi8(_mm_and_si128(blank, _mm_or_si128(more, line_end)));
        here = _mm_xor_si128(here, _mm_and_si128(is_tab, _mm_xor_si128(tab, space)));
        if (!goes) {
            _mm_storeu_si128((__m128i *)out, here);
            out += 16;
            continue;
        }
        const uint8_t *low = table->at[goes & 255], *high = table->at[goes >> 8];
        _mm_storel_epi64((__m128i *)out, _mm_shuffle_epi8(here, _mm_loadl_epi64((const __m128i *)low)));
        out += table->n[goes & 255];
        here = _mm_srli_si128(here, 8);
        _mm_storel_epi64((__m128i *)out, _mm_shuffle_epi8(here, _mm_loadl_epi64((const __m128i *)high)));
        out += table->n[goes >> 8];
    }
    *from = p;
    return out;
}
#endif

/* The byte at end - 1, if any, is no blank, and what depends on those behind it is not among these: see
 * hold_back(). */
static char *squeeze(char *out, const char *p, const char *end) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("ssse3"))
        out = squeeze_blocks(out, &p, end);
#endif
    if (end - p > 2) {
        out = squeeze_bytes(out, p, end - 2);
        p = end - 2;
    }
    for (; p < end; p++)
        *out++ = is_wsp(*p) ? ' ' : *p;
    return out;
}

/* Everything from p stays as it is, up to line ends that may turn out to be the body's last. */
static void put_run(mw_canon_body *body, const char *p, const char *end) {
    const char *q = end;
    while (q - p >= 2 && q[-1] == '\n' && q[-2] == '\r')
        q -= 2;
    if (q > p) {
        emit_held(body);
        emit(body, p, (size_t)(q - p));
    }
    body->line_ends += (uint64_t)(end - q) / 2;
}

/* What the bytes at the end are depends on what comes behind them: a CR, and blanks before it. */
static const char *hold_back(mw_canon_body *body, const char *p, const char *end) {
    const char *q = end;
    if (q > p && q[-1] == '\r')
        q--;
    while (body->canon == MW_CANON_RELAXED && q > p && is_wsp(q[-1]))
        q--;
    return q;
}

static void feed(mw_canon_body *body, const char *p, const char *end) {
    char squeezed[BLOCK + LOOK_AHEAD];
    while (p < end && (body->cr || body->space))
        put(body, *p++);
    const char *rest = hold_back(body, p, end);
    if (body->canon == MW_CANON_RELAXED)
        put_run(body, squeezed, squeeze(squeezed, p, rest));
    else
        put_run(body, p, rest);
    while (rest < end)
        put(body, *rest++);
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
