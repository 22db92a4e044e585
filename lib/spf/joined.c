/* Strings of a TXT record are joined as they stand (RFC 7208 section 3.3): a blank that is missing at the
 * seam makes one term of two. */
#include "spf/front.h"

/* A seam costs two parses of the word around it: hostile records have thousands of seams, or words without an
 * end. */
enum { MAX_SEAMS = 64, MAX_WORD = 512 };

static bool is_whole_term(mw_arena *arena, mw_span word) {
    mw_span text = mw_span_of(mw_printf(arena, "v=spf1 %.*s", (int)word.len, word.data));
    const mw_spf_record *record = mw_spf_parse(arena, text);
    return word.len && !record->error && record->n_terms == 1 &&
           record->terms[0].kind != MW_SPF_UNKNOWN_MODIFIER;
}

static size_t word_start(mw_span text, size_t at) {
    size_t least = at > MAX_WORD ? at - MAX_WORD : 0;
    while (at > least && text.data[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_end(mw_span text, size_t at) {
    size_t most = MIN(text.len, at + MAX_WORD);
    while (at < most && text.data[at] != ' ')
        at++;
    return at;
}

/* Both sides of the seam are terms by themselves, or the first is the version. */
static bool lacks_blank(mw_arena *arena, mw_span text, size_t seam) {
    if (seam == 0 || seam >= text.len || text.data[seam - 1] == ' ' || text.data[seam] == ' ')
        return false;
    size_t from = word_start(text, seam), to = word_end(text, seam);
    mw_span left = mw_span_slice(text, from, seam), right = mw_span_slice(text, seam, to);
    bool version = from == 0 && mw_span_is(left, "v=spf1");
    return (version || is_whole_term(arena, left)) && is_whole_term(arena, right);
}

const char *mw_spf_split_joined(mw_arena *arena, const mw_rdata *rdata, mw_span text) {
    if (!rdata || mw_span_find(text, '\0') != SIZE_MAX)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    bool found = false;
    unsigned seams = 0;
    for (size_t at = 0, seam = 0; at < rdata->len && seam < text.len;) {
        size_t n = MIN((size_t)rdata->data[at], text.len - seam);
        if (seam && seams++ < MAX_SEAMS && lacks_blank(arena, text, seam)) {
            g_string_append_c(out, ' ');
            found = true;
        }
        g_string_append_len(out, text.data + seam, (gssize)n);
        seam += n;
        at += 1 + (size_t)rdata->data[at];
    }
    return found ? mw_strdup(arena, out->str) : NULL;
}
