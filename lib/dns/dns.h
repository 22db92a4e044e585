/* The DNS engine as the checks see it: one cache, one flight per question, one deadline.
 *
 * mw_dns_query() waits for the answer, at most until the query's limit or the run's deadline;
 * mw_dns_prefetch() never waits. Ask ahead for everything that is known, then query in order in one thread.
 * Answers live as long as the engine. Single-threaded for its user; completions run in the source's thread.
 *
 * The room dns owns every question to the DNS: cache, flight, budget, sources, recordings. It may not know
 * who asks, or what an answer means for a mail.
 */
#pragma once

#include "dns/name.h"

typedef enum mw_dns_status {
    MW_DNS_OK,
    MW_DNS_NODATA,   /* the name exists, not this type */
    MW_DNS_NXDOMAIN, /* the name does not exist */
    MW_DNS_SERVFAIL,
    MW_DNS_REFUSED,
    MW_DNS_TIMEOUT,
    MW_DNS_BADANSWER, /* what came back is no answer to the question */
    MW_DNS_NETERR,
    MW_DNS_BUDGET,      /* not asked: the run's number of queries was used up */
    MW_DNS_BADNAME,     /* not asked: no such name can exist in the DNS */
    MW_DNS_NOTRECORDED, /* a replayed world does not hold it; also: --no-dns */
} mw_dns_status;

/* "NXDOMAIN" and so on, as in a snapshot. */
const char *mw_dns_status_name(mw_dns_status status);
/* In words for a report: "does not exist", "the name server failed (SERVFAIL)", "no answer in time" ... */
const char *mw_dns_status_words(mw_dns_status status);
/* No data, for certain: NODATA or NXDOMAIN. */
static inline bool mw_dns_absent(mw_dns_status s) {
    return s == MW_DNS_NODATA || s == MW_DNS_NXDOMAIN;
}
/* Neither an answer nor an absence: the fact is unknown. */
static inline bool mw_dns_failed(mw_dns_status s) {
    return s > MW_DNS_NXDOMAIN && s != MW_DNS_BADNAME;
}

enum {
    MW_TYPE_A = 1,
    MW_TYPE_NS = 2,
    MW_TYPE_CNAME = 5,
    MW_TYPE_SOA = 6,
    MW_TYPE_PTR = 12,
    MW_TYPE_MX = 15,
    MW_TYPE_TXT = 16,
    MW_TYPE_AAAA = 28,
    MW_TYPE_DNAME = 39
};

typedef struct mw_rdata {
    const uint8_t *data; /* wire form, names not compressed */
    uint16_t len;
} mw_rdata;

typedef struct mw_answer {
    mw_dns_status status;
    const mw_rdata *records; /* of the asked type, behind any CNAMEs */
    size_t n_records;
    uint32_t ttl;
    mw_name canonical;  /* end of the CNAME and DNAME chain; len 0 without one */
    bool beside_alias;  /* the zone has a CNAME at the name, too, where DNS allows nothing beside one */
    bool secure, bogus; /* DNSSEC, where it was asked for */
    const char *why_bogus;
} mw_answer;

typedef enum mw_purpose { MW_FOR_AUTH, MW_FOR_PTR, MW_FOR_LIST, MW_FOR_OTHER } mw_purpose;

typedef struct mw_dns mw_dns;

/* Never NULL. why names the check for --show-queries, such as "SPF record"; a string that outlives the
 * engine. */
const mw_answer *mw_dns_query(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                              const char *why);
/* The same on dotted text; a name that can't exist gives BADNAME. */
const mw_answer *mw_dns_query_text(mw_dns *dns, const char *name, uint16_t type, mw_purpose purpose,
                                   const char *why);

/* The same, but it never waits: what has not come by now is given up (TIMEOUT). For what nothing hangs on. */
const mw_answer *mw_dns_known(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                              const char *why);

/* Called once when the answer is there, perhaps at once, perhaps in another thread: it may call
 * mw_dns_prefetch*() and nothing else of the engine, and must not block. */
typedef void (*mw_dns_then)(mw_dns *dns, const mw_name *name, const mw_answer *answer, void *data);
void mw_dns_prefetch(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose, const char *why);
void mw_dns_prefetch_text(mw_dns *dns, const char *name, uint16_t type, mw_purpose purpose, const char *why);
void mw_dns_prefetch_then(mw_dns *dns, const mw_name *name, uint16_t type, mw_purpose purpose,
                          const char *why, mw_dns_then then, void *data);

/* For a check's prefetch: questions that it asks with this why depend on answers; pattern says which they may
 * be. Both strings outlive the engine. */
void mw_dns_pattern(mw_dns *dns, const char *why, const char *pattern, mw_purpose purpose);

/* Readers of one record. Each is false when the rdata is not of its form. */
bool mw_rdata_name(const mw_rdata *rdata, mw_name *out); /* PTR, CNAME, NS */
bool mw_rdata_soa(const mw_rdata *rdata, mw_name *out);  /* its first name, the master server */
bool mw_rdata_mx(const mw_rdata *rdata, uint16_t *preference, mw_name *out); /* "." is the null MX */
/* The strings of a TXT record joined (RFC 7208 section 3.3), in the arena. */
mw_span mw_rdata_txt(mw_arena *arena, const mw_rdata *rdata);

/* What is left of the message's time, waiting and work; 0 when it is over. Work that only explains (searches,
 * trials) ends with it. */
int64_t mw_dns_left_ms(mw_dns *dns);
