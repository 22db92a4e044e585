#include "report/explain.h"
#include "report/glossary.h"
#include "report/symbol_page.h"
#include "trace/evidence.h"

#include "base/error.h"
#include "base/suggest.h"

enum { MAX_VARIANTS = 24, SHOWN_REPLY = 900, SHOWN_LINES = 10, LEAST_TEXTS = 4, SHOWN_WORD = 60 };

/* ---- symbols ----------------------------------------------------------------------------------------- */

static bool one_word(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (!g_ascii_isalnum(text.data[i]) && !strchr("_-", text.data[i]))
            return false;
    }
    return text.len > 0;
}

static void write_symbol(mw_layout *l, const mw_data *data, const mw_symbol *s) {
    GPtrArray *page = mw_symbol_page(l->arena, data, s);
    mw_layout_text(l, MW_BOLD, s->name);
    mw_layout_format(l, MW_PLAIN, "   %s", s->title);
    mw_layout_end(l);
    for (guint i = 0; i < page->len; i++) {
        const mw_page_part *part = page->pdata[i];
        for (guint k = 0; k < part->lines->len; k++)
            mw_layout_labelled(l, k ? "" : part->label, "%s", (const char *)part->lines->pdata[k]);
    }
}

void mw_explain_list(mw_layout *l, const mw_catalogue *symbols) {
    GPtrArray *all = mw_catalogue_all(symbols, l->arena);
    const char *group = NULL;
    for (guint i = 0; i < all->len; i++) {
        const mw_symbol *s = all->pdata[i];
        if (!group || strcmp(group, s->group) != 0) {
            if (group)
                mw_layout_end(l);
            mw_layout_text(l, MW_BOLD, s->group);
            mw_layout_end(l);
        }
        group = s->group;
        g_string_append(l->out, "  ");
        mw_layout_text(l, MW_PLAIN, s->name);
        int at = 2 + (int)strlen(s->name), column = MAX(32, at + 1);
        g_string_append_printf(l->out, "%*s", column - at, "");
        mw_layout_wrap(l, MW_PLAIN, column, column, s->title);
    }
}

/* ---- replies ----------------------------------------------------------------------------------------- */

const mw_smtp_reply *mw_explain_reply(mw_arena *arena, mw_span text) {
    const mw_logged_reply *first = mw_reply_log_read(arena, mw_span_trim(text))->replies->pdata[0];
    return first->reply;
}

static const char *joined(mw_layout *l, const char *all, const char *more) {
    return *all ? mw_printf(l->arena, "%s; %s", all, more) : more;
}

static void write_names(mw_layout *l, const mw_reply_names *n) {
    const char *all = "";
    for (guint i = 0; i < n->ips->len; i++)
        all = joined(l, all, mw_printf(l->arena, "address %s", mw_ip_text(l->arena, n->ips->pdata[i])));
    for (guint i = 0; i < n->domains->len; i++)
        all = joined(l, all, mw_printf(l->arena, "domain %s", (const char *)n->domains->pdata[i]));
    if (n->list)
        all = joined(l, all, mw_printf(l->arena, "block list %s", n->list));
    if (n->vendor_code)
        all = joined(l, all, mw_printf(l->arena, "the receiver's own code %s", n->vendor_code));
    if (*all)
        mw_layout_labelled(l, "It names", "%s", all);
    for (guint i = 0; i < n->urls->len; i++)
        mw_layout_labelled(l, i ? "" : "Links", "%s", (const char *)n->urls->pdata[i]);
    if (n->spf || n->dkim || n->dmarc)
        mw_layout_labelled(l, "Verdicts", "the receiver says SPF %s, DKIM %s, DMARC %s",
                           n->spf ? n->spf : "-", n->dkim ? n->dkim : "-", n->dmarc ? n->dmarc : "-");
}

static void write_submission(mw_layout *l) {
    mw_layout_labelled(l, "Where",
                       "at your own provider, when the mail was handed in: no receiver has seen it");
    mw_layout_labelled(l, "Check", "is the login right (name, password, port, encryption)?");
    mw_layout_labelled(l, "", "is the account suspended, or sending switched off?");
    mw_layout_labelled(l, "", "is the daily ceiling of mails reached?");
    mw_layout_labelled(l, "", "are there more recipients than one mail may have?");
}

/* "RCPT TO" tells that the address or the sender's server was refused, before the content was seen. */
static void write_stage(mw_layout *l, const mw_smtp_reply *reply, const mw_meaning *m) {
    if (m->stage == MW_STAGE_SUBMISSION) {
        write_submission(l);
        return;
    }
    if (reply->host || reply->command)
        mw_layout_labelled(l, "Where", "%s%s%s", reply->host ? reply->host : "the receiver",
                           reply->command ? ", in answer to " : "", reply->command ? reply->command : "");
}

static guint lines_so_far(const mw_layout *l) {
    guint n = 0;
    for (const char *p = l->out->str; (p = strchr(p, '\n')); p++)
        n++;
    return n;
}

static bool is_first_of_cause(const GPtrArray *variants, guint place) {
    const mw_variant *v = variants->pdata[place];
    for (guint i = 0; i < place; i++)
        if (strcmp(((const mw_variant *)variants->pdata[i])->cause, v->cause) == 0)
            return false;
    return true;
}

static void write_variants(mw_layout *l, const mw_explain_request *request,
                           const mw_reply_catalogue *catalogue, const mw_smtp_reply *reply) {
    GPtrArray *all = mw_reply_variants(catalogue, l->arena, reply->code, reply->enhanced, MAX_VARIANTS);
    if (all->len == 0 && reply->enhanced)
        all = mw_reply_variants(catalogue, l->arena, NULL, reply->enhanced, MAX_VARIANTS);
    if (all->len == 0)
        return;
    mw_layout_labelled(l, "Do", "Give the whole text: mailwhy --explain '%s%s%s ...'",
                       reply->code ? reply->code : "", reply->code && reply->enhanced ? " " : "",
                       reply->enhanced ? reply->enhanced : "");
    mw_layout_labelled(l, "Texts", "The words behind the code decide. These are known with it:");
    guint left = 0, most = MAX(SHOWN_LINES - 1, lines_so_far(l) + LEAST_TEXTS);
    for (guint i = 0; i < all->len; i++) {
        const mw_variant *v = all->pdata[i];
        if (request->verbose)
            mw_layout_labelled(l, "", "\"%s\" (%s): %s. %s", v->wording, v->provider, v->cause, v->meaning);
        else if (is_first_of_cause(all, i) && lines_so_far(l) < most)
            mw_layout_labelled(l, "", "%s: \"%s\" (%s)", v->cause, v->wording, v->provider);
        else
            left++;
    }
    if (left)
        mw_layout_labelled(l, "", "and %s%u more (-v)", all->len == MAX_VARIANTS ? "at least " : "", left);
}

static void write_code(mw_layout *l, const mw_reply_catalogue *catalogue, const char *code) {
    const mw_code *known = mw_reply_code(catalogue, code);
    if (known)
        mw_layout_labelled(l, code, "%s", known->meaning);
    else
        mw_layout_labelled(l, code, "%s",
                           code[0] == '4'   ? "The server puts the mail off for now."
                           : code[0] == '5' ? "The server refuses the mail for good."
                                            : "No code of a refusal.");
}

/* What the cause rests on, where no row knows the wording. */
static void write_basis(mw_layout *l, const mw_meaning *m, bool verbose) {
    if (m->basis == MW_BASIS_STATUS)
        mw_layout_labelled(l, "By", "the status code alone: the words are none that are known");
    else if (m->basis == MW_BASIS_CODE)
        mw_layout_labelled(l, "By",
                           "the reply code alone, as a last resort: the words are none that are known");
    else if (m->basis == MW_BASIS_OPINION)
        mw_layout_labelled(l, "By", "likeness to known replies, right in %.0f of 100 such cases",
                           m->opinion->certainty * 100);
    const char *words = "";
    for (size_t i = 0; m->basis == MW_BASIS_OPINION && m->opinion->words[i]; i++)
        words = joined(l, words, m->opinion->words[i]);
    if (verbose && *words)
        mw_layout_labelled(l, "Words", "%s", words);
}

/* In the language that was asked for, at least as it is for the cause in general; else in English. */
static const char *told(mw_layout *l, const mw_explain_request *request, const char *text,
                        const char *in_general) {
    const char *said = mw_translated(l->arena, request->language, text);
    if (!said)
        said = mw_translated(l->arena, request->language, in_general);
    return said ? said : text;
}

static void write_reply(mw_layout *l, const mw_explain_request *request, const mw_reply_catalogue *catalogue,
                        const mw_smtp_reply *reply) {
    const mw_meaning *m = mw_reply_meaning(catalogue, l->arena, reply);
    const mw_reply_class *class = mw_reply_cause(catalogue, m->cause);
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(reply->match), SHOWN_REPLY);
    mw_layout_labelled(l, "Reply", "%s", *shown->str ? shown->str : reply->text);
    bool same = strcmp(class->title, m->cause) == 0;
    mw_layout_labelled(l, "Cause", "%s%s%s%s", class->title, same ? "" : " (", same ? "" : m->cause,
                       same ? "" : ")");
    if (*reply->words)
        write_basis(l, m, request->verbose);
    if (*reply->words == '\0') {
        if (reply->code)
            write_code(l, catalogue, reply->code);
        if (reply->enhanced)
            write_code(l, catalogue, reply->enhanced);
        write_variants(l, request, catalogue, reply);
        return;
    }
    mw_layout_labelled(l, "It means", "%s", told(l, request, m->meaning, class->meaning));
    if (m->temporary)
        mw_layout_labelled(
            l, "", "%s",
            mw_say(l->arena, request->language,
                   m->lasting
                       ? "The sending server tries again by itself, but the mail does not pass before the "
                         "cause is mended."
                       : "It is only for now: the sending server tries again by itself.",
                   NULL));
    write_stage(l, reply, m);
    const mw_reply_names *reply_names = mw_smtp_reply_names(l->arena, reply);
    write_names(l, reply_names);
    mw_layout_labelled(l, "Who acts", "%s.", mw_owner_words(m->owner));
    mw_layout_labelled(l, "Do", "%s", told(l, request, m->action, class->action));
    static const char *const testable[] = {"spf",  "dkim",    "dmarc", "arc",    "ptr",
                                           "helo", "content", "url",   "syntax", NULL};
    const char *run = request->on_page ? "give this page the mail itself, or the bounce"
                                       : "run mailwhy on the mail itself, or on the bounce";
    if (g_strv_contains(testable, m->cause))
        mw_layout_labelled(l, "Then", "%s: it shows what is wrong in detail", run);
    else if (strcmp(m->cause, "dnsbl") == 0 && !reply_names->list)
        mw_layout_labelled(l, "Then", "%s: it asks the public lists that receivers use", run);
    if (m->source)
        mw_layout_labelled(l, "Source", "%s", m->source);
    if (request->verbose && m->row)
        mw_layout_labelled(l, "Row", "%s", m->row);
    if (request->looked_up && request->looked_up->len == 0)
        mw_layout_labelled(l, "Now", "the reply names no address, domain or list that could be looked up");
    for (guint i = 0; request->looked_up && i < request->looked_up->len; i++)
        mw_layout_labelled(l, i ? "" : "Now", "%s", (const char *)request->looked_up->pdata[i]);
}

/* How a mail is saved so that it can be diagnosed: a client's name a line, and its steps with an indent. */
static void write_export(mw_layout *l, const char *text) {
    enum { INDENT = 4 };
    for (mw_span rest = mw_span_of(text); rest.data;) {
        mw_span line = mw_span_cut(&rest, '\n');
        int at = line.len && line.data[0] == ' ' ? INDENT : 0;
        g_string_append_printf(l->out, "%*s", at, "");
        mw_layout_wrap(l, MW_PLAIN, at, at, mw_span_dup(l->arena, line));
    }
}

/* ---- words ------------------------------------------------------------------------------------------- */

static void write_word(mw_layout *l, const mw_word *word) {
    mw_layout_text(l, MW_BOLD, word->word);
    mw_layout_end(l);
    mw_layout_labelled(l, "It means", "%s", word->meaning);
    if (*word->symbol)
        mw_layout_labelled(l, "More", "mailwhy --explain %s", word->symbol);
}

/* A row of data/replies.tsv has it; a likeness to known replies is no knowledge of a single word. */
static bool is_known_wording(const mw_reply_catalogue *catalogue, mw_arena *arena,
                             const mw_smtp_reply *reply) {
    const mw_meaning *meaning = mw_reply_meaning(catalogue, arena, reply);
    return meaning->basis != MW_BASIS_NONE && meaning->basis != MW_BASIS_OPINION;
}

/* No reply is one word: a name that was mistyped, or that nobody here knows. */
static bool is_unknown(mw_arena *arena, const mw_explain_request *request, mw_span text, GError **error) {
    GPtrArray *names = mw_array_new(arena), *symbols = mw_catalogue_all(request->symbols, arena);
    const char *word = mw_span_dup(arena, mw_span_slice(text, 0, SHOWN_WORD));
    for (guint i = 0; i < symbols->len; i++)
        g_ptr_array_add(names, (gpointer)((const mw_symbol *)symbols->pdata[i])->name);
    g_ptr_array_add(names, (gpointer) "export");
    mw_glossary_names(request->data, arena, names);
    const char *near = mw_suggest_words(arena, names, word);
    g_set_error(error, MW_ERROR, MW_ERROR_UNKNOWN,
                "--explain %s: neither a symbol, a code nor a word of reports%s", word,
                *near ? near : " (mailwhy --list-symbols lists the symbols)");
    return false;
}

/* Replies out of a log, the most frequent first, each with its count. */
static void write_replies(mw_layout *l, const mw_explain_request *request, const mw_explained *e) {
    const mw_reply_log *log = mw_reply_log_read(l->arena, e->text);
    const mw_logged_reply *first = log->replies->pdata[0];
    if (log->lines == 1) {
        write_reply(l, request, e->catalogue, first->reply);
        return;
    }
    mw_layout_labelled(l, "Replies", "%u, of which %u differ", log->lines, log->replies->len + log->left_out);
    for (guint i = 0; i < log->replies->len; i++) {
        const mw_logged_reply *r = log->replies->pdata[i];
        mw_layout_end(l);
        mw_layout_labelled(l, "Count", "%u", r->count);
        mw_explain_request one = *request;
        one.looked_up = i == 0 ? request->looked_up : NULL;
        write_reply(l, &one, e->catalogue, r->reply);
    }
    if (log->left_out)
        mw_layout_labelled(l, "Left out", "%u more, each unlike those above", log->left_out);
}

bool mw_explain_find(mw_arena *arena, const mw_explain_request *request, mw_explained *out, GError **error) {
    mw_span text = mw_span_trim(request->text);
    *out = (mw_explained){.text = text};
    if (!text.len) {
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION,
                    "there is nothing to explain: give a reply's text, a code or a "
                    "symbol");
        return false;
    }
    if (mw_span_is(text, "export"))
        return (out->export = mw_evidence_export(arena, request->data, error)) != NULL;
    if (one_word(text) && (out->symbol = mw_catalogue_find(request->symbols, mw_span_dup(arena, text))))
        return true;
    GError *broken = NULL;
    out->word = mw_glossary_find(request->data, arena, mw_span_dup(arena, text), &broken);
    if (broken)
        g_propagate_error(error, broken);
    if (out->word || broken)
        return out->word != NULL;
    if (!(out->catalogue = mw_reply_catalogue_of(request->data, error)))
        return false;
    const mw_smtp_reply *reply = mw_explain_reply(arena, text);
    bool name = mw_span_find(text, '_') != SIZE_MAX; /* no reply's word has one */
    if (one_word(text) && !reply->code && !reply->enhanced &&
        (name || !is_known_wording(out->catalogue, arena, reply)))
        return is_unknown(arena, request, text, error);
    return true;
}

bool mw_explain_write(mw_layout *l, const mw_explain_request *request, GError **error) {
    mw_explained e;
    if (!mw_explain_find(l->arena, request, &e, error))
        return false;
    if (e.symbol)
        write_symbol(l, request->data, e.symbol);
    else if (e.word)
        write_word(l, e.word);
    else if (e.export)
        write_export(l, e.export);
    else
        write_replies(l, request, &e);
    return true;
}
