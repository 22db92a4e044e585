/* The search engine of repair: candidates are hashed until one gives the wanted digest, the cheapest first.
 * For repair*.c alone.
 */
#pragma once

#include "dkim/key.h"

typedef enum mw_repair_kind {
    MW_REPAIR_FOOTER,
    MW_REPAIR_BANNER,
    MW_REPAIR_TAG,
    MW_REPAIR_FROM,
    MW_REPAIR_ADDED,
    MW_REPAIR_UNSIGNED, /* a field that servers add was signed as absent, and came to it */
    MW_REPAIR_DROPPED,
    MW_REPAIR_FIELD, /* a field's value was rewritten */
    MW_REPAIR_PART,  /* a MIME part, or a wrapper around all */
    MW_REPAIR_ENCODING,
    MW_REPAIR_ESCAPE,  /* ">From ", dots */
    MW_REPAIR_RECODED, /* from one encoding for transport to another */
    MW_REPAIR_CUT,     /* long lines */
    MW_REPAIR_SPACE,   /* blanks, blank lines, line ends */
    MW_REPAIR_FOLD,
    MW_REPAIR_QUOTES,
    MW_REPAIR_KINDS,
} mw_repair_kind;

typedef struct mw_repair_edit {
    mw_repair_kind kind;
    const char *words; /* what was done to the mail */
} mw_repair_edit;

const mw_repair_edit *mw_repair_edit_new(mw_arena *arena, mw_repair_kind kind, const char *words);

/* One half of the search: begun with mw_repair_run_start(). */
typedef struct mw_repair_run {
    mw_arena *scratch;
    bool body; /* the text is canonical lines: empty ones at the end don't count (RFC 6376 section 3.4.3) */
    mw_canon canon;
    mw_hash hash;
    mw_digest_value want; /* len 0: the key is asked about every candidate */
    const mw_key *key;    /* for that */
    mw_span signature;    /* the same */
    bool has_length;      /* l= */
    uint64_t length;      /* the same */
    uint64_t candidates, max_candidates, work, max_work;
    uint64_t stage_candidates, stage_work; /* where the stage ends */
    int64_t deadline;                      /* of mw_repair_clock() */
    bool over;                             /* a bound of the run or of its stage was reached */
    bool ended;                            /* one of the run */
    bool cut_short;     /* by time or size: a smaller mail would have been searched further */
    GPtrArray *digests; /* kept for one candidate after the other; the first has taken nothing yet */
    mw_span was, is;    /* when it is found: the canonical text as it was signed, and as it stands; data NULL:
                        too long to keep */
} mw_repair_run;

mw_repair_run mw_repair_run_start(mw_arena *scratch, mw_hash hash);

/* A copy of the first size bytes of the pieces for was and is; data NULL where it is too long. */
mw_span mw_repair_keep(const mw_repair_run *run, const mw_span *pieces, size_t n_pieces, size_t size);

/* Work is counted, not timed, so that the same mail gives the same result on any machine, however busy it is.
 * The unit is what one byte costs to hash; the rest as measured beside that. */
enum {
    MW_REPAIR_WORK_CANDIDATE = 1000, /* to begin with one, or to make one's words */
    MW_REPAIR_WORK_COMPARE = 700,    /* to end a digest and compare it */
    MW_REPAIR_WORK_VERIFY = 150000,  /* where the key has to be asked: Ed25519 */
    MW_REPAIR_WORK_TEXT = 3,         /* a byte of a new body: copied, canonicalised, split into lines */
    MW_REPAIR_WORK_CODE = 8,         /* a byte decoded and encoded again */
};
/* n is done, or about to be. False when the run is over its bounds. */
bool mw_repair_charge(mw_repair_run *run, uint64_t n);
/* The same of one more candidate, of which n bytes are hashed. */
bool mw_repair_spend(mw_repair_run *run, uint64_t n);
/* False when the run is over its bounds: to be asked before much is copied. */
bool mw_repair_on_time(mw_repair_run *run);
/* Microseconds of this thread's own time, for the net under the count: what other programs do changes no
 * result.
 */
int64_t mw_repair_clock(void);
/* A new stage, which may take up to percent of the run's bounds. False when the run is at its end. */
bool mw_repair_stage(mw_repair_run *run, unsigned percent);

/* ---- one candidate ---- */

typedef struct mw_repair_hasher {
    mw_digest *digest;
    uint64_t written, held; /* bytes; line ends held back */
} mw_repair_hasher;

/* With the digest of that number, which is the run's and starts anew. */
mw_repair_hasher mw_repair_hasher_new(mw_repair_run *run, guint number);
/* As from is now; digest, another one, is used for it. */
mw_repair_hasher mw_repair_hasher_copy(const mw_repair_hasher *from, mw_digest *digest);
void mw_repair_hasher_add(const mw_repair_run *run, mw_repair_hasher *hasher, mw_span text);
/* Ends it and compares. The hasher may be added to afterwards. */
bool mw_repair_hasher_matches(mw_repair_run *run, const mw_repair_hasher *hasher);
/* The same, cheaper, of one that is done with then. */
bool mw_repair_hasher_ends(mw_repair_run *run, const mw_repair_hasher *hasher);

enum { MW_REPAIR_WHOLE = -1, MW_REPAIR_NO_MATCH = -2 };
/* Hashes pieces of canonical lines laid end to end. MW_REPAIR_WHOLE when they match. With cut, lines at the
 * end are left out, too: how many bytes are left out of the pieces then. MW_REPAIR_NO_MATCH otherwise. */
int64_t mw_repair_try(mw_repair_run *run, const mw_span *pieces, size_t n_pieces, bool cut);

/* ---- a product of choices ---- */

typedef struct mw_repair_choice {
    guint first;   /* of the slot's texts: one for each of its places */
    unsigned cost; /* 0: as it stands; else 1 (often seen) and more */
    size_t size;   /* of its texts, where they are compared with others; else 0 */
    unsigned mark; /* of what is taken away; the same in two slots: the same text; 0: nothing to compare */
    mw_repair_edit edit;
    mw_span was; /* for edits without words */
} mw_repair_choice;

typedef struct mw_repair_slot {
    GArray *choices; /* of mw_repair_choice; the first is the text as it stands */
    GArray *texts;   /* of mw_span, canonical */
} mw_repair_slot;

static inline const mw_repair_choice *mw_repair_choice_at(const mw_repair_slot *slot, size_t number) {
    return &g_array_index(slot->choices, mw_repair_choice, number);
}
static inline mw_span mw_repair_choice_text(const mw_repair_slot *slot, size_t number, unsigned index) {
    return g_array_index(slot->texts, mw_span, mw_repair_choice_at(slot, number)->first + index);
}
mw_repair_slot mw_repair_slot_new(void);
void mw_repair_slot_clear(mw_repair_slot *slot);

typedef struct mw_repair_place {
    mw_span fixed; /* where slot is -1 */
    int slot;
    unsigned index; /* of the slot's texts */
} mw_repair_place;

enum { MW_REPAIR_MAX_PLACES = 160 };
/* Tries all choices of the slots together, the least total cost first, from min_cost to max_cost. At a match
 * chosen (one number a slot) is filled in. Slots are chosen in the order of their first places. */
bool mw_repair_product(mw_repair_run *run, const mw_repair_place *places, size_t n_places,
                       const mw_repair_slot *slots, size_t n_slots, unsigned min_cost, unsigned max_cost,
                       size_t *chosen);
