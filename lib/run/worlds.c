#include "run/worlds.h"
#include "base/error.h"
#include "base/limits.h"
#include "check/check.h"
#include "report/plan.h"
#include "run/fix.h"
#include "run/trial.h"

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
    mw_world same = *world; /* trials are made of the same one of two mails */
    if (d)
        same.lead = d->outer ? MW_LEAD_OUTER : MW_LEAD_CARRIED;
    if (d && s->changes)
        d = what_if(arena, &same, d, bytes, now, error);
    else if (d)
        d = mw_prove_fixes(arena, &same, d, bytes, now);
    return d;
}

/* What would be asked if this was the client's address is told as patterns, found by planning with it. */
static void plan_about(mw_arena *arena, mw_facts *facts, mw_ip client, const char *what) {
    mw_envelope *envelope = mw_memdup(arena, facts->envelope, sizeof *envelope);
    envelope->client_ip = client;
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
        mw_dns_pattern(facts->dns, asked->why, what, asked->purpose);
    }
    for (guint i = 0; i < patterns->len; i++) {
        const mw_pattern *pattern = patterns->pdata[i];
        mw_dns_pattern(facts->dns, pattern->why, pattern->pattern, pattern->purpose);
    }
}

/* Neither the address of the host that wrote a bounce is known before it is asked, nor whether a host's
 * reverse name leads back. */
static void plan_unknown(mw_arena *arena, mw_facts *facts) {
    const char *host = mw_reporter_to_ask(facts);
    if (host) {
        mw_dns_prefetch_text(facts->dns, host, MW_TYPE_A, MW_FOR_OTHER, MW_WHY_REPORTER);
        plan_about(arena, facts, (mw_ip){.family = 4, .bytes = {192, 0, 2, 1}},
                   "the same about the reporting host's address");
    }
    for (guint i = 0; i < facts->trace->hops->len && i < MW_MAX_VOTED_HOPS; i++) {
        const mw_hop *hop = facts->trace->hops->pdata[i];
        if (!hop->leans_on)
            continue;
        plan_about(arena, facts, hop->from_ip, "the same about a host whose reverse name does not lead back");
        break; /* the questions are the same about each */
    }
}

const mw_plan *mw_plan_read(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                            mw_time now, GError **error) {
    mw_dns_start(world->dns);
    mw_facts *facts = mw_read_facts(arena, world, bytes, now, error);
    if (!facts)
        return NULL;
    plan_unknown(arena, facts);
    mw_checks_prefetch(facts);
    if (!mw_ask_for_receivers(world, facts, error))
        return NULL;
    mw_world around = *world;
    around.lead = MW_LEAD_OUTER;
    if (!world->settings->part_given) {
        mw_facts *outer = mw_carries_another(facts) ? mw_read_facts(arena, &around, bytes, now, error)
                                                    : mw_read_doubtful(facts, &around, bytes, now);
        if (outer)
            mw_checks_prefetch(outer);
        if (outer ? !mw_ask_for_receivers(world, outer, error) : mw_carries_another(facts))
            return NULL;
    }
    mw_plan *plan = mw_new(arena, mw_plan);
    *plan = (mw_plan){file, mw_dns_statistics(world->dns).source, mw_dns_questions(world->dns, arena),
                      mw_dns_patterns(world->dns, arena)};
    return plan;
}
