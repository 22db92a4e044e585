#include "base/pairs.h"

static unsigned char folded(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

void mw_pairs_read(mw_pairs *pairs, mw_span text) {
    memset(pairs, 0, sizeof *pairs);
    unsigned char before = text.len ? folded(text.data[0]) : 0;
    for (size_t i = 1; i < text.len; i++) {
        unsigned char now = folded(text.data[i]);
        unsigned pair = mw_pair(before, now);
        pairs->bits[pair / 64] |= UINT64_C(1) << pair % 64;
        before = now;
    }
}

size_t mw_pairs_search(const mw_pairs *pairs, mw_span text, const char *word) {
    for (size_t i = 0; word[i] && word[i + 1]; i++) {
        if (!mw_pairs_has(pairs, mw_pair(folded(word[i]), folded(word[i + 1]))))
            return SIZE_MAX;
    }
    return mw_span_search(text, word);
}

size_t mw_pairs_count(const mw_pairs *pairs, mw_span text, const char *const *words, size_t most) {
    size_t count = 0;
    for (size_t i = 0; words[i] && count < most; i++)
        count += mw_pairs_search(pairs, text, words[i]) != SIZE_MAX;
    return count;
}

bool mw_span_holds(mw_span span, const char *const *texts) {
    mw_pairs pairs;
    mw_pairs_read(&pairs, span);
    return mw_pairs_count(&pairs, span, texts, 1) > 0;
}
