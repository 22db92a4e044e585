#include "report/domain.h"
#include "check/domain.h"
#include "report/head.h"

static unsigned count(const mw_diagnosis *d, bool open) {
    unsigned n = 0;
    for (guint i = 0; i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        n += open ? f->state != MW_HIT : f->state == MW_HIT && !f->because_of && mw_finding_fix(f);
    }
    return n;
}

const char *mw_domain_count_words(mw_arena *arena, const mw_diagnosis *d) {
    unsigned wrong = count(d, false), open = count(d, true);
    const char *words = mw_printf(arena, "%u %s to mend", wrong, wrong == 1 ? "thing" : "things");
    return open ? mw_printf(arena, "%s, %u not answered", words, open) : words;
}

void mw_domain_head_write(mw_layout *l, const mw_diagnosis *d) {
    unsigned wrong = count(d, false), open = count(d, true);
    mw_layout_text(l, wrong ? MW_YELLOW : MW_GREEN, wrong ? "TO MEND" : open ? "INCOMPLETE" : "FINE");
    mw_layout_format(l, MW_BOLD, "   %s: ", d->facts->domain->name);
    mw_layout_format(l, MW_PLAIN, "%s", mw_domain_count_words(l->arena, d));
    mw_layout_format(l, MW_DIM, "   (profile %s: %.2f of %g)", d->profile->name, d->score.points, d->limit);
    mw_layout_end(l);
}

static void write_hosts(mw_layout *l, const struct mw_domain_facts *domain) {
    char ip[MW_IP_TEXT];
    if (domain->hosts->len == 0)
        mw_layout_labelled(l, "Mail", "%s %s", domain->name,
                           domain->no_hosts ? domain->no_hosts : "was not asked for");
    for (guint i = 0; i < domain->hosts->len; i++) {
        const mw_domain_host *host = domain->hosts->pdata[i];
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint k = 0; k < host->addresses->len; k++)
            g_string_append_printf(text, "%s%s (%s)", k ? ", " : ": ",
                                   mw_ip_print(host->addresses->pdata[k], ip),
                                   (const char *)host->reverse->pdata[k]);
        mw_layout_labelled(l, i ? "" : "Mail", "%u %s%s", host->preference, host->name,
                           text->len ? text->str : ": no address");
    }
}

static void write_keys(mw_layout *l, const struct mw_domain_facts *domain) {
    for (guint i = 0; i < domain->keys->len; i++) {
        const mw_domain_key *key = domain->keys->pdata[i];
        mw_layout_labelled(l, i ? "" : "Keys", "%s: %s", key->selector, key->words);
    }
    if (domain->keys->len == 0)
        mw_layout_labelled(l, "Keys",
                           "none under the %u selectors that were tried; --selector NAME names another",
                           domain->selectors_tried);
}

static const char *or_none(const char *record) {
    return record ? record : "none";
}

void mw_domain_write(mw_layout *l, const mw_diagnosis *d) {
    const mw_facts *f = d->facts;
    const struct mw_domain_facts *domain = f->domain;
    mw_layout_end(l);
    write_hosts(l, domain);
    mw_layout_labelled(l, "SPF", "%s", or_none(f->spf ? f->spf->record : NULL));
    const mw_dmarc_verdict *v = f->dmarc ? &f->dmarc->rfc9989 : NULL;
    if (v && v->record && g_strcmp0(v->record_domain, domain->name) != 0)
        mw_layout_labelled(l, "DMARC", "of %s: %s", v->record_domain, v->record);
    else
        mw_layout_labelled(l, "DMARC", "%s", or_none(v ? v->record : NULL));
    if (domain->alignment)
        mw_layout_labelled(l, "", "asks for: %s", domain->alignment);
    write_keys(l, domain);
    mw_layout_labelled(l, "BIMI", "%s", or_none(domain->bimi));
    mw_layout_labelled(l, "MTA-STS", "%s", or_none(domain->mta_sts));
    mw_layout_labelled(l, "TLS-RPT", "%s", or_none(domain->tls_rpt));
}

void mw_domain_steps_write(mw_layout *l, const mw_diagnosis *d) {
    const GPtrArray *findings = d->facts->findings;
    g_autoptr(GPtrArray) told = g_ptr_array_new();
    unsigned number = 0;
    for (guint i = 0; i < findings->len; i++) {
        const mw_finding *f = findings->pdata[i];
        if (f->state != MW_HIT || f->because_of || !mw_finding_fix(f))
            continue;
        bool again = g_ptr_array_find_with_equal_func(told, mw_remedy_key(f), g_str_equal, NULL);
        if (number == 0)
            mw_layout_end(l);
        const char *points = f->points > 0 ? mw_printf(l->arena, " (+%.2f)", f->points) : "";
        mw_layout_labelled(l, number ? "" : "To mend", "%u. %s: %s%s", number + 1, f->symbol->name,
                           f->summary, points);
        if (again) /* the record stands there already */
            mw_layout_labelled(l, "", "   %s", mw_finding_fix(f));
        else
            mw_head_advice(l, d, "", "   ", f, "");
        g_ptr_array_add(told, (gpointer)mw_remedy_key(f));
        number++;
    }
}

static mw_json *host(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_domain_host *h = item;
    g_autoptr(GPtrArray) addresses = g_ptr_array_new();
    for (guint i = 0; i < h->addresses->len; i++)
        g_ptr_array_add(addresses, mw_ip_text(a, h->addresses->pdata[i]));
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "name", h->name);
    mw_json_int(o, "preference", h->preference);
    mw_json_strings(a, o, "addresses", addresses);
    mw_json_strings(a, o, "reverse", h->reverse);
    return o;
}

static mw_json *key(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_domain_key *k = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "selector", k->selector);
    mw_json_bool(o, "good", k->good);
    mw_json_text(a, o, "what", k->words);
    return o;
}

mw_json *mw_json_domain(mw_arena *a, const mw_facts *f) {
    const struct mw_domain_facts *d = f->domain;
    if (!d)
        return NULL;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "name", d->name);
    mw_json_list(a, o, "mx", d->hosts, host, NULL);
    mw_json_text(a, o, "no_mx", d->no_hosts);
    mw_json_list(a, o, "keys", d->keys, key, NULL);
    mw_json_text(a, o, "alignment", d->alignment);
    mw_json_text(a, o, "bimi", d->bimi);
    mw_json_text(a, o, "mta_sts", d->mta_sts);
    mw_json_text(a, o, "tls_rpt", d->tls_rpt);
    return o;
}
