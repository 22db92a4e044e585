#include "check/facts.h"

G_GNUC_PRINTF(4, 0)
static mw_finding *add(mw_facts *facts, const char *symbol, mw_state state, const char *format,
                       va_list args) {
    mw_finding *finding = mw_new(facts->arena, mw_finding);
    finding->symbol = mw_catalogue_find(facts->catalogue, symbol);
    if (!finding->symbol)
        g_error("the symbol %s is not in data/symbols", symbol);
    finding->scale = 1;
    finding->state = state;
    finding->summary = mw_vprintf(facts->arena, format, args);
    g_ptr_array_add(facts->findings, finding);
    return finding;
}

mw_finding *mw_hit(mw_facts *facts, const char *symbol, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_finding *finding = add(facts, symbol, MW_HIT, format, args);
    va_end(args);
    return finding;
}

mw_finding *mw_unknown(mw_facts *facts, const char *symbol, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_finding *finding = add(facts, symbol, MW_STATE_UNKNOWN, format, args);
    va_end(args);
    return finding;
}

void mw_notice(mw_facts *facts, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(facts->notices, mw_vprintf(facts->arena, format, args));
    va_end(args);
}

mw_finding *mw_found(const mw_facts *facts, const char *symbol) {
    for (guint i = 0; i < facts->findings->len; i++) {
        mw_finding *finding = facts->findings->pdata[i];
        if (finding->state == MW_HIT && strcmp(finding->symbol->name, symbol) == 0)
            return finding;
    }
    return NULL;
}

const mw_links *mw_facts_links(mw_facts *facts) {
    if (!facts->links)
        facts->links = mw_links_read(facts->arena, facts->mime);
    return facts->links;
}
