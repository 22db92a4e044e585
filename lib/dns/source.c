#include "dns/source.h"

void mw_source_free(mw_source *source) {
    if (source)
        source->free(source);
}

const mw_dns_run *mw_source_run(const mw_source *source) {
    return source->run;
}

/* ---- nobody ---- */

static void ask_nobody(mw_source *source, mw_question *question) {
    static const mw_answer answer = {.status = MW_DNS_NOTRECORDED};
    question->answered(question, &answer);
}

static void free_nobody(mw_source *source) {
    g_free(source);
}

mw_source *mw_source_none(void) {
    mw_source *source = g_new0(mw_source, 1);
    *source = (mw_source){.kind = MW_SOURCE_NONE, .name = "none", .ask = ask_nobody, .free = free_nobody};
    return source;
}

typedef struct plan {
    mw_source source;
    mw_source *real;
} plan;

static void free_plan(mw_source *source) {
    mw_source_free(((plan *)source)->real);
    g_free(source);
}

mw_source *mw_source_plan(mw_source *real) {
    plan *p = g_new0(plan, 1);
    p->source = (mw_source){.kind = MW_SOURCE_NONE, .name = real->name, .ask = ask_nobody, .free = free_plan};
    p->real = real;
    return &p->source;
}
