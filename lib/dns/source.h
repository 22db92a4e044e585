/* The engine's other side: where answers come from, and the engine's life.
 *
 * One source a run, chosen by the command's options:
 *
 *   (none of them)         mw_source_unbound() with servers NULL: resolv.conf's name servers
 *   --resolver A[@P] ...   mw_source_unbound() with servers
 *   --recursive, --dnssec  mw_source_unbound() with recursive, dnssec
 *   --doh URL              mw_source_doh()
 *   --zone FILE            mw_source_zone()
 *   --replay FILE          mw_source_replay(); then now is mw_source_run(source)->at
 *   --no-dns               mw_source_none()
 *   --what-if REC ...      mw_source_overlay() over whichever it is
 *   --record FILE          mw_dns_recording() after the report is made (one message)
 *   --show-queries         mw_source_plan() over whichever it is, every check's prefetch, then
 * mw_dns_questions()
 *   --timeout SECONDS      limits.run_ms
 *
 *   mw_source *source = mw_source_zone("dns.zone", &error);
 *   mw_dns *dns = mw_dns_new(source, NULL);
 *   for each message: mw_dns_start(dns); ... mw_dns_query() ...; mw_dns_statistics(dns)
 *   mw_dns_free(dns);
 *
 * To try other records on the same run (a fix that has to be proved), stack a second engine on the first,
 * whose answers it shares: mw_dns_new(mw_source_overlay(mw_source_engine(dns), changes), NULL).
 */
#pragma once

#include "base/error.h"
#include "base/timestamp.h"
#include "dns/dns.h"

/* ---- what a source is ---- */

typedef struct mw_question mw_question;
struct mw_question {
    mw_name name;
    uint16_t type;
    /* To be called exactly once, in any thread, before ask() returns or later. The answer is copied. */
    void (*answered)(mw_question *question, const mw_answer *answer);
    void *data;
};

/* How a recorded run went, for its replay. */
typedef struct mw_dns_run {
    mw_time at;
    const char *version, *source;
    unsigned queries, unanswered;
    int64_t elapsed_ms;
} mw_dns_run;

typedef enum mw_source_kind {
    MW_SOURCE_LIVE,
    MW_SOURCE_ZONE,
    MW_SOURCE_REPLAY,
    MW_SOURCE_NONE
} mw_source_kind;

typedef struct mw_source mw_source;
struct mw_source {
    mw_source_kind kind; /* all but LIVE answer before ask() returns */
    const char *name;    /* for the report; lives as long as the source */
    const mw_dns_run *run;
    int64_t silence_ms; /* a SERVFAIL after that long means that nobody answered; 0: it never does */
    mw_dns *below;      /* the engine whose deadline holds, too; or NULL */
    void (*ask)(mw_source *source, mw_question *question);
    void (*free)(mw_source *source); /* no answer comes after it has returned */
};

void mw_source_free(mw_source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_source, mw_source_free)
/* Of a replay: the recorded run; NULL when the file has no ";@run" line, and for other sources. */
const mw_dns_run *mw_source_run(const mw_source *source);

/* ---- the sources; NULL and an error when it can't be had ---- */

/* Every answer is NOTRECORDED. */
mw_source *mw_source_none(void);
/* The same under the name of another source, which it takes over and never asks. */
mw_source *mw_source_plan(mw_source *real);

/* The file is the whole world. Errors (MW_ERROR_FILE, MW_ERROR_DATA) name file and line. */
mw_source *mw_source_zone(const char *file, GError **error);
mw_source *mw_source_zone_bytes(mw_span bytes, const char *file, GError **error);
/* A recorded run: what was not recorded is NOTRECORDED. */
mw_source *mw_source_replay(const char *file, GError **error);
mw_source *mw_source_replay_bytes(mw_span bytes, const char *file, GError **error);

typedef struct mw_unbound_options {
    const char *const *servers; /* "192.0.2.1", "192.0.2.1@5300", "2001:db8::1@53"; NULL-terminated; NULL:
                                   resolv.conf's */
    const char *resolv_conf;    /* NULL: /etc/resolv.conf */
    bool recursive;             /* own recursion from the root; servers is not used */
    bool dnssec;
    const char *anchor_file; /* root trust anchor for dnssec; NULL: dns-root-data's path */
    const char *hints_file;  /* root hints for recursive, NULL: built in */
} mw_unbound_options;
mw_source *mw_source_unbound(const mw_unbound_options *options, GError **error);

typedef struct mw_doh_options {
    const char *url;     /* https only */
    const char *ca_file; /* certificates to trust in place of the system's; NULL */
    bool dnssec;         /* believe the resolver's word that it has validated */
} mw_doh_options;
mw_source *mw_source_doh(const mw_doh_options *options, GError **error);

/* A live source as the rest of the world sees the DNS: names in private zones (those of zones, too,
 * NULL-terminated or NULL) are not asked and do not exist, private addresses are left out of answers. Takes
 * over below. */
mw_source *mw_source_outside(mw_source *below, const char *const *zones);

/* Another engine's answers, which must outlive this source. */
mw_source *mw_source_engine(mw_dns *dns);

/* ---- what if: records laid over a source ---- */

/* Changes to the DNS: NAME TYPE RDATA replaces the record set of that name and type (several of them make up
 * the new set), +NAME TYPE RDATA adds to it, -NAME TYPE removes it. */
typedef struct mw_changes mw_changes;
mw_changes *mw_changes_new(void);
void mw_changes_free(mw_changes *changes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_changes, mw_changes_free)
/* One --what-if: a change, or @FILE with one change a line (empty lines, and what starts with ; or #, are
 * skipped). MW_ERROR_OPTION, MW_ERROR_FILE, MW_ERROR_DATA with file and line. */
bool mw_changes_add(mw_changes *changes, const char *text, GError **error);
/* Takes over below; changes may be freed when it has returned. */
mw_source *mw_source_overlay(mw_source *below, const mw_changes *changes);

/* ---- the engine ---- */

typedef struct mw_dns_limits {
    unsigned queries; /* sent for one message; 0: no limit */
    unsigned reserve; /* of these, for authentication and PTR alone */
    int64_t query_ms; /* wait for one answer, from when it was asked */
    int64_t run_ms;   /* for the whole message, from mw_dns_start() */
} mw_dns_limits;
extern const mw_dns_limits mw_dns_limits_default;

/* The engine owns the source. limits NULL: the default ones. */
mw_dns *mw_dns_new(mw_source *source, const mw_dns_limits *limits);
void mw_dns_free(mw_dns *dns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_dns, mw_dns_free)
/* A new message: its budget, deadline and statistics begin; answers that are known are kept, questions that
 * were given up for the last one may be asked again. */
void mw_dns_start(mw_dns *dns);

typedef struct mw_dns_stats {
    const char *source;
    unsigned queries;    /* sent to the source for this message */
    unsigned unanswered; /* of these: failed, or no answer yet */
    int64_t elapsed_ms;  /* from the first question to the last answer; 0 where no network is used */
} mw_dns_stats;
/* Since mw_dns_start(); of a replay, what its recording says. */
mw_dns_stats mw_dns_statistics(mw_dns *dns);

/* Of a replay: how the recorded run went; else NULL. */
const mw_dns_run *mw_dns_recorded(const mw_dns *dns);

/* A secret label (a list key) of six or more characters: it is never written or shown, "key" stands for it,
 * and a replay is asked for that. Copied. */
void mw_dns_hide(mw_dns *dns, const char *label);

/* Every question since mw_dns_start() in the order of asking, for --show-queries and tests; hidden labels are
 * replaced. In the arena. */
typedef struct mw_asked {
    mw_name name;
    uint16_t type;
    mw_purpose purpose;
    const char *why;
    mw_dns_status status;
    bool secure, bogus, beside_alias;
    const char *why_bogus;
} mw_asked;
GPtrArray *mw_dns_questions(mw_dns *dns, mw_arena *arena);

/* Some answer since then is validated, or bogus, or has a record beside an alias: those of most zones are
 * not. */
bool mw_dns_marked(mw_dns *dns);

/* What mw_dns_pattern() told, of a source that answers nothing (--show-queries). */
typedef struct mw_pattern {
    const char *why, *pattern;
    mw_purpose purpose;
} mw_pattern;
/* Of mw_pattern *, since mw_dns_start(); in the arena. */
GPtrArray *mw_dns_patterns(mw_dns *dns, mw_arena *arena);

/* --record: all that the engine learnt, in order, with what failed; a question without an answer is a
 * TIMEOUT. What hide() was told is not in it. at is the run's clock: a replay takes it over. One message a
 * recording: its statistics are what mw_dns_statistics() said when the report was made. */
char *mw_dns_recording(mw_dns *dns, mw_time at, const mw_dns_stats *stats, mw_arena *arena);

/* Reads a name of mw_dns_status_name(). */
bool mw_dns_status_read(mw_span name, mw_dns_status *out);
