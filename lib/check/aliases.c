/* Names that hold an alias and another record: DNS allows nothing beside a CNAME (RFC 1034 section 3.6.2). */
#include "check/check.h"
#include "dns/source.h"

static bool is_told(const mw_facts *facts, const char *name) {
    for (guint i = 0; i < facts->findings->len; i++) {
        const mw_finding *finding = facts->findings->pdata[i];
        if (strcmp(finding->symbol->name, "DNS_BESIDE_ALIAS") == 0 && strcmp(finding->evidence, name) == 0)
            return true;
    }
    return false;
}

static void run(mw_facts *facts) {
    enum { MAX_NAMES = 5 };
    if (!mw_dns_marked(facts->dns))
        return;
    GPtrArray *asked = mw_dns_questions(facts->dns, facts->arena);
    for (guint i = 0, told = 0; i < asked->len && told < MAX_NAMES; i++) {
        const mw_asked *question = asked->pdata[i];
        const char *name = question->beside_alias ? mw_name_text(facts->arena, &question->name) : NULL;
        if (!name || is_told(facts, name))
            continue;
        mw_finding *finding =
            mw_hit(facts, "DNS_BESIDE_ALIAS",
                   "%s has an alias (CNAME) and another record beside it, which DNS does not "
                   "allow: which of them a receiver sees depends on its resolver",
                   name);
        finding->evidence = name;
        finding->fix = mw_printf(facts->arena,
                                 "Delete one of the two at %s: the CNAME, or what stands beside it.", name);
        told++;
    }
}

const mw_check mw_check_aliases = {.name = "aliases", .run = run, .subject = MW_OF_BOTH};
