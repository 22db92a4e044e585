/* One source for many mails at once: each mail has its own engine over a view of it. Answers are kept as long
 * as their TTL says, those that say "there is none" as well; a question that is on its way for one mail
 * serves the others, too. Any number of threads may use it.
 */
#pragma once

#include "dns/source.h"

typedef struct mw_cache mw_cache;

enum { MW_CACHE_ANSWERS = 20000 };

/* Takes over the source. most: how many answers are kept (those longest unused go first); 0: the default. */
mw_cache *mw_cache_new(mw_source *below, unsigned most);
void mw_cache_free(mw_cache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_cache, mw_cache_free)

/* A source for one engine, which must be gone before the cache is. */
mw_source *mw_cache_view(mw_cache *cache);

/* Of a replay: how the recorded run went; else NULL. */
const mw_dns_run *mw_cache_recorded(const mw_cache *cache);

typedef struct mw_cache_numbers {
    const char *source;
    unsigned asked;    /* sent to the source */
    unsigned open;     /* of these: not answered yet */
    uint64_t answered; /* from what was kept, or with another mail's question */
} mw_cache_numbers;
mw_cache_numbers mw_cache_count(mw_cache *cache);
