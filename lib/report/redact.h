/* A report to hand on: who wrote to whom about what is taken out of a finished diagnosis, and what was
 * diagnosed stays.
 *
 * Gone are the local parts of all addresses, names of people, subjects, what was quoted of the text, names of
 * attached files, ids of mails, and the hosts and addresses from which people wrote. Each is replaced by the
 * same wherever it stands. What stays is what the diagnosis is about, and public: domains, servers, their
 * addresses, records of the DNS, what receivers replied.
 */
#pragma once

#include "score/diagnosis.h"

/* In place, with all that it carries; to be called once. The name of the file is the caller's. */
void mw_redact(mw_diagnosis *diagnosis);
