#include "report/bounce.h"
#include "report/answer.h"
#include "report/head.h"

enum { SAID_LINES = 2, SHOWN_NAMES = 5, SHOWN_GROUPS = 4, LEAST_SAID = 60 };

/* ---- what was said ---- */

/* The reply whole, or as much of it as fits on two lines. */
static const char *said(mw_layout *l, const char *reply, const char *by, int verbose) {
    enum { QUOTES = 2 };
    const char *more = "... (-v)";
    const char *text = mw_printable(l->arena, reply);
    size_t room =
        (size_t)MAX(SAID_LINES * (l->width - MW_LABEL_WIDTH) - 16, LEAST_SAID); /* lines end before words */
    size_t behind = QUOTES + strlen(by);
    if (verbose > 0 || mw_printable_width(text) + behind <= room)
        return mw_printf(l->arena, "\"%s\"%s", text, by);
    size_t most =
        room > behind + strlen(more) + LEAST_SAID / 2 ? room - behind - strlen(more) : LEAST_SAID / 2;
    const char *end = g_utf8_offset_to_pointer(text, (glong)MIN(most, (size_t)g_utf8_strlen(text, -1)));
    const char *blank = end;
    while (blank > text && *blank != ' ')
        blank--;
    return mw_printf(l->arena, "\"%s%s\"%s",
                     mw_strndup(l->arena, text, (size_t)((blank > text ? blank : end) - text)), more, by);
}

static void write_said(mw_layout *l, const mw_bounce_recipient *r, guint others, int verbose) {
    bool silent = r->meaning && strcmp(r->meaning->cause, "network") == 0 && !r->reply_code;
    const char *by = r->remote_host && !silent && strlen(r->remote_host) < 80
                         ? mw_printf(l->arena, ", by %s", r->remote_host)
                         : "";
    if (others)
        by = mw_printf(l->arena, "%s; the other%s much the same", by, others == 1 ? "" : "s");
    if (r->diagnostic)
        mw_layout_labelled(l, "Said", "%s",
                           said(l, *r->reply->match ? r->reply->match : r->diagnostic, by, verbose));
    else if (r->enhanced_status)
        mw_layout_labelled(l, "Said", "only the status %s%s", r->enhanced_status, by);
}

/* ---- is it so? ---- */

static const char *upper_first(mw_arena *arena, const char *text) {
    char *copy = mw_strdup(arena, text);
    if (!memchr(text, '.', strcspn(text, " "))) /* a name or an address stays as it is */
        *copy = g_ascii_toupper(*copy);
    return copy;
}

static void write_claim(mw_layout *l, const mw_language *in, const mw_bounce_recipient *r) {
    if (r->claim == MW_CLAIM_NONE || !r->claim_evidence)
        return;
    const char *said = mw_translated(l->arena, in, r->claim_evidence);
    const char *evidence =
        upper_first(l->arena, said ? said : mw_say(l->arena, in, "\"{1}\"", r->claim_evidence, NULL));
    mw_layout_labelled(l, "Is it so?", "%s",
                       mw_say(l->arena, in,
                              r->claim == MW_CLAIM_CONFIRMED      ? "Yes. {1}."
                              : r->claim == MW_CLAIM_CONTRADICTED ? "No. {1}."
                                                                  : "It can't be told from here. {1}.",
                              evidence, NULL));
}

static const char *rule_words(mw_arena *arena, const mw_prediction *p) {
    const mw_rule *rule = p->rule;
    return !rule ? ""
                 : mw_printf(arena, "%s, \"%s\"%s%s", rule->id, rule->text, rule->detail ? ": " : "",
                             rule->detail ? rule->detail : "");
}

/* What the receiver's published rules let expect today of the mail that came back. */
static void write_prediction(mw_layout *l, const mw_language *in, const mw_prediction *p) {
    const char *title = p->receiver->title, *rule = rule_words(l->arena, p);
    switch (p->agreement) {
    case MW_AGREE_SAME:
        mw_layout_labelled(l, "Expected", "%s",
                           mw_say(l->arena, in,
                                  p->as_bulk ? "The same. The mail does not meet this rule of {1} for bulk "
                                               "senders: {2}. It seems that {1} counts the sender as one."
                                             : "The same. The mail does not meet this rule of {1}: {2}.",
                                  title, rule, NULL));
        break;
    case MW_AGREE_OTHER:
        mw_layout_labelled(l, "Beside it", "%s",
                           mw_say(l->arena, in,
                                  "The mail does not meet this rule of {1}, either: {2}. Mend that, too.",
                                  title, rule, NULL));
        break;
    case MW_AGREE_NONE:
        mw_layout_labelled(
            l, "Expected", "%s",
            mw_say(l->arena, in,
                   "No refusal: today the mail meets every published rule of {1} that can be checked from "
                   "outside. The cause was mended since, or only {1} can see it.",
                   title, NULL));
        break;
    case MW_AGREE_UNKNOWN:
        mw_layout_labelled(
            l, "Expected", "%s",
            mw_say(l->arena, in, "Not known: this rule of {1} can't be judged: {2}.", title, rule, NULL));
        break;
    }
}

/* That nothing can be foretold is for who wants to know all. */
static const mw_prediction *prediction_of(const mw_diagnosis *d, guint i, int verbose) {
    const mw_prediction *p = d->predictions ? d->predictions->pdata[i] : NULL;
    return p && verbose <= 0 && p->agreement == MW_AGREE_UNKNOWN ? NULL : p;
}

/* ---- one answer ---- */

static void write_do(mw_layout *l, const mw_diagnosis *d, const mw_bounce_recipient *r,
                     const mw_reply_answer *a) {
    if (a->who)
        mw_layout_labelled(l, "Who", "%s.", a->who);
    if (a->better)
        mw_head_advice(l, d, "Do", "", a->better, "");
    else if (a->action && *a->action)
        mw_layout_labelled(l, a->is_readers ? "You" : "Do", "%s", a->action);
    if (r->meaning && r->meaning->temporary && strcmp(r->action, "delayed") == 0)
        mw_layout_labelled(
            l, "", "%s",
            mw_say(l->arena, d->language,
                   r->meaning->lasting
                       ? "The sending server tries again by itself, but the mail does not pass before the "
                         "cause is mended."
                       : "The sending server tries again by itself.",
                   NULL));
}

static const char *label_of(const char *action) {
    static const struct {
        const char *action, *label;
    } labels[] = {{"failed", "Not for"}, {"delayed", "Waits for"}, {"complained", "From"}};
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strcmp(action, labels[i].action) == 0)
            return labels[i].label;
    return "For";
}

static bool differ_in_words(const GPtrArray *group) {
    const mw_bounce_recipient *first = group->pdata[0];
    for (guint i = 1; i < group->len; i++)
        if (g_strcmp0(first->reply->words, ((const mw_bounce_recipient *)group->pdata[i])->reply->words) != 0)
            return true;
    return false;
}

static guint place_of(const mw_bounce *b, const mw_bounce_recipient *r) {
    guint place = 0;
    while (b->recipients->pdata[place] != r)
        place++;
    return place;
}

static void write_group(mw_layout *l, const mw_diagnosis *d, const GPtrArray *group, int verbose) {
    const mw_bounce *b = d->facts->bounce;
    const mw_bounce_recipient *r = group->pdata[0];
    const char *names = mw_reply_names_of(l->arena, group, verbose > 0 ? group->len : SHOWN_NAMES);
    mw_layout_end(l);
    mw_layout_labelled(l, label_of(r->action), "%s%s%s", names,
                       r->original && group->len == 1 ? ", written to as " : "",
                       r->original && group->len == 1 ? r->original : "");
    write_said(l, r, differ_in_words(group) ? group->len - 1 : 0, verbose);
    mw_reply_answer a = mw_reply_answer_read(l->arena, d, r);
    if (a.means)
        mw_layout_labelled(l, "It means", "%s", a.means);
    else if (strcmp(r->action, "relayed") == 0) /* RFC 3464 section 2.3.3 */
        mw_layout_labelled(l, "It means", "%s",
                           mw_say(l->arena, d->language,
                                  "It was passed on to a server that sends no receipts: whether it arrived "
                                  "is not confirmed.",
                                  NULL));
    if (b->backscatter)
        return; /* what is to be done, or not, is told above */
    write_claim(l, d->language, r);
    const mw_prediction *p = prediction_of(d, place_of(b, r), verbose);
    bool told = p && p->agreement == MW_AGREE_SAME && r->claim == MW_CLAIM_CONFIRMED && verbose <= 0;
    if (p && !told)
        write_prediction(l, d->language, p);
    write_do(l, d, r, &a);
}

/* ---- what stands beside it ---- */

/* Something that our own run looks at is what a reply is about. */
static bool any_about_mail(const mw_bounce *b) {
    for (guint i = 0; i < b->recipients->len; i++)
        if (mw_bounce_about_mail(b->recipients->pdata[i]))
            return true;
    return false;
}

static void write_beside(mw_layout *l, const mw_diagnosis *d) {
    const mw_finding *f = d->verdict->beside;
    if (f && !d->facts->bounce->backscatter)
        mw_layout_labelled(l, "Beside it", "%s. That alone would have it refused, too.",
                           upper_first(l->arena, f->summary));
}

static void write_more(mw_layout *l, const mw_diagnosis *d, int verbose) {
    static const char *const words[][2] = {
        {"spf", "SPF"}, {"dkim", "DKIM"},       {"dmarc", "DMARC"},
        {"arc", "ARC"}, {"ptr", "PTR"},         {"helo", "HELO"},
        {"tls", "TLS"}, {"dnsbl", "blocklist"}, {"greylist", "greylisting"}};
    const mw_bounce *b = d->facts->bounce;
    const mw_meaning *m = d->verdict->recipient ? d->verdict->recipient->meaning : NULL;
    const char *page = NULL;
    for (size_t i = 0; m && i < G_N_ELEMENTS(words); i++)
        if (strcmp(m->cause, words[i][0]) == 0)
            page = words[i][1];
    bool lacks = !b->original && b->kind != MW_BOUNCE_COMPLAINT && any_about_mail(b);
    bool run = b->original && verbose <= 0;
    if (!lacks && !page && !run)
        return;
    mw_layout_end(l);
    if (lacks)
        mw_layout_labelled(
            l, "Not sent", "%s",
            mw_say(l->arena, d->language,
                   "The mail itself did not come back, so nothing of it can be checked. If you have it in "
                   "your Sent folder: {1}",
                   mw_say(l->arena, d->language, "mailwhy sent.eml --bounce THIS-FILE", NULL), NULL));
    if (page || run)
        mw_layout_labelled(l, "More", "%s%s%s%s", page ? "mailwhy --explain " : "", page ? page : "",
                           page && run ? "; " : "", run ? "-v shows what our own run finds in the mail" : "");
}

static void write_kind(mw_layout *l, const mw_diagnosis *d) {
    const mw_bounce *b = d->facts->bounce;
    const mw_language *in = d->language;
    const char *why = b->backscatter ? mw_translated(l->arena, in, b->backscatter_why) : NULL;
    if (d->doubt) {
        const char *said = mw_translated(l->arena, in, d->doubt);
        mw_layout_end(l);
        mw_layout_labelled(l, "Forged?", "%s", said ? said : d->doubt);
    }
    if (b->backscatter || b->kind == MW_BOUNCE_COMPLAINT)
        mw_layout_end(l);
    if (b->backscatter)
        mw_layout_labelled(
            l, "Not yours", "%s",
            mw_say(l->arena, in,
                   "Probably: somebody else used your address. {1} If you know this mail, the program that "
                   "sent it (a shop, a newsletter) is missing in your SPF record. If not, there is nothing "
                   "to do.",
                   why ? why : b->backscatter_why, NULL));
    if (b->kind == MW_BOUNCE_COMPLAINT)
        mw_layout_labelled(l, "Do", "%s",
                           mw_say(l->arena, in,
                                  "A recipient marked your mail as unwanted. It was delivered; take the "
                                  "address off your list.",
                                  NULL));
}

void mw_bounce_write(mw_layout *l, const mw_diagnosis *d, int verbose) {
    const mw_bounce *b = d->facts->bounce;
    const mw_verdict *v = d->verdict;
    const GPtrArray *groups = mw_reply_groups(l->arena, b);
    const char *told = b->reporting_mta && strlen(b->reporting_mta) < 80
                           ? mw_printf(l->arena, "told in the name of %s", b->reporting_mta)
                           : "";
    mw_layout_headline(l, mw_head_color(v), mw_head_word(l->arena, v),
                       b->queue_id ? mw_printf(l->arena, "%s%squeue %s", told, *told ? ", " : "", b->queue_id)
                                   : told);
    write_kind(l, d);
    guint shown = verbose > 0 ? groups->len : MIN(groups->len, SHOWN_GROUPS);
    for (guint i = 0; i < shown; i++)
        write_group(l, d, groups->pdata[i], verbose);
    if (shown < groups->len) {
        mw_layout_end(l);
        mw_layout_labelled(l, "And", "%u more answers of other kinds: -v or --format json tells them all.",
                           groups->len - shown);
    }
    write_beside(l, d);
    write_more(l, d, verbose);
}

const char *mw_bounce_line(mw_arena *arena, const mw_diagnosis *d) {
    const mw_bounce *b = d->facts->bounce;
    const GPtrArray *groups = mw_reply_groups(arena, b);
    const char *text = "";
    for (guint i = 0; i < groups->len && i < SHOWN_GROUPS; i++) {
        const GPtrArray *group = groups->pdata[i];
        mw_reply_answer a = mw_reply_answer_read(arena, d, group->pdata[0]);
        text =
            mw_printf(arena, "%s%s%s%s%s", text, i ? " " : "", mw_reply_names_of(arena, group, SHOWN_NAMES),
                      a.means ? ": " : "", a.means ? a.means : "");
    }
    if (groups->len > SHOWN_GROUPS)
        text = mw_printf(arena, "%s And %u more answers.", text, groups->len - SHOWN_GROUPS);
    if (d->doubt)
        return mw_printf(arena, "this notice may be forged: change nothing on its word alone. %s", text);
    return b->backscatter ? mw_printf(arena, "probably not yours: somebody used your address. %s", text)
                          : text;
}
