#include "run/world.h"
#include "base/error.h"
#include "check/check.h"
#include "dns/each.h"
#include "dns/types.h"

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
    mw_source *source = mw_source_unbound(&options, error);
    return source && s->recursive ? mw_source_each(source) : source;
}

static mw_source *open_chosen(mw_arena *arena, const mw_settings *s, GError **error) {
    if (s->no_dns)
        return mw_source_none();
    if (s->zone)
        return mw_source_zone(s->zone, error);
    if (s->replay)
        return mw_source_replay(s->replay, error);
    mw_source *live = open_live(arena, s, error);
    const char **zones = mw_new_n(arena, const char *, s->private_zones->len + 1);
    for (guint i = 0; i < s->private_zones->len; i++)
        zones[i] = s->private_zones->pdata[i];
    return live && s->outside ? mw_source_outside(live, zones) : live;
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
    limits.query_ms = MAX(limits.query_ms, limits.run_ms / 2); /* who waits long waits for one answer, too */
    return mw_dns_new(source, &limits);
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

static void note_dnssec(mw_facts *facts) {
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
}

void mw_note_dns(mw_facts *facts) {
    if (mw_dns_marked(facts->dns))
        note_dnssec(facts);
    bool recursive = g_str_has_prefix(mw_dns_statistics(facts->dns).source, "own recursion");
    if (refused_lists(facts) && !recursive)
        mw_notice(
            facts,
            "Lists refuse questions that come through a large public resolver. With --recursive mailwhy "
            "asks them by itself, from this computer's own address.");
}
