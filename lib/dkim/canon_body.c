/* Canonicalisation of bodies, at about the speed of the hash behind it. */
#include "dkim/canon.h"

#ifdef __x86_64__
#include <tmmintrin.h>
#endif

enum { BLOCK = 16384, LOOK_AHEAD = 16 };

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
    } else if (body->canon == MW_CANON_RELAXED && mw_canon_wsp(c)) {
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
            bool blank = mw_canon_wsp(p[0]),
                 goes = blank & (mw_canon_wsp(p[1]) | ((p[1] == '\r') & (p[2] == '\n')));
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
        __m128i here = _mm_loadu_si128((const void *)p), next = _mm_loadu_si128((const void *)(p + 1)),
                third = _mm_loadu_si128((const void *)(p + 2));
        __m128i is_tab = _mm_cmpeq_epi8(here, tab);
        __m128i blank = _mm_or_si128(_mm_cmpeq_epi8(here, space), is_tab);
        __m128i line_end = _mm_and_si128(_mm_cmpeq_epi8(next, cr), _mm_cmpeq_epi8(third, lf));
        __m128i more = _mm_or_si128(_mm_cmpeq_epi8(next, space), _mm_cmpeq_epi8(next, tab));
        unsigned goes = (unsigned)_mm_movemask_epi8(_mm_and_si128(blank, _mm_or_si128(more, line_end)));
        here = _mm_xor_si128(here, _mm_and_si128(is_tab, _mm_xor_si128(tab, space)));
        if (!goes) {
            _mm_storeu_si128((void *)out, here);
            out += 16;
            continue;
        }
        const uint8_t *low = table->at[goes & 255], *high = table->at[goes >> 8];
        _mm_storel_epi64((void *)out, _mm_shuffle_epi8(here, _mm_loadl_epi64((const void *)low)));
        out += table->n[goes & 255];
        here = _mm_srli_si128(here, 8);
        _mm_storel_epi64((void *)out, _mm_shuffle_epi8(here, _mm_loadl_epi64((const void *)high)));
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
        *out++ = mw_canon_wsp(*p) ? ' ' : *p;
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
    while (body->canon == MW_CANON_RELAXED && q > p && mw_canon_wsp(q[-1]))
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
