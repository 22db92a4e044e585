/* For tests of checks: one mail in a world of its own, a check run over it. */
#pragma once

#include "check/check.h"
#include "check/facts.h"
#include "dns/source.h"

typedef struct world {
    mw_arena *arena;
    mw_data *data;
    mw_dns *dns;
    mw_facts *facts;
} world;

typedef struct world_spec {
    const char *message, *zone; /* zone: master file lines; NULL: an empty world */
    const char *client_ip, *helo, *mail_from, *at, *now, *lists, *data;
} world_spec;

static inline mw_time world_time(const char *text) {
    return text ? mw_time_read_rfc3339(mw_span_of(text)) : MW_TIME_UNKNOWN;
}

static inline const mw_envelope *world_envelope(world *w, const world_spec *spec) {
    mw_envelope *envelope = mw_new(w->arena, mw_envelope);
    envelope->rcpt_to = mw_array_new(w->arena);
    envelope->reasons = mw_array_new(w->arena);
    envelope->received_at = world_time(spec->at);
    envelope->helo = spec->helo;
    envelope->mail_from = spec->mail_from;
    if (spec->mail_from && strchr(spec->mail_from, '@'))
        envelope->mail_from_domain = strchr(spec->mail_from, '@') + 1;
    if (spec->client_ip)
        envelope->client_ip_given = mw_ip_parse(mw_span_of(spec->client_ip), &envelope->client_ip);
    return envelope;
}

static inline world world_new(const world_spec *spec) {
    world w = {.arena = mw_arena_new(), .data = mw_data_new(spec->data)};
    g_assert_true(mw_data_load(w.data, NULL));
    GError *error = NULL;
    const char *zone = spec->zone ? spec->zone : "nothing.invalid. 60 IN A 192.0.2.1\n";
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone), "test", &error);
    g_assert_no_error(error);
    w.dns = mw_dns_new(source, NULL);
    mw_dns_start(w.dns);
    const char *text = spec->message ? spec->message : "From: a@example.org\nSubject: x\n\nhello\n";
    mw_facts *facts = w.facts = mw_new(w.arena, mw_facts);
    facts->arena = w.arena;
    facts->dns = w.dns;
    facts->data = w.data;
    facts->catalogue = mw_catalogue_new(w.data, w.arena, &error);
    g_assert_no_error(error);
    facts->message =
        mw_message_read(w.arena, (mw_span){mw_memdup(w.arena, text, strlen(text)), strlen(text)}, &error);
    g_assert_no_error(error);
    facts->mime = mw_mime_read(w.arena, facts->message);
    facts->envelope = world_envelope(&w, spec);
    facts->now = spec->now ? world_time(spec->now) : 1795300000;
    facts->lists = spec->lists;
    facts->claims = mw_array_new(w.arena);
    facts->from = mw_array_new(w.arena);
    for (const mw_field *f = mw_message_field(facts->message, "From"); f;
         f = mw_message_next_field(facts->message, f, "From")) {
        GPtrArray *some = mw_addresses(w.arena, f);
        for (guint i = 0; i < some->len; i++)
            g_ptr_array_add(facts->from, some->pdata[i]);
    }
    if (facts->from->len)
        facts->from_domain = ((mw_address *)facts->from->pdata[0])->domain;
    facts->list_entries = mw_array_new(w.arena);
    facts->findings = mw_array_new(w.arena);
    facts->notices = mw_array_new(w.arena);
    return w;
}

static inline void world_run(world *w, const mw_check *check) {
    if (check->prefetch)
        check->prefetch(w->facts);
    check->run(w->facts);
}

static inline void world_free(world *w) {
    mw_dns_free(w->dns);
    mw_data_free(w->data);
    mw_arena_free(w->arena);
}

/* "SYMBOL SYMBOL? ..." in order of raising; "?" marks what is unknown. */
static inline char *world_symbols(const world *w) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < w->facts->findings->len; i++) {
        const mw_finding *finding = w->facts->findings->pdata[i];
        g_string_append_printf(text, "%s%s%s", i ? " " : "", finding->symbol->name,
                               finding->state == MW_HIT ? "" : "?");
    }
    char *out = mw_strdup(w->arena, text->str);
    g_string_free(text, TRUE);
    return out;
}
