#include "dkim/dkim.h"
#include "dkim/opendkim.h"
#include "dkim/verify.h"
#include "base/limits.h"

enum {
    CLOCK_SKEW = 300, /* seconds by which a signer's clock may be ahead */
    WEAK_BITS = 1024, /* RFC 8301 section 3.2 */
};

const char *mw_dkim_result_name(mw_dkim_result result) {
    static const char *const names[] = {"pass",      "fail",   "neutral",   "temperror",
                                        "permerror", "policy", "untestable"};
    return names[result];
}

/* All that is needed for the judgement of one signature. */
typedef struct judge {
    mw_arena *arena;
    const mw_dkim_request *request;
    mw_time at;
    size_t from_fields;
    const mw_dkim_case *c;
    const mw_signature *s;
    mw_dkim *out;
} judge;

static bool settle(judge *j, mw_dkim_cause cause, mw_dkim_result result, const char *reason) {
    j->out->cause = cause;
    j->out->result = result;
    j->out->reason = reason;
    return true;
}

/* ---- what is certain without a key ---- */

static bool judge_from(judge *j) {
    size_t signed_from = 0;
    mw_span rest = mw_span_of(j->s->signed_fields);
    while (rest.data)
        signed_from += mw_span_is(mw_span_cut(&rest, ':'), "from");
    if (j->from_fields == 0 && !j->request->untestable_header)
        return settle(j, MW_DKIM_FROM, MW_DKIM_PERMERROR,
                      "the mail has no From field, which every signature must cover");
    if (j->from_fields <= signed_from)
        return false;
    return settle(
        j, MW_DKIM_FROM, MW_DKIM_PERMERROR,
        mw_printf(j->arena,
                  "the mail has %zu From fields and the signature covers %zu: the other may be forged",
                  j->from_fields, signed_from));
}

static bool judge_time(judge *j) {
    bool known = j->request->at != MW_TIME_UNKNOWN;
    mw_time x = j->s->expires_at, t = j->s->signed_at;
    if (x != MW_TIME_UNKNOWN && x < j->at)
        return settle(j, MW_DKIM_TIME, MW_DKIM_PERMERROR,
                      mw_printf(j->arena,
                                known ? "the signature expired %s before delivery (on %s)"
                                      : "the signature expired %s ago (on %s)",
                                mw_time_span(j->arena, j->at - x), mw_time_day(j->arena, x)));
    if (t == MW_TIME_UNKNOWN || t <= j->at || t - j->at <= CLOCK_SKEW)
        return false;
    if (t <= j->request->now || t - j->request->now <= CLOCK_SKEW)
        j->out->now_differs = "by today's clock its time is no longer in the future";
    return settle(j, MW_DKIM_TIME, MW_DKIM_PERMERROR,
                  mw_printf(j->arena,
                            known ? "the signature says it was made %s after the delivery (on %s)"
                                  : "the signature says it was made in the future: %s from now (on %s)",
                            mw_time_span(j->arena, t - j->at), mw_time_day(j->arena, t)));
}

/* ---- the key ---- */

static const char *body_remark(const judge *j) {
    if (j->c->body_matches)
        return "; the body is as it was signed";
    return j->request->untestable_body ? "" : "; the body was changed after signing, so it can't pass anyway";
}

static bool judge_key(judge *j) {
    const mw_dkim_key *k = j->c->key;
    switch (k->state) {
    case MW_KEY_FOUND:
        return false;
    case MW_KEY_ABSENT:
        return settle(j, MW_DKIM_NO_KEY, MW_DKIM_PERMERROR, k->reason);
    case MW_KEY_BAD:
        return settle(j, MW_DKIM_BAD_KEY, MW_DKIM_PERMERROR, k->reason);
    case MW_KEY_DNS:
    case MW_KEY_NOT_ASKED:
        break;
    }
    return settle(j, MW_DKIM_KEY_UNKNOWN, k->state == MW_KEY_DNS ? MW_DKIM_TEMPERROR : MW_DKIM_UNTESTABLE,
                  mw_printf(j->arena, "%s%s", k->reason, body_remark(j)));
}

/* A readable key that is not for this signature. */
static bool judge_use(judge *j) {
    const mw_key *key = j->c->key->key;
    const char *reason = NULL;
    if ((key->type == MW_KEY_ED25519) != j->s->ed25519)
        reason =
            mw_printf(j->arena, "the key is of the wrong type: the signature is %s, the key says k=%.40s",
                      j->s->algorithm, key->type_name);
    else if (j->s->hash == MW_SHA1 ? !key->allows_sha1 : !key->allows_sha256)
        reason =
            mw_printf(j->arena, "the key's h= does not allow the signature's hash (%s)", j->s->algorithm);
    else if (!key->allows_mail)
        reason = "the key is not for mail (its s= names other services)";
    else if (key->strict && j->s->identity_below)
        reason = mw_printf(j->arena, "the key allows no subdomains (t=s), and the signature is for i=%.80s",
                           j->s->identity);
    if (!reason)
        return false;
    return settle(j, MW_DKIM_BAD_KEY, MW_DKIM_PERMERROR,
                  mw_printf(j->arena, "%s: %s", j->c->key->name, reason));
}

static bool judge_strength(judge *j) {
    const mw_key *key = j->c->key->key;
    if (j->s->ed25519 || key->bits >= WEAK_BITS)
        return false;
    return settle(j, MW_DKIM_WEAK, MW_DKIM_POLICY,
                  mw_printf(j->arena,
                            "the key at %s is too short: %u bits, and receivers ask for at least %d",
                            j->c->key->name, key->bits, WEAK_BITS));
}

/* ---- the two halves ---- */

/* "from, to, subject": each name once, at most twenty. */
static const char *name_fields(mw_arena *arena, const char *h) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    mw_span rest = mw_span_of(h);
    while (rest.data && g_hash_table_size(seen) <= 20) {
        mw_span name = mw_span_cut(&rest, ':');
        char *low = name.len ? g_ascii_strdown(name.data, (gssize)MIN(name.len, 60)) : NULL;
        if (!low || !g_hash_table_add(seen, low))
            continue;
        bool full = g_hash_table_size(seen) > 20;
        g_string_append_printf(out, "%s%s", out->len ? ", " : "", full ? "..." : low);
    }
    return mw_strdup(arena, out->str);
}

static const char *why_body(const judge *j) {
    if (j->s->has_length && j->s->length > j->c->want.canonical_length)
        return mw_printf(j->arena,
                         "the body is shorter than the %" G_GUINT64_FORMAT
                         " bytes that were signed: its end was cut off",
                         j->s->length);
    return "the body was changed after signing";
}

static const char *why_fail(const judge *j) {
    const char *fields = name_fields(j->arena, j->s->signed_fields);
    bool body = j->out->body_hash != MW_DKIM_FAIL;
    if (j->out->signature != MW_DKIM_FAIL)
        return mw_printf(j->arena, "%s%s", why_body(j),
                         j->out->signature == MW_DKIM_PASS ? "; the signed header fields are as they were"
                                                           : "");
    if (j->c->foreign)
        return mw_printf(j->arena,
                         "the signature was not made with the key that %s holds now: the key was replaced, "
                         "or the signature is damaged or forged%s",
                         j->c->key->name,
                         j->out->body_hash == MW_DKIM_PASS ? "; the body is as it was signed" : "");
    if (!body)
        return mw_printf(j->arena,
                         "the body and a signed header field were changed after signing%s; signed are: %s",
                         j->s->ed25519 ? ", or it was made with another key" : "", fields);
    return mw_printf(j->arena,
                     "a signed header field was changed, added or removed after signing%s%s; signed are: %s",
                     j->s->ed25519 ? ", or it was made with another key" : "",
                     j->out->body_hash == MW_DKIM_PASS ? " (the body is as it was)" : "", fields);
}

static void judge_halves(judge *j) {
    mw_dkim_result body = j->out->body_hash, header = j->out->signature;
    if (body == MW_DKIM_FAIL || header == MW_DKIM_FAIL) {
        settle(j, header == MW_DKIM_FAIL && j->c->foreign ? MW_DKIM_OTHER_KEY : MW_DKIM_CHANGED, MW_DKIM_FAIL,
               why_fail(j));
    } else if (header == MW_DKIM_UNTESTABLE) {
        settle(
            j, MW_DKIM_NOT_WHOLE, MW_DKIM_UNTESTABLE,
            mw_printf(j->arena, "the header signature can't be judged: %s", j->request->untestable_header));
    } else if (body == MW_DKIM_UNTESTABLE) {
        settle(j, MW_DKIM_NOT_WHOLE, MW_DKIM_UNTESTABLE,
               mw_printf(j->arena, "the header signature verifies; the body can't be judged: %s",
                         j->request->untestable_body));
    } else {
        uint64_t whole = j->c->want.canonical_length;
        settle(j, MW_DKIM_GOOD, MW_DKIM_PASS, NULL);
        if (j->s->has_length && j->s->length < whole)
            j->out->reason = mw_printf(j->arena,
                                       "only the first %" G_GUINT64_FORMAT " of the body's %" G_GUINT64_FORMAT
                                       " bytes are signed (l=)",
                                       j->s->length, whole);
        if (j->s->expires_at != MW_TIME_UNKNOWN && j->s->expires_at < j->request->now)
            j->out->now_differs = mw_printf(j->arena, "the signature has expired since, on %s",
                                            mw_time_day(j->arena, j->s->expires_at));
    }
}

static mw_dkim_result half(bool judged, bool good, const char *untestable) {
    if (!judged)
        return MW_DKIM_UNTESTABLE;
    return good ? MW_DKIM_PASS : untestable ? MW_DKIM_UNTESTABLE : MW_DKIM_FAIL;
}

static const mw_mended *move_key(mw_arena *arena, const mw_dkim_key *key) {
    mw_mended *mended = mw_new(arena, mw_mended);
    *mended =
        (mw_mended){.name = key->name,
                    .text = key->elsewhere_text,
                    .how = mw_printf(arena, "It stands at %s by mistake: delete it there.", key->elsewhere)};
    return mended;
}

static const mw_mended *point_to_key(mw_arena *arena, const mw_dkim_key *key) {
    mw_mended *mended = mw_new(arena, mw_mended);
    *mended =
        (mw_mended){.name = key->name,
                    .type = "CNAME",
                    .text = key->meant,
                    .how = "It takes the place of the TXT record that stands there now: delete that one."};
    return mended;
}

static void describe(judge *j) {
    mw_dkim *out = j->out;
    const mw_signature *s = j->s;
    out->field = s->field;
    out->domain = s->domain;
    out->selector = s->selector;
    out->algorithm = s->algorithm;
    out->identity = s->identity;
    out->signed_fields = s->signed_fields;
    out->key_name = s->key_name;
    out->has_length = s->has_length;
    out->length = s->length;
    out->signed_at = s->signed_at;
    out->expires_at = s->expires_at;
    out->body_hash = half(j->c->hashed, j->c->body_matches, j->request->untestable_body);
    out->signature = half(j->c->checked, j->c->verifies, j->request->untestable_header);
    const mw_dkim_key *key = j->c->key;
    if (key && key->elsewhere)
        out->mended = move_key(j->arena, key);
    if (key && key->meant)
        out->mended = point_to_key(j->arena, key);
    out->key_alias = key ? key->alias : NULL;
    out->key_count = key ? key->n_keys : 0;
    out->key_broken = key ? key->worst : NULL;
    if (!key || !key->key)
        return;
    out->key_bits = key->key->bits;
    out->testing = key->key->testing;
    out->strict_subdomain = key->key->strict;
    out->notice = key->notice;
}

static void decide(judge *j) {
    if (j->s->problem)
        settle(j, MW_DKIM_MALFORMED, MW_DKIM_PERMERROR, j->s->problem);
    else if (judge_from(j) || judge_time(j))
        return;
    else if (j->s->hash == MW_SHA1)
        settle(j, MW_DKIM_WEAK, MW_DKIM_POLICY,
               "the signature uses SHA-1 (rsa-sha1), which receivers must not accept");
    else if (!judge_key(j) && !judge_use(j) && !judge_strength(j))
        judge_halves(j);
}

/* ---- libopendkim beside it ---- */

static void add_notice(mw_arena *arena, mw_dkim *out, const char *notice) {
    out->notice = out->notice ? mw_printf(arena, "%s; %s", out->notice, notice) : notice;
}

/* Ours decides; the reader learns where receivers that use libopendkim may see it otherwise. */
static void compare(mw_arena *arena, const mw_opendkim *theirs, mw_dkim *out) {
    bool passed = theirs->header_passed && (!theirs->body_asked || theirs->body_passed);
    if (!theirs->asked)
        return;
    if (out->result == MW_DKIM_PASS && !passed)
        add_notice(arena, out,
                   mw_printf(arena,
                             "OpenDKIM's library does not accept this signature (%s), and receivers that use "
                             "it may not either",
                             theirs->error ? theirs->error : "no reason given"));
    else if ((out->cause == MW_DKIM_CHANGED || out->cause == MW_DKIM_OTHER_KEY ||
              out->cause == MW_DKIM_FROM) &&
             passed && theirs->body_asked)
        add_notice(arena, out, "OpenDKIM's library accepts it all the same");
}

static void ask_opendkim(mw_arena *arena, const mw_dkim_request *request, const mw_dkim_case *cases,
                         mw_dkim *const *results, size_t n) {
    mw_opendkim *questions = mw_new_n(arena, mw_opendkim, n);
    size_t asked = 0;
    for (size_t i = 0; i < n; i++)
        if (cases[i].key)
            questions[asked++] =
                (mw_opendkim){.signature = &cases[i].signature, .key = cases[i].key, .ours = &cases[i]};
    if (mw_opendkim_choose(request->message, questions, asked) == 0)
        return;
    mw_opendkim_ask(arena, request->message, !request->untestable_body, questions, asked);
    for (size_t i = 0, q = 0; i < n; i++)
        if (cases[i].key)
            compare(arena, &questions[q++], results[i]);
}

/* ---- all signatures ---- */

static size_t find_signatures(const mw_message *message, const mw_field **fields) {
    size_t n = 0;
    for (const mw_field *f = NULL;
         n < MW_MAX_SIGNATURES && (f = mw_message_next_field(message, f, "DKIM-Signature"));)
        fields[n++] = f;
    return n;
}

void mw_dkim_prefetch(mw_arena *arena, mw_dns *dns, const mw_message *message) {
    const mw_field *fields[MW_MAX_SIGNATURES];
    size_t n = find_signatures(message, fields);
    for (size_t i = 0; i < n; i++) {
        mw_signature signature;
        mw_signature_read(arena, fields[i], &signature);
        if (!signature.problem)
            mw_dkim_key_prefetch(dns, signature.key_name);
    }
}

GPtrArray *mw_dkim_verify(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request) {
    const mw_field *fields[MW_MAX_SIGNATURES];
    GPtrArray *out = mw_array_new(arena);
    size_t n = find_signatures(request->message, fields);
    if (n == 0)
        return out;
    mw_dkim_case *cases = mw_new_n(arena, mw_dkim_case, n);
    mw_dkim_cases(arena, dns, request->message, fields, n, cases);
    judge j = {.arena = arena,
               .request = request,
               .at = request->at == MW_TIME_UNKNOWN ? request->now : request->at};
    j.from_fields = mw_message_count(request->message, "From");
    for (size_t i = 0; i < n; i++) {
        j.c = &cases[i];
        j.s = &cases[i].signature;
        j.out = mw_new(arena, mw_dkim);
        j.out->examined = &cases[i];
        describe(&j);
        decide(&j);
        if (j.out->testing)
            add_notice(arena, j.out,
                       "the key is marked as a test (t=y): receivers may treat the mail as not signed");
        g_ptr_array_add(out, j.out);
    }
    ask_opendkim(arena, request, cases, (mw_dkim *const *)out->pdata, n);
    return out;
}
