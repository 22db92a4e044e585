/* One SMTP reply as people and programs hand it on: with its codes, its words in one line, and who said it.
 *
 * RFC 5321 section 4.2 and RFC 3463; the wrappings are those of Postfix, Exim, Sendmail, qmail, Exchange, of
 * Diagnostic-Code fields, of log lines and of what web mailers show.
 *
 * The room reply owns what an SMTP reply says and means. It may not know in which bounce, mail or log the
 * reply stood.
 */
#pragma once

#include "base/ip.h"

enum {
    MW_REPLY_TEXT = 16384, /* bytes of a reply that are looked at */
    MW_REPLY_NAMES = 16,   /* addresses, domains and links of one reply that are kept */
};

typedef struct mw_smtp_reply {
    const char *code;     /* "550", or NULL */
    const char *enhanced; /* "5.7.26", or NULL */
    const char *text;     /* all of it in one line, white space folded, otherwise as it came; never NULL */
    const char *words;    /* the reply's own words: no codes, no line prefixes, no wrapping; never NULL */
    const char *match;    /* "550 5.7.26 words": what the catalogue is matched against */
    const char *host;     /* who said it, or NULL */
    mw_ip host_ip;
    const char *command; /* which command it answers: "RCPT TO", "end of DATA" ...; or NULL */
} mw_smtp_reply;

/* Never NULL: a text without codes is all words. Of several replies the first counts that is not a mere
 * follow-up of another (503, "no valid recipients"). */
const mw_smtp_reply *mw_smtp_reply_read(mw_arena *arena, mw_span text);

/* What codes mw_smtp_reply_read() finds there: 2 a reply code, 1 only an enhanced status, 0 neither. */
int mw_smtp_code_grade(mw_arena *arena, mw_span text);

/* A code where a reply can begin, in a line or behind a colon; position of the code, or SIZE_MAX. */
size_t mw_smtp_code_find(mw_span text, size_t from);
/* The enhanced status at the beginning ("5.7.26", also behind "#" or "("); empty when there is none. */
mw_span mw_smtp_status_at(mw_span text);

/* What a reply names. */
typedef struct mw_reply_names {
    GPtrArray *ips;         /* of const mw_ip *, in order, each once */
    GPtrArray *domains;     /* of const char *, lower case: of the sender, as far as the wording tells */
    GPtrArray *urls;        /* of const char * */
    const char *list;       /* zone of a block list, "zen.spamhaus.org"; or NULL */
    const char *spf_domain; /* for which the receiver says that it judged SPF; or NULL */
    const char *spf, *dkim, *dmarc; /* verdicts that the receiver tells: "pass", "fail" ...; or NULL */
    const char *vendor_code;        /* "S3140", "TSS04", "OFR_506" ...; or NULL */
} mw_reply_names;

const mw_reply_names *mw_smtp_reply_names(mw_arena *arena, const mw_smtp_reply *reply);
