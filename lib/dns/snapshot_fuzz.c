#include "dns/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that is taken must answer, be recorded, and say the same again. */
static void check_recording(mw_source *source) {
    static const char *const names[] = {"a", "b.a", "*.a", "x.a", "\\000.a", "."};
    static const uint16_t types[] = {MW_TYPE_A, MW_TYPE_TXT, MW_TYPE_MX, MW_TYPE_CNAME, MW_TYPE_SOA};
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(mw_dns) dns = mw_dns_new(source, NULL), again = NULL;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < G_N_ELEMENTS(names) * G_N_ELEMENTS(types); i++) {
            mw_name name;
            uint16_t type = types[i % G_N_ELEMENTS(types)];
            g_assert_true(mw_name_read_escaped(mw_span_of(names[i / G_N_ELEMENTS(types)]), &name));
            const mw_answer *first = mw_dns_query(dns, &name, type, MW_FOR_AUTH, "fuzz");
            if (!pass)
                continue;
            const mw_answer *second = mw_dns_query(again, &name, type, MW_FOR_AUTH, "fuzz");
            /* of two contradicting sets behind one alias only one can be written */
            if (first->status != MW_DNS_OK || name.len > 1)
                g_assert_cmpint(first->status, ==, second->status);
        }
        if (!pass) {
            mw_dns_stats stats = mw_dns_statistics(dns);
            const char *text = mw_dns_recording(dns, 0, &stats, arena);
            g_autoptr(GError) error = NULL;
            again = mw_dns_new(mw_source_replay_bytes(mw_span_of(text), "again", &error), NULL);
            g_assert_no_error(error);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    mw_source *source = mw_source_zone_bytes((mw_span){(const char *)data, size}, "fuzz", NULL);
    if (source)
        check_recording(source);
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(mw_changes) changes = mw_changes_new();
    if (text[0] != '@' && mw_changes_add(changes, text, NULL)) {
        g_autoptr(mw_dns) dns = mw_dns_new(mw_source_overlay(mw_source_none(), changes), NULL);
        mw_dns_query_text(dns, "b.a", MW_TYPE_A, MW_FOR_AUTH, "fuzz");
    }
    return 0;
}
