/* The parser, the hints and both macro expanders, on any bytes. The first byte chooses the values. */
#include "spf/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *validated(void *data, const char *domain) {
    return domain;
}

static void expand(mw_arena *arena, mw_span text, uint8_t choice) {
    mw_spf_values values = {.sender = "a.b-c+d@x.test",
                            .local_part = choice & 1 ? "a.b-c+d" : "",
                            .sender_domain = "x.test",
                            .helo = choice & 2 ? "h.test" : NULL,
                            .validated = validated};
    mw_ip_parse(mw_span_of(choice & 4 ? "192.0.2.1" : "2001:db8::1"), &values.client_ip);
    if (mw_spf_check_macros(text, false, false) == SIZE_MAX)
        g_assert_cmpuint(strlen(mw_spf_expand_domain(arena, &values, text, "d.x.test")), <=, 66000);
    if (mw_spf_check_macros(text, true, true) == SIZE_MAX)
        g_assert_nonnull(mw_spf_expand_text(arena, &values, text, "d.x.test"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span text = {(const char *)data + 1, size - 1};
    expand(arena, text, data[0]);
    if (!mw_spf_is_record(text))
        return 0;
    const mw_spf_record *record = mw_spf_parse(arena, text);
    if (record->error)
        g_assert_nonnull(mw_spf_syntax_hint(arena, record));
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        g_assert_true(term->text.data >= text.data &&
                      term->text.data + term->text.len <= text.data + text.len);
        g_assert_cmpuint(term->ip4_bits, <=, 32);
        g_assert_cmpuint(term->ip6_bits, <=, 128);
        if (term->spec.data)
            expand(arena, term->spec, data[0]);
    }
    return 0;
}
