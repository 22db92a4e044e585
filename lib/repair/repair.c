#include "repair/repair.h"
#include "repair/diff.h"
#include "repair/header.h"
#include "base/limits.h"

/* The bounds of a search. All of the work takes 100 to 150 ms on a machine that hashes 1.4 GB/s; the time is
 * the net under it, for slow ones. */
enum {
    ORDINARY_US = 200 * 1000, /* for which the work is counted out; less time, less of it */
    MAX_BODY_CANDIDATES = 30000,
    MAX_BODY_WORK = 144 * 1024 * 1024,
    MAX_HEADER_CANDIDATES = 40000,
    MAX_HEADER_WORK = 96 * 1024 * 1024,
    LARGE = 1024 * 1024, /* octets of a body */
    MAX_VERIFIED = 500,  /* candidates that each cost a verification (Ed25519) */
};

/* ---- words ---- */

/* What would have avoided an edit. */
static const char leave_text[] = "Ask whoever runs the list or forwarder to add nothing to the text, or to "
                                 "put its own address into From and "
                                 "to sign the mail itself.";
static const char leave_header[] =
    "Ask whoever runs the server that did it to pass on the header as it is. Written in the usual form, the "
    "header gives nobody a reason to correct it.";
static const char encode_text[] = "Send the text as quoted-printable or base64 with lines of at most 76 "
                                  "characters: then no mail server has "
                                  "a reason to change it.";
static const char leave_encoding[] =
    "Ask whoever runs the server that did it to pass on the text in the encoding that "
    "it has: it was fit for every server.";
static const char leave_both[] =
    "Ask whoever runs the list or gateway to leave the subject and the text as they are, "
    "or to put its own address into From and to sign the mail itself.";
static const char sign_already[] =
    "The list has put its own address into From already: it has to sign the mail "
    "itself, too.";
static const char *const avoided[MW_REPAIR_KINDS] = {
    [MW_REPAIR_FOOTER] = leave_text,
    [MW_REPAIR_PART] = leave_text,
    [MW_REPAIR_BANNER] =
        "Whoever puts a warning into mails has to check signatures before that, and not again behind it.",
    [MW_REPAIR_TAG] =
        "Ask whoever runs the list or gateway to leave the subject as it is, or to put its own address into "
        "From and to sign the mail itself.",
    [MW_REPAIR_FROM] =
        "The sender can do nothing here: who rewrites From has to sign the mail with a domain of its own.",
    [MW_REPAIR_ADDED] =
        "Ask whoever runs the server that did it to add no field that the mail has or the signature names.",
    [MW_REPAIR_UNSIGNED] =
        "Set Message-ID, Date and List- fields before signing, or leave them out of h=: the "
        "server that signs names fields that are not there yet.",
    [MW_REPAIR_DROPPED] = "Ask whoever runs the server that did it to pass on all fields of the mail.",
    [MW_REPAIR_FIELD] = leave_header,
    [MW_REPAIR_QUOTES] = leave_header,
    [MW_REPAIR_ENCODING] = encode_text,
    [MW_REPAIR_ESCAPE] = encode_text,
    [MW_REPAIR_CUT] = encode_text,
    [MW_REPAIR_RECODED] = leave_encoding,
    [MW_REPAIR_SPACE] =
        "Sign with c=relaxed/relaxed, which allows for blanks at line ends, and send the text "
        "as quoted-printable or base64.",
    [MW_REPAIR_FOLD] = "Sign with c=relaxed/relaxed, which allows for header lines that are folded anew.",
};

static bool has_kind(const GPtrArray *edits, mw_repair_kind kind) {
    for (guint i = 0; i < edits->len; i++)
        if (((const mw_repair_edit *)edits->pdata[i])->kind == kind)
            return true;
    return false;
}

/* Nobody is told to do what was done and did not help. */
static const char *advice_for(const mw_repair_target *t, const GPtrArray *edits, mw_repair_kind kind) {
    bool own_from = has_kind(edits, MW_REPAIR_FROM);
    if (own_from && (avoided[kind] == leave_text || kind == MW_REPAIR_TAG || kind == MW_REPAIR_FROM))
        return sign_already;
    bool text = has_kind(edits, MW_REPAIR_FOOTER) || has_kind(edits, MW_REPAIR_PART);
    if (text && has_kind(edits, MW_REPAIR_TAG) && (kind == MW_REPAIR_TAG || avoided[kind] == leave_text))
        return leave_both;
    if (kind == MW_REPAIR_SPACE && t->body_canon == MW_CANON_RELAXED)
        return encode_text;
    if (kind == MW_REPAIR_FOLD && t->header_canon == MW_CANON_RELAXED)
        return leave_header;
    return avoided[kind];
}

static const char *avoided_by(mw_arena *arena, const mw_repair_target *t, const GPtrArray *edits) {
    g_autoptr(GString) out = g_string_new(NULL);
    const char *told[2] = {NULL, NULL};
    size_t n = 0;
    for (guint i = 0; i < edits->len && n < G_N_ELEMENTS(told); i++) {
        const mw_repair_edit *edit = edits->pdata[i];
        const char *words = advice_for(t, edits, edit->kind);
        if (n && words == told[0])
            continue;
        told[n++] = words;
        g_string_append_printf(out, "%s%s", out->len ? " " : "", words);
    }
    return out->len ? mw_strdup(arena, out->str) : NULL;
}

static bool is_somebodys(const GPtrArray *edits) {
    static const bool on_purpose[MW_REPAIR_KINDS] = {
        [MW_REPAIR_FOOTER] = true, [MW_REPAIR_PART] = true,  [MW_REPAIR_BANNER] = true,
        [MW_REPAIR_TAG] = true,    [MW_REPAIR_ADDED] = true, [MW_REPAIR_DROPPED] = true};
    for (guint i = 0; i < edits->len; i++)
        if (on_purpose[((const mw_repair_edit *)edits->pdata[i])->kind])
            return true;
    return false;
}

/* ---- who ---- */

/* The host behind "by" of a Received field, or NULL. */
static const char *received_by(mw_arena *arena, const mw_field *field) {
    mw_span text = mw_span_of(mw_field_text(arena, field)), by = text;
    if (!mw_span_starts(text, "by ")) {
        size_t at = mw_span_search(text, " by ");
        if (at == SIZE_MAX)
            return NULL;
        by = mw_span_from(text, at + 1);
    }
    by = mw_span_trim(mw_span_from(by, 3));
    size_t end = 0;
    while (end < by.len && !strchr(" \t;(", by.data[end]))
        end++;
    return end && end < 254 ? mw_repair_excerpt(arena, mw_span_slice(by, 0, end), 253) : NULL;
}

/* A field above the signature says that this domain's signature still passed there. */
static bool records_pass(mw_arena *arena, const mw_field *field, const char *domain) {
    if (!mw_span_is(field->name, "Authentication-Results") &&
        !mw_span_is(field->name, "ARC-Authentication-Results"))
        return false;
    mw_span text = mw_span_of(mw_field_text(arena, field));
    g_autofree char *named = g_strconcat("header.d=", domain, NULL);
    g_autofree char *at = g_strconcat("header.i=@", domain, NULL);
    for (mw_span rest = text; rest.data;) {
        mw_span one = mw_span_trim(mw_span_cut(&rest, ';'));
        if (mw_span_starts(one, "dkim=pass") &&
            (mw_span_search(one, named) != SIZE_MAX || mw_span_search(one, at) != SIZE_MAX))
            return true;
    }
    return false;
}

static const char *list_name(mw_arena *arena, const mw_message *message) {
    const mw_field *field = mw_message_field(message, "List-Id");
    if (!field)
        field = mw_message_field(message, "X-BeenThere");
    if (!field)
        return NULL;
    mw_span text = mw_span_trim(field->value);
    size_t open = mw_span_find(text, '<');
    if (open != SIZE_MAX) {
        mw_span inner = mw_span_from(text, open + 1);
        text = mw_span_cut(&inner, '>');
    }
    return text.len ? mw_repair_excerpt(arena, text, 100) : NULL;
}

/* Hops write above what is there: the lowest Received above the signature is of the first one that had the
 * mail after it was signed; a recorded pass moves that up. */
static const char *made_by(mw_arena *arena, const mw_repair_target *target, const char **host_out) {
    const mw_message *m = target->message;
    size_t own = (size_t)(target->field - m->fields), first = own;
    size_t looked = 0;
    for (size_t i = own; i-- > 0 && target->domain && looked++ < MW_MAX_HOPS;)
        if (records_pass(arena, &m->fields[i], target->domain))
            first = i;
    const char *host = NULL;
    looked = 0;
    for (size_t i = first; i-- > 0 && !host && looked++ < MW_MAX_HOPS;)
        if (mw_span_is(m->fields[i].name, "Received"))
            host = received_by(arena, &m->fields[i]);
    const char *list = list_name(arena, m);
    *host_out = host;
    if (host && first != own)
        return mw_printf(arena, "%s%s%s, the first server behind the one that still saw it pass", host,
                         list ? ", or the list " : "", list ? list : "");
    if (host)
        return mw_printf(arena, "%s%s%s, the first server that took the mail after it was signed", host,
                         list ? ", or the list " : "", list ? list : "");
    if (list)
        return mw_printf(arena, "the list %s", list);
    return NULL;
}

/* ---- search ---- */

static uint64_t share(const mw_repair_target *t, uint64_t work) {
    return work * (uint64_t)MIN(t->budget_us, ORDINARY_US) / ORDINARY_US;
}

static bool search_body(mw_repair_run *run, const mw_repair_target *t, mw_repair_body *out) {
    run->body = true;
    run->canon = t->body_canon;
    run->has_length = t->has_length;
    run->length = t->length;
    run->want.len = (uint8_t)t->body_hash.len;
    memcpy(run->want.bytes, t->body_hash.data, t->body_hash.len);
    run->max_candidates = MAX_BODY_CANDIDATES;
    run->max_work = share(t, MAX_BODY_WORK);
    return mw_repair_body_search(run, t->message, out);
}

static bool search_header(mw_repair_run *run, const mw_repair_target *t, const GArray *hints,
                          GPtrArray *edits) {
    run->canon = t->header_canon;
    run->key = t->key;
    run->signature = t->signature;
    run->max_candidates = run->want.len ? MAX_HEADER_CANDIDATES : MAX_VERIFIED;
    run->max_work = share(t, MAX_HEADER_WORK);
    return mw_repair_header_search(run, t, hints, edits);
}

static void copy_edits(mw_arena *arena, const mw_repair_target *t, GPtrArray *out, const GPtrArray *edits,
                       bool body) {
    for (guint i = 0; i < edits->len; i++) {
        const mw_repair_edit *edit = edits->pdata[i];
        const char *words = mw_strdup(arena, edit->words);
        if (body && t->has_length)
            words =
                mw_printf(arena,
                          "%s (in the covered prefix: l= protects no more than the first %" G_GUINT64_FORMAT
                          " bytes of the text)",
                          words, t->length);
        g_ptr_array_add(out, (gpointer)words);
    }
}

static mw_repair *result(mw_arena *arena, const mw_repair_target *t, const GPtrArray *header,
                         const GPtrArray *body, bool header_found, bool body_found, bool cut_short) {
    guint n = header->len + body->len;
    bool something = (header_found || body_found) && n > 0;
    if (!something && !cut_short)
        return NULL;
    mw_repair *r = mw_new(arena, mw_repair);
    r->edits = mw_array_new(arena);
    r->changes = mw_array_new(arena);
    if (cut_short && !(header_found && body_found))
        r->note = t->message->body.len > LARGE
                      ? "the search for what changed was cut short: the mail is large"
                      : "the search for what changed was cut short: there is too much to try";
    if (!something)
        return r;
    r->proven = header_found && body_found;
    copy_edits(arena, t, r->edits, header, false);
    copy_edits(arena, t, r->edits, body, true);
    if (!header_found)
        g_ptr_array_add(r->edits,
                        (gpointer) "the signed header was changed, too, in a way that was not found");
    if (!body_found)
        g_ptr_array_add(r->edits, (gpointer) "the text was changed, too, in a way that was not found");
    r->made_by = made_by(arena, t, &r->host);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(all, i < header->len ? header->pdata[i] : body->pdata[i - header->len]);
    r->avoided_by = avoided_by(arena, t, all);
    r->by_signer = all->len > 0;
    for (guint i = 0; i < all->len; i++)
        r->by_signer &= ((const mw_repair_edit *)all->pdata[i])->kind == MW_REPAIR_UNSIGNED;
    r->is_somebodys = is_somebodys(all);
    return r;
}

const mw_repair *mw_repair_search(mw_arena *arena, const mw_repair_target *t) {
    size_t size = t->hash == MW_SHA1 ? 20 : 32;
    if (t->budget_us <= 0 || !t->key || t->key->problem != MW_KEY_GOOD || t->body_hash.len != size ||
        !t->message->has_body)
        return NULL;
    g_autoptr(mw_arena) scratch = mw_arena_new();
    mw_repair_run header = mw_repair_run_start(scratch, t->hash),
                  body = mw_repair_run_start(scratch, t->hash);
    mw_hash hash;
    if (t->key->type == MW_KEY_RSA) {
        header.want = t->original;
        if (!header.want.len &&
            (!mw_key_recover(t->key, t->signature, &hash, &header.want) || hash != t->hash))
            return NULL;
    }
    int64_t now = mw_repair_clock();
    header.deadline = now + t->budget_us * 2;
    body.deadline = now + t->budget_us * 12 / 10;
    mw_repair_body found = {0};
    bool body_found = search_body(&body, t, &found);
    GPtrArray *header_edits = mw_array_new(scratch);
    bool header_found = search_header(&header, t, body_found ? found.hints : NULL, header_edits);
    mw_repair *r = result(arena, t, header_edits, found.edits, header_found, body_found,
                          header.cut_short || body.cut_short);
    if (r && header_found)
        mw_repair_diff(arena, &header, r->changes);
    if (r && body_found)
        mw_repair_diff(arena, &body, r->changes);
    return r;
}
