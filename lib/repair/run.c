#include "repair/run.h"

#include <time.h>

const mw_repair_edit *mw_repair_edit_new(mw_arena *arena, mw_repair_kind kind, const char *words) {
    mw_repair_edit *edit = mw_new(arena, mw_repair_edit);
    *edit = (mw_repair_edit){kind, words};
    return edit;
}

mw_repair_run mw_repair_run_start(mw_arena *scratch, mw_hash hash) {
    GPtrArray *digests = g_ptr_array_new_with_free_func((GDestroyNotify)mw_digest_free);
    mw_arena_own(scratch, digests, (GDestroyNotify)g_ptr_array_unref);
    return (mw_repair_run){.scratch = scratch, .hash = hash, .digests = digests};
}

int64_t mw_repair_clock(void) {
    struct timespec now;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
               ? (int64_t)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000
               : g_get_monotonic_time();
}

enum {
    ALWAYS = 2
}; /* candidates that are tried whatever they take: the mail as it is, and without a footer */

static bool is_late(const mw_repair_run *run) {
    return mw_repair_clock() > run->deadline;
}

bool mw_repair_charge(mw_repair_run *run, uint64_t n) {
    uint64_t before = run->work;
    run->work += n;
    if (run->over || run->candidates <= ALWAYS)
        return !run->over;
    bool look = before >> 20 != run->work >> 20;
    if (run->work > run->max_work || (look && is_late(run)))
        run->cut_short = run->ended = true;
    run->over = run->ended || run->work > run->stage_work;
    return !run->over;
}

bool mw_repair_spend(mw_repair_run *run, uint64_t n) {
    if (run->over)
        return false;
    run->candidates++;
    if (run->candidates > MAX(run->max_candidates, ALWAYS))
        run->ended = true;
    run->over = run->ended || run->candidates > MAX(run->stage_candidates, ALWAYS);
    return mw_repair_charge(run, n + MW_REPAIR_WORK_CANDIDATE);
}

bool mw_repair_on_time(mw_repair_run *run) {
    if (!run->over && run->candidates > ALWAYS && is_late(run))
        run->over = run->ended = run->cut_short = true;
    return !run->over;
}

bool mw_repair_stage(mw_repair_run *run, unsigned percent) {
    run->stage_candidates = run->candidates + run->max_candidates / 100 * percent;
    run->stage_work = run->work + run->max_work / 100 * percent;
    run->over = run->ended;
    return !run->over;
}

/* ---- one candidate ---- */

static mw_digest *digest_of_number(mw_repair_run *run, guint number) {
    while (run->digests->len <= number + 1)
        g_ptr_array_add(run->digests, mw_digest_new(run->hash));
    return run->digests->pdata[number + 1];
}

mw_repair_hasher mw_repair_hasher_new(mw_repair_run *run, guint number) {
    mw_repair_hasher hasher = {.digest = digest_of_number(run, number)};
    mw_digest_set(hasher.digest, run->digests->pdata[0]);
    return hasher;
}

mw_repair_hasher mw_repair_hasher_copy(const mw_repair_hasher *from, mw_digest *digest) {
    mw_digest_set(digest, from->digest);
    return (mw_repair_hasher){digest, from->written, from->held};
}

static void add_bytes(const mw_repair_run *run, mw_repair_hasher *hasher, const char *bytes, size_t len) {
    if (run->has_length) {
        uint64_t room = run->length > hasher->written ? run->length - hasher->written : 0;
        len = (size_t)MIN(room, len);
    }
    mw_digest_add(hasher->digest, bytes, len);
    hasher->written += len;
}

static const char many_line_ends[] = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";

void mw_repair_hasher_add(const mw_repair_run *run, mw_repair_hasher *hasher, mw_span text) {
    if (!run->body) {
        add_bytes(run, hasher, text.data, text.len);
        return;
    }
    uint64_t ends = 0;
    while (text.len >= 2 && text.data[text.len - 1] == '\n' && text.data[text.len - 2] == '\r') {
        text.len -= 2;
        ends++;
    }
    if (text.len) {
        for (uint64_t left = hasher->held * 2; left;) {
            size_t n = (size_t)MIN(left, sizeof(many_line_ends) - 1);
            add_bytes(run, hasher, many_line_ends, n);
            left -= n;
        }
        hasher->held = 0;
        add_bytes(run, hasher, text.data, text.len);
    }
    hasher->held += ends;
}

static bool is_wanted(mw_repair_run *run, const mw_digest_value *value) {
    if (run->want.len)
        return mw_digest_equal(value, &run->want);
    mw_repair_charge(run, MW_REPAIR_WORK_VERIFY);
    return mw_key_verify(run->key, run->signature, run->hash, value);
}

static bool matches(mw_repair_run *run, const mw_repair_hasher *hasher, bool ends) {
    mw_repair_charge(run, MW_REPAIR_WORK_COMPARE);
    size_t line_end = run->body && (hasher->written || run->canon == MW_CANON_SIMPLE) ? 2 : 0;
    if (run->has_length) {
        if (hasher->written + line_end < run->length)
            return false;
        line_end = (size_t)MIN(line_end, run->length - hasher->written);
    }
    mw_digest_value value = ends ? mw_digest_end_with(hasher->digest, "\r\n", line_end)
                                 : mw_digest_get_with(hasher->digest, "\r\n", line_end);
    return is_wanted(run, &value);
}

bool mw_repair_hasher_matches(mw_repair_run *run, const mw_repair_hasher *hasher) {
    return matches(run, hasher, false);
}

bool mw_repair_hasher_ends(mw_repair_run *run, const mw_repair_hasher *hasher) {
    return matches(run, hasher, true);
}

enum { CUT_BYTES = 64 * 1024, CUT_LINES = 1500 };

/* Adds a piece line by line and compares after each one that is not empty. Bytes of the piece at a match,
 * SIZE_MAX without. */
static size_t add_lines(mw_repair_run *run, mw_repair_hasher *hasher, mw_span piece, size_t *lines) {
    size_t at = 0;
    while (at < piece.len) {
        size_t n = mw_span_find(mw_span_from(piece, at), '\n');
        size_t next = n == SIZE_MAX ? piece.len : at + n + 1;
        mw_repair_hasher_add(run, hasher, mw_span_slice(piece, at, next));
        at = next;
        if (hasher->held == 1 && *lines) {
            --*lines;
            if (mw_repair_hasher_matches(run, hasher))
                return at;
        }
    }
    return SIZE_MAX;
}

static size_t sum(const mw_span *pieces, size_t n) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += pieces[i].len;
    return total;
}

mw_span mw_repair_keep(const mw_repair_run *run, const mw_span *pieces, size_t n_pieces, size_t size) {
    enum { MAX_KEPT = 256 * 1024 };
    g_autoptr(GString) text = g_string_new(NULL);
    if (size > MAX_KEPT)
        return (mw_span){0};
    for (size_t i = 0; i < n_pieces && text->len < size; i++)
        mw_span_append(text, mw_span_slice(pieces[i], 0, MIN(pieces[i].len, size - text->len)));
    return mw_span_copy(run->scratch, mw_span_of_string(text));
}

static int64_t try_pieces(mw_repair_run *run, const mw_span *pieces, size_t n_pieces, size_t total,
                          bool cut) {
    size_t at = 0, lines = CUT_LINES;
    if (!mw_repair_spend(run, total))
        return MW_REPAIR_NO_MATCH;
    mw_repair_hasher hasher = mw_repair_hasher_new(run, 0);
    size_t from = total > CUT_BYTES ? total - CUT_BYTES : 0;
    for (size_t i = 0; i < n_pieces; i++) {
        mw_span piece = pieces[i];
        if (!cut || run->has_length || at + piece.len <= from) {
            mw_repair_hasher_add(run, &hasher, piece);
        } else {
            size_t start = at < from ? from - at : 0;
            /* from the start of a line on */
            while (start && start < piece.len && piece.data[start - 1] != '\n')
                start++;
            mw_repair_hasher_add(run, &hasher, mw_span_slice(piece, 0, start));
            size_t end = add_lines(run, &hasher, mw_span_from(piece, start), &lines);
            if (end != SIZE_MAX) {
                size_t left_out = total - at - start - end;
                return left_out ? (int64_t)left_out : MW_REPAIR_WHOLE;
            }
        }
        at += piece.len;
    }
    return mw_repair_hasher_ends(run, &hasher) ? MW_REPAIR_WHOLE : MW_REPAIR_NO_MATCH;
}

int64_t mw_repair_try(mw_repair_run *run, const mw_span *pieces, size_t n_pieces, bool cut) {
    size_t total = sum(pieces, n_pieces);
    int64_t left_out = try_pieces(run, pieces, n_pieces, total, cut);
    if (left_out != MW_REPAIR_NO_MATCH)
        run->was = mw_repair_keep(run, pieces, n_pieces, total - (size_t)MAX(left_out, 0));
    return left_out;
}

/* ---- a product of choices ---- */

mw_repair_slot mw_repair_slot_new(void) {
    return (mw_repair_slot){g_array_new(FALSE, FALSE, sizeof(mw_repair_choice)),
                            g_array_new(FALSE, FALSE, sizeof(mw_span))};
}

void mw_repair_slot_clear(mw_repair_slot *slot) {
    g_array_unref(slot->choices);
    g_array_unref(slot->texts);
}

typedef struct product {
    mw_repair_run *run;
    const mw_repair_place *places;
    size_t n_places;
    const mw_repair_slot *slots;
    size_t *chosen;
    bool decided[MW_REPAIR_MAX_PLACES];           /* by slot */
    unsigned reachable[MW_REPAIR_MAX_PLACES + 1]; /* by place: the most that slots from there on can cost */
    uint64_t size;
} product;

static mw_span text_at(const product *p, size_t place) {
    const mw_repair_place *at = &p->places[place];
    if (at->slot < 0)
        return at->fixed;
    return mw_repair_choice_text(&p->slots[at->slot], p->decided[at->slot] ? p->chosen[at->slot] : 0,
                                 at->index);
}

/* As chosen, and as it stands. */
static void keep(product *p) {
    g_autofree mw_span *pieces = g_new(mw_span, p->n_places);
    for (size_t i = 0; i < p->n_places; i++)
        pieces[i] = text_at(p, i);
    p->run->was = mw_repair_keep(p->run, pieces, p->n_places, sum(pieces, p->n_places));
    memset(p->decided, 0, sizeof p->decided);
    for (size_t i = 0; i < p->n_places; i++)
        pieces[i] = text_at(p, i);
    p->run->is = mw_repair_keep(p->run, pieces, p->n_places, sum(pieces, p->n_places));
}

static bool finish(product *p, size_t place, mw_repair_hasher *hasher) {
    if (!mw_repair_spend(p->run, p->size))
        return false;
    for (; place < p->n_places; place++)
        mw_repair_hasher_add(p->run, hasher, text_at(p, place));
    return mw_repair_hasher_ends(p->run, hasher);
}

/* left: what the slots from place on must cost together. The hasher is used up. */
static bool descend(product *p, size_t place, unsigned left, guint level, mw_repair_hasher *hasher) {
    if (left == 0)
        return finish(p, place, hasher);
    for (; place < p->n_places; place++) {
        int slot = p->places[place].slot;
        if (left > p->reachable[place] || p->run->over)
            return false;
        if (slot >= 0 && !p->decided[slot] && p->slots[slot].choices->len > 1)
            break;
        mw_repair_hasher_add(p->run, hasher, text_at(p, place));
    }
    if (place == p->n_places)
        return false;
    const mw_repair_place *at = &p->places[place];
    const mw_repair_slot *slot = &p->slots[at->slot];
    p->decided[at->slot] = true;
    for (guint i = 0; i < slot->choices->len; i++) {
        unsigned cost = mw_repair_choice_at(slot, i)->cost;
        if (cost > left)
            continue;
        p->chosen[at->slot] = i;
        mw_repair_charge(p->run, MW_REPAIR_WORK_COMPARE / 2);
        mw_repair_hasher next = mw_repair_hasher_copy(hasher, digest_of_number(p->run, level + 1));
        mw_repair_hasher_add(p->run, &next, mw_repair_choice_text(slot, i, at->index));
        if (descend(p, place + 1, left - cost, level + 1, &next))
            return true;
        if (p->run->over)
            break;
    }
    p->decided[at->slot] = false;
    p->chosen[at->slot] = 0;
    return false;
}

static void prepare(product *p, size_t n_slots) {
    bool seen[MW_REPAIR_MAX_PLACES] = {false};
    unsigned most[MW_REPAIR_MAX_PLACES] = {0};
    for (size_t s = 0; s < n_slots; s++)
        for (guint i = 0; i < p->slots[s].choices->len; i++)
            most[s] = MAX(most[s], mw_repair_choice_at(&p->slots[s], i)->cost);
    unsigned *own = p->reachable; /* first what each place adds itself */
    for (size_t i = 0; i < p->n_places; i++) {
        int slot = p->places[i].slot;
        own[i] = slot >= 0 && !seen[slot] ? most[slot] : 0;
        if (slot >= 0)
            seen[slot] = true;
        p->size += text_at(p, i).len;
    }
    p->reachable[p->n_places] = 0;
    for (size_t i = p->n_places; i-- > 0;)
        p->reachable[i] += p->reachable[i + 1];
}

bool mw_repair_product(mw_repair_run *run, const mw_repair_place *places, size_t n_places,
                       const mw_repair_slot *slots, size_t n_slots, unsigned min_cost, unsigned max_cost,
                       size_t *chosen) {
    if (n_places > MW_REPAIR_MAX_PLACES || n_slots > MW_REPAIR_MAX_PLACES)
        return false;
    product p = {.run = run, .places = places, .n_places = n_places, .slots = slots, .chosen = chosen};
    for (size_t s = 0; s < n_slots; s++)
        chosen[s] = 0;
    prepare(&p, n_slots);
    bool found = false;
    for (unsigned cost = min_cost; cost <= MIN(max_cost, p.reachable[0]) && !found && !run->over; cost++) {
        mw_repair_hasher hasher = mw_repair_hasher_new(run, 0);
        found = descend(&p, 0, cost, 0, &hasher);
    }
    if (found)
        keep(&p);
    return found;
}
