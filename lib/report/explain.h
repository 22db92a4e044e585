/* Explanations without a mail: of a symbol, a code, or a reply that was pasted. */
#pragma once

#include "base/language.h"
#include "check/catalogue.h"
#include "bounce/bounce.h"
#include "reply/log.h"
#include "report/glossary.h"
#include "report/layout.h"

typedef struct mw_explain_request {
    mw_span text; /* a symbol's name, a word of the glossary, a code, a reply, a log line; or "export": how
                     to save a mail */
    const mw_data *data;
    const mw_catalogue *symbols;
    const mw_language *language; /* of what a reply means and of what is to be done; NULL: English */
    bool verbose;               /* all texts that are known with a bare code; the words of a second opinion */
    bool on_page;               /* it stands on a page that takes mails */
    const GPtrArray *looked_up; /* of const char *: what the DNS says now of what the reply names; or NULL */
} mw_explain_request;

/* Writes the explanation. False and an error when a data file is broken or there is no text; MW_ERROR_UNKNOWN
 * for one word that is none of ours, with the one that may be meant. */
bool mw_explain_write(mw_layout *layout, const mw_explain_request *request, GError **error);

/* What a request asks for: a symbol, a word, how a mail is saved, or else one reply or several. */
typedef struct mw_explained {
    mw_span text;
    const mw_symbol *symbol;
    const mw_word *word;
    const char *export;
    const mw_reply_catalogue *catalogue; /* of a reply */
} mw_explained;
/* False and an error as above. */
bool mw_explain_find(mw_arena *arena, const mw_explain_request *request, mw_explained *out, GError **error);

/* The same as JSON, in one line where line; a new string that the caller frees. */
char *mw_explain_json(mw_arena *arena, const mw_explain_request *request, bool line, GError **error);

/* All symbols: name and title, by group. */
void mw_explain_list(mw_layout *layout, const mw_catalogue *symbols);

/* The reply within a pasted text; never NULL. */
const mw_smtp_reply *mw_explain_reply(mw_arena *arena, mw_span text);
