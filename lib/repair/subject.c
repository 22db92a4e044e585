#include "repair/offers.h"
#include "repair/text.h"
#include "mail/mime.h"

enum { MAX_CUTS = 14 };

/* The value without the bytes from to to (not included). */
static const char *without(mw_arena *arena, mw_span value, size_t from, size_t to) {
    mw_span rest = mw_span_from(value, to);
    return mw_printf(arena, "%.*s%.*s", (int)from, value.data, (int)rest.len, rest.data ? rest.data : "");
}

/* Length of "Re: ", "Fwd: " and the like at the start, the blanks behind included. */
static size_t reply_prefix(mw_span text) {
    static const char *const marks[] = {"re", "fwd", "fw", "aw", "wg", "sv", "vs", "antw", "tr", "rv", "ref"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t n = strlen(marks[i]);
        if (!mw_span_starts(text, marks[i]) || text.len <= n || text.data[n] != ':')
            continue;
        n++;
        while (n < text.len && mw_repair_is_blank(text.data[n]))
            n++;
        return n;
    }
    return 0;
}

static bool looks_like_tag(mw_span removed) {
    removed = mw_span_trim(removed);
    if (!removed.len)
        return false;
    char last = removed.data[removed.len - 1];
    return last && strchr(":*])}>#", last);
}

static const char *tag_words(const mw_repair_offers *o, mw_span removed, const char *where) {
    return mw_printf(o->arena, "\"%s\" was put %s the subject", mw_repair_excerpt(o->arena, removed, 60),
                     where);
}

static void subject_prefixes(const mw_repair_offers *o, mw_span value, size_t base) {
    for (size_t i = base + 1, n = 0; i < value.len && n < MAX_CUTS; i++) {
        char before = value.data[i - 1];
        bool word = mw_repair_is_blank(before) && !mw_repair_is_blank(value.data[i]);
        if (value.data[i] == '\r' || (!word && !strchr("]:)}*", before)))
            continue;
        n++;
        mw_span removed = mw_span_slice(value, base, i);
        unsigned cost = looks_like_tag(removed) ? 1 : 2;
        if (cost > o->most)
            continue;
        const char *words = tag_words(o, removed, "in front of");
        mw_repair_give(o, without(o->arena, value, base, i), cost, MW_REPAIR_TAG, words);
        if (o->most < 2)
            continue;
        if (o->simple && cost == 1 && word) /* and put on one line with it */
            mw_repair_offer_one_fold(o, mw_repair_flat(o->arena, mw_span_from(value, i)), 4, MW_REPAIR_TAG,
                                     mw_printf(o->arena, "%s, and its fold was lost", words));
        size_t re = reply_prefix(mw_span_from(value, i));
        mw_span rest = mw_span_from(value, i);
        if (base > 1 || re) /* the list took "Re:" away, or put it elsewhere */
            mw_repair_give(o, mw_printf(o->arena, " %.*s", (int)(rest.len - re), rest.data + re), 2,
                           MW_REPAIR_TAG, words);
        if (!re && cost == 1)
            mw_repair_give(o, mw_printf(o->arena, " Re: %.*s", (int)rest.len, rest.data), 2, MW_REPAIR_TAG,
                           words);
        if (base > 1 && cost == 1)
            mw_repair_give(o,
                           mw_printf(o->arena, " %.*s%.*s%.*s", (int)removed.len, removed.data, (int)base - 1,
                                     value.data + 1, (int)rest.len, rest.data),
                           3, MW_REPAIR_TAG,
                           mw_printf(o->arena, "\"%s\" was moved in the subject",
                                     mw_repair_excerpt(o->arena, removed, 60)));
    }
}

static void subject_suffixes(const mw_repair_offers *o, mw_span value) {
    for (size_t i = value.len, n = 0; i-- > 1 && n < MAX_CUTS / 2;) {
        if (!mw_repair_is_blank(value.data[i]))
            continue;
        n++;
        mw_span removed = mw_span_from(value, i);
        unsigned cost = looks_like_tag(removed) ? 1 : 2;
        if (cost <= o->most)
            mw_repair_give(o, mw_printf(o->arena, "%.*s", (int)i, value.data), cost, MW_REPAIR_TAG,
                           tag_words(o, removed, "behind"));
    }
}

static void subject_brackets(const mw_repair_offers *o, mw_span value) {
    for (size_t i = 0, n = 0; i < value.len && n < 4; i++) {
        size_t end = value.data[i] == '[' ? mw_span_find(mw_span_from(value, i), ']') : SIZE_MAX;
        if (end == SIZE_MAX)
            continue;
        n++;
        end += i + 1;
        mw_span removed = mw_span_slice(value, i, end);
        const char *words = tag_words(o, removed, "into");
        mw_repair_give(o, without(o->arena, value, i, end), 2, MW_REPAIR_TAG, words);
        while (end < value.len && mw_repair_is_blank(value.data[end]))
            end++;
        mw_repair_give(o, without(o->arena, value, i, end), 2, MW_REPAIR_TAG, words);
    }
}
/* The text in every RFC 2047 form. */
static void give_encoded(const mw_repair_offers *o, const char *text, unsigned cost, mw_repair_kind kind,
                         const char *words) {
    for (unsigned which = 0;; which++) {
        const char *form = mw_repair_encode_word(o->arena, text, which);
        if (!form)
            return;
        if (form[0])
            mw_repair_give(o, mw_printf(o->arena, " %s", form), cost + (which > 16), kind, words);
        if (mw_repair_is_ascii(text) && which >= 16)
            return;
    }
}

void mw_repair_offer_subjects(const mw_repair_offers *o) {
    mw_span value = o->field->value;
    size_t start = 0;
    while (start < value.len &&
           (mw_repair_is_blank(value.data[start]) || value.data[start] == '\r' || value.data[start] == '\n'))
        start++;
    subject_prefixes(o, value, start);
    size_t re = reply_prefix(mw_span_from(value, start));
    if (re)
        subject_prefixes(o, value, start + re);
    subject_suffixes(o, value);
    if (o->most < 2)
        return;
    subject_brackets(o, value);
    const char *raw = mw_repair_flat(o->arena, value), *text = mw_header_decoded(o->arena, o->field);
    if (!text || (mw_repair_is_ascii(raw) && !strstr(raw, "=?")))
        return;
    give_encoded(o, text, 2, MW_REPAIR_FIELD, "the subject was encoded anew");
    mw_span decoded = mw_span_of(text);
    for (size_t i = 1, n = 0; i < decoded.len && n < 4; i++) {
        if (!mw_repair_is_blank(decoded.data[i - 1]) || mw_repair_is_blank(decoded.data[i]))
            continue;
        n++;
        mw_span removed = mw_span_slice(decoded, 0, i);
        give_encoded(o, text + i, looks_like_tag(removed) ? 2 : 3, MW_REPAIR_TAG,
                     tag_words(o, removed, "in front of"));
    }
}
