#include "repair/offers.h"

enum {
    MAX_FOLDS = 40,   /* places at which one fold is tried */
    FOLDED_FROM = 60, /* octets of a field that somebody folds */
};

/* At a fold: moves *at to its last blank. */
static bool skip_fold(mw_span value, size_t *at) {
    size_t i = *at;
    if (value.data[i] != '\r' || i + 2 >= value.len || value.data[i + 1] != '\n')
        return false;
    i += 2; /* its first blank */
    while (i + 1 < value.len && mw_repair_is_blank(value.data[i + 1]))
        i++;
    *at = i;
    return true;
}

void mw_repair_offer_blanks(const mw_repair_offers *o) {
    if (o->most < 2)
        return;
    mw_span value = o->field->value;
    const char *words = mw_printf(o->arena, "blanks in %s were changed", o->name);
    g_autoptr(GString) joined = g_string_new(NULL), tight = g_string_new(NULL), loose = g_string_new(NULL);
    for (size_t i = 0; i < value.len; i++)
        if (!skip_fold(value, &i))
            g_string_append_c(joined, value.data[i]);
    const char *text = mw_repair_flat(o->arena, value);
    for (const char *p = text; *p; p++) {
        g_string_append_c(tight, *p);
        g_string_append_c(loose, *p);
        if (!strchr(",;", *p))
            continue;
        if (p[1] && !mw_repair_is_blank(p[1]))
            g_string_append_c(loose, ' ');
        while (mw_repair_is_blank(p[1])) {
            g_string_append_c(loose, p[1]);
            p++;
        }
    }
    mw_repair_give(o, mw_strdup(o->arena, joined->str), 2, MW_REPAIR_FOLD, words);
    mw_repair_give(o, mw_printf(o->arena, " %s", tight->str), 3, MW_REPAIR_FOLD, words);
    mw_repair_give(o, mw_printf(o->arena, " %s", loose->str), 3, MW_REPAIR_FOLD, words);
}

static bool has_blanks_together(mw_span value) {
    for (size_t i = 1; i < value.len; i++)
        if (mw_repair_is_blank(value.data[i]) && mw_repair_is_blank(value.data[i - 1]))
            return true;
    return false;
}

mw_span mw_repair_refold(mw_arena *arena, mw_span value, unsigned which) {
    static const char *const folds[] = {"\r\n\t", "\r\n ", "\r\n  ", "\r\n    ", "\r\n        ", " ", ""};
    if (which == MW_REPAIR_UNFOLDED ? !has_blanks_together(value)
                                    : which < G_N_ELEMENTS(folds) && mw_span_find(value, '\r') == SIZE_MAX)
        return value;
    g_autoptr(GString) out = g_string_new(NULL);
    if (which == MW_REPAIR_UNFOLDED) { /* the line end became a blank, and what followed it stayed */
        for (size_t i = 0; i < value.len; i++) {
            bool end = value.data[i] == ' ' && i + 1 < value.len && mw_repair_is_blank(value.data[i + 1]) &&
                       (i == 0 || !mw_repair_is_blank(value.data[i - 1]));
            g_string_append(out, end ? "\r\n" : "");
            if (!end)
                g_string_append_c(out, value.data[i]);
        }
        return mw_span_copy(arena, mw_span_of_string(out));
    }
    if (which >= G_N_ELEMENTS(folds)) { /* blanks at the end */
        while (value.len && mw_repair_is_blank(value.data[value.len - 1]))
            value.len--;
        return value;
    }
    for (size_t i = 0; i < value.len; i++) {
        if (skip_fold(value, &i) && folds[which][0])
            g_string_append(out, folds[which]);
        else /* "" keeps the blank that the fold had */
            g_string_append_c(out, value.data[i]);
    }
    return mw_span_copy(arena, mw_span_of_string(out));
}

/* " " and the text, folded before the word that goes beyond the width. */
static const char *folded_at(const mw_repair_offers *o, const char *text, const char *fold, size_t width) {
    g_autoptr(GString) out = g_string_new(" ");
    size_t column = strlen(o->name) + 2;
    g_auto(GStrv) words = g_strsplit(text, " ", 200);
    for (size_t i = 0; words[i]; i++) {
        size_t n = strlen(words[i]);
        bool here = i && column + 1 + n > width;
        if (i)
            g_string_append(out, here ? fold : " ");
        column = here ? 1 + n : column + (i > 0) + n;
        g_string_append(out, words[i]);
    }
    return mw_strdup(o->arena, out->str);
}

/* Before every word behind a comma, or at 72 to 78 columns. */
void mw_repair_offer_one_fold(const mw_repair_offers *o, const char *text, unsigned cost, mw_repair_kind kind,
                              const char *words) {
    const char *const folds[] = {"\r\n ", "\r\n\t"};
    unsigned n = 0;
    if (cost > o->most || strlen(o->name) + 2 + strlen(text) < FOLDED_FROM)
        return;
    for (const char *p = strchr(text, ' '); p && n < MAX_FOLDS; p = strchr(p + 1, ' '))
        for (size_t f = 0; f < G_N_ELEMENTS(folds); f++, n++)
            mw_repair_give(o, mw_printf(o->arena, " %.*s%s%s", (int)(p - text), text, folds[f], p + 1), cost,
                           kind, words);
    for (size_t width = 71; width <= 79; width++)
        for (size_t f = 0; f < G_N_ELEMENTS(folds); f++)
            mw_repair_give(o, folded_at(o, text, folds[f], width), cost, kind, words);
}

void mw_repair_offer_foldings(const mw_repair_offers *o) {
    const char *words = mw_printf(o->arena, "%s was folded anew", o->name);
    const char *text = mw_repair_flat(o->arena, o->field->value);
    for (unsigned which = 0; which < MW_REPAIR_FOLDS; which++)
        o->offer(o->data, mw_repair_refold(o->arena, o->field->value, which), 1, MW_REPAIR_FOLD, words);
    mw_repair_give(o, text, 2, MW_REPAIR_FOLD, words);
    mw_repair_give(o, mw_printf(o->arena, " %s", text), 1, MW_REPAIR_FOLD, words);
    if (o->most < 2)
        return;
    static const char *const folds[] = {"\r\n\t", "\r\n "};
    for (size_t f = 0; f < G_N_ELEMENTS(folds); f++) {
        for (size_t width = 71; width <= 79; width++)
            mw_repair_give(o, folded_at(o, text, folds[f], width), 2, MW_REPAIR_FOLD, words);
        g_autoptr(GString) out = g_string_new(" ");
        g_string_append(out, text);
        g_string_replace(out, ", ", f ? ",\r\n " : ",\r\n\t", 0);
        mw_repair_give(o, mw_strdup(o->arena, out->str), 2, MW_REPAIR_FOLD, words);
        g_string_replace(out, "; ", f ? ";\r\n " : ";\r\n\t", 0);
        mw_repair_give(o, mw_strdup(o->arena, out->str), 2, MW_REPAIR_FOLD, words);
    }
}
