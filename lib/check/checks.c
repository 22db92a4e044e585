#include "check/check.h"

extern const mw_check mw_check_spf;
extern const mw_check mw_check_domain_hosts;
extern const mw_check mw_check_domain_servers;
extern const mw_check mw_check_domain_keys;
extern const mw_check mw_check_bimi;
extern const mw_check mw_check_transport;
extern const mw_check mw_check_dkim;
extern const mw_check mw_check_arc;
extern const mw_check mw_check_dmarc;
extern const mw_check mw_check_dkim2;
extern const mw_check mw_check_ed25519;
extern const mw_check mw_check_rdns;
extern const mw_check mw_check_helo;
extern const mw_check mw_check_headers;
extern const mw_check mw_check_dates;
extern const mw_check mw_check_authors;
extern const mw_check mw_check_links;
extern const mw_check mw_check_hidden;
extern const mw_check mw_check_attachments;
extern const mw_check mw_check_sender_domains;
extern const mw_check mw_check_recipient;
extern const mw_check mw_check_lists;
extern const mw_check mw_check_subject;
extern const mw_check mw_check_unsubscribe;
extern const mw_check mw_check_aliases;
extern const mw_check mw_check_differences;
extern const mw_check mw_check_then_now;
extern const mw_check mw_check_parties;

/* Facts that others build on first; what depends on others last. */

/* clang-format off */
const mw_check *const mw_checks[] = {
    &mw_check_domain_hosts,
    &mw_check_spf,
    &mw_check_dkim,
    &mw_check_arc,
    &mw_check_dmarc,
    &mw_check_domain_keys,
    &mw_check_domain_servers,
    &mw_check_bimi,
    &mw_check_transport,
    &mw_check_dkim2,
    &mw_check_ed25519,
    &mw_check_rdns,
    &mw_check_helo,
    &mw_check_subject,
    &mw_check_headers,
    &mw_check_dates,
    &mw_check_authors,
    &mw_check_links,
    &mw_check_hidden,
    &mw_check_attachments,
    &mw_check_sender_domains,
    &mw_check_recipient,
    &mw_check_lists,
    &mw_check_unsubscribe,
    &mw_check_aliases,
    &mw_check_differences,
    &mw_check_then_now,
    &mw_check_parties,
    NULL,
};
/* clang-format on */
