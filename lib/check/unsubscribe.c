#include "check/unsubscribe.h"
#include "dkim/taglist.h"
#include "base/domain.h"

enum { MAX_URIS = 20 };

/* <uri>, <uri> ...: what stands outside angle brackets is a comment, and ignored (RFC 2369 section 2). */
static void read_uris(mw_span text, mw_unsubscribe *out) {
    for (int i = 0; i < MAX_URIS && text.data; i++) {
        mw_span_cut(&text, '<');
        if (!text.data)
            return;
        mw_span uri = mw_span_trim(mw_span_cut(&text, '>'));
        if (!text.data)
            return;
        out->mailto |= mw_span_starts(uri, "mailto:") && mw_span_find(uri, '@') != SIZE_MAX;
        out->https |= mw_span_starts(uri, "https://") && uri.len > 8;
        out->http |= mw_span_starts(uri, "http://") && uri.len > 7;
    }
}

static void read_post(const mw_facts *facts, mw_unsubscribe *out) {
    const mw_field *field = mw_message_field(facts->message, "List-Unsubscribe-Post");
    if (!field)
        return;
    out->post = mw_span_is(mw_span_of(mw_field_text(facts->arena, field)), "List-Unsubscribe=One-Click") &&
                !mw_message_next_field(facts->message, field, "List-Unsubscribe-Post");
    out->bad_post = !out->post;
}

static mw_covered covered(const mw_facts *facts) {
    mw_covered best = MW_COVERED_NO;
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        mw_span fields = mw_span_of(dkim->signed_fields);
        if (!mw_tag_listed(fields, "List-Unsubscribe") || !mw_tag_listed(fields, "List-Unsubscribe-Post"))
            continue;
        if (!facts->from_domain || !dkim->domain ||
            !(strcmp(dkim->domain, facts->from_domain) == 0 ||
              mw_domain_same_organisation(dkim->domain, facts->from_domain)))
            continue;
        if (dkim->result == MW_DKIM_PASS)
            return MW_COVERED_YES;
        if (dkim->result == MW_DKIM_UNTESTABLE || dkim->result == MW_DKIM_TEMPERROR)
            best = MW_COVERED_UNKNOWN;
    }
    return best;
}

static void read_bulk(const mw_facts *facts, mw_unsubscribe *out) {
    static const char *const marks[] = {"List-Id",    "Feedback-ID",  "X-Campaign-ID",
                                        "X-Campaign", "X-CampaignID", "X-Mailchimp-Campaign-ID"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks) && !out->bulk_mark; i++)
        if (mw_message_field(facts->message, marks[i]))
            out->bulk_mark = marks[i];
    const mw_field *precedence = mw_message_field(facts->message, "Precedence");
    if (!out->bulk_mark && precedence) {
        mw_span value = mw_span_trim(precedence->value);
        if (mw_span_is(value, "bulk") || mw_span_is(value, "list"))
            out->bulk_mark = "Precedence";
    }
    out->bulk = out->bulk_mark != NULL;
}

mw_unsubscribe mw_unsubscribe_read(const mw_facts *facts) {
    mw_unsubscribe out = {0};
    const mw_field *field = mw_message_field(facts->message, "List-Unsubscribe");
    read_bulk(facts, &out);
    out.present = field != NULL;
    if (!field)
        return out;
    read_uris(mw_span_of(mw_field_text(facts->arena, field)), &out);
    read_post(facts, &out);
    out.covered = covered(facts);
    return out;
}

static void report_not_one_click(mw_facts *facts, const mw_unsubscribe *u) {
    const char *why = u->bad_post ? "List-Unsubscribe-Post does not say List-Unsubscribe=One-Click"
                      : !u->https ? "List-Unsubscribe has no https address"
                                  : "List-Unsubscribe-Post is missing";
    mw_hit(facts, "UNSUBSCRIBE_NOT_ONE_CLICK", "%s", why);
}

static void run(mw_facts *facts) {
    mw_unsubscribe u = mw_unsubscribe_read(facts);
    if (!u.present) {
        if (u.bulk)
            mw_hit(facts, "UNSUBSCRIBE_MISSING",
                   "the field %s marks it as mail to many, but there is no "
                   "List-Unsubscribe",
                   u.bulk_mark);
    } else if (!u.mailto && !u.https && !u.http) {
        mw_hit(facts, "UNSUBSCRIBE_BROKEN", "List-Unsubscribe holds no address in angle brackets")->evidence =
            mw_field_text(facts->arena, mw_message_field(facts->message, "List-Unsubscribe"));
    } else if (!u.https || !u.post) {
        report_not_one_click(facts, &u);
    } else if (u.covered == MW_COVERED_NO && !facts->evidence->sender_copy) {
        mw_hit(facts, "UNSUBSCRIBE_NOT_SIGNED",
               "no DKIM signature of %s that passes covers List-Unsubscribe and "
               "List-Unsubscribe-Post",
               facts->from_domain ? facts->from_domain : "the From domain");
    }
}

const mw_check mw_check_unsubscribe = {
    .name = "unsubscribe", .run = run, .depends = true, .as_written = true};
