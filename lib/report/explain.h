/* Explanations without a mail: of a symbol, a code, or a reply that was pasted. */
#pragma once

#include "check/catalogue.h"
#include "bounce/bounce.h"
#include "report/layout.h"

typedef struct mw_explain_request {
    mw_span text; /* a symbol's name, a word of the glossary, a code, a reply, a log line; or "export": how
                     to save a mail */
    const mw_data *data;
    const mw_catalogue *symbols;
    bool verbose;               /* all texts that are known with a bare code, not only the first few */
    const GPtrArray *looked_up; /* of const char *: what the DNS says now of what the reply names; or NULL */
} mw_explain_request;

/* Writes the explanation. False and an error when a data file is broken or there is no text; MW_ERROR_UNKNOWN
 * for one word that is none of ours, with the one that may be meant. */
bool mw_explain_write(mw_layout *layout, const mw_explain_request *request, GError **error);

/* All symbols: name and title, by group. */
void mw_explain_list(mw_layout *layout, const mw_catalogue *symbols);

/* The reply within a pasted text; never NULL. */
const mw_smtp_reply *mw_explain_reply(mw_arena *arena, mw_span text);
