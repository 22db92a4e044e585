#include "report/sender.h"

enum { SUBJECT_SHOWN = 60, NAME_SHOWN = 80 };

/* The start of a text that may be of any length; it is made printable where it is written. */
static const char *start_of(mw_layout *l, const char *text, size_t most) {
    if (!text || strlen(text) <= most)
        return text;
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(text), most);
    return mw_strndup(l->arena, shown->str, shown->len);
}

static bool same_name(const char *a, const char *b) {
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

/* What is known of the server beside its address: the HELO name, and the reverse name where it is another. */
static const char *server_words(mw_layout *l, const mw_envelope *e, const mw_rdns *rdns) {
    const GPtrArray *names = !rdns                                     ? NULL
                             : rdns->confirmed && rdns->confirmed->len ? rdns->confirmed
                                                                       : rdns->names;
    const char *reverse = names && names->len ? names->pdata[0] : NULL;
    bool leads_back = rdns && rdns->result == MW_RDNS_PASS;
    const char *helo = e->helo ? start_of(l, e->helo, NAME_SHOWN) : NULL;
    if (helo && same_name(helo, reverse) && leads_back)
        return mw_printf(l->arena, ", %s", helo);
    const char *called = helo ? mw_printf(l->arena, " as %s", helo) : "";
    if (rdns && rdns->result == MW_RDNS_NONE)
        return mw_printf(l->arena, "%s, no reverse DNS", called);
    if (!reverse)
        return called;
    return mw_printf(l->arena, "%s, reverse name %s%s", called, start_of(l, reverse, NAME_SHOWN),
                     rdns->result == MW_RDNS_MISMATCH ? " (which does not lead back)" : "");
}

/* The envelope sender, where it is not the address that people see. */
static const char *envelope_words(mw_layout *l, const mw_facts *f) {
    const mw_envelope *e = f->envelope;
    const mw_address *author = f->from->len ? f->from->pdata[0] : NULL;
    if (!e->mail_from || (author && same_name(author->address, e->mail_from)))
        return "";
    return mw_printf(l->arena, "; envelope sender %s",
                     *e->mail_from ? start_of(l, e->mail_from, NAME_SHOWN) : "<> (a bounce or notice)");
}

static void write_server(mw_layout *l, const mw_facts *f) {
    const mw_envelope *e = f->envelope;
    char ip[MW_IP_TEXT];
    if (e->client_ip.family || e->helo)
        mw_layout_labelled(l, "Sent by", "%s%s%s",
                           e->client_ip.family ? mw_ip_print(&e->client_ip, ip) : "an unknown address",
                           server_words(l, e, f->rdns), envelope_words(l, f));
    else if (!f->evidence->sender_copy)
        mw_layout_labelled(l, "Sent by",
                           "not known: no Received field tells; give --client-ip IP to check the sender");
}

static const char *recipients(mw_layout *l, const GPtrArray *all) {
    if (all->len == 0)
        return "";
    const char *first = start_of(l, all->pdata[0], NAME_SHOWN);
    return all->len == 1 ? mw_printf(l->arena, ", for %s", first)
                         : mw_printf(l->arena, ", for %s and %u more", first, all->len - 1);
}

/* How sure it is that this is the server which sent it: for who has to doubt it; -v tells all. */
static const char *doubt(mw_layout *l, const mw_envelope *e, int verbose) {
    static const char *const words[] = {"not known", "a guess: check it and give --client-ip", "likely",
                                        "sure"};
    const char *because = e->reasons->len ? e->reasons->pdata[0] : NULL;
    if (e->confidence > MW_CONFIDENCE_LOW)
        return verbose > 0 ? mw_printf(l->arena, " (%s)", words[e->confidence]) : "";
    return mw_printf(l->arena, " (%s%s%s)", words[e->confidence], because ? "; " : "",
                     because ? because : "");
}

/* On one line where they fit. */
static void write_author(mw_layout *l, const char *from, const char *subject) {
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(subject ? subject : "(no subject)"), SUBJECT_SHOWN);
    const char *both = mw_printf(l->arena, "%s, \"%s\"", from, shown->str);
    bool fits = subject && MW_LABEL_WIDTH + (int)mw_printable_width(mw_printable(l->arena, both)) <= l->width;
    mw_layout_labelled(l, "From", "%s", fits ? both : from);
    if (!fits)
        mw_layout_labelled(l, "Subject", "%s", shown->str);
}

void mw_sender_write(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_facts *f = d->facts;
    const mw_envelope *e = f->envelope;
    const mw_field *from = mw_message_field(f->message, "From"),
                   *subject = mw_message_field(f->message, "Subject");
    mw_layout_end(l);
    write_author(l, from ? start_of(l, mw_header_decoded(l->arena, from), NAME_SHOWN) : "(no From field)",
                 subject ? mw_header_decoded(l->arena, subject) : NULL);
    write_server(l, f);
    if (e->received_by)
        mw_layout_labelled(l, "Taken by", "%s%s%s%s%s", start_of(l, e->received_by, NAME_SHOWN),
                           recipients(l, e->rcpt_to), e->received_at == MW_TIME_UNKNOWN ? "" : ", ",
                           e->received_at == MW_TIME_UNKNOWN ? "" : mw_time_text(l->arena, e->received_at),
                           doubt(l, e, verbose));
    if (f->attached)
        mw_layout_labelled(l, "Attached", "%s", f->attached);
}
