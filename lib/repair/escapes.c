#include "repair/escapes.h"

#include "dkim/screen.h"

enum {
    MAX_ESCAPES = 5000,          /* lines that are looked at */
    MAX_SUBSET = 10,             /* lines of which every choice is tried */
    MAX_WORK = 96 * 1024 * 1024, /* bytes that are hashed */
    MAX_WANTS = 8,
};

/* A line that begins with "From ", perhaps behind some ">". */
typedef struct escape {
    size_t at; /* in the body */
    size_t marks;
    bool after_blank;
} escape;

typedef enum change { KEEP, TAKE, PUT } change;

typedef struct undoing {
    mw_arena *arena;
    mw_span body;
    GArray *escapes;
    change *changes; /* one an escape */
    mw_signature signatures[MAX_WANTS];
    size_t n_signatures;
    mw_span *pieces;
    size_t work;
} undoing;

static void find_escapes(undoing *u) {
    mw_span body = u->body;
    bool after_blank = true;
    for (size_t at = 0; at < body.len && u->escapes->len < MAX_ESCAPES;) {
        size_t n = mw_span_find(mw_span_from(body, at), '\n');
        size_t end = n == SIZE_MAX ? body.len : at + n;
        escape e = {.at = at, .after_blank = after_blank};
        while (at + e.marks < end && body.data[at + e.marks] == '>')
            e.marks++;
        if (end - at >= e.marks + 5 && memcmp(body.data + at + e.marks, "From ", 5) == 0)
            g_array_append_val(u->escapes, e);
        after_blank = end - at <= 1; /* CR */
        at = end + 1;
    }
}

/* The body with the changes, as pieces of what is there; returns how many. */
static size_t lay_out(undoing *u) {
    size_t n = 0, from = 0;
    for (guint i = 0; i < u->escapes->len; i++) {
        const escape *e = &g_array_index(u->escapes, escape, i);
        if (u->changes[i] == KEEP)
            continue;
        u->pieces[n++] = mw_span_slice(u->body, from, e->at);
        from = e->at;
        if (u->changes[i] == TAKE)
            from++;
        else
            u->pieces[n++] = MW_SPAN(">");
    }
    u->pieces[n++] = mw_span_from(u->body, from);
    return n;
}

static bool fits(undoing *u) {
    mw_body_want wants[MAX_WANTS];
    size_t n = lay_out(u);
    u->work += u->body.len * u->n_signatures + 1000;
    for (size_t i = 0; i < u->n_signatures; i++)
        wants[i] = mw_signature_body_want(&u->signatures[i]);
    mw_body_hashes(u->pieces, n, wants, u->n_signatures);
    for (size_t i = 0; i < u->n_signatures; i++)
        if (mw_signature_body_matches(&u->signatures[i], &wants[i]))
            return true;
    return false;
}

/* ---- the conventions ---- */

typedef change (*convention)(const escape *e);

static change mboxrd(const escape *e) {
    return e->marks ? TAKE : KEEP;
}

static change mboxo(const escape *e) {
    return e->marks == 1 ? TAKE : KEEP;
}

static change behind_blank(const escape *e) {
    return e->marks && e->after_blank ? TAKE : KEEP;
}

/* A program took one off that was the mail's own. */
static change taken_mboxo(const escape *e) {
    return e->marks ? KEEP : PUT;
}

static change taken_mboxrd(const escape *e) {
    return PUT;
}

static bool try_convention(undoing *u, convention rule) {
    bool any = false;
    for (guint i = 0; i < u->escapes->len; i++) {
        u->changes[i] = rule(&g_array_index(u->escapes, escape, i));
        any |= u->changes[i] != KEEP;
    }
    return any && u->work < MAX_WORK && fits(u);
}

/* Every choice among the lines for which the rule has a change. */
static bool try_subsets(undoing *u, convention rule) {
    guint lines[MAX_SUBSET], n = 0;
    for (guint i = 0; i < u->escapes->len; i++) {
        u->changes[i] = KEEP;
        if (rule(&g_array_index(u->escapes, escape, i)) == KEEP)
            continue;
        if (n == MAX_SUBSET)
            return false;
        lines[n++] = i;
    }
    for (unsigned chosen = 1; chosen < (1u << n) && u->work < MAX_WORK; chosen++) {
        for (guint i = 0; i < n; i++)
            u->changes[lines[i]] =
                chosen >> i & 1 ? rule(&g_array_index(u->escapes, escape, lines[i])) : KEEP;
        if (fits(u))
            return true;
    }
    return false;
}

/* ---- */

static bool any_says(const mw_message *message, const char *word) {
    static const char *const names[] = {"Authentication-Results", "ARC-Authentication-Results"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        for (const mw_field *f = NULL; (f = mw_message_next_field(message, f, names[i]));)
            if (mw_span_search(f->value, word) != SIZE_MAX)
                return true;
    return false;
}

/* A store did it, not somebody on the way: a From_ line or a recorded pass says so, else a delivery, unless a
 * list had the mail or a server saw it broken. What is left to the search for edits is never a pass. */
static bool is_stored(const mw_message *message) {
    if (message->had_mbox_line || any_says(message, "dkim=pass"))
        return true;
    if (any_says(message, "dkim=fail") || mw_message_field(message, "List-Id") ||
        mw_message_field(message, "X-BeenThere"))
        return false;
    return mw_message_field(message, "Received") || mw_message_field(message, "Return-Path");
}

static void read_signatures(undoing *u, const mw_message *message) {
    for (const mw_field *f = NULL;
         u->n_signatures < MAX_WANTS && (f = mw_message_next_field(message, f, "DKIM-Signature"));) {
        mw_signature_read(u->arena, f, &u->signatures[u->n_signatures]);
        if (u->signatures[u->n_signatures].body_hash.len)
            u->n_signatures++;
    }
}

static const mw_message *rewritten(undoing *u, const mw_message *message) {
    size_t n = lay_out(u), taken = 0, put = 0;
    GString *raw = g_string_sized_new(message->raw.len + u->escapes->len);
    g_string_append_len(raw, message->raw.data, (gssize)(message->body.data - message->raw.data));
    size_t head = raw->len;
    for (size_t i = 0; i < n; i++)
        g_string_append_len(raw, u->pieces[i].data, (gssize)u->pieces[i].len);
    for (guint i = 0; i < u->escapes->len; i++) {
        taken += u->changes[i] == TAKE;
        put += u->changes[i] == PUT;
    }
    mw_message *out = mw_memdup(u->arena, message, sizeof *out);
    out->raw = mw_span_copy(u->arena, mw_span_of_string(raw));
    g_string_free(raw, TRUE);
    out->header = mw_span_slice(out->raw, 0, message->header.len);
    out->body = mw_span_from(out->raw, head);
    out->unescaped = mw_printf(
        u->arena, "\">\" was %s %zu line%s that begin%s with \"From \": the signature's body hash fits then",
        taken ? "taken off" : "put back before", taken + put, taken + put == 1 ? "" : "s",
        taken + put == 1 ? "s" : "");
    return out;
}

const mw_message *mw_escapes_undo(mw_arena *arena, const mw_message *message) {
    static const convention rules[] = {mboxrd, mboxo, behind_blank, taken_mboxo, taken_mboxrd};
    undoing u = {.arena = arena, .body = message->body};
    u.escapes = g_array_new(FALSE, FALSE, sizeof(escape));
    mw_arena_own(arena, u.escapes, (GDestroyNotify)g_array_unref);
    find_escapes(&u);
    if (u.escapes->len == 0)
        return message;
    read_signatures(&u, message);
    u.changes = mw_new_n(arena, change, u.escapes->len);
    u.pieces = mw_new_n(arena, mw_span, 2 * u.escapes->len + 1);
    if (u.n_signatures && fits(&u))
        return message;
    bool found = false;
    if (!is_stored(message))
        u.n_signatures = 0;
    for (size_t i = 0; u.n_signatures && i < G_N_ELEMENTS(rules) && !found; i++)
        found = try_convention(&u, rules[i]);
    found = found || (u.n_signatures && (try_subsets(&u, mboxrd) || try_subsets(&u, taken_mboxrd)));
    if (found)
        return rewritten(&u, message);
    mw_message *out = mw_memdup(arena, message, sizeof *out);
    for (guint i = 0; i < u.escapes->len; i++)
        out->escapes_unknown |= g_array_index(u.escapes, escape, i).marks > 0;
    return out;
}
