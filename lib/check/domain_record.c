#include "check/domain.h"

const char *mw_domain_record(mw_facts *facts, const char *name, const char *version, const char *why,
                             unsigned *count, bool *failed) {
    const mw_answer *answer = mw_dns_query_text(facts->dns, name, MW_TYPE_TXT, MW_FOR_OTHER, why);
    const char *found = NULL;
    *count = 0;
    *failed = mw_dns_failed(answer->status);
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(facts->arena, &answer->records[i]);
        if (!mw_span_starts(text, version))
            continue;
        if ((*count)++ == 0)
            found = mw_span_dup(facts->arena, text);
    }
    return found;
}
