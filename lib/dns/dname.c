#include "dns/dname.h"

#include <string.h>

/* The labels of name above its last parent.len octets, in front of target. */
static bool replace_end(const mw_name *name, const mw_name *parent, const mw_name *target, mw_name *out) {
    size_t front = (size_t)(name->len - parent->len);
    if (front + target->len > sizeof out->wire)
        return false;
    mw_name rewritten = {.len = (uint8_t)(front + target->len)};
    memcpy(rewritten.wire, name->wire, front);
    memcpy(rewritten.wire + front, target->wire, target->len);
    *out = rewritten;
    return true;
}

bool mw_dname_rewrite(const mw_rrsets *sets, const mw_name *name, mw_name *out) {
    if (!mw_rrsets_has_dname(sets))
        return false;
    mw_name up = *name, target;
    while (up.len > 1) {
        mw_name_parent(&up, 1, &up);
        const mw_rrset *set = mw_rrsets_find(sets, &up, MW_TYPE_DNAME);
        if (set && set->records->len && mw_rdata_name(&g_array_index(set->records, mw_rdata, 0), &target))
            return replace_end(name, &up, &target, out);
    }
    return false;
}
