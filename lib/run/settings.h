/* What mw_context_set() took: the options of one context. The table in settings.c is their only list.
 *
 * The room run owns the order in which all rooms work, and over which DNS. It may not know terminals, files
 * out and exit statuses.
 */
#pragma once

#include "base/ip.h"
#include "base/timestamp.h"
#include "dns/source.h"
#include "mailwhy.h"
#include "report/letter.h"
#include "score/baseline.h"

typedef struct mw_settings {
    mw_arena *arena;
    const char *data_folder;

    mw_ip client_ip; /* family 0: not given */
    const char *helo, *mail_from;
    GPtrArray *rcpt_to; /* of const char * */
    mw_time at, now;    /* MW_TIME_UNKNOWN: not given; now is set by the caller in the end */

    GPtrArray *resolvers; /* of const char *: "192.0.2.1@5300" */
    const char *zone, *replay, *doh;
    bool outside;             /* --outside: as the rest of the world sees the DNS */
    GPtrArray *private_zones; /* --private: of const char * */
    bool recursive, dnssec, no_dns, no_lists, show_queries;
    const char *lists;           /* --lists: NULL, "default", "all" or zones */
    const char *fail_on;         /* --fail-on: see score/fail_on.h; or NULL */
    GPtrArray *excluded;         /* --exclude: of const char *, symbols */
    const mw_baseline *baseline; /* --baseline; or NULL */
    mw_changes *changes;         /* --what-if; NULL: none */
    double timeout;              /* seconds */
    unsigned cache_size;         /* DNS answers that are kept; 0: the default */

    GPtrArray *mine;       /* of const mw_ip *: servers that are the sender's own */
    mw_letter_to reply_to; /* --reply */
    const char *lang;      /* --lang: "de"; NULL: as the bounce, else English */
    unsigned part;         /* which attached mail; 0: the one around them, if given */
    bool part_given;
    GBytes *bounce; /* --bounce: what came back, or the text of a reply; NULL: not given */

    const char *profile;
    double limit; /* NAN: the profile's own */

    const char *domain;   /* --domain: a domain without a mail; or NULL */
    GPtrArray *sealers;   /* --trust-sealer: of const char * */
    GPtrArray *selectors; /* --selector: of const char * */

    const char *receivers; /* --for, or NULL */
    bool bulk;
    bool redact; /* --redact: of the finished report */
} mw_settings;

mw_settings *mw_settings_new(mw_arena *arena);
/* An option about one mail: nothing that is opened for all of them hangs on it. */
bool mw_settings_about_mail(const char *option);
bool mw_settings_set(mw_settings *settings, const char *option, const char *value, GError **error);
/* As "bounce", of a text or a mail that is taken over; what: how a message calls it. */
bool mw_settings_set_bounce(mw_settings *settings, GBytes *bytes, const char *what, GError **error);
