/* A record that would mend the cause, and the proof: the whole diagnosis once more with the record in the
 * DNS. */
#include "base/domain.h"
#include "base/limits.h"
#include "pipeline.h"

/* What a record may grow to before its answer no longer fits a small packet (RFC 7208 section 3.4). */
enum { MAX_RECORD = 450 };

/* ---- is the server the domain's own? ---- */

static const char *confirmed_name(const mw_facts *f, const char *domain) {
    const mw_rdns *rdns = f->rdns;
    for (guint i = 0; rdns && rdns->result == MW_RDNS_PASS && rdns->confirmed && i < rdns->confirmed->len;
         i++)
        if (mw_domain_same_organisation(rdns->confirmed->pdata[i], domain))
            return mw_printf(f->arena, "its reverse name %s leads back to it",
                             (const char *)rdns->confirmed->pdata[i]);
    return NULL;
}

static const char *valid_signature(const mw_facts *f, const char *domain) {
    for (guint i = 0; f->dkim && i < f->dkim->len; i++) {
        const mw_dkim *dkim = f->dkim->pdata[i];
        if (dkim->result == MW_DKIM_PASS && dkim->domain && mw_domain_same_organisation(dkim->domain, domain))
            return mw_printf(f->arena, "the mail carries a valid signature of %s", dkim->domain);
    }
    return NULL;
}

static const char *named_in_dns(const mw_facts *f, const char *domain) {
    for (guint i = 0; f->spf->advice && i < f->spf->advice->len; i++) {
        const mw_spf_advice *advice = f->spf->advice->pdata[i];
        if (strcmp(advice->id, "own_server") == 0)
            return mw_printf(f->arena, "the DNS of %s names it as a server of its own", domain);
    }
    return NULL;
}

static const char *own_server(const mw_facts *f, const mw_settings *s, const char *domain) {
    for (guint i = 0; i < s->mine->len; i++)
        if (mw_ip_equal(s->mine->pdata[i], &f->envelope->client_ip))
            return "--mine says so";
    const char *why = named_in_dns(f, domain);
    if (!why)
        why = confirmed_name(f, domain);
    return why ? why : valid_signature(f, domain);
}

/* ---- the record ---- */

static bool is_all(mw_span term) {
    if (term.len && strchr("+-~?", term.data[0]))
        term = mw_span_from(term, 1);
    return mw_span_is(term, "all");
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

static bool can_be_mended(const mw_spf *spf) {
    if (!spf || !spf->record || !spf->domain || !spf->tree || spf->tree->problem)
        return false;
    return spf->result == MW_SPF_FAIL || spf->result == MW_SPF_SOFTFAIL || spf->result == MW_SPF_NEUTRAL;
}

static const mw_fix *propose(mw_arena *arena, const mw_world *world, const mw_facts *facts) {
    const mw_spf *spf = facts->spf;
    if (!can_be_mended(spf) || !mw_domain_valid(spf->domain) || !mw_ip_public(&facts->envelope->client_ip))
        return NULL;
    const char *why = own_server(facts, world->settings, spf->domain);
    if (!why)
        return NULL;
    const char *record = with_address(arena, spf->record, &facts->envelope->client_ip);
    if (strlen(record) > MAX_RECORD)
        return NULL;
    mw_fix *fix = mw_new(arena, mw_fix);
    *fix = (mw_fix){.record = as_master_file(arena, spf->domain, record), .why = why, .key = "spf"};
    return fix;
}

const mw_diagnosis *mw_prove_fix(mw_arena *arena, const mw_world *world, const mw_diagnosis *d, mw_span bytes,
                                 mw_time now) {
    const mw_fix *fix = propose(arena, world, d->facts);
    g_autoptr(mw_changes) changes = mw_changes_new();
    if (!fix || !mw_changes_add(changes, fix->record, NULL))
        return d;
    const mw_diagnosis *after = mw_diagnose_changed(arena, world, changes, d->file, bytes, now, NULL);
    if (!after || !after->facts->spf || after->facts->spf->result != MW_SPF_PASS ||
        after->score.points > d->score.points)
        return d;
    mw_fix *proven = mw_memdup(arena, fix, sizeof *fix);
    proven->after = after->score;
    mw_diagnosis *with = mw_memdup(arena, d, sizeof *d);
    with->fix = proven;
    return with;
}
