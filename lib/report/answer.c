#include "report/answer.h"
#include "base/printable.h"
#include "report/party.h"

enum { MAX_NAME = 80 };

static bool is(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* What our own run says of the recipient's address: a slip of the pen, as a rule. A reply that tells of
 * something else (SPF, say) was given for that. */
static const mw_finding *of_recipient(const mw_diagnosis *d, const mw_bounce_recipient *r) {
    static const char *const causes[] = {"mailbox", "relay", "network", "unknown", NULL};
    const char *at = r->recipient ? strrchr(r->recipient, '@') : NULL;
    if (r->meaning && !g_strv_contains(causes, r->meaning->cause))
        return NULL;
    for (guint i = 0; at && i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        if (f->state == MW_HIT && is(f->symbol->check, "recipient") && strstr(f->summary, at + 1) &&
            mw_finding_fix(f))
            return f;
    }
    return NULL;
}

/* What our own run found is what the reply is about, and says it with names. */
static const mw_finding *explains(const mw_diagnosis *d, const mw_bounce_recipient *r) {
    static const char *const same[][2] = {{"ptr", "rdns"},    {"spf", "spf"},   {"dkim", "dkim"},
                                          {"dmarc", "dmarc"}, {"dmarc", "spf"}, {"dmarc", "dkim"},
                                          {"spf", "dkim"},    {"arc", "arc"},   {"helo", "helo"},
                                          {"dnsbl", "list"},  {"url", "link"}};
    const mw_finding *f = d->own_run ? d->own_run->finding : NULL;
    if (!f || f->state != MW_HIT || r->claim == MW_CLAIM_CONTRADICTED || is(r->meaning->owner, "receiver") ||
        !(mw_finding_fix(f) || mw_diagnosis_fix(d, mw_remedy_key(f))))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++)
        if (is(r->meaning->cause, same[i][0]) && is(f->symbol->check, same[i][1]))
            return f;
    return NULL;
}

/* In the language, or at least what the cause means in general, or the English as a quotation. */
static const char *in_language(mw_arena *arena, const mw_diagnosis *d, const char *text,
                               const char *in_general) {
    const char *said = mw_translated(arena, d->language, text);
    if (!said && in_general)
        said = mw_translated(arena, d->language, in_general);
    return said || !text ? said : mw_say(arena, d->language, "\"{1}\"", text, NULL);
}

mw_reply_answer mw_reply_answer_read(mw_arena *arena, const mw_diagnosis *d, const mw_bounce_recipient *r) {
    const mw_meaning *m = r->meaning;
    const char *in_general = m ? mw_reply_cause(d->facts->replies, m->cause)->meaning : NULL;
    if (d->doubt) /* nothing is to be done on its word */
        return (mw_reply_answer){.means = m ? in_language(arena, d, m->meaning, in_general) : NULL,
                                 .owner = "nobody"};
    const mw_finding *slip = of_recipient(d, r);
    if (slip)
        return (mw_reply_answer){.means = in_language(arena, d, slip->summary, NULL),
                                 .who = mw_party_of_reply(arena, d, "sender", NULL, NULL),
                                 .owner = "sender",
                                 .action = in_language(arena, d, mw_finding_fix(slip), slip->symbol->fix)};
    if (!m)
        return (mw_reply_answer){0};
    const mw_reply_class *class = mw_reply_cause(d->facts->replies, m->cause);
    const mw_verdict *v = d->verdict;
    const char *party = v->recipient == r ? v->party : NULL;
    mw_reply_answer a = {.means = in_language(arena, d, m->meaning, class->meaning),
                         .owner = m->owner,
                         .action = in_language(arena, d, m->action, class->action)};
    a.better = explains(d, r);
    if (a.better) {
        a.owner = mw_finding_owner(a.better);
        a.who = mw_party_words(arena, d, d->own_run);
    }
    if (!a.who)
        a.who = mw_party_of_reply(arena, d, a.owner, m->cause, party);
    a.is_readers = is(a.owner, "recipient") || is(a.owner, "receiver");
    return a;
}

static bool same_answer(const mw_bounce_recipient *a, const mw_bounce_recipient *b) {
    if (strcmp(a->action, b->action) != 0 || !a->meaning != !b->meaning)
        return false;
    if (!a->meaning)
        return is(a->reply->words, b->reply->words);
    return is(a->meaning->meaning, b->meaning->meaning) && is(a->meaning->action, b->meaning->action) &&
           is(a->meaning->owner, b->meaning->owner) && a->claim == b->claim &&
           g_strcmp0(a->claim_evidence, b->claim_evidence) == 0;
}

GPtrArray *mw_reply_groups(mw_arena *arena, const mw_bounce *bounce) {
    GPtrArray *groups = mw_array_new(arena);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        mw_bounce_recipient *r = bounce->recipients->pdata[i];
        GPtrArray *group = NULL;
        for (guint k = 0; k < groups->len && !group; k++)
            if (same_answer(((GPtrArray *)groups->pdata[k])->pdata[0], r))
                group = groups->pdata[k];
        if (!group) {
            group = mw_array_new(arena);
            g_ptr_array_add(groups, group);
        }
        g_ptr_array_add(group, r);
    }
    return groups;
}

static const char *name_of(mw_arena *arena, const mw_bounce_recipient *r) {
    if (!r->recipient)
        return "(a recipient that the bounce does not name)";
    g_autoptr(GString) shown = g_string_new(NULL);
    mw_printable_append(shown, mw_span_of(r->recipient), MAX_NAME);
    return mw_strdup(arena, shown->str);
}

const char *mw_reply_names_of(mw_arena *arena, const GPtrArray *group, guint shown) {
    const char *names = "";
    for (guint i = 0; i < group->len && i < shown; i++)
        names = mw_printf(arena, "%s%s%s", names, i ? ", " : "", name_of(arena, group->pdata[i]));
    return group->len > shown ? mw_printf(arena, "%s and %u more", names, group->len - shown) : names;
}
