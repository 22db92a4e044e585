/* Records that would mend what is wrong, and the proof: the whole diagnosis once more with the record in the
 * DNS. */
#include "spf/parse.h"
#include "base/domain.h"
#include "base/limits.h"
#include "check/client.h"
#include "run/fix.h"
#include "run/trial.h"

enum {
    MAX_RECORD = 450, /* of SPF: then its answer no longer fits a small packet (RFC 7208 section 3.4) */
    MAX_TXT = 4096,
    MAX_KEYS = 3, /* each costs a whole run */
};

/* ---- is the server the domain's own? ---- */

static const char *confirmed_name(const mw_facts *f, const char *domain) {
    const mw_rdns *rdns = f->rdns;
    for (guint i = 0; rdns && rdns->result == MW_RDNS_PASS && rdns->confirmed && i < rdns->confirmed->len;
         i++)
        if (mw_domain_same_organisation(rdns->confirmed->pdata[i], domain) &&
            !mw_client_handed_out(f, rdns->confirmed->pdata[i]))
            return mw_printf(f->arena, "its reverse name %s leads back to it",
                             (const char *)rdns->confirmed->pdata[i]);
    return NULL;
}

static const char *named_in_dns(const mw_facts *f, const char *domain) {
    for (guint i = 0; f->spf->advice && i < f->spf->advice->len; i++) {
        const mw_spf_advice *advice = f->spf->advice->pdata[i];
        if (strcmp(advice->id, "own_server") == 0 && !mw_client_handed_out(f, advice->reverse_name))
            return mw_printf(f->arena, "the DNS of %s names it", domain);
    }
    return NULL;
}

static bool is_mine(const mw_facts *f, const mw_settings *s) {
    for (guint i = 0; i < s->mine->len; i++)
        if (mw_ip_equal(s->mine->pdata[i], &f->envelope->client_ip))
            return true;
    return false;
}

/* Why the server is the domain's own, or NULL. A signature is no such evidence: anybody can send a signed
 * mail on. */
static const char *own_server(const mw_facts *f, const mw_settings *s, const char *domain) {
    if (is_mine(f, s))
        return "--mine says so";
    const char *why = named_in_dns(f, domain);
    return why ? why : confirmed_name(f, domain);
}

/* ---- the record ---- */

static bool is_all(mw_span term) {
    return mw_span_is(mw_spf_unqualified(term), "all");
}

/* The record with the one address in front of its all, or at its end. */
static char *with_address(mw_arena *arena, const char *record, const mw_ip *ip) {
    g_autoptr(GString) text = g_string_new(NULL);
    const char *term = mw_printf(arena, "ip%c:%s", ip->family == 4 ? '4' : '6', mw_ip_text(arena, ip));
    mw_span rest = mw_span_of(record);
    bool added = false;
    while (rest.data) {
        mw_span word = mw_span_cut(&rest, ' ');
        if (word.len == 0)
            continue;
        if (!added && is_all(word)) {
            g_string_append_printf(text, " %s", term);
            added = true;
        }
        g_string_append_printf(text, "%s%.*s", text->len ? " " : "", (int)word.len, word.data);
    }
    if (!added)
        g_string_append_printf(text, " %s", term);
    return mw_strndup(arena, text->str, text->len);
}

/* NAME. TXT "..." "...", strings of at most 255 octets, escaped as in a master file (RFC 1035 section 5.1).
 */
static char *as_master_file(mw_arena *arena, const char *name, const char *record) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s. TXT \"", name);
    size_t in_string = 0;
    for (const char *p = record; *p; p++) {
        if (in_string++ == 255) {
            g_string_append(text, "\" \"");
            in_string = 1;
        }
        if (*p == '"' || *p == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    g_string_append_c(text, '"');
    return mw_strndup(arena, text->str, text->len);
}

/* ---- what could be published ---- */

typedef struct candidate {
    const char *key, *name, *text, *why;
    guint signature;  /* of "dkim": which one it is for */
    const char *type; /* "CNAME", or NULL for TXT */
} candidate;

static void add(GPtrArray *all, mw_arena *arena, const candidate *c) {
    for (const char *p = c->text; *p; p++)
        if (*p < ' ' || *p > '~')
            return;
    if (strlen(c->text) <= MAX_TXT && mw_domain_valid(c->name))
        g_ptr_array_add(all, mw_memdup(arena, c, sizeof *c));
}

static bool refuses(mw_spf_result result) {
    return result == MW_SPF_FAIL || result == MW_SPF_SOFTFAIL || result == MW_SPF_NEUTRAL;
}

/* A server of the receiving side saw the address, or the user vouches for it. A bounce is anybody's text, and
 * so is a field that no Received line of the receiving side bears out. */
static bool was_seen(const mw_facts *f, const mw_settings *s) {
    const mw_envelope *envelope = f->envelope;
    if (!mw_ip_public(&envelope->client_ip))
        return false;
    if (envelope->client_ip_given || is_mine(f, s))
        return true;
    return !f->bounce && f->trace && f->trace->boundary >= 0 && envelope->confidence > MW_CONFIDENCE_LOW;
}

/* The record with the server in it, if that is the domain's own; else the record without its mistake. */
static void propose_spf(mw_arena *arena, const mw_settings *settings, const mw_facts *facts, GPtrArray *all) {
    const mw_spf *spf = facts->spf;
    if (!spf || !spf->domain || !mw_domain_valid(spf->domain))
        return;
    const mw_mended *mended = spf->mended;
    bool whole = spf->record && spf->tree && !spf->tree->problem && refuses(spf->result);
    const char *record = mended ? mended->text : whole ? spf->record : NULL;
    if (!record)
        return;
    candidate c = {.key = "spf", .name = spf->domain, .text = record, .why = mended ? mended->how : NULL};
    const char *own = was_seen(facts, settings) ? own_server(facts, settings, spf->domain) : NULL;
    if (mended)
        add(all, arena, &c);
    if (!own)
        return;
    c.text = with_address(arena, record, &facts->envelope->client_ip);
    const char *yours = mw_printf(arena, "The server counts as the domain's own: %s.", own);
    c.why = c.why ? mw_printf(arena, "%s %s", c.why, yours) : yours;
    if (strlen(c.text) <= MAX_RECORD)
        add(all, arena, &c);
}

static void propose_keys(mw_arena *arena, const mw_facts *facts, GPtrArray *all) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len && i < MAX_KEYS; i++) {
        const mw_mended *m = ((const mw_dkim *)facts->dkim->pdata[i])->mended;
        if (m)
            add(all, arena, &(candidate){"dkim", m->name, m->text, m->how, i, m->type});
    }
}

static void propose_dmarc(mw_arena *arena, const mw_facts *facts, GPtrArray *all) {
    const mw_mended *m = facts->dmarc ? facts->dmarc->mended : NULL;
    if (m)
        add(all, arena,
            &(candidate){.key = "dmarc", .name = m->name, .text = m->text, .why = m->how, .type = m->type});
}

/* ---- the proof ---- */

static bool mends_spf(const mw_facts *before, const mw_facts *after) {
    if (after->domain)
        return before->spf->mended && after->spf && !after->spf->mended && after->spf->record &&
               after->spf->result != MW_SPF_PERMERROR && after->spf->result != MW_SPF_TEMPERROR;
    mw_spf_result now = after->spf ? after->spf->result : MW_SPF_UNTESTABLE;
    return now == MW_SPF_PASS || (refuses(now) && before->spf->mended && !after->spf->mended);
}

static bool mends_signature(const mw_facts *after, guint i) {
    return after->dkim && i < after->dkim->len &&
           ((const mw_dkim *)after->dkim->pdata[i])->result == MW_DKIM_PASS;
}

static bool mends_dmarc(const mw_facts *after) {
    return after->dmarc && !after->dmarc->mended &&
           (after->dmarc->rfc9989.result == MW_DMARC_PASS || after->dmarc->rfc9989.result == MW_DMARC_FAIL ||
            (after->domain && after->dmarc->rfc9989.record));
}

static bool mends(const candidate *c, const mw_diagnosis *before, const mw_diagnosis *after) {
    if (after->score.action > before->score.action || after->score.points > before->score.points)
        return false;
    if (strcmp(c->key, "spf") == 0)
        return mends_spf(before->facts, after->facts);
    return strcmp(c->key, "dkim") == 0 ? mends_signature(after->facts, c->signature)
                                       : mends_dmarc(after->facts);
}

static const mw_fix *prove(mw_arena *arena, const mw_world *world, const mw_diagnosis *d, const candidate *c,
                           mw_span bytes, mw_time now) {
    g_autoptr(mw_changes) changes = mw_changes_new();
    const char *record = c->type ? mw_printf(arena, "%s. %s %s.", c->name, c->type, c->text)
                                 : as_master_file(arena, c->name, c->text);
    if (!mw_changes_add(changes, record, NULL))
        return NULL;
    const mw_diagnosis *after = mw_diagnose_changed(arena, world, changes, d->file, bytes, now, NULL);
    if (!after || !mends(c, d, after))
        return NULL;
    mw_fix *fix = mw_new(arena, mw_fix);
    *fix = (mw_fix){.record = record, .why = c->why, .key = c->key, .after = after->score};
    return fix;
}

/* The better one of those for the same key stays. */
static void keep(GPtrArray *fixes, const mw_fix *fix) {
    for (guint i = 0; i < fixes->len; i++) {
        const mw_fix *other = fixes->pdata[i];
        if (strcmp(other->key, fix->key) != 0)
            continue;
        if (fix->after.action < other->after.action || fix->after.points < other->after.points)
            fixes->pdata[i] = (gpointer)fix;
        return;
    }
    g_ptr_array_add(fixes, (gpointer)fix);
}

const mw_diagnosis *mw_prove_fixes(mw_arena *arena, const mw_world *world, const mw_diagnosis *d,
                                   mw_span bytes, mw_time now) {
    GPtrArray *candidates = mw_array_new(arena), *fixes = mw_array_new(arena);
    if ((d->facts->bounce && d->facts->bounce->backscatter) || d->verdict->forged || d->verdict->deceptive)
        return d;
    propose_spf(arena, world->settings, d->facts, candidates);
    propose_keys(arena, d->facts, candidates);
    propose_dmarc(arena, d->facts, candidates);
    for (guint i = 0; i < candidates->len; i++) {
        if (mw_dns_left_ms(world->dns) <= 0) {
            mw_notice((mw_facts *)d->facts,
                      "Not every record was tried: the time for this mail was over (--timeout).");
            break;
        }
        const mw_fix *fix = prove(arena, world, d, candidates->pdata[i], bytes, now);
        if (fix)
            keep(fixes, fix);
    }
    if (fixes->len == 0)
        return d;
    mw_diagnosis *with = mw_memdup(arena, d, sizeof *d);
    with->fixes = fixes;
    return with;
}
