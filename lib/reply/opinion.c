#include "reply/opinion.h"

#include <math.h>

/* The file: a head, how often it was right in each tenth of its chances (percent), names of 12 bytes, then a
 * row of weights a bucket. All little-endian. */
enum {
    HEAD = 16,
    TENTHS = 10,
    NAME = 12,
    MAX_CLASSES = 32,
    MAX_TOKENS = 120,
    MAX_TOKEN = 24,
    MAX_BUCKETS = 8192
};
#define SURE 0.5 /* chance from which it speaks */

typedef struct model {
    unsigned classes;
    uint32_t buckets;
    float scale;
    const uint8_t *worth;
    const char *names;
    const int8_t *weights;
} model;

static uint32_t number(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool open_model(mw_span bytes, model *out) {
    const uint8_t *at = (const uint8_t *)bytes.data;
    if (bytes.len < HEAD || memcmp(at, "MWOP", 4) != 0 || (at[4] | at[5] << 8) != 1)
        return false;
    uint32_t scale = number(at + 12);
    memcpy(&out->scale, &scale, sizeof scale);
    out->classes = at[6] | (unsigned)at[7] << 8;
    out->buckets = number(at + 8);
    size_t head = HEAD + TENTHS + (size_t)out->classes * NAME;
    if (out->classes < 2 || out->classes > MAX_CLASSES || out->buckets < 1 || out->buckets > MAX_BUCKETS ||
        !isfinite(out->scale) || bytes.len != head + (size_t)out->buckets * out->classes)
        return false;
    out->worth = at + HEAD;
    out->names = bytes.data + HEAD + TENTHS;
    for (unsigned c = 0; c < out->classes; c++) {
        if (out->names[c * NAME + NAME - 1] != '\0')
            return false;
    }
    out->weights = (const int8_t *)bytes.data + head;
    return true;
}

bool mw_opinion_good(mw_span bytes) {
    model unused;
    return open_model(bytes, &unused);
}

/* ---- words ------------------------------------------------------------------------------------------- */

static bool is_letter(char c) {
    return g_ascii_isalpha(c) || (c & 0x80);
}

/* Names, numbers, links and addresses say nothing of the cause. */
static bool is_name(mw_span part) {
    for (size_t i = 0; i < part.len; i++) {
        if (g_ascii_isdigit(part.data[i]) || (part.data[i] && strchr("@/_\\", part.data[i])))
            return true;
        if (part.data[i] == '.' && i > 0 && i + 1 < part.len && g_ascii_isalpha(part.data[i - 1]) &&
            g_ascii_isalpha(part.data[i + 1]))
            return true;
    }
    return false;
}

static void split_part(mw_span part, mw_span *out, size_t *n) {
    part = mw_span_strip(mw_span_strip_end(part, "<>[](){}.,;:!?\"'`*#=-"), "<>[](){}.,;:!?\"'`*#=-");
    if (is_name(part))
        return;
    for (size_t i = 0, end; i < part.len && *n < MAX_TOKENS; i = end + 1) {
        for (end = i; end < part.len && is_letter(part.data[end]); end++)
            ;
        if (end - i >= 2 && end - i <= MAX_TOKEN)
            out[(*n)++] = mw_span_slice(part, i, end);
    }
}

static size_t split_words(mw_span text, mw_span *out) {
    size_t n = 0;
    for (size_t i = 0, end; i < text.len && n < MAX_TOKENS; i = end + 1) {
        for (end = i; end < text.len && !strchr(" \t\r\n", text.data[end]); end++)
            ;
        split_part(mw_span_slice(text, i, end), out, &n);
    }
    return n;
}

/* ---- features ---------------------------------------------------------------------------------------- */

static uint32_t hash(uint32_t h, mw_span text) { /* FNV-1a */
    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)g_ascii_tolower(text.data[i])) * 16777619u;
    return h;
}

typedef struct found {
    uint32_t bucket;
    uint16_t word; /* that it comes from */
} found;

typedef struct finder {
    const model *m;
    size_t n;
    uint8_t seen[MAX_BUCKETS / 8]; /* a bit a bucket */
    found all[MAX_BUCKETS];
} finder;

static void note(finder *f, uint32_t h, size_t word) {
    uint32_t bucket = h % f->m->buckets;
    if (f->seen[bucket / 8] >> bucket % 8 & 1)
        return;
    f->seen[bucket / 8] |= (uint8_t)(1u << bucket % 8);
    f->all[f->n++] = (found){bucket, (uint16_t)word};
}

static void note_word(finder *f, const mw_span *words, size_t i) {
    static const uint32_t basis = 2166136261u;
    char edged[MAX_TOKEN + 2] = " ";
    memcpy(edged + 1, words[i].data, words[i].len);
    edged[words[i].len + 1] = ' ';
    size_t len = words[i].len + 2;
    note(f, hash(hash(basis, MW_SPAN("w")), words[i]), i);
    if (i)
        note(f, hash(hash(hash(hash(basis, MW_SPAN("b")), words[i - 1]), MW_SPAN(" ")), words[i]), i);
    for (size_t size = 3; size <= 5; size++) {
        for (size_t k = 0; k + size <= len; k++)
            note(f, hash(hash(basis, MW_SPAN("g")), (mw_span){edged + k, size}), i);
    }
}

/* ---- the opinion ------------------------------------------------------------------------------------- */

static double weight(const model *m, const found *f, unsigned class) {
    return (double)m->weights[(size_t)f->bucket * m->classes + class];
}

/* The words that bring most for the class. */
static void strongest(mw_arena *arena, const finder *f, const mw_span *words, size_t n, unsigned class,
                      mw_opinion *out) {
    double sums[MAX_TOKENS] = {0};
    for (size_t i = 0; i < f->n; i++)
        sums[f->all[i].word] += weight(f->m, &f->all[i], class);
    for (size_t k = 0; k + 1 < MW_OPINION_WORDS; k++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            best = sums[i] > sums[best] ? i : best;
        if (sums[best] <= 0)
            return;
        out->words[k] = mw_span_dup(arena, words[best]);
        sums[best] = 0;
    }
}

const mw_opinion *mw_opinion_read(mw_arena *arena, mw_span bytes, mw_span text) {
    model m;
    mw_span words[MAX_TOKENS];
    size_t n = bytes.len && open_model(bytes, &m) ? split_words(text, words) : 0;
    if (!n)
        return NULL;
    finder f; /* the list is left as it is: only what is found counts */
    f.m = &m;
    f.n = 0;
    memset(f.seen, 0, sizeof f.seen);
    for (size_t i = 0; i < n; i++)
        note_word(&f, words, i);
    double sums[MAX_CLASSES] = {0}, total = 0;
    unsigned best = 0;
    for (unsigned c = 0; c < m.classes; c++) {
        for (size_t i = 0; i < f.n; i++)
            sums[c] += weight(&m, &f.all[i], c);
        sums[c] *= (double)m.scale / sqrt((double)f.n);
        best = sums[c] > sums[best] ? c : best;
    }
    for (unsigned c = 0; c < m.classes; c++)
        total += exp(sums[c] - sums[best]);
    double chance = 1 / total;
    mw_opinion *out = mw_new(arena, mw_opinion);
    out->cause = m.names + (size_t)best * NAME;
    out->certainty = m.worth[MIN((int)(chance * TENTHS), TENTHS - 1)] / 100.0;
    out->sure = chance >= SURE;
    strongest(arena, &f, words, n, best, out);
    return out;
}
