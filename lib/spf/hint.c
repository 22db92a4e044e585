/* What to do about a record that breaks the grammar: the common slips, by what stands there. */
#include "spf/front.h"

static bool has_high_byte(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((uint8_t)text.data[i] >= 0x80)
            return true;
    return false;
}

/* The name before ":", "=" or "/". */
static mw_span name_of(mw_span term) {
    size_t n = 0;
    term = mw_spf_unqualified(term);
    while (n < term.len && !strchr(":=/", term.data[n]))
        n++;
    return mw_span_slice(term, 0, n);
}

/* One letter more, less or other; or two neighbours swapped. */
static bool is_near(mw_span word, const char *want) {
    size_t n = strlen(want), same = 0, tail = 0;
    while (same < n && same < word.len && g_ascii_tolower(word.data[same]) == want[same])
        same++;
    while (tail < n - same && tail < word.len - same &&
           g_ascii_tolower(word.data[word.len - 1 - tail]) == want[n - 1 - tail])
        tail++;
    size_t left = word.len - same - tail, right = n - same - tail;
    if (left == 2 && right == 2)
        return g_ascii_tolower(word.data[same]) == want[same + 1] &&
               g_ascii_tolower(word.data[same + 1]) == want[same];
    return left <= 1 && right <= 1;
}

const char *mw_spf_meant(mw_span name) {
    static const char *const others[][2] = {
        {"ipv4", "ip4"}, {"ip", "ip4"},         {"ipv6", "ip6"},           {"includes", "include"},
        {"host", "a"},   {"domain", "include"}, {"redirect", "redirect="},
    };
    static const char *const names[] = {"include", "exists", "redirect", "all", "ip4", "ip6", "ptr", "mx"};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (mw_span_is(name, others[i][0]))
            return others[i][1];
    for (size_t i = 0; i < G_N_ELEMENTS(names) && name.len > 1; i++)
        if (is_near(name, names[i]))
            return names[i];
    return NULL;
}

static const char *address_hint(mw_arena *arena, mw_span term, const char *shown) {
    mw_span rest = term;
    mw_span name = mw_span_cut(&rest, ':');
    mw_span address = rest;
    address = mw_span_cut(&address, '/');
    mw_ip ip;
    bool known = mw_ip_parse(address, &ip);
    bool four = mw_span_ends(name, "ip4");
    if (known && (ip.family == 4) != four)
        return mw_printf(arena, "write %s in place of %s: it is an IPv%d address.",
                         four ? "ip6:" : "ip4:", four ? "ip4:" : "ip6:", ip.family);
    for (size_t i = 0; i < address.len; i++)
        if (g_ascii_isalpha(address.data[i]) && mw_span_find(address, ':') == SIZE_MAX)
            return mw_printf(arena, "\"%s\" names a host, not an address: write a: in place of %s:.", shown,
                             four ? "ip4" : "ip6");
    return mw_printf(arena, "correct the address in \"%s\"%s.", shown,
                     four ? ": four numbers from 0 to 255 with dots between them, and nothing else" : "");
}

static bool ends_in_glued_all(mw_span term) {
    return term.len > 5 && mw_span_ends(term, "all") && strchr("+-~?", term.data[term.len - 4]);
}

static const char *byte_hint(mw_arena *arena, mw_span term, const char *shown) {
    if (has_high_byte(term))
        return mw_printf(
            arena,
            "type \"%s\" anew with plain characters: it holds one that a word processor or a web "
            "page put in, such as a long dash or a curly quote.",
            shown);
    return "take the tab, line break or other control character out of the record; terms stand apart by one "
           "blank.";
}

static const char *mechanism_hint(mw_arena *arena, mw_span term, const char *shown) {
    mw_span name = name_of(term);
    const char *word = mw_spf_meant(name);
    mw_ip ip;
    mw_span rest = mw_spf_unqualified(term), address = mw_span_cut(&rest, '/');
    if (mw_ip_parse(address, &ip))
        return mw_printf(arena, "write ip%d:%s in place of %s.", ip.family, shown, shown);
    if (word && strcmp(word, "redirect=") == 0)
        return "write redirect= with an equals sign, not a colon.";
    if (word)
        return mw_printf(arena, "correct \"%s\": %s was meant, it seems.", shown, word);
    if (mw_span_find(name, '.') != SIZE_MAX)
        return mw_printf(arena,
                         "write what \"%s\" is to be: include:%s for a provider's record, a:%s for a host.",
                         shown, shown, shown);
    return mw_printf(arena, "correct \"%s\" or take it out of the record.", shown);
}

const char *mw_spf_syntax_hint(mw_arena *arena, const mw_spf_record *record) {
    mw_span term = record->error_text;
    const char *shown = mw_spf_words(arena, term, 60);
    if (g_str_has_prefix(record->error, "the byte"))
        return byte_hint(arena, term, shown);
    if (term.len && strchr(",;\"", term.data[term.len - 1]))
        return mw_printf(arena, "take the \"%c\" out of \"%s\": terms stand apart by blanks alone.",
                         term.data[term.len - 1], shown);
    if (ends_in_glued_all(term))
        return mw_printf(arena, "put a blank before the \"%s\" at the end of \"%s\".",
                         mw_span_dup(arena, mw_span_from(term, term.len - 4)), shown);
    if (term.data[term.len - 1] == ':' || term.data[term.len - 1] == '=')
        return mw_printf(arena, "take out the blank behind \"%s\", or put the domain there.", shown);
    if (strcmp(record->error, "bad address") == 0)
        return address_hint(arena, term, shown);
    if (strcmp(record->error, "unknown mechanism") == 0 ||
        strcmp(record->error, "neither a mechanism nor a modifier") == 0)
        return mechanism_hint(arena, term, shown);
    if (g_str_has_suffix(record->error, "stands twice"))
        return mw_printf(arena, "take out one of the two: \"%s\".", shown);
    return mw_printf(arena, "correct \"%s\" or take it out of the record.", shown);
}
