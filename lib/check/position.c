#include "check/position.h"

/* The first whose domain the summary names. */
const mw_dkim *mw_finding_signature(const mw_facts *f, const mw_finding *x) {
    if (strcmp(x->symbol->check, "dkim") != 0)
        return NULL;
    for (guint i = 0; f->dkim && i < f->dkim->len; i++) {
        const mw_dkim *dkim = f->dkim->pdata[i];
        if (dkim->domain && strstr(x->summary, dkim->domain))
            return dkim;
    }
    return f->dkim && f->dkim->len ? f->dkim->pdata[0] : NULL;
}

const mw_field *mw_finding_field(const mw_facts *f, const mw_finding *x) {
    static const char *const fields[][2] = {
        {"subject", "Subject"}, {"date", "Date"}, {"dmarc", "From"}, {"sender", "From"}, {"recipient", "To"}};
    const char *check = x->symbol->check;
    const mw_trace *trace = f->trace;
    const mw_dkim *dkim = mw_finding_signature(f, x);
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (strcmp(check, fields[i][0]) == 0)
            return mw_message_field(f->message, fields[i][1]);
    if (strcmp(check, "dkim") == 0)
        return dkim ? dkim->field : NULL;
    bool of_server = strcmp(check, "rdns") == 0 || strcmp(check, "helo") == 0 || strcmp(check, "spf") == 0;
    if (of_server && trace && trace->boundary >= 0)
        return ((const mw_hop *)trace->hops->pdata[trace->boundary])->field;
    const char *colon = x->evidence ? strchr(x->evidence, ':') : NULL; /* "Name: value", as it stands there */
    return colon ? mw_message_field(f->message,
                                    mw_strndup(f->arena, x->evidence, (size_t)(colon - x->evidence)))
                 : NULL;
}

/* How many lines of the file stand before the mail that is diagnosed; SIZE_MAX: it is encoded there. */
static size_t lines_before(const mw_facts *f) {
    const mw_bounce *b = f->bounce;
    const mw_message *outer = f->outer, *inner = b && b->original ? b->original : f->message;
    bool within = f->attached || (b && b->original && !b->paired);
    if (!within || !outer)
        return 0;
    const char *from = outer->raw.data, *to = from + outer->raw.len, *at = inner->original.data;
    if (at < from || at > to || outer->n_fields == 0)
        return SIZE_MAX;
    size_t lines = outer->fields[0].line - 1;
    for (const char *p = from; (p = memchr(p, '\n', (size_t)(at - p))); p++)
        lines++;
    return lines;
}

size_t mw_finding_line(const mw_facts *f, const mw_finding *x) {
    const mw_field *field = mw_finding_field(f, x);
    size_t before = field ? lines_before(f) : SIZE_MAX;
    return before == SIZE_MAX ? 0 : before + field->line;
}

const char *mw_finding_subject(mw_arena *arena, const mw_facts *f, const mw_finding *x) {
    const char *check = x->symbol->check;
    const mw_dkim *dkim = mw_finding_signature(f, x);
    if (strcmp(check, "spf") == 0 && f->spf && f->spf->domain)
        return f->spf->domain;
    if (dkim && dkim->domain)
        return dkim->domain;
    if ((strcmp(check, "dmarc") == 0 || strcmp(check, "sender") == 0) && f->from_domain)
        return f->from_domain;
    if ((strcmp(check, "rdns") == 0 || strcmp(check, "helo") == 0) && f->envelope->client_ip.family)
        return mw_ip_text(arena, &f->envelope->client_ip);
    mw_span rest = mw_span_of(x->summary), word = mw_span_cut(&rest, ' ');
    bool names =
        memchr(word.data, '.', word.len) || memchr(word.data, ':', word.len); /* "203.0.113.25 is on ..." */
    return (strcmp(check, "list") == 0 || strcmp(check, "link") == 0) && names ? mw_span_dup(arena, word)
                                                                               : "";
}
