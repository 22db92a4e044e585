/* Words and comments of a Received field (RFC 5321 section 4.4 with what hosts really write). */
#pragma once

#include "base/span.h"

typedef enum mw_token_kind {
    MW_TOKEN_END,
    MW_TOKEN_WORD,
    MW_TOKEN_COMMENT,
    MW_TOKEN_SEMICOLON
} mw_token_kind;

typedef struct mw_token {
    mw_token_kind kind;
    mw_span text;    /* a comment without its outer parentheses */
    size_t position; /* of its first byte in the text */
} mw_token;

/* A cursor; the flags stick once an opening "(" or a quote was found without its end, so that the whole text
 * is read in linear time. */
typedef struct mw_tokens {
    mw_span text;
    size_t at;
    bool flat, no_quotes, no_comments;
} mw_tokens;

/* The next one; MW_TOKEN_END at the end. Quoted strings, "<...>" and "[...]" stay whole; an unclosed
 * comment ends at its first ")", or its "(" is passed over. */
mw_token mw_token_next(mw_tokens *tokens);
