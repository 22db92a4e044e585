#include "report/symbol_page.h"
#include "report/explain.h"

#include "report/glossary.h"
#include "report/json_value.h"

static mw_json *document(mw_arena *a, const char *kind) {
    mw_json *o = mw_json_object();
    mw_json_int(o, "schema", 2);
    mw_json_text(a, o, "mailwhy", MAILWHY_VERSION);
    mw_json_text(a, o, "kind", kind);
    return o;
}

static mw_json *names_of(mw_arena *a, const mw_reply_names *n) {
    mw_json *o = mw_json_object();
    GPtrArray *addresses = mw_array_new(a);
    for (guint i = 0; i < n->ips->len; i++)
        g_ptr_array_add(addresses, (gpointer)mw_ip_text(a, n->ips->pdata[i]));
    mw_json_strings(a, o, "addresses", addresses);
    mw_json_strings(a, o, "domains", n->domains);
    mw_json_strings(a, o, "links", n->urls);
    mw_json_text(a, o, "list", n->list);
    mw_json_text(a, o, "vendor_code", n->vendor_code);
    mw_json_text(a, o, "spf", n->spf);
    mw_json_text(a, o, "dkim", n->dkim);
    mw_json_text(a, o, "dmarc", n->dmarc);
    return o;
}

static void put_opinion(mw_arena *a, mw_json *o, const mw_meaning *m) {
    GPtrArray *words = mw_array_new(a);
    bool told = m->basis == MW_BASIS_OPINION;
    for (size_t i = 0; told && m->opinion->words[i]; i++)
        g_ptr_array_add(words, (gpointer)m->opinion->words[i]);
    mw_json_text(a, o, "basis", mw_reply_basis_name(m->basis));
    if (told)
        mw_json_points(o, "certainty", m->opinion->certainty);
    else
        mw_json_put(o, "certainty", NULL);
    mw_json_strings(a, o, "words", words);
}

static void put_meaning(mw_arena *a, mw_json *o, const mw_smtp_reply *reply, const mw_meaning *m) {
    mw_json_text(a, o, "reply_code", reply->code);
    mw_json_text(a, o, "enhanced_status", reply->enhanced);
    mw_json_text(a, o, "diagnostic", reply->text);
    mw_json_text(a, o, "remote_host", reply->host);
    mw_json_text(a, o, "command", reply->command);
    mw_json_text(a, o, "cause", m->cause);
    mw_json_text(a, o, "reason", m->reason);
    mw_json_text(a, o, "meaning", m->meaning);
    mw_json_text(a, o, "who", mw_reply_who(m->owner));
    mw_json_text(a, o, "what_to_do", m->action);
    mw_json_text(a, o, "stage", m->stage == MW_STAGE_SUBMISSION ? "submission" : "receiver");
    mw_json_bool(o, "temporary", m->temporary);
    put_opinion(a, o, m);
    mw_json_text(a, o, "provider", m->provider && strcmp(m->provider, "generic") != 0 ? m->provider : NULL);
    mw_json_text(a, o, "source", m->source);
    mw_json_put(o, "names", names_of(a, mw_smtp_reply_names(a, reply)));
}

static mw_json *one_reply(mw_arena *a, const void *item, const void *context) {
    const mw_logged_reply *r = item;
    mw_json *o = mw_json_object();
    mw_json_int(o, "count", r->count);
    put_meaning(a, o, r->reply, mw_reply_meaning(context, a, r->reply));
    return o;
}

static mw_json *replies(const mw_explain_request *request, mw_arena *a, mw_span text,
                        const mw_reply_catalogue *catalogue) {
    const mw_reply_log *log = mw_reply_log_read(a, text);
    const mw_logged_reply *first = log->replies->pdata[0];
    mw_json *o = document(a, "reply");
    put_meaning(a, o, first->reply, mw_reply_meaning(catalogue, a, first->reply));
    if (request->looked_up)
        mw_json_strings(a, o, "looked_up", request->looked_up);
    else
        mw_json_put(o, "looked_up", NULL);
    mw_json_int(o, "lines", log->lines);
    mw_json_int(o, "left_out", log->left_out);
    mw_json_list(a, o, "replies", log->replies, one_reply, catalogue);
    return o;
}

static mw_json *symbol_of(mw_arena *a, const mw_data *data, const mw_symbol *s) {
    mw_json *o = document(a, "symbol");
    mw_json_text(a, o, "symbol", s->name);
    mw_json_text(a, o, "group", s->group);
    mw_json_text(a, o, "title", s->title);
    mw_json_text(a, o, "meaning", s->explain);
    mw_json_text(a, o, "owner", s->owner);
    mw_json_text(a, o, "what_to_do", s->fix);
    mw_json_text(a, o, "source", s->source);
    static const char *const keys[][2] = {
        {"Bad mail", "bad_mail"}, {"Good mail", "good_mail"}, {"Look", "look"}, {"Receivers", "receivers"}};
    GPtrArray *page = mw_symbol_page(a, data, s);
    for (guint i = 0; i < page->len; i++) {
        const mw_page_part *part = page->pdata[i];
        for (size_t k = 0; k < G_N_ELEMENTS(keys); k++)
            if (strcmp(part->label, keys[k][0]) == 0)
                mw_json_strings(a, o, keys[k][1], part->lines);
    }
    return o;
}

static mw_json *word_of(mw_arena *a, const mw_word *word) {
    mw_json *o = document(a, "word");
    mw_json_text(a, o, "word", word->word);
    mw_json_text(a, o, "meaning", word->meaning);
    mw_json_text(a, o, "symbol", *word->symbol ? word->symbol : NULL);
    return o;
}

char *mw_explain_json(mw_arena *a, const mw_explain_request *request, bool line, GError **error) {
    mw_explained e;
    if (!mw_explain_find(a, request, &e, error))
        return NULL;
    mw_json *o;
    if (e.symbol) {
        o = symbol_of(a, request->data, e.symbol);
    } else if (e.word) {
        o = word_of(a, e.word);
    } else if (e.export) {
        o = document(a, "export");
        mw_json_text(a, o, "text", e.export);
    } else {
        o = replies(request, a, e.text, e.catalogue);
    }
    return line ? mw_json_line(o) : mw_json_dump(o);
}
