/* Who must act, in words that address one person: "you" where the reader may be it. */
#pragma once

#include "score/diagnosis.h"

/* "you, where the DNS of shop.example is kept (ns1.hosting.example)"; NULL where it is nobody. */
const char *mw_party_words(mw_arena *arena, const mw_diagnosis *diagnosis, const mw_verdict *verdict);

/* Of what an answer to a reply says, in the diagnosis' language: "you", "they: the recipient", "your
 * provider"
 * ... cause: the reply's class. party may be NULL. */
const char *mw_party_of_reply(mw_arena *arena, const mw_diagnosis *diagnosis, const char *owner,
                              const char *cause, const char *party);
