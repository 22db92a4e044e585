#include "reply/pattern.h"

#include "base/pairs.h"

/* A pattern is a program on sets of places: bit i is set when the text before its byte i can be matched. */
typedef enum op {
    OP_BYTE, /* the byte in arg */
    OP_DIGIT,
    OP_EDGE,
    OP_GAP, /* up to arg bytes */
    OP_START,
    OP_END,
    OP_OPEN,  /* a group begins: remember the set; arg: where its first alternative ends */
    OP_BAR,   /* an alternative ends; arg: where the next one ends */
    OP_CLOSE, /* the last alternative ends */
} op;

typedef struct step {
    uint16_t op, arg;
    /* of a byte with the next one; at the head of an alternative the two rarest ones of its own */
    uint16_t pair, second;
} step;

enum { NO_PAIR = 0 }; /* every text has it */

enum { MAX_WORDS = (MW_PATTERN_TEXT + 1) / 64 };

/* What tells of most texts: two pairs that an outermost alternative needs, and the step at its head. Of one
 * that has none itself, those of each alternative of a group in it, one behind the other. */
typedef struct head {
    uint16_t pair, second, at;
} head;

struct mw_wording {
    step *steps;
    size_t n_heads;
    head heads[];
};

struct mw_wording_text {
    size_t len, words;
    uint64_t edge[MAX_WORDS];
    uint64_t digit[MAX_WORDS];
    mw_pairs pairs;
    uint8_t row[256]; /* of each byte in places: 0 for one that is not there */
    uint64_t *places; /* a row of words a byte: where it stands */
};

/* ---- compiling --------------------------------------------------------------------------------------- */

typedef struct compiler {
    step *steps;
    size_t n;
    size_t open[MW_PATTERN_DEPTH]; /* step whose arg is to be set to the end of the running alternative */
    int depth;
    const char *problem;
} compiler;

static void add(compiler *c, op o, size_t arg) {
    c->steps[c->n++] = (step){(uint16_t)o, (uint16_t)arg, NO_PAIR, NO_PAIR};
}

static void open_group(compiler *c) {
    if (c->depth == MW_PATTERN_DEPTH) {
        c->problem = "groups are nested too deeply";
        return;
    }
    c->open[c->depth++] = c->n;
    add(c, OP_OPEN, 0);
}

static void end_alternative(compiler *c, op o) {
    if (c->depth == 0) {
        c->problem = "a brace closes no group";
        return;
    }
    c->steps[c->open[c->depth - 1]].arg = (uint16_t)c->n;
    c->open[c->depth - 1] = c->n;
    add(c, o, 0);
    if (o == OP_CLOSE)
        c->depth--;
}

static size_t compile_byte(compiler *c, const char *text, size_t i) {
    switch (text[i]) {
    case '{':
        open_group(c);
        break;
    case '|':
        end_alternative(c, OP_BAR);
        break;
    case '}':
        end_alternative(c, OP_CLOSE);
        break;
    case '*':
        add(c, OP_GAP, text[i + 1] == '*' ? MW_PATTERN_LONG_GAP : MW_PATTERN_GAP);
        return text[i + 1] == '*' ? i + 1 : i;
    case '#':
        add(c, OP_DIGIT, 0);
        break;
    case '~':
        add(c, OP_EDGE, 0);
        break;
    case '^':
        add(c, OP_START, 0);
        break;
    case '$':
        add(c, OP_END, 0);
        break;
    case '\\':
        if (text[i + 1])
            i++;
        G_GNUC_FALLTHROUGH;
    default:
        add(c, OP_BYTE, (unsigned char)g_ascii_tolower(text[i]));
    }
    return i;
}

/* How seldom bytes are: higher for the rarer ones. */
static unsigned rarity(unsigned char byte) {
    /* a to z by their place in " etaoinsrhldcumfpgwybvkxjqz" */
    static const uint8_t letters[] = {3, 20, 12, 11, 1, 15, 17, 9,  5,  24, 22, 10, 14,
                                      6, 4,  16, 25, 8, 7,  2,  13, 21, 18, 23, 19, 26};
    return byte >= 'a' && byte <= 'z' ? letters[byte - 'a'] : byte == ' ' ? 0 : 14;
}

/* The pairs of the steps, which may_match() looks for. */
static void set_pairs(step *steps, size_t n) {
    step *heads[MW_PATTERN_DEPTH];
    unsigned best[MW_PATTERN_DEPTH];
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) {
        step *s = &steps[i];
        if (s->op == OP_CLOSE || s->op == OP_BAR)
            depth--;
        if (s->op == OP_OPEN || s->op == OP_BAR) {
            heads[depth] = s;
            best[depth++] = 0;
        }
        if (s->op != OP_BYTE || steps[i + 1].op != OP_BYTE)
            continue;
        unsigned char byte = (unsigned char)s->arg, next = (unsigned char)steps[i + 1].arg;
        unsigned rare = 1 + rarity(byte) + rarity(next);
        s->pair = (uint16_t)mw_pair(byte, next);
        if (rare > best[depth - 1]) {
            best[depth - 1] = rare;
            heads[depth - 1]->second = heads[depth - 1]->pair;
            heads[depth - 1]->pair = s->pair;
        }
    }
}

static void add_head(GArray *out, const step *s, size_t at) {
    head one = {s->pair, s->second, (uint16_t)at};
    g_array_append_val(out, one);
}

/* Those of a group's alternatives, for the outermost one at "at"; false when one has none. Moves *open to
 * where it closes. */
static bool group_heads(const step *steps, size_t at, size_t *open, GArray *out) {
    bool all = true;
    for (; steps[*open].op != OP_CLOSE; *open = steps[*open].arg) {
        all = all && steps[*open].pair != NO_PAIR;
        add_head(out, &steps[*open], at);
    }
    return all;
}

/* Those at the head of an outermost alternative; where it has none, those of the first group in it that can't
 * do without. */
static void alternative_heads(const step *steps, size_t at, GArray *out) {
    guint before = out->len;
    for (size_t i = at + 1; steps[at].pair == NO_PAIR && i < steps[at].arg; i++) {
        if (steps[i].op != OP_OPEN)
            continue;
        if (group_heads(steps, at, &i, out))
            return;
        g_array_set_size(out, before);
    }
    add_head(out, &steps[at], at);
}

static mw_wording *finish(mw_arena *arena, const step *from, size_t n) {
    step *steps = mw_memdup(arena, from, n * sizeof *steps);
    set_pairs(steps, n);
    g_autoptr(GArray) heads = g_array_new(FALSE, FALSE, sizeof(head));
    for (size_t at = 0; at != n - 1; at = steps[at].arg)
        alternative_heads(steps, at, heads);
    mw_wording *out = mw_alloc(arena, sizeof *out + heads->len * sizeof *out->heads);
    *out = (mw_wording){.steps = steps, .n_heads = heads->len};
    memcpy(out->heads, heads->data, heads->len * sizeof *out->heads);
    return out;
}

const mw_wording *mw_wording_compile(mw_arena *arena, const char *text, const char **problem) {
    size_t len = strlen(text);
    g_autofree step *steps = g_new(step, len + 2); /* one a byte, and the group around all */
    compiler c = {.steps = steps};
    if (len > MW_PATTERN_LENGTH)
        c.problem = "it is too long";
    else if (len == 0)
        c.problem = "it is empty";
    open_group(&c); /* so that a bar outside groups works */
    for (size_t i = 0; i < len && !c.problem; i++)
        i = compile_byte(&c, text, i);
    if (!c.problem)
        end_alternative(&c, OP_CLOSE);
    if (!c.problem && c.depth != 0)
        c.problem = "a group is not closed";
    mw_wording *pattern = NULL;
    if (!c.problem) {
        pattern = finish(arena, c.steps, c.n);
    } else if (problem) {
        *problem = c.problem;
    }
    return pattern;
}

/* ---- the text ---------------------------------------------------------------------------------------- */

static bool word_byte(unsigned char c) {
    return g_ascii_isalnum(c) || (c & 0x80);
}

/* Small letters for capitals beyond ASCII, where both take two bytes: those of Latin, Greek and Cyrillic. */
static void fold_letters(unsigned char *text, size_t len) {
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] < 0xc3 || text[i] > 0xd4 || (text[i + 1] & 0xc0) != 0x80)
            continue;
        gunichar small = g_unichar_tolower((gunichar)(text[i] & 0x1f) << 6 | (text[i + 1] & 0x3f));
        if (small >= 0x80 && small < 0x800) {
            text[i] = (unsigned char)(0xc0 | small >> 6);
            text[i + 1] = (unsigned char)(0x80 | (small & 0x3f));
        }
        i++;
    }
}

const mw_wording_text *mw_wording_text_new(mw_arena *arena, mw_span text) {
    mw_wording_text *out = mw_new(arena, mw_wording_text);
    out->len = MIN(text.len, (size_t)MW_PATTERN_TEXT);
    out->words = out->len / 64 + 1;
    unsigned char *low = (unsigned char *)mw_strndup(arena, text.data, out->len);
    fold_letters(low, out->len);
    uint8_t rows = 1;
    for (size_t i = 0; i < out->len; i++) {
        low[i] = (unsigned char)(low[i] >= 'A' && low[i] <= 'Z' ? low[i] | 0x20 : low[i]);
        if (!out->row[low[i]])
            out->row[low[i]] = rows++; /* 230 at the most: capitals are not among them */
    }
    mw_pairs_read(&out->pairs, (mw_span){(const char *)low, out->len});
    out->pairs.bits[0] |= 1; /* NO_PAIR */
    out->places = mw_new_n(arena, uint64_t, rows * out->words);
    bool before = false;
    for (size_t i = 0; i <= out->len; i++) {
        unsigned char c = low[i]; /* NUL behind the last one */
        uint64_t bit = UINT64_C(1) << (i & 63);
        bool word = i < out->len && word_byte(c);
        if (!(before && word))
            out->edge[i >> 6] |= bit;
        before = word;
        if (i == out->len)
            break;
        out->places[out->row[c] * out->words + (i >> 6)] |= bit;
        if (g_ascii_isdigit(c))
            out->digit[i >> 6] |= bit;
    }
    return out;
}

/* ---- matching ---------------------------------------------------------------------------------------- */

/* out = set moved n places up; in place works. */
static void shift(uint64_t *out, const uint64_t *set, size_t words, size_t n) {
    size_t whole = n >> 6, rest = n & 63;
    for (size_t i = words; i-- > 0;) {
        uint64_t high = i >= whole ? set[i - whole] << rest : 0;
        uint64_t low = rest && i > whole ? set[i - whole - 1] >> (64 - rest) : 0;
        out[i] = high | low;
    }
}

/* Every place from 0 to gap behind one of the set. */
static void smear(uint64_t *set, size_t words, size_t gap) {
    uint64_t moved[MAX_WORDS];
    for (size_t done = 0; done < gap;) {
        size_t n = MIN(done + 1, gap - done);
        shift(moved, set, words, n);
        for (size_t i = 0; i < words; i++)
            set[i] |= moved[i];
        done += n;
    }
}

/* The set after one byte that is in allowed. */
static bool take(uint64_t *set, const uint64_t *allowed, size_t words) {
    uint64_t carry = 0, any = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t kept = set[i] & allowed[i];
        set[i] = kept << 1 | carry;
        carry = kept >> 63;
        any |= kept;
    }
    return any != 0;
}

static bool keep(uint64_t *set, const uint64_t *allowed, size_t words) {
    uint64_t any = 0;
    for (size_t i = 0; i < words; i++)
        any |= set[i] &= allowed[i];
    return any != 0;
}

static bool keep_place(uint64_t *set, size_t words, size_t at) {
    uint64_t bit = set[at >> 6] & UINT64_C(1) << (at & 63);
    memset(set, 0, words * sizeof *set);
    set[at >> 6] = bit;
    return bit != 0;
}

static bool plain_step(const step *s, uint64_t *set, const mw_wording_text *text) {
    switch ((op)s->op) {
    case OP_BYTE:
        return take(set, text->places + text->row[s->arg] * text->words, text->words);
    case OP_DIGIT:
        return take(set, text->digit, text->words);
    case OP_EDGE:
        return keep(set, text->edge, text->words);
    case OP_GAP:
        smear(set, text->words, s->arg);
        return true;
    case OP_START:
        return keep_place(set, text->words, 0);
    default:
        return keep_place(set, text->words, text->len);
    }
}

typedef struct level {
    uint64_t before[MAX_WORDS], after[MAX_WORDS];
} level;

static bool has_both(const mw_wording_text *text, unsigned pair, unsigned second) {
    return mw_pairs_has(&text->pairs, pair) && mw_pairs_has(&text->pairs, second);
}

/* Whether the text has all pairs of neighbouring bytes that one way through the outermost alternative at
 * "at" takes: most texts lack some, and are done with at once. */
static bool may_match(const step *steps, size_t at, const mw_wording_text *text) {
    size_t ends[MW_PATTERN_DEPTH] = {steps[at].arg}, depth = 1;
    for (size_t i = at + 1; i < ends[0]; i++) {
        while (steps[i].op == OP_BAR) /* this way through the group will do */
            i = steps[i].arg;
        if (steps[i].op == OP_CLOSE)
            depth--;
        if (steps[i].op == OP_OPEN)
            ends[depth++] = steps[i].arg;
        while (!has_both(text, steps[i].pair, steps[i].second)) {
            while (depth > 1 && steps[ends[depth - 1]].op == OP_CLOSE)
                depth--; /* no way through the group: none through the one around it */
            if (depth == 1)
                return false;
            i = ends[depth - 1]; /* the next alternative, behind its bar */
            ends[depth - 1] = steps[i].arg;
        }
    }
    return true;
}

/* Whether any place is left at the end of the outermost alternative at "at". */
static bool matches_alternative(const step *steps, size_t at, const mw_wording_text *text) {
    if (!may_match(steps, at, text))
        return false;
    level levels[MW_PATTERN_DEPTH];
    uint64_t set[MAX_WORDS];
    size_t bytes = text->words * sizeof(uint64_t);
    size_t ends[MW_PATTERN_DEPTH] = {steps[at].arg}, depth = 1, end = ends[0];
    memset(set, 0xff, bytes);
    for (size_t i = at + 1; i < ends[0]; i++) {
        const step *s = &steps[i];
        if (s->op == OP_OPEN) {
            memcpy(levels[depth].before, set, bytes);
            memset(levels[depth].after, 0, bytes);
            ends[depth++] = end = s->arg;
        } else if (s->op == OP_BAR || s->op == OP_CLOSE) {
            level *top = &levels[depth - 1];
            for (size_t w = 0; w < text->words; w++)
                top->after[w] |= set[w];
            memcpy(set, s->op == OP_BAR ? top->before : top->after, bytes);
            if (s->op == OP_BAR)
                ends[depth - 1] = end = s->arg;
            else
                end = ends[--depth - 1];
        } else if (!plain_step(s, set, text)) {
            if (depth == 1)
                return false;
            i = end - 1; /* nothing is left of this alternative: on to its end */
        }
    }
    /* places behind the end of the text are none */
    if (text->len % 64 != 63)
        set[text->words - 1] &= (UINT64_C(2) << text->len % 64) - 1;
    for (size_t w = 0; w < text->words; w++) {
        if (set[w])
            return true;
    }
    return false;
}

bool mw_wording_match(const mw_wording *pattern, const mw_wording_text *text) {
    const head *tried = NULL;
    for (const head *h = pattern->heads; h < pattern->heads + pattern->n_heads; h++) {
        if ((tried && tried->at == h->at) || !has_both(text, h->pair, h->second))
            continue;
        if (matches_alternative(pattern->steps, h->at, text))
            return true;
        tried = h;
    }
    return false;
}

/* ---- many patterns ----------------------------------------------------------------------------------- */

/* An outermost alternative of a pattern, under a pair that it needs. */
typedef struct entry {
    uint16_t pair, second, alternative;
} entry;

struct mw_wordings {
    size_t n_alternatives;
    const mw_alternative *alternatives; /* in the order of the patterns */
    const entry *entries;
    uint32_t first[MW_PAIRS + 1]; /* of each pair, in entries */
};

static int by_pair(gconstpointer a, gconstpointer b) {
    const entry *x = a, *y = b;
    return x->pair - y->pair;
}

static void add_pattern(GArray *alternatives, GArray *entries, const mw_wording *wording, guint number) {
    for (size_t i = 0; i < wording->n_heads; i++) {
        const head *h = &wording->heads[i];
        mw_alternative one = {wording, (uint16_t)number, h->at};
        if (i == 0 || h[-1].at != h->at)
            g_array_append_val(alternatives, one);
        entry e = {h->pair, h->second, (uint16_t)(alternatives->len - 1)};
        g_array_append_val(entries, e);
    }
}

const mw_wordings *mw_wordings_new(mw_arena *arena, const GPtrArray *patterns) {
    g_autoptr(GArray) alternatives = g_array_new(FALSE, FALSE, sizeof(mw_alternative));
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(entry));
    for (guint i = 0; i < patterns->len; i++)
        add_pattern(alternatives, entries, patterns->pdata[i], i);
    if (alternatives->len > UINT16_MAX)
        return NULL;
    g_array_sort(entries, by_pair);
    mw_wordings *all = mw_new(arena, mw_wordings);
    all->n_alternatives = alternatives->len;
    all->alternatives = mw_memdup(arena, alternatives->data, alternatives->len * sizeof(mw_alternative));
    all->entries = mw_memdup(arena, entries->data, entries->len * sizeof(entry));
    for (guint i = 0; i < entries->len; i++)
        all->first[g_array_index(entries, entry, i).pair + 1] = i + 1;
    for (size_t pair = 1; pair <= MW_PAIRS; pair++)
        all->first[pair] = MAX(all->first[pair], all->first[pair - 1]);
    return all;
}

/* As a bit each. */
static void sift(const mw_wordings *all, const mw_wording_text *text, uint64_t *may) {
    for (size_t word = 0; word < MW_PAIRS / 64; word++) {
        for (uint64_t bits = text->pairs.bits[word]; bits; bits &= bits - 1) {
            size_t pair = word * 64 + (size_t)__builtin_ctzll(bits);
            for (size_t i = all->first[pair]; i < all->first[pair + 1]; i++) {
                const entry *e = &all->entries[i];
                may[e->alternative / 64] |= (uint64_t)mw_pairs_has(&text->pairs, e->second)
                                            << e->alternative % 64;
            }
        }
    }
}

const mw_alternative *mw_wordings_sift(const mw_wordings *all, mw_arena *arena, const mw_wording_text *text,
                                       size_t *n) {
    size_t words = all->n_alternatives / 64 + 1;
    uint64_t *may = mw_new_n(arena, uint64_t, words);
    sift(all, text, may);
    *n = 0;
    for (size_t word = 0; word < words; word++)
        *n += (size_t)__builtin_popcountll(may[word]);
    mw_alternative *out = mw_new_n(arena, mw_alternative, *n), *to = out;
    for (size_t word = 0; word < words; word++) {
        for (uint64_t bits = may[word]; bits; bits &= bits - 1)
            *to++ = all->alternatives[word * 64 + (size_t)__builtin_ctzll(bits)];
    }
    return out;
}

bool mw_alternative_match(const mw_alternative *alternative, const mw_wording_text *text) {
    return matches_alternative(alternative->of->steps, alternative->head, text);
}
