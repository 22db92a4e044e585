#include "dkim/screen.h"
#include "base/domain.h"

static void fault(mw_signature *s, const char *problem) {
    if (!s->problem)
        s->problem = problem;
}

/* Without white space; NULL when the tag is absent. */
static const char *text_of(mw_arena *arena, const mw_signature *s, const char *name) {
    return mw_tag_compact(arena, mw_taglist_get(&s->tags, name));
}

static void need(mw_arena *arena, mw_signature *s, const char *const *names) {
    for (; *names; names++) {
        mw_span value = mw_taglist_get(&s->tags, *names);
        if (!value.data)
            fault(s, mw_printf(arena, "the signature has no %s=", *names));
        else if (value.len == 0)
            fault(s, mw_printf(arena, "the signature's %s= is empty", *names));
    }
}

static void read_algorithm(mw_arena *arena, mw_signature *s, bool sha1_allowed) {
    mw_span a = mw_taglist_get(&s->tags, "a");
    s->algorithm = a.data ? mw_span_dup(arena, a) : NULL;
    s->ed25519 = mw_span_equal(a, MW_SPAN("ed25519-sha256"));
    bool sha1 = mw_span_equal(a, MW_SPAN("rsa-sha1"));
    s->hash = sha1 ? MW_SHA1 : MW_SHA256;
    if (!a.data || s->ed25519 || mw_span_equal(a, MW_SPAN("rsa-sha256")) || (sha1 && sha1_allowed))
        return;
    fault(s, mw_printf(arena, "the algorithm %.40s is not one that may be used", s->algorithm));
}

static mw_time read_moment(mw_arena *arena, mw_signature *s, const char *name) {
    mw_span value = mw_taglist_get(&s->tags, name);
    uint64_t seconds;
    if (!value.data)
        return MW_TIME_UNKNOWN;
    if (mw_span_number(value, INT64_MAX, &seconds))
        return (mw_time)seconds;
    fault(s, mw_printf(arena, "the signature's %s= is no number of seconds", name));
    return MW_TIME_UNKNOWN;
}

static void read_times(mw_arena *arena, mw_signature *s) {
    s->signed_at = read_moment(arena, s, "t");
    s->expires_at = read_moment(arena, s, "x");
    if (s->signed_at != MW_TIME_UNKNOWN && s->expires_at != MW_TIME_UNKNOWN && s->expires_at <= s->signed_at)
        fault(s, "the signature expires before it was made (x= is not after t=)");
}

static void read_canon(mw_arena *arena, mw_signature *s) {
    mw_span c = mw_taglist_get(&s->tags, "c");
    if (!mw_canon_read(c, &s->header_canon, &s->body_canon))
        fault(s, mw_printf(arena, "the signature's c=%.*s is no known canonicalisation", (int)MIN(c.len, 40),
                           c.data));
}

static void read_length(mw_signature *s) {
    mw_span l = mw_taglist_get(&s->tags, "l");
    s->has_length = l.data != NULL;
    if (l.data && !mw_span_number(l, UINT64_MAX - 1, &s->length))
        fault(s, "the signature's l= is no number of bytes");
}

static void read_base64(mw_arena *arena, mw_signature *s, bool with_body) {
    mw_span b = mw_taglist_get(&s->tags, "b"), bh = mw_taglist_get(&s->tags, "bh");
    s->signature = mw_tag_base64(arena, b);
    if (b.len && !s->signature.data)
        fault(s, "the signature's b= is no base64 text");
    if (!with_body)
        return;
    s->body_hash = mw_tag_base64(arena, bh);
    if (bh.len && !s->body_hash.data)
        fault(s, "the signature's bh= is no base64 text");
    else if (bh.len && s->body_hash.len != (s->hash == MW_SHA1 ? 20 : 32))
        fault(s, mw_printf(arena, "the signature's bh= has %zu bytes, which is no hash of its algorithm",
                           s->body_hash.len));
}

static void read_names(mw_arena *arena, mw_signature *s) {
    s->domain = text_of(arena, s, "d");
    s->selector = text_of(arena, s, "s");
    mw_span d = mw_span_of(s->domain), selector = mw_span_of(s->selector);
    if (d.len == 0 || selector.len == 0)
        return;
    /* mw_domain_ascii() drops a final dot, which d= can't have (RFC 6376 section 3.5) */
    const char *ascii = mw_domain_ascii(arena, d), *ascii_selector = mw_domain_ascii(arena, selector);
    if (d.data[d.len - 1] == '.' || !mw_domain_valid(ascii))
        fault(s, "the signature's d= is no domain name");
    else if (selector.data[selector.len - 1] == '.' || !mw_domain_valid(ascii_selector))
        fault(s, "the signature's s= can't be part of a domain name");
    else if (strlen(ascii) + strlen(ascii_selector) + strlen("._domainkey.") > 253)
        fault(s, "the name of the signature's key (s= and d=) is too long for a domain name");
    else
        s->key_name = mw_printf(arena, "%s._domainkey.%s", ascii_selector, ascii);
}

/* dkim-quoted-printable (RFC 6376 section 2.11), white space taken out already; NULL when it is none. */
static const char *decode_quoted(mw_arena *arena, const char *text) {
    char *out = mw_alloc(arena, strlen(text) + 1), *p = out;
    for (; *text; text++) {
        if (*text != '=') {
            *p++ = *text;
            continue;
        }
        if (!g_ascii_isxdigit(text[1]) || !g_ascii_isxdigit(text[2]))
            return NULL;
        *p++ = (char)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]));
        text += 2;
    }
    return out;
}

static void read_identity(mw_arena *arena, mw_signature *s) {
    const char *i = text_of(arena, s, "i");
    if (!i || !s->domain)
        return;
    const char *decoded = decode_quoted(arena, i), *at = decoded ? strrchr(decoded, '@') : NULL;
    s->identity = i;
    if (!decoded)
        fault(s, "the signature's i= is badly encoded");
    else if (!at)
        fault(s, "the signature's i= is no address");
    else if (strlen(decoded) > 320)
        fault(s, "the signature's i= is longer than an address can be");
    else if (!mw_domain_below(at + 1, s->domain))
        fault(s, mw_printf(arena, "the signature's i=%.80s is not in its domain d=%.80s", i, s->domain));
    else
        s->identity_below = g_ascii_strcasecmp(at + 1, s->domain) != 0;
}

static void read_fields(mw_arena *arena, mw_signature *s, bool need_from) {
    s->signed_fields = text_of(arena, s, "h");
    if (need_from && s->signed_fields && *s->signed_fields &&
        !mw_tag_listed(mw_span_of(s->signed_fields), "from"))
        fault(s, "From is not among the signed fields (h=)");
}

static void read_query(mw_signature *s) {
    mw_span q = mw_taglist_get(&s->tags, "q");
    if (q.data && !mw_tag_listed(q, "dns/txt"))
        fault(s, "the signature's q= asks for its key elsewhere than in DNS TXT records");
}

static void read_tags(mw_arena *arena, const mw_field *field, mw_signature *s) {
    *s = (mw_signature){.field = field, .signed_at = MW_TIME_UNKNOWN, .expires_at = MW_TIME_UNKNOWN};
    s->tags = mw_taglist_read(arena, field->value);
    if (s->tags.error)
        s->problem = mw_printf(arena, "the signature is malformed: %s", s->tags.error);
}

void mw_signature_read(mw_arena *arena, const mw_field *field, mw_signature *s) {
    static const char *const needed[] = {"v", "a", "b", "bh", "d", "h", "s", NULL};
    read_tags(arena, field, s);
    need(arena, s, needed);
    mw_span v = mw_taglist_get(&s->tags, "v");
    if (v.data && !mw_span_equal(v, MW_SPAN("1")))
        fault(s, "the signature's v= is not 1");
    read_algorithm(arena, s, true);
    read_canon(arena, s);
    read_times(arena, s);
    read_length(s);
    read_query(s);
    read_names(arena, s);
    read_identity(arena, s);
    read_fields(arena, s, true);
    read_base64(arena, s, true);
}

void mw_signature_read_arc(mw_arena *arena, const mw_field *field, bool seal, mw_signature *s) {
    static const char *const needed[] = {"a", "b", "d", "s", NULL};
    static const char *const with_body[] = {"bh", NULL};
    read_tags(arena, field, s);
    need(arena, s, needed);
    read_algorithm(arena, s, false);
    s->signed_at = read_moment(arena, s, "t");
    read_names(arena, s);
    read_base64(arena, s, !seal);
    if (seal)
        return;
    need(arena, s, with_body);
    if (!mw_taglist_has(&s->tags, "h"))
        fault(s, "the signature has no h=");
    read_canon(arena, s);
    read_length(s);
    read_fields(arena, s, false);
}

mw_digest_value mw_signature_digest(mw_arena *arena, const mw_canon_index *index, const mw_signature *s) {
    g_autoptr(mw_digest) digest = mw_digest_new(s->hash);
    g_autoptr(GString) text = g_string_new(NULL);
    GPtrArray *fields = mw_canon_select(arena, index, mw_span_of(s->signed_fields), s->field);
    for (guint i = 0; i < fields->len; i++) {
        mw_canon_field(text, ((const mw_field *)fields->pdata[i])->raw, s->header_canon);
        if (text->len < 65536)
            continue;
        mw_digest_add(digest, text->str, text->len);
        g_string_truncate(text, 0);
    }
    mw_canon_signature(text, s->field->raw, s->header_canon);
    mw_digest_add(digest, text->str, text->len);
    return mw_digest_get(digest);
}

mw_body_want mw_signature_body_want(const mw_signature *s) {
    return (mw_body_want){
        .canon = s->body_canon, .hash = s->hash, .has_length = s->has_length, .length = s->length};
}

bool mw_signature_body_matches(const mw_signature *s, const mw_body_want *want) {
    if (want->has_length && want->length > want->canonical_length)
        return false;
    return s->body_hash.len == want->value.len && want->value.len &&
           memcmp(s->body_hash.data, want->value.bytes, want->value.len) == 0;
}
