#include "dkim/opendkim.h"
#include "dns/dns.h"

#include <sys/types.h>
#include <sys/time.h>
#include <opendkim/dkim.h>

enum { PLAIN_BITS = 1024 }; /* a shorter key has a judgement of its own there */

static bool is_signature(const mw_field *field) {
    return mw_span_is(field->name, "DKIM-Signature");
}

/* ---- DNS: the records are there already ---- */

typedef struct service {
    const mw_opendkim *questions;
    size_t n_questions;
} service;

typedef struct reply {
    int status;
    size_t len;
} reply;

static const mw_opendkim *question_for(const service *s, const char *name) {
    for (size_t i = 0; i < s->n_questions; i++)
        if (s->questions[i].asked && g_ascii_strcasecmp(s->questions[i].signature->key_name, name) == 0)
            return &s->questions[i];
    return NULL;
}

static void put16(GByteArray *out, unsigned value) {
    guint8 bytes[2] = {(guint8)(value >> 8), (guint8)value};
    g_byte_array_append(out, bytes, 2);
}

static void put_name(GByteArray *out, const char *name) {
    while (*name) {
        guint8 len = (guint8)strcspn(name, ".");
        g_byte_array_append(out, &len, 1);
        g_byte_array_append(out, (const guint8 *)name, len);
        name += len;
        name += *name == '.';
    }
    g_byte_array_append(out, (const guint8 *)"", 1);
}

static void put_strings(GByteArray *out, mw_span text) {
    size_t n = MAX((text.len + 254) / 255, 1);
    put16(out, (unsigned)(text.len + n));
    for (size_t i = 0; i < n; i++) {
        mw_span part = mw_span_slice(text, i * 255, (i + 1) * 255);
        guint8 len = (guint8)part.len;
        g_byte_array_append(out, &len, 1);
        g_byte_array_append(out, (const guint8 *)part.data, len);
    }
}

/* A DNS message with one question and one TXT record (RFC 1035 section 4.1). */
static GByteArray *make_packet(const char *name, mw_span record) {
    static const guint8 header[12] = {0, 0, 0x81, 0x80, 0, 1, 0, 1};
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, header, sizeof(header));
    put_name(out, name);
    put16(out, MW_TYPE_TXT);
    put16(out, 1);
    put16(out, 0xc00c); /* the question's name */
    put16(out, MW_TYPE_TXT);
    put16(out, 1);
    put16(out, 0);
    put16(out, 60);
    put_strings(out, record);
    return out;
}

static int query_start(void *srv, int type, unsigned char *name, unsigned char *buf, size_t size,
                       void **handle) {
    const mw_opendkim *question = question_for(srv, (const char *)name);
    reply *r = g_new0(reply, 1);
    *handle = r;
    r->status = DKIM_DNS_ERROR;
    if (!question)
        return DKIM_DNS_SUCCESS;
    g_autoptr(GByteArray) packet = make_packet(question->signature->key_name, question->key->record);
    if (packet->len <= size) {
        memcpy(buf, packet->data, packet->len);
        r->len = packet->len;
        r->status = DKIM_DNS_SUCCESS;
    }
    return DKIM_DNS_SUCCESS;
}

static int query_wait(void *srv, void *handle, struct timeval *timeout, size_t *bytes, int *error,
                      int *dnssec) {
    const reply *r = handle;
    if (bytes)
        *bytes = r->len;
    if (error)
        *error = 0;
    if (dnssec)
        *dnssec = DKIM_DNSSEC_UNKNOWN;
    return r->status;
}

static int query_cancel(void *srv, void *handle) {
    g_free(handle);
    return DKIM_DNS_SUCCESS;
}

static int resolver_init(void **srv) {
    return 0;
}

static void resolver_close(void *srv) {}

/* At the end of the mail all is hashed, and nothing checked: read_answer() does that, one by one. */
static DKIM_CBSTAT stop(DKIM *dkim, DKIM_SIGINFO **infos, int n_infos) {
    return DKIM_CBSTAT_REJECT;
}

static DKIM_LIB *open_library(void) {
    DKIM_LIB *lib = dkim_init(NULL, NULL);
    if (!lib)
        return NULL;
    u_int flags = DKIM_LIBFLAGS_BADSIGHANDLES | DKIM_LIBFLAGS_DELAYSIGPROC;
    uint64_t drift = MW_OPENDKIM_DRIFT; /* the time is judged by us, at delivery */
    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof(flags));
    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_CLOCKDRIFT, &drift, sizeof(drift));
    dkim_dns_set_init(lib, resolver_init);
    dkim_dns_set_close(lib, resolver_close);
    dkim_dns_set_query_start(lib, query_start);
    dkim_dns_set_query_cancel(lib, query_cancel);
    dkim_dns_set_query_waitreply(lib, query_wait);
    dkim_set_final(lib, stop);
    return lib;
}

static void close_library(void *lib) {
    dkim_close(lib);
}

/* To open it reads files, so each thread keeps its own. NULL without memory. */
static DKIM_LIB *library(void) {
    static GPrivate kept = G_PRIVATE_INIT(close_library);
    DKIM_LIB *lib = g_private_get(&kept);
    if (!lib)
        g_private_set(&kept, lib = open_library());
    return lib;
}

/* ---- the message ---- */

/* A name that no signature covers. libopendkim writes beyond its array of fields when h= names every field of
 * the mail and one more; with one field that is never taken it has room. */
static char *guard_field(const mw_opendkim *questions, size_t n) {
    for (unsigned number = 0;; number++) {
        g_autofree char *name = g_strdup_printf("X-Unsigned-%u", number);
        bool covered = false;
        for (size_t i = 0; i < n && !covered; i++)
            covered =
                questions[i].asked && mw_tag_listed(mw_span_of(questions[i].signature->signed_fields), name);
        if (!covered)
            return g_strdup_printf("%s: 1", name);
    }
}

static bool is_fed(const mw_field *field, const mw_opendkim *questions, size_t n) {
    if (field->bad || field->raw.len == 0)
        return false;
    if (!is_signature(field))
        return true;
    for (size_t i = 0; i < n; i++)
        if (questions[i].asked && questions[i].signature->field == field)
            return true;
    return false;
}

static bool feed(DKIM *dkim, const mw_message *message, bool body, const mw_opendkim *questions, size_t n) {
    for (size_t i = 0; i < message->n_fields; i++) {
        const mw_field *field = &message->fields[i];
        if (!is_fed(field, questions, n))
            continue;
        DKIM_STAT status = dkim_header(dkim, (u_char *)field->raw.data, field->raw.len);
        if (status != DKIM_STAT_OK && is_signature(field))
            return false; /* it may count as passed all the same, later on */
    }
    g_autofree char *guard = guard_field(questions, n);
    dkim_header(dkim, (u_char *)guard, strlen(guard));
    DKIM_STAT status = dkim_eoh(dkim);
    if (status == DKIM_STAT_INTERNAL || status == DKIM_STAT_NORESOURCE || status == DKIM_STAT_INVALID)
        return false;
    if (body && message->body.len)
        dkim_body(dkim, (u_char *)message->body.data, message->body.len);
    if (body && message->body.len && !mw_span_ends(message->body, "\r\n"))
        dkim_body(dkim, (u_char *)"\r\n", 2);
    dkim_eom(dkim, NULL);
    return true;
}

/* ---- the answer ---- */

/* The next question from *from on that this one may be the answer to. */
static mw_opendkim *question_of(DKIM_SIGINFO *info, mw_opendkim *questions, size_t n, size_t *from) {
    const char *domain = (const char *)dkim_sig_getdomain(info);
    const char *selector = (const char *)dkim_sig_getselector(info);
    for (size_t i = *from; domain && selector && i < n; i++) {
        const mw_signature *s = questions[i].signature;
        if (!questions[i].asked || g_ascii_strcasecmp(s->domain, domain) != 0 ||
            g_ascii_strcasecmp(s->selector, selector) != 0)
            continue;
        *from = i + 1;
        return &questions[i];
    }
    return NULL;
}

/* A key record in which libopendkim can read nothing but what we do. */
static bool is_plain(mw_arena *arena, const mw_dkim_key *key) {
    mw_taglist list = mw_taglist_read(arena, key->record);
    bool plain = !list.error && key->key->type == MW_KEY_RSA && key->key->bits >= PLAIN_BITS;
    for (size_t i = 0; plain && i < list.n_tags; i++) {
        mw_span name = list.tags[i].name, value = list.tags[i].value;
        if (mw_span_equal(name, MW_SPAN("p")))
            for (size_t at = 0; plain && at < value.len; at++)
                plain = g_ascii_isalnum(value.data[at]) || strchr("+/=", value.data[at]);
        else if (mw_span_equal(name, MW_SPAN("k")))
            plain = mw_span_equal(value, MW_SPAN("rsa"));
        else
            plain = mw_span_equal(name, MW_SPAN("v")) || mw_span_equal(name, MW_SPAN("n"));
    }
    return plain;
}

static bool is_digest(const mw_digest_value *ours, const void *theirs, size_t len) {
    return len && ours->len == len && memcmp(ours->bytes, theirs, len) == 0;
}

/* To decode the key takes it longer than all the rest. Where it has hashed what we have, and the key is
 * plain, it would find what we found. */
static bool as_ours(mw_arena *arena, DKIM_SIGINFO *info, bool body, mw_opendkim *out) {
    const mw_dkim_case *ours = out->ours;
    void *header_hash = NULL, *body_hash = NULL;
    size_t header_len = 0, body_len = 0;
    if (!ours || !ours->checked || dkim_sig_geterror(info) != DKIM_SIGERROR_UNKNOWN ||
        dkim_sig_gethashes(info, &header_hash, &header_len, &body_hash, &body_len) != DKIM_STAT_OK ||
        !is_digest(&ours->digest, header_hash, header_len) ||
        (body && !is_digest(&ours->want.value, body_hash, body_len)) || !is_plain(arena, out->key))
        return false;
    out->body_asked = body;
    out->header_passed = ours->verifies;
    out->body_passed = body && ours->verifies && ours->body_matches;
    return true;
}

static bool read_answer(mw_arena *arena, DKIM *dkim, DKIM_SIGINFO *info, bool body, mw_opendkim *out) {
    if (as_ours(arena, info, body, out))
        return true;
    if (dkim_sig_process(dkim, info) != DKIM_STAT_OK)
        return false;
    int error = dkim_sig_geterror(info);
    /* NULL for an unknown error */
    const char *text = error == DKIM_SIGERROR_OK ? NULL : dkim_sig_geterrorstr(error);
    unsigned flags = dkim_sig_getflags(info);
    bool processed = flags & DKIM_SIGFLAG_PROCESSED;
    out->body_asked = body;
    out->header_passed = processed && (flags & DKIM_SIGFLAG_PASSED);
    /* MATCH is also what an unprocessed signature has */
    out->body_passed =
        body && out->header_passed && error == DKIM_SIGERROR_OK && dkim_sig_getbh(info) == DKIM_SIGBH_MATCH;
    out->error = mw_strdup(arena, text);
    return true;
}

void mw_opendkim_ask(mw_arena *arena, const mw_message *message, bool with_body, mw_opendkim *questions,
                     size_t n_questions) {
    service s = {questions, n_questions};
    DKIM_LIB *lib = library();
    DKIM_STAT status;
    if (lib)
        dkim_dns_set_query_service(lib, &s);
    DKIM *dkim = lib ? dkim_verify(lib, (const u_char *)"mailwhy", NULL, &status) : NULL;
    bool body = with_body && message->body.len <= MW_OPENDKIM_MAX_BODY, fed = false;
    DKIM_SIGINFO **infos = NULL;
    int n_infos = 0;
    if (dkim)
        fed = feed(dkim, message, body, questions, n_questions);
    if (fed && dkim_getsiglist(dkim, &infos, &n_infos) != DKIM_STAT_OK)
        n_infos = 0;
    g_autofree bool *answered = g_new0(bool, n_questions);
    for (int i = 0, from = 0; i < n_infos; i++) {
        size_t at = (size_t)from;
        mw_opendkim *question = question_of(infos[i], questions, n_questions, &at);
        if (!question)
            continue;
        from = (int)at;
        answered[question - questions] = read_answer(arena, dkim, infos[i], body, question);
    }
    for (size_t i = 0; i < n_questions; i++)
        questions[i].asked = answered[i];
    if (dkim)
        dkim_free(dkim);
    if (lib)
        dkim_dns_set_query_service(lib, NULL);
}
