/* Lists that are gone. */
#include "check/zones.h"
#include "base/domain.h"

const char *mw_zone_dead(const mw_data *data, mw_arena *arena, const char *zone) {
    const mw_table *table = mw_data_table(data, "dnsbl_dead.tsv", NULL);
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        const char *name = row[0][0] == '.' ? row[0] + 1 : row[0];
        if (!(name == row[0] ? g_ascii_strcasecmp(zone, name) == 0 : mw_domain_below(zone, name)))
            continue;
        return *row[2] ? mw_printf(arena, "%s is gone since %s (%s)", row[1], row[2], row[3])
                       : mw_printf(arena, "%s is no list to ask: %s", row[1], row[3]);
    }
    return NULL;
}
