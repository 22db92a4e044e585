/* The modules live (unbound.c, libunbound), doh (doh.c, libcurl) and rdata (ldns.c, ldns). */
#include "base/module.h"
#include "dns/ldns.h"
#include "dns/source.h"

static mw_source *no_source(GError **error) {
    mw_modules_good(error);
    return NULL;
}

static bool no_rdata(const char **why) {
    *why = "the part that reads such records can't be loaded";
    return false;
}

MW_LATE(MW_MODULE_LIVE, mw_source *, mw_source_unbound, (const mw_unbound_options *options, GError **error),
        (options, error), no_source(error))
MW_LATE(MW_MODULE_DOH, mw_source *, mw_source_doh, (const mw_doh_options *options, GError **error),
        (options, error), no_source(error))
MW_LATE(MW_MODULE_RDATA, uint16_t, mw_any_type_read, (mw_span name), (name), 0)
MW_LATE(MW_MODULE_RDATA, char *, mw_any_type_text, (mw_arena * arena, uint16_t type), (arena, type),
        mw_printf(arena, "TYPE%u", type))
MW_LATE(MW_MODULE_RDATA, bool, mw_rdata_read,
        (mw_arena * arena, uint16_t type, const char *text, const mw_name *origin, mw_rdata *out,
         const char **why),
        (arena, type, text, origin, out, why), no_rdata(why))
MW_LATE(MW_MODULE_RDATA, char *, mw_rdata_text, (mw_arena * arena, uint16_t type, const mw_rdata *rdata),
        (arena, type, rdata), mw_strdup(arena, ""))
