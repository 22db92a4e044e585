/* Which pairs of neighbouring bytes a text has, ASCII case folded. A text that lacks one of a word's pairs
 * lacks the word: so a text that is searched for a whole list of words is read once, and most words cost
 * nothing.
 */
#pragma once

#include "base/span.h"

enum { MW_PAIRS = 4096 };

typedef struct mw_pairs {
    uint64_t bits[MW_PAIRS / 64];
    bool ascii; /* the text has no other bytes */
} mw_pairs;

/* Of two folded bytes; a few pairs share a number. */
static inline unsigned mw_pair(unsigned char a, unsigned char b) {
    return ((unsigned)a << 5 ^ b) % MW_PAIRS;
}

static inline bool mw_pairs_has(const mw_pairs *pairs, unsigned pair) {
    return pairs->bits[pair / 64] >> pair % 64 & 1;
}

void mw_pairs_read(mw_pairs *pairs, mw_span text);

/* False: the word is not in the text. */
bool mw_pairs_may_hold(const mw_pairs *pairs, const char *word);
/* mw_span_search() in the text that the pairs were read from. */
size_t mw_pairs_search(const mw_pairs *pairs, mw_span text, const char *word);
/* How many of these words (a list that NULL ends) occur in it, up to most. */
size_t mw_pairs_count(const mw_pairs *pairs, mw_span text, const char *const *words, size_t most);

/* The same of a list that is asked about many texts: of each word the two pairs that fewest texts have are
 * looked at first, and in a text of ASCII only words of ASCII are. */
typedef struct mw_words mw_words;
/* The list lives as long as the arena. */
const mw_words *mw_words_new(mw_arena *arena, const char *const *words);
size_t mw_pairs_count_words(const mw_pairs *pairs, mw_span text, const mw_words *words, size_t most);

/* One of the texts (a list that NULL ends) occurs in it, ASCII case folded. */
bool mw_span_holds(mw_span span, const char *const *texts);
