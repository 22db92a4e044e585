#include "dkim/arc.h"
#include "dkim/key_find.h"
#include "dkim/screen.h"
#include "base/limits.h"
#include "trace/authres.h"

enum { AAR, AMS, SEAL, N_PARTS, WEAK_BITS = 1024, MAX_TOLD = 8 };

static const char *const part_names[N_PARTS] = {"ARC-Authentication-Results", "ARC-Message-Signature",
                                                "ARC-Seal"};

const char *mw_arc_result_name(mw_arc_result result) {
    static const char *const names[] = {"none", "pass", "fail", "untestable"};
    return names[result];
}

/* One signature of a set and what came of it. */
typedef struct part {
    mw_signature signature;
    const mw_dkim_key *key;
    mw_dkim_result result; /* PASS, FAIL, PERMERROR, TEMPERROR, UNTESTABLE */
    const char *problem;
    bool malformed;
} part;

typedef struct set {
    const mw_field *fields[N_PARTS];
    part ams, seal;
    const char *chain; /* cv= */
} set;

typedef struct chain {
    mw_arena *arena;
    mw_dns *dns;
    const mw_dkim_request *request;
    set sets[MW_MAX_ARC_SETS + 1]; /* from 1 */
    int n;
    mw_arc *out;
} chain;

static void fail(chain *c, int instance, bool structure, const char *reason) {
    if (c->out->result == MW_ARC_FAIL)
        return;
    c->out->result = MW_ARC_FAIL;
    c->out->failed_instance = instance;
    c->out->structure = structure;
    c->out->reason = reason;
}

/* ---- collecting the sets ---- */

static int read_number(mw_span text) {
    uint64_t number;
    return text.len <= 2 && mw_span_number(text, MW_MAX_ARC_SETS, &number) ? (int)number : 0;
}

/* i=, which comes first in ARC-Authentication-Results and anywhere in the others; 0 when it is not to be
 * read. */
static int read_instance(mw_arena *arena, const mw_field *field, int kind) {
    if (kind != AAR) {
        mw_taglist tags = mw_taglist_read(arena, field->value);
        return read_number(mw_taglist_get(&tags, "i"));
    }
    mw_span rest = field->value, first = mw_span_cut(&rest, ';');
    mw_span value = first, name = mw_span_trim(mw_span_cut(&value, '='));
    return rest.data && mw_span_is(name, "i") ? read_number(mw_span_trim(value)) : 0;
}

static void collect_field(chain *c, const mw_field *field, int kind) {
    int instance = read_instance(c->arena, field, kind);
    if (instance == 0) {
        fail(c, 0, true,
             mw_printf(c->arena, "an %s field has no instance number (i=) from 1 to %d", part_names[kind],
                       MW_MAX_ARC_SETS));
        return;
    }
    c->n = MAX(c->n, instance);
    if (c->sets[instance].fields[kind])
        fail(c, instance, true,
             mw_printf(c->arena, "instance %d has more than one %s field", instance, part_names[kind]));
    else
        c->sets[instance].fields[kind] = field;
}

static void collect(chain *c) {
    const mw_message *message = c->request->message;
    size_t left = 4 * N_PARTS * MW_MAX_ARC_SETS;
    for (size_t i = 0; i < message->n_fields && left; i++)
        for (int kind = 0; kind < N_PARTS; kind++)
            if (mw_span_is(message->fields[i].name, part_names[kind])) {
                collect_field(c, &message->fields[i], kind);
                left--;
            }
}

static void require_all(chain *c) {
    for (int i = 1; i <= c->n; i++)
        for (int kind = 0; kind < N_PARTS; kind++)
            if (!c->sets[i].fields[kind])
                fail(c, i, true, mw_printf(c->arena, "instance %d has no %s field", i, part_names[kind]));
}

/* ---- one signature ---- */

static void end_part(part *p, mw_dkim_result result, const char *problem) {
    p->result = result;
    p->problem = problem;
}

/* A key for it, of its type and long enough; otherwise the part is settled. */
static bool get_key(chain *c, part *p) {
    p->key = mw_dkim_key_find(c->arena, c->dns, p->signature.key_name);
    const mw_key *key = p->key->key;
    const char *problem = NULL;
    if (p->key->state == MW_KEY_DNS) {
        c->out->dns_failed = true;
        end_part(p, MW_DKIM_TEMPERROR, p->key->reason);
    } else if (p->key->state != MW_KEY_FOUND) {
        end_part(p, p->key->state == MW_KEY_NOT_ASKED ? MW_DKIM_UNTESTABLE : MW_DKIM_PERMERROR,
                 p->key->reason);
    } else if ((key->type == MW_KEY_ED25519) != p->signature.ed25519) {
        problem = mw_printf(c->arena,
                            "the key at %s is of the wrong type: the signature is %s, the key says k=%.40s",
                            p->key->name, p->signature.algorithm, key->type_name);
    } else if (key->type == MW_KEY_RSA && key->bits < WEAK_BITS) {
        problem = mw_printf(c->arena, "the key at %s is too short: %u bits", p->key->name, key->bits);
    } else if (!key->allows_sha256) {
        problem = mw_printf(c->arena, "the key at %s does not allow SHA-256 (h=)", p->key->name);
    }
    if (problem)
        end_part(p, MW_DKIM_PERMERROR, problem);
    return p->key->state == MW_KEY_FOUND && !problem;
}

static bool verifies(const part *p, const mw_digest_value *digest) {
    return mw_key_verify(p->key->key, p->signature.signature, MW_SHA256, digest);
}

/* RSA: not only does it not fit, it was made with another key. */
static bool is_foreign(const part *p) {
    mw_digest_value original;
    mw_hash hash;
    return p->key->key->type == MW_KEY_RSA &&
           !mw_key_recover(p->key->key, p->signature.signature, &hash, &original);
}

static const char *foreign_words(chain *c, const part *p) {
    return mw_printf(
        c->arena,
        "it was not made with the key that %s holds now: the key was replaced, or it is damaged or forged",
        p->key->name);
}

static void end_malformed(part *p, const char *problem) {
    end_part(p, MW_DKIM_PERMERROR, problem);
    p->malformed = true;
}

/* ---- ARC-Message-Signature ---- */

/* What an absent c= means is told in two ways: simple/simple by RFC 6376, relaxed/relaxed by what is done. */
enum { MAX_WANTS = 2 * MW_MAX_ARC_SETS };

static bool is_canon_absent(const part *p) {
    return !mw_taglist_has(&p->signature.tags, "c");
}

static void set_canon(part *p, mw_canon canon) {
    p->signature.header_canon = p->signature.body_canon = canon;
}

static bool ams_header_verifies(chain *c, const mw_canon_index *index, part *p) {
    mw_digest_value digest = mw_signature_digest(c->arena, index, &p->signature);
    return verifies(p, &digest);
}

static void judge_ams(chain *c, const mw_canon_index *index, part *p, const mw_body_want *wants) {
    bool header = ams_header_verifies(c, index, p);
    bool body = mw_signature_body_matches(&p->signature, &wants[0]);
    if (!header && is_canon_absent(p)) {
        set_canon(p, MW_CANON_RELAXED);
        header = ams_header_verifies(c, index, p);
        body = mw_signature_body_matches(&p->signature, &wants[1]);
    }
    const char *no_header = c->request->untestable_header, *no_body = c->request->untestable_body;
    if (header && body)
        end_part(p, MW_DKIM_PASS, NULL);
    else if (!header && no_header)
        end_part(p, MW_DKIM_UNTESTABLE, no_header);
    else if (!header && is_foreign(p))
        end_part(p, MW_DKIM_FAIL, foreign_words(c, p));
    else if (!header)
        end_part(p, MW_DKIM_FAIL,
                 body ? "a header field that it covers was changed, added or removed"
                      : "the body and a header field that it covers were changed");
    else if (no_body)
        end_part(p, MW_DKIM_UNTESTABLE, no_body);
    else
        end_part(p, MW_DKIM_FAIL, "the body was changed");
}

static void read_ams(chain *c, part *p, const mw_field *field) {
    mw_signature_read_arc(c->arena, field, false, &p->signature);
    if (!p->signature.problem && mw_tag_listed(mw_span_of(p->signature.signed_fields), "arc-seal"))
        p->signature.problem = "it covers ARC-Seal fields, which it must not (h=)";
    if (p->signature.problem)
        end_malformed(p, p->signature.problem);
}

static void check_all_ams(chain *c) {
    mw_body_want wants[MAX_WANTS];
    const mw_canon_index *index = mw_canon_index_new(c->arena, c->request->message);
    size_t n = 0;
    for (int i = 1; i <= c->n; i++) {
        part *p = &c->sets[i].ams;
        read_ams(c, p, c->sets[i].fields[AMS]);
        wants[n] = wants[n + 1] = mw_signature_body_want(&p->signature);
        wants[n + 1].canon = is_canon_absent(p) ? MW_CANON_RELAXED : wants[n].canon;
        n += 2;
    }
    mw_body_hashes(&c->request->message->body, 1, wants, n);
    for (int i = 1; i <= c->n; i++) {
        part *p = &c->sets[i].ams;
        if (!p->malformed && get_key(c, p))
            judge_ams(c, index, p, &wants[2 * (i - 1)]);
    }
}

/* ---- ARC-Seal ---- */

static void read_seal(chain *c, set *s) {
    part *p = &s->seal;
    mw_signature_read_arc(c->arena, s->fields[SEAL], true, &p->signature);
    mw_span cv = mw_taglist_get(&p->signature.tags, "cv");
    s->chain = cv.data ? mw_span_dup(c->arena, mw_span_slice(cv, 0, 40)) : NULL;
    if (!p->signature.problem &&
        (mw_taglist_has(&p->signature.tags, "h") || mw_taglist_has(&p->signature.tags, "bh")))
        p->signature.problem = "it has tags that a seal can't have (h=, bh=)";
    if (!p->signature.problem && !mw_span_equal(cv, MW_SPAN("none")) && !mw_span_equal(cv, MW_SPAN("pass")) &&
        !mw_span_equal(cv, MW_SPAN("fail")))
        p->signature.problem = cv.data ? "its cv= is none of none, pass and fail" : "it has no cv=";
    if (p->signature.problem)
        end_malformed(p, p->signature.problem);
}

/* A seal covers all sets below it and its own (RFC 8617 section 5.1.1): one running digest serves them all.
 */
static void check_all_seals(chain *c) {
    g_autoptr(mw_digest) running = mw_digest_new(MW_SHA256);
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 1; i <= c->n; i++) {
        set *s = &c->sets[i];
        g_string_truncate(text, 0);
        mw_canon_field(text, s->fields[AAR]->raw, MW_CANON_RELAXED);
        mw_canon_field(text, s->fields[AMS]->raw, MW_CANON_RELAXED);
        mw_digest_add(running, text->str, text->len);
        if (!s->seal.malformed && get_key(c, &s->seal)) {
            g_autoptr(mw_digest) own = mw_digest_copy(running);
            g_string_truncate(text, 0);
            mw_canon_signature(text, s->fields[SEAL]->raw, MW_CANON_RELAXED);
            mw_digest_add(own, text->str, text->len);
            mw_digest_value digest = mw_digest_get(own);
            if (verifies(&s->seal, &digest))
                end_part(&s->seal, MW_DKIM_PASS, NULL);
            else if (c->request->untestable_header)
                end_part(&s->seal, MW_DKIM_UNTESTABLE, c->request->untestable_header);
            else if (is_foreign(&s->seal))
                end_part(&s->seal, MW_DKIM_FAIL, foreign_words(c, &s->seal));
            else
                end_part(&s->seal, MW_DKIM_FAIL, "an ARC field that it covers was changed");
        }
        g_string_truncate(text, 0);
        mw_canon_field(text, s->fields[SEAL]->raw, MW_CANON_RELAXED);
        mw_digest_add(running, text->str, text->len);
    }
}

/* ---- the verdict, in the order of RFC 8617 section 5.2 ---- */

static bool is_settled(const part *p) {
    return p->result == MW_DKIM_FAIL || p->result == MW_DKIM_PERMERROR;
}

static void judge_part(chain *c, int instance, const part *p, const char *what) {
    if (!is_settled(p) || c->out->result == MW_ARC_FAIL)
        return;
    fail(c, instance, p->malformed,
         mw_printf(c->arena, "the %s of instance %d (%s): %s", what, instance,
                   p->signature.domain && *p->signature.domain ? p->signature.domain : "no domain",
                   p->problem));
    c->out->key_gone = p->key && (p->key->state == MW_KEY_ABSENT || p->key->state == MW_KEY_BAD ||
                                  (p->result == MW_DKIM_FAIL && is_foreign(p)));
}

static void judge_chain_values(chain *c) {
    for (int i = 1; i <= c->n; i++) {
        const set *s = &c->sets[i];
        if (!s->seal.malformed && strcmp(s->chain, i == 1 ? "none" : "pass") != 0)
            fail(c, i, true,
                 mw_printf(c->arena, "the seal of instance %d says cv=%s, where only cv=%s makes sense", i,
                           s->chain, i == 1 ? "none" : "pass"));
    }
}

static int oldest_pass(const chain *c) {
    for (int i = c->n; i >= 1; i--)
        if (c->sets[i].ams.result != MW_DKIM_PASS)
            return i == c->n ? 0 : i + 1;
    return 0;
}

static void judge_unknown(chain *c) {
    for (int i = c->n; i >= 1; i--) {
        const set *s = &c->sets[i];
        const part *unknown = s->seal.result != MW_DKIM_PASS ? &s->seal : NULL;
        if (i == c->n && s->ams.result != MW_DKIM_PASS)
            unknown = &s->ams;
        if (!unknown)
            continue;
        c->out->result = MW_ARC_UNTESTABLE;
        c->out->reason = mw_printf(c->arena, "the %s of instance %d (%s): %s",
                                   unknown == &s->ams ? "message signature" : "seal", i,
                                   unknown->signature.domain, unknown->problem);
        return;
    }
    c->out->result = MW_ARC_PASS;
}

static void judge(chain *c) {
    const set *last = &c->sets[c->n];
    if (!last->seal.malformed && strcmp(last->chain, "fail") == 0)
        fail(c, c->n, false,
             mw_printf(
                 c->arena,
                 "the chain was broken already when it came to instance %d (%s), which says so (cv=fail)",
                 c->n, last->seal.signature.domain));
    judge_chain_values(c);
    judge_part(c, c->n, &last->ams, "message signature");
    for (int i = c->n; i >= 1; i--)
        judge_part(c, i, &c->sets[i].seal, "seal");
    c->out->oldest_pass = oldest_pass(c);
    if (c->out->result != MW_ARC_FAIL)
        judge_unknown(c);
}

/* ---- what each sealer saw ---- */

static const char *about(const mw_claim *claim) {
    static const char *const properties[] = {"header.d",      "header.i",   "header.from",
                                             "smtp.mailfrom", "smtp.mfrom", "smtp.helo"};
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
        const char *value = mw_claim_property(claim, properties[i]);
        if (value)
            return value[0] == '@' ? value + 1 : value;
    }
    return NULL;
}

static const char *tell_story(mw_arena *arena, const mw_field *field) {
    if (!field)
        return NULL;
    GPtrArray *claims = mw_array_new(arena);
    mw_authres head = mw_authres_read(arena, mw_span_of(mw_field_text(arena, field)), claims);
    g_autoptr(GString) out = g_string_new(head.authserv_id ? head.authserv_id : "a server without a name");
    if (claims->len == 0)
        g_string_append(out, " checked nothing");
    for (guint i = 0; i < claims->len && i < MAX_TOLD; i++) {
        const mw_claim *claim = claims->pdata[i];
        const char *of = about(claim);
        g_string_append_printf(out, "%s%s=%s", i ? ", " : " saw ", claim->method, claim->result);
        if (of)
            g_string_append_printf(out, " (%s)", of);
    }
    if (claims->len > MAX_TOLD)
        g_string_append_printf(out, " and %u more", claims->len - MAX_TOLD);
    return mw_strdup(arena, out->str);
}

static const char *problem_of(mw_arena *arena, const set *s) {
    if (s->seal.problem)
        return mw_printf(arena, "seal: %s", s->seal.problem);
    return s->ams.problem ? mw_printf(arena, "message signature: %s", s->ams.problem) : NULL;
}

static void list_sets(chain *c) {
    for (int i = 1; i <= c->n; i++) {
        const set *s = &c->sets[i];
        mw_arc_set *out = mw_new(c->arena, mw_arc_set);
        *out = (mw_arc_set){
            .instance = i,
            .sealer = s->seal.signature.domain,
            .chain = s->chain,
            .seal = s->seal.result,
            .message_signature = s->ams.result,
            .problem = problem_of(c->arena, s),
            .story = tell_story(c->arena, s->fields[AAR]),
        };
        g_ptr_array_add(c->out->sets, out);
    }
}

/* ---- in and out ---- */

static bool has_any(const mw_message *message) {
    for (int kind = 0; kind < N_PARTS; kind++)
        if (mw_message_field(message, part_names[kind]))
            return true;
    return false;
}

static chain *chain_new(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request) {
    chain *c = mw_new(arena, chain);
    *c = (chain){.arena = arena, .dns = dns, .request = request, .out = mw_new(arena, mw_arc)};
    c->out->sets = mw_array_new(arena);
    for (int i = 0; i <= MW_MAX_ARC_SETS; i++)
        c->sets[i].seal.result = c->sets[i].ams.result = MW_DKIM_UNTESTABLE;
    collect(c);
    c->out->instances = c->n;
    for (int i = 1; i <= c->n; i++)
        if (c->sets[i].fields[SEAL])
            read_seal(c, &c->sets[i]);
    return c;
}

void mw_arc_prefetch(mw_arena *arena, mw_dns *dns, const mw_message *message) {
    mw_dkim_request request = {.message = message};
    if (!has_any(message))
        return;
    chain *c = chain_new(arena, dns, &request);
    for (int i = 1; i <= c->n; i++) {
        if (c->sets[i].fields[AMS])
            read_ams(c, &c->sets[i].ams, c->sets[i].fields[AMS]);
        mw_dkim_key_prefetch(dns, c->sets[i].seal.signature.key_name);
        mw_dkim_key_prefetch(dns, c->sets[i].ams.signature.key_name);
    }
}

static const mw_arc *none(mw_arena *arena) {
    mw_arc *out = mw_new(arena, mw_arc);
    out->sets = mw_array_new(arena);
    return out;
}

const mw_arc *mw_arc_verify(mw_arena *arena, mw_dns *dns, const mw_dkim_request *request) {
    if (!has_any(request->message))
        return none(arena);
    chain *c = chain_new(arena, dns, request);
    require_all(c);
    if (c->out->result != MW_ARC_FAIL) {
        check_all_ams(c);
        check_all_seals(c);
        judge(c);
    } else if (request->untestable_header) {
        c->out->result = MW_ARC_UNTESTABLE;
        c->out->reason = request->untestable_header;
    }
    list_sets(c);
    return c->out;
}
