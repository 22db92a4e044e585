/* Which DNS a run sees: the source that the options choose, records tried over it, and its recording. */
#include "base/error.h"
#include "check/check.h"
#include "dns/ldns.h"
#include "run/pipeline.h"
#include "report/plan.h"

/* An address without brackets, and its port: "[::1]@53" is "::1@53". */
static const char *server_for_unbound(mw_arena *arena, const char *given) {
    mw_span port = mw_span_of(given), address = mw_span_cut(&port, '@');
    mw_ip ip;
    if (!mw_ip_parse(address, &ip))
        return given;
    const char *text = mw_ip_text(arena, &ip);
    return port.data ? mw_printf(arena, "%s@%.*s", text, (int)port.len, port.data) : text;
}

static mw_source *open_live(mw_arena *arena, const mw_settings *s, GError **error) {
    if (s->doh)
        return mw_source_doh(&(mw_doh_options){.url = s->doh, .dnssec = s->dnssec}, error);
    const char **servers = mw_new_n(arena, const char *, s->resolvers->len + 1);
    for (guint i = 0; i < s->resolvers->len; i++)
        servers[i] = server_for_unbound(arena, s->resolvers->pdata[i]);
    mw_unbound_options options = {
        .servers = s->resolvers->len ? servers : NULL, .recursive = s->recursive, .dnssec = s->dnssec};
    return mw_source_unbound(&options, error);
}

static mw_source *open_chosen(mw_arena *arena, const mw_settings *s, GError **error) {
    if (s->no_dns)
        return mw_source_none();
    if (s->zone)
        return mw_source_zone(s->zone, error);
    if (s->replay)
        return mw_source_replay(s->replay, error);
    return open_live(arena, s, error);
}

mw_source *mw_open_source(mw_arena *arena, const mw_settings *s, GError **error) {
    int chosen = s->no_dns + !!s->zone + !!s->replay + !!s->doh + s->recursive + (s->resolvers->len > 0);
    if (chosen > 1) {
        g_set_error_literal(
            error, MW_ERROR, MW_ERROR_OPTION,
            "--resolver, --recursive, --doh, --zone, --replay and --no-dns: only one of them can answer");
        return NULL;
    }
    mw_source *source = open_chosen(arena, s, error);
    return source && s->show_queries ? mw_source_plan(source) : source;
}

mw_dns *mw_open_dns(mw_source *source, const mw_settings *s) {
    mw_dns_limits limits = mw_dns_limits_default;
    limits.run_ms = (int64_t)(s->timeout * 1000);
    return mw_dns_new(source, &limits);
}

const mw_diagnosis *mw_diagnose_changed(mw_arena *arena, const mw_world *world, const mw_changes *changes,
                                        const char *file, mw_span bytes, mw_time now, GError **error) {
    mw_source *tried = mw_source_overlay(mw_source_engine(world->dns), changes);
    mw_world other = *world;
    other.dns = mw_arena_own(arena, mw_open_dns(tried, world->settings), (GDestroyNotify)mw_dns_free);
    other.trial = true;
    return mw_diagnose(arena, &other, file, bytes, now, error);
}

/* --what-if: the same mail once more, with the records tried. */
static const mw_diagnosis *what_if(mw_arena *arena, const mw_world *world, const mw_diagnosis *before,
                                   mw_span bytes, mw_time now, GError **error) {
    const mw_diagnosis *after =
        mw_diagnose_changed(arena, world, world->settings->changes, before->file, bytes, now, error);
    if (!after)
        return NULL;
    mw_diagnosis *both = mw_memdup(arena, after, sizeof *after);
    both->before = before;
    both->dns = before->dns;
    return both;
}

const mw_diagnosis *mw_diagnose_world(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                      mw_time now, GError **error) {
    const mw_settings *s = world->settings;
    const mw_diagnosis *d = mw_diagnose(arena, world, file, bytes, now, error);
    if (d && s->changes)
        d = what_if(arena, world, d, bytes, now, error);
    else if (d)
        d = mw_prove_fixes(arena, world, d, bytes, now);
    if (d && s->record) {
        mw_dns_stats stats = {d->dns.source, d->dns.queries, d->dns.unanswered, d->dns.elapsed_ms};
        if (!mw_dns_record(world->dns, now, &stats, s->record, error))
            return NULL;
    }
    return d;
}

/* What is asked about the address of the host that wrote a bounce can't be named before that address is
 * known: it is told as patterns, found by planning with an address that stands for it. */
static void plan_reporter(mw_arena *arena, mw_facts *facts) {
    const char *host = mw_reporter_to_ask(facts);
    if (!host)
        return;
    mw_dns_prefetch_text(facts->dns, host, MW_TYPE_A, MW_FOR_OTHER, MW_WHY_REPORTER);
    mw_envelope *envelope = mw_memdup(arena, facts->envelope, sizeof *envelope);
    envelope->client_ip = (mw_ip){.family = 4, .bytes = {192, 0, 2, 1}};
    mw_facts *guess = mw_memdup(arena, facts, sizeof *facts);
    guess->envelope = envelope;
    guess->dns =
        mw_arena_own(arena, mw_dns_new(mw_source_plan(mw_source_none()), NULL), (GDestroyNotify)mw_dns_free);
    mw_dns_start(guess->dns);
    mw_checks_prefetch(guess);
    GPtrArray *questions = mw_dns_questions(guess->dns, arena),
              *patterns = mw_dns_patterns(guess->dns, arena);
    for (guint i = 0; i < questions->len; i++) {
        const mw_asked *asked = questions->pdata[i];
        mw_dns_pattern(facts->dns, asked->why, "the same about the reporting host's address", asked->purpose);
    }
    for (guint i = 0; i < patterns->len; i++) {
        const mw_pattern *pattern = patterns->pdata[i];
        mw_dns_pattern(facts->dns, pattern->why, pattern->pattern, pattern->purpose);
    }
}

const mw_plan *mw_plan_read(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                            mw_time now, GError **error) {
    mw_facts *facts = mw_read_facts(arena, world, bytes, now, error);
    if (!facts)
        return NULL;
    mw_dns_start(world->dns);
    plan_reporter(arena, facts);
    mw_checks_prefetch(facts);
    if (!mw_ask_for_receivers(world, facts, error))
        return NULL;
    mw_plan *plan = mw_new(arena, mw_plan);
    *plan = (mw_plan){file, mw_dns_statistics(world->dns).source, mw_dns_questions(world->dns, arena),
                      mw_dns_patterns(world->dns, arena)};
    return plan;
}

static void note_bogus(mw_facts *facts, const mw_asked *asked) {
    mw_notice(facts, "DNSSEC: the %s record of %s is not to be believed%s%s.",
              mw_type_text(facts->arena, asked->type), mw_name_text(facts->arena, &asked->name),
              asked->why_bogus ? ": " : "", asked->why_bogus ? asked->why_bogus : "");
}

static bool refused_lists(const mw_facts *facts) {
    for (guint i = 0; i < facts->list_entries->len; i++) {
        if (((const mw_list_entry *)facts->list_entries->pdata[i])->state == MW_LIST_REFUSED)
            return true;
    }
    return false;
}

void mw_note_dns(mw_facts *facts) {
    GPtrArray *questions = mw_dns_questions(facts->dns, facts->arena);
    guint secure = 0, answered = 0;
    for (guint i = 0; i < questions->len; i++) {
        const mw_asked *asked = questions->pdata[i];
        bool judged = asked->purpose != MW_FOR_LIST && (!mw_dns_failed(asked->status) || asked->bogus);
        answered += judged;
        secure += judged && asked->secure;
        if (asked->bogus)
            note_bogus(facts, asked);
    }
    if (secure)
        mw_notice(facts,
                  "DNSSEC: %u of %u answers (those of lists apart) are signed, and the signatures are valid.",
                  secure, answered);
    bool recursive = g_str_has_prefix(mw_dns_statistics(facts->dns).source, "own recursion");
    if (refused_lists(facts) && !recursive)
        mw_notice(
            facts,
            "Lists refuse questions that come through a large public resolver. With --recursive mailwhy "
            "asks them by itself, from this computer's own address.");
}
