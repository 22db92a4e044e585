#include "run/pipeline.h"
#include "run/domain.h"
#include "base/domain.h"
#include "base/limits.h"
#include "bounce/forwarded.h"
#include "bounce/notice_words.h"
#include "bounce/parts.h"
#include "check/bounce.h"
#include "check/check.h"
#include "trace/read.h"
#include "mail/unwrap.h"
#include "repair/escapes.h"
#include "score/deceit.h"
#include "report/explain.h"

#include <math.h>

/* Every author of every From field, and the first one's domain (RFC 5322 section 3.6.2). */
static void read_authors(mw_facts *facts) {
    facts->from = mw_array_new(facts->arena);
    for (const mw_field *f = NULL;
         facts->from->len < MW_MAX_ADDRESSES && (f = mw_message_next_field(facts->message, f, "From"));) {
        GPtrArray *some = mw_addresses(facts->arena, f);
        for (guint i = 0; i < some->len && facts->from->len < MW_MAX_ADDRESSES; i++)
            g_ptr_array_add(facts->from, some->pdata[i]);
    }
    for (guint i = 0; i < facts->from->len && !facts->from_domain; i++)
        facts->from_domain = ((const mw_address *)facts->from->pdata[i])->domain;
}

/* A bounce that somebody sent on within the text of a mail of their own, or NULL. */
static const mw_bounce *read_forwarded(mw_facts *facts, const mw_world *world) {
    const mw_message *inner = mw_bounce_forwarded(facts->arena, world->phrases, facts->message, facts->mime);
    const mw_mime *mime = inner ? mw_mime_read(facts->arena, inner) : NULL;
    const mw_bounce *bounce = mime ? mw_bounce_read(facts->arena, world->phrases, inner, mime) : NULL;
    if (!bounce || (bounce->kind != MW_BOUNCE_FAILURE && bounce->kind != MW_BOUNCE_DELAY))
        return NULL;
    mw_notice(facts, "This mail quotes a bounce within its text, and that bounce is what is explained here. "
                     "Forward it as an attachment, and the mail in it is judged, too.");
    facts->message = inner;
    facts->mime = mime;
    facts->within_text = true;
    facts->attached = "a bounce was sent on within its text, and that one is explained (--part 0 judges the "
                      "mail around it)";
    return bounce;
}

/* A bounce: what came back is read and explained, and the returned mail becomes the one to diagnose. An
 * automatic answer is a mail like others. */
static bool open_bounce(mw_facts *facts, const mw_world *world, GError **error) {
    mw_arena *arena = facts->arena;
    const mw_bounce *bounce = mw_bounce_read(arena, world->phrases, facts->message, facts->mime);
    if (!bounce)
        bounce = read_forwarded(facts, world);
    if (!bounce)
        return true;
    if (bounce->kind == MW_BOUNCE_VACATION) {
        bool receipt = strcmp(bounce->form, "read receipt") == 0;
        mw_notice(
            facts,
            receipt
                ? "This is a read receipt, not a bounce: it says that a mail did arrive, and what became of "
                  "it."
                : "By its header this is an automatic answer, not a bounce: it says that a mail did arrive.");
        facts->automatic = true;
        return true;
    }
    const mw_reply_catalogue *replies = mw_reply_catalogue_of(world->data, error);
    if (!replies)
        return false;
    mw_bounce_explain(arena, replies, bounce);
    facts->bounce = bounce;
    facts->replies = replies;
    if (bounce->reached)
        mw_notice(facts, "By the same report the mail was delivered to %s.", bounce->reached);
    if (bounce->original) {
        facts->message = bounce->original;
        facts->mime = mw_mime_read(arena, facts->message);
    }
    return true;
}

static const char *id_of(mw_arena *arena, const mw_message *message) {
    const mw_field *id = message ? mw_message_field(message, "Message-ID") : NULL;
    return id ? mw_field_text(arena, id) : NULL;
}

/* A reply names no recipient: the one that the mail went to, if it was only one. */
static void name_recipient(mw_facts *facts, const mw_bounce *bounce) {
    static const char *const fields[] = {"To", "Cc", "Bcc"};
    GPtrArray *all = mw_array_new(facts->arena);
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const mw_field *field = mw_message_field(facts->message, fields[i]);
        GPtrArray *some = field ? mw_addresses(facts->arena, field) : NULL;
        for (guint k = 0; some && k < some->len; k++)
            g_ptr_array_add(all, some->pdata[k]);
    }
    mw_bounce_recipient *only = bounce->recipients->len == 1 ? bounce->recipients->pdata[0] : NULL;
    if (only && !only->recipient && all->len == 1)
        only->recipient = ((const mw_address *)all->pdata[0])->address;
}

/* --bounce: the mail is the copy of what was sent, and this is what came back for it. */
static bool pair_bounce(mw_facts *facts, const mw_world *world, GError **error) {
    mw_arena *arena = facts->arena;
    gsize size;
    const char *bytes = g_bytes_get_data(world->settings->bounce, &size);
    const mw_reply_catalogue *replies = mw_reply_catalogue_of(world->data, error);
    if (!replies)
        return false;
    mw_span span = {bytes, size};
    const mw_message *message = mw_message_read(arena, span, NULL);
    const mw_bounce *read =
        message ? mw_bounce_read(arena, world->phrases, message, mw_mime_read(arena, message)) : NULL;
    mw_bounce *bounce =
        mw_memdup(arena, read ? read : mw_bounce_from_text(arena, world->phrases, span), sizeof *bounce);
    mw_bounce_explain(arena, replies, bounce);
    const char *sent = id_of(arena, facts->message), *returned = id_of(arena, bounce->original);
    if (sent && returned && strcmp(sent, returned) != 0)
        mw_notice(facts, "The bounce returns another mail (Message-ID %s) than the one given (%s).", returned,
                  sent);
    name_recipient(facts, bounce);
    bounce->original = facts->message;
    bounce->original_headers_only = !facts->message->has_body;
    bounce->paired = true;
    facts->bounce = bounce;
    facts->replies = replies;
    return true;
}

/* The reply's own words name the address that the receiver saw; nothing in the returned mail can. */
static void client_of_reply(mw_facts *facts, mw_envelope *envelope) {
    const mw_ip *ip = facts->bounce ? mw_bounce_client_ip(facts->arena, facts->bounce) : NULL;
    if (!ip || envelope->client_ip.family)
        return;
    envelope->client_ip = *ip;
    envelope->confidence = MW_CONFIDENCE_MEDIUM;
    g_ptr_array_add(envelope->reasons, (gpointer) "the receiver's reply names this address");
}

/* A bounce goes to the envelope sender (RFC 5321 section 4.5.5). */
static void sender_of_bounce(mw_facts *facts, mw_envelope *envelope) {
    const char *sender = facts->bounce ? facts->bounce->sender : NULL;
    const char *at = sender ? strrchr(sender, '@') : NULL;
    if (!facts->bounce || envelope->mail_from)
        return;
    if (at) {
        envelope->mail_from = sender;
        envelope->mail_from_domain = mw_domain_ascii(facts->arena, mw_span_of(at + 1));
        g_ptr_array_add(envelope->reasons, (gpointer) "the bounce came back to this envelope sender");
    } else if ((envelope->mail_from_domain = mw_bounce_spf_domain(facts->arena, facts->bounce))) {
        g_ptr_array_add(envelope->reasons,
                        (gpointer) "the receiver's reply names the envelope sender's domain");
    }
}

const char *mw_reporter_to_ask(const mw_facts *facts) {
    const mw_bounce *b = facts->bounce;
    return b && b->original && !facts->envelope->client_ip.family ? b->reporting_mta : NULL;
}

/* Nothing names the sending server: the host that wrote the bounce is a guess. */
static void client_of_reporter(mw_facts *facts) {
    const char *host = mw_reporter_to_ask(facts);
    if (!host)
        return;
    mw_ip ip = {0};
    const mw_answer *answer = mw_dns_query_text(facts->dns, host, MW_TYPE_A, MW_FOR_OTHER, MW_WHY_REPORTER);
    if (answer->status != MW_DNS_OK || answer->n_records != 1 || answer->records[0].len != 4)
        return;
    ip.family = 4;
    memcpy(ip.bytes, answer->records[0].data, 4);
    mw_envelope *envelope = mw_memdup(facts->arena, facts->envelope, sizeof *envelope);
    envelope->client_ip = ip;
    envelope->confidence = MW_CONFIDENCE_LOW;
    g_ptr_array_add(envelope->reasons,
                    mw_printf(facts->arena, "the bounce comes from %s, which has this address now", host));
    facts->envelope = envelope;
}

/* The reply within a text that only quotes it, each line perhaps behind "> "; "" without one. */
static const char *quoted_reply(mw_arena *arena, const mw_mime *mime) {
    for (size_t i = 0; i < mime->n_parts; i++) {
        if (strcmp(mime->parts[i].type, "text/plain") != 0)
            continue;
        g_autoptr(GString) text = g_string_new(NULL);
        mw_span rest = mw_span_of(mw_part_text(arena, &mime->parts[i]));
        for (rest = mw_span_slice(rest, 0, MW_REPLY_TEXT); rest.data && rest.len;) {
            mw_span line = mw_span_cut(&rest, '\n');
            while (line.len && strchr("> \t", line.data[0]))
                line = mw_span_from(line, 1);
            mw_span_append(text, line);
            g_string_append_c(text, '\n');
        }
        if (mw_smtp_code_grade(arena, mw_span_of_string(text)) == 2)
            return mw_strdup(arena, text->str);
    }
    return "";
}

/* A mail system is named in the text of what is no report itself: it may hold a bounce that nobody marked as
 * forwarded. */
static bool names_daemon(const mw_mime *mime) {
    static const char *const daemons[] = {"mailer-daemon", "mail delivery s", "postmaster@", NULL};
    if (mw_part_find(mime, "delivery-status"))
        return false;
    for (size_t i = 0; i < mime->n_parts; i++)
        if (strcmp(mime->parts[i].type, "text/plain") == 0 &&
            mw_span_holds(mw_span_slice(mime->parts[i].content, 0, MW_REPLY_TEXT), daemons))
            return true;
    return false;
}

/* A bounce that was forwarded within the text of a mail: the mail is judged, and the reply is explained. */
static bool note_quoted(mw_facts *facts, const mw_world *world, GError **error) {
    bool may = !facts->bounce && (facts->evidence->forwarded_inline || names_daemon(facts->mime));
    const char *text = may ? quoted_reply(facts->arena, facts->mime) : "";
    if (!*text || (!facts->evidence->forwarded_inline &&
                   !mw_notice_words_read(facts->arena, world->phrases, mw_span_of(text)).likeness))
        return true;
    const mw_reply_catalogue *replies = mw_reply_catalogue_of(world->data, error);
    if (!replies)
        return false;
    const mw_bounce *quoted = mw_bounce_from_text(facts->arena, world->phrases, mw_span_of(text));
    mw_bounce_explain(facts->arena, replies, quoted);
    const mw_bounce_recipient *r = quoted->recipients->len ? quoted->recipients->pdata[0] : NULL;
    if (!r || !r->meaning || !r->reply->code)
        return true;
    const char *says = mw_utf8(facts->arena, mw_span_slice(mw_span_of(r->reply->match), 0, 200));
    g_ptr_array_insert(
        facts->notices, 0,
        mw_printf(facts->arena,
                  "This mail quotes a bounce within its text. The reply in it says: \"%s\". It means: %s "
                  "Forward the bounce as an attachment, and the mail in it is judged, too.",
                  says, r->meaning->meaning));
    return true;
}

/* What a store did to lines that begin with "From " is undone before anything is judged. */
static void undo_escapes(mw_facts *facts) {
    const mw_message *before = facts->message;
    facts->message = mw_escapes_undo(facts->arena, before);
    if (facts->message->unescaped)
        facts->mime = mw_mime_read(facts->arena, facts->message);
}

static bool read_trace(mw_facts *facts, const mw_world *world, const GPtrArray *astray, mw_envelope *envelope,
                       GError **error) {
    facts->claims = mw_claims_read(facts->arena, facts->message);
    facts->trace = mw_trace_read(facts->arena, world->data, facts->message, facts->claims,
                                 facts->bounce != NULL, astray, envelope, error);
    return facts->trace != NULL;
}

/* 1: the reverse name that makes the client a host of the receiving side's leads back to it; 0: it does not;
 * -1: the DNS does not tell. */
static int leads_back(mw_facts *facts, const mw_hop *hop) {
    const mw_ip *ip = &hop->from_ip;
    size_t len = ip->family == 4 ? 4 : 16;
    const mw_answer *answer = mw_dns_query_text(
        facts->dns, hop->leans_on, ip->family == 4 ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_OTHER, MW_WHY_RELAY);
    for (size_t i = 0; answer->status == MW_DNS_OK && i < answer->n_records; i++)
        if (answer->records[i].len == len && memcmp(answer->records[i].data, ip->bytes, len) == 0)
            return 1;
    return mw_dns_failed(answer->status) ? -1 : 0;
}

/* Of mw_hop *: those whose reverse name has to be looked behind, as many as are. */
static GPtrArray *leaning_hops(mw_facts *facts) {
    GPtrArray *leaning = mw_array_new(facts->arena);
    const GPtrArray *hops = facts->trace->hops;
    for (guint i = 0; i < hops->len && leaning->len < MW_MAX_PTR_NAMES; i++)
        if (((const mw_hop *)hops->pdata[i])->leans_on)
            g_ptr_array_add(leaning, hops->pdata[i]);
    return leaning;
}

static void ask_ahead(mw_facts *facts, const GPtrArray *leaning) {
    for (guint i = 0; i < leaning->len; i++) {
        const mw_hop *hop = leaning->pdata[i];
        mw_dns_prefetch_text(facts->dns, hop->leans_on, hop->from_ip.family == 4 ? MW_TYPE_A : MW_TYPE_AAAA,
                             MW_FOR_OTHER, MW_WHY_RELAY);
    }
}

/* Whoever owns an address may give it any reverse name. Where only such a name makes a client one of the
 * receiving side's, it must lead back: of const mw_ip *, those that do not; or NULL. */
static const GPtrArray *find_astray(mw_facts *facts) {
    GPtrArray *astray = mw_array_new(facts->arena), *leaning = leaning_hops(facts);
    ask_ahead(facts, leaning);
    for (guint i = 0; i < leaning->len; i++) {
        const mw_hop *hop = leaning->pdata[i];
        if (leads_back(facts, hop) == 0)
            g_ptr_array_add(astray, (gpointer)&hop->from_ip);
    }
    return astray->len ? astray : NULL;
}

/* Where nobody can say whether it leads back, as without DNS, the line below may be the sender's own. */
static void doubt_relays(mw_facts *facts, mw_envelope *envelope) {
    for (int i = 0; i < facts->trace->boundary && i < MW_MAX_VOTED_HOPS; i++) {
        const mw_hop *hop = facts->trace->hops->pdata[i];
        if (!hop->leans_on || envelope->confidence <= MW_CONFIDENCE_LOW || leads_back(facts, hop) >= 0)
            continue;
        envelope->confidence = MW_CONFIDENCE_LOW;
        g_ptr_array_add(
            envelope->reasons,
            mw_printf(facts->arena,
                      "%s counts as the receiving side's by its reverse name %s, and whether that "
                      "leads back is not known",
                      mw_ip_text(facts->arena, &hop->from_ip), hop->leans_on));
    }
}

static bool read_facts(mw_facts *facts, const mw_world *world, GError **error) {
    mw_arena *arena = facts->arena;
    mw_envelope *envelope = mw_new(arena, mw_envelope);
    undo_escapes(facts);
    if (!read_trace(facts, world, NULL, envelope, error))
        return false;
    const GPtrArray *astray = find_astray(facts);
    if (astray && !read_trace(facts, world, astray, envelope, error))
        return false;
    doubt_relays(facts, envelope);
    facts->evidence =
        mw_evidence_read(arena, facts->message, facts->mime, facts->trace, facts->bounce != NULL);
    client_of_reply(facts, envelope);
    sender_of_bounce(facts, envelope);
    const mw_settings *s = world->settings;
    mw_envelope_override given = {.client_ip = s->client_ip,
                                  .helo = s->helo,
                                  .mail_from = s->mail_from,
                                  .rcpt_to = s->rcpt_to->len ? s->rcpt_to : NULL,
                                  .received_at = s->at};
    mw_envelope_apply(arena, envelope, &given);
    facts->envelope = envelope;
    if (facts->attached)
        g_ptr_array_insert(facts->evidence->notes, 0, (gpointer)facts->attached);
    read_authors(facts);
    return note_quoted(facts, world, error);
}

/* Those of the command and those of the profile. */
static const GPtrArray *sealers(mw_arena *arena, const mw_world *world) {
    GPtrArray *all = mw_array_new(arena);
    g_ptr_array_extend(all, world->settings->sealers, NULL, NULL);
    for (guint i = 0; i < world->profile->sealers->len; i++)
        g_ptr_array_add(all, world->profile->sealers->pdata[i]);
    return all;
}

static mw_facts *new_facts(mw_arena *arena, const mw_world *world, const mw_message *message, mw_time now) {
    mw_facts *facts = mw_new(arena, mw_facts);
    *facts = (mw_facts){
        .arena = arena,
        .dns = world->dns,
        .no_dns = world->settings->no_dns,
        .mine = world->settings->mine,
        .sealers = sealers(arena, world),
        .no_lists = world->settings->no_lists || world->settings->no_dns,
        .lists = world->settings->lists,
        .excluded = world->settings->excluded,
        .trial = world->trial,
        .data = world->data,
        .catalogue = world->catalogue,
        .now = now,
        .outer = message,
        .message = message,
        .findings = mw_array_new(arena),
        .left_out = mw_array_new(arena),
        .notices = mw_array_new(arena),
        .list_entries = mw_array_new(arena),
    };
    return facts;
}

/* Of a mail that only carries another one, or with --part, the attached mail is the one to diagnose. False
 * and an error when there is no such part, or it is no mail. */
static bool open_attached(mw_facts *facts, const mw_world *world, GError **error) {
    mw_arena *arena = facts->arena;
    unsigned part = world->settings->part;
    facts->mime =
        world->sight && world->sight->mime ? world->sight->mime : mw_mime_read(arena, facts->message);
    if (world->sight)
        world->sight->mime = facts->mime;
    if (world->settings->bounce)
        return pair_bounce(facts, world, error);
    if (world->lead == MW_LEAD_OUTER || (world->settings->part_given && part == 0))
        return true;
    if (part == 0 && (!open_bounce(facts, world, error) || facts->bounce))
        return facts->bounce != NULL;
    const mw_wrapped *wrapped = mw_unwrap(arena, facts->message, facts->mime);
    if (part == 0 && (!wrapped->only || wrapped->inner->len == 0))
        return true;
    const mw_inner *inner = mw_unwrap_part(arena, wrapped, part, error);
    if (!inner || !(facts->message = mw_message_read(arena, inner->bytes, error)))
        return false;
    facts->mime = mw_mime_read(arena, facts->message);
    guint count = wrapped->inner->len;
    facts->attached = count == 1
                          ? "the file carries another mail, and that one is diagnosed"
                          : mw_printf(arena,
                                      "the file carries %u other mails, and number %u is diagnosed (--part N "
                                      "takes another)",
                                      count, MAX(part, 1));
    return true;
}

mw_facts *mw_read_facts(mw_arena *arena, const mw_world *world, mw_span bytes, mw_time now, GError **error) {
    const char *domain = world->settings->domain;
    if (domain)
        bytes = mw_domain_mail(arena, domain);
    const mw_message *message =
        world->sight && world->sight->message ? world->sight->message : mw_message_read(arena, bytes, error);
    if (!message)
        return NULL;
    if (world->sight)
        world->sight->message = message;
    mw_facts *facts = new_facts(arena, world, message, now);
    if (domain) {
        mw_domain_fill(facts, world->settings);
        return facts;
    }
    return open_attached(facts, world, error) && read_facts(facts, world, error) ? facts : NULL;
}

GPtrArray *mw_look_up_reply(mw_arena *arena, const mw_world *world, mw_span text, mw_time now) {
    mw_facts *facts = new_facts(arena, world, NULL, now);
    mw_dns_start(world->dns);
    return mw_reply_look_up(facts, mw_explain_reply(arena, text));
}

bool mw_ask_for_receivers(const mw_world *world, mw_facts *facts, GError **error) {
    if (!facts->bounce || world->settings->receivers)
        mw_receivers_prefetch(facts);
    if (facts->bounce && !facts->no_lists)
        mw_dns_pattern(facts->dns, "entry in a list",
                       "what a reply says is listed, in the list that it names", MW_FOR_LIST);
    return !facts->bounce || mw_predictions_prefetch(facts, error);
}

/* What of a mail was not read, as it is far larger than mails are. */
static void note_bounds(mw_facts *facts) {
    const mw_message *message = facts->message;
    size_t longest = 0;
    for (size_t i = 0; i < message->n_fields; i++)
        longest = MAX(longest, message->fields[i].value.len);
    if (message->too_many_fields)
        mw_notice(facts, "Of the header only the first %u fields were read.", MW_MAX_FIELDS);
    if (longest > MW_MAX_FIELD_TEXT)
        mw_notice(facts, "Of a header field of %zu octets only the first %u were read.", longest,
                  MW_MAX_FIELD_TEXT);
    if (facts->mime && facts->mime->truncated)
        mw_notice(facts, "The mail has more parts, or deeper ones, than are read: the rest was left out.");
}

/* What --exclude hides is told once, and not looked for again when things are tried. */
static void note_left_out(mw_facts *facts) {
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < facts->left_out->len; i++) {
        const char *name = ((const mw_finding *)facts->left_out->pdata[i])->symbol->name;
        if (!strstr(names->str, name))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
    }
    if (names->len)
        mw_notice(facts, "Found, and left out as --exclude asks: %s.", names->str);
    facts->left_out = NULL;
}

static mw_diagnosis *diagnose_facts(mw_arena *arena, const mw_world *world, const char *file, mw_facts *facts,
                                    GError **error) {
    const mw_message *message = facts->message;
    const bool judged = !facts->bounce || facts->bounce->original;
    client_of_reporter(facts);
    if (!mw_ask_for_receivers(world, facts, error))
        return NULL;
    if (judged)
        mw_checks_run(facts);
    if (facts->bounce)
        mw_bounce_examine(facts);
    mw_note_dns(facts);
    note_bounds(facts);
    note_left_out(facts);
    const GPtrArray *receivers = NULL;
    const mw_settings *s = world->settings;
    if (judged && s->receivers && !(receivers = mw_receivers_judge(facts, s->receivers, s->bulk, error)))
        return NULL;
    const GPtrArray *big = NULL;
    if (judged && !facts->bounce && !(big = mw_receivers_judge_big(facts, error)))
        return NULL;
    const GPtrArray *predictions = NULL;
    if (facts->bounce && judged &&
        !(predictions = mw_predictions_make(facts, facts->replies, s->bulk, error)))
        return NULL;

    mw_diagnosis *d = mw_new(arena, mw_diagnosis);
    *d = (mw_diagnosis){
        .file = file,
        .kind = facts->domain       ? "domain"
                : facts->bounce     ? "bounce"
                : message->has_body ? "message"
                                    : "headers",
        .facts = facts,
        .receivers = receivers,
        .big_receivers = big,
        .predictions = predictions,
        .profile = world->profile,
        .limit = isnan(world->settings->limit) ? world->profile->limit : world->settings->limit,
        .delivered = facts->trace->boundary >= 0 && !facts->bounce,
        .language = s->lang         ? world->language
                    : facts->bounce ? mw_language_of_tag(world->data, facts->bounce->language)
                                    : NULL,
    };
    d->score = mw_score_facts(d->profile, d->limit, facts);
    mw_baseline_mark(s->baseline, facts);
    d->cause = mw_cause_find(facts, d->profile, d->limit, &d->score);
    mw_dns_stats stats = mw_dns_statistics(world->dns);
    d->dns = (mw_dns_numbers){stats.source, stats.queries, stats.unanswered, stats.elapsed_ms};
    const mw_verdict *own_run = mw_verdict_of_run(arena, d);
    d->verdict = mw_verdict_make(arena, d, own_run);
    d->own_run = facts->bounce && judged ? own_run : NULL;
    return d;
}

bool mw_carries_another(const mw_facts *facts) {
    const mw_bounce *b = facts->bounce;
    return facts->attached || (b && !b->paired && !mw_bounce_failed(b));
}

/* Whether the mail around the other one leads. A report of a server's own is seldom signed: for that to be
 * refused its author's domain must ask for it. Around a mail that would be accepted, or a bounce that was
 * sent on, one that its author's domain did not send, or that goes to the junk folder, would hide. */
static bool leads(const mw_diagnosis *outer, const mw_diagnosis *carried) {
    const mw_verdict *v = outer->verdict;
    if (v->forged || v->deceptive || mw_disowned(outer->facts))
        return true;
    if (carried->facts->bounce && !carried->facts->attached)
        return false;
    bool well = carried->facts->bounce || carried->verdict->action == MW_OUTCOME_ACCEPT;
    return v->action == MW_OUTCOME_REJECT ||
           (well && (v->action == MW_OUTCOME_JUNK || mw_denied(outer->facts)));
}

/* The mail around the one that leads came in a name that is not its sender's: that is told, at least.
 * Servers' own reports are seldom signed, so that for those only SPF tells. */
static void tell_around(mw_diagnosis *d, const mw_facts *outer) {
    const mw_spf *spf = outer->spf;
    bool fails = spf && (spf->result == MW_SPF_FAIL || spf->result == MW_SPF_SOFTFAIL);
    if (d->doubt || !mw_denied(outer) || (d->facts->bounce && !fails))
        return;
    const mw_ip *client = &outer->envelope->client_ip;
    mw_notice(
        (mw_facts *)d->facts,
        "The mail around it came from %s in the name of %s, which does not bear that out: nothing that is "
        "told here speaks for it (--part 0 tells of it).",
        client->family ? mw_ip_text(outer->arena, client) : "an unknown server", outer->from_domain);
}

mw_facts *mw_read_doubtful(const mw_facts *bounced, const mw_world *around, mw_span bytes, mw_time now) {
    const mw_bounce *b = bounced->bounce;
    if (!b || b->paired || bounced->attached || !mw_bounce_failed(b) ||
        !mw_message_field(bounced->outer, "Received"))
        return NULL;
    mw_facts *facts = mw_read_facts(bounced->arena, around, bytes, now, NULL);
    if (!facts || facts->trace->boundary < 0 || !facts->from_domain)
        return NULL;
    const char *name = facts->envelope->rdns;
    return name && mw_domain_same_organisation(name, facts->from_domain) ? NULL : facts;
}

static void tell_doubt(mw_diagnosis *d, const mw_diagnosis *outer) {
    const mw_facts *facts = outer->facts;
    const mw_ip *client = &facts->envelope->client_ip;
    d->doubt = mw_printf(facts->arena,
                         "This notice itself came from %s in the name of %s, which asks for such mail to be "
                         "refused: it may be forged. Change nothing on its word alone.",
                         client->family ? mw_ip_text(facts->arena, client) : "an unknown server",
                         facts->from_domain);
    g_ptr_array_insert(d->facts->notices, 0, (gpointer)d->doubt);
    mw_verdict *verdict = mw_memdup(facts->arena, d->verdict, sizeof *verdict);
    verdict->who = "nobody";
    verdict->party = NULL;
    d->verdict = verdict;
}

const mw_diagnosis *mw_diagnose(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                mw_time now, GError **error) {
    mw_dns_start(world->dns);
    mw_first_sight sight = {0};
    mw_world first_world = *world;
    first_world.sight = &sight;
    mw_facts *facts = mw_read_facts(arena, &first_world, bytes, now, error);
    mw_diagnosis *d = facts ? diagnose_facts(arena, &first_world, file, facts, error) : NULL;
    if (!d)
        return NULL;
    d->outer = world->lead == MW_LEAD_OUTER;
    mw_world around = first_world;
    around.lead = MW_LEAD_OUTER;
    if (world->lead != MW_LEAD_OPEN || world->settings->part_given)
        return d;
    /* without DNS nobody knows what the author's domain asks for */
    facts = world->settings->no_dns ? NULL : mw_read_doubtful(d->facts, &around, bytes, now);
    bool doubtful = facts != NULL;
    if (!doubtful && !mw_carries_another(d->facts))
        return d;
    if (!doubtful)
        facts = mw_read_facts(arena, &around, bytes, now, error);
    mw_diagnosis *outer = facts ? diagnose_facts(arena, &around, file, facts, error) : NULL;
    if (!outer)
        return NULL;
    outer->outer = true;
    d->dns = outer->dns; /* of both */
    const mw_bounce *bounce = d->facts->bounce;
    if (doubtful && mw_disowned(outer->facts))
        tell_doubt(d, outer);
    bool first_outer = !doubtful && leads(outer, d);
    if (!first_outer)
        tell_around(d, outer->facts);
    if (!first_outer && bounce && (doubtful ? !mw_disowned(outer->facts) : !bounce->original))
        return d; /* nothing to tell of what stands around it */
    mw_diagnosis *first = first_outer ? outer : d, *second = first_outer ? d : outer;
    if (first_outer) {
        ((mw_facts *)outer->facts)->attached =
            d->facts->within_text ? "a bounce within its text, which says nothing for this mail"
                                  : "another mail, which says nothing for this one: the mail "
                                    "around it is told first, as it would be refused, is "
                                    "deceptive, or is not from whom it "
                                    "says (--part 1 takes the other)";
        g_ptr_array_insert(outer->facts->evidence->notes, 0, (gpointer)outer->facts->attached);
    }
    first->carried = second;
    return first;
}
