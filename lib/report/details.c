#include "report/details.h"
#include "report/hops.h"
#include "check/position.h"

/* The record that was asked for what a check found; NULL: none, or too many. */
static const char *asked_for(mw_arena *arena, const mw_facts *f, const mw_finding *x, const mw_dkim *dkim) {
    const char *check = x->symbol->check;
    char ip[MW_IP_TEXT];
    if (strcmp(check, "spf") == 0 && f->spf && f->spf->domain)
        return mw_printf(arena, "TXT %s", f->spf->domain);
    if (strcmp(check, "dmarc") == 0 && f->dmarc && f->dmarc->rfc9989.record_domain)
        return mw_printf(arena, "TXT _dmarc.%s", f->dmarc->rfc9989.record_domain);
    if (strcmp(check, "dmarc") == 0 && f->dmarc && f->dmarc->domain)
        return mw_printf(arena, "TXT _dmarc.%s", f->dmarc->domain);
    if (strcmp(check, "dkim") == 0 && dkim && dkim->key_name)
        return mw_printf(arena, "TXT %s", dkim->key_name);
    if (strcmp(check, "rdns") == 0 && f->envelope->client_ip.family)
        return mw_printf(arena, "PTR %s", mw_ip_print(&f->envelope->client_ip, ip));
    return NULL;
}

static void write_evidence(mw_layout *l, const mw_diagnosis *d, const mw_finding *x, bool first) {
    const mw_facts *f = d->facts;
    const mw_dkim *dkim = mw_finding_signature(f, x);
    const char *asked = asked_for(l->arena, f, x, dkim);
    const mw_field *field = mw_finding_field(f, x);
    const char *name = field ? mw_span_dup(l->arena, field->name) : NULL;
    size_t number = mw_finding_line(f, x);
    const char *line = !field   ? ""
                       : number ? mw_printf(l->arena, " (line %zu: %s)", number, name)
                                : mw_printf(l->arena, " (%s)", name);
    if (!x->evidence && !asked && !field)
        return;
    const char *evidence = x->evidence && asked && g_str_has_suffix(asked, x->evidence) ? NULL : x->evidence;
    bool record = evidence && asked && g_str_has_prefix(evidence, "v="); /* what is held there */
    mw_layout_labelled(l, first ? "Evidence" : "", "%s%s%s%s%s%s", x->symbol->name, line, asked ? ": " : "",
                       asked ? asked : "",
                       !evidence ? ""
                       : record  ? " = "
                       : asked   ? "; "
                                 : ": ",
                       evidence ? evidence : "");
}

void mw_details_write(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    bool first = true;
    mw_layout_end(l);
    for (guint i = 0; i < f->envelope->reasons->len; i++)
        mw_layout_labelled(l, i ? "" : "Sender", "%s", (const char *)f->envelope->reasons->pdata[i]);
    mw_hops_write(l, f);
    for (guint i = 0; i < f->findings->len; i++) {
        gsize before = l->out->len;
        write_evidence(l, d, f->findings->pdata[i], first);
        first &= before == l->out->len;
    }
    mw_layout_labelled(
        l, "Profile", "%s; %s", d->profile->name,
        f->envelope->received_at == MW_TIME_UNKNOWN
            ? "the mail does not tell when it was delivered"
            : mw_printf(l->arena, "as of the delivery, %s", mw_time_day(l->arena, f->envelope->received_at)));
    mw_layout_labelled(l, "DNS", "%s: %u queries, %u unanswered, %" G_GINT64_FORMAT " ms", d->dns.source,
                       d->dns.queries, d->dns.unanswered, d->dns.elapsed_ms);
}
