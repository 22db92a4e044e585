/* The record parser on any bytes: what it says must hold together. */
#include "dmarc/record.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_dmarc_record *record =
        mw_dmarc_record_read(arena, (mw_span){(const char *)data, size}, "_dmarc.example");
    g_assert_cmpuint(record->defects->len, <=, MW_MAX_RECORD_DEFECTS);
    g_assert_cmpuint(record->n_rua, <=, MW_MAX_REPORT_URIS);
    g_assert_cmpuint(record->pct, <=, 100);
    for (guint i = 0; i < record->defects->len; i++)
        g_assert_nonnull(((const mw_spf_advice *)record->defects->pdata[i])->text);
    mw_policy policy = mw_dmarc_record_policy(record, MW_FOR_MISSING);
    if (record->kind == MW_DMARC_OTHER || record->kind == MW_DMARC_PRETENDER)
        g_assert_cmpint(policy, ==, MW_POLICY_ABSENT);
    if (record->kind == MW_DMARC_RECORD)
        g_assert_true(size >= 8 && (data[0] | 0x20) == 'v');
    return 0;
}
