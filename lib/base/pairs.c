#include "base/pairs.h"

static inline unsigned char folded(char c) {
    return (unsigned char)c + ((unsigned char)(c - 'A') < 26) * 0x20u;
}

void mw_pairs_read(mw_pairs *pairs, mw_span text) {
    memset(pairs, 0, sizeof *pairs);
    unsigned char before = text.len ? folded(text.data[0]) : 0, all = before;
    for (size_t i = 1; i < text.len; i++) {
        unsigned char now = folded(text.data[i]);
        all |= now;
        unsigned pair = mw_pair(before, now);
        pairs->bits[pair / 64] |= UINT64_C(1) << pair % 64;
        before = now;
    }
    pairs->ascii = all < 0x80;
}

bool mw_pairs_may_hold(const mw_pairs *pairs, const char *word) {
    if (!*word)
        return true;
    unsigned char before = folded(*word++);
    for (; *word; word++) {
        unsigned char now = folded(*word);
        if (!mw_pairs_has(pairs, mw_pair(before, now)))
            return false;
        before = now;
    }
    return true;
}

size_t mw_pairs_search(const mw_pairs *pairs, mw_span text, const char *word) {
    return mw_pairs_may_hold(pairs, word) ? mw_span_search(text, word) : SIZE_MAX;
}

size_t mw_pairs_count(const mw_pairs *pairs, mw_span text, const char *const *words, size_t most) {
    size_t count = 0;
    for (size_t i = 0; words[i] && count < most; i++)
        count += mw_pairs_search(pairs, text, words[i]) != SIZE_MAX;
    return count;
}

/* ---- lists that are kept ---- */

typedef struct kept_word {
    const char *text;
    uint16_t rare[2];
    bool single; /* it has no pair */
} kept_word;

struct mw_words {
    size_t n, n_ascii; /* those of ASCII stand first */
    kept_word words[];
};

/* How seldom each character is in mail, by and large. */
static void tell_rarity(uint8_t rarity[256]) {
    static const char common[] = " etaoinsrhldcumfpgwybv.-,:k0123456789xjqz";
    for (unsigned c = 0; c < 256; c++)
        rarity[c] = sizeof common;
    for (uint8_t i = 0; common[i]; i++)
        rarity[(unsigned char)common[i]] = i;
}

static void find_rare(kept_word *word, const uint8_t rarity[256]) {
    unsigned most[2] = {0, 0};
    for (const char *p = word->text; p[0] && p[1]; p++) {
        unsigned char a = folded(p[0]), b = folded(p[1]);
        unsigned is = rarity[a] + rarity[b] + 1u;
        uint16_t pair = (uint16_t)mw_pair(a, b);
        if (is > most[0]) {
            most[1] = most[0], word->rare[1] = word->rare[0];
            most[0] = is, word->rare[0] = pair;
        } else if (is > most[1]) {
            most[1] = is, word->rare[1] = pair;
        }
    }
    if (!most[1])
        word->rare[1] = word->rare[0];
}

static bool is_ascii(const char *text) {
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

static void keep(mw_words *kept, const char *text, const uint8_t rarity[256]) {
    kept->words[kept->n] = (kept_word){.text = text, .single = !text[0] || !text[1]};
    find_rare(&kept->words[kept->n++], rarity);
}

const mw_words *mw_words_new(mw_arena *arena, const char *const *words) {
    uint8_t rarity[256];
    tell_rarity(rarity);
    size_t n = 0;
    while (words[n])
        n++;
    mw_words *kept = mw_alloc(arena, sizeof *kept + n * sizeof *kept->words);
    kept->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_ascii(words[i]))
            keep(kept, words[i], rarity);
    }
    kept->n_ascii = kept->n;
    for (size_t i = 0; i < n; i++) {
        if (!is_ascii(words[i]))
            keep(kept, words[i], rarity);
    }
    return kept;
}

size_t mw_pairs_count_words(const mw_pairs *pairs, mw_span text, const mw_words *words, size_t most) {
    size_t count = 0;
    const kept_word *end = words->words + (pairs->ascii ? words->n_ascii : words->n);
    for (const kept_word *w = words->words; w < end && count < most; w++) {
        if (w->single || (mw_pairs_has(pairs, w->rare[0]) && mw_pairs_has(pairs, w->rare[1])))
            count += mw_pairs_search(pairs, text, w->text) != SIZE_MAX;
    }
    return count;
}

bool mw_span_holds(mw_span span, const char *const *texts) {
    enum { FEW = 8 }; /* are found sooner than the pairs are read */
    size_t n = 0;
    while (n < FEW && texts[n] && mw_span_search(span, texts[n]) == SIZE_MAX)
        n++;
    if (n < FEW)
        return texts[n] != NULL;
    mw_pairs pairs;
    mw_pairs_read(&pairs, span);
    return mw_pairs_count(&pairs, span, texts + n, 1) > 0;
}
